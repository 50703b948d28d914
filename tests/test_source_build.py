"""Compiling and writing: all or nothing, and the same bytes for the same registry."""

from __future__ import annotations

import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest
from sqlmodel import Session, SQLModel, create_engine, select

import capreg
import capreg.index.build
from capreg.catalog import Catalog, canonical
from capreg.errors import InvalidData, UnknownName, UnreadableFile
from capreg.snapshot import about, open_catalog, verify
from capreg.source.build import build, fingerprint, is_stale, write_snapshot
from capreg.source.compile import catalog_of, compile_registry
from capreg.source.notice import notice
from capreg.source.read import read
from capreg.tables import TABLES, RecordRow, ReleaseRow
from tests.registry import MODEL, OFFERING, SPEEDS, RegistryFolder, small_registry


def test_the_same_registry_makes_the_same_bytes(registry: RegistryFolder, tmp_path: Path) -> None:
    """Built twice, and from a copy whose files were written in another order."""
    first, second, third = (tmp_path / name for name in ("1.db", "2.db", "3.db"))
    copy = RegistryFolder(tmp_path / "copy")
    for path in sorted((p for p in registry.root.rglob("*") if p.is_file()), reverse=True):
        copy.write(str(path.relative_to(registry.root)), path.read_bytes())

    assert build(registry.root, first) == build(registry.root, second) == build(copy.root, third)
    assert first.read_bytes() == second.read_bytes() == third.read_bytes()


def test_how_a_fact_is_spelt_does_not_change_the_digest(registry: RegistryFolder) -> None:
    """A default that is written out and a trailing zero are the same content; another price is not."""
    digest = compile_registry(registry.root).release.digest
    registry.change(OFFERING, 'input = "0.50"', 'currency = "USD"\ninput = "0.500"')
    assert digest == compile_registry(registry.root).release.digest

    registry.change(OFFERING, '"0.500"', '"0.501"')
    assert digest != compile_registry(registry.root).release.digest


def test_a_registry_with_faults_is_not_compiled(registry: RegistryFolder, tmp_path: Path) -> None:
    """Every fault is raised, and the old snapshot is as it was, byte for byte; nothing lies beside it."""
    target = tmp_path / "out" / "catalog.db"
    target.parent.mkdir()
    build(registry.root, target)
    before = target.read_bytes()
    registry.write(MODEL, "=")
    registry.change(OFFERING, '"0.50"', "0.5")

    with pytest.raises(InvalidData) as caught:
        build(registry.root, target)

    assert [finding.rule for finding in caught.value.findings] == ["SCH003", "SCH005"]
    assert target.read_bytes() == before
    assert list(target.parent.iterdir()) == [target]


def test_documents_that_were_not_checked_are_not_compiled(registry: RegistryFolder) -> None:
    """`catalog_of` does not let a fault of shape pass, nor a missing release id."""
    registry.change(MODEL, "open_weights = true", 'open_weights = "yes"')
    registry.remove("RELEASE")

    with pytest.raises(InvalidData) as caught:
        catalog_of(read(registry.root))
    assert [finding.rule for finding in caught.value.findings] == ["SCH011", "SCH001"]


def test_an_empty_registry_makes_an_empty_catalog(tmp_path: Path) -> None:
    """A release without records is written and read; a question to it names what it lacks."""
    RegistryFolder(tmp_path / "registry_data").write("RELEASE", "2026.11.22\n")
    build(tmp_path / "registry_data", tmp_path / "catalog.db")
    catalog = capreg.open_catalog(tmp_path / "catalog.db")

    assert verify(tmp_path / "catalog.db") == catalog.release
    with pytest.raises(UnknownName, match="'tool_use'"):
        capreg.resolve("tool_use", as_of="2026-11-22", catalog=catalog)


def test_a_folder_that_is_not_there(registry: RegistryFolder, tmp_path: Path) -> None:
    """The snapshot cannot be written; the error says where."""
    with pytest.raises(UnreadableFile, match="the snapshot cannot be written") as caught:
        build(registry.root, tmp_path / "nowhere" / "catalog.db")

    assert caught.value.where == str(tmp_path / "nowhere" / "catalog.db")


