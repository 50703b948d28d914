"""model-prices: what labs charged, period by period. It adds history and votes with models.dev, never against it."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from capreg.errors import UnreadableFile
from tests.importing.shop import NOVEMBER, SEPTEMBER, Shop, listed, ll, md

COMMIT = "models.dev commit"


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    """A registry in which models.dev listed two models of OpenAI and one of DeepSeek in September."""
    shop = Shop(tmp_path)
    for provider in ("openai", "deepseek"):
        file = shop.root / f"providers/{provider}/provider.toml"
        file.write_text(file.read_text("utf-8") + f'model-prices = ["{provider}"]\n', "utf-8")
    cost = {"input": 2.5, "output": 10, "cache_read": 1.25}
    shop.take("models-dev", listed(openai={**md("big", cost=cost), **md("small")}, deepseek=md("chat")), SEPTEMBER)
    return shop


def period(day: str, input_: float | None, output: float | None, *, start: str | None = None, **more: Any) -> Any:
    """One period in the snapshot's shape, known from a commit of `day`."""
    rates = {"input": input_, "output": output, "valid_from": f"{day}T20:31:32Z", "valid_from_basis": COMMIT}
    rates |= {"source": "https://github.com/sst/models.dev/commit/674c4a5e8c24", **more}
    return {"rates": rates, "start": start and f"{start}T00:00:00Z"}


def snapshot(schedule: Any = (), updated_at: str = "2026-10-26T18:46:35Z", **models: Any) -> dict[str, Any]:
    """A snapshot with models of OpenAI, each by mode."""
    prices = {"openai": {name: {"standard": rows} if isinstance(rows, list) else rows for name, rows in models.items()}}
    return {"prices": prices, "schedules": {"schedule": list(schedule)}, "updated_at": updated_at}


def lists(shop: Shop, offering: str = "openai/big", tier: str = "standard") -> list[tuple[str, str, str, str]]:
    """Start, basis, input and output of an offering's base prices in one tier."""
    return [
        (str(entry["starts_on"]), entry["basis"], entry["input"], entry["output"])
        for entry in shop.offering(offering)["prices"]
        if entry.get("tier", "standard") == tier and "above_input_tokens" not in entry
    ]


def test_a_past_price_goes_before_the_one_that_stands(shop: Shop) -> None:
    """The list that stands begins on the day from which the source knows it; what was before becomes history."""
    shop.take("model-prices", snapshot(big=[period("2025-06-05", 5.0, 15.0), period("2025-11-02", 2.5, 10.0)]))

    assert lists(shop) == [("2025-06-05", "observed", "5", "15"), ("2025-11-02", "observed", "2.5", "10")]


def test_it_says_where_it_has_a_period_from(shop: Shop) -> None:
    """The evidence names the commit or page of each period, and the day of the snapshot."""
    shop.take("model-prices", snapshot(big=[period("2025-06-05", 5.0, 15.0), period("2025-11-02", 2.5, 10.0)]))

    evidence = shop.offering("openai/big")["prices"][0]["evidence"]
    url = "https://github.com/sst/models.dev/commit/674c4a5e8c24"
    assert evidence == [{"source": "model-prices", "seen_on": date(2026, 10, 26), "url": url}]


def test_the_same_snapshot_again_changes_no_byte(shop: Shop) -> None:
    """What it has said already is not said twice."""
    document = snapshot(big=[period("2025-06-05", 5.0, 15.0), period("2025-11-02", 2.5, 10.0)])
    shop.take("model-prices", document)
    before = shop.content()

    shop.take("model-prices", document)

    assert shop.content() == before


def test_a_newer_snapshot_with_the_same_periods_moves_the_sightings_alone(shop: Shop) -> None:
    """The day of evidence is the first on which a source said it."""
    rows = [period("2025-06-05", 5.0, 15.0), period("2025-11-02", 2.5, 10.0)]
    shop.take("model-prices", snapshot(big=rows))
    before = shop.content()

    shop.take("model-prices", snapshot(big=rows, updated_at="2026-11-20T00:00:00Z"))

    assert {path for path, found in shop.content().items() if found != before[path]} == {"sightings/model-prices.csv"}


def test_the_basis_of_a_start_is_kept(shop: Shop) -> None:
    """A day that a document names is effective; one of a commit, or of the first look at a page, is observed."""
    documented = period("2026-09-01", 3.0, 12.0, start="2026-09-01", valid_from_basis="documented")
    seen = period("2026-07-01", 4.0, 12.0, start="2026-07-01", valid_from_basis="first observed")
    shop.take("model-prices", snapshot(big=[seen, documented]))

    assert [one[:2] for one in lists(shop)] == [
        ("2026-07-01", "observed"),
        ("2026-09-01", "effective"),
        ("2026-09-30", "observed"),
    ]


def test_a_corrected_figure_of_a_commit_keeps_the_day_of_the_commit(shop: Shop) -> None:
    """A document that corrects a recorded rate, from the day on which it was recorded, names no day."""
    row = period("2025-06-05", 5.0, 15.0, start="2025-06-05", valid_from_basis="documented")
    row["recorded"] = {"input": 6.0, "output": 15.0, "valid_from": row["rates"]["valid_from"]}
    shop.take("model-prices", snapshot(big=[row]))

    assert lists(shop)[0][:2] == ("2025-06-05", "observed")


