"""Reads dumps of OpenRouter's API into endpoints: one model at one provider, in one variant, as the router sees it.

Two shapes are read: what the API's `/endpoints` answers, one answer or a list of them, and a map of providers that a
public scan keeps. Latency is milliseconds. What an endpoint means for an offering is decided in `openrouter`.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from capreg.errors import UnreadableFile
from capreg.importers.amounts import Refused, rate

__all__ = ["Endpoint", "endpoints_in", "generated_on"]

_WHOLE = 100
_USUAL = (0, "0", "default", None)
Spread = Mapping[str, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """One endpoint behind the router."""

    provider_name: str
    model_name: str
    """The router's id of the model."""
    tag: str
    quantization: str | None
    stated: Mapping[str, bool]
    """Flags that are true; nothing here is ever false."""
    input: int | None
    """Nano-US-dollars per million tokens, as the router charges."""
    output: int | None
    discounted: bool
    answers: bool
    """Whether the router's status of it is the usual one."""
    latency_ms: Spread
    throughput: Spread
    uptime: float | None
    uptime_window: str

    @property
    def is_measured(self) -> bool:
        """Whether all of its telemetry can be meant: positive finite numbers, an uptime of at most 100 percent."""
        spreads: list[Any] = [*self.latency_ms.values(), *self.throughput.values()]
        percent = 0 if self.uptime is None else self.uptime
        positive = all(value is None or (_is_number(value) and value > 0) for value in spreads)
        return positive and _is_number(percent) and 0 <= percent <= _WHOLE

    @property
    def suffix(self) -> str | None:
        """The part of the tag after the slash: a region, a number format or a speed class."""
        return self.tag.partition("/")[2] or None


def generated_on(document: Any) -> date | None:
    """The day that the file itself gives, if it gives one."""
    stamp = document.get("generated_at") if isinstance(document, Mapping) else None
    return date.fromisoformat(stamp[:10]) if isinstance(stamp, str) else None


def endpoints_in(document: Any, *, where: str) -> list[Endpoint]:
    """Every endpoint of a dump.

    Raises:
        UnreadableFile: neither of the two shapes.
    """
    if isinstance(document, Mapping) and isinstance(document.get("providers"), Mapping):
        return [
            _mapped(name, row) for name, provider in document["providers"].items() for row in provider.get("models", ())
        ]
    answers = document if isinstance(document, list) else [document]
    if all(isinstance(answer, Mapping) and isinstance(answer.get("data"), Mapping) for answer in answers) and answers:
        return [endpoint for answer in answers for endpoint in _answered(answer["data"])]
    raise UnreadableFile(
        "the file is no dump of OpenRouter's endpoints",
        where=where,
        expected='an answer of /endpoints with "data", a list of them, or a map with "providers"',
    )


def _mapped(provider: str, row: Mapping[str, Any]) -> Endpoint:
    performance = row.get("performance") or {}
    window = "uptime_24h" if performance.get("uptime_24h") is not None else "uptime_30m"
    return Endpoint(
        provider_name=provider,
        model_name=row["model_id"],
        tag=row["tag"],
        quantization=_known(row.get("quantization")),
        stated=_stated(row, ()),
        input=_rate(row["pricing"].get("prompt")),
        output=_rate(row["pricing"].get("completion")),
        discounted=bool(row["pricing"].get("discount")),
        answers=row.get("status") in _USUAL,
        latency_ms=performance.get("latency_30m") or {},
        throughput=performance.get("throughput_30m") or {},
        uptime=performance.get(window),
        uptime_window="24 h" if window == "uptime_24h" else "30 min",
    )


def _answered(model: Mapping[str, Any]) -> Iterator[Endpoint]:
    modalities = model.get("architecture", {}).get("input_modalities") or ()
    for row in model.get("endpoints", ()):
        window = "uptime_last_1d" if row.get("uptime_last_1d") is not None else "uptime_last_30m"
        pricing = row.get("pricing") or {}
        yield Endpoint(
            provider_name=row["provider_name"],
            model_name=model["id"],
            tag=row["tag"],
            quantization=_known(row.get("quantization")),
            stated=_stated(row, modalities),
            input=_rate(pricing.get("prompt")),
            output=_rate(pricing.get("completion")),
            discounted=pricing.get("discount") not in (None, 0, "0"),
            answers=row.get("status") in _USUAL,
            latency_ms=row.get("latency_last_30m") or {},
            throughput=row.get("throughput_last_30m") or {},
            uptime=row.get(window),
            uptime_window="24 h" if window == "uptime_last_1d" else "30 min",
        )


def _stated(row: Mapping[str, Any], modalities: Any) -> dict[str, bool]:
    stated = dict.fromkeys(row.get("supported_parameters") or (), True)
    stated |= dict.fromkeys((f"input_modalities:{kind}" for kind in modalities), True)
    if row.get("supports_implicit_caching") is True:
        stated["supports_implicit_caching"] = True
    return stated


def _is_number(value: Any) -> bool:
    """Whether `value` is a finite number; JSON as Python reads it knows NaN and infinities too."""
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def _known(quantization: str | None) -> str | None:
    return None if quantization in (None, "unknown") else quantization


def _rate(amount: Any) -> int | None:
    """The rate; None where there is none, where it varies (the router writes -1) and where it is zero."""
    taken = rate(amount, per="token")
    return None if isinstance(taken, Refused) else taken or None
