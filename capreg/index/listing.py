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
    """For each offering the last day on which any source listed it, or -1 where one still does.

    A source covers a provider from the day on which it read the provider's list in full. An offering that no
    covering source ever saw was written by a person, and counts as listed.
    """
    listing = {name for name, doc in catalog.documents("sources").items() if doc.get("lists_offerings")}
    seen: dict[str, dict[str, int]] = {}
    for sighting in catalog.documents("sightings").values():
        if sighting["source"] in listing:
            day = date.fromisoformat(sighting["last_seen_on"]).toordinal()
            seen.setdefault(sighting["subject"], {})[sighting["source"]] = day
    return {row: _last_listed(seen.get(row, {}), seen.get(row.partition("/")[0], {})) for row in rows}


def _last_listed(of_offering: dict[str, int], of_provider: dict[str, int]) -> int:
    days = {source: day for source, day in of_offering.items() if source in of_provider}
    if not days or any(day >= of_provider[source] for source, day in days.items()):
        return LISTED
    return max(days.values())
