"""Which measurement speaks, and what it proves."""

from __future__ import annotations

from typing import Any, ClassVar

import pytest

import capreg
from capreg import Candidate, NoFeasibleOffering, Policy, Workload
from tests.small import AS_OF, catalog, measured, offering

PASS, FAIL, UNKNOWN = "pass", "fail", "unknown"


def verdict(*measurements: dict[str, Any], facts: dict[str, Any] | None = None, **question: Any) -> str:
    """What becomes of the only offering under `question`."""
    shop = catalog({"shop/one": offering(**(facts or {}))}, [measured("shop/one", **m) for m in measurements])
    try:
        capreg.resolve("tool_use", catalog=shop, **{"as_of": AS_OF, **question})
    except NoFeasibleOffering as nobody:
        return FAIL if nobody.decision.excluded else UNKNOWN
    return PASS


def best(*measurements: dict[str, Any], **question: Any) -> Candidate:
    """The only offering, ranked."""
    shop = catalog({"shop/one": offering()}, [measured("shop/one", **m) for m in measurements])
    return capreg.resolve("tool_use", catalog=shop, **{"as_of": AS_OF, **question}).best


class TestPercentiles:
    ROW = {"ttft_ms": {"p50": "200", "p90": "400", "p99": "900"}}

    @pytest.mark.parametrize(
        ("percentile", "limit", "expected"),
        [
            ("p50", 200, PASS),
            ("p50", 199, FAIL),
            ("p90", 400, PASS),
            ("p90", 399, FAIL),
            ("p75", 400, PASS),
            ("p75", 300, UNKNOWN),
            ("p75", 199, FAIL),
            ("p95", 900, PASS),
            ("p95", 899, UNKNOWN),
            ("p95", 399, FAIL),
            ("p99", 900, PASS),
        ],
    )
    def test_only_a_slower_percentile_proves_and_only_a_faster_one_disproves(
        self, percentile: str, limit: int, expected: str
    ) -> None:
        """A p50 is never passed off as a p95: between what is proven and disproven it is unknown."""
        assert expected == verdict(self.ROW, max_latency_ms=limit, percentile=percentile)

    def test_a_fast_tail_satisfies_no_bound(self) -> None:
        """A router's p90 above its p50 says nothing about slow requests."""
        row = {"output_tps": {"p50": "50"}, "fast_output_tps": {"p90": "500"}, "rate_basis": "decode"}

        assert verdict(row, min_output_tps=40, percentile="p90") == UNKNOWN
        assert verdict(row, min_output_tps=60, percentile="p90") == FAIL

    def test_percentiles_of_two_rows_are_not_joined(self) -> None:
        """A p90 of another day does not prove what the chosen row leaves open."""
        newer = {"measured_on": "2026-06-01", "ttft_ms": {"p50": "200"}}
        older = {"measured_on": "2026-05-01", "ttft_ms": {"p90": "250"}}

        assert verdict(newer, older, max_latency_ms=250, percentile="p90") == PASS
        assert verdict(newer, max_latency_ms=250, percentile="p90") == UNKNOWN
        assert verdict(newer, older, max_latency_ms=225, percentile="p75") == UNKNOWN


