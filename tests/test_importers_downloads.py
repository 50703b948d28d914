"""Downloads that are broken: of another shape, or with half of their rows gone."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from capreg.errors import CapregError, InvalidData
from tests.importing.shop import SEPTEMBER, Shop, listed, md

DECEMBER = date(2026, 12, 1)


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    """An empty registry with seven providers."""
    return Shop(tmp_path)


def test_a_file_that_lost_half_is_refused(shop: Shop) -> None:
    """Thirty offerings, then ten: more likely a broken download; --allow-shrink takes it."""
    rows = [md(f"m{number}") for number in range(30)]
    shop.take("models-dev", listed(groq={key: row for each in rows for key, row in each.items()}), SEPTEMBER)
    few = listed(groq={key: row for each in rows[:10] for key, row in each.items()})
    before = shop.content()

    with pytest.raises(InvalidData, match="far less") as refused:
        shop.take("models-dev", few, DECEMBER)
    assert [finding.rule for finding in refused.value.findings] == ["IMP004"]
    assert shop.content() == before
    assert len(shop.take("models-dev", few, DECEMBER, allow_shrink=True).unlisted) == 20


@pytest.mark.parametrize(
    "document", [[], {"groq": 7}, {"groq": {"models": [1]}}, {"groq": {"models": {"m": {"cost": 3}}}}]
)
def test_a_file_of_another_shape_is_a_fault(shop: Shop, document: Any) -> None:
    """What a source never publishes ends in one finding with the file's name, and changes nothing."""
    before = shop.content()
    with pytest.raises(CapregError):
        shop.take("models-dev", document, SEPTEMBER)
    assert shop.content() == before


def test_one_file_of_several_is_held_against_its_own_providers(shop: Shop) -> None:
    """pi-ai has a file a provider: the small one after the large one has lost nothing."""
    for provider in ("groq", "openai"):
        file = shop.root / f"providers/{provider}/provider.toml"
        file.write_text(file.read_text("utf-8") + f'pi-ai = ["{provider}"]\n', "utf-8")
    counts = {"groq": 30, "openai": 3}
    rows = {name: {k: v for n in range(count) for k, v in md(f"m{n}").items()} for name, count in counts.items()}
    shop.take("models-dev", listed(**rows), SEPTEMBER)
    cost = {"input": 0.5, "output": 1.5}

    for name, count in counts.items():
        entries = {f"chat:m{n}": {"id": f"m{n}", "provider": name, "type": "chat", "cost": cost} for n in range(count)}
        summary = shop.take("pi-ai", {"api": entries}, DECEMBER)

        assert len(summary.changed) == count
