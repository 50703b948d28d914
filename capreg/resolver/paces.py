"""Speeds as columns: what the chosen measurements of all rows prove, in one tier and interval.

A measurement that states the lengths of its calls speaks only for like workloads: its row is `stated`, and `Speeds`
judges it. Nothing else here depends on the workload.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from capreg.index.bits import Ascending, bits_of, known_in, rows_of, without
from capreg.index.columns import ABSENT, metric_column
from capreg.resolver.speed import PERCENTILES

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from capreg.index import Index
    from capreg.resolver.speed import Speeds

__all__ = ["Sums", "Values"]

_RATE = "output_tps"
_DECODE = 0


class Values:
    """What one metric's chosen measurements say at one percentile. Rates are negative here: smaller is better.

    A limit is met where `meets` is at most it, and broken where `breaks` is more; else it is unknown.
    """

    __slots__ = ("breaks", "exact", "measured", "meets", "stated")

    def __init__(self, index: Index, speeds: Speeds, metric: str, percentile: int) -> None:
        size, chosen = len(index), speeds.chosen_of_all(metric, percentile)
        self.measured = bits_of(chosen, size)
        """Rows with a chosen measurement."""
        self.stated = _stated(index, chosen, size)
        columns = _told(index, metric)
        told = {row: {p: v for p, held in columns if (v := held[m]) is not None} for row, m in chosen.items()}
        for row in rows_of(self.stated):
            del told[row]
        basis, slowest = index.column("measurement.basis"), index.column("measurement.slowest_of")
        fallible = {row for row in told if not slowest[m := chosen[row]] and (metric != _RATE or basis[m] == _DECODE)}
        exact = ((values[percentile], row) for row, values in told.items() if percentile in values)
        self.exact = Ascending.of(exact, size)
        """Rows by their value at that very percentile, best first."""
        meets = ((_meets(values, percentile, row in fallible), row) for row, values in told.items())
        self.meets = Ascending.of(((value, row) for value, row in meets if value is not None), size)
        breaks = ((_breaks(told[row], percentile), row) for row in fallible)
        self.breaks = Ascending.of(((value, row) for value, row in breaks if value is not None), size)

    def judged(self, limit: int) -> tuple[int, int]:
        """The rows that are proven to keep to `limit`, and those that are proven not to; none of them stated."""
        return self.meets.at_most(limit), without(self.breaks.known, self.breaks.at_most(limit))


class Sums:
    """TTFT and rate at p50 of the measurements that have both, from which an end to end is added up."""

    __slots__ = ("decode", "limits", "measured", "rate", "rated", "stated", "ttft", "within")

    def __init__(self, index: Index, speeds: Speeds) -> None:
        size, percentile = len(index), PERCENTILES[0]
        chosen = speeds.composed_of_all()
        ttft, rate = (index.column(metric_column(metric, percentile)) for metric in ("ttft_ms", _RATE))
        basis, slowest = index.column("measurement.basis"), index.column("measurement.slowest_of")
        self.ttft = {row: ttft[place] for row, place in chosen.items()}
        """By row: microseconds."""
        self.rate = {row: rate[place] for row, place in chosen.items()}
        """By row: thousandths of a token per second."""
        self.measured = bits_of(chosen, size)
        """Rows that have both."""
        self.rated = bits_of((row for row, value in self.rate.items() if value), size)
        """Rows whose rate is not 0."""
        limits = {row for row, place in chosen.items() if slowest[place]}
        self.limits = bits_of(limits, size)
        """Rows whose figures are those of the slowest of several hosts: their TTFT alone breaks no limit."""
        decode = (row for row, place in chosen.items() if basis[place] == _DECODE and row not in limits)
        self.decode = bits_of(decode, size)
        """Rows whose rate excludes the TTFT, so that the sum is the value and no upper limit."""
        self.stated = _stated(index, chosen, size)
        self.within = Ascending.of(((value, row) for row, value in self.ttft.items()), size)
        """Rows by TTFT."""


def _stated(index: Index, chosen: Mapping[int, int], size: int) -> int:
    """The rows whose chosen measurement states the lengths of its calls."""
    stating = known_in(index.column("measurement.input_tokens")) | known_in(index.column("measurement.output_tokens"))
    places = {*rows_of(stating)}
    return bits_of([row for row, place in chosen.items() if place in places], size) if places else 0


def _told(index: Index, metric: str) -> list[tuple[int, Sequence[int | None]]]:
    """By percentile that anybody has: what each measurement says of `metric`, smaller is better; None where nothing."""
    sign = -1 if metric == _RATE else 1
    columns = ((percentile, index.column(metric_column(metric, percentile))) for percentile in PERCENTILES)
    return [
        (percentile, [None if value == ABSENT else sign * value for value in column])
        for percentile, column in columns
        if known_in(column)
    ]


def _meets(values: Mapping[int, int], percentile: int, fallible: bool) -> int | None:
    """The smallest limit that `values` prove at `percentile`; None where they prove none."""
    slow_side = [value for p, value in values.items() if p >= percentile]
    if not slow_side:
        return None
    if not fallible:
        return min(slow_side)
    proof = values[percentile] if percentile in values else min(slow_side)
    return max([proof, *(value for p, value in values.items() if p < percentile)])


def _breaks(values: Mapping[int, int], percentile: int) -> int | None:
    """The limit below which `values` prove that it is broken at `percentile`; None where there is none."""
    return max((value for p, value in values.items() if p <= percentile), default=None)
