"""A decision as plain JSON, with as much of who was left out as is asked for. docs/reference/json.md describes it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from capreg.resolver.question import workload_told

if TYPE_CHECKING:
    from capreg.domain.vocabulary import Ledger
    from capreg.resolver.decision import Decision

__all__ = ["plain_answer"]


def plain_answer(decision: Decision, ledger: Ledger) -> dict[str, Any]:
    """The answer; of who was left out nobody with ``"counts"``, with ``"near"`` who fails one requirement only."""
    told = {
        "id": decision.id,
        "tags": decision.tags,
        "interpretation": decision.interpretation,
        "basis": decision.basis,
        "workload": workload_told(decision.workload),
        "coverage": decision.coverage,
        "feasible_count": decision.feasible_count,
        "ranking": [candidate.to_dict() for candidate in decision],
        "break_even": [even.to_dict() for even in decision.break_even()],
        "relaxations": [relaxation.to_dict() for relaxation in decision.relaxations],
        "clear_while_thinking": list(decision.clear_while_thinking),
    }
    if ledger == "near":
        alone = (entry for entry in decision.excluded if len(entry.failed) == 1 and not entry.missing)
        told["excluded"] = [entry.to_dict() for entry in alone]
    if ledger == "full":
        told["excluded"] = [entry.to_dict() for entry in decision.excluded]
        told["unknown"] = [entry.to_dict() for entry in decision.unknown]
    return told
