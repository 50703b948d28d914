"""The brute-force oracle against examples worked out by hand from docs/reference/resolver.md."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from tests.oracle import Answer, Asked, Item, Oracle, Work

NOON = datetime(2026, 6, 15, 12, 0, tzinfo=UTC)
PLAIN = {"starts_on": "2026-01-01", "basis": "effective", "input": "0.5", "output": "2"}
KNOWN = {
    "wire_id": "m",
    "model": "lab/m",
    "context_tokens": 2300,
    "max_output_tokens": 300,
    "prices": [PLAIN],
    "capabilities": {"tool_use": {"at_least": 2}},
}
CAPABILITIES = {
    "tool_use": {"bare": 1},
    "vision": {"bare": 1},
    "long_context": {"measure": "context_tokens", "bare": 128000},
}
DECODE = {"kind": "independent_measurement", "source": "s", "measured_on": "2026-06-01", "rate_basis": "decode"}


def answer(
    *,
    offerings: dict[str, Any] | None = None,
    measurements: list[dict[str, Any]] | None = None,
    provider: dict[str, Any] | None = None,
    seen: dict[str, str] | None = None,
    **question: Any,
) -> Answer:
    """What the oracle says of a shop with these offerings; by default one of which all is known."""
    documents: dict[str, Any] = {
        "capabilities": CAPABILITIES,
        "models": {"lab/m": {"lab": "lab", "reasoning": "never"}, "lab/thinker": {"lab": "lab", "reasoning": "always"}},
        "providers": {
            "shop": {"backend": {"grade": "undisclosed"}, "parent": "mother", **(provider or {})},
            "mother": {},
        },
        "offerings": offerings or {"shop/m": KNOWN},
        "measurements": {f"t/{at}": {"offering": "shop/m", **one} for at, one in enumerate(measurements or [], 1)},
        "sources": {"list": {"lists_offerings": True}, "other": {"lists_offerings": True}, "silent": {}},
        "sightings": {id_: _sighting(id_, day) for id_, day in (seen or {}).items()},
    }
    return Oracle(documents).answer(Asked(**{"requires": ("tool_use",), "as_of": NOON, **question}))


def _sighting(id_: str, day: str) -> dict[str, str]:
    source, subject = id_.split("/", 1)
    return {"source": source, "subject": subject, "last_seen_on": day}


def offering(**changes: Any) -> dict[str, Any]:
    """The known offering with some facts changed; None takes one away."""
    return {key: value for key, value in {**KNOWN, **changes}.items() if value is not None}


def verdicts(found: Answer, id_: str = "shop/m") -> tuple[set[str], set[str]]:
    """What a row failed and what it lacks."""
    failed, missing = found.excluded.get(id_, (frozenset(), found.unknown.get(id_, frozenset())))
    return set(failed), set(missing)


def test_a_row_of_which_all_is_known_passes_at_its_cost() -> None:
    """2,000 tokens at $0.50 and 300 at $2 per million are $0.001 and $0.0006."""
    row = answer().ranking[0]
    assert (row.offering, row.proven, row.cost) == ("shop/m", True, 1_600_000_000_000)
    assert row.items == (Item("input", 2000, 10**12), Item("output", 300, 6 * 10**11))


def test_a_row_that_fails_and_lacks_tells_both() -> None:
    """A window too small fails; a capability that nobody knows is missing beside it."""
    found = answer(offerings={"shop/m": offering(context_tokens=2299, capabilities=None)})
    assert verdicts(found) == ({"fits:context_tokens"}, {"tool_use>=1"})


@pytest.mark.parametrize(
    ("lifecycle", "reason"),
    [
        ({"retires_on": "2026-06-15"}, "retired"),
        ({"retires_on": "2026-06-16", "status": "retired"}, None),
        ({"status": "retired"}, "retired"),
        ({"status": "preview"}, "preview"),
        ({"status": "deprecated"}, None),
    ],
)
def test_left_out_beforehand(lifecycle: dict[str, str], reason: str | None) -> None:
    """A retirement's day counts from its start; a retired status counts only without a day."""
    found = answer(offerings={"shop/m": offering(lifecycle=lifecycle)})
    assert [name for name, count in found.coverage.items() if count] == ([reason] if reason else [])


