"""Reads what a chip costs by the hour: a table collected from price lists, and the cost of owning one.

On demand, spot, reserved, marketplaces and ownership are markets of their own. A cell that says several prices at once
repeats another table, and is left out.
"""

from __future__ import annotations

import csv
import io
import re
from datetime import date
from decimal import Decimal, InvalidOperation

from capreg.errors import Finding, InvalidData
from capreg.importers.machines import Read, chip_of

__all__ = ["read_chip_hours", "read_ownership"]

_MARKETS = {
    "on-demand": "on_demand",
    "spot": "spot",
    "reserved-effective": "reserved",
    "marketplace": "marketplace",
}
_AVERAGE = re.compile(r"^(marketplace )?avg")
_DAY = re.compile(r"^20[0-9]{2}-[0-9]{2}-[0-9]{2}")
_YEAR = re.compile(r"^20[0-9]{2}")
_TIERS = {
    "hyperscaler": "usd_per_hour_hyperscaler",
    "neocloud": "usd_per_hour_neocloud",
    "retail": "usd_per_hour_retail",
}


def read_chip_hours(text: str, seen_on: date, where: str) -> Read:
    """The prices in `text`, a CSV table with `chip`, `provider`, `usd_per_chip_hour`, `market` and `date_seen`.

    Raises:
        InvalidData: columns that are needed are missing.
    """
    del seen_on
    table = _table(text, where, ("chip", "provider", "usd_per_chip_hour", "market", "date_seen", "source"))
    found = Read()
    for row in table:
        chip, price, market = chip_of(row["chip"]), _price(row["usd_per_chip_hour"]), _market(row["market"])
        day = _DAY.match(row["date_seen"])
        year = _YEAR.match(row["date_seen"])
        if chip is None:
            found.skip("a chip that the table does not know")
        elif market is None or price is None:
            found.skip("several prices in one cell, or a market that is none")
        elif day is None and year is None:
            found.skip("no day")
        else:
            note = [] if day else ["seen in that year; the day is not stated"]
            note += [f"mean of listed prices ({row['market']})"] if _AVERAGE.match(row["market"]) else []
            told = {
                "accelerator": chip,
                "market": market,
                "usd_per_hour": price,
                "seller": row["provider"],
                "seen_on": day[0] if day else f"{year[0]}-01-01" if year else "",
                "instance": row["instance_or_tier"].strip("- "),
                "chips": row["chips"] if row["chips"] != "1" else "",
                "region": row["region"].strip("- "),
                "note": "; ".join([*note, row["source"]]),
            }
            found.rows.append({name: cell for name, cell in told.items() if cell})
    return found


def read_ownership(text: str, seen_on: date, where: str) -> Read:
    """The cost of owning a chip for an hour, by the kind of buyer, in `text`, a CSV table."""
    found = Read()
    for row in _table(text, where, ("gpu", *_TIERS.values())):
        chip = chip_of(row["gpu"])
        if chip is None:
            found.skip("a chip that the table does not know")
            continue
        for tier, column in _TIERS.items():
            price = _price(row[column])
            if price is not None:
                told = {"accelerator": chip, "market": "ownership", "usd_per_hour": price, "seller": tier}
                found.rows.append({**told, "seen_on": seen_on.isoformat()})
    return found


def _table(text: str, where: str, needed: tuple[str, ...]) -> csv.DictReader[str]:
    table = csv.DictReader(io.StringIO(text))
    if any(name not in (table.fieldnames or ()) for name in needed):
        raise InvalidData([Finding("IMP003", where, "header", "no table of prices", expected=", ".join(needed))])
    return table


def _market(text: str) -> str | None:
    return "marketplace" if _AVERAGE.match(text) else _MARKETS.get(text)


def _price(text: str) -> str | None:
    try:
        value = Decimal(text)
    except InvalidOperation:
        return None
    return f"{value.quantize(Decimal('0.0001')).normalize():f}" if value.is_finite() and value > 0 else None
