"""What one workload costs on many rows at once, as `Costs` bills it row by row, and the cheapest of them first."""

from __future__ import annotations

from heapq import heapify, heappop, heappush
from typing import TYPE_CHECKING, NamedTuple

from capreg.index.bits import bits_of, flags_of, more_than, rows_of, without
from capreg.index.columns import REASONING
from capreg.resolver.gaps import NO_PRICE, NOT_STATED

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from capreg.domain.workload import Workload
    from capreg.index import Index
    from capreg.index.bits import Ascending
    from capreg.resolver.cost import Costs
    from capreg.resolver.prices import Prices

__all__ = ["Bills", "Thinkers"]

_FEW = 256
"""So many rows are billed and sorted outright; among more, the cheapest are looked for in a stored order."""
_SQRT2 = (181, 128)
_FURTHEST = 8
"""Orders are stored for output to input from 2⁻⁸ to 2⁸, and for either alone."""
_NEVER, _OPTIONAL = REASONING.index("never"), REASONING.index("optional")


class Thinkers:
    """Rows by how many reasoning tokens they spend on a workload: none, the `stated` number, or nobody knows."""

    __slots__ = ("none", "some", "stated", "unknown", "way")

    def __init__(self, index: Index, stated: int | None) -> None:
        self.stated = stated or 0
        self.way = None if stated is None else bool(stated)
        """Whether the workload states that it thinks; None where it states nothing."""
        sets: tuple[int, int, int] = index.derived(("thinkers", self.way), lambda: _thinkers(index, self.way))
        self.none, self.some, self.unknown = sets


def _thinkers(index: Index, stated: bool | None) -> tuple[int, int, int]:
    """The rows that do not think, those that think as much as is stated, and those of which nobody knows."""
    codes = index.groups("reasoning")
    never, optional = codes.get(_NEVER, 0), codes.get(_OPTIONAL, 0)
    if stated is None:
        return never | optional, 0, without(index.everybody, never | optional)
    return (never, without(index.everybody, never), 0) if stated else (index.everybody, 0, 0)


class _Anchor(NamedTuple):
    """The shape of a call for which an order of cost is stored, and how far another call's costs are from it.

    A call costs at least `low` times what the anchor costs, as (numerator, denominator).
    """

    inputs: int
    outputs: int
    low: tuple[int, int]

    @classmethod
    def nearest(cls, inputs: int, outputs: int) -> _Anchor | None:
        """The anchor whose ratio of output to input is nearest; None for a call of neither."""
        if not inputs and not outputs:
            return None
        shape = _shape(inputs, outputs)
        sides = [(asked, stored) for asked, stored in zip((inputs, outputs), shape, strict=True) if stored]
        (a, b), (c, d) = sides[0], sides[-1]
        return cls(*shape, (a, b) if a * d <= c * b else (c, d))