@pytest.mark.parametrize(
    ("seen", "unlisted"),
    [
        ({"list/shop": "2026-06-10", "list/shop/m": "2026-06-10"}, 0),
        ({"list/shop": "2026-06-10", "list/shop/m": "2026-06-09"}, 1),
        ({"list/shop": "2026-06-20", "list/shop/m": "2026-06-15"}, 0),
        ({"list/shop": "2026-06-10"}, 0),
        ({"list/shop/m": "2026-06-09"}, 0),
        ({"list/shop": "2026-06-10", "other/shop/m": "2026-06-10"}, 0),
        ({"list/shop": "2026-06-10", "other/shop/m": "2026-06-09"}, 1),
        ({"list/shop": "2026-06-10", "other/shop": "2026-06-01", "other/shop/m": "2026-06-01"}, 0),
        ({"list/shop": "2026-06-10", "silent/shop/m": "2026-06-12"}, 1),
        ({"list/shop": "2026-06-16", "silent/shop/m": "2026-06-12"}, 0),
        ({"silent/shop": "2026-06-10", "list/shop/m": "2026-06-09"}, 0),
    ],
)
def test_unlisted(seen: dict[str, str], unlisted: int) -> None:
    """By two listing sources, and a silent one whose sightings only tell that no person wrote the offering."""
    assert answer(seen=seen).coverage["unlisted"] == unlisted


@pytest.mark.parametrize(
    ("mode", "cost"),
    [("whole_request", 2000 * 10**9 + 300 * 10**9), ("marginal", 1000 * 5 * 10**8 + 1000 * 10**9 + 600 * 10**9)],
)
def test_steps(mode: str, cost: int) -> None:
    """Above 1,000 tokens at $1 and $1: the whole request, or only the second thousand and none of the output."""
    step = {**PLAIN, "input": "1", "output": "1", "above_input_tokens": 1000, "tier_mode": mode}
    assert answer(offerings={"shop/m": offering(prices=[PLAIN, step])}).ranking[0].cost == cost


@pytest.mark.parametrize(("size", "cost"), [(1000, 500 * 10**9), (1001, 1001 * 10**9)])
def test_a_step_starts_above_its_size(size: int, cost: int) -> None:
    """A request of exactly that size still has the base's rates."""
    step = {**PLAIN, "input": "1", "above_input_tokens": 1000, "tier_mode": "whole_request"}
    work = Work(input_tokens=size, output_tokens=0)
    assert answer(offerings={"shop/m": offering(prices=[PLAIN, step])}, work=work).ranking[0].cost == cost


def test_cached_tokens_come_first_in_marginal_brackets() -> None:
    """Of 2,000 tokens 1,500 are cached: 1,000 in the base, 500 in the step, which also bills the other 500."""
    base = {**PLAIN, "cache_read": "0.1"}
    step = {**PLAIN, "input": "1", "cache_read": "0.2", "above_input_tokens": 1000, "tier_mode": "marginal"}
    work = Work(output_tokens=0, cached_input_tokens=1500)
    items = answer(offerings={"shop/m": offering(prices=[base, step])}, work=work).ranking[0].items
    assert items == (
        Item("input", 500, 500 * 10**9),
        Item("cache_read", 1000, 100 * 10**9),
        Item("cache_read", 500, 100 * 10**9),
    )


def test_cached_tokens_without_a_price_bill_as_input_where_there_is_no_cache() -> None:
    """Known to have no prompt caching: input; not known: the cost is unknown."""
    facts = {"tool_use": {"at_least": 2}, "prompt_caching": {"at_most": 0}}
    work = Work(output_tokens=0, cached_input_tokens=500)
    without = answer(offerings={"shop/m": offering(capabilities=facts)}, work=work)
    assert without.ranking[0].items == (Item("input", 2000, 10**12),)
    assert verdicts(answer(work=work)) == (set(), {"rank_by:cost"})


@pytest.mark.parametrize(("minute", "rate"), [("05:59", 1), ("06:00", 2), ("17:59", 2), ("18:00", 1)])
def test_windows(minute: str, rate: int) -> None:
    """A window holds from its first minute to the one before its end; one past midnight holds around it."""
    day = {**PLAIN, "input": "2", "window": {"start": "06:00", "end": "18:00"}}
    night = {**PLAIN, "input": "1", "window": {"start": "18:00", "end": "06:00"}}
    hour, minutes = minute.split(":")
    found = answer(
        offerings={"shop/m": offering(prices=[PLAIN, day, night])},
        as_of=NOON.replace(hour=int(hour), minute=int(minutes)),
        work=Work(output_tokens=0),
    )
    assert found.ranking[0].cost == rate * 2000 * 10**9


