"""From a request to a decision: universe, checks, partition, order."""

from __future__ import annotations

from typing import TYPE_CHECKING

from capreg.resolver.checks import checks_of
from capreg.resolver.decision import Decision
from capreg.resolver.figures import Figures
from capreg.resolver.matching import partition
from capreg.resolver.ranking import ranked
from capreg.resolver.settled import Settled
from capreg.resolver.universe import universe_of

if TYPE_CHECKING:
    from capreg.catalog import Catalog
    from capreg.index import Index
    from capreg.resolver.moment import Moment
    from capreg.resolver.request import Request

__all__ = ["decide"]


def decide(catalog: Catalog, index: Index, request: Request, moment: Moment) -> Decision:
    """The answer to `request` from `catalog` at `moment`.

    Raises:
        NoFeasibleOffering: when nobody passes and nobody unknown is let in; it carries the decision.
    """
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
    if request.include_unknown and len(rows) < request.limit:
        admitted = parts.unknown & ~parts.lacking("policy")
        rows += ranked(admitted, request.rank_by, figures, limit=request.limit - len(rows))
    decision = Decision(settled, rows)
    if not decision:
        raise decision.infeasible()
    return decision
