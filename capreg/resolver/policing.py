"""The checks that a policy asks for. Unknown fails closed: such a row is never let in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from capreg.index.bits import union
from capreg.index.columns import ABSENT
from capreg.resolver.matching import Check
from capreg.resolver.speed import FAIL, PASS, UNKNOWN

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping

    from capreg.index import Index
    from capreg.resolver.policy import Policy

__all__ = ["policy_checks"]


def policy_checks(index: Index, policy: Policy) -> Iterator[Check]:
    """One check for each field of `policy` that asks something."""
    yield from _provider_checks(index, policy)
    yield from _lab_checks(index, policy)
    yield from _accelerator_checks(index, policy)
    if policy.open_weights is not None:
        yield _open_weights(index, policy.open_weights)


def _check(  # noqa: PLR0917  in the order in which a check is read
    index: Index, field: str, limit: object, column: str, verdict: Callable[[int], int], actual: Callable[[int], Any]
) -> Check:
    """The check of `field`, whose verdict on a row hangs on its value in `column` alone."""
    values = index.column(column)

    def judge(_among: int) -> tuple[int, int]:
        groups = index.groups(column)
        return union(groups, lambda value: verdict(value) == PASS), union(
            groups, lambda value: verdict(value) == UNKNOWN
        )

    return Check(f"policy:{field}", "policy", limit, lambda row: verdict(values[row]), actual, judge=judge)


def _provider_checks(index: Index, policy: Policy) -> Iterator[Check]:
    providers, column = index.vocabulary["providers"], index.column("provider")

    def judged(field: str, limit: object, verdict: Callable[[Mapping[str, Any]], int], shown: str = "id") -> Check:
        verdicts = [verdict(provider) for provider in providers]
        return _check(index, field, limit, "provider", verdicts.__getitem__, lambda row: providers[column[row]][shown])

    allowed, denied, keys = policy.allow_providers, policy.deny_providers, policy.keys
    if allowed is not None:
        yield judged("allow_providers", sorted(allowed), lambda p: int(not _line(p).isdisjoint(allowed)))
    if denied is not None:
        yield judged("deny_providers", sorted(denied), lambda p: int(_line(p).isdisjoint(denied)))
    if policy.resellers is False:
        yield judged("resellers", False, lambda p: int(not p["reseller"]), "reseller")
    if keys is not None:
        yield judged("keys", "set in the environment", lambda p: _callable(p, keys), "keys")


def _line(provider: Mapping[str, Any]) -> set[str]:
    return {provider["id"], *provider["parents"]}


def _callable(provider: Mapping[str, Any], keys: frozenset[str]) -> int:
    if provider.get("own"):
        return PASS
    if not provider["keys"] and not provider["either_keys"]:
        return UNKNOWN
    has_all = keys.issuperset(provider["keys"])
    has_one = not provider["either_keys"] or not keys.isdisjoint(provider["either_keys"])
    return PASS if has_all and has_one else FAIL


def _lab_checks(index: Index, policy: Policy) -> Iterator[Check]:
    labs, column = index.vocabulary["labs"], index.column("lab")

    def actual(row: int) -> Any:
        return None if column[row] == ABSENT else labs[column[row]]

    def judged(field: str, names: Collection[str], wanted: bool) -> Check:
        verdicts = [int((lab in names) == wanted) for lab in labs]
        return _check(
            index, field, sorted(names), "lab", lambda lab: UNKNOWN if lab == ABSENT else verdicts[lab], actual
        )

    if policy.allow_labs is not None:
        yield judged("allow_labs", policy.allow_labs, wanted=True)
    if policy.deny_labs is not None:
        yield judged("deny_labs", policy.deny_labs, wanted=False)


def _accelerator_checks(index: Index, policy: Policy) -> Iterator[Check]:
    backends, column = index.vocabulary["backends"], index.column("backend")

    def actual(row: int) -> Any:
        return backends[column[row]]["accelerators"] or None

    def judged(field: str, names: Collection[str], breaks: Callable[[str], bool]) -> Check:
        verdicts = [_backend_verdict(backend, breaks) for backend in backends]
        return _check(index, field, sorted(names), "backend", verdicts.__getitem__, actual)

    allowed, denied = policy.allow_accelerators, policy.deny_accelerators
    if allowed is not None:
        yield judged("allow_accelerators", allowed, lambda chip: chip not in allowed)
    if denied is not None:
        yield judged("deny_accelerators", denied, lambda chip: chip in denied)


def _backend_verdict(backend: Mapping[str, Any], breaks: Callable[[str], bool]) -> int:
    """Any breaking member fails; only what the provider states itself passes."""
    if any(breaks(chip) for chip in backend["accelerators"]):
        return FAIL
    return PASS if backend["grade"] == "vendor_stated" else UNKNOWN


def _open_weights(index: Index, wanted: bool) -> Check:
    column = index.column("open_weights")
    return _check(
        index,
        "open_weights",
        wanted,
        "open_weights",
        lambda value: UNKNOWN if value == ABSENT else int(value == wanted),
        lambda row: None if column[row] == ABSENT else bool(column[row]),
    )
