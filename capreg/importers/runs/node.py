"""One node of a tool's report, read by name: a value of the wrong kind is a fault with its key path, never a guess.

Faults are collected, so that a file tells all of them at once.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from math import isfinite
from typing import Any

from capreg.errors import Finding

__all__ = ["Node", "Report"]

_SHOWN = 60


class Report:
    """A tool's file while it is read: its name, and the faults found so far."""

    __slots__ = ("faults", "file")

    def __init__(self, file: str) -> None:
        self.file = file
        self.faults: list[Finding] = []

    def fault(
        self, key: str, problem: str, *, found: object = None, expected: str | None = None, hint: str | None = None
    ) -> None:
        """Remember that `key` is not what it should be."""
        shown = None if found is None else repr(found)[:_SHOWN]
        self.faults.append(Finding("IMP010", self.file, key, problem, found=shown, expected=expected, hint=hint))


class Node:
    """A JSON object, or its absence, at a key path."""

    __slots__ = ("path", "report", "value")

    def __init__(self, report: Report, value: Any, path: str = "") -> None:
        self.report = report
        self.value = value
        self.path = path

    @property
    def is_object(self) -> bool:
        """Whether there is an object here."""
        return isinstance(self.value, Mapping)

    def at(self, name: str) -> str:
        """The key path of `name` below this node."""
        return f"{self.path}.{name}" if self.path else name

    def raw(self, name: str) -> Any:
        """What stands under `name`; None where nothing does."""
        return self.value.get(name) if isinstance(self.value, Mapping) else None

    def part(self, *names: str) -> Node:
        """The object below `names`, one after the other; an empty one where there is none."""
        node = self
        for name in names:
            node = Node(self.report, node.raw(name), node.at(name))
        return node

    def first(self, *names: str) -> Node:
        """The first of these objects that is there."""
        found = (part for part in map(self.part, names) if part.is_object)
        return next(found, self.part(names[0]))

    def entries(self, name: str) -> Iterator[Node]:
        """The entries of the list under `name`."""
        values = self.raw(name)
        for place, value in enumerate(values if isinstance(values, list) else ()):
            yield Node(self.report, value, f"{self.at(name)}[{place}]")

    def text(self, *names: str) -> str | None:
        """The first of these texts that is there and not empty."""
        found = (self.raw(name) for name in names)
        return next((value for value in found if isinstance(value, str) and value), None)

    def number(self, *names: str) -> Decimal | None:
        """The first of these numbers that is there, not negative. NaN and infinity are absent."""
        for name in names:
            value = self.raw(name)
            if value is None or _is_no_number(value):
                continue
            number = _decimal(value)
            if number is None or number < 0:
                self.report.fault(
                    self.at(name),
                    "a figure cannot be read",
                    found=value,
                    expected="a number from 0, as the tool writes it",
                )
                continue
            return number
        return None

    def count(self, *names: str) -> int | None:
        """The first of these whole numbers that is there."""
        number = self.number(*names)
        return None if number is None else int(number)

    def needed_count(self, *names: str) -> int:
        """A count without which the run says nothing; 0 and a fault where it is missing."""
        found = self.count(*names)
        if found is None:
            self.report.fault(self.at(names[0]), "a count of requests is missing", expected="a whole number")
        return found or 0

    def day(self, *names: str) -> date | None:
        """The day of the first of these instants, in seconds since 1970 or as ISO text, UTC."""
        for name in names:
            value = self.raw(name)
            moment = _moment(value) if value is not None else None
            if moment is not None:
                return moment.date()
        return None


def _is_no_number(value: object) -> bool:
    """Whether `value` is how a tool writes that there is no figure, or no limit."""
    if isinstance(value, float):
        return not isfinite(value)
    return value in ("", "NaN", "Infinity", "-Infinity", "inf")


def _decimal(value: object) -> Decimal | None:
    if isinstance(value, bool) or not isinstance(value, int | float | str | Decimal):
        return None
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def _moment(value: object) -> datetime | None:
    number = None if isinstance(value, str) else _decimal(value)
    try:
        if number is not None:
            return datetime.fromtimestamp(float(number), UTC)
        read = datetime.fromisoformat(str(value))
    except (ValueError, OverflowError, OSError):
        return None
    return read.astimezone(UTC) if read.tzinfo else read.replace(tzinfo=UTC)
