"""Prices of storing a cache that sources have in the place of a write's price."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.importing.shop import NOVEMBER, SEPTEMBER, Shop, listed, ll, md

REASON = "storage of a cache where a write's price belongs"


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    """An empty registry with seven providers."""
    return Shop(tmp_path)


def write_of(shop: Shop, wire_id: str, plain: float, write: float) -> str | None:
    """What it costs to write a cache, after an import of a row that says `write` beside `plain` input."""
    cost = {"input": plain, "output": 12, "cache_read": plain / 10, "cache_write": write}
    shop.take("models-dev", listed(deepinfra=md(wire_id, cost=cost)), SEPTEMBER)
    price: dict[str, str] = shop.offering(f"deepinfra/{wire_id}")["prices"][0]
    return price.get("cache_write")


@pytest.mark.parametrize(
    ("plain", "write"),
    [(2, 0.375), (0.5, 0.083333), (0.25, 1), (2, 4.5)],
    ids=["five minutes of a pro", "five minutes of a flash", "an hour of a flash", "an hour of a pro"],
)
def test_storage_of_gemini_is_no_price_of_a_write(shop: Shop, plain: float, write: float) -> None:
    """Five minutes' share is below plain input, an hour's price is one of a few; neither is what a write costs."""
    assert write_of(shop, "google/gemini-9-pro", plain, write) is None


@pytest.mark.parametrize(("plain", "write"), [(2, 2), (1, 1), (0.3, 0.55), (2.5, 2.49998)])
def test_plain_input_with_or_without_storage_is_kept(shop: Shop, plain: float, write: float) -> None:
    """A write that costs what input costs, to the rounding, or input and storage together, is a price of writing."""
    assert write_of(shop, "google/gemini-9-pro", plain, write) == str(write)


def test_other_models_may_write_below_plain_input(shop: Shop) -> None:
    """MiniMax asks less for a write than for the input of its fast mode; nothing is stored by the hour there."""
    assert write_of(shop, "minimax/minimax-m9-highspeed", 0.6, 0.375) == "0.375"


def test_steps_and_other_sources_lose_it_too(shop: Shop) -> None:
    """The step for long inputs has the same mistake, and so has LiteLLM; each row is told once."""
    cost = {
        "input": 2,
        "output": 12,
        "cache_write": 0.375,
        "tiers": [{"input": 4, "output": 18, "cache_write": 0.375, "tier": {"type": "context", "size": 100000}}],
    }
    summary = shop.take("models-dev", listed(groq=md("gemini-9", cost=cost)), SEPTEMBER)
    assert summary.skipped == {REASON: 1}
    assert ["cache_write" in price for price in shop.offering("groq/gemini-9")["prices"]] == [False, False]

    row = ll("groq", input_cost_per_token=2e-6, output_cost_per_token=12e-6, cache_creation_input_token_cost=3.75e-7)
    assert shop.take("litellm", {"groq/gemini-9": row}, NOVEMBER).skipped == {REASON: 1}
    assert "cache_write" not in shop.text("groq/gemini-9")
