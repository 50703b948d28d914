"""Rules on evidence: every figure has some, nobody saw it before it was there, and it speaks for what is there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields
from datetime import date
from typing import Any

from capreg.errors import Finding
from capreg.source.rules.facts import Facts
from capreg.source.rules.rule import check

__all__ = ["EVIDENCE_RULES"]


@check("EVD001")
def figures_have_evidence(facts: Facts) -> Iterator[Finding]:
    """EVD001: every file that carries evidence has some, and so has every price."""
    for kind, key, at, _, evidence in facts.evidence():
        if not evidence and (at == "evidence" or at.startswith("prices[")):
            yield facts.finding(
                "EVD001",
                kind,
                key,
                at,
                "no evidence",
                expected='[{ source = "…", seen_on = … }]',
                hint="name who says so, and the day you saw it; a figure without evidence is left out",
            )


@check("EVD002")
def nobody_saw_the_future(facts: Facts) -> Iterator[Finding]:
    """EVD002: no day on which something was seen or measured is later than the release, or than today."""
    for kind, key, at, day in _days_seen(facts) if facts.latest else ():
        if facts.latest and day > facts.latest:
            yield facts.finding(
                "EVD002",
                kind,
                key,
                at,
                "seen on a day that has not come",
                found=day,
                expected=f"{facts.latest} or earlier",
                hint="correct the day; a release holds nothing later than the day in RELEASE",
            )


def _days_seen(facts: Facts) -> Iterator[tuple[str, str, str, date]]:
    for kind, key, at, _, evidence in facts.evidence():
        for number, one in enumerate(evidence):
            yield kind, key, f"{at}[{number}].seen_on", one.seen_on
    for key, measurement in facts.each("measurements"):
        yield "measurements", key, "measured_on", measurement.measured_on
    for key, sighting in facts.each("sightings"):
        yield "sightings", key, "last_seen_on", sighting.last_seen_on


@check("EVD003")
def evidence_speaks_for_what_is_there(facts: Facts) -> Iterator[Finding]:
    """EVD003: the facts that evidence names are keys that such a file, or the table around it, can have."""
    for kind, key, at, holder, evidence in facts.evidence():
        for number, one in enumerate(evidence):
            for place, fact in enumerate(one.facts):
                if _first(fact) not in _keys(facts.records[kind][key]) | _keys(holder):
                    yield facts.finding(
                        "EVD003",
                        kind,
                        key,
                        f"{at}[{number}].facts[{place}]",
                        "evidence for a key that is not there",
                        found=fact,
                        expected="a key of this file, such as context_tokens or backend.grade",
                        hint="correct the key, or leave facts out to speak for all of them",
                    )


def _keys(record: Any) -> set[str]:
    return {field.name for field in fields(record)}


def _first(fact: str) -> str:
    return fact.partition(".")[0].partition("[")[0]


@check("EVD004")
def own_measurements_stay_out(facts: Facts) -> Iterator[Finding]:
    """EVD004: a measurement of one's own belongs into an overlay; here somebody can check who measured."""
    evidence = facts.evidence()
    places = [
        (kind, key, f"{at}[{i}].kind") for kind, key, at, _, e in evidence for i, one in enumerate(e) if _own(one)
    ]
    for kind in ("deployments", "measurements"):
        places += [(kind, key, "kind") for key, record in facts.each(kind) if _own(record)]
    for kind, key, at in places:
        yield facts.finding(
            "EVD004",
            kind,
            key,
            at,
            "own_measurement is for overlays only",
            found="own_measurement",
            expected="independent_measurement, router_telemetry or vendor_measurement",
            hint="name the source that published it, or keep it in your overlay",
        )


def _own(record: Any) -> bool:
    return bool(record.kind == "own_measurement")


EVIDENCE_RULES = (
    figures_have_evidence,
    nobody_saw_the_future,
    evidence_speaks_for_what_is_there,
    own_measurements_stay_out,
)
