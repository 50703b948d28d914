"""How far estimates can be trusted, on scores that were held out: against the mean of z-scores, by group and source.

A group is every score of one model from one source: held out together, so that no sibling gives it away.
"""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256

import numpy as np
from numpy.typing import NDArray

from capreg.quality.ability import Array, Loadings, abilities, design_of, fitted, logit, sigmoid
from capreg.quality.estimates import INFLATION, Z90
from capreg.quality.grid import Grid

__all__ = ["FOLDS", "Groups", "Unseen", "hold_out_groups", "leave_sources_out"]

FOLDS = 10
_LEAST_RANKED = 8
"""So many models a held-out benchmark needs for a rank correlation that means something."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Groups:
    """Scores of held-out groups, as shares: what was predicted, by the fit and by the mean of z-scores."""

    held_out: int
    error: float
    """Root mean square error of the fit."""
    baseline_error: float
    """That of the mean of z-scores."""
    coverage: float
    """The share of held-out scores within their 90 % interval."""

    @property
    def ratio(self) -> float:
        """The fit's error over the baseline's."""
        return self.error / self.baseline_error


@dataclass(frozen=True, slots=True, kw_only=True)
class Unseen:
    """Rank correlation (Spearman) with benchmarks of a source of which the fit saw nothing, mean over benchmarks."""

    benchmarks: int
    correlation: float
    baseline_correlation: float


def hold_out_groups(grid: Grid) -> Groups:
    """Ten fits, each without a tenth of the groups; folds by a hash of their names."""
    sources = np.array(grid.source)
    errors, baseline, inside = [], [], []
    for fold in range(FOLDS):
        held_out = _held_out(grid, sources, fold)
        rest = grid.without(held_out)
        loadings = fitted(rest)
        predicted, deviation = _predicted(rest, loadings)
        errors.append(sigmoid(predicted)[held_out] - grid.shares[held_out])
        baseline.append(_by_z(rest)[held_out] - grid.shares[held_out])
        inside.append(np.abs(logit(grid.shares[held_out]) - predicted[held_out]) < Z90 * deviation[held_out])
    return Groups(
        held_out=sum(len(one) for one in errors),
        error=_rms(np.concatenate(errors)),
        baseline_error=_rms(np.concatenate(baseline)),
        coverage=float(np.concatenate(inside).mean()),
    )


def leave_sources_out(grid: Grid) -> Unseen:
    """A fit without each source in turn, compared with the tables of that source."""
    sources = np.array(grid.source)
    found, baseline = [], []
    for source in sorted(set(grid.source)):
        held_out = np.isfinite(grid.shares) & (sources == source)
        rest = grid.without(held_out)
        loadings = fitted(rest)
        means = abilities(rest, loadings).mean
        z = _mean_z(rest)
        for column in np.flatnonzero(sources == source):
            rows = held_out[:, column] & np.isfinite(rest.shares).any(axis=1)
            if rows.sum() < _LEAST_RANKED:
                continue
            seen = (grid.capability == grid.capability[column]) & (sources != source)
            weights = (loadings.general[seen].mean(), loadings.own[seen].mean()) if seen.any() else (1.0, 0.0)
            quality = weights[0] * means[:, 0] + weights[1] * means[:, 1 + grid.capability[column]]
            found.append(_spearman(quality[rows], grid.shares[rows, column]))
            baseline.append(_spearman(z[rows], grid.shares[rows, column]))
    return Unseen(
        benchmarks=len(found),
        correlation=float(np.mean(found)),
        baseline_correlation=float(np.mean(baseline)),
    )


def _held_out(grid: Grid, sources: NDArray[np.str_], fold: int) -> NDArray[np.bool_]:
    """The cells of the groups of `fold`: only of models that another source knows too."""
    known = np.isfinite(grid.shares)
    held_out = np.zeros_like(known)
    for place, (model, effort) in enumerate(grid.rows):
        row = (model, effort == "off")
        for source in sorted({grid.source[column] for column in np.flatnonzero(known[place])}):
            of_source = known[place] & (sources == source)
            number = int(sha256(repr((row, source)).encode()).hexdigest(), 16)
            if number % FOLDS == fold and (known[place] & ~of_source).any():
                held_out[place] |= of_source
    return held_out


def _predicted(grid: Grid, loadings: Loadings) -> tuple[Array, Array]:
    """Logits of every cell, with standard deviations."""
    found = abilities(grid, loadings)
    design = design_of(grid, loadings)
    variance = np.einsum("bd,nde,be->nb", design, found.covariance, design) + loadings.noise
    return loadings.mean + found.mean @ design.T, np.sqrt(variance) * INFLATION


def _z(grid: Grid) -> tuple[Array, Array, Array]:
    known = np.isfinite(grid.shares)
    counts = np.maximum(known.sum(0), 1)
    mean = np.where(known, grid.shares, 0).sum(0) / counts
    spread = np.sqrt(np.where(known, (grid.shares - mean) ** 2, 0).sum(0) / counts) + 1e-6
    return mean, spread, np.where(known, (grid.shares - mean) / spread, np.nan)


def _mean_z(grid: Grid) -> Array:
    """By row: the mean of its z-scores; 0 where it has none."""
    _, _, z = _z(grid)
    known = np.isfinite(z)
    return np.asarray(np.where(known, z, 0).sum(1) / np.maximum(known.sum(1), 1))


def _by_z(grid: Grid) -> Array:
    """Shares of every cell as the mean of z-scores predicts them."""
    mean, spread, _ = _z(grid)
    return np.clip(mean + spread * _mean_z(grid)[:, None], 0, 1)


def _spearman(first: Array, second: Array) -> float:
    """Rank correlation; equal values share the mean of their ranks."""
    return float(np.corrcoef(_ranks(first), _ranks(second))[0, 1])


def _ranks(values: Array) -> Array:
    _, inverse, counts = np.unique(values, return_inverse=True, return_counts=True)
    last = np.cumsum(counts)
    return np.asarray((last - (counts - 1) / 2)[inverse])


def _rms(errors: Array) -> float:
    return float(np.sqrt(np.mean(errors**2)))
