"""Quality: which estimate speaks for a row, what floors say of it, and what others offer instead of the best."""

from __future__ import annotations

from typing import Any

import pytest

import capreg
from capreg.errors import InvalidArgument, UnknownName
from capreg.resolver.explain import alternatives
from capreg.resolver.question import plain
from capreg.testing import catalog, offering, quality

DAY = "2026-11-22"
SHOP = catalog(
    offering("a/small", model="l/small", price=("0.1", "0.4"), ttft=100, tools=True, reasoning="optional"),
    offering("b/large", model="l/large", price=("1", "4"), ttft=400, tools=True, vision=True),
    offering("b/blur", model="l/blur", price=("0.2", "0.8"), ttft=300, tools=True, vision=False),
    offering("c/none", model="l/none", price=("0.05", "0.8"), ttft=300, tools=True),
    offering("d/thinker", model="l/thinker", price=("2", "8"), ttft=900, tools=True, reasoning="always"),
    qualities=[
        quality("l/small", "tool_use", 60, effort="off"),
        quality("l/small", "tool_use", 80, effort="high"),
        quality("l/small", "tool_use", 72, effort="low"),
        quality("l/large", "tool_use", 82),
        quality("l/large", "vision", 50),
        quality("l/blur", "tool_use", 70, within=(60, 80)),
        quality("l/blur", "vision", 50),
        quality("l/thinker", "tool_use", 90, effort="high", provisional=True),
    ],
)
THINKS = capreg.Workload(reasoning_tokens=200)


def ask(requires: Any = "tool_use", **asked: Any) -> capreg.Decision:
    """The decision, whether or not anybody passes."""
    try:
        return capreg.resolve(requires, catalog=SHOP, as_of=DAY, **asked)
    except capreg.NoFeasibleOffering as nobody:
        return nobody.decision


def names(decision: capreg.Decision) -> list[str]:
    """Who ranks, in order."""
    return [candidate.offering for candidate in decision]


def why(decision: capreg.Decision, name: str) -> tuple[list[tuple[str, Any]], list[tuple[str, str | None]]]:
    """What `name` fails and has, and what it lacks and why."""
    entry = next(entry for entry in (*decision.excluded, *decision.unknown) if entry.offering == name)
    return (
        [(reason.requirement, reason.actual) for reason in entry.failed],
        [(reason.requirement, reason.why) for reason in entry.missing],
    )


class TestFloors:
    def test_the_lower_end_must_clear_it(self) -> None:
        """82 between 77 and 87 clears 70; 70 between 60 and 80 is unknown; 60 up to 65 fails."""
        found = ask(min_quality=70)
        assert names(found) == ["b/large"]
        assert why(found, "a/small") == ([("min_quality:tool_use", "55")], [])
        assert why(found, "b/blur") == (
            [],
            [("min_quality:tool_use", "its interval reaches both sides of the floor")],
        )
        assert why(found, "c/none") == ([], [("min_quality:tool_use", "its model has no estimate for tool_use")])

    def test_a_floor_is_met_exactly(self) -> None:
        """The lower end itself is enough, and a thousandth more is not."""
        assert names(ask(min_quality="77")) == ["b/large"]
        assert names(ask(min_quality="77.001")) == []

    def test_one_for_each_capability(self) -> None:
        """Also for one that is not required: who cannot see at all fails it, whatever was scored."""
        found = ask(min_quality={"tool_use": 50, "vision": 40})
        assert names(found) == ["b/large"]
        assert why(found, "b/blur")[0] == [("min_quality:vision", "no vision")]

    def test_half_a_step_behind_another(self) -> None:
        """Three points behind 82 is 79: the estimates count, and the model itself always passes."""
        assert names(ask(min_quality=capreg.like("l/large"))) == ["b/large"]
        assert names(ask(min_quality=capreg.like("l/large", within=12))) == ["b/blur", "b/large"]
        assert why(ask(min_quality=capreg.like("l/large", within=3)), "b/blur")[1][0][0] == "min_estimate:tool_use"

    def test_the_reference_is_taken_at_its_best_or_at_the_effort_named(self) -> None:
        """80 at high by default; 60 with its reasoning off."""
        assert names(ask(min_quality=capreg.like("l/small"), rank_by="quality")) == ["b/large"]
        off = capreg.like("l/small", effort="off")
        assert names(ask(min_quality=off, rank_by="quality")) == ["b/large", "b/blur", "a/small"]

    def test_a_relaxation_is_the_lower_end_that_is_nearest(self) -> None:
        """From 70 to 60 lets in the one whose interval begins there."""
        (relaxation,) = ask(min_quality=70).relaxations
        assert [tuple(change) for change in relaxation.changes] == [("min_quality:tool_use", "70", "60")]
        assert relaxation.admits == ("b/blur",)

    @pytest.mark.parametrize(
        ("asked", "where"),
        [
            ({"min_quality": 0}, "min_quality"),
            ({"min_quality": 100.5}, "min_quality"),
            ({"min_quality": True}, "min_quality"),
            ({"min_quality": "high"}, "min_quality"),
            ({"min_quality": {"tool_use": 0}}, "min_quality['tool_use']"),
            ({"min_quality": capreg.like("l/none")}, "min_quality like"),
            ({"min_quality": capreg.like("l/thinker")}, "min_quality like"),
            ({"min_quality": capreg.like("l/large", within=-1)}, "min_quality within"),
            ({"min_quality": capreg.like("l/large", effort="huge")}, "min_quality effort"),  # type: ignore[arg-type]
            ({"requires": "reasoning", "min_quality": 50}, "min_quality"),
            ({"requires": "reasoning", "rank_by": "quality"}, "rank_by"),
            ({"rank_by": ("quality", 101)}, "rank_by quality"),
            ({"effort": "high"}, "effort"),
            ({"effort": "huge", "workload": THINKS}, "effort"),
            ({"effort": "off", "workload": THINKS}, "effort"),
        ],
    )
    def test_what_cannot_be_meant_is_refused(self, asked: dict[str, Any], where: str) -> None:
        """With the argument's name."""
        with pytest.raises(InvalidArgument) as refused:
            ask(**asked)
        assert refused.value.where == where

    def test_names_that_nothing_has_are_refused(self) -> None:
        """A capability that nobody rated, and a model that is not there."""
        with pytest.raises(UnknownName, match="capability that can be rated 'pdf_input'"):
            ask(min_quality={"pdf_input": 50})
        with pytest.raises(UnknownName, match="unknown model 'l/nobody'"):
            ask(min_quality=capreg.like("l/nobody"))


