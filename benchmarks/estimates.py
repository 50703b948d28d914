"""How wrong the estimators are, on runs in which the truth was measured too.

Run `python -m benchmarks.estimates`. `held_out/llmperf-2024-01.csv` holds, for 15 public runs of the LLMPerf
leaderboard (Anyscale / Ray, Apache-2.0; 100 to 150 requests each, five in flight), percentiles worked out from the
single requests, by nearest rank. An estimator sees a run's TTFT and median rate, and never its end-to-end times.
"""

from __future__ import annotations

import csv
from pathlib import Path
from statistics import median
from typing import NamedTuple

from capreg.resolver.held_out import HELD_OUT, HeldOut

__all__ = ["errors", "worked_out"]

TABLE = Path(__file__).parent / "held_out" / "llmperf-2024-01.csv"
PERCENTILES = (50, 75, 90, 95, 99)
_RATES = {"decode": "decode_tps_p50", "end_to_end": "whole_tps_p50"}


class Run(NamedTuple):
    """One run: what an estimator sees, and what was true."""

    tokens: int
    rates: dict[str, float]
    ttft_ms: dict[int, float]
    e2e_ms: dict[int, float]


def runs() -> list[Run]:
    """The runs of the table."""
    with TABLE.open(encoding="utf-8", newline="") as opened:
        return [_run(row) for row in csv.DictReader(opened)]


def _run(row: dict[str, str]) -> Run:
    return Run(
        tokens=int(row["output_tokens"]),
        rates={basis: float(row[column]) for basis, column in _RATES.items()},
        ttft_ms={p: float(row[f"ttft_ms_p{p}"]) for p in PERCENTILES},
        e2e_ms={p: float(row[f"e2e_ms_p{p}"]) for p in PERCENTILES},
    )


def errors(basis: str, percentile: int) -> list[float]:
    """Estimate over truth, less one, of every run: the rule of `tokens_after_ttft` at `percentile`."""
    return [
        (run.ttft_ms[percentile] + (run.tokens - 1) * 1000 / run.rates[basis]) / run.e2e_ms[percentile] - 1
        for run in runs()
    ]


def worked_out() -> dict[tuple[str, int], HeldOut]:
    """By basis of the rate and percentile: whole percents, as `capreg.resolver.held_out` has them.

    Where the basis is not stated it may be either, so the larger error of the two counts.
    """
    found: dict[tuple[str, int], HeldOut] = {}
    for percentile in PERCENTILES:
        for basis in _RATES:
            off = errors(basis, percentile)
            found[basis, percentile] = HeldOut(
                runs=len(off),
                median_percent=round(100 * median(map(abs, off))),
                worst_below_percent=round(100 * max(0.0, -min(off))),
                worst_above_percent=round(100 * max(0.0, *off)),
            )
        both = [found[basis, percentile] for basis in _RATES]
        found["unstated", percentile] = HeldOut(both[0].runs, *(max(one[i] for one in both) for i in (1, 2, 3)))
    return found


def main() -> None:
    """Print the table, and whether it is the one that candidates show."""
    found = worked_out()
    print(f"{'rate':<12} {'at':>4} {'runs':>5} {'median':>7} {'below':>7} {'above':>7}")
    for (basis, percentile), one in sorted(found.items()):
        print(
            f"{basis:<12} p{percentile:<3} {one.runs:>5} {one.median_percent:>6}% "
            f"{one.worst_below_percent:>6}% {one.worst_above_percent:>6}%"
        )
    print("as candidates show it" if found == HELD_OUT else "NOT what capreg/resolver/held_out.py says")


if __name__ == "__main__":
    main()
