"""Reads the decoder tables of AWS Neuron's documentation. Tensor parallelism there counts NeuronCores, not chips.

What the table calls throughput is of the whole batch. The vendor measured its own chips, so these are its figures.
"""

from __future__ import annotations

import csv
import io
import re
from datetime import date

from capreg.errors import Finding, InvalidData
from capreg.importers.machines import Read, cores_per_chip, model_of, plain

__all__ = ["read"]

_CHIPS = {"inf2": "aws-inferentia2", "trn1": "aws-trainium1"}
_FORMATS = {"int8": "int8", "bf16": "bf16", "fp16": "fp16"}
_TIMES = {
    "ttft_ms_p50": "TTFT Latency P50 (ms)",
    "ttft_ms_p99": "TTFT Latency P99 (ms)",
    "tpot_ms_p50": "TPOT Latency P50 (ms)",
    "tpot_ms_p99": "TPOT Latency P99 (ms)",
}
_RATE = "Output Token Throughput (tokens/sec)"


def read(text: str, seen_on: date, where: str) -> Read:
    """The points in `text`, one or more of these CSV tables after each other.

    Raises:
        InvalidData: it is no such table.
    """
    head = text.partition("\n")[0]
    if _RATE not in head:
        raise InvalidData([Finding("IMP003", where, "header", "no table of decoders", expected=_RATE)])
    found = Read()
    for row in csv.DictReader(io.StringIO(text)):
        if row[_RATE] == _RATE:
            continue
        model, family = model_of(row["Model"]), row["Inst. Type"].lower().partition(".")[0]
        if model is None or family not in _CHIPS:
            found.skip("a model that the table does not know" if model is None else "another machine")
            continue
        if float(row["TPOT Latency P99 (ms)"]) < float(row["TPOT Latency P50 (ms)"]):
            found.skip("a 99th percentile below the median")
            continue
        version = re.sub(r"[^0-9.]", "", row["Neuron Version"])
        point = {
            "model": model,
            "accelerator": _CHIPS[family],
            "chips": str(int(row["TP Degree"]) // cores_per_chip(family)),
            "nodes": "1",
            "parallelism": f"tp{row['TP Degree']} over NeuronCores",
            "engine": "neuron",
            "engine_version": f"{row['Framework']}, Neuron {version}",
            "weights": _FORMATS.get(row["Weight Storage Data Type"].strip().lower(), ""),
            "scenario": "closed" if int(row["Batch Size"]) > 1 else "single",
            "concurrency": row["Batch Size"],
            "input_tokens": row["Input Length"],
            "output_tokens": row["Output Length"],
            "output_tps": plain(float(row[_RATE])),
            "kind": "vendor_measurement",
            "vantage": "local",
            "measured_on": seen_on.isoformat(),
            **{column: plain(float(row[name])) for column, name in _TIMES.items()},
        }
        found.rows.append({name: cell for name, cell in point.items() if cell})
    return found
