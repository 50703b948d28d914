"""A catalog of what was made for a test, beside the capabilities of the one that is shipped. It makes no offering."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any

from capreg.catalog import KINDS, Catalog
from capreg.errors import Finding, InvalidArgument, InvalidData
from capreg.schema import faults, record
from capreg.snapshot import open_catalog, shipped_path
from capreg.source.rules import Facts, breaches
from capreg.testing.made import Day, Document, MadeOffering, MadeProvider, MadeQuality, provider

__all__ = ["catalog"]

_SOURCE = "made-for-a-test"
_SHARED = ("accelerators", "capabilities", "engines", "skills", "sources")
_FIRST_DAY = "2026-01-01"
_REASONING: Mapping[str, Document] = {
    "never": {"at_most": 0},
    "optional": {"at_least": 1, "features": {"optional": True}},
    "always": {"at_least": 1, "features": {"optional": False}},
}
_MADE_SOURCE = {
    "publisher": "A test",
    "title": "Figures made for a test",
    "url": "https://test.example/",
    "licence": "CC0-1.0",
    "attribution": "Made for a test; true of nobody.",
    "redistributable": "yes",
    "family": _SOURCE,
    "kinds": {"price": "vendor_page", "capability": "vendor_docs", "speed": "independent_measurement"},
}


def catalog(
    *offerings: MadeOffering,
    providers: Iterable[MadeProvider] = (),
    qualities: Iterable[MadeQuality] = (),
    starts_on: Day = _FIRST_DAY,
) -> Catalog:
    """A catalog of these offerings; each prefix gets a provider and each model a record.

    Args:
        offerings: what `offering` made.
        providers: what `provider` made, for those that differ from the usual.
        qualities: what `quality` made.
        starts_on: the day from which prices hold and on which speed was measured. Ask with `as_of` on it or later.

    Raises:
        InvalidData: with every fault, as for the registry's own files.
        InvalidArgument: two offerings have one id, or say different things of one model.
        SnapshotError: the shipped catalog, which capabilities are taken from, cannot be read.
    """
    day = str(starts_on)
    evidence = [{"source": _SOURCE, "seen_on": day}]
    documents = {**{kind: {} for kind in KINDS}, **_vocabulary()}
    for made in offerings:
        if made.id in documents["offerings"]:
            raise InvalidArgument("two offerings have one id", where="offerings", found=made.id, hint="rename one")
        documents["offerings"][made.id] = _offering(made, day, documents["capabilities"])
        if made.speed:
            documents["measurements"][f"made/{len(documents['measurements']) + 1}"] = _measurement(made, day)
    documents["qualities"] = {made.id: made.facts for made in qualities}
    documents["models"] = _models(offerings, evidence)
    named = {made.id.partition("/")[0]: provider(made.id.partition("/")[0]) for made in offerings}
    for own in (named | {made.id: made for made in providers}).values():
        documents["providers"][own.id] = _provider(own, evidence)
    _check(documents)
    return Catalog(day.replace("-", "."), documents, decode=record)


def _offering(made: MadeOffering, day: str, capabilities: Mapping[str, Document]) -> Document:
    facts = {name: value for name, value in made.facts.items() if name not in ("parallel", "reasoning")}
    evidence = [{"source": _SOURCE, "seen_on": day}]
    can = {name: _level(level, capabilities.get(name)) for name, level in facts["capabilities"].items()}
    if "parallel" in made.facts:
        can.setdefault("tool_use", {})["features"] = {"parallel": made.facts["parallel"]}
    if "reasoning" in made.facts:
        can.setdefault("reasoning", dict(_REASONING[made.facts["reasoning"]]))
    prices = [
        {"starts_on": day, "basis": "effective", **entry, "evidence": [{**evidence[0], "seen_on": _seen(entry, day)}]}
        for entry in facts["prices"]
    ]
    if "backend" in facts:
        facts["backend"] = {**facts["backend"], "evidence": evidence}
    return {**facts, "capabilities": can, "prices": prices, "evidence": evidence}


def _seen(entry: Document, day: str) -> str:
    return str(entry.get("starts_on", day))


def _level(level: bool | int, capability: Document | None) -> Document:
    """True is the highest level, a number that one and no more, False and 0 are none."""
    if level is True:
        return {"at_least": len((capability or {}).get("levels", ())) or 1}
    return {"at_most": 0} if level in (False, 0) else {"at_least": level, "at_most": level}


def _measurement(made: MadeOffering, day: str) -> Document:
    conditions = {"kind": "independent_measurement", "vantage": "client", "measured_on": day, "rate_basis": "decode"}
    return {"offering": made.id, "source": _SOURCE, **conditions, **made.speed}


def _models(offerings: Sequence[MadeOffering], evidence: Sequence[Document]) -> dict[str, Document]:
    models: dict[str, Document] = {}
    for made in offerings:
        name = made.facts.get("model")
        if name is None:
            continue
        model = models.setdefault(name, {"name": name, "lab": name.partition("/")[0], "evidence": list(evidence)})
        if made.open_weights is None:
            continue
        if model.setdefault("open_weights", made.open_weights) != made.open_weights:
            raise InvalidArgument(
                "two offerings say different things of one model",
                where=f"open_weights of {name}",
                hint="give them different models: model='lab/name'",
            )
    return models


def _provider(made: MadeProvider, evidence: Sequence[Document]) -> Document:
    return {
        "name": made.id,
        "kind": "host",
        "docs_url": "https://test.example/docs",
        "backend": {"grade": "undisclosed"},
        "evidence": list(evidence),
        **made.facts,
    }


@cache
def _shipped() -> Mapping[str, Mapping[str, Document]]:
    shipped = open_catalog(shipped_path())
    held = {kind: {key: dict(shipped.documents(kind)[key]) for key in shipped.documents(kind)} for kind in _SHARED}
    for engine in held["engines"].values():
        engine.pop("capabilities", None)  # they name models, and models are not taken over
    return held


def _vocabulary() -> dict[str, dict[str, Document]]:
    documents = {kind: dict(held) for kind, held in _shipped().items()}
    documents["sources"][_SOURCE] = dict(_MADE_SOURCE)
    return documents


def _check(documents: Mapping[str, Mapping[str, Document]]) -> None:
    """Refuse what the registry would refuse: first the shape of each document, then the rules over all of them."""
    files = {(kind, key): f"{kind}/{key}" for kind, held in documents.items() for key in held}
    records: dict[str, dict[str, Any]] = {kind: {} for kind in KINDS}
    findings: list[Finding] = []
    for kind, held in documents.items():
        for key, document in held.items():
            typed = faults(kind, document, file=files[kind, key])
            if isinstance(typed, list):
                findings += typed
            else:
                records[kind][key] = typed
    facts = Facts(records=records, files=files, unread=frozenset(files), day=None)
    findings += [finding for finding in breaches(facts) if finding.severity == "error"]
    if findings:
        raise InvalidData(findings)
