"""`capreg price own`: a negotiated price goes into an overlay, and is billed by where that lies over the release."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

import capreg
from capreg.source.build import build
from tests.cli_shop import AS_OF, ran, write_registry

OFFERING = "harbour/leaving"
FILE = "providers/harbour/offerings/leaving.toml"
STEP = """
[[prices]]
starts_on = 2026-01-06
basis = "observed"
above_input_tokens = 1000
tier_mode = "whole_request"
input = "1.7"
output = "2.4"
evidence = [{ source = "list", seen_on = 2026-01-06 }]
"""
LATER = """
[[prices]]
starts_on = 2026-09-30
basis = "observed"
input = "9"
output = "9"
evidence = [{ source = "list", seen_on = 2026-09-30 }]
"""


@pytest.fixture
def command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Any:
    """Keeps a price over a catalog whose registry has `more` in the offering's file, into `own` beside it."""

    def kept(*options: str, more: str = "") -> Any:
        if not (tmp_path / "catalog.db").exists():
            registry = write_registry(tmp_path / "registry")
            file = registry / FILE
            head, lifecycle, tail = file.read_text(encoding="utf-8").partition("\n[lifecycle]")
            file.write_text(head + more + lifecycle + tail, encoding="utf-8")
            build(registry, tmp_path / "catalog.db")
        files = ("--catalog", str(tmp_path / "catalog.db"), "--into", str(tmp_path / "own"))
        return ran(capsys, "price", "own", *options, *files)

    return kept


def rates(tmp_path: Path, day: str = AS_OF, **call: Any) -> dict[str, str]:
    """By unit: what a million costs on that day, with the overlay over the catalog."""
    whole = capreg.open_catalog(tmp_path / "catalog.db", overlay=tmp_path / "own")
    decision = capreg.resolve(
        "long_context>=1", catalog=whole, as_of=day, workload=capreg.Workload(reasoning_tokens=0, **call), limit=99
    )
    candidate = next(one for one in decision if one.offering == OFFERING)
    return {item["unit"]: item["usd_per_million"] for item in candidate.to_dict()["cost_items"]}


def test_a_discount_is_of_each_rate_that_is_in_force(command: Any, tmp_path: Path) -> None:
    """From its first day on; before that the price is the release's."""
    answer = command(OFFERING, "--discount", "20%", "--from", "2026-11-01")

    assert answer.code == 0, answer.err
    assert "from 2026-11-01: input 0.68, output 0.96, cache_read 0.04 US dollars per million" in answer.out
    assert rates(tmp_path) == {"input": "0.68", "output": "0.96"}
    assert rates(tmp_path, "2026-10-31") == {"input": "0.85", "output": "1.2"}


def test_the_same_discount_again_is_the_same_price(command: Any, tmp_path: Path) -> None:
    """It is of the release's price, not of one's own."""
    for _ in range(2):
        command(OFFERING, "--discount", "20", "--from", "2026-11-01")

    assert rates(tmp_path) == {"input": "0.68", "output": "0.96"}


def test_rates_that_are_not_given_are_those_in_force(command: Any, tmp_path: Path) -> None:
    """One rate was negotiated; the other stays."""
    command(OFFERING, "--input", "0.5", "--from", "2026-11-01")

    assert rates(tmp_path) == {"input": "0.5", "output": "1.2"}


def test_what_the_provider_lists_later_is_outweighed(command: Any, tmp_path: Path) -> None:
    """A contract holds from its first day, whatever a list says after that."""
    command(OFFERING, "--discount", "50", "--from", "2026-02-01", more=LATER)

    assert rates(tmp_path) == {"input": "0.425", "output": "0.6"}
    assert rates(tmp_path, "2026-01-31") == {"input": "0.85", "output": "1.2"}


def test_a_discount_is_of_steps_as_well(command: Any, tmp_path: Path) -> None:
    """What is charged above a size falls with the rest; single rates do not say what becomes of it."""
    refused = command(OFFERING, "--input", "0.5", "--from", "2026-11-01", more=STEP)
    assert (refused.code, "steps or windows" in refused.err) == (2, True)

    command(OFFERING, "--discount", "10", "--from", "2026-11-01")

    assert rates(tmp_path, input_tokens=900) == {"input": "0.765", "output": "1.08"}
    assert rates(tmp_path, input_tokens=2000) == {"input": "1.53", "output": "2.16"}


