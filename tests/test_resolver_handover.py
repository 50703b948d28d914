"""What a candidate hands over: strings, arguments and the name of a variable, or an error that says what would help."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import capreg
from capreg.errors import CallNeeds, InvalidArgument, SdkCannotReach, UnknownName
from capreg.resolver.handover import Call, call, reaching
from tests.small import AS_OF, catalog, offering, price, provider

GENERIC = {
    "entry": "openai.OpenAI",
    "model": "{wire_id}",
    "base_url": "https://api.provider.example/v1",
    "key_variable": "PROVIDER_KEY",
}
NATIVE = {
    "entry": "pydantic_ai.models.infer_model",
    "model": "acme:{wire_id}",
    "key_variable": "PROVIDER_KEY",
}
AZURE = {
    "entry": "litellm.completion",
    "model": "azure/{deployment}",
    "base_url": "https://{resource}.provider.example/v1",
    "key_variable": "PROVIDER_KEY",
    "needs": {
        "resource": "The resource.",
        "deployment": "The deployment.",
        "api_version": "The version.",
    },
}
ROUTES: dict[str, dict[str, Any]] = {
    "openai": GENERIC,
    "litellm": AZURE,
    "pydantic-ai": NATIVE,
    "langchain": {"unsupported": "It speaks another language."},
}


def called(sdk: str, *, wire_id: str = "org/Model:v1", routes: Any = ROUTES, **own: str) -> Call:
    """The call of one wire id."""
    return call(routes, sdk, "acme/model", wire_id=wire_id, own=own)


def test_a_call_names_everything_but_the_key() -> None:
    """Model, address and the names of variable and argument; nothing is read from the environment."""
    assert {
        "sdk": "openai",
        "offering": "acme/model",
        "entry": "openai.OpenAI",
        "model": "org/Model:v1",
        "model_entry": None,
        "arguments": {"base_url": "https://api.provider.example/v1"},
        "key_variable": "PROVIDER_KEY",
        "key_argument": "api_key",
        "needs": {},
        "note": None,
    } == called("openai").to_dict()


def test_an_sdk_that_reads_the_variable_itself_is_given_no_argument() -> None:
    """The prefix is the SDK's; the key's argument is absent and its variable still named."""
    found = called("pydantic-ai")

    assert ("acme:org/Model:v1", {}, "PROVIDER_KEY", None) == (
        found.model,
        found.arguments,
        found.key_variable,
        found.key_argument,
    )


def test_what_the_user_knows_goes_where_it_belongs() -> None:
    """Into the model, into the address, or along as an argument of its own."""
    found = called("litellm", resource="my-resource", deployment="my/deployment", api_version="2026-01-01")

    assert found.model == "azure/my/deployment"
    assert found.arguments == {"api_version": "2026-01-01", "api_base": "https://my-resource.provider.example/v1"}
    assert list(found.needs) == ["resource", "deployment", "api_version"]


def test_all_that_is_missing_is_named_at_once() -> None:
    """With a line on each, and the call to make."""
    with pytest.raises(CallNeeds) as raised:
        called("litellm", resource="my-resource", deployment="")

    assert raised.value.needs == {"deployment": "The deployment.", "api_version": "The version."}
    assert raised.value.hint == 'candidate.call("litellm", deployment="…", api_version="…")'


def test_an_sdk_that_cannot_names_those_that_can() -> None:
    """The reason is the one that the provider's file gives."""
    with pytest.raises(SdkCannotReach, match="speaks another language") as raised:
        called("langchain")

    assert ("openai", "litellm", "pydantic-ai") == raised.value.reachable
    assert raised.value.hint == 'candidate.call("openai")'


def test_a_provider_without_routes_is_reached_by_none() -> None:
    """A catalog of one's own need not have any."""
    with pytest.raises(SdkCannotReach, match="no route is recorded") as raised:
        called("openai", routes={})

    assert raised.value.reachable == ()


