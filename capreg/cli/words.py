"""Facts in words: a document's values as lines for people. Nothing here knows of kinds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from rich.console import RenderableType

__all__ = ["facts_of", "level_words", "said", "value_words", "visible"]

_PREFIXES = ((10**15, "P"), (10**12, "T"), (10**9, "G"))


def facts_of(document: Mapping[str, Any], *, leaving_out: Sequence[str]) -> Iterator[RenderableType]:
    """The facts of `document`, one a line in the order that it gives them; tables inside are flattened."""
    from rich.table import Table

    grid = Table.grid(padding=(0, 2, 0, 0))
    grid.add_column(no_wrap=True)
    grid.add_column(overflow="fold")
    for key, value in _flat({k: v for k, v in document.items() if k not in leaving_out}, ""):
        grid.add_row(key, value_words(value))
    if grid.row_count:
        yield grid


def value_words(value: Any) -> str:
    """`value` for people: yes and no, digits in groups, large figures also with their prefix.

    >>> value_words(750_000_000_000_000)
    '750,000,000,000,000 (750 T)'
    """
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list | tuple):
        return ", ".join(value_words(entry) for entry in value) or "none"
    if isinstance(value, int):
        return f"{value:,}{_prefixed(value)}"
    return str(value)


def level_words(fact: Mapping[str, Any] | None, levels: int) -> str:
    """What is known of a capability's level: proven, excluded, or open.

    >>> level_words({"at_least": 1}, 2)
    'yes, level 1 of 2; level 2 unknown'
    """
    least, most = (fact or {}).get("at_least", 0), (fact or {}).get("at_most")
    if most == 0:
        return "no"
    if least == 0:
        return "unknown" if most is None else f"unknown; not level {most + 1}"
    proven = f"yes, level {least} of {levels}" if levels > 1 else "yes"
    if least >= levels:
        return proven
    return f"{proven}; not level {most + 1}" if most == least else f"{proven}; level {least + 1} unknown"


def said(differing: Mapping[str, Any] | None) -> str:
    """What a source says where it differs."""
    return ", ".join(f"{key} = {value}" for key, value in (differing or {}).items()) or "–"


def visible(text: str) -> str:
    r"""`text` with characters that a terminal would obey, or not show, written out.

    >>> visible("red: \x1b[31m")
    'red: \\x1b[31m'
    """
    return "".join(c if c.isprintable() or c == "\n" else ascii(c)[1:-1] for c in text)


def _prefixed(value: int) -> str:
    for size, prefix in _PREFIXES:
        if value >= size:
            return f" ({value / size:.4g} {prefix})"
    return ""


def _flat(document: Mapping[str, Any], above: str) -> Iterator[tuple[str, Any]]:
    for key, value in document.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{above}{key}.")
        elif isinstance(value, list | tuple) and value and isinstance(value[0], dict):
            for place, entry in enumerate(value):
                yield from _flat(entry, f"{above}{key}[{place}].")
        else:
            yield f"{above}{key}", value
