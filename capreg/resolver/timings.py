"""How fast all rows answer one workload, as sets and orders: the counterpart of `Speeds`, which speaks of one row."""

from __future__ import annotations

from heapq import merge
from typing import TYPE_CHECKING

from capreg.index.bits import Ascending, bits_of, packed_of, rows_of, without
from capreg.resolver.paces import Sums, Values
from capreg.resolver.speed import PASS, PERCENTILES, UNKNOWN

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from capreg.index import Index
    from capreg.resolver.bills import Thinkers
    from capreg.resolver.speed import Speeds

__all__ = ["Timings"]

_KEPT = 64
"""Metrics, percentiles and intervals whose columns are kept; the oldest goes first."""
_BILLION = 10**9


class Timings:
    """Speeds of all rows for one workload at one percentile.

    A verdict is two sets: the rows that pass, and those of which it is unknown.
    """

    __slots__ = ("_index", "_interval", "_output", "_percentile", "_size", "_speeds", "_thinkers")

    def __init__(
        self,
        index: Index,
        speeds: Speeds,
        *,
        interval: tuple[int, ...],
        percentile: int,
        output_tokens: int,
        thinkers: Thinkers,
    ) -> None:
        self._index = index
        self._speeds = speeds
        self._interval = interval
        self._size = len(index)
        self._percentile = percentile
        self._output = output_tokens
        self._thinkers = thinkers

    def at_most(self, metric: str, limit: int, among: int) -> tuple[int, int]:
        """Which rows of `among` keep `metric` within `limit`."""
        return self._judged(
            metric, limit, among, lambda row: self._speeds.at_most(row, metric, self._percentile, limit)
        )

    def at_least(self, metric: str, limit: int, among: int) -> tuple[int, int]:
        """Which rows of `among` keep the rate `metric` at `limit` or above."""
        return self._judged(
            metric, -limit, among, lambda row: self._speeds.at_least(row, metric, self._percentile, limit)
        )

    def first_answer(self, limit: int, among: int) -> tuple[int, int]:
        """Which rows of `among` begin their answer within `limit`."""
        measured = self._values("first_answer_ms").measured
        own = self.at_most("first_answer_ms", limit, among & measured)
        rest = without(among, measured)
        stand_in = self.at_most("ttft_ms", limit, rest & self._thinkers.none)
        return own[0] | stand_in[0], own[1] | stand_in[1] | without(rest, self._thinkers.none)

    def end_to_end(self, limit: int, among: int) -> tuple[int, int]:
        """Which rows of `among` end within `limit`."""
        measured = self._values("e2e_ms").measured
        passes, unknown = self.at_most("e2e_ms", limit, among & measured)
        rest = without(among, measured)
        if not self._adds_up("e2e_ms"):
            return passes, unknown | rest
        added = self._added_up(limit, rest)
        return passes | added[0], unknown | added[1]

    def _added_up(self, limit: int, among: int) -> tuple[int, int]:
        """Which rows of `among` end within `limit` by TTFT and rate; TTFT alone can break it."""
        sums = self._sums()
        stated = self._row_by_row(
            among & sums.stated, lambda row: self._speeds.end_to_end_within(row, self._percentile, limit)
        )
        plain = without(among, sums.stated)
        perhaps = plain & (sums.within.at_most(limit) | sums.limits)
        summed = without(perhaps & sums.rated, self._thinkers.unknown)
        ended = self._ended(limit) & summed
        unknown = without(perhaps, summed) | without(summed, ended | sums.decode) | without(plain, sums.measured)
        return ended | stated[0], unknown | stated[1]

    def known(self, metric: str, among: int) -> int:
        """The rows of `among` whose `metric` has a value at the percentile."""
        values = self._values(metric)
        plain, stated = values.exact.known, values.stated
        if self._adds_up(metric):
            plain |= self._sums_of(values)
            stated |= without(self._sums().stated, values.measured)
        spoken = [row for row in rows_of(stated & among) if self._value(metric, row) is not None]
        return (plain & among) | bits_of(spoken, self._size) if spoken else plain & among

    def best_first(self, metric: str, among: int) -> Iterable[tuple[int, int]]:
        """(value, row) of the rows of `among`, which must be known, best first; a rate is negative."""
        values = self._values(metric)
        walks = [self._walk(values.exact, among)]
        added = self._sums_of(values) & among if self._adds_up(metric) else 0
        if added:
            walks += [self._walk(times, added & rows) for times, rows in self._times() if added & rows]
        sign = -1 if metric == "output_tps" else 1
        spoken = ((self._value(metric, row), row) for row in rows_of(without(among, values.exact.known | added)))
        walks.append(sorted((sign * value, row) for value, row in spoken if value is not None))
        return merge(*walks)

    def _walk(self, order: Ascending, among: int) -> Iterable[tuple[int, int]]:
        packed, entries = packed_of(among, self._size), zip(order.values, order.rows, strict=True)
        return (entry for entry in entries if packed[entry[1] >> 3] >> (entry[1] & 7) & 1)

    def _sums_of(self, values: Values) -> int:
        """The rows whose end to end is added up: not measured, of known length, from a measurement that fits all."""
        sums = self._sums()
        return without(sums.rated, sums.stated | self._thinkers.unknown | values.measured)

    def _ended(self, limit: int) -> int:
        """The rows whose TTFT and tokens add up to at most `limit`."""
        ended = 0
        for times, rows in self._times():
            ended |= times.at_most(limit) & rows
        return ended

    def _times(self) -> list[tuple[Ascending, int]]:
        """The sums for each number of tokens after the first, and the rows that have that number."""
        thinkers = self._thinkers
        classes = ((thinkers.none, 0), (thinkers.some, thinkers.stated))
        return [(self._added(max(thinking + self._output - 1, 0)), rows) for rows, thinking in classes if rows]

    def _added(self, tokens: int) -> Ascending:
        """The rows by TTFT plus `tokens` at the rate; kept, since calls of one shape come again."""

        def made() -> Ascending:
            ttft, rate, work = self._sums().ttft, self._sums().rate, -tokens * _BILLION
            return Ascending.of([(ttft[row] - work // speed, row) for row, speed in rate.items() if speed], self._size)

        found: Ascending = self._index.derived(("sums of", tokens, *self._interval), made, most=_KEPT)
        return found

    def passing(self, metric: str, limit: int, among: int) -> int:
        """Which rows of `among` keep `metric` within `limit`; a rate, and the limit of one, is negative."""
        values = self._values(metric)
        stated = among & values.stated
        plain = values.meets.at_most(limit) & (without(among, stated) if stated else among)
        if not stated:
            return plain
        of, at = self._speeds, self._percentile
        if metric == "output_tps":
            return plain | self._row_by_row(stated, lambda row: of.at_least(row, metric, at, -limit))[0]
        return plain | self._row_by_row(stated, lambda row: of.at_most(row, metric, at, limit))[0]

    def _judged(self, metric: str, limit: int, among: int, verdict: Callable[[int], int]) -> tuple[int, int]:
        values = self._values(metric)
        meets, breaks = values.judged(limit)
        plain, stated = without(among, values.stated), self._row_by_row(among & values.stated, verdict)
        return (plain & meets) | stated[0], without(plain, meets | breaks) | stated[1]

    def _row_by_row(self, among: int, verdict: Callable[[int], int]) -> tuple[int, int]:
        verdicts = [(row, verdict(row)) for row in rows_of(among)]
        passes, unknown = ([row for row, code in verdicts if code == wanted] for wanted in (PASS, UNKNOWN))
        return bits_of(passes, self._size), bits_of(unknown, self._size)

    def _value(self, metric: str, row: int) -> int | None:
        of = self._speeds
        e2e = metric == "e2e_ms"
        figure = of.end_to_end(row, self._percentile) if e2e else of.value(row, metric, self._percentile)
        return None if figure is None else figure.value

    def _adds_up(self, metric: str) -> bool:
        """Whether TTFT and rate may stand in for a time that was not measured."""
        return metric == "e2e_ms" and self._percentile == PERCENTILES[0]

    def _values(self, metric: str) -> Values:
        key = ("values", metric, self._percentile, *self._interval)
        found: Values = self._index.derived(
            key, lambda: Values(self._index, self._speeds, metric, self._percentile), most=_KEPT
        )
        return found

    def _sums(self) -> Sums:
        key = ("sums", *self._interval)
        found: Sums = self._index.derived(key, lambda: Sums(self._index, self._speeds), most=_KEPT)
        return found
