"""A decision replayed on its basis is byte-equal."""

from __future__ import annotations

from copy import deepcopy
from datetime import datetime

from hypothesis import given

from tests.oracle import Asked
from tests.property.asking import ask, catalog_of
from tests.property.laws import LAW, changed
from tests.questions import catalogs_with_questions
from tests.strategies import Documents


@LAW
@given(catalogs_with_questions())
def test_replay_is_byte_equal(drawn: tuple[Documents, Asked]) -> None:
    """The same catalog, read anew, and the instant that the basis names give the same bytes."""
    documents, asked = drawn
    first = ask(catalog_of(documents), asked)
    instant = datetime.fromisoformat(first.to_dict()["basis"]["as_of"])
    again = ask(catalog_of(deepcopy(documents)), changed(asked, as_of=instant))
    assert again.to_json() == first.to_json()


@LAW
@given(catalogs_with_questions())
def test_a_question_leaves_no_trace(drawn: tuple[Documents, Asked]) -> None:
    """Asking other things in between, and reading the answer, changes no answer and no document."""
    documents, asked = drawn
    untouched = deepcopy(documents)
    catalog = catalog_of(documents)
    first = ask(catalog, asked).to_json()
    ask(catalog, changed(asked, unknown="include", limit=1)).explain()
    assert ask(catalog, asked).to_json() == first
    assert documents == untouched
