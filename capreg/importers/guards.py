"""What no import may do: take a file that is older than the last one, or that lost or gained far too much."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from capreg.errors import Finding, InvalidArgument, InvalidData
from capreg.ids import ProviderId
from capreg.importers.proposal import Batch

__all__ = ["not_older", "of_likely_count", "of_likely_size"]

_MANY = 20
_LEAST_KEPT = 0.5
_MOST_GROWN = 5
_IN_PIECES = frozenset({"openrouter", "pi-ai"})
"""Sources with several files, none of which names everything: a file is held against the providers that it names."""


def of_likely_size(
    batch: Batch,
    before: Mapping[str, str],
    only: frozenset[ProviderId] | None,
    where: str,
    *,
    allow_shrink: bool = False,
    allow_growth: bool = False,
) -> None:
    """Refuse a file that lost half of what its source named before, or has five times as much: a broken download.

    Args:
        batch: what the file says.
        before: what the source named when it was last imported, by offering and provider.
        only: the providers that are imported; None for all.
        where: the file.
        allow_shrink: take it though it lost so much.
        allow_growth: take it though it has so much.

    Raises:
        InvalidData: it is refused.
    """
    named = {str(one.id) for one in batch.offerings} | {str(one) for one in batch.also_listed}
    spoken_of = {name.partition("/")[0] for name in named} if batch.source in _IN_PIECES else only
    known = [name for name in before if "/" in name and (spoken_of is None or name.partition("/")[0] in spoken_of)]
    of_likely_count(len(named), len(known), "offerings", where, allow_shrink=allow_shrink, allow_growth=allow_growth)


def of_likely_count(
    named: int, known: int, what: str, where: str, *, allow_shrink: bool = False, allow_growth: bool = False
) -> None:
    """Refuse a file with `named` of `what`, such as offerings, where the last one had `known`, far more or far less.

    Raises:
        InvalidData: it is refused.
    """
    if known < _MANY:
        return
    found = {"where": where, "found": f"{named:,} {what}", "expected": f"about {known:,}"}
    if named < known * _LEAST_KEPT and not allow_shrink:
        raise InvalidData([_refused("IMP004", "far less", "has really gone, pass --allow-shrink", **found)])
    if named > known * _MOST_GROWN and not allow_growth:
        raise InvalidData([_refused("IMP005", "far more", "has really come, pass --allow-growth", **found)])


def _refused(rule: str, much: str, unless: str, *, where: str, found: str, expected: str) -> Finding:
    problem = f"the file names {much} than the last one did"
    hint = f"download it anew; where so much {unless}"
    return Finding(rule, where, "", problem, found=found, expected=expected, hint=hint)


def not_older(before: Mapping[str, str], day: date, only: frozenset[ProviderId] | None) -> None:
    """Refuse a file of `day` where the source was imported on a later one, `before` by subject.

    Raises:
        InvalidArgument: it is older.
    """
    seen = [last for subject, last in before.items() if only is None or subject.partition("/")[0] in only]
    if seen and day.isoformat() < max(seen):
        raise InvalidArgument(
            "a newer file of this source has been imported already",
            where="seen_on",
            found=day.isoformat(),
            expected=f"{max(seen)} or later",
        )
