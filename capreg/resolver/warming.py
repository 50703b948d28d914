"""Warming: reading ahead of the first question what it would read. Answers are the same with it and without."""

from __future__ import annotations

from typing import TYPE_CHECKING

from capreg.errors import NoFeasibleOffering
from capreg.index.of import index_of
from capreg.resolver.engine import decide
from capreg.resolver.moment import Moment
from capreg.resolver.request import RANK_KEYS, compose

if TYPE_CHECKING:
    from capreg.catalog import Catalog
    from capreg.index import Index

__all__ = ["warm"]

_ANY_BOUND = {"max_latency_ms": 10**9, "max_first_answer_ms": 10**9, "max_e2e_ms": 10**9, "min_output_tps": 1}


def warm(catalog: Catalog) -> None:
    """Put every kind of requirement to `catalog` once, and read the answer: what that needs is then loaded."""
    index = index_of(catalog)
    capabilities = index.vocabulary["capabilities"]
    for name, capability in capabilities.items():
        features = f"[{','.join(capability['features'])}]" if capability["features"] else ""
        _ask(catalog, index, f"{name}{features}>={capability['bare']}", rank_by=RANK_KEYS[:1], bounds={})
    for key in RANK_KEYS if capabilities else ():
        _ask(catalog, index, next(iter(capabilities)), rank_by=(key,), bounds=_ANY_BOUND)


def _ask(catalog: Catalog, index: Index, requirement: str, *, rank_by: object, bounds: dict[str, int]) -> None:
    request = compose(
        catalog,
        index.vocabulary,
        [requirement],
        bounds=bounds,
        percentile="p50",
        workload=None,
        policy=None,
        rank_by=rank_by,
        unknown="exclude",
        limit=1,
    )
    try:
        decide(catalog, index, request, _latest(index)).best.to_dict()
    except NoFeasibleOffering:
        return


def _latest(index: Index) -> Moment:
    """The day on which the newest price starts: late enough that every offering has one."""
    return Moment(max(index.column("price.starts_on"), default=1), 0)