class TestChoice:
    def test_own_kind_before_newer(self) -> None:
        """A more trusted kind wins over a newer day."""
        independent = {"kind": "independent_measurement", "measured_on": "2026-04-01", "ttft_ms": {"p50": "100"}}
        router = {"measured_on": "2026-10-01", "ttft_ms": {"p50": "300"}}

        assert best(independent, router).ttft_ms == 100

    def test_newest_then_larger_sample_then_source(self) -> None:
        """Within one kind the newest counts, then the larger n, then the source's id."""
        row = {"measured_on": "2026-10-01"}
        assert best({"ttft_ms": {"p50": "1"}}, {**row, "ttft_ms": {"p50": "2"}}).ttft_ms == 2
        assert best({**row, "n": 5, "ttft_ms": {"p50": "2"}}, {**row, "n": 6, "ttft_ms": {"p50": "3"}}).ttft_ms == 3
        assert (
            best(
                {**row, "source": "router", "ttft_ms": {"p50": "3"}}, {**row, "source": "list", "ttft_ms": {"p50": "4"}}
            ).ttft_ms
            == 4
        )

    def test_a_measurement_of_the_future_does_not_exist_yet(self) -> None:
        """What was measured after the instant is unknown at it."""
        row = {"ttft_ms": {"p50": "100"}}

        assert verdict(row, max_latency_ms=300, as_of="2026-05-17") == UNKNOWN
        assert verdict(row, max_latency_ms=300, as_of="2026-05-18") == PASS

    @pytest.mark.parametrize(("day", "stale"), [("2025-11-22", False), ("2025-11-21", True)])
    def test_older_than_a_year_is_stale_and_still_counts(self, day: str, stale: bool) -> None:
        """A figure of 366 days is flagged, not dropped."""
        assert stale == best({"measured_on": day, "ttft_ms": {"p50": "100"}}).measurements["ttft_ms"]["stale"]

    def test_a_fresh_router_figure_comes_before_a_stale_trusted_one(self) -> None:
        """Trust does not outweigh a year."""
        old = {"kind": "independent_measurement", "measured_on": "2024-01-01", "ttft_ms": {"p50": "100"}}

        assert best(old, {"ttft_ms": {"p50": "300"}}).ttft_ms == 300

    @pytest.mark.parametrize("kind", ["vendor_claim", "inferred", "announced"])
    def test_a_claim_neither_satisfies_a_bound_nor_ranks(self, kind: str) -> None:
        """What a vendor claims is kept, and counts for nothing."""
        row = {"kind": kind, "ttft_ms": {"p50": "1"}}

        assert verdict(row, max_latency_ms=300) == UNKNOWN
        assert verdict(row, rank_by="latency") == UNKNOWN

    def test_a_policy_on_age_leaves_older_figures_out(self) -> None:
        """188 days pass a policy of 188 days and not one of 187."""
        row = {"ttft_ms": {"p50": "100"}}

        assert verdict(row, max_latency_ms=300, policy=Policy(max_measurement_age_days=188)) == PASS
        assert verdict(row, max_latency_ms=300, policy=Policy(max_measurement_age_days=187)) == UNKNOWN

    def test_speed_belongs_to_the_tier_it_was_measured_in(self) -> None:
        """A standard figure says nothing of the priority tier."""
        shop = catalog(
            {"shop/one": offering(*(dict(p) for p in [*_two_tiers()]))},
            [measured("shop/one", ttft_ms={"p50": "100"})],
        )

        with pytest.raises(NoFeasibleOffering):
            capreg.resolve(
                "tool_use", max_latency_ms=300, workload=Workload(service_tier="priority"), catalog=shop, as_of=AS_OF
            )


def _two_tiers() -> list[dict[str, Any]]:
    entry = {"starts_on": "2026-01-01", "basis": "observed", "input": "1", "output": "2", "evidence": []}
    return [entry, {**entry, "tier": "priority"}]


class TestConditions:
    @pytest.mark.parametrize(
        ("stated", "expected"), [(1000, PASS), (999, UNKNOWN), (4000, PASS), (4001, UNKNOWN), (None, PASS)]
    )
    def test_stated_lengths_must_be_within_a_factor_of_two(self, stated: int | None, expected: str) -> None:
        """Against 2,000 input tokens, 1,000 to 4,000 are comparable; unstated ones pass."""
        lengths = {} if stated is None else {"input_tokens": stated}

        assert expected == verdict({"ttft_ms": {"p50": "100"}, **lengths}, max_latency_ms=300)

    def test_the_choice_does_not_depend_on_the_request(self) -> None:
        """A figure of other lengths is not replaced by a less trusted one that fits better."""
        trusted = {"kind": "independent_measurement", "input_tokens": 100_000, "ttft_ms": {"p50": "9000"}}

        assert verdict(trusted, {"ttft_ms": {"p50": "100"}}, max_latency_ms=300) == UNKNOWN


