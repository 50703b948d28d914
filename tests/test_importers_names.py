"""Names: exact tables, one prefix, no likeness."""

from __future__ import annotations

import pytest

from capreg.errors import InvalidData
from capreg.ids import ModelId, OfferingId, ProviderId
from capreg.importers.names import ModelNames, ProviderNames, Variant, known_names, spelled_model, variant_of
from capreg.importers.proposal import OfferingProposal


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
        ("glm-4.6", None),
        ("qwen/qwen3:free", None),
    ],
)
def test_a_full_name_spells_its_model(name: str, model: str | None) -> None:
    """The lab part is translated by the table, the rest is taken as it is; half a name spells nothing."""
    assert spelled_model(name) == model


def test_a_bare_name_counts_at_its_own_lab_only() -> None:
    """glm-4.6 at Z.AI is Zhipu's; at a host it could be anybody's."""
    assert (spelled_model("glm-4.6", provider="zai"), spelled_model("glm-4.6", provider="groq")) == (
        "zhipuai/glm-4.6",
        None,
    )


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


def test_the_tables_are_lower_case_and_point_to_ids() -> None:
    """A spelling in capitals would never be met, since names are compared in lower case."""
    tables = known_names()
    assert [name for name in tables["labs"] if name != name.lower()] == []
    assert [lab for lab in tables["labs"].values() if lab in tables["labs"] and tables["labs"][lab] != lab] == []
