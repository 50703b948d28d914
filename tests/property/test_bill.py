"""A bill and a decision agree; a bill's items add up; and a bill never falls when a count rises.

The last holds when the rise stays within one price step, and no part of the input is cheaper than the part it takes
tokens from: turning plain input into cached input may well cost less. So counts rise by tokens that were not there
before, and the input rises with its parts. A whole-request step may hold lower rates, so a rise across one is left out.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from hypothesis import assume, given
from hypothesis import strategies as st

import capreg
from capreg import Usage, Workload
from capreg.errors import CostUnknown
from tests.oracle import Asked
from tests.property.asking import ask, catalog_of
from tests.property.laws import LAW, UNRATED, changed, ranks_everybody
from tests.questions import catalogs_with_questions
from tests.small import AS_OF, catalog, offering, price
from tests.strategies import Documents

COUNTS = st.integers(0, 3_000)
RATES = st.sampled_from(("0", "0.05", "1", "2.5", "30"))
UNITS = (
    "input",
    "output",
    "cache_read",
    "cache_write",
    "cache_write_1h",
    "audio_input",
    "reasoning",
    "image",
    "request",
)
PARTS = ("cached_input_tokens", "cache_write_tokens", "cache_write_1h_tokens", "audio_input_tokens")
RISING = ("input_tokens", *PARTS, "output_tokens", "reasoning_tokens", "images", "requests")


@LAW
@given(catalogs_with_questions(), st.sampled_from((None, 0, 700)), st.booleans())
def test_a_usage_of_a_workloads_shape_costs_what_the_decision_says(
    drawn: tuple[Documents, Asked], thought: int | None, cached: bool
) -> None:
    """For every ranked offering with a known cost the bill has the same items; where it is unknown there is no bill."""
    documents, asked = drawn
    shop = catalog_of(documents)
    work = replace(
        asked.work, reasoning_tokens=thought, cached_input_tokens=asked.work.input_tokens // 2 if cached else 0
    )
    question = ranks_everybody(asked, requires=("long_context>=1",), work=work, **UNRATED)
    decision = ask(shop, changed(question, max_cost_usd=None, rank_by=(("latency", None),)))
    for candidate in decision:
        usage = _same_shape(decision.workload, candidate)
        if candidate.cost_usd is None:
            assert usage is None or _is_unknown(candidate.offering, usage, asked.as_of, shop)
        else:
            assert usage is not None
            bill = capreg.cost(candidate.offering, usage, at=asked.as_of, catalog=shop)
            assert (bill.items, bill.cost_usd) == (tuple(candidate.cost_items), candidate.cost_usd)


def _same_shape(workload: Workload, candidate: capreg.Candidate) -> Usage | None:
    """The usage of a call of that shape; None where nobody knows how much the offering reasons."""
    never = candidate.reasons is False
    thought = {item.unit: item.quantity for item in candidate.cost_items}.get("reasoning", 0)
    if candidate.cost_usd is None:
        if workload.reasoning_tokens is None and not never:
            return None
        thought = 0 if never else workload.reasoning_tokens or 0
    return Usage(
        input_tokens=workload.input_tokens,
        cached_input_tokens=workload.cached_input_tokens,
        output_tokens=workload.output_tokens,
        reasoning_tokens=thought,
        images=workload.images,
        service_tier=workload.service_tier,
    )


def _is_unknown(offering_id: str, usage: Usage, at: datetime, shop: capreg.Catalog) -> bool:
    try:
        capreg.cost(offering_id, usage, at=at, catalog=shop)
    except CostUnknown:
        return True
    return False


@st.composite
def shops(draw: st.DrawFn) -> capreg.Catalog:
    """One offering with every rate, and marginal steps that cost at least as much as what is below them, or none."""
    rates = {unit: draw(RATES) for unit in UNITS}
    prices: list[dict[str, Any]] = [price(None, None, **rates)]
    if draw(st.booleans()):
        factor = draw(st.sampled_from((1, 2, 5)))
        dearer = {unit: str(Decimal(rate) * factor) for unit, rate in rates.items()}
        prices.append(price(None, None, above_input_tokens=1_000, tier_mode="marginal", **dearer))
    return catalog({"shop/one": offering(*prices)})


@st.composite
def usages(draw: st.DrawFn) -> Usage:
    """What one call may have used."""
    parts: dict[str, Any] = {part: draw(COUNTS) for part in PARTS}
    return Usage(
        input_tokens=sum(parts.values()) + draw(COUNTS),
        output_tokens=draw(COUNTS),
        reasoning_tokens=draw(COUNTS),
        images=draw(st.integers(0, 5)),
        **parts,
    )


@LAW
@given(shops(), usages())
def test_items_add_up_and_no_token_is_lost(shop: capreg.Catalog, usage: Usage) -> None:
    """The cost is the sum of the items, and the items of the input hold every token of it once."""
    bill = capreg.cost("shop/one", usage, at=AS_OF, catalog=shop)

    of_input = ("input", "cache_read", "cache_write", "cache_write_1h", "audio_input")
    assert sum(item.quantity for item in bill.items if item.unit in of_input) == usage.input_tokens
    assert bill.cost_usd.scaleb(15) == sum(item.quantity * item.rate for item in bill.items)
    assert all(item.quantity > 0 for item in bill.items)


@LAW
@given(shops(), usages(), st.sampled_from(RISING), st.integers(1, 2_000))
def test_more_never_costs_less(shop: capreg.Catalog, usage: Usage, name: str, more: int) -> None:
    """One count rises by tokens that were not there before, on lists whose steps are marginal and no cheaper."""
    rise = {name: getattr(usage, name) + more}
    if name in PARTS:
        rise["input_tokens"] = usage.input_tokens + more
    assume(name != "requests" or usage.input_tokens <= 1_000)

    before = capreg.cost("shop/one", usage, at=AS_OF, catalog=shop).cost_usd
    after = capreg.cost("shop/one", replace(usage, **rise), at=AS_OF, catalog=shop).cost_usd

    assert before <= after
