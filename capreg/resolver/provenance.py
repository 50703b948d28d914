"""Who says what a row's document says: sources, days, and whether two families agree."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from capreg.index.columns import PRICED_UNITS
from capreg.units import format_ms

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from capreg.catalog import Catalog
    from capreg.index import Index
    from capreg.resolver.moment import Moment
    from capreg.resolver.quality import Quality

__all__ = ["age_days", "conformance_told", "evidence_for", "price_provenance", "quality_told"]

SAME_DAYS = 60
"""A word that is so many days older than an observed price is of the same days."""
_NEAR = 200
"""Two figures within one part in so many of each other, 0.5 %, are one figure."""
_LIMITS = ("context_tokens", "max_input_tokens", "max_output_tokens")


def age_days(day: str, moment: Moment) -> int:
    """Days from `day`, ISO text, to the day of the decision."""
    return moment.day - date.fromisoformat(day).toordinal()


def evidence_for(document: Mapping[str, Any], fact: str) -> Sequence[Mapping[str, Any]]:
    """The evidence for `fact` in an offering's document: its own, or the file's that speaks for it."""
    capability = (document.get("capabilities") or {}).get(fact)
    if capability is not None and capability.get("evidence"):
        return list(capability["evidence"])
    return [e for e in document.get("evidence", ()) if not e.get("facts") or fact in e["facts"]]


def sources_of(evidence: Sequence[Mapping[str, Any]]) -> str | None:
    """The source ids, most recent first, as one text."""
    if len(evidence) == 1:
        return str(evidence[0]["source"]) or None
    ordered = sorted(evidence, key=lambda e: (e["seen_on"], e["source"]), reverse=True)
    return ", ".join(dict.fromkeys(e["source"] for e in ordered)) or None


def price_provenance(entry: Mapping[str, Any], catalog: Catalog, moment: Moment) -> dict[str, Any]:
    """When a price began, who says so, whether two families agree on all of it, and whether one says otherwise."""
    families, said = _families(entry, catalog), []
    for evidence in entry.get("evidence", ()):
        line = {"source": evidence["source"], "seen_on": evidence["seen_on"]}
        if evidence.get("says"):
            line["says"] = dict(evidence["says"])
        said.append(line)
    newest = max((line["seen_on"] for line in said), default=None)
    return {
        "starts_on": entry["starts_on"],
        "basis": entry["basis"],
        "evidence": said,
        "confirmed": bool(families) and all(len(found) > 1 for found in families.values()),
        "contested": _is_contested(entry, catalog),
        "age_days": None if newest is None else age_days(newest, moment),
    }


def same_days_from(entry: Mapping[str, Any]) -> str:
    """The first day whose words are of the same days as a price entry: some weeks before it where nobody dated it."""
    start = date.fromisoformat(entry["starts_on"])
    return (start - timedelta(days=SAME_DAYS)).isoformat() if entry["basis"] == "observed" else entry["starts_on"]


def near(one: str, other: str) -> bool:
    """Whether two rates are within 0.5 % of each other."""
    from decimal import Decimal

    try:
        a, b = Decimal(one), Decimal(other)
    except ArithmeticError:
        return one == other
    return abs(a - b) * _NEAR <= max(abs(a), abs(b))


def _is_contested(entry: Mapping[str, Any], catalog: Catalog) -> bool:
    """Whether a family that is not for a rate says otherwise of the same days."""
    first, families = same_days_from(entry), _families(entry, catalog)
    return any(
        unit in families and family not in families[unit]
        for one, family in _speaking(entry, catalog)
        if one["seen_on"] >= first
        for unit in one.get("says") or ()
    )


def _families(entry: Mapping[str, Any], catalog: Catalog) -> dict[str, set[str]]:
    """By rate: the families that say it as it stands, within half a percent."""
    families: dict[str, set[str]] = {unit: set() for unit in PRICED_UNITS if unit in entry}
    for one, family in _speaking(entry, catalog):
        facts, says = one.get("facts") or families, one.get("says") or {}
        for unit, found in families.items():
            if near(says[unit], entry[unit]) if unit in says else unit in facts:
                found.add(family)
    return families


def _speaking(entry: Mapping[str, Any], catalog: Catalog) -> Iterator[tuple[Mapping[str, Any], str]]:
    """The evidence of sources that speak for prices, and their families."""
    sources = catalog.documents("sources")
    for one in entry.get("evidence", ()):
        source = sources.get(one["source"], {})
        kinds = source.get("kinds")
        if not kinds or "price" in kinds:
            yield one, source.get("family", one["source"])


def quality_told(catalog: Catalog, index: Index, quality: Quality) -> dict[str, Any]:
    """A quality as it is told: points as decimal text, and the records that speak for it with what they rest on."""
    names = [index.texts("qualities")[record] for record in quality.records]
    documents = [catalog.documents("qualities")[name] for name in names]
    published = all(document["status"] == "published" for document in documents)
    return {
        "estimate": format_ms(quality.estimate),
        "low": format_ms(quality.low),
        "high": format_ms(quality.high),
        "efforts": [document.get("effort") for document in documents],
        "status": "published" if published else "provisional",
        **{name: min(document[name] for document in documents) for name in ("benchmarks", "sources", "scores")},
        "records": names,
    }


_Z = 1.6449
"""Of a two-sided 90 % interval."""


def conformance_told(score: Mapping[str, Any], moment: Moment) -> dict[str, Any]:
    """A count at an endpoint as it is told, with its 90 % interval after Wilson (1927)."""
    told = {"value": float(score["value"]), "seen_on": score["seen_on"], "age_days": age_days(score["seen_on"], moment)}
    if "n" in score:
        low, high = wilson(float(score["value"]), score["n"])
        told |= {"n": score["n"], "low": round(low, 4), "high": round(high, 4)}
    return {**told, "source": score["source"]}


def wilson(share: float, n: int) -> tuple[float, float]:
    """The two-sided 90 % interval of a `share` that was counted `n` times.

    >>> [round(end, 3) for end in wilson(0.9805, 514)]
    [0.968, 0.988]
    """
    middle = share + _Z * _Z / (2 * n)
    width = _Z * (share * (1 - share) / n + _Z * _Z / (4 * n * n)) ** 0.5
    whole = 1 + _Z * _Z / n
    return (middle - width) / whole, (middle + width) / whole
