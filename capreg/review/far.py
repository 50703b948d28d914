"""A new price held against what others ask for the same model: beyond a bound somebody has to have looked at it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from decimal import Decimal
from statistics import median
from typing import Any

from capreg.catalog import Catalog
from capreg.errors import Finding
from capreg.source.layout import path_of

__all__ = ["far_from_the_market"]

_FAR = 20
_OTHERS = 4
"""So many other providers make a market."""
_UNITS = ("input", "output")

Document = Mapping[str, Any]


def far_from_the_market(base: Catalog, head: Catalog) -> Iterator[Finding]:
    """GAT007: a new or changed price at 20 times the median of its model's other offerings, or a twentieth of it."""
    old, new = base.documents("offerings"), head.documents("offerings")
    asked = {key for key in new if _latest(new[key]) != _latest(old.get(key, {}))}
    models = {new[key]["model"] for key in asked if "model" in new[key]}
    rates: dict[tuple[str, str], dict[str, Decimal]] = defaultdict(dict)
    for key, offering in new.items():
        if offering.get("model") in models:
            _, entry = _latest(offering)
            for unit in _UNITS:
                if Decimal(entry.get(unit, 0)) > 0:
                    rates[offering["model"], unit][key] = Decimal(entry[unit])
    for key in sorted(asked):
        if not new[key].get("reviewed_outlier"):
            for unit in _UNITS:
                yield from _far(key, new[key], unit, rates.get((new[key].get("model", ""), unit), {}))


def _far(key: str, offering: Document, unit: str, rates: Mapping[str, Decimal]) -> Iterator[Finding]:
    provider = key.partition("/")[0]
    others = [rate for name, rate in rates.items() if name.partition("/")[0] != provider]
    sellers = {name.partition("/")[0] for name in rates} - {provider}
    if key not in rates or len(sellers) < _OTHERS:
        return
    middle, rate = median(others), rates[key]
    if middle <= rate * _FAR <= middle * _FAR**2:
        return
    times = f"{rate / middle:,.0f} times" if rate > middle else f"1/{middle / rate:,.0f} of"
    yield Finding(
        "GAT007",
        path_of("offerings", key),
        f"prices[{_latest(offering)[0]}].{unit}",
        f"{times} what others ask for {offering['model']}",
        found=f"{rate} US dollars per million tokens; the median of {len(others)} others is {middle.normalize():f}",
        expected=f"between 1/{_FAR} of the median and {_FAR} times as much",
        hint='check the unit (per million tokens, in dollars); where the page says so, say why: reviewed_outlier = "…"',
    )


def _latest(offering: Document) -> tuple[int, Document]:
    """The newest base entry of the standard tier, in US dollars, with its place; an empty one where there is none."""
    found: tuple[int, Document] = (0, {})
    for place, entry in enumerate(offering.get("prices", ())):
        is_base = "above_input_tokens" not in entry and "window" not in entry
        is_plain = entry.get("currency", "USD") == "USD" and entry.get("tier", "standard") == "standard"
        if is_base and is_plain and entry["starts_on"] >= found[1].get("starts_on", ""):
            found = (place, entry)
    return found
