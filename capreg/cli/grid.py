"""A table that is never cut, on a page of whatever width. Not the words in it.

Where every cell fits on one line, a row is a line. Where it is too narrow for that, headings and texts are broken, at
spaces and after slashes only. Where it is too narrow even so, a row is several lines: its texts, and below them its
figures, as many of them side by side as there is room for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rich.console import Console, ConsoleOptions
    from rich.text import Text

__all__ = ["Grid", "Line", "broken", "side_by_side"]

_GAP = 2
_RANK = "#"
"""A first column of this name stands to the left of all the lines of its row."""


class Line(NamedTuple):
    """One line of a grid."""

    text: str
    is_heading: bool = False


class Grid:
    """Rows of texts and figures under headings.

    Args:
        names: the headings.
        right: columns of figures, which are never broken.
        whole: columns of texts that are not broken either.
    """

    def __init__(self, names: Sequence[str], *, right: Sequence[str] = (), whole: Sequence[str] = ()) -> None:
        self._names = tuple(names)
        self._figures = tuple(name in right for name in names)
        self._unbroken = tuple(name in right or name in whole for name in names)
        self._rows: list[tuple[str, ...]] = []

    def add_row(self, *cells: str) -> None:
        """One more row: a text for each heading."""
        self._rows.append(cells)

    @property
    def width(self) -> int:
        """What it needs once all that may be broken is; in less than that a row is several lines."""
        return sum(self._least()) + _GAP * (len(self._names) - 1)

    def lines(self, width: int) -> list[Line]:
        """All of it, no line longer than `width` unless one word or figure is."""
        gaps = _GAP * (len(self._names) - 1)
        whole = self._whole()
        if sum(whole) + gaps <= width:
            return list(self._in_columns(whole))
        least = self._least()
        if sum(least) + gaps <= width:
            return list(self._in_columns(self._shared_out(whole, least, width - gaps)))
        return list(self._stacked(width))

    def _whole(self) -> list[int]:
        """Of each column, what its widest line takes."""
        rows = (self._names, *self._rows)
        return [max(_size(line) for row in rows for line in row[n].split("\n")) for n in range(len(self._names))]

    def _least(self) -> list[int]:
        """Of each column, what it takes once all that may be broken is."""
        least = []
        for n, (name, unbroken) in enumerate(zip(self._names, self._unbroken, strict=True)):
            words = [*name.split(), *(word for row in self._rows for word in _words(row[n], unbroken=unbroken))]
            least.append(max(map(_size, words), default=0))
        return least

    def _shared_out(self, whole: Sequence[int], least: Sequence[int], room: int) -> list[int]:
        """Sizes from `least` to `whole`: texts that need little more first, then headings of figures, whole or not."""
        sizes, spare = list(least), room - sum(least)
        texts = sorted((n for n, size in enumerate(sizes) if not self._figures[n]), key=lambda n: whole[n] - least[n])
        for place, n in enumerate(texts):
            more = min(whole[n] - least[n], spare // (len(texts) - place))
            sizes[n], spare = sizes[n] + more, spare - more
        for n, size in enumerate(sizes):
            if self._figures[n] and whole[n] - size <= spare:
                sizes[n], spare = whole[n], spare - (whole[n] - size)
        return sizes

    def _in_columns(self, sizes: Sequence[int]) -> Iterator[Line]:
        everybody = range(len(self._names))
        yield from (Line(text, is_heading=True) for text in self._headings(everybody, sizes))
        for row in self._rows:
            cells = [row[n].split("\n") if self._figures[n] else broken(row[n], size) for n, size in enumerate(sizes)]
            yield from map(Line, self._set(everybody, cells, sizes))

    def _headings(self, places: Sequence[int], sizes: Sequence[int]) -> Iterator[str]:
        """The headings of these columns, each standing on what it heads."""
        heads = [_broken_at_spaces(self._names[n], sizes[n]) for n in places]
        height = max(map(len, heads))
        yield from self._set(places, [[*[""] * (height - len(head)), *head] for head in heads], sizes)

    def _set(self, places: Sequence[int], cells: Sequence[Sequence[str]], sizes: Sequence[int]) -> Iterator[str]:
        """Cells of these columns side by side, each in so many lines as it has."""
        for at in range(max(map(len, cells))):
            parts = [
                _placed(cell[at] if at < len(cell) else "", sizes[n], right=self._figures[n])
                for n, cell in zip(places, cells, strict=True)
            ]
            yield (" " * _GAP).join(parts).rstrip()

    def _stacked(self, width: int) -> Iterator[Line]:
        ranked = self._names[0] == _RANK
        rank_size = self._whole()[0] if ranked else 0
        indent = " " * (rank_size + _GAP)
        sizes = self._least()
        places = range(1 if ranked else 0, len(self._names))
        texts = [n for n in places if not self._figures[n]]
        groups = _groups([n for n in places if self._figures[n]], sizes, width - len(indent))
        for row, is_heading in ((self._names, True), *((row, False) for row in self._rows)):
            rank = _placed(row[0], rank_size, right=True) + " " * _GAP if ranked else ""
            told = "  ".join(row[n] for n in texts if row[n] not in {"", "–"}).replace("\n", " ")
            first, *rest = broken(told, width - len(indent))
            yield Line(rank + first, is_heading)
            yield from (Line(indent + text, is_heading) for text in rest)
            for group in groups:
                under = self._headings(group, sizes) if is_heading else self._figures_of(row, group, sizes)
                yield from (Line(indent + text, is_heading) for text in under)

    def _figures_of(self, row: Sequence[str], places: Sequence[int], sizes: Sequence[int]) -> Iterator[str]:
        return self._set(places, [row[n].split("\n") for n in places], sizes)

    def __rich_console__(self, _page: Console, options: ConsoleOptions) -> Iterator[Text]:
        from rich.text import Text

        for line in self.lines(options.max_width):
            yield Text(line.text, style="bold" if line.is_heading else "", overflow="fold")


def side_by_side(figures: Sequence[str], sizes: Sequence[int], room: int, *, gap: int = _GAP) -> list[str]:
    """Figures in columns of these sizes, on as many lines as `room` makes them.

    >>> side_by_side(["0.120", "221 ms", "254 ms"], [5, 8, 6], 16)
    ['0.120    221 ms', '254 ms']
    """
    return [
        (" " * gap).join(_placed(figures[n], sizes[n], right=True) for n in group)
        for group in _groups(range(len(figures)), sizes, room, gap=gap)
    ]


def _groups(places: Sequence[int], sizes: Sequence[int], room: int, *, gap: int = _GAP) -> list[list[int]]:
    """Columns in groups, in order, each as wide as `room` at most, or of a single column."""
    groups: list[list[int]] = []
    used = room + 1
    for n in places:
        if used + gap + sizes[n] > room:
            groups.append([])
            used = -gap
        used += gap + sizes[n]
        groups[-1].append(n)
    return groups


def broken(text: str, width: int) -> list[str]:
    """`text` in lines of at most `width`, broken at spaces, and after slashes where a word is longer than that.

    >>> broken("deepinfra/meta-llama/llama-4-scout on request", 24)
    ['deepinfra/meta-llama/', 'llama-4-scout on request']
    """
    lines = []
    for line in text.split("\n"):
        if _size(line) <= width:
            lines.append(line)
            continue
        lines.append("")
        for word in line.split(" "):
            pieces = [word] if _size(word) <= width else word.replace("/", "/\n").split("\n")
            for n, piece in enumerate(pieces):
                joint = " " if n == 0 and lines[-1] else ""
                if lines[-1] and _size(lines[-1]) + len(joint) + _size(piece) > width:
                    lines.append("")
                    joint = ""
                lines[-1] += joint + piece
    return [line.rstrip() for line in lines]


def _broken_at_spaces(name: str, width: int) -> list[str]:
    lines = [""]
    for word in name.split(" "):
        if lines[-1] and _size(lines[-1]) + 1 + _size(word) > width:
            lines.append("")
        lines[-1] += f" {word}" if lines[-1] else word
    return lines


def _words(cell: str, *, unbroken: bool) -> list[str]:
    return cell.split("\n") if unbroken else cell.replace("/", "/ ").split()


def _placed(text: str, size: int, *, right: bool) -> str:
    gap = " " * (size - _size(text))
    return gap + text if right else text + gap


def _size(text: str) -> int:
    from rich.cells import cell_len

    return cell_len(text)
