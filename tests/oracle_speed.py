"""The oracle's speed: which measurement speaks, and what it proves, as section 8 of docs/reference/resolver.md says.

It takes plain documents and shares no code with the engine. Times are microseconds, rates thousandths of a token a
second, bounds exact fractions of them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from fractions import Fraction
from typing import NamedTuple

from tests.oracle_facts import FAIL, PASS, UNKNOWN
from tests.oracle_money import Document, Work

__all__ = [
    "COUNTING_KINDS",
    "METRICS",
    "EndToEnd",
    "Moment",
    "Seen",
    "bounded",
    "choose",
    "end_to_end",
    "end_to_end_at_most",
    "first_of",
    "is_comparable",
    "is_limit",
    "may_speak",
    "read",
]

COUNTING_KINDS = ("own_measurement", "independent_measurement", "router_telemetry", "vendor_measurement")
METRICS = ("ttft_ms", "first_answer_ms", "e2e_ms", "output_tps")
YEAR = timedelta(days=365)


class Seen(NamedTuple):
    """One measurement, with its figures as whole numbers by metric and percentile."""

    id: str
    document: Document
    measured_on: date
    figures: dict[str, dict[int, int]]


class Moment(NamedTuple):
    """Which measurements may speak at all."""

    tier: str
    day: date
    max_age_days: int | None


class EndToEnd(NamedTuple):
    """What is known of the time to the last token: figures by percentile, or an estimate at p50, or at least TTFT."""

    measured: dict[int, int] | None = None
    ttft: int | None = None
    estimate: int | None = None
    is_upper_limit: bool = False
    ttft_may_be_less: bool = False


NOTHING = EndToEnd()


def read(id_: str, document: Document) -> Seen:
    """The measurement that a document says."""
    figures = {
        metric: {int(p[1:]): int(Fraction(value) * 1000) for p, value in document.get(metric, {}).items()}
        for metric in METRICS
    }
    return Seen(id_, document, date.fromisoformat(document["measured_on"]), figures)


def choose(
    seen: Sequence[Seen], metrics: Sequence[str], percentile: int, moment: Moment, *, exactly: bool = False
) -> Seen | None:
    """The measurement that speaks for all of `metrics`; with `exactly`, none without that very percentile."""
    candidates = [one for one in seen if may_speak(one, moment) and all(one.figures[metric] for metric in metrics)]
    exact = [one for one in candidates if all(percentile in one.figures[metric] for metric in metrics)]
    return first_of(exact if exact or exactly else candidates, moment.day)


def may_speak(one: Seen, moment: Moment) -> bool:
    """Whether the measurement may be asked at all: of a kind that counts, seen by then, not over."""
    return (
        one.document["kind"] in COUNTING_KINDS
        and one.document.get("tier", "standard") == moment.tier
        and one.measured_on <= moment.day
        and (moment.max_age_days is None or moment.day - one.measured_on <= timedelta(days=moment.max_age_days))
    )


def first_of(candidates: Sequence[Seen], day: date) -> Seen | None:
    """The first in the page's order, which has the newest before the kind where all are older than a year."""
    fresh = [one for one in candidates if day - one.measured_on <= YEAR]

    def order(one: Seen) -> tuple[object, ...]:
        kind, age = COUNTING_KINDS.index(one.document["kind"]), day - one.measured_on
        trust = (kind, age) if fresh else (age, kind)
        return (*trust, -one.document.get("n", 0), one.document["source"], one.id)

    return min(fresh or candidates, key=order, default=None)


def is_comparable(one: Seen, work: Work) -> bool:
    """Whether every length that the measurement states is within a factor of two of the workload's."""
    pairs = [(one.document.get(name), getattr(work, name)) for name in ("input_tokens", "output_tokens")]
    return all(stated is None or (stated <= 2 * wanted and wanted <= 2 * stated) for stated, wanted in pairs)


def is_limit(one: Seen) -> bool:
    """Whether its figures are those of the slowest of several hosts, which can pass a bound and not fail it."""
    return "slowest_of" in one.document


def bounded(figures: Mapping[int, int], percentile: int, meets: Callable[[int], bool]) -> str:
    """What the figures of one measurement say of a bound at `percentile`."""
    if any(meets(value) for at, value in figures.items() if at >= percentile):
        return PASS
    if any(not meets(value) for at, value in figures.items() if at <= percentile):
        return FAIL
    return UNKNOWN


def end_to_end(seen: Sequence[Seen], percentile: int, moment: Moment, work: Work, reasoning: int | None) -> EndToEnd:
    """The measured time to the last token; else, at p50, TTFT and a rate of one row added up."""
    measured = choose(seen, ("e2e_ms",), percentile, moment)
    if measured is not None:
        figures = measured.figures["e2e_ms"] if is_comparable(measured, work) else {}
        return EndToEnd(measured=figures, is_upper_limit=is_limit(measured), ttft_may_be_less=is_limit(measured))
    both = choose(seen, ("ttft_ms", "output_tps"), 50, moment, exactly=True) if percentile == 50 else None
    if both is None or not is_comparable(both, work):
        return NOTHING
    ttft, rate = both.figures["ttft_ms"][50], both.figures["output_tps"][50]
    limit = is_limit(both)
    if reasoning is None or rate == 0:
        return EndToEnd(ttft=ttft, ttft_may_be_less=limit)
    after_the_first = max(reasoning + work.output_tokens - 1, 0)
    rest = -(-after_the_first * 10**9 // rate)
    is_upper_limit = limit or both.document.get("rate_basis") != "decode"
    return EndToEnd(ttft=ttft, estimate=ttft + rest, is_upper_limit=is_upper_limit, ttft_may_be_less=limit)


def end_to_end_at_most(e2e: EndToEnd, limit: Fraction, percentile: int) -> str:
    """What is known of a bound on the time to the last token."""
    if e2e.measured is not None:
        verdict = bounded(e2e.measured, percentile, lambda value: value <= limit)
        return UNKNOWN if verdict == FAIL and e2e.is_upper_limit else verdict
    if e2e.ttft is None:
        return UNKNOWN
    if e2e.ttft > limit:
        return UNKNOWN if e2e.ttft_may_be_less else FAIL
    if e2e.estimate is None:
        return UNKNOWN
    if e2e.estimate <= limit:
        return PASS
    return UNKNOWN if e2e.is_upper_limit else FAIL
