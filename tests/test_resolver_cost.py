"""What a call costs, worked out by hand."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

import capreg
from capreg import NoFeasibleOffering, Policy, Workload
from tests.small import AS_OF, catalog, offering, price


def bill(
    *prices: Any, as_of: str = AS_OF, workload: Workload | None = None, **facts: Any
) -> list[tuple[str, int, str]]:
    """Unit, quantity and US dollars of each item of the bill of one offering; [] where the cost is unknown."""
    shop = catalog({"shop/one": offering(*prices, **facts)})
    decision = capreg.resolve(
        "tool_use", workload=workload, catalog=shop, as_of=as_of, unknown="include", policy=Policy(free=True)
    )
    candidate = decision.best
    items = [
        (item.unit, item.quantity, str(Decimal(item.cost).scaleb(-15).normalize())) for item in candidate.cost_items
    ]
    if candidate.cost_usd is not None:
        assert candidate.cost_usd == Decimal(sum(item.cost for item in candidate.cost_items)).scaleb(-15)
    return items


class TestItems:
    def test_input_and_output(self) -> None:
        """2,000 tokens at $0.59 and 300 at $0.79 per million are $0.00118 and $0.000237."""
        assert bill(price("0.59", "0.79")) == [("input", 2000, "0.00118"), ("output", 300, "0.000237")]

    def test_cached_tokens_bill_at_the_cache_rate(self) -> None:
        """Cached tokens are part of the input and have their own rate."""
        workload = Workload(input_tokens=3000, cached_input_tokens=1000, output_tokens=0)

        assert bill(price("1", "2", cache_read="0.1"), workload=workload) == [
            ("input", 2000, "0.002"),
            ("cache_read", 1000, "0.0001"),
        ]

    def test_cached_tokens_without_a_rate_are_unknown(self) -> None:
        """A cache rate that is not known is not taken for the input rate."""
        assert bill(price(), workload=Workload(cached_input_tokens=1000)) == []

    def test_cached_tokens_bill_as_input_where_there_is_no_cache(self) -> None:
        """Where prompt caching is known to be absent, every token is an input token."""
        items = bill(
            price(),
            workload=Workload(input_tokens=3000, cached_input_tokens=1000, output_tokens=0),
            capabilities={"tool_use": {"at_least": 1}, "reasoning": {"at_most": 0}, "prompt_caching": {"at_most": 0}},
        )

        assert items == [("input", 3000, "0.003")]

    def test_reasoning_bills_as_output_unless_priced(self) -> None:
        """Reasoning tokens cost what output costs, or their own rate."""
        thinks = {"tool_use": {"at_least": 1}, "reasoning": {"at_least": 1}}
        workload = Workload(input_tokens=0, output_tokens=100, reasoning_tokens=1000)

        assert bill(price(), workload=workload, capabilities=thinks) == [
            ("output", 100, "0.0002"),
            ("reasoning", 1000, "0.002"),
        ]
        assert bill(price(reasoning="3"), workload=workload, capabilities=thinks) == [
            ("output", 100, "0.0002"),
            ("reasoning", 1000, "0.003"),
        ]

    def test_who_always_reasons_has_unknown_cost_until_it_is_stated(self) -> None:
        """Nothing says how many tokens it thinks, so nothing is invented."""
        always = {"tool_use": {"at_least": 1}, "reasoning": {"at_least": 1, "features": {"optional": False}}}

        assert bill(price(), capabilities=always) == []

    def test_who_can_do_without_reasoning_does(self) -> None:
        """Where reasoning can be left off and none is stated, none is billed."""
        optional = {"tool_use": {"at_least": 1}, "reasoning": {"at_least": 1, "features": {"optional": True}}}

        assert [unit for unit, *_ in bill(price(), capabilities=optional)] == ["input", "output"]

    def test_stated_reasoning_is_not_billed_to_who_never_reasons(self) -> None:
        """A model that does not think spends no tokens on it."""
        assert [unit for unit, *_ in bill(price(), workload=Workload(reasoning_tokens=500))] == ["input", "output"]

    def test_images_and_requests(self) -> None:
        """Images and requests are billed by the million too; an image without a rate is input tokens."""
        sees = {"tool_use": {"at_least": 1}, "reasoning": {"at_most": 0}, "vision": {"at_least": 1}}
        workload = Workload(input_tokens=0, output_tokens=0, images=2)

        assert bill(price(image="1000", request="5000"), workload=workload, capabilities=sees) == [
            ("image", 2, "0.002"),
            ("request", 1, "0.005"),
        ]

    def test_a_missing_rate_that_is_not_needed_is_no_gap(self) -> None:
        """An output rate is not needed for a call without output."""
        assert bill(price("1", None), workload=Workload(output_tokens=0)) == [("input", 2000, "0.002")]

    def test_another_currency_is_unknown(self) -> None:
        """A price in euros is kept, and its cost is not known."""
        assert bill(price(currency="EUR")) == []

    def test_a_subscription_is_unknown_not_free(self) -> None:
        """What a subscription includes has no cost per call."""
        assert bill(price("0", "0", free="included_in_subscription")) == []

    def test_a_promotion_costs_nothing(self) -> None:
        """A zero with a reason is a zero."""
        assert bill(price("0", "0", free="promotion")) == [("input", 2000, "0"), ("output", 300, "0")]


class TestSteps:
    WHOLE = (price(), price("10", "20", above_input_tokens=2000, tier_mode="whole_request"))

    def test_at_the_threshold_the_base_holds(self) -> None:
        """'Above 2,000' does not include 2,000."""
        assert bill(*self.WHOLE) == [("input", 2000, "0.002"), ("output", 300, "0.0006")]

    def test_above_it_the_whole_request_is_repriced(self) -> None:
        """One token more and every token costs the step's rate, output too."""
        items = bill(*self.WHOLE, workload=Workload(input_tokens=2001))

        assert items == [("input", 2001, "0.02001"), ("output", 300, "0.006")]

    def test_a_marginal_step_reprices_only_what_is_above(self) -> None:
        """The first 2,000 tokens keep the base rate, and output does too."""
        items = bill(
            price(),
            price("10", "20", above_input_tokens=2000, tier_mode="marginal"),
            workload=Workload(input_tokens=3000),
        )

        assert items == [("input", 2000, "0.002"), ("input", 1000, "0.01"), ("output", 300, "0.0006")]

    def test_cached_tokens_are_the_first_ones_of_a_marginal_bill(self) -> None:
        """Of 3,000 tokens 2,500 are cached: 2,000 of these below the step, 500 above it."""
        items = bill(
            price(cache_read="0.1"),
            price("10", "20", cache_read="0.5", above_input_tokens=2000, tier_mode="marginal"),
            workload=Workload(input_tokens=3000, cached_input_tokens=2500, output_tokens=0),
        )

        assert items == [("input", 500, "0.005"), ("cache_read", 2000, "0.0002"), ("cache_read", 500, "0.00025")]

    def test_a_step_of_unknown_mode_is_unknown_above_and_known_below(self) -> None:
        """Nobody said whether the whole request is repriced, so above the step the cost is unknown."""
        prices = (price(), price("10", "20", above_input_tokens=2000))

        assert bill(*prices, workload=Workload(input_tokens=2001)) == []
        assert len(bill(*prices, workload=Workload(input_tokens=2000))) == 2


