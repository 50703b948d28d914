"""genai-prices: a third family. Exact names only; what has no date is a vote, what has one is history."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from capreg.errors import UnreadableFile
from tests.importing.shop import NOVEMBER, SEPTEMBER, Shop, listed, ll, md

DAY = date(2026, 11, 10)


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    """A registry in which models.dev listed two models of OpenAI in September, at 0.5 and 1.5 dollars."""
    shop = Shop(tmp_path)
    file = shop.root / "providers/openai/provider.toml"
    file.write_text(file.read_text("utf-8") + 'genai-prices = ["openai"]\n', "utf-8")
    shop.take("models-dev", listed(openai={**md("big"), **md("big-2026")}), SEPTEMBER)
    return shop


def equals(name: str) -> dict[str, str]:
    """A rule that fits one spelling."""
    return {"_t": "ClauseEquals", "equals": name}


def rates(input_: Any, output: Any, **more: Any) -> dict[str, Any]:
    """Prices in the table's shape."""
    return {"_t": "ModelPrice", "input_mtok": input_, "output_mtok": output, **more}


def since(day: str, prices: dict[str, Any]) -> dict[str, Any]:
    """Prices from a day on."""
    return {"prices": prices, "constraint": {"_t": "StartDateConstraint", "start_date": day}}


def table(match: Any, prices: Any, **more: Any) -> list[dict[str, Any]]:
    """A table with one entry of OpenAI."""
    return [{"id": "openai", "models": [{"id": "big", "match": match, "prices": prices, **more}]}]


def lists(shop: Shop, tier: str = "standard") -> list[tuple[str, str, str]]:
    """Start, basis and input of the base prices of the big model in one tier."""
    return [
        (str(entry["starts_on"]), entry["basis"], entry["input"])
        for entry in shop.offering("openai/big")["prices"]
        if entry.get("tier", "standard") == tier
    ]


def test_only_exact_names_count(shop: Shop) -> None:
    """A rule by beginning, or by part of a name, prices models that it has never seen."""
    matches = [
        {"_t": "ClauseStartsWith", "starts_with": "big"},
        {"_t": "ClauseContains", "contains": "big"},
        {"_t": "ClauseAnd", "and_": [equals("big")]},
    ]
    before = shop.text("openai/big")

    for match in matches:
        summary = shop.take("genai-prices", table(match, rates(9, 9)), DAY)
        assert dict(summary.skipped) == {"a rule that fits more than one spelling": 1}

    assert shop.text("openai/big") == before


def test_of_alternatives_the_exact_ones_count(shop: Shop) -> None:
    """An entry for several spellings speaks for each that it names in full."""
    match = {"_t": "ClauseOr", "or_": [equals("big"), {"_t": "ClauseStartsWith", "starts_with": "big-"}]}

    shop.take("genai-prices", table(match, rates(0.5, 1.5)), DAY)

    sources = [entry["source"] for entry in shop.offering("openai/big")["prices"][0]["evidence"]]
    assert sources == ["models-dev", "genai-prices"]
    assert "genai-prices" not in shop.text("openai/big-2026")


def test_a_price_without_a_date_is_a_vote(shop: Shop) -> None:
    """It stands beside the price that stands, for or against it, and makes none."""
    shop.take("genai-prices", table(equals("big"), rates(0.6, 1.5)), DAY)

    entry = shop.offering("openai/big")["prices"][0]
    assert lists(shop) == [("2026-09-30", "observed", "0.5")]
    assert entry["evidence"][1]["says"] == {"input": "0.6"}


def test_start_dates_become_periods(shop: Shop) -> None:
    """What had no date ends where the first dated price begins: it is there for the last day that it is given for."""
    prices = [{"prices": rates(0.8, 2)}, since("2026-03-13", rates(0.5, 1.5))]

    shop.take("genai-prices", table(equals("big"), prices), DAY)

    assert lists(shop) == [("2026-03-12", "observed", "0.8"), ("2026-03-13", "observed", "0.5")]


def test_a_first_price_does_not_go_against_what_was_seen(shop: Shop) -> None:
    """Where somebody saw a price before the first date, the undated one says nothing about when it held."""
    prices = [{"prices": rates(0.8, 2)}, since("2026-10-19", rates(0.5, 1.5))]

    shop.take("genai-prices", table(equals("big"), prices), DAY)

    assert lists(shop) == [("2026-09-30", "observed", "0.5")]


def test_a_date_to_come_is_an_announcement(shop: Shop) -> None:
    """A price from next year on is kept from that day and is not today's."""
    prices = [{"prices": rates(0.5, 1.5)}, since("2027-01-01", rates(0.4, 1.2))]

    shop.take("genai-prices", table(equals("big"), prices), DAY)

    assert lists(shop) == [("2026-09-30", "observed", "0.5"), ("2027-01-01", "effective", "0.4")]