class TestRates:
    def test_a_decode_rate_proves_and_disproves(self) -> None:
        """A rate of tokens after the first is what is asked for."""
        row = {"output_tps": {"p50": "100"}, "rate_basis": "decode"}

        assert verdict(row, min_output_tps=100) == PASS
        assert verdict(row, min_output_tps=101) == FAIL

    @pytest.mark.parametrize("basis", ["end_to_end", "unstated"])
    def test_a_rate_that_may_include_the_first_token_is_a_lower_limit(self, basis: str) -> None:
        """The decode rate is at least as high: it can prove the bound and cannot break it."""
        row = {"output_tps": {"p50": "100"}, "rate_basis": basis}

        assert verdict(row, min_output_tps=100) == PASS
        assert verdict(row, min_output_tps=101) == UNKNOWN
        assert best(row).output_tps_is_lower_limit


class TestTheSlowestOfSeveralHosts:
    ROW: ClassVar[dict[str, Any]] = {
        "ttft_ms": {"p50": "100", "p90": "400"},
        "output_tps": {"p50": "100"},
        "rate_basis": "decode",
        "slowest_of": 3,
    }

    @pytest.mark.parametrize(("percentile", "limit", "expected"), [
        ("p50", 100, PASS), ("p50", 99, UNKNOWN), ("p75", 400, PASS), ("p75", 399, UNKNOWN), ("p90", 50, UNKNOWN),
    ])  # fmt: skip
    def test_a_time_can_prove_a_bound_and_not_break_it(self, percentile: str, limit: int, expected: str) -> None:
        """A call may have gone to a faster host."""
        assert expected == verdict(self.ROW, max_latency_ms=limit, percentile=percentile)

    @pytest.mark.parametrize(("least", "expected"), [(100, PASS), (101, UNKNOWN)])
    def test_a_rate_can_prove_a_bound_and_not_break_it(self, least: int, expected: str) -> None:
        """Even a rate of tokens after the first is a lower limit here."""
        assert expected == verdict(self.ROW, min_output_tps=least)

    @pytest.mark.parametrize(("limit", "expected"), [(3090, PASS), (3089, UNKNOWN), (99, UNKNOWN)])
    def test_the_end_is_an_upper_limit(self, limit: int, expected: str) -> None:
        """Not even the TTFT alone breaks it."""
        assert expected == verdict(self.ROW, max_e2e_ms=limit)

    @pytest.mark.parametrize(("limit", "expected"), [(2000, PASS), (1999, UNKNOWN)])
    def test_a_measured_end_is_an_upper_limit_too(self, limit: int, expected: str) -> None:
        """So is every time of such a row."""
        assert expected == verdict({**self.ROW, "e2e_ms": {"p50": "2000"}}, max_e2e_ms=limit)

    def test_a_candidate_says_that_its_figures_are_limits(self) -> None:
        """They are shown, and ranked by, as they are."""
        found = best(self.ROW)

        assert (found.ttft_ms, found.e2e_ms, found.output_tps) == (100, 3090, 100)
        assert found.ttft_is_upper_limit
        assert found.e2e_is_upper_limit
        assert found.output_tps_is_lower_limit
        assert found.measurements["ttft_ms"]["slowest_of"] == 3

    def test_a_host_of_its_own_has_exact_figures(self) -> None:
        """Without `slowest_of`, the figures are the offering's."""
        assert not best({key: value for key, value in self.ROW.items() if key != "slowest_of"}).ttft_is_upper_limit

    def test_limits_are_no_ground_for_an_estimate(self) -> None:
        """What the slowest host does says little of the call's own time."""
        assert verdict(self.ROW, unknown="estimate", max_e2e_ms=9000, percentile="p90") == UNKNOWN


