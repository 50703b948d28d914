"""Applies what one file says to the registry's documents, by one written policy. Files are not touched here.

Every source has its own statement on every fact; a new file of a source replaces that source's statements and nothing
else. What stands follows from all statements (`policy`, `price_history`). What a person wrote, only a person changes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, get_args

from capreg.domain.vocabulary import CapabilityKind
from capreg.importers.names import ModelNames, variant_of
from capreg.importers.policy import Trust, facts_standing
from capreg.importers.price_history import merged_prices
from capreg.importers.price_periods import merged_series
from capreg.importers.price_statements import Voice
from capreg.importers.proposal import Batch, ModelProposal, OfferingProposal
from capreg.importers.scopes import Scopes, in_key_order
from capreg.importers.statements import Statement, decode, encode, restated, text_of, value_of

__all__ = ["Merger"]

MODEL_FACTS = ("name", "lab", "open_weights", "released_on", "knowledge_cutoff", "reasoning")
_MODEL_TOP = (*MODEL_FACTS, "aliases", "evidence", "note")
Document = dict[str, Any]


@dataclass(slots=True, kw_only=True)
class Merger:
    """Applies the proposals of one batch."""

    batch: Batch
    importers: frozenset[str]
    """Sources whose evidence importers write."""
    price_kinds: Mapping[str, str]
    capability_kinds: Mapping[str, str]
    models: ModelNames
    families: Mapping[str, str] = field(default_factory=dict)
    """By source: whose one vote it shares."""
    linked: set[str] = field(default_factory=set)
    """Models that offerings of this batch name."""

    @property
    def _day(self) -> str:
        return self.batch.seen_on.isoformat()

    @property
    def _trust(self) -> Trust:
        return Trust(get_args(CapabilityKind), self.capability_kinds)

    def offering(self, before: Document | None, proposal: OfferingProposal) -> Document:
        """The offering's document after the proposal; `before` is None where it is new."""
        document = dict(before or {"wire_id": proposal.wire_id, "evidence": []})
        scopes = Scopes.of(document, self.importers)
        facts = self._facts(document, proposal)
        scopes.top = self._restated(scopes.top, facts)
        proposed = {str(capability): known for capability, known in proposal.capabilities.items()}
        for capability in {*scopes.capabilities, *proposed}:
            said = _texts(proposed.get(capability, {}))
            scopes.capabilities[capability] = self._restated(scopes.capabilities.get(capability, []), said)
        scopes.lifecycle = self._restated(scopes.lifecycle, _texts(proposal.lifecycle))
        document = scopes.written(document, self._trust)
        document["prices"] = self._reachable(self._prices(document.get("prices", []), proposal), document)
        return in_key_order(document)

    def model(self, before: Document | None, proposal: ModelProposal) -> Document:
        """The model's document after the proposal. Aliases are added to, never taken away."""
        document = dict(before or {"evidence": []})
        standing = {key: text_of(document[key]) for key in MODEL_FACTS if key in document}
        statements = self._restated(decode(standing, document["evidence"], self.importers), _texts(proposal.facts))
        chosen = facts_standing(statements, self._trust, {})
        top = {key: chosen[key] for key in MODEL_FACTS if key in chosen}
        document = {key: value for key, value in document.items() if key not in MODEL_FACTS}
        document |= {key: value_of(key, value) for key, value in top.items()}
        document["evidence"] = encode(top, statements)
        aliases = {source: list(names) for source, names in document.get("aliases", {}).items()}
        for name in proposal.router_names:
            if ("openrouter", name) not in self.models.aliases:
                aliases["openrouter"] = sorted({*aliases.get("openrouter", ()), name})
        if aliases:
            document["aliases"] = dict(sorted(aliases.items()))
        first = {key: document[key] for key in _MODEL_TOP if key in document}
        # What no importer knows of, such as the architecture, stays.
        return first | {key: value for key, value in document.items() if key not in first}

    def _facts(self, document: Document, proposal: OfferingProposal) -> dict[str, str]:
        """What the source says at the top of the file, with the model that its names mean."""
        facts = dict(proposal.facts)
        if proposal.wire_id:
            facts["wire_id"] = proposal.wire_id
        model = None if proposal.unlinked else self.models.model(self.batch.source, proposal)
        if model is not None:
            self.linked.add(model)
            if proposal.creates or "model" not in document or self._names_model(document):
                facts["model"] = model
            variant = variant_of(proposal.wire_id, model)
            if variant.speed_class is not None:
                facts["speed_class"] = variant.speed_class
            if variant.quantization is not None:
                facts.setdefault("quantization", variant.quantization)
        return _texts(facts)

    def _names_model(self, document: Document) -> bool:
        """Whether this source is behind the model that the document names."""
        mine = [entry for entry in document["evidence"] if entry["source"] == self.batch.source]
        return any("model" in entry.get("facts", ("model",)) for entry in mine)

    def _restated(self, before: Iterable[Statement], values: Mapping[str, str]) -> list[Statement]:
        return restated(before, self.batch.source, self._day, values)

    def _reachable(self, entries: list[Document], document: Document) -> list[Document]:
        """`entries` without steps that no request is long enough for, unless a person wrote them."""
        most = document.get("max_input_tokens") or document.get("context_tokens")
        return [
            entry
            for entry in entries
            if most is None
            or entry.get("above_input_tokens", 0) < most
            or any(evidence["source"] not in self.importers for evidence in entry["evidence"])
        ]

    def _prices(self, entries: list[Document], proposal: OfferingProposal) -> list[Document]:
        voice = Voice(
            source=self.batch.source,
            seen_on=self._day,
            own_kinds=self.price_kinds,
            importers=self.importers,
            families=self.families,
        )
        for price in proposal.prices:
            entries = merged_prices(entries, price, voice)
        for series in proposal.series:
            entries = merged_series(entries, series, voice)
        return entries


def _texts(values: Mapping[str, Any]) -> dict[str, str]:
    return {key: text_of(value) for key, value in values.items()}
