"""`capreg replay`: whether a locked answer still stands, and which figure moved."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from capreg.cli import options as o
from capreg.cli import page
from capreg.cli.failure import ANSWERED, FINDING
from capreg.cli.shelf import opened
from capreg.cli.words import visible

if TYPE_CHECKING:
    from capreg.resolver.replaying import Replay

__all__ = ["replay"]

LockFile = Annotated[Path, typer.Argument(metavar="FILE", help="What decision.lock(path) wrote.", show_default=False)]
LockedInstant = Annotated[
    str | None,
    typer.Option(
        "--as-of",
        metavar="WHEN",
        help="Ask for this day or instant: does the answer still hold then?",
        show_default="the instant of the lock",
    ),
]


def replay(
    file: LockFile, as_of: LockedInstant = None, *, as_json: o.AsJson = False, catalog: o.CatalogFile = None
) -> int:
    """Ask the question of a lock file again. On the release of the lock the answer is the same, byte for byte.

    Exit code 0: the answer stands. 1: a figure moved, or the file cannot be replayed.
    """
    import capreg

    found = capreg.replay(file, catalog=opened(catalog), as_of=as_of)
    if as_json:
        page.write_json(json.dumps(_document(found), sort_keys=True, ensure_ascii=False))
    else:
        sys.stdout.write(f"{visible(str(found))}\n")
    return FINDING if found.moved else ANSWERED


def _document(found: Replay) -> dict[str, Any]:
    return {
        "id": found.id,
        "same": found.same,
        "moved": [move._asdict() for move in found.moved],
        "rests_on": list(found.rests_on),
        "basis": found.decision.basis,
    }
