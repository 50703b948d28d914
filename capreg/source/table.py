"""One CSV text → the documents of its rows. A table holds only the columns it uses; an empty cell is an absent fact."""

from __future__ import annotations

import csv
import re
from typing import Any

from capreg.domain.machine import DEPLOYMENT_METRICS
from capreg.domain.measurement import PERCENTILES, SPEED_METRICS
from capreg.errors import Finding, nearest
from capreg.source.files import Text
from capreg.source.parse import control_character

__all__ = ["COLUMNS", "REQUIRED_COLUMNS", "cells_of", "rows"]

_SPEEDS = tuple(f"{metric}_p{p}" for metric in SPEED_METRICS for p in PERCENTILES)
_TIMES = tuple(f"{metric}_p{p}" for metric in DEPLOYMENT_METRICS for p in PERCENTILES)
_FAST_SPEEDS = tuple(f"fast_output_tps_p{p}" for p in PERCENTILES[1:])
_WHOLE = frozenset(
    {
        "benchmarks",
        "chips",
        "concurrency",
        "decode_chips",
        "input_tokens",
        "n",
        "nodes",
        "output_tokens",
        "prefill_chips",
        "runs",
        "scores",
        "sources",
        "slowest_of",
        "window_s",
    }
)
_YES_OR_NO = {"yes": True, "no": False}
_FLAGS = frozenset({"self_reported", "thinks"})
_WHOLE_NUMBER = re.compile(r"(0|[1-9][0-9]{0,17})")

_NAMED_BY_SOURCE = frozenset({"deployments", "rentals", "scores", "sightings"})
"""Tables that are named by the source of all their rows."""

REQUIRED_COLUMNS = {
    "deployments": ("model", "accelerator", "chips", "scenario", "kind", "vantage", "measured_on"),
    "rentals": ("accelerator", "market", "usd_per_hour", "seller", "seen_on"),
    "measurements": ("offering", "source", "kind", "vantage", "measured_on"),
    "qualities": ("model", "capability", "estimate", "low", "high", "status", "benchmarks", "sources", "scores"),
    "scores": ("benchmark", "model", "value", "seen_on", "raw"),
    "sightings": ("subject", "last_seen_on"),
}
COLUMNS = {
    "deployments": (
        *("model", "checkpoint", "accelerator", "chips", "nodes", "prefill_chips", "decode_chips", "parallelism"),
        *("engine", "engine_version", "weights", "speculative", "scenario", "concurrency", "requests_per_s"),
        *("dataset", "input_tokens", "output_tokens"),
        *_TIMES,
        *("output_tps", "input_tps", "joules_per_output_token", "runs", "kind", "vantage", "measured_on", "note"),
    ),
    "rentals": (
        *("accelerator", "market", "usd_per_hour", "seller", "seen_on"),
        *("provider", "instance", "chips", "region", "note"),
    ),
    "measurements": (
        *REQUIRED_COLUMNS["measurements"],
        *("tier", "window_s", "n", "input_tokens", "output_tokens", "concurrency"),
        *("region", "quantization", "slowest_of", "rate_basis"),
        *_SPEEDS,
        *_FAST_SPEEDS,
        *("uptime_percent", "note"),
    ),
    "qualities": ("model", "scored_as", "effort", "thinks", *REQUIRED_COLUMNS["qualities"][1:]),
    "scores": (
        *("benchmark", "model", "value", "seen_on", "effort", "snapshot", "harness", "provider", "n"),
        *("standard_error", "self_reported", "raw"),
    ),
    "sightings": REQUIRED_COLUMNS["sightings"],
}
"""The columns that a table of each kind may have, in the order that they are written."""


def cells_of(text: Text) -> list[dict[str, str]]:
    """The rows of a table as they stand, without the empty cells."""
    read = csv.DictReader(text.text.splitlines())
    return [{name: cell for name, cell in row.items() if cell} for row in read]


def rows(text: Text, kind: str, name: str) -> tuple[dict[str, dict[str, Any]], list[Finding]]:
    """The documents of a table's rows by id, and the table's faults. `name` is the table's id.

    The id of a row is its table and row number, from 1; but a sighting's is its source and subject,
    and a quality's its model, effort and capability.
    """
    lines = text.text.removesuffix("\n").split("\n")
    reader = csv.reader((line.removesuffix("\r") for line in lines), strict=True)
    documents: dict[str, dict[str, Any]] = {}
    findings: list[Finding] = []
    try:
        header = next(reader, [])
        findings += _header_faults(header, kind, text.path)
        if findings:
            return {}, findings
        for number, cells in enumerate(reader, start=1):
            faults = _row_faults(cells, header, number, text.path)
            findings += faults
            if not any(fault.key == f"row {number}" for fault in faults):
                document = _document(dict(zip(header, cells, strict=True)))
                if kind in _NAMED_BY_SOURCE:
                    document["source"] = name
                key = _key(kind, name, number, document)
                findings += _stands_twice(documents, key, (number, header[0]), text.path)
                documents[key] = document
    except csv.Error as error:
        findings.append(_row(text.path, reader.line_num - 1, f"invalid CSV: {error}", hint="check the quotes"))
    return documents, findings


