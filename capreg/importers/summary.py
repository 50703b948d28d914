"""What an import did, in numbers and names: for a person who reviews it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from capreg.importers.proposal import Skip

__all__ = ["Conflict", "Summary", "conflicts_of"]


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Conflict:
    """A source that says something else than what stands; both are kept."""

    subject: str
    """The offering or model."""
    fact: str
    stands: str | None
    says: str
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """The outcome of one import. Every tuple is sorted."""

    source: str
    seen_on: date
    added: tuple[str, ...]
    """Offerings that are new."""
    changed: tuple[str, ...]
    """Offerings whose files changed."""
    unchanged: int
    """Offerings that the file names and that stay as they were."""
    unlisted: tuple[str, ...]
    """Offerings that this source listed before and does not list any more."""
    retired: tuple[str, ...] = ()
    """Offerings of which it now stands that they do not answer any more."""
    models_added: tuple[str, ...]
    models_changed: tuple[str, ...]
    measurements: int
    """Rows of speed in the table of this import."""
    conflicts: tuple[Conflict, ...]
    skips: tuple[Skip, ...]
    obsolete: tuple[str, ...] = ()
    """Corrections of this source that it does not need any more, in words."""

    @property
    def skipped(self) -> Mapping[str, int]:
        """How often each reason to leave something out came up, commonest first."""
        counted = Counter(skip.reason for skip in self.skips)
        return dict(sorted(counted.items(), key=lambda item: (-item[1], item[0])))


def conflicts_of(subject: str, document: Mapping[str, Any], source: str) -> Iterable[Conflict]:
    """Where `source` differs from what stands in `document`. A weaker proof of the same is no conflict."""
    for scope, fact in _scopes(document):
        for entry in fact.get("evidence", ()):
            if entry["source"] != source:
                continue
            for key, said in entry.get("says", {}).items():
                stands = _standing(fact, key)
                if key == "at_least" and stands is not None and int(said) < int(stands):
                    continue
                if key == "at_most" and stands is not None and int(said) > int(stands):
                    continue
                yield Conflict(subject=subject, fact=f"{scope}{key}", stands=stands, says=said, source=source)


def _scopes(document: Mapping[str, Any]) -> Iterable[tuple[str, Mapping[str, Any]]]:
    yield "", document
    for name, fact in document.get("capabilities", {}).items():
        yield f"{name}.", fact
    if "lifecycle" in document:
        yield "lifecycle.", document["lifecycle"]
    for entry in document.get("prices", ()):
        above = f" above {entry['above_input_tokens']}" if "above_input_tokens" in entry else ""
        yield f"{entry.get('tier', 'standard')} price from {entry['starts_on']}{above}: ", entry


def _standing(fact: Mapping[str, Any], key: str) -> str | None:
    feature = key.removeprefix("features.")
    value = fact.get("features", {}).get(feature) if feature != key else fact.get(key)
    if value is None:
        return None
    return str(value).lower() if isinstance(value, bool) else str(value)
