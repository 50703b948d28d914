"""How wrong the estimators were on runs in which the truth was measured too. Worked out by `benchmarks/estimates.py`.

The runs had no reasoning: what they show of `reasoning_after_ttft` is that rule for tokens of an answer.
"""

from __future__ import annotations

from typing import Any, NamedTuple

__all__ = ["HELD_OUT", "HeldOut", "held_out"]


class HeldOut(NamedTuple):
    """Whole percents of the true time: the median error, and the furthest that an estimate was below and above it."""

    runs: int
    median_percent: int
    worst_below_percent: int
    worst_above_percent: int


HELD_OUT = {
    ("decode", 50): HeldOut(15, 1, 3, 6),
    ("decode", 75): HeldOut(15, 3, 9, 0),
    ("decode", 90): HeldOut(15, 6, 18, 1),
    ("decode", 95): HeldOut(15, 5, 23, 3),
    ("decode", 99): HeldOut(15, 8, 31, 8),
    ("end_to_end", 50): HeldOut(15, 15, 0, 74),
    ("end_to_end", 75): HeldOut(15, 12, 2, 58),
    ("end_to_end", 90): HeldOut(15, 10, 11, 48),
    ("end_to_end", 95): HeldOut(15, 10, 16, 48),
    ("end_to_end", 99): HeldOut(15, 7, 26, 55),
    ("unstated", 50): HeldOut(15, 15, 3, 74),
    ("unstated", 75): HeldOut(15, 12, 9, 58),
    ("unstated", 90): HeldOut(15, 10, 18, 48),
    ("unstated", 95): HeldOut(15, 10, 23, 48),
    ("unstated", 99): HeldOut(15, 8, 31, 55),
}
"""By basis of the rate and percentile."""


def held_out(basis: str, percentile: int) -> dict[str, Any]:
    """The errors found for a rate of this basis at this percentile, as plain JSON."""
    return HELD_OUT[basis, percentile]._asdict()
