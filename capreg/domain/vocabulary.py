"""The closed sets that records and requests share. Open sets are ids, not literals."""

from __future__ import annotations

from typing import Literal

__all__ = [
    "AcceleratorKind",
    "AcceleratorStatus",
    "BackendGrade",
    "CapabilityKind",
    "CapabilityMeasure",
    "Effort",
    "FreeReason",
    "Ledger",
    "LifecycleStatus",
    "LoadScenario",
    "Market",
    "NumberFormat",
    "Percentile",
    "PriceBasis",
    "PriceEvidence",
    "ProviderKind",
    "Purpose",
    "QualityStatus",
    "RankName",
    "RateBasis",
    "Reasoning",
    "Redistributable",
    "ScoreScale",
    "ServiceTier",
    "SpeedEvidence",
    "TierMode",
    "Unit",
    "UnknownRows",
    "Vantage",
]

Unit = Literal[
    "input", "output", "cache_read", "cache_write", "cache_write_1h", "reasoning", "image", "audio_input", "request"
]
"""What is billed. Every rate is US dollars per million of these units."""

ServiceTier = Literal["standard", "batch", "flex", "priority"]
TierMode = Literal["whole_request", "marginal"]
PriceBasis = Literal["effective", "observed"]
FreeReason = Literal["rate_limited_tier", "promotion", "own_endpoint", "included_in_subscription"]

PriceEvidence = Literal["invoice", "vendor_page", "router_price", "aggregator"]
"""Kinds of evidence for a price, most trusted first."""
CapabilityKind = Literal["probed", "vendor_docs", "router_flag", "aggregator"]
"""Kinds of evidence for a capability, a limit or a lifecycle, most trusted first."""
SpeedEvidence = Literal[
    "own_measurement",
    "independent_measurement",
    "router_telemetry",
    "vendor_measurement",
    "vendor_claim",
    "inferred",
    "announced",
]
"""Kinds of evidence for speed, most trusted first. The last three never satisfy a bound and never rank."""

LifecycleStatus = Literal["preview", "available", "deprecated", "retired"]
ProviderKind = Literal["lab", "host", "cloud", "router"]
BackendGrade = Literal["vendor_stated", "inferred", "undisclosed"]
AcceleratorKind = Literal["gpu", "tpu", "lpu", "wafer", "rdu", "asic"]
AcceleratorStatus = Literal["available", "announced"]
Purpose = Literal["inference", "training"]
Market = Literal["on_demand", "spot", "reserved", "marketplace", "ownership"]
"""How a machine is had. `ownership`: what it costs its owner by the hour, all in."""
LoadScenario = Literal["closed", "offline", "server", "interactive", "single"]
"""How requests come. `closed`: so many in flight. `server`, `interactive`: at random, within limits on times."""
NumberFormat = Literal["fp4", "fp8", "int8", "bf16", "fp16", "tf32", "fp32"]
CapabilityMeasure = Literal["level", "context_tokens"]
Reasoning = Literal["never", "optional", "always"]
Vantage = Literal["client", "router", "local"]
RateBasis = Literal["decode", "end_to_end", "unstated"]
Redistributable = Literal["yes", "unverified"]

Effort = Literal["off", "on", "minimal", "low", "medium", "high", "xhigh", "max"]
"""How much a model thinks before it answers. `on`: it thinks, and the source does not say how much."""
ScoreScale = Literal["share", "share_above_chance", "win_probability"]
"""What a score is: a share that is right, that share with guessing taken out, or the chance to be preferred."""
QualityStatus = Literal["published", "provisional"]

Percentile = Literal["p50", "p75", "p90", "p95", "p99"]
"""Of the slow side: so many of a hundred requests do at least that well."""
RankName = Literal["cost", "latency", "e2e", "output_tps", "quality"]
UnknownRows = Literal["exclude", "include", "estimate"]
"""What becomes of who fails nothing and lacks a fact."""
Ledger = Literal["counts", "near", "full"]
"""How much is told of who was left out."""
