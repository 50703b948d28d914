"""Rates in force on both sides of a comparison, and what a call of the reference workload costs. It judges nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, get_args

import capreg
from capreg.catalog import Catalog
from capreg.domain.vocabulary import Unit
from capreg.errors import CapregError

__all__ = ["RATES", "Listed", "PriceChange", "listed", "price_changes"]

RATES: tuple[str, ...] = get_args(Unit)
_INPUT_TOKENS, _OUTPUT_TOKENS = 2000, 300


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceChange:
    """One rate in force that differs, and what a call of the reference workload costs on both sides."""

    offering: str
    tier: str
    """The service tier, with the step and window that the rate holds for."""
    rate: str
    old: str | None
    new: str | None
    percent: str | None
    old_call_usd: str | None
    new_call_usd: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A new offering in one line."""

    id: str
    wire_id: str
    model: str | None
    input: str | None
    output: str | None
    call_usd: str | None
    capabilities: tuple[str, ...]
    """Those that are proven, with their levels."""


def price_changes(base: Catalog, head: Catalog, offering: str, day: str) -> Iterator[PriceChange]:
    """The rates of `offering`, which both sides have, that differ on `day`."""
    old, new = (_in_force(side.documents("offerings")[offering], day) for side in (base, head))
    if old == new:
        return
    calls = tuple(_call_usd(side, offering, day) for side in (base, head))
    for tier in sorted(old.keys() | new.keys()):
        for rate in (*RATES, "currency", "free"):
            before, after = old.get(tier, {}).get(rate), new.get(tier, {}).get(rate)
            if before != after:
                yield PriceChange(
                    offering=offering,
                    tier=tier,
                    rate=rate,
                    old=before,
                    new=after,
                    percent=_percent(before, after) if rate in RATES else None,
                    old_call_usd=calls[0],
                    new_call_usd=calls[1],
                )


def listed(catalog: Catalog, offering: str, day: str) -> Listed:
    """The offering in one line, as it stands on `day`."""
    document = catalog.documents("offerings")[offering]
    rates = _in_force(document, day).get("standard", {})
    facts = document.get("capabilities") or {}
    return Listed(
        id=offering,
        wire_id=document["wire_id"],
        model=document.get("model"),
        input=rates.get("input"),
        output=rates.get("output"),
        call_usd=_call_usd(catalog, offering, day),
        capabilities=tuple(
            f"{name}:{fact['at_least']}" for name, fact in sorted(facts.items()) if fact.get("at_least")
        ),
    )


def _in_force(document: Mapping[str, Any], day: str) -> dict[str, Mapping[str, Any]]:
    """By tier, step and window: the entry in force on `day`."""
    found: dict[str, Mapping[str, Any]] = {}
    begun = [entry for entry in document.get("prices", ()) if entry["starts_on"] <= day]
    for tier in {entry.get("tier", "standard") for entry in begun}:
        held = [entry for entry in begun if entry.get("tier", "standard") == tier]
        start = max(entry["starts_on"] for entry in held)
        for entry in held:
            if entry["starts_on"] == start:
                above = f" above {entry['above_input_tokens']:,}" if "above_input_tokens" in entry else ""
                window = f" {entry['window']['start']}–{entry['window']['end']}" if "window" in entry else ""
                found[f"{tier}{above}{window}"] = {
                    key: entry[key] for key in (*RATES, "currency", "free") if key in entry
                }
    return found


def _percent(old: str | None, new: str | None) -> str | None:
    if old is None or new is None or not Decimal(old):
        return None
    return f"{(Decimal(new) / Decimal(old) - 1) * 100:+.1f}"


def _call_usd(catalog: Catalog, offering: str, day: str) -> str | None:
    """What a call of 2,000 input and 300 output tokens costs; None where that is unknown."""
    try:
        usage = capreg.Usage(input_tokens=_INPUT_TOKENS, output_tokens=_OUTPUT_TOKENS)
        bill = capreg.cost(offering, usage, at=day, catalog=catalog)
    except CapregError:
        return None
    return f"{bill.cost_usd.normalize():f}"
