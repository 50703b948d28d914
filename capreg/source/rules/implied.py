"""Rules on facts that imply others: capabilities and prices, days and lifecycles, models and their offerings."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from capreg.domain.offering import Offering
from capreg.errors import Finding
from capreg.source.rules.facts import Facts
from capreg.source.rules.rule import check

__all__ = ["IMPLIED_RULES"]

_PRICED = {"cache_read": "prompt_caching", "image": "vision", "audio_input": "audio_input", "reasoning": "reasoning"}
"""A price for the one is a price for using the other."""
_MIN_CONTEXT, _MAX_CONTEXT = 512, 20_000_000


@check("CAP006")
def features_need_a_proven_level(facts: Facts) -> Iterator[Finding]:
    """CAP006: a feature is there only where its capability is proven."""
    for key, offering in facts.each("offerings"):
        for name, fact in (offering.capabilities or {}).items():
            there = [feature for feature, is_there in (fact.features or {}).items() if is_there]
            if there and fact.at_least == 0 and fact.at_most != 0:
                yield facts.finding(
                    "CAP006",
                    "offerings",
                    key,
                    f"capabilities.{name}",
                    f"a feature of {name} without {name} itself",
                    found=f"{', '.join(there)} = true, at_least = 0",
                    expected="at_least = 1 or more",
                    hint="who takes the choice of a tool takes tools: add at_least, or remove the feature",
                )


@check("CAP007")
def what_is_priced_is_possible(facts: Facts) -> Iterator[Finding]:
    """CAP007: a price for something says that it can be had."""
    for key, offering in facts.each("offerings"):
        for unit, name in _PRICED.items():
            fact = (offering.capabilities or {}).get(name)
            numbers = [number for number, entry in enumerate(offering.prices) if getattr(entry, unit)]
            if fact is not None and fact.at_most == 0 and numbers:
                yield facts.finding(
                    "CAP007",
                    "offerings",
                    key,
                    f"capabilities.{name}",
                    f"{name} is known to be absent, and {unit} has a price",
                    found=f"at_most = 0, and a rate in prices[{numbers[-1]}]",
                    hint="leave at_most out where the absence of a flag was read as no",
                )


@check("CAP008")
def reasoning_agrees_with_the_model(facts: Facts) -> Iterator[Finding]:
    """CAP008: an offering reasons where its model does."""
    for key, offering in facts.each("offerings"):
        model = facts.records["models"].get(offering.model) if offering.model else None
        fact = (offering.capabilities or {}).get("reasoning")
        if model is None or fact is None or model.reasoning is None:
            continue
        never, absent = model.reasoning == "never", fact.at_most == 0
        if (never and fact.at_least > 0) or (model.reasoning == "always" and absent):
            yield facts.finding(
                "CAP008",
                "offerings",
                key,
                "capabilities.reasoning",
                "the offering and its model disagree on reasoning",
                found=f"at_least = {fact.at_least}" if never else "at_most = 0",
                expected=f"what {offering.model} says: {model.reasoning}",
                hint="is it another model, or a variant with reasoning left off?",
            )


@check("LIM003")
def contexts_are_credible(facts: Facts) -> Iterator[Finding]:
    """LIM003: a context is a number of tokens, not of thousands or of bytes."""
    for key, offering in facts.each("offerings"):
        tokens = offering.context_tokens
        if tokens is not None and not _MIN_CONTEXT <= tokens <= _MAX_CONTEXT:
            yield facts.finding(
                "LIM003",
                "offerings",
                key,
                "context_tokens",
                "the context is not credible",
                found=f"{tokens:,}",
                expected=f"{_MIN_CONTEXT:,} to {_MAX_CONTEXT:,} tokens",
                hint="check the unit: 128 may mean 128,000",
            )


@check("LIF002")
def what_has_retired_says_so(facts: Facts) -> Iterator[Finding]:
    """LIF002: an offering whose day of retirement has come is not called available."""
    for key, offering in facts.each("offerings"):
        life = offering.lifecycle
        over = life and life.retires_on and facts.day and life.retires_on <= facts.day
        if life and over and life.status in {"available", "preview"}:
            yield facts.finding(
                "LIF002",
                "offerings",
                key,
                "lifecycle.status",
                f"{life.status}, and its day of retirement has come",
                found=life.retires_on,
                expected='status = "deprecated" or "retired", or a later day',
                hint="resolving leaves it out from that day on; say so, or correct the day",
                command=f"capreg retire {key} --on {life.retires_on}",
            )


@check("LIF004")
def what_its_maker_retired_is_not_resold(facts: Facts) -> Iterator[Finding]:
    """LIF004: a closed model that its maker retired is not available elsewhere as if nothing had happened."""
    closed = {key for key in _models_of(facts) if _is_closed(facts, key)}
    gone: dict[str, list[str]] = {}
    for key, offering in facts.naming("offerings", closed):
        if offering.model in closed and _is_over(facts, offering) and _is_makers(key, offering):
            gone.setdefault(offering.model, []).append(key)
    for key, offering in facts.each("offerings"):
        if offering.model in gone and not _is_makers(key, offering) and not _is_over(facts, offering):
            life = offering.lifecycle
            if life is None or (life.status == "available" and life.retires_on is None):
                yield facts.finding(
                    "LIF004",
                    "offerings",
                    key,
                    "",
                    "its maker has retired the model",
                    found=", ".join(sorted(gone[offering.model])),
                    expected="a lifecycle of its own where it is still to be had here",
                    hint="look whether it still answers; a list that nobody tends goes on listing it",
                    command=f"capreg retire {key} --on DAY",
                )


def _models_of(facts: Facts) -> set[str]:
    return {offering.model for _, offering in facts.each("offerings") if offering.model}


def _is_over(facts: Facts, offering: Offering) -> bool:
    life = offering.lifecycle
    if life is None:
        return False
    return life.status == "retired" or bool(life.retires_on and facts.day and life.retires_on <= facts.day)


def _is_closed(facts: Facts, key: str) -> bool:
    model = facts.records["models"].get(key)
    return model is not None and model.open_weights is False


def _is_makers(key: str, offering: Offering) -> bool:
    """Whether the provider has the id of the model's lab."""
    return key.partition("/")[0] == (offering.model or "").partition("/")[0]


