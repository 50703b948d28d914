"""The latent model: what a score says of general ability and of the ability that is a capability's own.

logit(share) = mean + general × g + own × u + e, with g and u standard normal over models and e of variance noise.
`general` and `own` are drawn towards the mean of their capability, `noise` has an inverse-gamma prior. Fitted by
expectation-maximisation (Dempster, Laird and Rubin 1977) for factor analysis with missing cells; with a general factor
and group factors this is the bifactor model of Holzinger and Swineford (1937) on the logit scale of item response
theory. No random numbers are drawn.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from capreg.quality.grid import Grid

__all__ = ["Abilities", "Array", "Loadings", "abilities", "design_of", "fitted", "logit", "sigmoid"]

ROUNDS = 40
_EDGE = 0.01
"""Shares are kept this far from 0 and 1, whose logits are infinite."""
_SPREAD = 0.35
"""Standard deviation of loadings within a capability."""
_NOISE, _NOISE_WEIGHT = 0.35, 6.0
"""The prior of the noise: its mean, and how many scores it is worth."""
_LEAST_GENERAL, _LEAST_OWN = 0.1, 0.05

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Loadings:
    """The parameters of the benchmarks of a grid, one number for each."""

    mean: Array
    general: Array
    own: Array
    noise: Array


@dataclass(frozen=True, slots=True, kw_only=True)
class Abilities:
    """What is known of each row: the mean (rows, 1 + capabilities) and covariance of (g, u by capability)."""

    mean: Array
    covariance: Array


def logit(share: Array) -> Array:
    """The logit of shares, kept away from 0 and 1."""
    inside = np.clip(share, _EDGE, 1 - _EDGE)
    return np.asarray(np.log(inside / (1 - inside)))


def sigmoid(value: Array) -> Array:
    """The share whose logit is `value`."""
    return np.asarray(1 / (1 + np.exp(-value)))


def fitted(grid: Grid, rounds: int = ROUNDS) -> Loadings:
    """The loadings of the benchmarks of `grid`, after so many rounds."""
    known, seen = _seen(grid)
    size = len(grid.benchmarks)
    loadings = Loadings(
        mean=seen.sum(0) / np.maximum(known.sum(0), 1),
        general=np.ones(size),
        own=np.full(size, 0.5),
        noise=np.full(size, 0.5),
    )
    for _ in range(rounds):
        loadings = _better(grid, known, seen, abilities(grid, loadings), loadings)
    return loadings


def abilities(grid: Grid, loadings: Loadings) -> Abilities:
    """What the scores of each row say of its abilities; without a score, the prior."""
    known, seen = _seen(grid)
    design = design_of(grid, loadings)
    weights = known / loadings.noise
    size = design.shape[1]
    outer = np.einsum("bd,be->bde", design, design).reshape(len(design), -1)
    precision = (weights @ outer).reshape(-1, size, size) + np.eye(size)
    covariance = np.linalg.inv(precision)
    pull = (weights * (seen - known * loadings.mean)) @ design
    return Abilities(mean=np.einsum("nde,ne->nd", covariance, pull), covariance=covariance)


def _seen(grid: Grid) -> tuple[NDArray[np.bool_], Array]:
    """Which cells are known, and their logits, 0 elsewhere."""
    known = np.isfinite(grid.shares)
    return known, np.where(known, logit(np.where(known, grid.shares, 0.5)), 0.0)


def design_of(grid: Grid, loadings: Loadings) -> Array:
    """(benchmarks, 1 + capabilities): how each benchmark weighs (g, u by capability)."""
    design = np.zeros((len(grid.benchmarks), 1 + len(grid.capabilities)))
    design[:, 0] = loadings.general
    design[np.arange(len(design)), 1 + grid.capability] = loadings.own
    return design


def _better(grid: Grid, known: NDArray[np.bool_], seen: Array, found: Abilities, before: Loadings) -> Loadings:
    """One round: the loadings that fit best to what is expected of the abilities."""
    places = 1 + grid.capability
    g, u = found.mean[:, :1], found.mean[:, places]
    gg = g**2 + found.covariance[:, 0, :1]
    uu = u**2 + found.covariance[:, places, places]
    gu = g * u + found.covariance[:, 0, places]

    def total(values: Array) -> Array:
        return np.asarray((values * known).sum(0))

    moments = np.empty((len(places), 3, 3))
    moments[:, 0, 0] = known.sum(0)
    moments[:, 0, 1] = moments[:, 1, 0] = total(g)
    moments[:, 0, 2] = moments[:, 2, 0] = total(u)
    moments[:, 1, 2] = moments[:, 2, 1] = total(gu)
    moments[:, 1, 1], moments[:, 2, 2] = total(gg), total(uu)
    products = np.stack([total(seen), total(seen * g), total(seen * u)], axis=1)
    prior = np.array([0.01, _SPREAD**-2, _SPREAD**-2])
    drawn_to = np.stack([np.zeros(len(places)), _typical(grid, before.general), _typical(grid, before.own)], axis=1)
    left = moments / before.noise[:, None, None] + np.diag(prior)
    right = products / before.noise[:, None] + drawn_to * prior
    mean, general, own = np.linalg.solve(left, right[:, :, None])[:, :, 0].T
    general, own = np.maximum(general, _LEAST_GENERAL), np.maximum(own, _LEAST_OWN)
    apart = seen - mean
    squares = apart**2 - 2 * apart * (general * g + own * u) + general**2 * gg + own**2 * uu + 2 * general * own * gu
    noise = (_NOISE_WEIGHT * _NOISE + total(squares)) / (known.sum(0) + _NOISE_WEIGHT)
    return Loadings(mean=mean, general=general, own=own, noise=noise)


def _typical(grid: Grid, loading: Array) -> Array:
    """By benchmark: the mean loading of its capability."""
    means = [loading[grid.capability == place].mean() for place in range(len(grid.capabilities))]
    return np.asarray(np.array(means)[grid.capability])
