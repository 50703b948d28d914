"""What a rule is: an id, how grave it is, what it asks, what to do, an example of each side, and who checks it.

The words of all rules stand in texts/*.toml, the checks in the modules beside this one.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING

from capreg.errors import Finding, Severity, UnknownName

if TYPE_CHECKING:
    from capreg.source.rules.facts import Facts

__all__ = ["Check", "Rule", "check", "declared", "rule_of"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One thing that a registry must keep to, or should."""

    id: str
    """Stable: family and number, such as `PRC007`."""
    severity: Severity
    """Errors block the build; warnings are counted; hints are advice."""
    title: str
    """What holds where the rule is kept, one sentence without its full stop."""
    advice: str
    """What to do where it is not."""
    bad: str
    """Keys that break the rule, below the path of each file; or, where no file can show it, words."""
    good: str
    """The same, mended."""


@dataclass(frozen=True, slots=True)
class Check:
    """A function that finds where rules are broken."""

    rules: tuple[str, ...]
    """The ids of the rules whose breaches it finds."""
    find: Callable[[Facts], Iterator[Finding]]

    def __call__(self, facts: Facts) -> Iterator[Finding]:
        """Every breach in `facts`."""
        return self.find(facts)

    @property
    def __name__(self) -> str:
        """The name of the function."""
        return self.find.__name__


def check(*rules: str) -> Callable[[Callable[[Facts], Iterator[Finding]]], Check]:
    """Marks a function as the one that finds where these rules are broken."""
    return lambda find: Check(rules, find)


@cache
def declared() -> Mapping[str, Rule]:
    """Every rule by its id, in order of id."""
    texts = resources.files("capreg.source.rules") / "texts"
    told: dict[str, Rule] = {}
    for file in texts.iterdir():
        if file.name.endswith(".toml"):
            for name, text in tomllib.loads(file.read_text(encoding="utf-8")).items():
                told[name] = Rule(id=name, **text)
    return dict(sorted(told.items()))


def rule_of(name: str) -> Rule:
    """The rule whose id is `name`, in any case.

    Raises:
        UnknownName: no rule has this id.
    """
    rules = declared()
    if name.upper() not in rules:
        raise UnknownName("rule", name.upper(), rules, where="RULE")
    return rules[name.upper()]
