"""Speeds as columns: what the chosen measurements of all rows prove, in one tier and interval.

A measurement that states the lengths of its calls speaks only for like workloads: its row is `stated`, and `Speeds`
judges it. Nothing else here depends on the workload.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from capreg.index.bits import Ascending, bits_of, without
from capreg.index.columns import ABSENT, metric_column
from capreg.resolver.speed import PERCENTILES

if TYPE_CHECKING:
    from collections.abc import Mapping

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
        size, chosen = len(index), _chosen(index, speeds, metric, percentile)
        self.measured = bits_of(chosen, size)
        """Rows with a chosen measurement."""
        self.stated = bits_of((row for row, place in chosen.items() if _states_lengths(index, place)), size)
        told = {row: _told(index, metric, m) for row, m in chosen.items() if not self.stated >> row & 1}
        fallible = {row for row in told if metric != _RATE or index.column("measurement.basis")[chosen[row]] == _DECODE}
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

    __slots__ = ("decode", "measured", "rate", "rated", "stated", "ttft", "within")

    def __init__(self, index: Index, speeds: Speeds) -> None:
        size, percentile = len(index), PERCENTILES[0]
        chosen = {row: place for row in _rows(index) if (place := speeds.composed(row, percentile)) != ABSENT}
        ttft, rate = (index.column(metric_column(metric, percentile)) for metric in ("ttft_ms", _RATE))
        basis = index.column("measurement.basis")
        self.ttft = {row: ttft[place] for row, place in chosen.items()}
        """By row: microseconds."""
        self.rate = {row: rate[place] for row, place in chosen.items()}
        """By row: thousandths of a token per second."""
        self.measured = bits_of(chosen, size)
        """Rows that have both."""
        self.rated = bits_of((row for row, value in self.rate.items() if value), size)
        """Rows whose rate is not 0."""
        self.decode = bits_of((row for row, place in chosen.items() if basis[place] == _DECODE), size)
        """Rows whose rate excludes the TTFT, so that the sum is the value and no upper limit."""
        self.stated = bits_of((row for row, place in chosen.items() if _states_lengths(index, place)), size)
        self.within = Ascending.of(((value, row) for row, value in self.ttft.items()), size)
        """Rows by TTFT."""


def _rows(index: Index) -> list[int]:
    """The rows that have any measurement."""
    bounds = zip(index.column("measurement.from"), index.column("measurement.to"), strict=True)
    return [row for row, (start, end) in enumerate(bounds) if start < end]


def _chosen(index: Index, speeds: Speeds, metric: str, percentile: int) -> Mapping[int, int]:
    found = ((row, speeds.chosen(row, metric, percentile)) for row in _rows(index))
    return {row: place for row, place in found if place != ABSENT}


def _states_lengths(index: Index, measurement: int) -> bool:
    stated = (index.column(f"measurement.{name}")[measurement] for name in ("input_tokens", "output_tokens"))
    return any(length != ABSENT for length in stated)


def _told(index: Index, metric: str, measurement: int) -> Mapping[int, int]:
    """By percentile: what `measurement` says of `metric`, smaller is better."""
    sign = -1 if metric == _RATE else 1
    values = ((p, index.column(metric_column(metric, p))[measurement]) for p in PERCENTILES)
    return {p: sign * value for p, value in values if value != ABSENT}


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
