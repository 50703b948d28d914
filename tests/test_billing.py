"""What a call that was made cost, worked out by hand."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

import capreg
from capreg import Bill, Usage
from capreg.errors import CostUnknown, InvalidArgument, UnknownName
from tests.small import AS_OF, catalog, offering, price

Line = tuple[str, int, str]


def billed(usage: Usage, *prices: Any, at: str = AS_OF, **facts: Any) -> Bill:
    """The bill of one call to the only offering."""
    return capreg.cost("shop/one", usage, at=at, catalog=catalog({"shop/one": offering(*prices, **facts)}))


def lines(usage: Usage, *prices: Any, **facts: Any) -> list[Line]:
    """Unit, quantity and US dollars of each item."""
    bill = billed(usage, *prices, **facts)
    assert bill.cost_usd == Decimal(sum(item.cost for item in bill.items)).scaleb(-15)
    return [(item.unit, item.quantity, str(Decimal(item.cost).scaleb(-15).normalize())) for item in bill.items]


def unknown(usage: Usage, *prices: Any, **facts: Any) -> CostUnknown:
    """The error of a call that cannot be billed."""
    with pytest.raises(CostUnknown) as caught:
        billed(usage, *prices, **facts)
    return caught.value


class TestItems:
    def test_every_part_of_the_input_has_its_rate(self) -> None:
        """Plain, cached, written for five minutes and for an hour, and audio: no token twice, none left out."""
        usage = Usage(
            input_tokens=10_000,
            cached_input_tokens=4_000,
            cache_write_tokens=2_000,
            cache_write_1h_tokens=1_000,
            audio_input_tokens=500,
            output_tokens=100,
        )
        rates = price("1", "5", cache_read="0.1", cache_write="1.25", cache_write_1h="2", audio_input="4")

        assert lines(usage, rates) == [
            ("input", 2_500, "0.0025"),
            ("cache_read", 4_000, "0.0004"),
            ("cache_write", 2_000, "0.0025"),
            ("cache_write_1h", 1_000, "0.002"),
            ("audio_input", 500, "0.002"),
            ("output", 100, "0.0005"),
        ]

    def test_reasoning_bills_as_it_was_reported(self) -> None:
        """What the response says was spent is billed, whatever the catalog thinks of the model."""
        usage = Usage(output_tokens=100, reasoning_tokens=1_000)

        assert lines(usage) == [("output", 100, "0.0002"), ("reasoning", 1_000, "0.002")]
        assert lines(usage, price(reasoning="3"))[1] == ("reasoning", 1_000, "0.003")

    def test_images_and_requests(self) -> None:
        """Images bill by the image where there is a rate, requests by the request."""
        usage = Usage(images=2, requests=3)

        assert lines(usage, price(image="1000", request="5000")) == [("image", 2, "0.002"), ("request", 3, "0.015")]
        assert lines(usage) == []

    def test_a_cache_that_is_known_to_be_absent_bills_as_input(self) -> None:
        """Where there is no prompt cache, every token is an input token."""
        usage = Usage(input_tokens=300, cached_input_tokens=100, cache_write_tokens=100)

        assert lines(usage, capabilities={"prompt_caching": {"at_most": 0}}) == [("input", 300, "0.0003")]

    def test_a_tier_bills_at_its_own_list(self) -> None:
        """A call of the batch tier costs what the batch tier costs."""
        usage = Usage(input_tokens=1_000, service_tier="batch")

        assert lines(usage, price(), price("0.5", "1", tier="batch")) == [("input", 1_000, "0.0005")]

    def test_the_list_of_the_day_of_the_call(self) -> None:
        """A call of September costs September's price, whatever came after it."""
        old, new = price("3", "4"), price("1", "2", starts_on="2026-10-01")

        assert lines(Usage(input_tokens=1_000), old, new, at="2026-09-30") == [("input", 1_000, "0.003")]
        assert lines(Usage(input_tokens=1_000), old, new, at="2026-10-01") == [("input", 1_000, "0.001")]

    def test_a_promotion_costs_nothing(self) -> None:
        """A zero with a reason is a zero, and its lines are there."""
        assert lines(Usage(input_tokens=10), price("0", "0", free="promotion")) == [("input", 10, "0")]

    def test_a_retired_offering_still_has_a_past(self) -> None:
        """What was called before it went away was paid for."""
        assert lines(Usage(input_tokens=10), lifecycle={"status": "retired"}) == [("input", 10, "0.00001")]


