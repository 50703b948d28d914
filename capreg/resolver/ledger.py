"""The ledger: for each row that did not pass, every requirement it failed and every fact it lacks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from capreg.index.bits import rows_of, without
from capreg.index.columns import ABSENT
from capreg.resolver.provenance import age_days, evidence_for, sources_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from capreg.resolver.matching import Check
    from capreg.resolver.settled import Settled

__all__ = ["Entry", "Reason", "entries_of", "entry_of"]

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
        tuple(_Teller(settled, check).reason(row, missing=False) for check in settled.partition.failed(place)),
        tuple(_Teller(settled, check).reason(row, missing=True) for check in settled.partition.missing(place)),
    )


def entries_of(settled: Settled, bits: int) -> tuple[Entry, ...]:
    """The ledger entries of the rows of `bits`, in order of id: what `entry_of` says of each, check by check."""
    part, rows = settled.partition, rows_of(bits)
    failed: dict[int, list[Reason]] = {row: [] for row in rows}
    missing: dict[int, list[Reason]] = {row: [] for row in rows}
    for check, fails, unknowns in zip(part.checks, part.fails, part.unknowns, strict=True):
        teller = _Teller(settled, check)
        for row in rows_of(fails & bits):
            failed[row].append(teller.reason(row, missing=False))
        lacking = unknowns & bits
        for why, blank in check.blanks(lacking):
            reason = Reason(check.label, None, check.limit, why=why)
            lacking = without(lacking, blank)
            for row in rows_of(blank):
                missing[row].append(reason)
        for row in rows_of(lacking):
            missing[row].append(teller.reason(row, missing=True))
    offerings = settled.index.offerings
    return tuple(Entry(offerings[row], tuple(failed[row]), tuple(missing[row])) for row in rows)


class _Teller:
    """What one check says of the rows that it keeps out, and who says what they have."""

    __slots__ = ("_ages", "_check", "_documents", "_fact", "_metric", "_said", "_settled", "_texts")

    def __init__(self, settled: Settled, check: Check) -> None:
        self._settled = settled
        self._check = check
        self._metric = _METRIC.get(check.label)
        self._fact = _fact_of(check)
        self._ages: dict[str, int] = {}
        self._said: dict[tuple[tuple[str, str], ...], tuple[str | None, int | None]] = {}
        kind = "offerings" if self._metric is None else "measurements"
        self._documents = settled.catalog.documents(kind)
        self._texts = settled.index.offerings if self._metric is None else settled.index.texts(kind)

    def reason(self, row: int, *, missing: bool) -> Reason:
        check = self._check
        actual = check.actual(row)
        source, age = self._told(row, actual)
        return Reason(check.label, actual, check.limit, source, age, check.why(row) if missing else None)

    def _told(self, row: int, actual: object) -> tuple[str | None, int | None]:
        if self._metric is not None:
            return self._measured(row, self._metric)
        if self._fact is None or actual is None:
            return None, None
        evidence = evidence_for(self._documents[self._texts[row]], self._fact)
        said = tuple([(one["source"], one["seen_on"]) for one in evidence])
        found = self._said.get(said)
        if found is None:
            newest = max((day for _, day in said), default=None)
            found = self._said[said] = sources_of(evidence), None if newest is None else self._age(newest)
        return found

    def _measured(self, row: int, metric: str) -> tuple[str | None, int | None]:
        settled = self._settled
        measurement = settled.figures.speeds.chosen(row, metric, settled.figures.percentile)
        if measurement == ABSENT:
            return None, None
        document = self._documents[self._texts[measurement]]
        return document["source"], self._age(document["measured_on"])

    def _age(self, day: str) -> int:
        found = self._ages.get(day)
        if found is None:
            found = self._ages[day] = age_days(day, self._settled.moment)
        return found


def _fact_of(check: Check) -> str | None:
    """The fact of an offering's file that `check` looks at; None where it looks at something else."""
    if check.group not in ("capability", "fits"):
        return None
    fact = check.label.removeprefix("fits:").partition(">=")[0].partition("[")[0]
    return "context_tokens" if fact == "long_context" else fact
