"""The Pareto front: feasible offerings that no other beats on every key at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from capreg.errors import InvalidArgument
from capreg.index.bits import rows_of
from capreg.resolver.request import RANK_KEYS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from capreg.resolver.settled import Settled

__all__ = ["front_of"]

_FEWEST, _MOST = 2, 3


def front_of(settled: Settled, keys: Sequence[str]) -> list[int]:
    """The rows on the front over `keys`, all feasible ones considered, best on the first key first.

    A row dominates another when it is no worse on any key and better on one. Rows with an unknown value on a key are
    left out: nobody knows where they stand. Equal rows are all on the front.

    Raises:
        InvalidArgument: the keys are not two or three different ones.
    """
    if not _FEWEST <= len(set(keys)) == len(keys) <= _MOST or any(key not in RANK_KEYS for key in keys):
        raise InvalidArgument(
            "a front is drawn over two or three keys",
            where="keys",
            found=repr(tuple(keys)),
            expected=f"two or three different ones of {', '.join(RANK_KEYS)}",
        )
    if "quality" in keys and not settled.request.rated:
        raise InvalidArgument(
            "no capability that is asked can be rated",
            where="keys",
            found="quality",
            expected="a question for a capability that the catalog has estimates for",
        )
    points: list[tuple[tuple[int, ...], int]] = []
    for place in rows_of(settled.partition.feasible):
        row = settled.partition.rows[place]
        point = _point(settled, row, keys)
        if point is not None:
            points.append((point, row))
    front: list[tuple[tuple[int, ...], int]] = []
    for point, row in sorted(points):
        if not any(_dominates(other, point) for other, _ in front):
            front.append((point, row))
    return [row for _, row in front]


def _point(settled: Settled, row: int, keys: Sequence[str]) -> tuple[int, ...] | None:
    """The row's values, smaller is better; None where one is unknown."""
    values = [settled.figures.ranked(key, row) for key in keys]
    known = [value for value in values if value is not None]
    if len(known) < len(values):
        return None
    return tuple(-value if key in ("output_tps", "quality") else value for key, value in zip(keys, known, strict=True))


def _dominates(one: tuple[int, ...], other: tuple[int, ...]) -> bool:
    return one != other and all(a <= b for a, b in zip(one, other, strict=True))
