"""The ledger: for each row that did not pass, every requirement it failed and every fact it lacks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from capreg.index.columns import ABSENT
from capreg.resolver.provenance import age_days, evidence_for, sources_of
from capreg.resolver.request import PERCENTILES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from capreg.resolver.matching import Check
    from capreg.resolver.settled import Settled

__all__ = ["Entry", "Reason", "entry_of"]

_METRIC = {
    "max_latency_ms": "ttft_ms",
    "max_e2e_ms": "e2e_ms",
    "min_output_tps": "output_tps",
    "rank_by:latency": "ttft_ms",
    "rank_by:e2e": "e2e_ms",
    "rank_by:output_tps": "output_tps",
}


class Reason(NamedTuple):
    """One requirement that a row failed, or for which it lacks a fact.

    `actual` is what it has, None where that is unknown; `limit` what is asked; `source` who says what it has, and
    `age_days` how old that is on the day of the decision; `why` says why a fact is missing.
    """

    requirement: str
    actual: Any
    limit: Any
    source: str | None = None
    age_days: int | None = None
    why: str | None = None

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON; absent parts are left out, but `actual` is always there."""
        told: dict[str, Any] = {"requirement": self.requirement, "actual": self.actual, "limit": self.limit}
        for name in ("source", "age_days", "why"):
            if getattr(self, name) is not None:
                told[name] = getattr(self, name)
        return told


class Entry(NamedTuple):
    """What kept one offering out: requirements it failed, facts it lacks."""

    offering: str
    failed: Sequence[Reason]
    missing: Sequence[Reason]

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON."""
        return {
            "offering": self.offering,
            "failed": [reason.to_dict() for reason in self.failed],
            "missing": [reason.to_dict() for reason in self.missing],
        }


def entry_of(settled: Settled, place: int) -> Entry:
    """The ledger entry of the row at `place`."""
    row = settled.partition.rows[place]
    return Entry(
        settled.index.offerings[row],
        tuple(_reason(settled, row, check, missing=False) for check in settled.partition.failed(place)),
        tuple(_reason(settled, row, check, missing=True) for check in settled.partition.missing(place)),
    )


def _reason(settled: Settled, row: int, check: Check, *, missing: bool) -> Reason:
    source, age = _measured(settled, row, check) or _documented(settled, row, check)
    why = check.why(row) if missing else None
    return Reason(check.label, check.actual(row), check.limit, source, age, why)


def _measured(settled: Settled, row: int, check: Check) -> tuple[str, int] | None:
    metric = _METRIC.get(check.label)
    if metric is None:
        return None
    percentile = PERCENTILES[settled.request.percentile]
    measurement = settled.figures.speeds.chosen(row, metric, percentile)
    if measurement == ABSENT:
        return None
    name = settled.index.texts("measurements")[measurement]
    document = settled.catalog.documents("measurements")[name]
    return document["source"], age_days(document["measured_on"], settled.moment)


def _documented(settled: Settled, row: int, check: Check) -> tuple[str | None, int | None]:
    if check.group not in ("capability", "fits"):
        return None, None
    fact = check.label.removeprefix("fits:").partition(">=")[0].partition("[")[0]
    fact = "context_tokens" if fact == "long_context" else fact
    document = settled.catalog.documents("offerings")[settled.index.offerings[row]]
    evidence = evidence_for(document, fact)
    if check.actual(row) is None or not evidence:
        return None, None
    return sources_of(evidence), age_days(max(e["seen_on"] for e in evidence), settled.moment)