def _shape(inputs: int, outputs: int) -> tuple[int, int]:
    if not inputs or not outputs:
        return (1, 0) if inputs else (0, 1)
    power = ((outputs * _SQRT2[0] << 10) // (inputs * _SQRT2[1])).bit_length() - 11
    power = max(-_FURTHEST, min(_FURTHEST, power))
    return (1, 1 << power) if power >= 0 else (1 << -power, 1)


class Bills:
    """Costs of one workload, in 10⁻¹⁵ US dollars."""

    __slots__ = ("_anchor", "_components", "_costs", "_extras", "_index", "_most", "_prices", "_thinkers")

    def __init__(self, index: Index, prices: Prices, costs: Costs, workload: Workload, thinkers: Thinkers) -> None:
        self._index = index
        self._prices = prices
        self._costs = costs
        self._thinkers = thinkers
        cached, uncached = workload.cached_input_tokens, workload.input_tokens - workload.cached_input_tokens
        quantities = {"input": uncached, "cache_read": cached, "output": workload.output_tokens}
        self._components = {unit: quantity for unit, quantity in quantities.items() if quantity}
        self._extras = {"request": 1, "image": workload.images} if workload.images else {"request": 1}
        self._anchor = _Anchor.nearest(uncached, workload.output_tokens)
        self._most = (workload.input_tokens, workload.output_tokens + thinkers.stated)

    def known(self, among: int) -> int:
        """The rows of `among` whose cost is known."""
        prices = self._prices
        known = among & prices.kept(("billable", *self._components, self._thinkers.way), self._billable)
        special = [row for row in rows_of(prices.special & among) if self._costs.items(row) is not None]
        return known | bits_of(special, len(self._index)) if special else known

    def _billable(self) -> int:
        """The rows with every rate that the call needs, special ones apart."""
        prices, thinkers = self._prices, self._thinkers
        known = without(prices.billed, thinkers.unknown)
        for unit in self._components:
            known &= prices.known(unit)
        return known & (prices.known("reasoning", "output") | thinkers.none) if thinkers.stated else known

    def blanks(self) -> list[tuple[str, int]]:
        """Why most costs that are unknown are so, as `Costs.gap` says it, with the rows."""
        prices = self._prices
        return [
            (NO_PRICE, without(self._index.everybody, prices.listed)),
            (NOT_STATED, prices.billed & self._thinkers.unknown),
        ]

    def of(self, rows: Sequence[int]) -> list[int]:
        """The cost of each of `rows`, which must be known."""
        if not self._prices.special:
            return self._plain(rows)
        special = flags_of(self._prices.special, len(self._index))
        return [self._itemised(row) if special[row] else self._plain((row,))[0] for row in rows]

    def within(self, limit: int, among: int) -> int:
        """The rows of `among` that cost at most `limit`; their costs must be known."""
        if self._anchor is None:
            return self._billed_within(limit, among)
        order, low = self._prices.order(self._anchor.inputs, self._anchor.outputs), self._anchor.low
        cheap = self._surely_within(limit, order) & among
        rest = without(among, cheap)
        perhaps = (order.at_most(limit * low[1] // low[0]) & rest) | without(rest, order.known)
        return cheap | self._billed_within(limit, perhaps)

    def _surely_within(self, limit: int, order: Ascending) -> int:
        """The rows that cost at most `limit` even if all input were plain and all reasoning output."""
        if self._anchor is None:
            return 0
        sides = [(most, stored) for most, stored in zip(self._most, self._anchor[:2], strict=True) if most]
        if not all(stored for _, stored in sides):
            return 0
        within = min(limit * stored // most for most, stored in sides)
        rows = order.at_most(within) & self._prices.regular
        for unit in self._extras:
            rows = without(rows, self._prices.known(unit))
        return rows

    def cheapest(self, among: int) -> Iterator[tuple[int, int]]:
        """(cost, row) of the rows of `among`, cheapest first; their costs must be known.

        The stored order gives the rows that come next and a floor under the cost of all the others.
        """
        if self._anchor is None or not more_than(among, _FEW):
            rows = rows_of(among)
            yield from sorted(zip(self.of(rows), rows, strict=True))
            return
        inputs, outputs, (much, of) = self._anchor
        order = self._prices.order(inputs, outputs)
        others = without(among, order.known)
        unordered = rows_of(others)
        waiting = list(zip(self.of(unordered), unordered, strict=True))
        heapify(waiting)
        for rows, reached in order.batches(among ^ others if others else among):
            for entry in zip(self.of(rows), rows, strict=True):
                heappush(waiting, entry)
            floor = reached * much // of
            while waiting and waiting[0][0] <= floor:
                yield heappop(waiting)
        yield from sorted(waiting)

    def _billed_within(self, limit: int, among: int) -> int:
        rows = rows_of(among)
        return bits_of((row for row, cost in zip(rows, self.of(rows), strict=True) if cost <= limit), len(self._index))

    def _plain(self, rows: Sequence[int]) -> list[int]:
        """The cost of each of `rows`, none of which is special: quantities times rates."""
        totals = [0] * len(rows)
        for unit, quantity in self._components.items():
            rates = self._prices.charged(unit, rows)
            totals = [total + quantity * rate for total, rate in zip(totals, rates, strict=True)]
        for unit, quantity in self._extras.items():
            if self._prices.known(unit):
                rates = self._prices.charged(unit, rows)
                totals = [total + quantity * max(rate, 0) for total, rate in zip(totals, rates, strict=True)]
        return self._with_thoughts(totals, rows) if self._thinkers.stated else totals

    def _with_thoughts(self, totals: Sequence[int], rows: Sequence[int]) -> list[int]:
        tokens, rates = self._thinkers.stated, self._prices.rates("reasoning", "output")
        codes = self._index.column("reasoning")
        return [
            total if codes[row] == _NEVER else total + tokens * rates[row]
            for total, row in zip(totals, rows, strict=True)
        ]

    def _itemised(self, row: int) -> int:
        items = self._costs.items(row)
        return sum(item.cost for item in items) if items is not None else 0
