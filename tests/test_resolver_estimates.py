"""What stands in for a time that nobody measured: whom it lets in, how it is shown, how wrong it was."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

import capreg
from benchmarks.estimates import worked_out
from capreg import NoFeasibleOffering, Policy, Workload, errors
from capreg.resolver.held_out import HELD_OUT
from tests.small import AS_OF, catalog, measured, offering

PAGE = Path(__file__).parents[1] / "docs" / "explanation" / "estimates.md"
USUAL: dict[str, Any] = {"ttft_ms": {"p50": "200", "p90": "400"}, "output_tps": {"p50": "100"}, "rate_basis": "decode"}
WORK = Workload(input_tokens=1000, output_tokens=301)
P90: dict[str, Any] = {"max_e2e_ms": 3400, "percentile": "p90", "workload": WORK, "unknown": "estimate"}


def answer(*measurements: dict[str, Any], facts: dict[str, Any] | None = None, **question: Any) -> capreg.Decision:
    """The answer about one offering."""
    shop = catalog({"shop/one": offering(**(facts or {}))}, [measured("shop/one", **m) for m in measurements])
    return capreg.resolve("tool_use", catalog=shop, as_of=AS_OF, **question)


def is_nobody(*measurements: dict[str, Any], facts: dict[str, Any] | None = None, **question: Any) -> bool:
    """Whether the one offering is not let in, and excluded by nothing."""
    try:
        answer(*measurements, facts=facts, **question)
    except NoFeasibleOffering as nobody:
        return not nobody.decision.excluded
    return False


class TestEndToEnd:
    def test_by_hand(self) -> None:
        """400 ms at p90 and 300 tokens after the first at 100 a second are 3,400 ms."""
        best = answer(USUAL, **P90).best

        assert best.estimates["e2e_ms"] == {
            "value": 3400.0,
            "percentile": "p90",
            "estimator": "tokens_after_ttft",
            "measurement": best.estimates["e2e_ms"]["measurement"],
            "held_out": HELD_OUT["decode", 90]._asdict(),
        }
        assert (best.proven, best.e2e_ms) == (False, None)

    def test_a_bound_just_below_it_lets_nobody_in(self) -> None:
        """The estimate must meet the bound."""
        assert is_nobody(USUAL, **{**P90, "max_e2e_ms": 3399})

    def test_a_higher_percentile_of_ttft_stands_in_for_a_lacking_one(self) -> None:
        """At p75 the p90 is the nearest on the slow side."""
        assert answer(USUAL, **{**P90, "percentile": "p75"}).best.estimates["e2e_ms"]["value"] == 3400

    def test_a_lower_one_does_not(self) -> None:
        """A p90 says nothing of a p95."""
        assert is_nobody(USUAL, **{**P90, "percentile": "p95"})

    def test_what_was_measured_is_not_estimated(self) -> None:
        """A measured end to end at p50 leaves the p90 unknown: nobody overrules it with a guess."""
        assert is_nobody({**USUAL, "e2e_ms": {"p50": "3000"}}, **P90)

    def test_what_is_known_to_fail_stays_out(self) -> None:
        """A TTFT beyond the bound disproves it, whatever an estimate would say."""
        with pytest.raises(NoFeasibleOffering) as nobody:
            answer(USUAL, **{**P90, "max_e2e_ms": 190, "percentile": "p50"})
        assert [one.offering for one in nobody.value.decision.excluded] == ["shop/one"]

    def test_reasoning_that_nobody_stated_is_not_guessed(self) -> None:
        """How long it thinks decides the end; without it there is no estimate."""
        facts = {"capabilities": {"tool_use": {"at_least": 2}, "reasoning": {"at_least": 1}}}

        assert is_nobody(USUAL, facts=facts, **P90)

    def test_other_lengths_are_not_stretched(self) -> None:
        """A measurement at ten times the output does not speak for this call."""
        assert is_nobody({**USUAL, "input_tokens": 1000, "output_tokens": 3000}, **P90)

    def test_none_without_being_asked(self) -> None:
        """By default, and with include, an answer has no estimates."""
        assert answer(USUAL, **{**P90, "unknown": "include"}).best.estimates == {}
        assert is_nobody(USUAL, **{**P90, "unknown": "exclude"})


class TestFirstAnswer:
    FACTS: dict[str, Any] = {"capabilities": {"tool_use": {"at_least": 2}, "reasoning": {"at_least": 1}}}
    QUESTION: dict[str, Any] = {
        "unknown": "estimate",
        "workload": Workload(input_tokens=1000, output_tokens=300, reasoning_tokens=500),
    }

    def test_by_hand(self) -> None:
        """200 ms and 500 tokens of reasoning at 100 a second are 5,200 ms."""
        best = answer(USUAL, facts=self.FACTS, max_first_answer_ms=5200, **self.QUESTION).best

        assert best.estimates["first_answer_ms"]["value"] == 5200
        assert best.estimates["first_answer_ms"]["estimator"] == "reasoning_after_ttft"

    def test_too_slow(self) -> None:
        """One millisecond less, and nobody is let in."""
        assert is_nobody(USUAL, facts=self.FACTS, max_first_answer_ms=5199, **self.QUESTION)


class TestOrder:
    def shop(self) -> Any:
        """A dear one that is proven, and two cheap ones of which one can be estimated."""
        from tests.small import price

        offerings = {
            "shop/proven": offering(price("9", "9")),
            "shop/guess": offering(price("1", "1")),
            "shop/unmeasured": offering(price("1", "1")),
        }
        rows = [
            measured("shop/proven", e2e_ms={"p90": "3000"}, ttft_ms={"p90": "100"}),
            measured("shop/guess", **USUAL),
        ]
        return catalog(offerings, rows)

    def test_behind_the_proven(self) -> None:
        """However cheap: who is estimated comes after who is proven, and stays listed as unknown."""
        decision = capreg.resolve("tool_use", catalog=self.shop(), as_of=AS_OF, **P90)

        assert [(one.offering, one.proven) for one in decision] == [("shop/proven", True), ("shop/guess", False)]
        assert {one.offering for one in decision.unknown} == {"shop/guess", "shop/unmeasured"}

    def test_ranked_by_the_estimate(self) -> None:
        """Where the end to end is the rank key, its estimate is what is compared."""
        question = {**P90, "rank_by": "e2e", "max_e2e_ms": None}
        decision = capreg.resolve("tool_use", catalog=self.shop(), as_of=AS_OF, **question)

        assert [one.offering for one in decision] == ["shop/proven", "shop/guess"]

    def test_never_under_a_policy(self) -> None:
        """A fact that a policy asks for has no estimate."""
        policy = Policy(allow_accelerators={"chip-a"})

        assert is_nobody(USUAL, **P90, policy=policy)


class TestShown:
    def test_in_json(self) -> None:
        """The whole of it is there, beside the null that is the truth."""
        row = json.loads(answer(USUAL, **P90).to_json())["ranking"][0]

        assert row["e2e_ms"] is None
        assert row["estimates"]["e2e_ms"]["value"] == 3400

    def test_in_a_table(self) -> None:
        """Marked as what it is."""
        assert "~3,400" in str(answer(USUAL, **P90))

    def test_a_word_that_is_none_of_the_three(self) -> None:
        """The error names all three."""
        with pytest.raises(errors.InvalidArgument, match="estimate"):
            answer(USUAL, **{**P90, "unknown": "guess"})


class TestHeldOut:
    def test_the_errors_shown_are_those_worked_out(self) -> None:
        """Nobody writes a friendlier number into the code."""
        assert worked_out() == HELD_OUT

    def test_the_page_shows_them(self) -> None:
        """Line by line."""
        rows = re.findall(
            r"^\| (\w+) \| p(\d+) \| (\d+) % \| (\d+) % \| (\d+) % \|$", PAGE.read_text("utf-8"), re.MULTILINE
        )

        found = {(basis, int(p)): tuple(map(int, errors)) for basis, p, *errors in rows}
        assert found == {key: one[1:] for key, one in HELD_OUT.items()}
