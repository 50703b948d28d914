"""models.dev: every trap of its file, met with a small file of the same shape."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from capreg.errors import InvalidArgument, UnreadableFile
from capreg.importers import run
from tests.importing.shop import SEPTEMBER, Shop, listed, md


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    """An empty registry with seven providers."""
    return Shop(tmp_path)


def take(shop: Shop, wire_id: str = "m", **more: Any) -> dict[str, Any]:
    """The document of one row at Groq after an import."""
    shop.take("models-dev", listed(groq=md(wire_id, **more)), SEPTEMBER)
    return shop.offering(f"groq/{wire_id}")


def test_prices_are_per_million_tokens(shop: Shop) -> None:
    """0.59 in the file is 0.59 dollars per million in the registry, observed on the day of the file."""
    price = take(shop, cost={"input": 0.59, "output": 0.79})["prices"][0]
    assert (price["input"], price["output"], price["starts_on"], price["basis"]) == (
        "0.59",
        "0.79",
        date(2026, 9, 30),
        "observed",
    )


def test_float_noise_is_rounded_away(shop: Shop) -> None:
    """0.19999999999999998 is 0.2: floating point's noise is no price."""
    assert take(shop, cost={"input": 0.19999999999999998, "output": 1.5})["prices"][0]["input"] == "0.2"


def test_a_zero_without_a_reason_is_no_price(shop: Shop) -> None:
    """0/0 can mean four things, so the offering is there without a price, and the summary counts why."""
    summary = shop.take("models-dev", listed(groq=md("m", cost={"input": 0, "output": 0})), SEPTEMBER)
    assert "prices" not in shop.offering("groq/m")
    assert summary.skipped == {"zero price without a reason": 1}


def test_a_free_variant_says_why_it_is_free(shop: Shop) -> None:
    """An id that ends in :free is the rate-limited tier: its zero has a reason."""
    shop.take("models-dev", listed(groq=md("m:free", cost={"input": 0, "output": 0})), SEPTEMBER)
    price = shop.offering("groq/m-free")["prices"][0]
    assert (price["input"], price["free"]) == ("0", "rate_limited_tier")


def test_a_zero_beside_a_price_is_left_out(shop: Shop) -> None:
    """A cache price of 0 means unknown; it neither becomes a price nor proves caching."""
    document = take(shop, cost={"input": 1, "output": 2, "cache_read": 0})
    assert "cache_read" not in document["prices"][0]
    assert "prompt_caching" not in document["capabilities"]


def test_a_cache_price_above_the_input_price_is_left_out(shop: Shop) -> None:
    """Cached input that costs more than input stands in the wrong column."""
    assert "cache_read" not in take(shop, cost={"input": 0.1, "output": 0.3, "cache_read": 0.3})["prices"][0]


def test_storage_by_the_hour_is_no_price_of_a_cache_write(shop: Shop) -> None:
    """Gemini bills a cache by the hour, and a share of that hour is less than a read: no write is that cheap."""
    price = take(shop, cost={"input": 1, "output": 2, "cache_read": 0.075, "cache_write": 0.041667})["prices"][0]
    assert (price["cache_read"], "cache_write" in price) == ("0.075", False)


def test_no_cost_is_no_price(shop: Shop) -> None:
    """A row without cost becomes an offering without a price."""
    assert "prices" not in take(shop, cost=None)


def test_context_zero_is_no_chat_model(shop: Shop) -> None:
    """Context 0 means not applicable: the row is left out."""
    summary = shop.take("models-dev", listed(groq=md("m", limit={"context": 0, "output": 0})), SEPTEMBER)
    assert (shop.names(), summary.skipped) == ([], {"context 0: not a chat model": 1})


def test_output_zero_is_unknown(shop: Shop) -> None:
    """An output limit of 0 is absent, not nothing."""
    assert "max_output_tokens" not in take(shop, limit={"context": 8192, "output": 0})


def test_output_above_the_context_is_dropped(shop: Shop) -> None:
    """No answer is longer than the context."""
    document = take(shop, limit={"context": 8192, "output": 16384})
    assert "max_output_tokens" not in document
    assert document["evidence"] == [{"source": "models-dev", "seen_on": SEPTEMBER}]


def test_output_equal_to_the_context_is_kept(shop: Shop) -> None:
    """A server without a limit of its own says so in this way; it loses against any smaller figure."""
    assert take(shop, limit={"context": 8192, "output": 8192})["max_output_tokens"] == 8192


