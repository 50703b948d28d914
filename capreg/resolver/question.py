"""A checked request as plain JSON and back: what a lock file keeps and what a decision's id is made of.

Plain form is canonical: two requests that ask the same have the same one. Skills are written out, so that a locked
question stays the same when a skill changes. Tags and the instant are no part of the question.
"""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING, Any

from capreg.domain.workload import Workload
from capreg.errors import InvalidArgument
from capreg.resolver.policy import Policy
from capreg.resolver.quality import ESTIMATE_FLOOR, LOW_FLOOR
from capreg.resolver.request import BOUNDS, Request, compose
from capreg.units import format_fraction

if TYPE_CHECKING:
    from collections.abc import Mapping

    from capreg.catalog import Catalog
    from capreg.index import Index

__all__ = ["check_tags", "plain", "request_of", "workload_told"]

_MOST_TAGS = 16
_LONGEST_NAME = 40
_LONGEST_VALUE = 200


def plain(request: Request) -> dict[str, Any]:
    """The one JSON form of `request`. Numbers that are bounds are decimal strings in the unit of their name."""
    return {
        "requirements": [str(asked) for asked in request.requirements],
        "skills": list(request.skills),
        "bounds": {bound.name: bound.shown for bound in request.bounds},
        "percentile": request.percentile,
        "workload": workload_told(request.workload),
        "policy": _policy(request.policy),
        "rank_by": [[key.name, format_fraction(key.band, key.digits)] for key in request.rank_by],
        "unknown": request.unknown,
        "limit": request.limit,
        **({} if request.effort is None else {"effort": request.effort}),
    }


def workload_told(workload: Workload) -> dict[str, Any]:
    """`workload` as plain JSON; whole numbers are written as such."""
    told = {name: getattr(workload, name) for name in workload.__slots__}
    return {name: int(v) if isinstance(v, float) and v.is_integer() else v for name, v in told.items()}


def request_of(catalog: Catalog, index: Index, question: Mapping[str, Any]) -> Request:
    """The request that `question`, in plain form, says, checked against the catalog.

    Raises:
        RequestError: it names what this catalog does not hold, or cannot be meant.
    """
    if sorted({*question} - {"effort"}) != sorted(_KEYS):
        raise InvalidArgument(
            "a question has other keys", where="question", found=", ".join(sorted(question)), expected=", ".join(_KEYS)
        )
    try:
        workload, policy = Workload(**question["workload"]), Policy(**question["policy"])
        rank_by = [(name, band) for name, band in question["rank_by"]]
        bounds = dict(question["bounds"])
        skills = [name for name in question["skills"] if isinstance(name, str)]
    except (TypeError, ValueError) as malformed:
        raise InvalidArgument("a question cannot be read", where="question", found=str(malformed)) from malformed
    if any(not isinstance(name, str) or not (name in BOUNDS or name.startswith(_FLOORS)) for name in bounds):
        raise InvalidArgument(
            "there is no such bound", where="question", found=", ".join(map(str, bounds)), expected=", ".join(BOUNDS)
        )
    composed = compose(
        catalog,
        index,
        question["requirements"],
        bounds=bounds,
        effort=question.get("effort"),
        percentile=question["percentile"],
        workload=workload,
        policy=policy,
        rank_by=rank_by,
        unknown=question["unknown"],
        limit=question["limit"],
    )
    return composed.named(skills)


def check_tags(tags: object) -> dict[str, str]:
    """`tags` in order of name.

    Raises:
        InvalidArgument: they are not a mapping of short names to short texts.
    """
    from collections.abc import Mapping as AnyMapping

    if tags is None:
        return {}
    if not isinstance(tags, AnyMapping):
        raise _wrong("tags", tags, "a mapping such as {'task': 'invoices', 'agent': 'reader'}")
    if len(tags) > _MOST_TAGS:
        raise _wrong("tags", f"{len(tags)} tags", f"at most {_MOST_TAGS}")
    for name, value in tags.items():
        if not _is_name(name):
            raise _wrong("tags", name, f"names of lower-case letters, digits and '_', at most {_LONGEST_NAME}")
        if not isinstance(value, str) or not 0 < len(value) <= _LONGEST_VALUE or not value.isprintable():
            raise _wrong(f"tags[{name!r}]", value, f"a printable text of 1 to {_LONGEST_VALUE} characters")
    return {name: tags[name] for name in sorted(tags)}


def _is_name(name: object) -> bool:
    if not isinstance(name, str) or not name.isascii() or not 0 < len(name) <= _LONGEST_NAME:
        return False
    return name.isidentifier() and name == name.lower()


def _policy(policy: Policy) -> dict[str, Any]:
    """The fields that ask something; sets as sorted lists."""
    said: dict[str, Any] = {}
    for field in fields(policy):
        value = getattr(policy, field.name)
        if value != field.default:
            said[field.name] = sorted(value) if isinstance(value, frozenset) else value
    return said


def _wrong(where: str, found: object, expected: str) -> InvalidArgument:
    shown = found if isinstance(found, str) else repr(found)
    return InvalidArgument("an argument cannot be meant", where=where, found=shown, expected=expected)


_FLOORS = (LOW_FLOOR, ESTIMATE_FLOOR)
_KEYS = (
    "requirements", "skills", "bounds", "percentile", "workload", "policy", "rank_by", "unknown", "limit",
)  # fmt: skip
