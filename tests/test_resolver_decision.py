"""The whole answer: universe, policy, order, ledger, words, JSON."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest

import capreg
from capreg import Decision, NoFeasibleOffering, Policy, Workload
from capreg.catalog import Catalog
from capreg.errors import InvalidArgument, UnknownName
from tests.small import AS_OF, SEEN, catalog, measured, offering, price, provider, source


def ids(shop: Catalog, *requires: str, **question: Any) -> list[str]:
    """Who is ranked, best first; [] where nobody is feasible."""
    return [candidate.offering for candidate in answer(shop, *requires, **question)]


def answer(shop: Catalog, *requires: str, **question: Any) -> Decision:
    """The decision, whether somebody is feasible or not."""
    try:
        return capreg.resolve(list(requires) or "tool_use", catalog=shop, **{"as_of": AS_OF, **question})
    except NoFeasibleOffering as nobody:
        return nobody.decision


def sighting(source: str, subject: str, day: str) -> tuple[str, dict[str, str]]:
    """A sighting with its id."""
    return f"{source}/{subject}", {"source": source, "subject": subject, "last_seen_on": day}


class TestUniverse:
    @pytest.mark.parametrize(
        ("lifecycle", "as_of", "there"),
        [
            ({"status": "deprecated", "retires_on": "2026-11-22"}, "2026-11-21", True),
            ({"status": "deprecated", "retires_on": "2026-11-22"}, "2026-11-22", False),
            ({"status": "retired"}, "2026-01-01", False),
            ({"status": "retired", "retires_on": "2026-11-22"}, "2026-11-21", True),
        ],
    )
    def test_retired_offerings_never_rank(self, lifecycle: dict[str, str], as_of: str, there: bool) -> None:
        """From the day it retires it is gone, and before that day it was there."""
        assert there == bool(ids(catalog({"shop/one": offering(lifecycle=lifecycle)}), as_of=as_of))

    def test_unlisted_offerings_rank_only_when_asked_for(self) -> None:
        """Gone from the newest complete snapshot of every source that covers its provider."""
        sightings = dict(
            [
                sighting("list", "shop", "2026-09-30"),
                sighting("list", "shop/gone", "2026-07-30"),
                sighting("list", "shop/here", "2026-09-30"),
            ]
        )
        shop = catalog({"shop/gone": offering(), "shop/here": offering()}, sightings=sightings)

        assert ids(shop) == ["shop/here"]
        assert ids(shop, policy=Policy(unlisted=True)) == ["shop/gone", "shop/here"]
        assert ids(shop, as_of="2026-07-30") == ["shop/gone", "shop/here"]

    def test_one_listing_source_is_enough(self) -> None:
        """It is listed as long as any covering source lists it."""
        sightings = dict(
            [
                sighting("list", "shop", "2026-09-30"),
                sighting("list", "shop/one", "2026-07-30"),
                sighting("second", "shop", "2026-11-12"),
                sighting("second", "shop/one", "2026-11-12"),
            ]
        )
        second = {"second": {"lists_offerings": True, "family": "second"}}
        shop = catalog({"shop/one": offering()}, sightings=sightings, sources=_with_list(second))

        assert ids(shop) == ["shop/one"]

    def test_a_price_map_does_not_keep_alive_what_a_list_dropped(self) -> None:
        """Only a list of what can be had counts, whatever day the map is of."""
        sightings = dict([sighting("list", "shop", "2026-09-30"), sighting("router", "shop/one", "2026-11-12")])
        shop = catalog({"shop/one": offering()}, sightings=sightings)

        assert [] == ids(shop)
        assert ["shop/one"] == ids(shop, as_of="2026-09-29")

    def test_a_partial_list_counts_for_what_it_names(self) -> None:
        """A later list of a part of the market shows what is new; what it lacks proves nothing."""
        sightings = dict(
            [
                sighting("list", "shop", "2026-09-30"),
                sighting("list", "shop/old", "2026-09-30"),
                sighting("part", "shop/new", "2026-11-10"),
                sighting("part", "shop/gone", "2026-08-01"),
            ]
        )
        part = {"part": {"lists_offerings": True, "family": "part"}}
        shop = catalog(
            {f"shop/{name}": offering() for name in ("gone", "new", "old")},
            sightings=sightings,
            sources=_with_list(part),
        )

        assert ["shop/new", "shop/old"] == ids(shop)

    def test_what_a_person_wrote_is_listed(self) -> None:
        """No source ever saw it, so none can have dropped it."""
        sightings = dict([sighting("list", "shop", "2026-09-30")])

        assert ["shop/one"] == ids(catalog({"shop/one": offering()}, sightings=sightings))

    def test_a_router_does_not_say_what_a_provider_sells(self) -> None:
        """Only sources that list offerings count as listing."""
        sightings = dict([sighting("router", "shop", "2026-09-30"), sighting("router", "shop/one", "2026-05-18")])

        assert ids(catalog({"shop/one": offering()}, sightings=sightings)) == ["shop/one"]

    def test_preview_and_free_rank_only_when_asked_for(self) -> None:
        """Coverage says how many were left out for it."""
        shop = catalog(
            {
                "shop/free": offering(price("0", "0", free="rate_limited_tier")),
                "shop/preview": offering(lifecycle={"status": "preview"}),
            }
        )

        assert {reason: n for reason, n in answer(shop).coverage["left_out"].items() if n} == {"free": 1, "preview": 1}
        assert ids(shop, policy=Policy(free=True)) == ["shop/free"]
        assert ids(shop, policy=Policy(preview=True)) == ["shop/preview"]


def _with_list(extra: dict[str, Any]) -> dict[str, Any]:
    return {"list": {"lists_offerings": True, "family": "list"}, **extra}


class TestCapabilities:
    @pytest.mark.parametrize(
        ("fact", "expected"),
        [
            ({"at_least": 2}, "pass"),
            ({"at_least": 1}, "unknown"),
            ({"at_least": 1, "at_most": 1}, "fail"),
            ({"at_most": 0}, "fail"),
            ({}, "unknown"),
        ],
    )
    def test_three_answers(self, fact: dict[str, int], expected: str) -> None:
        """Proven, disproven, and neither: absence is not a no."""
        shop = catalog({"shop/one": offering(capabilities={"tool_use": fact, "reasoning": {"at_most": 0}})})

        decision = answer(shop, "tool_use>=2")

        found = "pass" if decision else "fail" if decision.excluded else "unknown"
        assert expected == found

    @pytest.mark.parametrize(
        ("fact", "expected"),
        [
            ({"at_least": 1, "features": {"parallel": True}}, "pass"),
            ({"at_least": 1, "features": {"parallel": False}}, "fail"),
            ({"at_least": 1}, "unknown"),
            ({"at_most": 0}, "fail"),
        ],
    )
    def test_features_have_three_answers_too(self, fact: dict[str, Any], expected: str) -> None:
        """Without the capability there is no feature of it."""
        shop = catalog({"shop/one": offering(capabilities={"tool_use": fact, "reasoning": {"at_most": 0}})})

        decision = answer(shop, "tool_use[parallel]")

        found = "pass" if decision else "fail" if decision.excluded else "unknown"
        assert expected == found

    def test_long_context_is_the_window(self) -> None:
        """Its level is tokens; bare it means 128,000."""
        shop = catalog({"shop/small": offering(context_tokens=127_999), "shop/large": offering(context_tokens=128_000)})

        assert ids(shop, "long_context") == ["shop/large"]
        assert ids(shop, "long_context>=127999") == ["shop/large", "shop/small"]


class TestFits:
    def test_input_reasoning_and_output_must_fit(self) -> None:
        """2,000 + 300 tokens fit 2,300 and not 2,299."""
        shop = catalog({"shop/fits": offering(context_tokens=2300), "shop/small": offering(context_tokens=2299)})

        assert ids(shop) == ["shop/fits"]

    def test_a_window_that_is_not_known_is_at_least_the_input_limit(self) -> None:
        """A source that gives only the input limit proves a window of that size."""
        facts: dict[str, Any] = {"context_tokens": 1, "max_input_tokens": 2300}
        document = offering(**facts)
        del document["context_tokens"]

        assert ids(catalog({"shop/one": document})) == ["shop/one"]

    def test_an_unknown_output_limit_is_unknown(self) -> None:
        """Nothing says that 300 tokens can come out."""
        document = offering()
        del document["max_output_tokens"]

        decision = answer(catalog({"shop/one": document}))

        assert [r.requirement for entry in decision.unknown for r in entry.missing] == ["fits:max_output_tokens"]

    def test_images_need_eyes(self) -> None:
        """A call with an image needs an offering that is known to see."""
        sees = {"tool_use": {"at_least": 1}, "reasoning": {"at_most": 0}, "vision": {"at_least": 1}}
        shop = catalog({"shop/blind": offering(), "shop/sees": offering(capabilities=sees)})

        assert ids(shop, workload=Workload(images=1)) == ["shop/sees"]


class TestPolicy:
    CHIPS = {
        "stated/one": ("vendor_stated", ["chip-a"]),
        "mixed/one": ("vendor_stated", ["chip-a", "chip-b"]),
        "guessed/one": ("inferred", ["chip-a"]),
        "silent/one": ("undisclosed", []),
    }

    def _shop(self) -> Catalog:
        return catalog(
            {name: offering() for name in self.CHIPS},
            providers={
                name.partition("/")[0]: provider(backend={"grade": grade, "accelerators": chips})
                for name, (grade, chips) in self.CHIPS.items()
            },
        )

    def test_allowing_a_chip_needs_every_member_stated(self) -> None:
        """A guess is not proof, a mixed fleet may meet the other chip, silence is unknown."""
        decision = answer(self._shop(), policy=Policy(allow_accelerators=frozenset({"chip-a"})))

        assert [candidate.offering for candidate in decision] == ["stated/one"]
        assert [entry.offering for entry in decision.excluded] == ["mixed/one"]
        assert [entry.offering for entry in decision.unknown] == ["guessed/one", "silent/one"]

    def test_denying_a_chip_excludes_any_member(self) -> None:
        """One denied chip is enough, even a guessed one; silence fails closed."""
        decision = answer(self._shop(), policy=Policy(deny_accelerators=frozenset({"chip-b"})))

        assert [candidate.offering for candidate in decision] == ["stated/one"]
        assert [entry.offering for entry in decision.excluded] == ["mixed/one"]

    def test_what_is_unknown_under_a_policy_is_never_let_in(self) -> None:
        """unknown='include' does not open a policy."""
        policy = Policy(allow_accelerators=frozenset({"chip-a"}))

        assert ids(self._shop(), policy=policy, unknown="include") == ["stated/one"]

    def test_a_parent_counts_for_what_it_owns(self) -> None:
        """Denying the parent denies the child; allowing the parent allows it."""
        shop = catalog(
            {"child/one": offering(), "stranger/one": offering()},
            providers={"child": provider(parent="owner"), "stranger": provider(), "owner": provider()},
        )

        assert ids(shop, policy=Policy(allow_providers=frozenset({"owner"}))) == ["child/one"]
        assert ids(shop, policy=Policy(deny_providers=frozenset({"owner"}))) == ["stranger/one"]

    def test_labs_and_weights_come_with_the_model(self) -> None:
        """Without a model they are unknown."""
        nameless = offering()
        del nameless["model"]
        shop = catalog({"a/open": offering(), "b/closed": offering(model="other/closed"), "c/nameless": nameless})

        assert ids(shop, policy=Policy(allow_labs=frozenset({"lab"}))) == ["a/open"]
        assert ids(shop, policy=Policy(deny_labs=frozenset({"lab"}))) == ["b/closed"]
        assert ids(shop, policy=Policy(open_weights=False)) == ["b/closed"]
        assert len(answer(shop, policy=Policy(open_weights=True)).unknown) == 1

    def test_only_providers_whose_keys_are_set(self) -> None:
        """All keys must be there, and one of those of which one is enough."""
        shop = catalog(
            {"all/one": offering(), "either/one": offering(), "none/one": offering()},
            providers={
                "all": provider(keys=["A", "B"]),
                "either": provider(keys=[], either_keys=["C", "D"]),
                "none": provider(keys=[]),
            },
        )

        assert ids(shop, policy=Policy().with_keys({"A": "x", "B": "y", "C": ""})) == ["all/one"]
        assert ids(shop, policy=Policy().with_keys({"A": "x", "D": "y"})) == ["either/one"]

    @pytest.mark.parametrize("environ", [None, ["A"], "A"])
    def test_an_environment_is_a_mapping(self, environ: Any) -> None:
        """What has no values cannot say which variables are set."""
        with pytest.raises(InvalidArgument, match=r"os\.environ"):
            Policy().with_keys(environ)

    def test_values_of_keys_are_not_kept(self) -> None:
        """A policy knows names of variables, never what is in them."""
        policy = Policy().with_keys({"SECRET_KEY": "hunter2"})

        assert "hunter2" not in repr(policy)
        assert frozenset({"SECRET_KEY"}) == policy.keys

    @pytest.mark.parametrize(
        ("facts", "where"),
        [
            ({"allow_providers": {"a"}, "deny_providers": {"a"}}, "policy.allow_providers"),
            ({"allow_labs": set()}, "policy.allow_labs"),
            ({"deny_providers": "groq"}, "policy.deny_providers"),
            ({"deny_labs": {1}}, "policy.deny_labs"),
            ({"open_weights": "yes"}, "policy.open_weights"),
            ({"free": None}, "policy.free"),
            ({"max_measurement_age_days": -1}, "policy.max_measurement_age_days"),
            ({"max_measurement_age_days": True}, "policy.max_measurement_age_days"),
        ],
    )
    def test_a_policy_that_cannot_be_meant_is_refused(self, facts: dict[str, Any], where: str) -> None:
        """A contradiction or a wrong kind of value fails at once and says where."""
        with pytest.raises(InvalidArgument) as caught:
            Policy(**facts)

        assert where == caught.value.where

    def test_unknown_ids_raise(self) -> None:
        """A misspelt provider is an error, not an empty filter."""
        with pytest.raises(UnknownName):
            ids(catalog({"groq/one": offering()}), policy=Policy(deny_providers=frozenset({"grok"})))


class TestOrder:
    def test_cheapest_first_then_ttft_then_id(self) -> None:
        """Equal costs go by TTFT, unknown last, and then by id."""
        shop = catalog(
            {name: offering() for name in ("a/x", "b/x", "c/x", "d/x")} | {"e/cheap": offering(price("0.5", "1"))},
            [measured("b/x", ttft_ms={"p50": "100"}), measured("c/x", ttft_ms={"p50": "50"})],
        )

        assert ids(shop) == ["e/cheap", "c/x", "b/x", "a/x", "d/x"]

    def test_a_band_makes_near_costs_equal(self) -> None:
        """Within 5 % of the cheapest the faster one leads; the band starts anew after it."""
        shop = catalog(
            {
                "a/x": offering(price("1.00", "0")),
                "b/x": offering(price("1.05", "0")),
                "c/x": offering(price("1.06", "0")),
            },
            [measured(f"{n}/x", ttft_ms={"p50": t}) for n, t in (("a", "300"), ("b", "200"), ("c", "100"))],
        )

        assert ids(shop, rank_by=[("cost", 0.05), "latency"]) == ["b/x", "a/x", "c/x"]
        assert ids(shop, rank_by=[("cost", "0.06"), "latency"]) == ["c/x", "b/x", "a/x"]

    def test_more_tokens_per_second_are_better(self) -> None:
        """The only key that descends."""
        shop = catalog(
            {"a/x": offering(), "b/x": offering()},
            [measured("a/x", output_tps={"p50": "10"}), measured("b/x", output_tps={"p50": "20"})],
        )

        assert ids(shop, rank_by="output_tps") == ["b/x", "a/x"]

    def test_what_is_ranked_by_must_be_known(self) -> None:
        """Without the figure it is unknown, and with 'include' it follows the proven ones."""
        shop = catalog({"a/x": offering(), "b/x": offering()}, [measured("b/x", ttft_ms={"p50": "900"})])

        assert ids(shop, rank_by="latency") == ["b/x"]
        decision = answer(shop, rank_by="latency", unknown="include")
        assert [(c.offering, c.proven) for c in decision] == [("b/x", True), ("a/x", False)]
        assert [reason.requirement for reason in decision[1].missing] == ["rank_by:latency"]

    def test_limit_cuts_the_ranking_and_not_the_count(self) -> None:
        """Len is the smaller of limit and who is feasible."""
        decision = answer(catalog({f"p{n}/x": offering() for n in range(5)}), limit=3)

        assert (len(decision), decision.feasible_count) == (3, 5)


class TestRequest:
    @pytest.mark.parametrize(
        ("question", "where"),
        [
            ({"max_latency_ms": -1}, "max_latency_ms"),
            ({"max_latency_ms": float("nan")}, "max_latency_ms"),
            ({"max_e2e_ms": float("inf")}, "max_e2e_ms"),
            ({"max_e2e_ms": "soon"}, "max_e2e_ms"),
            ({"max_cost_usd": True}, "max_cost_usd"),
            ({"max_cost_usd": "1e999999999"}, "max_cost_usd"),
            ({"min_output_tps": 0}, "min_output_tps"),
            ({"percentile": "p42"}, "percentile"),
            ({"percentile": 50}, "percentile"),
            ({"rank_by": "price"}, "rank_by"),
            ({"rank_by": []}, "rank_by"),
            ({"rank_by": ["cost", "cost"]}, "rank_by"),
            ({"rank_by": ("cost", 2)}, "rank_by cost"),
            ({"unknown": "maybe"}, "unknown"),
            ({"unknown": "guess"}, "unknown"),
            ({"limit": 0}, "limit"),
            ({"limit": 2.5}, "limit"),
            ({"workload": {"input_tokens": 5}}, "workload"),
            ({"workload": Workload(input_tokens=-1)}, "workload.input_tokens"),
            ({"workload": Workload(input_tokens=1, cached_input_tokens=2)}, "workload.cached_input_tokens"),
            ({"workload": Workload(service_tier="gold")}, "workload.service_tier"),  # type: ignore[arg-type]
            ({"policy": "none"}, "policy"),
            ({"as_of": "2026-11-22T10:00"}, "as_of"),
            ({"as_of": "yesterday"}, "as_of"),
            ({"as_of": 20261122}, "as_of"),
        ],
    )
    def test_arguments_that_cannot_be_meant_are_refused(self, question: dict[str, Any], where: str) -> None:
        """Bad bounds, words and instants fail at once, with the argument's name."""
        with pytest.raises(InvalidArgument) as caught:
            answer(catalog({"shop/one": offering()}), **question)

        assert where == caught.value.where

    def test_a_cost_bound_is_exact(self) -> None:
        """A call of $0.0026 passes a bound of that and not one of a femtodollar less."""
        shop = catalog({"shop/one": offering()})

        assert ids(shop, max_cost_usd="0.0026")
        assert ids(shop, max_cost_usd=0.0026)
        assert not ids(shop, max_cost_usd=Decimal("0.002599999999999"))

    def test_a_skill_brings_requirements_workload_and_floors(self) -> None:
        """The caller's bound holds beside the skill's; the tighter counts."""
        skill = {
            "name": "Step",
            "definition": "One step.",
            "requires": ["tool_use>=2"],
            "workload": {"input_tokens": 6000, "output_tokens": 100},
            "floors": {"max_latency_ms": 500},
        }
        shop = catalog(
            {"a/x": offering(), "b/x": offering()},
            [measured("a/x", ttft_ms={"p50": "400"}), measured("b/x", ttft_ms={"p50": "501"})],
            skills={"step": skill},
        )

        decision = answer(shop, "step", max_latency_ms=1000)

        assert [candidate.offering for candidate in decision] == ["a/x"]
        assert decision.workload.input_tokens == 6000
        assert "max_latency_ms" in decision.coverage["failed"]
        assert ids(shop, "step", max_latency_ms=300) == []


