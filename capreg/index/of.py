"""From a catalog to its index: the one that came with the snapshot, or a new one from the documents."""

from __future__ import annotations

from typing import TYPE_CHECKING

from capreg.index.columns import Index

if TYPE_CHECKING:
    from capreg.catalog import Catalog

__all__ = ["index_of"]


def index_of(catalog: Catalog) -> Index:
    """The index of `catalog`, built once."""
    prepared = catalog.prepared
    if not isinstance(prepared, Index):
        from capreg.index.build import build

        prepared = build(catalog)
        catalog.prepared = prepared
    return prepared
