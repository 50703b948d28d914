"""llm-d's benchmark report, versions 0.1 and 0.2: a neutral form with units, which names model, engine and chips.

Prefill and decode groups stand as lists. A report with more than one kind of group keeps its figures, and its chips
are asked for.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any

from capreg.importers.runs.node import Node, Report
from capreg.importers.runs.run import NAMES, Percentiles, Run, Server, decode_rates

__all__ = ["TOOL", "read"]

TOOL = "llm-d"
_TO_MS = {"ms": Decimal(1), "ms/token": Decimal(1), "s": Decimal(1000), "s/token": Decimal(1000),
          "us": Decimal("0.001"), "us/token": Decimal("0.001")}  # fmt: skip


def read(document: Any, report: Report) -> Sequence[Run]:
    """The one run of a report."""
    node = Node(report, document)
    if node.part("metrics", "latency").is_object:
        return [_first_form(node)]
    if node.part("results", "request_performance", "aggregate").is_object:
        return [_second_form(node)]
    report.fault(
        "",
        "this is no benchmark report of llm-d",
        expected="an object with `metrics.latency` (0.1) or `results.request_performance.aggregate` (0.2)",
        hint="name the tool that wrote the file: capreg import TOOL FILE",
    )
    return []


def _first_form(node: Node) -> Run:
    metrics, scenario = node.part("metrics"), node.part("scenario")
    throughput, requests = metrics.part("throughput"), metrics.part("requests")
    engines = {entry.text("name") for entry in scenario.part("platform").entries("engine")}
    versions = {entry.text("version") for entry in scenario.part("platform").entries("engine")}
    server = Server(
        model=scenario.part("model").text("name"),
        engine=engines.pop() if len(engines) == 1 else None,
        engine_version=versions.pop() if len(versions) == 1 else None,
        **_chips(list(scenario.part("host").entries("accelerator"))),
    )
    return _run(
        metrics,
        server=server,
        measured_on=metrics.part("time").day("start"),
        duration_s=metrics.part("time").number("duration"),
        requests=requests,
        rates=(
            throughput.number("output_tokens_per_sec"),
            throughput.number("input_tokens_per_sec"),
            throughput.number("requests_per_sec"),
        ),
    )


def _second_form(node: Node) -> Run:
    metrics = node.part("results", "request_performance", "aggregate")
    throughput, load = metrics.part("throughput"), node.part("scenario", "load", "standardized")
    engines = [part for part in _stack(node) if part.text("kind") == "inference_engine"]
    models = {part.part("model").text("name") for part in engines}
    server = Server(
        model=models.pop() if len(models) == 1 else None,
        **_chips([part.part("accelerator") for part in engines]) if len(engines) == 1 and _replicas(engines[0]) else {},
    )
    return _run(
        metrics,
        server=server,
        measured_on=node.part("run", "time").day("start"),
        duration_s=None,
        requests=metrics.part("requests"),
        rates=(
            throughput.part("output_token_rate").number("mean"),
            throughput.part("input_token_rate").number("mean"),
            throughput.part("request_rate").number("mean"),
        ),
        concurrency=load.count("concurrency"),
        asked=load.number("rate_qps"),
    )


def _run(
    metrics: Node,
    *,
    server: Server,
    measured_on: Any,
    duration_s: Decimal | None,
    requests: Node,
    rates: tuple[Decimal | None, Decimal | None, Decimal | None],
    concurrency: int | None = None,
    asked: Decimal | None = None,
) -> Run:
    """The run; `rates` are output tokens, input tokens and requests per second of everything together."""
    latency = metrics.part("latency")
    failed = requests.count("failures") or 0
    tpot = _times(latency, "time_per_output_token")
    return Run(
        tool=TOOL,
        where="the report",
        server=server,
        measured_on=measured_on,
        duration_s=duration_s,
        completed=max(0, requests.needed_count("total") - failed - (requests.count("incomplete") or 0)),
        failed=failed,
        input_tokens=requests.part("input_length").number("mean"),
        output_tokens=requests.part("output_length").number("mean"),
        concurrency=concurrency,
        requests_per_second_asked=asked,
        ttft_ms=_times(latency, "time_to_first_token"),
        tpot_ms=tpot,
        itl_ms=_times(latency, "inter_token_latency"),
        e2e_ms=_times(latency, "request_latency"),
        request_tps=decode_rates(tpot),
        output_tps_total=rates[0],
        input_tps_total=rates[1],
        requests_per_second=rates[2],
    )


def _stack(node: Node) -> Iterator[Node]:
    for entry in node.part("scenario").entries("stack"):
        yield entry.part("standardized")


def _replicas(engine: Node) -> bool:
    return (engine.count("replicas") or 1) == 1


def _chips(groups: Sequence[Node]) -> dict[str, Any]:
    """The chip and how many, where all groups have the same one."""
    names = {group.text("model") for group in groups}
    counts = [group.count("count") for group in groups]
    if len(names) != 1 or None in counts or len(groups) != 1:
        return {}
    return {"accelerator": names.pop(), "accelerator_count": counts[0]}


def _times(latency: Node, name: str) -> Percentiles:
    return dict(_each_time(latency.part(name)))


def _each_time(block: Node) -> Iterator[tuple[str, Decimal]]:
    if not block.is_object:
        return
    factor = _TO_MS.get(str(block.raw("units")))
    if factor is None:
        block.report.fault(
            block.at("units"), "an unknown unit of time", found=block.raw("units"), expected=", ".join(_TO_MS)
        )
        return
    for name in NAMES:
        value = block.number(name)
        if value is not None:
            yield name, value * factor
