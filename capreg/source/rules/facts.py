"""What the rules look at: the well-formed records of a registry, and where each stands. Not a rule itself."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields, is_dataclass
from datetime import date
from typing import Any

from capreg.domain.record import Evidence
from capreg.errors import Finding, nearest
from capreg.source.layout import TABLES

__all__ = ["Facts", "evidence_of"]

_MADE = frozenset({"accelerators", "models", "offerings", "providers", "sources"})
"""Kinds whose records `capreg new` makes."""

Said = tuple[str, str, str, Any, Sequence[Evidence]]
"""Kind, id, the path of a list of evidence, the table that it stands in, and the list."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """The well-formed records of a registry.

    A rule walks over `each`, which may be a few records only, looks others up in `records` by their ids, and finds
    those that share a text with `naming`. So it costs no more than what it looks at.
    """

    records: Mapping[str, Mapping[str, Any]]
    """Kind → id → record, of all there are."""
    files: Mapping[tuple[str, str], str]
    """(kind, id) → file."""
    unread: frozenset[tuple[str, str]]
    """(kind, id) of files that are there and have faults of their own, or were not read yet."""
    day: date | None
    """The day of the release; None where RELEASE says none."""
    latest: date | None = None
    """The latest day on which anybody can have seen anything; None where that is not known."""
    asked: Mapping[str, Collection[str]] | None = None
    """Kind → ids that are to be checked; None for all of them."""
    holders: Callable[[str, Collection[str]], Iterable[str]] | None = None
    """The ids, of one kind, whose files hold any of some texts; None where all records are at hand."""
    _said: list[Said] = field(default_factory=list, init=False, repr=False)

    def each(self, kind: str) -> Iterator[tuple[str, Any]]:
        """The records of `kind` that are to be checked, with their ids."""
        records = self.records[kind]
        if self.asked is None:
            yield from records.items()
            return
        for key in self.asked.get(kind, ()):
            record = records.get(key)
            if record is not None:
                yield key, record

    def naming(self, kind: str, texts: Collection[str]) -> Iterator[tuple[str, Any]]:
        """The records of `kind` that are to be checked, and all others that may hold one of `texts`."""
        if self.asked is None or self.holders is None:
            yield from self.records[kind].items()
            return
        for key in sorted({*self.asked.get(kind, ()), *self.holders(kind, texts)}):
            record = self.records[kind].get(key)
            if record is not None:
                yield key, record

    def evidence(self) -> Sequence[Said]:
        """Every list of evidence of the records that are to be checked. Tables of rows have none."""
        if not self._said:
            for kind in self.records:
                if kind not in TABLES:
                    said = ((kind, key, *one) for key, record in self.each(kind) for one in evidence_of(record))
                    self._said.extend(said)
        return self._said

    def has(self, kind: str, key: str) -> bool:
        """Whether there is such a record, be it well-formed or not."""
        return key in self.records[kind] or (kind, key) in self.unread

    def near(self, kind: str, key: str) -> str:
        """A hint that offers the ids that look most like `key`, or how to add it."""
        names = {name for of, name in self.files if of == kind}
        if kind == "offerings":
            # One provider's offering is never meant by another's.
            names = {name for name in names if name.partition("/")[0] == key.partition("/")[0]}
        found = nearest(key, names)
        if kind == "capabilities" and not found:
            return f"one of {', '.join(sorted(names))}"
        if found:
            return f"did you mean {' or '.join(map(repr, found))}?"
        new = f": capreg new {kind.removesuffix('s')} {key}" if kind in _MADE else ""
        return f"add it to the {kind} first{new}"

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
        command: str | None = None,
    ) -> Finding:
        """A finding on the record `key` of `kind`, at the dotted path `at` of its document."""
        row = self.row(kind, key)
        place = f"{row}.{at}" if row and at else row or at
        shown = None if found is None else str(found)
        file = self.files[kind, key]
        return Finding(rule, file, place, problem, found=shown, expected=expected, hint=hint, command=command)

    @staticmethod
    def row(kind: str, key: str) -> str:
        """How a finding names the record's row in its table; empty where it has a file of its own."""
        if kind in {"deployments", "measurements", "rentals", "scores"}:
            return f"row {key.rpartition('/')[2]}"
        return key if kind == "qualities" else key.partition("/")[2] if kind == "sightings" else ""


def evidence_of(record: Any, at: str = "") -> Iterator[tuple[str, Any, Sequence[Evidence]]]:
    """Every list of evidence in `record`, with its dotted path and the table that it stands in."""
    if isinstance(record, Mapping):
        for name, child in record.items():
            yield from evidence_of(child, f"{at}.{name}" if at else name)
    elif isinstance(record, tuple):
        for number, child in enumerate(record):
            yield from evidence_of(child, f"{at}[{number}]")
    elif is_dataclass(record):
        for each in fields(record):
            place = f"{at}.{each.name}" if at else each.name
            value = getattr(record, each.name)
            if each.name == "evidence":
                yield place, record, value
            else:
                yield from evidence_of(value, place)
