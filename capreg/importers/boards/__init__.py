"""Leaderboards: a source's own public file in, its table of scores out.

A reader knows one format and returns a `Board`. What a model is called is taken apart by score_spelling.py and placed
by score_names.py. A table is written whole: a source publishes all of it at a time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from pathlib import Path

from capreg.errors import Finding, InvalidData, UnknownName
from capreg.importers.boards.board import Board, Run
from capreg.importers.guards import not_older, of_likely_count
from capreg.importers.names import ModelNames
from capreg.importers.proposal import Skip
from capreg.importers.quality import Taken, put_scores, read_held
from capreg.importers.records import check_rows
from capreg.importers.score_names import ScoreNames
from capreg.importers.score_spelling import spelled
from capreg.importers.scores import COMPOSITE, SECOND_ROW, Scores, is_composite, leave_out_copies, share_text
from capreg.source.read import Registry

__all__ = ["BOARD_SOURCES", "scores_of", "take_board"]

BOARD_SOURCES = ("aider", "bfcl", "lmarena", "tau2-bench")
"""The sources whose own files can be read."""
_MOST_FAULTS = 100
"""So many faults of one board are told."""
_ONE_RUN = ("benchmark", "model", "effort", "snapshot", "harness", "raw")

Reader = Callable[[Path, Mapping[str, str]], Board]


def take_board(
    source: str,
    path: Path,
    registry: Path,
    *,
    seen_on: date,
    allow_shrink: bool = False,
    allow_growth: bool = False,
) -> Taken:
    """Reads `path`, a file or folder of `source` as it is published, and writes that source's scores into `registry`.

    Raises:
        UnknownName: a source that is none of `BOARD_SOURCES`.
        UnreadableFile: a file is missing or no text.
        InvalidArgument: the registry has scores of a later day.
        InvalidData: the file is not what it should be, all faults at once; then nothing is written.
    """
    reader, held = _reader(source), read_held(registry)
    before = [row for row in held.documents["scores"].values() if row["source"] == source]
    board = reader(path, _benchmarks(held, source))
    if board.faults:
        raise InvalidData(_first(board))
    if before:
        not_older({source: max(str(row["seen_on"]) for row in before)}, seen_on, None)
    names = ScoreNames.of(ModelNames.of(held.documents["models"]))
    found = Scores(skips=list(board.skips))
    found.rows[source] = list(scores_of(board, found.skips, names=names, seen_on=seen_on))
    leave_out_copies(found, held.documents["benchmarks"], _of_others(held, source))
    _check(found, source, path)
    of_likely_count(
        len(found.rows[source]), len(before), "scores", str(path), allow_shrink=allow_shrink, allow_growth=allow_growth
    )
    return put_scores(found, held)


def scores_of(board: Board, skips: list[Skip], *, names: ScoreNames, seen_on: date) -> Iterator[dict[str, str]]:
    """The runs of `board` as rows of a table of scores, in its order; what is left out goes to `skips`."""
    taken = set()
    for run in board.runs:
        row = _row(run, names, seen_on)
        key = tuple(row.get(name) for name in _ONE_RUN)
        reason = _left_out(run, row) or (SECOND_ROW if key in taken else None)
        if reason is None:
            taken.add(key)
            yield row
        else:
            skips.append(Skip(reason=reason, subject=f"{run.raw} in {run.benchmark}"))


def _left_out(run: Run, row: Mapping[str, str]) -> str | None:
    """Why a run is no score of a model; None where it is one."""
    if is_composite(run.raw):
        return COMPOSITE
    return None if row["model"].partition("/")[2] else "a name that no id can be made of"


def _row(run: Run, names: ScoreNames, seen_on: date) -> dict[str, str]:
    said, placed = spelled(run.raw), names.raw.get(run.raw)
    row = {
        "benchmark": run.benchmark,
        "model": placed or names.model(said.name),
        "value": share_text(run.share),
        "seen_on": seen_on.isoformat(),
        "effort": "" if placed else said.effort,
        "snapshot": said.snapshot,
        "harness": said.harness,
        "n": "" if run.n is None else str(run.n),
        "standard_error": "" if run.standard_error is None else share_text(run.standard_error),
        "self_reported": "yes" if run.self_reported else "",
        "raw": run.raw,
    }
    return {name: cell for name, cell in row.items() if cell}


def _reader(source: str) -> Reader:
    from capreg.importers.boards import aider, bfcl, lmarena, tau2_bench

    readers: dict[str, Reader] = {
        "aider": aider.read,
        "bfcl": bfcl.read,
        "lmarena": lmarena.read,
        "tau2-bench": tau2_bench.read,
    }
    if source not in readers:
        raise UnknownName("source", source, readers, where="source")
    return readers[source]


def _benchmarks(held: Registry, source: str) -> dict[str, str]:
    """Ids of the source's benchmarks, by the names that it has for them."""
    found = {one["name"]: key for key, one in held.documents["benchmarks"].items() if one["source"] == source}
    if not found:
        problem = "the registry has no benchmark of this source"
        raise InvalidData([Finding("IMP003", f"benchmarks/{source}", "", problem, hint="write its benchmarks first")])
    return found


def _first(board: Board) -> list[Finding]:
    """The faults of a board; of very many the first, and how many more there are."""
    more = len(board.faults) - _MOST_FAULTS
    if more > 0:
        board.faults[_MOST_FAULTS:] = [Finding("IMP003", str(board.where), "", f"and {more:,} more faults")]
    return board.faults


def _of_others(held: Registry, source: str) -> list[Mapping[str, str]]:
    return [row for row in held.documents["scores"].values() if row["source"] != source]


def _check(found: Scores, source: str, path: Path) -> None:
    """Every row as the record that it will be; a file without one is none."""
    if not found.rows[source]:
        left_out = "; ".join(sorted({skip.reason for skip in found.skips}))
        raise InvalidData([Finding("IMP003", str(path), "", "nothing in it can be taken", found=left_out or None)])
    check_rows("scores", source, found.rows[source])
