"""Reading a compiled catalog: what is damaged, truncated, newer or missing is refused with our own error."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from capreg import schema
from capreg.catalog import KINDS, Catalog
from capreg.errors import CapregError, SnapshotDamaged, SnapshotError, SnapshotMissing, SnapshotVersion
from capreg.index import Index, index_of
from capreg.snapshot import APPLICATION_ID, FORMAT, about, open_catalog, shipped_path, verify
from capreg.source.build import build, write_snapshot
from capreg.source.compile import compile_registry
from tests.registry import OFFERING, RegistryFolder, small_registry

REBUILD = "fetch or build it again: `capreg build`, or reinstall capreg"


@pytest.fixture
def snapshot(registry: RegistryFolder, tmp_path: Path) -> Path:
    """The small registry, compiled."""
    path = tmp_path / "catalog.db"
    build(registry.root, path)
    return path


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, bytes, Catalog]:
    """A snapshot that is not changed: a path to write altered copies to, its bytes, its catalog."""
    folder = tmp_path_factory.mktemp("whole")
    build(small_registry(folder / "registry_data").root, folder / "catalog.db")
    return folder / "copy.db", (folder / "catalog.db").read_bytes(), compile_registry(folder / "registry_data")


def altered(path: Path, *statements: str) -> None:
    """Run `statements` on the file, as somebody with a database tool would."""
    connection = sqlite3.connect(path)
    for statement in statements:
        connection.execute(statement)
    connection.commit()
    connection.close()


def poked(path: Path, offset: int, content: bytes) -> None:
    """Overwrite a part of the file."""
    whole = bytearray(path.read_bytes())
    whole[offset : offset + len(content)] = content
    path.write_bytes(whole)


def test_what_is_read_is_what_was_compiled(registry: RegistryFolder, snapshot: Path) -> None:
    """Documents, records, release, counts and index are those of the registry."""
    compiled = compile_registry(registry.root)
    opened = open_catalog(snapshot, decode=schema.record)

    assert opened == compiled
    for kind in KINDS:
        assert dict(opened.documents(kind)) == dict(compiled.documents(kind))
        assert dict(opened.records(kind)) == dict(compiled.records(kind))
        assert list(opened.documents(kind)) == sorted(compiled.documents(kind))
    assert isinstance(opened.prepared, Index)
    assert index_of(opened) is opened.prepared
    assert index_of(opened).vocabulary == index_of(compiled).vocabulary
    assert verify(snapshot) == opened.release


def test_what_a_snapshot_says_of_itself(snapshot: Path) -> None:
    """Release, records by kind, and the NOTICE."""
    told = about(snapshot)

    assert told.release == verify(snapshot)
    assert told.counts == {kind: len(open_catalog(snapshot).documents(kind)) for kind in KINDS}
    assert told.fingerprint.startswith("sha256:")
    assert "A list, by List" in told.notice


def test_the_header_says_whose_file_it_is(snapshot: Path) -> None:
    """Application id and format stand where every SQLite tool looks for them."""
    header = snapshot.read_bytes()[:100]

    assert (header[68:72], header[60:64]) == (b"CPRG", FORMAT.to_bytes(4, "big"))
    assert APPLICATION_ID.to_bytes(4, "big") == b"CPRG"


def test_the_shipped_catalog_is_beside_the_package() -> None:
    """An absolute path, wherever one stands."""
    import capreg

    assert Path(shipped_path()) == Path(capreg.__file__).resolve().parent / "catalog.db"


def test_a_missing_snapshot(tmp_path: Path) -> None:
    """Its path and what to do."""
    with pytest.raises(SnapshotMissing) as caught:
        open_catalog(tmp_path / "catalog.db")

    assert caught.value == SnapshotMissing(
        "there is no compiled catalog", where=str(tmp_path / "catalog.db"), hint=REBUILD
    )


def test_a_folder_is_no_snapshot(tmp_path: Path) -> None:
    """Opening it says so."""
    with pytest.raises(SnapshotDamaged, match="cannot be read: Is a directory"):
        open_catalog(tmp_path)


@pytest.mark.parametrize("content", [b"", b"SQLite", b"x" * 4096, b"SQLite format 3\x00" + b"\x00" * 20])
def test_a_file_that_is_something_else(tmp_path: Path, content: bytes) -> None:
    """An empty one, a short one, another format."""
    path = tmp_path / "catalog.db"
    path.write_bytes(content)

    with pytest.raises(SnapshotDamaged, match="this is no compiled catalog") as caught:
        open_catalog(path)
    assert (caught.value.where, caught.value.hint) == (str(path), REBUILD)


def test_somebody_elses_database(tmp_path: Path) -> None:
    """An SQLite file with another application id is not opened."""
    path = tmp_path / "catalog.db"
    altered(path, "CREATE TABLE release (id)")

    with pytest.raises(SnapshotDamaged, match="this SQLite file is no compiled catalog") as caught:
        open_catalog(path)
    assert caught.value.found == "application id 00000000"


def test_a_newer_snapshot(snapshot: Path) -> None:
    """Upgrade capreg."""
    poked(snapshot, 60, (FORMAT + 1).to_bytes(4, "big"))

    with pytest.raises(SnapshotVersion, match="newer than this capreg reads") as caught:
        open_catalog(snapshot)
    assert (caught.value.found, caught.value.expected) == (f"format {FORMAT + 1}", f"format {FORMAT}")
    assert caught.value.hint == "upgrade capreg"


def test_an_older_snapshot(snapshot: Path) -> None:
    """Build it again."""
    poked(snapshot, 60, (FORMAT - 1).to_bytes(4, "big"))

    with pytest.raises(SnapshotVersion, match="older than this capreg reads") as caught:
        open_catalog(snapshot)
    assert (caught.value.found, caught.value.expected) == (f"format {FORMAT - 1}", f"format {FORMAT}")
    assert caught.value.hint == REBUILD


@pytest.mark.parametrize("change", [-1, -4096, -20_000, 1, 4096])
def test_a_truncated_or_grown_snapshot(snapshot: Path, change: int) -> None:
    """Noticed when it is opened, before anything is read from it."""
    content = snapshot.read_bytes()
    snapshot.write_bytes(content[:change] if change < 0 else content + bytes(change))

    with pytest.raises(SnapshotDamaged, match="truncated or grown") as caught:
        open_catalog(snapshot)
    assert (caught.value.found, caught.value.expected) == (f"{len(content) + change} bytes", f"{len(content)} bytes")


@pytest.mark.parametrize(
    ("statement", "problem", "touch"),
    [
        ("DELETE FROM release", "there is not exactly one release in it", len),
        ("DROP TABLE record", "the file is damaged: no such table: record", lambda c: list(c.documents("models"))),
        ("UPDATE release SET format = 7", "its header and its release name different formats", len),
        ("UPDATE release SET counts = '[]'", "a record is not what was written", len),
        ("DELETE FROM record WHERE kind = 'models'", "models are missing", lambda c: list(c.documents("models"))),
        (
            "UPDATE record SET document = substr(document, 2) WHERE kind = 'models'",
            "a record is not what was written",
            lambda c: c.documents("models")["lab/small-1"],
        ),
        (
            "UPDATE record SET document = '7'",
            "a record is not what was written",
            lambda c: dict(c.documents("models").items()),
        ),
        (
            "UPDATE blob SET content = zeroblob(8)",
            "a part of the index is not what was written",
            lambda c: c.prepared.vocabulary,
        ),
        (
            "DELETE FROM blob WHERE name = 'vocabulary'",
            "a part of the index is missing",
            lambda c: c.prepared.vocabulary,
        ),
    ],
)
def test_a_damaged_snapshot(snapshot: Path, statement: str, problem: str, touch: Callable[[Catalog], object]) -> None:
    """Said when it is opened, or when the damaged part is touched."""
    altered(snapshot, statement)

    with pytest.raises(SnapshotDamaged) as caught:
        touch(open_catalog(snapshot))
    assert caught.value.problem == problem
    assert (caught.value.where, caught.value.hint) == (str(snapshot), REBUILD)


@pytest.mark.parametrize(
    ("statement", "problem"),
    [
        (
            "UPDATE record SET document = replace(document, '\"0.5\"', '\"0.4\"')",
            "the records are not those of the release",
        ),
        ("DELETE FROM record WHERE id = 'lab/large-1'", "the records are not those of the release"),
        ("UPDATE record SET id = 'lab/large-2' WHERE id = 'lab/large-1'", "the records are not those of the release"),
        ("UPDATE blob SET checksum = checksum + 1", "a part of the index is not what was written"),
        ("UPDATE release SET digest = 'sha256:0'", "the records are not those of the release"),
        ("UPDATE release SET counts = replace(counts, ':2', ':3')", "records are missing"),
    ],
)
def test_verify_finds_what_opening_does_not(snapshot: Path, statement: str, problem: str) -> None:
    """A changed price is well-formed; the digest over all records tells."""
    altered(snapshot, statement)

    with pytest.raises(SnapshotDamaged) as caught:
        verify(snapshot)
    assert caught.value.problem == problem


@given(st.data())
def test_no_flipped_byte_goes_unnoticed(whole: tuple[Path, bytes, Catalog], data: st.DataObject) -> None:
    """Wherever bytes are altered: our own error, or `verify` passes and the content is what it was."""
    path, content, catalog = whole
    broken = bytearray(content)
    for _ in range(data.draw(st.integers(1, 3))):
        broken[data.draw(st.integers(0, len(content) - 1))] ^= data.draw(st.integers(1, 255))
    path.write_bytes(broken)

    try:
        release = verify(path)
    except SnapshotError:
        return
    opened = open_catalog(path)

    assert release.digest == catalog.release.digest
    for kind in KINDS:
        assert dict(opened.documents(kind)) == dict(catalog.documents(kind))


def test_only_what_is_touched_is_read(snapshot: Path) -> None:
    """A damaged record hurts nobody who does not ask for it; an id that is not there is a KeyError."""
    altered(snapshot, "UPDATE record SET document = '' WHERE id = 'lab/large-1'")
    models = open_catalog(snapshot, decode=schema.record).models

    assert models["lab/small-1"].name == "Small 1"
    assert models["lab/small-1"] is models["lab/small-1"]
    assert list(models) == ["lab/large-1", "lab/small-1"]
    with pytest.raises(KeyError):
        _ = models["lab/small-2"]
    with pytest.raises(SnapshotDamaged):
        _ = models["lab/large-1"]


def test_without_a_decoder_documents_can_be_read(snapshot: Path) -> None:
    """Records cannot."""
    catalog = open_catalog(snapshot)

    assert catalog.documents("models")["lab/small-1"]["name"] == "Small 1"
    with pytest.raises(CapregError, match="made without a decoder"):
        _ = catalog.models["lab/small-1"]


def test_threads_share_a_snapshot(snapshot: Path) -> None:
    """Many readers of one catalog, each touching everything, see the same."""
    catalog = open_catalog(snapshot, decode=schema.record)

    def read(_: int) -> dict[str, int]:
        return {kind: sum(1 for _ in catalog.records(kind).values()) for kind in KINDS}

    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(read, range(64)))

    assert found == [dict(about(snapshot).counts)] * 64


@pytest.mark.parametrize("name", ["a b.db", "a?mode=rw.db", "a#b.db", "50%.db", "ä.db"])
def test_any_file_name(registry: RegistryFolder, tmp_path: Path, name: str) -> None:
    """Characters that mean something in a URI are part of the name."""
    build(registry.root, tmp_path / name)

    assert verify(tmp_path / name) == open_catalog(tmp_path / name).release


def test_reading_changes_nothing(snapshot: Path) -> None:
    """Neither the file nor its folder."""
    before = (snapshot.read_bytes(), sorted(snapshot.parent.iterdir()))
    verify(snapshot)
    snapshot.chmod(0o444)

    assert len(open_catalog(snapshot).documents("models")) == 2
    assert before == (snapshot.read_bytes(), sorted(snapshot.parent.iterdir()))


def test_an_open_catalog_outlives_its_replacement(registry: RegistryFolder, snapshot: Path) -> None:
    """A reader keeps the file that it opened when a new one takes its place."""
    opened = open_catalog(snapshot)
    registry.change(OFFERING, '"0.50"', '"0.40"')
    build(registry.root, snapshot)

    assert opened.documents("offerings")["acme/small-1"]["prices"][0]["input"] == "0.5"
    assert open_catalog(snapshot).documents("offerings")["acme/small-1"]["prices"][0]["input"] == "0.4"


def test_an_empty_catalog(tmp_path: Path) -> None:
    """It is written, opened and verified like any other."""
    write_snapshot(Catalog("2026.11.22", {}), tmp_path / "catalog.db")
    opened = open_catalog(tmp_path / "catalog.db")

    assert verify(tmp_path / "catalog.db") == opened.release
    assert repr(opened) == "<Catalog 2026.11.22: empty>"
    assert len(index_of(opened)) == 0
