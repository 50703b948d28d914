"""The oracle's bands: which rows are equal on one key of a ranking, as section 10 of docs/reference/resolver.md says.

A key is judged among rows that are equal on the keys before it. It shares no code with the engine.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

__all__ = ["places_of"]


def places_of(values: Mapping[str, int | None], key: str, band: str | None) -> dict[str, int]:
    """By row: the number of its band. Without a band only equal values share a place. The unknown come last."""
    width = int(Fraction(band or 0) * 10**3) if key == "quality" else int(Fraction(band or 0) * 10**6)
    known = sorted({value for value in values.values() if value is not None}, reverse=key in ("output_tps", "quality"))
    place: dict[int | None, int] = {None: len(known)}
    starts: list[int] = []
    for value in known:
        if not starts or not _in_band(value, starts[-1], key, width):
            starts.append(value)
        place[value] = len(starts) - 1
    return {row: place[value] for row, value in values.items()}


def _in_band(value: int, first: int, key: str, width: int) -> bool:
    if key == "quality":
        return value >= first - width
    if key == "output_tps":
        return value * 10**6 >= first * (10**6 - width)
    return value * 10**6 <= first * (10**6 + width)
