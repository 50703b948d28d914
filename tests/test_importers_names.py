"""Names: exact tables, one prefix, no likeness."""

from __future__ import annotations

import pytest

from capreg.errors import InvalidData
from capreg.ids import ModelId, OfferingId, ProviderId
from capreg.importers.names import ModelNames, ProviderNames, Variant, variant_of
from capreg.importers.proposal import OfferingProposal
from capreg.importers.spelling import known_names, own_model, spelled_model, spelled_models


@pytest.mark.parametrize(
    ("name", "model"),
    [
        ("meta-llama/Llama-3.3-70B-Instruct", "meta/llama-3.3-70b-instruct"),
        ("z-ai/glm-4.6", "zhipuai/glm-4.6"),
        ("zai-org/GLM-4.6", "zhipuai/glm-4.6"),
        ("qwen/qwen3-32b", "alibaba/qwen3-32b"),
        ("mistralai/mistral-nemo", "mistral/mistral-nemo"),
        ("x-ai/grok-4.5", "xai/grok-4.5"),
        ("deepseek-ai/DeepSeek-V3.1", "deepseek/deepseek-v3.1"),
        ("MiniMaxAI/MiniMax-M3", "minimax/minimax-m3"),
        ("XiaomiMiMo/MiMo-V2.5", "xiaomi/mimo-v2.5"),
        ("openai/gpt-oss-120b", "openai/gpt-oss-120b"),
        ("a/b/c", None),
        ("glm-4.6", "zhipuai/glm-4.6"),
        ("hermes-4", None),
        ("mistral-large", None),
        ("qwen/qwen3:free", None),
    ],
)
def test_a_full_name_spells_its_model(name: str, model: str | None) -> None:
    """The lab part is translated by the table, the rest is taken as it is; half a name spells nothing."""
    assert spelled_model(name) == model


@pytest.mark.parametrize(
    ("wire_id", "provider", "models"),
    [
        ("hermes-4", "nousresearch", ()),
        ("mistral-large", "mistral", ("mistral/mistral-large",)),
        ("openai-gpt-4.1", "digitalocean", ("openai/gpt-4.1",)),
        ("xai.grok-4", "oci", ("xai/grok-4",)),
        (
            "us-gov.anthropic.claude-sonnet-4-5-20250929-v1:0",
            "amazon-bedrock",
            ("anthropic/claude-sonnet-4-5-20250929",),
        ),
        ("mistral-large@2407", "google-vertex", ("mistral/mistral-large-2407",)),
        ("openai/gpt-oss-20b-maas", "google-vertex", ("openai/gpt-oss-20b",)),
        ("zai-org/GLM-5.1-FP8", "nearai", ("zhipuai/glm-5.1-fp8", "zhipuai/glm-5.1")),
        ("anthropic/claude-4-sonnet", "vercel", ("anthropic/claude-4-sonnet", "anthropic/claude-sonnet-4-20250514")),
        (
            "meta-llama/Meta-Llama-3.1-405B-Instruct",
            "nebius",
            ("meta/meta-llama-3.1-405b-instruct", "meta/llama-3.1-405b-instruct", "meta/llama-3.1-405b"),
        ),
        (
            "Qwen/Qwen2.5-72B-Instruct-Turbo",
            "together",
            ("alibaba/qwen2.5-72b-instruct", "alibaba/qwen-2.5-72b-instruct"),
        ),
        ("zai-org/glm-5-turbo", "novita", ("zhipuai/glm-5-turbo",)),
        ("gptx", "openrouter", ()),
        ("o11-mini", "openrouter", ()),
    ],
)
def test_what_a_wire_id_may_spell_out(wire_id: str, provider: str, models: tuple[str, ...]) -> None:
    """A family ends where its word ends; additions without meaning go; the most literal reading comes first."""
    assert spelled_models(wire_id, provider=provider) == models


@pytest.mark.parametrize(
    ("wire_id", "provider", "model"),
    [
        ("gpt-5.5-cyber", "openai", "openai/gpt-5.5-cyber"),
        ("glm-5.1", "zhipuai-cn", "zhipuai/glm-5.1"),
        ("zai-glm-5", "mistral", None),
        ("deepseek-r1", "alibaba-cn", None),
        ("grok-4.3-latest", "xai", None),
        ("mistral-small", "mistral", None),
        ("gpt-5.5-cyber", "azure", None),
        ("deepseek-ai/DeepSeek-V4.1-Flash-1017", "baseten", "deepseek/deepseek-v4.1-flash-1017"),
        ("deepseek-ai/DeepSeek-V4.1-Flash-1017-Fast", "baseten", None),
    ],
)
def test_a_labs_own_name_is_its_model(wire_id: str, provider: str, model: str | None) -> None:
    """Only of its own family, on its own platform, and no name that moves; or one that a person looked at."""
    assert own_model(wire_id, provider=provider) == model


