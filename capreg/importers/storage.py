"""What storing a cache costs is no rate of writing it.

Gemini bills what is written as plain input and, where a cache is asked for by name, its storage by the hour. Sources
write the hour's price, or five minutes' share of it, where a write's price belongs: a call that fills a cache would
look cheaper than one that fills none.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

from capreg.importers.proposal import Batch, OfferingProposal, Period, PriceProposal, PriceSeries, Rates, Skip, Steps
from capreg.importers.spelling import known_names
from capreg.units import format_rate

__all__ = ["without_storage"]

_REASON = "storage of a cache where a write's price belongs"
_WORDS = re.compile(r"[a-z0-9]+")
_ROUNDED = Decimal("0.005")
"""How far below plain input a write's price may be and still be meant as the same."""


def without_storage(batch: Batch) -> Batch:
    """`batch` without rates of cache writes that are prices of storage; an offering that had one is a skip."""
    heard, skips = [], []
    for one in batch.offerings:
        kept = _heard(one) if _is_stored_by_the_hour(one.id) else one
        if kept != one:
            skips.append(Skip(reason=_REASON, subject=one.key))
        heard.append(kept)
    return replace(batch, offerings=tuple(heard), skips=(*batch.skips, *skips)) if skips else batch


def _is_stored_by_the_hour(offering: str) -> bool:
    return not _table()["words"].isdisjoint(_WORDS.findall(offering))


def _heard(one: OfferingProposal) -> OfferingProposal:
    return replace(one, prices=_prices(one.prices), series=tuple(_series(series) for series in one.series))


def _prices(prices: Sequence[PriceProposal]) -> tuple[PriceProposal, ...]:
    return tuple(replace(price, steps=_steps(price.steps)) for price in prices)


def _series(series: PriceSeries) -> PriceSeries:
    """Periods without rates of storage; of neighbours that now say the same, the first."""
    periods: list[Period] = []
    for period in (replace(one, steps=_steps(one.steps)) for one in series.periods):
        if not periods or periods[-1].steps != period.steps:
            periods.append(period)
    return replace(series, periods=tuple(periods))


def _steps(steps: Steps) -> Steps:
    base = steps.get(None, {})
    return {above: _rates({**base, **rates}, rates) for above, rates in steps.items()}


def _rates(all_of_them: Rates, stated: Rates) -> Rates:
    write, plain = all_of_them.get("cache_write"), all_of_them.get("input")
    if write is None or plain is None:
        return stated
    an_hour = format_rate(write) in _table()["usd_per_million_hours"] and write != plain
    if write >= plain * (1 - _ROUNDED) and not an_hour:
        return stated
    return {unit: rate for unit, rate in stated.items() if unit != "cache_write"}


def _table() -> dict[str, frozenset[Any]]:
    return {key: frozenset(values) for key, values in known_names()["stored_by_the_hour"].items()}
