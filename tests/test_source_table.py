"""Reading the tables of a registry: every fault says its row and column."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from capreg.errors import CapregError
from capreg.source.read import read
from capreg.source.table import COLUMNS
from tests.registry import SPEEDS, RegistryFolder

HEADER = "offering,source,kind,vantage,measured_on"
ROW = "acme/small-1,router,router_telemetry,router,2026-05-18"


@pytest.mark.parametrize(
    ("table", "expected"),
    [
        (
            f"{HEADER},ttft_p50\n{ROW},1\n",
            ("SCH007", "header", "unknown column 'ttft_p50'", "did you mean 'ttft_ms_p50'?"),
        ),
        (f"{HEADER},zzz\n{ROW},1\n", ("SCH007", "header", "unknown column 'zzz'", "remove the column")),
        (
            "offering,source,kind,vantage\na,b,c,d\n",
            ("SCH007", "header", "the column 'measured_on' is missing", "add 'measured_on' to the first line"),
        ),
        (f"{HEADER},n,n\n{ROW},1,1\n", ("SCH007", "header", "the column 'n' stands twice", "remove one of them")),
        (
            f"{HEADER},ttft_ms_p50\n{ROW},1\n{ROW}\n",
            (
                "SCH008",
                "row 2",
                "wrong number of cells",
                "an absent figure is an empty cell; a comma inside a cell needs quotes",
            ),
        ),
        (f"{HEADER},n,ttft_ms_p50\n{ROW},1.5,1\n", ("SCH008", "row 1.n", "not a whole number", "retype the cell")),
        (f"{HEADER},n,ttft_ms_p50\n{ROW},1_000,1\n", ("SCH008", "row 1.n", "not a whole number", "retype the cell")),
        (f"{HEADER},n,ttft_ms_p50\n{ROW},１２,1\n", ("SCH008", "row 1.n", "not a whole number", "retype the cell")),
        (
            f"{HEADER},ttft_ms_p50\n{ROW}, 1\n",
            ("SCH008", "row 1.ttft_ms_p50", "spaces around a cell", "retype the cell"),
        ),
        (
            f"{HEADER},ttft_ms_p50\n{ROW},1e3\n",
            ("SCH001", "row 1.ttft_ms_p50", "not written as this key is", "see schemas/ for what this key may hold"),
        ),
        (
            f"{HEADER},note\n{ROW},a\u200bb\n",
            ("SEC005", "row 1.note", "a character that nobody sees", "retype the cell"),
        ),
        (f'{HEADER},note\n{ROW},"a\n', ("SCH008", "row 1", "invalid CSV: unexpected end of data", "check the quotes")),
    ],
)
def test_a_fault_in_a_table(registry: RegistryFolder, table: str, expected: tuple[str, str, str, str]) -> None:
    """Each says the row, counted from the first below the header, and the column."""
    registry.write(SPEEDS, table)

    found = next(finding for finding in registry.findings() if finding.rule == expected[0])
    assert expected == (found.rule, found.key, found.problem, found.hint)
    assert found.file == SPEEDS


def test_an_empty_table_lacks_its_columns(registry: RegistryFolder) -> None:
    """An empty file is no table."""
    registry.write(SPEEDS, "")

    assert {finding.rule for finding in registry.errors()} == {"SCH007"}


def test_a_quoted_cell_may_hold_a_comma(registry: RegistryFolder) -> None:
    """And lines may end as Windows ends them."""
    registry.write(SPEEDS, f'{HEADER},ttft_ms_p50,note\r\n{ROW},100,"a, b"\r\n')

    assert registry.errors() == ()
    assert read(registry.root).documents["measurements"]["router-2026-05-18/1"]["note"] == "a, b"


def test_a_subject_is_sighted_once_by_a_source(registry: RegistryFolder) -> None:
    """Of two days for one subject, nobody knows which holds."""
    registry.add("sightings/list.csv", "acme,2026-10-01\n")

    found = registry.finding()
    assert (found.rule, found.file, found.key) == ("ID002", "sightings/list.csv", "row 3.subject")


def test_every_column_of_a_table_is_read(registry: RegistryFolder) -> None:
    """A table with all columns, each with a value, makes a document that says them all."""
    columns = COLUMNS["measurements"]
    given_first = dict(zip(HEADER.split(","), ROW.split(","), strict=True))
    other = {"tier": "batch", "region": "eu", "quantization": "fp8", "rate_basis": "decode", "note": "A note."}
    cells = [{**given_first, **other}.get(column, "17") for column in columns]
    registry.write(SPEEDS, ",".join(columns) + "\n" + ",".join(cells) + "\n")

    (document,) = read(registry.root).documents["measurements"].values()
    assert registry.errors() == ()
    assert document["fast_output_tps"] == {"p75": "17", "p90": "17", "p95": "17", "p99": "17"}
    assert {len(document[metric]) for metric in ("ttft_ms", "first_answer_ms", "e2e_ms", "output_tps")} == {5}
    assert (document["n"], document["uptime_percent"], document["tier"]) == (17, "17", "batch")


@given(st.binary(max_size=300))
def test_bytes_in_place_of_a_table(content: bytes) -> None:
    """A table of any bytes makes findings, or rows; never another exception."""
    with TemporaryDirectory() as folder:
        (Path(folder) / "measurements").mkdir()
        (Path(folder) / "measurements/t.csv").write_bytes(content)
        try:
            read(Path(folder))
        except CapregError:
            pytest.fail("reading told a fault by raising it")
