"""Which statement stands. The written policy of the importers, rule by rule; docs/explanation/importing.md has the why.

What a person wrote stands. Then the more trusted kind of evidence, then the later first day, then the source's name.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import get_args

from capreg.domain.vocabulary import CapabilityKind, LifecycleStatus
from capreg.importers.statements import Statement

__all__ = ["Trust", "capability_standing", "facts_standing", "lifecycle_standing"]

_KINDS: Sequence[str] = get_args(CapabilityKind)
_LEVELS = ("at_least", "at_most")
_STATUSES: Sequence[str] = get_args(LifecycleStatus)


@dataclass(frozen=True, slots=True)
class Trust:
    """How far each source is believed on one subject: its own kind, most trusted first in `kinds`."""

    kinds: Sequence[str]
    own: Mapping[str, str]

    def rank(self, statement: Statement) -> int:
        """0 for the most trusted kind; unknown kinds last."""
        kind = statement.kind or self.own.get(statement.source, "")
        return self.kinds.index(kind) if kind in self.kinds else len(self.kinds)

    def best_first(self, statements: Iterable[Statement]) -> list[Statement]:
        """By hand, then by trust, then the latest day, then the source's name."""
        ordered = sorted(statements, key=lambda statement: statement.source)
        ordered.sort(key=lambda statement: statement.seen_on, reverse=True)
        return sorted(ordered, key=lambda statement: (not statement.is_by_hand, self.rank(statement)))


def facts_standing(statements: Iterable[Statement], trust: Trust, standing: Mapping[str, str]) -> dict[str, str]:
    """The facts at the top of a record. The wire id that stands stays; limits must not contradict each other."""
    ordered = trust.best_first(statements)
    chosen: dict[str, str] = {}
    for statement in ordered:
        for key, value in statement.values.items():
            chosen.setdefault(key, value)
    if "wire_id" in standing:
        chosen["wire_id"] = standing["wire_id"]
    context = int(chosen["context_tokens"]) if "context_tokens" in chosen else None
    _bound(chosen, "max_input_tokens", ordered, lambda tokens: context is None or tokens <= context)
    _bound(chosen, "max_output_tokens", ordered, lambda tokens: context is None or tokens <= context)
    window = context or int(chosen.get("max_input_tokens", 0))
    below = [s for s in ordered if s.is_by_hand or int(s.values.get("max_output_tokens", window)) < window]
    if window and any("max_output_tokens" in s.values for s in below):
        _bound(chosen, "max_output_tokens", below, lambda tokens: context is None or tokens <= context)
    return chosen


def _bound(chosen: dict[str, str], key: str, ordered: Iterable[Statement], fits: Callable[[int], bool]) -> None:
    """Takes the first statement of `key` that fits; a person's always does. None fits: the fact is unknown."""
    chosen.pop(key, None)
    for statement in ordered:
        value = statement.values.get(key)
        if value is not None and (statement.is_by_hand or fits(int(value))):
            chosen[key] = value
            return


def capability_standing(statements: Iterable[Statement], trust: Trust) -> dict[str, str]:
    """What is known of one capability: proofs add up; a contradiction among equals leaves what is contested unknown.

    What a person wrote stands, key by key; a person who bounds the level bounds it from both sides.
    """
    statements = list(statements)
    by_hand: dict[str, str] = {}
    for statement in reversed(trust.best_first(statement for statement in statements if statement.is_by_hand)):
        by_hand |= statement.values
    least, most = 0, None
    features: dict[str, str] = {}
    for group in _by_rank([statement for statement in statements if not statement.is_by_hand], trust):
        least, most = _levels(group, least, most)
        for key, said in _features(group).items():
            features.setdefault(key, said)
    chosen = {"at_least": str(least)} if least else {}
    if most is not None:
        chosen["at_most"] = str(most)
    if most != 0:
        chosen |= {key: said for key, said in sorted(features.items()) if said}
    if not by_hand.keys().isdisjoint(_LEVELS):
        chosen = {key: said for key, said in chosen.items() if key not in _LEVELS}
    return {**chosen, **by_hand}


def lifecycle_standing(statements: Iterable[Statement], trust: Trust) -> dict[str, str]:
    """The gravest status of the most trusted who speak of it, and the first date in the usual order."""
    ordered = trust.best_first(statements)
    by_hand = [statement for statement in ordered if statement.is_by_hand]
    if by_hand:
        return dict(by_hand[0].values)
    chosen: dict[str, str] = {}
    statuses = [statement.values["status"] for statement in ordered if "status" in statement.values]
    if statuses:
        chosen["status"] = max(statuses, key=_STATUSES.index)
    dates = [statement.values["retires_on"] for statement in ordered if "retires_on" in statement.values]
    if dates:
        chosen["retires_on"] = dates[0]
    return chosen


def _by_rank(statements: Iterable[Statement], trust: Trust) -> list[list[Statement]]:
    groups: dict[int, list[Statement]] = {}
    for statement in statements:
        groups.setdefault(trust.rank(statement), []).append(statement)
    return [groups[rank] for rank in sorted(groups)]


def _levels(group: Iterable[Statement], least: int, most: int | None) -> tuple[int, int | None]:
    """Bounds after `group`, which is trusted less than whoever gave `least` and `most`."""
    group = list(group)
    proven = max((int(s.values["at_least"]) for s in group if "at_least" in s.values), default=0)
    limits = [int(s.values["at_most"]) for s in group if "at_most" in s.values]
    limit = min(limits) if limits else None
    if limit is not None and proven > limit:
        proven, limit = limit, None
    if most is not None:
        proven = min(proven, most)
    elif limit is not None and limit >= least:
        most = limit
    return max(least, proven), most


def _features(group: Iterable[Statement]) -> dict[str, str]:
    """Features that `group` agrees on; an empty text where it does not."""
    agreed: dict[str, str] = {}
    for statement in group:
        for key, said in statement.values.items():
            if key.startswith("features."):
                agreed[key] = said if agreed.get(key, said) == said else ""
    return agreed
