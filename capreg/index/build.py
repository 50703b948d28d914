"""Building an index from plain documents. Runs when a snapshot is built, and for catalogs made in memory."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any, get_args

from capreg.domain.measurement import PERCENTILES, SPEED_METRICS
from capreg.domain.vocabulary import FreeReason, RateBasis, SpeedEvidence, TierMode
from capreg.index.columns import ABSENT, EFFORTS, PRICED_UNITS, REASONING, STATUS, TIERS, Index, metric_column
from capreg.index.listing import unlisted_after
from capreg.units import parse_rate, scaled

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from capreg.catalog import Catalog

    Document = Mapping[str, Any]
    Documents = Mapping[str, Document]

__all__ = ["build", "columns_of"]

FREE_REASONS = get_args(FreeReason)
TIER_MODES = get_args(TierMode)
SPEED_KINDS = get_args(SpeedEvidence)
RATE_BASES = get_args(RateBasis)
METRIC_DIGITS = 3
"""Decimals that a document may give: milliseconds become microseconds, tokens/s thousandths."""


def build(catalog: Catalog) -> Index:
    """The index of the documents of `catalog`."""
    rows = sorted(catalog.documents("offerings"))
    vocabulary = _vocabulary(catalog, rows)
    gone = unlisted_after(catalog, rows)
    columns, measurement_ids = columns_of(catalog, rows, vocabulary, catalog.documents("measurements"), gone)
    rated, quality_ids = _qualities(catalog.documents("qualities"), vocabulary)
    columns.update(rated)
    return Index(columns, {"offerings": rows, "measurements": measurement_ids, "qualities": quality_ids}, vocabulary)


def columns_of(
    catalog: Catalog,
    rows: Sequence[str],
    vocabulary: Mapping[str, Any],
    measurements: Documents,
    gone: Mapping[str, int],
) -> tuple[dict[str, list[int]], list[str]]:
    """The columns of the offerings `rows` and of what was measured of them, and the ids of these measurements.

    `gone` says of each row since when no source lists it any more.
    """
    offerings = catalog.documents("offerings")
    columns = _facts(catalog, rows, vocabulary, gone)
    columns.update(_capabilities(offerings, rows, vocabulary))
    columns.update(_prices(offerings, rows))
    measured, ids = _measurements(measurements, rows)
    columns.update(measured)
    return columns, ids


def _vocabulary(catalog: Catalog, rows: Sequence[str]) -> dict[str, Any]:
    providers, models = catalog.documents("providers"), catalog.documents("models")
    used_models = sorted({o["model"] for o in catalog.documents("offerings").values() if o.get("model")} | set(models))
    return {
        "capabilities": {name: _capability(doc) for name, doc in sorted(catalog.documents("capabilities").items())},
        "skills": sorted(catalog.documents("skills")),
        "providers": [_provider(name, providers) for name in sorted(providers)],
        "models": used_models,
        "labs": sorted({doc["lab"] for doc in models.values()}),
        "accelerators": sorted(catalog.documents("accelerators")),
        "backends": _backends(catalog, rows),
        "sources": sorted(catalog.documents("sources")),
        "conformance": _conformance(catalog),
        "rated": sorted({document["capability"] for document in catalog.documents("qualities").values()}),
    }


def _conformance(catalog: Catalog) -> dict[str, list[str]]:
    """By provider and model: of each benchmark that was run at that endpoint, the newest score's id."""
    newest: dict[tuple[str, str], tuple[str, str]] = {}
    for key, score in catalog.documents("scores").items():
        if "provider" in score:
            place = (f"{score['provider']} {score['model']}", score["benchmark"])
            newest[place] = max(newest.get(place, ("", "")), (score["seen_on"], key))
    found: dict[str, list[str]] = {}
    for (endpoint, _), (_, key) in sorted(newest.items()):
        found.setdefault(endpoint, []).append(key)
    return found


def _capability(document: Document) -> dict[str, Any]:
    return {
        "measure": document.get("measure", "level"),
        "bare": document.get("bare", 1),
        "levels": len(document.get("levels", ())),
        "features": sorted(document.get("features") or ()),
    }


def _provider(name: str, providers: Documents) -> dict[str, Any]:
    document = providers[name]
    return {
        "id": name,
        "parents": _parents(name, providers),
        "reseller": document.get("reseller", False),
        "keys": list(document.get("keys", ())),
        "either_keys": list(document.get("either_keys", ())),
    }


def _parents(name: str, providers: Documents) -> list[str]:
    found: list[str] = []
    parent = providers[name].get("parent")
    while parent is not None and parent not in found and parent in providers:
        found.append(parent)
        parent = providers[parent].get("parent")
    return found


