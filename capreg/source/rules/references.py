"""Rules on names of other records: whatever a file names is there."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from capreg.errors import Finding
from capreg.source.layout import path_of
from capreg.source.rules.facts import Facts
from capreg.source.rules.rule import check

__all__ = ["REFERENCE_RULES"]

_ONE = {
    "accelerators": "accelerator",
    "capabilities": "capability",
    "models": "model",
    "offerings": "offering",
    "providers": "provider",
    "sources": "source",
}


@check("REF001")
def models_exist(facts: Facts) -> Iterator[Finding]:
    """REF001: the model of an offering, and those that an engine serves a capability of."""
    for key, offering in facts.each("offerings"):
        if offering.model is not None:
            yield from _missing(facts, "REF001", ("offerings", key), "model", kind="models", name=offering.model)
    for key, engine in facts.each("engines"):
        for name, support in (engine.capabilities or {}).items():
            for number, model in enumerate(support.models or ()):
                at = f"capabilities.{name}.models[{number}]"
                yield from _missing(facts, "REF001", ("engines", key), at, kind="models", name=model)


@check("REF002")
def provider_folders_exist(facts: Facts) -> Iterator[Finding]:
    """REF002: the provider whose folder an offering is in."""
    for key, _ in facts.each("offerings"):
        yield from _missing(facts, "REF002", ("offerings", key), "", kind="providers", name=key.partition("/")[0])


@check("REF003")
def accelerators_exist(facts: Facts) -> Iterator[Finding]:
    """REF003: the accelerators of a backend."""
    for kind in ("providers", "offerings"):
        for key, record in facts.each(kind):
            for number, name in enumerate(record.backend.accelerators if record.backend else ()):
                at = f"backend.accelerators[{number}]"
                yield from _missing(facts, "REF003", (kind, key), at, kind="accelerators", name=name)


_OF_ONE_SOURCE = frozenset({"benchmarks", "deployments", "measurements", "rentals", "scores", "sightings"})
"""Kinds whose records each name one source."""


@check("REF004")
def sources_exist(facts: Facts) -> Iterator[Finding]:
    """REF004: the sources that evidence, measurements, sightings, aliases and flags name."""
    for kind, key, at, _, evidence in facts.evidence():
        for number, one in enumerate(evidence):
            yield from _missing(facts, "REF004", (kind, key), f"{at}[{number}].source", kind="sources", name=one.source)
    for kind in ("benchmarks", "capabilities", *sorted(_OF_ONE_SOURCE - {"benchmarks"}), "models", "providers"):
        for key, record in facts.each(kind):
            for at, name in _sources(kind, record):
                yield from _missing(facts, "REF004", (kind, key), at, kind="sources", name=name)


def _sources(kind: str, record: Any) -> Iterator[tuple[str, str]]:
    if kind in _OF_ONE_SOURCE:
        yield "source", record.source
    if kind in {"models", "providers"}:
        for name in record.aliases or ():
            yield f"aliases.{name}", name
    if kind == "capabilities":
        flagged = [(f"levels[{number}]", level) for number, level in enumerate(record.levels)]
        flagged += [(f"features.{name}", feature) for name, feature in (record.features or {}).items()]
        for at, defined in flagged:
            for name in defined.flags or ():
                yield f"{at}.flags.{name}", name


@check("REF005", "REF006")
def capabilities_exist(facts: Facts) -> Iterator[Finding]:
    """REF005: the capabilities of an offering or an engine. REF006: their features."""
    stated = ((kind, key, one.capabilities or {}) for kind in ("offerings", "engines") for key, one in facts.each(kind))
    for kind, key, capabilities in stated:
        for name, fact in capabilities.items():
            at = f"capabilities.{name}"
            yield from _missing(facts, "REF005", (kind, key), at, kind="capabilities", name=name)
            defined = facts.records["capabilities"].get(name)
            if defined is None:
                continue
            for feature in fact.features or ():
                if feature not in (defined.features or {}):
                    yield facts.finding(
                        "REF006",
                        kind,
                        key,
                        f"{at}.features.{feature}",
                        f"{name} has no feature {feature!r}",
                        expected=f"one of {', '.join(sorted(defined.features or ())) or 'none'}",
                        hint=f"define it in capabilities/{name}.toml first, or remove it",
                    )


@check("REF007", "REF008")
def parents_exist(facts: Facts) -> Iterator[Finding]:
    """REF007: the parent of a provider. REF008: no provider is its own ancestor."""
    for key, provider in facts.each("providers"):
        if provider.parent is None:
            continue
        yield from _missing(facts, "REF007", ("providers", key), "parent", kind="providers", name=provider.parent)
        seen = []
        above: Any = provider
        while above is not None and above.parent is not None and above.parent not in seen:
            seen.append(above.parent)
            above = facts.records["providers"].get(above.parent)
        if key in seen:
            yield facts.finding(
                "REF008",
                "providers",
                key,
                "parent",
                "the provider is its own ancestor",
                found=" > ".join([key, *seen]),
                hint="the parent is who owns or carries it; remove one of these",
            )


@check("REF009")
def measured_offerings_exist(facts: Facts) -> Iterator[Finding]:
    """REF009: the offering of a measurement."""
    for key, measurement in facts.each("measurements"):
        yield from _missing(
            facts, "REF009", ("measurements", key), "offering", kind="offerings", name=measurement.offering
        )


@check("REF010")
def sighted_subjects_exist(facts: Facts) -> Iterator[Finding]:
    """REF010: the offering, or provider, of a sighting. Imports write these rows, so that no name in them is a slip."""
    for key, sighting in facts.each("sightings"):
        kind, name = "offerings" if "/" in sighting.subject else "providers", sighting.subject
        if not facts.has(kind, name):
            yield facts.finding(
                "REF010",
                "sightings",
                key,
                "subject",
                f"there is no {_ONE[kind]} {name!r}",
                found=name,
                hint=f"put {path_of(kind, name)} back where it was deleted or renamed; else remove the row",
            )


@check("REF011")
def required_levels_exist(facts: Facts) -> Iterator[Finding]:
    """REF011: the capabilities, levels and features that a skill requires."""
    for key, skill in facts.each("skills"):
        for number, requirement in enumerate(skill.requires):
            problem = _unmet(facts, requirement)
            if problem:
                yield facts.finding(
                    "REF011",
                    "skills",
                    key,
                    f"requires[{number}]",
                    problem,
                    found=requirement,
                    expected="name[feature,…]>=level, all of it defined in capabilities/",
                    hint="correct the requirement, or define what it names first",
                )


def _unmet(facts: Facts, requirement: str) -> str | None:
    head, _, level = requirement.partition(">=")
    name, _, listed = head.rstrip("]").partition("[")
    if not facts.has("capabilities", name):
        return f"there is no capability {name!r}"
    defined = facts.records["capabilities"].get(name)
    if defined is None:
        return None
    for feature in filter(None, (part.strip() for part in listed.split(","))):
        if feature not in (defined.features or {}):
            return f"{name} has no feature {feature!r}"
    if level and defined.measure == "level" and int(level) > len(defined.levels):
        return f"{name} has no level {level}; its highest is {len(defined.levels)}"
    return None


def _missing(facts: Facts, rule: str, holder: tuple[str, str], at: str, *, kind: str, name: str) -> Iterator[Finding]:
    if not facts.has(kind, name):
        yield facts.finding(
            rule, *holder, at, f"there is no {_ONE[kind]} {name!r}", found=name, hint=facts.near(kind, name)
        )


REFERENCE_RULES = (
    models_exist,
    provider_folders_exist,
    accelerators_exist,
    sources_exist,
    capabilities_exist,
    parents_exist,
    measured_offerings_exist,
    sighted_subjects_exist,
    required_levels_exist,
)
