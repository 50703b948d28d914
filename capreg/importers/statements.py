"""Who says what of a record, taken out of its evidence and put back into it.

A *statement* is what one source said, on the day it was first seen to say it. A *scope* is a set of facts that share
a list of evidence: the top of a file, one capability, the lifecycle, one price entry. What stands in a scope, and the
evidence for it, follow from the statements; so a source that changes its mind changes its own statement only.
Which statement wins is not decided here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from capreg.importers.proposal import Value

__all__ = ["Statement", "decode", "encode", "restated", "same_text", "text_of", "value_of"]

_NUMBERS = frozenset({"at_least", "at_most", "context_tokens", "max_input_tokens", "max_output_tokens"})
Same = Callable[[str, str, str], bool]


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """What one source said in one scope."""

    source: str
    seen_on: str
    """ISO date."""
    kind: str | None = None
    """None: the source's own kind for the subject."""
    values: Mapping[str, str]
    """By fact, as text."""
    url: str | None = None
    """Where it says so, where a source of history names its own source."""
    written: Mapping[str, Any] | None = field(default=None, compare=False)
    """The evidence as a person wrote it, to be kept as it is; None where an importer did."""

    @property
    def is_by_hand(self) -> bool:
        """Whether a person wrote it."""
        return self.written is not None


def text_of(value: Value) -> str:
    """`value` as evidence writes it."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def value_of(key: str, text: str) -> Value:
    """The fact `key` that `text` says."""
    if key in _NUMBERS:
        return int(text)
    if key == "open_weights" or key.startswith("features."):
        return text == "true"
    return text


def same_text(key: str, one: str, other: str) -> bool:
    """Whether two statements of the fact `key` are one."""
    del key
    return one == other


def decode(
    standing: Mapping[str, str], evidence: Iterable[Mapping[str, Any]], importers: frozenset[str]
) -> list[Statement]:
    """The statements behind what stands. A `says` takes the place of what stands; `facts` limits what is spoken of."""
    found = []
    for entry in evidence:
        says: Mapping[str, str] = entry.get("says", {})
        spoken = [*(entry.get("facts") or standing), *says]
        values = {key: says.get(key, standing.get(key)) for key in spoken}
        found.append(
            Statement(
                source=entry["source"],
                seen_on=entry["seen_on"],
                kind=entry.get("kind"),
                values={key: value for key, value in values.items() if value is not None},
                url=entry.get("url"),
                written=None if entry["source"] in importers else dict(entry),
            )
        )
    return found


def encode(
    standing: Mapping[str, str], statements: Iterable[Statement], *, same: Same = same_text
) -> list[dict[str, Any]]:
    """The evidence for what stands: what persons wrote first and unchanged, then the sources by day and name."""
    statements = list(statements)
    written = [dict(statement.written) for statement in statements if statement.written is not None]
    rest = sorted(
        (statement for statement in statements if statement.written is None),
        key=lambda statement: (statement.seen_on, statement.source),
    )
    return [*written, *(_entry(standing, statement, same) for statement in rest if statement.values)]


def restated(
    before: Iterable[Statement], source: str, seen_on: str, values: Mapping[str, str], *, kind: str | None = None
) -> list[Statement]:
    """`before` with everything that `source` said replaced by `values`; what it said already keeps its first day."""
    kept = [statement for statement in before if statement.source != source or statement.is_by_hand]
    mine = [statement for statement in before if statement.source == source and not statement.is_by_hand]
    days: dict[str, dict[str, str]] = {}
    for key, value in values.items():
        first = min((old.seen_on for old in mine if old.values.get(key) == value), default=seen_on)
        days.setdefault(first, {})[key] = value
    return kept + [Statement(source=source, seen_on=day, kind=kind, values=said) for day, said in sorted(days.items())]


def _entry(standing: Mapping[str, str], statement: Statement, same: Same) -> dict[str, Any]:
    entry: dict[str, Any] = {"source": statement.source, "seen_on": statement.seen_on}
    if statement.kind is not None:
        entry["kind"] = statement.kind
    if statement.url is not None:
        entry["url"] = statement.url
    spoken = [key for key in standing if key in statement.values]
    spoken += sorted(key for key in statement.values if key not in standing)
    says = {
        key: statement.values[key]
        for key in spoken
        if key not in standing or not same(key, standing[key], statement.values[key])
    }
    if set(spoken) != set(standing):
        entry["facts"] = spoken
    if says:
        entry["says"] = says
    return entry
