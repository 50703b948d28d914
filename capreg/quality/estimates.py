"""Estimates of quality from scores and the loadings of a release, as rows of registry_data/qualities/."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from capreg.quality.ability import Abilities, Loadings, abilities, fitted, sigmoid
from capreg.quality.grid import Grid, grid_of

__all__ = ["COLUMNS", "INFLATION", "Z90", "estimates", "refitted"]

COLUMNS = (
    *("model", "scored_as", "effort", "thinks", "capability", "estimate", "low", "high", "status"),
    *("benchmarks", "sources", "scores"),
)
"""The columns of the table of estimates."""
INFLATION = 1.1
"""What standard deviations are multiplied by, so that the 90 % intervals of held-out groups cover 90 %."""
Z90 = 1.6449
"""Half the width of a two-sided 90 % interval of a normal distribution, in standard deviations."""

Document = Mapping[str, Any]
Documents = Mapping[str, Document]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Evidence:
    """What a row has in one capability."""

    benchmarks: int
    sources: int

    @property
    def is_enough(self) -> bool:
        """Two benchmarks of two sources, or three benchmarks."""
        return (self.benchmarks >= 2 and self.sources >= 2) or self.benchmarks >= 3


def _frozen(benchmarks: Documents) -> tuple[tuple[str, ...], Loadings] | None:
    """The benchmarks that have parameters, with these; None where none has: nothing was fitted yet."""
    named = tuple(sorted(key for key, benchmark in benchmarks.items() if benchmark.get("fit")))
    if not named:
        return None
    fits = [benchmarks[key]["fit"] for key in named]
    return named, Loadings(**{name: np.array([float(fit[name]) for fit in fits]) for name in _PARAMETERS})


_PARAMETERS = ("mean", "general", "own", "noise")


def _told(grid: Grid, loadings: Loadings) -> dict[str, dict[str, str]]:
    """The parameters of each benchmark of `grid`, as its file holds them: six decimals."""
    return {
        benchmark: {name: f"{float(getattr(loadings, name)[place]):.6f}" for name in _PARAMETERS}
        for place, benchmark in enumerate(grid.benchmarks)
    }


def refitted(scores: Iterable[Document], benchmarks: Documents) -> dict[str, dict[str, str]]:
    """New parameters from all `scores`, by benchmark."""
    grid = grid_of(scores, benchmarks)
    return _told(grid, fitted(grid))


def estimates(
    scores: Iterable[Document],
    benchmarks: Documents,
    *,
    models: Mapping[str, Sequence[str]],
    blind: set[str],
    thinkers: Collection[str] = (),
) -> list[Document]:
    """A row for each model of the catalog and capability of which its scores say something, by model.

    Runs without thought, and runs at a stated effort with enough evidence of their own, have rows of their own.

    The loadings are those that stand in `benchmarks`, so that a new model moves no other one.

    Args:
        scores: documents of scores.
        benchmarks: documents of benchmarks, with parameters.
        models: the catalog's models, each with other ids of the same model; scores of others help the fit only.
        blind: the models known to take no pictures: whatever the fit would say, they get no estimate for vision.
        thinkers: the models known to be able to think. So is every one with a score at an effort at which it thought.
    """
    known = _frozen(benchmarks)
    if known is None:
        return []
    named, loadings = known
    scores = list(scores)
    whole = grid_of(scores, benchmarks, only=named)
    apart = grid_of(scores, benchmarks, only=named, by_effort=True)
    scored = {model for model, _ in whole.rows}
    catalog = _Catalog(
        ids={model: (model, *(one for one in models[model] if one not in scored)) for model in scored & models.keys()},
        blind=frozenset(blind),
        thinking=frozenset(thinkers).union(s["model"] for s in scores if s.get("effort") not in (None, "off")),
    )
    return [*_told_of(whole, loadings, catalog), *(row for row in _told_of(apart, loadings, catalog) if _stands(row))]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Catalog:
    """What the catalog knows of models: their ids, who takes no pictures, who can think."""

    ids: Mapping[str, Sequence[str]]
    blind: frozenset[str]
    thinking: frozenset[str]


def _stands(row: Document) -> bool:
    """Whether an estimate at a stated effort is told: where it has enough evidence of its own."""
    return bool(row["status"] == "published")


def _told_of(grid: Grid, loadings: Loadings, catalog: _Catalog) -> Iterator[Document]:
    """A row for each row of `grid` and capability of which it has scores, and for each id of its model."""
    found = abilities(grid, loadings)
    for place, (model, effort) in enumerate(grid.rows):
        ids = catalog.ids.get(model, ())
        way = {"effort": effort} if effort else {} if catalog.thinking.isdisjoint(ids) else {"thinks": "yes"}
        for number, capability in enumerate(grid.capabilities):
            if capability == "vision" and not catalog.blind.isdisjoint(ids):
                continue
            evidence = _evidence(grid, place, number)
            if not evidence.benchmarks:
                continue
            told = {
                **way,
                "capability": capability,
                **_interval(grid, loadings, found, place, number),
                "status": "published" if evidence.is_enough else "provisional",
                "benchmarks": evidence.benchmarks,
                "sources": evidence.sources,
                "scores": evidence.benchmarks,
            }
            yield from ({"model": one, **({} if one == model else {"scored_as": model}), **told} for one in ids)


def _evidence(grid: Grid, place: int, number: int) -> _Evidence:
    columns = np.flatnonzero(np.isfinite(grid.shares[place]) & (grid.capability == number))
    return _Evidence(benchmarks=len(columns), sources=len({grid.source[column] for column in columns}))


def _interval(grid: Grid, loadings: Loadings, found: Abilities, place: int, number: int) -> dict[str, str]:
    """The share of the capability's average benchmark, with its 90 % interval, in points of 100."""
    columns = grid.capability == number
    direction = np.zeros(1 + len(grid.capabilities))
    direction[0], direction[1 + number] = loadings.general[columns].mean(), loadings.own[columns].mean()
    middle = float(loadings.mean[columns].mean() + direction @ found.mean[place])
    deviation = float(np.sqrt(direction @ found.covariance[place] @ direction)) * INFLATION
    ends = {"estimate": middle, "low": middle - Z90 * deviation, "high": middle + Z90 * deviation}
    return {name: f"{100 * float(sigmoid(np.array(end))):.1f}" for name, end in ends.items()}