def test_an_input_limit_is_not_the_context(shop: Shop) -> None:
    """1,050,000 tokens in all and 922,000 of input are two limits."""
    document = take(shop, limit={"context": 1050000, "input": 922000, "output": 128000})
    assert (document["context_tokens"], document["max_input_tokens"]) == (1050000, 922000)


def test_long_context_prices_count_once(shop: Shop) -> None:
    """`tiers` and the older `context_over_200k` say the same thing: one step, of unknown mode."""
    step = {"input": 2, "output": 3}
    cost = {"input": 1, "output": 2, "tiers": [{**step, "tier": {"type": "context", "size": 100000}}]}
    limit = {"context": 1000000, "output": 8}
    prices = take(shop, cost={**cost, "context_over_200k": step}, limit=limit)["prices"]
    assert [price.get("above_input_tokens") for price in prices] == [None, 100000]
    assert "tier_mode" not in prices[1]


def test_context_over_200k_counts_alone(shop: Shop) -> None:
    """Without tiers, the older key is the step."""
    cost = {"input": 1, "output": 2, "context_over_200k": {"input": 2, "output": 3}}
    prices = take(shop, cost=cost, limit={"context": 1000000, "output": 8})["prices"]
    assert prices[1]["above_input_tokens"] == 200000


@pytest.mark.parametrize(("size", "above"), [(200000, 200000), (200001, 200000), (272001, 272000), (32001, 32000)])
def test_from_and_above_are_one_step(shop: Shop, size: int, above: int) -> None:
    """A price from 200,001 tokens and one above 200,000 are the same step."""
    tiers = [{"input": 2, "output": 3, "tier": {"type": "context", "size": size}}]
    document = take(shop, cost={"input": 1, "output": 2, "tiers": tiers}, limit={"context": 1000000, "output": 8})
    assert document["prices"][1]["above_input_tokens"] == above


def test_a_step_that_no_request_reaches_is_left_out(shop: Shop) -> None:
    """A step at 200,000 tokens says nothing where the context is 131,072."""
    tiers = [{"input": 2, "output": 3, "tier": {"type": "context", "size": 200000}}]
    assert len(take(shop, cost={"input": 1, "output": 2, "tiers": tiers})["prices"]) == 1


def test_a_priority_mode_is_a_service_tier(shop: Shop) -> None:
    """A mode that only sets service_tier is that tier's price; another mode is left out and counted."""
    modes = {
        "fast": {"cost": {"input": 2, "output": 4}, "provider": {"body": {"service_tier": "priority"}}},
        "other": {"cost": {"input": 9, "output": 9}, "provider": {"body": {"speed": "fast"}}},
    }
    summary = shop.take("models-dev", listed(groq=md("m", experimental={"modes": modes})), SEPTEMBER)
    assert [(p.get("tier"), p["input"]) for p in shop.offering("groq/m")["prices"]] == [
        (None, "0.5"),
        ("priority", "2"),
    ]
    assert summary.skipped == {"price of a mode that is no service tier": 1}


def test_structured_output_has_three_values(shop: Shop) -> None:
    """True proves the schema level, false denies it and leaves JSON mode open, absent says nothing."""
    rows = md("yes", structured_output=True) | md("no", structured_output=False) | md("silent")
    shop.take("models-dev", listed(groq=rows), SEPTEMBER)
    found = [shop.offering(f"groq/{name}")["capabilities"].get("structured_output") for name in ("yes", "no", "silent")]
    assert found == [{"at_least": 2}, {"at_most": 1}, None]


def test_a_false_flag_is_a_denial(shop: Shop) -> None:
    """tool_call false means that it cannot call tools."""
    assert take(shop, tool_call=False)["capabilities"]["tool_use"] == {"at_most": 0}


def test_the_modality_list_is_the_whole_set_except_for_pdf(shop: Shop) -> None:
    """A list without image and audio denies both; pdf is listed too unevenly to deny it."""
    capabilities = take(shop)["capabilities"]
    assert (capabilities["vision"], capabilities["audio_input"]) == ({"at_most": 0}, {"at_most": 0})
    assert "pdf_input" not in capabilities


def test_modalities_in_the_list_are_proven(shop: Shop) -> None:
    """image, audio and pdf in the input list prove their capabilities."""
    modalities = {"input": ["text", "image", "audio", "pdf"], "output": ["text"]}
    capabilities = take(shop, modalities=modalities)["capabilities"]
    assert [capabilities[name]["at_least"] for name in ("vision", "audio_input", "pdf_input")] == [1, 1, 1]


