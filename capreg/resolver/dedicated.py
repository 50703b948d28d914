"""Machines of one's own as rows of a question: a measured deployment × a rental, sized for the demand.

docs/reference/resolver.md, section 16, is the rule. A row is an offering like any other, billed by the request, so
that everything that judges, ranks and explains offerings does the same with it.
"""

from __future__ import annotations

from collections import ChainMap
from typing import TYPE_CHECKING, Any

from capreg.catalog import Catalog
from capreg.domain.sdk import SDKS
from capreg.index.build import columns_of
from capreg.index.joined import Joined
from capreg.resolver.abilities import abilities_of
from capreg.resolver.machine_sizes import Sized, sized
from capreg.resolver.own_machines import machines_on, rented_on
from capreg.resolver.policy import OWN, with_own
from capreg.units import format_ms, format_rate, format_tps

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from capreg.index import Index
    from capreg.resolver.moment import Moment
    from capreg.resolver.request import Request

__all__ = ["with_machines"]

_KEPT = 16
_AT_YOURS = "it is a machine of one's own, called at the address where you serve it"
_LISTED = -1
Document = dict[str, Any]


def with_machines(catalog: Catalog, index: Index, request: Request, moment: Moment) -> tuple[Catalog, Index]:
    """`catalog` and `index` with the rows of machines that `request` asks to be weighed; the same where it asks none.

    Kept for questions of the same demand, call and bounds.
    """
    workload = request.workload
    if workload.requests_per_second is None:
        return catalog, index
    call = tuple(getattr(workload, name) for name in workload.__slots__)
    bounds = tuple((bound.name, bound.limit) for bound in request.bounds)
    asked = (request.policy.markets, request.policy.max_measurement_age_days, request.percentile, request.unknown)
    key = ("machines", call, bounds, *asked, moment.day)
    found: tuple[Catalog, Index] = index.derived(key, lambda: _joined(catalog, index, request, moment), most=_KEPT)
    return found


def _joined(catalog: Catalog, index: Index, request: Request, moment: Moment) -> tuple[Catalog, Index]:
    offerings: dict[str, Document] = {}
    measurements: dict[str, Document] = {}
    for one in _sized(catalog, index, request, moment):
        name = _id(one)
        offerings[name] = _offering(catalog, index, one)
        if one.ttft:
            measurements[f"{one.machine_point.id}@{name}"] = _measurement(name, one)
    whole = _laid_over(catalog, offerings, measurements)
    vocabulary = _vocabulary(index, offerings)
    rows = sorted(offerings)
    unstated = {key: {k: v for k, v in one.items() if k not in _LENGTHS} for key, one in measurements.items()}
    columns, ids = columns_of(whole, rows, vocabulary, unstated, dict.fromkeys(rows, _LISTED))
    machines = [offerings[row]["machine"] for row in rows]
    return whole, Joined(
        index,
        columns,
        {"offerings": rows, "measurements": ids},
        vocabulary,
        unlike=[place for place, machine in enumerate(machines) if not machine["comparable"]],
        estimated=[place for place, machine in enumerate(machines) if machine["estimated"]],
    )


_LENGTHS = ("input_tokens", "output_tokens")
"""What decided whether a point is comparable, and shall not decide it again."""


def _sized(catalog: Catalog, index: Index, request: Request, moment: Moment) -> Iterator[Sized]:
    rents = rented_on(catalog, index, request.policy.markets or {"on_demand"}, moment)
    models = catalog.documents("models")
    for machine in machines_on(catalog, index, moment, most_days=request.policy.max_measurement_age_days):
        abilities, _ = abilities_of(catalog, index, machine.model, machine.engine)
        reasoning = _reasoning(abilities.get("reasoning", {}), models[machine.model].get("reasoning"))
        yield from sized(machine, rents.get(machine.accelerator) or ((None,),), request, reasoning, moment.day)


def _reasoning(stated: Mapping[str, Any], own: str | None) -> str | None:
    """Whether a row thinks, by section 4: what hosts state of the model, then its own record."""
    if stated.get("at_most") == 0:
        return "never"
    return None if own == "never" and stated.get("at_least", 0) >= 1 else own


def _id(one: Sized) -> str:
    machine, rental = one.machine, one.rental
    parts = [OWN, machine.model, machine.accelerator, machine.way]
    return "/".join(parts if rental is None else [*parts, rental.slug])