@pytest.mark.parametrize(
    ("fact", "model", "tokens"),
    [
        ({"at_most": 0}, "lab/thinker", 0),
        ({"features": {"optional": True}}, "lab/thinker", 0),
        ({"at_least": 1, "features": {"optional": False}}, "lab/m", None),
        ({"at_least": 1}, "lab/m", None),
        ({}, "lab/m", 0),
        ({}, "lab/thinker", None),
        ({}, None, None),
    ],
)
def test_reasoning_tokens_that_nobody_stated(fact: dict[str, Any], model: str | None, tokens: int | None) -> None:
    """Never and optional cost none; always, and not known, make the cost unknown."""
    facts = {"tool_use": {"at_least": 2}, "reasoning": fact}
    found = answer(offerings={"shop/m": offering(capabilities=facts, model=model)})
    missing = {"fits:context_tokens", "fits:max_output_tokens", "rank_by:cost"} if tokens is None else set()
    assert verdicts(found) == (set(), missing)


@pytest.mark.parametrize(
    ("limits", "failed", "missing"),
    [
        ({"max_input_tokens": 1999}, {"fits:max_input_tokens"}, set()),
        ({"context_tokens": None}, set(), {"fits:context_tokens"}),
        ({"context_tokens": None, "max_input_tokens": 2300}, set(), set()),
        ({"max_output_tokens": 299}, {"fits:max_output_tokens"}, set()),
        ({"max_output_tokens": None}, set(), {"fits:max_output_tokens"}),
    ],
)
def test_fits(limits: dict[str, int | None], failed: set[str], missing: set[str]) -> None:
    """2,000 in and 300 out: equal fits, one less does not; an unknown window is at least the larger limit."""
    assert verdicts(answer(offerings={"shop/m": offering(**limits)})) == (failed, missing)


@pytest.mark.parametrize(
    ("percentile", "bound", "verdict"),
    [
        ("p50", "200", "pass"),
        ("p50", "199.999", "fail"),
        ("p75", "300", "pass"),
        ("p75", "299", "unknown"),
        ("p99", "199", "fail"),
        ("p99", "1000", "unknown"),
    ],
)
def test_percentiles(percentile: str, bound: str, verdict: str) -> None:
    """p50 = 200 and p90 = 300: a higher one that meets proves, a lower one that breaks disproves."""
    seen = {**DECODE, "ttft_ms": {"p50": "200", "p90": "300"}}
    failed, missing = verdicts(answer(measurements=[seen], percentile=percentile, max_latency_ms=bound))
    told = "fail" if "max_latency_ms" in failed else "unknown" if "max_latency_ms" in missing else "pass"
    assert told == verdict


def test_which_measurement_speaks() -> None:
    """Within a year the kind decides before the day; the percentile that is asked comes before both."""
    own = {**DECODE, "kind": "own_measurement", "measured_on": "2025-06-15", "ttft_ms": {"p50": "1"}}
    newer = {**DECODE, "ttft_ms": {"p50": "2", "p90": "3"}}
    older = {**own, "measured_on": "2025-06-14"}
    assert answer(measurements=[newer, own]).ranking[0].ttft == 1000
    assert answer(measurements=[newer, own], percentile="p90").ranking[0].ttft == 3000
    assert answer(measurements=[newer, older]).ranking[0].ttft == 2000


@pytest.mark.parametrize(
    ("basis", "bound", "verdict"),
    [("decode", "3090", "pass"), ("decode", "3089.999", "fail"), ("end_to_end", "3089.999", "unknown")],
)
def test_end_to_end_is_ttft_and_the_tokens_after_the_first(basis: str, bound: str, verdict: str) -> None:
    """100 ms and 299 more tokens at 100 a second are 3,090 ms; a rate over all time makes that an upper limit."""
    seen = {**DECODE, "rate_basis": basis, "ttft_ms": {"p50": "100"}, "output_tps": {"p50": "100"}}
    found = answer(measurements=[seen], max_e2e_ms=bound)
    failed, missing = verdicts(found)
    told = "fail" if "max_e2e_ms" in failed else "unknown" if "max_e2e_ms" in missing else "pass"
    assert told == verdict
    if verdict == "pass":
        assert (found.ranking[0].e2e, found.ranking[0].e2e_is_upper_limit) == (3_090_000, False)


