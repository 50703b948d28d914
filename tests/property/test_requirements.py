"""Adding a requirement never adds a survivor."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from tests.oracle import Asked
from tests.property.asking import answered, catalog_of
from tests.property.laws import EVERYBODY, LAW, changed, ids
from tests.questions import catalogs_with_questions, made_question
from tests.strategies import Documents, hypothesis_pick

BOUNDS = ("max_latency_ms", "max_first_answer_ms", "max_e2e_ms", "min_output_tps", "max_cost_usd")
RULES = (
    "allow_providers",
    "deny_providers",
    "allow_labs",
    "deny_labs",
    "allow_accelerators",
    "deny_accelerators",
    "open_weights",
    "resellers",
    "keys",
)


@st.composite
def questions_and_stricter_ones(draw: st.DrawFn) -> tuple[Documents, Asked, Asked]:
    """A question, and the same with what another one asks beside it."""
    documents, asked = draw(catalogs_with_questions())
    other = made_question(hypothesis_pick(draw), documents)
    more: dict[str, Any] = {
        bound: getattr(other, bound) for bound in BOUNDS if getattr(asked, bound) is None and getattr(other, bound)
    }
    more["requires"] = (*asked.requires, *other.requires)
    allowed, denied = asked.policy, other.policy
    added = {rule: denied[rule] for rule in RULES if rule in denied and not _collides(rule, allowed)}
    return documents, asked, changed(asked, **more, policy={**asked.policy, **added})


def _collides(rule: str, policy: Any) -> bool:
    """Whether the policy already speaks of the same thing: then the rule would replace it, or contradict it."""
    return rule in policy or rule.replace("allow", "deny") in policy or rule.replace("deny", "allow") in policy


@LAW
@given(questions_and_stricter_ones())
def test_a_stricter_question_has_no_new_survivor(drawn: tuple[Documents, Asked, Asked]) -> None:
    """Who passes the stricter question passed the other; who failed that one fails this one."""
    documents, asked, stricter = drawn
    catalog = catalog_of(documents)
    before = answered(catalog, changed(asked, limit=EVERYBODY))
    after = answered(catalog, changed(stricter, limit=EVERYBODY))
    assert set(ids(after.ranking)) - set(ids(before.ranking)) == set()
    assert set(before.excluded) - set(after.excluded) == set()


@LAW
@given(questions_and_stricter_ones())
def test_what_failed_before_is_still_told(drawn: tuple[Documents, Asked, Asked]) -> None:
    """A stricter question takes nothing out of a row's ledger."""
    documents, asked, stricter = drawn
    catalog = catalog_of(documents)
    before, after = answered(catalog, asked), answered(catalog, stricter)
    untold = {id_ for id_, (failed, _) in before.excluded.items() if failed - after.excluded[id_][0]}
    assert untold == set()