class TestEffort:
    def test_reasoning_left_off_never_borrows_a_score_of_thought(self) -> None:
        """The run without thought is worth 60, whatever the others were."""
        (small,) = [c for c in ask() if c.offering == "a/small"]
        assert small.quality["tool_use"]["estimate"] == "60"
        assert small.quality["tool_use"]["efforts"] == ["off"]

    def test_whoever_cannot_think_borrows_from_no_model_that_can(self) -> None:
        """Of two that never reason, the one whose model can think has no estimate: the unstated one may be thought."""
        found = capreg.resolve(
            "tool_use",
            catalog=catalog(
                offering("a/plain", model="l/plain", price=("1", "4"), tools=True, reasoning="never"),
                offering("a/hybrid", model="l/hybrid", price=("1", "4"), tools=True, reasoning="never"),
                qualities=[quality("l/plain", "tool_use", 70), quality("l/hybrid", "tool_use", 90, thinks=True)],
            ),
            as_of=DAY,
            rank_by="cost",
        )
        assert {c.offering: c.quality.get("tool_use", {}).get("estimate") for c in found} == {
            "a/plain": "70",
            "a/hybrid": None,
        }

    def test_who_would_clear_the_floor_by_thinking_is_told(self) -> None:
        """a/small is worth 67 to 85 with thought and 60 without; the one that always thinks is provisional."""
        found = ask(min_quality=66)
        assert found.clear_while_thinking == ("a/small",)
        assert (
            "a/small clears the floor of quality when it reasons: state reasoning_tokens to ask for that"
            in found.explain()
        )
        assert ask(min_quality=68).clear_while_thinking == ()
        assert ask(min_quality=66, workload=THINKS).clear_while_thinking == ()
        assert ask().clear_while_thinking == ()

    def test_it_is_the_first_hint_where_nobody_passes(self) -> None:
        """Before the nearest change of a bound."""
        with pytest.raises(capreg.NoFeasibleOffering) as nobody:
            capreg.resolve("tool_use", catalog=SHOP, as_of=DAY, min_quality=66, max_cost_usd="0.0004")
        assert str(nobody.value.hint).startswith("a/small clears the floor of quality when")

    def test_an_effort_that_is_not_said_is_the_least_of_those_that_think(self) -> None:
        """72 to 80 at low and high: 72, between the lowest and the highest end."""
        (small,) = [c for c in ask(workload=THINKS) if c.offering == "a/small"]
        told = small.quality["tool_use"]
        assert (told["estimate"], told["low"], told["high"], told["efforts"]) == ("72", "67", "85", ["high", "low"])

    def test_an_unstated_estimate_speaks_for_all_efforts_unless_one_is_asked(self) -> None:
        """It rests on their scores too: 85 at high with hardly any evidence takes nothing from it."""
        shop = catalog(
            offering("a/one", model="l/one", price=("1", "4"), tools=True, reasoning="always"),
            qualities=[
                quality("l/one", "tool_use", 70),
                quality("l/one", "tool_use", 60, within=(20, 90), effort="high"),
            ],
        )
        asked: dict[str, Any] = {"catalog": shop, "as_of": DAY, "workload": THINKS, "rank_by": "quality"}
        (whole,) = capreg.resolve("tool_use", **asked)
        (high,) = capreg.resolve("tool_use", effort="high", **asked)
        assert [c.quality["tool_use"]["estimate"] for c in (whole, high)] == ["70", "60"]
        assert names(capreg.resolve("tool_use", min_quality=capreg.like("l/one"), **asked)) == ["a/one"]

    def test_the_effort_that_is_asked_speaks_alone(self) -> None:
        """80 at high; a model that never thinks keeps its own."""
        found = {
            c.offering: c.quality["tool_use"]["estimate"] for c in ask(workload=THINKS, effort="high") if c.quality
        }
        assert found == {"a/small": "80", "b/blur": "70", "b/large": "82"}

    def test_an_effort_that_nobody_scored_is_unknown(self) -> None:
        """And says so."""
        found = ask(workload=THINKS, effort="max", rank_by="quality")
        assert why(found, "a/small")[1] == [
            ("rank_by:quality", "no estimate for tool_use is of the effort that it runs at")
        ]

    def test_a_provisional_one_counts_only_when_it_is_let_in(self) -> None:
        """By the policy; then it is marked."""
        assert why(ask(workload=THINKS, min_quality=50), "d/thinker")[1] == [
            ("min_quality:tool_use", "its estimate is provisional")
        ]
        found = ask(workload=THINKS, min_quality=80, policy=capreg.Policy(provisional=True))
        assert names(found) == ["d/thinker"]
        assert found.best.quality["tool_use"]["status"] == "provisional"


