"""The question, checked: what is required, within which bounds, for which call, ranked by what."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from capreg.domain.defaults import MOST_RATE, MOST_TOKENS, NOTHING_ASKED, USUAL_CALL
from capreg.errors import InvalidArgument
from capreg.index.columns import TIERS
from capreg.resolver.floors import effort_of, floors_of, rated_of, with_skills, written
from capreg.resolver.requirement import Asked, parse_all
from capreg.units import format_fraction, format_ms, format_tps, format_usd, scaled

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from capreg.catalog import Catalog
    from capreg.domain.workload import Workload
    from capreg.index import Index
    from capreg.resolver.policy import Policy

__all__ = ["BOUNDS", "PERCENTILES", "RANK_KEYS", "UNKNOWN", "Bound", "RankKey", "Request", "compose"]

PERCENTILES = {"p50": 50, "p75": 75, "p90": 90, "p95": 95, "p99": 99}
UNKNOWN = ("exclude", "include", "estimate")
"""What becomes of a row that lacks a fact: left out, let in, or let in where estimates stand in for all it lacks."""
RANK_KEYS = ("cost", "latency", "e2e", "output_tps", "quality")
_MILLION = 1_000_000
_BAND_DIGITS = 6
_MS, _TPS, _USD, _POINTS = 3, 3, 15, 3
_RATE_DIGITS = 6
_DEMAND = {
    "requests_per_second": (1, MOST_RATE),
    "peak_requests_per_second": (1, MOST_RATE),
    "headroom": (0, 10),
    "add_network_ms": (0, 60_000),
}
"""Parts of a workload that are numbers: the least in millionths, the most in ones."""
_MOST_POINTS = 100_000
_BOUNDS = {
    "max_latency_ms": _MS,
    "max_first_answer_ms": _MS,
    "max_e2e_ms": _MS,
    "min_output_tps": _TPS,
    "max_cost_usd": _USD,
}
BOUNDS = tuple(_BOUNDS)
"""Every bound there is, in the order in which a request holds them."""
_FORMATS = {"min_output_tps": format_tps, "max_cost_usd": format_usd}


class Bound:
    """A hard bound: `limit` in the integer unit of its metric."""

    __slots__ = ("limit", "name")

    def __init__(self, name: str, limit: int) -> None:
        self.name = name
        self.limit = limit

    @property
    def shown(self) -> str:
        """The limit in the unit of the name, a decimal string."""
        return self.show(self.limit)

    def show(self, value: int) -> str:
        """`value`, in the integer unit of the metric, as a decimal string in the unit that the name says."""
        return _FORMATS.get(self.name, format_ms)(value)


class RankKey:
    """One key of the ranking; rows whose values lie within `band` of the best of a band are equal.

    A band is a share, in millionths; that of quality is a distance, in thousandths of points.
    """

    __slots__ = ("band", "name")

    def __init__(self, name: str, band: int) -> None:
        self.name = name
        self.band = band

    @property
    def digits(self) -> int:
        """The decimals that its band may have."""
        return _POINTS if self.name == "quality" else _BAND_DIGITS

    def slack(self, value: int) -> int:
        """How far from `value` its band reaches, in millionths of the unit of the value."""
        return self.band * _MILLION if self.name == "quality" else abs(value) * self.band


class Request:
    """A checked question. Made by `compose`.

    `call` and `terms` have the fields of `workload` and `policy`, and are light where nobody said them.
    """

    __slots__ = (
        "bounds",
        "call",
        "effort",
        "limit",
        "percentile",
        "rank_by",
        "rated",
        "requirements",
        "skills",
        "terms",
        "unknown",
    )

    def __init__(
        self,
        *,
        requirements: Sequence[Asked],
        skills: Sequence[str],
        bounds: Sequence[Bound],
        percentile: str,
        call: Workload,
        terms: Policy,
        rank_by: Sequence[RankKey],
        unknown: str,
        limit: int,
        rated: Sequence[str] = (),
        effort: str | None = None,
    ) -> None:
        self.requirements = tuple(requirements)
        self.skills = tuple(skills)
        self.bounds = tuple(bounds)
        self.percentile = percentile
        self.call = call
        self.terms = terms
        self.rank_by = tuple(rank_by)
        self.unknown = unknown
        self.limit = limit
        self.rated = tuple(rated)
        self.effort = effort

    @property
    def tier(self) -> int:
        """The place of the service tier in the index."""
        return TIERS.index(self.call.service_tier)

    @property
    def workload(self) -> Workload:
        """The shape of one call."""
        from capreg.domain.workload import Workload

        return Workload() if self.call is USUAL_CALL else self.call

    @property
    def policy(self) -> Policy:
        """What is not accepted."""
        from capreg.resolver.policy import Policy

        return Policy() if self.terms is NOTHING_ASKED else self.terms

    @property
    def shown_qualities(self) -> tuple[str, ...]:
        """The capabilities whose quality a table shows: those rated, where a floor or a rank key asks for it."""
        asked = any(":" in bound.name for bound in self.bounds) or any(key.name == "quality" for key in self.rank_by)
        return self.rated if asked else ()

    def named(self, skills: Sequence[str]) -> Request:
        """The same question, said to be that of `skills`, which are written out in it already."""
        told = {name: getattr(self, name) for name in self.__slots__}
        return Request(**{**told, "skills": skills})


def compose(
    catalog: Catalog,
    index: Index,
    requires: object,
    *,
    bounds: Mapping[str, object],
    min_quality: object = None,
    effort: object = None,
    percentile: object,
    workload: Workload | None,
    policy: Policy | None,
    rank_by: object,
    unknown: object,
    limit: object,
) -> Request:
    """The request that the arguments of `resolve` say.

    Raises:
        RequestError: for the first argument that cannot be meant.
    """
    vocabulary = index.vocabulary
    skills, texts = _skills(requires, vocabulary)
    documents = [catalog.documents("skills")[name] for name in skills]
    for document in documents:
        texts.extend(document["requires"])
    call = _workload_of(documents) if workload is None else _checked(workload)
    terms = NOTHING_ASKED if policy is None else _terms(policy, call, vocabulary)
    requirements = parse_all(texts, vocabulary)
    asked = [requirement.capability for requirement in requirements]
    floors = with_skills({**written(index, bounds), **floors_of(index, asked, min_quality)}, documents)
    rated = rated_of(index, asked, floors)
    return Request(
        requirements=requirements,
        skills=skills,
        bounds=[*_bounds(bounds, documents), *(Bound(name, floors[name]) for name in sorted(floors))],
        percentile=_percentile(percentile),
        call=call,
        terms=terms,
        rank_by=_known_keys(_rank_keys(rank_by), rated, vocabulary["rated"]),
        rated=rated,
        effort=effort_of(effort, call.reasoning_tokens),
        unknown=_unknown(unknown),
        limit=_limit(limit),
    )


def _skills(requires: object, vocabulary: Mapping[str, Any]) -> tuple[list[str], list[Any]]:
    given = [requires] if isinstance(requires, str) else requires
    if not isinstance(given, list | tuple | set | frozenset):
        raise InvalidArgument(
            "what is required is a text or a sequence of texts",
            where="requires",
            found=repr(requires),
            expected="'tool_use', 'tool_use[parallel]>=2', a skill's id, or several of them",
        )
    ordered = sorted(given, key=str) if isinstance(given, set | frozenset) else list(given)
    skills = [entry for entry in ordered if entry in vocabulary["skills"]]
    return list(dict.fromkeys(skills)), [entry for entry in ordered if entry not in vocabulary["skills"]]


def _workload_of(skills: Sequence[Mapping[str, Any]]) -> Workload:
    shapes = [skill["workload"] for skill in skills]
    if any(shape != shapes[0] for shape in shapes):
        raise InvalidArgument(
            "the skills have different workloads",
            where="workload",
            hint="pass workload=Workload(…) to say which call is meant",
        )
    if not shapes:
        return USUAL_CALL
    from capreg.domain.workload import Workload

    return _checked(Workload(**shapes[0]))


def _terms(policy: Policy, call: Workload, vocabulary: Mapping[str, Any]) -> Policy:
    """`policy`, whose names the catalog must hold."""
    from capreg.resolver.policy import Policy as Kind
    from capreg.resolver.policy import with_own

    _is_a("policy", policy, Kind)
    policy.check_names(vocabulary if call.requests_per_second is None else with_own(vocabulary))
    return policy.narrowed(vocabulary)


def _checked(workload: Workload) -> Workload:
    from capreg.domain.workload import Workload as Kind

    _is_a("workload", workload, Kind)
    for name in ("input_tokens", "output_tokens", "cached_input_tokens", "reasoning_tokens", "images"):
        value = getattr(workload, name)
        if value is None and name == "reasoning_tokens":
            continue
        if type(value) is not int or not 0 <= value <= MOST_TOKENS:
            raise _wrong(f"workload.{name}", value, f"a whole number from 0 to {MOST_TOKENS:,}")
    if workload.cached_input_tokens > workload.input_tokens:
        raise _wrong(
            "workload.cached_input_tokens",
            workload.cached_input_tokens,
            f"at most the {workload.input_tokens:,} input tokens that include them",
        )
    for name, (least, most) in _DEMAND.items():
        value = getattr(workload, name)
        number = scaled(value, _RATE_DIGITS)
        if value is not None and (number is None or not least <= number <= most * 10**_RATE_DIGITS):
            raise _wrong(f"workload.{name}", value, f"a number from {'above ' if least else ''}0 to {most:,}")
    usual, peak = workload.requests_per_second, workload.peak_requests_per_second
    if peak is not None and (usual is None or peak < usual):
        raise _wrong("workload.peak_requests_per_second", peak, "a number from requests_per_second up, beside it")
    if workload.service_tier not in TIERS:
        raise _wrong("workload.service_tier", workload.service_tier, f"one of {', '.join(TIERS)}")
    return workload


def _bounds(given: Mapping[str, object], skills: Sequence[Mapping[str, Any]]) -> list[Bound]:
    """Caller's bounds and skills' floors both hold: of two on one metric the tighter counts."""
    limits: dict[str, int] = {}
    for values in (given, *(skill.get("floors") or {} for skill in skills)):
        for name, value in values.items():
            if value is None or name not in _BOUNDS:
                continue
            limit = _bound(name, value)
            tighter = max if name.startswith("min_") else min
            limits[name] = tighter(limits.get(name, limit), limit)
    return [Bound(name, limits[name]) for name in _BOUNDS if name in limits]


def _bound(name: str, value: object) -> int:
    limit = scaled(value, _BOUNDS[name])
    if limit is None or limit < 0 or (limit == 0 and name.startswith("min_")):
        least = format_fraction(1, _BOUNDS[name]) if name.startswith("min_") else "0"
        raise _wrong(name, value, f"a number from {least}, and below 10¹⁹")
    return limit


def _percentile(value: object) -> str:
    if not isinstance(value, str) or value not in PERCENTILES:
        raise _wrong("percentile", value, f"one of {', '.join(PERCENTILES)}")
    return value


def _rank_keys(value: object) -> list[RankKey]:
    entries = [value] if isinstance(value, str) or _is_band(value) else value
    if not isinstance(entries, list | tuple) or not entries:
        raise _wrong("rank_by", value, f"one of {', '.join(RANK_KEYS)}, or a sequence of them")
    keys = [_rank_key(entry) for entry in entries]
    names = [key.name for key in keys]
    if len(set(names)) < len(names):
        raise _wrong("rank_by", value, "each key once")
    return keys


def _known_keys(keys: list[RankKey], rated: Sequence[str], can: Sequence[str]) -> list[RankKey]:
    """`keys`, which can rank by quality only where something that is asked can be rated."""
    if not rated and any(key.name == "quality" for key in keys):
        raise _wrong(
            "rank_by", "quality", f"a question for one of {', '.join(can)}" if can else "a catalog with estimates"
        )
    return keys


def _is_band(value: object) -> bool:
    if not isinstance(value, tuple) or len(value) != 2 or isinstance(value[1], tuple | list):
        return False
    return not isinstance(value[1], str) or scaled(value[1], 0) is not None


def _rank_key(entry: object) -> RankKey:
    name, band = entry if isinstance(entry, tuple) and len(entry) == 2 else (entry, 0)
    if name not in RANK_KEYS:
        told, colon, wide = str(name).partition(":")
        raise InvalidArgument(
            "an argument cannot be meant",
            where="rank_by",
            found=name if isinstance(name, str) else repr(name),
            expected=f"one of {', '.join(RANK_KEYS)}",
            hint=f"write a band as a pair: ({told!r}, {wide})" if colon and told in RANK_KEYS else None,
        )
    key = RankKey(str(name), 0)
    width = scaled(band, key.digits)
    most, expected = (
        (_MOST_POINTS, "a band of points from 0 to 100, for example 3")
        if name == "quality"
        else (_MILLION, "a band from 0 to 1, for example 0.05")
    )
    if width is None or not 0 <= width <= most:
        raise _wrong(f"rank_by {name}", band, expected)
    return RankKey(key.name, width)


def _unknown(value: object) -> str:
    if not isinstance(value, str) or value not in UNKNOWN:
        raise _wrong("unknown", value, f"one of {', '.join(UNKNOWN)}")
    return value


def _limit(value: object) -> int:
    if type(value) is not int or value < 1:
        raise _wrong("limit", value, "a whole number from 1")
    return value


def _is_a(name: str, value: object, kind: type) -> None:
    if not isinstance(value, kind):
        raise _wrong(name, value, f"a {kind.__name__}, or None")


def _wrong(where: str, found: object, expected: str) -> InvalidArgument:
    shown = found if isinstance(found, str) else repr(found)
    return InvalidArgument("an argument cannot be meant", where=where, found=shown, expected=expected)
