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
from capreg.review.market import COMPARED, Beside, Market

__all__ = ["RATES", "Listed", "PriceChange", "Witness", "listed", "price_changes", "witness"]

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
    beside: Beside | None
    """The new rate of the standard tier beside what others ask for the model; None where too few do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A new offering in one line."""

    id: str
    wire_id: str
    model: str | None
    quantization: str | None
    context_tokens: int | None
    max_input_tokens: int | None
    max_output_tokens: int | None
    starts_on: str | None
    """The day from which the price in force holds; with a basis of ``"observed"``, the day on which it was seen."""
    basis: str | None
    input: str | None
    output: str | None
    cache_read: str | None
    call_usd: str | None
    beside: tuple[Beside, ...]
    """The rates of the standard tier that can be held against what others ask for the model."""
    capabilities: tuple[str, ...]
    """Those that are proven, with features and level, as in ``tool_use[parallel]:2``."""
    cannot: tuple[str, ...]
    """Those that are known to be absent; where only features are, these in brackets."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Witness:
    """Where the newest of an offering's new or changed price lists can be read."""

    offering: str
    starts_on: str
    source: str
    seen_on: str
    url: str | None
    """None where the evidence names its source only."""


def price_changes(base: Catalog, head: Catalog, offering: str, day: str, market: Market) -> Iterator[PriceChange]:
    """The rates of `offering`, which both sides have, that differ on `day`."""
    old, new = (_in_force(side.documents("offerings")[offering], day) for side in (base, head))
    if old == new:
        return
    calls = tuple(_call_usd(side, offering, day) for side in (base, head))
    model = head.documents("offerings")[offering].get("model")
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
                    beside=market.beside(offering, model, rate, after) if tier == "standard" else None,
                )


def listed(catalog: Catalog, offering: str, day: str, market: Market) -> Listed:
    """The offering in one line, as it stands on `day`."""
    document = catalog.documents("offerings")[offering]
    rates = _entries_in_force(document, day).get("standard", {})
    facts = sorted((document.get("capabilities") or {}).items())
    is_dollars = rates.get("currency", "USD") == "USD"
    besides = (market.beside(offering, document.get("model"), rate, rates.get(rate)) for rate in COMPARED)
    return Listed(
        id=offering,
        wire_id=document["wire_id"],
        model=document.get("model"),
        quantization=document.get("quantization"),
        context_tokens=document.get("context_tokens"),
        max_input_tokens=document.get("max_input_tokens"),
        max_output_tokens=document.get("max_output_tokens"),
        starts_on=rates.get("starts_on"),
        basis=rates.get("basis"),
        input=rates.get("input"),
        output=rates.get("output"),
        cache_read=rates.get("cache_read"),
        call_usd=_call_usd(catalog, offering, day),
        beside=tuple(one for one in besides if one is not None) if is_dollars else (),
        capabilities=tuple(filter(None, (_can(name, fact) for name, fact in facts))),
        cannot=tuple(filter(None, (_cannot(name, fact) for name, fact in facts))),
    )


def _can(name: str, fact: Mapping[str, Any]) -> str:
    features, level = _features(fact, known=True), fact.get("at_least")
    return f"{name}{features}{f':{level}' if level else ''}" if features or level else ""


def _cannot(name: str, fact: Mapping[str, Any]) -> str:
    features = _features(fact, known=False)
    return name if fact.get("at_most") == 0 else f"{name}{features}" if features else ""


def _features(fact: Mapping[str, Any], *, known: bool) -> str:
    """The features that are known to be there, or not to be, in brackets; empty where none is."""
    names = [name for name, there in sorted((fact.get("features") or {}).items()) if there is known]
    return f"[{','.join(names)}]" if names else ""


def witness(base: Catalog, head: Catalog, offering: str) -> Witness | None:
    """Who says the newest price list of `offering` that `base` does not have in this form; None where all stand."""
    old = [_said(entry) for entry in (base.documents("offerings").get(offering) or {}).get("prices", ())]
    new = [entry for entry in head.documents("offerings")[offering].get("prices", ()) if _said(entry) not in old]
    if not new:
        return None
    entry = max(new, key=lambda one: str(one["starts_on"]))
    told = [one for one in entry.get("evidence", ()) if "says" not in one] or entry.get("evidence", ())
    best = max(told, key=lambda one: ("url" in one, str(one["seen_on"])), default=None)
    if best is None:
        return None
    return Witness(
        offering=offering,
        starts_on=entry["starts_on"],
        source=best["source"],
        seen_on=best["seen_on"],
        url=best.get("url"),
    )


def _said(entry: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in entry.items() if key != "evidence"}


def _in_force(document: Mapping[str, Any], day: str) -> dict[str, Mapping[str, Any]]:
    """By tier, step and window: the rates in force on `day`."""
    kept = (*RATES, "currency", "free")
    entries = _entries_in_force(document, day).items()
    return {name: {key: entry[key] for key in kept if key in entry} for name, entry in entries}


def _entries_in_force(document: Mapping[str, Any], day: str) -> dict[str, Mapping[str, Any]]:
    found: dict[str, Mapping[str, Any]] = {}
    begun = [entry for entry in document.get("prices", ()) if entry["starts_on"] <= day]
    for tier in {entry.get("tier", "standard") for entry in begun}:
        held = [entry for entry in begun if entry.get("tier", "standard") == tier]
        start = max(entry["starts_on"] for entry in held)
        for entry in held:
            if entry["starts_on"] == start:
                above = f" above {entry['above_input_tokens']:,}" if "above_input_tokens" in entry else ""
                window = f" {entry['window']['start']}–{entry['window']['end']}" if "window" in entry else ""
                found[f"{tier}{above}{window}"] = entry
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
