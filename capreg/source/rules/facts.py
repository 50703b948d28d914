"""What the rules look at: every record whose document is well-formed, and where each stands. Not a rule itself."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass
from datetime import date
from typing import Any

from capreg.domain.record import Evidence
from capreg.errors import Finding, nearest

__all__ = ["Facts", "evidence_of"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """The well-formed records of a registry."""

    records: Mapping[str, Mapping[str, Any]]
    """Kind → id → record."""
    files: Mapping[tuple[str, str], str]
    """(kind, id) → file."""
    unread: frozenset[tuple[str, str]]
    """(kind, id) of files that are there and have faults of their own."""
    day: date | None
    """The day of the release; None where RELEASE says none."""

    def has(self, kind: str, key: str) -> bool:
        """Whether there is such a record, be it well-formed or not."""
        return key in self.records[kind] or (kind, key) in self.unread

    def near(self, kind: str, key: str) -> str:
        """A hint that offers the ids that look most like `key`."""
        found = nearest(key, self.records[kind])
        return f"did you mean {' or '.join(map(repr, found))}?" if found else f"add it to the {kind} first"

    def finding(
        self,
        rule: str,
        kind: str,
        key: str,
        at: str,
        problem: str,
        *,
        found: object = None,
        expected: str | None = None,
        hint: str,
    ) -> Finding:
        """A finding on the record `key` of `kind`, at the dotted path `at` of its document."""
        row = self.row(kind, key)
        place = f"{row}.{at}" if row and at else row or at
        shown = None if found is None else str(found)
        return Finding(rule, self.files[kind, key], place, problem, found=shown, expected=expected, hint=hint)

    def row(self, kind: str, key: str) -> str:
        """How a finding names the record's row in its table; empty where it has a file of its own."""
        if kind == "measurements":
            return f"row {key.rpartition('/')[2]}"
        return key.partition("/")[2] if kind == "sightings" else ""


def evidence_of(record: Any, at: str = "") -> Iterator[tuple[str, Any, Sequence[Evidence]]]:
    """Every list of evidence in `record`, with its dotted path and the table that it stands in."""
    if isinstance(record, Mapping):
        for name, child in record.items():
            yield from evidence_of(child, f"{at}.{name}" if at else name)
    elif isinstance(record, tuple):
        for number, child in enumerate(record):
            yield from evidence_of(child, f"{at}[{number}]")
    elif is_dataclass(record):
        for field in fields(record):
            place = f"{at}.{field.name}" if at else field.name
            value = getattr(record, field.name)
            if field.name == "evidence":
                yield place, record, value
            else:
                yield from evidence_of(value, place)
