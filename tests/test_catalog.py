"""The catalog: an immutable mapping, and a digest that hangs on content alone."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from capreg import schema
from capreg.catalog import FORMAT, KINDS, Catalog, Release, canonical, digest_of
from capreg.errors import CapregError, UnknownName

ENGINE = {
    "name": "Engine",
    "maker": "Maker",
    "url": "https://engine.example/",
    "evidence": [{"source": "list", "seen_on": "2026-09-30"}],
}
DOCUMENTS = {"engines": {"one": ENGINE, "two": ENGINE}}
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("abc", max_size=2), inner, max_size=3),
    max_leaves=8,
)


def test_kinds_are_those_of_the_schemas() -> None:
    """The catalog and the typed records know the same kinds, in the same order."""
    assert tuple(schema.KINDS) == KINDS == tuple(Catalog("2026.11.22", {}))


def test_an_empty_catalog_is_whole() -> None:
    """It has every kind, nothing in them, and a digest; it is not false."""
    empty = Catalog("2026.11.22", {})

    assert [len(empty.documents(kind)) for kind in empty] == [0] * len(KINDS) == [0] * len(empty)
    assert repr(empty) == "<Catalog 2026.11.22: empty>"
    assert empty
    assert empty.release == Release("2026.11.22", digest_of({}))


def test_every_kind_has_a_property() -> None:
    """`catalog.engines` is `catalog.records("engines")`, and so for each kind."""
    catalog = Catalog("2026.11.22", DOCUMENTS, decode=schema.record)

    for kind in KINDS:
        assert getattr(catalog, kind) is catalog.records(kind)
        assert kind in catalog
    assert "widgets" not in catalog
    assert catalog.engines["one"].name == "Engine"
    assert (list(catalog.engines), "one" in catalog.engines) == (["one", "two"], True)
    assert repr(catalog.engines) == "<2 engines>"


def test_a_record_is_decoded_once_and_only_when_touched() -> None:
    """Looking at ids decodes nothing; looking twice decodes once."""
    seen: list[str] = []

    def decode(kind: str, document: Mapping[str, Any]) -> Any:
        seen.append(kind)
        return schema.record(kind, document)

    catalog = Catalog("2026.11.22", DOCUMENTS, decode=decode)
    assert (len(catalog.engines), list(catalog.engines), seen) == (2, ["one", "two"], [])

    assert catalog.engines["one"] is catalog.engines["one"]
    assert seen == ["engines"]


def test_without_a_decoder_only_documents_can_be_read() -> None:
    """The error says what to pass."""
    catalog = Catalog("2026.11.22", DOCUMENTS)
    assert catalog.documents("engines")["one"] == ENGINE

    with pytest.raises(CapregError, match="made without a decoder") as caught:
        _ = catalog.engines["one"]

    assert caught.value.where == "engines/one"
    assert caught.value.hint is not None
    assert "decode=capreg.schema.record" in caught.value.hint


def test_an_id_that_is_not_there_is_a_key_error() -> None:
    """Records are a mapping like any other."""
    catalog = Catalog("2026.11.22", DOCUMENTS, decode=schema.record)

    with pytest.raises(KeyError):
        _ = catalog.engines["three"]
    assert catalog.engines.get("three") is None


def test_a_kind_that_does_not_exist_is_named() -> None:
    """In reading and in making."""
    with pytest.raises(UnknownName, match="unknown kind 'engine'") as caught:
        Catalog("2026.11.22", {}).documents("engine")
    assert caught.value.hint == "did you mean 'engines'?"
    with pytest.raises(UnknownName, match="unknown kind 'widgets'"):
        Catalog("2026.11.22", {"widgets": {}})


def test_documents_cannot_be_changed_through_the_catalog() -> None:
    """What it hands out refuses assignment."""
    with pytest.raises(TypeError):
        Catalog("2026.11.22", DOCUMENTS).documents("engines")["new"] = ENGINE  # type: ignore[index]


def test_catalogs_are_equal_by_release() -> None:
    """Same id and content: equal. Another id or another content: not."""
    same = Catalog("2026.11.22", {"engines": dict(reversed(DOCUMENTS["engines"].items()))})

    assert same == Catalog("2026.11.22", DOCUMENTS)
    assert hash(same) == hash(Catalog("2026.11.22", DOCUMENTS))
    assert same != Catalog("2026.11.23", DOCUMENTS)
    assert same != Catalog("2026.11.22", {"engines": {"one": ENGINE}})
    assert same != "2026.11.22"


def test_threads_share_one_record() -> None:
    """Readers that meet on an undecoded record get the same object."""
    catalog = Catalog("2026.11.22", DOCUMENTS, decode=schema.record)

    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda _: catalog.engines["one"], range(64)))

    assert len({id(record) for record in found}) == 1


def test_the_digest_is_what_it_was() -> None:
    """The digest of a known content, computed by hand: sha256 over the format line and one line a record."""
    from hashlib import sha256

    lines = f'{{"format":{FORMAT}}}\n{{"id":"é","kind":"engines","record":{{"a":[1,"é"],"b":null}}}}\n'

    assert digest_of({"engines": {"é": {"b": None, "a": [1, "é"]}}}) == f"sha256:{sha256(lines.encode()).hexdigest()}"


@given(st.dictionaries(st.sampled_from(KINDS), st.dictionaries(st.text("ab/", min_size=1), JSON), max_size=3))
def test_the_digest_does_not_hang_on_order(documents: dict[str, dict[str, Any]]) -> None:
    """Kinds, records and keys in the reverse order: the same digest; one record changed: another."""
    turned = {kind: dict(reversed(records.items())) for kind, records in reversed(documents.items())}
    changed = {**documents, "engines": {**documents.get("engines", {}), "new": {}}}

    assert digest_of(documents) == digest_of(turned) != digest_of(changed)


@given(JSON)
def test_canonical_text_says_the_same(value: Any) -> None:
    """Read back it is the same value, and writing it again changes nothing."""
    import json

    text = canonical(value)

    assert json.loads(text) == value
    assert canonical(json.loads(text)) == text
    assert "\n" not in text
