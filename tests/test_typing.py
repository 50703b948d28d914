"""What type checkers say of the door: this file is checked with `mypy --strict`, and every ignored line must be wrong.

An ignore that nothing needs is an error of mypy's, so a closed set that became any text again is found.
"""

from __future__ import annotations

from decimal import Decimal

import pytest

import capreg
from capreg import Candidate, Policy
from capreg.errors import RequestError, UnknownName
from tests.small import AS_OF, catalog, measured, offering

SHOP = catalog({"groq/a": offering()}, [measured("groq/a", ttft_ms={"p50": "200"})])


def test_numbers_may_be_exact() -> None:
    """Text and Decimal are taken wherever a bound or a band is a number, as the documentation says."""
    decision = capreg.resolve(
        "tool_use",
        max_latency_ms=Decimal(300),
        max_cost_usd=Decimal("0.01"),
        min_output_tps=None,
        rank_by=[("cost", Decimal("0.05")), "latency"],
        as_of=AS_OF,
        catalog=SHOP,
    )
    best: Candidate = decision[0]

    assert best.offering == "groq/a"
    assert capreg.resolve("tool_use", max_cost_usd="0.01", as_of=AS_OF, catalog=SHOP).best.offering == "groq/a"


def test_several_requirements_and_ids_may_be_any_collection() -> None:
    """Lists, tuples and sets."""
    policy = Policy(allow_providers=["groq"], deny_labs=("meta",), markets={"spot", "reserved"})

    assert policy.allow_providers == {"groq"}
    for requires in (["tool_use"], ("tool_use",), {"tool_use"}):
        assert capreg.resolve(requires, as_of=AS_OF, catalog=SHOP).feasible_count == 1


def test_closed_sets_are_closed() -> None:
    """A slip in a word of a closed set is found before the program runs, and when it does."""
    with pytest.raises(RequestError):
        capreg.resolve("tool_use", percentile="p85")  # type: ignore[arg-type]
    with pytest.raises(RequestError):
        capreg.resolve("tool_use", rank_by=["cost", "speed"])  # type: ignore[list-item]
    with pytest.raises(RequestError):
        capreg.resolve("tool_use", unknown="ignore")  # type: ignore[arg-type]
    with pytest.raises(RequestError):
        capreg.resolve("tool_use", effort="hihg")  # type: ignore[arg-type]
    with pytest.raises(RequestError):
        Policy(markets={"spott"})  # type: ignore[arg-type]


def test_words_of_methods_are_closed_too() -> None:
    """An SDK, a ledger, a key of a front."""
    decision = capreg.resolve("tool_use", as_of=AS_OF, catalog=SHOP)

    with pytest.raises(UnknownName):
        decision.best.call("openai2")  # type: ignore[arg-type]
    with pytest.raises(RequestError):
        decision.explain("all")  # type: ignore[arg-type]
    with pytest.raises(RequestError):
        decision.pareto("cost", "speed")  # type: ignore[arg-type]
