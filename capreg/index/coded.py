"""Columns as they are held: the narrowest numbers, or a byte a row and a table of the values; and who has which.

A column of bytes is judged as a whole: one table says which bytes count, and C makes a set of it.
"""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from typing import TYPE_CHECKING, overload

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

__all__ = ["Coded", "column_of", "distinct", "narrow", "where"]

_ZERO, _ONE = b"01"
_TO_DIGIT = bytes(_ONE if code else _ZERO for code in range(256))
_NARROW = (("b", 7), ("h", 15), ("i", 31), ("q", 63))
_SIGNED = (*range(128), *range(-128, 0))
"""What each byte is as a number with a sign."""


class Coded(Sequence[int]):
    """A column with at most 256 different values.

    Args:
        codes: for each row the place of its value.
        values: the different values, smallest first.
    """

    __slots__ = ("codes", "values")

    def __init__(self, codes: bytes, values: Sequence[int]) -> None:
        self.codes = codes
        self.values = values

    @overload
    def __getitem__(self, place: int) -> int: ...
    @overload
    def __getitem__(self, place: slice) -> Sequence[int]: ...
    def __getitem__(self, place: int | slice) -> int | Sequence[int]:
        if isinstance(place, slice):
            return [self.values[code] for code in self.codes[place]]
        return self.values[self.codes[place]]

    def __iter__(self) -> Iterator[int]:
        return map(self.values.__getitem__, self.codes)

    def __contains__(self, value: object) -> bool:
        return value in self.values

    def __len__(self) -> int:
        return len(self.codes)


def narrow(numbers: Sequence[int]) -> Sequence[int]:
    """`numbers` in the narrowest array that holds them; as a list where none does."""
    widest = max(max(numbers, default=0), ~min(numbers, default=0)).bit_length()
    for typecode, width in _NARROW:
        if widest <= width:
            return array(typecode, numbers)
    return list(numbers)


def column_of(numbers: Sequence[int]) -> Sequence[int]:
    """`numbers` as a column: bytes where they or their places in a table are bytes, else the narrowest array."""
    found = narrow(numbers)
    values = sorted(set(numbers))
    if (isinstance(found, array) and found.itemsize == 1) or len(values) > len(_SIGNED):
        return found
    code_of = {value: code for code, value in enumerate(values)}
    return Coded(bytes(map(code_of.__getitem__, numbers)), narrow(values))


def distinct(column: Sequence[int]) -> Sequence[int]:
    """The different values in `column`, smallest first."""
    if isinstance(column, array) and column.itemsize == 1:
        rest, found = column.tobytes(), []
        while rest:
            found.append(_SIGNED[rest[0]])
            rest = rest.translate(None, rest[:1])
        return sorted(found)
    return column.values if isinstance(column, Coded) else sorted(set(column))


def where(column: Sequence[int], holds: Callable[[int], bool]) -> int:
    """The rows of whose value in `column` `holds` is true, as a bitset. It may be asked of other values too."""
    if isinstance(column, Coded):
        held = bytes([_ONE if holds(value) else _ZERO for value in column.values])
        digits = column.codes.translate(held.ljust(len(_SIGNED), b"0"))
    elif isinstance(column, array) and column.itemsize == 1:
        digits = column.tobytes().translate(bytes([_ONE if holds(value) else _ZERO for value in _SIGNED]))
    else:
        digits = bytes(map(holds, column)).translate(_TO_DIGIT)
    return int(digits[::-1] or b"0", 2)
