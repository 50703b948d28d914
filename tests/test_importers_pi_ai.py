"""pi-ai: a later list of what calls tools. It says what is still there, and nothing of what is not."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from capreg.errors import UnreadableFile
from tests.importing.shop import SEPTEMBER, Shop, listed, ll, md

NOVEMBER = date(2026, 11, 10)


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    """A registry in which models.dev listed two models of one provider in September."""
    shop = Shop(tmp_path)
    provider = shop.root / "providers/groq/provider.toml"
    provider.write_text(provider.read_text("utf-8") + 'pi-ai = ["groq"]\n', "utf-8")
    shop.take("models-dev", listed(groq={**md("lab/old"), **md("lab/kept")}), SEPTEMBER)
    return shop


def entry(wire_id: str, **facts: Any) -> dict[str, Any]:
    """One entry in the file's shape: zero means unknown there."""
    return {"id": wire_id, "provider": "groq", "type": "chat", "cost": {"input": 9, "cacheRead": 0}, **facts}


def sightings(shop: Shop) -> list[str]:
    """The lines of its table of sightings, without the header."""
    file = shop.root / "sightings/pi-ai.csv"
    return file.read_text("utf-8").splitlines()[1:] if file.exists() else []


def test_what_it_lists_is_seen(shop: Shop) -> None:
    """Only offerings that exist get a sighting; the provider does not count as read in full."""
    shop.take("pi-ai", {"openai-completions": {"chat:lab/kept": entry("lab/kept"), "chat:new": entry("new")}}, NOVEMBER)

    assert sightings(shop) == ["groq/lab/kept,2026-11-10"]


def prices(shop: Shop) -> list[tuple[str, str, str]]:
    """Start, input and output of the lists of the offering that is kept."""
    return [(str(one["starts_on"]), one["input"], one["output"]) for one in shop.offering("groq/lab/kept")["prices"]]


def test_its_zeros_become_no_figures(shop: Shop) -> None:
    """A cache price of 0 there means unknown, and so does a price of 0."""
    zero = {"input": 0, "output": 0, "cacheRead": 0, "cacheWrite": 0}
    shop.take("pi-ai", {"api": {"chat:lab/kept": entry("lab/kept", cost=zero)}}, NOVEMBER)
    assert prices(shop) == [("2026-09-30", "0.5", "1.5")]

    cost = {"input": 0.4, "output": 1.2, "cacheRead": 0, "cacheWrite": 0}
    shop.take("pi-ai", {"api": {"chat:lab/kept": entry("lab/kept", cost=cost)}}, NOVEMBER)
    assert "cache_read" not in shop.text("groq/lab/kept")


def test_a_price_that_moved_starts_on_its_day(shop: Shop) -> None:
    """The figures are models.dev's, later: a new list, and the old one is history. Again, no byte changes."""
    document = {"api": {"chat:lab/kept": entry("lab/kept", cost={"input": 0.4, "output": 1.2})}}
    shop.take("pi-ai", document, NOVEMBER)
    before = shop.content()

    shop.take("pi-ai", document, NOVEMBER)

    assert prices(shop) == [("2026-09-30", "0.5", "1.5"), ("2026-11-10", "0.4", "1.2")]
    assert shop.content() == before


def test_a_later_look_of_another_family_outweighs_it(shop: Shop) -> None:
    """LiteLLM still says the old price two days later: what pi-ai says is kept beside it."""
    row = ll("groq", input_cost_per_token=5e-07, output_cost_per_token=1.5e-06)
    shop.take("litellm", {"groq/lab/kept": row}, date(2026, 11, 12))

    shop.take("pi-ai", {"api": {"chat:lab/kept": entry("lab/kept", cost={"input": 0.4, "output": 1.5})}}, NOVEMBER)

    assert prices(shop) == [("2026-09-30", "0.5", "1.5")]
    assert '"0.4"' in shop.text("groq/lab/kept")


def test_two_prices_for_one_id_are_both_left_out(shop: Shop) -> None:
    """The same id under two APIs with two prices says nothing."""
    one = {"chat:lab/kept": entry("lab/kept", cost={"input": 0.4, "output": 1.2})}
    other = {"chat:lab/kept": entry("lab/kept", cost={"input": 0.3, "output": 1.2})}

    shop.take("pi-ai", {"a": one, "b": other}, NOVEMBER)

    assert prices(shop) == [("2026-09-30", "0.5", "1.5")]


def test_a_classifier_of_the_same_name_is_no_chat_model(shop: Shop) -> None:
    """One id can be there twice, under two kinds; only the chat model is the offering."""
    summary = shop.take("pi-ai", {"api": {"classifier:lab/old": entry("lab/old", type="classifier")}}, NOVEMBER)

    assert sightings(shop) == []
    assert summary.skipped == {"no chat model": 1}


@pytest.mark.parametrize("document", [[], {"api": []}, {"api": {"chat:a": {"id": "a"}}}, {"schemaVersion": 6}])
def test_a_file_of_another_shape_is_refused(shop: Shop, document: Any) -> None:
    """Its manifest, or anything else, is no provider file."""
    with pytest.raises(UnreadableFile) as caught:
        shop.take("pi-ai", document, NOVEMBER)

    assert caught.value.problem == "this is no provider file of pi-ai"
