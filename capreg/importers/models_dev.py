"""Reads models.dev's api.json: offerings with limits, flags and list prices, and the models that they name.

Prices are US dollars per million tokens. 0 means free, unknown or included, so no zero becomes a price; a limit of 0
means not applicable. Nothing is written here.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from capreg.domain.vocabulary import FreeReason, ServiceTier
from capreg.ids import ModelId, ProviderId, SourceId
from capreg.importers.amounts import NO_PRICE, OFF_PEAK, Refused, price_list
from capreg.importers.flags import FlagTable
from capreg.importers.names import (
    ProviderNames,
    Variant,
    scope_of,
    variant_of,
    writes_no_text,
)
from capreg.importers.proposal import Batch, ModelProposal, OfferingProposal, PriceProposal, Skip, Value
from capreg.importers.spelling import first_snapshot, known_names, own_model, spelled_model, spelled_models

__all__ = ["BY_CODE", "SOURCE", "read"]

SOURCE = SourceId("models-dev")
BY_CODE = frozenset({"reasoning_options"})

_UNITS = {
    "input": "input",
    "output": "output",
    "cache_read": "cache_read",
    "cache_write": "cache_write",
    "reasoning": "reasoning",
    "input_audio": "audio_input",
}
_STATUS = {"deprecated": "deprecated", "beta": "preview", "alpha": "preview"}
_ROUTER = "openrouter"
_ENOUGH_ELSEWHERE = 3
"""Providers that must agree against a lab on whether a model's weights are open."""
Row = Mapping[str, Any]


@dataclass(slots=True)
class _Reading:
    """What has been collected so far."""

    providers: ProviderNames
    flags: FlagTable
    offerings: list[OfferingProposal] = field(default_factory=list)
    skips: list[Skip] = field(default_factory=list)


def read(
    document: Mapping[str, Any],
    *,
    providers: ProviderNames,
    flags: FlagTable,
    seen_on: date,
    only: frozenset[ProviderId] | None = None,
) -> Batch:
    """Everything that `document`, a parsed api.json, says of `only` these providers, or of all that have a file."""
    reading = _Reading(providers=providers, flags=flags)
    covered = set()
    for name, listed in document.items():
        provider = providers.by_name.get(name)
        if provider is None:
            if only is None:
                reading.skips += [
                    Skip(reason="no provider file", subject=f"{name}/{wire}") for wire in listed["models"]
                ]
            continue
        if only is not None and provider not in only:
            continue
        covered.add(provider)
        for wire_id, row in listed["models"].items():
            _offering(reading, provider, f"{name}/{wire_id}", wire_id, row)
    return Batch(
        source=SOURCE,
        seen_on=seen_on,
        offerings=tuple(reading.offerings),
        models=tuple(_models(document, providers)),
        read_in_full=frozenset(covered),
        skips=tuple(reading.skips),
    )


def _offering(reading: _Reading, provider: ProviderId, key: str, wire_id: str, row: Row) -> None:
    reason = _unwanted(wire_id, row)
    if reason is not None:
        reading.skips.append(Skip(reason=reason, subject=key))
        return
    by_hour = provider in known_names()["priced_by_the_hour"]["providers"]
    prices, refused = ([], [OFF_PEAK]) if by_hour else _prices(row)
    reading.skips += [Skip(reason=reason, subject=key) for reason in refused]
    canonical = row.get("canonical_model_id")
    reading.offerings.append(
        OfferingProposal(
            id=reading.providers.offering(provider, wire_id),
            wire_id=wire_id,
            key=key,
            canonical=None if canonical is None else ModelId(canonical.lower()),
            exact=spelled_models(reading.providers.bare(provider, wire_id), provider=provider),
            facts={"name": _line(row["name"]), **scope_of(provider, wire_id), **_limits(row["limit"])},
            capabilities=reading.flags.known(_stated(row), features=_reasoning_features(row)),
            lifecycle={"status": _STATUS[row["status"]]} if row.get("status") in _STATUS else {},
            prices=tuple(prices),
        )
    )


def _unwanted(wire_id: str, row: Row) -> str | None:
    """Why the row is no offering that writes text, if it is none."""
    modalities = row["modalities"]
    if modalities["output"] != ["text"]:
        return "output other than text alone"
    if "text" not in modalities["input"]:
        return "no text in the input"
    if not row["limit"].get("context"):
        return "context 0: not a chat model"
    if writes_no_text(wire_id):
        return "embeds, ranks or judges a text"
    return None


def _limits(limit: Mapping[str, Any]) -> dict[str, Value]:
    """The limits that mean something: 0 is not applicable, and no output is longer than the context."""
    context, most_input, output = limit.get("context", 0), limit.get("input", 0), limit.get("output", 0)
    found: dict[str, Value] = {}
    if context > 0:
        found["context_tokens"] = int(context)
    if 0 < most_input <= context:
        found["max_input_tokens"] = int(most_input)
    if 0 < output <= context:
        found["max_output_tokens"] = int(output)
    return found


