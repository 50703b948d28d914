"""Questions for catalogs, drawn so that bounds are often met exactly. It draws what is asked, not what is right."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from fractions import Fraction
from typing import Any

from hypothesis import strategies as st

from tests.oracle import Asked, Work
from tests.strategies import (
    BANDS,
    EFFORTS,
    MINUTES,
    PERCENTILES,
    POINTS,
    RANK_KEYS,
    TODAY,
    Documents,
    Pick,
    hypothesis_pick,
    made_catalog,
    some,
)

__all__ = ["SMALL", "Range", "catalogs_with_questions", "made_question", "range_of"]

POINT_BANDS = (None, "5", "10", "10.001", "0", "100")
ZONES = (UTC, UTC, timezone(timedelta(hours=5, minutes=30)), timezone(-timedelta(hours=8)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Range:
    """What is drawn from: instants, sizes and bounds that are near what a catalog holds."""

    days: Sequence[date]
    minutes: Sequence[str]
    inputs: Sequence[int]
    outputs: Sequence[int]
    cached: Sequence[int]
    reasoning: Sequence[int | None]
    windows: Sequence[int]
    times_ms: Sequence[str]
    ends_ms: Sequence[str]
    rates: Sequence[str]
    costs: Sequence[str]
    ages: Sequence[int]
    limits: Sequence[int]


SMALL = Range(
    days=[TODAY + timedelta(days=days) for days in (0, -1, 1, -2, 2, -29, -30, 366)],
    minutes=MINUTES,
    inputs=(2000, 1999, 2001, 1000, 1001, 3000, 0, 1, 4000),
    outputs=(300, 299, 301, 600, 1, 0),
    cached=(0, 0, 1000, 500, 1500, 2000),
    reasoning=(None, None, 0, 200, 1),
    windows=(2300, 2000, 4000, 128000, 128001),
    times_ms=("300", "250", "299.999", "300.5", "1000", "99.9"),
    ends_ms=("300", "3290", "6280", "1000", "9000", "20000"),
    rates=("50", "49.999", "100", "100.001", "1"),
    costs=("0.0023", "0.0026", "0.002", "0.0000000000023", "0.0092", "1"),
    ages=(365, 30, 1, 366, 31, 1000),
    limits=(10, 1, 2, 3, 100),
)


def range_of(documents: Mapping[str, Mapping[str, Mapping[str, Any]]]) -> Range:
    """What to draw from for a catalog of any size: its own days, speeds and prices, as they stand and a step off."""
    measurements = list(documents["measurements"].values())
    times = _values(measurements, "ttft_ms") or ["300"]
    rates = _values(measurements, "output_tps") or ["50"]
    return Range(
        days=_days(documents),
        minutes=MINUTES,
        inputs=(2000, 500, 0, 8000, 32000, 200000, 200001, 272001, 1000000),
        outputs=(300, 0, 1, 4096, 8192, 32000),
        cached=(0, 0, 0, 400, 1900, 150000),
        reasoning=(None, None, 0, 1000, 5000),
        windows=(128000, 32768, 200000, 1000000, 131072),
        times_ms=times,
        ends_ms=[str(value) for value in (500, 1000, 2000, 4000, 8000, 16000, 60000)],
        rates=rates,
        costs=("0.0001", "0.00025", "0.001", "0.0026", "0.005", "0.01", "0.1", "1"),
        ages=(365, 30, 90, 180, 1000),
        limits=(10, 1, 3, 100, 100000),
    )


def _values(measurements: Sequence[Mapping[str, Any]], metric: str, most: int = 60) -> list[str]:
    """Some of the figures that stand in measurements, and each a thousandth above it."""
    found = sorted({value for one in measurements for value in one.get(metric, {}).values()}, key=Fraction)
    some_of_them = found[:: max(len(found) // most, 1)]
    above = [f"{float(Fraction(value)) + 0.001:.3f}" for value in some_of_them]
    return [value for value in (*some_of_them, *above) if Fraction(value) > 0]


def _days(documents: Mapping[str, Mapping[str, Mapping[str, Any]]], most: int = 24) -> list[date]:
    """Some of the days on which something changes, with the days before."""
    offerings = documents["offerings"].values()
    found = {entry["starts_on"] for offering in offerings for entry in offering.get("prices", ())}
    found |= {one["measured_on"] for one in documents["measurements"].values()}
    found |= {one["last_seen_on"] for one in documents["sightings"].values()}
    found |= {offering["lifecycle"]["retires_on"] for offering in offerings if _has_end(offering)}
    changes = sorted(date.fromisoformat(day) for day in found) or [TODAY]
    picked = [*changes[:: max(len(changes) // most, 1)], changes[-1], changes[-1] + timedelta(days=30)]
    return sorted({day - timedelta(days=before) for day in picked for before in (0, 1)}, reverse=True)


def _has_end(offering: Mapping[str, Any]) -> bool:
    return "retires_on" in offering.get("lifecycle", {})


def made_question(pick: Pick, documents: Mapping[str, Mapping[str, Mapping[str, Any]]], drawn: Range = SMALL) -> Asked:
    """A question that means something to the catalog, whether or not anybody passes."""
    if pick((False, False, True)):
        return _easy_question(pick, documents, drawn)
    odds = pick((4, 12, 30))
    requires, work = _requires(pick, documents["capabilities"], drawn), _work(pick, drawn)
    floor = _floor(pick, documents.get("qualities", {}), requires)
    return Asked(
        requires=requires,
        as_of=_instant(pick, drawn),
        max_latency_ms=_bound(pick, drawn.times_ms, odds),
        max_first_answer_ms=_bound(pick, drawn.times_ms, odds),
        max_e2e_ms=_bound(pick, drawn.ends_ms, odds),
        min_output_tps=_bound(pick, drawn.rates, odds),
        max_cost_usd=_bound(pick, drawn.costs, odds),
        percentile=pick(PERCENTILES) if pick((False, True)) else "p50",
        work=work,
        policy=_policy(pick, documents, drawn, 2 * odds),
        rank_by=_rank_by(pick, rated=_is_rated(documents, requires, floor)),
        effort=_effort(pick, work),
        **floor,
        unknown=pick(("exclude", "include", "estimate")),
        limit=pick(drawn.limits),
    )


def _easy_question(pick: Pick, documents: Mapping[str, Mapping[str, Mapping[str, Any]]], drawn: Range) -> Asked:
    """One that many pass, so that much depends on the order."""
    requires = (pick(sorted(documents["capabilities"])),)
    return Asked(
        requires=requires,
        as_of=_instant(pick, drawn),
        policy={"free": True, "preview": True, "unlisted": True},
        rank_by=_rank_by(pick, rated=_is_rated(documents, requires, {})),
        unknown=pick(("exclude", "include", "estimate")),
        limit=pick(drawn.limits),
    )


def _one_in(pick: Pick, odds: int) -> bool:
    return pick((False,) * (odds - 1) + (True,))


def _bound(pick: Pick, choices: Sequence[str], odds: int) -> str | None:
    return pick(choices) if _one_in(pick, odds) else None


def _instant(pick: Pick, drawn: Range) -> datetime:
    """An instant in some zone: in UTC it is one of the range's days and minutes."""
    hour, minute = pick(drawn.minutes).split(":")
    day = pick(drawn.days)
    instant = datetime(day.year, day.month, day.day, int(hour), int(minute), pick((0, 59)), tzinfo=UTC)
    return instant.astimezone(pick(ZONES))