class TestDates:
    OLD, NEW = price("1", "2"), price("3", "4", starts_on="2026-10-01")

    @pytest.mark.parametrize(("as_of", "rate"), [("2026-09-30", "0.002"), ("2026-10-01", "0.006")])
    def test_the_latest_list_that_has_started_is_in_force(self, as_of: str, rate: str) -> None:
        """The old list holds to the last day before the new one, whatever their order in the file."""
        assert rate == bill(self.NEW, self.OLD, as_of=as_of)[0][2]

    def test_before_the_first_list_the_cost_is_unknown(self) -> None:
        """Nobody knows what it cost before it was first seen."""
        assert bill(self.OLD, as_of="2025-12-31") == []

    def test_a_step_that_is_not_restated_is_history(self) -> None:
        """A new list without a step has none: the old list's step does not leak into it."""
        step = price("10", "20", above_input_tokens=1000, tier_mode="whole_request")

        assert bill(self.OLD, step, self.NEW)[0][2] == "0.006"

    @pytest.mark.parametrize(
        ("as_of", "rate"),
        [
            ("2026-11-22T16:29Z", "0.002"),
            ("2026-11-22T16:30Z", "0.001"),
            ("2026-11-23T00:29Z", "0.001"),
            ("2026-11-23T00:30Z", "0.002"),
            ("2026-11-22T18:00+02:00", "0.002"),
        ],
    )
    def test_a_window_holds_part_of_the_day_across_midnight(self, as_of: str, rate: str) -> None:
        """Off-peak from 16:30 to 00:30 UTC: start included, end not, other zones converted."""
        off_peak = price("0.5", "1", window={"start": "16:30", "end": "00:30"})

        assert rate == bill(price(), off_peak, as_of=as_of)[0][2]


def test_a_tier_selects_which_offerings_exist() -> None:
    """Only what is sold in the batch tier is considered for it, at its batch price."""
    shop = catalog({"shop/batch": offering(price(), price("0.5", "1", tier="batch")), "shop/plain": offering()})

    decision = capreg.resolve("tool_use", workload=Workload(service_tier="batch"), catalog=shop, as_of=AS_OF)

    assert [candidate.offering for candidate in decision] == ["shop/batch"]
    assert Decimal("0.0013") == decision.best.cost_usd
    assert decision.coverage["left_out"]["no_price_in_tier"] == 1


def test_a_tier_that_is_not_asked_for_is_never_used() -> None:
    """An offering with a batch price alone has no known price in the standard tier."""
    shop = catalog({"shop/batch": offering(price(tier="batch"))})

    with pytest.raises(NoFeasibleOffering) as caught:
        capreg.resolve("tool_use", catalog=shop, as_of=AS_OF)

    (entry,) = caught.value.decision.unknown
    assert [(reason.requirement, reason.why) for reason in entry.missing] == [("rank_by:cost", "no price")]
