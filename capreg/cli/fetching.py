"""`capreg fetch`: the newest files of the sources that have a public address."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated

import typer

from capreg.cli import options as o
from capreg.cli import page
from capreg.cli.failure import ANSWERED, FINDING
from capreg.cli.shelf import registry_folder, today

__all__ = ["fetch"]

Folder = Annotated[Path, typer.Argument(metavar="DIR", help="Where to: a folder for each source.", show_default=False)]
OnlySource = Annotated[
    list[str] | None,
    typer.Option("--source", metavar="ID", help="Only this source; may be repeated.", show_default="all"),
]


def fetch(
    folder: Folder, *, source: OnlySource = None, as_json: o.AsJson = False, registry: o.RegistryFolder = None
) -> int:
    """Download every source that has a public address, for `capreg import --all DIR`.

    A file takes the place of the last one when all of it has come and its importer can read it.

    Exit code 0: all came. 1: some did not; what stood there stands, and the others came. 2: wrong usage.
    """
    from capreg.importers.fetch import addresses, fetched
    from capreg.importers.shelf import Shelf

    shelf = Shelf.open(registry_folder(registry))
    wanted = addresses(shelf.sources, source)
    with page.progress("fetch", len(wanted)) as advance:
        done = fetched(wanted, folder, shelf, today=today(), progress=advance)
    if as_json:
        rows = [
            {"source": one.address.source, "url": one.address.url, "file": str(one.path), "bytes": one.size}
            | ({"problem": one.problem} if one.failed else {})
            for one in done
        ]
        page.write_json(json.dumps(rows, indent=2, ensure_ascii=False))
    else:
        for one in done:
            told = f"{one.size:,} bytes" if one.size is not None else f"failed: {one.problem}"
            sys.stdout.write(f"{one.path}: {told} from {one.address.url}\n")
        without = sorted(key for key in shelf.sources if key in _imported() - {one.source for one in wanted})
        if without and not source:
            sys.stdout.write(f"no public address, to be downloaded by hand: {', '.join(without)}\n")
    return FINDING if any(one.failed for one in done) else ANSWERED


def _imported() -> set[str]:
    from capreg.importers import SOURCES

    return set(SOURCES)
