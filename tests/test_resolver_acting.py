"""What a decision is good for: what a small change would buy, who is on the front, whom to fall back to."""

from __future__ import annotations

from typing import Any

import pytest

import capreg
from capreg import Decision, NoFeasibleOffering, Policy
from capreg.catalog import Catalog
from capreg.errors import InvalidArgument
from capreg.resolver.relaxation import Change, Relaxation
from tests.small import AS_OF, catalog, measured, offering, price, provider


def answer(shop: Catalog, **question: Any) -> Decision:
    """The decision, whether somebody is feasible or not."""
    try:
        return capreg.resolve("tool_use", catalog=shop, **{"as_of": AS_OF, **question})
    except NoFeasibleOffering as nobody:
        return nobody.decision


def shop_of(**rows: tuple[str, str, str]) -> Catalog:
    """Offerings `p/x` by provider: input rate, TTFT p50, tokens/s p50 (a decode rate)."""
    return catalog(
        {f"{name}/x": offering(price(rate, "0")) for name, (rate, _, _) in rows.items()},
        [
            measured(f"{name}/x", ttft_ms={"p50": ttft}, output_tps={"p50": tps}, rate_basis="decode")
            for name, (_, ttft, tps) in rows.items()
        ],
    )


class TestRelaxations:
    def test_the_smallest_change_of_each_bound_alone(self) -> None:
        """Exactly to the next one out, with whom it lets in and the best cost before and after."""
        shop = shop_of(a=("1", "200", "50"), b=("0.5", "310", "50"), c=("0.1", "900", "50"), d=("3", "100", "50"))

        relaxations = answer(shop, max_latency_ms=300, max_cost_usd="0.002").relaxations

        assert relaxations == (
            Relaxation((Change("max_latency_ms", "300", "310"),), ("b/x",), "0.002", "0.001"),
            Relaxation((Change("max_cost_usd", "0.002", "0.006"),), ("d/x",), "0.002", "0.002"),
        )

    def test_a_floor_goes_down(self) -> None:
        """For tokens per second the smallest change is the largest smaller rate."""
        shop = shop_of(a=("1", "200", "90"), b=("1", "200", "70"))

        (relaxation,) = answer(shop, min_output_tps=100).relaxations

        assert relaxation.changes == (Change("min_output_tps", "100", "90"),)

    def test_two_bounds_together_where_no_single_one_helps(self) -> None:
        """The changes that no other makes smaller, cheapest first."""
        shop = shop_of(a=("5", "400", "50"), b=("4", "500", "50"), c=("6", "600", "50"))

        relaxations = answer(shop, max_latency_ms=300, max_cost_usd="0.002").relaxations

        assert [r.admits for r in relaxations] == [("b/x",), ("a/x",)]
        assert relaxations[0].changes == (
            Change("max_latency_ms", "300", "500"),
            Change("max_cost_usd", "0.002", "0.008"),
        )

    def test_a_proof_can_be_bought_too(self) -> None:
        """Who is only unknown, because a limit is all that is known, comes in when the bound reaches that limit."""
        shop = catalog({"a/x": offering()}, [measured("a/x", ttft_ms={"p50": "100"}, output_tps={"p50": "100"})])

        (relaxation,) = answer(shop, max_e2e_ms=3000).relaxations

        assert relaxation.changes == (Change("max_e2e_ms", "3000", "3090"),)

    def test_a_higher_percentile_can_be_the_proof(self) -> None:
        """At p75 only the p90 proves anything, so the bound would have to reach that."""
        shop = catalog({"a/x": offering()}, [measured("a/x", ttft_ms={"p50": "350", "p90": "800"})])

        (relaxation,) = answer(shop, max_latency_ms=300, percentile="p75").relaxations

        assert relaxation.changes == (Change("max_latency_ms", "300", "800"),)

    def test_policy_and_capabilities_are_never_relaxed(self) -> None:
        """A change that would not help is not offered."""
        shop = shop_of(a=("1", "400", "50"))

        assert answer(shop, max_latency_ms=300, policy=Policy(open_weights=False)).relaxations == ()

    def test_they_are_told(self) -> None:
        """In the explanation, and in the error when nobody is feasible."""
        shop = shop_of(a=("1", "310", "50"))

        decision = answer(shop, max_latency_ms=300)

        words = "max_latency_ms 300 → 310 lets in a/x; best cost $0.002 a call"
        assert words in decision.explain()
        assert words in str(decision.infeasible())
        assert decision.to_dict()["relaxations"][0]["admits"] == ["a/x"]


