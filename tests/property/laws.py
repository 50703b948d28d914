"""What the laws share: how many examples each is tried on, and questions that differ in one thing."""

from __future__ import annotations

from typing import Any

from hypothesis import HealthCheck, settings

from tests.oracle import Asked, Ranked

__all__ = ["EVERYBODY", "LAW", "UNRATED", "changed", "ids", "ranks_everybody"]

LAW = settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example],
)
"""Made catalogs are large to draw, so a law is tried on fewer of them than usual; each has many rows."""

EVERYBODY = 10_000
"""A limit that cuts nobody off."""


def changed(asked: Asked, **fields: Any) -> Asked:
    """The same question but for these fields."""
    from dataclasses import replace

    return replace(asked, **fields)


def ranks_everybody(asked: Asked, **fields: Any) -> Asked:
    """The same question with everybody let in who may be, and nobody cut off."""
    policy = {"free": True, "preview": True, "unlisted": True}
    return changed(asked, **{"policy": policy, "unknown": "include", "limit": EVERYBODY, **fields})


UNRATED: dict[str, Any] = {"min_quality": None, "like": None, "effort": None}
"""No floor of quality and no effort, for a law that changes what is required or how much is thought."""


def ids(rows: tuple[Ranked, ...], *, proven: bool = True) -> list[str]:
    """The offerings of a ranking, in its order: the proven ones, or the others."""
    return [row.offering for row in rows if row.proven is proven]
