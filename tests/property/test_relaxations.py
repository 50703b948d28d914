"""Every relaxation, applied, admits exactly whom it named; nobody on a Pareto front is dominated."""

from __future__ import annotations

import dataclasses
from itertools import combinations

from hypothesis import given

from capreg import Decision
from capreg.resolver.request import RANK_KEYS
from tests.oracle import Asked
from tests.property.asking import ask, catalog_of
from tests.property.laws import LAW
from tests.questions import catalogs_with_questions
from tests.strategies import Documents

EVERYBODY = 10_000


def feasible(decision: Decision) -> set[str]:
    """Who passes everything."""
    return {candidate.offering for candidate in decision if candidate.proven}


@LAW
@given(catalogs_with_questions())
def test_a_relaxation_applied_admits_exactly_whom_it_named(drawn: tuple[Documents, Asked]) -> None:
    """Asked again with its limits, the same rows pass as before, and those it named, and nobody else."""
    documents, asked = drawn
    catalog = catalog_of(documents)
    asked = dataclasses.replace(asked, limit=EVERYBODY)
    before = ask(catalog, asked)
    for relaxation in before.relaxations:
        changes = {change.bound: change.needed for change in relaxation.changes}
        after = ask(catalog, dataclasses.replace(asked, **changes))
        assert feasible(after) - feasible(before) == set(relaxation.admits)
        assert feasible(before) <= feasible(after)
        assert relaxation.admits


@LAW
@given(catalogs_with_questions())
def test_nobody_on_the_front_is_dominated(drawn: tuple[Documents, Asked]) -> None:
    """By anybody feasible; and whoever is left out is beaten by somebody, or has an unknown value."""
    documents, asked = drawn
    decision = ask(catalog_of(documents), dataclasses.replace(asked, limit=EVERYBODY))
    values = {
        candidate.offering: {
            "cost": candidate.cost_usd,
            "latency": candidate.ttft_ms,
            "e2e": candidate.e2e_ms,
            "output_tps": None if candidate.output_tps is None else -candidate.output_tps,
        }
        for candidate in decision
        if candidate.proven
    }
    for keys in combinations(RANK_KEYS, 2):
        points = {name: tuple(known[key] for key in keys) for name, known in values.items()}
        known = {name: point for name, point in points.items() if None not in point}
        best = {
            n for n, p in known.items() if not any(q != p and q[0] <= p[0] and q[1] <= p[1] for q in known.values())
        }  # type: ignore[operator]
        assert {candidate.offering for candidate in decision.pareto(*keys)} == best
