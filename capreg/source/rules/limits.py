"""Rules on what an offering can do, for how much text and for how long; and on what capabilities define."""

from __future__ import annotations

from collections.abc import Iterator

from capreg.errors import Finding
from capreg.source.rules.facts import Facts
from capreg.source.rules.rule import check

__all__ = ["LIMIT_RULES"]


@check("LIM001", "LIM002")
def limits_fit_the_context(facts: Facts) -> Iterator[Finding]:
    """LIM001: output fits the context. LIM002: so does input."""
    for key, offering in facts.each("offerings"):
        for rule, at in (("LIM001", "max_output_tokens"), ("LIM002", "max_input_tokens")):
            limit = getattr(offering, at)
            if limit is not None and offering.context_tokens is not None and limit > offering.context_tokens:
                yield facts.finding(
                    rule,
                    "offerings",
                    key,
                    at,
                    "the limit is larger than the context",
                    found=limit,
                    expected=f"at most {offering.context_tokens}, the context_tokens of this file",
                    hint="one of the two was taken for the other, or is of another variant",
                )


@check("CAP001", "CAP004")
def levels_are_in_order(facts: Facts) -> Iterator[Finding]:
    """CAP001: what is proven is possible. CAP004: a feature that is there needs a capability that is possible."""
    for key, offering in facts.each("offerings"):
        for name, fact in (offering.capabilities or {}).items():
            at = f"capabilities.{name}"
            if fact.at_most is not None and fact.at_least > fact.at_most:
                yield facts.finding(
                    "CAP001",
                    "offerings",
                    key,
                    at,
                    "proven beyond what is possible",
                    found=f"at_least = {fact.at_least}, at_most = {fact.at_most}",
                    expected="at_least no more than at_most",
                    hint="two sources disagree: keep the better evidence, and the other under says",
                )
            for feature, there in (fact.features or {}).items():
                if there and fact.at_most == 0:
                    yield facts.finding(
                        "CAP004",
                        "offerings",
                        key,
                        f"{at}.features.{feature}",
                        "a feature of what is known to be absent",
                        found="true",
                        expected="false, or no at_most = 0",
                        hint="remove the feature, or correct at_most",
                    )


@check("CAP002", "CAP003")
def levels_are_defined(facts: Facts) -> Iterator[Finding]:
    """CAP002: no offering is at a level that nobody defined. CAP003: a derived capability is not stated."""
    for key, offering in facts.each("offerings"):
        for name, fact in (offering.capabilities or {}).items():
            defined = facts.records["capabilities"].get(name)
            if defined is None:
                continue
            if defined.measure != "level":
                yield facts.finding(
                    "CAP003",
                    "offerings",
                    key,
                    f"capabilities.{name}",
                    f"{name} is derived from {defined.measure}",
                    hint=f"state {defined.measure} instead",
                )
                continue
            for at in ("at_least", "at_most"):
                if (getattr(fact, at) or 0) > len(defined.levels):
                    yield facts.finding(
                        "CAP002",
                        "offerings",
                        key,
                        f"capabilities.{name}.{at}",
                        f"{name} has no such level",
                        found=getattr(fact, at),
                        expected=f"0 to {len(defined.levels)}",
                        hint=f"`capreg show {name}` says what the levels mean; leave at_most out where nobody knows",
                    )


@check("CAP005")
def capabilities_define_levels(facts: Facts) -> Iterator[Finding]:
    """CAP005: a capability with levels defines them, the bare one among them; a derived one defines none."""
    for key, capability in facts.each("capabilities"):
        count = len(capability.levels)
        wrong = count < capability.bare if capability.measure == "level" else count > 0
        if wrong:
            yield facts.finding(
                "CAP005",
                "capabilities",
                key,
                "levels",
                "levels do not go with measure and bare",
                found=f"measure = {capability.measure!r}, bare = {capability.bare}, {count} levels",
                expected='at least `bare` levels for measure = "level", none for a derived one',
                hint="define the missing level, or correct bare",
            )


@check("LIF001")
def retirements_have_come(facts: Facts) -> Iterator[Finding]:
    """LIF001: what is retired does not retire later than the release. An announced end is `deprecated`."""
    for key, offering in facts.each("offerings"):
        life = offering.lifecycle
        late = life and life.status == "retired" and life.retires_on and facts.latest and life.retires_on > facts.latest
        if late:
            yield facts.finding(
                "LIF001",
                "offerings",
                key,
                "lifecycle.retires_on",
                "retired before its day",
                found=life.retires_on,
                expected=f"{facts.latest} or earlier",
                hint='status = "deprecated" is for an end that is announced',
            )


LIMIT_RULES = (
    limits_fit_the_context,
    levels_are_in_order,
    levels_are_defined,
    capabilities_define_levels,
    retirements_have_come,
)
