"""What is written and read again is the same catalog: load(dump(c)) == c, with the same digest and the same answers."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given

import capreg
from capreg import schema
from capreg.catalog import KINDS
from capreg.snapshot import verify
from capreg.source.build import write_snapshot
from tests.oracle import Asked
from tests.property.asking import answered, ask, catalog_of
from tests.property.laws import LAW
from tests.questions import catalogs_with_questions
from tests.strategies import Documents, catalogs


@LAW
@given(catalogs())
def test_written_and_read_is_the_same(documents: Documents) -> None:
    """Documents, records, release and digest survive a snapshot, which verifies."""
    catalog = catalog_of(documents)
    with TemporaryDirectory() as folder:
        path = Path(folder) / "catalog.db"
        write_snapshot(catalog, path)
        again = capreg.open_catalog(path)
        assert again == catalog
        assert verify(path) == again.release == catalog.release
        for kind in KINDS:
            assert dict(again.documents(kind)) == dict(catalog.documents(kind))
            assert dict(again.records(kind)) == dict(catalog.records(kind))


@LAW
@given(catalogs_with_questions())
def test_a_snapshot_gives_the_same_answer(drawn: tuple[Documents, Asked]) -> None:
    """An answer from the compiled file is, byte for byte, the one from the documents."""
    documents, asked = drawn
    catalog = catalog_of(documents)
    with TemporaryDirectory() as folder:
        path = Path(folder) / "catalog.db"
        write_snapshot(catalog, path)
        assert ask(capreg.open_catalog(path), asked).to_json() == ask(catalog, asked).to_json()


@LAW
@given(catalogs_with_questions())
def test_what_is_left_out_is_the_default(drawn: tuple[Documents, Asked]) -> None:
    """Documents in their one form, without what equals a default, give the same answer as those that say it."""
    documents, asked = drawn
    short = {
        kind: {key: schema.document(kind, schema.record(kind, document)) for key, document in records.items()}
        for kind, records in documents.items()
    }
    assert answered(catalog_of(short), asked) == answered(catalog_of(documents), asked)
