"""Rules on scores and estimates: what they name exists, nothing counts twice, and an interval holds its estimate."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from capreg.errors import Finding
from capreg.source.rules.facts import Facts
from capreg.source.rules.rule import check

__all__ = ["QUALITY_RULES"]


@check("QUA001")
def intervals_hold_their_estimate(facts: Facts) -> Iterator[Finding]:
    """QUA001: the lower end, the estimate and the upper end ascend."""
    for key, quality in facts.each("qualities"):
        low, estimate, high = (Decimal(value) for value in (quality.low, quality.estimate, quality.high))
        if not low <= estimate <= high:
            yield facts.finding(
                "QUA001",
                "qualities",
                key,
                "estimate",
                "the estimate is outside its interval",
                found=f"{quality.low}, {quality.estimate}, {quality.high}",
                expected="low, estimate and high in this order",
                hint="estimates are written by a command, not by hand",
                command="capreg fit",
            )


@check("QUA002")
def rated_models_exist(facts: Facts) -> Iterator[Finding]:
    """QUA002: the model of an estimate is one of the catalog's."""
    for key, quality in facts.each("qualities"):
        if quality.model not in facts.records["models"]:
            yield facts.finding(
                "QUA002",
                "qualities",
                key,
                "model",
                "there is no such model",
                found=quality.model,
                expected="the id of a file below models/",
                hint="write the estimates anew; a model that was renamed keeps its old name as an alias",
                command="capreg fit",
            )


@check("QUA003")
def scored_benchmarks_exist(facts: Facts) -> Iterator[Finding]:
    """QUA003: the benchmark of a score has a file, and is of the source whose table it stands in."""
    for key, score in facts.each("scores"):
        benchmark = facts.records["benchmarks"].get(score.benchmark)
        if benchmark is None or benchmark.source != score.source:
            yield facts.finding(
                "QUA003",
                "scores",
                key,
                "benchmark",
                "there is no such benchmark" if benchmark is None else "the benchmark is another source's",
                found=score.benchmark,
                expected=f"the id of a file below benchmarks/{score.source}/",
                hint="say what is asked and how it is counted in a file of its own, or correct the name",
            )


@check("QUA004")
def no_score_counts_twice(facts: Facts) -> Iterator[Finding]:
    """QUA004: one result of one model, run in one way, stands once; at a provider, once a day."""
    seen: dict[tuple[object, ...], str] = {}
    for key, score in facts.records["scores"].items():
        run: tuple[object, ...] = (score.benchmark, score.model, score.effort, score.snapshot, score.harness, score.raw)
        run += (score.provider, score.seen_on) if score.provider else ()
        first = seen.setdefault(run, key)
        if first != key:
            yield facts.finding(
                "QUA004",
                "scores",
                key,
                "",
                "the score stands twice",
                found=f"{score.raw} on {score.benchmark}, also in {facts.row('scores', first)}",
                hint="keep one of the rows, or say in which way the other one was run",
            )


@check("QUA006")
def no_copy_counts(facts: Facts) -> Iterator[Finding]:
    """QUA006: what a source took over from another one, figure for figure, stands at the other one alone."""
    benchmarks, scores = facts.records["benchmarks"], facts.records["scores"]
    stated = {(score.benchmark, score.model, Decimal(score.value)): key for key, score in scores.items()}
    for key, score in scores.items():
        benchmark = benchmarks.get(score.benchmark)
        for original in benchmark.republishes if benchmark else ():
            first = stated.get((original, score.model, Decimal(score.value)))
            if first is not None:
                yield facts.finding(
                    "QUA006",
                    "scores",
                    key,
                    "value",
                    "the score is a copy",
                    found=f"{score.value}, also in scores/{first.rpartition('/')[0]}.csv, {facts.row('scores', first)}",
                    expected="each result at one source",
                    hint="take this row out: one statement told twice is no second piece of evidence",
                )


@check("QUA007")
def republished_benchmarks_exist(facts: Facts) -> Iterator[Finding]:
    """QUA007: what a benchmark republishes is another source's benchmark that has a file."""
    for key, benchmark in facts.each("benchmarks"):
        for place, original in enumerate(benchmark.republishes):
            named = facts.records["benchmarks"].get(original)
            if named is None or named.source == benchmark.source:
                yield facts.finding(
                    "QUA007",
                    "benchmarks",
                    key,
                    f"republishes[{place}]",
                    "there is no such benchmark" if named is None else "the benchmark is of the same source",
                    found=original,
                    expected="the id of another source's file below benchmarks/",
                    hint="correct the name, or take it out",
                )


@check("QUA005")
def floors_can_be_met(facts: Facts) -> Iterator[Finding]:
    """QUA005: a skill sets floors of quality on capabilities that a benchmark makes estimates of, where any does."""
    for key, skill in facts.each("skills"):
        floors = (skill.floors.min_quality if skill.floors else None) or {}
        latent = [one for one in facts.records["benchmarks"].values() if one.is_latent] if floors else []
        known = sorted({one.capability for one in latent})
        for name in floors:
            if known and name not in known:
                yield facts.finding(
                    "QUA005",
                    "skills",
                    key,
                    f"floors.min_quality.{name}",
                    f"no benchmark makes an estimate of {name!r}, so nobody could pass",
                    found=name,
                    expected=f"one of {', '.join(known)}",
                    hint="name another capability, or add a benchmark with scores first",
                )


QUALITY_RULES = (
    floors_can_be_met,
    intervals_hold_their_estimate,
    rated_models_exist,
    scored_benchmarks_exist,
    no_score_counts_twice,
    no_copy_counts,
    republished_benchmarks_exist,
)
