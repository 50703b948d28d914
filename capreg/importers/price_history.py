"""Price lists over time: what a source's list does to the lists that stand. History is added to, never rewritten.

The entries of one tier that start on one day are one list. Lists are compared unit by unit; two rates agree within
half a percent. The policy, clause by clause, stands above the code that fulfils it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from capreg.importers.price_statements import (
    Entry,
    Rates,
    Voice,
    agree,
    alike,
    in_force,
    in_order,
    last_said,
    outranked,
    rates_of,
    same_rate,
    statements_of,
    texts_of,
    with_rates,
)
from capreg.importers.proposal import PriceProposal
from capreg.importers.statements import Statement

__all__ = ["merged_prices"]


def merged_prices(entries: Iterable[Mapping[str, Any]], proposal: PriceProposal, voice: Voice) -> list[Entry]:
    """`entries` of an offering after `voice` has stated `proposal`, in the order of tier, start and step."""
    known: list[Entry] = [dict(entry) for entry in entries]
    mine = [entry for entry in known if entry.get("tier", "standard") == proposal.tier and "window" not in entry]
    rest = [entry for entry in known if entry not in mine]
    return sorted([*rest, *_tier(mine, texts_of(proposal), proposal, voice)], key=in_order)


def _tier(entries: list[Entry], stated: dict[int | None, Rates], proposal: PriceProposal, voice: Voice) -> list[Entry]:
    # A router's look before anybody else's is history, and never today's price: the first list is in force by then.
    if proposal.witness and _came_first(entries, stated, voice):
        return entries + _list(stated, proposal, voice)
    # The source has not changed its mind since it last spoke: nothing moves, whoever was right then.
    if alike(last_said(entries, voice.source, voice), stated):
        return entries
    standing = in_force(entries, voice.seen_on)
    others = [entry for entry in entries if entry not in standing]
    # A witness never becomes a price: what it says is kept beside the list that stands.
    if proposal.witness:
        return others + [_heard(entry, stated, voice) for entry in standing]
    # Nobody has said anything yet: the list is observed from today.
    if not standing:
        return _list(stated, proposal, voice)
    if agree(standing, stated):
        return others + _supported(standing, stated, proposal, voice)
    return _disputed(entries, stated, proposal, voice)


def _came_first(entries: Iterable[Entry], stated: Mapping[int | None, Rates], voice: Voice) -> bool:
    """Whether the whole base price of a router differs from a first list that nobody saw before its day."""
    first = in_force(entries, "")
    seen_later = bool(first) and voice.seen_on < first[0]["starts_on"]
    has_base = {"input", "output"} <= stated.get(None, {}).keys()
    return seen_later and has_base and first[0]["basis"] == "observed" and not agree(first, stated)


def _disputed(
    entries: list[Entry], stated: dict[int | None, Rates], proposal: PriceProposal, voice: Voice
) -> list[Entry]:
    """`entries` after a source that says another price than the list in force."""
    standing = in_force(entries, voice.seen_on)
    starts_on = standing[0]["starts_on"]
    others = [entry for entry in entries if entry not in standing]
    heard = [_heard(entry, stated, voice) for entry in standing]
    # Against a person, against a more trusted kind, or on the day the list starts: kept beside it.
    if starts_on == voice.seen_on or outranked(standing, voice):
        return others + heard
    # An older sighting goes before the standing list, as history, and is kept beside it.
    if voice.seen_on < starts_on:
        return others + _list(stated, proposal, voice) + heard
    # A newer sighting: a price that moved, or a source that disagrees. The old list stays, a new one starts today.
    return entries + _succeeding(standing, stated, proposal, voice)


def _list(stated: Mapping[int | None, Rates], proposal: PriceProposal, voice: Voice) -> list[Entry]:
    """The entries of a new list that only `voice` speaks for."""
    entries = []
    for above, rates in stated.items():
        entry: Entry = {"starts_on": voice.seen_on, "basis": "observed"}
        if proposal.tier != "standard":
            entry["tier"] = proposal.tier
        if above is not None:
            entry["above_input_tokens"] = above
            if proposal.tier_mode is not None:
                entry["tier_mode"] = proposal.tier_mode
        if proposal.free is not None and above is None:
            entry["free"] = proposal.free
        said = Statement(source=voice.source, seen_on=voice.seen_on, values=rates)
        entries.append(with_rates(entry, rates, [said]))
    return entries


def _supported(
    standing: Iterable[Entry], stated: Mapping[int | None, Rates], proposal: PriceProposal, voice: Voice
) -> list[Entry]:
    """`standing` with `voice` agreeing, with units and steps that it alone knows, from the earlier day of the two."""
    spoken_of = {entry.get("above_input_tokens"): entry for entry in standing}
    entries = [_agreed(entry, stated[above], voice) if above in stated else entry for above, entry in spoken_of.items()]
    if any(s.is_by_hand for entry in entries for s in statements_of(entry, voice)):
        return entries
    new = _list({above: rates for above, rates in stated.items() if above not in spoken_of}, proposal, voice)
    observed = all(entry["basis"] == "observed" for entry in entries)
    start = min(voice.seen_on, entries[0]["starts_on"]) if observed else entries[0]["starts_on"]
    return [{**entry, "starts_on": start} for entry in [*entries, *new]]


def _agreed(entry: Entry, rates: Rates, voice: Voice) -> Entry:
    """`entry` with `voice` behind it. A person's entry gains no unit; a unit that nobody states any more goes."""
    statements = statements_of(entry, voice)
    said = _restated(statements, rates, voice)
    if any(statement.is_by_hand for statement in statements):
        return with_rates(entry, rates_of(entry), said)
    spoken = {unit for statement in said for unit in statement.values}
    known = {**rates, **rates_of(entry)}
    return with_rates(entry, {unit: rate for unit, rate in known.items() if unit in spoken}, said)


