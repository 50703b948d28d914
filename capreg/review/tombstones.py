"""TOMBSTONES: one line for each record that was removed on purpose. `kind id day reason`, and lines after a #."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

from capreg.catalog import KINDS, Catalog
from capreg.errors import Finding
from capreg.source.files import Text, read_text

__all__ = ["TOMBSTONES", "buried", "tombstone_faults"]

TOMBSTONES = "TOMBSTONES"


def buried(root: Path | None) -> frozenset[tuple[str, str]]:
    """(kind, id) of every record that has a tombstone."""
    return frozenset((parts[0], parts[1]) for _, parts in _lines(root) if not _problem(parts))


def tombstone_faults(catalog: Catalog, root: Path | None) -> Iterator[Finding]:
    """Lines that are no tombstones, and tombstones of records that are there."""
    for line, parts in _lines(root):
        problem = _problem(parts)
        if not problem and parts[1] in catalog.documents(parts[0]):
            problem = "the record is there"
        if problem:
            yield Finding(
                "GAT006",
                TOMBSTONES,
                "",
                problem,
                found=" ".join(parts),
                expected="kind id day reason, such as: offerings acme/small-1 2026-11-22 never existed; a typing error",
                hint="write the four parts; remove the line where the record is back",
                line=line,
            )


def _lines(root: Path | None) -> Iterator[tuple[int, list[str]]]:
    text = read_text(root, TOMBSTONES) if root is not None and root.is_dir() else None
    if isinstance(text, Text):
        for number, line in enumerate(text.text.splitlines(), start=1):
            if line.strip() and not line.startswith("#"):
                yield number, line.split(maxsplit=3)


def _problem(parts: list[str]) -> str:
    if len(parts) != 4:
        return "a tombstone has four parts"
    if parts[0] not in KINDS:
        return "a tombstone starts with a kind of record"
    try:
        date.fromisoformat(parts[2])
    except ValueError:
        return "a tombstone names the day of the removal"
    return ""