def test_a_mode_that_is_older_than_its_rates_starts_with_the_rates(shop: Shop) -> None:
    """Batch began in 2024; the figure is known from 2025. A period without rates says nothing."""
    rows = [{"rates": None, "start": None}, period("2025-06-05", 1.25, 5.0, start="2024-04-15")]
    shop.take("model-prices", snapshot(big={"batch": rows}))

    assert lists(shop, tier="batch") == [("2025-06-05", "observed", "1.25", "5")]


def test_modes_that_are_no_service_tier_are_left_out(shop: Shop) -> None:
    """What `fast` and `thinking` cost is nobody's standard price."""
    rows = [period("2025-06-05", 4.25, 17.0)]
    summary = shop.take("model-prices", snapshot(big={"fast": rows, "thinking": rows, "ultrafast": rows}))

    assert dict(summary.skipped) == {"a mode that is no service tier": 3}


def test_a_price_by_the_hour_gives_no_series(shop: Shop) -> None:
    """DeepSeek's figure is the one of the cheap hours; the dear ones stand elsewhere in the file."""
    document = snapshot(schedule=[{"provider": "deepseek", "peak_multiplier": 2.0}])
    document["prices"] = {"deepseek": {"chat": {"standard": [period("2025-06-05", 0.27, 1.1)]}}}

    summary = shop.take("model-prices", document)

    assert dict(summary.skipped) == {"price that holds only part of the day or week": 1}
    assert "prices" not in shop.offering("deepseek/chat")


def test_a_schedule_for_one_model_leaves_the_others(shop: Shop) -> None:
    """A discount for some models by name concerns no other."""
    rule = {"provider": "openai", "off_peak_multiplier": {"small": 0.5}}
    rows = [period("2025-06-05", 5.0, 15.0)]

    summary = shop.take("model-prices", snapshot(schedule=[rule], big=rows, small=rows))

    assert dict(summary.skipped) == {"price that holds only part of the day or week": 1}
    assert len(lists(shop)) == 2


@pytest.mark.parametrize("free", [0.0, None])
def test_null_is_unknown_and_zero_has_no_reason(shop: Shop, free: float | None) -> None:
    """A series with a period that is no price is left out whole: the one before would last too long."""
    summary = shop.take(
        "model-prices", snapshot(big=[period("2025-06-05", 5.0, 15.0), period("2025-08-01", free, free)])
    )

    assert len(summary.skips) == 1
    assert [one[0] for one in lists(shop)] == ["2026-09-30"]


def test_it_is_of_the_family_of_models_dev(shop: Shop) -> None:
    """Two sources of one family are one vote: with LiteLLM alone against them, the newer price stands."""
    shop.take("litellm", {"big": ll("openai", input_cost_per_token=2.5e-06, output_cost_per_token=1e-05)}, NOVEMBER)

    shop.take("model-prices", snapshot(big=[period("2026-10-15", 2.0, 8.0)]), None)

    assert lists(shop)[-1] == ("2026-10-15", "observed", "2", "8")


def test_it_makes_no_offering(shop: Shop) -> None:
    """A price series is no proof that something is sold."""
    before = shop.names()

    summary = shop.take("model-prices", snapshot(unheard=[period("2025-06-05", 5.0, 15.0)]))

    assert shop.names() == before
    assert dict(summary.skipped) == {"no such offering": 1}


def test_steps_for_long_inputs_come_and_go(shop: Shop) -> None:
    """A step that a later period does not have any more makes another list."""
    tiers = [{"above": 100000, "input": 10.0, "output": 37.5}]
    rows = [
        period("2026-02-05", 5.0, 25.0, tiers=tiers),
        period("2026-03-13", 5.0, 25.0),
        period("2026-04-01", 2.5, 10),
    ]
    shop.take("model-prices", snapshot(big=rows))

    starts = [(str(e["starts_on"]), e.get("above_input_tokens")) for e in shop.offering("openai/big")["prices"]]
    assert starts == [("2026-02-05", None), ("2026-02-05", 100000), ("2026-03-13", None), ("2026-04-01", None)]


def test_a_multiple_is_no_price(shop: Shop) -> None:
    """The longer cache is given as a multiple of input, at OpenAI for twelve hours: no figure is made of it."""
    shop.take("model-prices", snapshot(big=[period("2025-06-05", 5.0, 15.0, cache_write_1h_multiple=2.5)]))

    assert "cache_write_1h" not in shop.offering("openai/big")["prices"][0]


@pytest.mark.parametrize("document", [{}, [], {"prices": {}}, {"updated_at": "yesterday"}, "x"])
def test_another_file_is_refused(shop: Shop, document: Any) -> None:
    """It says what was expected and leaves the registry as it was."""
    before = shop.content()

    with pytest.raises(UnreadableFile):
        shop.take("model-prices", document)

    assert shop.content() == before
