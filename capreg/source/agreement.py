"""How often a family of sources agrees with the others, over prices that it did not supply, of the same days.

Each price that another source states is compared with the nearest word of this family on that very price, at most 60
days off, and that word with the nearest of the other's: what a source said before it said something nearer is a price
of other days. So is one on the other side of a change that a provider dated. A change that was only observed makes no
other days, so that whoever did not follow it differs.

A router's price of a model is that of the hosts that it has today and moves with them, some every day. Such prices are
counted apart, too: what is left is how a family fares with price lists.
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
    supplied_on: date
    """The last day of what the other said, within the period that it speaks of."""
    says: Side
    said_on: date
    cause: str
    at_router: bool
    """Whether the price is one of a provider that passes calls on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """How one family fares against all others."""

    family: str
    agree: int
    agree_at_routers: int
    """Of these, prices of providers that pass calls on to hosts."""
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

    @property
    def of_price_lists(self) -> tuple[int, int]:
        """Prices compared and agreed on at providers that serve what they sell, not at routers."""
        agree = self.agree - self.agree_at_routers
        return agree + sum(not each.at_router for each in self.differences), agree


@dataclass(frozen=True, slots=True)
class _Word:
    """What one source says of one price, on a day of the period that it speaks of."""

    day: date
    vote: Vote
    side: Side


def agreement_of(catalog: Catalog) -> list[Agreement]:
    """Each family against the others, by name."""
    causes, routers = Causes(catalog), _routers(catalog)
    agree: Counter[tuple[str, bool]] = Counter()
    other_days: Counter[str] = Counter()
    differences: dict[str, list[Difference]] = defaultdict(list)
    for words, changes in _priced(catalog):
        at_router = words[0].vote.offering.partition("/")[0] in routers
        for family, word, nearest in _pairs(words):
            if not _of_the_same_days(nearest.day, word.day, changes) or _is_nearer(words, word, nearest.day):
                other_days[family] += 1
            elif near(nearest.side.value, word.side.value):
                agree[family, at_router] += 1
            else:
                differences[family].append(
                    Difference(
                        vote=word.vote,
                        supplied=word.side,
                        supplied_on=word.day,
                        says=nearest.side,
                        said_on=nearest.day,
                        cause=causes.of(word.vote, nearest.side),
                        at_router=at_router,
                    )
                )
    return [
        Agreement(
            family=family,
            agree=agree[family, False] + agree[family, True],
            agree_at_routers=agree[family, True],
            other_days=other_days[family],
            differences=tuple(differences[family]),
        )
        for family in sorted({*(family for family, _ in agree), *other_days, *differences})
    ]


def _routers(catalog: Catalog) -> frozenset[str]:
    return frozenset(
        key for key, provider in catalog.documents("providers").items() if provider.get("kind") == "router"
    )


def _pairs(words: Sequence[_Word]) -> Iterator[tuple[str, _Word, _Word]]:
    """Each family that speaks of a price, each word of another on it, and the family's own that is nearest to it."""
    for family in {word.side.family for word in words}:
        own = [word for word in words if word.side.family == family]
        for word in words:
            if word.side.family != family:
                yield family, word, min(own, key=lambda each: abs(each.day - word.day))


def _is_nearer(words: Sequence[_Word], word: _Word, day: date) -> bool:
    """Whether the source of `word` has said something nearer to `day`."""
    of_it = (other for other in words if other.side.source == word.side.source)
    return any(abs(other.day - day) < abs(word.day - day) for other in of_it)


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
