"""Which model a wire id spells out, letter by letter, once the tables of names.toml have been applied.

A spelled id is a candidate only: it counts where a model of exactly that id exists, or where a lab lists its own name
on its own platform. Likeness decides nothing.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from capreg.ids import ModelId, slug

__all__ = ["FORMATS", "family_of", "first_snapshot", "known_names", "own_model", "spelled_model", "spelled_models"]

FORMATS = frozenset({"awq", "bf16", "fp16", "fp4", "fp8", "int4", "int8", "mxfp4", "nvfp4"})
"""Number formats, as they end a wire id."""

_DATED = re.compile(r"(?P<base>.+)-(?P<day>20[0-9]{2}-[0-9]{2}-[0-9]{2}|20[0-9]{6})")
_BETWEEN = re.compile(r"[-._:@]")


@cache
def known_names() -> Mapping[str, Any]:
    """The tables of names.toml."""
    return tomllib.loads(files("capreg.importers").joinpath("names.toml").read_text(encoding="utf-8"))


def spelled_model(name: str, *, provider: str | None = None) -> ModelId | None:
    """The id that `name` spells out: `<lab>/<name>` in lower case, the lab translated; a bare name by its family.

    >>> spelled_model("Qwen/Qwen3-235B-A22B-Instruct-2507")
    'alibaba/qwen3-235b-a22b-instruct-2507'
    >>> spelled_model("glm-4.6", provider="helicone")
    'zhipuai/glm-4.6'
    """
    lab, slash, rest = name.lower().partition("/")
    if slash:
        return None if "/" in rest else _model_id(_lab_of(lab), rest)
    named = family_of(lab) or known_names()["own_platforms"].get(provider or "")
    return None if named is None or (_moves(lab) and not _is_own(provider, named)) else _model_id(named, lab)


def spelled_models(wire_id: str, *, provider: str) -> tuple[ModelId, ...]:
    """The ids that `wire_id` may spell out at `provider`, the most literal first.

    After the whole name: without what this provider adds to every name, without a lab's name in front of a name of
    that lab, and without a number format at the end, which says how a model is served and not which.

    >>> spelled_models("openai-gpt-4.1", provider="digitalocean")
    ('openai/gpt-4.1',)
    >>> spelled_models("zai-org/GLM-5.1-FP8", provider="nearai")
    ('zhipuai/glm-5.1-fp8', 'zhipuai/glm-5.1')
    """
    found = (spelled_model(name, provider=provider) for name in _namings(wire_id.lower(), provider))
    also = known_names()["also_spelled"]
    spelled = tuple(dict.fromkeys(model for model in found if model is not None))
    return tuple(dict.fromkeys((*spelled, *(ModelId(also[model]) for model in spelled if model in also))))


def own_model(wire_id: str, *, provider: str) -> ModelId | None:
    """The model that `wire_id` is because its own lab lists it so on its own platform; None where that is in doubt.

    Names that move from model to model, and other labs' models on a lab's platform, are none. So is what hosts list of
    a lab that does not, except for those that a person looked at.

    >>> own_model("gpt-5.5-cyber", provider="openai")
    'openai/gpt-5.5-cyber'
    >>> own_model("zai-glm-5", provider="mistral"), own_model("grok-4.3-latest", provider="xai")
    (None, None)
    """
    lab = known_names()["own_platforms"].get(provider)
    found = spelled_models(wire_id, provider=provider)
    by_hosts = next((model for model in found if model in known_names()["listed_by_hosts"]["ids"]), None)
    if by_hosts is not None:
        return by_hosts
    spelled = next(iter(found), None)
    if spelled is None or lab is None or spelled.partition("/")[0] != lab:
        return None
    name = spelled.partition("/")[2]
    return spelled if family_of(name) == lab and not _moves(name) else None


def first_snapshot(model: str) -> tuple[str, str] | None:
    """The name before the day that ends `model`, and that day as ISO date.

    >>> first_snapshot("openai/gpt-5-mini-2025-08-07")
    ('openai/gpt-5-mini', '2025-08-07')
    """
    dated = _DATED.fullmatch(model)
    if dated is None:
        return None
    day = dated["day"].replace("-", "")
    return dated["base"], f"{day[:4]}-{day[4:6]}-{day[6:]}"


def _namings(name: str, provider: str) -> Iterator[str]:
    """`name`, and what is left of it without additions that say nothing of the model."""
    names = known_names()
    scope, dot, rest = name.partition(".")
    if dot and scope in names["scopes"].get(provider, ()):
        name = rest
    for ending in names["host_endings"].get(provider, ()):
        name = name.removesuffix(ending)
    if provider in names["versions_after_at"]["providers"]:
        name = name.replace("@", "-")
    yield name
    bare = _without_lab(name, provider)
    if bare is not None:
        yield bare
    for whole in (name, bare):
        head, hyphen, last = (whole or "").rpartition("-")
        if hyphen and last in FORMATS:
            yield head


def _without_lab(name: str, provider: str) -> str | None:
    """`name` without the lab, or the provider itself, in front, where what follows is a name of a known family."""
    head, slash, rest = name.partition("/")
    if slash:
        if head == provider and "/" not in rest and family_of(rest) not in (None, _lab_of(head)):
            return rest
        # meta-llama/Meta-Llama-3.1-8B-Instruct
        lab = _lab_of(head)
        bare = rest.removeprefix(f"{lab}-")
        return f"{head}/{bare}" if bare != rest and family_of(bare) == lab else None
    parts = ((name[: place.start()], name[place.end() :]) for place in re.finditer(r"[-.]", name))
    return next((rest for head, rest in parts if family_of(rest) == _lab_of(head)), None)


def _lab_of(name: str) -> str:
    lab: str = known_names()["labs"].get(name, name)
    return lab


@cache
def _families() -> tuple[tuple[str, str], ...]:
    """Pairs of a word that begins names and the lab whose names they are, the longest word first."""
    pairs = [(word, lab) for lab, words in known_names()["families"].items() for word in words]
    return tuple(sorted(pairs, key=lambda pair: (-len(pair[0]), pair)))


def family_of(name: str) -> str | None:
    """The lab that names its models so: `name` is a word of the table, or begins with it and goes on with no letter.

    >>> family_of("qwen3-max"), family_of("quasar-alpha")
    ('alibaba', None)
    """
    for word, lab in _families():
        after = name[len(word) :]
        if name.startswith(word) and not (after[:1].isalpha() or (word[-1].isdigit() and after[:1].isdigit())):
            return lab
    return None


def _moves(name: str) -> bool:
    """Whether `name` stands for one model today and for another tomorrow, as far as the tables know."""
    table = known_names()["moving"]
    return name in table["names"] or not set(_BETWEEN.split(name)).isdisjoint(table["words"])


def _is_own(provider: str | None, lab: str) -> bool:
    own: str | None = known_names()["own_platforms"].get(provider or "")
    return own == lab


def _model_id(lab: str, name: str) -> ModelId | None:
    spelled = f"{lab}/{name}"
    return ModelId(spelled) if slug(spelled) == spelled else None
