"""What stands in for the times of a machine that was measured with other lengths, and how wrong such estimates were.

Worked out by `benchmarks/shapes.py`: each point with lengths of its own was estimated from points of the same machine
at the same concurrency with other lengths.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from capreg.units import format_ms, format_usd

if TYPE_CHECKING:
    from collections.abc import Mapping

    from capreg.resolver.settled import Settled

__all__ = ["HELD_OUT_SHAPES", "HeldOutShape", "told_of_machine"]

_METRICS = ("ttft_ms", "e2e_ms", "output_tps")


class HeldOutShape(NamedTuple):
    """Whole percents of the truth: the median error, and how far the worst tenth was too good and too bad at least."""

    runs: int
    median_percent: int
    tenth_too_good_percent: int
    tenth_too_bad_percent: int


HELD_OUT_SHAPES = {
    ("ttft_ms", False): HeldOutShape(762, 50, 4, 88),
    ("ttft_ms", True): HeldOutShape(426, 55, 37, 74),
    ("output_tps", False): HeldOutShape(762, 13, 0, 34),
    ("output_tps", True): HeldOutShape(426, 39, 0, 77),
    ("requests_per_second", False): HeldOutShape(762, 14, 0, 36),
    ("requests_per_second", True): HeldOutShape(426, 38, 0, 71),
}
"""By metric, and whether the call reads more than the measured one did."""


def told_of_machine(settled: Settled, row: int, machine: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """By figure: the estimate for `row`, as plain JSON, with what such estimates were found to be wrong by.

    A cost is as wrong as the calls a second that it rests on.
    """
    cost = settled.figures.cost(row)
    figures = {metric: settled.figures.figure(metric, row) for metric in _METRICS}
    values = {metric: float(format_ms(figure.value)) for metric, figure in figures.items() if figure is not None}
    if cost is not None:
        values["cost_usd"] = float(format_usd(cost))
    longer = max(settled.request.workload.input_tokens, 1) > machine["input_tokens"]
    return {
        name: {
            "value": value,
            "percentile": settled.request.percentile,
            "estimator": "other_lengths",
            "measurement": machine["deployment"],
            "held_out": _error(name, longer),
        }
        for name, value in values.items()
    }


def _error(name: str, longer: bool) -> dict[str, Any] | None:
    error = HELD_OUT_SHAPES.get(("requests_per_second" if name == "cost_usd" else name, longer))
    return None if error is None else error._asdict()
