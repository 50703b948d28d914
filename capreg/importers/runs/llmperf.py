"""llmperf: the summary of one run, or several by concurrency. Flat keys, seconds.

Its ``inter_token_latency_s`` divides the whole latency by the tokens, the first included: no time per output token.
Its ``request_output_throughput`` is one request's rate over the whole call; the throughput of everything together has
another key. Quantiles of a rate run the other way: its quarter is what three quarters of the requests reach.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from capreg.importers.runs.node import Node, Report
from capreg.importers.runs.run import NAMES, Percentiles, Run, Server, inverted

__all__ = ["TOOL", "read"]

TOOL = "llmperf"
_MS = Decimal(1000)


def read(document: Any, report: Report) -> Sequence[Run]:
    """The runs of one file: the file itself, or its entries by concurrency."""
    whole = Node(report, document)
    nodes = [whole] if _is_summary(whole) else [whole.part(name) for name in document] if whole.is_object else []
    if not nodes or not all(map(_is_summary, nodes)):
        report.fault(
            "",
            "this is no summary of llmperf",
            expected="an object with `num_concurrent_requests` and `results_ttft_s_quantiles_p50`",
            hint="name the tool that wrote the file: capreg import TOOL FILE",
        )
        return []
    return [_run(node) for node in nodes]


def _is_summary(node: Node) -> bool:
    return node.is_object and "results_num_completed_requests" in node.value


def _run(node: Node) -> Run:
    completed = node.needed_count("results_num_completed_requests")
    failed = node.count("results_number_errors") or 0
    per_minute = node.number("results_num_completed_requests_per_min")
    rate = None if per_minute is None else per_minute / 60
    length = node.number("results_number_input_tokens_mean")
    return Run(
        tool=TOOL,
        where=node.path or "the summary",
        server=Server(model=node.text("model")),
        measured_on=node.day("timestamp"),
        completed=completed,
        failed=failed,
        input_tokens=length,
        output_tokens=node.number("results_number_output_tokens_mean"),
        concurrency=node.count("num_concurrent_requests"),
        ttft_ms=_times(node, "results_ttft_s"),
        e2e_ms=_times(node, "results_end_to_end_latency_s"),
        request_tps=_rates(node),
        rate_basis="end_to_end",
        output_tps_total=node.number("results_mean_output_throughput_token_per_s"),
        input_tps_total=None if length is None or rate is None else length * rate,
        requests_per_second=rate,
    )


def _times(node: Node, metric: str) -> Percentiles:
    found = ((name, node.number(f"{metric}_quantiles_{name}")) for name in NAMES)
    return {name: value * _MS for name, value in found if value is not None}


def _rates(node: Node) -> Percentiles:
    """Slow-side rates: the inverse of the whole latency per token, percentile by percentile."""
    found = ((name, node.number(f"results_inter_token_latency_s_quantiles_{name}")) for name in NAMES)
    return inverted({name: value for name, value in found if value is not None})
