"""Rules on prices: what one entry may say, and what the entries of one price list must say together."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from typing import get_args

from capreg.domain.offering import Offering, PriceEntry, UtcWindow
from capreg.domain.vocabulary import Unit
from capreg.errors import Finding
from capreg.source.rules.facts import Facts
from capreg.source.rules.rule import check
from capreg.units import format_rate, parse_rate

__all__ = ["PRICE_RULES"]

_UNITS = get_args(Unit)
_MOST = {unit: parse_rate("1000000" if unit in {"image", "request"} else "1000") for unit in _UNITS}
"""US dollars per million: 1,000 for tokens, one dollar each for images and requests."""
_MAY_BE_ZERO = frozenset({"cache_write", "cache_write_1h", "request"})
"""Units that are written at no charge of their own beside a price for the tokens."""
_MINUTES = 24 * 60

Step = tuple[int | None, UtcWindow | None]


@check("PRC001", "PRC002")
def zeros_have_reasons(facts: Facts) -> Iterator[Finding]:
    """PRC001: a rate of zero needs a `free` reason. PRC002: with a reason, every rate is zero."""
    for key, number, entry in _entries(facts):
        for unit in _UNITS:
            rate = getattr(entry, unit)
            if rate == 0 and entry.free is None and unit not in _MAY_BE_ZERO:
                yield facts.finding(
                    "PRC001",
                    "offerings",
                    key,
                    f"prices[{number}].{unit}",
                    "a price of zero without a reason",
                    found="0",
                    expected='free = "rate_limited_tier", "promotion", "own_endpoint" or "included_in_subscription"',
                    hint="say why it is free, or leave the rate out where it is unknown",
                )
            if rate and entry.free is not None:
                yield facts.finding(
                    "PRC002",
                    "offerings",
                    key,
                    f"prices[{number}].{unit}",
                    "a price that is free and is not",
                    found=format_rate(rate),
                    expected="0",
                    hint=f"remove free = {entry.free!r}, or the rate",
                )


@check("PRC006")
def rates_are_credible(facts: Facts) -> Iterator[Finding]:
    """PRC006: no rate is beyond what anybody has charged: such a figure is per another unit."""
    for key, number, entry in _entries(facts):
        for unit in _UNITS:
            rate = getattr(entry, unit)
            if rate is not None and entry.currency == "USD" and rate > _MOST[unit]:
                yield facts.finding(
                    "PRC006",
                    "offerings",
                    key,
                    f"prices[{number}].{unit}",
                    "the rate is not credible",
                    found=format_rate(rate),
                    expected=f"at most {format_rate(_MOST[unit])} US dollars per million",
                    hint="rates are per million: was it per thousand, or multiplied twice?",
                )


@check("PRC007")
def cache_reads_cost_no_more(facts: Facts) -> Iterator[Finding]:
    """PRC007: what a cache serves costs no more than what it does not."""
    for key, number, entry in _entries(facts):
        if entry.cache_read is not None and entry.input is not None and entry.cache_read > entry.input:
            yield facts.finding(
                "PRC007",
                "offerings",
                key,
                f"prices[{number}].cache_read",
                "cached input costs more than input",
                found=format_rate(entry.cache_read),
                expected=f"at most {format_rate(entry.input)}",
                hint="is it the price of writing to the cache?",
            )


@check("PRC008")
def entries_say_something(facts: Facts) -> Iterator[Finding]:
    """PRC008: an entry has a rate, or says that it is included in a subscription."""
    for key, number, entry in _entries(facts):
        if entry.free is None and all(getattr(entry, unit) is None for unit in _UNITS):
            yield facts.finding(
                "PRC008",
                "offerings",
                key,
                f"prices[{number}]",
                "an entry without a rate",
                expected=f"one of {', '.join(_UNITS)}",
                hint="add a rate, or remove the entry: an unknown price is left out",
            )


@check("PRC009")
def tier_modes_have_steps(facts: Facts) -> Iterator[Finding]:
    """PRC009: `tier_mode` says how a step applies, so there is a step."""
    for key, number, entry in _entries(facts):
        if entry.tier_mode is not None and entry.above_input_tokens is None:
            yield facts.finding(
                "PRC009",
                "offerings",
                key,
                f"prices[{number}].tier_mode",
                "tier_mode without above_input_tokens",
                found=entry.tier_mode,
                hint="add above_input_tokens, or remove tier_mode",
            )


@check("PRC010")
def steps_lie_within_the_window(facts: Facts) -> Iterator[Finding]:
    """PRC010: a step starts below the largest input; a threshold of billing is not a limit."""
    for key, number, entry in _entries(facts):
        offering = facts.records["offerings"][key]
        most = offering.max_input_tokens or offering.context_tokens
        if entry.above_input_tokens is not None and most is not None and entry.above_input_tokens >= most:
            yield facts.finding(
                "PRC010",
                "offerings",
                key,
                f"prices[{number}].above_input_tokens",
                "no request is large enough for this step",
                found=entry.above_input_tokens,
                expected=f"less than {most}",
                hint="was the threshold of a price taken for the context, or the other way round?",
            )


@check("PRC011")
def observed_prices_were_seen(facts: Facts) -> Iterator[Finding]:
    """PRC011: a price that was observed starts no later than the release."""
    for key, number, entry in _entries(facts):
        if entry.basis == "observed" and facts.latest is not None and entry.starts_on > facts.latest:
            yield facts.finding(
                "PRC011",
                "offerings",
                key,
                f"prices[{number}].starts_on",
                "a price observed in the future",
                found=entry.starts_on,
                expected=f"{facts.latest} or earlier",
                hint='basis = "effective" is for a day that the provider named',
            )


@check("PRC003", "PRC004", "PRC005", "PRC012")
def lists_are_whole(facts: Facts) -> Iterator[Finding]:
    """PRC003: a list has one entry without step and window. PRC004: no step and window stands twice.

    PRC005: windows of one step do not overlap. PRC012: every step with a window has an entry without one.
    """
    for key, offering in facts.each("offerings"):
        for (tier, starts_on), numbered in _lists(offering).items():
            name = f"the {tier} list of {starts_on}"
            steps: dict[int | None, dict[Step, list[int]]] = defaultdict(lambda: defaultdict(list))
            for number, entry in numbered:
                steps[entry.above_input_tokens][entry.above_input_tokens, entry.window].append(number)
            first = numbered[0][0]
            if (None, None) not in steps[None]:
                yield _incomplete(facts, "PRC003", key, first, f"{name} has no base entry")
            for above, windows in steps.items():
                yield from _step_faults(facts, key, name, above, windows)


def _step_faults(
    facts: Facts, key: str, name: str, above: int | None, windows: dict[Step, list[int]]
) -> Iterator[Finding]:
    for numbers in windows.values():
        for number in numbers[1:]:
            yield facts.finding(
                "PRC004",
                "offerings",
                key,
                f"prices[{number}]",
                f"{name} says this twice",
                found=f"prices[{numbers[0]}] and prices[{number}]",
                expected="one entry for each above_input_tokens and window",
                hint="remove one; a changed price is a new list with a new starts_on",
            )
    if above is not None and windows and (above, None) not in windows:
        number = next(iter(windows.values()))[0]
        yield _incomplete(facts, "PRC012", key, number, f"{name} has no entry without a window above {above} tokens")
    taken: set[int] = set()
    for (_, window), numbers in windows.items():
        minutes = _minutes(window) if window else set()
        if minutes & taken:
            yield facts.finding(
                "PRC005",
                "offerings",
                key,
                f"prices[{numbers[0]}].window",
                f"{name} has windows that overlap",
                hint="end one where the other starts",
            )
        taken |= minutes


def _incomplete(facts: Facts, rule: str, key: str, number: int, problem: str) -> Finding:
    return facts.finding(
        rule,
        "offerings",
        key,
        f"prices[{number}]",
        problem,
        expected="an entry with neither above_input_tokens nor window, and one without window for each step",
        hint="restate the whole list whenever any of it changes",
    )


def _minutes(window: UtcWindow) -> set[int]:
    start, end = (int(text[:2]) * 60 + int(text[3:]) for text in (window.start, window.end))
    return {minute % _MINUTES for minute in range(start, end if end > start else end + _MINUTES)}


def _lists(offering: Offering) -> dict[tuple[str, date], list[tuple[int, PriceEntry]]]:
    lists: dict[tuple[str, date], list[tuple[int, PriceEntry]]] = defaultdict(list)
    for number, entry in enumerate(offering.prices):
        lists[entry.tier, entry.starts_on].append((number, entry))
    return lists


def _entries(facts: Facts) -> Iterator[tuple[str, int, PriceEntry]]:
    for key, offering in facts.each("offerings"):
        for number, entry in enumerate(offering.prices):
            yield key, number, entry


PRICE_RULES = (
    zeros_have_reasons,
    rates_are_credible,
    cache_reads_cost_no_more,
    entries_say_something,
    tier_modes_have_steps,
    steps_lie_within_the_window,
    observed_prices_were_seen,
    lists_are_whole,
)
