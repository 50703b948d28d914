"""Which provider, which offering and which model a source's names mean. Exact tables only; likeness decides nothing.

The tables are names.toml beside this file, the `aliases` of providers and models, and the prefixes that a provider's
file declares to be without meaning.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from capreg.errors import Finding, InvalidData
from capreg.ids import ModelId, OfferingId, ProviderId, slug
from capreg.importers.proposal import OfferingProposal
from capreg.importers.spelling import FORMATS, first_snapshot, known_names, spelled_model

__all__ = [
    "ModelNames",
    "ProviderNames",
    "Variant",
    "scope_of",
    "variant_of",
    "writes_no_text",
]

_BETWEEN = re.compile(r"[-./:_]")


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderNames:
    """The providers of the registry, by what one source calls them."""

    by_name: Mapping[str, ProviderId]
    prefixes: Mapping[ProviderId, tuple[str, ...]]

    @classmethod
    def of(cls, source: str, providers: Mapping[str, Mapping[str, Any]]) -> ProviderNames:
        """The names that `source` has for `providers`, documents by id.

        Raises:
            InvalidData: one name stands for two providers.
        """
        claims = [
            (name, ProviderId(provider))
            for provider, document in sorted(providers.items())
            for name in document.get("aliases", {}).get(source, ())
        ]
        by_name = _unambiguous(claims, f"providers, aliases.{source}")
        prefixes = {ProviderId(p): tuple(d.get("strip_prefixes", ())) for p, d in providers.items()}
        return cls(by_name={name: ProviderId(provider) for name, provider in by_name.items()}, prefixes=prefixes)

    def offering(self, provider: ProviderId, wire_id: str) -> OfferingId:
        """The id of the offering with that wire id: its prefixes without meaning dropped, then slugged."""
        return OfferingId(f"{provider}/{slug(self.bare(provider, wire_id))}")

    def bare(self, provider: ProviderId, wire_id: str) -> str:
        """`wire_id` without the longest declared prefix that it has."""
        for prefix in sorted(self.prefixes.get(provider, ()), key=len, reverse=True):
            if wire_id.startswith(prefix) and len(wire_id) > len(prefix):
                return wire_id[len(prefix) :]
        return wire_id


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelNames:
    """The models that exist: by id, by alias, by those aliases that spell out a lab and a name, by day of release."""

    ids: frozenset[str]
    aliases: Mapping[tuple[str, str], str]
    spelled: Mapping[str, str] = field(default_factory=dict)
    released: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, models: Mapping[str, Mapping[str, Any]], *, more: Iterable[str] = ()) -> ModelNames:
        """The names of `models`, documents by id, and the ids in `more`, which are about to exist.

        Raises:
            InvalidData: one name of one source stands for two models.
        """
        claims = [
            (f"{source}\n{name}", model)
            for model, document in sorted(models.items())
            for source, names in document.get("aliases", {}).items()
            for name in names
        ]
        aliases = _unambiguous(claims, "models, aliases")
        pairs = {(key.partition("\n")[0], key.partition("\n")[2]): model for key, model in aliases.items()}
        spelled = _spelled(pairs, frozenset(models))
        released = {model: str(one["released_on"]) for model, one in models.items() if "released_on" in one}
        ids = frozenset([*models, *more]) - spelled.keys()
        return cls(ids=ids, aliases=pairs, spelled=spelled, released=released)

    def model(self, source: str, proposal: OfferingProposal) -> ModelId | None:
        """The model of an offering: by alias, by what the source itself names, by a name spelled out in full."""
        by_alias = self.aliases.get((source, proposal.key))
        if by_alias is not None:
            return ModelId(by_alias)
        named = [name for name in (proposal.canonical, *proposal.exact) if name is not None]
        return next((model for model in map(self._of_name, named) if model is not None), None)

    def router_model(self, name: str) -> ModelId | None:
        """The model that OpenRouter calls `name`: by alias, or by a name spelled out in full."""
        by_alias = self.aliases.get(("openrouter", name))
        if by_alias is not None:
            return ModelId(by_alias)
        spelled = spelled_model(name)
        return None if spelled is None else self._of_name(spelled)

    def _of_name(self, name: ModelId) -> ModelId | None:
        """The model with that id, the one of which somebody said that it is called so, or the one released that day."""
        if name in self.ids:
            return name
        if name in self.spelled:
            return ModelId(self.spelled[name])
        base, day = first_snapshot(name) or ("", "")
        return ModelId(base) if base in self.ids and self.released.get(base) == day else None


def _spelled(aliases: Mapping[tuple[str, str], str], ids: frozenset[str]) -> dict[str, str]:
    """What aliases spell out in full, whoever uses them: hosts and gateways write each other's names.

    An id of its own, and a name that two models go by, are left out.
    """
    owners: dict[str, set[str]] = {}
    for (_, name), model in aliases.items():
        spelled = spelled_model(name)
        if spelled is not None and spelled not in ids:
            owners.setdefault(spelled, set()).add(model)
    return {name: next(iter(found)) for name, found in owners.items() if len(found) == 1}


@dataclass(frozen=True, slots=True)
class Variant:
    """What the end of a wire id says beyond the model's name."""

    speed_class: str | None = None
    quantization: str | None = None


def writes_no_text(wire_id: str) -> bool:
    """Whether names.toml knows `wire_id` as an embedder, a ranker or a judge: listed among models, writing no text.

    >>> writes_no_text("openai/gpt-oss-safeguard-20b"), writes_no_text("openai/gpt-oss-20b")
    (True, False)
    """
    table = known_names()["no_writers"]
    lowered = wire_id.lower().partition(":")[0]
    return lowered.rpartition("/")[2] in table["names"] or not set(_BETWEEN.split(lowered)).isdisjoint(table["words"])


def variant_of(wire_id: str, model: str) -> Variant:
    """The speed class and number format that end `wire_id` and do not end the name of `model`.

    >>> variant_of("meta-llama/Llama-3.3-70B-Instruct-Turbo", "meta/llama-3.3-70b-instruct")
    Variant(speed_class='turbo', quantization=None)
    """
    found = Variant()
    ending = model.split("-")
    for part in reversed(wire_id.lower().split("-")[1:]):
        if part in ending:
            break
        if part in known_names()["speed_classes"]["names"] and found.speed_class is None:
            found = replace(found, speed_class=part)
        elif part in FORMATS and found.quantization is None:
            found = replace(found, quantization=part)
        else:
            break
    return found


def scope_of(provider: str, wire_id: str) -> dict[str, str]:
    """The region scope that leads `wire_id` at providers whose ids carry one, as a fact; scopes are never merged.

    >>> scope_of("amazon-bedrock", "us-gov.anthropic.claude-haiku-4-5-20251001-v1:0")
    {'region': 'us-gov'}
    """
    scope, dot, _ = wire_id.partition(".")
    return {"region": scope} if dot and scope in known_names()["scopes"].get(provider, ()) else {}


def _unambiguous(claims: Iterable[tuple[str, str]], where: str) -> dict[str, str]:
    taken: dict[str, str] = {}
    faults = []
    for name, owner in claims:
        other = taken.setdefault(name, owner)
        if other != owner:
            shown = name.replace("\n", ": ")
            problem = f"{shown} is an alias of both {other} and {owner}"
            faults.append(Finding("IMP001", where, shown, problem, hint="leave the name with the one that it names"))
    if faults:
        raise InvalidData(faults)
    return taken
