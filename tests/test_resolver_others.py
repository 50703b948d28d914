"""How far a price is from what others ask for the same model."""

from __future__ import annotations

from typing import Any

import pytest

import capreg
from capreg import Candidate, Workload
from tests.small import AS_OF, catalog, offering, price

OTHERS = {"a/x": ("1", "2"), "b/x": ("1", "4"), "c/x": ("2", "4"), "d/x": ("3", "6")}


def asked(own: dict[str, Any], *, others: dict[str, dict[str, Any]] | None = None, **question: Any) -> Candidate:
    """The candidate that `own` is, beside four others unless others are given."""
    beside = {key: offering(price(*rates)) for key, rates in OTHERS.items()} if others is None else others
    decision = capreg.resolve("tool_use", catalog=catalog({"own/x": own, **beside}), as_of=AS_OF, **question)
    return next(candidate for candidate in decision if candidate.offering == "own/x")


def told(own: dict[str, Any], **more: Any) -> dict[str, Any]:
    """What is said of its price."""
    found = asked(own, **more).price
    assert found is not None
    return found


def test_a_price_stands_beside_the_median_of_others() -> None:
    """Inputs of 1, 1, 2 and 3 have the median 1.5, and outputs of 2, 4, 4 and 6 that of 4; one's own is not in it."""
    found = told(offering(price("3", "2")))

    assert found["others"] == {
        "input": {"median": "1.5", "offerings": 4, "times": "2"},
        "output": {"median": "4", "offerings": 4, "times": "0.5"},
    }
    assert not found["far_from_others"]


@pytest.mark.parametrize(
    ("rates", "far"),
    [
        (("0.3", "4"), False),
        (("0.299", "4"), True),
        (("7.5", "4"), False),
        (("7.51", "4"), True),
        (("1.5", "21"), True),
    ],
)
def test_beyond_five_times_or_under_a_fifth_is_far(rates: tuple[str, str], far: bool) -> None:
    """At the very limit it is not."""
    assert told(offering(price(*rates)))["far_from_others"] is far


def test_somebody_looked() -> None:
    """What was reviewed is shown beside others, and is far no more."""
    found = told(offering(price("0.01", "0.02"), reviewed_outlier="The provider's page says so."))

    assert found["others"]["input"]["times"] == "0.0066"
    assert not found["far_from_others"]


@pytest.mark.parametrize(
    "others",
    [
        {key: offering(price(*rates)) for key, rates in list(OTHERS.items())[:3]},
        {f"a/{number}": offering() for number in range(9)},
        {key: offering(price(*rates), model="lab/other") for key, rates in OTHERS.items()},
        {key: offering(price("0", "0")) for key in OTHERS},
        {key: offering(price(*rates), lifecycle={"status": "retired"}) for key, rates in OTHERS.items()},
    ],
    ids=["three providers", "nine offerings of one", "another model", "zeros", "retired"],
)
def test_where_too_few_sell_it_nothing_is_compared(others: dict[str, dict[str, Any]]) -> None:
    """Four other providers with a price have to sell the same model on that day."""
    found = told(offering(price("0.01", "0.02")), others=others)

    assert (found["others"], found["far_from_others"]) == ({}, False)


def test_what_names_no_model_is_compared_with_nobody() -> None:
    """Offerings without a model are not all of one."""
    document = offering(price("0.01", "0.02"))
    del document["model"]

    assert told(document)["others"] == {}


def test_prices_of_the_asked_tier_are_compared() -> None:
    """A batch price stands beside batch prices."""
    batch = {key: offering(price(), price("0.5", "1", tier="batch")) for key in OTHERS}
    found = told(
        offering(price("9", "9"), price("0.5", "1", tier="batch")),
        others=batch,
        workload=Workload(service_tier="batch"),
    )

    assert found["others"]["input"]["times"] == "1"


def test_the_answer_shows_it() -> None:
    """In the small table and in words."""
    beside = {key: offering(price(*rates)) for key, rates in OTHERS.items()}
    shop = catalog({"own/x": offering(price("0.01", "0.02")), **beside})
    decision = capreg.resolve("tool_use", catalog=shop, as_of=AS_OF)

    assert "price far from others'" in str(decision)
    assert "far from what others ask (input 0.0066× the median of 4 others, output 0.005×" in decision.explain()
    assert str(decision).count("price far") == 1
