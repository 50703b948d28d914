"""Run: what one execution of a serving benchmark saw, whichever tool reported it. No tool's format is known here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_HALF_EVEN, Decimal

from capreg.domain.measurement import PERCENTILES
from capreg.domain.vocabulary import RateBasis

__all__ = ["NAMES", "Percentiles", "Run", "Server", "decode_rates", "inverted", "thousandths"]

Percentiles = Mapping[str, Decimal]
"""By percentile, ``p50`` to ``p99``: the value that this share of the requests keeps or betters. The slow side."""

NAMES = tuple(f"p{percentile}" for percentile in PERCENTILES)
_STEP = Decimal("0.001")
_SECOND = Decimal(1000)


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """What the tool's file says of what was measured, as it says it. Nothing here is a name of the registry."""

    model: str | None = None
    engine: str | None = None
    engine_version: str | None = None
    accelerator: str | None = None
    accelerator_count: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One run: its conditions and what it saw. A fact that is absent: the file does not say it."""

    tool: str
    where: str
    """Which run of the file: a key path, or a line."""
    server: Server = field(default_factory=Server)
    measured_on: date | None = None
    """The day; UTC where the file gives an instant, else the day that it names."""
    duration_s: Decimal | None = None
    completed: int
    """Requests that were answered."""
    failed: int = 0
    """Requests that were not."""
    input_tokens: Decimal | None = None
    """Mean length that was really sent, not the one that was asked for."""
    output_tokens: Decimal | None = None
    """Mean length that really came back."""
    concurrency: int | None = None
    """Requests in flight at once, where that was held."""
    requests_per_second_asked: Decimal | None = None
    """The rate at which requests were sent, where that was held."""
    ttft_ms: Percentiles = field(default_factory=dict)
    first_answer_ms: Percentiles = field(default_factory=dict)
    """Time to the first token of the answer proper."""
    tpot_ms: Percentiles = field(default_factory=dict)
    """Time per output token after the first, of one request."""
    itl_ms: Percentiles = field(default_factory=dict)
    """Gaps between tokens, over all tokens of all requests. Not the same as `tpot_ms`."""
    e2e_ms: Percentiles = field(default_factory=dict)
    request_tps: Percentiles = field(default_factory=dict)
    """Output tokens per second of one request."""
    rate_basis: RateBasis = "decode"
    """Of `request_tps`."""
    output_tps_total: Decimal | None = None
    """Output tokens per second of everything together."""
    input_tps_total: Decimal | None = None
    """Input tokens per second of everything together."""
    requests_per_second: Decimal | None = None
    notes: tuple[str, ...] = ()
    """What was not taken, and why."""


def decode_rates(tpot_ms: Percentiles) -> dict[str, Decimal]:
    """Tokens per second of one request from its time per token: the slow side of the one is that of the other.

    >>> decode_rates({"p50": Decimal(10), "p99": Decimal(20)})
    {'p50': Decimal('100'), 'p99': Decimal('50')}
    """
    return inverted({name: value / _SECOND for name, value in tpot_ms.items()})


def inverted(seconds: Percentiles) -> dict[str, Decimal]:
    """Rates from times, percentile by percentile. A time of zero gives none."""
    return {name: 1 / value for name, value in seconds.items() if value > 0}


def thousandths(value: Decimal) -> str:
    """`value` with at most three decimals, half to even, as a table holds it.

    >>> thousandths(Decimal("12.50004"))
    '12.5'
    """
    text = f"{value.quantize(_STEP, rounding=ROUND_HALF_EVEN):f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
