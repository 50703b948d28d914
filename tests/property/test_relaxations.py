"""Every relaxation, applied, admits exactly whom it named; nobody on a Pareto front is dominated."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from itertools import combinations
from typing import Any

from hypothesis import given

from capreg import Candidate, Catalog, Decision, NoFeasibleOffering
from capreg.index.of import index_of
from capreg.resolver.engine import decide
from capreg.resolver.question import plain, request_of
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


def applied(catalog: Catalog, before: Decision, changes: Mapping[str, str]) -> Decision:
    """The question of `before`, asked again with these limits."""
    question = plain(before._settled.request)
    question["bounds"] = {**question["bounds"], **changes}
    index = index_of(catalog)
    try:
        return decide(catalog, index, request_of(catalog, index, question), before._settled.moment)
    except NoFeasibleOffering as nobody:
        return nobody.decision


@LAW
@given(catalogs_with_questions())
def test_a_relaxation_applied_admits_exactly_whom_it_named(drawn: tuple[Documents, Asked]) -> None:
    """Asked again with its limits, the same rows pass as before, and those it named, and nobody else."""
    documents, asked = drawn
    catalog = catalog_of(documents)
    asked = dataclasses.replace(asked, limit=EVERYBODY)
    before = ask(catalog, asked)
    for relaxation in before.relaxations:
        after = applied(catalog, before, {change.bound: change.needed for change in relaxation.changes})
        assert feasible(after) - feasible(before) == set(relaxation.admits)
        assert feasible(before) <= feasible(after)
        assert relaxation.admits


@LAW
@given(catalogs_with_questions())
def test_who_clears_a_floor_while_thinking_is_who_clears_it_when_asked_to_think(
    drawn: tuple[Documents, Asked],
) -> None:
    """Those that only floors of quality keep out now, and that none keeps out with one reasoning token."""
    documents, asked = drawn
    catalog = catalog_of(documents)
    asked = dataclasses.replace(asked, limit=EVERYBODY)
    before = ask(catalog, asked)
    if asked.work.reasoning_tokens or asked.effort is not None:
        assert before.clear_while_thinking == ()
        return
    after = ask(catalog, dataclasses.replace(asked, work=dataclasses.replace(asked.work, reasoning_tokens=1)))
    in_the_way, then = obstacles(before), obstacles(after)
    expected = {
        name
        for name, labels in in_the_way.items()
        if labels and all(map(is_floor, labels)) and not any(map(is_floor, then.get(name, ())))
    }
    assert set(before.clear_while_thinking) == expected


def obstacles(decision: Decision) -> dict[str, set[str]]:
    """By offering that does not pass: what it fails or lacks."""
    return {
        entry.offering: {reason.requirement for reason in (*entry.failed, *entry.missing)}
        for entry in (*decision.excluded, *decision.unknown)
    }


def is_floor(requirement: str) -> bool:
    """Whether a requirement is a floor of quality."""
    return requirement.startswith(("min_quality:", "min_estimate:"))


@LAW
@given(catalogs_with_questions())
def test_nobody_on_the_front_is_dominated(drawn: tuple[Documents, Asked]) -> None:
    """By anybody feasible; and whoever is left out is beaten by somebody, or has an unknown value."""
    documents, asked = drawn
    decision = ask(catalog_of(documents), dataclasses.replace(asked, limit=EVERYBODY))
    keys_known: tuple[Any, ...] = RANK_KEYS if decision._settled.request.rated else RANK_KEYS[:-1]
    for keys in combinations(keys_known, 2):
        points = {c.offering: point for c in decision if c.proven and (point := _point(c, keys)) is not None}
        best = {name for name, point in points.items() if not any(_beats(q, point) for q in points.values())}
        assert {candidate.offering for candidate in decision.pareto(*keys)} == best


def _point(candidate: Candidate, keys: Sequence[str]) -> tuple[float, ...] | None:
    """The values on these keys, smaller is better; None where one is unknown."""
    cost, rate = candidate.cost_usd, candidate.output_tps
    values = {
        "cost": None if cost is None else float(cost),
        "latency": candidate.ttft_ms,
        "e2e": candidate.e2e_ms,
        "output_tps": None if rate is None else -rate,
        "quality": _quality(candidate),
    }
    known = [value for key in keys if (value := values[key]) is not None]
    return tuple(known) if len(known) == len(keys) else None


def _quality(candidate: Candidate) -> float | None:
    rated = candidate._settled.request.rated
    told = candidate.quality
    return -min(float(told[name]["estimate"]) for name in rated) if rated and set(rated) == set(told) else None


def _beats(one: tuple[float, ...], other: tuple[float, ...]) -> bool:
    return one != other and all(a <= b for a, b in zip(one, other, strict=True))
