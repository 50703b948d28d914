"""docs/reference/rules.md: every rule with its advice and examples. Generated from the rules."""

from __future__ import annotations

from itertools import groupby

from capreg.source.rules.rule import Rule, declared

__all__ = ["rules_page"]

_FAMILIES = {
    "SCH": "The shape of files",
    "SEC": "What could do harm",
    "REF": "What is named exists",
    "ID": "One name, one thing",
    "PRC": "Prices",
    "LIM": "Limits",
    "CAP": "Capabilities",
    "LIF": "Lifecycles",
    "EVD": "Evidence",
    "SPD": "Speed",
    "BKD": "Backends",
    "HND": "How SDKs reach a provider",
    "QUA": "Scores and estimates of quality",
    "GAT": "What a change may not do",
}
_HEAD = """# Rules of the registry

`capreg validate` checks these, `capreg gate BASE` those of a change, and `capreg explain RULE` shows one of them.
Errors block the build, warnings are counted, hints are advice. Ids are stable.
Examples hold the keys that matter, below the path of their file; the tests apply each to a small registry.
Generated from the rules by `capreg generate`; do not edit.
"""


def rules_page() -> str:
    """The text of the page."""
    families = groupby(sorted(declared().values(), key=_place), key=lambda rule: rule.id.rstrip("0123456789"))
    parts = [_HEAD]
    for family, rules in families:
        parts.append(f"\n## {_FAMILIES.get(family, family)}\n")
        parts += [_entry(rule) for rule in rules]
    return "".join(parts)


def _place(rule: Rule) -> tuple[int, str]:
    family = rule.id.rstrip("0123456789")
    known = list(_FAMILIES)
    return (known.index(family) if family in known else len(known), rule.id)


def _entry(rule: Rule) -> str:
    head = f"\n### {rule.id}: {rule.title}\n\nSeverity: {rule.severity}. {rule.advice.strip()}\n"
    return f"{head}\nBreaks it:\n{_example(rule.bad)}\nKeeps it:\n{_example(rule.good)}"


def _example(text: str) -> str:
    body = text.strip("\n")
    if not body.startswith("# "):
        return f"\n{body}\n"
    language = "csv" if body.split("\n", 1)[0].endswith(".csv") else "toml"
    return f"\n```{language}\n{body}\n```\n"
