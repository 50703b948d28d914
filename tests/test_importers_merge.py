"""The shared policy: what a second source, a second day, and a person do to what stands."""

from __future__ import annotations

import tomllib
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from capreg.errors import InvalidArgument, InvalidData, UnknownName
from capreg.importers import SOURCES
from tests.importing.shop import NOVEMBER, SEPTEMBER, Shop, endpoint, listed, ll, md, scan

DECEMBER = date(2026, 12, 1)
MD = {"source": "models-dev", "seen_on": SEPTEMBER}
LL = {"source": "litellm", "seen_on": NOVEMBER}


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    """An empty registry with seven providers."""
    return Shop(tmp_path)


def groq(**more: Any) -> dict[str, Any]:
    """A file of models.dev with one row at Groq."""
    return listed(groq=md("m", **more))


def cost(price: float, **more: float) -> dict[str, Any]:
    """A cost with that input price."""
    return {"cost": {"input": price, "output": 1.5, **more}}


def test_the_sources_have_names() -> None:
    """Six sources can be imported."""
    assert SOURCES == ("genai-prices", "litellm", "model-prices", "models-dev", "openrouter", "pi-ai")


def test_the_same_file_again_changes_no_byte(shop: Shop) -> None:
    """All three sources, twice: the registry is the same to the byte, and the summary says unchanged."""
    row = md("m", canonical_model_id="x/m", reasoning=True, structured_output=True)
    files = [
        ("models-dev", listed(groq=row), SEPTEMBER),
        ("litellm", {"groq/m": ll("groq", input_cost_per_token=4e-07, max_output_tokens=4096)}, NOVEMBER),
        ("openrouter", scan(Groq=[endpoint("x/m", "groq")]), None),
    ]
    for source, document, day in files:
        shop.take(source, document, day)
    before = shop.content()
    summaries = [shop.take(source, document, day) for source, document, day in files]
    assert shop.content() == before
    assert [(summary.changed, summary.unchanged) for summary in summaries] == [((), 1)] * 3


def test_a_refresh_without_news_changes_only_the_sightings(shop: Shop) -> None:
    """The same figures on a later day: seen_on stays the first sighting, one CSV moves."""
    shop.take("models-dev", groq(), SEPTEMBER)
    before = shop.content()
    shop.take("models-dev", groq(), DECEMBER)
    after = shop.content()
    assert {path for path in after if after[path] != before.get(path)} == {"sightings/models-dev.csv"}
    assert shop.table("sightings/models-dev.csv") == [
        ["subject", "last_seen_on"],
        ["groq", "2026-12-01"],
        ["groq/m", "2026-12-01"],
    ]


def test_what_a_source_lists_no_more_is_reported_and_stays(shop: Shop) -> None:
    """The file of an offering that is gone stays as it is; its sighting stays at the last day."""
    shop.take("models-dev", listed(groq=md("m") | md("gone")), SEPTEMBER)
    text = shop.text("groq/gone")
    summary = shop.take("models-dev", groq(), DECEMBER)
    assert (summary.unlisted, shop.text("groq/gone")) == (("groq/gone",), text)
    assert ["groq/gone", "2026-09-30"] in shop.table("sightings/models-dev.csv")


def test_a_price_move_of_one_source_is_history(shop: Shop) -> None:
    """The old list stays as it was; the new one starts on the day of the new file."""
    shop.take("models-dev", groq(**cost(0.5)), SEPTEMBER)
    shop.take("models-dev", groq(**cost(0.4)), DECEMBER)
    prices = shop.offering("groq/m")["prices"]
    assert [(price["starts_on"], price["input"]) for price in prices] == [(SEPTEMBER, "0.5"), (DECEMBER, "0.4")]
    assert prices[1]["evidence"] == [{"source": "models-dev", "seen_on": DECEMBER}]


def test_a_second_source_that_agrees_adds_evidence(shop: Shop) -> None:
    """Within half a percent two prices are one; the list keeps the first day."""
    shop.take("models-dev", groq(**cost(0.5)), SEPTEMBER)
    shop.take("litellm", {"groq/m": ll("groq", input_cost_per_token=5.02e-07)}, NOVEMBER)
    assert shop.offering("groq/m")["prices"] == [
        {"starts_on": SEPTEMBER, "basis": "observed", "input": "0.5", "output": "1.5", "evidence": [MD, LL]}
    ]


