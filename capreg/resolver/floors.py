"""Floors of quality: from what the caller says to one bound for each capability."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from capreg.errors import InvalidArgument, UnknownName
from capreg.index.columns import ABSENT, EFFORTS
from capreg.resolver.quality import ESTIMATE_FLOOR, LOW_FLOOR, records_of
from capreg.units import scaled

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from decimal import Decimal

    from capreg.domain.vocabulary import Effort
    from capreg.index import Index

__all__ = ["Like", "effort_of", "floors_of", "hashable", "like", "rated_of", "with_skills", "written"]

_DIGITS = 3
_MOST = 100 * 10**_DIGITS
_LEAST = 1
_EXPECTED = (
    "a number above 0 and at most 100, a mapping such as {'tool_use': 70}, or capreg.like('lab/model', within=3)"
)


class Like(NamedTuple):
    """A floor that a model sets: at its estimate less `within` points, in each capability that is asked."""

    model: str
    within: str
    effort: str | None


def like(model: str, *, within: float | str | Decimal = 0, effort: Effort | None = None) -> Like:
    """The floor for those who do about as well as `model`.

    A candidate passes when its estimate is at least that of `model` less `within`; it fails when even the upper end
    of its interval is below that; else nobody can tell the two apart, and it is unknown.

    >>> like("openai/gpt-5-mini", within=3)
    Like(model='openai/gpt-5-mini', within='3', effort=None)

    Args:
        model: the id of a model that has an estimate in every capability that is asked and can be rated.
        within: how many points behind it is good enough.
        effort: the reasoning effort whose estimate is meant; by default the greatest of its published ones.
    """
    return Like(model, str(within), effort)


def hashable(min_quality: object) -> object:
    """`min_quality` as a part of a question that can be kept: a mapping becomes pairs, in order of name."""
    from collections.abc import Mapping as AnyMapping

    if isinstance(min_quality, AnyMapping):
        return tuple(sorted((str(name), str(value)) for name, value in min_quality.items()))
    return min_quality


def rated_of(index: Index, asked: Sequence[str], floors: Mapping[str, int]) -> tuple[str, ...]:
    """The rated capabilities of a question: those asked that can be rated, then those with a floor."""
    can = index.vocabulary["rated"]
    floored = sorted(name.partition(":")[2] for name in floors)
    return tuple(dict.fromkeys(name for name in (*asked, *floored) if name in can))


def effort_of(value: object, reasoning_tokens: int | None) -> str | None:
    """The effort that is asked, which must fit the reasoning tokens of the call."""
    if value is None:
        return None
    if not isinstance(value, str) or value not in EFFORTS:
        raise _wrong("effort", value, f"one of {', '.join(EFFORTS)}, or None")
    if (value == "off") == bool(reasoning_tokens):
        raise InvalidArgument(
            "the effort does not fit the call",
            where="effort",
            found=f"{value} {f'with {reasoning_tokens:,}' if reasoning_tokens else 'without'} reasoning tokens",
            expected="effort 'off' without reasoning tokens, any other with how many there are",
            hint="pass workload=Workload(reasoning_tokens=…): what is thought is also paid for",
        )
    return value


def floors_of(index: Index, asked: Sequence[str], value: object) -> dict[str, int]:
    """By bound: its limit in thousandths of points.

    Args:
        index: the index of the catalog.
        asked: the capabilities that are asked.
        value: a number, pairs of a capability and a number, or what `like` returned; None sets no floor.

    Raises:
        RequestError: the floor cannot be meant.
    """
    if value is None:
        return {}
    if isinstance(value, Like):
        return {ESTIMATE_FLOOR + name: _beside(index, value, name) for name in _ratable(index, asked)}
    if isinstance(value, tuple) and value and all(isinstance(pair, tuple) and len(pair) == 2 for pair in value):
        return {LOW_FLOOR + _named(index, name): _points(f"min_quality[{name!r}]", points) for name, points in value}
    limit = _points("min_quality", value)
    return {LOW_FLOOR + name: limit for name in _ratable(index, asked)}


def written(index: Index, bounds: Mapping[str, object]) -> dict[str, int]:
    """The floors among `bounds` that are written out, as a locked question has them."""
    return {
        name: _points(name, value)
        for name, value in bounds.items()
        if name.startswith((LOW_FLOOR, ESTIMATE_FLOOR)) and _named(index, name.partition(":")[2])
    }


def with_skills(floors: Mapping[str, int], skills: Iterable[Mapping[str, Any]]) -> dict[str, int]:
    """`floors`, and those that the documents of `skills` bring: of two for one capability the higher counts."""
    found = dict(floors)
    for skill in skills:
        for name, points in ((skill.get("floors") or {}).get("min_quality") or {}).items():
            found[LOW_FLOOR + name] = max(found.get(LOW_FLOOR + name, 0), points * 10**_DIGITS)
    return found


def _ratable(index: Index, asked: Sequence[str]) -> list[str]:
    can: Sequence[str] = index.vocabulary["rated"]
    found = [name for name in dict.fromkeys(asked) if name in can]
    if not found:
        raise InvalidArgument(
            "no capability that is asked can be rated",
            where="min_quality",
            found=", ".join(dict.fromkeys(asked)),
            expected=f"one of {', '.join(can)}" if can else "a catalog with estimates of quality; this one has none",
            hint="name the capability: min_quality={'…': …}" if can else None,
        )
    return found


def _named(index: Index, name: object) -> str:
    can: Sequence[str] = index.vocabulary["rated"]
    if name not in can:
        raise UnknownName("capability that can be rated", str(name), can, where="min_quality")
    return str(name)


def _points(where: str, value: object) -> int:
    limit = scaled(value, _DIGITS)
    if limit is None or not _LEAST <= limit <= _MOST:
        raise _wrong(where, value, _EXPECTED if where == "min_quality" else "a number above 0 and at most 100")
    return limit


def _beside(index: Index, reference: Like, capability: str) -> int:
    """The estimate of the reference, less what it may be behind."""
    models: Sequence[str] = index.vocabulary["models"]
    if reference.model not in models:
        raise UnknownName("model", str(reference.model), models, where="min_quality like")
    within = scaled(reference.within, _DIGITS)
    if within is None or not 0 <= within <= _MOST:
        raise _wrong("min_quality within", reference.within, "points from 0 to 100")
    if reference.effort is not None and reference.effort not in EFFORTS:
        raise _wrong("min_quality effort", reference.effort, f"one of {', '.join(EFFORTS)}, or None")
    effort = None if reference.effort is None else EFFORTS.index(reference.effort)
    columns = {name: index.column(f"quality.{name}") for name in ("estimate", "effort", "provisional")}
    estimates = {
        columns["effort"][record]: columns["estimate"][record]
        for record in records_of(index, capability).get(models.index(reference.model), ())
        if not columns["provisional"][record] and effort in (None, columns["effort"][record])
    }
    if not estimates:
        raise InvalidArgument(
            f"{reference.model} has no published estimate for {capability}",
            where="min_quality like",
            found=f"effort {reference.effort}" if reference.effort else None,
            hint="take another model, or say the floor in points",
        )
    return max(estimates.get(ABSENT, max(estimates.values())) - within, _LEAST)


def _wrong(where: str, found: object, expected: str) -> InvalidArgument:
    shown = found if isinstance(found, str) else repr(found)
    return InvalidArgument("an argument cannot be meant", where=where, found=shown, expected=expected)
