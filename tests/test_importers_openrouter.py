"""OpenRouter: telemetry goes to an offering only where provider, model and variant leave one answer."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from capreg.errors import InvalidArgument, UnreadableFile
from tests.importing.shop import MAY, NOVEMBER, SEPTEMBER, Shop, endpoint, listed, ll, md, scan

MODEL = {"canonical_model_id": "openai/gpt-oss-120b"}
TABLE = "measurements/openrouter-2026-05-18.csv"


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    """A registry where Groq and DeepInfra sell gpt-oss-120b."""
    made = Shop(tmp_path)
    rows = {"groq": md("openai/gpt-oss-120b", **MODEL), "deepinfra": md("openai/gpt-oss-120b", **MODEL)}
    made.take("models-dev", listed(**rows), SEPTEMBER)
    return made


def row(shop: Shop, path: str = TABLE) -> dict[str, str]:
    """The only row of a table of measurements."""
    header, cells = shop.table(path)
    return {column: cell for column, cell in zip(header, cells, strict=True) if cell}


def test_latency_is_milliseconds_and_throughput_the_fast_tail(shop: Shop) -> None:
    """128 stays 128 ms; 12,002 tokens a second at p99 is kept as the fast tail, never as the slow one."""
    shop.take("openrouter", scan(Groq=[endpoint("openai/gpt-oss-120b", "groq")]))
    assert row(shop) == {
        "offering": "groq/openai/gpt-oss-120b",
        "source": "openrouter",
        "kind": "router_telemetry",
        "vantage": "router",
        "measured_on": "2026-05-18",
        "window_s": "1800",
        "rate_basis": "unstated",
        "ttft_ms_p50": "128",
        "ttft_ms_p75": "200.4",
        "ttft_ms_p90": "300",
        "ttft_ms_p99": "900",
        "output_tps_p50": "398",
        "fast_output_tps_p75": "500",
        "fast_output_tps_p90": "600",
        "fast_output_tps_p99": "12002",
        "uptime_percent": "99.5",
        "note": "endpoint groq; uptime over 24 h",
    }


def test_a_latency_in_seconds_is_refused(shop: Shop) -> None:
    """0.128 cannot be milliseconds: the unit is in doubt, so nothing is measured."""
    spread = {"latency_30m": {"p50": 0.128}}
    summary = shop.take("openrouter", scan(Groq=[endpoint("openai/gpt-oss-120b", "groq", performance=spread)]))
    assert (summary.measurements, summary.skipped) == (0, {"latency too small to be milliseconds": 1})


@pytest.mark.parametrize(
    "spread",
    [
        {"latency_30m": {"p50": float("nan")}},
        {"latency_30m": {"p50": 128, "p99": -1}},
        {"throughput_30m": {"p50": float("inf")}},
        {"throughput_30m": {"p50": 0}},
        {"throughput_30m": {"p50": "fast"}},
        {"uptime_24h": 9950},
    ],
)
def test_telemetry_that_no_measurement_can_give_is_refused(shop: Shop, spread: dict[str, Any]) -> None:
    """NaN, -1 and 0 stand for "unknown", a percentage above 100 for another unit: none becomes a measurement."""
    summary = shop.take("openrouter", scan(Groq=[endpoint("openai/gpt-oss-120b", "groq", performance=spread)]))
    assert summary.measurements == 0
    assert summary.skipped == {"telemetry that no measurement can give": 1}


def test_a_slow_tail_of_throughput_is_not_called_fast(shop: Shop) -> None:
    """A p90 below the median would be the other tail: it is not taken for the fast one."""
    spread = {"throughput_30m": {"p50": 40, "p75": 30, "p90": 20, "p99": 10}}
    shop.take("openrouter", scan(Groq=[endpoint("openai/gpt-oss-120b", "groq", performance=spread)]))
    assert [column for column in row(shop) if "fast" in column] == []


def test_no_telemetry_is_no_measurement(shop: Shop) -> None:
    """58 endpoints have null in place of percentiles; their flags still count."""
    spread = {"latency_30m": None, "throughput_30m": None}
    summary = shop.take("openrouter", scan(Groq=[endpoint("openai/gpt-oss-120b", "groq", performance=spread)]))
    assert (summary.skipped, summary.changed) == ({"no telemetry": 1}, ("groq/openai/gpt-oss-120b",))


def test_a_status_other_than_the_usual_is_left_out(shop: Shop) -> None:
    """-2 and -5 are not documented: such an endpoint measures nothing."""
    summary = shop.take("openrouter", scan(Groq=[endpoint("openai/gpt-oss-120b", "groq", status=-2)]))
    assert (summary.measurements, summary.skipped) == (0, {"status other than the usual": 1})


def test_several_endpoints_leave_no_answer(shop: Shop) -> None:
    """fp4 and bf16 of one model at one provider: which of them the offering is, nobody says."""
    two = [endpoint("openai/gpt-oss-120b", f"deepinfra/{q}", quantization=q) for q in ("fp4", "bf16")]
    assert shop.take("openrouter", scan(DeepInfra=two)).skipped == {
        "several endpoints of that model at the provider": 2
    }


def test_of_several_endpoints_the_one_without_a_suffix_counts(shop: Shop) -> None:
    """A tag without a suffix is the provider's plain endpoint."""
    two = [endpoint("openai/gpt-oss-120b", tag) for tag in ("groq", "groq/2")]
    summary = shop.take("openrouter", scan(Groq=two))
    assert (summary.measurements, row(shop)["note"]) == (1, "endpoint groq; uptime over 24 h")


