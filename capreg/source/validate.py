"""Whether a registry may be compiled: the shape of every document, then the rules over all of them.

The shape is checked twice, by the typed records and by JSON Schema, which accept the same documents; should they
ever differ, the stricter one holds.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import date
from functools import cache
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

from capreg.catalog import KINDS
from capreg.errors import Finding, InvalidData, UnreadableFile
from capreg.schema import json_schema
from capreg.source.files import Text, read_text
from capreg.source.positions import line_at, lines_of, table_line
from capreg.source.read import Registry, read, release_day
from capreg.source.rules import Facts, breaches, graded
from capreg.source.typed import Typed, typed
from capreg.source.unread import Shelf, holders_below

if TYPE_CHECKING:
    from jsonschema import Draft202012Validator

__all__ = ["check", "validate", "validate_some", "within"]

_MOST_ASKED = 200
"""Beyond so many files, reading all of them once is quicker than looking for what they share."""


def validate(registry: Registry | Typed, *, today: date | None = None) -> tuple[Finding, ...]:
    """Every fault of `registry`, and every warning and hint, in the order of file, line and key.

    Args:
        registry: what was read, typed already or not.
        today: figures may have been seen until this day; without it, until that of the release.
    """
    whole = registry if isinstance(registry, Typed) else typed(registry)
    findings = list(whole.registry.findings)
    findings += breaches(_facts(whole, findings, today))
    return _told(whole.registry.root, findings)


def validate_some(root: Path, paths: Iterable[str], *, today: date | None = None) -> tuple[Finding, ...]:
    """What `validate` says of some files, without reading the others further than their rules need.

    Args:
        root: the registry's folder.
        paths: files, and folders with all that lies in them, below the root.
        today: as for `validate`.

    Raises:
        UnreadableFile: there is no such folder.
    """
    asked = {PurePosixPath(path).as_posix() for path in paths}
    folders = tuple("" if path == "." else f"{path}/" for path in asked)

    def is_asked(path: str) -> bool:
        return path in asked or path.startswith(folders)

    registry = read(root, only=is_asked)
    read_files = {path for place, path in registry.files.items() if place not in registry.unread}
    if len(read_files) > _MOST_ASKED or is_asked("RELEASE"):
        return tuple(finding for finding in validate(read(root), today=today) if is_asked(finding.file))
    findings = list(registry.findings)
    findings += breaches(_facts_of_some(registry, findings, today))
    return tuple(finding for finding in _told(root, findings) if is_asked(finding.file))


def within(root: Path, paths: Iterable[Path]) -> list[str]:
    """`paths`, given from here or from the registry's root, below the root.

    Raises:
        UnreadableFile: one of them is not in the registry.
    """
    return [_below(root, path) for path in paths]


def check(registry: Registry | Typed, *, today: date | None = None) -> None:
    """Refuse a registry with faults. Warnings are no faults. `today` is as for `validate`.

    Raises:
        InvalidData: with every fault.
    """
    findings = [finding for finding in validate(registry, today=today) if finding.severity == "error"]
    if findings:
        raise InvalidData(findings)


def _facts(whole: Typed, findings: list[Finding], today: date | None) -> Facts:
    """The well-formed records; the faults of the others are added to `findings`."""
    registry, records = whole.registry, _records(whole, findings)
    return Facts(
        records=records,
        files=registry.files,
        unread=registry.unread | registry.files.keys(),
        day=release_day(registry.release_id),
        latest=_latest(registry, today),
    )


def _facts_of_some(registry: Registry, findings: list[Finding], today: date | None) -> Facts:
    """As `_facts`, where files that were not read are read when a rule looks them up."""
    held = _records(typed(registry), findings)
    rest: dict[str, dict[str, str]] = {kind: {} for kind in KINDS}
    for (kind, key), path in registry.files.items():
        if (kind, key) in registry.unread:
            rest[kind][key] = path
    asked: dict[str, Collection[str]] = {kind: list(records) for kind, records in held.items()}
    return Facts(
        records={kind: Shelf(registry.root, kind, held[kind], rest[kind]) for kind in KINDS},
        files=registry.files,
        unread=registry.unread | registry.files.keys(),
        day=release_day(registry.release_id),
        latest=_latest(registry, today),
        asked=asked,
        holders=holders_below(registry.root, rest),
    )


def _latest(registry: Registry, today: date | None) -> date | None:
    return max((day for day in (release_day(registry.release_id), today) if day is not None), default=None)


def _records(whole: Typed, findings: list[Finding]) -> dict[str, dict[str, Any]]:
    """The records that the JSON Schema takes too."""
    registry = whole.registry
    told = {(finding.file, finding.key) for finding in registry.findings}
    records: dict[str, dict[str, Any]] = {kind: {} for kind in KINDS}
    for kind, documents in registry.documents.items():
        for key, document in documents.items():
            found = whole.faults.get((kind, key)) or list(_schema_faults(kind, document, registry.files[kind, key]))
            if found:
                rows = (_in_row(finding, Facts.row(kind, key)) for finding in found)
                findings += (finding for finding in rows if (finding.file, finding.key) not in told)
            else:
                records[kind][key] = whole.records[kind][key]
    return records


def _schema_faults(kind: str, document: Mapping[str, Any], file: str) -> Iterator[Finding]:
    """What JSON Schema alone objects to: nothing, or the two ways of checking have come apart."""
    for error in _validator(kind).iter_errors(document):
        yield Finding(
            "SCH002",
            file,
            error.json_path.removeprefix("$").removeprefix("."),
            error.message,
            hint="only the JSON Schema objects; please report it, both should",
        )


@cache
def _validator(kind: str) -> Draft202012Validator:
    from jsonschema import Draft202012Validator, FormatChecker

    return Draft202012Validator(json_schema(kind), format_checker=FormatChecker())


def _in_row(finding: Finding, row: str) -> Finding:
    """`finding`, whose key is that of a document, with the key that its row of a table has."""
    if not row:
        return finding
    return finding.but(key=f"{row}.{finding.key.replace('.p', '_p')}" if finding.key else row)


def _told(root: Path, findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """`findings` with their severities and lines, each once, in order."""
    by_file: dict[str, list[Finding]] = {}
    for finding in graded(findings):
        by_file.setdefault(finding.file, []).append(finding)
    return tuple(sorted({placed for file, held in by_file.items() for placed in _with_lines(root, file, held)}))


def _with_lines(root: Path, file: str, findings: list[Finding]) -> Iterator[Finding]:
    text = read_text(root, file) if any(f.key and f.line is None for f in findings) else None
    if not isinstance(text, Text):
        yield from findings
        return
    lines = lines_of(text.text) if file.endswith(".toml") else {}
    for finding in findings:
        if finding.line is not None or not finding.key:
            yield finding
        elif file.endswith(".csv"):
            yield finding.but(line=table_line(text.text, finding.key))
        else:
            yield finding.but(line=line_at(lines, finding.key))


def _below(root: Path, path: Path) -> str:
    for candidate in (path, root / path):
        absolute = candidate.absolute()
        if candidate.exists() and absolute.is_relative_to(root.absolute()):
            return absolute.relative_to(root.absolute()).as_posix()
    raise UnreadableFile(
        "there is no such file in the registry",
        where=str(path),
        expected=f"a file or folder below {root}",
        hint="check the spelling, or leave the path out to check everything",
    )