def test_an_unknown_sdk_is_an_unknown_name() -> None:
    """Near names are offered, never taken."""
    with pytest.raises(UnknownName) as raised:
        called("pydantic_ai")

    assert raised.value.near == ["pydantic-ai"]


def test_something_that_nobody_needs_is_refused() -> None:
    """A misspelt need is not silently dropped."""
    with pytest.raises(UnknownName) as raised:
        called("litellm", deploiment="x")

    assert raised.value.near == ["deployment"]


def test_where_nothing_is_needed_an_error_says_so() -> None:
    """Not that the catalog holds nothing."""
    best = capreg.resolve("tool_use", policy=capreg.Policy(allow_providers=["groq"]), as_of="2026-11-22").best
    with pytest.raises(UnknownName) as raised:
        best.call("openai", region="eu")

    assert raised.value.expected == "nothing: all that it takes is known"


@pytest.mark.parametrize(
    "value", ["evil.example/", "a.b", "x@evil.example", "..", "a/b", "a?b", "a#b", "é", "a\n", "-a", "x" * 64, "{a}"]
)
def test_nothing_given_leads_an_address_elsewhere(value: str) -> None:
    """A part of an address is one bare name."""
    with pytest.raises(InvalidArgument) as raised:
        called("litellm", resource=value, deployment="d", api_version="v")

    assert raised.value.where == "resource"


@pytest.mark.parametrize(
    ("bounds", "expected"),
    [
        ({"only_wire_ids": ["org/"]}, ("openai",)),
        ({"only_wire_ids": ["gemini-", "claude-"]}, ()),
        ({"not_wire_ids": ["org/"]}, ()),
        ({"not_wire_ids": ["claude-"]}, ("openai",)),
    ],
)
def test_a_route_may_reach_some_wire_ids_only(bounds: dict[str, list[str]], expected: tuple[str, ...]) -> None:
    """By how they start."""
    assert reaching({"openai": {**GENERIC, **bounds}}, "org/Model:v1") == expected


@given(wire_id=st.text(min_size=1))
def test_a_wire_id_is_put_in_whole(wire_id: str) -> None:
    """Slashes, colons, braces and all: it is never read, split or filled."""
    assert called("openai", wire_id=wire_id).model == wire_id
    assert called("pydantic-ai", wire_id=wire_id).model == f"acme:{wire_id}"


@given(deployment=st.text(min_size=1))
def test_what_the_user_gives_is_not_a_template(deployment: str) -> None:
    """A deployment called {wire_id} stays one."""
    assert called("litellm", resource="r", deployment=deployment, api_version="v").model == f"azure/{deployment}"


def test_a_candidate_makes_its_own_call() -> None:
    """From its provider's document and its wire id."""
    shop = catalog({"acme/model": offering()}, providers={"acme": provider(sdks={"openai": GENERIC})})
    found = capreg.resolve("tool_use", catalog=shop, as_of=AS_OF).best.call("openai")

    assert (found.offering, found.model) == ("acme/model", "wire")


def test_every_shipped_answer_can_be_called() -> None:
    """The best candidates under 300 ms, with every SDK that reaches them; plain JSON comes out."""
    for candidate in capreg.resolve("tool_use", max_latency_ms=300, as_of=AS_OF):
        found = candidate.call("openai")
        assert json.loads(json.dumps(found.to_dict()))["model"] == candidate.wire_id
        assert found.key_variable in (*candidate.keys, *candidate.either_keys)


class TestKeywords:
    def test_the_key_takes_its_place_among_the_arguments(self) -> None:
        """It is read from what is given, under the name of its variable."""
        assert called("openai").keywords({"PROVIDER_KEY": "k", "OTHER": "o"}) == {
            "base_url": "https://api.provider.example/v1",
            "api_key": "k",
        }

    def test_an_sdk_that_reads_the_variable_itself_is_given_no_key(self) -> None:
        """Nothing is looked up then."""
        assert called("pydantic-ai").keywords({}) == {}

    @pytest.mark.parametrize("environ", [{}, {"PROVIDER_KEY": ""}])
    def test_a_variable_that_is_not_set_is_named(self, environ: dict[str, str]) -> None:
        """Empty is not set."""
        with pytest.raises(InvalidArgument, match="PROVIDER_KEY"):
            called("openai").keywords(environ)


