"""Workload: the shape of one call and, where machines of one's own are to be weighed, the demand for it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any, ClassVar

from capreg.domain.defaults import (
    DEFAULT_HEADROOM,
    DEFAULT_INPUT_TOKENS,
    DEFAULT_OUTPUT_TOKENS,
    MOST_RATE,
    MOST_TOKENS,
)
from capreg.domain.vocabulary import ServiceTier
from capreg.marks import Bounds, Number

__all__ = ["DEFAULT_INPUT_TOKENS", "DEFAULT_OUTPUT_TOKENS", "Workload"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Workload:
    """The shape of one call.

    >>> Workload(input_tokens=3000, output_tokens=400).cached_input_tokens
    0
    """

    __pydantic_config__: ClassVar[dict[str, Any]] = {"extra": "forbid", "use_attribute_docstrings": True}

    input_tokens: Annotated[int, Bounds(0, MOST_TOKENS)] = DEFAULT_INPUT_TOKENS
    """Tokens sent, cached ones included."""
    output_tokens: Annotated[int, Bounds(0, MOST_TOKENS)] = DEFAULT_OUTPUT_TOKENS
    """Tokens of the answer, reasoning excluded."""
    cached_input_tokens: Annotated[int, Bounds(0, MOST_TOKENS)] = 0
    """How many of the input tokens are read from the provider's prompt cache."""
    reasoning_tokens: Annotated[int, Bounds(0, MOST_TOKENS)] | None = None
    """Tokens spent on reasoning; None means not stated: none where reasoning can be left off, else unknown."""
    images: Annotated[int, Bounds(0, 10_000)] = 0
    """Images in the input; an offering must then be known to see."""
    service_tier: ServiceTier = "standard"
    """Which of the provider's tiers is bought."""
    requests_per_second: Annotated[float, Number(0, MOST_RATE)] | None = None
    """Calls a second, all day; with it, machines of one's own are weighed beside what is sold by the token."""
    peak_requests_per_second: Annotated[float, Number(0, MOST_RATE)] | None = None
    """Calls a second at the busiest; None means as many as always."""
    headroom: Annotated[float, Number(0, 10)] = DEFAULT_HEADROOM
    """How much more than the peak the machines shall carry, as a share."""
    add_network_ms: Annotated[float, Number(0, 60_000)] = 0
    """What the way to a machine of one's own adds to times that were measured beside it, in milliseconds."""
