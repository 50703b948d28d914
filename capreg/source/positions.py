"""Where a key stands: dotted path → line, of one TOML text or table. It says where, and never what.

tomllib and tomlkit give no lines. This reader takes the syntax for granted: a text that does not parse is told by the
parser, with the line that it stopped at.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from capreg.source.parse import TOKEN

__all__ = ["line_at", "lines_of", "table_line"]

_ROW = re.compile(r"row (\d+)")
_ESCAPED = re.compile(r"\\(u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{8}|.)", re.DOTALL)


def lines_of(text: str) -> dict[str, int]:
    r"""The line of every key, table and list entry of a TOML text, by the path that findings name.

    >>> lines_of('a = 1\n[[prices]]\nevidence = [\n  { source = "x" },\n]\n')["prices[0].evidence[0].source"]
    4
    """
    return _Scanner(text).lines


def table_line(text: str, key: str) -> int | None:
    r"""The line of a table's row, given as ``row N`` or, in a table of subjects, by its first cell.

    >>> table_line("subject,last_seen_on\nacme/small-1,2026-09-30\n", "acme/small-1.last_seen_on")
    2
    """
    if key == "header":
        return 1
    row = _ROW.match(key)
    if row:
        return int(row[1]) + 1
    for number, line in enumerate(text.split("\n"), start=1):
        subject = line.partition(",")[0]
        if subject and (key == subject or key.startswith(f"{subject}.")):
            return number
    return None


def line_at(lines: dict[str, int], key: str) -> int | None:
    """The line of `key`, or of the nearest table around it that is there."""
    while key:
        if key in lines:
            return lines[key]
        key = key[: max(key.rfind("."), key.rfind("["), 0)]
    return None


class _Scanner:
    """Walks over the tokens of one text, once."""

    def __init__(self, text: str) -> None:
        self.lines: dict[str, int] = {}
        self._entries: dict[str, int] = {}
        self._tokens = _tokens(text)
        self._take()
        table = ""
        while self._kind != "end":
            if self._text == "\n":
                self._take()
            elif self._text == "[":
                table = self._header()
            else:
                self._pair(table)

    def _take(self) -> None:
        self._kind, self._text, self._line = next(self._tokens, ("end", "", 0))

    def _header(self) -> str:
        """`[a.b]` or `[[a.b]]`: the path of the table that it opens."""
        line = self._line
        self._take()
        entry = self._text == "["
        if entry:
            self._take()
        parts = self._key()
        while self._kind == "close":
            self._take()
        path = ""
        for place, part in enumerate(parts):
            path = f"{path}.{part}" if path else part
            last = place == len(parts) - 1
            if entry and last:
                self._entries[path] = self._entries.get(path, -1) + 1
            self.lines.setdefault(path, line)
            if path in self._entries:
                path = f"{path}[{self._entries[path]}]"
        self.lines.setdefault(path, line)
        return path

    def _key(self) -> list[str]:
        parts = []
        while self._kind in {"text", "dot"}:
            if self._kind == "text":
                parts.append(_bare(self._text))
            self._take()
        return parts

    def _pair(self, table: str) -> None:
        line, path = self._line, table
        parts = self._key()
        if not parts:
            self._take()
        for part in parts:
            path = f"{path}.{part}" if path else part
            self.lines.setdefault(path, line)
        if self._text == "=":
            self._take()
            self._value(path)

    def _value(self, path: str) -> None:
        if self._text == "{":
            self._inside("}", lambda _: self._pair(path))
        elif self._text == "[":
            self._inside("]", lambda number: self._entry(f"{path}[{number}]"))
        else:
            while self._kind in {"text", "dot"}:
                self._take()

    def _entry(self, path: str) -> None:
        self.lines.setdefault(path, self._line)
        self._value(path)

    def _inside(self, end: str, take: Callable[[int], None]) -> None:
        self._take()
        number = 0
        while self._kind != "end" and self._text != end:
            if self._text in {",", "\n"}:
                number += self._text == ","
                self._take()
            else:
                before = self._line, self._text
                take(number)
                if (self._line, self._text) == before:
                    self._take()
        self._take()


def _tokens(text: str) -> Iterator[tuple[str, str, int]]:
    line = 1
    for token in TOKEN.finditer(text):
        kind, said = token.lastgroup or "other", token.group()
        if kind not in {"space", "comment"}:
            yield kind, said, line
        line += said.count("\n")


def _bare(text: str) -> str:
    """A key as the document has it, without quotes."""
    if text.startswith("'"):
        return text[1:-1]
    if not text.startswith('"'):
        return text
    return _ESCAPED.sub(lambda found: _escape(found[1]), text[1:-1])


def _escape(code: str) -> str:
    return chr(int(code[1:], 16)) if code[0] in "uU" else {"n": "\n", "t": "\t"}.get(code, code)
