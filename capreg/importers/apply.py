"""Applies one batch to the registry on disk and says what that did. The policy itself is in `merge`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from capreg.ids import ProviderId
from capreg.importers.merge import Merger
from capreg.importers.names import ModelNames
from capreg.importers.proposal import Batch, ModelProposal, OfferingProposal, Skip
from capreg.importers.refuted import without_refuted
from capreg.importers.router_words import without_unborne
from capreg.importers.shelf import Shelf
from capreg.importers.spelling import own_model
from capreg.importers.storage import without_storage
from capreg.importers.summary import Summary, conflicts_of

__all__ = ["applied"]

Documents = Mapping[str, dict[str, Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Outcome:
    """What the batch turns documents into."""

    offerings: Documents
    models: Documents
    clashes: Sequence[Skip]


def applied(
    batch: Batch, shelf: Shelf, *, importers: frozenset[str], only: frozenset[ProviderId] | None = None
) -> Summary:
    """Puts what `batch` changes on the shelf, and nothing else.

    Args:
        batch: what one file says.
        shelf: the registry.
        importers: sources whose evidence importers write.
        only: the providers that were imported, where not all were.

    Raises:
        InvalidData: a document that would be invalid; then nothing is written.
    """
    batch = _with_own_models(batch, shelf)
    names = _names(batch, shelf)
    batch = without_storage(batch)
    heard = without_refuted(batch, shelf.corrections.get(batch.source), names)
    batch = without_unborne(heard.batch, names, offerings=shelf.offerings, providers=shelf.providers)
    outcome = _outcome(batch, shelf, importers, names)
    seen = shelf.sightings(batch.source)
    summary = replace(_summary(batch, shelf, outcome, seen), obsolete=heard.obsolete)
    shelf.write_records({"models": outcome.models, "offerings": outcome.offerings})
    table = f"{batch.source}-{batch.seen_on.isoformat()}"
    kept = [row for row in shelf.speeds(table) if only is not None and row["offering"].partition("/")[0] not in only]
    shelf.write_speeds(table, [*kept, *(dict(row.cells) for row in batch.speeds)])
    listed = [one for one in batch.also_listed if one in shelf.offerings]
    subjects = [*outcome.offerings, *listed, *batch.read_in_full]
    shelf.write_sightings(batch.source, {**seen, **dict.fromkeys(subjects, batch.seen_on.isoformat())})
    return summary


def _outcome(batch: Batch, shelf: Shelf, importers: frozenset[str], names: ModelNames) -> _Outcome:
    merger = Merger(
        batch=batch,
        importers=importers,
        price_kinds=_kinds(shelf, "price"),
        capability_kinds=_kinds(shelf, "capability"),
        models=names,
        families={source: document["family"] for source, document in shelf.sources.items()},
    )
    taken, clashes = _one_wire_id_each(batch.offerings, shelf)
    offerings = {str(one.id): merger.offering(shelf.offerings.get(one.id), one) for one in taken}
    needed = [model for model in batch.models if model.id in shelf.models or model.id in merger.linked]
    models = {str(one.id): merger.model(shelf.models.get(one.id), one) for one in needed}
    return _Outcome(offerings=offerings, models=models, clashes=clashes)


def _kinds(shelf: Shelf, subject: str) -> dict[str, str]:
    found = {source: document.get("kinds", {}).get(subject) for source, document in shelf.sources.items()}
    return {source: kind for source, kind in found.items() if kind is not None}


def _names(batch: Batch, shelf: Shelf) -> ModelNames:
    """The models that exist or come into being with this batch."""
    listed = {model for one in batch.offerings for model in one.exact}
    more = [model.id for model in batch.models if not model.by_name_only or model.id in listed]
    return ModelNames.of(shelf.models, more=more)


def _with_own_models(batch: Batch, shelf: Shelf) -> Batch:
    """`batch` with a model for each name that a lab lists as its own, without those that a model goes by already."""
    known = ModelNames.of(shelf.models).spelled
    kept = (m for m in batch.models if not (m.by_name_only and (m.id in known or _is_short(m.id, shelf))))
    batch = replace(batch, models=tuple(kept))
    names = _names(batch, shelf)
    listed: dict[str, ModelProposal] = {}
    for one in batch.offerings:
        provider, wire_id = one.id.partition("/")[0], one.wire_id
        if one.creates and one.canonical is None and names.model(batch.source, one) is None:
            model = own_model(wire_id, provider=provider)
            if model is not None and not _is_short(model, shelf):
                lab, _, name = model.partition("/")
                listed[model] = ModelProposal(id=model, facts={"name": name, "lab": lab}, by_name_only=True)
    return replace(batch, models=(*batch.models, *(listed[model] for model in sorted(listed))))


def _is_short(model: str, shelf: Shelf) -> bool:
    """Whether `model`, which is none yet, may be short for one that is, instruct or thinking."""
    return model not in shelf.models and any(
        f"{model}-{kind}" in shelf.models for kind in ("instruct", "thinking", "it")
    )


def _one_wire_id_each(proposals: Sequence[OfferingProposal], shelf: Shelf) -> tuple[list[OfferingProposal], list[Skip]]:
    """Proposals whose id belongs to one wire id; where two share one, neither is taken."""
    wires: dict[str, set[str]] = {}
    for one in proposals:
        wires.setdefault(one.id, set()).add(one.wire_id)
    taken, clashes = [], []
    for one in proposals:
        if len(wires[one.id]) > 1:
            clashes.append(Skip(reason="collision: two wire ids give one id", subject=one.key))
        elif one.creates or one.id in shelf.offerings:
            taken.append(one)
    return taken, clashes


def _summary(batch: Batch, shelf: Shelf, outcome: _Outcome, seen: Mapping[str, str]) -> Summary:
    added, changed = _differences(shelf.offerings, outcome.offerings)
    models_added, models_changed = _differences(shelf.models, outcome.models)
    gone = [
        subject
        for subject in seen
        if "/" in subject
        and subject.partition("/")[0] in batch.read_in_full
        and subject not in outcome.offerings
        and subject not in batch.also_listed
    ]
    conflicts = [c for offering, one in outcome.offerings.items() for c in conflicts_of(offering, one, batch.source)]
    return Summary(
        source=batch.source,
        seen_on=batch.seen_on,
        added=added,
        changed=changed,
        unchanged=len(outcome.offerings) - len(added) - len(changed),
        unlisted=tuple(sorted(gone)),
        retired=tuple(sorted(key for key, one in outcome.offerings.items() if _retires(shelf.offerings.get(key), one))),
        models_added=models_added,
        models_changed=models_changed,
        measurements=len(batch.speeds),
        conflicts=tuple(sorted(conflicts, key=lambda conflict: (conflict.subject, conflict.fact, conflict.says))),
        skips=tuple(sorted([*batch.skips, *outcome.clashes])),
    )


def _retires(before: dict[str, Any] | None, after: dict[str, Any]) -> bool:
    """Whether the offering is retired now, and was there and was not."""
    stood, stands = ((one or {}).get("lifecycle", {}).get("status") for one in (before, after))
    return before is not None and stands == "retired" != stood


def _differences(before: Documents, after: Documents) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The ids that are new, and those whose documents changed."""
    added = tuple(sorted(after.keys() - before.keys()))
    return added, tuple(sorted(one for one in after.keys() & before.keys() if after[one] != before[one]))
