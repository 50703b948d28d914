"""How well a row's model does what is asked: the records that speak for it, and what floors say of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from capreg.index.bits import rows_of, without
from capreg.index.columns import ABSENT, EFFORTS, REASONING
from capreg.resolver.speed import FAIL, PASS, UNKNOWN

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from capreg.index import Index
    from capreg.resolver.request import Bound, Request

__all__ = ["ESTIMATE_FLOOR", "LOW_FLOOR", "Qualities", "Quality", "capability_of", "records_of"]

LOW_FLOOR, ESTIMATE_FLOOR = "min_quality:", "min_estimate:"
"""Floors of the lower end, and of the estimate, before the capability that they are for."""
_NEVER, _OPTIONAL, _ALWAYS = range(len(REASONING))
_OFF = EFFORTS.index("off")
_MOST_KEPT = 64

Pair = tuple[int, int]
"""A model's place and how a row of it reasons: what its quality hangs on."""


class Quality(NamedTuple):
    """What is expected of a row in one capability, thousandths of points; `records` are those that speak for it."""

    estimate: int
    low: int
    high: int
    records: tuple[int, ...]


class Qualities:
    """Qualities of the rows of `index` for one request; with `thinks` as if its call had reasoning tokens."""

    __slots__ = ("_effort", "_index", "_provisional", "_rated", "_thinks")

    def __init__(self, index: Index, request: Request, *, thinks: bool = False) -> None:
        self._index = index
        self._rated = request.rated
        self._thinks = thinks or bool(request.call.reasoning_tokens)
        self._effort = None if request.effort is None else EFFORTS.index(request.effort)
        self._provisional = request.terms.provisional

    def of(self, row: int, capability: str) -> Quality | None:
        """The quality of `row` in `capability`; None is unknown."""
        found, bits = self._table(capability).get(self._pair(row), (None, 0))
        return found if bits >> row & 1 else None

    def ranked(self, row: int) -> int | None:
        """The value of the rank key: the least estimate over the rated capabilities of the question."""
        values = [None if found is None else found.estimate for found in (self.of(row, c) for c in self._rated)]
        known = [value for value in values if value is not None]
        return min(known) if known and len(known) == len(values) else None

    def known(self, among: int) -> int:
        """The rows of `among` whose value of the rank key is known."""
        bits = 0
        for _, rows in self._ranks():
            bits |= rows
        return bits & among

    def best_first(self, among: int) -> Iterator[tuple[int, int]]:
        """(−value, row) of the rows of `among`, best first; of equal ones the lowest row first."""
        for value, rows in self._ranks():
            if rows & among:
                yield from ((-value, row) for row in rows_of(rows & among))

    def judged(self, bound: Bound, among: int) -> tuple[int, int]:
        """The rows of `among` that clear the floor, and those of which it is unknown."""
        capability = capability_of(bound.name)
        passes, fails = 0, self.incapable(capability)
        for found, rows in self._table(capability).values():
            if self.floored(found, bound) >= bound.limit:
                passes |= rows
            elif found.high < bound.limit:
                fails |= rows
        return passes & among, without(among, passes | fails)

    def floored(self, found: Quality, bound: Bound) -> int:
        """What of a quality the floor looks at."""
        return found.low if bound.name.startswith(LOW_FLOOR) else found.estimate

    def incapable(self, capability: str) -> int:
        """The rows that are known not to have `capability` at all."""
        if self._index.vocabulary["capabilities"].get(capability, {}).get("measure") != "level":
            return 0
        return self._index.groups(f"most.{capability}").get(0, 0)

    def gap(self, row: int, capability: str) -> str | None:
        """Why the quality of `row` in `capability` is unknown, in a few words; None where it is known."""
        if self.of(row, capability) is not None:
            return None
        model = self._index.column("model")[row]
        if model == ABSENT:
            return "its model is unknown"
        if self.incapable(capability) >> row & 1:
            return f"it has no {capability}"
        records = records_of(self._index, capability).get(model, ())
        if not records:
            return f"its model has no estimate for {capability}"
        if not self._provisional and all(self._index.column("quality.provisional")[record] for record in records):
            return "its estimate is provisional"
        return f"no estimate for {capability} is of the effort that it runs at"

    def rank_gap(self, row: int) -> str | None:
        """Why the value of the rank key is unknown, in a few words; None where it is known."""
        gaps = (self.gap(row, capability) for capability in self._rated)
        return next((gap for gap in gaps if gap is not None), None)

    def verdict(self, row: int, bound: Bound) -> int:
        """What the floor says of one row."""
        passes, unknown = self.judged(bound, 1 << row)
        return PASS if passes else UNKNOWN if unknown else FAIL

    def _pair(self, row: int) -> Pair:
        return self._index.column("model")[row], self._index.column("reasoning")[row]

    def _table(self, capability: str) -> Mapping[Pair, tuple[Quality, int]]:
        """By model and reasoning: the quality, and the rows that have it. Made once for every way to ask."""
        key = ("quality", capability, self._thinks, self._effort, self._provisional)
        found: Mapping[Pair, tuple[Quality, int]] = self._index.derived(
            key, lambda: self._tabled(capability), most=_MOST_KEPT
        )
        return found

    def _tabled(self, capability: str) -> Mapping[Pair, tuple[Quality, int]]:
        models, reasoning = self._index.groups("model"), self._index.groups("reasoning")
        able = without(self._index.everybody, self.incapable(capability))
        table: dict[Pair, tuple[Quality, int]] = {}
        for model, records in records_of(self._index, capability).items():
            for way, rows in reasoning.items():
                bits = models.get(model, 0) & rows & able
                found = self._spoken(records, way) if bits else None
                if found is not None:
                    table[model, way] = (found, bits)
        return table

    def _spoken(self, records: Sequence[int], way: int) -> Quality | None:
        """The quality that those of `records` give which speak for a row that reasons in this way."""
        effort, provisional = self._index.column("quality.effort"), self._index.column("quality.provisional")
        counting = [r for r in records if self._provisional or not provisional[r]]
        speaking = tuple(r for r in counting if self._speaks(effort[r], way))
        if way == _NEVER and not speaking:
            thinks = self._index.column("quality.thinks")
            speaking = tuple(r for r in counting if effort[r] == ABSENT and not thinks[r])
        if self._effort is None and any(effort[r] == ABSENT for r in speaking):
            speaking = tuple(r for r in speaking if effort[r] in (ABSENT, _OFF))
        if not speaking:
            return None
        estimate, low, high = (self._index.column(f"quality.{name}") for name in ("estimate", "low", "high"))
        return Quality(
            min(estimate[r] for r in speaking), min(low[r] for r in speaking), max(high[r] for r in speaking), speaking
        )

    def _speaks(self, effort: int, way: int) -> bool:
        if way == _NEVER or (way == _OPTIONAL and not self._thinks):
            return effort == _OFF
        if self._effort is not None:
            return effort == self._effort
        return way not in (_OPTIONAL, _ALWAYS) or effort != _OFF

    def _ranks(self) -> Sequence[tuple[int, int]]:
        """Values of the rank key, best first, each with its rows."""
        key = ("quality ranks", self._rated, self._thinks, self._effort, self._provisional)
        found: Sequence[tuple[int, int]] = self._index.derived(key, self._ranked, most=_MOST_KEPT)
        return found

    def _ranked(self) -> Sequence[tuple[int, int]]:
        tables = [self._table(capability) for capability in self._rated]
        rows_at: dict[int, int] = {}
        for pair in tables[0] if tables else ():
            found = [table[pair] for table in tables if pair in table]
            if len(found) == len(tables):
                bits = self._index.everybody
                for _, rows in found:
                    bits &= rows
                value = min(quality.estimate for quality, _ in found)
                rows_at[value] = rows_at.get(value, 0) | bits
        return sorted(rows_at.items(), reverse=True)


def capability_of(bound: str) -> str:
    """The capability that a floor is for.

    >>> capability_of("min_quality:tool_use")
    'tool_use'
    """
    return bound.partition(":")[2]


def records_of(index: Index, capability: str) -> Mapping[int, Sequence[int]]:
    """By model: the records of `capability`, whatever their effort and status."""
    found: Mapping[int, Sequence[int]] = index.derived(("rated", capability), lambda: _records(index, capability))
    return found


def _records(index: Index, capability: str) -> Mapping[int, Sequence[int]]:
    rated: Sequence[str] = index.vocabulary["rated"]
    wanted = rated.index(capability) if capability in rated else ABSENT
    records: dict[int, list[int]] = {}
    for record, (model, place) in enumerate(
        zip(index.column("quality.model"), index.column("quality.capability"), strict=True)
    ):
        if place == wanted:
            records.setdefault(model, []).append(record)
    return records
