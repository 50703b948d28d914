"""`capreg diff`: what a change does to records, prices and answers. `capreg gate`: what a change may not do."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from capreg.cli import options as o
from capreg.cli import page
from capreg.cli.failure import ANSWERED, FINDING
from capreg.cli.shelf import registry_folder, today

__all__ = ["diff", "gate"]

_SIDE = "A revision of git, a compiled catalog, or a folder."
Base = Annotated[str, typer.Argument(metavar="BASE", help=_SIDE, show_default=False)]
Head = Annotated[
    str | None,
    typer.Argument(metavar="[HEAD]", help="The other side, likewise.", show_default="the registry folder as it is"),
]


def diff(
    base: Base,
    head: Head = None,
    *,
    form: Annotated[str, typer.Option("--format", help="text, markdown (for a comment) or json.")] = "text",
    as_of: o.AsOf = None,
    as_json: o.AsJson = False,
    registry: o.RegistryFolder = None,
) -> int:
    """What changes from BASE to HEAD: records, prices, capabilities, evidence, and whose answers flip.

    What the gates refuse and what touches security comes first; then the reference requests whose first choice
    changes, with the reason.

    Exit code 0: compared, whatever it shows. 1: a side cannot be read.
    """
    from capreg.errors import InvalidArgument
    from capreg.resolver.moment import Moment
    from capreg.review import FORMATS, called, files_of, gated, review, side, warned, written

    if form not in FORMATS:
        raise InvalidArgument("there is no such format", where="--format", found=form, expected=", ".join(FORMATS))
    root = registry_folder(registry)
    day = None if as_of is None else str(Moment.of(as_of).on)
    old, new = side(base, root), side(head, root)
    names = called(base, root), called(head, root)
    found = review(old, new, as_of=day, today=today(), names=names)
    findings = warned(found, new, today=today())
    with files_of(head, root) as folder:
        refused = gated(old, new, folder, since=base if names[0][1] and head is None else None)
    page.speak_utf8()
    sys.stdout.write(written("json" if as_json else form, found, refused, findings))
    return ANSWERED


def gate(
    base: Base,
    *,
    form: Annotated[str, typer.Option("--format", help="text, json, github (annotations) or sarif.")] = "text",
    registry: o.RegistryFolder = None,
) -> int:
    """Refuse what a change since BASE may not do: delete, rewrite history, leap without evidence, shrink.

    Exit code 0: all gates passed. 1: some not, each with what mends it.
    """
    from capreg.cli.findings import FORMATS, written
    from capreg.errors import InvalidArgument
    from capreg.review import called, gated, side

    if form not in FORMATS:
        raise InvalidArgument("there is no such format", where="--format", found=form, expected=", ".join(FORMATS))
    root = registry_folder(registry)
    since = base if called(base, root)[1] else None
    findings = gated(side(base, root), side(None, root), root, since=since)
    page.speak_utf8()
    sys.stdout.write(written(form, root, findings, f"the gates since {base}", everything=True))
    return FINDING if findings else ANSWERED
