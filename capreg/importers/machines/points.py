"""Reads transcribed measurements in long form: one row a figure, with the machine and the load beside each.

That is how figures are kept that stand in running text and recipes. Rows of one machine, model and load are one point;
embedding rates, correctness and per-chip derivations are not operating points.
"""

from __future__ import annotations

import csv
import io
import re
from collections import defaultdict
from collections.abc import Mapping
from datetime import date

from capreg.errors import Finding, InvalidData
from capreg.importers.machines import Read, chip_of, engine_of, model_of, plain

__all__ = ["read"]

_SAME = (
    *("model", "accelerator", "chips", "engine", "precision"),
    *("batch_or_concurrency", "input_tokens", "output_tokens"),
)
_TIMES = {
    "median_ttft": "ttft_ms_p50",
    "p99_ttft": "ttft_ms_p99",
    "median_tpot": "tpot_ms_p50",
    "p99_tpot": "tpot_ms_p99",
    "ttft_s.p50": "ttft_ms_p50",
    "ttft_s.p90": "ttft_ms_p90",
    "ttft_s.p95": "ttft_ms_p95",
    "ttft_s.p99": "ttft_ms_p99",
    "inter_token_latency_s.p50": "tpot_ms_p50",
    "inter_token_latency_s.p90": "tpot_ms_p90",
    "inter_token_latency_s.p95": "tpot_ms_p95",
    "inter_token_latency_s.p99": "tpot_ms_p99",
    "end_to_end_latency_s.p50": "e2e_ms_p50",
    "end_to_end_latency_s.p99": "e2e_ms_p99",
}
_RATES = ("output_token_throughput", "output_token_throughput_total", "mean_output_throughput_token_per_s")
_RATE_PER_CHIP = "output_token_throughput_per_chip"
_FORMATS = re.compile(r"\b(fp4|fp8|int8|bf16|fp16)\b")
_DAY = re.compile(r"20[0-9]{2}-[0-9]{2}-[0-9]{2}")


def read(text: str, seen_on: date, where: str) -> Read:
    """The points in `text`, a CSV table.

    Raises:
        InvalidData: columns that are needed are missing.
    """
    table = csv.DictReader(io.StringIO(text))
    if any(name not in (table.fieldnames or ()) for name in (*_SAME, "metric", "value", "unit")):
        raise InvalidData([Finding("IMP003", where, "header", "no table of figures", expected="metric, value, unit")])
    grouped: dict[tuple[str, ...], list[Mapping[str, str]]] = defaultdict(list)
    for row in table:
        grouped[(*(row[name] for name in _SAME), _speculative(row) or "")].append(row)
    found = Read()
    for figures in grouped.values():
        _point(found, figures, seen_on)
    return found


def _point(found: Read, figures: list[Mapping[str, str]], seen_on: date) -> None:
    first = figures[0]
    model, chip = model_of(first["model"]), chip_of(first["accelerator"])
    if model is None or chip is None:
        found.skip("a model that the table does not know" if model is None else "a chip that the table does not know")
        return
    told = {row["metric"]: row for row in figures}
    times = {column: told[name] for name, column in _TIMES.items() if name in told}
    rate = _rate(told, first["chips"])
    if not times and rate is None:
        found.skip("neither a time nor an output rate of the whole machine")
        return
    if not first["batch_or_concurrency"].isdigit() or not first["chips"].isdigit():
        found.skip("the load or the number of chips is not stated")
        return
    day = _DAY.search(first.get("note") or "")
    number = _FORMATS.search(first["precision"].lower())
    point = {
        "model": model,
        "accelerator": chip,
        "chips": first["chips"],
        "engine": engine_of(first["engine"]) or ("neuron" if "neuron" in first["engine"].lower() else ""),
        "weights": number[1] if number else "",
        "speculative": _speculative(first) or "",
        "scenario": "closed" if first["batch_or_concurrency"] != "1" else "single",
        "concurrency": first["batch_or_concurrency"],
        "input_tokens": first["input_tokens"],
        "output_tokens": first["output_tokens"],
        "output_tps": "" if rate is None else plain(rate),
        "kind": "vendor_measurement",
        "vantage": "local",
        "measured_on": day[0] if day else seen_on.isoformat(),
        **{column: plain(float(row["value"]) * (1000 if row["unit"] == "s" else 1)) for column, row in times.items()},
    }
    found.rows.append({name: cell for name, cell in point.items() if cell.strip()})


def _rate(told: Mapping[str, Mapping[str, str]], chips: str) -> float | None:
    """Output tokens per second of the whole machine; a rate per chip is multiplied by its chips."""
    for name in _RATES:
        if name in told:
            return float(told[name]["value"])
    return float(told[_RATE_PER_CHIP]["value"]) * int(chips) if _RATE_PER_CHIP in told and chips.isdigit() else None


def _speculative(row: Mapping[str, str]) -> str | None:
    """Speculative decoding, where the note says that it was on."""
    note = (row.get("note") or "").lower()
    return "speculative decoding" if "speculative" in note and "no speculative" not in note else None