def test_a_stated_number_format_chooses_the_endpoint(shop: Shop) -> None:
    """Where the offering says fp4, the fp4 endpoint is it."""
    shop.write(
        "providers/deepinfra/offerings/openai/gpt-oss-120b.toml",
        'wire_id = "openai/gpt-oss-120b"\nmodel = "openai/gpt-oss-120b"\nquantization = "fp4"\n'
        'evidence = [{ source = "deepinfra-docs", seen_on = 2026-09-30 }]\n',
    )
    two = [endpoint("openai/gpt-oss-120b", f"deepinfra/{q}", quantization=q) for q in ("fp4", "bf16")]
    shop.take("openrouter", scan(DeepInfra=two))
    assert row(shop)["quantization"] == "fp4"


def test_a_turbo_endpoint_is_not_the_plain_offering(shop: Shop) -> None:
    """The only endpoint is the fast variant, the only offering the plain one: they are not the same."""
    summary = shop.take("openrouter", scan(DeepInfra=[endpoint("openai/gpt-oss-120b", "deepinfra/turbo")]))
    assert summary.skipped == {"endpoint of another variant than the offering": 1}


def test_several_offerings_leave_no_answer(shop: Shop) -> None:
    """Two scopes of Bedrock sell the model; a tag without a scope could be either."""
    rows = md("x.gpt", **MODEL) | md("eu.x.gpt", **MODEL)
    shop.take("models-dev", listed(**{"amazon-bedrock": rows}), SEPTEMBER)
    scanned = scan(Amazon_Bedrock=[endpoint("openai/gpt-oss-120b", "amazon-bedrock")])
    assert shop.take("openrouter", scanned).skipped == {"several offerings of that model at the provider": 1}


@pytest.mark.parametrize("other", ["oss-large", "openai-gpt-oss-120b", "gpt-oss-120b-2025-08-05"])
def test_of_several_names_the_one_that_the_router_uses_counts(shop: Shop, other: str) -> None:
    """A provider may list one model twice, with a day or a lab in the name: the plain name is the router's."""
    rows = md("openai/gpt-oss-120b", **MODEL) | md(other, **MODEL)
    shop.take("models-dev", listed(groq=rows), SEPTEMBER)
    shop.take("openrouter", scan(Groq=[endpoint("openai/gpt-oss-120b", "groq")]))
    assert row(shop)["offering"] == "groq/openai/gpt-oss-120b"


