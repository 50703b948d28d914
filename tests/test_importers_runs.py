"""Results of serving benchmarks become runs: units, percentiles and tails as each tool means them."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from capreg.errors import InvalidData, UnknownName, UnreadableFile
from capreg.importers.runs import TOOLS, Run, read_runs
from capreg.importers.runs.run import thousandths
from tests.importing import results


def written(folder: Path, document: Any, name: str = "result.json") -> Path:
    """`document` in a file, as JSON, or as it is where it is text."""
    file = folder / name
    file.write_text(document if isinstance(document, str) else json.dumps(document), encoding="utf-8")
    return file


def only(tool: str, folder: Path, document: Any, name: str = "result.json") -> Run:
    """The one run in `document`."""
    (run,) = read_runs(tool, written(folder, document, name))
    return run


def texts(values: Any) -> dict[str, str]:
    """Percentiles as a table holds them."""
    return {name: thousandths(value) for name, value in values.items()}


def findings(tool: str, folder: Path, document: Any) -> list[tuple[str, str]]:
    """Key and problem of every fault."""
    with pytest.raises(InvalidData) as refused:
        read_runs(tool, written(folder, document))
    return [(finding.key, finding.problem) for finding in refused.value.findings]


def test_a_vllm_result_is_read(tmp_path: Path) -> None:
    """Day from the Unix instant, real mean lengths, percentiles by name, a rate from the time per token."""
    run = only("vllm", tmp_path, results.VLLM)

    assert (date(2026, 6, 7), "openai/gpt-oss-120b", 160, 0) == (
        run.measured_on,
        run.server.model,
        run.completed,
        run.failed,
    )
    assert (Decimal(7166), Decimal(896), 16, None) == (
        run.input_tokens,
        run.output_tokens,
        run.concurrency,
        run.requests_per_second_asked,
    )
    assert {"p50": "357.44", "p90": "905.88", "p99": "4714.06"} == texts(run.ttft_ms)
    assert {"p50": "61.538", "p90": "58.445", "p99": "55.991"} == texts(run.request_tps)
    assert ("945.6", "decode") == (thousandths(run.output_tps_total or Decimal(0)), run.rate_basis)


def test_a_vllm_shape_in_seconds_is_read_in_milliseconds(tmp_path: Path) -> None:
    """`median_ttft` without `_ms` is seconds."""
    run = only("vllm", tmp_path, results.VLLM_IN_SECONDS)

    assert {"p50": "3138.244", "p99": "16561.81"} == texts(run.ttft_ms)
    assert {"p50": "141.052", "p99": "196.229"} == texts(run.tpot_ms)


def test_a_vllm_sweep_is_a_run_for_each_entry(tmp_path: Path) -> None:
    """A summary of a sweep is a list."""
    runs = read_runs("vllm", written(tmp_path, [results.VLLM, results.VLLM_IN_SECONDS]))

    assert ["[0]", "[1]"] == [run.where for run in runs]


def test_requests_that_never_came_back_count_as_failed(tmp_path: Path) -> None:
    """Older vLLM results have no `failed`; what was asked and not completed failed."""
    run = only("vllm", tmp_path, {**results.VLLM, "num_prompts": 165})

    assert 5 == run.failed


def test_sglang_lines_are_runs(tmp_path: Path) -> None:
    """A file is appended to; each line is a run, without a day."""
    lines = "\n".join(json.dumps(line) for line in (results.SGLANG, results.SGLANG_OLD))

    new, old = read_runs("sglang", written(tmp_path, lines, "out.jsonl"))

    assert ("line 1", "line 2") == (new.where, old.where)
    assert (None, "Qwen/Qwen2.5-3B-Instruct", 8) == (new.measured_on, new.server.model, new.concurrency)
    assert {"p50": "149.499", "p99": "92.225"} == texts(new.request_tps)


def test_gaps_between_tokens_are_no_time_per_output_token(tmp_path: Path) -> None:
    """An old SGLang line has a median gap only: no decode rate follows from it."""
    lines = json.dumps(results.SGLANG_OLD)

    (run,) = read_runs("sglang", written(tmp_path, lines, "old.jsonl"))

    assert ({"p50": "13.639"}, {}, {}) == (texts(run.itl_ms), texts(run.tpot_ms), texts(run.request_tps))


def test_an_aiperf_profile_is_read_with_the_lengths_that_were_seen(tmp_path: Path) -> None:
    """The asked output length was 750; 200 came back. The unit stands in the block."""
    run = only("aiperf", tmp_path, results.AIPERF)

    assert ("199.969", 2, date(2025, 11, 7)) == (
        thousandths(run.output_tokens or Decimal(0)),
        run.concurrency,
        run.measured_on,
    )
    assert {"p50": "53.993", "p90": "52.32", "p95": "49.029", "p99": "48.572"} == texts(run.request_tps)


def test_an_aiperf_csv_is_read(tmp_path: Path) -> None:
    """The same figures, without model, day and concurrency."""
    run = only("aiperf", tmp_path, results.AIPERF_CSV, "profile.csv")

    assert (96, None, None, "1172.15") == (
        run.completed,
        run.server.model,
        run.concurrency,
        thousandths(run.output_tps_total or Decimal(0)),
    )
    assert {"p50": "177.79", "p75": "235.62", "p90": "396.73", "p95": "672.05", "p99": "687.62"} == texts(run.ttft_ms)


def test_genai_perf_is_read_by_its_own_name(tmp_path: Path) -> None:
    """The forerunner keeps its load elsewhere."""
    run = only("genai-perf", tmp_path, results.GENAI_PERF)

    assert ("meta/llama-3.1-8b-instruct", 4, 100) == (run.server.model, run.concurrency, run.completed)


def test_a_guidellm_report_is_read(tmp_path: Path) -> None:
    """Latency is seconds, the other times milliseconds; what the end of the run cut off did not fail."""
    run = only("guidellm", tmp_path, results.GUIDELLM)

    assert (46, 1, 4) == (run.completed, run.failed, run.concurrency)
    assert "642.46" == texts(run.e2e_ms)["p50"]
    assert "4.92" == texts(run.tpot_ms)["p50"]


def test_an_old_guidellm_report_is_read(tmp_path: Path) -> None:
    """No metadata; counts below run_stats; a rate that is held is no concurrency."""
    alone, rate = read_runs("guidellm", written(tmp_path, results.GUIDELLM_OLD))

    assert (1, None, 46) == (alone.concurrency, alone.requests_per_second_asked, alone.completed)
    assert (None, Decimal("10.0"), 586) == (rate.concurrency, rate.requests_per_second_asked, rate.completed)


def test_an_inference_perf_report_is_read(tmp_path: Path) -> None:
    """Seconds throughout; the median has no percentile name."""
    run = only("inference-perf", tmp_path, results.INFERENCE_PERF)

    assert ({"p50": "2177.8", "p90": "2360.44", "p99": "2436.18"}, "7094.4") == (
        texts(run.ttft_ms),
        thousandths(run.output_tps_total or Decimal(0)),
    )
    assert "77.882" == texts(run.request_tps)["p50"]


def test_a_time_per_token_that_does_not_add_up_is_left_out(tmp_path: Path) -> None:
    """Some versions count each token twice: 31 ms + 62 × 3.5 ms is not 480 ms."""
    run = only("inference-perf", tmp_path, results.INFERENCE_PERF_TWICE)

    assert ({}, {}, "479.61") == (texts(run.tpot_ms), texts(run.request_tps), texts(run.e2e_ms)["p50"])
    assert run.notes[0].startswith("time per output token left out")


def test_llmperf_rates_are_of_the_whole_call_and_of_the_slow_side(tmp_path: Path) -> None:
    """Its p90 throughput is the fast tail; the slow tail is the inverse of its p90 latency per token."""
    run = only("llmperf", tmp_path, results.LLMPERF)

    assert ("end_to_end", {}) == (run.rate_basis, texts(run.tpot_ms))
    assert {"p50": "187.942", "p90": "162.285", "p99": "152.302"} == texts(run.request_tps)
    assert "441.847" == thousandths(run.output_tps_total or Decimal(0))


def test_llmperf_by_concurrency_is_several_runs(tmp_path: Path) -> None:
    """A file may hold the summaries of a sweep, by concurrency."""
    runs = read_runs("llmperf", written(tmp_path, {"1": results.LLMPERF, "2": results.LLMPERF}))

    assert ["1", "2"] == [run.where for run in runs]


def test_an_llm_d_report_names_chip_and_engine(tmp_path: Path) -> None:
    """Version 0.1, one group: model, engine, chips; what was cut off at the end is not counted as answered."""
    run = only("llm-d", tmp_path, results.LLM_D_FIRST)

    assert ("H100", 8, "vllm", "0.9.0.1", 32) == (
        run.server.accelerator,
        run.server.accelerator_count,
        run.server.engine,
        run.server.engine_version,
        run.completed,
    )
    assert {"p50": "203.5", "p90": "2269.6"} == texts(run.ttft_ms)


def test_an_llm_d_report_in_yaml_with_replicas_leaves_the_chips_open(tmp_path: Path) -> None:
    """Version 0.2, two replicas of eight: the count of one is not that of all. Infinity is no concurrency."""
    import yaml

    run = only("llm-d", tmp_path, yaml.safe_dump(results.LLM_D_SECOND), "report.yaml")

    assert (None, None, None, Decimal("10.0")) == (
        run.server.accelerator,
        run.server.accelerator_count,
        run.concurrency,
        run.requests_per_second_asked,
    )


@pytest.mark.parametrize("tool", TOOLS)
def test_a_result_of_another_tool_is_refused(tool: str, tmp_path: Path) -> None:
    """The error says what the file should have held and how to name another tool."""
    with pytest.raises(InvalidData) as refused:
        read_runs(tool, written(tmp_path, {"hello": 1}))

    (finding,) = refused.value.findings
    assert finding.problem.startswith("this is no ")
    assert "capreg import TOOL FILE" in str(finding)


def test_an_unknown_tool_is_refused(tmp_path: Path) -> None:
    """With the ones that there are."""
    with pytest.raises(UnknownName):
        read_runs("wrk", written(tmp_path, {}))


def test_no_requests_and_no_percentiles_are_told_together(tmp_path: Path) -> None:
    """Both faults of one file come at once."""
    empty = {"completed": 0, "num_prompts": 10, "mean_ttft_ms": 0.0, "median_ttft_ms": None, "duration": 1.0}

    assert [
        ("the run", "no request was answered"),
        ("the run", "there is no median time to first token"),
    ] == findings("vllm", tmp_path, empty)


def test_more_than_five_percent_failed_is_refused(tmp_path: Path) -> None:
    """49 of 150, as one public run had."""
    broken = {**results.LLMPERF, "results_number_errors": 49, "results_num_completed_requests": 101}

    assert [("the summary", "too many requests failed")] == findings("llmperf", tmp_path, broken)


def test_a_first_token_below_a_millisecond_is_a_slip_of_units(tmp_path: Path) -> None:
    """A public example labels seconds as milliseconds."""
    report = json.loads(json.dumps(results.LLM_D_FIRST))
    for name in ("request_latency", "time_to_first_token"):
        report["metrics"]["latency"][name]["units"] = "ms"
    report["metrics"]["latency"]["time_per_output_token"]["units"] = "ms/token"

    assert [("the report", "a first token in less than a millisecond")] == findings("llm-d", tmp_path, report)


def test_percentiles_out_of_order_are_refused(tmp_path: Path) -> None:
    """A p99 that is faster than the median is not a p99."""
    assert [("the run", "the percentiles of ttft_ms are out of order")] == findings(
        "vllm", tmp_path, {**results.VLLM, "p99_ttft_ms": 12.0}
    )


def test_text_for_a_number_is_a_fault_with_its_key(tmp_path: Path) -> None:
    """Not a zero, and not silence."""
    faults = findings("vllm", tmp_path, {**results.VLLM, "median_ttft_ms": "fast"})

    assert ("median_ttft_ms", "a figure cannot be read") in faults


def test_an_unknown_unit_is_a_fault(tmp_path: Path) -> None:
    """A unit that nobody knows is not taken for milliseconds."""
    odd = {**results.AIPERF, "time_to_first_token": {"unit": "ticks", "p50": 5}}

    assert ("time_to_first_token.unit", "an unknown unit of time") in findings("aiperf", tmp_path, odd)


@pytest.mark.parametrize("text", ["", "{", "[1, 2", "not json"])
def test_what_is_not_json_is_refused(text: str, tmp_path: Path) -> None:
    """Empty, truncated, or something else."""
    with pytest.raises((UnreadableFile, InvalidData)):
        read_runs("vllm", written(tmp_path, text))


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    """By its name."""
    with pytest.raises(UnreadableFile) as refused:
        read_runs("vllm", tmp_path / "nowhere.json")

    assert str(tmp_path / "nowhere.json") == refused.value.where
