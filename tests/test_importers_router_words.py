"""A router's word that thought can be left off, beside what hosts of the same model are known to do."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.importing.shop import NOVEMBER, SEPTEMBER, Shop, listed, ll, md

THINKS: dict[str, Any] = {"canonical_model_id": "lab/thinker", "reasoning": True}
TOGGLE = [{"type": "toggle"}]
EFFORTS = [{"type": "effort", "values": ["low", "high"]}]
REASON = "a router's word that thought can be left off, which no host bears out"


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    """A registry where Groq is a host and Poe passes calls on."""
    made = Shop(tmp_path)
    made.write("providers/poe/provider.toml", 'name = "poe"\nkind = "router"\n\n[aliases]\nmodels-dev = ["poe"]\n')
    return made


def optional(shop: Shop, offering: str) -> bool | None:
    """Whether it is on record that the offering can do without thought; None where nothing is."""
    reasoning = shop.offering(offering)["capabilities"]["reasoning"]
    return (reasoning.get("features") or {}).get("optional")


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ({**THINKS, "reasoning_options": EFFORTS}, None),
        (THINKS, None),
        ({**THINKS, "reasoning_options": TOGGLE}, True),
        ({**THINKS, "reasoning_options": [{"type": "effort", "values": ["none", "low"]}]}, True),
        ({**THINKS, "reasoning": False}, True),
        ({**THINKS, "canonical_model_id": "lab/another", "reasoning_options": EFFORTS}, True),
    ],
    ids=["efforts", "no options", "a switch", "no effort", "a host that does not think", "another model"],
)
def test_a_switch_at_a_router_proves_as_much_as_hosts_bear_out(
    shop: Shop, host: dict[str, Any], expected: bool | None
) -> None:
    """Where hosts of the model think and none is known to do without, the router's switch is one for all models."""
    at_router = md("thinker", **THINKS, reasoning_options=TOGGLE)
    summary = shop.take("models-dev", listed(poe=at_router, groq=md("lab/thinker", **host)), SEPTEMBER)

    assert optional(shop, "poe/thinker") is expected
    assert summary.skipped.get(REASON, 0) == (1 if expected is None else 0)
    assert shop.offering("poe/thinker")["capabilities"]["reasoning"]["at_least"] == 2


@pytest.mark.parametrize(
    ("wire_id", "model", "expected"),
    [
        ("thinker-thinking", "lab/thinker", None),
        ("thinker:reasoning", "lab/thinker", None),
        ("thinker-thinking", None, None),
        ("thinker-non-thinking", "lab/thinker", True),
        ("thinkings", "lab/thinker", True),
        ("thinker-thinking", "lab/thinker-thinking", True),
    ],
)
def test_a_mode_that_is_named_by_its_thinking_thinks(
    shop: Shop, wire_id: str, model: str | None, expected: bool | None
) -> None:
    """nano-gpt lists a model twice, and has the switch in the row of the mode that thinks; a model may be named so."""
    at_router = md(wire_id, reasoning=True, canonical_model_id=model, reasoning_options=TOGGLE)
    host = md("lab/thinker", reasoning=True, canonical_model_id="lab/thinker", reasoning_options=TOGGLE)
    shop.take("models-dev", listed(poe=at_router, groq=host), SEPTEMBER)

    slug = wire_id.replace(":", "-")
    assert optional(shop, f"poe/{slug}") is expected


def test_a_word_that_stood_goes_when_a_host_comes(shop: Shop) -> None:
    """Nobody hosted it, so that the router was believed; a host that always thinks is listed later."""
    at_router = listed(poe=md("thinker", **THINKS, reasoning_options=TOGGLE))
    shop.take("models-dev", at_router, SEPTEMBER)
    assert optional(shop, "poe/thinker") is True

    both = {**at_router, **listed(groq=md("lab/thinker", **THINKS, reasoning_options=EFFORTS))}
    shop.take("models-dev", both, NOVEMBER)
    assert optional(shop, "poe/thinker") is None


def test_another_source_may_bear_it_out(shop: Shop) -> None:
    """LiteLLM says of the host that the effort none is taken: then the switch at the router counts, too."""
    rows = listed(
        poe=md("thinker", **THINKS, reasoning_options=TOGGLE),
        groq=md("lab/thinker", **THINKS, reasoning_options=EFFORTS),
    )
    shop.take("models-dev", rows, SEPTEMBER)
    said = ll("groq", supports_reasoning=True, supports_none_reasoning_effort=True)
    shop.take("litellm", {"groq/lab/thinker": said}, NOVEMBER)
    shop.take("models-dev", rows, NOVEMBER)

    assert (optional(shop, "groq/lab/thinker"), optional(shop, "poe/thinker")) == (True, True)


def test_a_host_is_taken_at_its_word(shop: Shop) -> None:
    """Only routers need somebody who bears them out."""
    rows = listed(
        groq=md("lab/thinker", **THINKS, reasoning_options=TOGGLE),
        deepinfra=md("lab/thinker", **THINKS, reasoning_options=EFFORTS),
    )
    shop.take("models-dev", rows, SEPTEMBER)

    assert (optional(shop, "groq/lab/thinker"), optional(shop, "deepinfra/lab/thinker")) == (True, None)