@pytest.fixture
def router(shop: Shop) -> Shop:
    """The router sells gpt-oss-120b itself."""
    text = 'name = "openrouter"\n\n[aliases]\nmodels-dev = ["openrouter"]\nopenrouter = ["OpenRouter"]\n'
    shop.write("providers/openrouter/provider.toml", text)
    shop.take("models-dev", listed(openrouter=md("openai/gpt-oss-120b", **MODEL)), SEPTEMBER)
    return shop


def host(name: str, times: tuple[float, ...], rate: float, *, uptime: float | None) -> dict[str, Any]:
    """An endpoint of that TTFT at p50, p75, p90 and p99."""
    spread = dict(zip(("p50", "p75", "p90", "p99"), times, strict=True))
    performance = {
        "latency_30m": spread,
        "throughput_30m": {"p50": rate, "p99": 9 * rate},
        "uptime_24h": uptime,
        "uptime_30m": uptime,
    }
    return endpoint("openai/gpt-oss-120b", name, performance=performance)


def of_router(shop: Shop) -> dict[str, str]:
    """The row of what the router sells, without the empty cells; nothing where there is none."""
    rows = csv.DictReader((shop.root / TABLE).read_text().splitlines())
    found = [row for row in rows if row["offering"].startswith("openrouter/")]
    return {column: cell for column, cell in found[0].items() if cell} if found else {}


def test_what_a_router_sells_is_as_fast_as_its_only_host(router: Shop) -> None:
    """One endpoint stands behind the model: its telemetry is that of the router's own offering, and of the host's."""
    summary = router.take("openrouter", scan(Groq=[endpoint("openai/gpt-oss-120b", "groq")]))
    found = of_router(router)
    assert (found["ttft_ms_p50"], found["ttft_ms_p99"], found["output_tps_p50"]) == ("128", "900", "398")
    assert "slowest_of" not in found
    assert summary.measurements == 2


def test_of_several_hosts_the_slowest_is_the_limit(router: Shop) -> None:
    """Each percentile and the rate by itself: no mixture of the two is slower. Both never refuse."""
    groq = host("groq", (100, 200, 300, 400), 300, uptime=100)
    other = host("deepinfra", (90, 210, 280, 500), 40, uptime=100)
    router.take("openrouter", scan(Groq=[groq], DeepInfra=[other]))
    found = of_router(router)
    assert [found[f"ttft_ms_p{p}"] for p in (50, 75, 90, 99)] == ["100", "210", "300", "500"]
    assert (found["output_tps_p50"], found["slowest_of"], found["note"]) == ("40", "2", "endpoints deepinfra, groq")
    assert [column for column in found if "fast" in column or "uptime" in column] == []


def test_calls_that_a_host_refuses_may_be_as_late_as_they_like(router: Shop) -> None:
    """With 5 % refused, 50 % of all calls are in time by the p75 of the slowest, 75 % by its p90, 90 % by its p99."""
    groq = host("groq", (100, 200, 300, 400), 300, uptime=100)
    other = host("deepinfra", (90, 210, 280, 500), 40, uptime=95)
    router.take("openrouter", scan(Groq=[groq], DeepInfra=[other]))
    found = of_router(router)
    assert [found.get(f"ttft_ms_p{p}") for p in (50, 75, 90, 99)] == ["210", "300", "500", None]


@pytest.mark.parametrize("uptime", [None, 0, 45])
def test_a_host_that_refuses_too_much_leaves_no_limit(router: Shop, uptime: float | None) -> None:
    """Where half of the calls may be refused, nothing is known of the median; nor where nobody says how many."""
    one = host("groq", (100, 200, 300, 400), 300, uptime=100)
    other = host("deepinfra", (90, 210, 280, 500), 40, uptime=uptime)
    summary = router.take("openrouter", scan(Groq=[one], DeepInfra=[other]))
    assert of_router(router) == {}
    reasons = {"a host behind the router without telemetry", "a host behind the router that refuses too much"}
    assert len(reasons & set(summary.skipped)) == 1


