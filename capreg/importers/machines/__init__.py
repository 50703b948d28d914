"""Measured deployments and rents: a source's file in, rows of a table of registry_data out.

A reader knows one format and returns rows and what it left out; `take` checks the rows as records and writes them.
A table is written whole: a source publishes a whole edition at a time.
"""

from __future__ import annotations

import csv
import tomllib
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from capreg.errors import Finding, InvalidData, UnknownName, UnreadableFile
from capreg.importers.files import table_text, write_text
from capreg.importers.records import check_rows
from capreg.source.table import COLUMNS

__all__ = [
    "MACHINE_SOURCES",
    "MOST_FAULTS",
    "Read",
    "TakenRows",
    "chip_of",
    "engine_of",
    "input_length",
    "model_of",
    "plain",
    "take",
]


MOST_FAULTS = 100
"""So many faults of one file are told; more say no more."""


@dataclass(slots=True)
class Read:
    """What a reader made of a file."""

    rows: list[dict[str, str]] = field(default_factory=list)
    skipped: Counter[str] = field(default_factory=Counter)

    def skip(self, reason: str) -> None:
        """Count a row that was left out."""
        self.skipped[reason] += 1


@dataclass(frozen=True, slots=True, kw_only=True)
class TakenRows:
    """What an import of rows did."""

    kind: str
    source: str
    rows: int
    by_chip: Mapping[str, int]
    skipped: Mapping[str, int]


Reader = Callable[[str, date, str], Read]


@cache
def _names() -> Mapping[str, Any]:
    return tomllib.loads(files("capreg.importers.machines").joinpath("names.toml").read_text(encoding="utf-8"))


def chip_of(name: str) -> str | None:
    """The accelerator that a source calls `name`; None where the table has no such name."""
    found: str | None = _names()["chips"].get(name.strip().lower())
    return found


def model_of(name: str) -> str | None:
    """The model that a source calls `name`."""
    found: str | None = _names()["models"].get(name.strip().strip("'").lower())
    return found


def engine_of(name: str) -> str | None:
    """The engine that a source calls `name`."""
    found: str | None = _names()["engines"].get(name.strip().lower())
    return found


def cores_per_chip(family: str) -> int:
    """How many NeuronCores a chip of `family` has."""
    count: int = _names()["cores_per_chip"][family]
    return count


def input_length(dataset: str) -> str | None:
    """The mean input length of a dataset of MLPerf, in tokens; None where it is not known."""
    found = _names()["input_lengths"].get(dataset)
    return None if found is None else str(found)


def plain(value: float) -> str:
    """A figure with at most three decimals, as tables hold it.

    >>> plain(249.37097914), plain(64.0)
    ('249.371', '64')
    """
    return f"{value:.3f}".rstrip("0").rstrip(".")


def take(source: str, file: Path, registry: Path, *, seen_on: date) -> TakenRows:
    """Reads `file`, an edition of `source`, and writes its table in `registry` whole.

    Raises:
        UnknownName: a source that is none of `MACHINE_SOURCES`.
        UnreadableFile: the file is missing, or no text.
        InvalidData: it is not what it should be, or a row would be no record; then nothing is written.
    """
    if source not in MACHINE_SOURCES:
        raise UnknownName("source", source, MACHINE_SOURCES, where="source")
    kind, table, reader = MACHINE_SOURCES[source]
    try:
        text = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UnreadableFile("the file cannot be read", where=str(file), found=str(error)) from error
    found = _read(reader, text, seen_on, str(file))
    if not found.rows:
        left_out = "; ".join(f"{count} × {reason}" for reason, count in sorted(found.skipped.items()))
        raise InvalidData([Finding("IMP003", str(file), "", "nothing in the file can be taken", found=left_out)])
    check_rows(kind, table, found.rows)
    used = [column for column in COLUMNS[kind] if any(column in row for row in found.rows)]
    ordered = sorted(found.rows, key=lambda row: tuple(row.get(column, "") for column in COLUMNS[kind]))
    write_text(registry / kind / f"{table}.csv", table_text(used, ordered))
    by_chip = Counter(row["accelerator"] for row in found.rows)
    return TakenRows(kind=kind, source=table, rows=len(ordered), by_chip=dict(sorted(by_chip.items())),
                     skipped=dict(sorted(found.skipped.items())))  # fmt: skip


def _read(reader: Reader, text: str, seen_on: date, where: str) -> Read:
    """What `reader` makes of `text`; a row that it stumbles over is a fault of the file."""
    try:
        return reader(text, seen_on, where)
    except (csv.Error, ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError) as error:
        fault = Finding(
            "IMP003", where, "", "a row is not what it should be", found=f"{type(error).__name__}: {error}"[:200]
        )
        raise InvalidData([fault]) from error


def _readers() -> Mapping[str, tuple[str, str, Callable[[str, date, str], Read]]]:
    from capreg.importers.machines import argonne, inferencex, mlperf, neuron, points, rents

    return {
        "argonne": ("deployments", "argonne-llm-bench", argonne.read),
        "inferencex": ("deployments", "inferencex", inferencex.read),
        "mlperf-v4.1": ("deployments", "mlperf-inference-v4-1", mlperf.read),
        "mlperf-v5.1": ("deployments", "mlperf-inference-v5-1", mlperf.read),
        "mlperf-v6.0": ("deployments", "mlperf-inference-v6-0", mlperf.read),
        "neuron": ("deployments", "aws-neuron-sdk", neuron.read),
        "tpu-recipes": ("deployments", "tpu-recipes", points.read),
        "trn2": ("deployments", "aws-neuron-trn2", points.read),
        "chip-hours": ("rentals", "chip-hour-prices", rents.read_chip_hours),
        "ownership": ("rentals", "inferencex-app-registry", rents.read_ownership),
    }


class _Sources(Mapping[str, tuple[str, str, Callable[[str, date, str], Read]]]):
    """The sources by name; their readers are loaded when one is asked for."""

    def __getitem__(self, name: str) -> tuple[str, str, Callable[[str, date, str], Read]]:
        return _readers()[name]

    def __iter__(self) -> Any:
        return iter(_readers())

    def __len__(self) -> int:
        return len(_readers())


MACHINE_SOURCES: Mapping[str, tuple[str, str, Callable[[str, date, str], Read]]] = _Sources()
"""By name: the kind of record, the table that is written, and who reads the file."""
