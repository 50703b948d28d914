"""A registry folder → a catalog in memory. It writes nothing."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

from capreg.catalog import Catalog
from capreg.errors import Finding, InvalidData
from capreg.schema import document, faults, record
from capreg.source.read import Registry, read
from capreg.source.validate import check

__all__ = ["catalog_of", "compile_registry", "documents_of"]


def compile_registry(root: Path, *, today: date | None = None) -> Catalog:
    """The catalog that the folder `root` says, after every check. Figures may have been seen until `today`.

    Raises:
        InvalidData: with every fault of every file.
        UnreadableFile: there is no such folder.
    """
    registry = read(root)
    check(registry, today=today)
    return catalog_of(registry)


def catalog_of(registry: Registry) -> Catalog:
    """The catalog of a registry whose documents are valid, in their one form: what equals its default is left out.

    Raises:
        InvalidData: a document is not valid, or there is no release id.
    """
    findings = [] if registry.release_id else [finding for finding in registry.findings if finding.file == "RELEASE"]
    return Catalog(registry.release_id, documents_of(registry, findings), decode=record)


def documents_of(registry: Registry, findings: Sequence[Finding] = ()) -> dict[str, dict[str, dict[str, Any]]]:
    """The documents of a registry in their one form, by kind and id.

    Raises:
        InvalidData: a document is not valid, or there are `findings` already.
    """
    found = list(findings)
    documents: dict[str, dict[str, dict[str, Any]]] = {}
    for kind, held in registry.documents.items():
        documents[kind] = {}
        for key, said in sorted(held.items()):
            typed = faults(kind, said, file=registry.files[kind, key])
            if isinstance(typed, list):
                found += typed
            else:
                documents[kind][key] = document(kind, typed)
    if found:
        raise InvalidData(found)
    return documents