def test_a_snapshot_of_the_day_of_release_is_the_model() -> None:
    """Another day is another model, which there is none of here."""
    released = {"openai/gpt-5-mini": {"released_on": "2025-08-07"}}
    names = ModelNames.of(released)
    found = [names.router_model(f"openai/gpt-5-mini-{day}") for day in ("2025-08-07", "20250807", "2025-08-08")]
    assert found == ["openai/gpt-5-mini", "openai/gpt-5-mini", None]


def test_no_name_is_completed() -> None:
    """gpt-oss-120b-Turbo does not match gpt-oss-120b, and gpt-oss does not either."""
    names = ModelNames(ids=frozenset({"openai/gpt-oss-120b"}), aliases={})
    found = [names.router_model(f"openai/{name}") for name in ("gpt-oss-120b", "gpt-oss-120b-turbo", "gpt-oss")]
    assert found == ["openai/gpt-oss-120b", None, None]


def test_an_alias_comes_before_what_the_source_names() -> None:
    """A person's alias corrects a source's wrong canonical id."""
    names = ModelNames(ids=frozenset({"a/x", "a/y"}), aliases={("models-dev", "p/w"): "a/y"})
    proposal = OfferingProposal(id=OfferingId("p/w"), wire_id="w", key="p/w", canonical=ModelId("a/x"))
    assert (names.model("models-dev", proposal), names.model("litellm", proposal)) == ("a/y", "a/x")


def test_a_provider_name_of_two_providers_is_an_error() -> None:
    """genai-prices calls two services google; as an alias it could stand for one only."""
    providers = {"a": {"aliases": {"s": ["google"]}}, "b": {"aliases": {"s": ["google"]}}}
    with pytest.raises(InvalidData):
        ProviderNames.of("s", providers)


def test_the_longest_declared_prefix_goes() -> None:
    """Of two prefixes that both fit, the longer one is dropped."""
    prefixes = ["accounts/fireworks/", "accounts/fireworks/models/"]
    names = ProviderNames.of("s", {"fireworks": {"strip_prefixes": prefixes}})
    found = [
        names.offering(ProviderId("fireworks"), f"accounts/fireworks/{rest}")
        for rest in ("models/Kimi-K3", "routers/x")
    ]
    assert found == ["fireworks/kimi-k3", "fireworks/routers/x"]


@pytest.mark.parametrize(
    ("wire_id", "variant"),
    [
        ("Llama-3.3-70B-Instruct-Turbo", Variant("turbo")),
        ("llama-3.3-70b-instruct-fp8-fast", Variant("fast", "fp8")),
        ("Llama-3.3-70B-Instruct", Variant()),
        ("llama-3.3-70b-instruct-v2", Variant()),
    ],
)
def test_what_a_wire_id_says_beyond_the_model(wire_id: str, variant: Variant) -> None:
    """Known words at the end that the model's name lacks are a speed class and a number format; others are nothing."""
    assert variant_of(wire_id, "meta/llama-3.3-70b-instruct") == variant


def test_a_word_of_the_models_own_name_is_no_variant() -> None:
    """grok-4-fast is a model of that name."""
    assert variant_of("grok-4-fast", "xai/grok-4-fast") == Variant()


def test_no_word_begins_the_names_of_two_labs() -> None:
    """A bare name could be either's."""
    words = [word for family in known_names()["families"].values() for word in family]
    assert len(words) == len(set(words))


def test_the_tables_are_lower_case_and_point_to_ids() -> None:
    """A spelling in capitals would never be met, since names are compared in lower case."""
    tables = known_names()
    assert [name for name in tables["labs"] if name != name.lower()] == []
    assert [lab for lab in tables["labs"].values() if lab in tables["labs"] and tables["labs"][lab] != lab] == []


def test_the_tables_of_names_lead_to_one_id_each() -> None:
    """What a name also stands for is the id that is kept, and no name is both a model and another one's."""
    also, listed = known_names()["also_spelled"], set(known_names()["listed_by_hosts"]["ids"])

    assert set(also.values()).isdisjoint(also)
    assert listed.isdisjoint(also)
    assert listed.isdisjoint(also.values())
