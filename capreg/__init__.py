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
    from collections.abc import Set as AnySet
    from datetime import date, datetime
    from decimal import Decimal
    from os import PathLike

    from capreg import errors
    from capreg.catalog import Catalog
    from capreg.domain.usage import Usage
    from capreg.domain.vocabulary import Effort, Percentile, RankName, UnknownRows
    from capreg.domain.workload import Workload
    from capreg.errors import CapregError, NoFeasibleOffering
    from capreg.names import CapabilityName, SkillName
    from capreg.resolver.bill import Bill
    from capreg.resolver.candidate import Candidate
    from capreg.resolver.decision import Decision
    from capreg.resolver.floors import Like, like
    from capreg.resolver.policy import Policy
    from capreg.resolver.replaying import Replay

    Requirement = CapabilityName | SkillName | str
    Figure = float | str | Decimal
    """A number; text and Decimal are exact."""
    RankKey = RankName | tuple[RankName, Figure]
    """A rank key, or one with its band."""

__all__ = [
    "Bill",
    "Candidate",
    "CapregError",
    "Catalog",
    "Decision",
    "NoFeasibleOffering",
    "Policy",
    "Replay",
    "Usage",
    "Workload",
    "__version__",
    "cost",
    "errors",
    "like",
    "load",
    "open_catalog",
    "replay",
    "resolve",
    "warm",
]

_HOMES = {
    "Bill": "capreg.resolver.bill",
    "Candidate": "capreg.resolver.candidate",
    "CapregError": "capreg.errors",
    "Catalog": "capreg.catalog",
    "Decision": "capreg.resolver.decision",
    "NoFeasibleOffering": "capreg.errors",
    "Policy": "capreg.resolver.policy",
    "Usage": "capreg.domain.usage",
    "Replay": "capreg.resolver.replaying",
    "Workload": "capreg.domain.workload",
    "like": "capreg.resolver.floors",
}
_shipped: list[Catalog] = []


