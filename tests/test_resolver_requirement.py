"""Reading requirements."""

from __future__ import annotations

import pytest

from capreg.errors import InvalidRequirement, UnknownName
from capreg.resolver.requirement import parse, parse_all

CAPABILITIES = {
    "tool_use": {"measure": "level", "bare": 1, "levels": 2, "features": ["parallel", "streaming"]},
    "long_context": {"measure": "context_tokens", "bare": 128_000, "levels": 0, "features": []},
}


class TestParse:
    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("tool_use", "tool_use>=1"),
            ("tool_use>=2", "tool_use>=2"),
            ("tool_use[parallel]", "tool_use[parallel]>=1"),
            ("tool_use[streaming,parallel]>=2", "tool_use[parallel,streaming]>=2"),
            (" tool_use [parallel] >= 2 ", "tool_use[parallel]>=2"),
            ("long_context", "long_context>=128000"),
            ("long_context>=1000000", "long_context>=1000000"),
        ],
    )
    def test_reads_name_features_and_level(self, text: str, expected: str) -> None:
        """A bare name asks for the capability's own bare level; features come in order of name."""
        assert expected == str(parse(text, CAPABILITIES))

    @pytest.mark.parametrize(
        "text",
        [
            "",
            ">=2",
            "tool_use==2",
            "tool_use>2",
            "tool_use<=2",
            "tool_use~=2",
            "tool_use>=1,<3",
            "tool_use>=2.0",
            "tool_use>=0",
            "tool_use>=1e3",
            "tool_use>=" + "9" * 5000,
            "tool_use @ https://models.example/",
            "tool_use; python_version > '3'",
            "tool use",
            "tool_use:2",
            "tool_use>=２",
            "x" * 201,
        ],
    )
    def test_refuses_what_is_outside_the_grammar(self, text: str) -> None:
        """Other operators, URLs, markers, huge and non-ASCII numbers get our own error with the grammar in it."""
        with pytest.raises(InvalidRequirement) as caught:
            parse(text, CAPABILITIES)

        assert "name[feature,…]>=level" in str(caught.value.expected)

    @pytest.mark.parametrize(
        ("text", "hint"),
        [
            ("tool_use:2", "write a level as 'tool_use>=2'"),
            ("tool_use, vision", "give several as a list: ['tool_use', 'vision']"),
            ("tool_use[parallel", None),
        ],
    )
    def test_what_was_likely_meant_is_said(self, text: str, hint: str | None) -> None:
        """The command line's spelling of a level, and several in one text."""
        with pytest.raises(InvalidRequirement) as caught:
            parse(text, CAPABILITIES)

        assert caught.value.hint == hint

    @pytest.mark.parametrize("thing", [None, 5, b"tool_use", ["tool_use"]])
    def test_refuses_what_is_no_text(self, thing: object) -> None:
        """Only text can be a requirement."""
        with pytest.raises(InvalidRequirement):
            parse(thing, CAPABILITIES)

    @pytest.mark.parametrize("text", ["Tool_use", "tool-use", "tool_us", "TOOL_USE>=1", "tооl_use"])
    def test_spelling_is_exact(self, text: str) -> None:
        """Other case, a hyphen or a look-alike letter is another name, and never taken for this one."""
        with pytest.raises((UnknownName, InvalidRequirement)):
            parse(text, CAPABILITIES)

    def test_near_names_are_offered(self) -> None:
        """An unknown capability names the ones that look like it."""
        with pytest.raises(UnknownName) as caught:
            parse("tool_us", CAPABILITIES)

        assert caught.value.near == ["tool_use"]

    def test_unknown_feature_is_named(self) -> None:
        """A feature that is not defined is refused with those that are."""
        with pytest.raises(UnknownName) as caught:
            parse("tool_use[forced]", CAPABILITIES)

        assert caught.value.expected == "one of parallel, streaming"

    def test_level_beyond_the_highest_is_unknown(self) -> None:
        """A level that nobody defined cannot be asked for."""
        with pytest.raises(UnknownName) as caught:
            parse("tool_use>=3", CAPABILITIES)

        assert caught.value.problem == "unknown level of tool_use '3'"


def test_repeated_requirements_count_once() -> None:
    """The same requirement twice is one; order is kept."""
    parsed = parse_all(["long_context", "tool_use", "tool_use>=1"], {"capabilities": CAPABILITIES})

    assert [str(asked) for asked in parsed] == ["long_context>=128000", "tool_use>=1"]


def test_nothing_required_is_refused() -> None:
    """An empty sequence is not 'anything will do'."""
    with pytest.raises(InvalidRequirement):
        parse_all([], {"capabilities": CAPABILITIES})
