"""Overlay: a user's own layer over a release: own measurements, negotiated prices, private endpoints. Reads no file.

A record of the overlay takes the place of the release's record of the same kind and id, whole; others are added.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from capreg.catalog.catalog import Catalog

if TYPE_CHECKING:
    from collections.abc import Mapping

    from capreg.catalog.catalog import Decode, Documents

__all__ = ["MARK", "overlaid"]

MARK = "+overlay"
"""What the id of a release ends with where something of a user's own lies over it."""


def overlaid(base: Catalog, documents: Documents, *, decode: Decode | None = None) -> Catalog:
    """`base` with `documents` laid over it; `base` itself where there are none.

    Args:
        base: the catalog below.
        documents: kind → id → plain document.
        decode: turns a kind and a document into a record; without it, only documents can be read.

    >>> base = Catalog("2026.11.22", {"engines": {"vllm": {"name": "vLLM"}}})
    >>> overlaid(base, {"engines": {"own": {"name": "Our engine"}}})
    <Catalog 2026.11.22+overlay: 2 engines>
    >>> overlaid(base, {}) is base
    True
    """
    own = {kind: held for kind, held in documents.items() if held}
    if not own:
        return base
    merged: dict[str, Mapping[str, Mapping[str, Any]]] = {
        kind: {**base.documents(kind), **own[kind]} if kind in own else base.documents(kind) for kind in base
    }
    return Catalog(base.release.id.removesuffix(MARK) + MARK, merged, decode=decode)
