"""Who says nothing of the call or of a policy gets what the records say by default."""

from __future__ import annotations

from dataclasses import fields

import capreg
from capreg.domain.defaults import NOTHING_ASKED, USUAL_CALL


def test_the_usual_call_is_a_workload_without_arguments() -> None:
    """Field by field."""
    usual = capreg.Workload()

    assert {f.name: getattr(usual, f.name) for f in fields(usual)} == {
        f.name: getattr(USUAL_CALL, f.name) for f in fields(usual)
    }


def test_asking_nothing_is_a_policy_without_arguments() -> None:
    """Field by field."""
    policy = capreg.Policy()

    assert {f.name: getattr(policy, f.name) for f in fields(policy)} == {
        f.name: getattr(NOTHING_ASKED, f.name) for f in fields(policy)
    }


def test_a_decision_tells_the_usual_call_as_a_record() -> None:
    """What a caller reads is a `Workload`, also where none was given."""
    decision = capreg.resolve("tool_use", as_of="2026-11-22")

    assert capreg.Workload() == decision.workload
    assert (
        decision.to_json()
        == capreg.resolve("tool_use", workload=capreg.Workload(), policy=capreg.Policy(), as_of="2026-11-22").to_json()
    )
