"""The universe of a decision: which rows are considered at all, and how many were left out beforehand and why."""

from __future__ import annotations

from typing import TYPE_CHECKING

from capreg.index.columns import ABSENT, STATUS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from capreg.index import Index
    from capreg.resolver.figures import Figures
    from capreg.resolver.moment import Moment
    from capreg.resolver.request import Request

__all__ = ["LEFT_OUT", "Universe", "universe_of"]

LEFT_OUT = ("no_price_in_tier", "retired", "unlisted", "preview", "free")
_PREVIEW, _RETIRED = STATUS.index("preview"), STATUS.index("retired")
_STANDARD = 0


class Universe:
    """The rows that are considered, in order of id, and the rows left out by reason."""

    __slots__ = ("left_out", "rows")

    def __init__(self, rows: Sequence[int], left_out: dict[str, list[int]]) -> None:
        self.rows = rows
        self.left_out = left_out


def universe_of(index: Index, request: Request, figures: Figures, moment: Moment) -> Universe:
    """The rows that `request` is about on the day of `moment`."""
    rows: list[int] = []
    left_out: dict[str, list[int]] = {reason: [] for reason in LEFT_OUT}
    for row in range(len(index)):
        reason = _reason(index, row, request, figures, moment)
        (rows if reason is None else left_out[reason]).append(row)
    return Universe(rows, left_out)


def _reason(index: Index, row: int, request: Request, figures: Figures, moment: Moment) -> str | None:
    policy = request.policy
    if request.tier != _STANDARD and figures.costs.price_list(row) is None:
        return "no_price_in_tier"
    if is_retired(index, row, moment):
        return "retired"
    if not policy.unlisted and is_unlisted(index, row, moment):
        return "unlisted"
    if not policy.preview and index.column("status")[row] == _PREVIEW:
        return "preview"
    return "free" if not policy.free and figures.costs.is_free(row) else None


def is_retired(index: Index, row: int, moment: Moment) -> bool:
    """Whether the row no longer answers on the day of `moment`."""
    day = index.column("retires_on")[row]
    if day == ABSENT:
        return index.column("status")[row] == _RETIRED
    return day <= moment.day


def is_unlisted(index: Index, row: int, moment: Moment) -> bool:
    """Whether no source lists the row any more on the day of `moment`."""
    last = index.column("unlisted_after")[row]
    return last != ABSENT and last < moment.day
