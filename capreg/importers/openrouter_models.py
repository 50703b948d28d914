"""Reads OpenRouter's list of models: what the router itself charges, which is the price of its own offerings.

Other providers' prices are not in it. It makes no offering; a price that hangs on the route (-1) is none.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from capreg.errors import UnreadableFile
from capreg.ids import ProviderId
from capreg.importers.amounts import Refused, price_list
from capreg.importers.names import ProviderNames
from capreg.importers.openrouter import SOURCE
from capreg.importers.proposal import Batch, OfferingProposal, Period, PriceSeries, Skip

__all__ = ["is_models", "read"]

_ITSELF = "OpenRouter"
_UNITS = {
    "prompt": "input",
    "completion": "output",
    "input_cache_read": "cache_read",
    "input_cache_write": "cache_write",
    "internal_reasoning": "reasoning",
}


def is_models(document: Any) -> bool:
    """Whether `document` is the list of models and no dump of endpoints."""
    rows = document.get("data") if isinstance(document, Mapping) else None
    return isinstance(rows, list) and bool(rows) and all(isinstance(row, Mapping) and "pricing" in row for row in rows)


def read(
    document: Any,
    *,
    providers: ProviderNames,
    offerings: Iterable[str],
    seen_on: date,
    where: str,
    only: frozenset[ProviderId] | None = None,
) -> Batch:
    """What the router charged on the day of the list for `offerings` of its own.

    Raises:
        UnreadableFile: a row has no id or no prices.
    """
    known = frozenset(offerings)
    itself = providers.by_name.get(_ITSELF)
    proposals, skips = [], []
    try:
        for row in document["data"]:
            if itself is None or (only is not None and itself not in only):
                break
            key = str(row["id"])
            offering = providers.offering(itself, key)
            rates = {unit: row["pricing"].get(name) for name, unit in _UNITS.items()}
            price = price_list({None: rates}, per="token")
            if offering not in known:
                skips.append(Skip(reason="no such offering", subject=key))
            elif isinstance(price, Refused):
                skips.append(Skip(reason=price.reason, subject=key))
            else:
                series = PriceSeries(
                    periods=(Period(starts_on=seen_on, basis="observed", steps=price.steps),), sighting=True
                )
                proposals.append(OfferingProposal(id=offering, wire_id="", key=key, series=(series,), creates=False))
    except (AttributeError, KeyError, TypeError) as unlike:
        raise UnreadableFile(
            "this is no list of OpenRouter's models", where=where, expected="rows under data, each with id and pricing"
        ) from unlike
    return Batch(source=SOURCE, seen_on=seen_on, offerings=tuple(proposals), skips=tuple(skips))
