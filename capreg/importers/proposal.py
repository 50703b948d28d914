"""What one file of a source says, as data: proposals for the registry, and what was left out and why.

A proposal is not yet part of the registry; `merge` decides what becomes of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from capreg.domain.vocabulary import FreeReason, PriceBasis, ServiceTier, TierMode
from capreg.ids import CapabilityId, ModelId, OfferingId, ProviderId, SourceId

__all__ = [
    "Batch",
    "ModelProposal",
    "OfferingProposal",
    "Period",
    "PriceProposal",
    "PriceSeries",
    "Rates",
    "Skip",
    "SpeedRow",
    "Steps",
    "Value",
]

Value = str | int | bool
"""One fact, as a document holds it."""
Rates = Mapping[str, int]
"""Nano-US-dollars per million units, by unit."""
Steps = Mapping[int | None, Rates]
"""Rates by the number of input tokens above which they hold; None is the base."""


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Skip:
    """Something that was read and not taken."""

    reason: str
    """Why, in words that do not name the subject, so that equal reasons can be counted."""
    subject: str
    """What it was, as the source names it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceProposal:
    """One price list of one tier, as a source states it."""

    tier: ServiceTier = "standard"
    steps: Steps
    tier_mode: TierMode | None = None
    """For every step; None where the source does not say."""
    free: FreeReason | None = None
    witness: bool = False
    """It may speak for or against a price that stands, and never becomes one: a router's own price."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """A price list and the day from which it held, as a source of history states them."""

    starts_on: date
    basis: PriceBasis
    steps: Steps
    url: str | None = None
    """Where the source has it from."""
    before: bool = False
    """The source gives no first day; `starts_on` is the last day that it gives the list for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceSeries:
    """The periods of one tier, earliest first, no two alike in a row."""

    tier: ServiceTier = "standard"
    periods: tuple[Period, ...]
    sighting: bool = False
    """It is one look at a price list on one day, and no history: a later look of somebody else outweighs it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferingProposal:
    """What a source says of one offering. A fact that is not here: the source does not say."""

    id: OfferingId
    wire_id: str
    key: str
    """The row's name in the source, verbatim; aliases of models name it."""
    canonical: ModelId | None = None
    """The model, where the source itself names it."""
    exact: tuple[ModelId, ...] = ()
    """Ids that the wire id spells out in full; they count where a model of exactly that id exists."""
    facts: Mapping[str, Value] = field(default_factory=dict)
    capabilities: Mapping[CapabilityId, Mapping[str, Value]] = field(default_factory=dict)
    """By capability: `at_least`, `at_most` and `features.<name>`."""
    lifecycle: Mapping[str, Value] = field(default_factory=dict)
    prices: tuple[PriceProposal, ...] = ()
    series: tuple[PriceSeries, ...] = ()
    unlinked: bool = False
    """The model that its names mean is refuted: it has none."""
    creates: bool = True
    """Whether the offering may be created from this; else it only adds to one that is there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelProposal:
    """What a source says of one model."""

    id: ModelId
    facts: Mapping[str, Value]
    router_names: tuple[str, ...] = ()
    """What OpenRouter calls it, by the source's own table."""
    by_name_only: bool = False
    """It rests on a router's name alone, and becomes a model only where a provider lists exactly that name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SpeedRow:
    """One row of a table of measurements: columns and texts."""

    offering: OfferingId
    cells: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """Everything that one file says."""

    source: SourceId
    seen_on: date
    offerings: tuple[OfferingProposal, ...] = ()
    models: tuple[ModelProposal, ...] = ()
    speeds: tuple[SpeedRow, ...] = ()
    read_in_full: frozenset[ProviderId] = frozenset()
    """Providers whose whole list is in the file."""
    also_listed: frozenset[OfferingId] = frozenset()
    """Offerings that the file lists and that no proposal speaks of: their rows contradict each other."""
    skips: tuple[Skip, ...] = ()