def test_a_host_that_capreg_does_not_know_is_a_host_all_the_same(router: Shop) -> None:
    """A call may go to it, so it sets the limit as well; and where it lacks telemetry, there is none."""
    groq = host("groq", (100, 200, 300, 400), 300, uptime=100)
    slow = host("nobody", (1000, 2000, 3000, 4000), 5, uptime=100)
    router.take("openrouter", scan(Groq=[groq], Nobody=[slow]))
    assert (of_router(router)["ttft_ms_p50"], of_router(router)["output_tps_p50"]) == ("1000", "5")

    silent = endpoint("openai/gpt-oss-120b", "nobody", performance={"latency_30m": None, "throughput_30m": None})
    router.take("openrouter", scan(Groq=[groq], Nobody=[silent]))
    assert of_router(router) == {}


def test_many_hosts_are_named_as_far_as_there_is_room(router: Shop) -> None:
    """A note has at most 200 characters, and says how many it leaves out."""
    hosts = [host(f"a-host-with-a-name/{place:02}", (1, 2, 3, 4), 5, uptime=100) for place in range(30)]
    fast = [{**one, "performance": {**one["performance"], "latency_30m": {"p50": 100}}} for one in hosts]
    router.take("openrouter", scan(Nobody=fast))
    assert of_router(router)["slowest_of"] == "30"
    assert of_router(router)["note"].endswith(" and 23 more")


def test_a_scope_in_the_tag_chooses_the_offering(shop: Shop) -> None:
    """amazon-bedrock/eu is the offering whose id starts with eu."""
    rows = md("x.gpt", **MODEL) | md("eu.x.gpt", **MODEL)
    shop.take("models-dev", listed(**{"amazon-bedrock": rows}), SEPTEMBER)
    shop.take("openrouter", scan(Amazon_Bedrock=[endpoint("openai/gpt-oss-120b", "amazon-bedrock/eu")]))
    assert (row(shop)["offering"], row(shop)["region"]) == ("amazon-bedrock/eu.x.gpt", "eu")


def test_variants_of_the_router_are_left_out(shop: Shop) -> None:
    """:free is a queue of the router's own."""
    summary = shop.take("openrouter", scan(Groq=[endpoint("openai/gpt-oss-120b:free", "groq")]))
    assert summary.skipped == {"variant of the router's own": 1}


def test_nothing_is_created_from_a_router_alone(shop: Shop) -> None:
    """An offering that only the router knows is not created: what is stale must not rank."""
    scanned = scan(
        Groq=[endpoint("x/y", "groq")], OpenAI=[endpoint("openai/gpt-oss-120b", "openai")], Poe=[endpoint("x/y", "poe")]
    )
    before = shop.names()
    summary = shop.take("openrouter", scanned)
    assert summary.skipped == {"no model of exactly that name": 1, "no provider file": 1, "no such offering": 1}
    assert shop.names() == before


def test_flags_prove_and_never_deny(shop: Shop) -> None:
    """Tools and tool_choice lift tool use to 2; parameters that are not listed lower nothing."""
    shop.take("openrouter", scan(Groq=[endpoint("openai/gpt-oss-120b", "groq")]))
    found = shop.offering("groq/openai/gpt-oss-120b")["capabilities"]
    assert found["tool_use"]["at_least"] == 2
    assert "at_most" not in found["tool_use"]
    assert "structured_output" not in found


def test_structured_output_has_two_levels(shop: Shop) -> None:
    """response_format is JSON mode, structured_outputs is a schema."""
    rows = [
        endpoint("openai/gpt-oss-120b", "groq", supported_parameters=["response_format"]),
    ]
    deep = [
        endpoint("openai/gpt-oss-120b", "deepinfra", supported_parameters=["response_format", "structured_outputs"])
    ]
    shop.take("openrouter", scan(Groq=rows, DeepInfra=deep))
    levels = [
        shop.offering(f"{provider}/openai/gpt-oss-120b")["capabilities"]["structured_output"]["at_least"]
        for provider in ("groq", "deepinfra")
    ]
    assert levels == [1, 2]


def test_a_missing_parallel_flag_is_unknown(shop: Shop) -> None:
    """parallel_tool_calls is listed 3 times in 832: its absence is no no."""
    shop.take("openrouter", scan(Groq=[endpoint("openai/gpt-oss-120b", "groq")]))
    assert "features" not in shop.offering("groq/openai/gpt-oss-120b")["capabilities"]["tool_use"]


