"""The question, checked: what is required, within which bounds, for which call, ranked by what."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from capreg.domain.workload import MOST_TOKENS, Workload
from capreg.errors import InvalidArgument
from capreg.index.columns import TIERS
from capreg.resolver.policy import Policy
from capreg.resolver.requirement import Asked, parse_all
from capreg.units import format_ms, format_tps, format_usd, scaled

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from capreg.catalog import Catalog

__all__ = ["BOUNDS", "PERCENTILES", "RANK_KEYS", "UNKNOWN", "Bound", "RankKey", "Request", "compose"]

PERCENTILES = {"p50": 50, "p75": 75, "p90": 90, "p95": 95, "p99": 99}
UNKNOWN = ("exclude", "include", "estimate")
"""What becomes of a row that lacks a fact: left out, let in, or let in where estimates stand in for all it lacks."""
RANK_KEYS = ("cost", "latency", "e2e", "output_tps")
_MILLION = 1_000_000
_MS, _TPS, _USD = 3, 3, 15
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
    """One key of the ranking; rows whose values lie within `band` millionths of the best of a band are equal."""

    __slots__ = ("band", "name")

    def __init__(self, name: str, band: int) -> None:
        self.name = name
        self.band = band


class Request:
    """A checked question. Made by `compose`."""

    __slots__ = (
        "bounds",
        "limit",
        "percentile",
        "policy",
        "rank_by",
        "requirements",
        "skills",
        "unknown",
        "workload",
    )

    def __init__(
        self,
        *,
        requirements: Sequence[Asked],
        skills: Sequence[str],
        bounds: Sequence[Bound],
        percentile: str,
        workload: Workload,
        policy: Policy,
        rank_by: Sequence[RankKey],
        unknown: str,
        limit: int,
    ) -> None:
        self.requirements = tuple(requirements)
        self.skills = tuple(skills)
        self.bounds = tuple(bounds)
        self.percentile = percentile
        self.workload = workload
        self.policy = policy
        self.rank_by = tuple(rank_by)
        self.unknown = unknown
        self.limit = limit

    @property
    def tier(self) -> int:
        """The place of the service tier in the index."""
        return TIERS.index(self.workload.service_tier)

    def named(self, skills: Sequence[str]) -> Request:
        """The same question, said to be that of `skills`, which are written out in it already."""
        told = {name: getattr(self, name) for name in self.__slots__}
        return Request(**{**told, "skills": skills})


def compose(
    catalog: Catalog,
    vocabulary: Mapping[str, Any],
    requires: object,
    *,
    bounds: Mapping[str, object],
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
    skills, texts = _skills(requires, vocabulary)
    documents = [catalog.documents("skills")[name] for name in skills]
    for document in documents:
        texts.extend(document["requires"])
    policy = _instance("policy", policy, Policy) or Policy()
    policy.check_names(vocabulary)
    policy = policy.narrowed(vocabulary)
    return Request(
        requirements=parse_all(texts, vocabulary),
        skills=skills,
        bounds=_bounds(bounds, documents),
        percentile=_percentile(percentile),
        workload=_checked(_instance("workload", workload, Workload) or _workload_of(documents)),
        policy=policy,
        rank_by=_rank_keys(rank_by),
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
    return Workload(**shapes[0]) if shapes else Workload()


def _checked(workload: Workload) -> Workload:
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
    if workload.service_tier not in TIERS:
        raise _wrong("workload.service_tier", workload.service_tier, f"one of {', '.join(TIERS)}")
    return workload


def _bounds(given: Mapping[str, object], skills: Sequence[Mapping[str, Any]]) -> list[Bound]:
    """Caller's bounds and skills' floors both hold: of two on one metric the tighter counts."""
    limits: dict[str, int] = {}
    for values in (given, *(skill.get("floors") or {} for skill in skills)):
        for name, value in values.items():
            if value is None:
                continue
            limit = _bound(name, value)
            tighter = max if name.startswith("min_") else min
            limits[name] = tighter(limits.get(name, limit), limit)
    return [Bound(name, limits[name]) for name in _BOUNDS if name in limits]


def _bound(name: str, value: object) -> int:
    limit = scaled(value, _BOUNDS[name])
    if limit is None or limit < 0 or (limit == 0 and name.startswith("min_")):
        raise _wrong(name, value, "a positive finite number" if name.startswith("min_") else "a finite number from 0")
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


def _is_band(value: object) -> bool:
    return isinstance(value, tuple) and len(value) == 2 and not isinstance(value[1], str | tuple | list)


def _rank_key(entry: object) -> RankKey:
    name, band = entry if isinstance(entry, tuple) and len(entry) == 2 else (entry, 0)
    if name not in RANK_KEYS:
        raise _wrong("rank_by", name, f"one of {', '.join(RANK_KEYS)}")
    millionths = scaled(band, 6)
    if millionths is None or not 0 <= millionths <= _MILLION:
        raise _wrong(f"rank_by {name}", band, "a band from 0 to 1, for example 0.05")
    return RankKey(name, millionths)


def _unknown(value: object) -> str:
    if not isinstance(value, str) or value not in UNKNOWN:
        raise _wrong("unknown", value, f"one of {', '.join(UNKNOWN)}")
    return value


def _limit(value: object) -> int:
    if type(value) is not int or value < 1:
        raise _wrong("limit", value, "a whole number from 1")
    return value


def _instance(name: str, value: Any, kind: type) -> Any:
    if value is not None and not isinstance(value, kind):
        raise _wrong(name, value, f"a {kind.__name__}, or None")
    return value


def _wrong(where: str, found: object, expected: str) -> InvalidArgument:
    shown = found if isinstance(found, str) else repr(found)
    return InvalidArgument("an argument cannot be meant", where=where, found=shown, expected=expected)
