"""Sets of rows as whole numbers with one bit a row, and what is precomputed over a column to make them quickly.

It knows columns and limits, not what they mean. No set is negative: on long numbers ``a & ~b`` costs twenty times what
`without` does.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sized
from itertools import compress
from typing import TYPE_CHECKING

from capreg.index.coded import distinct, narrow, where

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

__all__ = [
    "Ascending", "Steps", "bits_of", "flags_of", "groups_of", "known_in", "more_than", "packed_of", "rows_of", "union",
    "without",
]  # fmt: skip

_ABSENT = -1
_ZERO, _ONE = b"01"
_TO_FLAG = bytes(code == _ONE for code in range(256))
_MARKED = bytes(min(code, 1) for code in range(256))
_FEW_VALUES = 16
_FEW = 8
"""A set of fewer rows than one in so many is made, and read, row by row; a fuller one as a text of digits."""
_PLACES = [[place for place in range(8) if byte >> place & 1] for byte in range(256)]
_ONLY = [places[0] if len(places) == 1 else -1 for places in _PLACES]
_STEP = 512
"""Rows from one checkpoint to the next."""
_MOST_KEPT = 64
"""So many first parts of an order are kept as sets; the oldest goes first."""
_FIRST, _BATCH = 4096, 16
"""Places of the shortest stretch of a walk, and rows that are worth a batch."""
_SAMPLE = (1 << (1 << 17)) - 1
_WALKED = 5
"""A stretch in which fewer are met than the root of so many times its length gives all at once: that is quicker."""


def without(bits: int, others: int) -> int:
    """The rows of `bits` that are not in `others`."""
    return bits ^ (bits & others)


def bits_of(rows: Iterable[int], size: int) -> int:
    """The set of `rows`, all below `size`."""
    places = rows if isinstance(rows, Sized) else list(rows)
    if not places:
        return 0
    if len(places) * _FEW < size:
        packed = bytearray((size >> 3) + 1)
        for row in places:
            packed[row >> 3] |= 1 << (row & 7)
        return int.from_bytes(packed, "little")
    digits = bytearray(b"0") * (size + 1)
    for row in places:
        digits[row] = _ONE
    return int(digits[::-1], 2)


def more_than(bits: int, count: int) -> bool:
    """Whether `bits` holds more than `count` rows. Most sets tell by their first rows."""
    sampled = (bits & _SAMPLE).bit_count()
    return sampled > count or (bits > _SAMPLE and bits.bit_count() > count)


def flags_of(bits: int, size: int) -> bytes:
    """One byte for each of `size` rows: 1 where it is in `bits`, else 0."""
    return f"{bits:0{size}b}".encode()[::-1].translate(_TO_FLAG)


def packed_of(bits: int, size: int) -> bytes:
    """One bit for each of `size` rows, eight to a byte: that of `row` is ``packed[row >> 3] >> (row & 7) & 1``."""
    return bits.to_bytes((size >> 3) + 1, "little")


def rows_of(bits: int) -> list[int]:
    """The rows in `bits`, lowest first."""
    size = bits.bit_length()
    if bits.bit_count() * _FEW < size:
        return _found(packed_of(bits, size))
    return list(compress(range(size), flags_of(bits, size)))


def _found(packed: bytes) -> list[int]:
    marked, rows = packed.translate(_MARKED), []
    start = marked.find(1)
    while start >= 0:
        place = _ONLY[packed[start]]
        if place < 0:
            rows += [8 * start + each for each in _PLACES[packed[start]]]
        else:
            rows.append(8 * start + place)
        start = marked.find(1, start + 1)
    return rows


def groups_of(column: Sequence[int]) -> Mapping[int, int]:
    """For each value in `column` the set of rows that have it."""
    values = distinct(column)
    if len(values) <= _FEW_VALUES:
        return {value: where(column, value.__eq__) for value in values}
    rows: dict[int, list[int]] = {}
    for row, value in enumerate(column):
        rows.setdefault(value, []).append(row)
    return {value: bits_of(places, len(column)) for value, places in rows.items()}


def known_in(column: Sequence[int]) -> int:
    """The rows that have a value in `column`."""
    return where(column, _ABSENT.__ne__)


def union(groups: Mapping[int, int], wanted: Callable[[int], bool]) -> int:
    """The rows of every group whose value is `wanted`."""
    bits = 0
    for value, rows in groups.items():
        if wanted(value):
            bits |= rows
    return bits


class Steps:
    """Rows by value, for a column with few different values: whoever asks for a limit asks for one of few sets."""

    __slots__ = ("_column", "_kept", "_values", "known")

    def __init__(self, column: Sequence[int]) -> None:
        self._column = column
        self._values = [value for value in distinct(column) if value != _ABSENT]
        self._kept: dict[int, int] = {}
        self.known = known_in(column)
        """The rows that have a value."""

    def at_most(self, limit: int) -> int:
        """The rows whose value is at most `limit`."""
        place = bisect_right(self._values, limit)
        bits = self._kept.get(place)
        if bits is None:
            bits = self._kept[place] = where(self._column, lambda value: _ABSENT < value <= limit)
            for oldest in tuple(self._kept)[:-_MOST_KEPT]:
                self._kept.pop(oldest, None)
        return bits

    def at_least(self, limit: int) -> int:
        """The rows whose value is at least `limit`."""
        return without(self.known, self.at_most(limit - 1))


class Ascending:
    """Rows by value, smallest first, equal ones by row.

    The first question about it is answered by a look at every entry; the second pays for the order, and from then on
    the set of the first so many rows is kept at checkpoints.

    Args:
        values: of each row that has one.
        rows: the rows that have a value, in the order of `values`.
        size: how many rows there are, with and without a value.
    """

    __slots__ = ("_asked", "_beginnings", "_entries", "_is_ordered", "_kept", "_size", "known")

    def __init__(self, values: Sequence[int], rows: Sequence[int], size: int) -> None:
        self._entries = (
            values,
            rows,
        )  # one attribute, so that no thread sees the values of one order and rows of another
        self._size = size
        self._asked = False
        self._is_ordered = False
        self._kept: dict[int, int] = {}
        self._beginnings: dict[int, int] = {}
        self.known = (1 << size) - 1 if len(rows) == size else bits_of(rows, size)
        """The rows that have a value."""

    @classmethod
    def of(cls, entries: Iterable[tuple[int, int]], size: int) -> Ascending:
        """The order of the `entries` (value, row)."""
        pairs = list(entries)
        return cls(narrow([value for value, _ in pairs]), narrow([row for _, row in pairs]), size)

    @classmethod
    def over(cls, column: Sequence[int]) -> Ascending:
        """The order of the rows by `column`, for those that have a value in it."""
        is_known = bytes(map(_ABSENT.__ne__, column))
        rows = range(len(column)) if all(is_known) else narrow(list(compress(range(len(column)), is_known)))
        return cls(column if len(rows) == len(column) else narrow(list(compress(column, is_known))), rows, len(column))

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
            values, rows = self._entries
            return bits_of(list(compress(rows, map(limit.__ge__, values))), self._size)
        return self._first(bisect_right(self.values, limit))

    def at_least(self, limit: int) -> int:
        """The rows whose value is at least `limit`."""
        return without(self.known, self.at_most(limit - 1))

    def batches(self, among: int) -> Iterator[tuple[list[int], int]]:
        """The rows of `among` by and by, lower values first, with the value that no later batch goes below.

        The order is walked in stretches, each as long as all before it. Those in which few are met cost a look at their
        sets, and give them at once; of a fuller one only the beginning may be asked.
        """
        values, rows = self._order()
        start, end, waiting, held = 0, _FIRST, 0, 0
        while start < len(rows) and among:
            end = min(end, len(rows))
            met = among & self._beginning(end)
            count = met.bit_count()
            among ^= met
            waiting, held = waiting | met, held + count
            if count * count > _WALKED * (end - start):
                first = start if held == count else 0
                yield from self._walked(waiting, (first, start, end), (end - start) * _BATCH // count + 1)
                waiting = held = 0
            elif held >= _BATCH or not among:
                yield _found(packed_of(waiting, self._size)), values[end - 1]
                waiting = held = 0
            start, end = end, end * 2

    def _beginning(self, count: int) -> int:
        """The first `count` rows, kept."""
        bits = self._beginnings.get(count)
        if bits is None:
            bits = self._beginnings[count] = bits_of(self.rows[:count], self._size)
        return bits

    def _walked(self, met: int, places: tuple[int, int, int], step: int) -> Iterator[tuple[list[int], int]]:
        """The rows of `met` between the first and the last of `places`; beyond the second, `step` places at a time."""
        values, rows = self._order()
        packed = packed_of(met, self._size)
        first, start, end = places
        for last in range(start + step, end + step, step):
            found = [row for row in rows[first : min(last, end)] if packed[row >> 3] >> (row & 7) & 1]
            first = last
            yield found, values[min(last, end) - 1]

    def _first(self, count: int) -> int:
        """The first `count` rows: kept, or the nearest checkpoint and a walk to the exact end."""
        if count >= len(self.rows):
            return self.known
        bits = self._kept.get(count)
        if bits is None:
            checkpoint = count - count % _STEP
            before = self._kept.get(checkpoint)
            if before is None:
                before = self._keep(checkpoint, bits_of(self.rows[:checkpoint], self._size))
            bits = self._keep(count, before | bits_of(self.rows[checkpoint:count], self._size))
        return bits

    def _keep(self, count: int, bits: int) -> int:
        self._kept[count] = bits
        for oldest in tuple(self._kept)[:-_MOST_KEPT]:
            self._kept.pop(oldest, None)
        return bits

    def _order(self) -> tuple[Sequence[int], Sequence[int]]:
        if not self._is_ordered:
            ordered = sorted(zip(*self._entries, strict=True))
            self._entries = narrow([value for value, _ in ordered]), narrow([row for _, row in ordered])
            self._is_ordered = True
        return self._entries
