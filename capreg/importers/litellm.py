"""Reads LiteLLM's cost map: offerings with limits, flags, dates of deprecation and the most detailed prices.

Amounts are per single token. The provider is the field `litellm_provider`, not the first part of the key. An absent
flag says nothing. `max_input_tokens` is never taken for the context. Nothing is written here.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from capreg.ids import OfferingId, ProviderId, SourceId
from capreg.importers.amounts import OFF_PEAK, price_list
from capreg.importers.flags import FlagTable
from capreg.importers.litellm_prices import price_lists
from capreg.importers.names import ProviderNames, scope_of, writes_no_text
from capreg.importers.proposal import Batch, OfferingProposal, PriceProposal, Skip, Value
from capreg.importers.spelling import known_names, spelled_models

__all__ = ["SOURCE", "read"]

SOURCE = SourceId("litellm")
SAMPLE = "sample_spec"
SIZE_CLASS = "price equals the default of a size class"

_SIDES = ("input", "output")
_IMAGE_PRICES = ("output_cost_per_image", "output_cost_per_image_token")
_MODES = frozenset({"chat", "responses"})
_REGION = re.compile(r"^[a-z]{2}(-[a-z]+)+-[0-9]$")
Row = Mapping[str, Any]


@dataclass(slots=True, kw_only=True)
class _Reading:
    """What is needed to read a row, and what has been left out so far."""

    providers: ProviderNames
    flags: FlagTable
    defaults: Mapping[str, frozenset[tuple[int, int]]]
    """By provider: prices that stand for a class of model sizes."""
    skips: list[Skip] = field(default_factory=list)

    def skip(self, reason: str, subject: str) -> None:
        self.skips.append(Skip(reason=reason, subject=subject))


def read(
    document: Mapping[str, Any],
    *,
    providers: ProviderNames,
    flags: FlagTable,
    seen_on: date,
    only: frozenset[ProviderId] | None = None,
) -> Batch:
    """Everything that `document`, the parsed cost map, says of `only` these providers, or of all that have a file."""
    reading = _Reading(providers=providers, flags=flags, defaults=_size_classes(document))
    found: dict[OfferingId, list[OfferingProposal]] = defaultdict(list)
    covered = set()
    for key, row in document.items():
        provider = providers.by_name.get(row.get("litellm_provider"))
        if provider is None and only is None and key != SAMPLE and row.get("mode") in _MODES:
            reading.skip("no provider file", key)
        if key == SAMPLE or provider is None or (only is not None and provider not in only):
            continue
        covered.add(provider)
        proposal = _offering(reading, key, provider, row)
        if proposal is not None:
            found[proposal.id].append(proposal)
    offerings = {offering: one for offering, rows in found.items() for one in _one_of(reading, rows)}
    return Batch(
        source=SOURCE,
        seen_on=seen_on,
        offerings=tuple(offerings.values()),
        read_in_full=frozenset(covered),
        also_listed=frozenset(found) - frozenset(offerings),
        skips=tuple(reading.skips),
    )


def _wire_id(key: str, provider: ProviderId, providers: ProviderNames) -> str:
    """`key` without one leading name of its provider. `groq/openai/gpt-oss-120b` is `openai/gpt-oss-120b` at Groq."""
    head, slash, rest = key.partition("/")
    return rest if slash and rest and providers.by_name.get(head) == provider else key


def _unwanted(key: str, wire_id: str, provider: ProviderId, row: Row) -> str | None:
    """Why the row is no offering that writes text, if it is none: the first reason that holds."""
    names = known_names()
    head, slash, _ = wire_id.partition("/")
    regions = names["priced_regions"].get(provider, ())
    other_output = row.get("supported_output_modalities", ["text"]) != ["text"] or row.get("supports_audio_output")
    reasons = {
        f"mode {row.get('mode')}": row.get("mode") not in _MODES,
        "output other than text alone": other_output or any(row.get(price) for price in _IMAGE_PRICES),
        "price of one region or route, not a wire id": slash and (head in regions or _REGION.match(head)),
        "price of fine-tuned models": wire_id.startswith("ft:"),
        "class of model sizes, not a model": key.startswith(tuple(names["size_classes"].get(provider, ()))),
        "embeds, ranks or judges a text": writes_no_text(wire_id),
    }
    return next((reason for reason, holds in reasons.items() if holds), None)


def _offering(reading: _Reading, key: str, provider: ProviderId, row: Row) -> OfferingProposal | None:
    wire_id = _wire_id(key, provider, reading.providers)
    reason = _unwanted(key, wire_id, provider, row)
    if reason is not None:
        reading.skip(reason, key)
        return None
    by_hour = provider in known_names()["priced_by_the_hour"]["providers"]
    prices, refused = ([], [OFF_PEAK]) if by_hour else price_lists(row)
    # A row with the price of a size class may hold a default: it adds to an offering, and creates none.
    by_size = any(_pair(price) in reading.defaults.get(provider, ()) for price in prices)
    for reason in [*refused, SIZE_CLASS] if by_size else refused:
        reading.skip(reason, key)
    return OfferingProposal(
        id=reading.providers.offering(provider, wire_id),
        wire_id=wire_id,
        key=key,
        exact=spelled_models(reading.providers.bare(provider, wire_id), provider=provider),
        facts={**scope_of(provider, wire_id), **_limits(row)},
        capabilities=reading.flags.known({name: value for name, value in row.items() if isinstance(value, bool)}),
        lifecycle=_lifecycle(row),
        prices=() if by_size else tuple(prices),
        creates=not by_size,
    )


def _limits(row: Row) -> dict[str, Value]:
    found: dict[str, Value] = {}
    for key in ("max_input_tokens", "max_output_tokens"):
        tokens = row.get(key)
        if isinstance(tokens, int | float) and not isinstance(tokens, bool) and tokens >= 1:
            found[key] = int(tokens)
    return found


def _lifecycle(row: Row) -> dict[str, Value]:
    """A deprecation date says from which day it does not answer; until then it does."""
    day = row.get("deprecation_date")
    try:
        date.fromisoformat(day or "")
    except ValueError:
        return {}
    return {"status": "deprecated", "retires_on": str(day)}


def _size_classes(document: Mapping[str, Any]) -> dict[str, frozenset[tuple[int, int]]]:
    """By provider: the pairs of input and output price that stand for a class of model sizes."""
    pairs: dict[str, set[tuple[int, int]]] = defaultdict(set)
    for provider, prefixes in known_names()["size_classes"].items():
        for key, row in document.items():
            if key.startswith(tuple(prefixes)):
                price = price_list({None: {side: row.get(f"{side}_cost_per_token") for side in _SIDES}}, per="token")
                if isinstance(price, PriceProposal):
                    pairs[provider].add(_pair(price))
    return {provider: frozenset(found) for provider, found in pairs.items()}


def _pair(price: PriceProposal) -> tuple[int, int]:
    return price.steps[None]["input"], price.steps[None]["output"]


def _one_of(reading: _Reading, rows: Iterable[OfferingProposal]) -> list[OfferingProposal]:
    """One proposal for rows that share an id: they must name one wire id and one price, else none is taken."""
    rows = sorted(rows, key=lambda proposal: (-len(proposal.wire_id), -len(proposal.key), proposal.key))
    first, others = rows[0], rows[1:]
    taken: list[OfferingProposal] = []
    provider = ProviderId(first.id.partition("/")[0])
    if len({reading.providers.bare(provider, row.wire_id) for row in rows}) > 1:
        reason = "collision: two wire ids give one id"
    elif any(row.prices != first.prices for row in others):
        reason = "two rows of one wire id with different prices"
    else:
        reason, taken = "second row of one wire id", [first]
    for row in rows if not taken else others:
        reading.skip(reason, row.key)
    return taken
