"""What others ask for the same model: how many times their median a rate is. It judges nothing but the distance."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from statistics import median
from typing import Any, NamedTuple

from capreg.catalog import Catalog

__all__ = ["COMPARED", "Beside", "Market", "Others"]

COMPARED = ("input", "output", "cache_read")
"""The rates that are held against those of others."""
_ENOUGH = 3
_FAR = 5
Rates = Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside:
    """A rate beside those of the same model's offerings at other providers."""

    rate: str
    times: str
    """How many times their median it is."""
    others: int
    """How many offerings the median is of."""
    far: bool
    """Whether it is beyond five times the median or under a fifth of it."""


class Others(NamedTuple):
    """What others ask: the median, in US dollars per million, and how many offerings it is of."""

    median: Decimal
    offerings: int


class Market:
    """The base rates in force on one day, in US dollars and not free, of every offering that can be had."""

    def __init__(self, catalog: Catalog, day: str) -> None:
        self._models: dict[str, dict[str, Rates]] = defaultdict(dict)
        for offering, document in catalog.documents("offerings").items():
            rates = _base_rates(document, day)
            if rates and (document.get("lifecycle") or {}).get("status") != "retired":
                self._models[document.get("model") or ""][offering] = rates

    def beside(self, offering: str, model: str | None, rate: str, value: str | None) -> Beside | None:
        """`value` of `rate` beside what others ask for `model`; None where fewer than three of them are priced.

        Args:
            offering: whose rate it is; what its own provider asks elsewhere is no comparison.
            model: the model that it sells.
            rate: one of `COMPARED`; others are compared with nothing.
            value: US dollars per million.
        """
        others = self.of_others(offering, model, rate)
        if others is None or value is None or not Decimal(value):
            return None
        times = Decimal(value) / others.median
        far = not Decimal(1) / _FAR <= times <= _FAR
        return Beside(rate=rate, times=_rounded(times), others=others.offerings, far=far)

    def of_others(self, offering: str, model: str | None, rate: str) -> Others | None:
        """What other providers ask for `model`; None where fewer than three of their offerings are priced."""
        if not model or rate not in COMPARED:
            return None
        own = offering.partition("/")[0]
        told = (rates.get(rate) for key, rates in self._models[model].items() if key.partition("/")[0] != own)
        others = [Decimal(one) for one in told if one and Decimal(one)]
        return Others(median(others), len(others)) if len(others) >= _ENOUGH else None

    def rates(self, offering: str, model: str | None) -> Rates:
        """What an offering itself asks; empty where nothing is compared."""
        return self._models[model or ""].get(offering, {})


def _base_rates(document: Mapping[str, Any], day: str) -> Rates:
    """What the standard tier asks on `day`, without steps and windows; empty where that is not in US dollars."""
    begun = [e for e in document.get("prices", ()) if e["starts_on"] <= day and e.get("tier", "standard") == "standard"]
    start = max((entry["starts_on"] for entry in begun), default=None)
    for entry in begun:
        if entry["starts_on"] == start and "above_input_tokens" not in entry and "window" not in entry:
            is_compared = entry.get("currency", "USD") == "USD" and "free" not in entry
            return {rate: entry[rate] for rate in COMPARED if rate in entry} if is_compared else {}
    return {}


def _rounded(times: Decimal) -> str:
    """Two digits that matter, but no more than whole numbers."""
    if times < Decimal("0.01"):
        return "<0.01"
    return f"{times:.2f}" if times < 1 else f"{times:.1f}" if times < 10 else f"{times:.0f}"
