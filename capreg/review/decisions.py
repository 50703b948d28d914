"""The reference requests, asked of two catalogs: whose first choice changes, and why. It ranks nothing itself."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import capreg
from capreg.catalog import Catalog
from capreg.errors import NoFeasibleOffering, RequestError
from capreg.resolver.candidate import Candidate
from capreg.resolver.decision import Decision

__all__ = ["Flip", "Place", "Speed", "flips", "reference_requests"]

_NOBODY = "nobody"
_ALL = 1_000_000
_METRICS = {"latency": "ttft_ms", "e2e": "e2e_ms", "output_tps": "output_tps"}
"""By rank key: the figure that it ranks by."""
_BOUNDS = {
    "max_latency_ms": "ttft_ms",
    "max_first_answer_ms": "first_answer_ms",
    "max_e2e_ms": "e2e_ms",
    "min_output_tps": "output_tps",
}
_WORDS = {"ttft_ms": "TTFT", "first_answer_ms": "first answer", "e2e_ms": "end", "output_tps": ""}
_UNITS = {"output_tps": "tokens/s"}
Outcome = Decision | str


@dataclass(frozen=True, slots=True, kw_only=True)
class Speed:
    """A figure of speed, and what it rests on."""

    metric: str
    percentile: str
    value: float
    """Milliseconds, or tokens per second."""
    kind: str | None
    """What kind of evidence its measurement is; None where more than one makes the figure."""
    source: str | None
    rows: int
    """How many rows of measurements of the offering there are that speak of this."""
    decides: bool
    """Whether the request ranks by it or bounds it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where an offering stands in the answer of one side."""

    offering: str
    side: str
    """``"base"`` or ``"head"``."""
    rank: int | None
    """None where it does not rank; then `why` says why."""
    cost_usd: str | None
    speeds: tuple[Speed, ...]
    quality: Mapping[str, str]
    """By capability: the estimate, where the request ranks by it."""
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Flip:
    """A reference request whose first choice differs between two catalogs."""

    request: str
    ranked_by: tuple[str, ...]
    """The keys that the request ranks by."""
    old: str
    new: str
    reason: str
    """The places in words."""
    places: tuple[Place, ...] = ()
    """Where the old and the new first choice stand on both sides; a side that lacks the offering has none."""


@dataclass(frozen=True, slots=True)
class _Answer:
    """What one side answers to a request."""

    side: str
    catalog: Catalog
    outcome: Outcome


@cache
def reference_requests() -> Mapping[str, Mapping[str, Any]]:
    """The requests by name, as the committed file gives them."""
    text = (Path(__file__).parent / "requests.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


def flips(base: Catalog, head: Catalog, *, as_of: str) -> tuple[tuple[Flip, ...], int]:
    """The requests whose first choice changes, in the order of the file, and how many were asked."""
    found = []
    sides = {"base": base, "head": head}
    for name, request in reference_requests().items():
        was, becomes = (_winner(_asked(side, request, as_of, limit=1)) for side in sides.values())
        if was != becomes:
            answers = [_Answer(side, one, _asked(one, request, as_of, limit=_ALL)) for side, one in sides.items()]
            places = tuple(_places(was, answers, request)), tuple(_places(becomes, answers, request))
            found.append(
                Flip(
                    request=name,
                    ranked_by=_ranked_by(request),
                    old=was,
                    new=becomes,
                    reason="; ".join(filter(None, map(_told, places))),
                    places=places[0] + places[1],
                )
            )
    return tuple(found), len(reference_requests())


def _ranked_by(request: Mapping[str, Any]) -> tuple[str, ...]:
    keys = request.get("rank_by", "cost")
    return (keys,) if isinstance(keys, str) else tuple(keys)


def _deciding(request: Mapping[str, Any]) -> tuple[str, ...]:
    """The metrics that the request ranks by or bounds, and whether it ranks by quality."""
    names = [key.partition(":")[0] for key in _ranked_by(request)]
    ranked = [_METRICS.get(name, name) for name in names if name in _METRICS or name == "quality"]
    return tuple(dict.fromkeys([*ranked, *(metric for bound, metric in _BOUNDS.items() if bound in request)]))


def _asked(catalog: Catalog, request: Mapping[str, Any], as_of: str, *, limit: int) -> Outcome:
    """The decision, or why the question cannot be asked of this catalog."""
    arguments = dict(request)
    requires = arguments.pop("requires")
    try:
        workload = capreg.Workload(**arguments.pop("workload")) if "workload" in arguments else None
        policy = capreg.Policy(**arguments.pop("policy", {}))
        return capreg.resolve(
            requires, **arguments, workload=workload, policy=policy, as_of=as_of, catalog=catalog, limit=limit
        )
    except NoFeasibleOffering as nobody:
        return nobody.decision
    except RequestError as wrong:
        return f"cannot be asked: {wrong.problem}"


def _winner(outcome: Outcome) -> str:
    if isinstance(outcome, str):
        return outcome
    return outcome.best.offering if len(outcome) else _NOBODY


def _places(offering: str, answers: Sequence[_Answer], request: Mapping[str, Any]) -> Iterator[Place]:
    """Where `offering` stands on the sides that have it; nowhere where a side cannot be asked."""
    for answer in answers:
        if offering in answer.catalog.documents("offerings"):
            if any(isinstance(one.outcome, str) for one in answers):
                return
            yield _place(offering, answer, request)


def _place(offering: str, answer: _Answer, request: Mapping[str, Any]) -> Place:
    deciding = _deciding(request)
    candidate = next((one for one in answer.outcome if isinstance(one, Candidate) and one.offering == offering), None)
    if candidate is None:
        why = _why_not(offering, answer.outcome)
        return Place(offering=offering, side=answer.side, rank=None, cost_usd=None, speeds=(), quality={}, why=why)
    metrics = dict.fromkeys([*(name for name in deciding if name in _WORDS), "ttft_ms"])
    speeds = (_speed(candidate, name, answer.catalog, request) for name in metrics)
    return Place(
        offering=offering,
        side=answer.side,
        rank=candidate.rank,
        cost_usd=None if candidate.cost_usd is None else f"{candidate.cost_usd:f}",
        speeds=tuple(speed for speed in speeds if speed is not None),
        quality=_estimates(candidate) if "quality" in deciding else {},
        why="",
    )


def _speed(candidate: Candidate, metric: str, catalog: Catalog, request: Mapping[str, Any]) -> Speed | None:
    """The figure of `metric` that the candidate stands there with."""
    chosen = candidate.measurements.get(metric) or {}
    value = getattr(candidate, metric, None) or chosen.get("value")
    if value is None:
        return None
    decides = metric in _deciding(request)
    measurements = catalog.documents("measurements").values() if decides else ()
    return Speed(
        metric=metric,
        percentile=request.get("percentile", "p50"),
        value=value,
        kind=chosen.get("kind"),
        source=chosen.get("source"),
        rows=sum(candidate.offering == row["offering"] and metric in row for row in measurements),
        decides=decides,
    )


def _estimates(candidate: Candidate) -> dict[str, str]:
    return {name: str(told["estimate"]) for name, told in candidate.quality.items()}


def _why_not(offering: str, outcome: Outcome) -> str:
    """Why it does not rank."""
    for word, name in (("fails", "excluded"), ("lacks", "unknown")):
        for entry in getattr(outcome, name, ()):
            if entry.offering == offering:
                reasons = entry.failed or entry.missing
                return f"{word} {', '.join(f'{r.requirement} (has {r.actual})' for r in reasons)}"
    return "not considered (retired, unlisted, free, preview, or without a price)"


def _told(places: Sequence[Place]) -> str:
    """What became of one offering from one side to the other."""
    words = {place.side: _worded(place) for place in places}
    if not words:
        return ""
    offering = places[0].offering
    if "base" not in words:
        return f"{offering} is new, at {words['head']}"
    if "head" not in words:
        return f"{offering} is gone"
    return f"{offering}: {words['base']} → {words['head']}"


def _worded(place: Place) -> str:
    if place.rank is None:
        return place.why
    figures = [f"${place.cost_usd}" if place.cost_usd is not None else "unknown cost"]
    figures += [f"quality of {name} {value}" for name, value in place.quality.items()]
    figures += [_speed_worded(speed) for speed in place.speeds]
    return f"#{place.rank} ({', '.join(figures)})"


def _speed_worded(speed: Speed) -> str:
    """The figure; where it decides, what kind of evidence it is, and whether a single row is all there is."""
    at = "" if speed.percentile == "p50" else f" {speed.percentile}"
    value = f"{_WORDS[speed.metric]}{at} {speed.value:g} {_UNITS.get(speed.metric, 'ms')}".strip()
    if not speed.decides or speed.kind is None:
        return value
    only = ", its only row" if speed.rows == 1 else ""
    return f"{value} [{speed.kind} by {speed.source}{only}]"
