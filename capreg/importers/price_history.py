"""Price lists over time: what a source's list does to the lists that stand. History is added to, never rewritten.

The entries of one tier that start on one day are one list. Lists are compared unit by unit; two rates agree within
half a percent. The policy, clause by clause, stands above the code that fulfils it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, get_args

from capreg.domain.vocabulary import PriceEvidence, Unit
from capreg.importers.policy import Trust
from capreg.importers.proposal import PriceProposal
from capreg.importers.statements import Statement, decode, encode
from capreg.units import format_rate, parse_rate

__all__ = ["Voice", "merged_prices", "same_rate"]

_UNITS: tuple[str, ...] = get_args(Unit)
_KINDS = get_args(PriceEvidence)
_BEFORE_RATES = ("starts_on", "basis", "tier", "above_input_tokens", "tier_mode", "window", "currency", "free")
Entry = dict[str, Any]
Rates = dict[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Voice:
    """The source that speaks, the day, and how far sources are believed on prices."""

    source: str
    seen_on: str
    own_kinds: Mapping[str, str]
    importers: frozenset[str]

    @property
    def trust(self) -> Trust:
        """How far each source is believed on prices."""
        return Trust(_KINDS, self.own_kinds)


def same_rate(key: str, one: str, other: str) -> bool:
    """Whether two rates agree within half a percent."""
    if key not in _UNITS:
        return one == other
    low, high = sorted((parse_rate(one), parse_rate(other)))
    return (high - low) * 200 <= high


def merged_prices(entries: Iterable[Mapping[str, Any]], proposal: PriceProposal, voice: Voice) -> list[Entry]:
    """`entries` of an offering after `voice` has stated `proposal`, in the order of tier, start and step."""
    known: list[Entry] = [dict(entry) for entry in entries]
    mine = [entry for entry in known if entry.get("tier", "standard") == proposal.tier and "window" not in entry]
    rest = [entry for entry in known if entry not in mine]
    return sorted([*rest, *_tier(mine, _texts(proposal), proposal, voice)], key=_order)


def _tier(entries: list[Entry], stated: dict[int | None, Rates], proposal: PriceProposal, voice: Voice) -> list[Entry]:
    # The source has not changed its mind since it last spoke: nothing moves, whoever was right then.
    if _alike(_last_said(entries, voice), stated):
        return entries
    standing = _in_force(entries, voice.seen_on)
    others = [entry for entry in entries if entry not in standing]
    # A witness never becomes a price: what it says is kept beside the list that stands.
    if proposal.witness:
        return others + [_heard(entry, stated, voice) for entry in standing]
    # Nobody has said anything yet: the list is observed from today.
    if not standing:
        return _list(stated, proposal, voice)
    if _agree(standing, stated):
        return others + _supported(standing, stated, proposal, voice)
    return _disputed(entries, stated, proposal, voice)


def _disputed(
    entries: list[Entry], stated: dict[int | None, Rates], proposal: PriceProposal, voice: Voice
) -> list[Entry]:
    """`entries` after a source that says another price than the list in force."""
    standing = _in_force(entries, voice.seen_on)
    starts_on = standing[0]["starts_on"]
    others = [entry for entry in entries if entry not in standing]
    heard = [_heard(entry, stated, voice) for entry in standing]
    # Against a person, against a more trusted kind, or on the day the list starts: kept beside it.
    if starts_on == voice.seen_on or _outranked(standing, voice):
        return others + heard
    # An older sighting goes before the standing list, as history, and is kept beside it.
    if voice.seen_on < starts_on:
        return others + _list(stated, proposal, voice) + heard
    # A newer sighting: a price that moved, or a source that disagrees. The old list stays, a new one starts today.
    return entries + _succeeding(standing, stated, proposal, voice)


def _texts(proposal: PriceProposal) -> dict[int | None, Rates]:
    return {above: {unit: format_rate(rate) for unit, rate in rates.items()} for above, rates in proposal.steps.items()}


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
        entries.append(_with_rates(entry, rates, [said]))
    return entries


def _supported(
    standing: Iterable[Entry], stated: Mapping[int | None, Rates], proposal: PriceProposal, voice: Voice
) -> list[Entry]:
    """`standing` with `voice` agreeing, with units and steps that it alone knows, from the earlier day of the two."""
    spoken_of = {entry.get("above_input_tokens"): entry for entry in standing}
    entries = [_agreed(entry, stated[above], voice) if above in stated else entry for above, entry in spoken_of.items()]
    if any(s.is_by_hand for entry in entries for s in _statements(entry, voice)):
        return entries
    new = _list({above: rates for above, rates in stated.items() if above not in spoken_of}, proposal, voice)
    observed = all(entry["basis"] == "observed" for entry in entries)
    start = min(voice.seen_on, entries[0]["starts_on"]) if observed else entries[0]["starts_on"]
    return [{**entry, "starts_on": start} for entry in [*entries, *new]]


def _agreed(entry: Entry, rates: Rates, voice: Voice) -> Entry:
    """`entry` with `voice` behind it. A person's entry gains no unit; a unit that nobody states any more goes."""
    statements = _statements(entry, voice)
    said = _restated(statements, rates, voice)
    if any(statement.is_by_hand for statement in statements):
        return _with_rates(entry, _rates(entry), said)
    spoken = {unit for statement in said for unit in statement.values}
    known = {**rates, **_rates(entry)}
    return _with_rates(entry, {unit: rate for unit, rate in known.items() if unit in spoken}, said)


