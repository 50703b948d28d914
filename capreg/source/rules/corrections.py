"""Rules on corrections: what they name is there, a figure is refuted once, and it does not stand on the same word."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from capreg.domain.correction import Refuted
from capreg.errors import Finding
from capreg.schema import document
from capreg.source.rules.facts import Facts
from capreg.source.rules.rule import check
from capreg.source.words import UNITS, words

__all__ = ["CORRECTION_RULES"]

_TOP = frozenset({"model", "name", "region", "quantization", "speed_class"})
_LIMITS = frozenset({"context_tokens", "max_input_tokens", "max_output_tokens"})
_LIFECYCLE = frozenset({"lifecycle.status", "lifecycle.retires_on"})


@check("COR001")
def corrected_records_exist(facts: Facts) -> Iterator[Finding]:
    """COR001: the source that a file of corrections is named by, and the offerings in it."""
    for key, corrections in facts.each("corrections"):
        if not facts.has("sources", key):
            yield facts.finding(
                "COR001",
                "corrections",
                key,
                "",
                f"there is no source {key!r}",
                found=key,
                expected="a file named by the source that it corrects",
                hint=facts.near("sources", key),
            )
        for number, one in enumerate(corrections.refuted):
            if not facts.has("offerings", one.offering):
                yield facts.finding(
                    "COR001",
                    "corrections",
                    key,
                    f"refuted[{number}].offering",
                    f"there is no offering {one.offering!r}",
                    found=one.offering,
                    expected="the id of an offering",
                    hint=facts.near("offerings", one.offering),
                )


@check("COR002")
def corrections_name_figures(facts: Facts) -> Iterator[Finding]:
    """COR002: each names a figure that a source can state, once, and another one as right."""
    for key, corrections in facts.each("corrections"):
        seen: set[tuple[object, ...]] = set()
        for number, one in enumerate(corrections.refuted):
            place = (one.offering, one.fact, one.tier, one.above_input_tokens, one.wrong)
            problem = _problem(facts, one)
            if place in seen:
                problem = ("the figure is refuted twice", one.wrong, "each figure once")
            seen.add(place)
            if problem is not None:
                told, found, expected = problem
                yield facts.finding(
                    "COR002",
                    "corrections",
                    key,
                    f"refuted[{number}]",
                    told,
                    found=found,
                    expected=expected,
                    hint="correct it, or remove it; `capreg correct` writes it from what the source is recorded to say",
                )


def _problem(facts: Facts, one: Refuted) -> tuple[str, str, str] | None:
    """What is wrong with it, what was found, and what is expected; None where nothing is."""
    if one.right == one.wrong:
        return "the right figure is the wrong one", one.wrong, "another figure, or no `right` where nobody knows"
    if one.fact not in UNITS and (one.tier != "standard" or one.above_input_tokens is not None):
        return "only rates have a tier and a step", one.fact, "a unit, such as output"
    if not _is_known(facts, one.fact):
        return "no source can state such a figure", one.fact, "model, tool_use.at_least, lifecycle.status, output, …"
    return None


def _is_known(facts: Facts, fact: str) -> bool:
    if fact in UNITS or fact in _TOP or fact in _LIMITS or fact in _LIFECYCLE:
        return True
    head, _, key = fact.partition(".")
    if not key or not facts.has("capabilities", head):
        return False
    defined: Any = facts.records["capabilities"].get(head)
    feature = key.removeprefix("features.")
    if feature == key:
        return key in {"at_least", "at_most"}
    return defined is None or feature in (defined.features or {})


@check("COR003")
def refuted_figures_do_not_stand(facts: Facts) -> Iterator[Finding]:
    """COR003: the offering does not keep the word of the source that was refuted."""
    for key, corrections in facts.each("corrections"):
        for number, one in enumerate(corrections.refuted):
            offering = facts.records["offerings"].get(one.offering)
            if offering is None:
                continue
            said = words(document("offerings", offering), one.fact, key, tier=one.tier, above=one.above_input_tokens)
            if any(word.value == one.wrong for word in said):
                yield facts.finding(
                    "COR003",
                    "corrections",
                    key,
                    f"refuted[{number}]",
                    "the offering still has this word of the source in its evidence",
                    found=f"{one.fact} {one.wrong} by {key}",
                    expected="no word of it",
                    hint="import the source once more, or take the word out of the offering's evidence",
                )


CORRECTION_RULES = (corrected_records_exist, corrections_name_figures, refuted_figures_do_not_stand)
