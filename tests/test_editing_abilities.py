"""What an offering can and cannot, as a person types it."""

from __future__ import annotations

from typing import Any

import pytest

from capreg.editing.abilities import abilities
from capreg.errors import InvalidArgument


@pytest.mark.parametrize(
    ("can", "cannot", "facts"),
    [
        (["tool_use"], [], {"tool_use": {"at_least": 1}}),
        (["tool_use:2"], ["vision"], {"tool_use": {"at_least": 2}, "vision": {"at_most": 0}}),
        (["a[b, c]:2"], [], {"a": {"at_least": 2, "features": {"b": True, "c": True}}}),
        (["a[b]"], ["a[c]"], {"a": {"at_least": 1, "features": {"b": True, "c": False}}}),
        ([], ["a[b]"], {"a": {"features": {"b": False}}}),
        (["a"], ["a"], {"a": {"at_least": 1, "at_most": 0}}),  # which a rule refuses
    ],
)
def test_what_is_typed(can: list[str], cannot: list[str], facts: dict[str, Any]) -> None:
    """Levels, features that are there and that are not; what is said of one capability is one fact."""
    assert facts == abilities(can, cannot)


def test_evidence_of_its_own() -> None:
    """Each fact has it, where there is any."""
    told = [{"source": "list"}]

    assert {"a": {"at_least": 1, "evidence": told}} == abilities(["a"], [], evidence=told)


@pytest.mark.parametrize(
    ("can", "cannot", "told"),
    [
        (["tool_use:"], [], "cannot be read"),
        (["tool_use:two"], [], "cannot be read"),
        (["tool_use[parallel:2"], [], "cannot be read"),
        (["tool_use[]"], [], "cannot be read"),
        (["tool_use[parallel,]"], [], "cannot be read"),
        ([], ["vision:1"], "cannot be read"),
        ([""], [], "cannot be read"),
        (["tool_use:1", "tool_use:2"], [], "named twice"),
        (["tool_use[a]"], ["tool_use[a]"], "named twice"),
    ],
)
def test_what_cannot_be_meant(can: list[str], cannot: list[str], told: str) -> None:
    """It is refused, with the form that is expected."""
    with pytest.raises(InvalidArgument, match=told):
        abilities(can, cannot)
