"""A catalog of what may be passed on: facts that sources under a clear open licence state.

Ids and names stay where something that may be passed on refers to them. Estimates of quality stay: they are worked
out here, and hold no score.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from capreg.catalog import Catalog

__all__ = ["LeftOut", "redistributable"]

_OF_ONE_SOURCE = ("deployments", "measurements", "rentals", "scores", "sightings")
_WHOLE = ("benchmarks", "engines", "offerings")
"""Kinds of which a record goes where nobody is left who states it."""
_KEPT = frozenset({"wire_id", "name", "lab", "kind", "model", "maker", "url"})
"""Facts that a record cannot be without, and that name things."""
Document = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOut:
    """How many records and facts only sources of an unverified licence state, by kind."""

    records: Mapping[str, int]
    facts: Mapping[str, int]


def redistributable(catalog: Catalog) -> tuple[Catalog, LeftOut]:
    """`catalog` without what only sources of an unverified licence state, and how much that was."""
    closed = {key for key, source in catalog.documents("sources").items() if source["redistributable"] != "yes"}
    records: Counter[str] = Counter()
    facts: Counter[str] = Counter()
    documents: dict[str, dict[str, Document]] = {}
    for kind in catalog:
        documents[kind] = {}
        for key, held in catalog.documents(kind).items():
            if kind in _OF_ONE_SOURCE:
                kept = None if held["source"] in closed else dict(held)
            elif kind == "corrections" and key in closed:
                kept = None
            else:
                kept = _of(kind, held, closed, facts)
            if kept is None:
                records[kind] += 1
            else:
                documents[kind][key] = kept
    _without_strays(documents, catalog, closed, records)
    return Catalog(catalog.release.id, documents), LeftOut(records=+records, facts=+facts)


def _of(kind: str, held: Mapping[str, Any], closed: set[str], facts: Counter[str]) -> Document | None:
    """What is left of a record; None where nobody is left who states it."""
    kept = _pruned(kind, held, closed, facts)
    return None if kind in _WHOLE and held.get("evidence") and not kept.get("evidence") else kept


def _pruned(kind: str, held: Mapping[str, Any], closed: set[str], facts: Counter[str]) -> Document:
    """`held` and the tables in it, without facts that only closed sources state."""
    left = [one for one in held.get("evidence", ()) if one["source"] not in closed]
    gone = [one for one in held.get("evidence", ()) if one["source"] in closed]
    spoken = {fact for one in gone for fact in one.get("facts", ())} - _KEPT
    if any(not one.get("facts") for one in left):
        spoken = set()
    spoken -= {fact for one in left for fact in one.get("facts", ())}
    kept: Document = {}
    for name, value in held.items():
        if name == "evidence":
            if left:
                kept[name] = left
        elif name in spoken:
            facts[kind] += 1
        else:
            kept[name] = _value(kind, value, closed, facts)
    return {name: value for name, value in kept.items() if value is not None}


def _value(kind: str, value: Any, closed: set[str], facts: Counter[str]) -> Any:
    if isinstance(value, Mapping):
        if _only(value, closed):
            facts[kind] += 1
            return {"grade": "undisclosed"} if "grade" in value else None
        return _pruned(kind, value, closed, facts)
    if isinstance(value, list | tuple) and value and all(isinstance(entry, Mapping) for entry in value):
        entries = [entry for entry in value if not _only(entry, closed)]
        facts[kind] += len(value) - len(entries)
        return [_pruned(kind, entry, closed, facts) for entry in entries] or None
    return value


def _only(table: Mapping[str, Any], closed: set[str]) -> bool:
    """Whether only closed sources state what is in `table`."""
    evidence: Sequence[Mapping[str, Any]] = table.get("evidence") or ()
    return bool(evidence) and all(one["source"] in closed for one in evidence)


def _without_strays(
    documents: dict[str, dict[str, Document]], catalog: Catalog, closed: set[str], records: Counter[str]
) -> None:
    """Take out what refers to something that is gone, and models that nothing refers to any more."""
    for kind, field, named in (
        ("measurements", "offering", "offerings"),
        ("scores", "benchmark", "benchmarks"),
        ("sightings", "subject", "offerings"),
        ("deployments", "engine", "engines"),
    ):
        for key, document in list(documents[kind].items()):
            name = document.get(field)
            if name in catalog.documents(named) and name not in documents[named]:
                del documents[kind][key]
                records[kind] += 1
    for key, held in list(documents["corrections"].items()):
        left = [one for one in held.get("refuted", ()) if one["offering"] in documents["offerings"]]
        if left:
            documents["corrections"][key] = {**held, "refuted": left}
        else:
            del documents["corrections"][key]
            records["corrections"] += 1
    used = {one["model"] for kind in ("offerings", "deployments", "scores", "qualities")
            for one in documents[kind].values() if one.get("model")}  # fmt: skip
    for key in list(documents["models"]):
        if key not in used and _only(catalog.documents("models")[key], closed):
            del documents["models"][key]
            records["models"] += 1
