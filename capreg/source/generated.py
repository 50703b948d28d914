"""What is written by a program and committed: schemas, names, pages. One command writes all of it anew.

A page is a function from what it is made of to its text; tests compare the text with the file.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from capreg.source import schemas
from capreg.source.rules.page import rules_page

__all__ = ["PAGES", "drift", "write"]

PAGES: Mapping[str, Callable[[], str]] = {
    "docs/reference/rules.md": rules_page,
}
"""Path below the checkout → what makes its text from the code alone."""


def write(checkout: Path) -> list[Path]:
    """Write what is out of date, and return the files that changed."""
    changed = schemas.write(checkout / "schemas")
    for path in drift(checkout):
        path.write_text(PAGES[path.relative_to(checkout).as_posix()](), encoding="utf-8", newline="\n")
        changed.append(path)
    return sorted(changed)


def drift(checkout: Path) -> list[Path]:
    """The pages that are not what the code says."""
    return [checkout / name for name, text in PAGES.items() if _read(checkout / name) != text()]


def _read(path: Path) -> str | None:
    return path.read_text(encoding="utf-8") if path.is_file() else None