@check("LIF003")
def days_are_in_order(facts: Facts) -> Iterator[Finding]:
    """LIF003: a model is trained, then released, then measured, then retired."""
    for key, model in facts.each("models"):
        cutoff = model.knowledge_cutoff
        if model.released_on and cutoff and cutoff[:7] > model.released_on.isoformat()[:7]:
            yield _out_of_order(facts, ("models", key), "knowledge_cutoff", (cutoff, model.released_on))
    for key, offering in facts.each("offerings"):
        released = _released(facts, offering.model)
        retires = offering.lifecycle.retires_on if offering.lifecycle else None
        if released and retires and retires < released:
            yield _out_of_order(facts, ("offerings", key), "lifecycle.retires_on", (released, retires))
    for key, measurement in facts.each("measurements"):
        measured = facts.records["offerings"].get(measurement.offering)
        released = _released(facts, measured.model) if measured else None
        if released and measurement.measured_on < released:
            yield _out_of_order(facts, ("measurements", key), "measured_on", (released, measurement.measured_on))


def _released(facts: Facts, model: str | None) -> date | None:
    record = facts.records["models"].get(model) if model else None
    released: date | None = record.released_on if record else None
    return released


def _out_of_order(facts: Facts, holder: tuple[str, str], at: str, days: tuple[object, object]) -> Finding:
    return facts.finding(
        "LIF003",
        *holder,
        at,
        "days out of order",
        found=f"{days[0]}, then {days[1]}",
        expected="knowledge cutoff, release, measurement, retirement, in this order",
        hint="one of the days is of another model or version",
    )


@check("SPD006")
def times_are_in_milliseconds(facts: Facts) -> Iterator[Finding]:
    """SPD006: a time to first token that only a wrong unit explains."""
    for key, measurement in facts.each("measurements"):
        network = {} if measurement.vantage == "local" else measurement.ttft_ms or {}
        for percentile, figure in network.items():
            if 0 < float(figure) < 10:
                yield facts.finding(
                    "SPD006",
                    "measurements",
                    key,
                    f"ttft_ms_{percentile}",
                    "a first token sooner than a network carries it",
                    found=f"{figure} ms",
                    expected="10 ms or more",
                    hint="the figure was probably in seconds",
                )


IMPLIED_RULES = (
    features_need_a_proven_level,
    what_is_priced_is_possible,
    reasoning_agrees_with_the_model,
    contexts_are_credible,
    what_has_retired_says_so,
    what_its_maker_retired_is_not_resold,
    days_are_in_order,
    times_are_in_milliseconds,
)