def test_agreement_has_no_order(tmp_path: Path) -> None:
    """Which of two files is imported first does not change what stands."""
    texts = []
    for order in (0, 1):
        shop = Shop(tmp_path / str(order))
        files = [("models-dev", groq(), SEPTEMBER), ("litellm", {"groq/m": ll("groq", max_output_tokens=99)}, NOVEMBER)]
        for source, document, day in files[:: 1 - 2 * order]:
            shop.take(source, document, day)
        texts.append(shop.text("groq/m"))
    assert texts[0] == texts[1]


def test_a_dispute_has_no_order(tmp_path: Path) -> None:
    """Two prices of two sources end as the same two lists, whichever file came first."""
    lists = []
    for order in (0, 1):
        shop = Shop(tmp_path / str(order))
        other = {"groq/m": ll("groq", input_cost_per_token=4e-07)}
        for source, document, day in [("models-dev", groq(), SEPTEMBER), ("litellm", other, NOVEMBER)][
            :: 1 - 2 * order
        ]:
            shop.take(source, document, day)
        lists.append(shop.offering("groq/m")["prices"])
    assert lists[0] == lists[1]


def test_a_newer_source_that_differs_starts_a_new_list(shop: Shop) -> None:
    """A price that moved, or a source that is wrong: both lists stay, and the newer one says what the older says."""
    shop.take("models-dev", groq(**cost(0.5)), SEPTEMBER)
    summary = shop.take("litellm", {"groq/m": ll("groq", input_cost_per_token=4e-07)}, NOVEMBER)
    old, new = shop.offering("groq/m")["prices"]
    assert (old["input"], old["evidence"]) == ("0.5", [MD])
    assert (new["starts_on"], new["input"]) == (NOVEMBER, "0.4")
    assert new["evidence"] == [{**MD, "says": {"input": "0.5"}}, LL]
    assert summary.conflicts == ()


def test_a_source_that_repeats_itself_does_not_win_again(shop: Shop) -> None:
    """models.dev still says 0.5 in December: it has not changed its mind, so nothing flaps."""
    shop.take("models-dev", groq(**cost(0.5)), SEPTEMBER)
    shop.take("litellm", {"groq/m": ll("groq", input_cost_per_token=4e-07)}, NOVEMBER)
    text = shop.text("groq/m")
    summary = shop.take("models-dev", groq(**cost(0.5)), DECEMBER)
    assert shop.text("groq/m") == text
    assert [(conflict.stands, conflict.says) for conflict in summary.conflicts] == [("0.4", "0.5")]


def test_a_source_that_comes_round_backs_the_list_in_force(shop: Shop) -> None:
    """When models.dev says 0.4 too, the list of November has two families behind it."""
    shop.take("models-dev", groq(**cost(0.5)), SEPTEMBER)
    shop.take("litellm", {"groq/m": ll("groq", input_cost_per_token=4e-07)}, NOVEMBER)
    shop.take("models-dev", groq(**cost(0.4)), DECEMBER)
    old, new = shop.offering("groq/m")["prices"]
    assert (old["starts_on"], old["input"]) == (SEPTEMBER, "0.5")
    assert new["evidence"] == [LL, {"source": "models-dev", "seen_on": DECEMBER}]


def test_a_unit_that_one_source_knows_joins_the_list(shop: Shop) -> None:
    """Agreement on input and output makes it one list; each source answers for the units that it names."""
    shop.take("models-dev", groq(**cost(0.5, cache_read=0.1)), SEPTEMBER)
    shop.take("litellm", {"groq/m": ll("groq", cache_creation_input_token_cost_above_1hr=8e-07)}, NOVEMBER)
    (price,) = shop.offering("groq/m")["prices"]
    assert (price["cache_read"], price["cache_write_1h"]) == ("0.1", "0.8")
    assert price["evidence"] == [
        {**MD, "facts": ["input", "output", "cache_read"]},
        {**LL, "facts": ["input", "output", "cache_write_1h"]},
    ]


def test_a_unit_that_nobody_states_any_more_goes(shop: Shop) -> None:
    """models.dev corrects its row and drops the cache price: no rate stays without evidence."""
    shop.take("models-dev", groq(**cost(0.5, cache_read=0.1)), SEPTEMBER)
    shop.take("models-dev", groq(**cost(0.5)), DECEMBER)
    (price,) = shop.offering("groq/m")["prices"]
    assert "cache_read" not in price


