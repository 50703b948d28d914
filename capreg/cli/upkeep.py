"""`capreg build`, `verify`, `generate`: the commands of those who keep the registry."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from capreg.cli import options as o
from capreg.cli.failure import ANSWERED
from capreg.cli.shelf import has_registry, opened, registry_folder, today
from capreg.errors import InvalidArgument

__all__ = ["build", "generate", "verify"]

OutFile = Annotated[
    Path | None,
    typer.Option("--out", metavar="FILE", help="The compiled catalog.", show_default="that of this installation"),
]
OnlyRedistributable = Annotated[
    bool, typer.Option("--only-redistributable", help="Leave out what only sources of an unverified licence state.")
]
Below = Annotated[
    Path | None,
    typer.Option("--catalog", metavar="FILE", help="With --overlay: lay it over this catalog, not over the registry."),
]
CompiledFile = Annotated[
    Path | None,
    typer.Argument(metavar="[FILE]", help="A compiled catalog.", show_default="that of this installation"),
]


def build(
    registry: o.RegistryFolder = None,
    out: OutFile = None,
    overlay: o.Overlay = None,
    only_redistributable: OnlyRedistributable = False,
    catalog: Below = None,
) -> int:
    """Compile the registry into one file. What stood there before is replaced only when all went well.

    With --overlay, what is your own is laid over it, and the file is for you alone; without a registry it is laid over
    the catalog that is shipped. The NOTICE of what is in the file is printed below it.

    Exit code 0: built. 1: faults in the registry; nothing is written.
    """
    from capreg.snapshot import shipped_path
    from capreg.source.build import build as compiled
    from capreg.source.build import merged

    target = Path(shipped_path()) if out is None else out
    if catalog is not None or (overlay is not None and registry is None and not has_registry()):
        if overlay is None or registry is not None or only_redistributable:
            raise InvalidArgument(
                "a compiled catalog is the ground of an overlay, and of nothing else",
                where="--catalog",
                hint="give --overlay with it, and neither --registry nor --only-redistributable",
            )
        built = merged(opened(catalog), _apart(out, catalog), overlay)
    else:
        built = compiled(
            registry_folder(registry), target, overlay=overlay, today=today(), only_redistributable=only_redistributable
        )
    sys.stdout.write(f"{target}: release {built.release.id}, {built.release.digest}\n")
    if built.left_out is not None:
        for what, counts in (("records", built.left_out.records), ("facts", built.left_out.facts)):
            told = ", ".join(f"{number:,} of {kind}" for kind, number in sorted(counts.items()))
            sys.stdout.write(f"left out, stated by sources of an unverified licence alone: {what}: {told or 'none'}\n")
    sys.stdout.write(f"\n{built.notice}")
    return ANSWERED


def _apart(out: Path | None, catalog: Path | None) -> Path:
    """Where a catalog with an overlay goes: never over the one that it is laid over."""
    from capreg.snapshot import shipped_path

    below = Path(shipped_path()) if catalog is None else catalog
    if out is None or out.resolve() == below.resolve():
        raise InvalidArgument(
            "a catalog with what is your own does not take the place of the one below it",
            where="--out",
            found=None if out is None else str(out),
            expected="another file, such as mine.db",
        )
    return out


def verify(file: CompiledFile = None) -> int:
    """Check a compiled catalog in full: its structure, every record, every checksum, the digest.

    Exit code 0: whole. 1: missing, damaged, or of another format.
    """
    from capreg.snapshot import shipped_path
    from capreg.snapshot import verify as verified

    path = Path(shipped_path()) if file is None else file
    release = verified(path)
    sys.stdout.write(f"{path}: release {release.id}, {release.digest}, whole\n")
    return ANSWERED


def generate() -> int:
    """Write anew what is generated: schemas/, NOTICE, pages of the reference and on the data, and capreg/names.py.

    For a checkout only. After a change of the registry run it, and commit what it writes.
    """
    from capreg.cli.shelf import checkout
    from capreg.errors import UnreadableFile
    from capreg.source.generated import write

    root = checkout()
    if not (root / "schemas").is_dir():
        raise UnreadableFile(
            "capreg does not run from a checkout", where=str(root), expected="a folder with schemas/ and docs/"
        )
    changed = write(root)
    sys.stdout.writelines(f"{path.relative_to(root)}\n" for path in changed)
    sys.stdout.write(f"{len(changed)} written anew\n")
    return ANSWERED
