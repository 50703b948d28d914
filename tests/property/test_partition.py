"""Feasible, excluded and unknown partition the universe, and what is left out beforehand is counted."""

from __future__ import annotations

from hypothesis import given

from tests.oracle import Asked
from tests.property.asking import ask, catalog_of, read_back
from tests.property.laws import EVERYBODY, LAW, changed, ids
from tests.questions import catalogs_with_questions
from tests.strategies import Documents


@LAW
@given(catalogs_with_questions())
def test_three_parts_make_the_universe(drawn: tuple[Documents, Asked]) -> None:
    """No row is in two parts, none is lost, and the counts add up to the catalog."""
    documents, asked = drawn
    answer = ask(catalog_of(documents), changed(asked, limit=EVERYBODY)).to_dict()
    found = read_back(answer)
    parts = [*ids(found.ranking), *found.excluded, *found.unknown]
    coverage = answer["coverage"]
    assert sorted(set(parts)) == sorted(parts)
    assert len(parts) == coverage["considered"]
    assert len(parts) + sum(coverage["left_out"].values()) == coverage["offerings"] == len(documents["offerings"])
    assert len(ids(found.ranking)) == found.feasible_count


@LAW
@given(catalogs_with_questions())
def test_each_part_is_what_it_says(drawn: tuple[Documents, Asked]) -> None:
    """Excluded rows failed something; unknown rows failed nothing and lack something; included ones are unknown."""
    documents, asked = drawn
    found = read_back(ask(catalog_of(documents), changed(asked, limit=EVERYBODY)).to_dict())
    assert [id_ for id_, (failed, missing) in found.excluded.items() if not failed or failed & missing] == []
    assert [id_ for id_, missing in found.unknown.items() if not missing] == []
    assert set(ids(found.ranking, proven=False)) <= set(found.unknown)