class TestEndToEnd:
    ROW = {"ttft_ms": {"p50": "100"}, "output_tps": {"p50": "100"}, "rate_basis": "decode"}

    def test_is_ttft_plus_the_tokens_after_the_first(self) -> None:
        """100 ms and 299 more tokens at 100 a second are 3,090 ms."""
        assert best(self.ROW).e2e_ms == 3090

    @pytest.mark.parametrize(("limit", "expected"), [(3090, PASS), (3089, FAIL)])
    def test_bounds_are_exact(self, limit: int, expected: str) -> None:
        """The bound holds at equality."""
        assert expected == verdict(self.ROW, max_e2e_ms=limit)

    @pytest.mark.parametrize(("limit", "expected"), [(3090, PASS), (3089, UNKNOWN), (99, FAIL)])
    def test_a_rate_that_may_include_ttft_gives_an_upper_limit(self, limit: int, expected: str) -> None:
        """TTFT may be counted twice: the sum can prove the bound; only TTFT alone can break it."""
        assert expected == verdict({**self.ROW, "rate_basis": "unstated"}, max_e2e_ms=limit)

    def test_ttft_and_rate_of_two_rows_are_never_added(self) -> None:
        """Parts that were not seen together are no whole."""
        assert verdict({"ttft_ms": {"p50": "1"}}, {"output_tps": {"p50": "1000"}}, max_e2e_ms=9000) == UNKNOWN

    def test_a_measured_time_comes_before_a_sum(self) -> None:
        """What was seen end to end is taken as it is."""
        assert best({**self.ROW, "e2e_ms": {"p50": "2000"}}).e2e_ms == 2000

    def test_above_the_median_a_sum_would_be_an_estimate(self) -> None:
        """Percentiles do not add up, so above p50 the sum is unknown."""
        row = {"ttft_ms": {"p90": "100"}, "output_tps": {"p90": "100"}, "rate_basis": "decode"}

        assert verdict(row, max_e2e_ms=90_000, percentile="p90") == UNKNOWN

    def test_who_always_reasons_is_unknown_until_it_is_stated(self) -> None:
        """Thinking takes time that nobody stated."""
        always = {"capabilities": {"tool_use": {"at_least": 1}, "reasoning": {"at_least": 1}}}
        priced = {"max_e2e_ms": 20_000, "rank_by": "latency"}

        assert verdict(self.ROW, facts=always, **priced) == UNKNOWN
        stated = Workload(reasoning_tokens=1000)
        assert verdict(self.ROW, facts=always, workload=stated, max_e2e_ms=13_090) == PASS
        assert verdict(self.ROW, facts=always, workload=stated, max_e2e_ms=13_089) == FAIL


class TestFirstAnswer:
    def test_equals_ttft_where_nothing_is_thought(self) -> None:
        """Without reasoning the first token is the answer's."""
        assert verdict({"ttft_ms": {"p50": "100"}}, max_first_answer_ms=100) == PASS
        assert verdict({"ttft_ms": {"p50": "100"}}, max_first_answer_ms=99) == FAIL

    def test_is_unknown_where_thinking_comes_first(self) -> None:
        """The first streamed token may be a thought."""
        thinks = {"capabilities": {"tool_use": {"at_least": 1}, "reasoning": {"at_least": 1}}}
        stated = Workload(reasoning_tokens=500)

        assert verdict({"ttft_ms": {"p50": "1"}}, facts=thinks, workload=stated, max_first_answer_ms=900) == UNKNOWN

    def test_a_measured_one_counts(self) -> None:
        """Where it was measured, it is taken as it is."""
        row = {"ttft_ms": {"p50": "100"}, "first_answer_ms": {"p50": "700"}}

        assert verdict(row, max_first_answer_ms=699) == FAIL
