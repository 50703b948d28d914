"""Reads the Berkeley Function-Calling Leaderboard's `data_overall.csv`: a row a model and way of calling.

A column is taken where the registry has a benchmark of its name. Native calls and prompts are two rows of one model.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from pathlib import Path

from capreg.importers.boards.board import NOT_RUN, Board, Run
from capreg.importers.files import read_text

__all__ = ["read"]

_ABSENT = frozenset({"", "N/A"})


def read(file: Path, benchmarks: Mapping[str, str]) -> Board:
    """The results in `file` on `benchmarks`, ids by the names of columns.

    Raises:
        UnreadableFile: the file is missing or no text.
    """
    board = Board(file)
    lines = csv.DictReader(io.StringIO(read_text(file), newline=""), strict=True)
    lacking = [name for name in ("Rank", "Model", *benchmarks) if name not in (_header(lines, board) or ())]
    if lacking:
        board.fault("header", "this is no table of BFCL", expected=f"the columns {', '.join(lacking)} too")
        return board
    for number, row in _rows(lines, board):
        raw = board.name(row["Model"], f"row {number}.Model")
        if raw is not None:
            board.runs += _results(board, raw, row, number, benchmarks)
    return board


def _header(lines: csv.DictReader[str], board: Board) -> list[str] | None:
    try:
        return list(lines.fieldnames or ())
    except csv.Error as error:
        board.fault("header", f"invalid CSV: {error}")
        return None


def _rows(lines: csv.DictReader[str], board: Board) -> Iterator[tuple[int, dict[str, str]]]:
    """The rows that have a cell for every column."""
    number = 0
    try:
        for number, row in enumerate(lines, start=1):
            if None in row or None in row.values():
                board.fault(f"row {number}", "wrong number of cells", expected="one for each column")
            else:
                yield number, row
    except csv.Error as error:
        board.fault(f"row {number + 1}", f"invalid CSV: {error}")


def _results(
    board: Board, raw: str, row: Mapping[str, str], number: int, benchmarks: Mapping[str, str]
) -> Iterator[Run]:
    for name, benchmark in benchmarks.items():
        cell = row[name].strip()
        if cell in _ABSENT:
            board.skip(NOT_RUN, f"{raw} in {name}")
            continue
        # Without its sign, 0.8 could be a share.
        share = board.share(
            cell.removesuffix("%") if cell.endswith("%") else f"{cell} without %", f"row {number}.{name}"
        )
        if share is not None:
            yield Run(benchmark=benchmark, raw=raw, share=share)
