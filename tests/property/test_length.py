"""A decision is as long as the limit, the feasible rows and the included ones say, and never empty."""

from __future__ import annotations

import pytest
from hypothesis import given

import capreg
from tests.oracle import Asked
from tests.property.asking import ask, catalog_of, put, read_back
from tests.property.laws import LAW
from tests.questions import catalogs_with_questions
from tests.strategies import Documents


@LAW
@given(catalogs_with_questions())
def test_length(drawn: tuple[Documents, Asked]) -> None:
    """min(limit, feasible), and with `include` the unknown that lack nothing under a policy, up to the limit."""
    documents, asked = drawn
    decision = ask(catalog_of(documents), asked)
    unknown = read_back(decision.to_dict()).unknown.values()
    admitted = [missing for missing in unknown if not any(label.startswith("policy:") for label in missing)]
    most = decision.feasible_count + (len(admitted) if asked.unknown == "include" else 0)
    assert len(decision) == len(list(decision)) == min(asked.limit, most)
    assert sum(candidate.proven for candidate in decision) == min(asked.limit, decision.feasible_count)


@LAW
@given(catalogs_with_questions())
def test_nobody_is_an_error(drawn: tuple[Documents, Asked]) -> None:
    """Where nobody is left, the error carries the decision; otherwise the best is the first."""
    documents, asked = drawn
    catalog = catalog_of(documents)
    decision = ask(catalog, asked)
    if len(decision) > 0:
        first = decision.to_dict()["ranking"][0]["offering"]
        assert [put(catalog, asked).best.offering, decision[0].offering] == [first, first]
    else:
        with pytest.raises(capreg.NoFeasibleOffering) as raised:
            put(catalog, asked)
        assert raised.value.decision.to_json() == decision.to_json()
