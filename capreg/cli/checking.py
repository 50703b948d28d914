"""`capreg check`: everything that a change of the registry has to keep to, in one run, each with what mends it."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NamedTuple

import typer

from capreg.cli import options as o
from capreg.cli import page
from capreg.cli.failure import ANSWERED, FINDING
from capreg.cli.shelf import registry_folder, today

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

__all__ = ["check"]

Base = Annotated[
    str,
    typer.Argument(metavar="[BASE]", help="What the change is held against: a revision of git, a catalog, a folder."),
]
Mend = Annotated[
    bool, typer.Option("--mend", help="First write what commands can write: the one form, generated files.")
]


class _Step(NamedTuple):
    """What one step found."""

    faults: Sequence[str]
    notes: Sequence[str] = ()


def check(base: Base = "main", *, mend: Mend = False, registry: o.RegistryFolder = None) -> int:
    """Everything that a change of the registry has to keep to: form, rules, gates since BASE, generated files.

    Of a revision the commit counts at which the change left it. Warnings of files that changed are listed, and stop
    nothing.

    Exit code 0: it may be proposed. 1: not yet; each fault comes with what mends it. It takes up to a minute.
    """
    root = registry_folder(registry)
    page.speak_utf8()
    commit = _commit_of(root, base)
    if mend:
        _say_written(_in_one_form(root))
    faulty = [_told("one form", _form, root, commit), _told("schema and rules", _rules, root, commit)]
    if mend and not any(faulty):
        _say_written(_generated_anew(root))
    faulty += [_told(f"gates since {base}", _gates, root, commit), _told("generated files", _generated, root, commit)]
    return FINDING if any(faulty) else ANSWERED


def _told(name: str, look: Callable[[Path, str], _Step], root: Path, base: str) -> bool:
    """Looks, and writes what was found below the name of the step; whether there were faults."""
    from capreg.errors import InvalidData

    sys.stdout.write(f"{name}: ")
    sys.stdout.flush()
    try:
        step = look(root, base)
    except InvalidData:
        step = _Step(["not looked at: a file of one of the two sides cannot be read"])
    warned = f", {len(step.notes):,} warning{'s' if len(step.notes) > 1 else ''}" if step.notes else ""
    sys.stdout.write(f"{'does not hold' if step.faults else 'holds'}{warned}\n")
    sys.stdout.writelines(f"  {line}\n" for text in (*step.faults, *step.notes) for line in text.split("\n"))
    sys.stdout.flush()
    return bool(step.faults)


def _commit_of(root: Path, base: str) -> str:
    """Where the change left `base`; `base` itself where it is a file or a folder."""
    from capreg.source.changes import branched_at

    return base if Path(base).exists() else branched_at(root, base)


def _say_written(paths: Sequence[Path]) -> None:
    sys.stdout.writelines(f"written anew: {path}\n" for path in paths)


def _in_one_form(root: Path) -> list[Path]:
    from capreg.editing.fmt import unformatted
    from capreg.source.writing import write_text

    return [root / path for path, text in unformatted(root) if write_text(root / path, text)]


def _generated_anew(root: Path) -> list[Path]:
    from capreg.source.generated import write

    checkout = _checkout_of(root)
    return write(checkout) if checkout else []


def _form(root: Path, _: str) -> _Step:
    from capreg.editing.fmt import unformatted

    return _Step([f"{root / path}: `capreg fmt` writes it in its one form" for path, _ in unformatted(root)])


def _rules(root: Path, commit: str) -> _Step:
    """Errors anywhere, and warnings of the files that changed."""
    from capreg.source.changes import affected
    from capreg.source.read import read
    from capreg.source.validate import validate

    findings = validate(read(root), today=today())
    changed = frozenset(() if Path(commit).exists() else affected(root, commit))
    faults = [str(finding) for finding in findings if finding.severity == "error"]
    notes = [str(finding) for finding in findings if finding.severity == "warning" and finding.file in changed]
    return _Step(faults, notes)


def _gates(root: Path, commit: str) -> _Step:
    from capreg.review import gated, side

    return _Step([str(finding) for finding in gated(side(commit, root), side(None, root), root)])


def _generated(root: Path, _: str) -> _Step:
    from capreg.source.generated import stale

    checkout = _checkout_of(root)
    names = stale(checkout) if checkout else []
    return _Step([f"{path}: `capreg generate` writes it; commit it with your change" for path in names])


def _checkout_of(root: Path) -> Path | None:
    """The checkout that the registry lies in; None where it stands alone."""
    return root.parent if (root.parent / "schemas").is_dir() else None
