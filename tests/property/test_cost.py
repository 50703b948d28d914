"""Cost never falls when output rises; nor when uncached input rises, unless that reaches a cheaper whole-request step.

The price list in force may say that above some size a request is billed at other rates as a whole. Where one of those
rates is lower than one below the step, a larger request can cost less. Marginal steps reprice only what is above, so
they cannot lower a cost.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from fractions import Fraction

from hypothesis import assume, given
from hypothesis import strategies as st

from tests.oracle import Asked, Work
from tests.oracle_money import Document, Entries, entries_in_force, fact
from tests.property.asking import answered, catalog_of
from tests.property.laws import LAW, UNRATED, changed, ranks_everybody
from tests.questions import catalogs_with_questions
from tests.strategies import Documents

SIZES = st.sampled_from((0, 1, 999, 1000, 1001, 1998, 1999, 2000, 2001, 4000))
LIMITS = ("context_tokens", "max_input_tokens", "max_output_tokens")


def _without_limits(documents: Documents) -> Documents:
    """The same catalog with every limit unknown, so that no size fails and every row can be included."""
    offerings = {
        id_: {key: value for key, value in one.items() if key not in LIMITS}
        for id_, one in documents["offerings"].items()
    }
    return {**documents, "offerings": offerings}


def _costs(documents: Documents, asked: Asked, work: Work) -> dict[str, int]:
    """The known cost of every row."""
    question = ranks_everybody(asked, requires=("long_context>=1",), work=work, rank_by=(("cost", None),), **UNRATED)
    bounds = ("max_latency_ms", "max_first_answer_ms", "max_e2e_ms", "min_output_tps", "max_cost_usd")
    unbounded = changed(question, **dict.fromkeys(bounds))
    ranking = answered(catalog_of(documents), unbounded).ranking
    return {row.offering: row.cost for row in ranking if row.cost is not None}


@LAW
@given(catalogs_with_questions(), SIZES, SIZES)
def test_more_output_never_costs_less(drawn: tuple[Documents, Asked], one: int, other: int) -> None:
    """The same call with a longer answer costs at least as much, for every row and every kind of price list."""
    documents, asked = drawn
    documents = _without_limits(documents)
    less = _costs(documents, asked, replace(asked.work, output_tokens=min(one, other)))
    more = _costs(documents, asked, replace(asked.work, output_tokens=max(one, other)))
    assert {id_ for id_ in less.keys() & more.keys() if more[id_] < less[id_]} == set()


@LAW
@given(catalogs_with_questions(), SIZES, SIZES)
def test_more_uncached_input_never_costs_less_unless_a_step_is_cheaper(
    drawn: tuple[Documents, Asked], one: int, other: int
) -> None:
    """With as much from the cache, a longer input costs at least as much where no step that it reaches is cheaper."""
    documents, asked = drawn
    documents = _without_limits(documents)
    small, large = sorted((one, other))
    assume(small < large)
    work = replace(asked.work, cached_input_tokens=min(asked.work.cached_input_tokens, small))
    less = _costs(documents, asked, replace(work, input_tokens=small))
    more = _costs(documents, asked, replace(work, input_tokens=large))
    fell = {id_ for id_ in less.keys() & more.keys() if more[id_] < less[id_]}
    assert {
        id_ for id_ in fell if not _reaches_a_cheaper_step(documents["offerings"][id_], asked, small, large)
    } == set()


def _reaches_a_cheaper_step(offering: Document, asked: Asked, small: int, large: int) -> bool:
    day, minute = asked.as_of.astimezone(UTC).strftime("%Y-%m-%d %H:%M").split()
    entries = entries_in_force(offering["prices"], tier=asked.work.service_tier, day=day, minute=minute) or {}
    no_caching = fact(offering, "prompt_caching").get("at_most") == 0
    reached = [above for above in entries if small <= above < large and above > 0]
    whole = [above for above in reached if entries[above].get("tier_mode") == "whole_request"]
    return any(_is_cheaper(entries, above, no_caching) for above in whole)


def _is_cheaper(entries: Entries, above: int, no_caching: bool) -> bool:
    """Whether any rate of that step is lower than the same rate of any entry below it."""
    there = _rates(entries[above], no_caching)
    below = [_rates(entry, no_caching) for size, entry in entries.items() if size < above]
    return any(there[unit] < rates[unit] for rates in below for unit in there.keys() & rates.keys())


def _rates(entry: Document, no_caching: bool) -> dict[str, Fraction]:
    """What one unit of each kind is billed at; a kind is left out where that is unknown."""
    billed = {
        "input": entry.get("input"),
        "cache_read": entry.get("cache_read", entry.get("input") if no_caching else None),
        "output": entry.get("output"),
        "reasoning": entry.get("reasoning", entry.get("output")),
        "image": entry.get("image", "0"),
        "request": entry.get("request", "0"),
    }
    return {unit: Fraction(rate) for unit, rate in billed.items() if rate is not None}


def test_a_cheaper_step_can_lower_the_cost() -> None:
    """The exception is real: a cheaper whole-request step bills a longer call less, the same step as marginal more."""
    assert [_cost_of_input("whole_request", size) for size in (1000, 1001)] == [2000 * 10**9, 1001 * 10**9]
    assert [_cost_of_input("marginal", size) for size in (1000, 1001)] == [2000 * 10**9, 2001 * 10**9]


def _cost_of_input(mode: str, size: int) -> int:
    evidence = [{"source": "list", "seen_on": "2026-01-01"}]
    base = {"starts_on": "2026-01-01", "basis": "effective", "input": "2", "output": "2", "evidence": evidence}
    step = {**base, "input": "1", "above_input_tokens": 1000, "tier_mode": mode}
    offering = {"wire_id": "m", "prices": [base, step], "capabilities": {"reasoning": {"at_most": 0}}}
    provider = {
        "name": "Shop",
        "kind": "host",
        "docs_url": "https://shop.example/",
        "backend": {"grade": "undisclosed"},
    }
    documents: Documents = {
        "capabilities": {"long_context": {"name": "w", "definition": "w", "measure": "context_tokens"}},
        "models": {},
        "accelerators": {},
        "offerings": {"shop/m": {**offering, "evidence": evidence}},
        "providers": {"shop": {**provider, "evidence": evidence}},
    }
    asked = Asked(requires=(), as_of=datetime(2026, 6, 15, tzinfo=UTC))
    return _costs(documents, asked, Work(input_tokens=size, output_tokens=0))["shop/m"]
