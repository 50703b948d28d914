"""Files that were merged, half-written or linked wrongly, and took a catalog down or silently thinned it."""

from __future__ import annotations

from pathlib import Path

import pytest

from capreg.errors import InvalidData, SnapshotDamaged
from capreg.snapshot import open_catalog, verify
from capreg.source.build import build
from tests.registry import MODEL, OFFERING, RegistryFolder


def test_one_brace_too_many_on_the_main_branch(registry: RegistryFolder, tmp_path: Path) -> None:
    """A stray `{` was merged and every client fell back in silence; here nothing is built and the old file stays."""
    release = build(registry.root, tmp_path / "catalog.db").release
    registry.add(MODEL, "{")

    with pytest.raises(InvalidData, match="1 fault in 1 file"):
        build(registry.root, tmp_path / "catalog.db")
    assert verify(tmp_path / "catalog.db") == release


def test_parseable_and_structurally_broken(registry: RegistryFolder, tmp_path: Path) -> None:
    """A map that parsed and held nothing usable replaced a good one; shape is checked before anything is replaced."""
    release = build(registry.root, tmp_path / "catalog.db").release
    registry.write(OFFERING, "offerings = []\n")

    with pytest.raises(InvalidData):
        build(registry.root, tmp_path / "catalog.db")
    assert verify(tmp_path / "catalog.db") == release


def test_a_write_that_was_killed_left_half_a_file(registry: RegistryFolder, tmp_path: Path) -> None:
    """A half-written cache kept an application from starting; half a snapshot is named as such, with what to do."""
    build(registry.root, tmp_path / "catalog.db")
    content = (tmp_path / "catalog.db").read_bytes()
    (tmp_path / "catalog.db").write_bytes(content[: len(content) // 2])

    with pytest.raises(SnapshotDamaged, match="truncated") as caught:
        open_catalog(tmp_path / "catalog.db")
    assert caught.value.hint is not None
    assert "capreg build" in caught.value.hint


def test_links_that_lead_nowhere(registry: RegistryFolder) -> None:
    """31 dangling links were rows that nobody missed."""
    (registry.root / "models/lab/linked.toml").symlink_to("gone.toml")

    assert registry.finding().rule == "SEC001"


def test_a_misspelt_ending(registry: RegistryFolder) -> None:
    """A file that ended in `.tml` was never read."""
    registry.write("models/lab/small-2.tml", (registry.root / MODEL).read_text())

    assert registry.finding().rule == "SCH004"


def test_a_folder_lost_in_a_merge(registry: RegistryFolder) -> None:
    """132 models vanished in a merge; whatever still names them says so."""
    registry.remove(MODEL)

    found = registry.finding()
    assert (found.rule, found.file) == ("REF001", OFFERING)
