"""One TOML text → one plain document. It knows nothing of kinds: schemas come later.

The caps on nesting and on dotted keys hold before the parser runs, which is slow on the one and recurses on the other.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Iterator
from datetime import date, datetime, time
from typing import Any

from capreg.errors import Finding
from capreg.source.files import Text

__all__ = ["MAX_INTEGER", "MAX_KEY_PARTS", "MAX_NESTING", "TOKEN", "control_character", "parse"]

MAX_NESTING = 32
MAX_KEY_PARTS = 16
MAX_INTEGER = 2**63 - 1

_PROSE = frozenset({"attribution", "definition", "note"})
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Zl", "Zp"})
_LINE = re.compile(r"\(at line (\d+), column (\d+)\)|\(at (end of document)\)")
TOKEN = re.compile(
    r'''(?P<text>"""(?:[^"\\]|\\.?|"(?!""))*(?:"{3})?|'{3}(?:[^']|'(?!''))*(?:'{3})?'''
    r"""|"(?:[^"\\\n]|\\[^\n]?)*"?|'[^'\n]*'?|[\w+:-]+)"""
    r"|(?P<comment>#[^\n]*)|(?P<open>[\[{])|(?P<close>[\]}])|(?P<dot>\.)|(?P<space>[ \t]+)|(?P<other>.|\n)",
    re.DOTALL,
)
"""Every text is taken to its end even where its closing quote is missing, so that scanning stays linear."""


def parse(text: Text) -> tuple[dict[str, Any] | None, list[Finding]]:
    """The document that a TOML text says, with dates as ISO texts; None where it cannot be parsed. And its faults.

    Floats and times are faults, and are kept as text so that the rest of the document can still be checked.
    """
    deep = _too_deep(text)
    if deep is not None:
        return None, [deep]
    try:
        parsed = tomllib.loads(text.text)
    except (ValueError, RecursionError) as error:
        return None, [_invalid(text.path, error)]
    findings: list[Finding] = []
    document = _plain(parsed, "", text.path, findings)
    return document, findings


def control_character(text: str, *, prose: bool = False) -> str | None:
    """The name of the first character of `text` that a reader cannot see, if there is one. Prose may have lines."""
    if text.isascii() and text.isprintable():
        return None
    for character in text:
        if unicodedata.category(character) in _UNSEEN and not (prose and character == "\n"):
            return f"U+{ord(character):04X} {unicodedata.name(character, 'control character')}"
    return None


def _too_deep(text: Text) -> Finding | None:
    most = max(text.text.count("[") + text.text.count("{") - MAX_NESTING, text.text.count(".") - MAX_KEY_PARTS + 1)
    if most <= 0:
        return None
    for line, depth, parts in _shape(text.text):
        if depth > MAX_NESTING or parts > MAX_KEY_PARTS:
            nested = depth > MAX_NESTING
            return Finding(
                "SEC004",
                text.path,
                "",
                f"line {line} is nested too deep" if nested else f"line {line} has a key of too many parts",
                expected=f"at most {MAX_NESTING} levels" if nested else f"at most {MAX_KEY_PARTS} parts",
                hint="no record is nested like this; see schemas/",
                line=line,
            )
    return None


def _shape(text: str) -> Iterator[tuple[int, int, int]]:
    """After each bracket and dot: the line, how many brackets are open, how many parts the key has so far."""
    line, depth, parts = 1, 0, 1
    for token in TOKEN.finditer(text):
        kind = token.lastgroup
        if kind in {"open", "close"}:
            depth += 1 if kind == "open" else -1
            parts = 1
            yield line, depth, parts
        elif kind == "dot":
            parts += 1
            yield line, depth, parts
        elif kind == "other":
            parts = 1
        line += token.group().count("\n")


def _invalid(path: str, error: Exception) -> Finding:
    place = _LINE.search(str(error))
    where = f"line {place[1]}, column {place[2]}: " if place and place[1] else "at the end: " if place else ""
    said = _LINE.sub("", str(error)).strip()
    line = int(place[1]) if place and place[1] else None
    hint = "fix the syntax; each key stands once"
    return Finding("SCH003", path, "", f"{where}invalid TOML: {said}", hint=hint, line=line)


def _plain(value: Any, key: str, path: str, findings: list[Finding]) -> Any:
    """`value` as plain JSON; what cannot be said in it is added to `findings`."""
    if isinstance(value, dict):
        return {
            name: _plain(child, f"{key}.{name}" if key else name, path, findings)
            for name, child in value.items()
            if _name_is_plain(name, key, path, findings)
        }
    if isinstance(value, list):
        return [_plain(child, f"{key}[{place}]", path, findings) for place, child in enumerate(value)]
    fault = _fault(value, key, path)
    if fault is not None:
        findings.append(fault)
    if isinstance(value, float):
        return str(value)
    if isinstance(value, date | time):
        return value.isoformat()[:10]
    return min(value, MAX_INTEGER) if type(value) is int else value


def _fault(value: Any, key: str, path: str) -> Finding | None:
    if isinstance(value, str):
        unseen = control_character(value, prose=key.rpartition(".")[2] in _PROSE)
        return _unseen(path, key, unseen) if unseen else None
    if isinstance(value, float):
        return _float(path, key, value)
    if isinstance(value, datetime | time):
        return _time(path, key, value)
    return _large(path, key) if isinstance(value, int) and abs(value) > MAX_INTEGER else None


def _name_is_plain(name: str, key: str, path: str, findings: list[Finding]) -> bool:
    unseen = control_character(name)
    if unseen:
        findings.append(_unseen(path, key, unseen))
    return not unseen


def _unseen(path: str, key: str, found: str) -> Finding:
    return Finding(
        "SEC005", path, key, "a character that nobody sees", found=found, hint="delete the character and type it anew"
    )


def _float(path: str, key: str, value: float) -> Finding:
    money = key.startswith("prices")
    return Finding(
        "SCH005",
        path,
        key,
        "money as a floating-point number is refused" if money else "floating-point numbers are refused",
        found=str(value),
        expected='a quoted decimal string, such as "0.59"' if money else "a whole number, or a quoted decimal string",
        hint=f'write "{value}"' if value == value and abs(value) < 1e9 else "write a finite number",  # noqa: PLR0124
    )


def _large(path: str, key: str) -> Finding:
    return Finding(
        "SCH010", path, key, "the number is too large", expected=f"at most {MAX_INTEGER}", hint="check the unit"
    )


def _time(path: str, key: str, value: datetime | time) -> Finding:
    return Finding(
        "SCH006",
        path,
        key,
        "a time of day is refused here",
        found=value.isoformat(),
        expected='a day, such as 2026-11-22; a window\'s minutes are quoted, such as "16:30"',
        hint="leave the time out",
    )
