"""Ids: one spelling, and how a wire id becomes one."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from capreg.ids import ID_PATTERN, slug


@pytest.mark.parametrize(
    ("wire_id", "expected"),
    [
        ("llama-3.3-70b-versatile", "llama-3.3-70b-versatile"),
        ("accounts/fireworks/models/Kimi-K3", "accounts/fireworks/models/kimi-k3"),
        ("@cf/meta/llama-3.1-8b-instruct:fp8", "cf/meta/llama-3.1-8b-instruct-fp8"),
        ("anthropic.claude-v2:1", "anthropic.claude-v2-1"),
        ("a//b", "a/b"),
        ("a/../b", "a/b"),
        ("Ünïcode", "n-code"),
    ],
)
def test_slug_of_a_wire_id(wire_id: str, expected: str) -> None:
    """Lower case, hyphens for the rest, and never a step out of the folder."""
    assert expected == slug(wire_id)


@given(st.text(max_size=40))
def test_a_slug_is_an_id_or_empty(wire_id: str) -> None:
    """Whatever a provider calls it, its slug can be a path."""
    made = slug(wire_id)

    assert made == "" or re.search(ID_PATTERN, made)


@given(st.text(max_size=40))
def test_a_slug_is_its_own_slug(wire_id: str) -> None:
    """Making a slug twice changes nothing more."""
    assert slug(wire_id) == slug(slug(wire_id))


@pytest.mark.parametrize("text", ["", "A", "a b", "/a", "a/", "a//b", "grоq", "-a", "a/.b", "a\\b", "ａ"])
def test_what_is_no_id(text: str) -> None:
    """Capitals, spaces, empty parts, leading dots and look-alike letters are outside the pattern."""
    assert re.search(ID_PATTERN, text) is None
