"""`capreg import` of a tool's result for a machine of one's own, and ranking by it."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest

import capreg
from tests.cli_shop import ran
from tests.importing import results

MACHINE = ("--model", "openai/gpt-oss-120b", "--accelerator", "nvidia-h100-sxm", "--count", "2")


@pytest.fixture
def result(tmp_path: Path) -> Path:
    """A result of `vllm bench serve`."""
    file = tmp_path / "result.json"
    file.write_text(json.dumps(results.VLLM), encoding="utf-8")
    return file


@pytest.fixture
def take(capsys: pytest.CaptureFixture[str], result: Path, tmp_path: Path) -> Any:
    """Imports the result into an overlay."""
    into = tmp_path / "own"
    return lambda *options: ran(capsys, "import", "vllm", str(result), "--into", str(into), *options)


def points(tmp_path: Path) -> list[dict[str, str]]:
    """The overlay's operating points."""
    with (tmp_path / "own/deployments/own-measurements.csv").open(newline="") as opened:
        return list(csv.DictReader(opened))


def test_a_result_becomes_an_operating_point(take: Any, tmp_path: Path) -> None:
    """What the file says and what was told stand in one row, measured beside the machine."""
    answer = take(*MACHINE, "--engine", "vllm", "--precision", "fp4")

    assert answer.code == 0
    (row,) = points(tmp_path)
    told = {"model": MACHINE[1], "accelerator": MACHINE[3], "chips": "2", "engine": "vllm", "weights": "fp4"}
    assert {name: row[name] for name in told} == told
    assert (row["kind"], row["vantage"]) == ("own_measurement", "local")
    assert row["ttft_ms_p50"] == str(results.VLLM["median_ttft_ms"])
    assert float(row["output_tps"]) == pytest.approx(results.VLLM["output_throughput"], abs=0.001)


def test_the_same_result_again_changes_nothing(take: Any, tmp_path: Path) -> None:
    """A row stands once; another machine's is added below."""
    take(*MACHINE)
    again = take(*MACHINE)
    take(*MACHINE[:-1], "4")

    assert "holds it already" in again.out
    assert [row["chips"] for row in points(tmp_path)] == ["2", "4"]


def test_it_ranks_when_a_demand_is_asked_about(take: Any, tmp_path: Path) -> None:
    """Laid over the release, it is a machine like any other."""
    take(*MACHINE, "--engine", "vllm", "--precision", "bf16")
    (row,) = points(tmp_path)
    call = capreg.Workload(
        input_tokens=int(row["input_tokens"]), output_tokens=int(row["output_tokens"]), reasoning_tokens=0,
        requests_per_second=1,
    )  # fmt: skip
    decision = capreg.resolve(
        "tool_use", workload=call, catalog=capreg.open_catalog(overlay=tmp_path / "own"), as_of="2026-11-27", limit=999,
        policy=capreg.Policy(allow_providers={"own"}),
    )  # fmt: skip

    mine = [c for c in decision if "nvidia-h100-sxm/vllm-bf16" in c.offering]
    assert mine
    assert {c.machine["deployment"] for c in mine if c.machine} == {"own-measurements/1"}


@pytest.mark.parametrize(
    ("options", "where"),
    [
        (MACHINE[:2], "--accelerator"),
        (MACHINE[:4], "--count"),
        (("--model", "openai/gpt-oss-12b", *MACHINE[2:]), "--model"),
        ((*MACHINE[:3], "nvidia-h1000", *MACHINE[4:]), "--accelerator"),
        ((*MACHINE[:3], "etched-sohu", *MACHINE[4:]), "--accelerator"),
        ((*MACHINE, "--engine", "vlllm"), "--engine"),
        ((*MACHINE, "--precision", "fp3"), "--precision"),
        ((*MACHINE, "--offering", "groq/openai/gpt-oss-120b"), "--offering, --model"),
    ],
)
def test_what_cannot_be_meant_is_said_with_its_flag(
    take: Any, tmp_path: Path, options: tuple[str, ...], where: str
) -> None:
    """And nothing is written."""
    answer = take(*options)

    assert answer.code == 2
    assert f"where     {where}" in answer.err
    assert not (tmp_path / "own").exists()


def test_what_no_file_says_is_asked_for(take: Any, result: Path, tmp_path: Path) -> None:
    """Without requests in flight or a rate, nobody knows how busy it was."""
    bare = {k: v for k, v in results.VLLM.items() if k not in ("max_concurrency", "request_rate")}
    result.write_text(json.dumps(bare), encoding="utf-8")

    answer = take(*MACHINE)

    assert answer.code == 1
    assert "--concurrency N" in answer.err
    assert not (tmp_path / "own").exists()


