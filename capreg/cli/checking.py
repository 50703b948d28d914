"""`capreg check`: everything that a change of the registry has to keep to, in one run, each with what mends it."""

from __future__ import annotations

import sys
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NamedTuple

import typer

from capreg.cli import options as o
from capreg.cli import page
from capreg.cli.failure import ANSWERED, FINDING
from capreg.cli.shelf import registry_folder, today

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from capreg.catalog import Catalog
    from capreg.errors import InvalidData
    from capreg.source.changes import Changed
    from capreg.source.typed import Typed

__all__ = ["check"]

_FEW = 3
"""Files that cannot be read are named, up to so many."""

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


class _Change:
    """A change of the registry: its two sides, each read when a step first asks for it, and once."""

    def __init__(self, root: Path, base: str) -> None:
        self.root = root
        self.base = base
        """What the change is held against, as it was given."""
        self.commit = _commit_of(root, base)

    @cached_property
    def whole(self) -> Typed:
        """What the folder says."""
        from capreg.source.read import read
        from capreg.source.typed import typed

        return typed(read(self.root))

    @cached_property
    def head(self) -> Catalog:
        """The catalog that the folder says. Raises `InvalidData` where a file of it cannot be read."""
        from capreg.review import stated

        return stated(self.whole)

    @cached_property
    def moved(self) -> Changed:
        """The files that differ since the commit; none where the change is held against no revision."""
        from capreg.source.changes import Changed, changed_since

        return Changed((), ()) if Path(self.commit).exists() else changed_since(self.root, self.commit)


def check(base: Base = "main", *, mend: Mend = False, registry: o.RegistryFolder = None) -> int:
    """Everything that a change of the registry has to keep to: form, gates since BASE, rules, generated files.

    Of a revision the commit counts at which the change left it. Warnings of files that changed are listed, and stop
    nothing.

    Exit code 0: it may be proposed. 1: not yet; each fault comes with what mends it. It takes half a minute.
    """
    root = registry_folder(registry)
    page.speak_utf8()
    change = _Change(root, base)
    if mend and _say_written(_in_one_form(change)):
        change = _Change(root, base)
    faulty = [
        _told("one form", _form, change),
        _told(f"gates since {base}", _gates, change),
        _told("schema and rules", _rules, change),
    ]
    if mend and not any(faulty):
        _say_written(_generated_anew(change))
    faulty.append(_told("generated files", _generated, change))
    return FINDING if any(faulty) else ANSWERED


def _told(name: str, look: Callable[[_Change], _Step], change: _Change) -> bool:
    """Looks, and writes what was found below the name of the step; whether there were faults."""
    from capreg.errors import InvalidData

    sys.stdout.write(f"{name}: ")
    sys.stdout.flush()
    try:
        step = look(change)
    except InvalidData as unread:
        step = _Step([f"not looked at before the faults of {_files(unread)} are mended"])
    warned = f", {len(step.notes):,} warning{'s' if len(step.notes) > 1 else ''}" if step.notes else ""
    sys.stdout.write(f"{'does not hold' if step.faults else 'holds'}{warned}\n")
    sys.stdout.writelines(f"  {line}\n" for text in (*step.faults, *step.notes) for line in text.split("\n"))
    sys.stdout.flush()
    return bool(step.faults)


def _files(unread: InvalidData) -> str:
    files = sorted({finding.file for finding in unread.findings})
    more = f" and {len(files) - _FEW:,} more" if len(files) > _FEW else ""
    return f"{', '.join(files[:_FEW])}{more}"


def _commit_of(root: Path, base: str) -> str:
    """Where the change left `base`; `base` itself where it is a file or a folder."""
    from capreg.source.changes import branched_at

    return base if Path(base).exists() else branched_at(root, base)


def _say_written(paths: Sequence[Path]) -> bool:
    """Names what was written; whether anything was."""
    sys.stdout.writelines(f"written anew: {path}\n" for path in paths)
    return bool(paths)


def _in_one_form(change: _Change) -> list[Path]:
    from capreg.editing.fmt import unformatted_of
    from capreg.source.writing import write_text

    root = change.root
    return [root / path for path, text in unformatted_of(change.whole) if write_text(root / path, text)]


def _generated_anew(change: _Change) -> list[Path]:
    from capreg.source.generated import write

    checkout = _checkout_of(change.root)
    return write(checkout, change.head) if checkout else []


def _form(change: _Change) -> _Step:
    from capreg.editing.fmt import unformatted_of

    paths = [change.root / path for path, _ in unformatted_of(change.whole)]
    return _Step([f"{path}: `capreg fmt` writes it in its one form" for path in paths])


def _gates(change: _Change) -> _Step:
    """What the change may not do: before the rules, for a name of what was deleted is a fault to them too."""
    from capreg.review import gated, side

    since = None if Path(change.base).exists() else change.base
    return _Step(list(map(str, gated(side(change.commit, change.root), change.head, change.root, since=since))))


def _rules(change: _Change) -> _Step:
    """Errors anywhere, and warnings of the files that changed."""
    from capreg.source.changes import touched
    from capreg.source.gone import records_at, traced
    from capreg.source.validate import validate

    gone = records_at(change.moved.gone)
    found = list(traced(validate(change.whole, today=today()), gone, since=change.base, root=change.root))
    changed = frozenset(touched(change.root, change.moved))
    faults = [str(finding) for finding in found if finding.severity == "error"]
    notes = [str(finding) for finding in found if finding.severity == "warning" and finding.file in changed]
    return _Step(faults, notes)


def _generated(change: _Change) -> _Step:
    from capreg.source.generated import stale

    checkout = _checkout_of(change.root)
    names = stale(checkout, change.head) if checkout else []
    return _Step([f"{path}: `capreg generate` writes it; commit it with your change" for path in names])


def _checkout_of(root: Path) -> Path | None:
    """The checkout that the registry lies in; None where it stands alone."""
    checkout = root.parent
    return checkout if (checkout / "schemas").is_dir() and root.name == "registry_data" else None