def shop_of_two(**routes: Any) -> capreg.Decision:
    """The decision of a shop in which `one` is cheaper than `two`, each with a key of its own."""
    providers = {
        name: provider(
            hosts=["api.provider.example"],
            keys=[f"{name.upper()}_KEY"],
            sdks={sdk: {**route, "key_variable": f"{name.upper()}_KEY"} for sdk, route in routes.items()},
        )
        for name in ("one", "two")
    }
    offerings = {"one/m": offering(price("1", "1")), "two/m": offering(price("2", "2"), model="other/closed")}
    return capreg.resolve("tool_use", catalog=catalog(offerings, providers=providers), as_of=AS_OF)


LITELLM = {"entry": "litellm.completion", "model": "openai/{wire_id}", "base_url": "https://api.provider.example/v1"}


class TestTurns:
    def test_calls_come_in_the_order_in_which_to_try_them(self) -> None:
        """The best one first; an SDK without fallbacks of its own has no entry."""
        turns = shop_of_two(openai=GENERIC).fallbacks(2).call("openai")

        assert [call.key_variable for call in turns] == ["ONE_KEY", "TWO_KEY"]
        assert (turns.entry, turns.arguments) == (None, {})

    def test_a_router_gets_its_list_and_its_order(self) -> None:
        """Each with its own address and the name of its own variable."""
        turns = shop_of_two(litellm=LITELLM).fallbacks(2).call("litellm")

        wire_ids = [call.model for call in turns]
        assert turns.entry == "litellm.Router"
        assert turns.model == "one/m"
        assert turns.arguments == {
            "model_list": [
                {
                    "model_name": f"{name}/m",
                    "litellm_params": {
                        "model": wire_id,
                        "max_retries": 0,
                        "api_base": "https://api.provider.example/v1",
                        "api_key": f"os.environ/{name.upper()}_KEY",
                    },
                }
                for name, wire_id in zip(("one", "two"), wire_ids, strict=True)
            ],
            "fallbacks": [{"one/m": ["two/m"]}],
            "num_retries": 0,
        }

    def test_nobody_to_fall_back_to_is_a_router_of_one(self) -> None:
        """And no order."""
        decision = shop_of_two(litellm=LITELLM)
        only = capreg.resolve(
            "tool_use",
            catalog=decision._settled.catalog,
            as_of=AS_OF,
            policy=capreg.Policy(allow_providers={"one"}),
        )

        assert only.fallbacks(1).call("litellm").arguments["fallbacks"] == []

    def test_what_only_the_user_knows_is_given_by_provider(self) -> None:
        """To that provider's calls only, and a provider that is not among them is an error."""
        needy = {**LITELLM, "model": "azure/{deployment}", "needs": {"deployment": "The deployment."}}
        fallbacks = shop_of_two(litellm=needy).fallbacks(1)

        own = {"one": {"deployment": "a"}, "two": {"deployment": "b"}}
        assert [call.model for call in fallbacks.call("litellm", own=own)] == ["azure/a", "azure/b"]
        with pytest.raises(CallNeeds, match="two/m"):
            fallbacks.call("litellm", own={"one": {"deployment": "a"}})
        with pytest.raises(UnknownName):
            fallbacks.call("litellm", own={**own, "three": {}})

    def test_one_that_the_sdk_cannot_reach_is_an_error(self) -> None:
        """It is not left out in silence."""
        with pytest.raises(SdkCannotReach):
            shop_of_two(openai=GENERIC).fallbacks(1).call("litellm")

    def test_it_is_plain_json(self) -> None:
        """With every call in it, and no key."""
        told = shop_of_two(litellm=LITELLM).fallbacks(1).call("litellm").to_dict()

        assert json.loads(json.dumps(told)) == told
        assert [call["offering"] for call in told["calls"]] == ["one/m", "two/m"]
