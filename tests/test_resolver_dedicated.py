"""Machines of one's own as rows: sized, priced, chosen and told as by hand, and as by a brute-force oracle."""

from __future__ import annotations

from decimal import Decimal
from random import Random
from typing import Any

import pytest

import capreg
from capreg import Policy, Workload
from capreg.errors import InvalidArgument, SdkCannotReach, UnknownName
from capreg.index.of import index_of
from capreg.resolver.break_even import break_even_words
from capreg.resolver.dedicated import with_machines
from capreg.resolver.moment import Moment
from capreg.resolver.own_machines import paid_chips
from capreg.resolver.request import compose
from tests.machine_shop import CALL, ENGINE, OWN, POINT, RENT, shop
from tests.oracle_machines import Own, Wanted, machines
from tests.small import AS_OF, catalog, offering, price


def ask(whole: capreg.Catalog, *, requires: str = "tool_use", call: dict[str, Any] | None = None, **more: Any) -> Any:
    """The decision for a call at ten a second."""
    workload = Workload(**{**CALL, **(call or {})})
    return capreg.resolve(requires, catalog=whole, workload=workload, as_of=AS_OF, **more)


def own(decision: Any) -> capreg.Candidate:
    """The machine in it."""
    found: list[capreg.Candidate] = [candidate for candidate in decision if candidate.kind == "dedicated"]
    assert len(found) == 1
    return found[0]


def test_a_machine_is_sized_for_the_demand_and_billed_by_the_call() -> None:
    """3,000 tokens/s are 6 calls/s; 12 need two of them: 4 chips, $14.40 an hour, over 36,000 calls."""
    machine = own(ask(shop()))

    assert machine.offering == OWN
    assert machine.cost_usd == Decimal("0.0004")
    assert machine.machine is not None
    assert {name: machine.machine[name] for name in ("chips", "deployments", "total_chips", "usd_per_hour")} == {
        "chips": 2, "deployments": 2, "total_chips": 4, "usd_per_hour": 14.4,
    }  # fmt: skip
    assert machine.machine["utilisation"] == 0.833
    assert [(item.unit, item.quantity) for item in machine.cost_items] == [("request", 1)]


def test_cached_tokens_leave_a_machine_as_it_is() -> None:
    """It is sized as if they were read anew, and billed by the request all the same: at most that is known."""
    cached, plain = (own(ask(shop(), call={"cached_input_tokens": n}, unknown="include")) for n in (900, 0))

    assert cached.proven
    assert (cached.cost_usd, cached.machine) == (plain.cost_usd, plain.machine)
    assert [item.unit for item in cached.cost_items] == ["request"]
    assert cached.to_dict()["price"]["usd_per_million"] == {}


def test_offerings_and_machines_stand_in_one_ranking() -> None:
    """$0.0004 a call is cheaper than $0.001 and $0.01."""
    assert [candidate.offering for candidate in ask(shop())] == [OWN, "one/open", "two/open"]


def test_without_a_demand_there_are_no_machines() -> None:
    """One row an offering, as ever."""
    decision = capreg.resolve("tool_use", catalog=shop(), as_of=AS_OF)

    assert [candidate.kind for candidate in decision] == ["hosted", "hosted"]
    assert decision.break_even() == ()


@pytest.mark.parametrize(
    ("call", "deployments"),
    [
        ({"headroom": 0}, 2),
        ({"requests_per_second": 6, "headroom": 0}, 1),
        ({"requests_per_second": 6.001, "headroom": 0}, 2),
        ({"peak_requests_per_second": 20}, 4),
        ({"headroom": 1}, 4),
        ({"input_tokens": 2000}, 4),
        ({"output_tokens": 250}, 2),
        ({"input_tokens": 500, "output_tokens": 250}, 1),
    ],
)
def test_deployments_are_rounded_up_for_the_peak(call: dict[str, Any], deployments: int) -> None:
    """A call twice as long halves what is answered; one that is half as long in one length only is counted in full."""
    machine = own(ask(shop(), call=call)).machine

    assert machine is not None
    assert machine["deployments"] == deployments


def test_cost_follows_the_usual_demand_and_machines_the_peak() -> None:
    """Twice as many machines for as many calls cost twice as much a call."""
    assert own(ask(shop(), call={"peak_requests_per_second": 20})).cost_usd == Decimal("0.0008")