def test_a_component_dispute_carries_over_what_still_holds(shop: Shop) -> None:
    """Only cache_read differs: the new list keeps the cache_write of the source that knows it."""
    shop.take("models-dev", groq(**cost(0.5, cache_read=0.1, cache_write=0.6)), SEPTEMBER)
    shop.take("litellm", {"groq/m": ll("groq", cache_read_input_token_cost=5e-08)}, NOVEMBER)
    new = shop.offering("groq/m")["prices"][1]
    assert (new["cache_read"], new["cache_write"]) == ("0.05", "0.6")
    assert new["evidence"][0] == {**MD, "says": {"cache_read": "0.1"}}


def test_a_vendor_page_outranks_an_aggregator(shop: Shop) -> None:
    """What a person read on the provider's page stays in force; what the aggregator says is kept beside it."""
    shop.take("models-dev", groq(), SEPTEMBER)
    file = shop.root / "providers/groq/offerings/m.toml"
    text = file.read_text(encoding="utf-8").replace('input = "0.5"', 'input = "0.45"')
    page = '{ source = "groq-docs", seen_on = 2026-10-01, kind = "vendor_page" }'
    file.write_text(
        text.replace(
            '1.5"\nevidence = [{ source = "models-dev", seen_on = 2026-09-30 }]', f'1.5"\nevidence = [{page}]'
        ),
        encoding="utf-8",
    )
    shop.take("litellm", {"groq/m": ll("groq")}, NOVEMBER)
    (price,) = shop.offering("groq/m")["prices"]
    assert price["input"] == "0.45"
    assert price["evidence"][1] == {**LL, "says": {"input": "0.5"}}


def test_the_newer_figure_of_equals_stands(shop: Shop) -> None:
    """Two aggregators, two limits: the later first sighting stands, the other is kept as what it says."""
    shop.take("models-dev", groq(), SEPTEMBER)
    shop.take("litellm", {"groq/m": ll("groq", max_output_tokens=4096)}, NOVEMBER)
    document = shop.offering("groq/m")
    assert document["max_output_tokens"] == 4096
    assert document["evidence"][0]["says"] == {"max_output_tokens": "32768"}


@pytest.mark.parametrize("placeholder", [131072, 400000])
def test_a_placeholder_loses_against_a_smaller_limit(shop: Shop, placeholder: int) -> None:
    """An output limit that equals the context, or exceeds it, does not take the place of 32,768."""
    shop.take("models-dev", groq(), SEPTEMBER)
    shop.take("litellm", {"groq/m": ll("groq", max_output_tokens=placeholder)}, NOVEMBER)
    assert shop.offering("groq/m")["max_output_tokens"] == 32768


def test_an_input_limit_above_the_context_does_not_stand(shop: Shop) -> None:
    """LiteLLM's max_input_tokens is sometimes another window; both are kept, one stands."""
    shop.take("models-dev", groq(), SEPTEMBER)
    shop.take("litellm", {"groq/m": ll("groq", max_input_tokens=1000000)}, NOVEMBER)
    document = shop.offering("groq/m")
    assert "max_input_tokens" not in document
    assert document["evidence"][1]["says"] == {"max_input_tokens": "1000000"}


def test_proofs_add_up(shop: Shop) -> None:
    """One source proves tools, the other their choice: level 2, and it is visible who proves how much."""
    shop.take("models-dev", groq(), SEPTEMBER)
    shop.take("litellm", {"groq/m": ll("groq", supports_function_calling=True, supports_tool_choice=True)}, NOVEMBER)
    assert shop.offering("groq/m")["capabilities"]["tool_use"] == {
        "at_least": 2,
        "evidence": [{**MD, "says": {"at_least": "1"}}, LL],
    }


def test_a_contradiction_among_equals_is_unknown(shop: Shop) -> None:
    """Two aggregators, one yes and one no: nothing is known, both are kept, and it is reported."""
    shop.take("models-dev", groq(), SEPTEMBER)
    summary = shop.take("litellm", {"groq/m": ll("groq", supports_vision=True)}, NOVEMBER)
    vision = shop.offering("groq/m")["capabilities"]["vision"]
    assert {key for key in vision if key != "evidence"} == set()
    assert [entry["says"] for entry in vision["evidence"]] == [{"at_most": "0"}, {"at_least": "1"}]
    assert [conflict.fact for conflict in summary.conflicts] == ["vision.at_least"]


