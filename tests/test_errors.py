"""The error tree: what an error says, and that it can be compared."""

from __future__ import annotations

import copy
import inspect
import pickle

import pytest

import capreg
from capreg import errors
from capreg.errors import (
    CallNeeds,
    CapregError,
    CostUnknown,
    Finding,
    InvalidArgument,
    InvalidData,
    SdkCannotReach,
    SnapshotDamaged,
    SnapshotMissing,
    UnknownName,
    nearest,
)
from tests.small import AS_OF, catalog, offering

FINDING = Finding("SCH001", "a.toml", "prices[0]", "wrong", found="1", expected="2", hint="do")


def test_every_exported_error_is_in_the_drawn_tree() -> None:
    """The tree at the top of the module names each class and no other."""
    classes = {name for name, cls in inspect.getmembers(errors, inspect.isclass) if issubclass(cls, CapregError)}
    drawn = {word for word in (errors.__doc__ or "").replace("└──", " ").replace("├──", " ").split() if word in classes}

    assert classes == drawn
    assert classes <= set(errors.__all__)


def test_an_error_prints_each_field_that_it_has() -> None:
    """Where, found, expected and hint stand on lines of their own."""
    error = CapregError("wrong", where="here", found="this", expected="that", hint="do")

    assert str(error) == "wrong\n  where     here\n  found     this\n  expected  that\n  hint      do"
    assert str(CapregError("wrong")) == "wrong"


def test_long_findings_are_cut() -> None:
    """What was found is shown as far as it fits in a line."""
    assert CapregError("wrong", found="x" * 100).found == "x" * 80 + "… (100 characters)"
    assert Finding("SCH001", "f", "", "p", found="x" * 100).found == "x" * 80 + "… (100 characters)"


def test_errors_are_equal_by_type_and_fields() -> None:
    """An error can stand on one side of an assertion."""
    assert SnapshotDamaged("a", where="b") == SnapshotDamaged("a", where="b")
    assert SnapshotDamaged("a") != SnapshotMissing("a")
    assert SnapshotDamaged("a") != SnapshotDamaged("b")
    assert SnapshotDamaged("a") != "a"
    assert len({SnapshotDamaged("a"), SnapshotDamaged("a")}) == 1


def test_an_unknown_name_offers_near_ones_and_takes_none() -> None:
    """The hint names what looks alike; what is known is listed."""
    error = UnknownName("capability", "tool_usage", ["vision", "tool_use"])

    assert error.near == ["tool_use"]
    assert error.hint == "did you mean 'tool_use'?"
    assert error.expected == "one of tool_use, vision"
    assert UnknownName("capability", "x", []).expected == "the catalog holds no capability"


@pytest.mark.parametrize(
    ("asked", "near"),
    [
        ("gpt-5", ["azure/gpt-5", "openai/gpt-5", "openai/gpt-5-mini"]),
        ("h100", ["nvidia-h100-sxm", "nvidia-h100-pcie"]),
        ("nvidia-h100-sxn", ["nvidia-h100-sxm", "nvidia-h100-pcie"]),
        ("", []),
    ],
)
def test_a_name_without_its_beginning_is_near(asked: str, near: list[str]) -> None:
    """First who ends in it, then of what it is a whole part, then spellings that are near."""
    known = ["azure/gpt-5", "openai/gpt-5", "openai/gpt-5-mini", "nvidia-h100-pcie", "nvidia-h100-sxm", "amd-mi300x"]

    assert nearest(asked, known) == near


def test_many_names_are_listed_in_part() -> None:
    """Twelve names, then how many there are."""
    error = UnknownName("model", "zzz", [f"m{n:02}" for n in range(20)])

    assert error.expected is not None
    assert error.expected.endswith("m11, … (20 in all)")
    assert error.hint is None


