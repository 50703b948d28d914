"""Reads genai-prices' table: prices by matching rule, some with a start date, a service tier or a time of day.

A rule that fits more than one spelling names no offering: only exact spellings count. It speaks of offerings that are
there and makes none. A price without a date is a vote for or against what stands and never a price of its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from typing import Any, get_args

from capreg.domain.vocabulary import PriceBasis, ServiceTier
from capreg.errors import UnreadableFile
from capreg.ids import OfferingId, ProviderId, SourceId
from capreg.importers.amounts import OFF_PEAK, Refused, price_list
from capreg.importers.names import ProviderNames
from capreg.importers.proposal import Batch, OfferingProposal, Period, PriceProposal, PriceSeries, Skip

__all__ = ["SOURCE", "read"]

SOURCE = SourceId("genai-prices")
_UNITS = {
    "input_mtok": "input",
    "output_mtok": "output",
    "cache_read_mtok": "cache_read",
    "cache_write_mtok": "cache_write",
    "cache_write_1h_mtok": "cache_write_1h",
    "output_reasoning_mtok": "reasoning",
    "input_audio_mtok": "audio_input",
}
NOT_EXACT = "a rule that fits more than one spelling"
NO_OFFERING = "no such offering"
NO_PROVIDER = "no provider file"
NO_TIER = "a variant that is no service tier"
TWO_ENTRIES = "collision: two entries name one offering"
Conditions = Iterable[tuple[date | None, Mapping[str, Any]]]


def read(
    document: Any,
    *,
    providers: ProviderNames,
    offerings: Iterable[str],
    seen_on: date,
    where: str,
    only: frozenset[ProviderId] | None = None,
) -> Batch:
    """What `document` says of `offerings` of `only` these providers, or of all that have a file.

    Raises:
        UnreadableFile: it is no such table.
    """
    known = frozenset(offerings)
    found: dict[OfferingId, list[OfferingProposal]] = {}
    skips: list[Skip] = []
    try:
        for name, entry in _rows(document):
            provider = providers.by_name.get(name)
            if provider is None:
                skips.append(Skip(reason=NO_PROVIDER, subject=f"{name}/{entry['id']}"))
            elif only is None or provider in only:
                wire_ids, inexact = _spellings(entry["match"])
                skips += [Skip(reason=NOT_EXACT, subject=f"{name}/{entry['id']}")] * inexact
                prices, series, left_out = _prices(entry, f"{name}/{entry['id']}", seen_on)
                skips += left_out
                named = {providers.offering(provider, wire_id): wire_id for wire_id in wire_ids}
                for offering, wire_id in named.items():
                    one = OfferingProposal(
                        id=offering, wire_id="", key=f"{name}/{wire_id}", prices=prices, series=series, creates=False
                    )
                    found.setdefault(offering, []).append(one)
    except (AttributeError, KeyError, TypeError, ValueError) as unlike:
        raise UnreadableFile(
            "this is no table of genai-prices",
            where=where,
            expected="a list of providers, each with models that have a match and prices",
            hint="import prices/new_data/v2/data.json of its repository, or the package's table written as JSON",
        ) from unlike
    taken, more = _one_each(found, known)
    return Batch(source=SOURCE, seen_on=seen_on, offerings=tuple(taken), skips=(*skips, *more))


def _rows(document: Any) -> Iterator[tuple[str, Mapping[str, Any]]]:
    if not isinstance(document, list) or not document:
        raise TypeError("no list of providers")
    for provider in document:
        for entry in provider["models"]:
            yield provider["id"], entry


def _one_each(
    found: Mapping[OfferingId, list[OfferingProposal]], known: frozenset[str]
) -> tuple[list[OfferingProposal], list[Skip]]:
    """One proposal an offering; where two entries name one, neither is taken."""
    taken, skips = [], []
    for offering, proposals in found.items():
        if offering not in known:
            skips += [Skip(reason=NO_OFFERING, subject=one.key) for one in proposals]
        elif len(proposals) > 1:
            skips += [Skip(reason=TWO_ENTRIES, subject=one.key) for one in proposals]
        elif proposals[0].prices or proposals[0].series:
            taken.append(proposals[0])
    return taken, skips


def _spellings(match: Mapping[str, Any]) -> tuple[list[str], bool]:
    """The exact spellings that a rule names, and whether it also fits others."""
    if "equals" in match:
        return [match["equals"]], False
    either = match.get("or_", match.get("or"))  # as the package has it, and as its repository writes it
    if either is not None:
        parts = [_spellings(part) for part in either]
        return [wire_id for wire_ids, _ in parts for wire_id in wire_ids], any(inexact for _, inexact in parts)
    return [], True


def _prices(
    entry: Mapping[str, Any], key: str, seen_on: date
) -> tuple[tuple[PriceProposal, ...], tuple[PriceSeries, ...], list[Skip]]:
    prices, series, skips = [], [], []
    for tier, conditions in _tiers(entry):
        if isinstance(tier, Refused):
            skips.append(Skip(reason=tier.reason, subject=key))
            continue
        told = _told(conditions, tier, seen_on)
        if isinstance(told, Refused):
            skips.append(Skip(reason=told.reason, subject=f"{key}, {tier}"))
        elif isinstance(told, PriceSeries):
            series.append(told)
        else:
            prices.append(told)
    return tuple(prices), tuple(series), skips


def _tiers(entry: Mapping[str, Any]) -> Iterator[tuple[ServiceTier | Refused, Conditions]]:
    """The standard price and the variants that are service tiers, each with its dates."""
    prices = entry["prices"]
    rows = prices if isinstance(prices, list) else [{"prices": prices}]
    yield from _dated("standard", rows)
    by_tier: dict[ServiceTier, list[Mapping[str, Any]]] = {}
    for variant in entry.get("price_variants") or ():
        tier = _tier_of(variant["when"])
        if tier is not None:
            by_tier.setdefault(tier, []).append(variant)
        elif variant["when"] != {"service_tier": "default"}:
            yield Refused(NO_TIER), ()
    for tier, variants in by_tier.items():
        yield from _dated(tier, variants)


def _tier_of(when: Mapping[str, Any]) -> ServiceTier | None:
    """The service tier that a condition names, if it names nothing else."""
    if when == {"processing": "batch"}:
        return "batch"
    named = when.get("service_tier") if len(when) == 1 else None
    tiers: tuple[ServiceTier, ...] = get_args(ServiceTier)
    return next((tier for tier in tiers if tier == named and tier != "batch"), None)


def _dated(tier: ServiceTier, rows: Iterable[Mapping[str, Any]]) -> Iterator[tuple[ServiceTier | Refused, Conditions]]:
    dated: list[tuple[date | None, Mapping[str, Any]]] = []
    for row in rows:
        constraint = row.get("constraint")
        if constraint is None:
            dated.append((None, row["prices"]))
        elif "start_date" in constraint:
            dated.append((date.fromisoformat(constraint["start_date"]), row["prices"]))
        else:
            yield Refused(OFF_PEAK), ()
            return
    yield tier, dated


def _told(conditions: Conditions, tier: ServiceTier, seen_on: date) -> PriceProposal | PriceSeries | Refused:
    """A vote where there is no date; a series where there is one."""
    ordered = sorted(conditions, key=lambda one: one[0] or date.min)
    lists = []
    for day, rates in ordered:
        price = price_list(_steps(rates), per="million", tier=tier)
        if isinstance(price, Refused):
            return price
        lists.append((day, price))
    if len(lists) == 1 and lists[0][0] is None:
        return PriceProposal(tier=tier, steps=lists[0][1].steps, witness=True)
    days = [day for day, _ in lists if day is not None]
    periods: list[Period] = []
    for day, price in lists:
        # A day to come is announced; a past one may be the day on which somebody looked.
        starts_on = min(days) - timedelta(days=1) if day is None else day
        basis: PriceBasis = "effective" if starts_on > seen_on else "observed"
        if not periods or periods[-1].steps != price.steps:
            periods.append(Period(starts_on=starts_on, basis=basis, steps=price.steps, before=day is None))
    return PriceSeries(tier=tier, periods=tuple(periods))


def _steps(rates: Mapping[str, Any]) -> dict[int | None, dict[str, Any]]:
    """The rates by step: a tier begins above its number of input tokens."""
    steps: dict[int | None, dict[str, Any]] = {None: {}}
    for name, unit in _UNITS.items():
        rate = rates.get(name)
        if isinstance(rate, dict):
            steps[None][unit] = rate["base"]
            for tier in rate["tiers"]:
                steps.setdefault(int(tier["start"]), {})[unit] = tier["price"]
        elif rate is not None:
            steps[None][unit] = rate
    return steps
