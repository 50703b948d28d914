"""Price entries taken apart and put together: rates, lists, and who says what of them. No policy here."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, get_args

from capreg.domain.vocabulary import PriceEvidence, Unit
from capreg.importers.policy import Trust
from capreg.importers.proposal import PriceProposal
from capreg.importers.statements import Statement, decode, encode
from capreg.units import format_rate, parse_rate

__all__ = [
    "Entry",
    "Rates",
    "Voice",
    "agree",
    "alike",
    "in_force",
    "in_order",
    "last_said",
    "outranked",
    "rates_of",
    "same_rate",
    "statements_of",
    "texts_of",
    "with_rates",
]

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
    families: Mapping[str, str] = field(default_factory=dict)
    """By source: the family whose one vote it shares; itself where it is not here."""

    @property
    def trust(self) -> Trust:
        """How far each source is believed on prices."""
        return Trust(_KINDS, self.own_kinds)

    def family(self, source: str) -> str:
        """The family of `source`."""
        return self.families.get(source, source)

    def is_witness(self, source: str) -> bool:
        """Whether `source` states what a router charges."""
        return self.own_kinds.get(source) == "router_price"


def same_rate(key: str, one: str, other: str) -> bool:
    """Whether two rates agree within half a percent."""
    if key not in _UNITS:
        return one == other
    low, high = sorted((parse_rate(one), parse_rate(other)))
    return (high - low) * 200 <= high


def texts_of(proposal: PriceProposal) -> dict[int | None, Rates]:
    """The rates of a proposal as documents write them, by step."""
    return {above: {unit: format_rate(rate) for unit, rate in rates.items()} for above, rates in proposal.steps.items()}


def rates_of(entry: Mapping[str, Any]) -> Rates:
    """The rates of an entry, by unit."""
    return {unit: entry[unit] for unit in _UNITS if unit in entry}


def statements_of(entry: Mapping[str, Any], voice: Voice) -> list[Statement]:
    """Who says what of an entry."""
    return decode(rates_of(entry), entry["evidence"], voice.importers)


def with_rates(entry: Mapping[str, Any], rates: Rates, statements: Iterable[Statement]) -> Entry:
    """`entry` with these rates and the evidence that follows, keys in the order of the record."""
    ordered = {unit: rates[unit] for unit in _UNITS if unit in rates}
    head = {key: entry[key] for key in _BEFORE_RATES if key in entry}
    return {**head, **ordered, "evidence": encode(ordered, statements, same=same_rate)}


def last_said(entries: Iterable[Entry], source: str, voice: Voice) -> dict[int | None, Rates]:
    """The newest list that `source` has spoken of, in its own words."""
    found: dict[str, dict[int | None, Rates]] = {}
    for entry in entries:
        for statement in statements_of(entry, voice):
            if statement.source == source and not statement.is_by_hand:
                steps = found.setdefault(entry["starts_on"], {})
                steps[entry.get("above_input_tokens")] = dict(statement.values)
    return found[max(found)] if found else {}


def agree(standing: Iterable[Entry], stated: Mapping[int | None, Rates]) -> bool:
    """Whether nothing that both state differs, and both have a base."""
    standing = list(standing)
    lists = {entry.get("above_input_tokens"): rates_of(entry) for entry in standing}
    if None not in lists or any(entry.get("currency", "USD") != "USD" for entry in standing):
        return False
    pairs = [(lists[above], rates) for above, rates in stated.items() if above in lists]
    return all(same_rate(unit, known[unit], rates[unit]) for known, rates in pairs for unit in rates if unit in known)


def alike(one: Mapping[int | None, Rates], other: Mapping[int | None, Rates]) -> bool:
    """Whether two statements name the same steps and units with the same rates."""
    if one.keys() != other.keys():
        return False
    return all(
        one[above].keys() == other[above].keys()
        and all(same_rate(unit, rate, other[above][unit]) for unit, rate in one[above].items())
        for above in one
    )


def in_force(entries: Iterable[Entry], day: str) -> list[Entry]:
    """The list in force on `day`; before the first list, the first."""
    entries = list(entries)
    days = sorted({entry["starts_on"] for entry in entries})
    begun = [start for start in days if start <= day]
    start = begun[-1] if begun else days[0] if days else None
    return [entry for entry in entries if entry["starts_on"] == start]


def outranked(standing: Iterable[Entry], voice: Voice) -> bool:
    """Whether a person, or a more trusted kind of evidence, stands behind the list.

    A router's price does not count: it says what the router charges.
    """
    mine = voice.trust.rank(Statement(source=voice.source, seen_on=voice.seen_on, values={}))
    behind = [
        statement
        for entry in standing
        for statement in statements_of(entry, voice)
        if not any(_differs(entry, unit, said) for unit, said in statement.values.items())
        and (statement.kind or voice.own_kinds.get(statement.source)) != "router_price"
    ]
    return any(s.is_by_hand or (s.source != voice.source and voice.trust.rank(s) < mine) for s in behind)


def _differs(entry: Entry, unit: str, said: str) -> bool:
    """Whether `said` is another rate than the one that stands in `entry`."""
    return unit not in entry or not same_rate(unit, entry[unit], said)


def in_order(entry: Mapping[str, Any]) -> tuple[int, str, int, str]:
    """What entries of an offering are sorted by: tier, start, step, window."""
    tiers = ("standard", "batch", "flex", "priority")
    window = entry.get("window", {}).get("start", "")
    return (tiers.index(entry.get("tier", "standard")), entry["starts_on"], entry.get("above_input_tokens", 0), window)
