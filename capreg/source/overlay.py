"""An overlay folder, laid out as registry_data/ is, over a catalog: read, checked, and laid over it.

The overlay is checked as the registry is, with one difference: what its files name may be in the release, and
`own_measurement` is welcome. The release itself was checked when it was built, and is not checked again.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from capreg.catalog import KINDS, Catalog
from capreg.catalog.overlay import overlaid
from capreg.errors import Finding, InvalidData
from capreg.schema import record
from capreg.source.compile import documents_of
from capreg.source.layout import path_of
from capreg.source.read import Registry, read
from capreg.source.validate import validate

__all__ = ["OWN_SOURCES", "laid_over", "read_overlay"]

_SMALL = ("accelerators", "capabilities", "engines", "providers", "skills", "sources")
"""Kinds of which an overlay's records may name any; they are few."""
_NAMED = {"model": "models", "offering": "offerings", "subject": "offerings"}
"""Fields that name a record of a large kind."""
_NO_RELEASE = "RELEASE"
_WELCOME = frozenset({"EVD004"})
"""Rules that do not hold here: what somebody measured for themselves stays in their overlay."""


_OWNER = {"publisher": "The owner of this overlay", "licence": "not published", "redistributable": "unverified"}
OWN_SOURCES: Mapping[str, Mapping[str, Any]] = {
    "own-measurements": {
        **_OWNER,
        "title": "Own measurements",
        "url": "https://localhost/own-measurements",
        "attribution": "Measured by the owner of this overlay; not part of any release.",
        "family": "own-measurements",
        "kinds": {"speed": "own_measurement"},
    },
    "own-contract": {
        **_OWNER,
        "title": "Own contracts",
        "url": "https://localhost/own-contract",
        "attribution": "Negotiated by the owner of this overlay; not part of any release.",
        "family": "own-contract",
        "kinds": {"price": "invoice"},
    },
}
"""Sources that an overlay may name without a file of its own that says what they are."""


def laid_over(base: Catalog, root: Path) -> Catalog:
    """`base` with the overlay in the folder `root` over it.

    Raises:
        InvalidData: with every fault of every file of the overlay.
        UnreadableFile: there is no such folder.
    """
    return overlaid(base, read_overlay(root, base), decode=record)


def read_overlay(root: Path, base: Catalog) -> dict[str, dict[str, Any]]:
    """The documents of the overlay in the folder `root`, in their one form, by kind and id. Raises as `laid_over`."""
    own = _with_own_sources(read(root))
    found = [finding for finding in own.findings if finding.file != _NO_RELEASE]
    mixed = _with_what_it_names(own, base)
    files = set(own.files.values())
    found += [one for one in validate(mixed) if one.file in files and _is_fault(one)]
    if found:
        raise InvalidData(found)
    return documents_of(own)


def _is_fault(finding: Finding) -> bool:
    return finding.severity == "error" and finding.rule not in _WELCOME


def _with_own_sources(own: Registry) -> Registry:
    """The overlay with those of `OWN_SOURCES` that it names and has no file for."""
    sources = own.documents["sources"]
    named = {name for held in own.documents.values() for document in held.values() for name in _sources_in(document)}
    added = {name: dict(OWN_SOURCES[name]) for name in sorted(named & OWN_SOURCES.keys() - sources.keys())}
    return replace(
        own,
        documents={**own.documents, "sources": {**sources, **added}},
        files={**own.files, **{("sources", name): path_of("sources", name) for name in added}},
    )


def _sources_in(value: Any) -> Iterator[str]:
    """Every source that a document, or a part of one, names."""
    if isinstance(value, Mapping):
        source = value.get("source")
        if isinstance(source, str):
            yield source
        value = list(value.values())
    if isinstance(value, list):
        for part in value:
            yield from _sources_in(part)


def _with_what_it_names(own: Registry, base: Catalog) -> Registry:
    """The overlay's documents and, of the release, those that they may name. Its figures may be newer than that."""
    documents = {kind: dict(own.documents.get(kind, {})) for kind in KINDS}
    files = dict(own.files)
    for kind, key, document in _named(own, base):
        if key not in documents[kind]:
            documents[kind][key] = dict(document)
            files[kind, key] = f"release/{kind}/{key}"
    return Registry(
        root=own.root,
        release_id="",
        documents=documents,
        files=files,
        unread=own.unread,
        findings=(),
    )


def _named(own: Registry, base: Catalog) -> Iterator[tuple[str, str, Mapping[str, Any]]]:
    for kind in _SMALL:
        for key, document in base.documents(kind).items():
            yield kind, key, document
    for kind, key in _names(own.documents.values(), base):
        yield kind, key, base.documents(kind)[key]


def _names(held: Iterable[Mapping[str, Mapping[str, Any]]], base: Catalog) -> Iterator[tuple[str, str]]:
    """The records of large kinds that the overlay's documents name, and the models of those offerings."""
    for documents in held:
        for document in documents.values():
            for field, kind in _NAMED.items():
                key = document.get(field)
                if isinstance(key, str) and key in base.documents(kind):
                    yield kind, key
                    yield from _model_of(kind, key, base)


def _model_of(kind: str, key: str, base: Catalog) -> Iterator[tuple[str, str]]:
    model = base.documents(kind)[key].get("model") if kind == "offerings" else None
    if model is not None and model in base.documents("models"):
        yield "models", model