class TestSteps:
    WHOLE = (
        price(cache_read="0.1"),
        price("2", "4", cache_read="0.2", above_input_tokens=1_000, tier_mode="whole_request"),
    )

    def test_the_step_goes_by_all_that_was_sent(self) -> None:
        """900 cached and 200 plain tokens are 1,100: above the step, though only 200 bill as input."""
        usage = Usage(input_tokens=1_100, cached_input_tokens=900, output_tokens=10)

        assert lines(usage, *self.WHOLE) == [
            ("input", 200, "0.0004"),
            ("cache_read", 900, "0.00018"),
            ("output", 10, "0.00004"),
        ]

    def test_marginal_steps_count_cached_then_written_then_audio_then_the_rest(self) -> None:
        """Of 2,000 tokens the first 1,000 bill at the base: 600 cached and 400 of the 700 written."""
        usage = Usage(input_tokens=2_000, cached_input_tokens=600, cache_write_tokens=700, output_tokens=10)
        base = price("1", "2", cache_read="0.1", cache_write="1.25")
        step = price("2", "4", cache_read="0.2", cache_write="2.5", above_input_tokens=1_000, tier_mode="marginal")

        assert lines(usage, base, step) == [
            ("input", 700, "0.0014"),
            ("cache_read", 600, "0.00006"),
            ("cache_write", 400, "0.0005"),
            ("cache_write", 300, "0.00075"),
            ("output", 10, "0.00002"),
        ]

    def test_a_step_of_unknown_mode_is_unknown(self) -> None:
        """The error says above which size, and that the mode is what is missing."""
        error = unknown(Usage(input_tokens=1_001), price(), price("2", "4", above_input_tokens=1_000))

        assert error.gap == "how the price above 1,000 input tokens applies is not stated (tier_mode)"

    def test_several_requests_in_one_count_have_no_step(self) -> None:
        """Two requests of 600 tokens are below a step that one of 1,200 is above."""
        error = unknown(Usage(input_tokens=1_200, requests=2), *self.WHOLE)

        assert error.hint == "bill each request on its own and add the bills"
        assert lines(Usage(input_tokens=1_000, requests=2), *self.WHOLE) == [("input", 1_000, "0.001")]


