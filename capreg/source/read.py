"""A registry folder → its documents, by kind and id, with every fault of every file. Nothing is compared across files.

Reading never raises for what a file says: faults are findings, and whoever needs a clean registry asks `validate`.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from capreg.catalog import KINDS
from capreg.errors import Finding
from capreg.ids import ID_PATTERN, MAX_ID_LENGTH
from capreg.source.files import Text, paths_below, read_text
from capreg.source.layout import PLAIN_FILES, Place, place_of
from capreg.source.parse import parse
from capreg.source.table import rows

__all__ = ["Registry", "read", "release_day"]

_RELEASE = re.compile(r"(20[0-9]{2}\.[0-9]{2}\.[0-9]{2})(\.[1-9][0-9]{0,3})?")
_ID = re.compile(ID_PATTERN)


@dataclass(frozen=True, slots=True, kw_only=True)
class Registry:
    """What a registry folder says."""

    root: Path
    """The folder."""
    release_id: str
    """What RELEASE says; empty where it says nothing usable."""
    documents: dict[str, dict[str, dict[str, Any]]]
    """Kind → id → plain document, of every file that was read and could be parsed."""
    files: dict[tuple[str, str], str]
    """(kind, id) → the path, below the root, of the file that holds it."""
    unread: frozenset[tuple[str, str]]
    """(kind, id) of files that exist and were not parsed: nothing can be said of what refers to them."""
    findings: tuple[Finding, ...]
    """Every fault met while reading."""


def read(root: Path, *, only: Callable[[str], bool] | None = None) -> Registry:
    """What the folder `root` says, and every fault met while reading it.

    Args:
        root: the folder.
        only: which files to read, by their paths below the root; the others are known to be there, and no more.

    Raises:
        UnreadableFile: there is no such folder.
    """
    paths = paths_below(root)
    findings = _clashes(paths)
    documents: dict[str, dict[str, dict[str, Any]]] = {kind: {} for kind in KINDS}
    files: dict[tuple[str, str], str] = {}
    unread: set[tuple[str, str]] = set()
    release_id, faults = _release(root)
    findings += faults
    for path in paths:
        if path in PLAIN_FILES:
            continue
        place, faults = _placed(path)
        if only is not None and not only(path):
            if place is not None and not place.is_table:
                files[place.kind, place.id] = path
                unread.add((place.kind, place.id))
            continue
        text = read_text(root, path)
        if isinstance(text, Finding):
            faults.append(text)
        if place is not None and isinstance(text, Text):
            held, faults_within = _documents(text, place)
            faults += faults_within
            documents[place.kind].update(held)
            files.update({(place.kind, key): path for key in held})
        if place is not None and (place.kind, place.id) not in files:
            unread.add((place.kind, place.id))
        findings += faults
    return Registry(
        root=root,
        release_id=release_id,
        documents=documents,
        files=files,
        unread=frozenset(unread),
        findings=tuple(findings),
    )


def release_day(release_id: str) -> date | None:
    """The day that a release id names; None where it names none.

    >>> release_day("2026.11.22.2")
    datetime.date(2026, 11, 22)
    """
    found = _RELEASE.fullmatch(release_id)
    try:
        return date.fromisoformat(found[1].replace(".", "-")) if found else None
    except ValueError:
        return None


def _documents(text: Text, place: Place) -> tuple[dict[str, dict[str, Any]], list[Finding]]:
    if place.is_table:
        return rows(text, place.kind, place.id)
    document, faults = parse(text)
    return ({} if document is None else {place.id: document}), faults


def _placed(path: str) -> tuple[Place | None, list[Finding]]:
    place = place_of(path)
    if place is None:
        return None, [
            Finding(
                "SCH004",
                path,
                "",
                "nothing belongs here",
                expected="<kind>/<id>.toml, providers/<id>/…, measurements/<table>.csv or sightings/<source>.csv",
                hint="move the file, or check the spelling of its folder and its ending",
            )
        ]
    if len(place.id) <= MAX_ID_LENGTH and _ID.search(place.id) and not place.id.endswith("\n"):
        return place, []
    return place, [_bad_id(path, place.id)]


def _bad_id(path: str, id: str) -> Finding:  # noqa: A002  the word for it everywhere
    odd = next((c for c in id if not ("a" <= c <= "z" or "0" <= c <= "9" or c in "._-/")), None)
    named = f"U+{ord(odd):04X} {unicodedata.name(odd, 'unnamed')}" if odd else None
    return Finding(
        "ID001",
        path,
        "",
        "the path makes no id" if odd is None else "the path holds a character that no id may hold",
        found=f"{id} with {named}" if named else id,
        expected="a-z, 0-9, '.', '_' and '-' between slashes, a letter or digit first, at most 200 characters",
        hint="rename the file: lower case, and the Latin letters of a keyboard",
    )


def _clashes(paths: list[str]) -> list[Finding]:
    """Files that are one file on some machines, or that make one id."""
    same: dict[object, list[str]] = defaultdict(list)
    for path in paths:
        same[unicodedata.normalize("NFKC", path).casefold()].append(path)
    return [
        Finding(
            "ID002",
            path,
            "",
            "two files make one id",
            found=", ".join(clash),
            expected="one file for each id",
            hint="keep one of them",
        )
        for clash in same.values()
        if len(clash) > 1
        for path in clash
    ]


def _release(root: Path) -> tuple[str, list[Finding]]:
    text = read_text(root, "RELEASE")
    if isinstance(text, Finding):
        return "", [
            Finding(
                "SCH011",
                "RELEASE",
                "",
                "the release's id is missing" if text.rule == "SEC006" else text.problem,
                expected="a file with one line, such as 2026.11.22",
                hint="create registry_data/RELEASE",
            )
        ]
    release_id = text.text.removesuffix("\n")
    if release_day(release_id) is not None:
        return release_id, []
    return "", [
        Finding(
            "SCH011",
            "RELEASE",
            "",
            "this is no release id",
            found=release_id,
            expected="YYYY.MM.DD, or YYYY.MM.DD.N for a second release of a day",
            hint="write the day of the release",
        )
    ]