def _stated(row: Row) -> dict[str, bool]:
    """The row's flags by the names that capability files use; an absent flag is left out."""
    stated = {name: row[name] for name in ("tool_call", "reasoning", "structured_output") if row.get(name) is not None}
    stated |= {f"modalities.input:{kind}": True for kind in row["modalities"]["input"]}
    if row.get("cost", {}).get("cache_read", 0) > 0:
        stated["cost.cache_read"] = True
    if row.get("reasoning_options"):
        stated["reasoning_options"] = True
    return stated


def _reasoning_features(row: Row) -> dict[str, dict[str, bool]]:
    """Features of reasoning by the kinds of options; nothing among them proves that a feature is missing."""
    features: dict[str, bool] = {}
    for option in row.get("reasoning_options") or ():
        if option["type"] == "effort":
            features["effort"] = True
            if "none" in option.get("values", ()):
                features["optional"] = True
        if option["type"] == "budget_tokens":
            features["budget"] = True
            if option.get("min") == 0:
                features["optional"] = True
        if option["type"] == "toggle":
            features["optional"] = True
    return {"reasoning": features} if row.get("reasoning") else {}


def _prices(row: Row) -> tuple[list[PriceProposal], list[str]]:
    """The price lists of a row, and why others are not taken."""
    cost = row.get("cost")
    if cost is None:
        return [], [NO_PRICE]
    free: FreeReason | None = "rate_limited_tier" if row["id"].endswith(":free") else None
    found = [price_list(_steps(cost), per="million", free=free)]
    for mode in row.get("experimental", {}).get("modes", {}).values():
        tier = _tier_of(mode)
        if tier is not None and "cost" in mode:
            found.append(price_list(_steps(mode["cost"]), per="million", tier=tier))
        elif "cost" in mode:
            found.append(Refused("price of a mode that is no service tier"))
    return (
        [price for price in found if isinstance(price, PriceProposal)],
        [price.reason for price in found if isinstance(price, Refused)],
    )


def _tier_of(mode: Mapping[str, Any]) -> ServiceTier | None:
    tiers: dict[Any, ServiceTier] = {"priority": "priority", "flex": "flex", "batch": "batch"}
    body = mode.get("provider", {}).get("body", {})
    return tiers.get(body.get("service_tier")) if set(body) == {"service_tier"} else None


def _steps(cost: Mapping[str, Any]) -> dict[int | None, dict[str, Any]]:
    """Rates by step. `tiers` and the older `context_over_200k` say the same: the second counts only alone."""
    steps: dict[int | None, dict[str, Any]] = {None: _rates(cost)}
    for tier in cost.get("tiers", ()):
        if tier["tier"].get("type") == "context":
            steps[_above(tier["tier"]["size"])] = _rates(tier)
    if "tiers" not in cost and "context_over_200k" in cost:
        steps[200_000] = _rates(cost["context_over_200k"])
    return steps


def _above(size: int) -> int:
    """The number of tokens above which a step holds: 200001 says "from", 200000 says "above"."""
    return size - 1 if size % 1000 == 1 else size


def _rates(cost: Mapping[str, Any]) -> dict[str, Any]:
    return {unit: cost[name] for name, unit in _UNITS.items() if cost.get(name) is not None}


def _models(document: Mapping[str, Any], providers: ProviderNames) -> Iterator[ModelProposal]:
    """Every model that a row names, as its own lab has it where that lists it; and names that nobody translates.

    Those are the router's, full names of a lab and a model that two providers without a common owner spell alike, and
    what a lab lists under its own name on its own platform.
    """
    rows: dict[str, list[tuple[str, Row]]] = defaultdict(list)
    for provider, listed in document.items():
        for wire_id, row in listed["models"].items():
            canonical = row.get("canonical_model_id") or ""
            rows[(canonical or f"{provider}/{wire_id}").lower()].append((provider, row))
    named = {
        row["canonical_model_id"].lower()
        for listed in document.values()
        for row in listed["models"].values()
        if row.get("canonical_model_id")
    }
    routed = _router_names(document.get(_ROUTER, {}).get("models", {}))
    for model in sorted(named):
        yield ModelProposal(
            id=ModelId(model), facts=_model_facts(model, rows[model]), router_names=routed.get(model, ())
        )
    for spelled, found in sorted(_untranslated(document, providers).items()):
        owners = {provider.partition("-")[0] for provider, _ in found}
        if spelled not in named and (_ROUTER in owners or len(owners) > 1):
            rows_of_it = [(provider, row) for provider, row in found if provider == _ROUTER] or found
            named.add(spelled)
            yield ModelProposal(id=spelled, facts=_model_facts(spelled, rows_of_it), by_name_only=True)
    for model, found in sorted(_own_models(document, providers).items()):
        if model not in named:
            yield ModelProposal(id=model, facts=_model_facts(model, found), by_name_only=True)


