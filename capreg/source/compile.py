"""A registry folder → a catalog in memory. It writes nothing."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

from capreg.catalog import Catalog
from capreg.errors import Finding, InvalidData
from capreg.schema import document, record
from capreg.source.read import Registry, read
from capreg.source.typed import Typed, typed
from capreg.source.validate import check

__all__ = ["catalog_of", "compile_registry", "documents_of"]


def compile_registry(root: Path, *, today: date | None = None) -> Catalog:
    """The catalog that the folder `root` says, after every check. Figures may have been seen until `today`.

    Raises:
        InvalidData: with every fault of every file.
        UnreadableFile: there is no such folder.
    """
    whole = typed(read(root))
    check(whole, today=today)
    return catalog_of(whole)


def catalog_of(registry: Registry | Typed) -> Catalog:
    """The catalog of a registry whose documents are valid, in their one form: what equals its default is left out.

    Raises:
        InvalidData: a document is not valid, or there is no release id.
    """
    whole = registry if isinstance(registry, Typed) else typed(registry)
    release, found = whole.registry.release_id, whole.registry.findings
    findings = [] if release else [finding for finding in found if finding.file == "RELEASE"]
    return Catalog(release, documents_of(whole, findings), decode=record)


def documents_of(registry: Registry | Typed, findings: Sequence[Finding] = ()) -> dict[str, dict[str, dict[str, Any]]]:
    """The documents of a registry in their one form, by kind and id.

    Raises:
        InvalidData: a document is not valid, or there are `findings` already.
    """
    whole = registry if isinstance(registry, Typed) else typed(registry)
    found = [*findings, *whole.findings()]
    if found:
        raise InvalidData(found)
    return {
        kind: {key: document(kind, each) for key, each in sorted(held.items())} for kind, held in whole.records.items()
    }
