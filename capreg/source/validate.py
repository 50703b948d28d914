"""Whether a registry may be compiled: the shape of every document, then the rules over all of them.

The shape is checked twice, by the typed records and by JSON Schema, which accept the same documents; should they
ever differ, the stricter one holds.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

from capreg.catalog import KINDS
from capreg.errors import Finding, InvalidData, UnreadableFile
from capreg.schema import faults, json_schema
from capreg.source.read import Registry, release_day
from capreg.source.rules import RULES, Facts

if TYPE_CHECKING:
    from jsonschema import Draft202012Validator

__all__ = ["check", "validate"]


def validate(registry: Registry, *, paths: Iterable[Path] | None = None) -> tuple[Finding, ...]:
    """Every fault of `registry`, in the order of file and key.

    Args:
        registry: what was read; all of it is checked, since files refer to each other.
        paths: report the faults of these files and folders only.

    Raises:
        UnreadableFile: one of `paths` is not in the registry.
    """
    wanted = None if paths is None else [_below(registry.root, path) for path in paths]
    findings = [*registry.findings]
    facts = _facts(registry, findings)
    for rule in RULES:
        findings += rule(facts)
    return tuple(sorted(set(findings if wanted is None else _within(findings, wanted))))


def check(registry: Registry) -> None:
    """Refuse a registry with faults.

    Raises:
        InvalidData: with every fault.
    """
    findings = validate(registry)
    if findings:
        raise InvalidData(findings)


def _facts(registry: Registry, findings: list[Finding]) -> Facts:
    """The well-formed records; the faults of the others are added to `findings`."""
    told = {(finding.file, finding.key) for finding in registry.findings}
    records: dict[str, dict[str, Any]] = {kind: {} for kind in KINDS}
    facts = Facts(
        records=records,
        files=registry.files,
        unread=registry.unread | registry.files.keys(),
        day=release_day(registry.release_id),
    )
    for kind, documents in registry.documents.items():
        for key, document in documents.items():
            file = registry.files[kind, key]
            typed = faults(kind, document, file=file)
            found = typed if isinstance(typed, list) else list(_schema_faults(kind, document, file))
            if found:
                rows = (_in_row(finding, facts.row(kind, key)) for finding in found)
                findings += (finding for finding in rows if not _is_told(finding, told))
            else:
                records[kind][key] = typed
    return facts


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
    return Finding(
        finding.rule,
        finding.file,
        f"{row}.{finding.key.replace('.p', '_p')}" if finding.key else row,
        finding.problem,
        found=finding.found,
        expected=finding.expected,
        hint=finding.hint,
    )


def _is_told(finding: Finding, told: set[tuple[str, str]]) -> bool:
    """Whether reading the file already said what is wrong with this key."""
    return (finding.file, finding.key) in told


def _below(root: Path, path: Path) -> PurePosixPath:
    """`path`, given from here or from the registry's root, below the root."""
    for candidate in (path, root / path):
        absolute = candidate.absolute()
        if candidate.exists() and absolute.is_relative_to(root.absolute()):
            return PurePosixPath(absolute.relative_to(root.absolute()).as_posix())
    raise UnreadableFile(
        "there is no such file in the registry",
        where=str(path),
        expected=f"a file or folder below {root}",
        hint="check the spelling, or leave the path out to check everything",
    )


def _within(findings: Iterable[Finding], wanted: list[PurePosixPath]) -> Iterator[Finding]:
    return (f for f in findings if any(PurePosixPath(f.file).is_relative_to(path) for path in wanted))
