"""Who would clear the floors of quality if the call let them think: most models were scored while they did."""

from __future__ import annotations

from typing import TYPE_CHECKING

from capreg.index.bits import without
from capreg.index.columns import ABSENT, EFFORTS
from capreg.resolver.quality import ESTIMATE_FLOOR, LOW_FLOOR, Qualities, records_of
from capreg.resolver.ranking import ranked

if TYPE_CHECKING:
    from collections.abc import Sequence

    from capreg.resolver.settled import Settled

__all__ = ["clear_while_thinking", "effort_words", "thinking_words"]


def clear_while_thinking(settled: Settled) -> tuple[str, ...]:
    """The offerings that floors of quality alone keep out and that clear them once they think, in order of rank.

    Nobody where no floor is asked, and where the call thinks already or is asked not to.
    """
    request = settled.request
    floors = [bound for bound in request.bounds if bound.name.startswith((LOW_FLOOR, ESTIMATE_FLOOR))]
    if not floors or request.call.reasoning_tokens or request.effort is not None:
        return ()
    part, names = settled.partition, {bound.name for bound in floors}
    rows = part.excluded | part.unknown
    for check, fails, unknown in zip(part.checks, part.fails, part.unknowns, strict=True):
        if check.label not in names:
            rows = without(rows, fails | unknown)
    qualities = Qualities(settled.index, request, thinks=True)
    for floor in floors:
        rows, _ = qualities.judged(floor, rows)
    order = ranked(rows, request.rank_by, settled.figures, limit=max(rows.bit_count(), 1))
    return tuple(settled.index.offerings[row] for row in order)


def effort_words(settled: Settled) -> list[str]:
    """A line for each rated capability of which no counting estimate is of a run at the asked effort."""
    request, index = settled.request, settled.index
    if request.effort is None:
        return []
    efforts, provisional = index.column("quality.effort"), index.column("quality.provisional")
    words = []
    for capability in request.rated:
        records = [record for held in records_of(index, capability).values() for record in held]
        stated = {efforts[r] for r in records if request.terms.provisional or not provisional[r]} - {ABSENT}
        if EFFORTS.index(request.effort) not in stated:
            others = ", ".join(EFFORTS[place] for place in sorted(stated))
            instead = f" or ask for one of {others}" if others else ""
            words.append(
                f"no estimate for {capability} is of a run at effort {request.effort}: leave the effort out{instead}"
            )
    return words


def thinking_words(offerings: Sequence[str]) -> list[str]:
    """A line about `offerings` that clear the floors while they think; none where nobody does."""
    if not offerings:
        return []
    if len(offerings) == 1:
        told = f"{offerings[0]} clears the floor of quality when it reasons"
    else:
        told = f"{len(offerings):,}, {offerings[0]} first, clear the floor of quality when they reason"
    return [f"{told}: state reasoning_tokens to ask for that"]
