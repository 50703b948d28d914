"""Exact quantities: money, tokens per second, durations. Integers inside, text with units outside.

Money. A rate is an integer number of nano-US-dollars per *million* units, so that rate × quantity
is an exact integer of 10⁻¹⁵ US dollars, which is how costs are held and ordered. Nothing is rounded.
Speed. A duration is whole microseconds, a rate of tokens whole thousandths of a token per second.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NewType

if TYPE_CHECKING:
    import re

__all__ = [
    "MICROS_PER_MS",
    "Femtodollars",
    "Microseconds",
    "MilliTokensPerSecond",
    "NanodollarsPerMillion",
    "RateText",
    "format_fraction",
    "format_ms",
    "format_rate",
    "format_tps",
    "format_usd",
    "parse_rate",
    "round_usd",
    "scaled",
]

NanodollarsPerMillion = NewType("NanodollarsPerMillion", int)
"""10⁻⁹ US dollars per 1,000,000 units."""
Femtodollars = NewType("Femtodollars", int)
"""10⁻¹⁵ US dollars."""
Microseconds = NewType("Microseconds", int)
MilliTokensPerSecond = NewType("MilliTokensPerSecond", int)

MICROS_PER_MS = 1000
_RATE_DIGITS = 9
_COST_DIGITS = 15
RATE_PATTERN = r"^(0|[1-9][0-9]{0,8})(\.[0-9]{1,9})?$"
_rate: list[re.Pattern[str]] = []
_MAX_EXPONENT = 18


def parse_rate(text: str) -> NanodollarsPerMillion:
    """The rate written in `text`, US dollars per million units, at most nine decimals.

    Raises:
        ValueError: when `text` is not such a decimal; callers turn it into a finding.

    >>> parse_rate("0.59")
    590000000
    """
    if not _rate:
        import re

        _rate.append(re.compile(RATE_PATTERN))
    if not _rate[0].search(text) or text.endswith("\n"):
        raise ValueError("a decimal string of US dollars per million units, such as '0.59'")
    whole, _, part = text.partition(".")
    return NanodollarsPerMillion(int(whole) * 10**_RATE_DIGITS + int(part.ljust(_RATE_DIGITS, "0") or "0"))


def format_rate(rate: int) -> str:
    """`rate` as the shortest decimal string of US dollars per million units.

    >>> format_rate(590000000)
    '0.59'
    """
    return _shortest(rate, _RATE_DIGITS)


def format_usd(cost: int) -> str:
    """`cost`, an integer of 10⁻¹⁵ US dollars, as the shortest exact decimal string.

    >>> format_usd(1_417_000_000_000)
    '0.001417'
    """
    return _shortest(cost, _COST_DIGITS)


def round_usd(cost: int, digits: int = 3) -> str:
    """`cost` with `digits` significant digits, half to even, for a column that people read.

    >>> round_usd(1_417_499_000_000)
    '0.00142'
    """
    from decimal import Decimal

    if cost == 0:
        return "0"
    value = Decimal(cost).scaleb(-_COST_DIGITS)
    step = Decimal(1).scaleb(min(value.adjusted() - digits + 1, 0))
    return f"{value.quantize(step):f}"


def format_ms(micros: int) -> str:
    """`micros` in milliseconds, the shortest decimal string.

    >>> format_ms(128_500)
    '128.5'
    """
    return _shortest(micros, 3)


def format_tps(milli: int) -> str:
    """`milli`, thousandths of a token per second, as tokens per second.

    >>> format_tps(398_000)
    '398'
    """
    return _shortest(milli, 3)


def format_fraction(value: int, digits: int) -> str:
    """`value`, a whole number of 10**-digits, as the shortest decimal string; `scaled` reads it back.

    >>> format_fraction(50_000, 6)
    '0.05'
    """
    return _shortest(value, digits)


def scaled(value: object, digits: int) -> int | None:
    """`value` × 10**digits as a whole number, rounded down; None where `value` is no finite number.

    Takes int, float, Decimal and decimal text. A float means the digits that Python prints for it.
    """
    if type(value) is int:
        return value * 10**digits if abs(value) < 10 ** (_MAX_EXPONENT + 1) else None
    if value is None or isinstance(value, bool):
        return None
    from decimal import Decimal, InvalidOperation

    if not isinstance(value, int | float | str | Decimal):
        return None
    try:
        number = value if isinstance(value, Decimal) else Decimal(str(value))
    except InvalidOperation:
        return None
    if not number.is_finite() or abs(number.adjusted()) > _MAX_EXPONENT:
        return 0 if number.is_finite() and number.adjusted() < 0 else None
    return int((number.scaleb(digits)).to_integral_value(rounding="ROUND_FLOOR"))


def _shortest(value: int, digits: int) -> str:
    sign, value = ("-", -value) if value < 0 else ("", value)
    whole, part = divmod(value, 10**digits)
    tail = str(part).rjust(digits, "0").rstrip("0")
    return f"{sign}{whole}.{tail}" if tail else f"{sign}{whole}"


class RateText:
    """Marks a field as a rate: a decimal string in documents, an integer of nano-dollars in records.

    A float is refused; the pattern is the same in the JSON Schema.
    """

    def __get_pydantic_core_schema__(self, source: Any, handler: Any) -> Any:
        from pydantic_core import core_schema

        text = core_schema.str_schema(pattern=RATE_PATTERN, regex_engine="python-re")
        return core_schema.no_info_after_validator_function(
            parse_rate, text, serialization=core_schema.plain_serializer_function_ser_schema(format_rate)
        )