class TestAnswer:
    def test_ranked_by_quality(self) -> None:
        """Best first; a band of points makes near ones equal, and cost decides among them."""
        assert names(ask(rank_by="quality")) == ["b/large", "b/blur", "a/small"]
        assert names(ask(rank_by=[("quality", 12), "cost"])) == ["b/blur", "b/large", "a/small"]
        assert names(ask(rank_by=[("quality", 11.999), "cost"])) == ["b/large", "a/small", "b/blur"]

    def test_of_several_capabilities_the_least_counts(self) -> None:
        """82 and 50 are worth 50."""
        assert names(ask(["tool_use", "vision"], rank_by="quality")) == ["b/large"]

    def test_what_is_behind_an_estimate_is_told(self) -> None:
        """With its interval and the record."""
        assert ask(min_quality=70).best.quality == {
            "tool_use": {
                "estimate": "82",
                "low": "77",
                "high": "87",
                "efforts": [None],
                "status": "published",
                "benchmarks": 3,
                "sources": 2,
                "scores": 4,
                "records": ["l/large/unstated/tool_use"],
                "inherited": True,
            }
        }

    def test_trade_offs_say_what_is_given_up_for_what(self) -> None:
        """Against the best by quality: cheaper and sooner, and whether the intervals tell them apart."""
        told = [one.to_dict() for one in ask(rank_by="quality").tradeoffs()]
        assert told == [
            {
                "offering": "a/small",
                "cost_ratio": "0.1",
                "ttft_difference_ms": -300,
                "quality": {"tool_use": {"points": "-22", "distinguishable": True}},
            },
            {
                "offering": "b/blur",
                "cost_ratio": "0.2",
                "ttft_difference_ms": -100,
                "quality": {"tool_use": {"points": "-12", "distinguishable": False}},
            },
        ]

    def test_a_trade_off_in_words(self) -> None:
        """As the command line has it."""
        from capreg.resolver.tradeoffs import tradeoff_words

        assert [tradeoff_words(one) for one in ask(rank_by="quality").tradeoffs()] == [
            "a/small: 10.0× cheaper, first token 300 ms sooner, 22.0 points behind in tool_use",
            "b/blur: 5.0× cheaper, first token 100 ms sooner, 12.0 points behind in tool_use: not distinguishable",
        ]

    def test_who_gives_and_takes_nothing_is_not_told_of(self) -> None:
        """One model is sold at one price by several; as trade-offs they are all there, in words each kind once."""
        large: dict[str, Any] = {"price": ("1", "4"), "ttft": 400, "tools": True}
        small: dict[str, Any] = {"price": ("0.1", "0.4"), "ttft": 100, "tools": True}
        shop = catalog(
            *(offering(f"{host}/large", model="l/large", **large) for host in ("a", "b", "c")),
            *(offering(f"{host}/small", model="l/small", **small) for host in ("a", "b")),
            qualities=[quality("l/large", "tool_use", 80), quality("l/small", "tool_use", 50)],
        )
        decision = capreg.resolve("tool_use", rank_by="quality", catalog=shop, as_of=DAY)

        assert [one.candidate.offering for one in decision.tradeoffs()] == ["a/small", "b/small", "b/large", "c/large"]
        told = [line for line in alternatives(decision) if line.startswith("instead: ")]
        assert told == ["instead: a/small: 10.0× cheaper, first token 300 ms sooner, 30.0 points behind in tool_use"]

    def test_an_effort_that_no_estimate_is_of_is_said_to_be_one(self) -> None:
        """The hint names the efforts that there are; letting in who is unknown would prove nothing."""
        with pytest.raises(capreg.NoFeasibleOffering) as nobody:
            capreg.resolve("tool_use", min_quality=85, effort="max", workload=THINKS, catalog=SHOP, as_of=DAY)

        assert (nobody.value.hint or "").startswith(
            "no estimate for tool_use is of a run at effort max: leave the effort out or ask for one of off, low, high"
        )

    def test_the_question_says_its_floors(self) -> None:
        """So that nobody has to guess which end of the interval is meant."""
        said = ask(min_quality=70, rank_by=[("quality", 3), "cost"]).interpretation
        assert "quality in tool_use ≥ 70 at the lower end" in said
        assert "ranked by quality within 3 points, then cost a call" in said

    def test_the_same_question_is_answered_from_what_is_kept(self) -> None:
        """Floors are part of what is kept; another floor is another answer."""
        first, again = (ask(min_quality={"tool_use": 50}) for _ in range(2))
        assert first.id == again.id
        assert names(ask(min_quality={"tool_use": 65})) == ["b/large"]
        assert names(ask()) != names(ask(min_quality=65))


