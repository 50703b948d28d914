"""Rules on ids and aliases: one name, one thing."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator

from capreg.errors import Finding
from capreg.ids import slug
from capreg.source.rules.facts import Facts
from capreg.source.rules.rule import check

__all__ = ["NAME_RULES"]


@check("ID005")
def aliases_are_unique(facts: Facts) -> Iterator[Finding]:
    """ID005: a name in one source means one model, and one provider."""
    for kind in ("models", "providers"):
        holders: dict[tuple[str, str], list[tuple[str, str]]] = defaultdict(list)
        claimed = {
            name for _, record in facts.each(kind) for names in (record.aliases or {}).values() for name in names
        }
        for key, record in facts.naming(kind, claimed):
            for source, names in (record.aliases or {}).items():
                for number, name in enumerate(names):
                    holders[source, name].append((key, f"aliases.{source}[{number}]"))
        for (source, name), claims in holders.items():
            for key, at in claims if len(claims) > 1 else ():
                yield facts.finding(
                    "ID005",
                    kind,
                    key,
                    at,
                    f"{name!r} of {source} is claimed twice",
                    found=", ".join(sorted({other for other, _ in claims})),
                    expected="one record for each name of a source",
                    hint="keep the alias where the source means it",
                )


@check("ID006")
def aliases_are_no_ids(facts: Facts) -> Iterator[Finding]:
    """ID006: an alias of one model is not the id of another."""
    for key, model in facts.each("models"):
        for source, names in (model.aliases or {}).items():
            for number, name in enumerate(names):
                if name != key and facts.has("models", name):
                    yield facts.finding(
                        "ID006",
                        "models",
                        key,
                        f"aliases.{source}[{number}]",
                        "the alias is another model's id",
                        found=name,
                        hint=f"move the alias to models/{name}.toml, or rename one of the models",
                    )


@check("ID003")
def skills_are_no_capabilities(facts: Facts) -> Iterator[Finding]:
    """ID003: a skill and a capability never have the same id."""
    for key, _ in facts.each("skills"):
        if facts.has("capabilities", key):
            yield facts.finding(
                "ID003",
                "skills",
                key,
                "",
                "a capability has this id",
                found=key,
                hint="rename the skill: a bare capability is already a skill of one",
            )


@check("ID004")
def models_stand_in_their_labs_folder(facts: Facts) -> Iterator[Finding]:
    """ID004: the folder of a model is its lab."""
    for key, model in facts.each("models"):
        folder = key.partition("/")[0]
        if model.lab != folder:
            yield facts.finding(
                "ID004",
                "models",
                key,
                "lab",
                "the model is in another lab's folder",
                found=model.lab,
                expected=folder,
                hint="move the file, or correct the lab",
            )


@check("ID009")
def offerings_are_named_by_their_wire_id(facts: Facts) -> Iterator[Finding]:
    """ID009: the id of an offering begins with its wire id in an id's spelling, less what its provider strips."""
    for key, offering in facts.each("offerings"):
        provider, _, name = key.partition("/")
        owner = facts.records["providers"].get(provider)
        wire_id = offering.wire_id
        for prefix in owner.strip_prefixes or () if owner else ():
            wire_id = wire_id.removeprefix(prefix)
        if owner and wire_id.isprintable() and not name.startswith(slug(wire_id)):
            yield facts.finding(
                "ID009",
                "offerings",
                key,
                "wire_id",
                "the file is not named by the wire id",
                found=offering.wire_id,
                expected=f"providers/{provider}/offerings/{slug(wire_id)}.toml, or that name with more behind it",
                hint=f"call the offering {provider}/{slug(wire_id)}; a slash in the wire id is a folder",
            )


@check("ID010")
def offerings_of_one_wire_id_differ(facts: Facts) -> Iterator[Finding]:
    """ID010: two offerings of one provider and wire id say what sets them apart."""
    wire_ids = {offering.wire_id for _, offering in facts.each("offerings")}
    alike: dict[tuple[object, ...], list[str]] = defaultdict(list)
    for key, one in facts.naming("offerings", wire_ids):
        alike[key.partition("/")[0], one.wire_id, one.region, one.quantization, one.speed_class].append(key)
    for keys in alike.values():
        for key in keys[1:]:
            yield facts.finding(
                "ID010",
                "offerings",
                key,
                "wire_id",
                "the offering is there already",
                found=f"the wire id of {keys[0]}",
                expected="another region, quantization or speed_class, said in the file",
                hint="say what sets them apart, or change the file that is there",
            )


_SIZE = re.compile(r"(?<![a-z0-9.])([0-9]+(?:\.[0-9]+)?)b(?![a-z0-9])")


@check("ID011")
def wire_id_and_model_name_one_size(facts: Facts) -> Iterator[Finding]:
    """ID011: where a wire id and its model both name a number of parameters, it is the same one."""
    for key, offering in facts.each("offerings"):
        sizes = (set(_SIZE.findall(text.lower())) for text in (offering.wire_id, offering.model or ""))
        here, there = sizes
        if here and there and here.isdisjoint(there):
            yield facts.finding(
                "ID011",
                "offerings",
                key,
                "model",
                "the model is of another size than the wire id",
                found=f"{offering.model} for {offering.wire_id}",
                expected=f"a model of {' or '.join(sorted(here))} billion parameters",
                hint="look at the provider's page, and correct the model",
            )


NAME_RULES = (
    aliases_are_unique,
    aliases_are_no_ids,
    skills_are_no_capabilities,
    models_stand_in_their_labs_folder,
    offerings_are_named_by_their_wire_id,
    offerings_of_one_wire_id_differ,
    wire_id_and_model_name_one_size,
)
