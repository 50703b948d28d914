"""Warming: reading ahead of the first question what it would read. Answers are the same with it and without."""

from __future__ import annotations

from typing import TYPE_CHECKING

from capreg.errors import NoFeasibleOffering
from capreg.index.columns import metric_column
from capreg.index.of import index_of
from capreg.resolver.answers import answers_of
from capreg.resolver.engine import decide
from capreg.resolver.moment import Moment
from capreg.resolver.request import PERCENTILES, RANK_KEYS, compose

if TYPE_CHECKING:
    from capreg.catalog import Catalog
    from capreg.index import Index

__all__ = ["warm"]

_METRICS = ("ttft_ms", "first_answer_ms", "e2e_ms", "output_tps")
_ANY_BOUND = {"max_latency_ms": 10**9, "max_first_answer_ms": 10**9, "max_e2e_ms": 10**9, "min_output_tps": 1}


def warm(catalog: Catalog) -> None:
    """Read every column that a question can ask for, and put two questions: code and files are then loaded."""
    index = index_of(catalog)
    for name, capability in index.vocabulary["capabilities"].items():
        for column in (f"least.{name}", f"most.{name}", *(f"has.{name}.{word}" for word in capability["features"])):
            index.column(column)
    for metric in _METRICS:
        for percentile in PERCENTILES.values():
            index.column(metric_column(metric, percentile))
    answers_of(index).warm()
    easiest = next(iter(index.vocabulary["capabilities"]), None)
    if easiest is not None:
        _ask(catalog, index, f"{easiest}>=1", rank_by="cost", bounds={})
        _ask(catalog, index, f"{easiest}>=1", rank_by=[key for key in RANK_KEYS if key != "quality"], bounds=_ANY_BOUND)


def _ask(catalog: Catalog, index: Index, requirement: str, *, rank_by: object, bounds: dict[str, int]) -> None:
    request = compose(
        catalog,
        index,
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