def _requires(pick: Pick, capabilities: Mapping[str, Mapping[str, Any]], drawn: Range) -> tuple[str, ...]:
    return tuple(_requirement(pick, capabilities, drawn) for _ in range(pick((1, 1, 1, 2, 3))))


def _requirement(pick: Pick, capabilities: Mapping[str, Mapping[str, Any]], drawn: Range) -> str:
    name = pick(sorted(capabilities))
    capability = capabilities[name]
    if capability.get("measure", "level") == "context_tokens":
        return pick((name, f"{name}>={pick(drawn.windows)}"))
    features = some(pick, sorted(capability.get("features", {})))[:2] if pick((False, False, True)) else []
    asked = f"[{','.join(features)}]" if features else ""
    level = pick(["", *(f">={level + 1}" for level in range(len(capability.get("levels", ()))))])
    return f"{name}{asked}{level}"


def _work(pick: Pick, drawn: Range) -> Work:
    if pick((True, False)):
        return Work(service_tier=pick(("standard", "standard", "standard", "standard", "batch")))
    size = pick(drawn.inputs)
    return Work(
        input_tokens=size,
        output_tokens=pick(drawn.outputs),
        cached_input_tokens=min(pick(drawn.cached), size),
        reasoning_tokens=pick(drawn.reasoning),
        images=pick((0, 0, 0, 1, 2)),
        service_tier=pick(("standard", "standard", "standard", "standard", "batch", "priority", "flex")),
    )


