"""Every rule is declared in words, checked by a function or while files are read, and shown to hold by two fixtures."""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Callable
from typing import Any

import pytest
import tomlkit

from capreg.errors import UnknownName
from capreg.review.gates import GATES
from capreg.source.rules import RULES, declared, rule_of
from tests.registry import MODEL, RegistryFolder

_HEADED = re.compile(r"^# (\S+\.(?:toml|tml|csv))\n", re.MULTILINE)
_RULE_ID = re.compile(r"(SCH|SEC|REF|ID|PRC|LIM|CAP|LIF|EVD|SPD|BKD|HND|QUA|GAT|[A-Z]{3})[0-9]{3}")

BY_HAND: dict[str, Callable[[RegistryFolder], Any]] = {
    "SCH009": lambda registry: registry.write(MODEL, b'name = "\xff"\n'),
    "SCH011": lambda registry: registry.write("RELEASE", "1.2.3\n"),
    "SEC001": lambda registry: (registry.root / "models/lab/small-2.toml").symlink_to("small-1.toml"),
    "SEC002": lambda registry: registry.write(MODEL, b"#" * (2 << 20)),
    "SEC003": lambda registry: registry.add(MODEL, f'note = "{"x" * 30_000}"\n'),
    "SEC006": lambda registry: os.mkfifo(registry.root / "models/lab/pipe.toml"),
}
"""Breaches that no text of a file can show. What keeps these rules is the small registry as it stands."""
NEVER_BROKEN = {"SCH002"}
"""Found only where the two ways of checking a shape come apart; tests/test_source_validate.py makes them."""
BETWEEN = set(GATES)
"""Rules that hold between two sides; tests/test_review_gates.py breaks them."""


def applied(registry: RegistryFolder, example: str) -> None:
    """Put the keys of `example` into the files that its headings name, in place of what stood there."""
    parts = _HEADED.split(example)
    for path, text in zip(parts[1::2], parts[2::2], strict=True):
        target = registry.root / path
        if path.endswith(".toml") and target.is_file() and _parses(text):
            merged = tomllib.loads(target.read_text()) | tomllib.loads(text)
            registry.write(path, tomlkit.dumps(merged))
        else:
            registry.write(path, text)


def _parses(text: str) -> bool:
    try:
        tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return False
    return True


@pytest.mark.parametrize("rule", sorted(set(declared()) - NEVER_BROKEN - BETWEEN))
def test_the_bad_example_breaks_the_rule(registry: RegistryFolder, rule: str) -> None:
    """And each finding says what to do."""
    if rule in BY_HAND:
        BY_HAND[rule](registry)
    else:
        applied(registry, declared()[rule].bad)

    found = [finding for finding in registry.findings() if finding.rule == rule]
    assert found, [str(finding) for finding in registry.findings()]
    assert {declared()[rule].severity} == {finding.severity for finding in found}
    assert [] == [finding for finding in found if not finding.hint]


@pytest.mark.parametrize("rule", sorted(set(declared()) - NEVER_BROKEN - BETWEEN - set(BY_HAND)))
def test_the_good_example_has_no_findings(registry: RegistryFolder, rule: str) -> None:
    """What is shown as good is good by every other rule too."""
    applied(registry, declared()[rule].good)

    assert [] == [str(finding) for finding in registry.findings()]


def test_every_check_names_the_rules_that_it_finds() -> None:
    """Each is declared, no rule is found by two checks, and what no check finds is found while files are read."""
    found = [rule for check in RULES for rule in check.rules]

    assert len(found) == len(set(found))
    assert set() == set(found) - set(declared())
    assert {"SCH", "SEC", "ID0"} == {rule[:3] for rule in set(declared()) - BETWEEN - set(found)}


@pytest.mark.parametrize("rule", declared())
def test_a_rule_says_what_holds_and_what_to_do(rule: str) -> None:
    """In sentences: a title without its full stop, and advice with one."""
    told = rule_of(rule)

    assert _RULE_ID.fullmatch(told.id)
    assert told.severity in ("error", "warning", "hint")
    assert not told.title.endswith(".")
    assert told.advice.endswith(".")
    assert told.bad != told.good


def test_a_rule_that_is_not_there() -> None:
    """The nearest ids are offered."""
    assert rule_of("prc007").id == "PRC007"
    with pytest.raises(UnknownName, match="unknown rule 'PRC0077'"):
        rule_of("prc0077")


def test_a_floor_on_what_is_only_counted_is_a_breach(registry: RegistryFolder) -> None:
    """A benchmark that takes no part in estimates lets nobody pass, whatever capability it is of."""
    good = declared()["QUA005"].good
    applied(registry, good)
    counted = good.partition("# benchmarks/router/riddles.toml\n")[2].replace('"tool_use"', '"structured_output"')
    registry.write("benchmarks/router/calls.toml", counted.replace("Riddles", "Calls") + "is_latent = false\n")
    applied(registry, "# skills/agent_step.toml\n[floors]\nmin_quality = { structured_output = 50 }\n")

    found = [(finding.rule, finding.found) for finding in registry.findings() if finding.rule == "QUA005"]
    assert [("QUA005", "structured_output")] == found
