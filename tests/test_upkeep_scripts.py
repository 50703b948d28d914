"""The scripts that attack the registry: a few of their attempts on every run of the tests."""

from __future__ import annotations

from benchmarks.fuzz import fuzzed
from benchmarks.mutations import KINDS, corrupted


def test_no_corruption_goes_unseen() -> None:
    """One of each kind, in the shipped registry: refused, warned of, or visible as a change."""
    verdicts = list(corrupted(len(KINDS), seed=1))

    assert {verdict.kind for verdict in verdicts} == set(KINDS)
    assert [verdict for verdict in verdicts if verdict.outcome == "missed"] == []
    assert sum(verdict.outcome == "error" for verdict in verdicts) >= len(KINDS) // 3


def test_broken_files_end_in_our_errors() -> None:
    """Bytes, almost-TOML, changed, deep and huge files, at the reader and at the importers."""
    assert list(fuzzed(60, seed=1)) == []
