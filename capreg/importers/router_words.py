"""What a router says of thought that can be left off counts where a host of the model bears it out, or it has none.

A router takes one switch for every model that reasons, and drops it on the way to a host that has none. o3 has the
switch at four routers, and thinks all the same. Nor does it count of a mode that is named by its
thinking.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from capreg.ids import CapabilityId
from capreg.importers.names import ModelNames
from capreg.importers.proposal import Batch, OfferingProposal, Skip

__all__ = ["without_unborne"]

_REASONING = CapabilityId("reasoning")
_FEATURE = "features.optional"
_MODE = "a router's word that thought can be left off, in a mode that is named by its thinking"
_UNBORNE = "a router's word that thought can be left off, which no host bears out"
Documents = Mapping[str, Mapping[str, Any]]


def without_unborne(batch: Batch, names: ModelNames, *, offerings: Documents, providers: Documents) -> Batch:
    """`batch` without the word of routers that a model can do without thought, where hosts have it and none says so.

    Args:
        batch: what the file says.
        names: what the names of models mean.
        offerings: what is on record, by id.
        providers: the providers on record, by id.
    """
    routers = frozenset(key for key, provider in providers.items() if provider.get("kind") == "router")
    if not routers:
        return batch
    hosted: dict[str, bool] = defaultdict(bool)
    for host_of, optional in (*_on_record(offerings, routers), *_in_batch(batch, names, routers)):
        hosted[host_of] |= optional
    heard, skips = [], []
    for one in batch.offerings:
        model = names.model(batch.source, one)
        reason = _doubt(one, model, hosted) if _provider(one.id) in routers and _says(one) else None
        heard.append(one if reason is None else _without(one))
        skips += [] if reason is None else [Skip(reason=reason, subject=one.key)]
    return replace(batch, offerings=tuple(heard), skips=(*batch.skips, *skips))


def _doubt(one: OfferingProposal, model: str | None, hosted: Mapping[str, bool]) -> str | None:
    """Why the router's word does not count; None where it does."""
    if _thinks_by_name(one.wire_id) and not _thinks_by_name(model or ""):
        return _MODE
    return _UNBORNE if hosted.get(model or "") is False else None


def _thinks_by_name(name: str) -> bool:
    words = re.split(r"[^a-z0-9]+", name.lower())
    return bool({"thinking", "reasoning"} & {*words}) and "non" not in words


def _on_record(offerings: Documents, routers: frozenset[str]) -> Iterator[tuple[str, bool]]:
    """Each offering of a host that reasons: its model, and whether it is known to do without."""
    for key, document in offerings.items():
        reasoning = (document.get("capabilities") or {}).get("reasoning") or {}
        if _provider(key) not in routers and "model" in document and reasoning.get("at_least"):
            yield document["model"], bool((reasoning.get("features") or {}).get("optional"))


def _in_batch(batch: Batch, names: ModelNames, routers: frozenset[str]) -> Iterator[tuple[str, bool]]:
    for one in batch.offerings:
        model = names.model(batch.source, one)
        if _provider(one.id) not in routers and model is not None and _said(one).get("at_least"):
            yield model, _says(one)


def _says(one: OfferingProposal) -> bool:
    return bool(_said(one).get(_FEATURE))


def _said(one: OfferingProposal) -> Mapping[str, object]:
    return one.capabilities.get(_REASONING, {})


def _without(one: OfferingProposal) -> OfferingProposal:
    capabilities = {
        name: {key: value for key, value in said.items() if (name, key) != (_REASONING, _FEATURE)}
        for name, said in one.capabilities.items()
    }
    return replace(one, capabilities=capabilities)


def _provider(offering: str) -> str:
    return offering.partition("/")[0]
