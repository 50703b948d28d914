"""Rules on backends and on what a call needs: chips that exist, and key variables that are named once."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from capreg.domain.hardware import Backend
from capreg.errors import Finding
from capreg.resolver.roofline import fraction_of_limit
from capreg.schema import document
from capreg.source.rules.facts import Facts
from capreg.source.rules.rule import check

__all__ = ["HARDWARE_RULES"]


@check("BKD001", "BKD002")
def grades_go_with_sets(facts: Facts) -> Iterator[Finding]:
    """BKD001: a stated or inferred backend names chips. BKD002: an undisclosed one names none."""
    for kind, key, backend in _backends(facts):
        named = bool(backend.accelerators)
        if named == (backend.grade == "undisclosed"):
            yield facts.finding(
                "BKD002" if named else "BKD001",
                kind,
                key,
                "backend.accelerators",
                "chips that are not disclosed" if named else "a backend without chips",
                found=f"grade = {backend.grade!r}, {len(backend.accelerators)} accelerators",
                expected="accelerators with vendor_stated and inferred, none with undisclosed",
                hint='who says so? grade = "inferred" where somebody concluded it, "undisclosed" where nobody knows',
            )


@check("BKD003")
def chips_can_be_had(facts: Facts) -> Iterator[Finding]:
    """BKD003: nothing runs on a chip that is only announced."""
    for kind, key, backend in _backends(facts):
        for number, name in enumerate(backend.accelerators):
            chip = facts.records["accelerators"].get(name)
            if chip is not None and chip.status == "announced":
                yield facts.finding(
                    "BKD003",
                    kind,
                    key,
                    f"backend.accelerators[{number}]",
                    "the accelerator is only announced",
                    found=name,
                    expected='an accelerator whose status is "available"',
                    hint=f"correct accelerators/{name}.toml if somebody can run on it by now",
                )


@check("DEP001")
def nothing_beats_its_chip(facts: Facts) -> Iterator[Finding]:
    """DEP001: no operating point of a known model on a known chip is faster than memory and arithmetic allow."""
    plain = {kind: _plain(facts, kind) for kind in ("models", "accelerators")}
    for key, one in facts.each("deployments"):
        architecture = plain["models"](one.model).get("architecture")
        share = fraction_of_limit(
            document("deployments", one), architecture, plain["accelerators"](one.accelerator) or None
        )
        if share is not None and share > 1:
            yield facts.finding(
                "DEP001",
                "deployments",
                key,
                "output_tps",
                "faster than the chip can be",
                found=f"{share:.2f} of the limit",
                expected="at most 1: see `capreg roofline`",
                hint="look for a unit, a count of chips or speculative decoding that is not stated",
            )


@check("DEP002")
def nothing_ran_on_what_is_announced(facts: Facts) -> Iterator[Finding]:
    """DEP002: no operating point on a chip that is only announced."""
    chips = facts.records["accelerators"]
    announced = {name for name, chip in chips.items() if chip.status == "announced"}
    for key, one in facts.each("deployments"):
        if one.accelerator in announced:
            yield facts.finding(
                "DEP002",
                "deployments",
                key,
                "accelerator",
                "the accelerator is only announced",
                found=one.accelerator,
                expected='an accelerator whose status is "available"',
                hint=f"correct accelerators/{one.accelerator}.toml if somebody can run on it by now",
            )


def _plain(facts: Facts, kind: str) -> Callable[[str], Mapping[str, Any]]:
    """The plain documents of records of `kind` by id; nothing where there is none."""
    return lambda key: document(kind, facts.records[kind][key]) if key in facts.records[kind] else {}


@check("SEC007")
def keys_are_named_once(facts: Facts) -> Iterator[Finding]:
    """SEC007: a key variable of a provider stands once, in `keys` or in `either_keys`."""
    for key, provider in facts.each("providers"):
        named = [*provider.keys, *provider.either_keys]
        for name in sorted({name for name in named if named.count(name) > 1}):
            yield facts.finding(
                "SEC007",
                "providers",
                key,
                "keys",
                "a key variable stands twice",
                found=name,
                expected="in keys where it is always needed, in either_keys where there is a choice",
                hint="remove one of them",
            )


@check("SEC008")
def keys_belong_to_one_owner(facts: Facts) -> Iterator[Finding]:
    """SEC008: no provider asks for the key of a stranger: two that share a variable share an owner."""
    holders: dict[str, list[str]] = {}
    asked = {name for _, provider in facts.each("providers") for name in (*provider.keys, *provider.either_keys)}
    for key, provider in sorted(facts.naming("providers", asked)):
        for name in dict.fromkeys((*provider.keys, *provider.either_keys)):
            holders.setdefault(name, []).append(key)
    for name, keys in holders.items():
        for key in keys:
            strangers = [other for other in keys if not _family(facts, key) & _family(facts, other)]
            if strangers:
                yield facts.finding(
                    "SEC008",
                    "providers",
                    key,
                    "keys",
                    "another provider's key variable",
                    found=f"{name}, also of {', '.join(strangers)}",
                    expected="a variable of its own, or parent = … where they share an owner",
                    hint="a key is shown to nobody but the provider that issued it",
                )


def _family(facts: Facts, key: str) -> set[str]:
    """The provider and its ancestors."""
    found: set[str] = set()
    above: str | None = key
    while above is not None and above not in found:
        found.add(above)
        provider = facts.records["providers"].get(above)
        above = provider.parent if provider else None
    return found


def _backends(facts: Facts) -> Iterator[tuple[str, str, Backend]]:
    for kind in ("providers", "offerings"):
        for key, record in facts.each(kind):
            if record.backend is not None:
                yield kind, key, record.backend


HARDWARE_RULES = (
    grades_go_with_sets,
    chips_can_be_had,
    nothing_beats_its_chip,
    nothing_ran_on_what_is_announced,
    keys_are_named_once,
    keys_belong_to_one_owner,
)
