"""The order of rows: lexicographic over rank keys with bands, then cost, TTFT and id. Total and stable."""

from __future__ import annotations

from typing import TYPE_CHECKING

from capreg.index.bits import more_than, rows_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from capreg.resolver.estimates import Estimated
    from capreg.resolver.figures import Figures
    from capreg.resolver.request import RankKey

__all__ = ["ranked"]

_MILLION = 1_000_000
_LARGER_IS_BETTER = frozenset({"output_tps", "quality"})
_TIES = ("cost", "latency")
_UNKNOWN_LAST = (1, 0)


def ranked(bits: int, rank_by: Sequence[RankKey], figures: Figures | Estimated, *, limit: int) -> list[int]:
    """The best `limit` rows of `bits`, best first."""
    groups = [_leading(bits, rank_by[0], figures, limit)]
    figures.learn_costs(groups[0])
    for key in rank_by:
        groups = [band for group in groups for band in (_bands(group, key, figures) if len(group) > 1 else [group])]
    ordered: list[int] = []
    for group in groups:
        ordered += sorted(group, key=lambda row: _tie(row, figures)) if len(group) > 1 else group
        if len(ordered) >= limit:
            break
    return ordered[:limit]


def _leading(bits: int, key: RankKey, figures: Figures | Estimated, limit: int) -> list[int]:
    """The rows of the first whole bands of `key` that together hold `limit` rows; all rows where those do not."""
    known = figures.known(key.name, bits)
    if not more_than(known, limit):
        return rows_of(bits)
    found: list[int] = []
    edge: int | None = None
    for value, row in figures.best_first(key.name, known):
        if edge is None or value * _MILLION > edge:
            if len(found) >= limit:
                break
            edge = value * _MILLION + key.slack(value)
        found.append(row)
    return found


def _bands(rows: list[int], key: RankKey, figures: Figures | Estimated) -> list[list[int]]:
    """`rows` in bands of the key, best first; rows whose value is unknown are the last band."""
    sign = -1 if key.name in _LARGER_IS_BETTER else 1
    known = sorted((sign * v, row) for row in rows if (v := figures.ranked(key.name, row)) is not None)
    bands: list[list[int]] = []
    edge: int | None = None
    for signed, row in known:
        if edge is None or signed * _MILLION > edge:
            bands.append([])
            edge = signed * _MILLION + key.slack(signed)
        bands[-1].append(row)
    unknown = [row for row in rows if figures.ranked(key.name, row) is None]
    return [*bands, unknown] if unknown else bands


def _tie(row: int, figures: Figures | Estimated) -> tuple[tuple[int, int], ...]:
    values = (figures.ranked(name, row) for name in _TIES)
    return (*(_UNKNOWN_LAST if value is None else (0, value) for value in values), (0, row))
