"""Speed figures of rows: which measurement speaks for a metric and percentile, and what it proves.

Two speeds are never mixed: TTFT and rate that are added come from one measurement.
"""

from __future__ import annotations

import operator
from typing import TYPE_CHECKING, NamedTuple

from capreg.index.bits import bits_of, known_in, rows_of, without
from capreg.index.coded import where
from capreg.index.columns import ABSENT, metric_column
from capreg.resolver.cost import reasoning_tokens
from capreg.resolver.gaps import NOT_MEASURED, NOT_STATED
from capreg.resolver.interval import FRESH_DAYS, interval_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from capreg.domain.workload import Workload
    from capreg.index import Index
    from capreg.resolver.moment import Moment

__all__ = ["FAIL", "PASS", "PERCENTILES", "UNKNOWN", "Figure", "Speeds"]

FAIL, PASS, UNKNOWN = 0, 1, 2
PERCENTILES = (50, 75, 90, 95, 99)
_KINDS_THAT_COUNT = 4
_KEPT = 16
"""Intervals whose chosen measurements are kept; the oldest goes first."""
_DECODE = 0


class Figure(NamedTuple):
    """A value of a metric, and what kind of limit it is.

    `sense` is ``"exact"``, ``"at_most"`` (the true value is not larger) or ``"at_least"``.
    """

    value: int
    sense: str
    measurement: int