class TestTelling:
    def _decision(self) -> Decision:
        return answer(
            catalog(
                {"a/x": offering(price("0.59", "0.79")), "b/x": offering(), "c/x": offering(capabilities={})},
                [
                    measured("a/x", ttft_ms={"p50": "128", "p90": "400"}, output_tps={"p50": "398"}),
                    measured("b/x", ttft_ms={"p50": "340"}),
                ],
            ),
            max_latency_ms=300,
        )

    def test_every_failed_and_missing_requirement_is_in_the_ledger(self) -> None:
        """With what it has, what was asked, who says so, how old that is, and why a fact is missing."""
        decision = self._decision()

        (failed,) = decision.excluded
        assert failed.to_dict() == {
            "offering": "b/x",
            "failed": [
                {"requirement": "max_latency_ms", "actual": "340", "limit": "300", "source": "router", "age_days": 188}
            ],
            "missing": [],
        }
        (unknown,) = decision.unknown
        assert [(reason.requirement, reason.why) for reason in unknown.missing] == [
            ("tool_use>=1", None),
            ("fits:context_tokens", "reasoning tokens not stated"),
            ("fits:max_output_tokens", "reasoning tokens not stated"),
            ("max_latency_ms", "not measured"),
            ("rank_by:cost", "reasoning tokens not stated"),
        ]

    def test_the_interpretation_says_what_was_asked_and_assumed(self) -> None:
        """One line, with percentile, lengths, order and instant."""
        assert self._decision().interpretation == (
            "tool_use>=1; TTFT p50 ≤ 300 ms | 2,000 input + 300 output tokens, reasoning left off where it can be"
            " | ranked by cost a call | as of 2026-11-22T00:00Z"
        )

    def test_the_same_question_gives_the_same_bytes(self) -> None:
        """Two runs agree to the byte."""
        assert self._decision().to_json() == self._decision().to_json()

    def test_items_add_up_to_the_cost_in_json(self) -> None:
        """Decimal strings, exact to the digit."""
        (told,) = json.loads(self._decision().to_json())["ranking"]

        assert Decimal(told["cost_usd"]) == sum(Decimal(item["usd"]) for item in told["cost_items"])
        assert told["cost_usd"] == "0.001417"

    def test_explaining_names_the_nearest_miss(self) -> None:
        """Who fails only one requirement is named with how far it is."""
        assert "only max_latency_ms 300 keeps out:\n  b/x: fails max_latency_ms: has 340, asked 300" in (
            self._decision().explain("near")
        )

    def test_nobody_feasible_raises_with_the_decision(self) -> None:
        """There is no silent fallback, and the error says what to look at."""
        shop = catalog({"a/x": offering()}, [measured("a/x", ttft_ms={"p50": "500"})])

        with pytest.raises(NoFeasibleOffering) as caught:
            capreg.resolve("tool_use", max_latency_ms=300, catalog=shop, as_of=AS_OF)

        assert "max_latency_ms 300 → 500 lets in a/x" in str(caught.value)
        assert len(caught.value.decision) == 0

    def test_an_empty_catalog_is_nobody_feasible(self) -> None:
        """No offerings at all is an answer too."""
        with pytest.raises(NoFeasibleOffering):
            capreg.resolve("tool_use", catalog=catalog({}), as_of=AS_OF)

    def test_a_candidate_says_what_it_runs_on_and_what_it_needs(self) -> None:
        """Backend with grade, lifecycle with the days left, keys and whether they are set."""
        shop = catalog(
            {"shop/one": offering(lifecycle={"status": "deprecated", "retires_on": "2026-12-02", "evidence": SEEN})},
            providers={"shop": provider(backend={"grade": "vendor_stated", "accelerators": ["chip-a"]})},
        )

        best = answer(shop).best

        assert best.backend == {"grade": "vendor_stated", "accelerators": ["chip-a"]}
        assert best.lifecycle == {"status": "deprecated", "retires_on": "2026-12-02", "retires_in_days": 10}
        assert (best.has_keys({}), best.has_keys({"PROVIDER_KEY": "x"})) == (False, True)

    def test_a_price_is_confirmed_by_two_families(self) -> None:
        """Two sources of one family are one vote, and one that says otherwise is none."""
        said = [{"source": s, "seen_on": "2026-09-30"} for s in ("list", "router")]
        disputed = [said[0], {**said[1], "says": {"input": "9"}}]
        shop = catalog({"a/x": offering(price(evidence=said)), "b/x": offering(price(evidence=disputed))})

        told = [candidate.price for candidate in answer(shop)]

        assert [price["confirmed"] for price in told if price is not None] == [True, False]

    @pytest.mark.parametrize(
        ("second", "contested"),
        [
            ({"source": "router", "seen_on": "2026-01-05", "says": {"input": "9"}}, True),
            ({"source": "router", "seen_on": "2025-11-02", "says": {"input": "9"}}, True),
            ({"source": "router", "seen_on": "2025-11-01", "says": {"input": "9"}}, False),
            ({"source": "router", "seen_on": "2026-01-05", "says": {"input": "1.005"}}, False),
            ({"source": "router", "seen_on": "2026-01-05", "says": {"image": "9"}}, False),
            ({"source": "copy", "seen_on": "2026-01-05", "says": {"input": "9"}}, False),
            ({"source": "page", "seen_on": "2026-01-05", "says": {"input": "9"}}, False),
            ({"source": "router", "seen_on": "2026-01-05"}, False),
        ],
        ids=["otherwise", "60 days before", "61 days before", "near", "no rate of it", "same family", "page", "agrees"],
    )
    def test_a_price_is_contested_where_another_family_says_otherwise(
        self, second: dict[str, Any], contested: bool
    ) -> None:
        """Of the same days, by more than half a percent; the entry was first seen on 2026-01-01."""
        said = [{"source": "list", "seen_on": "2026-01-01"}, second]
        sources = {name: source(name) for name in ("list", "router")}
        sources |= {"copy": source("list"), "page": source("page", kinds={"capability": "vendor_docs"})}
        decision = answer(catalog({"a/x": offering(price(evidence=said))}, sources=sources))

        assert decision.best.price is not None
        assert decision.best.price["contested"] is contested
        assert ("price contested" in str(decision)) is contested

    @pytest.mark.parametrize(
        ("second", "confirmed"),
        [
            ({"source": "router", "facts": ["input", "output"]}, True),
            ({"source": "router", "facts": ["input"]}, False),
            ({"source": "router", "says": {"input": "1.005"}}, True),
            ({"source": "router", "says": {"input": "1.006"}}, False),
            ({"source": "page"}, False),
        ],
        ids=["of every rate", "of one rate", "within half a percent", "beyond it", "by a page on capabilities"],
    )
    def test_all_of_a_price_is_confirmed_or_none(self, second: dict[str, Any], confirmed: bool) -> None:
        """Two families have to say each rate, and a source whose kinds of evidence are others has no vote."""
        said = [{"source": "list", "seen_on": "2026-09-30"}, {**second, "seen_on": "2026-09-30"}]
        sources = {name: source(name) for name in ("list", "router")}
        sources["page"] = source("page", kinds={"capability": "vendor_docs"})
        shop = catalog({"a/x": offering(price(evidence=said))}, sources=sources)

        told = answer(shop).best.price

        assert told is not None
        assert told["confirmed"] is confirmed