def _policy(
    pick: Pick, documents: Mapping[str, Mapping[str, Mapping[str, Any]]], drawn: Range, odds: int
) -> dict[str, Any]:
    """Each field once in `odds` times, so that somebody is left."""
    providers = documents["providers"].values()
    variables = sorted({key for one in providers for key in (*one.get("keys", ()), *one.get("either_keys", ()))})
    policy: dict[str, Any] = {"keys": frozenset(some(pick, variables))} if _one_in(pick, odds) else {}
    for what, known in {
        "providers": sorted(documents["providers"]),
        "labs": sorted({model["lab"] for model in documents["models"].values()}),
        "accelerators": sorted(documents["accelerators"]),
    }.items():
        if _one_in(pick, odds):
            policy[f"allow_{what}"] = frozenset(some(pick, known) or [pick(known)])
        if _one_in(pick, odds):
            policy[f"deny_{what}"] = frozenset(some(pick, known)) - policy.get(f"allow_{what}", frozenset())
    for field, values in {"open_weights": (True, False), "resellers": (False, True)}.items():
        if _one_in(pick, odds):
            policy[field] = pick(values)
    if _one_in(pick, odds):
        policy["max_measurement_age_days"] = pick(drawn.ages)
    switches = ("free", "preview", "unlisted", "provisional")
    return policy | {field: True for field in switches if pick((False, True))}


def _floor(pick: Pick, qualities: Mapping[str, Mapping[str, Any]], requires: tuple[str, ...]) -> dict[str, Any]:
    """A floor of quality that can be meant, in any of its three forms, or none."""
    can = sorted({one["capability"] for one in qualities.values()})
    asked = [name for name in can if any(text.startswith(name) for text in requires)]
    form = pick(("none", "none", "number", "mapping", "like"))
    if form == "number" and asked:
        return {"min_quality": pick(POINTS)}
    if form == "mapping" and can:
        names = some(pick, can) or can[:1]
        return {"min_quality": tuple((name, pick(POINTS)) for name in names)}
    published = [one for one in qualities.values() if one["status"] == "published"]
    models = sorted({one["model"] for one in published})
    beside = [
        model
        for model in models
        if asked and all(any((o["model"], o["capability"]) == (model, name) for o in published) for name in asked)
    ]
    return {"like": (pick(beside), pick(("0", "3", "10.001", "100")), None)} if form == "like" and beside else {}


def _is_rated(
    documents: Mapping[str, Mapping[str, Mapping[str, Any]]], requires: tuple[str, ...], floor: Mapping[str, Any]
) -> bool:
    can = {one["capability"] for one in documents.get("qualities", {}).values()}
    return bool(floor) or any(text.startswith(name) for name in can for text in requires)


def _effort(pick: Pick, work: Work) -> str | None:
    """None, or one that goes with the call."""
    thinks = (work.reasoning_tokens or 0) > 0
    return pick((None, None, None, *(effort for effort in EFFORTS if effort and (effort != "off") is thinks)))


def _rank_by(pick: Pick, *, rated: bool) -> tuple[tuple[str, str | None], ...]:
    keys = (*RANK_KEYS, "quality") if rated else RANK_KEYS
    first = pick(("cost", *keys))
    others = some(pick, [key for key in keys if key != first])[: pick((0, 1, 2))]
    return tuple((key, pick(POINT_BANDS if key == "quality" else BANDS)) for key in (first, *others))


@st.composite
def catalogs_with_questions(draw: st.DrawFn) -> tuple[Documents, Asked]:
    """A small catalog and a question that fits it."""
    pick = hypothesis_pick(draw)
    documents = made_catalog(pick)
    return documents, made_question(pick, documents)
