"""The documents of a registry → typed records, and the faults of those that make none. No record is held to another."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from capreg.catalog import KINDS
from capreg.errors import Finding
from capreg.schema import faults
from capreg.source.read import Registry

__all__ = ["Typed", "typed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Typed:
    """What was read of a registry folder, each document looked at once."""

    registry: Registry
    records: dict[str, dict[str, Any]]
    """Kind → id → record, of the documents that make one."""
    faults: dict[tuple[str, str], list[Finding]]
    """(kind, id) → what keeps the document from being a record."""

    def findings(self) -> Iterator[Finding]:
        """Every fault of every document."""
        for found in self.faults.values():
            yield from found


def typed(registry: Registry) -> Typed:
    """The records that the documents of `registry` make, in their order."""
    records: dict[str, dict[str, Any]] = {kind: {} for kind in KINDS}
    found: dict[tuple[str, str], list[Finding]] = {}
    for kind, documents in registry.documents.items():
        for key, document in documents.items():
            made = faults(kind, document, file=registry.files[kind, key])
            if isinstance(made, list):
                found[kind, key] = made
            else:
                records[kind][key] = made
    return Typed(registry=registry, records=records, faults=found)
