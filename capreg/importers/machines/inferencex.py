"""Reads InferenceX's flattened runs: operating points of a model on chips, at a concurrency, with times in seconds.

Throughput per GPU counts input and output. Where reading and writing run apart, the output part is per decode GPU and
the input part per prefill GPU. `std_intvty` is no standard deviation, and is not read. Runs of one configuration that
were repeated become one row with the median of each figure.
"""

from __future__ import annotations

import csv
import io
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from statistics import median

from capreg.errors import Finding, InvalidData
from capreg.importers.machines import Read, chip_of, engine_of, model_of, plain

__all__ = ["read"]

_NEEDED = (
    *("hw", "model", "framework", "precision", "isl", "osl", "conc"),
    *("median_ttft", "median_tpot", "output_tput_per_gpu"),
)
_SAME = (
    *("hw", "model", "framework", "precision", "spec_decoding", "disagg", "isl", "osl", "conc", "tp", "ep"),
    *("dp_attention", "decode_tp", "decode_ep", "decode_num_workers", "prefill_tp", "prefill_ep"),
    *("prefill_num_workers", "num_decode_gpu", "num_prefill_gpu"),
)
"""What makes two runs runs of one configuration."""
_TIMES = {
    "ttft_ms_p50": "median_ttft",
    "ttft_ms_p99": "p99_ttft",
    "tpot_ms_p50": "median_tpot",
    "tpot_ms_p99": "p99_tpot",
    "e2e_ms_p50": "median_e2el",
    "e2e_ms_p99": "p99_e2el",
}
Run = Mapping[str, str]


def read(text: str, seen_on: date, where: str) -> Read:
    """The points in `text`, a CSV table with or without comment lines in front.

    Raises:
        InvalidData: columns that are needed are missing.
    """
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    runs = csv.DictReader(io.StringIO("\n".join(lines)))
    lacking = [name for name in _NEEDED if name not in (runs.fieldnames or ())]
    if lacking:
        raise InvalidData([Finding("IMP003", where, "header", "no table of runs", expected=", ".join(_NEEDED))])
    found, grouped = Read(), defaultdict[tuple[str, ...], list[Run]](list)
    for run in runs:
        grouped[tuple(run.get(name) or "" for name in _SAME)].append(run)
    for same in grouped.values():
        _point(found, same, seen_on)
    return found


def _point(found: Read, runs: Sequence[Run], seen_on: date) -> None:
    run = runs[0]
    model, chip = model_of(run["model"]), chip_of(run["hw"])
    if model is None or chip is None:
        found.skip("a model that the table does not know" if model is None else "a chip that the table does not know")
        return
    apart = run.get("disagg") == "True"
    prefill, decode = (int(float(run.get(name) or 0)) for name in ("num_prefill_gpu", "num_decode_gpu"))
    chips = prefill + decode if apart else int(run.get("tp") or 0)
    if not chips or (apart and not decode):
        found.skip("the number of chips is not stated")
        return
    days = [one["benchmark_date"][:10] for one in runs if one.get("benchmark_date")]
    row = {
        "model": model,
        "checkpoint": run["model"].rpartition("/")[2],
        "accelerator": chip,
        "chips": str(chips),
        "prefill_chips": str(prefill) if apart else "",
        "decode_chips": str(decode) if apart else "",
        "parallelism": _parallelism(run),
        "engine": engine_of(run["framework"]) or "",
        "engine_version": (run.get("image") or "").rpartition("/")[2],
        "weights": run["precision"],
        "speculative": "" if run.get("spec_decoding") in ("none", "", None) else str(run["spec_decoding"]),
        "scenario": "closed",
        "concurrency": run["conc"],
        "input_tokens": run["isl"],
        "output_tokens": run["osl"],
        "output_tps": _rate(runs, "output_tput_per_gpu", decode if apart else chips),
        "input_tps": _rate(runs, "input_tput_per_gpu", prefill if apart else chips),
        "runs": str(len(runs)) if len(runs) > 1 else "",
        "kind": "independent_measurement",
        "vantage": "local",
        "measured_on": max(days) if days else seen_on.isoformat(),
    }
    for column, name in _TIMES.items():
        values = [float(one[name]) * 1000 for one in runs if one.get(name)]
        row[column] = plain(median(values)) if values else ""
    if _is_out_of_order(row):
        found.skip("a 99th percentile below the median")
        return
    found.rows.append({name: cell for name, cell in row.items() if cell})


def _parallelism(run: Run) -> str:
    if run.get("disagg") == "True":
        sides = ((side, run.get(f"{side}_tp"), run.get(f"{side}_num_workers")) for side in ("prefill", "decode"))
        return ", ".join(f"{side} tp{tp} × {workers}" for side, tp, workers in sides if tp and workers)
    parts = [f"tp{run['tp']}"]
    if run.get("ep") not in ("", "1", None):
        parts.append(f"ep{run['ep']}")
    return " ".join([*parts, "dp attention"] if str(run.get("dp_attention")).lower() == "true" else parts)


def _rate(runs: Sequence[Run], name: str, chips: int) -> str:
    values = [float(run[name]) * chips for run in runs if run.get(name)]
    return plain(median(values)) if values and chips else ""


def _is_out_of_order(row: Mapping[str, str]) -> bool:
    pairs = ((row.get(f"{name}_p50"), row.get(f"{name}_p99")) for name in ("ttft_ms", "tpot_ms", "e2e_ms"))
    return any(low and high and float(high) < float(low) for low, high in pairs)
