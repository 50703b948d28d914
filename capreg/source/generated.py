"""What is written by a program and committed: schemas, names, pages, the notice. One command writes all of it anew.

A page is a function from what it is made of, the code or the catalog, to its text; tests compare it with the file.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from capreg.catalog import Catalog
from capreg.source import schemas
from capreg.source.compile import catalog_of
from capreg.source.data_page import data_page
from capreg.source.files_page import files_page
from capreg.source.naming import names_module
from capreg.source.notice import notice
from capreg.source.read import read
from capreg.source.rules.page import rules_page
from capreg.source.writing import write_text

__all__ = ["PAGES", "PAGES_OF_CATALOG", "drift", "of_catalog", "stale", "write"]

PAGES: Mapping[str, Callable[[], str]] = {
    "docs/reference/rules.md": rules_page,
    "docs/reference/files.md": files_page,
}
"""Path below the checkout → what makes its text from the code alone."""


PAGES_OF_CATALOG: Mapping[str, Callable[[Catalog], str]] = {
    "NOTICE": notice,
    "capreg/names.py": names_module,
    "docs/explanation/data-quality.md": data_page,
}
"""Path below the checkout → what makes its text from the catalog that the registry says."""


def write(checkout: Path, catalog: Catalog | None = None) -> list[Path]:
    """Write what is out of date, and return the files that changed.

    Args:
        checkout: the folder of the project.
        catalog: what its registry says, where that was read already.
    """
    changed = schemas.write(checkout / "schemas")
    whole = _catalog(checkout) if catalog is None else catalog
    for path, text in _stale(checkout, whole).items():
        write_text(path, text)
        changed.append(path)
    return sorted(changed)


def stale(checkout: Path, catalog: Catalog | None) -> list[Path]:
    """What `write` would change; without a catalog, of what is made of the code alone."""
    return sorted([*schemas.drift(checkout / "schemas"), *_stale(checkout, catalog)])


def _catalog(checkout: Path) -> Catalog | None:
    root = checkout / "registry_data"
    return catalog_of(read(root)) if root.is_dir() else None


def _stale(checkout: Path, catalog: Catalog | None) -> dict[Path, str]:
    """By file that is not what the code and the catalog say: what it would be."""
    texts = {name: text() for name, text in PAGES.items()}
    if catalog is not None:
        texts |= of_catalog(catalog)
    return {checkout / name: text for name, text in texts.items() if _read(checkout / name) != text}


def of_catalog(catalog: Catalog) -> dict[str, str]:
    """The texts that are made of `catalog`, by path below the checkout."""
    return {name: text(catalog) for name, text in PAGES_OF_CATALOG.items()}


def drift(checkout: Path) -> list[Path]:
    """The pages that are not what the code says."""
    return [checkout / name for name, text in PAGES.items() if _read(checkout / name) != text()]


def _read(path: Path) -> str | None:
    return path.read_text(encoding="utf-8") if path.is_file() else None