def test_what_is_faster_than_its_chip_can_be_is_not_taken(take: Any, result: Path, tmp_path: Path) -> None:
    """20,000 tokens/s a request: kept, it would keep every question from its overlay."""
    fast = {"mean_tpot_ms": 0.05, "median_tpot_ms": 0.05, "p90_tpot_ms": 0.05, "p99_tpot_ms": 0.06}
    document = {**results.VLLM, **{name: value for name, value in fast.items() if name in results.VLLM}}
    document["output_throughput"] = 999_999.0
    result.write_text(json.dumps(document), encoding="utf-8")

    answer = take(*MACHINE, "--precision", "fp4")

    assert answer.code == 1
    assert "faster than the chip can be" in answer.err
    assert "DEP001" in answer.err
    assert not (tmp_path / "own").exists()


def test_weights_that_do_not_fit_are_told(take: Any) -> None:
    """233.6 GB in BF16 on two chips of 80: taken, since some may wait in the host's memory, and asked about."""
    assert (
        "take 233.6 GB, and the chips have 160.0: are --count and --precision right?"
        in take(*MACHINE, "--precision", "bf16").out
    )
    assert "are --count" not in take(*MACHINE, "--precision", "fp4").out


@pytest.mark.parametrize(("option", "value"), [("--market", "spot"), ("--headroom", "0.5"), ("--add-network-ms", "5")])
def test_without_a_demand_nothing_is_said_of_machines(
    capsys: pytest.CaptureFixture[str], option: str, value: str
) -> None:
    """It would change nothing, and whoever gave it would not know."""
    answer = ran(capsys, "resolve", "tool_use", option, value)

    assert answer.code == 2
    assert f"where     {option}" in answer.err
    assert "--requests-per-second" in answer.err


def test_the_provider_of_machines_needs_a_demand(capsys: pytest.CaptureFixture[str]) -> None:
    """It is no unknown word."""
    answer = ran(capsys, "resolve", "tool_use", "--allow-provider", "own")

    assert answer.code == 2
    assert "weighed for a demand only: say requests_per_second" in answer.err


def test_a_result_of_another_model_is_not_taken(take: Any, tmp_path: Path) -> None:
    """The file says openai/gpt-oss-120b, which is a model of the catalog, and not the one that was told."""
    answer = take("--model", "openai/gpt-oss-20b", *MACHINE[2:])

    assert answer.code == 2
    assert "the file is of another model" in answer.err
    assert "expected  openai/gpt-oss-120b" in answer.err
    assert not (tmp_path / "own").exists()


def test_a_name_that_no_model_has_is_no_other_model(take: Any, result: Path) -> None:
    """A path, or a quantized copy under a name of its own."""
    result.write_text(json.dumps({**results.VLLM, "model_id": "/weights/mine"}), encoding="utf-8")

    assert take("--model", "openai/gpt-oss-20b", *MACHINE[2:]).code == 0


def test_a_chip_is_shown_with_its_prices_and_what_was_measured_on_it(capsys: pytest.CaptureFixture[str]) -> None:
    """By market, and as of the day."""
    shown = ran(capsys, "show", "nvidia-b200", "--as-of", "2026-11-22").out
    earlier = ran(capsys, "show", "nvidia-b200", "--as-of", "2025-12-01").out

    assert "on_demand: 6.74, median of 2 sellers, to 2026-08-19" in shown
    assert "openai/gpt-oss-120b: " in shown.split("Measured operating points")[1]
    assert ", an owner of middling size, to " in shown
    assert "ownership: " not in earlier
    assert "nobody is known to rent it out" in ran(capsys, "show", "etched-sohu").out


def test_an_answer_of_unproven_rows_alone_is_an_answer(capsys: pytest.CaptureFixture[str]) -> None:
    """Nobody passes, and those who were let in are shown: no trade-off is made of them."""
    answer = ran(
        capsys, "resolve", "tool_use", "--requests-per-second", "20", "--allow-provider", "own", "--as-of",
        "2026-11-22", "--unknown", "include", "--limit", "3", "--input-tokens", "1000", "--output-tokens", "800",
    )  # fmt: skip

    assert (answer.code, answer.err) == (0, "")
    assert "0 feasible" in answer.out
    assert "1  own/" in answer.out
