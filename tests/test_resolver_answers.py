"""Answers that are kept: the same question again, at another minute, in other words, and by several threads."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from random import Random

import pytest

import capreg
from capreg.index import Index, index_of
from capreg.resolver.answers import Answers
from capreg.resolver.interval import interval_of
from capreg.resolver.moment import Moment
from tests.property.asking import catalog_of
from tests.strategies import made_catalog, random_pick

AS_OF = "2026-11-22T09:30Z"


@pytest.fixture
def catalog() -> capreg.Catalog:
    """The shipped catalog, opened anew, with nothing kept."""
    from capreg.snapshot import shipped_path

    return capreg.open_catalog(shipped_path())


def ask(catalog: capreg.Catalog, **changed: object) -> capreg.Decision:
    """One question, or a changed one."""
    question = {"requires": "tool_use", "max_latency_ms": 600, "as_of": AS_OF, "catalog": catalog, **changed}
    return capreg.resolve(**question)  # type: ignore[arg-type]


def test_the_same_question_gets_the_kept_answer(catalog: capreg.Catalog) -> None:
    """From the second answer on, the same words get the same decision."""
    ask(catalog)
    second = ask(catalog)
    assert second is ask(catalog)


def test_other_words_for_the_same_bound_give_the_same_answer(catalog: capreg.Catalog) -> None:
    """A number may be written in several ways."""
    told = {ask(catalog, max_latency_ms=bound).to_json() for bound in (600, 600.0, "600", Decimal(600), 600)}
    assert len(told) == 1


@pytest.mark.parametrize("wrong", [{"limit": True}, {"limit": 1.0}, {"workload": capreg.Workload(images=False)}])
def test_what_equals_a_kept_question_but_is_not_accepted_is_still_refused(
    catalog: capreg.Catalog, wrong: dict[str, object]
) -> None:
    """True and 1.0 equal 1, and are no whole numbers."""
    for _ in range(3):
        ask(catalog, limit=1, workload=capreg.Workload(images=0))
        ask(catalog, limit=1)
    with pytest.raises(capreg.CapregError):
        ask(catalog, **{"limit": 1, **wrong})


def test_an_answer_kept_for_an_interval_tells_its_own_instant(catalog: capreg.Catalog) -> None:
    """A minute later nothing has changed but the instant that is told."""
    fresh = ask(catalog, as_of="2026-11-22T09:31Z").to_json()
    ask(catalog)
    ask(catalog)
    later = ask(catalog, as_of="2026-11-22T09:31Z")
    assert fresh == later.to_json()
    assert later.basis["as_of"] == "2026-11-22T09:31Z"


def test_nobody_is_told_again(catalog: capreg.Catalog) -> None:
    """A question that nobody passes raises each time."""
    for _ in range(3):
        with pytest.raises(capreg.NoFeasibleOffering):
            ask(catalog, max_latency_ms="0.001")


def test_the_store_is_bounded(catalog: capreg.Catalog) -> None:
    """A service that asks new questions for ever does not grow for ever."""
    for limit in range(1, 700):
        ask(catalog, limit=limit)
    index = index_of(catalog)
    assert len(index.derived(("answers",), Answers)._kept) <= 512


def test_what_intervals_keep_is_bounded(catalog: capreg.Catalog) -> None:
    """Questions about many days push out what was worked out for the first ones."""
    index = index_of(catalog)
    for day in range(1, 29):
        ask(
            catalog,
            as_of=f"2026-02-{day:02}",
            max_latency_ms=None,
            unknown="include",
            policy=capreg.Policy(unlisted=True),
        )
    assert len([key for key in index._derived if key[0] == "price lists"]) <= 16


def test_threads_share_a_catalog() -> None:
    """Eight threads that ask a fresh catalog at once get what one gets alone."""
    documents = made_catalog(random_pick(Random(3)))  # noqa: S311  repeatable, not secret
    questions: list[dict[str, object]] = [
        {"requires": name, "rank_by": key, "unknown": "include", "limit": limit, "as_of": "2026-06-15"}
        for name in ("tool_use", "vision", "long_context>=2000")
        for key in ("cost", "latency", "e2e", "output_tps")
        for limit in (1, 3, 100)
    ]

    def told(catalog: capreg.Catalog, question: dict[str, object]) -> str:
        try:
            return capreg.resolve(**question, catalog=catalog).to_json()  # type: ignore[arg-type]
        except capreg.NoFeasibleOffering as nobody:
            return nobody.decision.to_json()

    alone = [told(catalog_of(documents), question) for question in questions]
    for _ in range(5):
        shared = catalog_of(documents)
        with ThreadPoolExecutor(8) as threads:
            assert alone * 4 == list(threads.map(lambda question, shared=shared: told(shared, question), questions * 4))


def test_an_interval_ends_at_events(catalog: capreg.Catalog) -> None:
    """Two minutes of one interval have one key; an age that the policy allows adds to it."""
    index: Index = index_of(catalog)
    one, other = Moment.of("2026-11-22T09:30Z"), Moment.of("2026-11-22T23:59Z")
    assert interval_of(index, one) == interval_of(index, other)
    assert interval_of(index, one) != interval_of(index, one, 30)
