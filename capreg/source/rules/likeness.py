"""Rules on names that look alike, aliases that nothing uses any more, and figures that no evidence speaks for.

Likeness is looked at to warn people. Nothing is ever matched by it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any, get_args

from capreg.domain.offering import Offering
from capreg.domain.record import SourceKinds
from capreg.domain.vocabulary import Unit
from capreg.errors import Finding
from capreg.source.rules.facts import Facts
from capreg.source.rules.rule import check

__all__ = ["LIKENESS_RULES"]

_SAME = str.maketrans({"0": "o", "1": "l", "i": "l", "-": None, ".": None, "_": None})
"""Characters that a reader takes for each other, and separators that a reader overlooks."""
_FIGURES = ("model", "region", "quantization", "context_tokens", "max_input_tokens", "max_output_tokens")
_UNITS = get_args(Unit)


@check("ID007")
def ids_do_not_look_alike(facts: Facts) -> Iterator[Finding]:
    """ID007: no two models of a lab, and no two providers, have ids that a reader takes for one."""
    for kind in ("models", "providers"):
        alike: dict[str, list[str]] = defaultdict(list)
        for of, key in facts.files:
            if of == kind:
                alike[key.translate(_SAME)].append(key)
        for key, _ in facts.each(kind):
            others = sorted(other for other in alike[key.translate(_SAME)] if other != key)
            if others:
                yield facts.finding(
                    "ID007",
                    kind,
                    key,
                    "",
                    "an id that looks like another",
                    found=f"{key}, and {', '.join(others)}",
                    expected="ids that differ in more than separators, or in 0 and o, 1 and l",
                    hint="two files for one thing? Keep one of them, and the other's names as its aliases",
                )


@check("ID008")
def aliases_are_used(facts: Facts) -> Iterator[Finding]:
    """ID008: a name in a source is one that an offering is known by there."""
    models = {key for key, model in facts.each("models") if model.aliases}
    listing = {key for key, source in facts.records["sources"].items() if source.kinds != SourceKinds()}
    sources: dict[str, set[str]] = defaultdict(set)
    for _, offering in facts.naming("offerings", models):
        if offering.model in models:
            sources[offering.model] |= _speaking(offering)
    for key, model in facts.each("models"):
        for source in model.aliases or ():
            if sources[key] and source not in sources[key] and source in listing:
                yield facts.finding(
                    "ID008",
                    "models",
                    key,
                    f"aliases.{source}",
                    f"a name at {source}, which speaks of no offering of this model",
                    found=", ".join(model.aliases[source]),
                    hint="remove the alias, or move it to the model that the source means",
                )


def _speaking(offering: Offering) -> set[str]:
    """Every source that the offering's file names as evidence."""
    said = [*offering.evidence]
    for fact in (*(offering.capabilities or {}).values(), *offering.prices, offering.lifecycle):
        said += fact.evidence if fact is not None else ()
    return {one.source for one in said}


@check("EVD006")
def every_figure_is_spoken_for(facts: Facts) -> Iterator[Finding]:
    """EVD006: where evidence names its facts, each figure of an offering is among them."""
    for key, offering in facts.each("offerings"):
        for name in _unspoken(offering, _FIGURES):
            yield _no_evidence(facts, key, name)
        for number, entry in enumerate(offering.prices):
            for unit in _unspoken(entry, _UNITS):
                yield _no_evidence(facts, key, f"prices[{number}].{unit}")


def _unspoken(record: Any, names: tuple[str, ...]) -> Iterator[str]:
    if not record.evidence or any(not one.facts for one in record.evidence):
        return
    told = {fact for one in record.evidence for fact in one.facts}
    yield from (name for name in names if getattr(record, name) is not None and name not in told)


def _no_evidence(facts: Facts, key: str, at: str) -> Finding:
    return facts.finding(
        "EVD006",
        "offerings",
        key,
        at,
        "no evidence speaks for this figure",
        expected="a source whose facts name it, or name nothing and so speak for all",
        hint="add it to the facts of the source that says it, or leave the figure out",
    )


LIKENESS_RULES = (ids_do_not_look_alike, aliases_are_used, every_figure_is_spoken_for)
