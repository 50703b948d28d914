"""Price lists out of LiteLLM's keys: unit, input-token step and service tier are all in the name of the key.

Amounts are US dollars per single token. Nothing else of a row is read here.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, get_args

from capreg.domain.vocabulary import ServiceTier
from capreg.importers.amounts import NO_PRICE, OFF_PEAK, Refused, price_list
from capreg.importers.proposal import PriceProposal

__all__ = ["price_lists"]

BY_TIME = "billed by the second or the hour"
OTHER_TIER = "price of a tier that is not held"
GAP = "tiered price with a gap"

_UNITS = {
    "input_cost_per_token": "input",
    "output_cost_per_token": "output",
    "cache_read_input_token_cost": "cache_read",
    "input_cost_per_token_cache_hit": "cache_read",
    "cache_creation_input_token_cost": "cache_write",
    "cache_creation_input_token_cost_above_1hr": "cache_write_1h",
    "output_cost_per_reasoning_token": "reasoning",
    "input_cost_per_audio_token": "audio_input",
    "input_cost_per_image": "image",
    "input_cost_per_request": "request",
}
_TIERS: dict[str, ServiceTier] = {"batches": "batch", "flex": "flex", "priority": "priority"}
_OTHER_TIERS = frozenset({"balanced", "ultrafast", "decisions"})
_KEY = re.compile(
    rf"^(?P<unit>{'|'.join(sorted(_UNITS, key=len, reverse=True))})"
    r"(?:_above_(?P<above>[0-9]+)k_tokens)?(?:_(?P<tier>[a-z]+))?$"
)
_TIME = ("input_cost_per_second", "cost_per_second", "output_cost_per_second")
Steps = dict[int | None, dict[str, Any]]


def price_lists(row: Mapping[str, Any]) -> tuple[list[PriceProposal], list[str]]:
    """The price lists of a row, one a tier, and the reasons why others are not taken."""
    if "off_peak_pricing" in row:
        return [], [OFF_PEAK]
    if any(row.get(key) for key in _TIME) and not row.get("input_cost_per_token"):
        return [], [BY_TIME]
    tiers, reasons = _by_tier(row)
    if row.get("tiered_pricing"):
        ranged = _ranges(row["tiered_pricing"])
        if isinstance(ranged, Refused):
            return [], [ranged.reason]
        tiers["standard"] = ranged
    found = []
    for tier in get_args(ServiceTier):
        priced = price_list(tiers.get(tier, {}), per="token", tier=tier)
        if isinstance(priced, PriceProposal):
            found.append(priced)
        elif tier == "standard" or (tier in tiers and priced.reason != NO_PRICE):
            reasons.append(priced.reason)
        elif tier in tiers:
            reasons.append(f"incomplete price of a tier: {tier}")
    return found, reasons


def _by_tier(row: Mapping[str, Any]) -> tuple[dict[ServiceTier, Steps], list[str]]:
    """Amounts by tier, step and unit, and a reason for each tier that has no place."""
    tiers: dict[ServiceTier, Steps] = {}
    strange = set()
    for key, amount in sorted(row.items()):
        match = _KEY.match(key)
        if match is None:
            continue
        suffix = match["tier"]
        if suffix in _OTHER_TIERS:
            strange.add(suffix)
        if suffix is not None and suffix not in _TIERS:
            continue
        above = None if match["above"] is None else int(match["above"]) * 1000
        steps = tiers.setdefault("standard" if suffix is None else _TIERS[suffix], {})
        steps.setdefault(above, {}).setdefault(_UNITS[match["unit"]], amount)
    return tiers, [f"{OTHER_TIER}: {suffix}" for suffix in sorted(strange)]


def _ranges(ranges: list[Mapping[str, Any]]) -> Steps | Refused:
    """Steps out of `tiered_pricing`, whose ranges must start at 0 and follow each other."""
    steps: Steps = {}
    end = 0
    for entry in sorted(ranges, key=lambda entry: entry.get("range", [0])[0]):
        start, stop = (int(bound) for bound in entry.get("range", (-1, -1)))
        if start != end:
            return Refused(GAP)
        rates = {_UNITS[key]: amount for key, amount in entry.items() if key in _UNITS}
        steps[start or None] = rates
        end = stop
    return steps