def test_reasoning_options_prove_features_and_deny_none(shop: Shop) -> None:
    """Efforts with "none" prove effort and that it can be left off; a budget is then merely unknown."""
    options = [{"type": "effort", "values": ["none", "low", "high"]}]
    found = take(shop, reasoning=True, reasoning_options=options)["capabilities"]["reasoning"]
    assert found == {"at_least": 2, "features": {"effort": True, "optional": True}}


@pytest.mark.parametrize(
    ("option", "features"),
    [
        ({"type": "toggle"}, {"optional": True}),
        ({"type": "budget_tokens", "min": 0}, {"budget": True, "optional": True}),
        ({"type": "budget_tokens", "min": 128}, {"budget": True}),
        ({"type": "effort", "values": ["low", "high"]}, {"effort": True}),
    ],
)
def test_each_kind_of_reasoning_option(shop: Shop, option: dict[str, Any], features: dict[str, Any]) -> None:
    """A toggle, a budget from 0 and an effort "none" prove that reasoning can be left off; nothing else does."""
    found = take(shop, reasoning=True, reasoning_options=[option])["capabilities"]["reasoning"]
    assert found == {"at_least": 2, "features": features}


@pytest.mark.parametrize(("status", "stands"), [("deprecated", "deprecated"), ("beta", "preview")])
def test_a_status_has_no_date(shop: Shop, status: str, stands: str) -> None:
    """Deprecated still answers, beta is a preview, and neither comes with a date."""
    assert take(shop, status=status)["lifecycle"] == {"status": stands}


def test_the_canonical_id_names_the_model_in_lower_case(shop: Shop) -> None:
    """MiniMax-M3 and minimax-m3 are one id; the wire id stays verbatim."""
    shop.take("models-dev", listed(groq=md("MiniMaxAI/MiniMax-M3", canonical_model_id="minimax/MiniMax-M3")), SEPTEMBER)
    document = shop.offering("groq/minimaxai/minimax-m3")
    assert (document["model"], document["wire_id"]) == ("minimax/minimax-m3", "MiniMaxAI/MiniMax-M3")


def test_a_name_alone_links_to_nothing(shop: Shop) -> None:
    """Without a canonical id, an alias or a name spelled out in full, the model stays absent."""
    rows = {"groq": md("llama-3.3-70b-quickest"), "x": md("y", canonical_model_id="meta/llama-3.3-70b-instruct")}
    shop.take("models-dev", listed(**rows), SEPTEMBER)
    assert "model" not in shop.offering("groq/llama-3.3-70b-quickest")


def test_a_name_spelled_out_in_full_links(shop: Shop) -> None:
    """meta-llama/Llama-3.3-70B-Instruct spells out an id that some row names; the lab is translated by the table."""
    rows = {
        "deepinfra": md("meta-llama/Llama-3.3-70B-Instruct"),
        "x": md("y", canonical_model_id="meta/llama-3.3-70b-instruct"),
    }
    shop.take("models-dev", listed(**rows), SEPTEMBER)
    assert shop.offering("deepinfra/meta-llama/llama-3.3-70b-instruct")["model"] == "meta/llama-3.3-70b-instruct"


def test_a_suffix_is_no_noise(shop: Shop) -> None:
    """-Turbo is a variant: it does not spell the model's name, and where an alias links it, it is a speed class."""
    shop.write(
        "models/meta/llama-3.3-70b-instruct.toml",
        'name = "Llama"\nlab = "meta"\nevidence = [{ source = "models-dev", seen_on = 2026-09-30 }]\n'
        '[aliases]\nmodels-dev = ["deepinfra/meta-llama/Llama-3.3-70B-Instruct-Turbo"]\n',
    )
    rows = md("meta-llama/Llama-3.3-70B-Instruct-Turbo") | md("meta-llama/Llama-3.3-70B-Instruct-Lite")
    shop.take("models-dev", listed(deepinfra=rows), SEPTEMBER)
    turbo = shop.offering("deepinfra/meta-llama/llama-3.3-70b-instruct-turbo")
    assert (turbo["model"], turbo["speed_class"]) == ("meta/llama-3.3-70b-instruct", "turbo")
    assert "model" not in shop.offering("deepinfra/meta-llama/llama-3.3-70b-instruct-lite")


