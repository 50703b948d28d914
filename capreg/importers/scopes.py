"""The scopes of an offering's file: its top, each capability, the lifecycle, and the statements in each.

Taken out of a document, changed by whoever knows how, and put back: what stands follows from the statements.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from capreg.importers.policy import Trust, capability_standing, facts_standing, lifecycle_standing
from capreg.importers.statements import Statement, decode, encode, text_of, value_of

__all__ = ["OFFERING_FACTS", "Scopes", "in_key_order"]

OFFERING_FACTS = (
    *("wire_id", "name", "model", "region", "quantization", "speed_class"),
    *("context_tokens", "max_input_tokens", "max_output_tokens"),
)
_TOP = (*OFFERING_FACTS, "capabilities", "prices", "lifecycle", "backend", "evidence", "reviewed_outlier", "note")
Document = dict[str, Any]


@dataclass(slots=True, kw_only=True)
class Scopes:
    """The statements of an offering's file, scope by scope. Prices are not among them."""

    top: list[Statement]
    capabilities: dict[str, list[Statement]]
    lifecycle: list[Statement]

    @classmethod
    def of(cls, document: Document, importers: frozenset[str]) -> Scopes:
        """The statements behind `document`; `importers` are the sources whose evidence importers write."""
        standing = {key: text_of(document[key]) for key in OFFERING_FACTS if key in document}
        inherited = [entry for entry in document["evidence"] if not entry.get("facts")]
        inherited = [{key: value for key, value in entry.items() if key != "says"} for entry in inherited]
        facts = document.get("capabilities", {})
        lifecycle = document.get("lifecycle", {})
        return cls(
            top=decode(standing, document["evidence"], importers),
            capabilities={
                name: decode(_flat(fact), fact.get("evidence") or inherited, importers) for name, fact in facts.items()
            },
            lifecycle=decode(_flat(lifecycle), lifecycle.get("evidence") or inherited, importers) if lifecycle else [],
        )

    def written(self, document: Document, trust: Trust) -> Document:
        """`document` as these statements have it; its prices, notes and backend stay."""
        before = {key: text_of(document[key]) for key in OFFERING_FACTS if key in document}
        chosen = facts_standing(self.top, trust, before)
        top = {key: chosen[key] for key in OFFERING_FACTS if key in chosen}
        document = {key: value for key, value in document.items() if key not in OFFERING_FACTS}
        document |= {key: value_of(key, text) for key, text in top.items()}
        document["evidence"] = encode(top, self.top)
        self._write_tables(document, trust)
        return document

    def _write_tables(self, document: Document, trust: Trust) -> None:
        """Puts capabilities and lifecycle into `document`, whose own evidence is written already."""
        own = document["evidence"][0] if len(document["evidence"]) == 1 else {}
        facts = {}
        for name in sorted(self.capabilities):
            statements = [statement for statement in self.capabilities[name] if statement.values]
            if statements:
                facts[name] = _nested(capability_standing(statements, trust), statements, own)
        document["capabilities"] = facts
        statements = [statement for statement in self.lifecycle if statement.values]
        if statements:
            note = document.get("lifecycle", {}).get("note")
            standing = lifecycle_standing(statements, trust)
            document["lifecycle"] = _nested(standing, statements, own) | ({"note": note} if note else {})
        else:
            document.pop("lifecycle", None)


def in_key_order(document: Document) -> Document:
    """An offering's document with its keys in the order of the file, empty ones left out."""
    return {key: document[key] for key in _TOP if key in document and document[key] not in ([], {})}


def _flat(fact: Mapping[str, Any]) -> dict[str, str]:
    """A capability's or lifecycle's facts as texts, features with their names."""
    flat = {key: text_of(value) for key, value in fact.items() if key not in ("features", "evidence", "note")}
    return flat | {f"features.{name}": text_of(value) for name, value in fact.get("features", {}).items()}


def _nested(standing: Mapping[str, str], statements: list[Statement], own: Mapping[str, Any]) -> Document:
    """A capability or lifecycle as a document; its evidence is left out where it is the file's only one."""
    fact: Document = {key: value_of(key, text) for key, text in standing.items() if not key.startswith("features.")}
    features = {key.partition(".")[2]: text == "true" for key, text in standing.items() if key.startswith("features.")}
    if features:
        fact["features"] = features
    evidence = encode(standing, statements)
    if evidence != [own]:
        fact["evidence"] = evidence
    return fact
