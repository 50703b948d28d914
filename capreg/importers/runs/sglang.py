"""SGLang `bench_serving`: JSON lines, one run a line, appended to by later runs. The keys are vLLM's.

Older lines have medians only and no time per output token. No line has a date; the model is in ``server_info``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from capreg.importers.runs import vllm
from capreg.importers.runs.node import Node, Report
from capreg.importers.runs.run import Run, Server

__all__ = ["TOOL", "read"]

TOOL = "sglang"


def read(document: Any, report: Report) -> Sequence[Run]:
    """The runs of one file, a line each."""
    lines = document if isinstance(document, list) else [document]
    nodes = [Node(report, line, f"line {number}") for number, line in enumerate(lines, start=1)]
    return [_run(node) for node in nodes if _is_run(node)]


def _is_run(node: Node) -> bool:
    known = node.is_object and "completed" in node.value and "median_ttft_ms" in node.value
    if not known or not ("median_e2e_latency_ms" in node.value or "server_info" in node.value):
        node.report.fault(
            node.path,
            "this is no result of SGLang's serving benchmark",
            expected="an object with `completed`, `median_ttft_ms` and `median_e2e_latency_ms`",
            hint="name the tool that wrote the file: capreg import TOOL FILE",
        )
        return False
    return True


def _run(node: Node) -> Run:
    server = node.part("server_info")
    told = Server(
        model=server.text("served_model_name", "model_path"), engine="sglang", engine_version=server.text("version")
    )
    return replace(vllm.run_of(node, TOOL), server=told, where=node.path, measured_on=None)
