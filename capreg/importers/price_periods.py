"""Price series: what a source that knows the days of past prices adds to the lists that stand.

A list stays what it was: its rates do not move, and none goes. A series adds lists, gives a list an earlier first day
where it holds the same rates, and is kept in the evidence of every list that it speaks of, for or against.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from capreg.importers.price_statements import (
    Entry,
    Rates,
    Voice,
    agree,
    in_force,
    in_order,
    outranked,
    rates_of,
    same_rate,
    statements_of,
    with_rates,
)
from capreg.importers.proposal import Period, PriceSeries
from capreg.importers.statements import Statement
from capreg.units import format_rate

__all__ = ["merged_series"]

_NEVER = "9999-12-31"
Stated = dict[int | None, Rates]
Words = dict[tuple[str, int | None], tuple[Rates, Period]]
"""What the series says of an entry, by its day and step."""


def merged_series(entries: Iterable[Mapping[str, Any]], series: PriceSeries, voice: Voice) -> list[Entry]:
    """`entries` of an offering after `voice` has told the `series`, in the order of tier, start and step."""
    known: list[Entry] = [dict(entry) for entry in entries]
    mine = [entry for entry in known if entry.get("tier", "standard") == series.tier and "window" not in entry]
    rest = [entry for entry in known if entry not in mine]
    starts = [*(period.starts_on.isoformat() for period in series.periods), _NEVER]
    telling = _Telling(entries=mine, series=series, voice=voice)
    for period, (_, end) in zip(series.periods, pairwise(starts), strict=True):
        telling.tell(period, end)
    return sorted([*rest, *telling.told()], key=in_order)


@dataclass(slots=True, kw_only=True)
class _Telling:
    """One tier's entries while a series is told, period by period; what is said of each is written at the end."""

    entries: list[Entry]
    series: PriceSeries
    voice: Voice
    words: Words = field(default_factory=dict)

    def tell(self, period: Period, end: str) -> None:
        """Tells one period, which lasts until `end`."""
        start = period.starts_on.isoformat()
        stated = _texts(period)
        # Lists that begin while the period lasts, up to the day of the file: the source speaks of them.
        for entry in self.entries:
            if start <= entry["starts_on"] < end and entry["starts_on"] <= self.voice.seen_on:
                self._say(entry, stated, period)
        standing = [entry for entry in in_force(self.entries, start) if entry["starts_on"] <= start]
        # A list begins on that very day: nothing more to say.
        if any(entry["starts_on"] == start for entry in standing):
            return
        if standing and self._needs_no_list(standing, stated, period):
            for entry in standing:
                self._say_unless_said(entry, stated, period)
            return
        following = _first_after(self.entries, start)
        # The next list says the same and was only observed: it held earlier than anybody saw.
        if following and following[0]["starts_on"] < end and self._may_begin_earlier(following, stated):
            self._begin_earlier(following, stated, period)
        else:
            self.entries += self._new(stated, period)

    def told(self) -> list[Entry]:
        """The entries with what was said of them; said before in the same words, it keeps its day."""
        return [self._heard(entry) for entry in self.entries]

    def _say(self, entry: Entry, stated: Stated, period: Period) -> None:
        above = entry.get("above_input_tokens")
        if above in stated:
            self.words[entry["starts_on"], above] = (stated[above], period)

    def _say_unless_said(self, entry: Entry, stated: Stated, period: Period) -> None:
        """An earlier period that said the same of the entry has its word; it may know more units."""
        above = entry.get("above_input_tokens")
        said, _ = self.words.get((entry["starts_on"], above), ({}, period))
        now = stated.get(above, {})
        if not said or any(unit in said and not same_rate(unit, said[unit], rate) for unit, rate in now.items()):
            self._say(entry, stated, period)

    def _heard(self, entry: Entry) -> Entry:
        spoken = self.words.get((entry["starts_on"], entry.get("above_input_tokens")))
        if spoken is None:
            return entry
        rates, period = spoken
        statements = statements_of(entry, self.voice)
        mine = [said for said in statements if said.source == self.voice.source and not said.is_by_hand]
        if any(dict(said.values) == rates for said in mine):
            return entry
        kept = [said for said in statements if said not in mine]
        return with_rates(entry, rates_of(entry), [*kept, self._statement(rates, period)])

    def _statement(self, rates: Rates, period: Period) -> Statement:
        return Statement(source=self.voice.source, seen_on=self.voice.seen_on, values=rates, url=period.url)

    def _needs_no_list(self, standing: list[Entry], stated: Stated, period: Period) -> bool:
        """Whether what the period says is evidence for or against the list in force, and no list of its own."""
        # It says the same. A list that only this source speaks for is also another where a unit or step comes or goes.
        if agree(standing, stated):
            return not self._is_alone(standing) or _same_shape(standing, stated)
        # A first price without a first day does not go against what was seen.
        if period.before or outranked(standing, self.voice):
            return True
        # Two other families said the old price on that day or later; one, where the source only looked on that day.
        most = 0 if self.series.sighting else 1
        return period.basis == "observed" and len(self._voters(standing, period)) > most

    def _voters(self, standing: Iterable[Entry], period: Period) -> set[str]:
        """Other families that said what stands when the period had begun."""
        start = period.starts_on.isoformat()
        return {
            self.voice.family(said.source)
            for entry in standing
            for said in statements_of(entry, self.voice)
            if said.seen_on >= start
            and not self.voice.is_witness(said.source)
            and all(unit in entry and same_rate(unit, entry[unit], rate) for unit, rate in said.values.items())
        } - {self.voice.family(self.voice.source)}

    def _is_alone(self, entries: Iterable[Entry]) -> bool:
        return {said.source for entry in entries for said in statements_of(entry, self.voice)} <= {self.voice.source}

    def _may_begin_earlier(self, following: list[Entry], stated: Stated) -> bool:
        by_hand = any(said.is_by_hand for entry in following for said in statements_of(entry, self.voice))
        observed = all(entry["basis"] == "observed" for entry in following)
        return observed and not by_hand and agree(following, stated)

    def _begin_earlier(self, following: list[Entry], stated: Stated, period: Period) -> None:
        """The next list holds from the day of the period on, with the units and steps that the source alone knows."""
        known = {entry.get("above_input_tokens") for entry in following}
        day = {"starts_on": period.starts_on.isoformat(), "basis": period.basis}
        joined = []
        for entry in following:
            self.words.pop((entry["starts_on"], entry.get("above_input_tokens")), None)
            rates = {**stated.get(entry.get("above_input_tokens"), {}), **rates_of(entry)}
            joined.append({**with_rates(entry, rates, statements_of(entry, self.voice)), **day})
            self._say(joined[-1], stated, period)
        more = self._new({above: rates for above, rates in stated.items() if above not in known}, period)
        self.entries = [*(entry for entry in self.entries if entry not in following), *joined, *more]

    def _new(self, stated: Stated, period: Period) -> list[Entry]:
        """The entries of a list that only this source speaks for."""
        entries = []
        for above, rates in stated.items():
            entry: Entry = {"starts_on": period.starts_on.isoformat(), "basis": period.basis}
            if self.series.tier != "standard":
                entry["tier"] = self.series.tier
            if above is not None:
                entry["above_input_tokens"] = above
            entries.append(with_rates(entry, rates, [self._statement(rates, period)]))
            self._say(entry, stated, period)
        return entries


def _same_shape(standing: Iterable[Entry], stated: Stated) -> bool:
    known = {entry.get("above_input_tokens"): rates_of(entry).keys() for entry in standing}
    return known == {above: rates.keys() for above, rates in stated.items()}


def _first_after(entries: Iterable[Entry], day: str) -> list[Entry]:
    """The first list that starts after `day`, if any."""
    entries = list(entries)
    later = sorted({entry["starts_on"] for entry in entries if entry["starts_on"] > day})
    return [entry for entry in entries if later and entry["starts_on"] == later[0]]


def _texts(period: Period) -> Stated:
    return {above: {unit: format_rate(rate) for unit, rate in rates.items()} for above, rates in period.steps.items()}
