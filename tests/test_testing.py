"""Catalogs for users' tests: what the short keywords mean, and that what they make is checked."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

import capreg
from capreg import Decision, NoFeasibleOffering, Policy, Workload
from capreg.catalog import Catalog
from capreg.errors import InvalidArgument, InvalidData
from capreg.testing import MadeOffering, catalog, offering, price, provider

AS_OF = "2026-11-22"


def answer(shop: Catalog, requires: str = "tool_use", **asked: Any) -> Decision:
    """The decision, whether somebody passes or not."""
    try:
        return capreg.resolve(requires, catalog=shop, **{"as_of": AS_OF, **asked})
    except NoFeasibleOffering as nobody:
        return nobody.decision


def stands(made: MadeOffering, requires: str, **asked: Any) -> str:
    """What becomes of the one offering."""
    return answer(catalog(made), requires, **asked).standing(made.id)


class TestMeaning:
    @pytest.mark.parametrize(
        ("facts", "requires", "outcome"),
        [
            ({"tools": True}, "tool_use>=2", "ranks 1"),
            ({"tools": 1}, "tool_use>=1", "ranks 1"),
            ({"tools": 1}, "tool_use>=2", "fails tool_use>=2: has 1, asked 2"),
            ({"tools": False}, "tool_use", "fails tool_use>=1: has 0, asked 1"),
            ({}, "tool_use", "lacks tool_use>=1"),
            ({"tools": True, "parallel": True}, "tool_use[parallel]", "ranks 1"),
            ({"tools": True, "parallel": False}, "tool_use[parallel]", "fails tool_use[parallel]: has no, asked yes"),
            ({"structured": True}, "structured_output>=2", "ranks 1"),
            ({"vision": True}, "vision", "ranks 1"),
            ({"can": {"pdf_input": True}}, "pdf_input", "ranks 1"),
            ({"can": {"prompt_caching": False}}, "prompt_caching", "fails prompt_caching>=1: has 0, asked 1"),
            ({"reasoning": "always"}, "reasoning", "lacks"),
            ({"reasoning": "optional"}, "reasoning", "ranks 1"),
            ({"context": 200_000}, "long_context>=150000", "ranks 1"),
            ({"context": 32_000}, "long_context", "fails long_context>=128000: has 32,000, asked 128,000"),
        ],
    )
    def test_capabilities(self, facts: dict[str, Any], requires: str, outcome: str) -> None:
        """True is all of it, a number that level, False none, and nothing said is unknown."""
        assert stands(offering("a/b", **facts), requires).startswith(outcome)

    def test_speed(self) -> None:
        """A number is the median; a mapping says percentiles."""
        made = offering("a/b", tools=True, ttft={"p50": 120, "p90": 400.5}, tps=300, e2e=2000, first_answer=130)

        assert stands(made, "tool_use", max_latency_ms=401, percentile="p90") == "ranks 1"
        assert stands(made, "tool_use", max_latency_ms=400, percentile="p90").startswith("fails max_latency_ms")
        assert stands(made, "tool_use", min_output_tps=300, max_e2e_ms=2000, max_first_answer_ms=130) == "ranks 1"

    @pytest.mark.parametrize("amounts", [("0.15", "0.60"), (Decimal("0.15"), Decimal("0.6"))])
    def test_a_price_is_exact(self, amounts: Any) -> None:
        """US dollars per million tokens."""
        best = answer(catalog(offering("a/b", price=amounts, tools=True)), workload=Workload(input_tokens=1_000_000))

        assert best.coverage["considered"] == 1
        made = offering("a/b", price=amounts, tools=True, context=None, max_output=None)
        assert answer(catalog(made), unknown="include")[0].cost_usd == Decimal("0.00048")

    def test_prices_over_time(self) -> None:
        """Of several lists the latest that has started holds; tiers and units are named."""
        made = offering(
            "a/b", tools=True,
            price=[price("1", "2"), price(2, 4, starts_on=date(2026, 12, 1)), price("0.5", "1", tier="batch")],
        )  # fmt: skip
        shop = catalog(made)

        assert answer(shop).best.cost_usd == Decimal("0.0026")
        assert answer(shop, as_of="2026-12-01").best.cost_usd == Decimal("0.0052")
        assert answer(shop, workload=Workload(service_tier="batch")).best.cost_usd == Decimal("0.0013")

    def test_policy(self) -> None:
        """Labs, weights, hardware, resellers, keys, previews and what is free can all be asked for."""
        shop = catalog(
            offering("a/b", tools=True, model="lab/open", open_weights=True, runs_on=["groq-lpu-v1"]),
            offering("c-d/e", tools=True, model="other/closed", open_weights=False),
            offering("f/new", tools=True, status="preview"),
            offering("f/gift", tools=True, price=price("0", "0", free="promotion")),
            providers=[provider("c-d", reseller=True, parent="a"), provider("f", keys=["X", "Y"])],
        )

        def who(policy: Policy) -> list[str]:
            return [candidate.offering for candidate in answer(shop, policy=policy)]

        assert who(Policy()) == ["a/b", "c-d/e"]
        assert who(Policy(allow_labs={"lab"})) == who(Policy(open_weights=True)) == ["a/b"]
        assert who(Policy(allow_accelerators={"groq-lpu-v1"})) == who(Policy(resellers=False)) == ["a/b"]
        assert who(Policy(free=True, preview=True)) == ["f/gift", "a/b", "c-d/e", "f/new"]
        assert who(Policy().with_keys({"C_D_API_KEY": "k"})) == ["c-d/e"]
        assert who(Policy(preview=True).with_keys({"X": "k", "Y": "k"})) == ["f/new"]

    def test_an_end(self) -> None:
        """Until the day before, and no longer."""
        made = offering("a/b", tools=True, status="deprecated", retires_on="2026-12-01")

        assert stands(made, "tool_use") == "ranks 1"
        assert stands(made, "tool_use", as_of="2026-12-01") == "retired on 2026-12-01"

    def test_the_shipped_skills_can_be_asked(self) -> None:
        """And the shipped capabilities, by the same names."""
        shop = catalog(offering("a/b", tools=True))

        assert answer(shop, "agent_step").workload.input_tokens == 6000
        assert set(shop.documents("capabilities")) == set(capreg.load().documents("capabilities"))
        assert list(shop.documents("offerings")) == ["a/b"]

    def test_it_is_a_catalog_like_any_other(self) -> None:
        """Records can be read, and equal catalogs have equal digests."""
        shop, again = (catalog(offering("a/b", price=("0.1", "0.2"), ttft=100)) for _ in range(2))

        assert shop.release.digest == again.release.digest
        assert shop.offerings["a/b"].prices[0].input == 100_000_000
        assert shop.release.id == "2026.01.01"


class TestChecks:
    @pytest.mark.parametrize(
        ("facts", "problem"),
        [
            ({"price": ("-1", "2")}, "not written as this key is"),
            ({"ttft": {"p50": 500, "p90": 100}}, "p90 is better than p50"),
            ({"tps": 0}, "a speed of zero"),
            ({"runs_on": ["no-such-chip"]}, "no-such-chip"),
            ({"can": {"telepathy": True}}, "telepathy"),
            ({"tools": 7}, "tool_use"),
            ({"context": 100, "max_output": 200}, "larger than the context"),
            ({"status": "gone"}, "not one of the words there are"),
            ({"model": "Not An Id"}, "not written as this key is"),
        ],
    )
    def test_what_the_registry_would_refuse(self, facts: dict[str, Any], problem: str) -> None:
        """The same rules, with the same findings."""
        with pytest.raises(InvalidData) as raised:
            catalog(offering("a/b", **facts))

        assert problem in str(raised.value)

    def test_all_faults_at_once(self) -> None:
        """Of every offering."""
        with pytest.raises(InvalidData) as raised:
            catalog(offering("a/b", tps=0), offering("c/d", price=("x", "1")))

        assert {finding.rule for finding in raised.value.findings} == {"SPD004", "SCH001"}

    def test_a_float_is_no_money(self) -> None:
        """It is not exact; the hint says what is."""
        with pytest.raises(InvalidArgument, match="money is exact") as raised:
            offering("a/b", price=(0.1, 1))  # type: ignore[arg-type]
        assert raised.value.hint == "write it in quotes"

    def test_one_id_twice(self) -> None:
        """The second would take the place of the first."""
        with pytest.raises(InvalidArgument, match="two offerings have one id"):
            catalog(offering("a/b"), offering("a/b"))

    def test_a_model_is_open_or_closed(self) -> None:
        """It belongs to the model, so two offerings of one cannot differ."""
        with pytest.raises(InvalidArgument, match="different things of one model"):
            catalog(offering("a/b", open_weights=True), offering("c/d", open_weights=False))

    def test_a_speed_is_a_number(self) -> None:
        """And nothing else."""
        with pytest.raises(InvalidArgument, match="a speed is a number"):
            offering("a/b", ttft="fast")  # type: ignore[arg-type]