class TestPareto:
    def test_nobody_on_the_front_is_beaten_on_every_key(self) -> None:
        """The third is dearer and slower than a; equal rows stay together."""
        shop = shop_of(a=("1", "200", "50"), b=("2", "100", "50"), c=("3", "300", "50"), e=("1", "200", "50"))

        front = answer(shop).pareto("cost", "latency")

        assert [(c.rank, c.offering) for c in front] == [(1, "a/x"), (2, "e/x"), (3, "b/x")]

    def test_a_third_key_adds_who_is_best_on_it(self) -> None:
        """More tokens per second are better, so the third joins."""
        shop = shop_of(a=("1", "200", "50"), b=("2", "100", "50"), c=("3", "300", "90"))

        assert [c.offering for c in answer(shop).pareto("cost", "latency", "output_tps")] == ["a/x", "b/x", "c/x"]

    def test_the_front_looks_at_all_feasible_rows(self) -> None:
        """A limit on the ranking does not hide who is on the front."""
        shop = shop_of(a=("1", "200", "50"), b=("2", "100", "50"))

        assert len(answer(shop, limit=1).pareto()) == 2

    @pytest.mark.parametrize("keys", [("cost",), ("cost", "cost"), ("cost", "price"), ("cost", "latency", "e2e", "x")])
    def test_other_keys_are_refused(self, keys: tuple[Any, ...]) -> None:
        """Two or three different rank keys."""
        with pytest.raises(InvalidArgument):
            answer(shop_of(a=("1", "200", "50"))).pareto(*keys)


class TestFallbacks:
    def test_the_next_choice_shares_as_little_as_possible(self) -> None:
        """Another provider, lab and chip comes before a cheaper one that would fail with the first."""
        shop = catalog(
            {
                "one/a": offering(price("1", "0")),
                "one/b": offering(price("2", "0")),
                "two/a": offering(price("3", "0")),
                "two/b": offering(price("4", "0"), model="other/closed"),
            },
            providers={
                "one": provider(backend={"grade": "vendor_stated", "accelerators": ["chip-a"]}),
                "two": provider(backend={"grade": "vendor_stated", "accelerators": ["chip-b"]}),
            },
        )

        fallbacks = answer(shop).fallbacks(2)

        assert [(f.candidate.offering, f.shares) for f in fallbacks] == [
            ("two/b", ()),
            ("one/b", ("accelerator chip-a", "lab lab", "provider one")),
        ]

    def test_what_may_be_shared_unseen_is_named(self) -> None:
        """Two providers that disclose nothing may run on the same chips."""
        shop = catalog({"one/a": offering(), "two/a": offering(model="other/closed")})

        (fallback,) = answer(shop).fallbacks(3)

        assert fallback.shares == ("hardware unknown",)

    def test_a_shared_owner_counts(self) -> None:
        """Children of one parent fail together."""
        shop = catalog(
            {"one/a": offering(), "two/a": offering(model="other/closed"), "zed/a": offering(model="other/closed")},
            providers={"one": provider(parent="owner"), "two": provider(parent="owner"), "owner": provider()},
        )

        assert [f.candidate.offering for f in answer(shop).fallbacks(1)] == ["zed/a"]

    @pytest.mark.parametrize("count", [0, -1, True, "2"])
    def test_a_number_that_cannot_be_meant_is_refused(self, count: Any) -> None:
        """From one on."""
        with pytest.raises(InvalidArgument):
            answer(catalog({"one/a": offering()})).fallbacks(count)

    def test_nobody_to_fall_back_from_is_an_error(self) -> None:
        """Without a first choice there is no second."""
        with pytest.raises(NoFeasibleOffering):
            answer(catalog({})).fallbacks()
