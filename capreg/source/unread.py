"""The files of a registry that were not read yet: looked up one by one, or searched for a text. Nothing is checked."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from pathlib import Path
from typing import Any

from capreg.schema import faults
from capreg.source.files import Text, read_text
from capreg.source.parse import parse

__all__ = ["Shelf", "holders_below"]


class Shelf(Mapping[str, Any]):
    """The records of one kind: those that were read, and others that are read when they are looked up.

    A file with faults holds no record.
    """

    def __init__(self, root: Path, kind: str, held: Mapping[str, Any], rest: Mapping[str, str]) -> None:
        self._root = root
        self._kind = kind
        self._held = dict(held)
        self._rest = rest

    def __getitem__(self, key: str) -> Any:
        if key not in self._held:
            self._held[key] = self._read(self._rest[key])
        record = self._held[key]
        if record is None:
            raise KeyError(key)
        return record

    def __iter__(self) -> Iterator[str]:
        return (key for key in {**self._held, **self._rest} if self.get(key) is not None)

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def _read(self, path: str) -> Any:
        text = read_text(self._root, path)
        document = parse(text)[0] if isinstance(text, Text) else None
        typed = None if document is None else faults(self._kind, document, file=path)
        return None if isinstance(typed, list) else typed


def holders_below(root: Path, rest: Mapping[str, Mapping[str, str]]) -> Callable[[str, Collection[str]], Iterator[str]]:
    """What finds the ids, of one kind, whose files hold any of some texts."""
    contents: dict[str, dict[str, bytes]] = {}

    def holders(kind: str, texts: Collection[str]) -> Iterator[str]:
        if kind not in contents:
            contents[kind] = {key: _content(root / path) for key, path in rest[kind].items()}
        plain = all(text.isascii() and text.isprintable() and '"' not in text and "\\" not in text for text in texts)
        sought = [text.encode() for text in texts]
        return (key for key, held in contents[kind].items() if not plain or any(text in held for text in sought))

    return holders


def _content(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read()
    except OSError:
        return b""
