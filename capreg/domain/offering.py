"""Offering: the thing one can choose on an API, with dated and conditional prices."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Annotated, ClassVar

from capreg.domain.capability import CapabilityFact
from capreg.domain.hardware import Backend
from capreg.domain.record import STRICT, Evidence, Name, Prose
from capreg.domain.vocabulary import FreeReason, LifecycleStatus, PriceBasis, ServiceTier, TierMode
from capreg.ids import CapabilityId, IdText, ModelId
from capreg.marks import Bounds, Pattern
from capreg.units import NanodollarsPerMillion, RateText

__all__ = ["Lifecycle", "Offering", "PriceEntry", "UtcWindow"]

Rate = Annotated[NanodollarsPerMillion, RateText()]
Tokens = Annotated[int, Bounds(1)]
MINUTE_PATTERN = r"^([01][0-9]|2[0-3]):[0-5][0-9]$"
CURRENCY_PATTERN = r"^[A-Z]{3}$"


@dataclass(frozen=True, slots=True, kw_only=True)
class UtcWindow:
    """A part of every day, in UTC; from start (inclusive) to end (exclusive), past midnight where end is earlier."""

    __pydantic_config__: ClassVar = STRICT

    start: Annotated[str, Pattern(MINUTE_PATTERN)]
    """HH:MM."""
    end: Annotated[str, Pattern(MINUTE_PATTERN)]
    """HH:MM."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceEntry:
    """What is charged from a day on. The entries of one tier that start on one day are one price list.

    The list with the latest start that has come is in force; older ones are history. A list has one entry without
    step and window, and restates its steps and windows when any of it changes.

    Rates are decimal strings: US dollars per million tokens, images or requests.
    """

    __pydantic_config__: ClassVar = STRICT

    starts_on: date
    """The first day, UTC."""
    basis: PriceBasis
    """`effective`: the provider named that day. `observed`: a source was first seen to say it on that day."""
    tier: ServiceTier = "standard"
    """The service tier that it is for."""
    above_input_tokens: Tokens | None = None
    """It holds for requests with more input tokens than this."""
    tier_mode: TierMode | None = None
    """Above that size: `whole_request` reprices everything, `marginal` only what is above; absent means unknown."""
    window: UtcWindow | None = None
    """The part of the day that it holds for; absent means all of it that no window takes."""
    currency: Annotated[str, Pattern(CURRENCY_PATTERN)] = "USD"
    """A price in another currency is kept; its cost is unknown."""
    free: FreeReason | None = None
    """Why it costs nothing, where a rate is zero."""
    input: Rate | None = None
    """Input tokens that no cache served."""
    output: Rate | None = None
    """Output tokens."""
    cache_read: Rate | None = None
    """Input tokens served from the prompt cache."""
    cache_write: Rate | None = None
    """Input tokens written to the prompt cache, at its shortest lifetime."""
    cache_write_1h: Rate | None = None
    """Input tokens written to the prompt cache for an hour."""
    reasoning: Rate | None = None
    """Reasoning tokens; absent means that they bill as output."""
    image: Rate | None = None
    """Images in the input; absent means that they bill as input tokens."""
    audio_input: Rate | None = None
    """Audio tokens in the input."""
    request: Rate | None = None
    """Requests."""
    evidence: tuple[Evidence, ...]
    """Who says so."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lifecycle:
    """Whether it can still be had, and until when."""

    __pydantic_config__: ClassVar = STRICT

    status: LifecycleStatus = "available"
    """`deprecated` still answers; `retired` does not."""
    retires_on: date | None = None
    """The day from which it does not answer."""
    evidence: tuple[Evidence, ...] = ()
    """For the status and the date; empty means the file's."""
    note: Prose | None = None
    """Whom it concerns, where not everybody."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Offering:
    """A model at a provider, in one variant."""

    __pydantic_config__: ClassVar = STRICT

    wire_id: Name
    """What a request names, verbatim."""
    name: Name | None = None
    """For people."""
    model: Annotated[ModelId, IdText()] | None = None
    """Which model it serves; absent where no source says so exactly."""
    region: Annotated[str, IdText()] | None = None
    """The region scope that its price and limits hold for, where it has one."""
    quantization: Annotated[str, IdText()] | None = None
    """The number format of the weights, where known."""
    speed_class: Annotated[str, IdText()] | None = None
    """The vendor's name for a faster or slower variant of the same model."""
    context_tokens: Tokens | None = None
    """Input, reasoning and output together."""
    max_input_tokens: Tokens | None = None
    """Input alone."""
    max_output_tokens: Tokens | None = None
    """Reasoning and output together."""
    capabilities: dict[Annotated[CapabilityId, IdText()], CapabilityFact] | None = None
    """What is known of each; a capability that is not here is unknown."""
    prices: tuple[PriceEntry, ...] = ()
    """History and conditions; never overwritten."""
    lifecycle: Lifecycle | None = None
    """Absent means available, as far as known."""
    backend: Backend | None = None
    """Where it differs from the provider's."""
    evidence: tuple[Evidence, ...]
    """Of every fact in this file that names none."""
    reviewed_outlier: Prose | None = None
    """Why its price is far from what others ask for the same model; somebody looked at the provider's page."""
    note: Prose | None = None
    """What a reader should know."""
