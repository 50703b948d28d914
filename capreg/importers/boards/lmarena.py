"""Reads a folder of LMArena's leaderboards: a JSON file a board, with ratings of models by votes, and their bounds.

A rating becomes the chance to be preferred to a model rated 1,300. A board is read with style control where it has it.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple

from capreg.errors import UnreadableFile
from capreg.importers.boards.board import NOT_HELD, Board, Run, number_of
from capreg.importers.files import read_json

__all__ = ["read", "share_of_rating", "standard_error"]

_ANCHOR = 1300
_SCALE = 400 / math.log(10)
"""A rating in these units is a logit."""
_HALF_WIDTH = 1.959964
"""Half of a 95 % interval of the normal distribution, in standard errors."""
_LEAST, _MOST = 100, 3000
"""No rating is outside: a share, a rank or a number of votes given for one would be."""
_WITHOUT_CONTROL = frozenset({"webdev"})


class _Rating(NamedTuple):
    value: float
    low: float
    high: float
    votes: int


def share_of_rating(rating: float) -> float:
    """The chance that a model of this rating is preferred to one rated 1,300, by the model of Bradley and Terry.

    1 / (1 + 10^((1300 − rating) / 400)): the scale on which Chatbot Arena reports (Chiang et al., "Chatbot Arena: An
    Open Platform for Evaluating LLMs by Human Preference", 2024, section 4).

    >>> share_of_rating(1300.0), round(share_of_rating(1506.7374489192339), 4)
    (0.5, 0.7668)
    """
    return 1 / (1 + math.exp((_ANCHOR - rating) / _SCALE))


def standard_error(rating: float, low: float, high: float) -> float:
    """The standard error of `share_of_rating(rating)`, from the bounds of the rating's 95 % interval.

    (high − low) / (2 × 1.96) is that of the rating, as the bounds of a normal interval have it. By the delta method
    (Casella and Berger, "Statistical Inference", section 5.5.4) it is multiplied by the slope of the share p, which is
    p (1 − p) ln 10 / 400.

    >>> round(standard_error(1506.7374489192339, 1497.4869742357528, 1515.987923602715), 4)
    0.0049
    """
    share = share_of_rating(rating)
    return (high - low) / (2 * _HALF_WIDTH) * share * (1 - share) / _SCALE


def read(folder: Path, benchmarks: Mapping[str, str]) -> Board:
    """The results in the files of `folder` on `benchmarks`, ids by board and category, such as text/coding.

    Raises:
        UnreadableFile: the folder or a file cannot be read.
    """
    if not folder.is_dir():
        raise UnreadableFile("there is no such folder", where=str(folder), expected="a folder of leaderboards")
    board = Board(folder)
    files = {name: folder / f"{_subset(name)}.json" for name in sorted({key.partition("/")[0] for key in benchmarks})}
    for name, file in files.items():
        if file.is_file():
            board.runs += _results(board, file, name, benchmarks)
        else:
            board.fault("", "a board without its file", expected=file.name)
    for file in sorted(set(folder.glob("*.json")) - set(files.values())):
        board.skip("a file of another board", file.name)
    return board


def _subset(board: str) -> str:
    return board if board in _WITHOUT_CONTROL else f"{board}_style_control"


def _results(board: Board, file: Path, name: str, benchmarks: Mapping[str, str]) -> Iterator[Run]:
    """The ratings in one file; every category that the registry has a benchmark of must be among them."""
    missing = {key for key in benchmarks if key.startswith(f"{name}/")}
    for number, row in enumerate(_rows(board, file, _subset(name)), start=1):
        key = f"rows.{number}"
        if not isinstance(row, dict) or not isinstance(row.get("category"), str):
            board.fault(key, "this is no rating", row, expected="a category, a model and its rating", file=file)
            continue
        category = f"{name}/{row['category']}"
        if category not in benchmarks:
            board.skip(NOT_HELD, category)
            continue
        missing.discard(category)
        raw = board.name(row.get("model_name"), f"{key}.model_name", file=file)
        rating = _rating(board, row, key, file)
        if raw is not None and rating is not None:
            yield _run(benchmarks[category], raw, rating)
    for category in sorted(missing):
        board.fault("rows", "a category without a rating", category, file=file)


def _rows(board: Board, file: Path, subset: str) -> list[Any]:
    """The rows of a file that says that it is `subset`; none, and a fault, where it is another."""
    document = read_json(file)
    meta, rows = (document.get("meta"), document.get("rows")) if isinstance(document, dict) else (None, None)
    said = meta.get("subset") if isinstance(meta, dict) else None
    if said != subset or not isinstance(rows, list):
        problem = "this is no such leaderboard of LMArena"
        board.fault("meta.subset", problem, said, expected=f"{subset}, and rows", file=file)
        return []
    return rows


def _rating(board: Board, row: Mapping[str, Any], key: str, file: Path) -> _Rating | None:
    """A rating between its bounds, with its votes; None, and a fault, where it is none."""
    value, low, high = (number_of(row.get(name)) for name in ("rating", "rating_lower", "rating_upper"))
    votes = number_of(row.get("vote_count"))
    if value is None or low is None or high is None or not _LEAST <= value <= _MOST:
        found = {name: row.get(name) for name in ("rating", "rating_lower", "rating_upper")}
        expected = f"three numbers, the rating from {_LEAST} to {_MOST}"
        board.fault(f"{key}.rating", "a score outside its scale", found, expected=expected, file=file)
        return None
    if not low <= value <= high or low == high:
        board.fault(f"{key}.rating", "a rating outside its bounds", f"{value} in {low} to {high}", file=file)
        return None
    if votes is None or votes < 1 or votes != int(votes):
        board.fault(
            f"{key}.vote_count",
            "no number of votes",
            row.get("vote_count"),
            expected="a whole number from 1",
            file=file,
        )
        return None
    return _Rating(float(value), float(low), float(high), int(votes))


def _run(benchmark: str, raw: str, rating: _Rating) -> Run:
    error = standard_error(rating.value, rating.low, rating.high)
    return Run(
        benchmark=benchmark,
        raw=raw,
        share=Decimal(str(share_of_rating(rating.value))),
        n=rating.votes,
        standard_error=Decimal(str(error)),
    )