def test_implicit_caching_is_a_feature_only_when_true(shop: Shop) -> None:
    """False proves nothing."""
    scanned = scan(
        Groq=[endpoint("openai/gpt-oss-120b", "groq", supports_implicit_caching=True)],
        DeepInfra=[endpoint("openai/gpt-oss-120b", "deepinfra")],
    )
    shop.take("openrouter", scanned)
    assert shop.offering("groq/openai/gpt-oss-120b")["capabilities"]["prompt_caching"]["features"] == {
        "automatic": True
    }
    assert "prompt_caching" not in shop.offering("deepinfra/openai/gpt-oss-120b")["capabilities"]


def test_a_number_format_goes_to_an_offering_that_has_none(shop: Shop) -> None:
    """fp8 is known from the endpoint; unknown is not a format."""
    scanned = scan(
        Groq=[endpoint("openai/gpt-oss-120b", "groq")],
        DeepInfra=[endpoint("openai/gpt-oss-120b", "deepinfra/fp8", quantization="fp8")],
    )
    shop.take("openrouter", scanned)
    assert "quantization" not in shop.offering("groq/openai/gpt-oss-120b")
    assert shop.offering("deepinfra/openai/gpt-oss-120b")["quantization"] == "fp8"


def test_a_router_price_before_every_other_is_history(shop: Shop) -> None:
    """The router charged 0.6 in May, before anybody else looked: history, and the provider's 0.5 is the price since."""
    pricing = {"prompt": 6e-07, "completion": 1.5e-06, "discount": 0}
    scanned = scan(Groq=[endpoint("openai/gpt-oss-120b", "groq", pricing=pricing)])
    shop.take("openrouter", scanned)
    before = shop.content()
    shop.take("openrouter", scanned)
    prices = shop.offering("groq/openai/gpt-oss-120b")["prices"]
    assert [(price["starts_on"], price["input"]) for price in prices] == [(MAY, "0.6"), (SEPTEMBER, "0.5")]
    assert shop.content() == before


def test_a_router_price_is_a_witness_and_no_price(shop: Shop) -> None:
    """In November the router charges 0.6: the provider's 0.5 stands, and the difference is kept as what it says."""
    pricing = {"prompt": 6e-07, "completion": 1.5e-06, "discount": 0}
    scanned = scan(Groq=[endpoint("openai/gpt-oss-120b", "groq", pricing=pricing)])
    shop.take("openrouter", {**scanned, "generated_at": "2026-11-12T14:12:34"})
    prices = shop.offering("groq/openai/gpt-oss-120b")["prices"]
    assert [(price["starts_on"], price["input"]) for price in prices] == [(SEPTEMBER, "0.5")]
    assert prices[0]["evidence"][-1] == {"source": "openrouter", "seen_on": NOVEMBER, "says": {"input": "0.6"}}


def test_its_own_list_is_the_price_of_its_own_offerings(shop: Shop) -> None:
    """OpenRouter's list of models prices what OpenRouter sells; -1 means that it varies, and nobody else is touched."""
    text = 'name = "openrouter"\n\n[aliases]\nmodels-dev = ["openrouter"]\nopenrouter = ["OpenRouter"]\n'
    shop.write("providers/openrouter/provider.toml", text)
    shop.take("models-dev", listed(openrouter={**md("lab/one"), **md("lab/two")}), SEPTEMBER)
    groq = shop.text("groq/openai/gpt-oss-120b")
    rows = [
        {"id": "lab/one", "pricing": {"prompt": "0.0000006", "completion": "0.0000015"}},
        {"id": "lab/two", "pricing": {"prompt": "-1", "completion": "-1"}},
    ]

    summary = shop.take("openrouter", {"data": rows}, MAY)

    prices = {name: shop.offering(f"openrouter/lab/{name}")["prices"] for name in ("one", "two")}
    assert [(one["starts_on"], one["input"]) for one in prices["one"]] == [(MAY, "0.6"), (SEPTEMBER, "0.5")]
    assert [(one["starts_on"], one["input"]) for one in prices["two"]] == [(SEPTEMBER, "0.5")]
    assert list(summary.skipped) == ["negative price: the source means a price that varies"]
    assert shop.text("groq/openai/gpt-oss-120b") == groq