def resolve(
    requires: Requirement | Sequence[Requirement] | AnySet[Requirement],
    *,
    max_latency_ms: Figure | None = None,
    max_first_answer_ms: Figure | None = None,
    max_e2e_ms: Figure | None = None,
    min_output_tps: Figure | None = None,
    percentile: Percentile = "p50",
    max_cost_usd: Figure | None = None,
    min_quality: Figure | Mapping[str, Figure] | Like | None = None,
    effort: Effort | None = None,
    workload: Workload | None = None,
    policy: Policy | None = None,
    rank_by: RankKey | Sequence[RankKey] = "cost",
    unknown: UnknownRows = "exclude",
    as_of: datetime | date | str | None = None,
    catalog: Catalog | None = None,
    limit: int = 10,
    tags: Mapping[str, str] | None = None,
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
        min_quality: floor of quality, 0 to 100, for each asked capability that can be rated; or by capability,
            ``{"tool_use": 70}``; or ``capreg.like("lab/model", within=3)``. It holds if the lower end of the 90 %
            interval clears it.
        effort: the reasoning effort that the call runs at, such as ``"high"``; it goes with reasoning tokens.
        workload: the shape of one call; by default the skill's, or 2,000 input and 300 output tokens.
        policy: what you will not accept.
        rank_by: ``"cost"``, ``"latency"``, ``"e2e"``, ``"output_tps"`` or ``"quality"``; a sequence is lexicographic,
            an entry may be a band such as ``("cost", 0.05)`` or, in points, ``("quality", 3)``.
        unknown: ``"exclude"`` leaves out what lacks a required fact, ``"include"`` ranks it after the proven ones,
            ``"estimate"`` ranks after them what lacks only times for which a written estimator stands in.
        as_of: the instant to decide for, with a time zone, or a day; by default now.
        catalog: by default the one that is shipped.
        limit: the most candidates to return.
        tags: what triggered it, such as ``{"task": …, "agent": …, "skill": …, "process": …}``: short names and
            texts that change nothing of the answer and are part of its id.

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
    if min_quality is not None:
        from capreg.resolver.floors import hashable

        min_quality = hashable(min_quality)  # type: ignore[assignment]
    question = (
        requires, *bounds, min_quality, effort, percentile, unknown, limit, now, rank_by, workload, policy, as_of
    )  # fmt: skip
    if tags is not None:
        from capreg.resolver.question import check_tags

        tags = check_tags(tags)
    return answered(catalog, question, tags=tags)


def replay(
    path: str | PathLike[str], *, catalog: Catalog | None = None, as_of: datetime | date | str | None = None
) -> Replay:
    """Ask the question of a lock file again, and say which figure moved.

    Args:
        path: what `Decision.lock` wrote.
        catalog: by default the one that is shipped; give that of the lock's release for the same bytes.
        as_of: by default the instant of the lock; a later one asks whether the answer still holds then.

    Returns:
        A `Replay`: whether the answer is the same byte for byte, what moved, and the decision of now.

    Raises:
        LockError: the file is missing, damaged, newer than this capreg, or of a release whose question this
            catalog cannot be asked.
    """
    from capreg.index.of import index_of
    from capreg.resolver.lock import read_lock
    from capreg.resolver.moment import Moment
    from capreg.resolver.replaying import replayed

    locked = read_lock(path)
    catalog = load() if catalog is None else catalog
    moment = Moment.of(locked["basis"]["as_of"] if as_of is None else as_of)
    return replayed(catalog, index_of(catalog), locked, moment)


def warm(catalog: Catalog | None = None) -> Catalog:
    """Load now what the first questions would load: code, catalog, and everything that is asked of it.

    Args:
        catalog: by default the one that is shipped.

    Returns:
        The catalog, ready. It may be shared between threads; calling this again costs nothing.

    Raises:
        SnapshotError: the catalog is missing, damaged, or of another format.
    """
    from capreg.resolver.warming import warm as made_ready

    catalog = load() if catalog is None else catalog
    made_ready(catalog)
    return catalog


def cost(
    offering: str,
    usage: Usage,
    *,
    at: datetime | date | str | None = None,
    catalog: Catalog | None = None,
) -> Bill:
    """What one call that was made cost, item by item, exactly.

    >>> import capreg
    >>> usage = capreg.Usage(input_tokens=2000, cached_input_tokens=1500, output_tokens=300)
    >>> capreg.cost("anthropic/claude-haiku-4-5", usage, at="2026-11-22").cost_usd
    Decimal('0.00215')

    Args:
        offering: the offering's id, such as ``decision.best.offering``.
        usage: what the call used; `Usage.from_response` reads it from a response.
        at: the instant of the call, with a time zone, or a day; by default now.
        catalog: by default the one that is shipped.

    Returns:
        A `Bill`, whose items add up to its cost.

    Raises:
        RequestError: the offering is unknown, or an argument cannot be meant.
        CostUnknown: a rate or a rule is missing; it names each, and who could tell. Nothing counts as zero.
        SnapshotError: the shipped catalog cannot be read.
    """
    from capreg.index.of import index_of
    from capreg.resolver.bill import bill
    from capreg.resolver.moment import Moment

    catalog = load() if catalog is None else catalog
    return bill(catalog, index_of(catalog), offering, usage, Moment.of(_now() if at is None else at))


def load() -> Catalog:
    """The catalog that is shipped with the package, opened once.

    Raises:
        SnapshotError: it is missing, damaged, or of another format.
    """
    if not _shipped:
        from capreg.snapshot import shipped_path

        _shipped.append(open_catalog(shipped_path()))
    return _shipped[0]


def open_catalog(path: str | PathLike[str] | None = None, *, overlay: str | PathLike[str] | None = None) -> Catalog:
    """The compiled catalog at `path`; records load when they are touched.

    Args:
        path: a file that `capreg build` wrote; by default the catalog that is shipped.
        overlay: a folder laid out as registry_data is, with what is your own: measurements, negotiated prices,
            private endpoints. It is read, checked and laid over the catalog, which takes about a second; for
            processes that start often, ``capreg build --overlay DIR --out FILE`` does it once.

    Raises:
        SnapshotError: the catalog is missing, damaged, or of another format.
        InvalidData: the overlay has faults; all of them at once.
        UnreadableFile: there is no such folder.
    """
    from capreg.snapshot import open_catalog as opened

    catalog = load() if path is None else opened(path, decode=_decode)
    if overlay is None:
        return catalog
    from pathlib import Path

    from capreg.source.overlay import laid_over

    return laid_over(catalog, Path(overlay))


def _decode(kind: str, document: Mapping[str, Any]) -> Any:
    from capreg.schema import record

    return record(kind, document)


def _now() -> datetime:
    from datetime import UTC, datetime

    return datetime.now(UTC)


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        from importlib import import_module

        return getattr(import_module(_HOMES[name]), name)
    if name == "errors":
        from importlib import import_module

        return import_module("capreg.errors")
    raise AttributeError(f"module 'capreg' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(__all__)