def test_times_are_those_of_the_point_and_the_way_to_it_is_added() -> None:
    """20 ms a token are 50 tokens/s; the slow tail of a time is the slow tail of the rate."""
    near, far = own(ask(shop())), own(ask(shop(), call={"add_network_ms": 30}))

    assert (near.ttft_ms, near.output_tps, near.e2e_ms) == (100, 50, 10080)
    assert (far.ttft_ms, far.output_tps, far.e2e_ms) == (130, 50, 10110)
    assert near.measurements["output_tps"]["percentiles"] == {"p50": 50, "p99": 40}
    assert near.measurements["ttft_ms"]["vantage"] == "local"


def test_an_end_that_was_measured_for_less_is_no_end_of_more() -> None:
    """Then TTFT and rate add up: 100 ms and 799 tokens at 50 a second."""
    assert own(ask(shop(), call={"output_tokens": 800})).e2e_ms == 100 + 799 * 20


def test_a_bound_chooses_the_operating_point() -> None:
    """The busier point is cheaper, and too slow to begin with; the quieter one stands in the answer."""
    points: tuple[dict[str, Any], ...] = ({}, {"concurrency": 8, "output_tps": "1000", "ttft_ms": {"p50": "40"}})

    assert own(ask(shop(*points))).ttft_ms == 100
    assert own(ask(shop(*points), max_latency_ms=50)).ttft_ms == 40


def test_a_machine_that_meets_no_bound_is_left_out_with_its_figure() -> None:
    """It fails as an offering does."""
    with pytest.raises(capreg.NoFeasibleOffering) as nobody:
        ask(shop(), max_latency_ms=99)

    (entry,) = [entry for entry in nobody.value.decision.excluded if entry.offering == OWN]
    assert [(reason.requirement, reason.actual) for reason in entry.failed] == [("max_latency_ms", "100")]
    assert nobody.value.decision.relaxations[0].admits == (OWN,)


def test_markets_are_never_mixed_and_on_demand_goes_without_saying() -> None:
    """Spot and ownership only where they are allowed; of owners the one of middling size."""
    rents = (
        RENT,
        {**RENT, "market": "spot", "usd_per_hour": "1.8"},
        {**RENT, "market": "ownership", "usd_per_hour": "0.9", "seller": "neocloud"},
        {**RENT, "market": "ownership", "usd_per_hour": "0.1", "seller": "hyperscaler"},
    )
    by_default = ask(shop(rents=rents))
    both = ask(shop(rents=rents), policy=Policy(markets={"spot", "ownership"}))

    assert own(by_default).offering == OWN
    assert [c.offering for c in both if c.kind == "dedicated"] == [
        "own/lab/open/chip-a/engine-fp8/ownership-neocloud",
        "own/lab/open/chip-a/engine-fp8/spot-big-cloud",
    ]


def test_of_a_seller_the_newest_price_counts_and_an_old_one_only_where_none_is_younger() -> None:
    """A price of last year is no price where somebody asked one this year."""
    newer = {**RENT, "usd_per_hour": "7.2", "seen_on": "2026-11-01"}
    old = {**RENT, "usd_per_hour": "0.1", "seen_on": "2025-01-01", "seller": "Long Ago"}

    assert own(ask(shop(rents=(RENT, newer, old)))).cost_usd == Decimal("0.0008")
    assert own(ask(shop(rents=(old,)))).offering.endswith("/long-ago")


def test_a_chip_without_a_price_has_no_cost() -> None:
    """It is unknown, and not free."""
    decision = ask(shop(rents=()), unknown="include")

    machine = own(decision)
    assert (machine.cost_usd, machine.proven, machine.rank) == (None, False, 3)


def test_what_is_rented_eight_at_once_is_paid_eight_at_once() -> None:
    """4 chips of a machine of 8 cost what 8 cost; the same seller's single chips are dearer each and cheaper here."""
    eight = {**RENT, "chips": 8}
    machine = own(ask(shop(rents=(eight,))))
    assert machine.machine is not None
    told = {name: machine.machine[name] for name in ("total_chips", "paid_chips", "usd_per_hour")}
    assert told == {"total_chips": 4, "paid_chips": 8, "usd_per_hour": 28.8}
    assert machine.machine["rental"]["chips"] == 8
    assert machine.cost_usd == Decimal("0.0008")

    single = {**RENT, "usd_per_hour": "4"}
    both = shop(rents=(eight, single))
    few, many = own(ask(both)), own(ask(both, call={"requests_per_second": 20}))
    assert [one.machine["rental"]["id"] for one in (few, many) if one.machine] == ["prices/2", "prices/1"]


