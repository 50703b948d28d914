"""Faults that follow from a deletion."""

from __future__ import annotations

from pathlib import Path

import pytest

from capreg.errors import Finding
from capreg.source.gone import records_at, traced

GONE = records_at(["providers/acme/offerings/a/b.toml", "models/lab/x.toml", "measurements/rows.csv", "RELEASE"])


def finding(rule: str, found: str) -> Finding:
    """What a rule says of a name of nothing."""
    return Finding(rule, "sightings/list.csv", "at", "there is no such thing", found=found, hint="a guess")


def test_records_of_paths() -> None:
    """A file is a record by its path; rows of tables and plain files are none."""
    assert {("offerings", "acme/a/b"), ("models", "lab/x")} == GONE


@pytest.mark.parametrize(
    ("rule", "found", "file"),
    [
        ("REF009", "acme/a/b", "providers/acme/offerings/a/b.toml"),
        ("REF010", "acme/a/b", "providers/acme/offerings/a/b.toml"),
        ("REF001", "lab/x", "models/lab/x.toml"),
    ],
)
def test_the_way_back_is_told(rule: str, found: str, file: str) -> None:
    """In place of a guess, the command that puts the file back."""
    (told,) = traced([finding(rule, found)], GONE, since="main", root=Path("registry_data"))

    assert told == finding(rule, found).but(hint=told.hint)
    assert f"it was deleted since main: put it back with `git checkout main -- registry_data/{file}`" in str(told.hint)


@pytest.mark.parametrize(("rule", "found"), [("REF001", "acme/a/b"), ("REF010", "acme/c"), ("PRC001", "lab/x")])
def test_other_faults_stay(rule: str, found: str) -> None:
    """A name of another kind, of what was never there, or a rule that looks up no name."""
    assert [finding(rule, found)] == list(traced([finding(rule, found)], GONE, since="main", root=Path()))
