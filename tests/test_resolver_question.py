"""A request as plain JSON and back, tags, and a decision's id."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

import capreg
from capreg import Policy, Workload
from capreg.errors import InvalidArgument, UnknownName
from capreg.index.of import index_of
from capreg.resolver.question import check_tags, plain, request_of
from capreg.resolver.request import Request, compose
from capreg.testing import catalog, offering

AS_OF = "2026-11-22"
SHOP = catalog(offering("fast/small", ttft=120, tps=300, tools=True), offering("slow/large", ttft=900, tools=True))


def request(requires: Any = "tool_use", **asked: Any) -> Request:
    """The request that `capreg.resolve` would make of these arguments."""
    bounds = {name: asked.pop(name) for name in list(asked) if name.startswith(("max_", "min_"))}
    usual: dict[str, Any] = {
        "percentile": "p50", "workload": None, "policy": None, "rank_by": "cost", "unknown": "exclude", "limit": 10
    }  # fmt: skip
    return compose(SHOP, index_of(SHOP), requires, bounds=bounds, **{**usual, **asked})


def decided(requires: Any = "tool_use", **asked: Any) -> capreg.Decision:
    """The decision of the small shop on a fixed day."""
    return capreg.resolve(requires, catalog=SHOP, **{"as_of": AS_OF, **asked})


class TestPlain:
    @pytest.mark.parametrize(
        "asked",
        [
            {},
            {"requires": ["agent_step", "tool_use[parallel]>=1"]},
            {"requires": "chat_reply", "max_first_answer_ms": 1500},
            {"max_cost_usd": "0.000000000000001", "max_latency_ms": 0.5, "min_output_tps": 12.345},
            {"workload": Workload(input_tokens=9, reasoning_tokens=0, service_tier="batch", images=2)},
            {"policy": Policy(allow_providers={"slow", "fast"}, deny_labs=set(), free=True, open_weights=False)},
            {"policy": Policy(max_measurement_age_days=30).with_keys({"FAST_API_KEY": "x", "HOME": "/"})},
            {"rank_by": [("cost", 0.05), "latency"], "unknown": "include", "limit": 3, "percentile": "p90"},
        ],
    )
    def test_it_comes_back_as_it_was(self, asked: dict[str, Any]) -> None:
        """Plain → JSON → request → plain is the same text, whatever is asked."""
        first = plain(request(**asked))
        again = request_of(SHOP, index_of(SHOP), json.loads(json.dumps(first)))

        assert plain(again) == first

    def test_every_part_of_a_request_is_in_it(self) -> None:
        """A request that learns something new must learn to say it here, or a replay would ask something else."""
        said = set(plain(request(effort="off")))

        names = {"call": "workload", "terms": "policy"}
        assert set(said) == {names.get(part, part) for part in Request.__slots__} - {"rated"}

    def test_a_skill_is_written_out(self) -> None:
        """What a skill requires, its floors and its workload stand in the question itself."""
        question = plain(request("chat_reply"))

        assert question["skills"] == ["chat_reply"]
        assert question["requirements"] == ["long_context>=8000"]
        assert question["bounds"] == {"max_first_answer_ms": "2000", "min_output_tps": "20"}
        assert question["workload"]["input_tokens"] == 1500

    def test_only_variables_that_call_somebody_are_kept(self) -> None:
        """What else is set in an environment is nobody's business."""
        policy = Policy().with_keys({"FAST_API_KEY": "secret", "HOME": "/home/me", "EMPTY": ""})

        assert plain(request(policy=policy))["policy"] == {"keys": ["FAST_API_KEY"]}

    def test_what_the_catalog_does_not_hold_is_named(self) -> None:
        """A question is checked against the catalog that it is asked of."""
        question = plain(request(policy=Policy(allow_providers={"fast"})))
        other = catalog(offering("third/one"))

        with pytest.raises(UnknownName, match="unknown provider 'fast'"):
            request_of(other, index_of(other), question)

    @pytest.mark.parametrize(
        ("key", "value"),
        [
            ("workload", {"colour": 1}),
            ("workload", 3),
            ("policy", {"who": 1}),
            ("rank_by", [3]),
            ("bounds", [1]),
            ("bounds", {"max_x": 1}),
            ("skills", 3),
        ],
    )
    def test_a_malformed_question_is_our_error(self, key: str, value: Any) -> None:
        """Nothing that JSON can hold raises anything else."""
        with pytest.raises(InvalidArgument):
            request_of(SHOP, index_of(SHOP), {**plain(request()), key: value})

    def test_other_keys_are_refused(self) -> None:
        """A newer question may mean more than this capreg knows."""
        with pytest.raises(InvalidArgument, match="a question has other keys"):
            request_of(SHOP, index_of(SHOP), {**plain(request()), "min_quality": 3})


