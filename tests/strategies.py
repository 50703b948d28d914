"""Small made catalogs and questions, drawn so that ties, equalities and gaps are common. They are not real data.

Everything is drawn by one function, `Pick`, that takes one of several choices. Hypothesis brings one that shrinks; a
seeded random generator brings another, for long runs.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from random import Random
from typing import Any, Protocol, TypeVar

from hypothesis import strategies as st

__all__ = ["TODAY", "Documents", "Pick", "catalogs", "hypothesis_pick", "made_catalog", "random_pick", "some"]

T = TypeVar("T")
Documents = dict[str, dict[str, dict[str, Any]]]

TODAY = date(2026, 6, 15)
NEAR = (0, -1, 1, -2, 2, -30)
PAST = (0, -1, 1, -2, -30, -31, -364, -365, -366, -400)
MINUTES = ("12:00", "00:00", "00:01", "05:59", "06:00", "17:59", "18:00", "23:59")
TIMES = ("300", "250", "300.5", "299.999", "1000", "100")
TPS = ("50", "100", "49.999", "75", "52.5")
SMALL_RATES = ("1", "2", "0.5", "0.000000001", "0", "3")
SOURCES = ("alpha", "beta", "gamma")
TIERS = ("standard", "standard", "standard", "batch", "priority")
PROVIDERS = ("acme", "bolt", "crest", "delta", "ember", "flint")
MODELS = ("lab-a/one", "lab-a/two", "lab-b/one", "lab-b/two", "lab-c/one", "lab-c/two")
LABS = ("lab-a", "lab-b", "lab-c")
CHIPS = ("chip-x", "chip-y", "chip-z")
VARIABLES = ("KEY_A", "KEY_B", "KEY_C")
PERCENTILES = ("p50", "p75", "p90", "p95", "p99")
FEATURES = {
    "tool_use": ("parallel", "forced_choice", "streaming"),
    "reasoning": ("optional", "effort", "budget"),
    "structured_output": (),
    "vision": (),
    "prompt_caching": ("automatic",),
}
KINDS = (
    "independent_measurement",
    "own_measurement",
    "router_telemetry",
    "vendor_measurement",
    "vendor_claim",
    "inferred",
    "announced",
)
METRICS = ("ttft_ms", "output_tps", "e2e_ms", "first_answer_ms")
RANK_KEYS = ("cost", "latency", "e2e", "output_tps")
RATED = ("tool_use", "vision", "coding")
"""What is rated in made catalogs: two capabilities, and one that only scores know."""
POINTS = ("60", "70", "59.999", "75", "50", "100")
EFFORTS = (None, "off", "high", "low", "on")
BANDS = (None, None, "0.05", "0", "1", "0.5", "0.001667", "0.0016669")
"""300.5 is within 0.001667 of 300; not within 0.0016669, of which whole millionths count."""


class Pick(Protocol):
    """Takes one of several choices."""

    def __call__(self, choices: Sequence[T]) -> T:
        """One of them."""
        ...


def random_pick(generator: Random) -> Pick:
    """A pick that a seed decides."""

    def pick(choices: Sequence[T]) -> T:
        return choices[int(generator.random() * len(choices))]

    return pick


def hypothesis_pick(draw: st.DrawFn) -> Pick:
    """A pick that Hypothesis decides, and shrinks toward the first choice."""

    def pick(choices: Sequence[T]) -> T:
        return draw(st.sampled_from(choices))

    return pick


@st.composite
def catalogs(draw: st.DrawFn) -> Documents:
    """Small catalogs."""
    return made_catalog(hypothesis_pick(draw))


def _maybe(pick: Pick, document: dict[str, Any], key: str, draw: Callable[[], Any], often: int = 2) -> None:
    """Puts `key` into the document, `often` times out of `often` + 1."""
    if pick((False, *(True,) * often)):
        document[key] = draw()


def some(pick: Pick, choices: Sequence[T]) -> list[T]:
    """Any of the choices, in their order."""
    return [choice for choice in choices if pick((False, True))]


def _day(pick: Pick, offsets: Sequence[int]) -> str:
    return (TODAY + timedelta(days=pick(offsets))).isoformat()


def _evidence(pick: Pick) -> list[dict[str, Any]]:
    return [{"source": pick(SOURCES), "seen_on": "2025-01-01"}]


# The parts of a catalog.


def _capability(name: str, features: Sequence[str], levels: int) -> dict[str, Any]:
    levels_ = [{"definition": f"{name} at level {level + 1}"} for level in range(levels)]
    document: dict[str, Any] = {"name": name, "definition": f"It can do {name}.", "levels": levels_}
    if features:
        document["features"] = {feature: {"definition": f"{name}, {feature}"} for feature in features}
    return document


def _capabilities(pick: Pick) -> dict[str, dict[str, Any]]:
    capabilities = {name: _capability(name, features, 2) for name, features in FEATURES.items()}
    capabilities["tool_use"]["bare"] = pick((1, 2))
    capabilities["long_context"] = {
        "name": "long context",
        "definition": "A long window.",
        "measure": "context_tokens",
        "bare": pick((128000, 2300)),
    }
    return capabilities


def _source(pick: Pick, name: str) -> dict[str, Any]:
    return {
        "publisher": name,
        "title": name,
        "url": f"https://{name}.example/",
        "licence": "MIT",
        "attribution": f"By {name}.",
        "redistributable": "yes",
        "family": name,
        "kinds": {"price": "aggregator"},
        "lists_offerings": pick((True, True, False)),
    }


def _accelerator(pick: Pick, name: str) -> dict[str, Any]:
    return {
        "name": name,
        "maker": "a maker",
        "kind": "gpu",
        "purposes": ["inference"],
        "status": pick(("available", "announced")),
        "evidence": _evidence(pick),
    }


def _backend(pick: Pick) -> dict[str, Any]:
    grade = pick(("vendor_stated", "inferred", "undisclosed"))
    if grade == "undisclosed":
        return {"grade": grade}
    return {"grade": grade, "accelerators": some(pick, CHIPS) or [pick(CHIPS)]}


def _provider(pick: Pick, name: str, earlier: Sequence[str]) -> dict[str, Any]:
    document: dict[str, Any] = {
        "name": name,
        "kind": "host",
        "docs_url": f"https://{name}.example/docs",
        "backend": _backend(pick),
        "evidence": _evidence(pick),
    }
    if earlier:
        _maybe(pick, document, "parent", lambda: pick(earlier), 1)
    _maybe(pick, document, "reseller", lambda: pick((True, False)))
    _maybe(pick, document, "keys", lambda: some(pick, VARIABLES[:2]))
    _maybe(pick, document, "either_keys", lambda: some(pick, VARIABLES[1:]), 1)
    return document


def _model(pick: Pick, name: str) -> dict[str, Any]:
    document: dict[str, Any] = {"name": name, "lab": name.split("/", maxsplit=1)[0], "evidence": _evidence(pick)}
    _maybe(pick, document, "open_weights", lambda: pick((True, False)))
    _maybe(pick, document, "reasoning", lambda: pick(("never", "optional", "always")))
    return document


def _fact(pick: Pick, features: Sequence[str]) -> dict[str, Any]:
    fact: dict[str, Any] = {}
    _maybe(pick, fact, "at_least", lambda: pick((2, 1, 0)), 3)
    _maybe(pick, fact, "at_most", lambda: max(pick((2, 1, 0)), fact.get("at_least", 0)), 1)
    known = {feature: pick((True, False)) and fact.get("at_most") != 0 for feature in some(pick, features)}
    if known:
        fact["features"] = known
    return fact


def _rates(pick: Pick) -> dict[str, Any]:
    rates: dict[str, Any] = {}
    for unit in ("input", "output"):
        _maybe(pick, rates, unit, lambda: pick(SMALL_RATES), 9)
    for unit in ("cache_read", "reasoning", "image", "request"):
        _maybe(pick, rates, unit, lambda: pick(SMALL_RATES), 1)
    _maybe(pick, rates, "cache_write", lambda: pick(SMALL_RATES), 1)
    if pick((False,) * 9 + (True,)):
        rates["currency"] = "EUR"
    return rates


def _entry(pick: Pick, starts_on: str, tier: str) -> dict[str, Any]:
    entry: dict[str, Any] = {"starts_on": starts_on, "basis": pick(("effective", "observed"))}
    if tier != "standard" or pick((False, True)):
        entry["tier"] = tier
    return {**entry, **_rates(pick), "evidence": _evidence(pick)}


def _price_list(pick: Pick, starts_on: str, tier: str) -> list[dict[str, Any]]:
    """One base; up to two steps; at most one window over each, which may also stand alone above the base."""
    base = _entry(pick, starts_on, tier)
    if pick((False,) * 5 + (True,)):
        base["free"] = pick(("rate_limited_tier", "promotion", "own_endpoint", "included_in_subscription"))
    entries = [base]
    mode = pick(("whole_request", "marginal", None))
    for above in some(pick, (1000, 1999, 2000)):
        step = {**_entry(pick, starts_on, tier), "above_input_tokens": above}
        step_mode = mode if pick((True, True, True, False)) else pick(("whole_request", "marginal", None))
        entries.append(step if step_mode is None else {**step, "tier_mode": step_mode})
    if pick((False, True)):
        over = pick(entries)
        kept: dict[str, Any] = {key: over[key] for key in ("above_input_tokens", "tier_mode") if key in over}
        window = {"start": pick(("06:00", "18:00", "00:00")), "end": pick(("18:00", "06:00", "00:00"))}
        entries.append({**_entry(pick, starts_on, tier), **kept, "window": window})
        if over is not base and pick((False, True)):
            entries.remove(over)
    return entries


def _prices(pick: Pick) -> list[dict[str, Any]]:
    days = {(_day(pick, PAST), pick(TIERS)) for _ in range(pick((1, 2, 3, 0)))}
    return [entry for starts_on, tier in sorted(days) for entry in _price_list(pick, starts_on, tier)]


def _lifecycle(pick: Pick) -> dict[str, Any]:
    lifecycle: dict[str, Any] = {"status": pick(("available", "available", "deprecated", "preview", "retired"))}
    _maybe(pick, lifecycle, "retires_on", lambda: _day(pick, NEAR), 1)
    return lifecycle


def _plain_offering(pick: Pick, name: str, models: Sequence[str]) -> dict[str, Any]:
    """An offering of which nearly everything is known, so that somebody passes."""
    rates = {unit: pick(SMALL_RATES) for unit in ("input", "output", "cache_read")}
    capabilities = {
        name: {"at_least": 2, "features": dict.fromkeys(features, True)} if features else {"at_least": 2}
        for name, features in FEATURES.items()
    }
    entry = {**_entry(pick, _day(pick, (-400, -31, -1)), "standard"), **rates}
    entry.pop("currency", None)
    return {
        "wire_id": name,
        "model": pick(models),
        "context_tokens": pick((128000, 4000, 2300)),
        "max_output_tokens": pick((4000, 600, 300)),
        "capabilities": capabilities,
        "prices": [entry],
        "evidence": _evidence(pick),
    }


def _offering(pick: Pick, name: str, models: Sequence[str]) -> dict[str, Any]:
    if pick((False, True)):
        return _plain_offering(pick, name, models)
    document: dict[str, Any] = {"wire_id": name, "prices": _prices(pick), "evidence": _evidence(pick)}
    _maybe(pick, document, "model", lambda: pick(models), 5)
    _maybe(pick, document, "context_tokens", lambda: pick((4000, 2300, 128000, 2299)), 5)
    _maybe(pick, document, "max_input_tokens", lambda: pick((4000, 2000, 2300, 1999, 128000)), 1)
    _maybe(pick, document, "max_output_tokens", lambda: pick((4000, 300, 500, 299, 2300)), 5)
    capabilities = {name: _fact(pick, FEATURES[name]) for name in FEATURES if pick((True, True, True, False))}
    if capabilities:
        document["capabilities"] = capabilities
    if pick((False, False, True)):
        document["lifecycle"] = _lifecycle(pick)
    if pick((False, False, True)):
        document["backend"] = _backend(pick)
    return document


def _figures(pick: Pick, metric: str) -> dict[str, str]:
    """Some percentiles; a higher one is never better, for a percentile means the slow side."""
    drawn = sorted(
        (pick(TPS if metric == "output_tps" else TIMES) for _ in PERCENTILES), key=float, reverse=metric == "output_tps"
    )
    which = pick(((0,), (0, 1, 2, 3, 4), (2,), (0, 2), (0, 4), (1, 3)))
    return {PERCENTILES[at]: drawn[at] for at in which}


def _slowest(pick: Pick, document: dict[str, Any]) -> None:
    """Makes some measurements those of the slowest of several hosts."""
    if pick((False, False, False, True)):
        document["slowest_of"] = pick((2, 7))


def _plain_measurement(pick: Pick, offering: str) -> dict[str, Any]:
    """A measurement of all that can be measured, at every percentile."""
    figures = {metric: dict.fromkeys(PERCENTILES, pick(TIMES)) for metric in METRICS}
    document = {
        "offering": offering,
        "source": pick(SOURCES),
        "kind": pick(KINDS[:4]),
        "vantage": "client",
        "measured_on": _day(pick, (-30, -364)),
        "rate_basis": "decode",
        **{metric: figures[metric] for metric in METRICS if pick((True, True, False))},
        "output_tps": dict.fromkeys(PERCENTILES, pick(TPS)),
    }
    _slowest(pick, document)
    return document


def _measurement(pick: Pick, offering: str) -> dict[str, Any]:
    if pick((False, True)):
        return _plain_measurement(pick, offering)
    document: dict[str, Any] = {
        "offering": offering,
        "source": pick(SOURCES),
        "kind": pick(KINDS[:4] if pick((True, True, True, False)) else KINDS),
        "vantage": "client",
        "measured_on": _day(pick, PAST),
    }
    tier = pick(TIERS)
    if tier != "standard":
        document["tier"] = tier
    _maybe(pick, document, "n", lambda: pick((10, 20)), 1)
    _maybe(pick, document, "input_tokens", lambda: pick((2000, 1000, 4000, 999, 4001)), 1)
    _maybe(pick, document, "output_tokens", lambda: pick((300, 150, 600, 149, 601)), 1)
    _slowest(pick, document)
    _maybe(pick, document, "rate_basis", lambda: pick(("decode", "decode", "end_to_end", "unstated")), 3)
    for metric, often in zip(METRICS, (4, 3, 1, 1), strict=True):
        _maybe(pick, document, metric, lambda metric=metric: _figures(pick, metric), often)  # type: ignore[misc]
    return document


def _measurements(pick: Pick, offerings: Sequence[str], *, crowded: bool) -> dict[str, dict[str, Any]]:
    """In a crowd one of each first. Some are like an earlier one but for what decides: number, source or id."""
    made = [_plain_measurement(pick, offering) for offering in offerings] if crowded else []
    for _ in range(pick((1, 4, 8, 16, 0)) if offerings else 0):
        measurement = _measurement(pick, pick(offerings))
        if pick((False, False, True)) and made:
            earlier = pick(made)
            measurement |= {key: earlier[key] for key in ("offering", "kind", "measured_on", "tier") if key in earlier}
        made.append(measurement)
    return {f"{pick(('t', 's'))}/{number}": measurement for number, measurement in enumerate(made, 1)}


def _sightings(pick: Pick, providers: Sequence[str], offerings: Sequence[str]) -> dict[str, dict[str, Any]]:
    found = {}
    for source in SOURCES[: pick((0, 1, 2, 3))]:
        for subject in (*providers, *offerings):
            if pick((True, True, False)):
                sighting = {"subject": subject, "source": source, "last_seen_on": _day(pick, (0, -1, 1, -30))}
                found[f"{source}/{subject}"] = sighting
    return found


def _quality(pick: Pick, model: str, capability: str, effort: str | None) -> dict[str, Any]:
    low, estimate, high = sorted((pick(POINTS) for _ in range(3)), key=float)
    document: dict[str, Any] = {"model": model, "capability": capability}
    document |= {"low": low, "estimate": estimate, "high": high}
    document |= {"effort": effort} if effort else {"thinks": True} if pick((False, False, True)) else {}
    counts = {"benchmarks": 3, "sources": 2, "scores": 4}
    return {**document, "status": pick(("published", "published", "published", "provisional")), **counts}


def _qualities(pick: Pick, models: Sequence[str]) -> dict[str, dict[str, Any]]:
    """Some of the models rated, in some capabilities, at some efforts; in some catalogs nobody."""
    if pick((False, False, True)):
        return {}
    return {
        f"{model}/{effort or 'unstated'}/{capability}": _quality(pick, model, capability, effort)
        for model in models
        for capability in RATED
        for effort in EFFORTS
        if pick((True, True, False))
    }


def made_catalog(pick: Pick) -> Documents:
    """A small catalog as plain documents: valid, and full of gaps or a crowd of which most is known."""
    providers = PROVIDERS[: pick((2, 1, 3, 6))]
    models = MODELS[: pick((3, 1, 2, 6))]
    crowded = pick((False, False, True))
    kind = _plain_offering if crowded else _offering
    ids = [f"{pick(providers)}/{pick(('m', 'sub/m'))}-{number}" for number in range(pick((1, 2, 4, 8, 12, 0)))]
    offerings = {id_: kind(pick, id_, models) for id_ in ids}
    return {
        "accelerators": {name: _accelerator(pick, name) for name in CHIPS},
        "capabilities": _capabilities(pick),
        "measurements": _measurements(pick, ids, crowded=crowded),
        "models": {name: _model(pick, name) for name in models},
        "offerings": offerings,
        "providers": {name: _provider(pick, name, providers[:at]) for at, name in enumerate(providers)},
        "qualities": _qualities(pick, models),
        "sightings": _sightings(pick, providers, ids),
        "sources": {name: _source(pick, name) for name in SOURCES},
    }
