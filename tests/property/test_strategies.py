"""The made catalogs are ones that could be: their documents are valid and name only what is there."""

from __future__ import annotations

from random import Random
from typing import Any

from hypothesis import given

from capreg import schema
from tests.oracle import Oracle
from tests.property.laws import LAW
from tests.questions import made_question
from tests.strategies import Documents, catalogs, made_catalog, random_pick


@LAW
@given(catalogs())
def test_made_documents_are_valid(documents: Documents) -> None:
    """Every made document passes the schema of its kind."""
    faults = [
        fault
        for kind, records in documents.items()
        for key, document in records.items()
        for fault in _faults(kind, key, document)
    ]
    assert faults == []


def _faults(kind: str, key: str, document: dict[str, Any]) -> list[Any]:
    found: Any = schema.faults(kind, document, file=key)
    return found if isinstance(found, list) else []


@LAW
@given(catalogs())
def test_made_documents_name_what_is_there(documents: Documents) -> None:
    """Providers, models, chips, sources and parents that are named exist."""
    named = {("models", one["model"]) for one in documents["offerings"].values() if "model" in one}
    named |= {("providers", id_.split("/")[0]) for id_ in documents["offerings"]}
    named |= {("providers", one["parent"]) for one in documents["providers"].values() if "parent" in one}
    named |= {("offerings", one["offering"]) for one in documents["measurements"].values()}
    named |= {("sources", one["source"]) for kind in ("measurements", "sightings") for one in documents[kind].values()}
    assert {(kind, id_) for kind, id_ in named if id_ not in documents[kind]} == set()


def test_questions_meet_every_fate() -> None:
    """Over a thousand questions, rows pass, fail, lack facts and are left out for every reason."""
    generator = Random(1)  # noqa: S311  a repeatable choice, not a secret
    met = dict.fromkeys(("feasible", "tied", "excluded", "unknown", "retired", "unlisted", "preview", "free"), 0)
    for _ in range(1000):
        documents = made_catalog(random_pick(generator))
        answer = Oracle(documents).answer(made_question(random_pick(generator), documents))
        costs = [row.cost for row in answer.ranking]
        met["feasible"] += answer.feasible_count
        met["tied"] += len(costs) - len(set(costs))
        met["excluded"] += len(answer.excluded)
        met["unknown"] += len(answer.unknown)
        for reason, count in answer.coverage.items():
            met[reason] += count
    assert {fate: count for fate, count in met.items() if count < 10} == {}
