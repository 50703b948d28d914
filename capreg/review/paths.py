"""The values of a document with paths that stay where they are when a list grows: entries are named, not counted."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

__all__ = ["PRICE_NAMES", "leaves", "named"]

PRICE_NAMES = ("starts_on", "tier", "above_input_tokens", "window", "currency")
"""What tells one entry of a price history from another."""


def leaves(node: Any, at: str = "") -> Iterator[tuple[str, Any]]:
    """Every value of a document with its path. An entry of a list is named by its source, or by when it starts.

    >>> list(leaves({"prices": [{"starts_on": "2026-01-01", "input": "0.5"}]}))[1]
    ('prices[2026-01-01].input', '0.5')
    """
    if isinstance(node, Mapping):
        for key, value in node.items():
            yield from leaves(value, f"{at}.{key}" if at else str(key))
    elif isinstance(node, list | tuple) and any(isinstance(entry, Mapping) for entry in node):
        for name, value in named(node):
            yield from leaves(value, f"{at}[{name}]")
    else:
        yield at, tuple(node) if isinstance(node, list) else node


def named(entries: Sequence[Any]) -> Iterator[tuple[str, Any]]:
    """The entries of a list with a name each; a name that comes again gets a number."""
    met: dict[str, int] = {}
    for place, entry in enumerate(entries):
        name = _name(entry) or str(place)
        met[name] = met.get(name, 0) + 1
        yield (name if met[name] == 1 else f"{name} #{met[name]}"), entry


def _name(entry: Any) -> str:
    if not isinstance(entry, Mapping):
        return ""
    if "starts_on" in entry:
        return " ".join(_word(name, entry[name]) for name in PRICE_NAMES if name in entry)
    return str(entry.get("source", ""))


def _word(name: str, value: Any) -> str:
    if name == "above_input_tokens":
        return f"above {value}"
    return f"{value['start']}-{value['end']}" if name == "window" else str(value)
