"""Ways to corrupt one file of the registry, as a slip or a bad contribution would: TOML documents and tables."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path
from random import Random
from typing import Any

import tomlkit

__all__ = ["KINDS", "corrupted_text"]

Mutation = Callable[[Any, Random], bool]
"""Changes a parsed file, a document or a list of rows; false where there was nothing to change."""
Place = tuple[Any, Any]
"""A table or row, and the key of one of its values."""

_NEVER = (date(2036, 1, 1), date(2126, 11, 1))
_NAMES = ("offering", "model", "accelerator", "benchmark", "parent", "source")
"""Keys whose values are ids of other records."""


def corrupted_text(kind: str, path: Path, random: Random) -> str | None:
    """The text of the file at `path` after a corruption of `kind`; None where it has nothing to corrupt so."""
    change = KINDS[kind]
    if change is None:
        return None
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".toml":
        document = tomlkit.parse(text)
        return tomlkit.dumps(document) if change(document, random) else None
    reader = csv.DictReader(io.StringIO(text))
    rows = list(reader)
    if not rows or not change(rows, random):
        return None
    out = io.StringIO()
    writer = csv.DictWriter(out, [name for name in reader.fieldnames or () if name in rows[0]], lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def _scaled(document: Any, random: Random, factors: tuple[str, ...]) -> bool:
    """A figure times a factor: a rate where the file has any, else any number."""
    places = _rates(document) or list(_numbers(document))
    if not places:
        return False
    holder, key = random.choice(places)
    figure = Decimal(str(holder[key])) * Decimal(random.choice(factors))
    holder[key] = int(figure) if isinstance(holder[key], int) else f"{figure.normalize():f}"
    return True


def _rates(document: Any) -> list[Place]:
    if isinstance(document, list):
        return []
    return [
        (entry, unit)
        for entry in document.get("prices", ())
        for unit in ("input", "output")
        if unit in entry and Decimal(entry[unit])
    ]


def _numbers(node: Any) -> Iterator[Place]:
    """Every number in a document or in rows that is not zero, as a number or as text."""
    pairs = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    for key, value in pairs:
        if isinstance(value, dict | list):
            yield from _numbers(value)
        elif not isinstance(value, bool | date) and _is_figure(value):
            yield node, key


def _is_figure(value: Any) -> bool:
    try:
        return Decimal(str(value)).is_finite() and Decimal(str(value)) != 0
    except InvalidOperation:
        return False


def _unit_slip(document: Any, random: Random) -> bool:
    return _scaled(document, random, ("1000", "0.001", "1000000", "0.000001"))


def _moved_point(document: Any, random: Random) -> bool:
    return _scaled(document, random, ("10", "0.1"))


def _zero(document: Any, random: Random) -> bool:
    return _scaled(document, random, ("0",))


def _swapped(document: Any, random: Random) -> bool:
    """Two figures of one table or row in each other's place."""
    if isinstance(document, list):
        holders = [random.choice(document)]
    else:
        holders = [entry for entry in document.get("prices", ()) if "input" in entry and "output" in entry]
    pairs = [
        (holder, one, other)
        for holder in holders
        for one in holder
        for other in holder
        if one < other and _is_figure(holder[one]) and _is_figure(holder[other]) and holder[one] != holder[other]
    ]
    if not pairs:
        return False
    holder, one, other = random.choice(pairs)
    holder[one], holder[other] = holder[other], holder[one]
    return True


def _dropped(document: Any, random: Random) -> bool:
    """A key, or a whole column."""
    key = random.choice(list(document[0] if isinstance(document, list) else document))
    for holder in document if isinstance(document, list) else [document]:
        del holder[key]
    return True


def _wrong_type(document: Any, random: Random) -> bool:
    if isinstance(document, list):
        places = list(_numbers(random.choice(document)))
        if not places:
            return False
        holder, key = random.choice(places)
        holder[key] = "seven"
        return True
    key = random.choice(list(document))
    document[key] = 7 if isinstance(document[key], str) else "seven"
    return True


def _doubled(document: Any, random: Random) -> bool:
    """A row, or the last price, twice."""
    if isinstance(document, list):
        document.append(dict(random.choice(document)))
        return True
    if not document.get("prices"):
        return False
    again = tomlkit.aot()
    for entry in [*document["prices"], document["prices"][-1]]:
        again.append(tomlkit.item(dict(entry)))
    document["prices"] = again
    return True


def _wrong_date(document: Any, random: Random) -> bool:
    """A day that has not come."""
    holders = document if isinstance(document, list) else [*document.get("prices", ()), *document.get("evidence", ())]
    keys = ("starts_on", "seen_on", "measured_on")
    places = [(holder, key) for holder in holders for key in keys if holder.get(key)]
    if not places:
        return False
    holder, key = random.choice(places)
    day = random.choice(_NEVER)
    holder[key] = day.isoformat() if isinstance(document, list) else day
    return True


def _dangling(document: Any, random: Random) -> bool:
    """A name of another record that is not there."""
    holders = [random.choice(document)] if isinstance(document, list) else [document, *document.get("evidence", ())]
    places = [(holder, key) for holder in holders for key in _NAMES if holder.get(key)]
    if not places:
        return False
    holder, key = random.choice(places)
    holder[key] = f"{holder[key]}x"
    return True


def _invented(document: Any, random: Random) -> bool:
    if isinstance(document, list):
        holders = [row for row in document if row.get("capability")]
        if holders:
            random.choice(holders)["capability"] = "telepathy"
        return bool(holders)
    if "capabilities" not in document:
        return False
    document["capabilities"][random.choice(["telepathy", "tool_usage", "visions"])] = {"at_least": 1}
    return True


KINDS: dict[str, Mutation | None] = {
    "unit slip": _unit_slip,
    "swapped figures": _swapped,
    "dropped key": _dropped,
    "wrong type": _wrong_type,
    "duplicate": _doubled,
    "look-alike id": None,
    "wrong date": _wrong_date,
    "dangling reference": _dangling,
    "invented capability": _invented,
    "figure to zero": _zero,
    "deleted file": None,
    "moved decimal point": _moved_point,
}
"""By name; those without a function change the folder and not a file's text."""
