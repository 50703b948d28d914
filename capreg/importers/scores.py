"""Reads a table of observations: one row a source, model, effort and benchmark, with scores as shares from 0 to 1.

That is the form in which leaderboards are brought together before an estimate: the source's own name of the model is
in `raw`, the name after the rules of spelling in `model`. Nothing is written here.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any, get_args

from capreg.domain.vocabulary import Effort
from capreg.errors import Finding, InvalidData
from capreg.ids import slug
from capreg.importers.proposal import Skip
from capreg.importers.score_names import ScoreNames
from capreg.source.table import COLUMNS

__all__ = ["COMPOSITE", "SECOND_ROW", "Scores", "columns_of", "is_composite", "leave_out_copies", "read", "share_text"]

_ALWAYS = ("benchmark", "model", "value", "seen_on", "effort", "snapshot", "harness", "n", "self_reported", "raw")

_NEEDED = ("source", "raw", "model", "effort", "snapshot", "harness", "bench", "score", "selfrep", "n")
_SOURCES = {
    "epoch_eci": "epoch-benchmarks",
    "tau2": "tau2-bench",
    "longbench2": "longbench-v2",
    "models_dev": "models-dev-benchmarks",
}
_COPIES = frozenset({"epoch:Aider polyglot", "epoch:CritPt"})
_COPIED = "copied from another source"
SECOND_ROW = "a second row of one model and benchmark"
COMPOSITE = "several models behind one name"
_COMPOSITE = re.compile(r"\b(fallback|router|mixture|council)\b", re.IGNORECASE)
_EFFORTS = frozenset(get_args(Effort))
_FOUR = Decimal("0.0001")


@dataclass(slots=True)
class Scores:
    """What a table says: rows by source id, and what was left out."""

    rows: dict[str, list[dict[str, str]]] = field(default_factory=dict)
    skips: list[Skip] = field(default_factory=list)


def read(text: str, *, names: ScoreNames, benchmarks: Mapping[str, Any], where: str) -> Scores:
    """The scores in `text`, a CSV table, of `benchmarks`, documents by id, whose evidence says when each was seen.

    Raises:
        InvalidData: every row with an unknown benchmark or effort, or a score outside its scale; nothing is taken.
    """
    found, faults, taken = Scores(), [], set()
    for number, row in _rows(text, where):
        source = _SOURCES.get(row["source"], row["source"])
        benchmark = f"{source}/{benchmark_slug(row['bench'])}"
        told = _told(row, names=names, benchmark=benchmark)
        key = tuple(told.get(name) for name in ("benchmark", "model", "effort", "snapshot", "harness", "raw"))
        reason = SECOND_ROW if key in taken else _skipped(row)
        if reason is not None:
            found.skips.append(Skip(reason=reason, subject=f"{row['raw']} in {row['bench']}"))
            continue
        taken.add(key)
        faults += [
            Finding("IMP002", where, f"row {number}.{at}", problem, found=shown, expected=expected)
            for at, problem, shown, expected in _wrong(row, benchmark, benchmarks)
        ]
        if benchmark in benchmarks:
            told["seen_on"] = max(evidence["seen_on"] for evidence in benchmarks[benchmark]["evidence"])
        found.rows.setdefault(source, []).append(told)
    if faults:
        raise InvalidData(faults)
    leave_out_copies(found, benchmarks)
    return found


def columns_of(rows: Iterable[Mapping[str, str]]) -> list[str]:
    """The columns of a table of `rows`, in the order in which they are written."""
    used = {name for row in rows for name in row}
    return [name for name in COLUMNS["scores"] if name in _ALWAYS or name in used]


def share_text(share: Decimal) -> str:
    """A share as tables hold it.

    >>> share_text(Decimal("0.84500"))
    '0.845'
    """
    return f"{share.quantize(_FOUR).normalize():f}"


def is_composite(raw: str) -> bool:
    """Whether several models answer behind the name `raw`."""
    return _COMPOSITE.search(raw) is not None


def leave_out_copies(found: Scores, benchmarks: Mapping[str, Any], others: Iterable[Mapping[str, Any]] = ()) -> None:
    """Takes out the rows that tell again what a row of a benchmark that theirs republishes says, also in `others`."""
    stated = {_statement(row) for rows in found.rows.values() for row in rows} | {_statement(row) for row in others}
    for source, rows in found.rows.items():
        kept = []
        for row in rows:
            copied = benchmarks[row["benchmark"]].get("republishes", ())
            if any((original, *_statement(row)[1:]) in stated for original in copied):
                found.skips.append(Skip(reason=_COPIED, subject=f"{row['raw']} in {row['benchmark']}"))
            else:
                kept.append(row)
        found.rows[source] = kept


def _statement(row: Mapping[str, str]) -> tuple[str, str, str]:
    """What a row says of a model, whatever it says of how it was run."""
    return row["benchmark"], row["model"], row["value"]


def benchmark_slug(name: str) -> str:
    """The last part of a benchmark's id, from its name with the source in front.

    >>> benchmark_slug("epoch:GPQA diamond"), benchmark_slug("arena:text/coding")
    ('gpqa-diamond', 'text-coding')
    """
    bare = name.partition(":")[2] or name
    return slug(bare.replace("/", "-").replace("'", "").replace(":", ""))


def _rows(text: str, where: str) -> Iterator[tuple[int, dict[str, str]]]:
    reader = csv.DictReader(io.StringIO(text), strict=True)
    lacking = [name for name in _NEEDED if name not in (reader.fieldnames or ())]
    if lacking:
        problem = "this is no table of observations"
        raise InvalidData([Finding("IMP002", where, "header", problem, expected=", ".join(_NEEDED))])
    try:
        yield from enumerate(reader, start=1)
    except csv.Error as error:
        problem = f"invalid CSV: {error}"
        raise InvalidData([Finding("IMP002", where, f"line {reader.line_num}", problem)]) from error


def _skipped(row: Mapping[str, str]) -> str | None:
    if row["bench"] in _COPIES:
        return _COPIED
    return COMPOSITE if is_composite(row["raw"]) else None


def _share(score: str) -> Decimal | None:
    """`score` where it is a share from 0 to 1."""
    try:
        value = Decimal(score)
    except InvalidOperation:
        return None
    return value if value.is_finite() and 0 <= value <= 1 else None


def _wrong(
    row: Mapping[str, str], benchmark: str, benchmarks: Mapping[str, Any]
) -> Iterator[tuple[str, str, str, str]]:
    """What is wrong with a row: where, what, what was found, what was expected."""
    if _share(row["score"]) is None:
        yield "score", "a score outside its scale", row["score"], "a share from 0 to 1, never a percentage"
    if benchmark not in benchmarks:
        yield "bench", "an unknown benchmark", row["bench"], f"one with a file, such as benchmarks/{benchmark}.toml"
    if row["effort"] and row["effort"] not in _EFFORTS:
        yield "effort", "an unknown effort", row["effort"], ", ".join(sorted(_EFFORTS))


def _told(row: Mapping[str, str], *, names: ScoreNames, benchmark: str) -> dict[str, str]:
    share = _share(row["score"])
    placed = names.raw.get(row["raw"])
    told = {
        "benchmark": benchmark,
        "model": placed or names.model(row["model"]),
        "value": "" if share is None else share_text(share),
        "effort": "" if placed else row["effort"],
        "snapshot": row["snapshot"],
        "harness": row["harness"],
        "n": f"{int(float(row['n']))}" if row["n"] else "",
        "self_reported": "yes" if row["selfrep"] == "True" else "",
        "raw": row["raw"],
    }
    return {name: cell for name, cell in told.items() if cell}
