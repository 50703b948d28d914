"""Rules on measurements: percentiles in order, and figures that a clock can show."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from itertools import pairwise

from capreg.domain.measurement import SPEED_METRICS, Measurement
from capreg.errors import Finding
from capreg.source.rules.facts import Facts
from capreg.source.rules.rule import check

__all__ = ["SPEED_RULES"]

_FALLING = "output_tps"
"""The metric of which more is better: its slow side falls as the percentile rises."""


@check("SPD001")
def percentiles_are_monotone(facts: Facts) -> Iterator[Finding]:
    """SPD001: a higher percentile is never better. A source whose p90 rate is above its p50 means the fast side."""
    for key, measurement in facts.each("measurements"):
        for metric in SPEED_METRICS:
            figures = _figures(getattr(measurement, metric))
            for (lower, before), (higher, after) in pairwise(figures):
                better = after > before if metric == _FALLING else after < before
                if better:
                    yield facts.finding(
                        "SPD001",
                        "measurements",
                        key,
                        f"{metric}_{higher}",
                        f"{higher} is better than {lower}",
                        found=f"{lower} = {before}, {higher} = {after}",
                        expected="percentiles of the slow side: each is at best equal to the one before",
                        hint="percentiles of the fast side go under fast_output_tps"
                        if metric == _FALLING
                        else "the two may be swapped, or of two measurements",
                    )


@check("SPD002")
def fast_tails_are_fast(facts: Facts) -> Iterator[Finding]:
    """SPD002: the fast tail starts at the median and rises."""
    for key, measurement in facts.each("measurements"):
        figures = _figures(measurement.fast_output_tps)
        median = [("p50", Decimal(measurement.output_tps["p50"]))] if "p50" in (measurement.output_tps or {}) else []
        line = [*median, *figures] if figures else []
        for (lower, before), (higher, after) in pairwise(line):
            if after < before:
                yield facts.finding(
                    "SPD002",
                    "measurements",
                    key,
                    f"fast_output_tps_{higher}",
                    f"the fast tail at {higher} is slower than at {lower}",
                    found=f"{lower} = {before}, {higher} = {after}",
                    expected="each at least equal to the one before",
                    hint="percentiles of the slow side go under output_tps",
                )


@check("SPD003", "SPD004", "SPD005")
def figures_are_possible(facts: Facts) -> Iterator[Finding]:
    """SPD003: a row says something. SPD004: no speed is zero. SPD005: no share is above 100 %."""
    for key, measurement in facts.each("measurements"):
        held = _held(measurement)
        uptime = measurement.uptime_percent
        if not held and uptime is None:
            yield facts.finding(
                "SPD003", "measurements", key, "", "a measurement without a figure", hint="remove the row"
            )
        for metric, figures in held.items():
            for percentile, figure in figures.items():
                if Decimal(figure) == 0:
                    yield facts.finding(
                        "SPD004",
                        "measurements",
                        key,
                        f"{metric}_{percentile}",
                        "a speed of zero",
                        found=figure,
                        hint="leave the cell empty: sources write 0 for what they did not measure",
                    )
        if uptime is not None and Decimal(uptime) > 100:
            yield facts.finding(
                "SPD005",
                "measurements",
                key,
                "uptime_percent",
                "more than 100 %",
                found=uptime,
                expected="0 to 100",
                hint="check the unit",
            )


def _held(measurement: Measurement) -> dict[str, Mapping[str, str]]:
    metrics = (*SPEED_METRICS, "fast_output_tps")
    return {metric: getattr(measurement, metric) for metric in metrics if getattr(measurement, metric)}


def _figures(figures: Mapping[str, str] | None) -> list[tuple[str, Decimal]]:
    return [(name, Decimal(text)) for name, text in sorted((figures or {}).items())]


@check("SPD007")
def kinds_are_those_of_their_source(facts: Facts) -> Iterator[Finding]:
    """SPD007: a measurement is of the kind that its source gives: what a vendor says of itself stays marked so."""
    for key, measurement in facts.each("measurements"):
        source = facts.records["sources"].get(measurement.source)
        given = source.kinds.speed if source else measurement.kind
        if measurement.kind not in (given, "own_measurement"):
            yield facts.finding(
                "SPD007",
                "measurements",
                key,
                "kind",
                f"{measurement.source} {f'gives {given}' if given else 'gives no speeds'}",
                found=measurement.kind,
                expected=given or f'speed = "{measurement.kind}" below [kinds] of sources/{measurement.source}.toml',
                hint="correct the row, or what the source gives where its file is wrong",
            )


@check("SPD008")
def measurements_stand_once(facts: Facts) -> Iterator[Finding]:
    """SPD008: one measurement of one offering, day and way stands once."""
    seen: dict[tuple[object, ...], str] = {}
    for key, one in facts.each("measurements"):
        run = (one.offering, one.source, one.kind, one.vantage, one.measured_on, one.tier, one.window_s)
        way = (one.region, one.quantization, one.concurrency, one.input_tokens, one.output_tokens)
        first = seen.setdefault((*run, *way), key)
        if first != key:
            yield facts.finding(
                "SPD008",
                "measurements",
                key,
                "",
                "the measurement stands twice",
                found=f"{one.offering} on {one.measured_on}, also in {facts.row('measurements', first)}",
                hint="keep one of the rows, or say what sets them apart: region, lengths, concurrency",
            )


SPEED_RULES = (
    percentiles_are_monotone,
    fast_tails_are_fast,
    figures_are_possible,
    kinds_are_those_of_their_source,
    measurements_stand_once,
)
