"""Rules on ids and aliases: one name, one thing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from capreg.errors import Finding
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


NAME_RULES = (aliases_are_unique, aliases_are_no_ids, skills_are_no_capabilities, models_stand_in_their_labs_folder)
