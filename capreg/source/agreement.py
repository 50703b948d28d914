"""How often a family of sources agrees with the others, over prices that it did not supply, of the same days.

Each price that another family states is compared with the nearest word of this one on that very price, at most 60 days
off. A change that a provider dated in between makes them words of other days; one that was only observed does not, so
that whoever changed in between differs.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from capreg.catalog import Catalog
from capreg.source.causes import Causes
from capreg.source.votes import SAME_DAYS, Side, Vote, near, votes_of

__all__ = ["Agreement", "Difference", "agreement_of"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """A price on which a family differs from what another supplied."""

    vote: Vote
    supplied: Side
    says: Side
    cause: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """How one family fares against all others."""

    family: str
    agree: int
    other_days: int
    """Prices of which it speaks on other days only."""
    differences: Sequence[Difference]

    @property
    def compared(self) -> int:
        """Prices that it did not supply and speaks of."""
        return self.agree + len(self.differences)

    @property
    def share(self) -> float | None:
        """Percent; None where nothing could be compared."""
        return 100 * self.agree / self.compared if self.compared else None


@dataclass(frozen=True, slots=True)
class _Word:
    """What one source says of one price, on a day of the period that it speaks of."""

    day: date
    vote: Vote
    side: Side


def agreement_of(catalog: Catalog) -> list[Agreement]:
    """Each family against the others, by name."""
    causes = Causes(catalog)
    agree: Counter[str] = Counter()
    other_days: Counter[str] = Counter()
    differences: dict[str, list[Difference]] = defaultdict(list)
    for words, changes in _priced(catalog):
        for family in {word.side.family for word in words}:
            own = [word for word in words if word.side.family == family]
            for word in words:
                if word.side.family == family:
                    continue
                nearest = min(own, key=lambda each: abs(each.day - word.day))
                if not _of_the_same_days(nearest.day, word.day, changes):
                    other_days[family] += 1
                elif near(nearest.side.value, word.side.value):
                    agree[family] += 1
                else:
                    cause = causes.of(word.vote, nearest.side)
                    found = Difference(vote=word.vote, supplied=word.side, says=nearest.side, cause=cause)
                    differences[family].append(found)
    return [
        Agreement(family=f, agree=agree[f], other_days=other_days[f], differences=tuple(differences[f]))
        for f in sorted({*agree, *other_days, *differences})
    ]


def _of_the_same_days(one: date, other: date, changes: Sequence[date]) -> bool:
    first, last = sorted((one, other))
    return (last - first).days <= SAME_DAYS and not any(first < day <= last for day in changes)


def _priced(catalog: Catalog) -> Iterator[tuple[list[_Word], list[date]]]:
    """For each price of each offering, through all its lists: every word once, and the days of dated changes."""
    groups: dict[tuple[object, ...], dict[tuple[object, ...], _Word]] = defaultdict(dict)
    changes: dict[tuple[str, str], set[date]] = defaultdict(set)
    bases = _bases(catalog)
    for vote in votes_of(catalog):
        price = (vote.offering, vote.tier, vote.above, vote.window, vote.unit)
        if bases[vote.offering, vote.tier, vote.starts_on] == "effective":
            changes[vote.offering, vote.tier].add(date.fromisoformat(vote.starts_on))
        for side in vote.sides:
            day = _day(side, vote)
            word = (side.source, day, side.value)
            if word not in groups[price] or side.agrees:
                groups[price][word] = _Word(day, vote, side)
    for (offering, tier, *_), words in groups.items():
        yield list(words.values()), sorted(changes[str(offering), str(tier)])


def _day(side: Side, vote: Vote) -> date:
    seen = date.fromisoformat(side.seen_on)
    return seen if vote.until is None else min(seen, date.fromisoformat(vote.until) - timedelta(days=1))


def _bases(catalog: Catalog) -> Mapping[tuple[str, str, str], str]:
    return {
        (key, entry.get("tier", "standard"), entry["starts_on"]): entry["basis"]
        for key, offering in catalog.documents("offerings").items()
        for entry in offering.get("prices", ())
    }
