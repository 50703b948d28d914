"""Exact quantities: what is written is what is held, to the digit."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from capreg.units import format_ms, format_rate, format_tps, format_usd, parse_rate, round_usd, scaled


@pytest.mark.parametrize(
    ("text", "expected"),
    [("0", 0), ("0.59", 590_000_000), ("0.000000001", 1), ("1000", 10**12), ("2.50", 2_500_000_000)],
)
def test_a_rate_is_whole_nanodollars(text: str, expected: int) -> None:
    """Nine decimals are exact."""
    assert expected == parse_rate(text)


@pytest.mark.parametrize(
    "text",
    ["", "-1", "+1", "1.", ".5", "1e3", "01", "1,5", "0.0000000001", "1_000", "１２", "nan", " 1", "1\n", "1" * 10],
)
def test_what_is_no_rate(text: str) -> None:
    """No sign, exponent, group, foreign digit, tenth decimal or line break."""
    with pytest.raises(ValueError, match="decimal string"):
        parse_rate(text)


@given(st.integers(0, 10**18 - 1))
def test_a_rate_survives_being_written(rate: int) -> None:
    """parse(format(rate)) is the same integer, and the text is the shortest."""
    text = format_rate(rate)

    assert rate == parse_rate(text)
    assert "." not in text or not text.endswith("0")


@given(st.integers(-(10**27), 10**27))
def test_a_cost_is_printed_exactly(cost: int) -> None:
    """The printed cost, times 10¹⁵, is the cost."""
    assert Decimal(cost) == Decimal(format_usd(cost)).scaleb(15)


@pytest.mark.parametrize(
    ("cost", "expected"),
    [(0, "0"), (1_417_499_000_000, "0.00142"), (123_456 * 10**15, "123456"), (1, "0.00000000000000100")],
)
def test_a_cost_for_people(cost: int, expected: str) -> None:
    """Three significant digits, and never fewer than its whole dollars."""
    assert expected == round_usd(cost)


def test_speeds_are_printed_in_their_units() -> None:
    """Microseconds as milliseconds, thousandths of a token as tokens."""
    assert (format_ms(128_500), format_ms(-1), format_tps(398_000)) == ("128.5", "-0.001", "398")


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (300, 300_000),
        (0.1, 100),
        ("99.5", 99_500),
        (Decimal("0.0004"), 0),
        (-0.0005, -1),
        (True, None),
        ("fast", None),
        (float("nan"), None),
        (float("inf"), None),
        ("1e99999999", None),
        ("1e-99999999", 0),
        (None, None),
    ],
)
def test_scaled_is_exact_and_never_hangs(value: object, expected: int | None) -> None:
    """Rounded down to the unit; what is no finite number is None, also where its exponent is absurd."""
    assert expected == scaled(value, 3)