class TestBand:
    @pytest.mark.parametrize("band", [0.05, "0.05", Decimal("0.05")])
    def test_a_pair_may_stand_alone_whatever_its_number_is(self, band: Any) -> None:
        """A key with a band, not a sequence of two keys; two keys stay two keys."""
        assert [(key.name, key.band) for key in request(rank_by=("cost", band)).rank_by] == [("cost", 50_000)]
        assert [key.name for key in request(rank_by=("cost", "latency")).rank_by] == ["cost", "latency"]

    def test_the_spelling_of_the_command_line_is_refused_with_ours(self) -> None:
        """`cost:0.05` is an option's; the hint has the pair."""
        with pytest.raises(InvalidArgument) as refused:
            request(rank_by="cost:0.05")

        assert refused.value.hint == "write a band as a pair: ('cost', 0.05)"


class TestTags:
    def test_they_are_kept_in_order_of_name(self) -> None:
        """And told in JSON."""
        decision = decided(tags={"task": "invoices", "agent": "reader"})

        assert list(decision.tags.items()) == [("agent", "reader"), ("task", "invoices")]
        assert json.loads(decision.to_json())["tags"] == {"agent": "reader", "task": "invoices"}
        assert decided().to_dict()["tags"] == {}

    def test_they_change_nothing_of_the_answer(self) -> None:
        """Only tags and id differ."""
        plain_answer, tagged = decided().to_dict(), decided(tags={"skill": "s"}).to_dict()

        assert [key for key in plain_answer if plain_answer[key] != tagged[key]] == ["id", "tags"]

    def test_nobody_carries_them_too(self) -> None:
        """An answer without anybody was triggered by something as well."""
        with pytest.raises(capreg.NoFeasibleOffering) as nobody:
            decided(max_latency_ms=1, tags={"process": "night"})

        assert nobody.value.decision.tags == {"process": "night"}

    @pytest.mark.parametrize(
        "tags",
        [
            "task", ["task"], {"Task": "x"}, {"a b": "x"}, {"": "x"}, {1: "x"}, {"task": ""}, {"task": 3},
            {"task": "x" * 201}, {"task": "a\nb"}, {"n" * 41: "x"}, {f"t{n}": "x" for n in range(17)},
        ],
    )  # fmt: skip
    def test_what_is_not_short_text_is_refused(self, tags: Any) -> None:
        """A tag is a name and a short printable text."""
        with pytest.raises(InvalidArgument, match="an argument cannot be meant"):
            decided(tags=tags)

    def test_a_callers_mapping_is_not_kept(self) -> None:
        """What the caller does with it afterwards changes no decision."""
        given = {"task": "one"}
        decision = decided(tags=given)
        given["task"] = "two"

        assert decision.tags == {"task": "one"}
        assert check_tags(None) == {}


class TestId:
    def test_equal_decisions_have_equal_ids(self) -> None:
        """However the same thing is said."""
        said = {decided(rank_by="cost").id, decided(["tool_use"], rank_by=["cost"], as_of=date(2026, 11, 22)).id}

        assert said == {decided("tool_use>=1").id}

    @pytest.mark.parametrize(
        "other",
        [
            {"limit": 1}, {"max_latency_ms": 500}, {"tags": {"task": "x"}}, {"as_of": "2026-11-23"},
            {"policy": Policy(deny_providers={"slow"})}, {"requires": "tool_use>=2"}, {"unknown": "include"},
        ],
    )  # fmt: skip
    def test_others_do_not(self, other: dict[str, Any]) -> None:
        """Question, instant, and tags are all in it."""
        assert decided(**other).id != decided().id

    def test_so_is_the_catalog(self) -> None:
        """The same question of another catalog is another decision."""
        other = catalog(offering("fast/small", ttft=121, tps=300, tools=True))

        assert capreg.resolve("tool_use", catalog=other, as_of=AS_OF).id != decided().id

    def test_a_repeated_field_of_a_policy_does_not_matter(self) -> None:
        """Sets have no order."""
        one, two = Policy(deny_providers={"slow"}), Policy(deny_providers=frozenset(["slow"]), free=False)

        assert decided(policy=one).id == decided(policy=two).id


@pytest.mark.parametrize(
    ("bound", "value", "expected"),
    [
        ("max_latency_ms", 1e30, "a number from 0, and below 10¹⁹"),
        ("max_cost_usd", -1, "a number from 0, and below 10¹⁹"),
        ("min_output_tps", "0.0001", "a number from 0.001, and below 10¹⁹"),
    ],
)
def test_what_a_bound_can_be_is_said_to_the_digit(bound: str, value: Any, expected: str) -> None:
    """A number that is too great or too small is not told that it should be finite and positive, which it is."""
    with pytest.raises(InvalidArgument) as refused:
        decided(**{bound: value})

    assert (refused.value.where, refused.value.expected) == (bound, expected)
