"""Answers that other tools gave from data that they misread: bills of nothing, borrowed prices, models that went."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest

import capreg
from capreg import NoFeasibleOffering, Policy, Usage
from capreg.errors import CostUnknown, UnknownName
from capreg.source.causes import Causes
from capreg.source.compile import compile_registry
from capreg.source.votes import standing, votes_of
from tests.registry import OFFERING, RegistryFolder
from tests.small import AS_OF, catalog, offering, price

CALL = Usage(input_tokens=2000, output_tokens=300)


def test_an_unpriced_model_is_no_bargain() -> None:
    """A model without a price was billed at nothing, and budgets never tripped: here it is no answer and no bill."""
    shop = catalog({"a/unpriced": offering(price(None, None)), "b/priced": offering(price("1", "2"))})

    decision = capreg.resolve("tool_use", max_cost_usd="0.01", catalog=shop, as_of=AS_OF)

    assert [candidate.offering for candidate in decision] == ["b/priced"]
    assert [entry.offering for entry in decision.unknown] == ["a/unpriced"]
    with pytest.raises(CostUnknown):
        capreg.cost("a/unpriced", CALL, at=AS_OF, catalog=shop)


def test_nobody_lends_a_price() -> None:
    """Another provider's price of the model, or that of a name that begins alike, was taken where one was missing."""
    shop = catalog({"a/gpt-5": offering(price("1", "2")), "b/gpt-5": offering(price(None, None))})

    with pytest.raises(CostUnknown):
        capreg.cost("b/gpt-5", CALL, at=AS_OF, catalog=shop)
    with pytest.raises(UnknownName):
        capreg.cost("a/gpt-5-mini", CALL, at=AS_OF, catalog=shop)


@pytest.mark.parametrize(("mode", "cost"), [("whole_request", "0.0033"), ("marginal", "0.0023"), (None, None)])
def test_a_step_in_price_has_two_readings(mode: str | None, cost: str | None) -> None:
    """Whether the dearer rate holds for the whole call or for what is beyond the step: unsaid, it is not guessed."""
    stated: dict[str, Any] = {} if mode is None else {"tier_mode": mode}
    shop = catalog({"a/x": offering(price("0.5", "1"), price("1.5", "1", above_input_tokens=1000, **stated))})

    if cost is None:
        with pytest.raises(CostUnknown):
            capreg.cost("a/x", CALL, at=AS_OF, catalog=shop)
    else:
        assert capreg.cost("a/x", CALL, at=AS_OF, catalog=shop).cost_usd == Decimal(cost)


def test_a_model_that_retired_is_not_offered() -> None:
    """Rows of models that answer 404 were picked for months: from the day on it is out, and the day before it is in."""
    shop = catalog({"a/old": offering(lifecycle={"status": "deprecated", "retires_on": "2026-11-20"})})

    with pytest.raises(NoFeasibleOffering):
        capreg.resolve("tool_use", catalog=shop, as_of="2026-11-20")
    assert capreg.resolve("tool_use", catalog=shop, as_of="2026-11-19").best.offering == "a/old"


def test_a_capability_that_nobody_states_hides_no_offering() -> None:
    """Rows without a flag counted as unable, and good offers vanished: they are unknown, and can be let in, marked."""
    silent = offering(capabilities={})
    shop = catalog({"a/silent": silent, "b/unable": offering(capabilities={"tool_use": {"at_most": 0}})})

    decision = capreg.resolve("tool_use", unknown="include", catalog=shop, as_of=AS_OF)

    assert [(candidate.offering, candidate.proven) for candidate in decision] == [("a/silent", False)]
    assert [entry.offering for entry in decision.excluded] == ["b/unable"]


def test_a_price_of_another_model_stands_out() -> None:
    """A row was copied from the model beside it, and priced a small one at the large one's rates."""
    others = {f"{host}/x": offering(price("0.1", "0.4")) for host in "abcd"}
    shop = catalog({"copied/x": offering(price("0.6", "3")), **others})

    decision = capreg.resolve("tool_use", catalog=shop, as_of=AS_OF)
    flagged = [one.offering for one in decision if one.price is not None and one.price["far_from_others"]]

    assert flagged == ["copied/x"]


def test_the_clock_of_the_machine_decides_no_price(monkeypatch: pytest.MonkeyPatch) -> None:
    """A price that changed at midnight depended on the time zone of whoever asked: an instant has one price."""
    shop = catalog({"a/x": offering(price("1", "1"), {**price("2", "2"), "starts_on": "2026-11-01"})})
    midnight = datetime(2026, 11, 1, tzinfo=UTC)
    bills = set()
    for zone in ("UTC", "Pacific/Kiritimati", "America/Los_Angeles"):
        monkeypatch.setenv("TZ", zone)
        time.tzset()
        for hours in (-11, 0, 14):
            there = midnight.astimezone(timezone(timedelta(hours=hours)))
            bills.add(capreg.cost("a/x", CALL, at=there, catalog=shop).cost_usd)
    monkeypatch.undo()
    time.tzset()

    assert bills == {Decimal("0.0046")}


def test_a_currency_taken_for_another(registry: RegistryFolder) -> None:
    """A host's prices in euro were entered as dollars: one slip in a dozen rows, told as one."""
    text = (registry.root / OFFERING).read_text()
    body = text[: text.index("[[prices]]")]
    of_list = (registry.root / "sources/list.toml").read_text()
    registry.write("sources/map.toml", of_list.replace('family = "list"', 'family = "map"'))
    for number in range(1, 9):
        dollars, euro = Decimal("0.11") * number, Decimal("0.1") * number
        price = f"""
            [[prices]]
            starts_on = 2026-11-12
            basis = "observed"
            input = "{euro}"
            evidence = [
              {{ source = "map", seen_on = 2026-11-12 }},
              {{ source = "list", seen_on = 2026-10-30, says = {{ input = "{dollars}" }} }},
            ]
            """
        path = f"providers/acme/offerings/euro-{number}.toml"
        registry.write(path, body.replace('"Small-1"', f'"Euro-{number}"', 1) + price)
    whole = compile_registry(registry.root)

    causes = {Causes(whole).of(vote, side) for vote in standing(votes_of(whole)) for side in vote.against}

    assert causes == {
        "all its prices here are some 1.10 times those of map: another currency or day of exchange, or a surcharge"
    }


def test_what_is_free_today_is_no_answer_unless_it_is_asked_for() -> None:
    """A free tier was picked and its paid fallback billed: what is free is left out, with its reason on record."""
    free = {**price("0", "0"), "free": "rate_limited_tier"}
    shop = catalog({"a/free": offering(free), "b/paid": offering(price("1", "2"))})

    decision = capreg.resolve("tool_use", catalog=shop, as_of=AS_OF)
    asked = capreg.resolve("tool_use", catalog=shop, as_of=AS_OF, policy=Policy(free=True))

    assert [candidate.offering for candidate in decision] == ["b/paid"]
    assert asked.best.offering == "a/free"
