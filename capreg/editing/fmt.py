"""The one form of a file: keys in the order of the record, one entry a line where a list is long, comments kept.

A comment stays with what it stands above or beside. What the file says does not change.
"""

from __future__ import annotations

import tomllib
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path

from capreg.errors import Finding, InvalidData
from capreg.importers.form import rendered
from capreg.schema import faults as faults_of
from capreg.source.files import Text, paths_below, read_text
from capreg.source.layout import place_of
from capreg.source.parse import TOKEN, parse
from capreg.source.positions import lines_of
from capreg.source.typed import Typed

__all__ = ["formatted", "unformatted", "unformatted_of"]


def unformatted(root: Path, paths: Sequence[str] = ()) -> Iterator[tuple[str, str]]:
    """The path below `root` of each file that is not in its one form, and the text that is.

    Tables and files with faults are left alone: `capreg validate` speaks of those.

    Args:
        root: the registry's folder.
        paths: only these files, and what lies in these folders; none means all.

    Raises:
        InvalidData: as `formatted`.
    """
    for path in paths_below(root):
        asked = not paths or any(path == one or path.startswith(f"{one.rstrip('/')}/") for one in paths)
        text = read_text(root, path) if asked and path.endswith(".toml") else None
        if isinstance(text, Text):
            changed = formatted(text)
            if changed != text.text:
                yield path, changed


def unformatted_of(whole: Typed) -> Iterator[tuple[str, str]]:
    """What `unformatted` says of a whole folder that was read: only what is not in its form is parsed again.

    Raises:
        InvalidData: as `formatted`.
    """
    registry = whole.registry
    faulty = {finding.file for finding in registry.findings}
    for (kind, key), path in registry.files.items():
        if not path.endswith(".toml") or path in faulty or key not in whole.records[kind]:
            continue
        text = read_text(registry.root, path)
        if isinstance(text, Text) and text.text != rendered(kind, registry.documents[kind][key], path):
            changed = formatted(text)
            if changed != text.text:
                yield path, changed


def formatted(text: Text) -> str:
    """The text of a file in its one form; as it is where it holds no record, or has faults.

    Raises:
        InvalidData: the form would lose something; this is a fault of capreg.
    """
    place = place_of(text.path)
    document, faults = parse(text)
    if place is None or place.is_table or document is None or faults:
        return text.text
    if isinstance(faults_of(place.kind, document, file=text.path), list):
        return text.text
    bare = rendered(place.kind, document, text.path)
    if bare == text.text:
        return bare
    changed = _with_comments(text.text, bare)
    if not _same(changed, bare, text.text):
        hint = "please report it with the file; the file was left as it is"
        raise InvalidData([Finding("IMP002", text.path, "", "the file cannot be formatted without loss", hint=hint)])
    return changed


def _same(changed: str, bare: str, before: str) -> bool:
    said = tomllib.loads(changed)
    return said == tomllib.loads(bare) and len(_comments(changed)) == len(_comments(before)) + _schema_lines(before)


def _schema_lines(before: str) -> int:
    """1 where the file lacks the line that names its schema, which the form has."""
    return 0 if any(text.startswith("#:schema ") for _, _, text in _comments(before)) else 1


def _comments(text: str) -> list[tuple[int, bool, str]]:
    """(line, whether it has the line to itself, text) of each comment."""
    found, line = [], 1
    lines = text.split("\n")
    for token in TOKEN.finditer(text):
        if token.lastgroup == "comment":
            alone = lines[line - 1].lstrip().startswith("#")
            found.append((line, alone, token.group().rstrip()))
        line += token.group().count("\n")
    return found


def _with_comments(before: str, bare: str) -> str:
    comments = [comment for comment in _comments(before) if not comment[2].startswith("#:schema ")]
    if not comments:
        return bare
    old, new = lines_of(before), lines_of(bare)
    above: dict[int, list[str]] = defaultdict(list)
    beside: dict[int, list[str]] = defaultdict(list)
    last: list[str] = []
    for line, alone, text in comments:
        at = _place(old, new, line, alone=alone)
        if at is None:
            last.append(text)
        else:
            (above if alone else beside)[at].append(text)
    return "\n".join(_woven(bare.rstrip("\n").split("\n"), above, beside, last)) + "\n"


def _place(old: dict[str, int], new: dict[str, int], line: int, *, alone: bool) -> int | None:
    """The new line of what the comment on the old `line` speaks of; None where nothing follows it."""
    if alone:
        after = [(at, path) for path, at in old.items() if at > line and path in new]
        first = min(after, default=None, key=lambda each: each[0])
        return None if first is None else new[first[1]]
    held = [path for path, at in old.items() if at <= line and path in new]
    return new[max(held, key=lambda path: old[path])] if held else None


def _woven(
    lines: Sequence[str], above: dict[int, list[str]], beside: dict[int, list[str]], last: Sequence[str]
) -> Iterator[str]:
    for number, line in enumerate(lines, start=1):
        indent = line[: len(line) - len(line.lstrip())]
        yield from (f"{indent}{text}" for text in above[number])
        yield "  ".join([line, *beside[number]])
    yield from last
