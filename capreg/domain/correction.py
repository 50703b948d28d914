"""Corrections: what a source says and somebody found to be wrong, figure by figure. Not the right figure's record."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Annotated, ClassVar

from capreg.domain.record import STRICT, Evidence, Name, Prose
from capreg.domain.vocabulary import ServiceTier
from capreg.ids import IdText, OfferingId
from capreg.marks import Bounds, Pattern

__all__ = ["Corrections", "Refuted"]

FACT_PATTERN = r"^[a-z0-9][a-z0-9_-]*(\.[a-z0-9_]+){0,2}$"


@dataclass(frozen=True, slots=True, kw_only=True)
class Refuted:
    """One figure of a source that is wrong. Imports take it as not said, as long as the source says just that."""

    __pydantic_config__: ClassVar = STRICT

    offering: Annotated[OfferingId, IdText()]
    """Whose figure it is."""
    fact: Annotated[str, Pattern(FACT_PATTERN)]
    """Which: `model`, `context_tokens`, `tool_use.at_least`, `tool_use.features.parallel`, `lifecycle.status`, or the
    unit of a rate, such as `output`."""
    tier: ServiceTier = "standard"
    """Of a rate: the service tier."""
    above_input_tokens: Annotated[int, Bounds(1)] | None = None
    """Of a rate: the step of input size; absent means the base price."""
    wrong: Name
    """What the source says, as text."""
    seen_on: date
    """The day on which it was seen to say so."""
    right: Name | None = None
    """What is true, as text; absent means that nobody knows. The offering's file says it, with its evidence."""
    reason: Prose
    """How it is known to be wrong."""
    evidence: tuple[Evidence, ...]
    """Who shows it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Corrections:
    """What is wrong in one source. The file is named by the source's id."""

    __pydantic_config__: ClassVar = STRICT

    refuted: tuple[Refuted, ...]
    """Its wrong figures."""
