"""How far a price is from what others ask for the same model. Where a source is wrong, its offering looks cheapest.

What is compared are the rates in force for calls like that of the question, in its tier, of the offerings that it
considers. Nothing is left out for it: the answer shows it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from capreg.index.bits import rows_of
from capreg.index.coded import where
from capreg.units import format_fraction, format_rate

if TYPE_CHECKING:
    from collections.abc import Sequence

    from capreg.resolver.settled import Settled

__all__ = ["beside_others", "is_far"]

_COMPARED = ("input", "output")
_ENOUGH = 4
"""Other providers that have to sell the model before its price is compared."""
_FAR = 5
_DIGITS = 4
_KEPT = 64
"""Models whose offerings are kept; the oldest goes first."""


def beside_others(settled: Settled, row: int) -> dict[str, dict[str, Any]]:
    """By rate: the ``median`` of what other providers ask, of how many ``offerings``, and how many ``times`` it is.

    Both figures are decimal text, the median in US dollars per million. Empty where no model is known, or where fewer
    than four others sell it.
    """
    others = [other for other in _sellers(settled, row) if settled.universe.bits >> other & 1]
    providers = settled.index.column("provider")
    found = {}
    for unit in _COMPARED:
        rates = settled.figures.prices.rates(unit)
        asked = {other: rates[other] for other in others if rates[other] > 0}
        if rates[row] > 0 and len({providers[other] for other in asked}) >= _ENOUGH:
            middle = _median(sorted(asked.values()))
            times = format_fraction(rates[row] * 10**_DIGITS // middle, _DIGITS)
            found[unit] = {"median": format_rate(middle), "offerings": len(asked), "times": times}
    return found


def is_far(beside: dict[str, dict[str, Any]]) -> bool:
    """Whether a rate is beyond five times the median of others, or under a fifth of it."""
    return any(not 1 <= _FAR * float(one["times"]) <= _FAR**2 for one in beside.values())


def _sellers(settled: Settled, row: int) -> Sequence[int]:
    """The rows of other providers that sell the model of `row`."""
    index = settled.index
    models, providers = index.column("model"), index.column("provider")
    model = models[row]
    if model < 0:
        return ()
    same = index.derived(("sellers", model), lambda: rows_of(where(models, model.__eq__)), most=_KEPT)
    return [other for other in same if providers[other] != providers[row]]


def _median(rates: Sequence[int]) -> int:
    """Of an even number, the mean of the two in the middle, rounded down."""
    half = len(rates) // 2
    return rates[half] if len(rates) % 2 else (rates[half - 1] + rates[half]) // 2
