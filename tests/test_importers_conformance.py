"""Counts of tool calls that hold to their schema, by provider and day, and what a candidate says of them."""

from __future__ import annotations

from pathlib import Path

import pytest

import capreg
from capreg.errors import InvalidData, UnreadableFile
from capreg.importers.conformance import read_conformance, take_conformance
from tests.small import AS_OF, catalog, offering, price

HEADER = "readme_date,test_time,model,provider,tool_calls,schema_ok\n"


def test_a_count_becomes_a_dated_score_at_a_provider() -> None:
    """504 of 514 are 98.05 %; the same provider on another day is another row."""
    found = read_conformance(
        HEADER
        + "2025-09-25,2025-09-22,kimi-k2-0905-preview,NovitaAI,514,504\n"
        + "2025-10-26,2025-10-23,kimi-k2-0905-preview,NovitaAI,1299,1299\n",
        "counts.csv",
    )

    assert [(row["provider"], row["seen_on"], row["value"], row["n"]) for row in found.rows] == [
        ("novita", "2025-09-22", "0.9805", "514"), ("novita", "2025-10-23", "1", "1299"),
    ]  # fmt: skip


def test_an_engine_that_somebody_ran_is_no_provider() -> None:
    """And another model is not this one."""
    found = read_conformance(
        HEADER + "d,2025-09-22,kimi-k2-0905-preview,vLLM,10,9\nd,2025-09-22,kimi-k3,NovitaAI,10,9\n", "counts.csv"
    )

    assert (found.rows, sorted(found.skipped)) == (
        [], ["a provider that the table does not know", "another model"],
    )  # fmt: skip


def test_counts_that_cannot_be_are_errors_all_at_once() -> None:
    """More right than there were, and none at all."""
    rows = ("kimi-k2-thinking,Together,5,6", "kimi-k2-thinking,Nebius,0,0")
    with pytest.raises(InvalidData) as refused:
        read_conformance(HEADER + "".join(f"d,2026-01-01,{row}\n" for row in rows), "counts.csv")

    assert [finding.key for finding in refused.value.findings] == ["row 1", "row 2"]


def test_another_file_is_refused_and_nothing_is_written(tmp_path: Path) -> None:
    """Missing, or of another shape."""
    (tmp_path / "other.csv").write_text("a,b\n")

    with pytest.raises(InvalidData):
        take_conformance(tmp_path / "other.csv", tmp_path / "registry")
    with pytest.raises(UnreadableFile):
        take_conformance(tmp_path / "none.csv", tmp_path / "registry")
    assert not (tmp_path / "registry").exists()


def test_a_candidate_says_the_newest_count_at_its_own_provider() -> None:
    """With its interval and age; another host of the same model inherits nothing."""
    score = {"benchmark": "verifier/schema", "model": "lab/open", "source": "list", "raw": "open", "provider": "one"}
    shop = catalog(
        {"one/open": offering(price("1", "2")), "two/open": offering(price("2", "3"))},
        benchmarks={"verifier/schema": {"capability": "structured_output", "is_latent": False}},
        scores={
            "verifier/1": {**score, "value": "0.74", "n": 1000, "seen_on": "2026-01-10"},
            "verifier/2": {**score, "value": "0.9805", "n": 514, "seen_on": "2026-02-10"},
        },
    )

    counted, other = capreg.resolve("tool_use", catalog=shop, as_of=AS_OF)

    assert counted.conformance == {
        "verifier/schema": {
            "value": 0.9805, "low": 0.9677, "high": 0.9883, "n": 514, "seen_on": "2026-02-10", "age_days": 285,
            "source": "list",
        }
    }  # fmt: skip
    assert other.conformance == {}


def test_an_estimate_is_inherited_where_nobody_counted_at_the_provider() -> None:
    """A count of one capability speaks for that one alone."""
    score = {"model": "lab/open", "source": "list", "raw": "open", "provider": "one", "value": "0.9", "n": 100}
    rated: dict[str, object] = {"model": "lab/open", "estimate": "60", "low": "55", "high": "65", "status": "published"}
    rated |= {"benchmarks": 3, "sources": 2, "scores": 3}
    shop = catalog(
        {"one/open": offering(price("1", "2")), "two/open": offering(price("2", "3"))},
        benchmarks={"verifier/calls": {"capability": "tool_use", "is_latent": False}},
        scores={"verifier/1": {**score, "benchmark": "verifier/calls", "seen_on": "2026-01-10"}},
        qualities={"lab/open/unstated/tool_use": {**rated, "capability": "tool_use"}},
    )

    found = capreg.resolve("tool_use", catalog=shop, as_of=AS_OF)

    assert [candidate.quality["tool_use"]["inherited"] for candidate in found] == [False, True]
