"""Which model a name in a table of scores means: by id, alias, a rule for endings, or a table; never by likeness."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from capreg.ids import slug
from capreg.importers.names import ModelNames
from capreg.importers.spelling import known_names

__all__ = ["UNPLACED", "ScoreNames", "twins"]

_DAY = re.compile(r"-(20[0-9]{6}|20[0-9]{2}-[0-9]{2}-[0-9]{2})$")
_ENDINGS = re.compile(r"(-instruct|-it|-preview)+$")
"""Endings that every lab uses. What is called latest is another model every few months, and is not among them."""
UNPLACED = "unplaced"
"""The lab of models whose lab no rule names."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoreNames:
    """The models of a catalog, as tables of scores may call them."""

    models: ModelNames
    bare: Mapping[str, str]
    table: Mapping[str, str]
    raw: Mapping[str, str]
    """Names as their source writes them, which no rule places; no part of them is an effort."""

    @classmethod
    def of(cls, models: ModelNames) -> ScoreNames:
        """From what is known of the catalog's models."""
        return cls(
            models=models, bare=_bare(models.ids), table=known_names()["scores"], raw=known_names()["scores_raw"]
        )

    def model(self, name: str) -> str:
        """The id of the model called `name`, ``lab/name`` in lower case; else that name in an id's spelling.

        What a lab calls by one name twice (a day behind the at sign tells them apart) is placed by the table alone.
        """
        if name in self.table:
            return self.table[name]
        lab, _, rest = name.partition("/")
        spelled = slug(f"{UNPLACED if lab == '?' else known_names()['labs'].get(lab, lab)}/{rest.replace('@', '-')}")
        if "@" in name:
            return spelled
        if spelled in self.models.ids:
            return spelled
        return self.models.spelled.get(spelled) or self.bare.get(spelled) or spelled


def _bare(ids: Iterable[str]) -> dict[str, str]:
    """Ids by what is left of them without a day and without endings that every lab uses; unique ones only."""
    reused = set(known_names()["scores_reused"]["names"])
    found: dict[str, set[str]] = {}
    for one in ids:
        short = _ENDINGS.sub("", _DAY.sub("", one))
        if short != one and short not in reused:
            found.setdefault(short, set()).add(one)
    return {short: next(iter(whole)) for short, whole in found.items() if len(whole) == 1}


def twins(ids: Iterable[str]) -> dict[str, list[str]]:
    """By id: the ids of the same model.

    Those with a day behind it, where the name was never used for another version, and those of the table.
    """
    known, reused = set(ids), set(known_names()["scores_reused"]["names"])
    found: dict[str, list[str]] = {}
    for one in sorted(known):
        short = _DAY.sub("", one)
        if short != one and short in known and short not in reused:
            found.setdefault(short, []).append(one)
    for one, others in known_names()["same_models"].items():
        found.setdefault(one, []).extend(other for other in others if other in known)
    return {one: others for one, others in found.items() if one in known and others}
