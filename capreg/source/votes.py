"""Who says what of each price: families that agree, families that differ. Counted from evidence; nothing is decided.

A source's word counts on the day on which it was seen. A word of another period than that of the price that stands is
neither for nor against it. Where a price began on the day on which a source was first seen to say it, nobody knows
since when it held: a word of up to 60 days before is taken for one of the same days, and a change in between counts as
a difference.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, get_args

from capreg.catalog import Catalog
from capreg.domain.vocabulary import Unit
from capreg.resolver.provenance import SAME_DAYS, near, same_days_from

__all__ = ["PRICED", "SAME_DAYS", "Side", "Vote", "near", "standing", "votes_of"]

Document = Mapping[str, Any]

PRICED: tuple[str, ...] = get_args(Unit)


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """What one source says of one price."""

    source: str
    family: str
    seen_on: str
    value: str
    """US dollars per million units, as it says."""
    agrees: bool
    same_days: bool
    """Whether it was seen while the price that stands did, or may have."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Vote:
    """One rate of one price entry, and everybody who speaks of it."""

    offering: str
    tier: str
    starts_on: str
    until: str | None
    """The day from which a later list holds; None where this one is the latest."""
    above: int | None
    window: str | None
    unit: str
    value: str
    """What stands."""
    sides: tuple[Side, ...]

    @property
    def families(self) -> frozenset[str]:
        """The families that say what stands, whenever they were seen."""
        return frozenset(side.family for side in self.sides if side.agrees)

    @property
    def against(self) -> tuple[Side, ...]:
        """The sides that say something else of the same days."""
        return tuple(side for side in self.sides if not side.agrees and side.same_days)

    @property
    def state(self) -> str:
        """`conflicting` where a family says otherwise of the same days, `confirmed` by two, else `single-family`."""
        if any(side.family not in self.families for side in self.against):
            return "conflicting"
        return "confirmed" if len(self.families) > 1 else "single-family"

    @property
    def where(self) -> str:
        """Which price of its offering it is, in words."""
        parts = [self.unit] if self.tier == "standard" else [self.unit, self.tier]
        parts += [f"above {self.above:,} tokens"] if self.above is not None else []
        return " ".join([*parts, f"{self.window} UTC"] if self.window else parts)


def votes_of(catalog: Catalog) -> Iterator[Vote]:
    """Every rate of every price entry in US dollars, history too, in order of offering and file."""
    families = _families(catalog)
    refuted = _refuted(catalog)
    for key, offering in sorted(catalog.documents("offerings").items()):
        entries: Sequence[Document] = offering.get("prices", ())
        starts: dict[str, set[str]] = defaultdict(set)
        for entry in entries:
            starts[entry.get("tier", "standard")].add(entry["starts_on"])
        for entry in entries:
            if entry.get("currency", "USD") == "USD":
                later = [day for day in starts[entry.get("tier", "standard")] if day > entry["starts_on"]]
                until = min(later, default=None)
                for vote in _of_entry(key, entry, until, families):
                    more = refuted.get((vote.offering, vote.tier, vote.above, vote.unit), ())
                    yield _with_refuted(vote, entry, more, families) if more else vote


def _families(catalog: Catalog) -> Mapping[str, str]:
    """By source that may speak for prices: its family. Pages on which facts of other kinds are read have no vote."""
    sources = catalog.documents("sources").items()
    speaking = (key for key, source in sources if not source.get("kinds") or "price" in source["kinds"])
    return {key: str(catalog.documents("sources")[key].get("family", key)) for key in speaking}


def standing(votes: Iterator[Vote]) -> Iterator[Vote]:
    """The votes on prices that no later list replaced."""
    return (vote for vote in votes if vote.until is None)


def _of_entry(key: str, entry: Document, until: str | None, families: Mapping[str, str]) -> Iterator[Vote]:
    window = entry.get("window")
    for unit in PRICED:
        if unit in entry:
            yield Vote(
                offering=key,
                tier=entry.get("tier", "standard"),
                starts_on=entry["starts_on"],
                until=until,
                above=entry.get("above_input_tokens"),
                window=f"{window['start']}–{window['end']}" if window else None,
                unit=unit,
                value=entry[unit],
                sides=tuple(_sides(entry, unit, families)),
            )


def _refuted(catalog: Catalog) -> Mapping[tuple[str, str, int | None, str], list[tuple[str, Document]]]:
    """By price: the figures of sources that were refuted, which imports take as not said."""
    found: dict[tuple[str, str, int | None, str], list[tuple[str, Document]]] = defaultdict(list)
    for source, held in catalog.documents("corrections").items():
        for one in held["refuted"]:
            price = (one["offering"], one.get("tier", "standard"), one.get("above_input_tokens"), one["fact"])
            found[price].append((source, one))
    return found


def _with_refuted(
    vote: Vote, entry: Document, refuted: Sequence[tuple[str, Document]], families: Mapping[str, str]
) -> Vote:
    """`vote` with the sides of sources that were refuted: they differed, and go on to count as having done so."""
    spoken = {(side.source, side.value) for side in vote.sides}
    sides = [
        Side(
            source=source,
            family=families.get(source, source),
            seen_on=one["seen_on"],
            value=one["wrong"],
            agrees=False,
            same_days=same_days_from(entry) <= one["seen_on"],
        )
        for source, one in refuted
        if (source, one["wrong"]) not in spoken
        and not near(one["wrong"], vote.value)
        and (vote.until is None or one["seen_on"] < vote.until)
    ]
    return replace(vote, sides=(*vote.sides, *sides)) if sides else vote


def _sides(entry: Document, unit: str, families: Mapping[str, str]) -> Iterator[Side]:
    for one in entry["evidence"]:
        if one["source"] not in families:
            continue
        differing = one.get("says") or {}
        if unit not in differing and one.get("facts") and unit not in one["facts"]:
            continue
        value = str(differing.get(unit, entry[unit]))
        seen_on = one["seen_on"]
        yield Side(
            source=one["source"],
            family=families[one["source"]],
            seen_on=seen_on,
            value=value,
            agrees=near(value, entry[unit]),
            same_days=same_days_from(entry) <= seen_on,
        )
