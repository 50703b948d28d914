"""Reads LLM-Inference-Bench's table: static batches of equal input and output lengths.

Its throughput counts input and output tokens; the two are of one length, so the output is half of it. There are no
percentiles and no days. Hardware that is named by a family alone, such as "A100", is left out: nobody knows which chip.
"""

from __future__ import annotations

import csv
import io
from datetime import date

from capreg.errors import Finding, InvalidData
from capreg.importers.machines import Read, chip_of, engine_of, model_of, plain

__all__ = ["read"]

_NEEDED = ("Hardware", "Num of Hardware", "Framework", "Model", "Input Output Length", "Batch Size", "Throughput")


def read(text: str, seen_on: date, where: str) -> Read:
    """The points in `text`, a CSV table.

    Raises:
        InvalidData: columns that are needed are missing.
    """
    table = csv.DictReader(io.StringIO(text))
    if any(name not in (table.fieldnames or ()) for name in _NEEDED):
        raise InvalidData([Finding("IMP003", where, "header", "no table of batches", expected=", ".join(_NEEDED))])
    found = Read()
    for row in table:
        model, chip = model_of(row["Model"]), chip_of(row["Hardware"])
        if model is None or chip is None:
            found.skip(
                "a model that the table does not know" if model is None else "hardware named by its family, or unknown"
            )
            continue
        both = float(row["Throughput"] or 0)
        if both <= 0:
            found.skip("no throughput")
            continue
        engine = engine_of(row["Framework"])
        point = {
            "model": model,
            "checkpoint": row["Model"].rpartition("/")[2],
            "accelerator": chip,
            "chips": row["Num of Hardware"],
            "engine": engine or "",
            "engine_version": "" if engine else row["Framework"],
            "scenario": "offline",
            "concurrency": row["Batch Size"],
            "input_tokens": row["Input Output Length"],
            "output_tokens": row["Input Output Length"],
            "output_tps": plain(both / 2),
            "input_tps": plain(both / 2),
            "kind": "independent_measurement",
            "vantage": "local",
            "measured_on": seen_on.isoformat(),
            "note": "run in 2024; the day is that of the table",
        }
        found.rows.append({name: cell for name, cell in point.items() if cell})
    return found