def _succeeding(
    standing: Iterable[Entry], stated: Mapping[int | None, Rates], proposal: PriceProposal, voice: Voice
) -> list[Entry]:
    """The list that starts on the day of `voice`. Others keep their say; what still holds is carried over."""
    old = {entry.get("above_input_tokens"): entry for entry in standing}
    new = {entry.get("above_input_tokens"): entry for entry in _list(stated, proposal, voice)}
    entries = []
    unmoved = _same_base(_rates(old.get(None, {})), stated[None])
    for above, entry in new.items():
        if above not in old:
            entries.append(entry)
            continue
        heard = [s for s in _statements(old[above], voice) if s.source != voice.source]
        rates = {**_rates(old[above]), **_rates(entry)} if unmoved and heard else _rates(entry)
        entries.append(_with_rates(entry, rates, [*_statements(entry, voice), *heard]))
    if unmoved and set(new) == {None}:
        day = {"starts_on": voice.seen_on, "basis": "observed"}
        steps = [entry for above, entry in old.items() if above is not None]
        entries += [{**e, **day} for e in steps if any(s.source != voice.source for s in _statements(e, voice))]
    return entries


def _heard(entry: Entry, stated: Mapping[int | None, Rates], voice: Voice) -> Entry:
    """`entry` unchanged, with what `voice` says of it kept in its evidence."""
    rates = stated.get(entry.get("above_input_tokens"))
    if rates is None:
        return entry
    return _with_rates(entry, _rates(entry), _restated(_statements(entry, voice), rates, voice))


def _restated(statements: Iterable[Statement], rates: Rates, voice: Voice) -> list[Statement]:
    """`statements` where the one of `voice` says `rates`, since the day it first said exactly that of this list."""
    statements = list(statements)
    mine = [s for s in statements if s.source == voice.source and not s.is_by_hand]
    first = min((s.seen_on for s in mine if _alike({None: dict(s.values)}, {None: rates})), default=voice.seen_on)
    kept = [statement for statement in statements if statement not in mine]
    return [*kept, Statement(source=voice.source, seen_on=first, values=rates)]


def _last_said(entries: Iterable[Entry], voice: Voice) -> dict[int | None, Rates]:
    """The newest list that the source has spoken of, in its own words."""
    found: dict[str, dict[int | None, Rates]] = {}
    for entry in entries:
        for statement in _statements(entry, voice):
            if statement.source == voice.source and not statement.is_by_hand:
                steps = found.setdefault(entry["starts_on"], {})
                steps[entry.get("above_input_tokens")] = dict(statement.values)
    return found[max(found)] if found else {}


def _in_force(entries: Iterable[Entry], day: str) -> list[Entry]:
    """The list in force on `day`; before the first list, the first."""
    entries = list(entries)
    days = sorted({entry["starts_on"] for entry in entries})
    begun = [start for start in days if start <= day]
    start = begun[-1] if begun else days[0] if days else None
    return [entry for entry in entries if entry["starts_on"] == start]


def _agree(standing: Iterable[Entry], stated: Mapping[int | None, Rates]) -> bool:
    """Whether nothing that both state differs, and both have a base."""
    lists = {entry.get("above_input_tokens"): _rates(entry) for entry in standing}
    if None not in lists or any(entry.get("currency", "USD") != "USD" for entry in standing):
        return False
    pairs = [(lists[above], rates) for above, rates in stated.items() if above in lists]
    return all(same_rate(unit, known[unit], rates[unit]) for known, rates in pairs for unit in rates if unit in known)


def _same_base(one: Rates, other: Rates) -> bool:
    return all(
        unit in one and unit in other and same_rate(unit, one[unit], other[unit]) for unit in ("input", "output")
    )


def _alike(one: Mapping[int | None, Rates], other: Mapping[int | None, Rates]) -> bool:
    """Whether two statements name the same steps and units with the same rates."""
    if one.keys() != other.keys():
        return False
    return all(
        one[above].keys() == other[above].keys()
        and all(same_rate(unit, rate, other[above][unit]) for unit, rate in one[above].items())
        for above in one
    )


def _outranked(standing: Iterable[Entry], voice: Voice) -> bool:
    """Whether a person, or a more trusted kind of evidence, stands behind the list.

    A router's price does not count: it says what the router charges.
    """
    mine = voice.trust.rank(Statement(source=voice.source, seen_on=voice.seen_on, values={}))
    behind = [
        statement
        for entry in standing
        for statement in _statements(entry, voice)
        if not any(_differs(entry, unit, said) for unit, said in statement.values.items())
        and (statement.kind or voice.own_kinds.get(statement.source)) != "router_price"
    ]
    return any(s.is_by_hand or (s.source != voice.source and voice.trust.rank(s) < mine) for s in behind)


def _differs(entry: Entry, unit: str, said: str) -> bool:
    """Whether `said` is another rate than the one that stands in `entry`."""
    return unit not in entry or not same_rate(unit, entry[unit], said)


def _rates(entry: Mapping[str, Any]) -> Rates:
    return {unit: entry[unit] for unit in _UNITS if unit in entry}


def _statements(entry: Mapping[str, Any], voice: Voice) -> list[Statement]:
    return decode(_rates(entry), entry["evidence"], voice.importers)


def _with_rates(entry: Mapping[str, Any], rates: Rates, statements: Iterable[Statement]) -> Entry:
    """`entry` with these rates and the evidence that follows, keys in the order of the record."""
    ordered = {unit: rates[unit] for unit in _UNITS if unit in rates}
    head = {key: entry[key] for key in _BEFORE_RATES if key in entry}
    return {**head, **ordered, "evidence": encode(ordered, statements, same=same_rate)}


def _order(entry: Mapping[str, Any]) -> tuple[int, str, int, str]:
    tiers = ("standard", "batch", "flex", "priority")
    window = entry.get("window", {}).get("start", "")
    return (tiers.index(entry.get("tier", "standard")), entry["starts_on"], entry.get("above_input_tokens", 0), window)
