"""The engine and the brute-force oracle, written from one page and sharing no code, give one answer."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import given

from tests.oracle import Asked, Oracle
from tests.property.asking import answered, catalog_of, differences, disagreements, expected
from tests.property.laws import LAW
from tests.questions import SMALL, catalogs_with_questions
from tests.strategies import Documents, made_catalog, random_pick


@LAW
@given(catalogs_with_questions())
def test_engine_and_oracle_agree(drawn: tuple[Documents, Asked]) -> None:
    """On a made catalog the two agree on ranking, costs, speeds, ledger and coverage."""
    documents, asked = drawn
    assert answered(catalog_of(documents), asked) == expected(Oracle(documents).answer(asked), asked)


@pytest.mark.parametrize("seed", range(20))
def test_engine_and_oracle_agree_on_many(seed: int) -> None:
    """The same, on more and larger catalogs than a shrinking search gets to."""
    generator = Random(seed)  # noqa: S311  a repeatable choice, not a secret
    for _ in range(25):
        pick = random_pick(generator)
        documents = made_catalog(pick)
        found = disagreements(catalog_of(documents), documents, pick, count=4, drawn=SMALL)
        assert [(asked, differences(engine, oracle)) for asked, engine, oracle in filter(None, found)] == []