def _header_faults(header: list[str], kind: str, path: str) -> list[Finding]:
    allowed = COLUMNS[kind]
    found = []
    for column in sorted({column for column in header if column not in allowed}):
        near = nearest(column, allowed, most=1)
        hint = f"did you mean {near[0]!r}?" if near else "remove the column"
        found.append(_header(path, f"unknown column {column[:80]!r}", hint=hint))
    found += [
        _header(path, f"the column {column!r} is missing", hint=f"add {column!r} to the first line")
        for column in REQUIRED_COLUMNS[kind]
        if column not in header
    ]
    found += [
        _header(path, f"the column {column[:80]!r} stands twice", hint="remove one of them")
        for column in sorted({column for column in header if header.count(column) > 1})
    ]
    return found


def _row_faults(cells: list[str], header: list[str], number: int, path: str) -> list[Finding]:
    if len(cells) != len(header):
        return [
            _row(
                path,
                number,
                "wrong number of cells",
                found=f"{len(cells)} cells",
                expected=f"{len(header)} cells, one for each column",
                hint="an absent figure is an empty cell; a comma inside a cell needs quotes",
            )
        ]
    found = []
    for column, cell in zip(header, cells, strict=True):
        unseen = control_character(cell)
        if unseen:
            found.append(_cell("SEC005", path, number, column, "a character that nobody sees", found=unseen))
        elif cell != cell.strip():
            found.append(_cell("SCH008", path, number, column, "spaces around a cell", found=repr(cell)))
        elif column in _FLAGS and cell and cell not in _YES_OR_NO:
            found.append(_cell("SCH008", path, number, column, "neither yes nor no", found=cell))
        elif column in _WHOLE and cell and not _WHOLE_NUMBER.fullmatch(cell):
            found.append(_cell("SCH008", path, number, column, "not a whole number", found=cell))
    return found


def _document(row: dict[str, str]) -> dict[str, Any]:
    """`row` as a document: percentiles gathered below their metric, whole numbers as numbers, absent facts left out."""
    document: dict[str, Any] = {}
    for column, cell in row.items():
        if not cell:
            continue
        metric, _, percentile = column.rpartition("_")
        if column in _SPEEDS or column in _FAST_SPEEDS or column in _TIMES:
            document.setdefault(metric, {})[percentile] = cell
        elif column in _FLAGS:
            document[column] = _YES_OR_NO.get(cell, cell)
        else:
            document[column] = int(cell) if column in _WHOLE and _WHOLE_NUMBER.fullmatch(cell) else cell
    return document


def _key(kind: str, name: str, number: int, document: dict[str, Any]) -> str:
    if kind == "sightings":
        return f"{name}/{document.get('subject', number)}"
    if kind == "qualities":
        return f"{document.get('model')}/{document.get('effort', 'unstated')}/{document.get('capability', number)}"
    return f"{name}/{number}"


def _stands_twice(documents: dict[str, dict[str, Any]], key: str, row: tuple[int, str], path: str) -> list[Finding]:
    if key not in documents:
        return []
    number, column = row
    return [
        Finding(
            "ID002",
            path,
            f"row {number}.{column}",
            "the subject stands twice",
            found=key,
            hint="keep one of the rows: the later day, where days are given",
        )
    ]


def _header(path: str, problem: str, *, hint: str) -> Finding:
    return Finding("SCH007", path, "header", problem, hint=hint)


def _row(
    path: str, number: int, problem: str, *, found: str | None = None, expected: str | None = None, hint: str
) -> Finding:
    return Finding("SCH008", path, f"row {number}", problem, found=found, expected=expected, hint=hint)


def _cell(rule: str, path: str, number: int, column: str, problem: str, *, found: str) -> Finding:
    expected = "digits only" if column in _WHOLE else "the bare value"
    return Finding(
        rule, path, f"row {number}.{column}", problem, found=found, expected=expected, hint="retype the cell"
    )
