"""The scripts that attack the registry: a few of their attempts on every run of the tests."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

import pytest

from benchmarks import __main__ as all_of_it
from benchmarks import cold, instructions, mix, page
from benchmarks.corruptions import KINDS
from benchmarks.fuzz import fuzzed
from benchmarks.mutations import corrupted

if TYPE_CHECKING:
    from pathlib import Path


def test_no_corruption_goes_unseen() -> None:
    """One of each kind, in the shipped registry: refused, warned of, or visible as a change."""
    verdicts = list(corrupted(len(KINDS), seed=1))

    assert {verdict.kind for verdict in verdicts} == set(KINDS)
    assert [verdict for verdict in verdicts if verdict.outcome == "missed"] == []
    assert sum(verdict.outcome in {"error", "gate"} for verdict in verdicts) >= len(KINDS) // 3


def test_one_command_measures_everything(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Each kind of question gets a ratio, both sides agree on every answer, and the page can be made of it."""
    monkeypatch.setattr(sys, "argv", ["benchmarks", "--quick", "--no-peers"])
    assert all_of_it.main() == 0
    found = json.loads(capsys.readouterr().out)
    (size,) = found["sizes"]
    told = page.body(found)

    assert set(mix.KINDS) == set(size["by_kind"])
    assert all(one["ratio"] > 0 for one in size["by_kind"].values())
    assert size["threads"]["same_answers"]
    assert set(cold.COMMANDS) == set(found["cold"])
    assert all(kind in told for kind in mix.KINDS)


def test_broken_files_end_in_our_errors() -> None:
    """Bytes, almost-TOML, changed, deep and huge files, at the reader and at the importers."""
    assert list(fuzzed(60, seed=1)) == []


def test_a_planted_slowdown_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A tenth more passes, a fifth more is named with its figures and the way to accept it."""
    monkeypatch.setattr(instructions, "BASELINES", tmp_path / "instructions.json")
    monkeypatch.setattr(sys, "argv", ["instructions", "--accept"])
    monkeypatch.setattr(instructions, "counted", lambda: {"import": 1_000_000})
    assert instructions.main() == 0
    monkeypatch.setattr(sys, "argv", ["instructions"])
    monkeypatch.setattr(instructions, "counted", lambda: {"import": 1_100_000})
    assert instructions.main() == 0
    monkeypatch.setattr(instructions, "counted", lambda: {"import": 1_200_000})
    assert instructions.main() == 1
    told = capsys.readouterr().out
    assert "slower: import: 1,200,000 instructions, +20.0% on 1,000,000" in told
    assert "--accept" in told


def test_a_machine_that_cannot_count_says_so(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Without Valgrind nothing fails, and the skip is visible."""
    monkeypatch.setattr(sys, "argv", ["instructions"])
    monkeypatch.setenv("PATH", "")
    assert instructions.main() == 0
    assert capsys.readouterr().out.startswith("SKIPPED")