def _laid_over(catalog: Catalog, offerings: dict[str, Document], measurements: dict[str, Document]) -> Catalog:
    """`catalog` with documents of machines in it; its digest stays that of the release, which they follow from."""
    ways = {sdk: {"unsupported": _AT_YOURS} for sdk in SDKS}
    backend = {"grade": "undisclosed"}
    provider = {OWN: {"name": "Machines of one's own", "kind": "host", "backend": backend, "sdks": ways}}
    more: dict[str, dict[str, Document]] = {
        "offerings": offerings,
        "measurements": measurements,
        "providers": provider,
    }
    documents = {kind: catalog.documents(kind) for kind in catalog}
    joined = {kind: ChainMap(more[kind], held) if kind in more else held for kind, held in documents.items()}  # type: ignore[arg-type]
    release = catalog.release
    return Catalog(release.id, joined, digest=release.digest)


def _vocabulary(index: Index, offerings: Mapping[str, Document]) -> dict[str, Any]:
    known = with_own(index.vocabulary)
    backends = list(known["backends"])
    for document in offerings.values():
        backend = {name: document["backend"][name] for name in ("grade", "accelerators")}
        if backend not in backends:
            backends.append(backend)
    return {**known, "backends": backends}


def _offering(catalog: Catalog, index: Index, one: Sized) -> Document:
    point, machine = one.point, machine_of(one)
    capabilities, context = abilities_of(catalog, index, one.machine.model, one.machine.engine)
    document: Document = {
        "wire_id": point.get("checkpoint") or one.machine.model,
        "model": one.machine.model,
        "capabilities": capabilities,
        "backend": {
            "grade": "vendor_stated",
            "accelerators": [one.machine.accelerator],
            "note": "a machine of one's own",
        },
        "machine": machine,
        "evidence": [{"source": point["source"], "seen_on": point["measured_on"]}],
    }
    if "weights" in point:
        document["quantization"] = point["weights"]
    if context is not None:
        document["context_tokens"] = document["max_output_tokens"] = context
    if one.cost is not None and one.rental is not None:
        evidence = {"source": one.rental.source, "seen_on": one.rental.seen_on}
        document["prices"] = [
            {
                "starts_on": one.rental.seen_on,
                "basis": "observed",
                "input": "0",
                "cache_read": "0",
                "output": "0",
                "request": format_rate(one.cost),
                "evidence": [evidence],
            }
        ]
    return document


def machine_of(one: Sized) -> Document:
    """What a candidate says of its machine, plain JSON."""
    point, rental = one.point, one.rental
    kept = ("engine", "engine_version", "weights", "speculative", "parallelism", "scenario", "concurrency")
    machine: Document = {
        "accelerator": one.machine.accelerator,
        "chips": point["chips"],
        **{name: point[name] for name in (*kept, "input_tokens", "output_tokens", "dataset") if name in point},
        "deployment": one.machine_point.id,
        "measured_on": point["measured_on"],
        "estimated": one.estimated,
        "comparable": one.comparable,
    }
    if rental is not None:
        machine["rental"] = rental.told()
    if one.deployments is not None and one.capacity is not None:
        machine["deployments"] = one.deployments
        machine["total_chips"] = one.deployments * point["chips"]
        machine["requests_per_second_each"] = f"{float(one.capacity):.9g}"
        machine["utilisation"] = round(float(one.demand / (one.deployments * one.capacity)), 3)
        if rental is not None and one.paid is not None:
            machine["paid_chips"] = one.paid
            machine["usd_per_hour"] = round(one.paid * float(rental.usd_per_hour), 4)
        if one.cost is not None:
            machine["usd_per_million_tokens"] = float(f"{one.cost * 1e-15 / one.tokens * 1e6:.4g}")
    return machine


def _measurement(name: str, one: Sized) -> Document:
    point = one.point
    document: Document = {
        "offering": name,
        "source": point["source"],
        "kind": point["kind"],
        "vantage": point["vantage"],
        "measured_on": point["measured_on"],
        "ttft_ms": {f"p{p}": format_ms(value) for p, value in one.ttft.items()},
        "output_tps": {f"p{p}": format_tps(value) for p, value in one.rates.items()},
        "rate_basis": "decode",
        **{key: point[key] for key in ("concurrency", *_LENGTHS) if key in point},
    }
    if one.ends:
        document["e2e_ms"] = {f"p{p}": format_ms(value) for p, value in one.ends.items()}
    return document