@pytest.mark.parametrize(
    ("deployments", "chips", "together", "paid"),
    [(3, 1, 8, 8), (9, 1, 8, 16), (3, 5, 8, 24), (2, 16, 8, 32), (1, 12, 8, 16), (3, 5, None, 15)],
)
def test_chips_that_are_paid_for(deployments: int, chips: int, together: int | None, paid: int) -> None:
    """A deployment of five leaves three of eight idle; one of twelve takes two machines."""
    assert paid_chips(deployments, chips, together) == paid


def test_at_the_same_load_an_own_measurement_outweighs_what_others_saw() -> None:
    """Slower than theirs, and believed; what it says nothing of, such as another load, stays theirs."""
    mine = {"kind": "own_measurement", "output_tps": "1500", "tpot_ms": {"p50": "40"}}
    elsewhere = {"concurrency": 32, "output_tps": "1400"}

    machine = own(ask(shop({}, mine, elsewhere)))
    assert machine.machine is not None
    assert machine.machine["deployment"] == "bench/2"
    assert own(ask(shop({}, mine, elsewhere), min_output_tps=30)).machine["deployment"] == "bench/3"  # type: ignore[index]


def test_a_point_that_is_too_old_for_the_policy_gives_no_cost() -> None:
    """What a machine costs a call rests on how fast it was seen; day 174 is within 174 days and not within 173."""
    policies = [Policy(max_measurement_age_days=days) for days in (174, 173)]

    assert [[one.kind for one in ask(shop(), policy=policy)].count("dedicated") for policy in policies] == [1, 0]


def test_a_figure_of_this_year_outweighs_an_older_one_at_the_same_load() -> None:
    """However trusted that was then; where all are old, the newest counts."""
    old = {"measured_on": "2025-06-01", "kind": "own_measurement", "output_tps": "9000"}
    older = {"measured_on": "2025-05-01", "output_tps": "9999"}

    machines = [own(ask(shop(*points))).machine for points in ((old, {}), (older, old))]
    assert [one["deployment"] for one in machines if one] == ["bench/2", "bench/2"]


def test_the_way_to_a_machine_is_added_once() -> None:
    """Timed beside it: 100 ms and 5 on the way. Timed where the caller is: 100 ms with the way in it."""
    away = {"add_network_ms": 5}

    assert own(ask(shop(), call=away)).ttft_ms == 105
    assert own(ask(shop({"vantage": "client"}), call=away)).ttft_ms == 100


@pytest.mark.parametrize("kind", ["vendor_claim", "inferred", "announced"])
def test_what_nobody_ran_is_no_machine(kind: str) -> None:
    """A claim of a vendor never ranks, not by its cost either."""
    assert {one.kind for one in ask(shop({"kind": kind}))} == {"hosted"}


def test_a_chip_that_is_only_announced_gives_no_machine() -> None:
    """Nobody can run on it."""
    announced = {"chip-a": {**CHIP, "status": "announced"}}
    assert {one.kind for one in ask(shop(accelerators=announced))} == {"hosted"}


def test_a_call_dearer_than_a_price_can_say_has_no_cost() -> None:
    """One call in eleven days: a machine that waits costs more than $1,000 a call."""
    machine = own(ask(shop(), call={"requests_per_second": 0.000001}, unknown="include"))

    assert (machine.cost_usd, machine.proven) == (None, False)
    assert machine.machine is not None
    assert machine.machine["usd_per_hour"] == 7.2


def test_what_was_measured_later_is_not_known_yet() -> None:
    """Neither points nor rents of later than the day of the question."""
    call = Workload(input_tokens=1000, output_tokens=500, requests_per_second=10)
    decision = capreg.resolve("tool_use", catalog=shop(), workload=call, as_of="2026-05-20")

    assert {candidate.kind for candidate in decision} == {"hosted"}


