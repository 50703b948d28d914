"""Rules on prices that look wrong beside other prices: of the same offering, or of the same model elsewhere.

The bounds are set so that real catalogs break them in less than one offering of a hundred.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from fractions import Fraction
from itertools import pairwise
from statistics import median
from typing import get_args

from capreg.domain.offering import Offering, PriceEntry
from capreg.domain.vocabulary import Unit
from capreg.errors import Finding
from capreg.source.rules.facts import Facts
from capreg.source.rules.rule import check
from capreg.units import format_rate, parse_rate

__all__ = ["OUTLIER_RULES"]

_UNITS = get_args(Unit)
_COMPARED = ("input", "output")
_LEAST = parse_rate("0.001")
"""US dollars per million tokens: nobody sells a model that writes text for less, and a price per thousand looks so."""
_RATIO = 20
_FAR = 5
_ENOUGH = 5
_JUMPS = (1_000_000, 1000)
_TIERS = {"batch": "no more", "flex": "no more", "priority": "no less"}
"""What a tier costs beside the standard one."""
_COMPARE = "compare with the provider's own page; a figure that stands there stays"
_PER_MILLION = (
    "rates are US dollars per million tokens: a price per token is a million times this, per thousand a thousand"
)


@check("PRC013", "PRC014", "PRC015", "PRC016")
def rates_of_one_entry_go_together(facts: Facts) -> Iterator[Finding]:
    """PRC013: output costs no less than input. PRC014: nor writing to a cache than reading. PRC015, PRC016: bounds."""
    for key, offering in facts.each("offerings"):
        for number, entry in enumerate(offering.prices):
            if entry.currency == "USD" and entry.free is None:
                for rule, unit, problem, found, expected in _odd(entry):
                    hint = _PER_MILLION if rule == "PRC015" else _COMPARE
                    yield facts.finding(
                        rule,
                        "offerings",
                        key,
                        f"prices[{number}].{unit}",
                        problem,
                        found=found,
                        expected=expected,
                        hint=hint,
                    )


def _odd(entry: PriceEntry) -> Iterator[tuple[str, str, str, str, str]]:
    if entry.input and entry.output:
        if entry.output < entry.input:
            said = f"input {format_rate(entry.input)}, output {format_rate(entry.output)}"
            yield "PRC013", "output", "output costs less than input", said, "output at input's price or above"
        if entry.output > _RATIO * entry.input:
            times = f"{entry.output / entry.input:,.0f} times input"
            yield "PRC016", "output", "output costs many times input", times, f"at most {_RATIO} times"
    if entry.cache_write and entry.cache_read and entry.cache_write < entry.cache_read:
        said = f"write {format_rate(entry.cache_write)}, read {format_rate(entry.cache_read)}"
        yield "PRC014", "cache_write", "writing to the cache costs less than reading", said, "the other way round"
    for unit in _COMPARED:
        rate = getattr(entry, unit)
        if rate and rate < _LEAST:
            yield "PRC015", unit, "the rate is too low to be true", format_rate(rate), f"at least {format_rate(_LEAST)}"


@check("PRC017")
def prices_do_not_jump_by_a_unit(facts: Facts) -> Iterator[Finding]:
    """PRC017: from one list to the next, no rate changes by a thousand or a million times."""
    for key, offering in facts.each("offerings"):
        for (_, old), (number, new) in _successive(offering):
            for unit in _UNITS:
                before, after = getattr(old, unit), getattr(new, unit)
                factor = _unit_factor(before, after) if before and after else None
                if factor:
                    yield facts.finding(
                        "PRC017",
                        "offerings",
                        key,
                        f"prices[{number}].{unit}",
                        f"the price changed by {factor:,} times, as from one unit to another",
                        found=f"{format_rate(before)}, then {format_rate(after)}",
                        expected="a change of price, not of unit",
                        hint="rates are US dollars per million: correct the entry that was per thousand or per token",
                    )


def _successive(offering: Offering) -> Iterator[tuple[tuple[int, PriceEntry], tuple[int, PriceEntry]]]:
    """The base entries of each tier with their successors."""
    tiers: dict[str, list[tuple[int, PriceEntry]]] = defaultdict(list)
    for number, entry in enumerate(offering.prices):
        if entry.above_input_tokens is None and entry.window is None and entry.currency == "USD":
            tiers[entry.tier].append((number, entry))
    for entries in tiers.values():
        yield from pairwise(sorted(entries, key=lambda numbered: numbered[1].starts_on))


def _unit_factor(one: int, other: int) -> int | None:
    ratio = Fraction(max(one, other), min(one, other))
    return next((factor for factor in _JUMPS if abs(ratio - factor) * 50 <= factor), None)


@check("PRC018")
def steps_do_not_get_cheaper(facts: Facts) -> Iterator[Finding]:
    """PRC018: what holds for larger inputs costs no less than what holds for smaller ones."""
    for key, offering in facts.each("offerings"):
        lists: dict[tuple[object, ...], list[tuple[int, PriceEntry]]] = defaultdict(list)
        for number, entry in enumerate(offering.prices):
            if entry.window is None and entry.currency == "USD":
                lists[entry.tier, entry.starts_on].append((number, entry))
        for entries in lists.values():
            ordered = sorted(entries, key=lambda numbered: numbered[1].above_input_tokens or 0)
            for (_, below), (number, above) in pairwise(ordered):
                for unit in _COMPARED:
                    low, high = getattr(below, unit), getattr(above, unit)
                    if low and high and high < low:
                        yield facts.finding(
                            "PRC018",
                            "offerings",
                            key,
                            f"prices[{number}].{unit}",
                            "larger inputs cost less",
                            found=f"{format_rate(low)} below, {format_rate(high)} above",
                            expected="the price of a step at that of the step below, or higher",
                            hint="the two may have been swapped; compare with the provider's page",
                        )


@check("PRC019")
def tiers_cost_what_they_are_for(facts: Facts) -> Iterator[Finding]:
    """PRC019: batch and flex cost no more than the standard tier, priority no less."""
    for key, offering in facts.each("offerings"):
        latest = _latest(offering)
        standard = latest.get("standard")
        for tier, (number, entry) in latest.items():
            for unit in _COMPARED if standard and tier in _TIERS else ():
                base, rate = getattr(standard[1], unit) if standard else None, getattr(entry, unit)
                wrong = base and rate and (rate < base if _TIERS[tier] == "no less" else rate > base)
                if wrong and base and rate:
                    yield facts.finding(
                        "PRC019",
                        "offerings",
                        key,
                        f"prices[{number}].{unit}",
                        f"{tier} costs {'less' if rate < base else 'more'} than standard",
                        found=f"{format_rate(rate)}, and {format_rate(base)} in the standard tier",
                        expected=f"{_TIERS[tier]} than the standard tier",
                        hint="one of the two may be out of date: a price that changed changed in all its tiers",
                    )


@check("PRC020")
def prices_are_near_those_of_the_same_model(facts: Facts) -> Iterator[Finding]:
    """PRC020: a price is within five times the median of the same model, where five providers sell it."""
    models = {offering.model for _, offering in facts.each("offerings") if offering.model}
    asked: dict[str, list[tuple[str, int, PriceEntry, str | None]]] = defaultdict(list)
    for key, offering in facts.naming("offerings", models):
        latest = _latest(offering).get("standard")
        if offering.model in models and latest:
            asked[offering.model].append((key, *latest, offering.reviewed_outlier))
    for model, prices in asked.items():
        for unit in _COMPARED:
            rates = {key: getattr(entry, unit) for key, _, entry, _ in prices if getattr(entry, unit)}
            if len({key.partition("/")[0] for key in rates}) >= _ENOUGH:
                yield from _far(facts, model, unit, prices, rates)


def _far(
    facts: Facts,
    model: str,
    unit: str,
    prices: list[tuple[str, int, PriceEntry, str | None]],
    rates: Mapping[str, int],
) -> Iterator[Finding]:
    middle = median(rates.values())
    for key, number, _, reviewed in prices:
        rate = rates.get(key)
        if reviewed is None and rate and not middle <= rate * _FAR <= middle * _FAR**2:
            times = f"{rate / middle:.1f} times" if rate > middle else f"1/{middle / rate:.0f} of"
            yield facts.finding(
                "PRC020",
                "offerings",
                key,
                f"prices[{number}].{unit}",
                f"far from what others ask for {model}",
                found=f"{format_rate(rate)}, {times} the median of {len(rates)} offerings",
                expected=f"between 1/{_FAR} of {format_rate(int(middle))} and {_FAR} times as much",
                hint='look at the provider\'s page: correct it, or say why in reviewed_outlier = "…"',
            )


def _latest(offering: Offering) -> dict[str, tuple[int, PriceEntry]]:
    """The base entry of each tier's latest list, in US dollars and not free, with its number."""
    latest: dict[str, tuple[int, PriceEntry]] = {}
    for number, entry in enumerate(offering.prices):
        is_base = entry.above_input_tokens is None and entry.window is None
        if is_base and entry.currency == "USD" and entry.free is None:
            held = latest.get(entry.tier)
            if held is None or entry.starts_on > held[1].starts_on:
                latest[entry.tier] = (number, entry)
    return latest


OUTLIER_RULES = (
    rates_of_one_entry_go_together,
    prices_do_not_jump_by_a_unit,
    steps_do_not_get_cheaper,
    tiers_cost_what_they_are_for,
    prices_are_near_those_of_the_same_model,
)
