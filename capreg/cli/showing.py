"""`capreg show`: which records an id names, and each as a sheet."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from capreg.cli import options as o
from capreg.cli.failure import ANSWERED
from capreg.cli.shelf import opened
from capreg.errors import UnknownName

if TYPE_CHECKING:
    from capreg.catalog import Catalog
    from capreg.resolver.moment import Moment

__all__ = ["show"]

Shown = Annotated[str, typer.Argument(metavar="ID", help="The id of a record, exactly.", show_default=False)]
OfKind = Annotated[
    str | None,
    typer.Option("--kind", metavar="KIND", help="Only the record of this kind.", show_default="every kind"),
]


def show(id: Shown, kind: OfKind = None, as_of: o.AsOf = None, catalog: o.CatalogFile = None) -> int:  # noqa: A002  the word for it everywhere
    """What is known of the record ID: its facts, its evidence, its history.

    Exit code 0: shown. 2: no record has that id.
    """
    from capreg.cli import page
    from capreg.cli.sheets import Sheets

    whole = opened(catalog)
    kinds = [name for name in ([kind] if kind else whole) if id in whole.documents(name)]
    if not kinds:
        raise _unknown(whole, id, kind)
    sheets = Sheets(whole, _moment(as_of))
    paper = page.console()
    for place, name in enumerate(kinds):
        if place:
            page.write(paper, "")
        page.write(paper, *sheets.of(name, id))
    return ANSWERED


def _unknown(catalog: Catalog, id: str, kind: str | None) -> UnknownName:  # noqa: A002  the word for it everywhere
    from capreg.source.layout import TABLES

    kinds = [kind] if kind else [name for name in catalog if name not in TABLES]
    known = {key for name in kinds for key in catalog.documents(name)}
    return UnknownName(f"id of {kind}" if kind else "id", id, known, where="ID")


def _moment(as_of: str | None) -> Moment:
    from datetime import UTC, datetime

    from capreg.resolver.moment import Moment

    return Moment.of(datetime.now(UTC) if as_of is None else as_of)
