"""Providers and sources that are new: who they say they are. Where their requests go is the comparison's first part."""

from __future__ import annotations

from dataclasses import dataclass

from capreg.catalog import Catalog

__all__ = ["NewProvider", "NewSource", "new_provider", "new_source"]


@dataclass(frozen=True, slots=True, kw_only=True)
class NewProvider:
    """A provider that only the proposed side has."""

    id: str
    name: str
    kind: str
    reseller: bool
    """Whether it sells what others run."""
    parent: str | None
    docs_url: str
    pricing_url: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class NewSource:
    """A source that only the proposed side has."""

    id: str
    publisher: str
    title: str
    licence: str
    redistributable: str
    family: str
    """Sources of one family have one vote."""
    url: str


def new_provider(catalog: Catalog, key: str) -> NewProvider:
    """The provider `key`, as it says itself."""
    document = catalog.documents("providers")[key]
    return NewProvider(
        id=key,
        name=document["name"],
        kind=document["kind"],
        reseller=document.get("reseller", False),
        parent=document.get("parent"),
        docs_url=document["docs_url"],
        pricing_url=document.get("pricing_url"),
    )


def new_source(catalog: Catalog, key: str) -> NewSource:
    """The source `key`, as it says itself."""
    document = catalog.documents("sources")[key]
    names = ("publisher", "title", "licence", "redistributable", "family", "url")
    return NewSource(id=key, **{name: document[name] for name in names})
