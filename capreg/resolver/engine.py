"""From a request to a decision: universe, checks, partition, order."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from capreg.index.bits import without
from capreg.index.of import index_of
from capreg.resolver.answers import answers_of, key_of
from capreg.resolver.checks import checks_of
from capreg.resolver.decision import Decision
from capreg.resolver.figures import Figures
from capreg.resolver.matching import partition
from capreg.resolver.moment import Moment
from capreg.resolver.ranking import ranked
from capreg.resolver.request import BOUNDS, compose
from capreg.resolver.settled import Settled
from capreg.resolver.universe import universe_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from capreg.catalog import Catalog
    from capreg.index import Index
    from capreg.resolver.answers import Answers
    from capreg.resolver.matching import Partition
    from capreg.resolver.request import Request

__all__ = ["answered", "decide"]


QUESTION = (
    "requires", *BOUNDS, "min_quality", "effort", "percentile", "unknown", "limit", "now", "rank_by", "workload",
    "policy", "as_of",
)  # fmt: skip
"""The parts of a question, in order: the arguments of `resolve`, and the minute it is where no instant is given."""

_PARTS = ("min_quality", "effort", "percentile", "workload", "policy", "rank_by", "unknown", "limit")


def answered(catalog: Catalog, question: tuple[Any, ...], *, tags: Mapping[str, str] | None = None) -> Decision:
    """The answer to `question`, whose parts are named by `QUESTION`: one that was given before, or a new one.

    `tags` change nothing of the answer, so kept answers have none.

    Raises:
        RequestError: for the first argument that cannot be meant.
        NoFeasibleOffering: as `decide` does.
    """
    index = index_of(catalog)
    answers = answers_of(index)
    decision = answers.repeated(question)
    if decision is None:
        decision = _answered(catalog, index, answers, dict(zip(QUESTION, question, strict=True)))
        answers.remember(question, decision)
    return _somebody(decision if tags is None else decision.tagged(tags))


def _answered(catalog: Catalog, index: Index, answers: Answers, asked: Mapping[str, Any]) -> Decision:
    """The answer that was given in the same interval to the same question, or a new one."""
    moment = Moment.of(datetime.fromtimestamp(60 * asked["now"], UTC) if asked["as_of"] is None else asked["as_of"])
    key = key_of(index, moment, asked)
    decision = answers.get(key, moment)
    if decision is None:
        request = compose(
            catalog,
            index,
            asked["requires"],
            bounds={name: asked[name] for name in BOUNDS},
            **{name: asked[name] for name in _PARTS},
        )
        settled, rows = _settled(catalog, index, request, moment)
        decision = Decision(settled, rows)
        answers.keep(key, decision, settled, rows)
    return decision


def decide(
    catalog: Catalog, index: Index, request: Request, moment: Moment, *, tags: Mapping[str, str] | None = None
) -> Decision:
    """The answer to `request` from `catalog` at `moment`, with `tags` that change nothing of it.

    Raises:
        NoFeasibleOffering: when nobody passes and nobody unknown is let in; it carries the decision.
    """
    return _somebody(Decision(*_settled(catalog, index, request, moment), tags=tags))


def _somebody(decision: Decision) -> Decision:
    if not decision:
        raise decision.infeasible()
    return decision


def _settled(catalog: Catalog, index: Index, request: Request, moment: Moment) -> tuple[Settled, list[int]]:
    """Who passes what, and the best rows."""
    if request.call.requests_per_second is not None:
        from capreg.resolver.dedicated import with_machines

        catalog, index = with_machines(catalog, index, request, moment)
    figures = Figures(index, request, moment)
    universe = universe_of(index, request, figures, moment)
    parts = partition(universe.bits, checks_of(index, request, figures))
    settled = Settled(
        catalog=catalog,
        index=index,
        request=request,
        moment=moment,
        figures=figures,
        universe=universe,
        partition=parts,
    )
    rows = ranked(parts.feasible, request.rank_by, figures, limit=request.limit)
    if request.unknown != "exclude" and len(rows) < request.limit:
        rows += _let_in(request, figures, parts, limit=request.limit - len(rows))
    return settled, rows


def _let_in(request: Request, figures: Figures, parts: Partition, *, limit: int) -> list[int]:
    """The best `limit` of the rows that lack a fact and are let in all the same."""
    if request.unknown == "include":
        return ranked(without(parts.unknown, parts.lacking("policy")), request.rank_by, figures, limit=limit)
    from capreg.resolver.estimates import Estimated

    return ranked(parts.stood_in, request.rank_by, Estimated(figures), limit=limit)
