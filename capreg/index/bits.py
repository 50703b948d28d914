"""Sets of rows as whole numbers with one bit a row, and what is precomputed over a column to make them quickly.

It knows columns and limits, not what they mean.
"""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

__all__ = ["Ascending", "bits_of", "flags_of", "groups_of", "rows_of", "union"]

_ZERO, _ONE = b"01"
_TO_FLAG = bytes(code == _ONE for code in range(256))
_FEW = 200
"""So many rows are looked for one by one; more are read off byte by byte."""
_PLACES = [[place for place in range(8) if byte >> place & 1] for byte in range(256)]
_STEP = 64
"""Rows from one checkpoint to the next."""


def bits_of(rows: Iterable[int], size: int) -> int:
    """The set of `rows`, all below `size`."""
    digits = bytearray(b"0") * (size + 1)
    for row in rows:
        digits[row] = _ONE
    return int(digits[::-1], 2)


def flags_of(bits: int, size: int) -> bytes:
    """One byte for each of `size` rows: 1 where it is in `bits`, else 0."""
    return f"{bits:0{size}b}".encode()[::-1].translate(_TO_FLAG)


def rows_of(bits: int) -> list[int]:
    """The rows in `bits`, lowest first."""
    return _found(bits) if bits.bit_count() <= _FEW else _looked_up(bits)


def _found(bits: int) -> list[int]:
    digits, rows = f"{bits:b}"[::-1], []
    row = digits.find("1")
    while row >= 0:
        rows.append(row)
        row = digits.find("1", row + 1)
    return rows


def _looked_up(bits: int) -> list[int]:
    rows: list[int] = []
    for start, byte in enumerate(bits.to_bytes((bits.bit_length() + 7) // 8, "little")):
        if byte:
            rows.extend([8 * start + place for place in _PLACES[byte]])
    return rows


def groups_of(column: Sequence[int]) -> Mapping[int, int]:
    """For each value in `column` the set of rows that have it."""
    rows: dict[int, list[int]] = {}
    for row, value in enumerate(column):
        rows.setdefault(value, []).append(row)
    return {value: bits_of(places, len(column)) for value, places in rows.items()}


def union(groups: Mapping[int, int], wanted: Callable[[int], bool]) -> int:
    """The rows of every group whose value is `wanted`."""
    bits = 0
    for value, rows in groups.items():
        if wanted(value):
            bits |= rows
    return bits


class Ascending:
    """Rows by value, smallest first, equal ones by row.

    The first question about it is answered by a look at every entry; the second pays for the order, and from then on
    the set of the first so many rows is kept at checkpoints.

    Args:
        entries: (value, row) of each row that has a value.
        size: how many rows there are, with and without a value.
    """

    __slots__ = ("_asked", "_checkpoints", "_entries", "_ordered", "_size", "known")

    def __init__(self, entries: Iterable[tuple[int, int]], size: int) -> None:
        self._entries = list(entries)
        self._size = size
        self._asked = False
        self._ordered: tuple[list[int], list[int]] | None = None
        self._checkpoints: dict[int, int] = {}
        self.known = bits_of((row for _, row in self._entries), size)
        """The rows that have a value."""

    @property
    def values(self) -> Sequence[int]:
        """Every value, smallest first."""
        return self._order()[0]

    @property
    def rows(self) -> Sequence[int]:
        """The rows in the order of their values."""
        return self._order()[1]

    def at_most(self, limit: int) -> int:
        """The rows whose value is at most `limit`."""
        if not self._asked:
            self._asked = True
            return bits_of((row for value, row in self._entries if value <= limit), self._size)
        return self._first(bisect_right(self.values, limit))

    def at_least(self, limit: int) -> int:
        """The rows whose value is at least `limit`."""
        return self.known & ~self.at_most(limit - 1)

    def _first(self, count: int) -> int:
        """The first `count` rows: the nearest checkpoint, and a walk to the exact end."""
        if count >= len(self._entries):
            return self.known
        checkpoint = count - count % _STEP
        bits = self._checkpoints.get(checkpoint)
        if bits is None:
            bits = self._checkpoints[checkpoint] = bits_of(self.rows[:checkpoint], self._size)
        for row in self.rows[checkpoint:count]:
            bits |= 1 << row
        return bits

    def _order(self) -> tuple[list[int], list[int]]:
        if self._ordered is None:
            ordered = sorted(self._entries)
            self._ordered = [value for value, _ in ordered], [row for _, row in ordered]
        return self._ordered