def test_a_target_that_is_a_folder(registry: RegistryFolder, tmp_path: Path) -> None:
    """The last step fails, and leaves nothing behind."""
    (tmp_path / "out" / "catalog.db").mkdir(parents=True)

    with pytest.raises(UnreadableFile, match="Is a directory"):
        build(registry.root, tmp_path / "out" / "catalog.db")
    assert list((tmp_path / "out").iterdir()) == [tmp_path / "out" / "catalog.db"]


FULL_DISK = """
import resource, signal, sys
from pathlib import Path
from capreg.errors import UnreadableFile
from capreg.source.build import write_snapshot
from capreg.source.compile import compile_registry

catalog = compile_registry(Path(sys.argv[1]))
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))
try:
    write_snapshot(catalog, Path(sys.argv[2]))
except UnreadableFile as error:
    print(error.problem)
"""


def test_a_disk_that_is_full(registry: RegistryFolder, tmp_path: Path) -> None:
    """The write fails half-way: our error, the old snapshot whole, and no half file left."""
    target = tmp_path / "out" / "catalog.db"
    target.parent.mkdir()
    build(registry.root, target)
    before = target.read_bytes()

    ran = subprocess.run(
        [sys.executable, "-c", FULL_DISK, str(registry.root), str(target)], capture_output=True, text=True, check=True
    )

    assert ran.stdout.startswith("the snapshot cannot be written: ")
    assert target.read_bytes() == before
    assert list(target.parent.iterdir()) == [target]


WRITING = """
import sys
from pathlib import Path
from capreg.source.build import write_snapshot
from capreg.source.compile import compile_registry

catalogs = [compile_registry(Path(root)) for root in sys.argv[2:]]
print("writing", flush=True)
while True:
    for catalog in catalogs:
        write_snapshot(catalog, Path(sys.argv[1]))
"""


