"""Rules on evidence: every figure has some, nobody saw it before it was there, and it speaks for what is there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields
from datetime import date
from typing import Any

from capreg.errors import Finding
from capreg.source.rules.facts import Facts, evidence_of

__all__ = ["EVIDENCE_RULES"]


def figures_have_evidence(facts: Facts) -> Iterator[Finding]:
    """EVD001: every file that carries evidence has some, and so has every price."""
    for kind, records in facts.records.items():
        for key, record in records.items():
            for at, _, evidence in evidence_of(record):
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


def nobody_saw_the_future(facts: Facts) -> Iterator[Finding]:
    """EVD002: no day on which something was seen or measured is later than the release."""
    for kind, records in facts.records.items() if facts.day else ():
        for key, record in records.items():
            for at, day in _days_seen(kind, record):
                if facts.day and day > facts.day:
                    yield facts.finding(
                        "EVD002",
                        kind,
                        key,
                        at,
                        "seen after the release",
                        found=day,
                        expected=f"{facts.day} or earlier",
                        hint="correct the day, or set RELEASE to the day of the new release first",
                    )


def _days_seen(kind: str, record: Any) -> Iterator[tuple[str, date]]:
    for at, _, evidence in evidence_of(record):
        for number, one in enumerate(evidence):
            yield f"{at}[{number}].seen_on", one.seen_on
    if kind == "measurements":
        yield "measured_on", record.measured_on
    if kind == "sightings":
        yield "last_seen_on", record.last_seen_on


def evidence_speaks_for_what_is_there(facts: Facts) -> Iterator[Finding]:
    """EVD003: the facts that evidence names are keys that such a file, or the table around it, can have."""
    for kind, records in facts.records.items():
        for key, record in records.items():
            names = {field.name for field in fields(record)}
            for at, holder, evidence in evidence_of(record):
                around = names | {field.name for field in fields(holder)}
                for number, one in enumerate(evidence):
                    for place, fact in enumerate(one.facts):
                        if _first(fact) not in around:
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


def _first(fact: str) -> str:
    return fact.partition(".")[0].partition("[")[0]


def own_measurements_stay_out(facts: Facts) -> Iterator[Finding]:
    """EVD004: a measurement of one's own belongs into an overlay; here somebody can check who measured."""
    for kind, records in facts.records.items():
        for key, record in records.items():
            places = [f"{at}[{i}].kind" for at, _, e in evidence_of(record) for i, one in enumerate(e) if _own(one)]
            if kind == "measurements" and _own(record):
                places.append("kind")
            for at in places:
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
