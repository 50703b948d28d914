"""The universe of a decision: which rows are considered at all, and how many were left out beforehand and why."""

from __future__ import annotations

from typing import TYPE_CHECKING

from capreg.index.bits import rows_of, without
from capreg.index.columns import ABSENT, STATUS
from capreg.resolver.interval import interval_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from capreg.index import Index
    from capreg.resolver.figures import Figures
    from capreg.resolver.moment import Moment
    from capreg.resolver.request import Request

__all__ = ["LEFT_OUT", "Universe", "universe_of"]

LEFT_OUT = ("no_price_in_tier", "retired", "unlisted", "preview", "free")
_PREVIEW, _RETIRED = STATUS.index("preview"), STATUS.index("retired")
_STANDARD = 0
_KEPT = 16
"""Intervals and policies whose universe is kept; the oldest goes first."""


class Universe:
    """The rows that are considered, as a bitset, and the rows left out by reason."""

    __slots__ = ("_left_out", "bits")

    def __init__(self, bits: int, left_out: Mapping[str, int]) -> None:
        self.bits = bits
        self._left_out = left_out

    @property
    def left_out(self) -> dict[str, Sequence[int]]:
        """The rows left out by reason, each in order of id."""
        return {reason: rows_of(bits) for reason, bits in self._left_out.items()}


def universe_of(index: Index, request: Request, figures: Figures, moment: Moment) -> Universe:
    """The rows that `request` is about on the day of `moment`. A row is left out for the first reason that holds."""
    policy = request.terms
    let_in = (policy.unlisted, policy.preview, policy.free)
    key = ("universe", request.tier, *let_in, *interval_of(index, moment))
    found: Universe = index.derived(key, lambda: _universe(index, request, figures, moment), most=_KEPT)
    return found


def _universe(index: Index, request: Request, figures: Figures, moment: Moment) -> Universe:
    policy, prices = request.terms, figures.prices
    reasons = {
        "no_price_in_tier": 0 if request.tier == _STANDARD else without(index.everybody, prices.listed),
        "retired": _retired(index, moment),
        "unlisted": 0 if policy.unlisted else _unlisted(index, moment),
        "preview": 0 if policy.preview else index.groups("status").get(_PREVIEW, 0),
        "free": 0 if policy.free else prices.free,
    }
    rest, left_out = index.everybody, {}
    for reason, bits in reasons.items():
        left_out[reason] = rest & bits
        rest ^= left_out[reason]
    return Universe(rest, left_out)


def _retired(index: Index, moment: Moment) -> int:
    dated = index.ascending("retires_on")
    return dated.at_most(moment.day) | without(index.groups("status").get(_RETIRED, 0), dated.known)


def _unlisted(index: Index, moment: Moment) -> int:
    return index.ascending("unlisted_after").at_most(moment.day - 1)


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
