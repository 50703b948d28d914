"""What a dump of OpenRouter says of offerings that are already there: telemetry, flags, number formats, router prices.

It creates no offering, states no price of a provider, and never says that something cannot be done: a parameter that
the router does not list proves nothing. What the router itself sells is as fast as what stands behind it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from capreg.ids import ModelId, OfferingId, ProviderId, SourceId
from capreg.importers.endpoints import Endpoint
from capreg.importers.flags import FlagTable
from capreg.importers.names import ModelNames, ProviderNames
from capreg.importers.pairing import Listed, group, paired
from capreg.importers.proposal import Batch, ModelProposal, OfferingProposal, PriceProposal, Skip, SpeedRow
from capreg.importers.spelling import spelled_model
from capreg.importers.telemetry import Unusable, of_all, of_one

__all__ = ["SOURCE", "read"]

SOURCE = SourceId("openrouter")
_ROUTER = "OpenRouter"
"""Its name among its own providers."""


@dataclass(slots=True)
class _Reading:
    seen_on: date
    flags: FlagTable
    proposals: list[OfferingProposal] = field(default_factory=list)
    rows: list[SpeedRow] = field(default_factory=list)
    skips: list[Skip] = field(default_factory=list)

    def skip(self, endpoint: Endpoint, reason: str) -> None:
        self.skips.append(Skip(reason=reason, subject=f"{endpoint.tag} {endpoint.model_name}"))


def read(
    endpoints: Sequence[Endpoint],
    *,
    providers: ProviderNames,
    models: ModelNames,
    offerings: Mapping[str, Mapping[str, Any]],
    flags: FlagTable,
    seen_on: date,
    only: frozenset[ProviderId] | None = None,
) -> Batch:
    """Everything that `endpoints` say of `offerings`, documents by id."""
    reading = _Reading(seen_on=seen_on, flags=flags)
    known = []
    for endpoint in endpoints:
        provider = providers.by_name.get(endpoint.provider_name)
        if provider is None:
            if only is None:
                reading.skip(endpoint, "no provider file")
        elif only is None or provider in only:
            known.append((endpoint, provider))
    new = _new_models(known, models, offerings)
    names = replace(models, ids=models.ids | {model.id for model in new})
    placed = {id(endpoint): provider for endpoint, provider in known}
    by_place = group((e for e, _ in known), lambda e: (placed[id(e)], names.router_model(e.model_name)))
    listed = _listed(offerings)
    for (provider, model), found in by_place.items():
        _place(reading, model, found, listed.get((provider, model), []) if model is not None else [])
    router = providers.by_name.get(_ROUTER)
    if router is not None and (only is None or router in only):
        _sell(reading, router, endpoints, offerings)
    return Batch(
        source=SOURCE,
        seen_on=seen_on,
        offerings=tuple(reading.proposals),
        models=tuple(new),
        speeds=tuple(sorted(reading.rows, key=lambda row: row.offering)),
        skips=tuple(reading.skips),
    )


def _new_models(
    known: Sequence[tuple[Endpoint, ProviderId]], models: ModelNames, offerings: Mapping[str, Mapping[str, Any]]
) -> list[ModelProposal]:
    """Models that no source names: the router's name, spelled out, is exactly what a provider lists."""
    listed = {
        spelled_model(document["wire_id"], provider=offering.partition("/")[0])
        for offering, document in offerings.items()
        if "model" not in document
    }
    names = {endpoint.model_name for endpoint, _ in known if ":" not in endpoint.model_name}
    spelled = {spelled_model(name) for name in names if models.router_model(name) is None}
    return [
        ModelProposal(id=model, facts={"name": model.partition("/")[2], "lab": model.partition("/")[0]})
        for model in sorted(model for model in spelled & listed if model is not None)
    ]


def _listed(offerings: Mapping[str, Mapping[str, Any]]) -> dict[tuple[str, str | None], list[Listed]]:
    """The offerings by provider and model: the one that they name, or that their wire id spells out."""
    found: dict[tuple[str, str | None], list[Listed]] = {}
    for offering, document in offerings.items():
        provider = offering.partition("/")[0]
        named = document.get("model") or spelled_model(document["wire_id"], provider=provider)
        found.setdefault((provider, named), []).append(Listed.of(offering, document))
    return found


def _place(
    reading: _Reading, model: ModelId | None, endpoints: Sequence[Endpoint], offerings: Sequence[Listed]
) -> None:
    variants = [endpoint for endpoint in endpoints if ":" in endpoint.model_name]
    direct = [endpoint for endpoint in endpoints if endpoint not in variants]
    for endpoint in variants:
        reading.skip(endpoint, "variant of the router's own")
    if model is None or not offerings:
        for endpoint in direct:
            reading.skip(endpoint, "no model of exactly that name" if model is None else "no such offering")
        return
    for endpoint, answer in zip(direct, paired(direct, offerings), strict=True):
        if answer not in {offering.id for offering in offerings}:
            reading.skip(endpoint, answer)
        elif not endpoint.answers:
            reading.skip(endpoint, "status other than the usual")
        else:
            _attach(reading, OfferingId(answer), model, endpoint)


def _attach(reading: _Reading, offering: OfferingId, model: ModelId, endpoint: Endpoint) -> None:
    witness = {"input": endpoint.input, "output": endpoint.output}
    rates = {unit: rate for unit, rate in witness.items() if rate is not None}
    if endpoint.discounted:
        reading.skip(endpoint, "router price with a discount")
    prices = [PriceProposal(steps={None: rates}, witness=True)] if len(rates) == 2 and not endpoint.discounted else []
    reading.proposals.append(
        OfferingProposal(
            id=offering,
            wire_id="",
            key=endpoint.model_name,
            canonical=model,
            facts={} if endpoint.quantization is None else {"quantization": endpoint.quantization},
            capabilities=reading.flags.known(endpoint.stated),
            prices=tuple(prices),
            creates=False,
        )
    )
    try:
        cells = of_one(endpoint, source=SOURCE, seen_on=reading.seen_on)
    except Unusable as reason:
        reading.skip(endpoint, str(reason))
    else:
        reading.rows.append(SpeedRow(offering=offering, cells={"offering": offering, **cells}))


def _sell(
    reading: _Reading, router: ProviderId, endpoints: Sequence[Endpoint], offerings: Mapping[str, Mapping[str, Any]]
) -> None:
    """What the router itself sells: as fast as its one host, or at least as fast as the slowest of all of them."""
    sold = {
        document["wire_id"].lower(): OfferingId(offering)
        for offering, document in offerings.items()
        if offering.partition("/")[0] == router
    }
    for name, hosts in group(endpoints, lambda endpoint: endpoint.model_name.lower()).items():
        if name not in sold:
            continue
        try:
            if len(hosts) > 1:
                cells = of_all(hosts, source=SOURCE, seen_on=reading.seen_on)
            elif hosts[0].answers:
                cells = of_one(hosts[0], source=SOURCE, seen_on=reading.seen_on)
            else:
                continue
        except Unusable as reason:
            reading.skips.append(Skip(reason=str(reason), subject=sold[name]))
        else:
            reading.rows.append(SpeedRow(offering=sold[name], cells={"offering": sold[name], **cells}))
