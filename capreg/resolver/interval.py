"""The interval between catalog events in which a moment lies: what is worked out for one minute holds in all of it."""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING

from capreg.index.coded import distinct
from capreg.index.columns import ABSENT

if TYPE_CHECKING:
    from collections.abc import Sequence

    from capreg.index import Index
    from capreg.resolver.moment import Moment

__all__ = ["FRESH_DAYS", "interval_of"]

FRESH_DAYS = 365
"""A measurement that is older is stale."""


def interval_of(index: Index, moment: Moment, max_age_days: int | None = None) -> tuple[int, ...]:
    """The interval that `moment` lies in: equal for two moments where nothing changes between them.

    Args:
        index: the catalog's index.
        moment: the minute.
        max_age_days: the age at which a measurement stops counting; None for what does not depend on one.
    """
    days: Sequence[int] = index.derived(("event days",), lambda: _days(index))
    minutes: Sequence[int] = index.derived(("event minutes",), lambda: _minutes(index))
    interval = (bisect_right(days, moment.day), bisect_right(minutes, moment.minute))
    if max_age_days is None:
        return interval
    measured: Sequence[int] = index.derived(("measured days",), lambda: distinct(index.column(_MEASURED)))
    return (*interval, max_age_days, bisect_right(measured, moment.day - max_age_days - 1))


_MEASURED = "measurement.measured_on"


def _days(index: Index) -> list[int]:
    """Days at whose start something changes: a price, a retirement, what is listed, what is measured or turns stale."""
    measured = distinct(index.column(_MEASURED))
    days = {*measured, *(day + FRESH_DAYS + 1 for day in measured)}
    days |= {*distinct(index.column("price.starts_on")), *distinct(index.column("retires_on"))}
    days |= {day + 1 for day in distinct(index.column("unlisted_after")) if day != ABSENT}
    return sorted(days)


def _minutes(index: Index) -> list[int]:
    """Minutes of the day at which a price window opens or closes."""
    return sorted({*distinct(index.column("price.window_start")), *distinct(index.column("price.window_end"))})
