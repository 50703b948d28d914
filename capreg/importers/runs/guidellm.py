"""guidellm: one JSON report with a benchmark for each step of a sweep.

Percentiles are keyed ``p01`` … ``p999`` below ``successful``; request latency is seconds where the other times are
milliseconds. ``inter_token_latency_ms`` is per request, after the first token; ``time_per_output_token_ms`` divides by
all tokens and is not taken. Older reports have no ``metadata`` and keep their counts elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any

from capreg.importers.runs.node import Node, Report
from capreg.importers.runs.run import NAMES, Percentiles, Run, Server, decode_rates

__all__ = ["TOOL", "read"]

TOOL = "guidellm"
_MS = Decimal(1000)


def read(document: Any, report: Report) -> Sequence[Run]:
    """The runs of one report, in order."""
    benchmarks = [entry for entry in Node(report, document).entries("benchmarks") if entry.part("metrics").is_object]
    if not benchmarks:
        report.fault(
            "benchmarks",
            "this is no report of guidellm",
            expected="an object whose `benchmarks` have `metrics`",
            hint="name the tool that wrote the file: capreg import TOOL FILE",
        )
    return [_run(entry) for entry in benchmarks]


def _run(node: Node) -> Run:
    metrics, counts = node.part("metrics"), _counts(node)
    strategy = node.first("config", "args").part("strategy")
    tpot = _times(metrics, "inter_token_latency_ms", Decimal(1))
    rate = _mean(metrics, "requests_per_second")
    length = _mean(metrics, "prompt_token_count")
    return Run(
        tool=TOOL,
        where=node.path,
        server=Server(model=_model(node)),
        measured_on=node.day("start_time") or node.part("run_stats").day("start_time"),
        duration_s=node.number("duration"),
        completed=counts.needed_count("successful"),
        failed=counts.count("errored") or 0,
        input_tokens=length,
        output_tokens=_mean(metrics, "output_token_count"),
        concurrency=_concurrency(strategy),
        requests_per_second_asked=strategy.number("rate")
        if strategy.text("type_") in ("constant", "poisson")
        else None,
        ttft_ms=_times(metrics, "time_to_first_token_ms", Decimal(1)),
        tpot_ms=tpot,
        e2e_ms=_times(metrics, "request_latency", _MS),
        request_tps=decode_rates(tpot),
        output_tps_total=_mean(metrics, "output_tokens_per_second"),
        input_tps_total=None if length is None or rate is None else length * rate,
        requests_per_second=rate,
    )


def _counts(node: Node) -> Node:
    """Where this version keeps how many requests were answered, errored and cut off at the end."""
    places = (
        node.part("metrics", "request_totals"),
        node.part("request_totals"),
        node.part("run_stats", "requests_made"),
    )
    return next((place for place in places if place.is_object), places[0])


def _model(node: Node) -> str | None:
    return node.part("config", "backend").text("model") or node.part("worker").text("backend_model")


def _concurrency(strategy: Node) -> int | None:
    """Requests in flight where the strategy held them. A cap that a rate never reached is not one."""
    kind = strategy.text("type_")
    if kind == "synchronous":
        return 1
    return strategy.count("streams", "max_concurrency") if kind == "concurrent" else None


def _mean(metrics: Node, name: str) -> Decimal | None:
    return metrics.part(name, "successful").number("mean")


def _times(metrics: Node, name: str, factor: Decimal) -> Percentiles:
    return dict(_each_time(metrics.part(name, "successful"), factor))


def _each_time(block: Node, factor: Decimal) -> Iterator[tuple[str, Decimal]]:
    for name in NAMES:
        value = block.part("percentiles").number(name)
        if value is None and name == "p50":
            value = block.number("median")
        if value is not None:
            yield name, value * factor
