"""Writes the snapshot: all of it or nothing, the same bytes for the same registry.

The file is written beside its place and then takes it, so that a reader sees the old one or the new one, and a
failure leaves the old one as it was.
"""

from __future__ import annotations

import os
import tempfile
from binascii import crc32
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

import capreg.index.build
from capreg.catalog import KINDS, Catalog, Release, canonical
from capreg.errors import SnapshotError, UnreadableFile
from capreg.snapshot import APPLICATION_ID, FORMAT, about
from capreg.source.compile import compile_registry
from capreg.source.files import paths_below
from capreg.source.notice import notice
from capreg.source.overlay import laid_over
from capreg.source.redistribute import LeftOut, redistributable

__all__ = ["Built", "build", "fingerprint", "is_stale", "merged", "write_snapshot"]


class Built(NamedTuple):
    """What was built."""

    release: Release
    notice: str
    """Whose work the shipped facts come from, and under which licence."""
    left_out: LeftOut | None
    """What may not be passed on, where that was asked."""


def build(
    root: Path,
    target: Path,
    *,
    overlay: Path | None = None,
    today: date | None = None,
    only_redistributable: bool = False,
) -> Built:
    """Compile the registry folder `root` into the snapshot `target`, which is replaced only when all went well.

    With a folder `overlay`, what it holds is laid over the registry. Figures may have been seen until `today`; without
    it, until the day of the release. With `only_redistributable`, what only sources of an unverified licence state is
    left out.

    Raises:
        InvalidData: with every fault of every file.
        UnreadableFile: there is no such folder, or the snapshot cannot be written.
    """
    catalog = compile_registry(root, today=today)
    if overlay is not None:
        catalog = laid_over(catalog, overlay)
    left_out = None
    if only_redistributable:
        catalog, left_out = redistributable(catalog)
    write_snapshot(catalog, target, fingerprint=fingerprint(root))
    return Built(catalog.release, notice(catalog), left_out)


def merged(base: Catalog, target: Path, overlay: Path) -> Built:
    """Write `base` with the folder `overlay` over it into the snapshot `target`: no registry is needed.

    Raises:
        InvalidData: with every fault of every file of the overlay.
        UnreadableFile: there is no such folder, or the snapshot cannot be written.
    """
    catalog = laid_over(base, overlay)
    write_snapshot(catalog, target)
    return Built(catalog.release, notice(catalog), None)


def is_stale(root: Path, target: Path) -> bool:
    """Whether `target` was built from other files than those now below `root`, by other code, or cannot be read."""
    try:
        return about(target).fingerprint != fingerprint(root)
    except SnapshotError:
        return True


def fingerprint(root: Path) -> str:
    """A digest of the paths and contents of the files below `root`, and of the code that makes the blobs."""
    total = sha256()
    code = Path(capreg.index.build.__file__).parent
    for folder, paths in ((root, paths_below(root)), (code, sorted(path.name for path in code.glob("*.py")))):
        for path in paths:
            file = folder / path
            content = sha256(file.read_bytes()).hexdigest() if file.is_file() else "no file"
            total.update(f"{path}\n{content}\n".encode("utf-8", "surrogateescape"))
    return f"sha256:{total.hexdigest()}"


def write_snapshot(catalog: Catalog, target: Path, *, fingerprint: str = "") -> None:
    """Write `catalog` to `target`.

    Raises:
        UnreadableFile: the file cannot be written; what stood there before still does.
    """
    try:
        with _replacing(target) as temporary:
            _write(catalog, temporary, fingerprint)
    except OSError as error:
        raise UnreadableFile(
            f"the snapshot cannot be written: {error.strerror}",
            where=str(target),
            hint="check the folder, its permissions and the space left; the old snapshot is as it was",
        ) from error


@contextmanager
def _replacing(target: Path) -> Iterator[Path]:
    """A new empty file that becomes `target` when the block ends well, and is removed when it does not."""
    handle, name = tempfile.mkstemp(prefix=f".{target.name}.", suffix=".new", dir=target.parent)
    os.close(handle)
    temporary = Path(name)
    try:
        yield temporary
        temporary.chmod(0o644)
        with temporary.open("rb") as file:
            os.fsync(file.fileno())
        temporary.replace(target)
    finally:
        temporary.unlink(missing_ok=True)
        temporary.with_name(f"{temporary.name}-journal").unlink(missing_ok=True)


def _write(catalog: Catalog, target: Path, fingerprint: str) -> None:
    from sqlalchemy import URL, create_engine, insert, text
    from sqlalchemy.exc import DBAPIError
    from sqlalchemy.pool import NullPool
    from sqlmodel import SQLModel

    from capreg.tables import TABLES, BlobRow, RecordRow, ReleaseRow

    metadata = SQLModel.metadata
    engine = create_engine(URL.create("sqlite", database=str(target)), poolclass=NullPool)
    try:
        with engine.begin() as connection:
            connection.execute(text(f"PRAGMA application_id = {APPLICATION_ID}"))
            connection.execute(text(f"PRAGMA user_version = {FORMAT}"))
            metadata.create_all(connection, tables=[metadata.tables[str(table.__tablename__)] for table in TABLES])
            connection.execute(insert(ReleaseRow), [_release_row(catalog, fingerprint)])
            for table, rows in ((RecordRow, _record_rows(catalog)), (BlobRow, _blob_rows(catalog))):
                if rows:
                    connection.execute(insert(table), rows)
    except DBAPIError as error:
        raise OSError(0, str(error.orig)) from error
    finally:
        engine.dispose()


def _release_row(catalog: Catalog, fingerprint: str) -> dict[str, object]:
    return {
        "id": catalog.release.id,
        "format": FORMAT,
        "digest": catalog.release.digest,
        "fingerprint": fingerprint,
        "counts": canonical({kind: len(catalog.documents(kind)) for kind in KINDS}),
        "notice": notice(catalog),
    }


def _record_rows(catalog: Catalog) -> list[dict[str, object]]:
    return [
        {"kind": kind, "id": key, "document": canonical(document)}
        for kind in KINDS
        for key, document in sorted(catalog.documents(kind).items())
    ]


def _blob_rows(catalog: Catalog) -> list[dict[str, object]]:
    blobs = capreg.index.build.build(catalog).to_blobs()
    return [{"name": name, "checksum": crc32(content), "content": content} for name, content in sorted(blobs.items())]
