"""A question written down and read again is the same question."""

from __future__ import annotations

import json
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given

import capreg
from capreg.index.of import index_of
from capreg.resolver.question import plain, request_of
from tests.oracle import Asked
from tests.property.asking import ask, catalog_of
from tests.property.laws import LAW
from tests.questions import catalogs_with_questions
from tests.strategies import Documents


@LAW
@given(catalogs_with_questions())
def test_plain_and_back_is_the_same(drawn: tuple[Documents, Asked]) -> None:
    """Request → plain → JSON text → plain → request loses nothing and adds nothing."""
    documents, asked = drawn
    catalog = catalog_of(documents)
    said = plain(ask(catalog, asked)._settled.request)
    again = request_of(catalog, index_of(catalog), json.loads(json.dumps(said)))
    assert plain(again) == said


@LAW
@given(catalogs_with_questions())
def test_a_locked_decision_replays_byte_for_byte(drawn: tuple[Documents, Asked]) -> None:
    """On the catalog that it was decided on, whether or not anybody passed."""
    documents, asked = drawn
    catalog = catalog_of(documents)
    with TemporaryDirectory() as folder:
        path = Path(folder) / "a.lock"
        decision = ask(catalog, asked)
        decision.lock(path)
        found = capreg.replay(path, catalog=catalog_of(documents))
    assert found.same
    assert found.decision.id == decision.id