def _backend_of(offering_id: str, catalog: Catalog) -> dict[str, Any]:
    own = catalog.documents("offerings")[offering_id].get("backend")
    backend = own or catalog.documents("providers")[offering_id.partition("/")[0]]["backend"]
    return {"grade": backend["grade"], "accelerators": sorted(backend.get("accelerators", ()))}


def _backends(catalog: Catalog, rows: Sequence[str]) -> list[dict[str, Any]]:
    distinct = {(b["grade"], tuple(b["accelerators"])) for b in (_backend_of(row, catalog) for row in rows)}
    return [{"grade": grade, "accelerators": list(chips)} for grade, chips in sorted(distinct)]


def _facts(
    catalog: Catalog, rows: Sequence[str], vocabulary: Mapping[str, Any], gone: Mapping[str, int]
) -> dict[str, list[int]]:
    offerings, models = catalog.documents("offerings"), catalog.documents("models")
    places = {p["id"]: i for i, p in enumerate(vocabulary["providers"])}
    model_places = {m: i for i, m in enumerate(vocabulary["models"])}
    lab_places = {lab: i for i, lab in enumerate(vocabulary["labs"])}
    columns: dict[str, list[int]] = {
        "provider": [places[row.partition("/")[0]] for row in rows],
        "model": [],
        "lab": [],
        "open_weights": [],
        "backend": [vocabulary["backends"].index(_backend_of(row, catalog)) for row in rows],
        "reasoning": [],
        "status": [],
        "retires_on": [],
        "unlisted_after": [gone[row] for row in rows],
    }
    for limit in ("context_tokens", "max_input_tokens", "max_output_tokens"):
        columns[limit] = [offerings[row].get(limit, ABSENT) for row in rows]
    for row in rows:
        document = offerings[row]
        name = document.get("model")
        model: Document = models.get(name, {}) if name else {}
        lifecycle = document.get("lifecycle", {})
        columns["model"].append(model_places[name] if name else ABSENT)
        columns["lab"].append(lab_places[model["lab"]] if model else ABSENT)
        columns["open_weights"].append(_tri(model.get("open_weights")))
        columns["reasoning"].append(_reasoning(document, model))
        columns["status"].append(STATUS.index(lifecycle.get("status", "available")))
        columns["retires_on"].append(_day(lifecycle.get("retires_on")))
    return columns


def _reasoning(offering: Document, model: Document) -> int:
    """Whether the row reasons: the offering's own facts first, then the model's default."""
    fact = (offering.get("capabilities") or {}).get("reasoning", {})
    at_least, optional = fact.get("at_least", 0), (fact.get("features") or {}).get("optional")
    if fact.get("at_most") == 0:
        return REASONING.index("never")
    if optional:
        return REASONING.index("optional")
    if at_least >= 1 and optional is False:
        return REASONING.index("always")
    default = model.get("reasoning")
    if default is None or (default == "never" and at_least >= 1):
        return ABSENT
    return REASONING.index(default)


def _capabilities(offerings: Documents, rows: Sequence[str], vocabulary: Mapping[str, Any]) -> dict[str, list[int]]:
    columns: dict[str, list[int]] = {}
    for name, capability in vocabulary["capabilities"].items():
        facts = [(offerings[row].get("capabilities") or {}).get(name, {}) for row in rows]
        columns[f"least.{name}"] = [fact.get("at_least", 0) for fact in facts]
        columns[f"most.{name}"] = [fact.get("at_most", ABSENT) for fact in facts]
        for feature in capability["features"]:
            columns[f"has.{name}.{feature}"] = [_feature(fact, feature) for fact in facts]
    return columns


def _feature(fact: Document, feature: str) -> int:
    if fact.get("at_most") == 0:
        return 0
    return _tri((fact.get("features") or {}).get(feature))


def _prices(offerings: Documents, rows: Sequence[str]) -> dict[str, list[int]]:
    """Columns of price entries, each offering's in order of tier, start and step; which row each is of, and until when.

    An entry ends where the next list of its offering and tier begins.
    """
    names = ["tier", "starts_on", "above", "mode", "window_start", "window_end", "usd", "free", *PRICED_UNITS, "place"]
    entries: dict[str, list[int]] = {f"price.{name}": [] for name in (*names, "row", "ends_on")}
    bounds: dict[str, list[int]] = {"price.from": [], "price.to": [], "price.any_free": []}
    for number, row in enumerate(rows):
        found = sorted(_price(entry, place) for place, entry in enumerate(offerings[row].get("prices", ())))
        bounds["price.any_free"].append(int(any("free" in entry for entry in offerings[row].get("prices", ()))))
        bounds["price.from"].append(len(entries["price.tier"]))
        for values in found:
            for name, value in zip(names, values, strict=True):
                entries[f"price.{name}"].append(value)
            later = (start for tier, start, *_ in found if tier == values[0] and start > values[1])
            entries["price.ends_on"].append(min(later, default=ABSENT))
            entries["price.row"].append(number)
        bounds["price.to"].append(len(entries["price.tier"]))
    return {**bounds, **entries}


