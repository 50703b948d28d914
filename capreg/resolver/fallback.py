"""Fallbacks: next choices that share as little as possible with those before them, and what they still share."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from capreg.index.columns import ABSENT
from capreg.resolver.ranking import ranked

if TYPE_CHECKING:
    from collections.abc import Sequence

    from capreg.resolver.settled import Settled

__all__ = ["Choice", "fallback_rows"]


class Choice(NamedTuple):
    """A row to fall back to, and what it shares with the best choice and the fallbacks before it."""

    row: int
    shares: tuple[str, ...]


def fallback_rows(settled: Settled, first: int, count: int) -> list[Choice]:
    """Up to `count` feasible rows after `first`: each shares the fewest things with those chosen so far.

    What can be shared: provider, a provider's parent, lab, an accelerator, being bought from a reseller. Equal ones
    go in order of rank. Hardware that nobody disclosed may be shared without anybody knowing; it is named as such and
    does not count.
    """
    feasible = settled.partition.feasible
    rows = ranked(feasible, settled.request.rank_by, settled.figures, limit=max(feasible.bit_count(), 1))
    traits = {row: _traits(settled, row) for row in rows}
    chosen = [first]
    found: list[Choice] = []
    taken = _traits(settled, first)
    rest = [row for row in rows if row != first]
    while rest and len(found) < count:
        row = min(rest, key=lambda row: (len(traits[row] & taken), rows.index(row)))
        rest.remove(row)
        shares = sorted(traits[row] & taken)
        if _is_undisclosed(settled, row) and any(_is_undisclosed(settled, other) for other in chosen):
            shares.append("hardware unknown")
        found.append(Choice(row, tuple(shares)))
        chosen.append(row)
        taken = taken | traits[row]
    return found


def _traits(settled: Settled, row: int) -> frozenset[str]:
    """Everything whose failure takes the row down with it."""
    index, vocabulary = settled.index, settled.index.vocabulary
    provider = vocabulary["providers"][index.column("provider")[row]]
    traits = [f"provider {name}" for name in (provider["id"], *provider["parents"])]
    traits += [f"accelerator {chip}" for chip in _backend(settled, row)["accelerators"]]
    lab = index.column("lab")[row]
    if lab != ABSENT:
        traits.append(f"lab {vocabulary['labs'][lab]}")
    if provider["reseller"]:
        traits.append("a reseller")
    return frozenset(traits)


def _backend(settled: Settled, row: int) -> dict[str, Any]:
    backends: Sequence[dict[str, Any]] = settled.index.vocabulary["backends"]
    return backends[settled.index.column("backend")[row]]


def _is_undisclosed(settled: Settled, row: int) -> bool:
    return not _backend(settled, row)["accelerators"]
