"""Choose a language model and where to run it, from a versioned catalog with evidence.

>>> import capreg
>>> decision = capreg.resolve("tool_use", max_latency_ms=300, as_of="2026-11-22")
>>> decision.best.proven
True

Importing this package opens no file and loads no third-party module; names load when they are first touched.
"""

from __future__ import annotations

from time import time
from typing import TYPE_CHECKING, Any

from capreg.version import __version__

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date, datetime
    from os import PathLike

    from capreg.catalog import Catalog
    from capreg.domain.workload import Workload
    from capreg.errors import CapregError, NoFeasibleOffering
    from capreg.resolver.candidate import Candidate
    from capreg.resolver.decision import Decision
    from capreg.resolver.policy import Policy

__all__ = [
    "Candidate",
    "CapregError",
    "Catalog",
    "Decision",
    "NoFeasibleOffering",
    "Policy",
    "Workload",
    "__version__",
    "load",
    "open_catalog",
    "resolve",
]

_HOMES = {
    "Candidate": "capreg.resolver.candidate",
    "CapregError": "capreg.errors",
    "Catalog": "capreg.catalog",
    "Decision": "capreg.resolver.decision",
    "NoFeasibleOffering": "capreg.errors",
    "Policy": "capreg.resolver.policy",
    "Workload": "capreg.domain.workload",
}
_shipped: list[Catalog] = []


def resolve(
    requires: str | Sequence[str],
    *,
    max_latency_ms: float | None = None,
    max_first_answer_ms: float | None = None,
    max_e2e_ms: float | None = None,
    min_output_tps: float | None = None,
    percentile: str = "p50",
    max_cost_usd: float | str | None = None,
    workload: Workload | None = None,
    policy: Policy | None = None,
    rank_by: str | tuple[str, float] | Sequence[str | tuple[str, float]] = "cost",
    unknown: str = "exclude",
    as_of: datetime | date | str | None = None,
    catalog: Catalog | None = None,
    limit: int = 10,
) -> Decision:
    """The feasible offerings for one call, ranked.

    Args:
        requires: a capability such as ``"tool_use"`` or ``"tool_use[parallel]>=2"``, a skill's id, or several.
        max_latency_ms: bound on TTFT, the first streamed token of any kind, in milliseconds.
        max_first_answer_ms: bound on the first token of the answer proper, in milliseconds.
        max_e2e_ms: bound on the last token, in milliseconds.
        min_output_tps: bound on output tokens per second of one request.
        percentile: ``"p50"``, ``"p75"``, ``"p90"``, ``"p95"`` or ``"p99"``, of every speed bound and speed key.
        max_cost_usd: bound on the cost of one call, in US dollars; text and Decimal are exact.
        workload: the shape of one call; by default the skill's, or 2,000 input and 300 output tokens.
        policy: what you will not accept.
        rank_by: ``"cost"``, ``"latency"``, ``"e2e"`` or ``"output_tps"``; a sequence is lexicographic, an entry may
            be a band such as ``("cost", 0.05)``.
        unknown: ``"exclude"`` leaves out what lacks a required fact, ``"include"`` ranks it after the proven ones.
        as_of: the instant to decide for, with a time zone, or a day; by default now.
        catalog: by default the one that is shipped.
        limit: the most candidates to return.

    Returns:
        A `Decision`: candidates, best first; ties by cost, TTFT, id.

    Raises:
        RequestError: an argument cannot be meant.
        NoFeasibleOffering: nobody passes; it carries the decision.
        SnapshotError: the shipped catalog cannot be read.
    """
    from capreg.resolver.engine import answered

    catalog = load() if catalog is None else catalog
    bounds = (max_latency_ms, max_first_answer_ms, max_e2e_ms, min_output_tps, max_cost_usd)
    now = int(time() // 60) if as_of is None else None
    question = (requires, *bounds, percentile, unknown, limit, now, rank_by, workload, policy, as_of)
    return answered(catalog, question)


def load() -> Catalog:
    """The catalog that is shipped with the package, opened once.

    Raises:
        SnapshotError: it is missing, damaged, or of another format.
    """
    if not _shipped:
        from capreg.snapshot import shipped_path

        _shipped.append(open_catalog(shipped_path()))
    return _shipped[0]


def open_catalog(path: str | PathLike[str]) -> Catalog:
    """The compiled catalog at `path`; records load when they are touched.

    Raises:
        SnapshotError: it is missing, damaged, or of another format.
    """
    from capreg.snapshot import open_catalog as opened

    return opened(path, decode=_decode)


def _decode(kind: str, document: Mapping[str, Any]) -> Any:
    from capreg.schema import record

    return record(kind, document)


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        from importlib import import_module

        return getattr(import_module(_HOMES[name]), name)
    raise AttributeError(f"module 'capreg' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(__all__)
