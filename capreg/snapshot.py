"""Reads a compiled catalog: one SQLite file. Standard library only; it writes nothing and compiles nothing.

Opening checks what is cheap: application id, format, size. Records and blobs are read when they are touched, each
blob against its checksum. `verify` checks everything.
"""

from __future__ import annotations

import os
from collections.abc import ItemsView, Iterator, Mapping, ValuesView
from typing import TYPE_CHECKING, Any, NamedTuple

from capreg.catalog import KINDS, Catalog, Release, digest_of_texts
from capreg.errors import SnapshotDamaged, SnapshotMissing, SnapshotVersion

if TYPE_CHECKING:
    from os import PathLike

    from capreg.catalog.catalog import Decode

__all__ = ["APPLICATION_ID", "FORMAT", "About", "about", "open_catalog", "shipped_path", "verify"]

APPLICATION_ID = 0x43505247
"""“CPRG”, in the header of every snapshot."""
FORMAT = 3
"""The format of the file: of its tables and blobs. It changes when an older reader would misread a newer file.

3: a measurement may be of the slowest of several hosts, and be a limit. 2: a column begins with the letter of its kind
of number, or is a table and a byte a row, and a price entry says whose it is and until when; in 1, every number had 64
bits.
"""

_MAGIC = b"SQLite format 3\x00"
_HEADER_BYTES = 100
_REBUILD = "fetch or build it again: `capreg build`, or reinstall capreg"


class About(NamedTuple):
    """What a snapshot says of itself."""

    release: Release
    fingerprint: str
    """Of the registry files and the code that it was built from."""
    counts: Mapping[str, int]
    """Records by kind."""
    notice: str
    """Attribution and licences of the sources."""


def shipped_path() -> str:
    """Where the catalog of this installation is."""
    return os.path.join(os.path.dirname(os.path.abspath(__file__)), "catalog.db")  # noqa: PTH100, PTH118, PTH120  pathlib takes milliseconds


def open_catalog(path: str | PathLike[str], *, decode: Decode | None = None) -> Catalog:
    """The catalog in the snapshot at `path`. Records and index are read when they are touched.

    Args:
        path: a file that `capreg build` wrote.
        decode: turns a kind and a document into a record; without it, only documents can be read.

    Raises:
        SnapshotMissing: there is no file.
        SnapshotDamaged: it is truncated, altered, or no compiled catalog.
        SnapshotVersion: it has a format that this capreg does not read.
    """
    from capreg.index import Index

    store = _Store(os.fspath(path))
    told = store.about()
    documents = {kind: _Documents(store, kind, told.counts.get(kind, 0)) for kind in KINDS}
    catalog = Catalog(told.release.id, documents, decode=decode, digest=told.release.digest)
    if store.rows("SELECT 1 FROM blob LIMIT 1"):
        catalog.prepared = Index.from_blobs(store.blob)
    return catalog


def about(path: str | PathLike[str]) -> About:
    """What the snapshot at `path` says of itself. Raises as `open_catalog` does."""
    return _Store(os.fspath(path)).about()


def verify(path: str | PathLike[str]) -> Release:
    """Check the snapshot at `path` in full: structure, digest over all records, every checksum.

    Returns:
        The release that it holds.

    Raises:
        SnapshotError: as `open_catalog`, or because anything in it is not what was written.
    """
    store = _Store(os.fspath(path))
    told = store.about()
    for (said,) in store.rows("PRAGMA integrity_check"):
        if said != "ok":
            raise store.damaged(f"the file is damaged: {said}")
    rows = store.rows("SELECT kind, id, document FROM record")
    digest = digest_of_texts(rows)
    if digest != told.release.digest:
        raise store.damaged("the records are not those of the release", found=digest, expected=told.release.digest)
    counts = {kind: sum(row[0] == kind for row in rows) for kind in told.counts}
    if counts != told.counts:
        raise store.damaged("records are missing", found=str(counts), expected=str(dict(told.counts)))
    for (name,) in store.rows("SELECT name FROM blob"):
        store.blob(name)
    return told.release


class _Documents(Mapping[str, Mapping[str, Any]]):
    """The documents of one kind, read when they are touched and kept."""

    __slots__ = ("_count", "_ids", "_kept", "_kind", "_store")

    def __init__(self, store: _Store, kind: str, count: int) -> None:
        self._store = store
        self._kind = kind
        self._count = count
        self._ids: list[str] | None = None
        self._kept: dict[str, Mapping[str, Any]] = {}

    def __getitem__(self, key: str) -> Mapping[str, Any]:
        found = self._kept.get(key)
        if found is None:
            rows = self._store.rows("SELECT document FROM record WHERE kind = ? AND id = ?", (self._kind, key))
            if not rows:
                raise KeyError(key)
            found = self._kept.setdefault(key, self._store.decoded(rows[0][0], f"{self._kind}/{key}"))
        return found

    def __iter__(self) -> Iterator[str]:
        if self._ids is None:
            rows = self._store.rows("SELECT id FROM record WHERE kind = ? ORDER BY id", (self._kind,))
            if len(rows) != self._count:
                raise self._store.damaged(
                    f"{self._kind} are missing", found=f"{len(rows)} of them", expected=f"{self._count}"
                )
            self._ids = [key for (key,) in rows]
        return iter(self._ids)

    def __len__(self) -> int:
        return self._count

    def items(self) -> ItemsView[str, Mapping[str, Any]]:
        self._read_all()
        return super().items()

    def values(self) -> ValuesView[Mapping[str, Any]]:
        self._read_all()
        return super().values()

    def _read_all(self) -> None:
        if len(self._kept) < self._count:
            for key, text in self._store.rows("SELECT id, document FROM record WHERE kind = ?", (self._kind,)):
                if key not in self._kept:
                    self._kept[key] = self._store.decoded(text, f"{self._kind}/{key}")


