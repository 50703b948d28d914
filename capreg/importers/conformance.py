"""Reads counts of tool calls that hold to their schema, by provider and day, of one model at a time.

Names of providers and models are matched by a table; a serving engine that somebody ran is no provider.
"""

from __future__ import annotations

import csv
import io
from datetime import date
from pathlib import Path

from capreg.errors import Finding, InvalidData, UnreadableFile
from capreg.importers.files import table_text, write_text
from capreg.importers.machines import Read
from capreg.source.table import COLUMNS

__all__ = ["BENCHMARK", "SOURCE", "read_conformance", "take_conformance"]

SOURCE = "k2-vendor-verifier"
BENCHMARK = "k2-vendor-verifier/schema-accuracy"
_NEEDED = ("test_time", "model", "provider", "tool_calls", "schema_ok")
_PROVIDERS = {
    "MoonshotAI": "moonshot",
    "Fireworks": "fireworks",
    "Together": "together",
    "SiliconFlow": "siliconflow",
    "NovitaAI": "novita",
    "DeepInfra": "deepinfra",
    "Chutes": "chutes",
    "Volc": "volcengine",
    "Baseten": "baseten",
    "Nebius": "nebius",
    "Groq": "groq",
    "GoogleVertex": "google-vertex",
    "GMICloud": "gmicloud",
}
_MODELS = {
    "kimi-k2-0905-preview": "moonshotai/kimi-k2-0905",
    "kimi-k2-thinking": "moonshotai/kimi-k2-thinking",
}


def take_conformance(file: Path, registry: Path) -> Read:
    """Writes what `file` counts as scores with a provider into the folder `registry`.

    Raises:
        UnreadableFile: the file is missing, or no text.
        InvalidData: it is no such table, or counts contradict each other; then nothing is written.
    """
    try:
        text = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UnreadableFile("the file cannot be read", where=str(file), found=str(error)) from error
    found = read_conformance(text, str(file))
    used = [column for column in COLUMNS["scores"] if any(column in row for row in found.rows)]
    write_text(registry / "scores" / f"{SOURCE}.csv", table_text(used, found.rows))
    return found


def read_conformance(text: str, where: str) -> Read:
    """The counts in `text`, a CSV table, as rows of a table of scores.

    Raises:
        InvalidData: columns are missing, or rows hold no counts; all of them at once.
    """
    table = csv.DictReader(io.StringIO(text))
    if any(name not in (table.fieldnames or ()) for name in _NEEDED):
        raise InvalidData([Finding("IMP003", where, "header", "no table of counts", expected=", ".join(_NEEDED))])
    found, faults = Read(), []
    rows: dict[tuple[str, str, str], dict[str, str]] = {}
    for number, row in enumerate(table, start=1):
        provider, model = _PROVIDERS.get(row["provider"]), _MODELS.get(row["model"])
        if provider is None or model is None:
            found.skip("a provider that the table does not know" if provider is None else "another model")
            continue
        try:
            day, calls, fine = date.fromisoformat(row["test_time"]), int(row["tool_calls"]), int(row["schema_ok"])
        except ValueError:
            found.skip("no day, or no counts")
            continue
        if not 0 <= fine <= calls or not calls:
            faults.append(
                Finding("IMP003", where, f"row {number}", "counts that cannot be", found=f"{fine} of {calls}")
            )
            continue
        rows[provider, model, day.isoformat()] = {
            "benchmark": BENCHMARK,
            "model": model,
            "value": f"{fine / calls:.4f}".rstrip("0").rstrip("."),
            "seen_on": day.isoformat(),
            "provider": provider,
            "n": str(calls),
            "raw": row["model"],
        }
    if faults:
        raise InvalidData(faults)
    found.rows = [rows[key] for key in sorted(rows)]
    return found