class Speeds:
    """Speed figures of the rows of one index for one workload at one moment."""

    __slots__ = ("_chosen", "_index", "_max_age", "_measured", "_moment", "_tier", "_workload")

    def __init__(
        self, index: Index, *, moment: Moment, tier: int, workload: Workload, max_age_days: int | None
    ) -> None:
        self._index = index
        self._moment = moment
        self._tier = tier
        self._workload = workload
        self._max_age = max_age_days
        self._measured: bytes | None = None
        key = ("chosen measurements", tier, *interval_of(index, moment, max_age_days))
        self._chosen: dict[tuple[int, str, int], int] = index.derived(key, dict, most=_KEPT)

    def chosen(self, row: int, metric: str, percentile: int) -> int:
        """The measurement that speaks for `metric` at `percentile`, or ABSENT.

        Where none has that percentile, the one that speaks for the metric at any.
        """
        if not self._is_measured[row]:
            return ABSENT
        key = (row, metric, percentile)
        found = self._chosen.get(key)
        if found is None:
            exact = self._first(row, self._having(metric, percentile))
            found = exact if exact != ABSENT else self._first(row, self._having_any(metric))
            self._chosen[key] = found
        return found

    def chosen_of_all(self, metric: str, percentile: int) -> dict[int, int]:
        """By row: what `chosen` says of it, for the rows of which it says something."""
        counting, at_any = self._counting(), 0
        for p in PERCENTILES:
            at_any |= known_in(self._index.column(metric_column(metric, p)))
        exactly = known_in(self._index.column(metric_column(metric, percentile)))
        return self._first_of_all(counting & at_any) | self._first_of_all(counting & exactly)

    def composed_of_all(self) -> dict[int, int]:
        """By row: what `composed` says of it at p50, for the rows of which it says something."""
        both = self._counting()
        for metric in ("ttft_ms", "output_tps"):
            both &= known_in(self._index.column(metric_column(metric, PERCENTILES[0])))
        return self._first_of_all(both)

    def is_stale(self, measurement: int) -> bool:
        """Whether `measurement` is older than a year on the day of the decision."""
        return self._age(measurement) > FRESH_DAYS

    def comparable(self, measurement: int) -> bool:
        """Whether its stated lengths are within a factor of two of the workload's; unstated ones are."""
        workload = self._workload
        for column, length in (
            ("measurement.input_tokens", workload.input_tokens),
            ("measurement.output_tokens", workload.output_tokens),
        ):
            stated = self._index.column(column)[measurement]
            if stated != ABSENT and not (stated <= 2 * length and length <= 2 * stated):
                return False
        return True

    def value(self, row: int, metric: str, percentile: int) -> Figure | None:
        """The figure of `metric` at exactly `percentile`, for this workload."""
        measurement = self.chosen(row, metric, percentile)
        if measurement == ABSENT or not self.comparable(measurement):
            return None
        value = self._read(metric, percentile, measurement)
        if value == ABSENT:
            return None
        if metric == "output_tps":
            return Figure(value, "exact" if self._is_decode_rate(measurement) else "at_least", measurement)
        return Figure(value, "at_most" if self._is_limit(measurement) else "exact", measurement)

    def at_most(self, row: int, metric: str, percentile: int, limit: int) -> int:
        """Whether `metric` at `percentile` is proven to be at most `limit`."""
        measurement = self.chosen(row, metric, percentile)
        if measurement == ABSENT or not self.comparable(measurement):
            return UNKNOWN
        for p in PERCENTILES:
            value = self._read(metric, p, measurement)
            if value == ABSENT:
                continue
            if p >= percentile and value <= limit:
                return PASS
            if p <= percentile and value > limit and not self._is_limit(measurement):
                return FAIL
        return UNKNOWN

    def at_least(self, row: int, metric: str, percentile: int, limit: int) -> int:
        """Whether the rate `metric` at `percentile` is proven to be at least `limit`."""
        measurement = self.chosen(row, metric, percentile)
        if measurement == ABSENT or not self.comparable(measurement):
            return UNKNOWN
        for p in PERCENTILES:
            value = self._read(metric, p, measurement)
            if value == ABSENT:
                continue
            if p >= percentile and value >= limit:
                return PASS
            if p <= percentile and value < limit and self._is_decode_rate(measurement):
                return FAIL
        return UNKNOWN

    def first_answer(self, row: int, percentile: int, limit: int) -> int:
        """Whether the first token of the answer proper is proven to come within `limit`."""
        return self.at_most(row, self.first_answer_metric(row, percentile), percentile, limit)

    def first_answer_metric(self, row: int, percentile: int) -> str:
        """The metric that speaks for the first token of the answer; its own where nothing stands in for it."""
        measured = self.chosen(row, "first_answer_ms", percentile) != ABSENT
        return "ttft_ms" if not measured and self.thinking(row) == 0 else "first_answer_ms"

    def end_to_end(self, row: int, percentile: int) -> Figure | None:
        """Time to the last token: measured, else TTFT plus the tokens after the first, from one measurement at p50."""
        if self.chosen(row, "e2e_ms", percentile) != ABSENT:
            return self.value(row, "e2e_ms", percentile)
        measurement, thinking = self.composed(row, percentile), self.thinking(row)
        if measurement == ABSENT or thinking is None or not self.comparable(measurement):
            return None
        rate = self._read("output_tps", percentile, measurement)
        if rate == 0:
            return None
        tokens = max(thinking + self._workload.output_tokens - 1, 0)
        value = self._read("ttft_ms", percentile, measurement) - (-tokens * 10**9 // rate)
        return Figure(value, "exact" if self._is_decode_rate(measurement) else "at_most", measurement)

    def end_to_end_within(self, row: int, percentile: int, limit: int) -> int:
        """Whether the last token is proven to come within `limit`."""
        if self.chosen(row, "e2e_ms", percentile) != ABSENT:
            return self.at_most(row, "e2e_ms", percentile, limit)
        figure = self.end_to_end(row, percentile)
        if figure is not None and (figure.value <= limit or figure.sense == "exact"):
            return PASS if figure.value <= limit else FAIL
        measurement = self.composed(row, percentile)
        if measurement == ABSENT or not self.comparable(measurement):
            return UNKNOWN
        late = self._read("ttft_ms", percentile, measurement) > limit
        return FAIL if late and not self._is_limit(measurement) else UNKNOWN

    def gap(self, row: int, metric: str, percentile: int) -> str | None:
        """Why `metric` at `percentile` is unknown for this workload, in a few words; None where it is known."""
        measurement = self.chosen(row, metric, percentile)
        if measurement == ABSENT and metric == "e2e_ms":
            return self._composed_gap(row, percentile)
        if measurement == ABSENT:
            return NOT_MEASURED
        if not self.comparable(measurement):
            return "measured with other lengths"
        return None if self.value(row, metric, percentile) else f"p{percentile} not measured"

    def _composed_gap(self, row: int, percentile: int) -> str | None:
        if percentile != PERCENTILES[0]:
            return f"p{percentile} not measured"
        measurement = self.composed(row, percentile)
        if measurement == ABSENT:
            return NOT_MEASURED
        if not self.comparable(measurement):
            return "measured with other lengths"
        if self.thinking(row) is None:
            return NOT_STATED
        return None if self._is_decode_rate(measurement) else "only an upper limit is known"

    def composed(self, row: int, percentile: int) -> int:
        """The measurement with both TTFT and rate at p50; above p50 their sum would be an estimate."""
        if percentile != PERCENTILES[0]:
            return ABSENT
        has_ttft, has_rate = self._having("ttft_ms", percentile), self._having("output_tps", percentile)
        return self._first(row, lambda m: has_ttft(m) and has_rate(m))

    def paired(self, row: int, percentile: int) -> int:
        """The measurement with a rate at p50 and a TTFT at `percentile` or above, for what is estimated of both.

        The slowest of several hosts are no ground for an estimate.
        """
        has_rate = self._having("output_tps", PERCENTILES[0])

        def is_ground(measurement: int) -> bool:
            timed = has_rate(measurement) and self.ttft_from(measurement, percentile) != ABSENT
            return timed and not self._is_limit(measurement)

        return self._first(row, is_ground)

    def ttft_from(self, measurement: int, percentile: int) -> int:
        """The TTFT of `measurement` at the lowest percentile that is `percentile` or above, or ABSENT."""
        return next(iter(self.proving("ttft_ms", percentile, measurement)), ABSENT)

    def proving(self, metric: str, percentile: int, measurement: int) -> list[int]:
        """The values of `metric` in `measurement` at `percentile` and above; each of them proves an upper limit."""
        values = (self._read(metric, p, measurement) for p in PERCENTILES if p >= percentile)
        return [value for value in values if value != ABSENT]

    def rate(self, measurement: int) -> int:
        """The output tokens per second of `measurement` at p50, or ABSENT."""
        return self._read("output_tps", PERCENTILES[0], measurement)

    def answer_tokens(self) -> int:
        """Output tokens of the workload, without reasoning."""
        return self._workload.output_tokens

    def thinking(self, row: int) -> int | None:
        """Reasoning tokens that the row spends on the workload; None where nobody knows."""
        return reasoning_tokens(self._index.column("reasoning")[row], self._workload.reasoning_tokens)

    def _first(self, row: int, has: Callable[[int], bool]) -> int:
        """The most trusted measurement of `row` that counts and has what is asked; within a year before older ones."""
        stale: list[int] = []
        for measurement in self._places(row):
            if not (self._counts(measurement) and has(measurement)):
                continue
            if not self.is_stale(measurement):
                return measurement
            stale.append(measurement)
        return min(stale, key=self._age) if stale else ABSENT

    def _first_of_all(self, measurements: int) -> dict[int, int]:
        """By row: the first of its `measurements` by `_first`. They stand in order of trust."""
        days = self._index.column("measurement.measured_on")
        fresh = measurements & where(days, (self._moment.day - FRESH_DAYS).__le__)
        rows = self._index.column("measurement.row")
        stale = sorted(rows_of(without(measurements, fresh)), key=lambda m: (-days[m], m))
        return {rows[m]: m for m in (*reversed(stale), *reversed(rows_of(fresh)))}

    def _counting(self) -> int:
        """The measurements that count, as a set with one bit for each; what `_counts` says of one."""
        days, last = self._index.column("measurement.measured_on"), self._moment.day
        counting = where(self._index.column("measurement.kind"), _KINDS_THAT_COUNT.__gt__)
        counting &= where(self._index.column("measurement.tier"), self._tier.__eq__) & where(days, last.__ge__)
        return counting if self._max_age is None else counting & where(days, (last - self._max_age).__le__)

    @property
    def unmeasured(self) -> int:
        """The rows without a measurement of any kind and age."""
        rows: int = self._index.derived(("unmeasured",), lambda: bits_of(self._never_measured(), len(self._index)))
        return rows

    def blank(self, metric: str, percentile: int) -> str:
        """Why `metric` is unknown of `unmeasured` rows, as `gap` says it."""
        return f"p{percentile} not measured" if metric == "e2e_ms" and percentile != PERCENTILES[0] else NOT_MEASURED

    def _never_measured(self) -> Iterator[int]:
        return (row for row, is_measured in enumerate(self._is_measured) if not is_measured)

    @property
    def _is_measured(self) -> bytes:
        """By row: 1 where it has a measurement of any kind and age, else 0."""
        if self._measured is None:
            first, last = self._index.column("measurement.from"), self._index.column("measurement.to")
            self._measured = self._index.derived(("measured",), lambda: bytes(map(operator.lt, first, last)))
        return self._measured

    def _places(self, row: int) -> Sequence[int]:
        return range(self._index.column("measurement.from")[row], self._index.column("measurement.to")[row])

    def _counts(self, measurement: int) -> bool:
        age = self._age(measurement)
        return (
            self._index.column("measurement.kind")[measurement] < _KINDS_THAT_COUNT
            and self._index.column("measurement.tier")[measurement] == self._tier
            and age >= 0
            and (self._max_age is None or age <= self._max_age)
        )

    def _age(self, measurement: int) -> int:
        return self._moment.day - self._index.column("measurement.measured_on")[measurement]

    def _having(self, metric: str, percentile: int) -> Callable[[int], bool]:
        column = self._index.column(metric_column(metric, percentile))
        return lambda measurement: column[measurement] != ABSENT

    def _having_any(self, metric: str) -> Callable[[int], bool]:
        columns = [self._index.column(metric_column(metric, p)) for p in PERCENTILES]
        return lambda measurement: any(column[measurement] != ABSENT for column in columns)

    def _read(self, metric: str, percentile: int, measurement: int) -> int:
        return self._index.column(metric_column(metric, percentile))[measurement]

    def _is_decode_rate(self, measurement: int) -> bool:
        """Whether the rate is that of the offering itself, without the TTFT; else it is a lower limit."""
        return self._index.column("measurement.basis")[measurement] == _DECODE and not self._is_limit(measurement)

    def _is_limit(self, measurement: int) -> bool:
        """Whether the figures are those of the slowest of several hosts."""
        return self._index.column("measurement.slowest_of")[measurement] != 0