def _succeeding(
    standing: Iterable[Entry], stated: Mapping[int | None, Rates], proposal: PriceProposal, voice: Voice
) -> list[Entry]:
    """The list that starts on the day of `voice`. Others keep their say; what still holds is carried over."""
    old = {entry.get("above_input_tokens"): entry for entry in standing}
    new = {entry.get("above_input_tokens"): entry for entry in _list(stated, proposal, voice)}
    entries = []
    unmoved = _same_base(rates_of(old.get(None, {})), stated[None])
    for above, entry in new.items():
        if above not in old:
            entries.append(entry)
            continue
        heard = [s for s in statements_of(old[above], voice) if s.source != voice.source]
        rates = {**rates_of(old[above]), **rates_of(entry)} if unmoved and heard else rates_of(entry)
        entries.append(with_rates(entry, rates, [*statements_of(entry, voice), *heard]))
    if unmoved and set(new) == {None}:
        day = {"starts_on": voice.seen_on, "basis": "observed"}
        steps = [entry for above, entry in old.items() if above is not None]
        entries += [{**e, **day} for e in steps if any(s.source != voice.source for s in statements_of(e, voice))]
    return entries


def _heard(entry: Entry, stated: Mapping[int | None, Rates], voice: Voice) -> Entry:
    """`entry` unchanged, with what `voice` says of it kept in its evidence."""
    rates = stated.get(entry.get("above_input_tokens"))
    if rates is None:
        return entry
    return with_rates(entry, rates_of(entry), _restated(statements_of(entry, voice), rates, voice))


def _restated(statements: Iterable[Statement], rates: Rates, voice: Voice) -> list[Statement]:
    """`statements` where the one of `voice` says `rates`, since the day it first said exactly that of this list."""
    statements = list(statements)
    mine = [s for s in statements if s.source == voice.source and not s.is_by_hand]
    first = min((s.seen_on for s in mine if alike({None: dict(s.values)}, {None: rates})), default=voice.seen_on)
    kept = [statement for statement in statements if statement not in mine]
    return [*kept, Statement(source=voice.source, seen_on=first, values=rates)]


def _same_base(one: Rates, other: Rates) -> bool:
    return all(
        unit in one and unit in other and same_rate(unit, one[unit], other[unit]) for unit in ("input", "output")
    )
