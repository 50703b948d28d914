"""The one form of the registry's TOML: stable key order, readable lines. And edits that keep a person's work.

A file that still has exactly this form is written anew. Any other is edited in place: comments, order and spacing of
what did not change stay as they were.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Mapping
from dataclasses import fields
from datetime import date
from pathlib import PurePosixPath
from typing import Any

from capreg.errors import Finding, InvalidData
from capreg.schema import KINDS
from capreg.source.layout import SINGULAR

__all__ = ["edited", "rendered"]

WIDTH = 120
_DATES = frozenset({"starts_on", "seen_on", "retires_on", "released_on", "launched_on", "measured_on"})
_TABLES = (
    *("workload", "floors", "refuted", "aliases", "capabilities", "prices", "lifecycle", "backend"),
    *("architecture", "dense_flops", "sparse_flops", "levels", "features", "sdks"),
)
"""Keys that are written as tables below all others, in this order."""
_DEEP = frozenset({"levels", "features", "sdks"})
"""Tables whose entries are tables of their own."""
_IN_HEADED_LISTS = frozenset({"starts_on", "wrong"})
"""Keys of the entries of lists that are written as tables with headings: prices, refuted figures."""
_LONG_NUMBER = 10**8
_TIGHT = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})\}")
_BARE = re.compile(r"^[A-Za-z0-9_-]+$")


def rendered(kind: str, document: Mapping[str, Any], path: str) -> str:
    """The text of the file at `path`, below the registry's root, that holds `document`."""
    schema = "../" * len(PurePosixPath(path).parts) + f"schemas/{SINGULAR[kind]}.schema.json"
    return f"#:schema {schema}\n\n{_body(kind, document).lstrip()}"


def edited(text: str, kind: str, before: Mapping[str, Any], after: Mapping[str, Any], path: str) -> str:
    """`text`, which holds `before`, changed to hold `after`.

    Raises:
        InvalidData: the file is written in a way that cannot be edited safely.
    """
    if text == rendered(kind, before, path):
        return rendered(kind, after, path)
    import tomlkit

    opened = tomlkit.parse(text)
    _apply(opened, before, after, kind)
    changed = tomlkit.dumps(opened)
    # tomlkit drops the space between a date and a closing brace; it comes back where the file has it everywhere.
    if not _TIGHT.search(text):
        changed = _TIGHT.sub(r"\1 }", changed)
    if _plain(tomllib.loads(changed)) != after:
        raise InvalidData(
            [
                Finding(
                    "IMP002",
                    path,
                    "",
                    "the file cannot be edited without losing something",
                    hint="write its tables as [tables] and its lists over several lines, as other files do",
                )
            ]
        )
    return changed


def _body(kind: str, document: Mapping[str, Any]) -> str:
    order = [field.name for field in fields(KINDS[kind])]
    keys = sorted(document, key=order.index)
    lines = [_pair(key, document[key]) for key in keys if key not in _TABLES]
    for key in sorted((key for key in keys if key in _TABLES), key=_TABLES.index):
        lines += _table(key, document[key])
    return "\n".join(lines) + "\n"


def _table(name: str, value: Any) -> list[str]:
    if name in _DEEP:
        return _deep(name, value)
    if isinstance(value, list):
        return [line for entry in value for line in ("", f"[[{name}]]", *(_pair(k, v) for k, v in entry.items()))]
    if name != "capabilities":
        return ["", f"[{name}]", *(_pair(key, entry) for key, entry in value.items())]
    short = {key: _pair(key, fact) for key, fact in value.items() if len(_inline_pair(key, fact)) <= WIDTH}
    lines = ["", f"[{name}]", *short.values()] if short else []
    for key in (key for key in value if key not in short):
        lines += ["", f"[{name}.{key}]", *(_pair(inner, entry) for inner, entry in value[key].items())]
    return lines


def _deep(name: str, value: Any) -> list[str]:
    """A table, or a list of tables, whose tables stand below it with headings of their own."""
    if isinstance(value, list):
        return [line for entry in value for line in ("", f"[[{name}]]", *_inner(name, entry))]
    return [line for key, entry in value.items() for line in _headed(f"{name}.{_key(key)}", entry)]


def _headed(name: str, entry: Mapping[str, Any]) -> list[str]:
    return ["", f"[{name}]", *_inner(name, entry)]


def _inner(name: str, entry: Mapping[str, Any]) -> list[str]:
    tables = {key: value for key, value in entry.items() if key == "flags"}
    lines = [_pair(key, value) for key, value in entry.items() if key not in tables]
    for key, value in tables.items():
        lines += _deep(f"{name}.{key}", value)
    return lines


def _pair(key: str, value: Any) -> str:
    inline = _inline_pair(key, value)
    if isinstance(value, list) and value and (len(inline) > WIDTH or (len(value) > 1 and isinstance(value[0], dict))):
        entries = "".join(f"  {_inline(key, entry)},\n" for entry in value)
        return f"{_key(key)} = [\n{entries}]"
    return inline


def _inline_pair(key: str, value: Any) -> str:
    return f"{_key(key)} = {_inline(key, value)}"


def _inline(key: str, value: Any) -> str:
    if isinstance(value, Mapping):
        texts = key == "says"  # what a source says is text, a day too
        pairs = (f"{_key(i)} = {_inline('' if texts else i, entry)}" for i, entry in value.items())
        return "{ " + ", ".join(pairs) + " }" if value else "{}"
    if isinstance(value, list):
        return "[" + ", ".join(_inline(key, entry) for entry in value) + "]"
    if isinstance(value, bool | int):
        return f"{value:_}" if value >= _LONG_NUMBER else str(value).lower()
    return value if key in _DATES else json.dumps(value, ensure_ascii=False)


def _key(key: str) -> str:
    return key if _BARE.match(key) else json.dumps(key, ensure_ascii=False)


def _apply(node: Any, before: Any, after: Any, kind: str) -> None:
    """Changes `node`, a tomlkit table or array that says `before`, until it says `after`."""
    if isinstance(after, Mapping):
        for key in [key for key in before if key not in after]:
            del node[key]
        for key, value in after.items():
            if key not in before:
                node[key] = _item(kind, key, value)
            elif before[key] != value:
                _change(node, key, before[key], value, kind)
        return
    for place, value in enumerate(after):
        if place >= len(before):
            node.append(_item(kind, "item", value))
        elif before[place] != value:
            _change(node, place, before[place], value, kind)
    for _ in range(len(after), len(before)):
        node.pop()


def _change(node: Any, place: Any, before: Any, after: Any, kind: str) -> None:
    nested = (isinstance(before, dict) and isinstance(after, Mapping)) or (
        isinstance(before, list) and isinstance(after, list) and bool(before)
    )
    if nested:
        _apply(node[place], before, after, kind)
    else:
        node[place] = _item(kind, str(place), after)


def _item(kind: str, key: str, value: Any) -> Any:
    """A tomlkit item that says `value`, in this module's form."""
    import tomlkit

    if key in _TABLES and kind in KINDS:
        return tomlkit.parse("\n".join(_table(key, value)) + "\n")[key]
    if key == "item" and isinstance(value, Mapping) and not _IN_HEADED_LISTS.isdisjoint(value):
        table = tomlkit.table()
        for inner, entry in value.items():
            table[inner] = _item(kind, inner, entry)
        return table
    return tomlkit.parse(_pair(key, value) + "\n")[key]


def _plain(node: Any) -> Any:
    if isinstance(node, dict):
        return {key: _plain(value) for key, value in node.items()}
    if isinstance(node, list):
        return [_plain(value) for value in node]
    return node.isoformat() if isinstance(node, date) else node
