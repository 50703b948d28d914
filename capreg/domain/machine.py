"""Rental: an accelerator by the hour. Deployment: what a model reached on chips of one's own, under a stated load."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Annotated, ClassVar

from capreg.domain.measurement import NUMBER_PATTERN, PERCENTILE_PATTERN
from capreg.domain.record import STRICT, Name
from capreg.domain.vocabulary import LoadScenario, Market, NumberFormat, SpeedEvidence, Vantage
from capreg.ids import AcceleratorId, EngineId, IdText, ModelId, ProviderId, SourceId
from capreg.marks import Bounds, Pattern

__all__ = ["DEPLOYMENT_METRICS", "Deployment", "Rental"]

DEPLOYMENT_METRICS = ("ttft_ms", "tpot_ms", "e2e_ms")
DOLLARS_PATTERN = r"^[0-9]{1,4}(\.[0-9]{1,4})?$"
Number = Annotated[str, Pattern(NUMBER_PATTERN)]
Count = Annotated[int, Bounds(1)]
Percentiles = dict[Annotated[str, Pattern(PERCENTILE_PATTERN)], Number]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rental:
    """What one accelerator costs by the hour in one market. One row of a table in registry_data/rentals/."""

    __pydantic_config__: ClassVar = STRICT

    accelerator: Annotated[AcceleratorId, IdText()]
    """The chip."""
    market: Market
    """How it is had. Prices of two markets are never compared as if they were one."""
    usd_per_hour: Annotated[str, Pattern(DOLLARS_PATTERN)]
    """US dollars for one chip for one hour."""
    seller: Name
    """Who rents it out, or for ownership, which kind of buyer the cost is for."""
    seen_on: date
    """The day on which the price was seen."""
    source: Annotated[SourceId, IdText()]
    """Who says so."""
    provider: Annotated[ProviderId, IdText()] | None = None
    """The seller's id, where it is a provider of this catalog."""
    instance: Name | None = None
    """The machine that is rented as a whole."""
    chips: Count | None = None
    """How many accelerators that machine has, all of which are paid for; absent where they are rented one by one."""
    region: Name | None = None
    """Where."""
    note: Name | None = None
    """What a reader should know."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Deployment:
    """One measured operating point: a model on chips, with an engine, at a load. One row of registry_data/deployments/.

    Rates are of the whole deployment, in tokens per second. Percentiles are of the slow side.
    """

    __pydantic_config__: ClassVar = STRICT

    model: Annotated[ModelId, IdText()]
    """What ran."""
    checkpoint: Name | None = None
    """The weights, as the source names them."""
    accelerator: Annotated[AcceleratorId, IdText()]
    """On which chip."""
    chips: Count
    """On how many, over all nodes."""
    nodes: Count | None = None
    """Over how many machines."""
    prefill_chips: Count | None = None
    """Of these, chips that only read prompts, where reading and writing run apart."""
    decode_chips: Count | None = None
    """Of these, chips that only write."""
    parallelism: Name | None = None
    """How the model is spread, such as ``tp8`` or ``tp4 ep4``."""
    engine: Annotated[EngineId, IdText()] | None = None
    """The serving software."""
    engine_version: Name | None = None
    """Its version or image."""
    weights: NumberFormat | None = None
    """The number format of the weights."""
    speculative: Name | None = None
    """Speculative decoding, where it was on: how."""
    scenario: LoadScenario
    """How requests came."""
    concurrency: Count | None = None
    """Requests in flight, where that was held."""
    requests_per_s: Number | None = None
    """Requests a second that were answered."""
    dataset: Name | None = None
    """What the prompts are from, where their lengths vary."""
    input_tokens: Count | None = None
    """Mean input length."""
    output_tokens: Count | None = None
    """Mean output length."""
    ttft_ms: Percentiles | None = None
    """Time to first token, milliseconds, by percentile."""
    tpot_ms: Percentiles | None = None
    """Time per output token after the first, milliseconds, by percentile."""
    e2e_ms: Percentiles | None = None
    """Time to the last token, milliseconds, by percentile."""
    output_tps: Number | None = None
    """Output tokens per second of the whole deployment."""
    input_tps: Number | None = None
    """Input tokens per second of the whole deployment."""
    joules_per_output_token: Number | None = None
    """Energy, where it was measured."""
    runs: Count | None = None
    """How many runs of this point the figures are the median of."""
    kind: SpeedEvidence
    """What kind of evidence it is."""
    vantage: Vantage
    """Where the clock stood."""
    measured_on: date
    """The day, or where the source gives none, the day on which it said so."""
    source: Annotated[SourceId, IdText()]
    """Who says so."""
    note: Name | None = None
    """What a reader should know."""
