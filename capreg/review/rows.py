"""Rows of tables on both sides of a comparison. A row is known by its table and what it says, not by its number."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from capreg.catalog import Catalog, canonical

__all__ = ["GROWING", "REPLACED", "ROWS", "gone_rows", "is_kept"]

ROWS = frozenset({"deployments", "measurements", "rentals", "scores"})
"""Kinds whose records are rows of tables."""
GROWING = frozenset({"measurements", "scores"})
"""Those with rows that stay. The others are editions: their publisher writes them anew as a whole."""
REPLACED = frozenset({"qualities", "sightings"})
"""Kinds whose tables are written anew as a whole: a fit's result, and the last day of each sighting."""


def is_kept(kind: str, document: Mapping[str, object]) -> bool:
    """Whether a row stays as it was: what was measured, or counted at a provider. A leaderboard is an edition."""
    return kind != "scores" or "provider" in document


def gone_rows(base: Catalog, head: Catalog, kind: str) -> list[str]:
    """The ids that rows had in `base` which `head` does not hold as often."""
    there = Counter(map(_said, *_pairs(head, kind)))
    gone = []
    for key, document in base.documents(kind).items():
        said = _said(key, document)
        if there[said]:
            there[said] -= 1
        else:
            gone.append(key)
    return sorted(gone)


def _pairs(catalog: Catalog, kind: str) -> tuple[list[str], list[object]]:
    documents = catalog.documents(kind)
    return list(documents), list(documents.values())


def _said(key: str, document: object) -> str:
    return f"{key.partition('/')[0]} {canonical(document)}"
