"""Rows of tables on both sides of a comparison. A row is known by its table and what it says, not by its number."""

from __future__ import annotations

from collections import Counter

from capreg.catalog import Catalog, canonical

__all__ = ["GROWING", "REPLACED", "ROWS", "gone_rows"]

ROWS = frozenset({"deployments", "measurements", "rentals", "scores"})
"""Kinds whose records are rows of tables."""
GROWING = frozenset({"measurements", "scores"})
"""Those whose tables only grow. The others are editions: their publisher writes them anew as a whole."""
REPLACED = frozenset({"qualities", "sightings"})
"""Kinds whose tables are written anew as a whole: a fit's result, and the last day of each sighting."""


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