def test_a_point_of_other_lengths_says_nothing() -> None:
    """Neither cost nor times; the row says why."""
    decision = ask(shop(), call={"output_tokens": 100}, unknown="include")

    machine = own(decision)
    assert (machine.cost_usd, machine.ttft_ms, machine.proven) == (None, None, False)
    assert "shape" in {reason.requirement for reason in machine.missing}


def test_an_estimate_stands_in_for_other_lengths_when_asked() -> None:
    """Twice the reading a token: 64 in flight wait 64 × 0.1 ms a token × 8 more tokens read for each one written."""
    decision = ask(shop(), call={"output_tokens": 100}, unknown="estimate")
    machine = own(decision)
    tpot = 20 + 100 / 1000 * 64 * (1000 / 100 - 1000 / 500)

    assert (machine.rank, machine.proven, machine.ttft_ms, machine.measurements) == (3, False, None, {})
    assert machine.estimates["ttft_ms"]["value"] == 100
    assert machine.estimates["output_tps"]["value"] == pytest.approx(1000 / tpot, abs=0.001)
    assert machine.estimates["cost_usd"]["held_out"]["runs"] == 762
    each = 64 / (0.1 + 100 * tpot / 1000)
    assert machine.machine is not None
    assert float(machine.machine["requests_per_second_each"]) == pytest.approx(each)
    assert machine.machine["deployments"] == -(-12 // each)


def test_an_estimate_that_the_chips_cannot_hold_is_none() -> None:
    """64 calls of 10,250 tokens keep 107 GB beside 70 of weights: in 200 GB there is room, in 160 there is none."""
    shape = {"parameters": 70 * 10**9, "active_parameters": 70 * 10**9, "layers": 80, "kv_elements": 2048}
    models = {"lab/open": {"name": "Open", "lab": "lab", "reasoning": "never", "architecture": shape, "evidence": []}}

    def estimates(memory: int) -> list[bool]:
        chip = {**CHIP, "memory_bytes": memory, "memory_bandwidth_bytes_per_s": 10**13}
        whole = shop({"output_tps": "300", "tpot_ms": {"p50": "200"}}, models=models, accelerators={"chip-a": chip})
        decision = ask(whole, call={"input_tokens": 10_000}, unknown="estimate")
        return [one.is_estimated for one in decision if one.kind == "dedicated"]

    assert (estimates(100 * 10**9), estimates(80 * 10**9)) == ([True], [])


def test_a_machine_that_thinks_who_knows_how_long_has_no_cost() -> None:
    """As an offering has none: unknown is not zero. Said how long, or known not to think, it has."""
    thinks = {"lab/open": {"name": "Open", "lab": "lab", "reasoning": "always", "evidence": []}}
    silent = {name: {**offering(price("0.5", "1")), "capabilities": {"tool_use": {"at_least": 2}}} for name in
              ("one/open", "two/open")}  # fmt: skip
    whole = shop(models=thinks, offerings=silent)
    unsaid = own(ask(whole, unknown="include"))

    assert (unsaid.cost_usd, unsaid.ttft_ms, unsaid.proven) == (None, 100, False)
    assert unsaid.machine is not None
    assert "deployments" not in unsaid.machine
    assert own(ask(whole, call={"reasoning_tokens": 0}, unknown="include")).cost_usd == Decimal("0.0004")
    assert own(ask(shop())).cost_usd == Decimal("0.0004")


def test_a_machine_can_what_hosts_of_the_model_state_and_the_engine_serves() -> None:
    """Level 2 at two hosts and level 1 of the engine is level 1; one host alone proves nothing."""
    assert own(ask(shop())).document["capabilities"]["tool_use"] == {"at_least": 1}
    level_two = ask(shop(), requires="tool_use>=2", unknown="include")
    assert not own(level_two).proven
    one_host = shop(offerings={"one/open": offering(price("0.5", "1"))})
    assert not own(ask(one_host, unknown="include")).proven
    unsaid = shop(engines={"engine": {"name": "Engine"}})
    assert not own(ask(unsaid, unknown="include")).proven


def test_policy_knows_machines() -> None:
    """They have a provider, chips that are known, and need no key."""
    assert [c.offering for c in ask(shop(), policy=Policy(allow_providers={"own"}))] == [OWN]
    assert own(ask(shop(), policy=Policy(allow_accelerators={"chip-a"}))).offering == OWN
    assert own(ask(shop(), policy=Policy().with_keys({}))).offering == OWN
    with pytest.raises(UnknownName):
        capreg.resolve("tool_use", catalog=shop(), policy=Policy(allow_providers={"own"}), as_of=AS_OF)


def test_break_even_is_where_one_deployment_costs_as_much_as_the_cheapest_offering() -> None:
    """$7.20 an hour over $0.001 a call are two calls a second; never against an offering that costs next to nothing."""
    (over_all, of_model) = ask(shop()).break_even()

    assert (over_all.model, of_model.model) == (None, "lab/open")
    assert over_all.requests_per_second == 2
    assert (over_all.hosted.offering, over_all.dedicated.offering, over_all.market) == ("one/open", OWN, "on_demand")
    cheap = shop(offerings={"one/open": offering(price("0.01", "0.01")), "two/open": offering(price("5", "10"))})
    assert ask(cheap).break_even()[0].requests_per_second is None


def test_where_no_machine_is_worth_it_the_nearest_is_named() -> None:
    """Not the first by name: the one that costs least a call when it is busy."""
    dear, near = {**RENT, "usd_per_hour": "900", "seller": "Aaa"}, {**RENT, "usd_per_hour": "600", "seller": "Zzz"}
    even = ask(shop(rents=(dear, near))).break_even()[0]

    assert (even.requests_per_second, even.always_from) == (None, None)
    assert even.dedicated.offering.endswith("/zzz")


def cost_at(whole: capreg.Catalog, demand: float) -> tuple[Decimal, Decimal]:
    """What a call costs on the machine, and at the cheapest offering."""
    decision = ask(whole, call={"requests_per_second": demand})
    hosted = min(one.cost_usd for one in decision if one.kind == "hosted" and one.cost_usd is not None)
    machine = own(decision).cost_usd
    assert machine is not None
    return machine, hosted


@pytest.mark.parametrize("rent", [{"usd_per_hour": "7.5"}, {"usd_per_hour": "1.8", "chips": 8}, {"usd_per_hour": "6"}])
def test_break_even_is_true_of_every_demand(rent: dict[str, Any]) -> None:
    """Below the least never cheaper, from the other on always; between them dearer when one more has to be had."""
    whole = shop(rents=({**RENT, **rent},))
    even = ask(whole).break_even()[0]
    assert even.requests_per_second is not None
    assert even.always_from is not None
    worth = {}
    for step in range(1, 200):
        machine, hosted = cost_at(whole, step / 4)
        worth[step / 4] = machine <= hosted

    assert {is_worth for demand, is_worth in worth.items() if demand < even.requests_per_second} <= {False}
    assert {is_worth for demand, is_worth in worth.items() if demand >= even.always_from} == {True}
    between = [worth[d] for d in worth if even.requests_per_second <= d < even.always_from]
    assert not between or {*between} == {True, False}


def test_the_words_of_a_break_even_say_where_it_stops() -> None:
    """$15 an hour and five calls a second: one is worth it from 4.17 on, the second from 8.33 only."""
    told = break_even_words(ask(shop(rents=({**RENT, "usd_per_hour": "7.5"},))).break_even()[0])

    assert "cheaper from 4.17 calls/s (360,000 a day) on while what is rented at once carries it" in told
    assert "and at every demand from 20.8 calls/s (1,800,000 a day)" in told


def test_json_says_what_a_machine_is() -> None:
    """`kind`, the machine with both evidences, and no rate by the token."""
    told = own(ask(shop())).to_dict()

    assert told["kind"] == "dedicated"
    assert told["machine"]["deployment"] == "bench/1"
    assert told["machine"]["rental"]["id"] == "prices/1"
    assert told["price"]["usd_per_million"] == {}
    assert told["backend"] == {
        "grade": "vendor_stated", "accelerators": ["chip-a"], "note": "a machine of one's own",
    }  # fmt: skip


def test_a_machine_is_called_where_one_serves_it() -> None:
    """No SDK's way to it is known, and the error says what to do."""
    with pytest.raises(SdkCannotReach, match="a machine of one's own, called at the address where you serve it"):
        own(ask(shop())).call("openai")


def test_the_table_says_where_the_clock_stood() -> None:
    """A row of a machine is not timed as an offering is."""
    assert "timed beside them" in str(ask(shop()))
    assert "timed beside them" not in str(capreg.resolve("tool_use", catalog=shop(), as_of=AS_OF))


def test_the_words_of_a_machine_are_what_its_cost_is_divided_from() -> None:
    """Machines, what each answers, what an hour costs and who says so; nobody's vendor states one's own hardware."""
    words = ask(shop()).explain()

    assert "$0.0004 a call (1 request = $0.0004)" in words
    assert "own machines: 2 × (2 × chip-a), each good for 6 calls/s, 83% busy; 4 chips at $3.6 an hour" in words
    assert "vendor stated" not in words


def test_the_question_names_the_demand() -> None:
    """So that two demands are two questions."""
    decision = ask(shop(), call={"peak_requests_per_second": 20, "add_network_ms": 5})

    assert "10 calls/s and 20 at the peak, own machines with 20 % to spare and 5 ms away" in decision.interpretation
    assert decision.id != ask(shop()).id


@pytest.mark.parametrize(
    ("call", "where"),
    [
        ({"requests_per_second": 0}, "workload.requests_per_second"),
        ({"requests_per_second": -1}, "workload.requests_per_second"),
        ({"requests_per_second": float("nan")}, "workload.requests_per_second"),
        ({"peak_requests_per_second": 5}, "workload.peak_requests_per_second"),
        ({"headroom": -0.1}, "workload.headroom"),
        ({"add_network_ms": 1e9}, "workload.add_network_ms"),
    ],
)
def test_a_demand_that_cannot_be_meant(call: dict[str, Any], where: str) -> None:
    """Each with its place."""
    with pytest.raises(InvalidArgument) as refused:
        ask(shop(), call=call)

    assert refused.value.where == where


def test_a_market_that_there_is_not() -> None:
    """With the names of those that there are."""
    with pytest.raises(InvalidArgument, match="on_demand"):
        Policy(markets={"stolen"})  # type: ignore[arg-type]


CHIP = {"name": "Chip", "maker": "Maker", "kind": "gpu", "purposes": ["inference"], "status": "available"}
KINDS = ("own_measurement", "independent_measurement", "vendor_measurement")
MODELS = {
    "lab/open": {"name": "Open", "lab": "lab", "reasoning": "never", "evidence": []},
    "lab/thinks": {"name": "Thinks", "lab": "lab", "reasoning": "always", "evidence": []},
}


def made(generator: Random) -> capreg.Catalog:
    """A catalog with a few machines of two models, and a few rents."""

    def times(low: int) -> dict[str, str]:
        p50 = generator.randint(low, 40 * low)
        return {"p50": str(p50), **({"p99": f"{p50 * 3}.5"} if generator.random() < 0.7 else {})}

    points = []
    for _ in range(generator.randint(1, 12)):
        point = {
            "model": generator.choice(list(MODELS)),
            "accelerator": generator.choice(["chip-a", "chip-b"]),
            "chips": generator.randint(1, 8),
            "weights": generator.choice(["fp4", "fp8"]),
            "scenario": generator.choice(["closed", "closed", "server", "offline"]),
            "concurrency": generator.choice([1, 8, 64]),
            "input_tokens": generator.choice([128, 1000, 8000]),
            "output_tokens": generator.choice([128, 1000, 8000]),
            "ttft_ms": times(20),
            "tpot_ms": times(2),
            "output_tps": str(generator.randint(5, 90_000)),
            "measured_on": generator.choice(["2025-05-01", "2025-06-01", "2026-06-01"]),
            "kind": generator.choice([*KINDS, "vendor_claim"]),
            "vantage": generator.choice(["local", "local", "client"]),
        }
        kept = {**POINT, **point}
        kept.pop("e2e_ms")
        if generator.random() < 0.2:
            kept.pop("concurrency")
        points.append(kept)
    rents = [
        {
            **RENT,
            "accelerator": generator.choice(["chip-a", "chip-b"]),
            "market": generator.choice(["on_demand", "spot", "ownership"]),
            "seller": generator.choice(["Big Cloud", "Small", "neocloud"]),
            "usd_per_hour": str(generator.randint(1, 90) / 10),
            "seen_on": generator.choice(["2025-01-01", "2026-03-01", "2026-10-01"]),
            **generator.choice([{}, {"chips": 2}, {"chips": 8}]),
        }
        for _ in range(generator.randint(0, 8))
    ]
    chip_b = {**CHIP, "status": generator.choice(["available", "available", "announced"])}
    return catalog(
        {"one/open": offering()},
        engines={"engine": ENGINE},
        models=MODELS,
        accelerators={"chip-a": CHIP, "chip-b": chip_b},
        deployments={f"bench/{n}": point for n, point in enumerate(points)},
        rentals={f"prices/{n}": rent for n, rent in enumerate(rents)},
    )


def wish(generator: Random) -> Wanted:
    """A question about machines."""
    demand = generator.choice(["0.000001", "0.5", "3", "20", "333.25"])
    return Wanted(
        day=generator.choice(["2025-07-01", AS_OF]),
        input=generator.choice([0, 200, 1000, 6000]),
        output=generator.choice([0, 200, 1000, 6000]),
        reasoning=generator.choice([None, 0, 500]),
        demand=demand,
        peak=generator.choice([None, demand, "1000"]),
        headroom=generator.choice(["0", "0.2", "1.5"]),
        network=generator.choice(["0", "12.5"]),
        markets=frozenset(generator.sample(["on_demand", "spot", "ownership"], generator.randint(1, 3))),
        percentile=generator.choice([50, 99]),
        estimate=generator.random() < 0.5,
        most_days=generator.choice([None, None, 30, 200]),
        max_latency_ms=generator.choice([None, "100", "700"]),
        min_output_tps=generator.choice([None, "20", "100"]),
        max_cost_usd=generator.choice([None, "0.001", "0.1"]),
    )


def engine_says(whole: capreg.Catalog, wanted: Wanted) -> dict[str, Own]:
    """The rows of machines that the engine makes."""
    request = compose(
        whole,
        index_of(whole),
        "tool_use",
        bounds={name: getattr(wanted, name) for name in ("max_latency_ms", "min_output_tps", "max_cost_usd")},
        percentile=f"p{wanted.percentile}",
        workload=Workload(
            input_tokens=wanted.input,
            output_tokens=wanted.output,
            reasoning_tokens=wanted.reasoning,
            requests_per_second=float(wanted.demand),
            peak_requests_per_second=None if wanted.peak is None else float(wanted.peak),
            headroom=float(wanted.headroom),
            add_network_ms=float(wanted.network),
        ),
        policy=Policy(markets=wanted.markets, max_measurement_age_days=wanted.most_days),  # type: ignore[arg-type]
        rank_by="cost",
        unknown="estimate" if wanted.estimate else "exclude",
        limit=10,
    )
    joined, _ = with_machines(whole, index_of(whole), request, Moment.of(wanted.day))
    seen = {one["offering"]: one for one in joined.documents("measurements").values()}
    found = {}
    for name, document in joined.documents("offerings").items():
        if name.startswith("own/"):
            machine, measurement = document["machine"], seen.get(name, {})
            rental = machine.get("rental")
            point = whole.documents("deployments")[machine["deployment"]]
            way = (point["engine"], point["weights"], None, False)
            seller = None if rental is None else (rental["market"], rental["seller"])
            cost = Decimal(document["prices"][0]["request"]).scaleb(9) if "prices" in document else None
            found[f"{document['model']} {machine['accelerator']} {way} {seller}"] = Own(
                machine["deployment"],
                machine["comparable"],
                machine.get("deployments"),
                machine.get("paid_chips"),
                None if cost is None else int(cost),
                thousandths(measurement.get("ttft_ms", {})),
                thousandths(measurement.get("output_tps", {})),
            )
    return found


def thousandths(values: dict[str, str]) -> dict[int, int]:
    """Percentiles as whole numbers."""
    return {int(name[1:]): int(Decimal(value) * 1000) for name, value in values.items()}


@pytest.mark.parametrize("seed", range(40))
def test_engine_and_oracle_agree_on_machines(seed: int) -> None:
    """Which point, how many deployments, what a call costs, and how fast it is, for made machines and demands."""
    generator = Random(seed)  # noqa: S311  a repeatable choice, not a secret
    whole = made(generator)
    documents = {kind: whole.documents(kind) for kind in ("deployments", "rentals", "models", "accelerators")}
    for _ in range(10):
        wanted = wish(generator)
        if wanted.peak is None or float(wanted.peak) >= float(wanted.demand):
            assert engine_says(whole, wanted) == machines(documents, wanted), wanted