def test_a_writer_that_is_killed(registry: RegistryFolder, tmp_path: Path) -> None:
    """Killed at any moment, it leaves one whole snapshot or the other in place."""
    other = small_registry(tmp_path / "other")
    other.change(OFFERING, '"0.50"', '"0.40"')
    target = tmp_path / "catalog.db"
    releases = {build(root, target).release.digest for root in (registry.root, other.root)}
    pause = random.Random(20261122)  # noqa: S311  only a moment

    for _ in range(4):
        command = [sys.executable, "-c", WRITING, str(target), str(registry.root), str(other.root)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as writer:
            assert writer.stdout is not None
            assert writer.stdout.readline() == "writing\n"
            time.sleep(pause.uniform(0.0, 0.2))
            os.kill(writer.pid, signal.SIGKILL)
        assert verify(target).digest in releases


def test_a_snapshot_may_be_read_by_others(registry: RegistryFolder, tmp_path: Path) -> None:
    """A temporary file is for its owner alone; what takes its place is not."""
    build(registry.root, tmp_path / "catalog.db")

    assert (tmp_path / "catalog.db").stat().st_mode & 0o777 == 0o644


def test_a_snapshot_is_stale_when_the_registry_changed(registry: RegistryFolder, tmp_path: Path) -> None:
    """A changed, new, renamed or removed file counts; a touched one does not; no snapshot at all is stale."""
    target = tmp_path / "catalog.db"
    assert is_stale(registry.root, target)
    build(registry.root, target)
    os.utime(registry.root / OFFERING)
    assert not is_stale(registry.root, target)
    assert about(target).fingerprint == fingerprint(registry.root)

    (registry.root / SPEEDS).rename(registry.root / "measurements/other.csv")
    assert is_stale(registry.root, target)
    (registry.root / "measurements/other.csv").rename(registry.root / SPEEDS)
    assert not is_stale(registry.root, target)
    registry.add(OFFERING, "# changed\n")
    assert is_stale(registry.root, target)


def test_a_snapshot_is_stale_when_the_index_is_made_otherwise(
    registry: RegistryFolder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Blobs are only as good as the code that made them."""
    build(registry.root, tmp_path / "catalog.db")
    shutil.copytree(Path(capreg.index.build.__file__).parent, tmp_path / "index")
    monkeypatch.setattr(capreg.index.build, "__file__", str(tmp_path / "index" / "build.py"))
    assert not is_stale(registry.root, tmp_path / "catalog.db")

    (tmp_path / "index" / "build.py").write_text("")
    assert is_stale(registry.root, tmp_path / "catalog.db")


def test_a_notice_names_each_source_and_keeps_unverified_ones_apart(registry: RegistryFolder) -> None:
    """Attribution and licence of what is shipped; a source that no record names is not."""
    unused = (registry.root / "sources/list.toml").read_text().replace("A list", "An unused list")
    registry.write("sources/unused.toml", unused)
    text = notice(compile_registry(registry.root))
    clear, _, unverified = text.partition("Sources whose terms are not verified.")

    assert "release 2026.11.22" in clear
    assert "A list (list)\n    A list, by List\n    publisher: List\n    licence:   MIT\n" in clear
    assert "A router (router)" in unverified
    assert "A router" not in clear
    assert "unused" not in text


def test_a_notice_without_unverified_sources_has_no_such_part(registry: RegistryFolder) -> None:
    """Nothing is set apart from nothing."""
    registry.change("sources/router.toml", '"unverified"', '"yes"')

    assert "not verified." not in notice(compile_registry(registry.root))


def test_the_tables_are_those_of_the_snapshot(registry: RegistryFolder, tmp_path: Path) -> None:
    """What SQLModel declares is what the standard library reads: the same rows through either."""
    target = tmp_path / "catalog.db"
    release = build(registry.root, target).release
    engine = create_engine(f"sqlite:///{target}")
    with Session(engine) as session:
        (row,) = session.exec(select(ReleaseRow)).all()
        records = {(record.kind, record.id): record.document for record in session.exec(select(RecordRow)).all()}
    engine.dispose()

    assert (row.id, row.digest) == (release.id, release.digest)
    catalog = open_catalog(target)
    assert records == {
        (kind, key): canonical(document) for kind in catalog for key, document in catalog.documents(kind).items()
    }


def test_the_tables_can_be_made_in_postgresql() -> None:
    """The statements that make them compile for PostgreSQL, with types that hold what they must."""
    from sqlalchemy.dialects import postgresql
    from sqlalchemy.schema import CreateTable

    tables = [SQLModel.metadata.tables[str(table.__tablename__)] for table in TABLES]
    dialect = postgresql.dialect()  # type: ignore[no-untyped-call]
    made = {table.name: str(CreateTable(table).compile(dialect=dialect)) for table in tables}

    assert set(made) == {"release", "record", "blob"}
    assert "content BYTEA NOT NULL" in made["blob"]
    assert "checksum BIGINT NOT NULL" in made["blob"]
    assert "PRIMARY KEY (kind, id)" in made["record"]


def test_a_snapshot_has_no_second_file(registry: RegistryFolder, tmp_path: Path) -> None:
    """Neither a journal nor a write-ahead log: one file is the catalog."""
    target = tmp_path / "out" / "catalog.db"
    target.parent.mkdir()
    build(registry.root, target)

    connection = sqlite3.connect(target)
    (mode,) = connection.execute("PRAGMA journal_mode").fetchone()
    connection.close()
    assert mode == "delete"
    assert list(target.parent.iterdir()) == [target]


def test_writing_a_catalog_made_by_hand(tmp_path: Path) -> None:
    """A catalog need not come from a folder; without one it has no fingerprint."""
    catalog = Catalog("2026.11.22", {"engines": {"one": {"name": "One"}}})
    write_snapshot(catalog, tmp_path / "catalog.db")

    assert open_catalog(tmp_path / "catalog.db") == catalog
    assert about(tmp_path / "catalog.db").fingerprint == ""
