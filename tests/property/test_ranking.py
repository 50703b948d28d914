"""The ranking is total and stable."""

from __future__ import annotations

from hypothesis import given

from tests.oracle import Asked
from tests.property.asking import answered, ask, catalog_of
from tests.property.laws import EVERYBODY, LAW, changed, ids, ranks_everybody
from tests.questions import catalogs_with_questions
from tests.strategies import Documents


@LAW
@given(catalogs_with_questions())
def test_a_shorter_list_is_the_head_of_a_longer_one(drawn: tuple[Documents, Asked]) -> None:
    """A limit cuts the ranking and changes nothing else."""
    documents, asked = drawn
    catalog = catalog_of(documents)
    whole = answered(catalog, changed(asked, limit=EVERYBODY))
    for limit in (1, 2, 3):
        short = answered(catalog, changed(asked, limit=limit))
        assert short == whole._replace(ranking=whole.ranking[:limit])


@LAW
@given(catalogs_with_questions())
def test_every_row_has_one_place(drawn: tuple[Documents, Asked]) -> None:
    """Ranks count up from one, no offering has two, and the proven ones come first."""
    documents, asked = drawn
    rows = ask(catalog_of(documents), changed(asked, limit=EVERYBODY)).to_dict()["ranking"]
    assert [row["rank"] for row in rows] == list(range(1, len(rows) + 1))
    assert len({row["offering"] for row in rows}) == len(rows)
    assert [row["proven"] for row in rows] == sorted((row["proven"] for row in rows), reverse=True)


@LAW
@given(catalogs_with_questions())
def test_one_key_orders_by_what_is_shown(drawn: tuple[Documents, Asked]) -> None:
    """By cost alone, the order is that of the shown cost, then TTFT, then id, the unknown last."""
    documents, asked = drawn
    found = answered(catalog_of(documents), ranks_everybody(asked, rank_by=(("cost", None),)))
    for proven in (True, False):
        rows = [row for row in found.ranking if row.proven is proven]
        ordered = sorted(rows, key=lambda r: (r.cost is None, r.cost, r.ttft is None, r.ttft or 0, r.offering))
        assert [row.offering for row in rows] == [row.offering for row in ordered]


@LAW
@given(catalogs_with_questions())
def test_leaving_somebody_out_keeps_the_order_of_the_rest(drawn: tuple[Documents, Asked]) -> None:
    """Without bands, the order of two rows does not depend on a third."""
    documents, asked = drawn
    plain = changed(asked, limit=EVERYBODY, rank_by=tuple((key, None) for key, _ in asked.rank_by))
    whole = ids(answered(catalog_of(documents), plain).ranking)
    for gone in whole:
        kinds = {kind: dict(records) for kind, records in documents.items()}
        del kinds["offerings"][gone]
        measurements = kinds["measurements"].items()
        kinds["measurements"] = {key: one for key, one in measurements if one["offering"] != gone}
        rest = ids(answered(catalog_of(kinds), plain).ranking)
        assert rest == [id_ for id_ in whole if id_ != gone]
