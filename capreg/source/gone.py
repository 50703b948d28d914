"""Faults that follow from a deletion: a rule sees a name of nothing; only a revision knows that something was there."""

from __future__ import annotations

import shlex
from collections.abc import Collection, Iterable, Iterator, Mapping
from pathlib import Path

from capreg.errors import Finding
from capreg.source.layout import path_of, place_of

__all__ = ["put_back", "records_at", "traced"]

_REFERS_TO: Mapping[str, Collection[str]] = {
    "REF001": ("models",),
    "REF002": ("providers",),
    "REF003": ("accelerators",),
    "REF004": ("sources",),
    "REF005": ("capabilities",),
    "REF007": ("providers",),
    "REF009": ("offerings",),
    "REF010": ("offerings", "providers"),
}
"""By rule on names of other records: the kinds that the name may be of."""


def records_at(paths: Iterable[str]) -> frozenset[tuple[str, str]]:
    """(kind, id) of the records whose files these paths, below the registry's root, are."""
    places = [place_of(path) for path in paths]
    return frozenset((place.kind, place.id) for place in places if place is not None and not place.is_table)


def traced(
    findings: Iterable[Finding], gone: Collection[tuple[str, str]], *, since: str, root: Path
) -> Iterator[Finding]:
    """`findings`, in their order; those on a name of what is gone say that it is, in place of a guess.

    Args:
        findings: what the rules found.
        gone: (kind, id) of the records that were deleted.
        since: the revision that still has them, as the reader calls it.
        root: the registry's folder.
    """
    for finding in findings:
        met = [(kind, finding.found) for kind in _REFERS_TO.get(finding.rule, ()) if (kind, finding.found) in gone]
        yield finding.but(hint=_hint(root / path_of(met[0][0], str(met[0][1])), since)) if met else finding


def put_back(file: Path, since: str | None) -> str:
    """How a deleted `file` comes back, in words; with the command where a revision still has it."""
    command = "" if since is None else f" with `{shlex.join(['git', 'checkout', since, '--', str(file)])}`"
    return f"put it back{command}"


def _hint(file: Path, since: str) -> str:
    return f"it was deleted since {since}: {put_back(file, since)}; where it goes for good, take this out too"