def test_findings_are_ordered_by_file_and_key() -> None:
    """However they were met, they are told in one order."""
    later = Finding("AAA001", "b.toml", "", "x")

    assert InvalidData([later, FINDING]).findings == (FINDING, later)
    assert FINDING < later


def test_a_finding_says_its_place_rule_and_advice() -> None:
    """File and key are joined by #; a finding on a whole file has no key."""
    assert str(FINDING) == ("a.toml#prices[0]: wrong [SCH001]\n    found     1\n    expected  2\n    hint      do")
    assert str(Finding("SCH001", "a.toml", "", "wrong")) == "a.toml: wrong [SCH001]"
    assert repr(FINDING) == "<Finding SCH001 a.toml#prices[0]: wrong>"


def test_findings_are_equal_by_every_field() -> None:
    """A different hint is a different finding."""
    same = Finding("SCH001", "a.toml", "prices[0]", "wrong", found="1", expected="2", hint="do")

    assert same == FINDING
    assert Finding("SCH001", "a.toml", "prices[0]", "wrong") != FINDING
    assert FINDING != "a.toml"
    assert len({same, FINDING}) == 1


@pytest.mark.parametrize(("count", "expected"), [(1, "1 fault in 1 file"), (2, "2 faults in 2 files")])
def test_invalid_data_counts_its_faults(count: int, expected: str) -> None:
    """The headline counts faults and files; the text holds each."""
    found = [Finding("SCH001", f"{n}.toml", "", "wrong") for n in range(count)]
    error = InvalidData(found)

    assert error.problem == expected
    assert str(error) == "\n".join([expected, *map(str, found)])
    assert error == InvalidData(reversed(found))


def test_near_names_are_for_hints_only() -> None:
    """At most three, best first, and none where nothing is alike."""
    assert nearest("grok", ["groq", "grok-2", "mistral"]) == ["grok-2", "groq"]
    assert nearest("x" * 100_000, ["groq"]) == []


@pytest.mark.parametrize(
    "error",
    [
        CapregError("wrong", where="here", hint="do"),
        UnknownName("capability", "tol_use", ["tool_use"], where="requirement"),
        InvalidArgument("wrong", where="limit", found="0"),
        SdkCannotReach("openai", "a/b", "why", reachable=["litellm"]),
        CallNeeds("openai", "azure/x", {"resource": "its name"}),
        CostUnknown("a/b", "a rate is missing", missing=["input"]),
        InvalidData([FINDING]),
        SnapshotMissing("none", where="x"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_an_error_comes_out_of_another_process_as_it_went_in(error: CapregError) -> None:
    """A pool of processes hands errors over pickled; one that does not come out breaks the whole pool."""
    back = pickle.loads(pickle.dumps(error))  # noqa: S301  made two lines above

    assert (type(back), back, str(back)) == (type(error), error, str(error))
    assert vars(back) == vars(error)


def test_nobody_passes_comes_out_of_another_process_with_its_words() -> None:
    """The decision holds the catalog and stays; who asks for it is told so."""
    with pytest.raises(capreg.NoFeasibleOffering) as nobody:
        capreg.resolve("vision", catalog=catalog({"groq/a": offering()}), as_of=AS_OF)
    back = pickle.loads(pickle.dumps(nobody.value))  # noqa: S301  made in this line

    assert isinstance(back, capreg.NoFeasibleOffering)
    assert (str(back), back.hint) == (str(nobody.value), nobody.value.hint)
    with pytest.raises(AttributeError, match="stayed in the process"):
        _ = back.decision


def test_a_decision_may_be_part_of_what_is_copied() -> None:
    """It never changes, so a copy is itself; to another process it goes as plain JSON, and says so."""
    decision = capreg.resolve("tool_use", catalog=catalog({"groq/a": offering()}), as_of=AS_OF)

    for one in (decision, decision.best):
        assert copy.copy(one) is copy.deepcopy(one) is one
        with pytest.raises(TypeError, match="stays in its process"):
            pickle.dumps(one)
