"""aiperf and its forerunner genai-perf: the JSON or CSV export of one profile run.

Each statistic is a block with its own unit. ``inter_token_latency`` is per request, after the first token, so it is a
time per output token; the gaps between chunks have a name of their own. Lengths are the ones seen, since the asked
output length can be far from it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from capreg.importers.runs.node import Node, Report
from capreg.importers.runs.run import NAMES, Percentiles, Run, Server, decode_rates

__all__ = ["TOOL", "read"]

TOOL = "aiperf"
_S = Decimal(1000)
_TO_MS = {
    "ms": Decimal(1),
    "milliseconds": Decimal(1),
    "s": _S,
    "sec": _S,
    "seconds": _S,
    "us": 1 / _S,
    "ns": 1 / _S**2,
}
_CSV_NAMES = {
    "Time to First Token": "time_to_first_token",
    "Inter Token Latency": "inter_token_latency",
    "Inter Chunk Latency": "inter_chunk_latency",
    "Request Latency": "request_latency",
    "Input Sequence Length": "input_sequence_length",
    "Output Sequence Length": "output_sequence_length",
    "Output Token Throughput": "output_token_throughput",
    "Request Throughput": "request_throughput",
    "Request Count": "request_count",
    "Error Request Count": "error_request_count",
    "Benchmark Duration": "benchmark_duration",
}


def read(document: Any, report: Report) -> Sequence[Run]:
    """The one run of a file. `document` is the JSON export, or the rows of the CSV export."""
    node = Node(report, _from_rows(document) if isinstance(document, list) else document)
    if not node.part("request_latency").is_object:
        report.fault(
            "",
            "this is no export of aiperf or genai-perf",
            expected="a JSON object or CSV table with `request_latency` and `time_to_first_token`",
            hint="name the tool that wrote the file: capreg import TOOL FILE",
        )
        return []
    return [_run(node)]


def _run(node: Node) -> Run:
    config, tpot = node.part("input_config"), _times(node, "inter_token_latency")
    return Run(
        tool=TOOL,
        where="the profile",
        server=Server(model=_model(config)),
        measured_on=node.day("start_time"),
        duration_s=node.part("benchmark_duration").number("avg"),
        completed=_requests(node),
        failed=node.part("error_request_count").count("avg") or 0,
        input_tokens=node.part("input_sequence_length").number("avg"),
        output_tokens=node.part("output_sequence_length").number("avg"),
        concurrency=_load(config, "concurrency"),
        requests_per_second_asked=_rate(config),
        ttft_ms=_times(node, "time_to_first_token"),
        tpot_ms=tpot,
        itl_ms=_times(node, "inter_chunk_latency"),
        e2e_ms=_times(node, "request_latency"),
        request_tps=decode_rates(tpot),
        output_tps_total=node.part("output_token_throughput").number("avg"),
        input_tps_total=_input_rate(node),
        requests_per_second=node.part("request_throughput").number("avg"),
    )


def _times(node: Node, metric: str) -> Percentiles:
    return dict(_each_time(node.part(metric)))


def _each_time(block: Node) -> Iterator[tuple[str, Decimal]]:
    if not block.is_object:
        return
    factor = _TO_MS.get(str(block.raw("unit")))
    if factor is None:
        block.report.fault(
            block.at("unit"), "an unknown unit of time", found=block.raw("unit"), expected=", ".join(_TO_MS)
        )
        return
    for name in NAMES:
        value = block.number(name)
        if value is not None:
            yield name, value * factor


def _requests(node: Node) -> int:
    """How many requests were answered: stated, or the rate over the duration, or the profiled list's count."""
    stated = node.part("request_count").count("avg")
    if stated is not None:
        return stated
    total = _load(node.part("input_config"), "request_count")
    if total is None:
        node.report.fault(
            "request_count", "the file does not say how many requests were answered",
            hint="say it: --requests N",
        )  # fmt: skip
    return total or 0


def _model(config: Node) -> str | None:
    for holder in (config.part("endpoint"), config):
        for name in ("model_names", "model"):
            value = holder.raw(name)
            names = value if isinstance(value, list) else [value]
            if len(names) == 1 and isinstance(names[0], str):
                return names[0]
    return None


def _load(config: Node, name: str) -> int | None:
    """A setting of the load: aiperf's ``loadgen``, genai-perf's ``perf_analyzer.stimulus`` or the top."""
    for holder in (config.part("loadgen"), config.part("perf_analyzer", "stimulus"), config.part("stimulus"), config):
        value = holder.count(name)
        if value is not None:
            return value
    return None


def _rate(config: Node) -> Decimal | None:
    return config.part("loadgen").number("request_rate") or config.part("perf_analyzer", "stimulus").number(
        "request_rate"
    )


def _input_rate(node: Node) -> Decimal | None:
    length = node.part("input_sequence_length").number("avg")
    rate = node.part("request_throughput").number("avg")
    return None if length is None or rate is None else length * rate


def _from_rows(rows: Sequence[Sequence[str]]) -> Mapping[str, Any]:
    """The blocks of a CSV export, which has two tables: statistics by percentile, and single values."""
    blocks: dict[str, dict[str, Any]] = {}
    header: Sequence[str] = ()
    for cells in rows:
        if cells[:1] == ["Metric"]:
            header = cells
        elif header and len(cells) == len(header):
            title, _, unit = cells[0].partition(" (")
            name = _CSV_NAMES.get(title)
            if name is not None:
                values = {
                    "avg" if key == "Value" else key: cell.replace(",", "")
                    for key, cell in zip(header[1:], cells[1:], strict=True)
                }
                blocks[name] = {"unit": unit.rstrip(")"), **values}
    return blocks
