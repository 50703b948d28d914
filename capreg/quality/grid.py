"""Scores as a grid: a row for each model that thinks or does not, a column for each benchmark, NaN where none is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from capreg.domain.vocabulary import Effort

__all__ = ["LEAST_BENCHMARKS", "LEAST_MODELS", "Grid", "grid_of"]

LEAST_BENCHMARKS = 3
"""So many benchmarks a model needs to take part in a fit."""
LEAST_MODELS = 8
"""So many models a benchmark needs to take part in a fit."""

_ORDER: dict[Effort | None, int] = {
    None: 0, "on": 1, "minimal": 1, "low": 2, "medium": 3, "high": 4, "xhigh": 5, "max": 6, "off": 0,
}  # fmt: skip
Row = tuple[str, Effort | None]
"""A model, and how it was run: `off` where its thinking was switched off; None where everything else is one; or, where
efforts are told apart, the effort."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """Shares from 0 to 1 by row and benchmark."""

    rows: tuple[Row, ...]
    benchmarks: tuple[str, ...]
    capabilities: tuple[str, ...]
    capability: NDArray[np.int64]
    """By benchmark: the place of its capability."""
    source: tuple[str, ...]
    """By benchmark: whose it is."""
    shares: NDArray[np.float64]
    """(rows, benchmarks)."""

    def without(self, held_out: NDArray[np.bool_]) -> Grid:
        """The grid with the cells of `held_out` emptied."""
        return Grid(
            rows=self.rows,
            benchmarks=self.benchmarks,
            capabilities=self.capabilities,
            capability=self.capability,
            source=self.source,
            shares=np.where(held_out, np.nan, self.shares),
        )


def grid_of(
    scores: Iterable[Mapping[str, Any]],
    benchmarks: Mapping[str, Mapping[str, Any]],
    *,
    only: Sequence[str] | None = None,
    by_effort: bool = False,
) -> Grid:
    """The grid of `scores` on latent `benchmarks`, documents by id.

    Of several scores of one model on one benchmark the one at the highest effort counts, of equal ones the best: a
    source that ran a model in several ways says what it can. Runs with thinking switched off are rows of their own.

    Args:
        scores: documents of scores.
        benchmarks: documents of benchmarks.
        only: the benchmarks to take, in this order, with every model; None takes all that enough models have, and the
            models that have enough of them.
        by_effort: whether each stated effort at which a model thought is a row, and runs of no stated effort are none.
    """
    cells: dict[tuple[Row, str], tuple[int, float]] = {}
    for score in scores:
        benchmark = benchmarks[score["benchmark"]]
        if not benchmark.get("is_latent", True) or score.get("provider"):
            continue
        effort = score.get("effort")
        if by_effort and effort in (None, "off"):
            continue
        row: Row = (score["model"], effort if by_effort or effort == "off" else None)
        cell = (row, score["benchmark"])
        cells[cell] = max(cells.get(cell, (-1, 0.0)), (_ORDER[effort], float(score["value"])))
    if only is None:
        cells = _dense(cells)
        columns = tuple(sorted({benchmark for _, benchmark in cells}))
    else:
        columns = tuple(only)
    return _arranged(cells, columns, benchmarks)


def _dense(cells: dict[tuple[Row, str], tuple[int, float]]) -> dict[tuple[Row, str], tuple[int, float]]:
    """The largest part in which every model has enough benchmarks and every benchmark enough models."""
    while True:
        by_row, by_benchmark = Counter(row for row, _ in cells), Counter(benchmark for _, benchmark in cells)
        kept = {
            cell: value
            for cell, value in cells.items()
            if by_row[cell[0]] >= LEAST_BENCHMARKS and by_benchmark[cell[1]] >= LEAST_MODELS
        }
        if len(kept) == len(cells):
            return cells
        cells = kept


def _arranged(
    cells: Mapping[tuple[Row, str], tuple[int, float]],
    columns: tuple[str, ...],
    benchmarks: Mapping[str, Mapping[str, Any]],
) -> Grid:
    places = {benchmark: place for place, benchmark in enumerate(columns)}
    held = {row for row, benchmark in cells if benchmark in places}
    rows = tuple(sorted(held, key=lambda row: (row[0], row[1] or "")))
    at = {row: place for place, row in enumerate(rows)}
    shares = np.full((len(rows), len(columns)), np.nan)
    for (row, benchmark), (_, value) in cells.items():
        if benchmark in places:
            shares[at[row], places[benchmark]] = value
    capabilities = tuple(sorted({benchmarks[benchmark]["capability"] for benchmark in columns}))
    return Grid(
        rows=rows,
        benchmarks=columns,
        capabilities=capabilities,
        capability=np.array([capabilities.index(benchmarks[b]["capability"]) for b in columns], dtype=np.int64),
        source=tuple(benchmarks[benchmark]["source"] for benchmark in columns),
        shares=shares,
    )
