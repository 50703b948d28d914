"""Which offerings no source lists any more, and since when."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from capreg.catalog import Catalog

__all__ = ["unlisted_after"]

LISTED = -1


def unlisted_after(catalog: Catalog, rows: Sequence[str]) -> dict[str, int]:
    """For each offering the last day on which it was listed, or -1 where it still is.

    Only sources that list offerings say what can be had. One covers a provider from the day on which it read that
    provider's list in full. An offering that no source of any kind ever saw was written by a person, and is listed.
    """
    listing = {name for name, document in catalog.documents("sources").items() if document.get("lists_offerings")}
    seen: dict[str, dict[str, int]] = {}
    known: set[str] = set()
    for sighting in catalog.documents("sightings").values():
        known.add(sighting["subject"])
        if sighting["source"] in listing:
            day = date.fromisoformat(sighting["last_seen_on"]).toordinal()
            seen.setdefault(sighting["subject"], {})[sighting["source"]] = day
    return {
        row: _last_listed(seen.get(row, {}), seen.get(row.partition("/")[0], {})) if row in known else LISTED
        for row in rows
    }


def _last_listed(of_offering: dict[str, int], of_provider: dict[str, int]) -> int:
    """From the days on which listing sources saw the offering, and read its provider's list in full."""
    if not of_provider:
        return LISTED
    latest_reading = max(of_provider.values())
    if any(day >= of_provider.get(source, latest_reading) for source, day in of_offering.items()):
        return LISTED
    return max(of_offering.values(), default=latest_reading - 1)
