"""inference-perf: a lifecycle report of one stage, or the summary of all of them. Times are seconds.

Model and day stand in the configuration beside the report, which is not read. Some versions count each token twice in
``time_per_output_token``; a run whose times do not add up keeps its other figures.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any

from capreg.importers.runs.node import Node, Report
from capreg.importers.runs.run import NAMES, Percentiles, Run, decode_rates

__all__ = ["TOOL", "read"]

TOOL = "inference-perf"
_MS = Decimal(1000)


def read(document: Any, report: Report) -> Sequence[Run]:
    """The one run of a report."""
    node = Node(report, document)
    if not node.part("successes").is_object or not node.part("load_summary").is_object:
        report.fault(
            "successes",
            "this is no lifecycle report of inference-perf",
            expected="an object with `load_summary`, `successes` and `failures`",
            hint="name the tool that wrote the file: capreg import TOOL FILE",
        )
        return []
    return [_run(node)]


def _run(node: Node) -> Run:
    load, good = node.part("load_summary"), node.part("successes")
    latency, throughput = good.part("latency"), good.part("throughput")
    tpot = _times(latency, "time_per_output_token")
    return Run(
        tool=TOOL,
        where="the report",
        duration_s=load.number("send_duration"),
        completed=good.needed_count("count"),
        failed=node.part("failures").count("count") or 0,
        input_tokens=good.part("prompt_len").number("mean"),
        output_tokens=good.part("output_len").number("mean"),
        concurrency=load.count("concurrency"),
        requests_per_second_asked=load.number("requested_rate"),
        ttft_ms=_times(latency, "time_to_first_token"),
        tpot_ms=tpot,
        itl_ms=_times(latency, "inter_token_latency"),
        e2e_ms=_times(latency, "request_latency"),
        request_tps=decode_rates(tpot),
        output_tps_total=throughput.number("output_tokens_per_sec"),
        input_tps_total=throughput.number("input_tokens_per_sec"),
        requests_per_second=throughput.number("requests_per_sec"),
    )


def _times(latency: Node, name: str) -> Percentiles:
    return dict(_each_time(latency.part(name)))


def _each_time(block: Node) -> Iterator[tuple[str, Decimal]]:
    for name in NAMES:
        value = block.number(*((name, "median") if name == "p50" else (name,)))
        if value is not None:
            yield name, value * _MS