class _Store:
    """One read-only connection, shared by threads one statement at a time."""

    __slots__ = ("_connection", "_lock", "path")

    def __init__(self, path: str) -> None:
        import sqlite3
        from _thread import allocate_lock  # `threading` takes a millisecond

        self.path = path
        _check_header(path)
        self._lock = allocate_lock()
        self._connection = sqlite3.connect(_uri(path), uri=True, check_same_thread=False, isolation_level=None)

    def __del__(self) -> None:
        connection = getattr(self, "_connection", None)
        if connection is not None:
            connection.close()

    def rows(self, statement: str, arguments: tuple[object, ...] = ()) -> list[Any]:
        """Every row that `statement` finds."""
        import sqlite3

        try:
            with self._lock:
                return self._connection.execute(statement, arguments).fetchall()
        except (sqlite3.Error, UnicodeDecodeError) as error:
            raise self.damaged(f"the file is damaged: {error}") from error

    def about(self) -> About:
        """The release row."""
        rows = self.rows("SELECT id, format, digest, fingerprint, counts, notice FROM release")
        if len(rows) != 1:
            raise self.damaged("there is not exactly one release in it", found=f"{len(rows)} releases")
        release_id, written, digest, fingerprint, counts, notice = rows[0]
        if written != FORMAT:
            raise self.damaged("its header and its release name different formats", found=str(written))
        return About(Release(release_id, digest), fingerprint, self.decoded(counts, "release.counts"), notice)

    def blob(self, name: str) -> bytes:
        """The blob `name`, checked against its checksum."""
        from binascii import crc32

        rows = self.rows("SELECT checksum, content FROM blob WHERE name = ?", (name,))
        if not rows:
            raise self.damaged("a part of the index is missing", found=name)
        checksum, content = rows[0]
        if not isinstance(content, bytes) or crc32(content) != checksum:
            raise self.damaged("a part of the index is not what was written", found=name)
        return content

    def decoded(self, text: object, name: str) -> Any:
        """The JSON object that `text` says."""
        import json

        try:
            value = json.loads(text) if isinstance(text, str) else None
        except ValueError:
            value = None
        if not isinstance(value, dict):
            raise self.damaged("a record is not what was written", found=name)
        return value

    def damaged(self, problem: str, *, found: str | None = None, expected: str | None = None) -> SnapshotDamaged:
        """The error that says so of this file."""
        return SnapshotDamaged(problem, where=self.path, found=found, expected=expected, hint=_REBUILD)


def _uri(path: str) -> str:
    absolute = os.path.abspath(path)  # noqa: PTH100  pathlib takes milliseconds
    if os.sep == "\\":
        absolute = "/" + absolute.replace("\\", "/")
    for character, escape in (("%", "%25"), ("?", "%3f"), ("#", "%23")):
        absolute = absolute.replace(character, escape)
    return f"file:{absolute}?mode=ro&immutable=1"


def _check_header(path: str) -> None:
    """Refuse what is no snapshot of this format, before SQLite sees it."""
    header, size = _header(path)
    if len(header) < _HEADER_BYTES or not header.startswith(_MAGIC):
        raise _refused(path, "this is no compiled catalog", found=f"{size} bytes that are not an SQLite file")
    if int.from_bytes(header[68:72], "big") != APPLICATION_ID:
        raise _refused(path, "this SQLite file is no compiled catalog", found=f"application id {header[68:72].hex()}")
    written = int.from_bytes(header[60:64], "big")
    if written != FORMAT:
        newer = written > FORMAT
        raise SnapshotVersion(
            f"the compiled catalog is {'newer' if newer else 'older'} than this capreg reads",
            where=path,
            found=f"format {written}",
            expected=f"format {FORMAT}",
            hint="upgrade capreg" if newer else _REBUILD,
        )
    page = int.from_bytes(header[16:18], "big")
    expected = (1 << 16 if page == 1 else page) * int.from_bytes(header[28:32], "big")
    if size != expected:
        raise _refused(
            path, "the compiled catalog is truncated or grown", found=f"{size} bytes", expected=f"{expected} bytes"
        )


def _header(path: str) -> tuple[bytes, int]:
    try:
        with open(path, "rb") as file:  # noqa: PTH123  pathlib takes milliseconds
            return file.read(_HEADER_BYTES), os.fstat(file.fileno()).st_size
    except FileNotFoundError:
        raise SnapshotMissing("there is no compiled catalog", where=path, hint=_REBUILD) from None
    except OSError as error:
        raise _refused(path, f"the compiled catalog cannot be read: {error.strerror}") from error


def _refused(path: str, problem: str, *, found: str | None = None, expected: str | None = None) -> SnapshotDamaged:
    return SnapshotDamaged(problem, where=path, found=found, expected=expected, hint=_REBUILD)
