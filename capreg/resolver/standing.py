"""Where one offering stands in an answer, in words: ranked, passing below the limit, or why it is not there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from capreg.resolver.explain import reasons_of
from capreg.resolver.ledger import entry_of

if TYPE_CHECKING:
    from capreg.resolver.decision import Decision
    from capreg.resolver.settled import Settled

__all__ = ["standing"]

_LEFT_OUT = {
    "no_price_in_tier": "is not sold in this tier",
    "retired": "is retired",
    "unlisted": "is no longer listed by any source",
    "preview": "is a preview",
    "free": "is free for a stated reason",
}


def standing(decision: Decision, settled: Settled, offering: str) -> str:
    """What became of `offering`."""
    for candidate in decision:
        if candidate.offering == offering:
            return f"ranks {candidate.rank}"
    if offering not in settled.index.offerings:
        return "is not in this catalog"
    row = settled.index.offerings.index(offering)
    for reason, rows in settled.universe.left_out.items():
        if row in rows:
            return _left_out(settled, reason, offering)
    place = settled.partition.rows.index(row)
    if settled.partition.feasible >> place & 1:
        return f"passes, and is not among the first {settled.request.limit}"
    return reasons_of(entry_of(settled, place))


def _left_out(settled: Settled, reason: str, offering: str) -> str:
    lifecycle = settled.catalog.documents("offerings")[offering].get("lifecycle", {})
    if reason == "retired" and "retires_on" in lifecycle:
        return f"retired on {lifecycle['retires_on']}"
    return _LEFT_OUT.get(reason, reason)
