"""What a page of a review is made of: sections of lines or rows, and how each part is written. It knows no review.

A text of the registry is never mistaken for the page's own: in Markdown it stands as code. Only an address of plain
characters becomes a link, and it shows where it leads.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

__all__ = [
    "WIDTH",
    "Address",
    "Break",
    "Said",
    "Section",
    "Table",
    "broken",
    "columns_met",
    "marked",
    "plain",
    "table_lines",
]

WIDTH = 120
"""Tables of the text fit into so many characters, unless their unbreakable columns alone need more."""
_NARROWEST = 12
_LONGEST = 300
_WORDS = re.compile(r"(?<=[ /])")
_WITHIN = re.compile(r"(?<=[._:-])(?=\S)")
_PLAIN_ADDRESS = re.compile(r"https://[a-z0-9.-]+(/[A-Za-z0-9._~/?#=&%+:,;-]*)?")


@dataclass(frozen=True, slots=True)
class Said:
    """A text of the registry."""

    text: str


@dataclass(frozen=True, slots=True)
class Address:
    """An address that the registry gives."""

    text: str


@dataclass(frozen=True, slots=True)
class Break:
    """In text a new line that is set in; in Markdown, where an entry is one line, the text between the parts."""

    text: str = ", "


@dataclass(frozen=True, slots=True)
class Section:
    """A heading and lines below it, each made of parts: a text of ours as str, one of the registry as `Said`."""

    heading: str
    lines: Sequence[Sequence[object]]


@dataclass(frozen=True, slots=True)
class Table:
    """A heading, and rows with a cell for each column below it. None is written as a dash."""

    heading: str
    lines: Sequence[Sequence[object]]
    columns: Sequence[str]
    ids: frozenset[str] = frozenset()
    """The columns whose cells may be broken anywhere that `broken` breaks."""
    lists: frozenset[str] = frozenset()
    """The columns whose cells may be broken after commas."""


def columns_met(table: Table) -> Table:
    """The table without the columns that have nothing in any row."""
    met = [place for place in range(len(table.columns)) if any(line[place] is not None for line in table.lines)]
    lines = [[line[place] for place in met] for line in table.lines]
    return Table(table.heading, lines, [table.columns[place] for place in met], table.ids, table.lists)


def table_lines(table: Table, rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """A table as text, within `WIDTH`: the widest column that may be broken is narrowed first, until all fits."""
    columns = table.columns
    cells = [list(column) for column in zip(columns, *rows, strict=True)]
    widths = [max(map(len, column)) for column in cells]
    least = [_least(table, column) for column in cells]
    while 2 + sum(widths) + 2 * (len(widths) - 1) > WIDTH:
        free = [place for place, width in enumerate(widths) if width > least[place]]
        if not free:
            break
        widths[max(free, key=lambda place: widths[place])] -= 1
    for row in (columns, *rows):
        bent = [list(broken(cell, width)) or [""] for cell, width in zip(row, widths, strict=True)]
        for number in range(max(map(len, bent))):
            line = [lines[number] if number < len(lines) else "" for lines in bent]
            yield f"  {'  '.join(cell.ljust(width) for cell, width in zip(line, widths, strict=True))}".rstrip()


def _least(table: Table, column: Sequence[str]) -> int:
    """How narrow the column, whose first cell is its name, may become."""
    if column[0] in table.ids:
        return max(_NARROWEST, len(column[0]))
    cells = column[1:] if column[0] in table.lists else ()
    words = [word for cell in cells for word in cell.split(", ")]
    return max(map(len, column)) if not cells else max(_NARROWEST, len(column[0]), *(len(word) + 1 for word in words))


def broken(text: str, width: int) -> Iterator[str]:
    """`text` in lines of at most `width` characters: after slashes, commas and spaces, then at dashes and dots.

    >>> list(broken("acme/llama-3.3-70b-instruct", 16))
    ['acme/llama-3.3-', '70b-instruct']
    """
    if len(text) <= width:
        yield text
        return
    line = ""
    for word in filter(None, _WORDS.split(text)):
        for piece in [word] if len(word.rstrip()) <= width else filter(None, _WITHIN.split(word)):
            if line and len(line) + len(piece.rstrip()) > width:
                yield line.rstrip()
                line = ""
            line += piece
            while len(line.rstrip()) > width:
                yield line[:width]
                line = line[width:]
    if line.rstrip():
        yield line.rstrip()


def plain(part: object) -> str:
    """A part as text for a terminal; a hidden character is spelt out."""
    if part is None:
        return "–"
    if isinstance(part, Break):
        return "\n      "
    return _printable(part.text) if isinstance(part, Said | Address) else str(part)


def marked(part: object) -> str:
    """A part as Markdown that no text of the registry can become the markup of."""
    if part is None:
        return "–"
    if isinstance(part, Address) and len(part.text) <= _LONGEST and _PLAIN_ADDRESS.fullmatch(part.text):
        return f"<{part.text}>"
    if isinstance(part, Break):
        return part.text
    if not isinstance(part, Said | Address):
        return str(part).replace("<", "‹").replace("|", "¦")
    text = _printable(part.text).replace("`", "'").replace("|", "¦")
    return f"`{text if len(text) <= _LONGEST else text[:_LONGEST] + '…'}`" if text else ""


def _printable(text: str) -> str:
    return "".join(c if c.isprintable() else ascii(c)[1:-1] for c in text)
