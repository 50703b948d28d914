"""Columns in a file: the narrowest numbers that hold them, and the same ones when they are read."""

from __future__ import annotations

from capreg.index import Index

COLUMNS = {
    "small": [0, 1, -1],
    "days": [739_000, -1, 739_001],
    "rates": [10**18, -1, 0],
    "nothing": [],
    "many": list(range(300)),
}


def index() -> Index:
    """Three offerings."""
    return Index(COLUMNS, {"offerings": ["a/1", "a/2", "b/1"]}, {"labs": ["a"]})


def test_columns_are_written_and_read() -> None:
    """Numbers, words and vocabulary come back as they were."""
    read = Index.from_blobs(index().to_blobs().__getitem__)

    assert {name: list(read.column(name)) for name in COLUMNS} == COLUMNS
    assert (["a/1", "a/2", "b/1"], {"labs": ["a"]}) == (list(read.offerings), read.vocabulary)


def test_a_column_takes_as_many_bytes_as_its_numbers_need() -> None:
    """One letter, and one, two, four or eight bytes a number; few different values are a table and a byte a row."""
    blobs = index().to_blobs()

    sizes = {name: len(blobs[f"column:{name}"]) for name in COLUMNS}

    table = 2 + 1
    assert {
        "small": 1 + 3,
        "many": 1 + 300 * 2,
        "days": table + 3 * 4 + 3,
        "rates": table + 3 * 8 + 3,
        "nothing": 1,
    } == sizes
    assert b"b\x00\x01\xff" == blobs["column:small"]
