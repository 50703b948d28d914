"""What one source is recorded to say of one figure of an offering, wherever its document has the evidence."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, get_args

from capreg.domain.vocabulary import Unit

__all__ = ["UNITS", "Word", "words"]

Document = Mapping[str, Any]
UNITS: tuple[str, ...] = get_args(Unit)


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """One source's figure."""

    value: str
    """As text."""
    seen_on: str
    """ISO date."""


def words(
    offering: Document, fact: str, source: str, *, tier: str = "standard", above: int | None = None
) -> Iterator[Word]:
    """What `source` says of `fact`, in the order of the document; nothing where it is silent.

    Args:
        offering: the offering's document.
        fact: as a correction names it: `model`, `tool_use.at_least`, `lifecycle.status`, `output`.
        source: the source's id.
        tier: of a rate, the service tier.
        above: of a rate, the step of input size.
    """
    for table, key in _tables(offering, fact, tier, above):
        for one in table.get("evidence") or offering["evidence"]:
            if one["source"] != source:
                continue
            says = one.get("says") or {}
            spoken = key in says or not one.get("facts") or key in one["facts"]
            value = says.get(key, _value(table, key))
            if spoken and value is not None:
                yield Word(value=_text(value), seen_on=one["seen_on"])


def _tables(offering: Document, fact: str, tier: str, above: int | None) -> Iterator[tuple[Document, str]]:
    """The tables that may hold the fact, each with the key that it has there."""
    if fact in UNITS:
        for entry in offering.get("prices", ()):
            if (entry.get("tier", "standard"), entry.get("above_input_tokens")) == (tier, above):
                yield entry, fact
        return
    head, _, key = fact.partition(".")
    if not key:
        yield offering, fact
    elif head == "lifecycle":
        yield offering.get("lifecycle") or {}, key
    else:
        yield (offering.get("capabilities") or {}).get(head) or {}, key


def _value(table: Document, key: str) -> Any:
    feature = key.removeprefix("features.")
    return table.get(key) if feature == key else (table.get("features") or {}).get(feature)


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
