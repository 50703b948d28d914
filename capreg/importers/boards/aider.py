"""Reads Aider's `polyglot_leaderboard.yml`: a list of runs, with what was solved and how many answers kept to the form.

Runs of two models, one that plans and one that edits, are no scores of a model.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from capreg.importers.boards.board import NOT_RUN, Board, Run
from capreg.importers.files import read_text, read_yaml
from capreg.importers.scores import COMPOSITE

__all__ = ["read"]

_FIELDS = {"polyglot_pass2": "pass_rate_2", "well_formed": "percent_cases_well_formed"}
"""What a run calls the results that the registry has benchmarks of."""
_EXERCISES = 225
"""So many has the polyglot benchmark; Aider's other tables rest on others."""
_PAIR = " + "


def read(file: Path, benchmarks: Mapping[str, str]) -> Board:
    """The results in `file` on `benchmarks`, ids by their names in `_FIELDS`.

    Raises:
        UnreadableFile: the file is missing, or no YAML.
    """
    board = Board(file)
    runs = read_yaml(read_text(file), file)
    if not isinstance(runs, list) or not runs:
        board.fault("", "this is no leaderboard of Aider", expected="a list of runs")
        return board
    for number, run in enumerate(runs, start=1):
        raw = _name(board, run, f"run {number}")
        if raw is not None and _PAIR in raw:
            board.skip(COMPOSITE, raw)
        elif raw is not None:
            board.runs += _results(board, raw, run, number, benchmarks)
    return board


def _name(board: Board, run: Any, key: str) -> str | None:
    """The model of a run of the polyglot benchmark; None, and a fault, where it is none."""
    if not isinstance(run, dict):
        board.fault(key, "this is no run", run, expected="a model and its results")
        return None
    if run.get("total_tests") != _EXERCISES:
        problem = "this is no run of the polyglot benchmark"
        board.fault(f"{key}.total_tests", problem, run.get("total_tests"), expected=str(_EXERCISES))
        return None
    return board.name(run.get("model"), f"{key}.model")


def _results(
    board: Board, raw: str, run: Mapping[str, Any], number: int, benchmarks: Mapping[str, str]
) -> Iterator[Run]:
    for name, benchmark in benchmarks.items():
        field = _FIELDS.get(name, name)
        if run.get(field) is None:
            board.skip(NOT_RUN, f"{raw} in {name}")
            continue
        share = board.share(run[field], f"run {number}.{field}")
        if share is not None:
            yield Run(benchmark=benchmark, raw=raw, share=share, n=_EXERCISES)
