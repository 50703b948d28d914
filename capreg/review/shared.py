"""Hosts and key variables that more than one provider holds: a key for one of them would reach the other."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase

from capreg.catalog import Catalog

__all__ = ["Shared", "shared"]

_VARIABLES = ("keys", "either_keys")


@dataclass(frozen=True, slots=True, kw_only=True)
class Shared:
    """A host or key variable, and who else holds it on either side."""

    value: str
    providers: tuple[str, ...]


def shared(provider: str, key: str, values: Iterable[str], *, base: Catalog, head: Catalog) -> Iterator[Shared]:
    """Those of `values` that other providers hold as well.

    Args:
        provider: who newly holds them.
        key: ``"hosts"``, ``"keys"`` or ``"either_keys"``; nothing is shared under any other.
        values: hosts, where `*` stands for part of one label, or names of variables.
        base: who holds what on this side counts,
        head: and on this one: what is taken from another provider is shared too.
    """
    names = _VARIABLES if key in _VARIABLES else ("hosts",) if key == "hosts" else ()
    for value in values:
        holders = {
            other
            for side in (base, head)
            for other, document in side.documents("providers").items()
            if other != provider
            for name in names
            if any(_meet(value, held) for held in document.get(name, ()))
        }
        if holders:
            yield Shared(value=value, providers=tuple(sorted(holders)))


def _meet(one: str, other: str) -> bool:
    """Whether some host is meant by both; variables have no star and no dot."""
    pair = one.split("."), other.split(".")
    return len(pair[0]) == len(pair[1]) and all(_label(a, b) for a, b in zip(*pair, strict=True))


def _label(one: str, other: str) -> bool:
    return ("*" in one and "*" in other) or fnmatchcase(one, other) or fnmatchcase(other, one)
