"""Estimates: what stands in for a speed that nobody measured, where the caller asks for that. No estimate is a fact.

An estimator is a rule with a name in `ESTIMATORS`. It looks at one row and gives a value, or None where it has none.
What it was found to be wrong by stands in `held_out`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, get_args

from capreg.domain.vocabulary import RateBasis
from capreg.index.bits import bits_of, rows_of
from capreg.index.columns import ABSENT
from capreg.units import format_ms

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from capreg.resolver.figures import Figures
    from capreg.resolver.settled import Settled

    Rule = Callable[[Figures, int], tuple[int, int] | None]
    """From a row to a value in the metric's integer unit, and the measurement that it was made from."""

__all__ = ["ESTIMATORS", "Estimate", "Estimated", "Estimator", "estimate", "told"]

_BASES = get_args(RateBasis)
_BILLION = 10**9
_MEDIAN = 50


class Estimate(NamedTuple):
    """A value of a metric at the asked percentile, by the rule named `estimator`, from `measurement`."""

    value: int
    estimator: str
    measurement: int


class Estimator(NamedTuple):
    """A written rule that estimates one metric."""

    name: str
    metric: str
    rule: Rule


class Estimated:
    """The numbers that rows are ranked by, estimates in place of what is unknown: `Figures` for rows let in by them."""

    __slots__ = ("_figures",)

    def __init__(self, figures: Figures) -> None:
        self._figures = figures

    def ranked(self, key: str, row: int) -> int | None:
        """The value of the rank key `key`, or the estimate that stands in for it."""
        value = self._figures.ranked(key, row)
        found = self._figures.estimated(key, row) if value is None else None
        return value if found is None else found.value

    def known(self, key: str, among: int) -> int:
        """The rows of `among` that have a value or an estimate on the rank key `key`."""
        return bits_of((row for row in rows_of(among) if self.ranked(key, row) is not None), among.bit_length())

    def best_first(self, key: str, among: int) -> Iterable[tuple[int, int]]:
        """(value, row) of the rows of `among`, best first by `key`; rates and qualities are negative."""
        sign = -1 if key in ("output_tps", "quality") else 1
        values = ((self.ranked(key, row), row) for row in rows_of(among))
        return sorted((sign * value, row) for value, row in values if value is not None)

    def learn_costs(self, rows: Iterable[int]) -> None:
        """Work out at once what will be asked of `rows`."""
        self._figures.learn_costs(rows)


def estimate(figures: Figures, metric: str, row: int) -> Estimate | None:
    """What the first estimator of `metric` that has a value says of `row`; None where none has."""
    key = (metric, row)
    if key not in figures.estimates:
        figures.estimates[key] = next(_guesses(figures, metric, row), None)
    return figures.estimates[key]


def told(settled: Settled, row: int) -> dict[str, dict[str, Any]]:
    """By metric: the estimates of `row`, as plain JSON, with what each was found to be wrong by."""
    from capreg.resolver.held_out import held_out

    found: dict[str, dict[str, Any]] = {}
    figures, basis = settled.figures, settled.index.column("measurement.basis")
    for metric in dict.fromkeys(estimator.metric for estimator in ESTIMATORS):
        known = metric == "e2e_ms" and figures.figure(metric, row) is not None
        one = None if known else estimate(figures, metric, row)
        if one is not None:
            found[metric] = {
                "value": float(format_ms(one.value)),
                "percentile": settled.request.percentile,
                "estimator": one.estimator,
                "measurement": settled.index.texts("measurements")[one.measurement],
                "held_out": held_out(_BASES[basis[one.measurement]], figures.percentile),
            }
    return found


def _guesses(figures: Figures, metric: str, row: int) -> Iterator[Estimate]:
    for estimator in ESTIMATORS:
        found = estimator.rule(figures, row) if estimator.metric == metric else None
        if found is not None:
            yield Estimate(found[0], estimator.name, found[1])


def _last_token(figures: Figures, row: int) -> tuple[int, int] | None:
    """End to end above p50: TTFT at that percentile, and the tokens after the first at the usual rate."""
    speeds = figures.speeds
    thinking, output = speeds.thinking(row), speeds.answer_tokens()
    if figures.percentile == _MEDIAN or thinking is None or speeds.chosen(row, "e2e_ms", figures.percentile) != ABSENT:
        return None
    return _after_ttft(figures, row, max(thinking + output - 1, 0))


def _first_answer(figures: Figures, row: int) -> tuple[int, int] | None:
    """The first token of the answer: TTFT, and the tokens of reasoning at the usual rate."""
    thinking = figures.speeds.thinking(row)
    if not thinking or figures.speeds.chosen(row, "first_answer_ms", figures.percentile) != ABSENT:
        return None
    return _after_ttft(figures, row, thinking)


def _after_ttft(figures: Figures, row: int, tokens: int) -> tuple[int, int] | None:
    """The time at which `tokens` have followed the first, of one measurement."""
    speeds = figures.speeds
    measurement = speeds.paired(row, figures.percentile)
    if measurement == ABSENT or not speeds.comparable(measurement) or not speeds.rate(measurement):
        return None
    rest = -(-tokens * _BILLION // speeds.rate(measurement))
    return speeds.ttft_from(measurement, figures.percentile) + rest, measurement


ESTIMATORS = (
    Estimator("tokens_after_ttft", "e2e_ms", _last_token),
    Estimator("reasoning_after_ttft", "first_answer_ms", _first_answer),
)
"""Every estimator, in the order in which those of one metric are asked."""
