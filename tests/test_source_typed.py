"""Documents become records, or faults."""

from __future__ import annotations

from pathlib import Path

from capreg.source.compile import catalog_of
from capreg.source.read import read
from capreg.source.typed import typed
from capreg.source.validate import validate
from tests.registry import MODEL, OFFERING, small_registry


def test_every_document_is_a_record_or_has_faults(tmp_path: Path) -> None:
    """A misspelled key makes no record, and is told; what stands beside it is read."""
    registry = small_registry(tmp_path)
    registry.change(OFFERING, "context_tokens", "contxt_tokens")
    whole = typed(read(registry.root))

    assert {("offerings", "acme/small-1")} == set(whole.faults)
    assert ["contxt_tokens"] == [finding.key for finding in whole.findings()]
    assert "acme/small-1" not in whole.records["offerings"]
    assert "Small 1" == whole.records["models"]["lab/small-1"].name
    documents = whole.registry.documents
    assert sum(map(len, documents.values())) == 1 + sum(map(len, whole.records.values()))


def test_typed_or_not_is_the_same(tmp_path: Path) -> None:
    """Who has the records already gets the same findings and the same catalog."""
    registry = small_registry(tmp_path)
    plain = read(registry.root)
    assert catalog_of(plain).release == catalog_of(typed(plain)).release

    registry.change(MODEL, 'name = "Small 1"', "name = 1")
    registry.change(OFFERING, '"0.05"', '"0.51"')
    plain = read(registry.root)
    assert validate(plain) == validate(typed(plain))
    assert {"SCH001", "PRC007"} == {finding.rule for finding in validate(plain) if finding.severity == "error"}
