"""Reads model-prices' snapshot: what labs charged for their own models, period by period.

It is mined from models.dev's past and is of its family: agreement between the two proves nothing. It speaks of
offerings that are there and makes none. Of its modes only those that are service tiers here are taken.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from typing import Any, get_args

from capreg.domain.vocabulary import PriceBasis, ServiceTier
from capreg.errors import UnreadableFile
from capreg.ids import ProviderId, SourceId
from capreg.importers.amounts import OFF_PEAK, Refused, price_list
from capreg.importers.names import ProviderNames
from capreg.importers.proposal import Batch, OfferingProposal, Period, PriceSeries, Skip

__all__ = ["SOURCE", "read", "updated_on"]

SOURCE = SourceId("model-prices")
_UNITS = ("input", "output", "cache_read", "cache_write")
NO_TIER = "a mode that is no service tier"
NO_OFFERING = "no such offering"
NO_PROVIDER = "no provider file"


def updated_on(document: Any) -> date:
    """The day of the snapshot.

    Raises:
        UnreadableFile: it does not say, or is no snapshot.
    """
    try:
        return datetime.fromisoformat(document["updated_at"]).date()
    except (KeyError, TypeError, ValueError) as unlike:
        raise _unlike("") from unlike


def read(
    document: Any,
    *,
    providers: ProviderNames,
    offerings: Iterable[str],
    seen_on: date,
    where: str,
    only: frozenset[ProviderId] | None = None,
) -> Batch:
    """The series of `document` for `offerings` of `only` these providers, or of all that have a file.

    Raises:
        UnreadableFile: it is no such snapshot.
    """
    known = frozenset(offerings)
    proposals, skips = [], []
    try:
        by_the_hour = _by_the_hour(document["schedules"]["schedule"])
        for name, wire_id, modes in _rows(document["prices"]):
            key = f"{name}/{wire_id}"
            provider = providers.by_name.get(name)
            if provider is not None and only is not None and provider not in only:
                continue
            offering = None if provider is None else providers.offering(provider, wire_id)
            if offering is None or offering not in known:
                skips.append(Skip(reason=NO_PROVIDER if provider is None else NO_OFFERING, subject=key))
            elif by_the_hour & {name, key}:
                skips.append(Skip(reason=OFF_PEAK, subject=key))
            else:
                series, left_out = _series(modes, key)
                skips += left_out
                if series:
                    found = OfferingProposal(id=offering, wire_id="", key=key, series=series, creates=False)
                    proposals.append(found)
    except (AttributeError, KeyError, TypeError, ValueError) as unlike:
        raise _unlike(where) from unlike
    return Batch(source=SOURCE, seen_on=seen_on, offerings=tuple(proposals), skips=tuple(skips))


def _rows(prices: Mapping[str, Mapping[str, Any]]) -> Iterator[tuple[str, str, Any]]:
    for name, models in prices.items():
        for wire_id, modes in models.items():
            yield name, wire_id, modes


def _by_the_hour(schedules: Iterable[Mapping[str, Any]]) -> frozenset[str]:
    """Providers, and models as `provider/model`, whose price hangs or hung on the hour: no list says it all."""
    found = set()
    for rule in schedules:
        models = rule.get("off_peak_multiplier")
        named = models if isinstance(models, dict) else ()
        found |= {f"{rule['provider']}/{model}" for model in named} or {rule["provider"]}
    return frozenset(found)


def _series(modes: Mapping[str, Any], key: str) -> tuple[tuple[PriceSeries, ...], list[Skip]]:
    found, skips = [], []
    for mode, rows in modes.items():
        tier = _tier(mode)
        if tier is None:
            skips.append(Skip(reason=NO_TIER, subject=f"{key}, {mode}"))
            continue
        periods = _periods(rows, tier)
        if isinstance(periods, Refused):
            skips.append(Skip(reason=periods.reason, subject=f"{key}, {mode}"))
        elif periods:
            found.append(PriceSeries(tier=tier, periods=periods))
    return tuple(found), skips


def _tier(mode: str) -> ServiceTier | None:
    """The service tier that `mode` is by name. `fast` and `thinking` are none: who sells what under them differs."""
    return next((tier for tier in get_args(ServiceTier) if tier == mode), None)


def _periods(rows: Iterable[Mapping[str, Any]], tier: ServiceTier) -> tuple[Period, ...] | Refused:
    """The periods of one mode. One that is no price spoils those before it, which would last too long."""
    by_day: dict[date, Period] = {}
    for row in rows:
        rates = row["rates"]
        if rates is None:
            if by_day:
                return Refused("a series that stops")
            continue
        price = price_list(_steps(rates), per="million", tier=tier)
        if isinstance(price, Refused):
            if by_day:
                return price
            continue
        day = _first_day(row)
        basis = _basis(row)
        by_day[day] = Period(starts_on=day, basis=basis, steps=price.steps, url=_url(rates))
    kept: list[Period] = []
    for _, period in sorted(by_day.items()):
        if not kept or kept[-1].steps != period.steps:
            kept.append(period)
    return tuple(kept)


def _steps(rates: Mapping[str, Any]) -> dict[int | None, dict[str, Any]]:
    steps: dict[int | None, dict[str, Any]] = {None: {unit: rates.get(unit) for unit in _UNITS}}
    for tier in rates.get("tiers") or ():
        steps[int(tier["above"])] = {unit: tier.get(unit) for unit in _UNITS}
    return steps


def _first_day(row: Mapping[str, Any]) -> date:
    """The later of the period's start and the day from which its rates are known; a mode may be older than both."""
    starts = [row["rates"]["valid_from"], row["start"]]
    return max(datetime.fromisoformat(start) for start in starts if start is not None).date()


def _basis(row: Mapping[str, Any]) -> PriceBasis:
    """`effective` where a document names the day; a corrected figure of a commit keeps the day of the commit."""
    rates = row["rates"]
    recorded = row.get("recorded") or {}
    documented = rates["valid_from_basis"] == "documented"
    return "effective" if documented and recorded.get("valid_from") != rates["valid_from"] else "observed"


def _url(rates: Mapping[str, Any]) -> str | None:
    url = rates.get("source")
    return url if isinstance(url, str) and url.startswith("https://") else None


def _unlike(where: str) -> UnreadableFile:
    return UnreadableFile(
        "this is no snapshot of model-prices",
        where=where,
        expected="prices by provider, model and mode, schedules, and the day on which it was updated",
        hint="import snapshot.json as the package has it",
    )
