"""The oracle's money: price lists, reasoning tokens and cost, as sections 3 to 5 of docs/reference/resolver.md say.

It takes plain documents and shares no code with the engine.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from typing import Any, NamedTuple

__all__ = [
    "Document",
    "Entries",
    "Item",
    "Work",
    "bill",
    "entries_in_force",
    "fact",
    "reasoning_tokens",
    "reasoning_way",
]

Document = Mapping[str, Any]
Entries = dict[int, Document]
"""The entries that hold at one minute, by the input size above which they hold; the base is at 0."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """The shape of one call, with the defaults that a caller gets."""

    input_tokens: int = 2000
    output_tokens: int = 300
    cached_input_tokens: int = 0
    reasoning_tokens: int | None = None
    images: int = 0
    service_tier: str = "standard"


class Item(NamedTuple):
    """One line of a cost, in 10^-15 US dollars."""

    unit: str
    quantity: int
    cost: int


class Line(NamedTuple):
    """One line before it is billed; the rate is None where nobody knows it."""

    unit: str
    quantity: int
    rate: str | None


class Bracket(NamedTuple):
    """A part of the input, and the entry that prices it."""

    start: int
    end: int
    entry: Document


def fact(offering: Document, name: str) -> Document:
    """What is known of one capability of an offering; nothing is an empty document."""
    known: Document = offering.get("capabilities", {}).get(name, {})
    return known


# Section 3: the price list in force.


def entries_in_force(prices: Sequence[Document], *, tier: str, day: str, minute: str) -> Entries | None:
    """The entries of the newest list of `tier` that has started, with those windows that hold at `minute`."""
    started = [entry for entry in prices if entry.get("tier", "standard") == tier and entry["starts_on"] <= day]
    newest = max((entry["starts_on"] for entry in started), default=None)
    if newest is None:
        return None
    of_the_list = [entry for entry in started if entry["starts_on"] == newest]
    entries = {entry.get("above_input_tokens", 0): entry for entry in of_the_list if "window" not in entry}
    for entry in of_the_list:
        if "window" in entry and _holds(entry["window"], minute):
            entries[entry.get("above_input_tokens", 0)] = entry
    return entries


def _holds(window: Document, minute: str) -> bool:
    start, end = window["start"], window["end"]
    if start < end:
        return bool(start <= minute < end)
    return bool(minute >= start or minute < end)


# Section 4: reasoning tokens.


def reasoning_tokens(offering: Document, model: Document | None, work: Work) -> int | None:
    """How many tokens a row spends on reasoning; None where nobody can say."""
    way = reasoning_way(offering, model)
    if way == "never":
        return 0
    if work.reasoning_tokens is not None:
        return work.reasoning_tokens
    return 0 if way == "optional" else None


def reasoning_way(offering: Document, model: Document | None) -> str | None:
    """Whether a row reasons; None where nobody says."""
    return _reasoning(fact(offering, "reasoning"), None if model is None else model.get("reasoning"))


def _reasoning(known: Document, of_model: str | None) -> str | None:
    at_least, optional = known.get("at_least", 0), known.get("features", {}).get("optional")
    if known.get("at_most") == 0:
        return "never"
    if optional is True:
        return "optional"
    if at_least >= 1 and optional is False:
        return "always"
    return None if of_model == "never" and at_least >= 1 else of_model


# Section 5: cost.


def bill(offering: Document, entries: Entries | None, reasoning: int | None, work: Work) -> tuple[Item, ...] | None:
    """The items of the cost of one call; None where any part of it is unknown."""
    if entries is None or 0 not in entries or reasoning is None:
        return None
    brackets = _brackets(entries, work.input_tokens)
    if brackets is None or entries[0].get("free") == "included_in_subscription":
        return None
    if any(bracket.entry.get("currency", "USD") != "USD" for bracket in brackets):
        return None
    lines = [
        *_input_lines(offering, brackets, work.cached_input_tokens),
        *_other_lines(brackets[0].entry, reasoning, work),
    ]
    items = [_billed(line) for line in lines if line.quantity > 0]
    return None if None in items else tuple(item for item in items if item is not None)


def _billed(line: Line) -> Item | None:
    if line.rate is None:
        return None
    return Item(line.unit, line.quantity, _nanodollars(line.rate) * line.quantity)


@cache
def _nanodollars(rate: str) -> int:
    return int(Fraction(rate) * 10**9)


def _brackets(entries: Entries, size: int) -> list[Bracket] | None:
    """Which entry prices which part of the input, lowest first. Every other rate is that of the first bracket."""
    below = sorted(above for above in entries if 0 < above < size)
    if not below:
        return [Bracket(0, size, entries[0])]
    modes = [entries[above].get("tier_mode") for above in below]
    if modes[-1] == "whole_request":
        return [Bracket(0, size, entries[below[-1]])]
    if all(mode == "marginal" for mode in modes):
        starts = [0, *below]
        return [Bracket(start, end, entries[start]) for start, end in zip(starts, [*below, size], strict=True)]
    return None


def _input_lines(offering: Document, brackets: list[Bracket], cached: int) -> list[Line]:
    """The input of every bracket, then what the cache served of every bracket. Cached tokens come first."""
    no_caching = fact(offering, "prompt_caching").get("at_most") == 0
    plain, from_cache = [], []
    for start, end, entry in brackets:
        cached_here = max(min(end, cached) - start, 0)
        if "cache_read" not in entry and no_caching:
            plain.append(Line("input", end - start, entry.get("input")))
        else:
            plain.append(Line("input", end - start - cached_here, entry.get("input")))
            from_cache.append(Line("cache_read", cached_here, entry.get("cache_read")))
    return plain + from_cache


def _other_lines(entry: Document, reasoning: int, work: Work) -> list[Line]:
    lines = [
        Line("output", work.output_tokens, entry.get("output")),
        Line("reasoning", reasoning, entry.get("reasoning", entry.get("output"))),
    ]
    if "image" in entry:
        lines.append(Line("image", work.images, entry["image"]))
    if "request" in entry:
        lines.append(Line("request", 1, entry["request"]))
    return lines