def _price(entry: Document, place: int) -> tuple[int, ...]:
    window = entry.get("window") or {}
    return (
        TIERS.index(entry.get("tier", "standard")),
        _day(entry["starts_on"]),
        entry.get("above_input_tokens", ABSENT),
        TIER_MODES.index(entry["tier_mode"]) if entry.get("tier_mode") else ABSENT,
        _minute(window.get("start")),
        _minute(window.get("end")),
        int(entry.get("currency", "USD") == "USD"),
        FREE_REASONS.index(entry["free"]) if entry.get("free") else ABSENT,
        *(parse_rate(entry[unit]) if unit in entry else ABSENT for unit in PRICED_UNITS),
        place,
    )


def _measurements(documents: Documents, rows: Sequence[str]) -> tuple[dict[str, list[int]], list[str]]:
    """Columns of measurements, each offering's in order of trust: kind, newest, larger n, source, id."""
    of_row: dict[str, list[tuple[Any, ...]]] = {row: [] for row in rows}
    for name, document in documents.items():
        if document["offering"] in of_row:
            of_row[document["offering"]].append(_trust(name, document))
    names = ["row", "kind", "measured_on", "tier", "n", "input_tokens", "output_tokens", "slowest_of", "basis"]
    columns: dict[str, list[int]] = {f"measurement.{name}": [] for name in names}
    columns.update({metric_column(m, p): [] for m in SPEED_METRICS for p in PERCENTILES})
    bounds: dict[str, list[int]] = {"measurement.from": [], "measurement.to": []}
    ids: list[str] = []
    for number, row in enumerate(rows):
        bounds["measurement.from"].append(len(ids))
        for *_, name, document in sorted(of_row[row], key=lambda entry: entry[:5]):
            ids.append(name)
            columns["measurement.row"].append(number)
            for column, value in _measurement(document):
                columns[column].append(value)
        bounds["measurement.to"].append(len(ids))
    return {**bounds, **columns}, ids


def _trust(name: str, document: Document) -> tuple[Any, ...]:
    kind, day = SPEED_KINDS.index(document["kind"]), _day(document["measured_on"])
    return (kind, -day, -document.get("n", 0), document["source"], name, document)


def _measurement(document: Document) -> Iterable[tuple[str, int]]:
    yield "measurement.kind", SPEED_KINDS.index(document["kind"])
    yield "measurement.measured_on", _day(document["measured_on"])
    yield "measurement.tier", TIERS.index(document.get("tier", "standard"))
    yield "measurement.n", document.get("n", 0)
    yield "measurement.input_tokens", document.get("input_tokens", ABSENT)
    yield "measurement.output_tokens", document.get("output_tokens", ABSENT)
    yield "measurement.slowest_of", document.get("slowest_of", 0)
    yield "measurement.basis", RATE_BASES.index(document.get("rate_basis", "unstated"))
    for metric in SPEED_METRICS:
        values = document.get(metric) or {}
        for percentile in PERCENTILES:
            number = scaled(values.get(f"p{percentile}"), METRIC_DIGITS)
            yield metric_column(metric, percentile), ABSENT if number is None else number


def _qualities(documents: Documents, vocabulary: Mapping[str, Any]) -> tuple[dict[str, list[int]], list[str]]:
    """Columns of quality records, in order of id; points in thousandths. Those of models not in the catalog go."""
    models = {name: place for place, name in enumerate(vocabulary["models"])}
    capabilities = {name: place for place, name in enumerate(vocabulary["rated"])}
    names = ("model", "capability", "effort", "estimate", "low", "high", "provisional", "thinks")
    columns: dict[str, list[int]] = {f"quality.{name}": [] for name in names}
    ids = [name for name in sorted(documents) if documents[name]["model"] in models]
    for name in ids:
        document = documents[name]
        values = (
            models[document["model"]],
            capabilities[document["capability"]],
            EFFORTS.index(document["effort"]) if document.get("effort") else ABSENT,
            *(scaled(document[end], METRIC_DIGITS) or 0 for end in ("estimate", "low", "high")),
            int(document["status"] == "provisional"),
            int(document.get("thinks", False)),
        )
        for column, value in zip(names, values, strict=True):
            columns[f"quality.{column}"].append(value)
    return columns, ids


def _tri(value: bool | None) -> int:
    return ABSENT if value is None else int(value)


def _day(text: str | None) -> int:
    return ABSENT if text is None else date.fromisoformat(text).toordinal()


def _minute(text: str | None) -> int:
    return ABSENT if text is None else int(text[:2]) * 60 + int(text[3:])
