"""pi-ai: a later list of what calls tools. It says what is still there, and nothing of what is not."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from capreg.errors import UnreadableFile
from tests.importing.shop import SEPTEMBER, Shop, listed, md

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


def test_its_zeros_and_prices_become_no_figures(shop: Shop) -> None:
    """A cache price of 0 there means unknown; no figure of the file enters an offering."""
    file = shop.root / "providers/groq/offerings/lab/kept.toml"
    before = file.read_bytes()

    summary = shop.take("pi-ai", {"api": {"chat:lab/kept": entry("lab/kept")}}, NOVEMBER)

    assert file.read_bytes() == before
    assert (summary.added, summary.changed) == ((), ())


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
