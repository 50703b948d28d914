"""The order of rows: lexicographic over rank keys with bands, then cost, TTFT and id. Total and stable."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from capreg.resolver.figures import Figures
    from capreg.resolver.request import RankKey

__all__ = ["ranked"]

_MILLION = 1_000_000
_LARGER_IS_BETTER = frozenset({"output_tps"})
_TIES = ("cost", "latency")
_UNKNOWN_LAST = (1, 0)


def ranked(rows: Sequence[int], rank_by: Sequence[RankKey], figures: Figures) -> list[int]:
    """`rows`, best first. Rows are in order of id, so equal ones keep it."""
    groups = [list(rows)]
    for key in rank_by:
        groups = [band for group in groups for band in _bands(group, key, figures)]
    return [row for group in groups for row in sorted(group, key=lambda row: _tie(row, figures))]


def _bands(rows: list[int], key: RankKey, figures: Figures) -> list[list[int]]:
    """`rows` in bands of the key, best first; rows whose value is unknown are the last band."""
    sign = -1 if key.name in _LARGER_IS_BETTER else 1
    known = sorted((sign * v, row) for row in rows if (v := figures.ranked(key.name, row)) is not None)
    bands: list[list[int]] = []
    edge: int | None = None
    for signed, row in known:
        if edge is None or signed * _MILLION > edge:
            bands.append([])
            edge = signed * _MILLION + abs(signed) * key.band
        bands[-1].append(row)
    unknown = [row for row in rows if figures.ranked(key.name, row) is None]
    return [*bands, unknown] if unknown else bands


def _tie(row: int, figures: Figures) -> tuple[tuple[int, int], ...]:
    values = (figures.ranked(name, row) for name in _TIES)
    return (*(_UNKNOWN_LAST if value is None else (0, value) for value in values), (0, row))
