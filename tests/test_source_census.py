"""Counting what a catalog holds, and taking out what may not be passed on: small catalogs, counted by hand."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from capreg import schema
from capreg.catalog import Catalog
from capreg.source.build import write_snapshot
from capreg.source.census import census
from capreg.source.redistribute import redistributable
from tests.cli_shop import ran
from tests.small import SEEN, catalog, measured, offering, price, provider, source

CLOSED = [{"source": "router", "seen_on": "2026-05-18"}]
BOTH = [*SEEN, *CLOSED]


def shop(**changes: Any) -> Catalog:
    """Five offerings: one of all sorts, one retired, one free, one without a price, one with a history."""
    offerings = {
        "one/plain": offering(price(evidence=BOTH)),
        "one/retired": offering(lifecycle={"status": "retired", "retires_on": "2026-06-01"}),
        "one/free": offering(price("0", "0", free="promotion")),
        "two/unpriced": {name: value for name, value in offering().items() if name != "prices"},
        "two/moved": offering(
            price("2", "4", starts_on="2025-06-01"),
            price("1", "2", evidence=[*SEEN, {"source": "map", "seen_on": "2026-09-01", "says": {"input": "10"}}]),
            price("0.5", "1", tier="batch"),
            price("3", "6", above_input_tokens=1000),
            backend={"grade": "vendor_stated", "accelerators": ["chip-a"], "evidence": SEEN},
        ),
        **changes,
    }
    timed = measured("one/plain", ttft_ms={"p50": "200"}, output_tps={"p50": "50"})
    return catalog(
        offerings,
        [timed, measured("two/moved", ttft_ms={"p50": "1"})],
        accelerators={"chip-a": {"kind": "lpu"}},
        sources={
            "list": source("list", lists_offerings=True, kinds={"price": "aggregator", "capability": "aggregator"}),
            "map": source("map", kinds={"price": "aggregator"}),
            "router": source("router", redistributable="unverified", kinds={"price": "router_price"}),
        },
    )  # fmt: skip


def test_what_can_be_had_is_priced_and_there() -> None:
    """Neither the retired, nor the free, nor what has no price."""
    counted = census(shop())

    assert (counted.offerings, counted.can_be_had, counted.retired) == (5, 2, 1)
    assert counted.by_provider == {"one": 1, "two": 1}


def test_speed_counts_with_both_figures() -> None:
    """TTFT alone is half an answer."""
    counted = census(shop())

    assert (counted.timed, counted.unknown["speed"]) == (1, 1)
    assert counted.speed_ages["181 to 365 days"] == 1


def test_prices_by_who_says_so() -> None:
    """Two families on both rates of one and on one of another; against the other rate there is a word."""
    counted = census(shop())

    assert counted.price_states == {"single-family": 4, "confirmed": 3, "conflicting": 1}
    assert (counted.series, counted.steps, counted.tiers) == (1, 1, {"standard": 2, "batch": 1})


def test_hardware_and_capabilities_by_what_is_known() -> None:
    """One says its chip; both call tools, neither thinks, of vision nobody says a word."""
    counted = census(shop())

    assert counted.by_accelerator_kind == {"lpu": 1, "undisclosed": 1}
    assert counted.by_capability["tool_use"] == {"yes": 2, "no": 0, "unknown": 0}
    assert counted.by_capability["reasoning"] == {"yes": 0, "no": 2, "unknown": 0}
    assert counted.by_capability["vision"] == {"yes": 0, "no": 0, "unknown": 2}


def test_what_only_a_closed_source_states_is_left_out() -> None:
    """A price that two state loses one witness; a capability and a measurement of the closed one go."""
    told = {"tool_use": {"at_least": 2, "evidence": BOTH}, "vision": {"at_least": 1, "evidence": CLOSED}}
    whole = shop(**{
        "one/plain": offering(price(evidence=BOTH), capabilities=told),
        "two/closed": offering(price(evidence=CLOSED), evidence=BOTH),
    })  # fmt: skip

    opened, left_out = redistributable(whole)

    kept = opened.documents("offerings")["one/plain"]
    assert kept["prices"][0]["evidence"] == SEEN
    assert kept["capabilities"] == {"tool_use": {"at_least": 2, "evidence": SEEN}}
    assert "prices" not in opened.documents("offerings")["two/closed"]
    assert list(opened.documents("measurements")) == []
    assert (left_out.records["measurements"], left_out.facts["offerings"]) == (2, 2)


def test_an_offering_that_only_a_closed_source_knows_goes_whole() -> None:
    """And its facts with it."""
    opened, left_out = redistributable(shop(**{"two/secret": offering(evidence=CLOSED)}))

    assert "two/secret" not in opened.documents("offerings")
    assert left_out.records["offerings"] == 1


def test_a_fact_that_a_closed_source_alone_speaks_for_goes() -> None:
    """The other facts of the file stay."""
    evidence = [
        {**SEEN[0], "facts": ["wire_id", "context_tokens"]},
        {**CLOSED[0], "facts": ["context_tokens", "max_output_tokens"]},
    ]
    opened, _ = redistributable(shop(**{"one/plain": offering(evidence=evidence)}))

    kept = opened.documents("offerings")["one/plain"]
    assert "max_output_tokens" not in kept
    assert kept["context_tokens"] == 200_000


@pytest.fixture
def ask(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Any:
    """Runs a command over the small catalog."""
    whole = shop()
    documents = {kind: dict(whole.documents(kind)) for kind in whole}
    chip = {"name": "A", "maker": "A", "kind": "lpu", "purposes": ["inference"], "status": "available"}
    documents["accelerators"] = {"chip-a": {**chip, "evidence": SEEN}}
    documents["providers"] = {name: provider() for name in ("one", "two")}
    path = tmp_path / "small.db"
    write_snapshot(Catalog("2026.11.22", documents, decode=schema.record), path)
    return lambda *words: ran(capsys, *words, "--catalog", str(path))


def test_stats_are_shown_and_told(ask: Any) -> None:
    """For people and for programs, the same counts."""
    shown, told = ask("stats"), json.loads(ask("stats", "--json").out)

    assert "offerings that can be had: 2 at 2 providers; of these timed 1" in shown.out
    assert (told["can_be_had"], told["timed"], told["as_of"]) == (2, 1, "2026-11-22")


def test_conflicts_name_both_sides_and_a_cause(ask: Any) -> None:
    """What stands, what another says, and why that may be."""
    (one,) = json.loads(ask("conflicts", "--json").out)

    assert (one["offering"], one["price"], one["stands"], one["says"]) == ("two/moved", "input", "1", "10")
    assert (one["source"], one["seen_on"], one["by"]) == ("map", "2026-09-01", ["list"])
    assert "decimal point" in one["likely_cause"]
    assert "1 difference\n" in ask("conflicts", "--provider", "two").out
    assert "0 differences" in ask("conflicts", "--provider", "one").out
    assert ask("conflicts", "--provider", "three").code == 2


def test_the_differences_of_a_family_are_listed(ask: Any) -> None:
    """As many as its agreement lacks, with both days and a cause; a family that supplies nothing is none."""
    found = json.loads(ask("conflicts", "--family", "map", "--json").out)
    compared, agree = json.loads(ask("stats", "--json").out)["agreement"]["map"]

    assert len(found) == compared - agree > 0
    (one,) = [each for each in found if each["price"] == "input"]
    assert (one["offering"], one["another_says"], one["another"], one["says"]) == ("two/moved", "1", "list", "10")
    assert (one["on"], one["at_router"]) == ("2026-09-01", False)
    assert "decimal point" in one["likely_cause"]
    shown = ask("conflicts", "--family", "map", "--provider", "two").out
    assert f"{len(found)} difference" in shown
    assert "two/moved" in shown
    assert "0 differences" in ask("conflicts", "--family", "map", "--provider", "one").out
    assert ask("conflicts", "--family", "nobody").code == 2


def test_history_shows_every_list_with_its_witnesses(ask: Any) -> None:
    """Days, rates, who says so and who says otherwise, and a bar a list."""
    shown = ask("history", "two/moved").out

    assert "2025-06-01" in shown
    assert "map 2026-09-01 (says input 10)" in shown
    assert "input   █▅  2 → 1" in shown
    assert "no price is known" in ask("history", "two/unpriced").out
    assert ask("history", "two/nobody").code == 2


def test_sources_say_licence_and_use(ask: Any) -> None:
    """The one that may not be passed on is told apart; the notice names them all."""
    told = {one["id"]: one for one in json.loads(ask("sources", "--json").out)}

    assert told["router"]["redistributable"] == "unverified"
    assert told["map"]["uses"] == 1
    assert told["list"]["newest"] == "2026-09-30"
    assert "NOTICE" in ask("sources", "--notice").out
