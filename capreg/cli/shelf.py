"""Where the commands find things: the compiled catalog, and the registry folder that it is made from."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from capreg.cli.failure import warn
from capreg.errors import UnreadableFile

if TYPE_CHECKING:
    from datetime import date

    from capreg.catalog import Catalog

__all__ = ["checkout", "has_registry", "opened", "registry_folder", "today"]


def opened(path: Path | None, overlay: Path | None = None) -> Catalog:
    """The compiled catalog at `path`, or the one that is shipped; says so where that one is stale.

    Raises:
        SnapshotError: it is missing, damaged, or of another format.
        InvalidData: the folder `overlay`, which is laid over it, has faults.
    """
    import capreg

    catalog = capreg.open_catalog(path, overlay=overlay)
    if path is not None:
        return catalog
    registry = checkout() / "registry_data"
    if registry.is_dir() and _is_stale(registry):
        warn("note: registry_data has changed since the catalog was built; `capreg build` takes the changes in")
    return catalog


def checkout() -> Path:
    """The folder that capreg's package lies in: the project's, where capreg runs from its checkout."""
    import capreg

    return Path(capreg.__file__).resolve().parent.parent


def today() -> date:
    """The day, UTC. The clock is read here, and told to whoever needs it."""
    from datetime import UTC, datetime

    return datetime.now(UTC).date()


def _is_stale(registry: Path) -> bool:
    """Whether the shipped catalog lacks changes. Files are read only where one is newer than the catalog."""
    from capreg.snapshot import shipped_path

    built = Path(shipped_path())
    if not _changed_after(registry, built.stat().st_mtime_ns):
        return False
    from capreg.source.build import is_stale

    return is_stale(registry, built)


def _changed_after(folder: Path, instant: int) -> bool:
    """Whether anything in `folder` was written, made or removed after `instant`."""
    folders = [str(folder)]
    while folders:
        below = folders.pop()
        if os.stat(below).st_mtime_ns > instant:  # noqa: PTH116  thousands of files: pathlib is several times slower
            return True
        with os.scandir(below) as entries:
            for entry in entries:
                if entry.is_dir(follow_symlinks=False):
                    folders.append(entry.path)
                elif entry.stat(follow_symlinks=False).st_mtime_ns > instant:
                    return True
    return False


def has_registry() -> bool:
    """Whether there is a registry folder here, or where capreg runs from."""
    return any(place.is_dir() for place in _registries())


def _registries() -> list[Path]:
    return [Path("registry_data"), checkout() / "registry_data"]


def registry_folder(given: Path | None) -> Path:
    """The registry folder: the one given, else `registry_data` here, else that of the checkout capreg runs from.

    Raises:
        UnreadableFile: there is none.
    """
    places = [given] if given is not None else _registries()
    for place in places:
        if place.is_dir():
            return place
    raise UnreadableFile(
        "there is no registry folder",
        where=", ".join(map(str, places)),
        expected="a folder laid out as registry_data/ is",
        hint="run the command in the project's checkout, or give --registry",
    )
