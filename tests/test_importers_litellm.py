"""LiteLLM: every trap of its cost map, met with a small file of the same shape."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tests.importing.shop import NOVEMBER, Shop, ll


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    """An empty registry with seven providers."""
    return Shop(tmp_path)


def take(shop: Shop, **more: Any) -> dict[str, Any]:
    """The document of one row at Groq after an import."""
    shop.take("litellm", {"groq/m": ll("groq", **more)}, NOVEMBER)
    return shop.offering("groq/m")


def test_prices_are_per_token(shop: Shop) -> None:
    """5.9e-07 dollars a token are 0.59 dollars per million, to the digit."""
    price = take(shop, input_cost_per_token=5.9e-07, output_cost_per_token=3.75e-08)["prices"][0]
    assert (price["input"], price["output"]) == ("0.59", "0.0375")


def test_the_sample_row_is_dropped(shop: Shop) -> None:
    """sample_spec explains the format; it is no model and not even a skip."""
    summary = shop.take("litellm", {"sample_spec": ll("groq"), "groq/m": ll("groq")}, NOVEMBER)
    assert (summary.added, summary.skipped) == (("groq/m",), {})


def test_one_prefix_is_stripped_and_no_more(shop: Shop) -> None:
    """groq/openai/gpt-oss-120b is openai/gpt-oss-120b at Groq; groq/groq/compound is groq/compound."""
    shop.take("litellm", {"groq/openai/gpt-oss-120b": ll("groq"), "groq/groq/compound": ll("groq")}, NOVEMBER)
    wires = [shop.offering(name)["wire_id"] for name in shop.names()]
    assert wires == ["groq/compound", "openai/gpt-oss-120b"]


def test_the_provider_is_the_field_and_not_the_key(shop: Shop) -> None:
    """gpt-5 has no prefix; openai/gpt-oss-20b at Groq's field is Groq's."""
    shop.take("litellm", {"gpt-5": ll("openai"), "openai/gpt-oss-20b": ll("groq")}, NOVEMBER)
    assert shop.names() == ["groq/openai/gpt-oss-20b", "openai/gpt-5"]


def test_a_price_per_thousand_is_a_unit_error(shop: Shop) -> None:
    """0.0032 dollars a token is 3,200 per million: quarantined, while the offering stays without a price."""
    row = ll("groq", input_cost_per_token=0.0032, output_cost_per_token=0.00971)
    summary = shop.take("litellm", {"groq/m": row}, NOVEMBER)
    assert "prices" not in shop.offering("groq/m")
    assert summary.skipped == {"above $1,000 per million: a unit error": 1}


def test_a_deprecation_date_is_the_last_day(shop: Shop) -> None:
    """The row answers until that day, even when the day is past: resolving compares it, importing keeps it."""
    assert take(shop, deprecation_date="2026-05-27")["lifecycle"] == {
        "status": "deprecated",
        "retires_on": date(2026, 5, 27),
    }


def test_an_absent_flag_is_not_false(shop: Shop) -> None:
    """A row without flags says nothing about any capability."""
    assert "capabilities" not in take(shop)


def test_tool_choice_without_tools_is_not_believed(shop: Shop) -> None:
    """138 rows claim the choice of a tool without tools."""
    assert "capabilities" not in take(shop, supports_tool_choice=True)


def test_tool_flags_add_up(shop: Shop) -> None:
    """Tools, their choice and parallel calls are levels 1 and 2 and a feature."""
    flags = {
        "supports_function_calling": True,
        "supports_tool_choice": True,
        "supports_parallel_function_calling": True,
    }
    assert take(shop, **flags)["capabilities"]["tool_use"] == {"at_least": 2, "features": {"parallel": True}}


def test_an_explicit_false_is_a_denial(shop: Shop) -> None:
    """False is said on purpose: no choice of tools means level 1 and not more."""
    found = take(shop, supports_function_calling=True, supports_tool_choice=False)["capabilities"]["tool_use"]
    assert found == {"at_least": 1, "at_most": 1}


def test_max_input_is_never_the_context(shop: Shop) -> None:
    """922,000 of input out of 1,050,000: the context stays unknown."""
    document = take(shop, max_input_tokens=922000, max_output_tokens=128000)
    assert ("context_tokens" in document, document["max_input_tokens"]) == (False, 922000)


def test_no_input_price_is_no_price(shop: Shop) -> None:
    """171 chat rows have no input price."""
    summary = shop.take("litellm", {"groq/m": ll("groq", input_cost_per_token=None)}, NOVEMBER)
    assert summary.skipped == {"no price for input and output": 1}


def test_zero_is_no_price(shop: Shop) -> None:
    """78 chat rows are 0/0 without saying why."""
    row = ll("groq", input_cost_per_token=0, output_cost_per_token=0)
    assert shop.take("litellm", {"groq/m": row}, NOVEMBER).skipped == {"zero price without a reason": 1}


def test_a_price_by_the_second_is_not_per_token(shop: Shop) -> None:
    """Rows that bill by time have token prices of 0 that mean nothing."""
    row = ll("groq", input_cost_per_token=0, output_cost_per_token=0, input_cost_per_second=0.01)
    assert shop.take("litellm", {"groq/m": row}, NOVEMBER).skipped == {"billed by the second or the hour": 1}


def test_price_keys_multiply(shop: Shop) -> None:
    """Unit, step and tier are all in the key: each tier is a list of its own, with its own steps."""
    prices = take(
        shop,
        max_input_tokens=1000000,
        cache_read_input_token_cost=5e-08,
        cache_creation_input_token_cost=6e-07,
        cache_creation_input_token_cost_above_1hr=1e-06,
        input_cost_per_token_above_200k_tokens=1e-06,
        output_cost_per_token_above_200k_tokens=2e-06,
        input_cost_per_token_batches=2.5e-07,
        output_cost_per_token_batches=7.5e-07,
        input_cost_per_token_priority=1e-06,
        output_cost_per_token_priority=3e-06,
        input_cost_per_token_above_272k_tokens_priority=2e-06,
        output_cost_per_token_above_272k_tokens_priority=4e-06,
    )["prices"]
    shown = [(p.get("tier", "standard"), p.get("above_input_tokens"), p["input"], p["output"]) for p in prices]
    assert shown == [
        ("standard", None, "0.5", "1.5"),
        ("standard", 200000, "1", "2"),
        ("batch", None, "0.25", "0.75"),
        ("priority", None, "1", "3"),
        ("priority", 272000, "2", "4"),
    ]
    assert [prices[0][unit] for unit in ("cache_read", "cache_write", "cache_write_1h")] == ["0.05", "0.6", "1"]


def test_a_tier_without_an_output_price_is_left_out(shop: Shop) -> None:
    """Half a price list is none; other tiers stay."""
    summary = shop.take("litellm", {"groq/m": ll("groq", input_cost_per_token_flex=1e-07)}, NOVEMBER)
    assert len(shop.offering("groq/m")["prices"]) == 1
    assert summary.skipped == {"incomplete price of a tier: flex": 1}


def test_a_tier_that_has_no_place_is_counted(shop: Shop) -> None:
    """Ultrafast is no service tier here; it must not become the standard price."""
    row = ll("groq", input_cost_per_token_ultrafast=5e-06, output_cost_per_token_ultrafast=9e-06)
    summary = shop.take("litellm", {"groq/m": row}, NOVEMBER)
    assert [price["input"] for price in shop.offering("groq/m")["prices"]] == ["0.5"]
    assert summary.skipped == {"price of a tier that is not held: ultrafast": 1}


def test_tiered_pricing_is_steps(shop: Shop) -> None:
    """Ranges that follow each other are a base and its steps; reasoning tokens have a rate of their own."""
    tiers = [
        {"range": [0, 256000.0], "input_cost_per_token": 4e-07, "output_cost_per_token": 1.2e-06},
        {
            "range": [256000.0, 1000000.0],
            "input_cost_per_token": 1.2e-06,
            "output_cost_per_token": 3.6e-06,
            "output_cost_per_reasoning_token": 1.2e-05,
        },
    ]
    row = {"input_cost_per_token": None, "output_cost_per_token": None, "tiered_pricing": tiers}
    prices = take(shop, max_input_tokens=997952, **row)["prices"]
    assert [(p.get("above_input_tokens"), p["input"], p.get("reasoning")) for p in prices] == [
        (None, "0.4", None),
        (256000, "1.2", "12"),
    ]


def test_tiered_pricing_with_a_gap_is_no_price(shop: Shop) -> None:
    """Ranges that do not start at 0 leave the base price unknown."""
    tiers = [{"range": [1000, 2000], "input_cost_per_token": 1e-06, "output_cost_per_token": 1e-06}]
    assert shop.take("litellm", {"groq/m": ll("groq", tiered_pricing=tiers)}, NOVEMBER).skipped == {
        "tiered price with a gap": 1
    }


def test_an_off_peak_window_drops_the_price(shop: Shop) -> None:
    """A price that holds only outside office hours in another country is no price of a call."""
    row = ll("groq", off_peak_pricing={"input_cost_per_token": 1e-07, "windows": []})
    summary = shop.take("litellm", {"groq/m": row}, NOVEMBER)
    assert "prices" not in shop.offering("groq/m")
    assert summary.skipped == {"price that holds only part of the day or week": 1}


def test_size_class_defaults_are_not_prices(shop: Shop) -> None:
    """A Fireworks row with exactly the price of a size class may hold the default: it creates nothing."""
    default = {"input_cost_per_token": 2e-07, "output_cost_per_token": 2e-07}
    rows = {
        "fireworks-ai-4.1b-to-16b": ll("fireworks_ai", **default),
        "fireworks_ai/accounts/fireworks/models/old": ll("fireworks_ai", **default),
        "fireworks_ai/accounts/fireworks/models/new": ll("fireworks_ai"),
    }
    summary = shop.take("litellm", rows, NOVEMBER)
    assert summary.added == ("fireworks/new",)
    assert summary.skipped == {"class of model sizes, not a model": 1, "price equals the default of a size class": 1}


def test_bedrock_scopes_are_offerings_of_their_own(shop: Shop) -> None:
    """Geo costs 10 % more than global: each scope keeps its price and is never merged. -v1:0 stays."""
    rows = {
        f"{scope}anthropic.claude-x-v1:0": ll("bedrock_converse", input_cost_per_token=price)
        for scope, price in (("", 3e-06), ("us.", 3.3e-06), ("global.", 3e-06), ("us-gov.", 3.6e-06))
    }
    shop.take("litellm", rows, NOVEMBER)
    found = {name: shop.offering(name) for name in shop.names()}
    assert {d["wire_id"]: (d.get("region"), d["prices"][0]["input"]) for d in found.values()} == {
        "anthropic.claude-x-v1:0": (None, "3"),
        "us.anthropic.claude-x-v1:0": ("us", "3.3"),
        "global.anthropic.claude-x-v1:0": ("global", "3"),
        "us-gov.anthropic.claude-x-v1:0": ("us-gov", "3.6"),
    }


def test_the_price_of_one_bedrock_region_is_left_out(shop: Shop) -> None:
    """bedrock/<region>/ is a key of the tool: the request names the id without it."""
    rows = {"bedrock/eu-west-1/anthropic.claude-x": ll("bedrock"), "azure_ai/x": ll("azure_ai")}
    summary = shop.take("litellm", rows, NOVEMBER)
    assert summary.skipped == {"no provider file": 1, "price of one region or route, not a wire id": 1}


def test_vertex_keeps_the_version(shop: Shop) -> None:
    """claude-x@20250929 is what a request names; its provider is called vertex_ai-anthropic_models in the file."""
    shop.take("litellm", {"vertex_ai/claude-x@20250929": ll("vertex_ai-anthropic_models")}, NOVEMBER)
    assert shop.offering("google-vertex/claude-x-20250929")["wire_id"] == "claude-x@20250929"


def test_a_key_with_and_without_its_prefix_is_one_row(shop: Shop) -> None:
    """Two keys of one wire id with one price are one offering; the short one is counted."""
    rows = {"vertex_ai/gemini-x": ll("vertex_ai"), "gemini-x": ll("vertex_ai")}
    summary = shop.take("litellm", rows, NOVEMBER)
    assert (shop.names(), summary.skipped) == (["google-vertex/gemini-x"], {"second row of one wire id": 1})


def test_two_rows_that_disagree_are_both_left_out(shop: Shop) -> None:
    """One source with two prices for one wire id says nothing, but still lists the offering."""
    shop.take("litellm", {"bedrock/x.y": ll("bedrock")}, NOVEMBER)
    rows = {"bedrock/x.y": ll("bedrock"), "x.y": ll("bedrock_converse", input_cost_per_token=9e-07)}
    summary = shop.take("litellm", rows, date(2026, 12, 1))
    assert summary.skipped == {"two rows of one wire id with different prices": 2}
    assert shop.table("sightings/litellm.csv")[1:] == [
        ["amazon-bedrock", "2026-12-01"],
        ["amazon-bedrock/x.y", "2026-12-01"],
    ]


def test_the_long_wire_id_of_fireworks_stands(shop: Shop) -> None:
    """The tool accepts a short form; the request names accounts/fireworks/models/."""
    rows = {
        "fireworks_ai/glm-5": ll("fireworks_ai"),
        "fireworks_ai/accounts/fireworks/models/glm-5": ll("fireworks_ai"),
    }
    shop.take("litellm", rows, NOVEMBER)
    assert shop.offering("fireworks/glm-5")["wire_id"] == "accounts/fireworks/models/glm-5"


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        ({"mode": "embedding"}, "mode embedding"),
        ({"mode": "image_generation"}, "mode image_generation"),
        ({"supported_output_modalities": ["text", "image"]}, "output other than text alone"),
        ({"output_cost_per_image_token": 3e-05}, "output other than text alone"),
    ],
)
def test_what_writes_no_plain_text_is_left_out(shop: Shop, more: dict[str, Any], reason: str) -> None:
    """`output` of an image model is the price of text tokens here and of image tokens elsewhere, 20 times apart."""
    assert shop.take("litellm", {"groq/m": ll("groq", **more)}, NOVEMBER).skipped == {reason: 1}


def test_fine_tuning_rows_are_left_out(shop: Shop) -> None:
    """ft: prices a class of private models."""
    assert shop.take("litellm", {"ft:gpt-x": ll("openai")}, NOVEMBER).skipped == {"price of fine-tuned models": 1}


def test_a_responses_only_model_is_taken(shop: Shop) -> None:
    """Mode responses is another API of the same kind of model."""
    shop.take("litellm", {"gpt-x": ll("openai", mode="responses")}, NOVEMBER)
    assert shop.names() == ["openai/gpt-x"]
