"""Who says what a row's document says: sources, days, and whether two families agree."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from capreg.catalog import Catalog
    from capreg.resolver.moment import Moment

__all__ = ["age_days", "evidence_for", "price_provenance"]

_LIMITS = ("context_tokens", "max_input_tokens", "max_output_tokens")


def age_days(day: str, moment: Moment) -> int:
    """Days from `day`, ISO text, to the day of the decision."""
    return moment.day - date.fromisoformat(day).toordinal()


def evidence_for(document: Mapping[str, Any], fact: str) -> Sequence[Mapping[str, Any]]:
    """The evidence for `fact` in an offering's document: its own, or the file's that speaks for it."""
    capability = (document.get("capabilities") or {}).get(fact, {})
    if capability.get("evidence"):
        return list(capability["evidence"])
    return [e for e in document.get("evidence", ()) if not e.get("facts") or fact in e["facts"]]


def sources_of(evidence: Sequence[Mapping[str, Any]]) -> str | None:
    """The source ids, most recent first, as one text."""
    ordered = sorted(evidence, key=lambda e: (e["seen_on"], e["source"]), reverse=True)
    return ", ".join(dict.fromkeys(e["source"] for e in ordered)) or None


def price_provenance(entry: Mapping[str, Any], catalog: Catalog, moment: Moment) -> dict[str, Any]:
    """When a price began, who says so, and whether two families agree on all of it."""
    families = set()
    said = []
    for evidence in entry.get("evidence", ()):
        source = catalog.documents("sources").get(evidence["source"], {})
        line = {"source": evidence["source"], "seen_on": evidence["seen_on"]}
        if evidence.get("says"):
            line["says"] = dict(evidence["says"])
        else:
            families.add(source.get("family", evidence["source"]))
        said.append(line)
    newest = max((line["seen_on"] for line in said), default=None)
    return {
        "starts_on": entry["starts_on"],
        "basis": entry["basis"],
        "evidence": said,
        "confirmed": len(families) > 1,
        "age_days": None if newest is None else age_days(newest, moment),
    }
