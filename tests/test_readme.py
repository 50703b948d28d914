"""README.md shows what the commands really answer, from the catalog that is shipped."""

from __future__ import annotations

import re
import shlex

import pytest

import capreg
from tests.cli_shop import ROOT, on_terminal

COLUMNS = 100
MAIN_JOB = "python3 -m venv .venv && .venv/bin/pip install . && .venv/bin/capreg resolve tool_use --max-latency-ms 300"
TESTS = "python3 -m venv .venv && .venv/bin/pip install -e '.[dev]' && .venv/bin/pytest"
README = (ROOT / "README.md").read_text(encoding="utf-8")


@pytest.fixture
def _no_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whose keys are set here must not show."""
    for provider in capreg.load().documents("providers").values():
        for name in (*provider.get("keys", ()), *provider.get("either_keys", ())):
            monkeypatch.delenv(name, raising=False)


def shown_answer() -> tuple[list[str], list[str]]:
    """The arguments of the command whose answer README.md shows, and the lines of that answer."""
    block = re.search(r"^```text\n\$ \S*capreg (.+)\n((?:.*\n)+?)```$", README, re.MULTILINE)
    assert block is not None
    return shlex.split(block[1]), block[2].rstrip("\n").split("\n")


def steady(lines: list[str]) -> list[str]:
    """`lines` without what every contribution moves: the lines below the table, of which the first words are kept."""
    table, _, closing = "\n".join(lines).rpartition("\n\n")
    words = re.findall(r"(?:^|\n)(?:[0-9,]+ )?([a-z]+)", closing)
    return [*table.split("\n"), *(word for word in words if word in {"feasible", "release"})]


@pytest.mark.usefixtures("_no_keys")
def test_the_answer_shown_is_the_answer_given() -> None:
    """Line for line, on a terminal of 100 columns; of the counts and the release below it only that they are there.

    Where a new offering is among the first rows, run the command of README.md anew and put its answer there. A note
    that the registry has been edited since the last build is no part of the answer.
    """
    arguments, shown = shown_answer()

    given = [line for line in on_terminal(COLUMNS, *arguments) if not line.startswith("note: ")]

    assert steady(shown) == steady("\n".join(given).rstrip("\n").split("\n"))


def test_the_answer_shown_is_pinned() -> None:
    """The day is in the command, so that the answer stays true when the clock moves on."""
    arguments, _ = shown_answer()

    assert arguments[-2:] == ["--as-of", "2026-11-22"]


@pytest.mark.parametrize("command", [MAIN_JOB, TESTS])
def test_the_two_commands_stand_whole_on_a_line(command: str) -> None:
    """Each can be copied as it is and is complete on a bare machine."""
    assert command in README.split("\n")
