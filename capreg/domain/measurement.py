"""Measurement: speed seen under stated conditions. Sighting: the last day a source still listed an offering."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Annotated, ClassVar

from capreg.domain.record import STRICT, Name
from capreg.domain.vocabulary import RateBasis, ServiceTier, SpeedEvidence, Vantage
from capreg.ids import IdText, OfferingId, SourceId
from capreg.marks import Bounds, Pattern

__all__ = ["PERCENTILES", "SPEED_METRICS", "Measurement", "Sighting"]

PERCENTILES = (50, 75, 90, 95, 99)
SPEED_METRICS = ("ttft_ms", "first_answer_ms", "e2e_ms", "output_tps")

PERCENTILE_PATTERN = r"^p(50|75|90|95|99)$"
FAST_PERCENTILE_PATTERN = r"^p(75|90|95|99)$"
NUMBER_PATTERN = r"^(0|[1-9][0-9]{0,8})(\.[0-9]{1,3})?$"
Number = Annotated[str, Pattern(NUMBER_PATTERN)]
Tokens = Annotated[int, Bounds(1)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Measurement:
    """Speed of one hosted offering, seen from one vantage. One row of a table in registry_data/measurements/.

    A percentile means the slow side: pXX says that XX % of requests do at least that well. For a rate that is the
    low tail. What a source gives of the other tail is kept under `fast_output_tps` and satisfies no bound.
    """

    __pydantic_config__: ClassVar = STRICT

    offering: Annotated[OfferingId, IdText()]
    """What was measured."""
    source: Annotated[SourceId, IdText()]
    """Who says so."""
    kind: SpeedEvidence
    """What kind of evidence it is."""
    vantage: Vantage
    """Where the clock stood."""
    measured_on: date
    """The day, UTC."""
    tier: ServiceTier = "standard"
    """The service tier that was measured."""
    window_s: Annotated[int, Bounds(1)] | None = None
    """How long was measured, in seconds."""
    n: Annotated[int, Bounds(1)] | None = None
    """How many requests."""
    input_tokens: Tokens | None = None
    """Mean input length; absent means unstated."""
    output_tokens: Tokens | None = None
    """Mean output length; absent means unstated."""
    concurrency: Annotated[int, Bounds(1)] | None = None
    """Requests in flight at once."""
    region: Annotated[str, IdText()] | None = None
    """The region of the endpoint that was measured."""
    quantization: Annotated[str, IdText()] | None = None
    """The number format of the weights of the endpoint that was measured."""
    slowest_of: Annotated[int, Bounds(2)] | None = None
    """Of how many hosts behind a router each figure is the slowest: times are upper limits then, rates lower ones."""
    rate_basis: RateBasis = "unstated"
    """`decode`: tokens after the first over the time since the first. `end_to_end`: all tokens over all time."""
    ttft_ms: dict[Annotated[str, Pattern(PERCENTILE_PATTERN)], Number] | None = None
    """Time to first token of any kind, milliseconds, by percentile."""
    first_answer_ms: dict[Annotated[str, Pattern(PERCENTILE_PATTERN)], Number] | None = None
    """Time to the first token of the answer proper, milliseconds, by percentile."""
    e2e_ms: dict[Annotated[str, Pattern(PERCENTILE_PATTERN)], Number] | None = None
    """Time to the last token, milliseconds, by percentile."""
    output_tps: dict[Annotated[str, Pattern(PERCENTILE_PATTERN)], Number] | None = None
    """Output tokens per second of one request, by percentile, slow side."""
    fast_output_tps: dict[Annotated[str, Pattern(FAST_PERCENTILE_PATTERN)], Number] | None = None
    """The same, fast side: a source's p90 above its p50. Kept as it is; satisfies no bound."""
    uptime_percent: Number | None = None
    """Share of requests answered over the source's own window."""
    note: Name | None = None
    """What a reader should know."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighting:
    """The last day on which a source still listed an offering, or on which a provider was read there in full."""

    __pydantic_config__: ClassVar = STRICT

    subject: Annotated[str, IdText()]
    """An offering's id, or a provider's id for the day its list was read in full."""
    source: Annotated[SourceId, IdText()]
    """Which source."""
    last_seen_on: date
    """The day."""