@pytest.mark.parametrize(("stated", "known"), [(999, False), (1000, True), (4000, True), (4001, False)])
def test_conditions_must_be_within_a_factor_of_two(stated: int, known: bool) -> None:
    """A measurement at another input length says nothing of this workload."""
    found = answer(measurements=[{**DECODE, "input_tokens": stated, "ttft_ms": {"p50": "1"}}])
    assert (found.ranking[0].ttft is not None) == known


@pytest.mark.parametrize(
    ("policy", "failed", "missing"),
    [
        ({"allow_providers": frozenset({"mother"})}, set(), set()),
        ({"deny_providers": frozenset({"mother"})}, {"policy:deny_providers"}, set()),
        ({"allow_accelerators": frozenset({"chip"})}, set(), {"policy:allow_accelerators"}),
        ({"open_weights": True}, set(), {"policy:open_weights"}),
        ({"resellers": False}, {"policy:resellers"}, set()),
        ({"keys": frozenset({"A", "C"})}, set(), set()),
        ({"keys": frozenset({"A"})}, {"policy:keys"}, set()),
    ],
)
def test_policy(policy: dict[str, Any], failed: set[str], missing: set[str]) -> None:
    """A parent counts as the provider; what is not disclosed is unknown; every key and one of the others is needed."""
    provider = {"reseller": True, "keys": ["A"], "either_keys": ["B", "C"]}
    found = answer(provider=provider, policy=policy, unknown="include")
    assert verdicts(found) == (failed, missing)
    assert len(found.ranking) == (0 if failed or missing else 1)


def test_bands_start_at_the_first_value_that_is_in_none() -> None:
    """Costs of 100, 105, 106 with a band of 5 %: the first two are equal, and then TTFT decides."""
    rates = {"shop/a": "1.05", "shop/m": "1", "shop/z": "1.06"}
    offerings = {id_: offering(prices=[{**PLAIN, "input": rate, "output": "0"}]) for id_, rate in rates.items()}
    faster = {**DECODE, "offering": "shop/a", "ttft_ms": {"p50": "1"}}
    slower = {**DECODE, "ttft_ms": {"p50": "2"}}
    fastest = {**DECODE, "offering": "shop/z", "ttft_ms": {"p50": "0.5"}}
    rank_by = (("cost", "0.05"), ("latency", None))
    found = answer(offerings=offerings, measurements=[slower, faster, fastest], rank_by=rank_by)
    assert [row.offering for row in found.ranking] == ["shop/a", "shop/m", "shop/z"]


def test_bands_of_a_later_key_are_made_among_equals() -> None:
    """Rates of 100, 50 and 49.9 with a band of half: 49.9 meets 50, as 100 is no equal on the earlier key."""
    tps = {"shop/a": ("2", "100"), "shop/m": ("1", "49.9"), "shop/z": ("1", "50")}
    measured = [
        {**DECODE, "offering": id_, "ttft_ms": {"p50": first}, "output_tps": {"p50": rate}}
        for id_, (first, rate) in tps.items()
    ]
    rank_by = (("latency", None), ("output_tps", "0.5"))
    found = answer(offerings=dict.fromkeys(tps, KNOWN), measurements=measured, rank_by=rank_by)
    assert [row.offering for row in found.ranking] == ["shop/m", "shop/z", "shop/a"]


def test_a_band_counts_whole_millionths() -> None:
    """300.5 ms is within 0.001667 of 300; not within 0.0016669, of which 0.001666 counts."""
    offerings = {"shop/m": KNOWN, "shop/z": offering(prices=[{**PLAIN, "input": "0.1"}])}
    measured = [{**DECODE, "ttft_ms": {"p50": "300"}}, {**DECODE, "offering": "shop/z", "ttft_ms": {"p50": "300.5"}}]
    for band, first in {"0.001667": "shop/z", "0.0016669": "shop/m"}.items():
        found = answer(offerings=offerings, measurements=measured, rank_by=(("latency", band), ("cost", None)))
        assert found.ranking[0].offering == first


def test_ties_go_by_ttft_then_id_the_unknown_last() -> None:
    """Three at one price: the one that was measured, then by id."""
    offerings = {"shop/a": KNOWN, "shop/b": KNOWN, "shop/m": KNOWN}
    found = answer(offerings=offerings, measurements=[{**DECODE, "ttft_ms": {"p50": "900"}}])
    assert [row.offering for row in found.ranking] == ["shop/m", "shop/a", "shop/b"]
