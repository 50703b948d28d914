"""Where all that one source says of a provider's prices is the same multiple of what another says.

Then one of the two is no price in US dollars: euro that were taken for dollars, another day's rate of exchange, or a
surcharge. Single differences do not show it; together they do.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import permutations
from statistics import median

from capreg.catalog import Catalog
from capreg.source.votes import near, votes_of

__all__ = ["scales_of"]

_ENOUGH = 8
"""Prices of which both have to speak."""
_MOST = Decimal("0.8")
"""Share of them that differ, and that lie close to the median."""
_CLOSE = Decimal("0.1")
"""How far from the median: rates of exchange move, and cheap prices are rounded to the cent."""

Scales = Mapping[tuple[str, str, str], Decimal]


def scales_of(catalog: Catalog) -> Scales:
    """By provider, one source and another: how many times the first one's prices are what the other says."""
    found: dict[tuple[str, str, str], list[Decimal]] = defaultdict(list)
    for provider, one, other, ratio in _ratios(catalog):
        found[provider, one, other].append(ratio)
    return {key: median(ratios) for key, ratios in found.items() if _is_scale(ratios)}


def _is_scale(ratios: Sequence[Decimal]) -> bool:
    middle = median(ratios)
    differ = sum(not near(str(ratio), "1") for ratio in ratios)
    close = sum(abs(ratio / middle - 1) <= _CLOSE for ratio in ratios)
    return len(ratios) >= _ENOUGH and min(differ, close) >= _MOST * len(ratios)


def _ratios(catalog: Catalog) -> Iterator[tuple[str, str, str, Decimal]]:
    for vote in votes_of(catalog):
        said = [(side, Decimal(side.value)) for side in vote.sides if side.same_days and _is_positive(side.value)]
        for (one, its), (other, others) in permutations(said, 2):
            if one.family != other.family:
                yield vote.offering.partition("/")[0], one.source, other.source, others / its


def _is_positive(text: str) -> bool:
    try:
        return Decimal(text) > 0
    except ArithmeticError:
        return False
