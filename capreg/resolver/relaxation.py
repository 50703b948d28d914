"""Relaxations: the smallest change of a bound that would let somebody in. Policy is never relaxed.

A row can be let in by a bound when that bound is all that keeps it out, whether it fails it or lacks the proof of it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from capreg.index.bits import bits_of, flags_of, rows_of, without
from capreg.resolver.need import need_of
from capreg.resolver.ranking import ranked
from capreg.units import format_usd

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from capreg.resolver.request import Bound
    from capreg.resolver.settled import Settled

    Needs = Mapping[str, int]

__all__ = ["Change", "Relaxation", "relaxations_of"]

_MOST_JOINT = 5


class Change(NamedTuple):
    """One bound, as it was asked and as it would have to be, decimal strings in the unit of its name."""

    bound: str
    asked: str
    needed: str

    def to_dict(self) -> dict[str, str]:
        """Plain JSON."""
        return self._asdict()


class Relaxation(NamedTuple):
    """Changes that, made together, admit exactly `admits`, in order of rank."""

    changes: tuple[Change, ...]
    admits: tuple[str, ...]
    best_cost_before_usd: str | None
    best_cost_after_usd: str | None

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON."""
        return {
            "changes": [change.to_dict() for change in self.changes],
            "admits": list(self.admits),
            "best_cost_before_usd": self.best_cost_before_usd,
            "best_cost_after_usd": self.best_cost_after_usd,
        }


def relaxations_of(settled: Settled) -> tuple[Relaxation, ...]:
    """For each bound alone the smallest change that admits somebody; if no single one does, the least joint changes.

    Joint changes are those that no other makes smaller, among the rows with the fewest bounds in their way, at most
    five, in order of whom they admit first.
    """
    rows = _reachable(settled)
    alone = [_single(settled, bound, rows) for bound in settled.request.bounds]
    found = tuple(relaxation for relaxation in alone if relaxation is not None)
    return found or tuple(_joint(settled, rows))


def _reachable(settled: Settled) -> dict[int, Needs]:
    """Rows that bounds alone keep out, with the limit that each of these bounds would need."""
    part, bounds = settled.partition, {bound.name: bound for bound in settled.request.bounds}
    obstacles: list[tuple[Bound, Sequence[int]]] = []
    beyond_reach = 0
    for check, fails, unknown in zip(part.checks, part.fails, part.unknowns, strict=True):
        if check.label in bounds:
            obstacles.append((bounds[check.label], flags_of(fails | unknown, len(settled.index))))
            for _, blank in check.blanks(unknown):
                beyond_reach |= blank
        else:
            beyond_reach |= fails | unknown
    reachable: dict[int, Needs] = {}
    for row in rows_of(without(part.excluded | part.unknown, beyond_reach)):
        needs = {bound.name: need_of(settled, bound, row) for bound, keeps_out in obstacles if keeps_out[row]}
        if None not in needs.values():
            reachable[row] = {name: need for name, need in needs.items() if need is not None}
    return reachable


def _single(settled: Settled, bound: Bound, rows: Mapping[int, Needs]) -> Relaxation | None:
    needs = [need[bound.name] for need in rows.values() if list(need) == [bound.name]]
    if not needs:
        return None
    least = max(needs) if _is_floor(bound.name) else min(needs)
    return _relaxation(settled, {bound.name: least}, rows)


def _joint(settled: Settled, rows: Mapping[int, Needs]) -> list[Relaxation]:
    fewest = min((len(need) for need in rows.values()), default=0)
    needs = [need for need in rows.values() if len(need) == fewest]
    least = [need for need in needs if not any(_is_smaller(other, need) for other in needs)]
    distinct = {tuple(sorted(need.items())): need for need in least}
    found = [_relaxation(settled, need, rows) for need in distinct.values()]
    order = {name: place for place, name in enumerate(_names(settled, list(rows)))}
    return sorted(found, key=lambda relaxation: order[relaxation.admits[0]])[:_MOST_JOINT]


def _is_smaller(one: Needs, other: Needs) -> bool:
    """Whether `one` asks for no larger a change than `other` in any bound, and for a smaller one in some."""
    return one.keys() == other.keys() and one != other and all(_meets(b, one[b], other[b]) for b in other)


def _is_floor(bound: str) -> bool:
    return bound.startswith("min_")


def _meets(bound: str, need: int, limit: int) -> bool:
    return need >= limit if _is_floor(bound) else need <= limit


def _relaxation(settled: Settled, limits: Needs, rows: Mapping[int, Needs]) -> Relaxation:
    admitted = [
        row for row, need in rows.items() if all(b in limits and _meets(b, n, limits[b]) for b, n in need.items())
    ]
    changes = tuple(
        Change(bound.name, bound.shown, bound.show(limits[bound.name]))
        for bound in settled.request.bounds
        if bound.name in limits
    )
    feasible = rows_of(settled.partition.feasible)
    before, after = _best_cost(settled, feasible), _best_cost(settled, [*feasible, *admitted])
    return Relaxation(changes, tuple(_names(settled, admitted)), before, after)


def _names(settled: Settled, rows: Sequence[int]) -> list[str]:
    bits = bits_of(rows, len(settled.index))
    order = ranked(bits, settled.request.rank_by, settled.figures, limit=max(len(rows), 1))
    return [settled.index.offerings[row] for row in order]


def _best_cost(settled: Settled, rows: Iterable[int]) -> str | None:
    costs = [cost for row in rows if (cost := settled.figures.cost(row)) is not None]
    return format_usd(min(costs)) if costs else None
