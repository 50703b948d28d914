"""vLLM `bench serve` and its older `benchmark_serving.py`: one JSON object a run, or a list of them after a sweep.

Keys are ``{statistic}_{metric}_ms``. A shape without ``_ms`` exists too, and its times are seconds. Nothing in the
file says which chip served.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from capreg.importers.runs.node import Node, Report
from capreg.importers.runs.run import NAMES, Percentiles, Run, Server, decode_rates

__all__ = ["TOOL", "read", "run_of"]

TOOL = "vllm"
_MS = Decimal(1000)


def read(document: Any, report: Report) -> Sequence[Run]:
    """The runs of one file, in order."""
    several = document if isinstance(document, list) else [document]
    nodes = [
        Node(report, entry, f"[{place}]" if isinstance(document, list) else "") for place, entry in enumerate(several)
    ]
    return [run_of(node, TOOL) for node in nodes if _is_run(node)]


def _is_run(node: Node) -> bool:
    known = node.is_object and "completed" in node.value and any("ttft" in str(key) for key in node.value)
    if not known:
        node.report.fault(
            node.path,
            "this is no result of vLLM's serving benchmark",
            expected="an object with `completed` and TTFT statistics, such as `median_ttft_ms`",
            hint="name the tool that wrote the file: capreg import TOOL FILE",
        )
    return known


def run_of(node: Node, tool: str) -> Run:
    """The run that `node` holds under vLLM's keys; SGLang writes the same ones."""
    completed = node.needed_count("completed")
    asked = node.count("num_prompts")
    failed = node.count("failed")
    duration = node.number("duration")
    tpot = _times(node, "tpot")
    return Run(
        tool=tool,
        where=node.path or "the run",
        server=Server(model=node.text("model_id")),
        measured_on=node.day("benchmark_start_time_unix") or _local_day(node),
        duration_s=duration,
        completed=completed,
        failed=failed if failed is not None else max(0, (asked or completed) - completed),
        input_tokens=_mean(node.number("total_input_tokens"), completed),
        output_tokens=_mean(node.number("total_output_tokens"), completed),
        concurrency=node.count("max_concurrency"),
        requests_per_second_asked=node.number("request_rate"),
        ttft_ms=_times(node, "ttft"),
        tpot_ms=tpot,
        itl_ms=_times(node, "itl"),
        e2e_ms=_times(node, "e2el") or _times(node, "e2e_latency"),
        request_tps=decode_rates(tpot),
        output_tps_total=node.number("output_throughput"),
        input_tps_total=node.number("input_throughput") or _over(node.number("total_input_tokens"), duration),
        requests_per_second=node.number("request_throughput"),
    )


def _times(node: Node, metric: str) -> Percentiles:
    found = dict(_each_time(node, f"_{metric}_ms", Decimal(1)))
    return found or dict(_each_time(node, f"_{metric}", _MS))


def _each_time(node: Node, ending: str, factor: Decimal) -> Iterator[tuple[str, Decimal]]:
    for name in NAMES:
        names = (f"{name}{ending}", f"median{ending}") if name == "p50" else (f"{name}{ending}",)
        value = node.number(*names)
        if value is not None:
            yield name, value * factor


def _local_day(node: Node) -> date | None:
    """The day of ``date``, written as YYYYMMDD-HHMMSS without a zone."""
    try:
        return datetime.strptime(str(node.raw("date")), "%Y%m%d-%H%M%S").date()  # noqa: DTZ007  the file has no zone
    except ValueError:
        return None


def _mean(total: Decimal | None, count: int) -> Decimal | None:
    return None if total is None or not count else total / count


def _over(total: Decimal | None, duration: Decimal | None) -> Decimal | None:
    return None if total is None or not duration else total / duration
