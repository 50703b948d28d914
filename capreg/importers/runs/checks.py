"""Whether a run can be believed: what a file must hold before anything of it is taken, and what is left out.

A run that fails is refused whole. A time per token that does not fit the other times of its own run is left out.
"""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from capreg.importers.runs.node import Report
from capreg.importers.runs.run import NAMES, Percentiles, Run

__all__ = ["believed"]

MOST_FAILED = Decimal("0.05")
"""A larger share of failed requests says that the system was broken, not fast."""
_LEAST_TTFT_MS = Decimal(1)
_MOST_OFF = Decimal("1.5")
_ENOUGH_TOKENS = 10


def believed(run: Run, report: Report) -> Run:
    """`run` without what contradicts itself; what makes it useless is a fault in `report`."""
    _answered(run, report)
    _timed(run, report)
    for name in ("ttft_ms", "tpot_ms", "e2e_ms"):
        _in_order(run, name, report)
    if run.rate_basis == "decode" and not _adds_up(run):
        note = "time per output token left out: it does not fit the first token and the whole call of the same run"
        return replace(run, tpot_ms={}, request_tps={}, notes=(*run.notes, note))
    return run


def _answered(run: Run, report: Report) -> None:
    if run.completed == 0:
        report.fault(
            run.where, "no request was answered", found=run.completed, expected="at least one", hint="run it again"
        )
        return
    share = Decimal(run.failed) / (run.failed + run.completed)
    if share > MOST_FAILED:
        report.fault(
            run.where,
            "too many requests failed",
            found=f"{run.failed} of {run.failed + run.completed}",
            expected=f"at most {MOST_FAILED:.0%}",
            hint="mend what failed, or lower the load, and measure again",
        )


def _timed(run: Run, report: Report) -> None:
    first = run.ttft_ms.get("p50")
    if first is None:
        report.fault(
            run.where,
            "there is no median time to first token",
            expected="percentiles of TTFT",
            hint="measure with streaming on; without it nobody sees the first token",
        )
    elif first < _LEAST_TTFT_MS:
        report.fault(
            run.where,
            "a first token in less than a millisecond",
            found=f"{first} ms",
            expected="a time that a network and a model can reach",
            hint="look at the unit in the file: seconds are often labelled as milliseconds",
        )


def _in_order(run: Run, name: str, report: Report) -> None:
    values: Percentiles = getattr(run, name)
    known = [values[p] for p in NAMES if p in values]
    if known != sorted(known):
        report.fault(
            run.where,
            f"the percentiles of {name} are out of order",
            found=", ".join(str(value) for value in known),
            expected="each at least as slow as the one before",
        )


def _adds_up(run: Run) -> bool:
    """Whether first token and time per token give about the whole call, at the median."""
    first, each, whole = (values.get("p50") for values in (run.ttft_ms, run.tpot_ms, run.e2e_ms))
    if first is None or each is None or not whole or run.output_tokens is None or run.output_tokens < _ENOUGH_TOKENS:
        return True
    ratio = (first + (run.output_tokens - 1) * each) / whole
    return 1 / _MOST_OFF <= ratio <= _MOST_OFF
