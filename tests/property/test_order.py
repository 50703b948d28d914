"""The order of requirements and the order of input documents do not matter."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tests.oracle import Asked
from tests.property.asking import answered, ask, catalog_of
from tests.property.laws import LAW, changed
from tests.questions import catalogs_with_questions
from tests.strategies import Documents


@LAW
@given(catalogs_with_questions(), st.randoms(use_true_random=False))
def test_order_of_requirements(drawn: tuple[Documents, Asked], shuffler: object) -> None:
    """Shuffled and doubled requirements are the same question."""
    documents, asked = drawn
    catalog = catalog_of(documents)
    shuffled = [*asked.requires, *asked.requires[:1]]
    shuffler.shuffle(shuffled)  # type: ignore[attr-defined]
    assert answered(catalog, changed(asked, requires=tuple(shuffled))) == answered(catalog, asked)


@LAW
@given(catalogs_with_questions(), st.randoms(use_true_random=False))
def test_order_of_documents(drawn: tuple[Documents, Asked], shuffler: object) -> None:
    """Documents in another order make the same digest and, byte for byte, the same answer."""
    documents, asked = drawn
    shuffled: Documents = {}
    for kind in sorted(documents, reverse=True):
        keys = list(documents[kind])
        shuffler.shuffle(keys)  # type: ignore[attr-defined]
        shuffled[kind] = {key: dict(reversed(documents[kind][key].items())) for key in keys}
    assert ask(catalog_of(shuffled), asked).to_json() == ask(catalog_of(documents), asked).to_json()
