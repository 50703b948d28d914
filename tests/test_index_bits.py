"""Columns and sets of rows: each is what a plain list or set would be, however many rows there are."""

from __future__ import annotations

from array import array

import pytest
from hypothesis import given
from hypothesis import strategies as st

from capreg.index.bits import Ascending, Steps, bits_of, flags_of, groups_of, known_in, more_than, rows_of, without
from capreg.index.coded import Coded, column_of, distinct, narrow, where

SIZE = 3000
FEW, MANY = st.sets(st.integers(0, SIZE - 1), max_size=40), st.sets(st.integers(0, SIZE - 1), min_size=700)
ROWS = FEW | MANY
COLUMN = st.lists(st.integers(-1, 120) | st.integers(-1, 10**12), max_size=60)


@given(ROWS)
def test_a_set_of_rows_and_back(rows: set[int]) -> None:
    """Few rows and many are read in different ways, and are the same rows."""
    bits = bits_of(rows, SIZE)

    assert sum(1 << row for row in rows) == bits
    assert sorted(rows) == rows_of(bits)
    assert bytes(row in rows for row in range(SIZE)) == flags_of(bits, SIZE)


@given(ROWS, ROWS)
def test_without(rows: set[int], others: set[int]) -> None:
    """What is in one set and not in the other."""
    assert sorted(rows - others) == rows_of(without(bits_of(rows, SIZE), bits_of(others, SIZE)))


@given(COLUMN)
def test_groups_and_what_is_known(column: list[int]) -> None:
    """Every value has the rows that hold it, in narrow columns and wide ones."""
    for held in (narrow(column), column_of(column)):
        groups = {value: rows_of(bits) for value, bits in groups_of(held).items()}

        assert {value: [row for row, other in enumerate(column) if other == value] for value in column} == groups
        assert [row for row, value in enumerate(column) if value != -1] == rows_of(known_in(held))
        assert [row for row, value in enumerate(column) if value >= 7] == rows_of(where(held, (7).__le__))
        assert sorted(set(column)) == list(distinct(held))


@given(COLUMN)
def test_a_column_reads_as_its_numbers(column: list[int]) -> None:
    """One by one, in slices, in a loop; whether they are held themselves or as places in a table."""
    held = column_of(column)

    assert column == list(held)
    assert column == [held[row] for row in range(len(held))]
    assert (column[1:3], -1 in column) == (list(held[1:3]), -1 in held)


def test_few_different_values_are_places_in_a_table() -> None:
    """A byte a row, where the numbers themselves would take more."""
    held = column_of([10**12, -1, 10**12, 5])

    assert isinstance(held, Coded)
    assert (b"\x02\x00\x02\x01", [-1, 5, 10**12]) == (held.codes, list(held.values))


@pytest.mark.parametrize(
    ("numbers", "kind"),
    [
        ([], "b"),
        ([-128, 127], "b"),
        ([-129], "h"),
        ([128], "h"),
        ([1 << 15], "i"),
        ([-(1 << 31)], "i"),
        ([1 << 31], "q"),
        ([(1 << 63) - 1], "q"),
    ],
)
def test_the_narrowest_numbers(numbers: list[int], kind: str) -> None:
    """The narrowest kind of number that holds both ends."""
    found = narrow(numbers)

    assert isinstance(found, array)
    assert (kind, numbers) == (found.typecode, list(found))


def test_numbers_that_no_array_holds() -> None:
    """They are kept whole."""
    assert [1 << 63] == narrow([1 << 63])


@given(COLUMN, st.lists(st.integers(-2, 130) | st.integers(0, 10**12), min_size=1, max_size=6))
def test_an_order_before_and_after_it_is_made(column: list[int], limits: list[int]) -> None:
    """The first question, which looks at every entry, and later ones, which use the order, find the same rows."""
    entries = [(value, row) for row, value in enumerate(column) if value != -1]
    over, of = Ascending.over(narrow(column)), Ascending.of(entries, len(column))

    for limit in limits:
        within = [row for value, row in entries if value <= limit]
        for order in (over, of, Steps(column_of(column)), Steps(narrow(column))):
            assert within == rows_of(order.at_most(limit))
            assert [row for value, row in entries if value >= limit] == rows_of(order.at_least(limit))
    for order in (over, of):
        assert sorted(entries) == list(zip(order.values, order.rows, strict=True))


def test_checkpoints_of_a_long_order() -> None:
    """Sets kept on the way, and old ones let go, change no answer."""
    size = 60_000
    order = Ascending.over(narrow([(row * 7919) % size for row in range(size)]))

    for limit in range(0, size, 700):
        assert limit + 1 == order.at_most(limit).bit_count()
        assert order.at_most(limit) == bits_of(order.rows[: limit + 1], size)


@given(st.integers(0, 20_000), st.sampled_from([3, 40, 5_000]), st.integers(0, 300))
def test_a_walk_in_batches(beginning: int, apart: int, limit: int) -> None:
    """Every row that is asked comes once, and none after a value that was said to be passed; dense sets and sparse."""
    size = 20_000
    values = [(row * 7919) % size for row in range(size)]
    order, asked = Ascending.over(narrow(values)), list(range(beginning, size, apart))
    found: list[int] = []
    passed = 0

    for rows, reached in order.batches(bits_of(asked, size)):
        assert all(values[row] >= passed for row in rows)
        found, passed = found + rows, reached

    assert asked == sorted(found)
    assert (len(asked) > limit) == more_than(bits_of(asked, size), limit)
