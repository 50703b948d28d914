"""What an offering can and cannot, as a person types it: `tool_use[parallel,streaming]:2`, `vision`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from capreg.errors import InvalidArgument

__all__ = ["abilities"]

_TYPED = re.compile(r"(?P<name>[^\[\]:,\s]+)(?:\[(?P<features>[^\[\]:]*)\])?(?::(?P<level>[0-9]+))?")
_FORM = "name, name:level or name[feature,…]:level, such as tool_use[parallel]:2"


def abilities(can: Iterable[str], cannot: Iterable[str], *, evidence: Sequence[Any] = ()) -> dict[str, dict[str, Any]]:
    """The facts of an offering's capabilities, by id.

    Args:
        can: what is proven, with its level, 1 where none is named, and the features that are proven.
        cannot: what it is known not to have: a capability, or with features only these of it.
        evidence: of each fact; without any it is that of the file.

    Raises:
        InvalidArgument: one cannot be read, or one capability is named twice.
    """
    facts: dict[str, dict[str, Any]] = {}
    for option, given in (("--can", can), ("--cannot", cannot)):
        met: set[str] = set()
        for text in given:
            name, features, level = _read(text, option)
            if name in met:
                raise _twice(option, name)
            met.add(name)
            fact = facts.setdefault(name, {})
            if option == "--can":
                fact["at_least"] = level
            elif not features:
                fact["at_most"] = 0
            for feature in features:
                if feature in fact.setdefault("features", {}):
                    raise _twice(option, f"{name}[{feature}]")
                fact["features"][feature] = option == "--can"
    return {name: {**fact, **({"evidence": list(evidence)} if evidence else {})} for name, fact in facts.items()}


def _read(text: str, option: str) -> tuple[str, list[str], int]:
    read = _TYPED.fullmatch(text.strip())
    features = [] if read is None else list(_features(read["features"]))
    if read is None or "" in features or (option == "--cannot" and read["level"] is not None):
        expected = _FORM if option == "--can" else "name or name[feature,…], such as vision or tool_use[streaming]"
        raise InvalidArgument("a capability cannot be read", where=option, found=text, expected=expected)
    return read["name"], features, int(read["level"] or 1)


def _features(listed: str | None) -> Iterator[str]:
    yield from () if listed is None else (feature.strip() for feature in listed.split(","))


def _twice(option: str, what: str) -> InvalidArgument:
    return InvalidArgument("it is named twice", where=option, found=what, expected="each capability and feature once")
