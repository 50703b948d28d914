"""The NOTICE that goes with the compiled facts: whose work they come from, and under which licence. Generated."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from capreg.catalog import Catalog

__all__ = ["notice"]

_HEAD = """NOTICE

The facts compiled in capreg's catalog, release {release}, are offered under CC BY 4.0:
https://creativecommons.org/licenses/by/4.0/
They were taken from the sources below. The names are those of their owners, who endorse nothing here.
Generated from registry_data/sources/; do not edit.
"""
_UNVERIFIED = """
Sources whose terms are not verified. Single facts are quoted from them; their texts and tables are not copied.
"""


def notice(catalog: Catalog) -> str:
    """The NOTICE of the sources that the records of `catalog` name."""
    sources = catalog.documents("sources")
    shipped = [(key, sources[key]) for key in sorted(_named(catalog) & set(sources))]
    parts = [_HEAD.format(release=catalog.release.id)]
    parts += [_entry(key, source) for key, source in shipped if source["redistributable"] == "yes"]
    apart = [_entry(key, source) for key, source in shipped if source["redistributable"] != "yes"]
    return "\n".join([*parts, *([_UNVERIFIED, *apart] if apart else [])])


def _entry(key: str, source: Mapping[str, Any]) -> str:
    lines = (
        f"{source['title']} ({key})",
        f"    {source['attribution']}",
        f"    publisher: {source['publisher']}",
        f"    licence:   {source['licence']}",
        f"    {source['url']}",
    )
    return "\n".join(lines) + "\n"


def _named(catalog: Catalog) -> set[str]:
    """The sources that records name as evidence, or as where they come from."""
    return {
        source
        for kind in catalog
        if kind != "sources"
        for document in catalog.documents(kind).values()
        for source in _sources_in(document)
    }


def _sources_in(value: Any) -> Iterator[str]:
    if isinstance(value, Mapping):
        if isinstance(value.get("source"), str):
            yield value["source"]
        for child in value.values():
            yield from _sources_in(child)
    elif isinstance(value, list):
        for child in value:
            yield from _sources_in(child)
