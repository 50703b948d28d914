"""A router's telemetry as rows of measurements: of one endpoint, or of all endpoints behind one of its own offerings.

Throughput percentiles above the median are the fast tail and kept as such.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal

from capreg.ids import SourceId
from capreg.importers.endpoints import Endpoint
from capreg.importers.spelling import known_names

__all__ = ["Unusable", "of_all", "of_one"]

WINDOW_S = 1800
LEAST_LATENCY_MS = 10
"""Below this a median is not milliseconds."""

_TAIL = (75, 90, 99)
_GIVEN = (50, *_TAIL)
_WHOLE = 100
_NOTE = 200
"""Characters of a note."""


class Unusable(Exception):
    """Why telemetry is no measurement."""


def of_one(endpoint: Endpoint, *, source: SourceId, seen_on: date) -> dict[str, str]:
    """The columns of one endpoint's row, without the offering.

    Raises:
        Unusable: the reason.
    """
    _check(endpoint)
    latency, throughput = endpoint.latency_ms, endpoint.throughput
    over = f"; uptime over {endpoint.uptime_window}" if endpoint.uptime else ""
    cells = _conditions(source, seen_on, note=f"endpoint {endpoint.tag}{over}")
    cells |= {f"ttft_ms_p{p}": _number(latency[f"p{p}"]) for p in _GIVEN if latency.get(f"p{p}") is not None}
    median = throughput.get("p50")
    if median is not None:
        cells["output_tps_p50"] = _number(median)
        fast = {p: throughput[f"p{p}"] for p in _TAIL if (throughput.get(f"p{p}") or 0) >= median}
        cells |= {f"fast_output_tps_p{p}": _number(value) for p, value in fast.items()}
    if endpoint.uptime:
        cells["uptime_percent"] = _number(endpoint.uptime)
    if endpoint.quantization is not None:
        cells["quantization"] = endpoint.quantization
    if _is_region(endpoint):
        cells["region"] = str(endpoint.suffix)
    return cells


def of_all(endpoints: Sequence[Endpoint], *, source: SourceId, seen_on: date) -> dict[str, str]:
    """The columns of the row of what a router sells of these hosts, two or more: limits, by the slowest of them.

    Whichever host a call goes to, and however often, the pXX of all calls is at most the largest pXX of the hosts. A
    call that its host refused goes to another and is late; at most the share that the worst host refuses can be. So
    pXX is taken from the lowest percentile of the hosts that leaves XX % in time even if those were never answered.

    Raises:
        Unusable: a host of which something lacks, or the reason why its telemetry is no measurement.
    """
    for endpoint in endpoints:
        if endpoint.latency_ms.get("p50") is None or endpoint.throughput.get("p50") is None or not endpoint.uptime:
            raise Unusable("a host behind the router without telemetry")
        _check(endpoint)
    answered = min(Decimal(str(endpoint.uptime)) for endpoint in endpoints) / _WHOLE
    times = dict(_latest(endpoints, answered))
    if 50 not in times:
        raise Unusable("a host behind the router that refuses too much")
    cells = _conditions(source, seen_on, note=_naming(sorted(endpoint.tag for endpoint in endpoints)))
    cells |= {f"ttft_ms_p{p}": _number(value) for p, value in times.items()}
    cells["output_tps_p50"] = _number(min(endpoint.throughput["p50"] for endpoint in endpoints))
    return cells | {"slowest_of": str(len(endpoints))}


def _latest(endpoints: Sequence[Endpoint], answered: Decimal) -> Iterator[tuple[int, float]]:
    """By percentile: the time by which that share of calls has its first token, if `answered` of them are in time."""
    every = [p for p in _GIVEN if all(endpoint.latency_ms.get(f"p{p}") is not None for endpoint in endpoints)]
    for p in _GIVEN:
        enough = next((q for q in every if q * answered >= p), None)
        if enough is not None:
            yield p, max(endpoint.latency_ms[f"p{enough}"] for endpoint in endpoints)


def _naming(tags: Sequence[str]) -> str:
    """The hosts' tags, as many as there is room for."""
    for named in range(len(tags), 0, -1):
        more = f" and {len(tags) - named} more" if named < len(tags) else ""
        note = f"endpoints {', '.join(tags[:named])}{more}"
        if len(note) <= _NOTE:
            return note
    return f"{len(tags)} endpoints"


def _check(endpoint: Endpoint) -> None:
    latency = endpoint.latency_ms.get("p50")
    if latency is None and endpoint.throughput.get("p50") is None:
        raise Unusable("no telemetry")
    if not endpoint.is_measured:
        raise Unusable("telemetry that no measurement can give")
    if latency is not None and latency < LEAST_LATENCY_MS:
        raise Unusable("latency too small to be milliseconds")


def _conditions(source: SourceId, seen_on: date, *, note: str) -> dict[str, str]:
    return {
        "source": source,
        "kind": "router_telemetry",
        "vantage": "router",
        "measured_on": seen_on.isoformat(),
        "window_s": str(WINDOW_S),
        "rate_basis": "unstated",
        "note": note,
    }


def _is_region(endpoint: Endpoint) -> bool:
    """Whether the tag's suffix is a place: no number format, speed class, number or other word for a variant."""
    names: Mapping[str, Mapping[str, Sequence[str]]] = known_names()
    other = {*names["speed_classes"]["names"], *names["tag_words"]["names"], endpoint.quantization}
    return endpoint.suffix is not None and endpoint.suffix not in other and not endpoint.suffix.isdigit()


def _number(value: float) -> str:
    """`value` with at most three decimals, the shortest spelling."""
    text = f"{Decimal(str(value)).quantize(Decimal('0.001')):f}"
    return text.rstrip("0").rstrip(".")
