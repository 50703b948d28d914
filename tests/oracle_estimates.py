"""The oracle's estimates: what may stand in for a speed, as section 14 of docs/reference/resolver.md says.

It shares no code with the engine.
"""

from __future__ import annotations

from collections.abc import Sequence

from tests.oracle_money import Work
from tests.oracle_speed import Moment, Seen, choose, first_of, is_comparable, is_limit, may_speak

__all__ = ["estimate"]


def estimate(
    metric: str, seen: Sequence[Seen], percentile: int, moment: Moment, work: Work, *, reasoning: int | None
) -> int | None:
    """The value that stands in for `metric` at `percentile`, microseconds; None where nothing does."""
    if reasoning is None or choose(seen, (metric,), percentile, moment) is not None:
        return None
    if metric == "e2e_ms" and percentile > 50:
        return _after(seen, percentile, moment, work, max(reasoning + work.output_tokens - 1, 0))
    if metric == "first_answer_ms" and reasoning > 0:
        return _after(seen, percentile, moment, work, reasoning)
    return None


def _after(seen: Sequence[Seen], percentile: int, moment: Moment, work: Work, tokens: int) -> int | None:
    pairs = [
        one
        for one in seen
        if may_speak(one, moment) and 50 in one.figures["output_tps"] and _ttft(one, percentile) and not is_limit(one)
    ]
    pair = first_of(pairs, moment.day)
    if pair is None or not is_comparable(pair, work) or pair.figures["output_tps"][50] == 0:
        return None
    times = _ttft(pair, percentile)
    return times[min(times)] - (-tokens * 10**9 // pair.figures["output_tps"][50])


def _ttft(one: Seen, percentile: int) -> dict[int, int]:
    return {at: value for at, value in one.figures["ttft_ms"].items() if at >= percentile}
