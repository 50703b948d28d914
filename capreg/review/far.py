"""A new price held against what others ask for the same model: beyond a bound somebody has to have looked at it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from capreg.catalog import Catalog
from capreg.errors import Finding
from capreg.review.market import Market, Others
from capreg.source.layout import path_of

__all__ = ["far_from_the_market"]

_FAR = 20
_UNITS = ("input", "output")
_LATEST = "9999-12-31"
"""A day by which every price that is written has begun."""


def far_from_the_market(base: Catalog, head: Catalog) -> Iterator[Finding]:
    """GAT007: a new or changed price at 20 times the median of its model's other offerings, or a twentieth of it."""
    old, new = base.documents("offerings"), head.documents("offerings")
    changed = [key for key in sorted(new) if new[key].get("prices") != old.get(key, {}).get("prices")]
    if not changed:
        return
    before, market = Market(base, _LATEST), Market(head, _LATEST)
    for key in changed:
        document = new[key]
        model, rates = document.get("model"), market.rates(key, document.get("model"))
        if document.get("reviewed_outlier") or rates == before.rates(key, old.get(key, {}).get("model")):
            continue
        for unit in _UNITS:
            others = market.of_others(key, model, unit)
            rate = Decimal(rates.get(unit, 0))
            if others is not None and rate and not others.median <= rate * _FAR <= others.median * _FAR**2:
                yield _finding(key, document, unit, rate, others)


def _finding(key: str, document: Mapping[str, Any], unit: str, rate: Decimal, others: Others) -> Finding:
    middle = others.median
    times = f"{rate / middle:,.0f} times" if rate > middle else f"1/{middle / rate:,.0f} of"
    places = [
        place for place, entry in enumerate(document["prices"]) if entry.get(unit) and Decimal(entry[unit]) == rate
    ]
    return Finding(
        "GAT007",
        path_of("offerings", key),
        f"prices[{places[-1]}].{unit}",
        f"{times} what others ask for {document['model']}",
        found=f"{rate} dollars per million tokens; the median of {others.offerings} others is {middle.normalize():f}",
        expected=f"between 1/{_FAR} of the median and {_FAR} times as much",
        hint='check the unit (per million tokens, in dollars); where the page says so, say why: reviewed_outlier = "…"',
    )