class TestTable:
    def test_quality_has_a_column_where_it_is_asked(self) -> None:
        """As text and as HTML: the estimate and its interval; a question that does not ask for it has none."""
        asked = ask(min_quality=70)
        plain = ask()
        assert "82 (77–87)" in str(asked)
        assert '<td style="text-align:right">82 (77–87)</td>' in asked._repr_html_()
        assert "(55–65)" not in str(plain)


class TestSkills:
    """A skill's floors of quality hold as if the caller had said them."""

    @staticmethod
    def _with(**floors: int) -> capreg.Catalog:
        """The shop with a skill that sees, and sets `floors`."""
        documents = {kind: dict(SHOP.documents(kind)) for kind in SHOP}
        documents["skills"]["look"] = {
            "name": "Look",
            "definition": "Look and act.",
            "requires": ["tool_use"],
            "workload": {"input_tokens": 500, "output_tokens": 50},
            "floors": {"min_quality": floors},
        }
        return capreg.Catalog("2026.11.22", documents)

    @pytest.mark.parametrize("said", [None, 40, {"tool_use": 80}, {"vision": 20}, {"tool_use": 50, "vision": 48}])
    @pytest.mark.parametrize("floors", [{"tool_use": 60}, {"vision": 45}, {"tool_use": 56, "vision": 46}])
    def test_the_higher_of_two_counts(self, said: Any, floors: dict[str, int]) -> None:
        """The skill is its requirement, its call and the greater floor of each capability, written out."""
        shop = self._with(**floors)
        own = {"tool_use": said} if isinstance(said, int) else said or {}
        both = {name: max(own.get(name, 0), floors.get(name, 0)) for name in {*own, *floors}}
        call = capreg.Workload(input_tokens=500, output_tokens=50)
        found = self._asked(shop, "look", min_quality=said)
        written = self._asked(shop, "tool_use", min_quality=both, workload=call)

        assert [c.to_dict() for c in written] == [c.to_dict() for c in found]
        assert plain(written._settled.request)["bounds"] == plain(found._settled.request)["bounds"]
        assert [e.offering for e in written.unknown] == [e.offering for e in found.unknown]

    def test_nobody_is_known_to_pass_where_nobody_was_scored(self) -> None:
        """An unknown is not a failure, and no pass."""
        found = self._asked(self._with(coding=10), "look")

        assert names(found) == []
        assert {entry.offering for entry in found.unknown} >= {"a/small", "b/large"}

    def test_an_answer_of_a_skill_replays(self, tmp_path: Any) -> None:
        """Its floors stand in the question."""
        shop = self._with(vision=45)
        self._asked(shop, "look").lock(tmp_path / "a.lock")

        assert capreg.replay(tmp_path / "a.lock", catalog=shop).same

    @staticmethod
    def _asked(shop: capreg.Catalog, requires: str, **asked: Any) -> capreg.Decision:
        try:
            return capreg.resolve(requires, catalog=shop, as_of=DAY, **asked)
        except capreg.NoFeasibleOffering as nobody:
            return nobody.decision