def test_a_more_trusted_kind_settles_a_contradiction(shop: Shop) -> None:
    """A router that passes tools on outranks an aggregator that says there are none."""
    row = md("m", canonical_model_id="x/m", tool_call=False)
    shop.take("models-dev", listed(groq=row), SEPTEMBER)
    shop.take("openrouter", scan(Groq=[endpoint("x/m", "groq")]))
    tool_use = shop.offering("groq/m")["capabilities"]["tool_use"]
    assert (tool_use["at_least"], "at_most" in tool_use) == (2, False)


def test_a_source_that_falls_silent_takes_its_word_back(shop: Shop) -> None:
    """A flag that a source does not state any more is not stated: nobody else said it, so it is unknown."""
    shop.take("models-dev", groq(structured_output=True), SEPTEMBER)
    shop.take("models-dev", groq(), DECEMBER)
    assert "structured_output" not in shop.offering("groq/m")["capabilities"]


def test_deprecation_of_two_sources_is_one(shop: Shop) -> None:
    """One says deprecated, the other says until when."""
    shop.take("models-dev", groq(status="deprecated"), SEPTEMBER)
    shop.take("litellm", {"groq/m": ll("groq", deprecation_date="2027-01-31")}, NOVEMBER)
    lifecycle = shop.offering("groq/m")["lifecycle"]
    assert (lifecycle["status"], lifecycle["retires_on"]) == ("deprecated", date(2027, 1, 31))
    assert lifecycle["evidence"] == [{**MD, "facts": ["status"]}, LL]


def test_what_a_person_wrote_stays(shop: Shop) -> None:
    """A limit and a lifecycle with a person's evidence outlive every import; the sources' words stand beside them."""
    shop.take("models-dev", groq(), SEPTEMBER)
    file = shop.root / "providers/groq/offerings/m.toml"
    text = file.read_text(encoding="utf-8")
    text = text.replace("max_output_tokens = 32768", "max_output_tokens = 8192  # read on the model's page")
    text = text.replace(
        'evidence = [{ source = "models-dev", seen_on = 2026-09-30 }]\n\n[cap',
        'evidence = [\n  { source = "groq-docs", seen_on = 2026-10-01, facts = ["max_output_tokens"] },\n'
        '  { source = "models-dev", seen_on = 2026-09-30 },\n]\n\n[cap',
    )
    text += (
        '\n[lifecycle]\nstatus = "retired"\nretires_on = 2026-08-16\n'
        'evidence = [{ source = "groq-docs", seen_on = 2026-08-19 }]\nnote = "Contracts may differ."\n'
    )
    file.write_text(text, encoding="utf-8")
    shop.take("litellm", {"groq/m": ll("groq", max_output_tokens=4096, deprecation_date="2027-01-31")}, NOVEMBER)
    document = shop.offering("groq/m")
    assert document["max_output_tokens"] == 8192
    assert (document["lifecycle"]["retires_on"], document["lifecycle"]["note"]) == (
        date(2026, 8, 16),
        "Contracts may differ.",
    )
    assert "max_output_tokens = 8192  # read on the model's page" in shop.text("groq/m")


def test_a_person_settles_one_feature_and_leaves_the_level_to_the_sources(shop: Shop) -> None:
    """That reasoning cannot be left off is a person's fact; how far it can be steered stays a source's."""
    shop.take("models-dev", groq(reasoning=True), SEPTEMBER)
    file = shop.root / "providers/groq/offerings/m.toml"
    said = (
        "reasoning = { at_least = 1, features = { optional = false }, evidence = [\n"
        '  { source = "groq-docs", seen_on = 2026-10-01, facts = ["features.optional"] },\n'
        '  { source = "models-dev", seen_on = 2026-09-30, facts = ["at_least"] },\n] }'
    )
    file.write_text(file.read_text(encoding="utf-8").replace("reasoning = { at_least = 1 }", said), encoding="utf-8")
    options = [{"type": "effort", "values": ["none", "low"]}]
    shop.take("models-dev", groq(reasoning=True, reasoning_options=options), DECEMBER)
    reasoning = shop.offering("groq/m")["capabilities"]["reasoning"]
    assert (reasoning["at_least"], reasoning["features"]) == (2, {"effort": True, "optional": False})


