"""The physical limit of decoding: what memory and arithmetic of a chip allow, whatever the software.

A decode step of a batch reads the weights that it passes through once, and the keys and values of each request, and
does two operations for each of these weights and request. So it takes at least

    max((weights + batch × cache) ÷ (chips × bandwidth), 2 × active parameters × batch ÷ (chips × operations a second))

which is the roofline model (Williams, Waterman and Patterson, 2009) for one token. Of a mixture of experts a batch of
B passes through E × (1 − (1 − k ÷ E)^B) of E experts when each token chooses k. The bound is generous: keys and values
are taken at one byte, all weights in the format that is stated, and nothing is lost between chips.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["BYTES", "Limit", "arithmetic_of", "fraction_of_limit", "limit_of"]

BYTES = {"fp4": 0.5, "fp8": 1.0, "int8": 1.0, "bf16": 2.0, "fp16": 2.0, "tf32": 4.0, "fp32": 4.0}
"""Bytes of a number."""
_KV_BYTES = 1
_OPERATIONS = 2
"""A multiplication and an addition for each weight that a token passes through."""


class Limit(NamedTuple):
    """The most that can be: seconds a step takes at least, and the rates that follow."""

    step_s: float
    weight_bytes: float
    """Read in a step."""
    cache_bytes: float
    """Read in a step for each request."""
    held_bytes: float
    """All weights, and the caches of all requests."""
    memory_bytes: int | None
    """Of all chips; None where it is not known."""
    batch: int
    chips: int

    @property
    def fits(self) -> bool | None:
        """Whether weights and caches fit into the memory of the chips; None where its size is not known."""
        return None if self.memory_bytes is None else self.held_bytes <= self.memory_bytes

    @property
    def most_requests(self) -> int | None:
        """How many requests of this context fit beside the weights; None where nobody knows, or a cache is nothing."""
        if self.memory_bytes is None or not self.cache_bytes:
            return None
        weights = self.held_bytes - self.batch * self.cache_bytes
        return max(int((self.memory_bytes - weights) // self.cache_bytes), 0)

    @property
    def per_request(self) -> float:
        """Tokens per second that one request can see at most, without speculative decoding."""
        return 1 / self.step_s

    @property
    def per_chip(self) -> float:
        """Output tokens per second of each chip at most."""
        return self.batch / self.step_s / self.chips


def limit_of(
    architecture: Mapping[str, Any], chip: Mapping[str, Any], *, chips: int, precision: str, batch: int, context: float
) -> Limit | None:
    """The limit for `batch` requests in flight with `context` tokens each; None where nothing of the chip is known.

    Where only bandwidth or only operations are known, by that alone.

    Args:
        architecture: of the model, as its record has it.
        chip: the accelerator's record.
        chips: how many share the model.
        precision: the number format of the weights.
        batch: requests in flight.
        context: tokens that each request has so far, on the mean.
    """
    bandwidth = chip.get("memory_bandwidth_bytes_per_s")
    flops = chip.get("dense_flops") or {}
    if not bandwidth and not flops:
        return None
    weights = _weights_read(architecture, batch) * BYTES[precision]
    cache = _cached(architecture, context) * _KV_BYTES
    reading = (weights + batch * cache) / (chips * bandwidth) if bandwidth else 0.0
    operations = _OPERATIONS * architecture["active_parameters"] * batch
    step = max(reading, operations / (chips * _flops(chip, precision)) if flops else 0.0)
    memory = chip.get("memory_bytes")
    held = architecture["parameters"] * BYTES[precision] + batch * cache
    return Limit(step, weights, cache, held, None if memory is None else chips * memory, batch, chips)


def arithmetic_of(chip: Mapping[str, Any], precision: str) -> str | None:
    """The number format whose operations count: `precision`, or the chip's fastest where it has none of that.

    None where no operations of the chip are known. Weights in a format that it does not compute in are read as they
    are and computed with in another, so the fastest is the generous reading.
    """
    stated: Mapping[str, int] = chip.get("dense_flops") or {}
    if not stated or precision in stated:
        return precision if stated else None
    return max(stated, key=lambda name: (stated[name], name.startswith("fp"), name))


def fraction_of_limit(
    deployment: Mapping[str, Any], architecture: Mapping[str, Any] | None, chip: Mapping[str, Any] | None
) -> float | None:
    """The share of the limit that a measured point reached: the greater of what a request saw and what the chips did.

    Above 1 it cannot be. A request may see more with speculative decoding, so that rate is then left out of it. None
    where model, chip, number format or rates are not known.
    """
    if architecture is None or chip is None or "output_tokens" not in deployment or "input_tokens" not in deployment:
        return None
    precision = deployment.get("weights") or _smallest(chip)
    context = deployment["input_tokens"] + deployment["output_tokens"] / 2
    chips, batch = deployment["chips"], deployment.get("concurrency", 1)
    limit = limit_of(architecture, chip, chips=chips, precision=precision, batch=batch, context=context)
    if limit is None:
        return None
    shares = []
    tpot = deployment.get("tpot_ms", {}).get("p50")
    if tpot and float(tpot) and "speculative" not in deployment:
        shares.append(1000 / float(tpot) / limit.per_request)
    if deployment.get("output_tps") and chip.get("dense_flops"):
        done = _OPERATIONS * architecture["active_parameters"] * float(deployment["output_tps"])
        shares.append(done / (chips * _flops(chip, precision)))
    return max(shares, default=None)


def _flops(chip: Mapping[str, Any], precision: str) -> float:
    """Dense operations per second of `arithmetic_of`."""
    return float(chip["dense_flops"][arithmetic_of(chip, precision)])


def _weights_read(architecture: Mapping[str, Any], batch: int) -> float:
    """Parameters that a step of `batch` requests passes through, each once."""
    total, active = architecture["parameters"], architecture["active_parameters"]
    experts = architecture.get("experts")
    if not experts:
        return float(active)
    chosen = architecture["experts_per_token"]
    of_expert = (total - active) / (experts - chosen)
    passed = experts * (1 - (1 - chosen / experts) ** batch)
    return float(active + (passed - chosen) * of_expert)


def _cached(architecture: Mapping[str, Any], context: float) -> float:
    """Numbers that are read of the cache of one request."""
    windowed = architecture.get("windowed_layers", 0)
    whole = (architecture["layers"] - windowed) * context
    near = windowed * min(context, architecture.get("window_tokens", 0))
    return float((whole + near) * architecture["kv_elements"])


def _smallest(chip: Mapping[str, Any]) -> str:
    """The smallest number format that the chip computes in: what is not stated is taken to be fast."""
    formats: list[str] = sorted(chip.get("dense_flops") or ["bf16"], key=BYTES.__getitem__)
    return formats[0]
