"""The reference requests, asked of two catalogs: whose first choice changes, and why. It ranks nothing itself."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import capreg
from capreg.catalog import Catalog
from capreg.errors import NoFeasibleOffering, RequestError
from capreg.resolver.decision import Decision

__all__ = ["Flip", "flips", "reference_requests"]

_NOBODY = "nobody"
_ALL = 1_000_000
Outcome = Decision | str


@dataclass(frozen=True, slots=True, kw_only=True)
class Flip:
    """A reference request whose first choice differs between two catalogs."""

    request: str
    old: str
    new: str
    reason: str


@cache
def reference_requests() -> Mapping[str, Mapping[str, Any]]:
    """The requests by name, as the committed file gives them."""
    text = (Path(__file__).parent / "requests.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


def flips(base: Catalog, head: Catalog, *, as_of: str) -> tuple[tuple[Flip, ...], int]:
    """The requests whose first choice changes, in the order of the file, and how many were asked."""
    found = []
    for name, request in reference_requests().items():
        was, becomes = (_winner(_asked(side, request, as_of, limit=1)) for side in (base, head))
        if was != becomes:
            old, new = (_asked(side, request, as_of, limit=_ALL) for side in (base, head))
            told = [_told(one, old, new, base, head) for one in (was, becomes)]
            found.append(Flip(request=name, old=was, new=becomes, reason="; ".join(filter(None, told))))
    return tuple(found), len(reference_requests())


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


def _told(offering: str, old: Outcome, new: Outcome, base: Catalog, head: Catalog) -> str:
    """What became of `offering` from one side to the other."""
    if isinstance(old, str) or isinstance(new, str) or offering == _NOBODY:
        return ""
    if offering not in base.documents("offerings"):
        return f"{offering} is new, at {_place(offering, new)}"
    if offering not in head.documents("offerings"):
        return f"{offering} is gone"
    return f"{offering}: {_place(offering, old)} → {_place(offering, new)}"


def _place(offering: str, decision: Decision) -> str:
    for candidate in decision:
        if candidate.offering == offering:
            cost = "unknown cost" if candidate.cost_usd is None else f"${candidate.cost_usd:f}"
            ttft = "" if candidate.ttft_ms is None else f", TTFT {candidate.ttft_ms} ms"
            return f"#{candidate.rank} ({cost}{ttft})"
    for word, entries in (("fails", decision.excluded), ("lacks", decision.unknown)):
        for entry in entries:
            if entry.offering == offering:
                reasons = entry.failed or entry.missing
                return f"{word} {', '.join(f'{r.requirement} (has {r.actual})' for r in reasons)}"
    return "not considered (retired, unlisted, free, preview, or without a price)"
