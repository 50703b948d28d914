"""From a catalog to its index: the one that came with the snapshot, or a new one from the documents."""

from __future__ import annotations

from typing import TYPE_CHECKING

from capreg.errors import InvalidArgument
from capreg.index.columns import Index

if TYPE_CHECKING:
    from capreg.catalog import Catalog

__all__ = ["index_of"]


def index_of(catalog: Catalog) -> Index:
    """The index of `catalog`, built once.

    Raises:
        InvalidArgument: it is no catalog, but the path of one, say.
    """
    try:
        prepared = catalog.prepared
    except AttributeError:
        raise InvalidArgument(
            "an argument cannot be meant",
            where="catalog",
            found=repr(catalog),
            expected="a Catalog, or None",
            hint="capreg.open_catalog(path) opens one, and capreg.open_catalog(overlay=folder) lays a folder over it",
        ) from None
    if not isinstance(prepared, Index):
        from capreg.index.build import build

        prepared = build(catalog)
        catalog.prepared = prepared
    return prepared