def test_a_price_by_the_hour_is_left_out(shop: Shop) -> None:
    """The price without a condition can be the one of the cheap hours."""
    hours = {"_t": "TimeOfDateConstraint", "start_time": "00:30:00+00:00", "end_time": "16:30:00+00:00"}
    prices = [{"prices": rates(0.135, 0.55)}, {"prices": rates(0.27, 1.1), "constraint": hours}]

    summary = shop.take("genai-prices", table(equals("big"), prices), DAY)

    assert dict(summary.skipped) == {"price that holds only part of the day or week": 1}
    assert lists(shop) == [("2026-09-30", "observed", "0.5")]


def test_variants_are_tiers_where_they_name_nothing_else(shop: Shop) -> None:
    """Batch, flex and priority are service tiers; a route, a region or `fast` is not."""
    variants = [
        {"when": {"service_tier": "default"}, "prices": {}},
        {"when": {"processing": "batch"}, **since("2026-10-14", rates(0.25, 0.75))},
        {"when": {"service_tier": "priority"}, **since("2026-10-12", rates(0.9, 2.5))},
        {"when": {"service_tier": "fast"}, "prices": rates(0.9, 2.5)},
        {"when": {"region": "us"}, "prices": rates(0.55, 1.65)},
        {"when": {"processing": "batch", "region": "us"}, "prices": rates(0.3, 0.8)},
    ]

    summary = shop.take("genai-prices", table(equals("big"), rates(0.5, 1.5), price_variants=variants), DAY)

    assert dict(summary.skipped) == {"a variant that is no service tier": 3}
    assert lists(shop, "batch") == [("2026-10-14", "observed", "0.25")]
    assert lists(shop, "priority") == [("2026-10-12", "observed", "0.9")]


def test_two_entries_for_one_name_are_both_left_out(shop: Shop) -> None:
    """Which of them is meant, the file does not say."""
    document = table(equals("big"), rates(0.5, 1.5))
    document[0]["models"] *= 2

    summary = shop.take("genai-prices", document, DAY)

    assert dict(summary.skipped) == {"collision: two entries name one offering": 2}
    assert "genai-prices" not in shop.text("openai/big")


def test_a_retired_name_makes_no_offering(shop: Shop) -> None:
    """The table keeps ids that are long gone."""
    before = shop.names()

    summary = shop.take("genai-prices", table(equals("gone"), rates(0.5, 1.5)), DAY)

    assert shop.names() == before
    assert dict(summary.skipped) == {"no such offering": 1}


def test_tiers_begin_above_their_size(shop: Shop) -> None:
    """A step holds for requests with more input tokens than it names."""
    tiered = {"base": 0.5, "tiers": [{"start": 64000, "price": 1.0}]}
    prices = [{"prices": rates(0.8, 2)}, since("2026-03-13", rates(tiered, 1.5))]

    shop.take("genai-prices", table(equals("big"), prices), DAY)

    steps = [(e.get("above_input_tokens"), e["input"]) for e in shop.offering("openai/big")["prices"]]
    assert steps == [(None, "0.8"), (None, "0.5"), (64000, "1")]


def test_two_other_families_outvote_it(shop: Shop) -> None:
    """A newer price that it alone saw, against what two families said later, is kept as evidence and no more."""
    shop.take("models-dev", listed(openai={**md("big"), **md("big-2026")}), date(2026, 10, 30))
    row = ll("openai", input_cost_per_token=5e-07, output_cost_per_token=1.5e-06)
    shop.take("litellm", {"big": row}, NOVEMBER)
    file = shop.root / "providers/openai/offerings/big.toml"
    file.write_text(file.read_text("utf-8").replace("seen_on = 2026-09-30", "seen_on = 2026-10-30"), "utf-8")

    shop.take("genai-prices", table(equals("big"), [since("2026-10-20", rates(0.7, 1.5))]), DAY)

    assert [one[2] for one in lists(shop)] == ["0.5"]
    assert "0.7" in shop.text("openai/big")


def test_the_same_table_again_changes_no_byte(shop: Shop) -> None:
    """Votes and periods are said once."""
    prices = [{"prices": rates(0.8, 2)}, since("2026-03-13", rates(0.5, 1.5)), since("2026-10-14", rates(0.4, 1.5))]
    shop.take("genai-prices", table(equals("big"), prices), DAY)
    before = shop.content()

    shop.take("genai-prices", table(equals("big"), prices), DAY)

    assert shop.content() == before


@pytest.mark.parametrize(
    "wrong", [-1, float("nan"), "cheap", 5000.0], ids=["negative", "no number", "words", "a thousand times too much"]
)
def test_what_is_no_price_is_left_out_with_its_reason(shop: Shop, wrong: Any) -> None:
    """Nothing of such a row is taken."""
    before = shop.text("openai/big")

    summary = shop.take("genai-prices", table(equals("big"), rates(wrong, 1.5)), DAY)

    assert len(summary.skips) == 1
    assert shop.text("openai/big") == before


@pytest.mark.parametrize("document", [{}, [], [{"id": "openai"}], [{"id": "openai", "models": [1]}], "x"])
def test_another_file_is_refused(shop: Shop, document: Any) -> None:
    """It says what was expected and leaves the registry as it was."""
    before = shop.content()

    with pytest.raises(UnreadableFile):
        shop.take("genai-prices", document, DAY)

    assert shop.content() == before
