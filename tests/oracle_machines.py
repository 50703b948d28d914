"""Machines of one's own by brute force, written from docs/reference/resolver.md, section 16. No part of the engine."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction
from math import ceil
from typing import Any, NamedTuple

__all__ = ["Own", "Wanted", "machines"]

Document = Mapping[str, Any]
Documents = Mapping[str, Mapping[str, Document]]
Lengths = tuple[int, int]
NEVER = Fraction(10**30)


class Wanted(NamedTuple):
    """The call, the demand, the bounds on speed and cost as decimal text, and what else the rule looks at."""

    day: str
    input: int
    output: int
    reasoning: int | None
    demand: str
    peak: str | None = None
    headroom: str = "0.2"
    network: str = "0"
    markets: frozenset[str] = frozenset({"on_demand"})
    percentile: int = 50
    estimate: bool = False
    most_days: int | None = None
    max_latency_ms: str | None = None
    min_output_tps: str | None = None
    max_cost_usd: str | None = None


class Own(NamedTuple):
    """What a row says: the point, the deployments, the chips paid for, 10^-15 USD, microseconds, thousandths/s."""

    point: str
    comparable: bool
    deployments: int | None
    paid: int | None
    cost: int | None
    ttft: dict[int, int]
    rates: dict[int, int]


def machines(documents: Documents, wanted: Wanted) -> dict[str, Own]:
    """The rows by what is said of them: model, accelerator, way, and seller in a market."""
    points = defaultdict(list)
    for key, one in documents["deployments"].items():
        chip = documents.get("accelerators", {}).get(one["accelerator"], {})
        if 0 <= _age(one, wanted) <= (wanted.most_days or 10**6) and _counts(one) and chip.get("status") != "announced":
            way = (
                one.get("engine") or one["source"],
                one.get("weights"),
                one.get("speculative"),
                "decode_chips" in one,
            )
            points[one["model"], one["accelerator"], way].append(key)
    rows = {}
    for (model, chip, way), keys in points.items():
        sellers: dict[Any, list[Document | None]] = {**_rents(documents, chip, wanted)}
        for seller, rents in (sellers or {None: [None]}).items():
            name = f"{model} {chip} {way} {seller}"
            rows[name] = _row(documents, keys, rents, documents["models"][model].get("reasoning"), wanted)
    return rows


def _counts(one: Document) -> bool:
    lengths = one.get("input_tokens") and one.get("output_tokens")
    times = one.get("ttft_ms", {}).get("p50") and one.get("tpot_ms", {}).get("p50")
    ran = one["kind"] not in ("vendor_claim", "inferred", "announced")
    return bool(ran and one["scenario"] != "offline" and Decimal(one.get("output_tps", 0)) and lengths and times)


def _rents(documents: Documents, chip: str, wanted: Wanted) -> dict[tuple[str, str], list[Document | None]]:
    """By market and seller what stood on the newest day, in order of id."""
    found: dict[tuple[str, str], list[Document]] = defaultdict(list)
    for key in sorted(documents["rentals"]):
        one = documents["rentals"][key]
        if one["accelerator"] != chip or one["market"] not in wanted.markets or one["seen_on"] > wanted.day:
            continue
        if one["market"] == "ownership" and one["seller"] != "neocloud":
            continue
        held = found[one["market"], one["seller"]]
        if held and one["seen_on"] > held[0]["seen_on"]:
            held.clear()
        if not held or one["seen_on"] == held[0]["seen_on"]:
            held.append(one)
    young = {key[0] for key, ones in found.items() if _age(ones[0], wanted) <= 365}
    return {key: [*ones] for key, ones in found.items() if _age(ones[0], wanted) <= 365 or key[0] not in young}


def _age(one: Document, wanted: Wanted) -> int:
    return (date.fromisoformat(wanted.day) - date.fromisoformat(one.get("seen_on") or one["measured_on"])).days


def _row(
    documents: Documents, keys: list[str], rents: list[Document | None], reasoning: str | None, wanted: Wanted
) -> Own:
    thinking = 0 if reasoning == "never" else wanted.reasoning or 0
    known = wanted.reasoning is not None or reasoning in ("never", "optional")
    put, got = max(wanted.input, 1), max(wanted.output + thinking, 1)
    points = {key: documents["deployments"][key] for key in keys}
    fitting = [
        key for key in keys if _alike(points[key]["input_tokens"], put) and _alike(points[key]["output_tokens"], got)
    ]
    if fitting:
        believed = _believed(points, fitting, wanted)
        rows = [
            _measured(key, points[key], rent, (put, got), wanted, known=known) for key in believed for rent in rents
        ]
        return min(rows, key=lambda row: _merit(row, wanted))
    apart = {key: _apart(points[key], put, got) for key in keys}
    near = _believed(points, [key for key in keys if apart[key] == min(apart.values())], wanted)
    if wanted.estimate and any("concurrency" in points[key] for key in near):
        rows = [
            _guessed(k, points[k], rent, (put, got), wanted, known=known)
            for k in near
            for rent in rents
            if "concurrency" in points[k]
        ]
        return min(rows, key=lambda row: _merit(row, wanted))
    return Own(min(near), False, None, None, None, {}, {})


def _believed(points: Mapping[str, Document], keys: list[str], wanted: Wanted) -> list[str]:
    """Without those that a more trusted one contradicts: as many chips, as many in flight or coming a second."""
    order = ["own_measurement", "independent_measurement", "router_telemetry", "vendor_measurement"]

    def outdoes(one: Document, other: Document) -> bool:
        fresh = [_age(point, wanted) <= 365 for point in (one, other)]
        if fresh[0] != fresh[1]:
            return fresh[0]
        if not fresh[0] and one["measured_on"] != other["measured_on"]:
            return bool(one["measured_on"] > other["measured_on"])
        return order.index(one["kind"]) < order.index(other["kind"])

    def alike(one: Document, other: Document) -> bool:
        if one["chips"] != other["chips"] or one.get("concurrency") != other.get("concurrency"):
            return False
        return "concurrency" in one or one.get("requests_per_s") == other.get("requests_per_s")

    return [
        key for key in keys if not any(alike(points[key], points[o]) and outdoes(points[o], points[key]) for o in keys)
    ]


def _alike(one: int, other: int) -> bool:
    return Fraction(1, 2) <= Fraction(one, other) <= 2


def _apart(point: Document, put: int, got: int) -> tuple[Fraction, int, int]:
    a, b = Fraction(point["input_tokens"], put), Fraction(point["output_tokens"], got)
    return max(a, 1 / a) * max(b, 1 / b), point["input_tokens"], point["output_tokens"]


def _times(values: Mapping[str, str]) -> dict[int, int]:
    return {int(name[1:]): int(Decimal(value) * 1000) for name, value in values.items()}


def _measured(
    key: str, point: Document, rent: Document | None, lengths: Lengths, wanted: Wanted, *, known: bool
) -> Own:
    put, got = lengths
    i, o, rate = point["input_tokens"], point["output_tokens"], Fraction(point["output_tps"])
    capacity = rate / o * min(Fraction(i, put), Fraction(o, got))
    network = _network(point, wanted)
    ttft = {p: value + network for p, value in _times(point["ttft_ms"]).items()}
    rates = {p: 10**9 // value for p, value in _times(point["tpot_ms"]).items()}
    return Own(key, True, *_billed(point, rent, capacity, wanted, known=known), ttft, rates)


def _network(point: Document, wanted: Wanted) -> int:
    return int(Decimal(wanted.network) * 1000) if point["vantage"] == "local" else 0


def _guessed(key: str, point: Document, rent: Document | None, lengths: Lengths, wanted: Wanted, *, known: bool) -> Own:
    put, got = lengths
    i, o, c = point["input_tokens"], point["output_tokens"], point["concurrency"]
    ttft, tpot = _times(point["ttft_ms"]), _times(point["tpot_ms"])
    growth = 1 + max(Fraction(0), Fraction(2 * put + got, 2 * i + o) - 1) / 10
    wait = ttft[50] * c * max(Fraction(0), Fraction(put, got) - Fraction(i, o)) / i
    later = {p: ceil(value * max(Fraction(1), Fraction(put, i))) for p, value in ttft.items()}
    slower = {p: ceil(value * growth + wait) for p, value in tpot.items()}
    capacity = Fraction(c * 10**6, later[50] + got * slower[50])
    network = _network(point, wanted)
    rates = {p: 10**9 // value for p, value in slower.items()}
    return Own(
        key,
        False,
        *_billed(point, rent, capacity, wanted, known=known),
        {p: v + network for p, v in later.items()},
        rates,
    )


def _billed(
    point: Document, rent: Document | None, capacity: Fraction, wanted: Wanted, *, known: bool
) -> tuple[int | None, int | None, int | None]:
    usual, peak = Fraction(wanted.demand), Fraction(wanted.peak or wanted.demand)
    if not known:
        return None, None, None
    deployments = ceil(peak * (1 + Fraction(wanted.headroom)) / capacity)
    if rent is None:
        return deployments, None, None
    paid = _paid(deployments, point["chips"], rent.get("chips", 1))
    cost = ceil(paid * Fraction(rent["usd_per_hour"]) / (3600 * usual) * 10**15)
    return deployments, paid, cost if cost < 10**18 else None


def _paid(deployments: int, chips: int, size: int) -> int:
    """Machines of `size` chips, filled one after the other; a deployment is spread only where one is too small."""
    machines, room = 0, 0
    for _ in range(deployments):
        if chips > size:
            machines += ceil(chips / size)
        elif room < chips:
            machines, room = machines + 1, size - chips
        else:
            room -= chips
    return machines * size


def _merit(row: Own, wanted: Wanted) -> tuple[int, int, Fraction, str]:
    said = []
    if wanted.max_latency_ms is not None:
        said.append(_bounded(row.ttft, wanted.percentile, int(Decimal(wanted.max_latency_ms) * 1000)))
    if wanted.min_output_tps is not None:
        least = int(Decimal(wanted.min_output_tps) * 1000)
        said.append(_bounded({p: -v for p, v in row.rates.items()}, wanted.percentile, -least))
    if wanted.max_cost_usd is not None:
        most = Fraction(wanted.max_cost_usd) * 10**15
        said.append("?" if row.cost is None else "+" if row.cost <= most else "-")
    return said.count("-"), said.count("?"), NEVER if row.cost is None else Fraction(row.cost), row.point


def _bounded(values: dict[int, int], percentile: int, limit: int) -> str:
    if any(p >= percentile and value <= limit for p, value in values.items()):
        return "+"
    return "-" if any(p <= percentile and value > limit for p, value in values.items()) else "?"