def test_models_take_the_facts_of_their_own_lab(shop: Shop) -> None:
    """Where hosts disagree, the lab's own row says when it was released; where there is none, only agreement counts."""
    rows = {
        "openai": md("gpt-9", release_date="2026-03-01", name="GPT-9", open_weights=False),
        "groq": md("a", canonical_model_id="openai/gpt-9", release_date="2026-05-05")
        | md("b", canonical_model_id="x/y", release_date="2026-01-01")
        | md("c", canonical_model_id="x/y", release_date="2026-02-02"),
    }
    shop.take("models-dev", listed(**rows), SEPTEMBER)
    own = shop.model("openai/gpt-9")
    assert (own["name"], own["open_weights"], own["released_on"]) == ("GPT-9", False, date(2026, 3, 1))
    assert "released_on" not in shop.model("x/y")


@pytest.mark.parametrize(
    ("own", "elsewhere", "expected"),
    [
        (False, (True, True, True), True),
        (True, (False, False, False), False),
        (False, (True, True, False), False),
        (False, (True, True), False),
        (False, (True, True, None), False),
    ],
    ids=["open elsewhere", "closed elsewhere", "contested", "too few", "one says nothing"],
)
def test_openness_is_told_by_whoever_has_the_weights(
    shop: Shop, own: bool, elsewhere: tuple[bool | None, ...], expected: bool
) -> None:
    """A lab's row can say closed of weights that all hosts have; three providers of one mind count against it."""
    hosts = dict(zip(("groq", "one", "other"), elsewhere, strict=False))
    rows = {host: md("a", canonical_model_id="openai/glm-9", open_weights=said) for host, said in hosts.items()}
    twice = md("b", canonical_model_id="openai/glm-9", open_weights=elsewhere[0])
    rows = rows | {"groq": rows["groq"] | twice, "openai": md("glm-9", open_weights=own)}
    shop.take("models-dev", listed(**rows), SEPTEMBER)
    assert shop.model("openai/glm-9")["open_weights"] is expected


def test_a_model_never_reasons_only_if_every_row_says_so(shop: Shop) -> None:
    """One host of 225 that says reasoning is enough to leave it open."""
    never = {"groq": md("a", canonical_model_id="x/y"), "elsewhere": md("b", canonical_model_id="x/y")}
    shop.take("models-dev", listed(**never), SEPTEMBER)
    assert shop.model("x/y")["reasoning"] == "never"
    never["elsewhere"] = md("b", canonical_model_id="x/y", reasoning=True)
    shop.take("models-dev", listed(**never), SEPTEMBER)
    assert "reasoning" not in shop.model("x/y")


def test_a_router_name_makes_a_model_only_where_a_provider_lists_exactly_it(shop: Shop) -> None:
    """Two names at the router, one of them listed by a provider: one model."""
    rows = {
        "openrouter": md("nousresearch/hermes-4-405b") | md("nousresearch/hermes-9"),
        "deepinfra": md("NousResearch/Hermes-4-405B"),
    }
    summary = shop.take("models-dev", listed(**rows), SEPTEMBER)
    assert summary.models_added == ("nousresearch/hermes-4-405b",)


def test_two_hosts_that_spell_a_name_alike_make_a_model(shop: Shop) -> None:
    """One host's name is its own affair, and so is a number format at its end; two strangers agree on a model."""
    rows = {
        "groq": md("Qwen/Qwen9-7B-Instruct") | md("Qwen/Qwen9-7B-Instruct-FP8") | md("Qwen/Qwen9-1B"),
        "deepinfra": md("Qwen/Qwen9-7B-Instruct") | md("Qwen/Qwen9-7B-Instruct-FP8"),
    }
    summary = shop.take("models-dev", listed(**rows), SEPTEMBER)
    assert summary.models_added == ("alibaba/qwen9-7b-instruct",)


def test_a_name_that_is_another_models_alias_makes_none(shop: Shop) -> None:
    """Hosts write each other's names: what a person has placed once is not made a second model."""
    text = 'name = "V3"\nlab = "deepseek"\nevidence = []\naliases = { openrouter = ["deepseek/deepseek-chat-v3"] }\n'
    shop.write("models/deepseek/deepseek-v3.toml", text)
    summary = shop.take(
        "models-dev",
        listed(openrouter=md("deepseek/deepseek-chat-v3"), groq=md("deepseek-ai/DeepSeek-Chat-V3")),
        SEPTEMBER,
    )
    assert (summary.models_added, shop.offering("groq/deepseek-ai/deepseek-chat-v3")["model"]) == (
        (),
        "deepseek/deepseek-v3",
    )


