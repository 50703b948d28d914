"""Prices out of a source's numbers: exact, bounded, and never a zero without a reason. Nothing is read here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any, Literal

from capreg.domain.vocabulary import FreeReason, ServiceTier
from capreg.importers.proposal import PriceProposal

__all__ = ["NO_PRICE", "OFF_PEAK", "UNIT_ERROR", "ZERO_PRICE", "Per", "Refused", "price_list", "rate"]

Per = Literal["token", "million"]

NO_PRICE = "no price for input and output"
OFF_PEAK = "price that holds only part of the day or week"
ZERO_PRICE = "zero price without a reason"
UNIT_ERROR = "above $1,000 per million: a unit error"
NEGATIVE_PRICE = "negative price: the source means a price that varies"
TOO_FINE = "more than nine decimals"
NOT_A_NUMBER = "a price that is no number"

_MOST = Decimal(1000)
_NANO = Decimal(10**9)
_NO_LIMIT = 10**18
_NOISE = Decimal("1e-9")


@dataclass(frozen=True, slots=True)
class Refused:
    """A number that is not taken as a rate."""

    reason: str


def rate(value: Any, *, per: Per) -> int | Refused:
    """`value` in nano-US-dollars per million units.

    A float means the digits that Python prints for it. What differs from nine decimals by less than a part in 10⁹ is
    the noise of floating point and is rounded away.

    >>> rate(5.9e-07, per="token")
    590000000
    >>> rate(0.19999999999999998, per="million")
    200000000
    """
    stated = _decimal(value)
    if stated is None or not stated.is_finite():
        return Refused(NOT_A_NUMBER)
    if stated < 0:
        return Refused(NEGATIVE_PRICE)
    exact = stated * (10**6 if per == "token" else 1)
    if exact > _MOST:
        return Refused(UNIT_ERROR)
    nano = (exact * _NANO).to_integral_value()
    if abs(nano - exact * _NANO) > _NOISE * exact * _NANO:
        return Refused(TOO_FINE)
    return int(nano)


def _decimal(value: Any) -> Decimal | None:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        return Decimal(str(value))
    except InvalidOperation:
        return None


def price_list(
    stated: Mapping[int | None, Mapping[str, Any]],
    *,
    per: Per,
    tier: ServiceTier = "standard",
    free: FreeReason | None = None,
) -> PriceProposal | Refused:
    """The price list that `stated` holds, by input-token step (None is the base) and unit, in the source's numbers.

    A zero beside the input and output rates means unknown and is left out. A step keeps the rates that are stated.
    """
    steps: dict[int | None, dict[str, int]] = {}
    for above, rates in sorted(stated.items(), key=lambda item: item[0] or 0):
        converted = _converted(rates, per=per, keep_zero=free is not None)
        if isinstance(converted, Refused):
            return converted
        if converted:
            steps[above] = converted
    base = stated.get(None, {})
    if base.get("input") is None or base.get("output") is None:
        return Refused(NO_PRICE)
    if not {"input", "output"} <= steps.get(None, {}).keys():
        return Refused(ZERO_PRICE)
    is_free = free if 0 in (steps[None]["input"], steps[None]["output"]) else None
    return PriceProposal(tier=tier, steps=steps, free=is_free)


def _converted(rates: Mapping[str, Any], *, per: Per, keep_zero: bool) -> dict[str, int] | Refused:
    """The rates that count; a number that cannot be meant spoils the whole list."""
    kept: dict[str, int] = {}
    for unit, value in rates.items():
        if value is None:
            continue
        converted = rate(value, per=per)
        if isinstance(converted, Refused):
            return converted
        if converted or (keep_zero and unit in ("input", "output")):
            kept[unit] = converted
    # Gemini bills a cache by the hour; some sources write the hour's share where a write's price belongs.
    if kept.get("cache_write", _NO_LIMIT) < kept.get("cache_read", 0):
        del kept["cache_write"]
    # A source that has cached input dearer than input has it in the wrong place: which of the two is unknown.
    if kept.get("cache_read", 0) > kept.get("input", _NO_LIMIT):
        del kept["cache_read"]
    return kept