def test_a_router_price_does_not_outrank_a_newer_list(shop: Shop) -> None:
    """That a router agreed in May does not keep a new price of November out."""
    shop.take("openrouter", scan(Groq=[endpoint("openai/gpt-oss-120b", "groq")]))
    shop.take("litellm", {"groq/openai/gpt-oss-120b": ll("groq", input_cost_per_token=4e-07)}, NOVEMBER)
    prices = shop.offering("groq/openai/gpt-oss-120b")["prices"]
    assert [(price["starts_on"], price["input"]) for price in prices] == [(SEPTEMBER, "0.5"), (NOVEMBER, "0.4")]


@pytest.mark.parametrize(
    "pricing", [{"prompt": -1, "completion": -1}, {"prompt": 5e-07, "completion": 1e-06, "discount": 0.35}]
)
def test_varying_and_discounted_prices_say_nothing(shop: Shop, pricing: dict[str, Any]) -> None:
    """-1 means that the price varies, and a discount is not the provider's."""
    shop.take("openrouter", scan(Groq=[endpoint("openai/gpt-oss-120b", "groq", pricing=pricing)]))
    evidence = shop.offering("groq/openai/gpt-oss-120b")["prices"][0]["evidence"]
    assert [entry["source"] for entry in evidence] == ["models-dev"]


def test_the_answer_of_the_api_is_read_too(shop: Shop) -> None:
    """Prices are strings there, the keys have other names, and modalities come with the model."""
    answer = {
        "data": {
            "id": "openai/gpt-oss-120b",
            "architecture": {"input_modalities": ["text", "image"]},
            "endpoints": [
                {
                    "provider_name": "Groq",
                    "tag": "groq",
                    "quantization": None,
                    "pricing": {"prompt": "0.0000005", "completion": "0.0000015", "discount": "0"},
                    "supported_parameters": ["tools"],
                    "status": 0,
                    "uptime_last_30m": 97.25,
                    "latency_last_30m": {"p50": 150, "p75": 160, "p90": 170, "p99": 180},
                    "throughput_last_30m": {"p50": 300, "p75": 310, "p90": 320, "p99": 330},
                }
            ],
        }
    }
    shop.take("openrouter", [answer], date(2026, 11, 20))
    measured = row(shop, "measurements/openrouter-2026-11-20.csv")
    assert (measured["ttft_ms_p50"], measured["note"]) == ("150", "endpoint groq; uptime over 30 min")
    document = shop.offering("groq/openai/gpt-oss-120b")
    assert document["prices"][0]["evidence"][1]["source"] == "openrouter"
    assert document["capabilities"]["vision"]["at_least"] == 1


def test_a_model_that_no_source_names_comes_into_being_where_a_provider_lists_exactly_its_name(shop: Shop) -> None:
    """The router's name and the wire id are one spelling: that is a model."""
    shop.take("models-dev", listed(deepinfra=md("NousResearch/Hermes-4-70B")), SEPTEMBER)
    summary = shop.take("openrouter", scan(DeepInfra=[endpoint("nousresearch/hermes-4-70b", "deepinfra")]))
    assert summary.models_added == ("nousresearch/hermes-4-70b",)
    assert shop.offering("deepinfra/nousresearch/hermes-4-70b")["model"] == "nousresearch/hermes-4-70b"


def test_the_scan_says_its_own_day(shop: Shop) -> None:
    """Another day than the file's own is refused."""
    with pytest.raises(InvalidArgument) as refused:
        shop.take("openrouter", scan(Groq=[]), NOVEMBER)
    assert refused.value.expected == "2026-05-18"


def test_another_shape_is_refused(shop: Shop) -> None:
    """A file of models without endpoints is not what this reads."""
    with pytest.raises(UnreadableFile):
        shop.take("openrouter", {"data": [{"id": "x/y"}]}, MAY)