def test_all_else_of_the_offering_is_as_it_was(command: Any, tmp_path: Path) -> None:
    """The record takes the place of the release's, so it is that one, but for the price and who says so."""
    command(OFFERING, "--discount", "20", "--from", "2026-11-01")
    release = capreg.open_catalog(tmp_path / "catalog.db")
    whole = capreg.open_catalog(tmp_path / "catalog.db", overlay=tmp_path / "own")

    before, after = (dict(one.documents("offerings")[OFFERING]) for one in (release, whole))
    stood, kept = before.pop("prices"), after.pop("prices")
    assert after == before
    assert kept[:-1] == stood
    assert [one["source"] for one in kept[-1]["evidence"]] == ["own-contract"]
    assert capreg.cost(
        OFFERING, capreg.Usage(input_tokens=1_000_000, output_tokens=0), at=AS_OF, catalog=whole
    ).cost_usd == Decimal("0.68")


def test_each_contract_holds_until_the_next(command: Any, tmp_path: Path) -> None:
    """In its own tier; what the release lists after the first of them does not come between."""
    command(OFFERING, "--discount", "50", "--from", "2026-02-01", more=LATER)
    command(OFFERING, "--input", "0.4", "--output", "0.5", "--from", "2026-10-15")

    assert rates(tmp_path, "2026-01-31") == {"input": "0.85", "output": "1.2"}
    assert rates(tmp_path, "2026-10-14") == {"input": "0.425", "output": "0.6"}
    assert rates(tmp_path) == {"input": "0.4", "output": "0.5"}

    command(OFFERING, "--discount", "10", "--from", "2026-03-01")

    assert rates(tmp_path, "2026-02-28") == {"input": "0.425", "output": "0.6"}
    assert rates(tmp_path) == {"input": "0.765", "output": "1.08"}


def test_given_again_after_an_update_the_rest_is_of_the_new_release(command: Any, tmp_path: Path) -> None:
    """A record of an overlay is whole, so it ages; the command makes it anew."""
    command(OFFERING, "--discount", "20", "--from", "2026-11-01")
    file = tmp_path / "registry" / FILE
    changed = file.read_text(encoding="utf-8").replace("retires_on = 2026-12-20", "retires_on = 2027-02-01")
    assert "2027-02-01" in changed
    file.write_text(changed, encoding="utf-8")
    build(tmp_path / "registry", tmp_path / "catalog.db")

    whole = capreg.open_catalog(tmp_path / "catalog.db", overlay=tmp_path / "own")
    assert whole.documents("offerings")[OFFERING]["lifecycle"]["retires_on"] == "2026-12-20"
    command(OFFERING, "--discount", "20", "--from", "2026-11-01")

    whole = capreg.open_catalog(tmp_path / "catalog.db", overlay=tmp_path / "own")
    assert whole.documents("offerings")[OFFERING]["lifecycle"]["retires_on"] == "2027-02-01"
    assert rates(tmp_path) == {"input": "0.68", "output": "0.96"}


@pytest.mark.parametrize(
    ("options", "code", "said"),
    [
        ((OFFERING,), 2, "either --discount, or --input"),
        ((OFFERING, "--discount", "10", "--input", "1"), 2, "either --discount, or --input"),
        ((OFFERING, "--discount", "110"), 2, "percents above 0 and below 100"),
        ((OFFERING, "--discount", "much"), 2, "percents above 0 and below 100"),
        ((OFFERING, "--discount", "nan"), 2, "percents above 0 and below 100"),
        ((OFFERING, "--discount", "10", "--from", "soon"), 2, "a day such as"),
        ((OFFERING, "--discount", "10", "--tier", "priority"), 2, "no price is known that a discount could be of"),
        ((OFFERING, "--input", "cheap"), 1, "US dollars as digits"),
        (("harbour/levaing", "--discount", "10"), 2, "did you mean 'harbour/leaving' or"),
    ],
)
def test_what_cannot_be_meant_writes_nothing(
    command: Any, tmp_path: Path, options: tuple[str, ...], code: int, said: str
) -> None:
    """The overlay stays as it was: here there is none."""
    answer = command(*options)

    assert (answer.code, answer.out) == (code, "")
    assert said in answer.err
    assert not [file for file in (tmp_path / "own").rglob("*") if file.is_file()]
