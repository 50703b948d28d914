"""Where lines go: a terminal of some width, or a pipe, which takes lines of any length and no colours."""

from __future__ import annotations

import io
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from rich.console import Console, RenderableType

    from capreg.cli.grid import Grid

__all__ = [
    "columns",
    "console",
    "folded",
    "is_terminal",
    "progress",
    "speak_utf8",
    "write",
    "write_json",
    "write_rows",
]

_ANY_WIDTH = 100_000
_ID_WIDTH = 44


def is_terminal() -> bool:
    """Whether a person's terminal shows what is written."""
    return sys.stdout.isatty()


def console() -> Console:
    """The page to write on: as wide as the terminal, or as wide as its lines."""
    from rich.console import Console

    if is_terminal():
        return Console(markup=False, highlight=False, emoji=False)
    return Console(file=io.StringIO(), width=_ANY_WIDTH, markup=False, highlight=False, emoji=False, color_system=None)


def write(page: Console, *parts: RenderableType) -> None:
    """Write `parts`, one below the other."""
    for part in parts:
        page.print(part)
    if isinstance(page.file, io.StringIO):
        lines = page.file.getvalue().split("\n")
        sys.stdout.write("\n".join(line.rstrip() for line in lines))
        page.file.truncate(0)
        page.file.seek(0)


def speak_utf8() -> None:
    """Write UTF-8 from here on, whatever the terminal's encoding: JSON is UTF-8."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8")


@contextmanager
def progress(title: str, total: int) -> Iterator[Callable[[int], None]]:
    """A bar on standard error while something long is done, where a person's terminal shows it; else nothing.

    Yields a function that takes how much is done.
    """
    if not sys.stderr.isatty():
        yield lambda _done: None
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(title, total=total)
        yield lambda done: bar.update(task, completed=done)


def write_json(text: str) -> None:
    """Write `text`, which is JSON."""
    speak_utf8()
    sys.stdout.write(f"{text}\n")


def columns(names: Sequence[str], *, right: Sequence[str] = (), whole: Sequence[str] = ()) -> Grid:
    """A table with these columns, without lines; those in `right` hold figures, those in `whole` unbroken texts."""
    from capreg.cli.grid import Grid

    return Grid(names, right=right, whole=whole)


def write_rows(names: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Write `rows`: a table on a terminal; in a pipe one line a row, with tabs between the columns.

    On a terminal the column `id` keeps its ids whole, or breaks them after slashes.
    """
    if not is_terminal():
        for row in (names, *rows):
            sys.stdout.write("\t".join(row) + "\n")
        return
    table = columns(names, right=())
    place = names.index("id")
    for row in rows:
        table.add_row(*row[:place], folded(row[place], _ID_WIDTH), *row[place + 1 :])
    write(console(), table)


def folded(name: str, width: int) -> str:
    r"""`name` over several lines of at most `width` where it is longer, broken after slashes only.

    >>> folded("azure/eastus/gpt-5-mini", 14)
    'azure/eastus/\ngpt-5-mini'
    """
    lines = [""]
    for piece in name.replace("/", "/\n").split("\n"):
        if lines[-1] and len(lines[-1]) + len(piece) > width:
            lines.append("")
        lines[-1] += piece
    return "\n".join(lines)