def test_the_router_table_becomes_aliases(shop: Shop) -> None:
    """models.dev says which model an OpenRouter id is; a free variant and an id that spells the model need no alias."""
    name = {"canonical_model_id": "anthropic/claude-opus-4-7"}
    rows = {
        "openrouter": md("anthropic/claude-opus-4.7", **name) | md("anthropic/claude-opus-4.7:free", **name),
        "groq": md("x", **name),
    }
    shop.take("models-dev", listed(**rows), SEPTEMBER)
    assert shop.model("anthropic/claude-opus-4-7")["aliases"] == {"openrouter": ["anthropic/claude-opus-4.7"]}


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        ({"modalities": {"input": ["text"], "output": ["image"]}}, "output other than text alone"),
        ({"modalities": {"input": ["text"], "output": ["text", "image"]}}, "output other than text alone"),
        ({"modalities": {"input": ["audio"], "output": ["text"]}}, "no text in the input"),
    ],
)
def test_what_writes_no_plain_text_is_left_out(shop: Shop, more: dict[str, Any], reason: str) -> None:
    """Image output has another price unit, transcription another input: neither is an offering here."""
    assert shop.take("models-dev", listed(groq=md("m", **more)), SEPTEMBER).skipped == {reason: 1}


def test_guards_and_embedders_are_left_out(shop: Shop) -> None:
    """Guard models and embedders look like cheap chat models in the file; their names are known."""
    rows = md("meta-llama/llama-prompt-guard-2-22m") | md("text-embedding-3-large") | md("llama-guardian-9")
    shop.take("models-dev", listed(groq=rows), SEPTEMBER)
    assert shop.names() == ["groq/llama-guardian-9"]


def test_a_price_by_the_hour_is_no_price(shop: Shop) -> None:
    """DeepSeek charges twice as much at peak: a single figure of a source is one of several."""
    summary = shop.take("models-dev", listed(deepseek=md("deepseek-v9")), SEPTEMBER)
    assert "prices" not in shop.offering("deepseek/deepseek-v9")
    assert summary.skipped == {"price that holds only part of the day or week": 1}


def test_providers_without_a_file_are_counted(shop: Shop) -> None:
    """A provider that nobody has reviewed is not imported."""
    summary = shop.take("models-dev", listed(poe=md("a") | md("b")), SEPTEMBER)
    assert (summary.skipped, summary.added) == ({"no provider file": 2}, ())


def test_the_prefix_of_fireworks_is_no_part_of_the_id_and_its_routers_are(shop: Shop) -> None:
    """accounts/fireworks/models/ carries no meaning; accounts/fireworks/routers/ names something else."""
    rows = md("accounts/fireworks/models/kimi-k3") | md("accounts/fireworks/routers/kimi-k3")
    shop.take("models-dev", listed(**{"fireworks-ai": rows}), SEPTEMBER)
    assert shop.names() == ["fireworks/kimi-k3", "fireworks/routers/kimi-k3"]
    assert shop.offering("fireworks/kimi-k3")["wire_id"] == "accounts/fireworks/models/kimi-k3"


def test_two_wire_ids_with_one_id_are_both_left_out(shop: Shop) -> None:
    """a:b and a-b would share a file; neither is taken, both are reported."""
    summary = shop.take("models-dev", listed(groq=md("a:b") | md("a-b")), SEPTEMBER)
    assert [skip.subject for skip in summary.skips] == ["groq/a-b", "groq/a:b"]
    assert shop.names() == []


def test_the_file_carries_no_date(shop: Shop) -> None:
    """Without a day there is no evidence: the import is refused."""
    with pytest.raises(InvalidArgument) as refused:
        shop.take("models-dev", listed(groq=md("m")))
    assert refused.value.where == "seen_on"


def test_a_file_that_is_not_json_is_refused(shop: Shop) -> None:
    """A truncated download is an error that names the file."""
    file = shop.folder / "broken.json"
    file.write_text('{"groq": ', encoding="utf-8")
    with pytest.raises(UnreadableFile) as refused:
        run("models-dev", file, shop.root, seen_on=SEPTEMBER)
    assert refused.value.where == str(file)
