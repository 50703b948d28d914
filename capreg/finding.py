"""A finding: one fault of the registry or of a file, where it is, what was found and what to do. Errors are made of it.

This module imports nothing of capreg.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

__all__ = ["Finding", "Severity", "nearest", "shorten"]

_SHOWN = 80

Severity = Literal["error", "warning", "hint"]
"""How grave a finding is, gravest first."""


def nearest(name: str, known: Iterable[str], *, most: int = 3) -> list[str]:
    """The known names that look most like `name`, best first. For hints only; never for matching.

    First those that end in it after a slash, then those that it is a whole part of, the shortest first, then the
    spellings that are near.
    """
    from difflib import get_close_matches

    wanted, names = name[:_SHOWN], list(known)
    tails = [one for one in names if one.endswith(f"/{wanted}")]
    parts = [one for one in names if f"-{wanted}-" in f"-{one.replace('/', '-')}-"] if wanted else []
    near = get_close_matches(wanted, names, n=most, cutoff=0.6)
    return list(dict.fromkeys([*sorted(tails, key=len), *near[:1], *sorted(parts, key=len), *near]))[:most]


def shorten(text: str) -> str:
    """`text` cut to what fits in one line of an error."""
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}… ({len(text)} characters)"


class Finding:
    """One fault in a file: comparable, ordered by file, line and key.

    Args:
        rule: a stable id such as ``"SCH001"``.
        file: the path below the registry's root, or the file's own path.
        key: a dotted path such as ``"prices[0].input"``; empty for the whole file.
        problem: one sentence.
        found: what stood there.
        expected: what would have been accepted.
        hint: what to do.
        command: the command that mends it, where there is one.
        line: the line of the file, from 1; None where it is the whole file, or not looked up.
        severity: ``"error"`` blocks the build, ``"warning"`` is counted, ``"hint"`` is advice.
    """

    __slots__ = ("command", "expected", "file", "found", "hint", "key", "line", "problem", "rule", "severity")

    def __init__(
        self,
        rule: str,
        file: str,
        key: str,
        problem: str,
        *,
        found: str | None = None,
        expected: str | None = None,
        hint: str | None = None,
        command: str | None = None,
        line: int | None = None,
        severity: Severity = "error",
    ) -> None:
        self.rule = rule
        self.file = file
        self.key = key
        self.problem = problem
        self.found = None if found is None else shorten(found)
        self.expected = expected
        self.hint = hint
        self.command = command
        self.line = line
        self.severity: Severity = severity

    def but(self, **changed: Any) -> Finding:
        """The same finding with other values in some of its fields."""
        fields = {name: getattr(self, name) for name in self.__slots__} | changed
        return Finding(**fields)

    def _order(self) -> tuple[str, int, str, str, str]:
        return (self.file, self.line or 0, self.key, self.rule, self.problem)

    def _rest(self) -> tuple[object, ...]:
        return (self.found, self.expected, self.hint, self.command, self.severity)

    def __lt__(self, other: Finding) -> bool:
        return self._order() < other._order()

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Finding):
            return NotImplemented
        return self._order() == other._order() and self._rest() == other._rest()

    def __hash__(self) -> int:
        return hash(self._order())

    def __str__(self) -> str:
        line = f":{self.line}" if self.line else ""
        place = f"{self.file}{line}#{self.key}" if self.key else f"{self.file}{line}"
        grade = "" if self.severity == "error" else f"{self.severity}: "
        parts = [f"{place}: {grade}{self.problem} [{self.rule}]"]
        told = {"found": self.found, "expected": self.expected, "hint": self.hint, "run": self.command}
        parts += [f"    {label:<9} {value}" for label, value in told.items() if value is not None]
        return "\n".join(parts)

    def __repr__(self) -> str:
        return f"<Finding {self.rule} {self.file}#{self.key}: {self.problem}>"