def _own_models(document: Mapping[str, Any], providers: ProviderNames) -> dict[ModelId, list[tuple[str, Row]]]:
    """The rows without a canonical id of labs' own platforms, by model; not a day's snapshot of a model."""
    rows: dict[ModelId, list[tuple[str, Row]]] = defaultdict(list)
    for name, listed in document.items():
        provider = providers.by_name.get(name, "")
        for wire_id, row in listed["models"].items():
            model = own_model(wire_id, provider=provider)
            if model is not None and "canonical_model_id" not in row and _unwanted(wire_id, row) is None:
                rows[model].append((name, row))
    return {model: found for model, found in rows.items() if first_snapshot(model) is None}


def _untranslated(document: Mapping[str, Any], providers: ProviderNames) -> dict[ModelId, list[tuple[str, Row]]]:
    """The rows without a canonical id, by the model that their wire id spells out; number formats are no model's."""
    rows: dict[ModelId, list[tuple[str, Row]]] = defaultdict(list)
    for provider, listed in document.items():
        if provider != _ROUTER and provider not in providers.by_name:
            continue
        for wire_id, row in listed["models"].items():
            spelled = spelled_model(wire_id) if "/" in wire_id else None
            if spelled is None or ":" in wire_id or "canonical_model_id" in row or _unwanted(wire_id, row) is not None:
                continue
            if provider == _ROUTER or variant_of(wire_id, "") == Variant():
                rows[spelled].append((provider, row))
    return rows


def _router_names(rows: Mapping[str, Row]) -> dict[str, tuple[str, ...]]:
    """What the router calls each model, where one name alone does and it does not spell the model's id."""
    names = defaultdict(list)
    for wire_id, row in rows.items():
        if "canonical_model_id" in row and ":" not in wire_id:
            names[row["canonical_model_id"].lower()].append(wire_id)
    return {
        model: tuple(found) for model, found in names.items() if len(found) == 1 and spelled_model(found[0]) != model
    }


def _model_facts(model: str, rows: Iterable[tuple[str, Row]]) -> dict[str, Value]:
    """The facts of a model: as its own lab's row has them, else where every row says the same.

    Whether weights are open is a fact of the weights and not of the lab's endpoint: there, the other rows count against
    the lab's where they agree.
    """
    rows = list(rows)
    lab = model.partition("/")[0]
    own = [row for provider, row in rows if _is_own(model, provider, row)]
    said = own or [row for _, row in rows]
    facts: dict[str, Value] = {"name": _name(said), "lab": lab}
    for fact, key, fits in _MODEL_KEYS:
        values = {row.get(key) for row in said}
        value = values.pop() if len(values) == 1 else None
        if value is not None and fits(value):
            facts[fact] = value
    elsewhere = _openness_elsewhere(model, rows)
    if elsewhere is not None:
        facts["open_weights"] = elsewhere
    if not any(row["reasoning"] for _, row in rows):
        facts["reasoning"] = "never"
    return facts


def _is_own(model: str, provider: str, row: Row) -> bool:
    """Whether this is the row of the model's own lab."""
    return provider == model.partition("/")[0] and f"{provider}/{row['id']}".lower() == model


def _openness_elsewhere(model: str, rows: Iterable[tuple[str, Row]]) -> bool | None:
    """What enough providers that are not the lab say of the weights, all of them the same."""
    said = {provider: row.get("open_weights") for provider, row in rows if not _is_own(model, provider, row)}
    values = set(said.values())
    value = values.pop() if len(values) == 1 else None
    return value if len(said) >= _ENOUGH_ELSEWHERE and _is_yes_or_no(value) else None


def _name(rows: Iterable[Row]) -> str:
    """The commonest name, the first in the alphabet among equals."""
    counted = Counter(_line(row["name"]) for row in rows)
    return min(counted, key=lambda name: (-counted[name], name))


def _line(text: str) -> str:
    """`text` without tabs, line ends and doubled spaces."""
    return " ".join(text.split())


def _is_day(value: Any) -> bool:
    try:
        date.fromisoformat(value)
    except (TypeError, ValueError):
        return False
    return len(value) == 10


def _is_month(value: Any) -> bool:
    return isinstance(value, str) and value[:2] == "20" and (_is_day(value) or _is_day(f"{value}-01"))


def _is_yes_or_no(value: Any) -> bool:
    return isinstance(value, bool)


_MODEL_KEYS = (
    ("open_weights", "open_weights", _is_yes_or_no),
    ("released_on", "release_date", _is_day),
    ("knowledge_cutoff", "knowledge", _is_month),
)