def test_aliases_link_and_are_never_taken_away(shop: Shop) -> None:
    """A hand-written alias names the model; importing adds the router's name and keeps the rest."""
    shop.write(
        "models/meta/llama-3.3-70b-instruct.toml",
        'name = "Llama"\nlab = "meta"\nevidence = [{ source = "groq-docs", seen_on = 2026-09-01 }]\n\n'
        '[aliases]\nmodels-dev = ["groq/llama-3.3-70b-versatile"]  # the page of the model says so\n',
    )
    rows = {
        "groq": md("llama-3.3-70b-versatile"),
        "openrouter": md("meta-llama/llama-3.3", canonical_model_id="meta/llama-3.3-70b-instruct"),
    }
    shop.take("models-dev", listed(**rows), SEPTEMBER)
    assert shop.offering("groq/llama-3.3-70b-versatile")["model"] == "meta/llama-3.3-70b-instruct"
    text = (shop.root / "models/meta/llama-3.3-70b-instruct.toml").read_text(encoding="utf-8")
    assert tomllib.loads(text)["aliases"] == {
        "models-dev": ["groq/llama-3.3-70b-versatile"],
        "openrouter": ["meta-llama/llama-3.3"],
    }
    assert "# the page of the model says so" in text


def test_an_alias_of_two_models_is_an_error(shop: Shop) -> None:
    """One name cannot mean two models: nothing is imported until a person decides."""
    for name in ("a", "b"):
        shop.write(
            f"models/x/{name}.toml",
            f'name = "{name}"\nlab = "x"\nevidence = [{{ source = "groq-docs", seen_on = 2026-09-01 }}]\n'
            '[aliases]\nmodels-dev = ["groq/m"]\n',
        )
    before = shop.content()
    with pytest.raises(InvalidData) as refused:
        shop.take("models-dev", groq(), SEPTEMBER)
    assert [finding.rule for finding in refused.value.findings] == ["IMP001"]
    assert shop.content() == before


def test_an_older_file_is_refused(shop: Shop) -> None:
    """A file from before the last import would take newer words back."""
    shop.take("models-dev", groq(), DECEMBER)
    with pytest.raises(InvalidArgument) as refused:
        shop.take("models-dev", groq(), SEPTEMBER)
    assert refused.value.expected == "2026-12-01 or later"


def test_some_providers_can_be_imported_alone(shop: Shop) -> None:
    """Only the named provider is read and marked as read; the others are not even skipped."""
    rows = listed(groq=md("m"), openai=md("n"), poe=md("o"))
    summary = shop.take("models-dev", rows, SEPTEMBER, providers=["groq"])
    assert (summary.added, summary.skips) == (("groq/m",), ())
    assert [cells[0] for cells in shop.table("sightings/models-dev.csv")[1:]] == ["groq", "groq/m"]


def test_importing_one_provider_keeps_the_measurements_of_others(shop: Shop) -> None:
    """The table of a day holds every provider, whichever is imported again."""
    name = {"canonical_model_id": "x/m"}
    shop.take("models-dev", listed(groq=md("m", **name), deepinfra=md("m", **name)), SEPTEMBER)
    scanned = scan(Groq=[endpoint("x/m", "groq")], DeepInfra=[endpoint("x/m", "deepinfra")])
    shop.take("openrouter", scanned)
    before = shop.content()
    shop.take("openrouter", scanned, providers=["groq"])
    assert shop.content() == before


def test_unknown_names_are_refused(shop: Shop) -> None:
    """A source or provider that does not exist is an error that offers the near ones."""
    with pytest.raises(UnknownName) as source:
        shop.take("modelsdev", groq(), SEPTEMBER)
    with pytest.raises(UnknownName) as provider:
        shop.take("models-dev", groq(), SEPTEMBER, providers=["grok"])
    assert (source.value.near[0], provider.value.near[0]) == ("models-dev", "groq")


def test_a_fault_anywhere_writes_nothing(shop: Shop) -> None:
    """A name that is too long for the schema: the finding names the file, and no other file was written."""
    before = shop.content()
    with pytest.raises(InvalidData) as refused:
        shop.take("models-dev", listed(groq=md("m") | md("n", name="x" * 201)), SEPTEMBER)
    assert [finding.file for finding in refused.value.findings] == ["providers/groq/offerings/n.toml"]
    assert shop.content() == before
