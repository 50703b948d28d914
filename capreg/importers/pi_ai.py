"""Reads one provider's file of pi-ai: what a later snapshot of models.dev's family still lists, and at which price.

Its figures are models.dev's, six weeks on, and no second vote. It holds models that call tools and no others, so what
is missing proves nothing, and no provider counts as read in full. It makes no offering, and its zeros mean unknown.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any

from capreg.errors import UnreadableFile
from capreg.ids import ProviderId, SourceId
from capreg.importers.amounts import OFF_PEAK, Refused, price_list
from capreg.importers.names import ProviderNames
from capreg.importers.proposal import Batch, OfferingProposal, Period, PriceProposal, PriceSeries, Skip

__all__ = ["SOURCE", "read"]

SOURCE = SourceId("pi-ai")
_CHAT = "chat"
_UNITS = {"input": "input", "output": "output", "cacheRead": "cache_read", "cacheWrite": "cache_write"}
_BY_THE_HOUR = ("deepseek",)
"""Providers whose price hangs on the hour; which of the two is printed here, nobody says."""


def read(
    document: Any,
    *,
    providers: ProviderNames,
    offerings: Iterable[str],
    seen_on: date,
    where: str,
    only: frozenset[ProviderId] | None = None,
) -> Batch:
    """What `document`, one parsed provider file, lists of `only` these providers, or of all that have a file.

    Raises:
        UnreadableFile: it is not such a file.
    """
    known = frozenset(offerings)
    listed, skips = set(), []
    said: dict[str, list[OfferingProposal]] = {}
    for name, wire_id, kind, cost in _rows(document, where):
        provider = providers.by_name.get(name)
        if provider is None or kind != _CHAT:
            reason = "no provider file" if provider is None else "no chat model"
            skips.append(Skip(reason=reason, subject=f"{name}/{wire_id}"))
        elif only is None or provider in only:
            offering = providers.offering(provider, wire_id)
            listed.add(offering)
            price = _price(cost, provider, where)
            if isinstance(price, Refused):
                skips.append(Skip(reason=price.reason, subject=f"{name}/{wire_id}"))
            elif offering in known:
                period = Period(starts_on=seen_on, basis="observed", steps=price.steps)
                series = (PriceSeries(periods=(period,), sighting=True),)
                one = OfferingProposal(id=offering, wire_id="", key=wire_id, series=series, creates=False)
                said.setdefault(offering, []).append(one)
    # One id under two APIs with two prices: which is meant, the file does not say.
    taken = [one[0] for one in said.values() if all(other.series == one[0].series for other in one)]
    return Batch(
        source=SOURCE, seen_on=seen_on, offerings=tuple(taken), also_listed=frozenset(listed), skips=tuple(skips)
    )


def _price(cost: Mapping[str, Any], provider: ProviderId, where: str) -> PriceProposal | Refused:
    """The price list of one entry; a step holds above its number of input tokens."""
    if provider in _BY_THE_HOUR:
        return Refused(OFF_PEAK)
    try:
        steps: dict[int | None, dict[str, Any]] = {None: {unit: cost.get(name) for name, unit in _UNITS.items()}}
        for tier in cost.get("tiers", ()):
            steps[int(tier["inputTokensAbove"])] = {unit: tier.get(name) for name, unit in _UNITS.items()}
    except (AttributeError, KeyError, TypeError, ValueError) as unlike:
        raise UnreadableFile("a price is not in pi-ai's form", where=where, found=str(cost)) from unlike
    return price_list(steps, per="million")


def _rows(document: Any, where: str) -> Iterator[tuple[str, str, str, Mapping[str, Any]]]:
    """Provider, wire id, kind and prices of each entry; entries are grouped by the API they speak."""
    try:
        for entries in document.values():
            for entry in entries.values():
                yield entry["provider"], entry["id"], entry["type"], entry["cost"]
    except (AttributeError, KeyError, TypeError) as unlike:
        raise UnreadableFile(
            "this is no provider file of pi-ai",
            where=where,
            expected="models grouped by API, each with provider, id and type",
            hint="import one file of its data folder, for example groq.json",
        ) from unlike