class TestUnknown:
    def test_every_missing_rate_is_named_at_once(self) -> None:
        """The error lists the rates, the list that was looked at, and who could tell. Nothing bills as zero."""
        usage = Usage(input_tokens=100, cached_input_tokens=10, cache_write_1h_tokens=20, audio_input_tokens=30)

        error = unknown(usage)

        assert error.missing == ("cache_read", "cache_write_1h", "audio_input")
        assert error.where == "shop/one"
        assert error.found == "the standard price list of 2026-01-01, from list"
        assert error.hint is not None
        assert "https://provider.example/docs" in error.hint
        assert "registry_data/providers/shop/offerings/one.toml" in error.hint

    @pytest.mark.parametrize(
        ("usage", "missing"),
        [
            (Usage(web_searches=1), "web search"),
            (Usage(output_tokens=5, audio_output_tokens=5), "output of audio"),
            (Usage(output_tokens=5, image_output_tokens=5), "output of images"),
            (Usage(input_tokens=5, cached_audio_tokens=5), "cache_read of audio"),
        ],
    )
    def test_what_no_price_list_has_a_unit_for(self, usage: Usage, missing: str) -> None:
        """The call was billed for it, and the catalog cannot say how much."""
        assert unknown(usage).missing == (missing,)

    def test_the_rate_of_an_hour_is_not_that_of_five_minutes(self) -> None:
        """One lifetime's rate says nothing of the other's."""
        usage = Usage(input_tokens=10, cache_write_1h_tokens=10)

        assert unknown(usage, price(cache_write="1.25")).missing == ("cache_write_1h",)

    def test_reasoning_that_hides_in_the_output_at_another_rate(self) -> None:
        """Where reasoning has its own rate, a response that does not tell it apart has no exact cost."""
        thinks = {"capabilities": {"reasoning": {"at_least": 1}}}
        usage = Usage(output_tokens=100, reasoning_tokens=None)

        assert unknown(usage, price("1", "2", reasoning="3"), **thinks).missing == ("reasoning",)
        assert lines(usage, price("1", "2", reasoning="2"), **thinks) == [("output", 100, "0.0002")]
        assert lines(usage, **thinks) == [("output", 100, "0.0002")]
        assert lines(usage, price("1", "2", reasoning="3")) == [("output", 100, "0.0002")]

    def test_no_list_in_the_tier(self) -> None:
        """A tier that is not priced is not billed at the standard price."""
        error = unknown(Usage(input_tokens=1, service_tier="flex"))

        assert error.gap == "no price list in the flex tier is in force at 2026-11-22T00:00Z"

    def test_before_the_first_list(self) -> None:
        """Nobody knows what it cost before it was first seen."""
        assert unknown(Usage(input_tokens=1), at="2025-12-31").gap.startswith("no price list in the standard tier")

    def test_another_currency(self) -> None:
        """A price in euros is not read as dollars."""
        assert unknown(Usage(input_tokens=1), price(currency="EUR")).gap == "a price is not in US dollars (EUR)"

    def test_a_subscription(self) -> None:
        """What a subscription includes has no price of its own."""
        free = price("0", "0", free="included_in_subscription")

        assert unknown(Usage(input_tokens=1), free).gap == "a subscription pays for the call"


class TestDoor:
    def test_an_unknown_offering(self) -> None:
        """Near ids are offered, never taken."""
        with pytest.raises(UnknownName) as caught:
            capreg.cost("shop/ona", Usage(), at=AS_OF, catalog=catalog({"shop/one": offering()}))

        assert caught.value.near == ["shop/one"]

    @pytest.mark.parametrize("usage", [None, {"input_tokens": 5}, 5])
    def test_what_is_no_usage(self, usage: Any) -> None:
        """A dict is not taken for a usage; the error says how to read a response."""
        with pytest.raises(InvalidArgument) as caught:
            capreg.cost("shop/one", usage, at=AS_OF, catalog=catalog({"shop/one": offering()}))

        assert "from_response" in str(caught.value.hint)

    def test_an_instant_needs_a_time_zone(self) -> None:
        """As everywhere."""
        with pytest.raises(InvalidArgument):
            billed(Usage(), at="2026-11-22T10:00")

    def test_the_document_says_what_was_billed_and_why(self) -> None:
        """Plain JSON: items, the price list with its sources, the usage, the basis."""
        told = billed(Usage(input_tokens=1_000, output_tokens=10)).to_dict()

        assert told["cost_usd"] == "0.00102"
        assert told["items"][0] == {"unit": "input", "quantity": 1_000, "usd": "0.001", "usd_per_million": "1"}
        assert told["usage"] == {"input_tokens": 1_000, "output_tokens": 10, "service_tier": "standard"}
        assert (told["price"]["tier"], told["price"]["starts_on"]) == ("standard", "2026-01-01")
        assert (told["basis"]["release"], told["basis"]["at"]) == ("2026.11.22", "2026-11-22T00:00Z")

    def test_it_prints_as_a_bill(self) -> None:
        """A line an item and a total, for a person; one line for a reader of logs."""
        bill = billed(Usage(input_tokens=1_000, output_tokens=10))

        assert [line.split() for line in str(bill).splitlines()] == [
            ["shop/one", "at", "2026-11-22T00:00Z"],
            ["1,000", "input", "at", "$1", "$0.001"],
            ["10", "output", "at", "$2", "$0.00002"],
            ["total", "$0.00102"],
        ]
        assert repr(bill) == "<Bill shop/one: $0.00102, 2 items>"
