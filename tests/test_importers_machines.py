"""Machines' figures out of the shapes in which sources publish them: every trap has figures carried over."""

from __future__ import annotations

import csv
import io
import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from capreg.errors import InvalidData, UnknownName, UnreadableFile
from capreg.importers.machines import Read, argonne, inferencex, mlperf, neuron, points, rents, take

DAY = date(2026, 8, 21)
RUN = {
    "hw": "b200-trt", "model": "openai/gpt-oss-120b", "framework": "trt", "precision": "fp4", "spec_decoding": "none",
    "disagg": "False", "isl": "1024", "osl": "1024", "conc": "128", "tp": "1", "ep": "1", "dp_attention": "False",
    "num_prefill_gpu": "", "num_decode_gpu": "", "tput_per_gpu": "19389.2", "output_tput_per_gpu": "9684.5",
    "input_tput_per_gpu": "9704.7", "median_ttft": "0.0551", "p99_ttft": "0.4013", "median_tpot": "0.01292",
    "p99_tpot": "0.01378", "median_e2el": "12.81", "p99_e2el": "14.02", "std_intvty": "1500.1",
    "p99_intvty": "72.6", "benchmark_date": "2026-01-06", "image": "registry/trt:1.2",
}  # fmt: skip
LOG: dict[str, Any] = {
    "round": "v6.0", "division": "closed", "submitter": "AMD", "system": "87xMI355X", "model": "llama2-70b-99.9",
    "scenario": "Interactive", "valid": "VALID", "samples_per_s": 2776.29, "tokens_per_s": 785521.65,
    "ttft_p50_ms": 113.10557, "ttft_p99_ms": 273.811951, "tpot_p50_ms": 36.951255, "tpot_p99_ms": 39.411933,
    "e2e_p50_ms": 9112.203804, "e2e_p99_ms": 34118.858572, "sys_status": "available",
    "sys_accelerator_model_name": "AMD Instinct MI355X 288GB HBM3e (x87)", "sys_accelerators_per_node": "8",
    "sys_number_of_nodes": "11", "sys_framework": "PyTorch 2.9.1",
}  # fmt: skip


def runs(*changes: dict[str, str]) -> Read:
    """What the reader makes of `RUN`, changed in these ways."""
    written = io.StringIO()
    table = csv.DictWriter(written, list(RUN))
    table.writeheader()
    table.writerows({**RUN, **change} for change in changes or ({},))
    return inferencex.read(written.getvalue(), DAY, "runs.csv")


def logs(**change: Any) -> Read:
    """What the reader makes of `LOG`, changed."""
    return mlperf.read(json.dumps({**LOG, **change}) + "\n", DAY, "logs.jsonl")


def test_times_of_runs_are_seconds_whatever_a_header_says() -> None:
    """0.0551 is 55.1 ms to the first token, and no twentieth of a millisecond."""
    row = runs().rows[0]

    assert (row["ttft_ms_p50"], row["tpot_ms_p50"], row["e2e_ms_p50"]) == ("55.1", "12.92", "12810")


def test_a_label_of_hardware_and_engine_is_both() -> None:
    """`b200-trt` is a B200; a label with a runner's number is the chip all the same."""
    row = runs().rows[0]

    assert (row["accelerator"], row["engine"]) == ("nvidia-b200", "tensorrt-llm")
    assert runs({"hw": "mi355x-amd_0"}).rows[0]["accelerator"] == "amd-mi355x"


def test_rates_of_runs_that_read_and_write_apart_are_by_different_chips() -> None:
    """27,064.1 a decode GPU on three, 81,200.5 a prefill GPU on one: rates of the whole, no sums by chip."""
    row = runs({
        "disagg": "True", "num_prefill_gpu": "1", "num_decode_gpu": "3", "output_tput_per_gpu": "27064.1",
        "input_tput_per_gpu": "81200.5",
    }).rows[0]  # fmt: skip

    assert (row["chips"], row["output_tps"], row["input_tps"]) == ("4", "81192.3", "81200.5")
    assert float(row["output_tps"]) / 4 == pytest.approx(20298.1, abs=0.1)


def test_repeated_runs_are_one_point_with_the_median_of_each_figure() -> None:
    """Three runs of one configuration."""
    found = runs({"median_ttft": "0.05"}, {"median_ttft": "0.07"}, {"median_ttft": "0.06"})

    assert [(row["ttft_ms_p50"], row["runs"]) for row in found.rows] == [("60", "3")]


def test_what_is_called_a_standard_deviation_is_not_read() -> None:
    """`std_intvty` is one over another figure, and the slow tail of a rate is no percentile of a time."""
    assert runs({"std_intvty": "1", "p99_intvty": "1"}).rows == runs().rows


def test_a_model_or_chip_that_no_table_knows_is_left_out_with_the_reason() -> None:
    """Likeness is no match."""
    found = runs({"hw": "b2000"}, {"model": "openai/gpt-oss-121b"})

    assert found.rows == []
    assert sorted(found.skipped) == ["a chip that the table does not know", "a model that the table does not know"]


def test_a_percentile_below_the_median_is_left_out() -> None:
    """The columns were mixed up, and nobody knows which."""
    assert dict(runs({"p99_ttft": "0.01"}).skipped) == {"a 99th percentile below the median": 1}


def test_the_count_in_a_name_beats_the_product() -> None:
    """Eleven nodes of eight are 88; the name says 87."""
    assert logs().rows[0]["chips"] == "87"
    counted = {"sys_accelerator_model_name": "NVIDIA GB200", "sys_accelerators_per_node": "4"}
    assert logs(**counted).rows[0]["chips"] == "44"


def test_a_mixed_system_has_no_figure_per_chip() -> None:
    """Three kinds of chip in one name."""
    mixed = "MI300X (x8) and MI325X (x8) and MI355X (x8)"

    assert logs(sys_accelerator_model_name=mixed).rows == []


def test_a_chip_whose_name_holds_anothers_is_itself() -> None:
    """GB300 ends in B300."""
    chip = {"sys_accelerator_model_name": "NVIDIA GB300"}

    assert logs(**chip).rows[0]["accelerator"] == "nvidia-gb300"


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"division": "open"}, "not a valid run of the closed division"),
        ({"valid": "INVALID"}, "not a valid run of the closed division"),
        ({"sys_status": "preview"}, "a system in preview"),
        ({"ttft_p50_ms": None}, "no percentiles of TTFT"),
        ({"scenario": "SingleStream"}, "a scenario without a rate of tokens"),
        ({"scenario": "Offline", "tokens_per_s": None}, "no rate of tokens"),
        ({"model": "gptj-99"}, "a model that the table does not know"),
    ],
)
def test_runs_that_do_not_count(change: dict[str, Any], reason: str) -> None:
    """Each for its reason."""
    assert dict(logs(**change).skipped) == {reason: 1}


def test_offline_has_a_rate_and_no_times() -> None:
    """All prompts at once: there is no latency to speak of."""
    offline = logs(scenario="Offline", ttft_p50_ms=None, ttft_p99_ms=None, tpot_p50_ms=None, tpot_p99_ms=None)
    row = offline.rows[0]

    assert (row["scenario"], row["output_tps"]) == ("offline", "785521.65")
    assert "ttft_ms_p50" not in row


def test_lengths_of_a_round_are_its_datasets() -> None:
    """Prompts have the dataset's mean; what was written is what both rates say: 785,521.65 over 2,776.29."""
    row = logs().rows[0]

    assert (row["dataset"], row["input_tokens"], row["output_tokens"]) == ("MLPerf llama2-70b", "222", "283")


NEURON = (
    "Model,Inst. Type,TP Degree,Batch Size,Input Length,Output Length,Framework,Neuron Version,"
    "Weight Storage Data Type,Output Token Throughput (tokens/sec),TTFT Latency P50 (ms),TTFT Latency P99 (ms),"
    "TPOT Latency P50 (ms),TPOT Latency P99 (ms)\n"
)


def test_neuron_cores_are_no_chips() -> None:
    """Twenty-four NeuronCores are twelve Inferentia2; the rate is that of the whole batch."""
    found = neuron.read(
        NEURON + "Llama-3-8B,Inf2.48xlarge,24,8,128,3968,Transformers NeuronX,v2.19,bf16,859,39,40,9.2,9.6\n",
        DAY,
        "inf2.csv",
    )

    row = found.rows[0]
    assert (row["accelerator"], row["chips"], row["parallelism"]) == ("aws-inferentia2", "12", "tp24 over NeuronCores")
    assert (row["output_tps"], row["kind"], row["concurrency"]) == ("859", "vendor_measurement", "8")


POINTS = (
    "model,accelerator,chips,engine,precision,batch_or_concurrency,input_tokens,output_tokens,metric,value,unit,note\n"
)
TPU = "meta-llama/Llama-3.3-70B-Instruct,TPU v6e,8,vLLM TPU,bf16,128,1000,1000,"


def test_a_rate_per_chip_is_multiplied_and_a_total_is_not() -> None:
    """443 a chip on eight chips, and 3,544 in all, are the same rate."""
    per_chip = points.read(POINTS + TPU + "output_token_throughput_per_chip,443,tok/s,\n", DAY, "tpu.csv")
    total = points.read(POINTS + TPU + "output_token_throughput,3544,tok/s,\n", DAY, "tpu.csv")

    assert per_chip.rows[0]["output_tps"] == total.rows[0]["output_tps"] == "3544"


def test_seconds_and_milliseconds_are_told_apart_by_their_unit() -> None:
    """One file has both."""
    found = points.read(POINTS + TPU + "median_tpot,35.4,ms,\n" + TPU + "ttft_s.p90,1.2,s,2026-07-02\n", DAY, "tpu.csv")

    row = found.rows[0]
    assert (row["tpot_ms_p50"], row["ttft_ms_p90"]) == ("35.4", "1200")


def test_speculation_is_a_point_of_its_own() -> None:
    """With it and without it are two machines."""
    found = points.read(
        POINTS
        + TPU + "output_token_throughput,3544,tok/s,no speculative decoding\n"
        + TPU + "output_token_throughput,5000,tok/s,with speculative decoding\n",
        DAY,
        "tpu.csv",
    )  # fmt: skip

    assert [row.get("speculative") for row in found.rows] == [None, "speculative decoding"]


BATCHES = "Hardware,Num of Hardware,Framework,Model,Input Output Length,Batch Size,Latency,Throughput\n"


def test_a_throughput_of_both_directions_is_taken_by_half() -> None:
    """Llama 2 7B on eight RDUs: 686 tokens a second in and out, of 128 each, are 343 written."""
    found = argonne.read(
        BATCHES + "SambaNova SN40L,8,sambaflow,meta-llama/Llama-2-7b-hf,128,1,0.373,686\n", DAY, "all.csv"
    )

    (row,) = found.rows
    assert (row["output_tps"], row["input_tps"], row["scenario"]) == ("343", "343", "offline")
    assert "ttft_ms_p50" not in row


@pytest.mark.parametrize("hardware", ["Nvidia A100 GPU", "Nvidia H100 GPU", "AMD MI250 GPU"])
def test_a_family_of_chips_is_no_chip(hardware: str) -> None:
    """SXM or PCIe, 40 or 80 GB: not said, so not guessed."""
    found = argonne.read(BATCHES + f"{hardware},1,vLLM,meta-llama/Llama-2-7b-hf,128,1,1,200\n", DAY, "all.csv")

    assert (found.rows, list(found.skipped)) == ([], ["hardware named by its family, or unknown"])


HOURS = "chip,provider,instance_or_tier,chips,usd_per_chip_hour,market,region,date_seen,source\n"


def test_markets_stay_apart() -> None:
    """The same chip on demand, spot and reserved is three prices."""
    asked = {"on-demand": "4.50", "spot": "1.90", "reserved-effective": "3.80", "marketplace avg": "2.1"}
    lines = [f"H100,Nebius,-,1,{price},{market},eu,2026-10-24,list" for market, price in asked.items()]
    found = rents.read_chip_hours(HOURS + "\n".join(lines) + "\n", DAY, "hours.csv")

    assert [(row["market"], row["usd_per_hour"]) for row in found.rows] == [
        ("on_demand", "4.5"), ("spot", "1.9"), ("reserved", "3.8"), ("marketplace", "2.1"),
    ]  # fmt: skip


def test_several_prices_in_a_cell_are_left_out() -> None:
    """A summary of another table."""
    found = rents.read_chip_hours(HOURS + "H100,SemiAnalysis,-,1,1.33/2.07,TCO,-,2026-08-15,x\n", DAY, "hours.csv")

    assert (found.rows, sum(found.skipped.values())) == ([], 1)


@pytest.mark.parametrize("price", ["0", "-1", "NaN", "Infinity", "cheap", ""])
def test_what_is_no_price_is_left_out(price: str) -> None:
    """A chip without a known price stays without one."""
    found = rents.read_chip_hours(HOURS + f"H100,Nebius,-,1,{price},on-demand,eu,2026-10-24,x\n", DAY, "hours.csv")

    assert found.rows == []


def test_owning_costs_by_kind_of_buyer() -> None:
    """Three buyers, three prices; an empty cell is none."""
    text = "gpu,usd_per_hour_hyperscaler,usd_per_hour_neocloud,usd_per_hour_retail\nb200,1.73,2.1,\n"
    found = rents.read_ownership(text, DAY, "tco.csv")

    assert [(row["seller"], row["usd_per_hour"]) for row in found.rows] == [
        ("hyperscaler", "1.73"),
        ("neocloud", "2.1"),
    ]


@pytest.mark.parametrize(
    ("source", "text", "where"),
    [
        ("argonne", "a,b\n", "header"),
        ("inferencex", "", "header"),
        ("inferencex", "a,b\n1,2\n", "header"),
        ("mlperf-v6.0", "{}\n", "line 1"),
        ("mlperf-v6.0", "no json\n", "line 1"),
        ("neuron", "a,b\n", "header"),
        ("tpu-recipes", "a,b\n", "header"),
        ("chip-hours", "a,b\n", "header"),
        ("ownership", "a,b\n", "header"),
        ("chip-hours", HOURS, ""),
    ],
)
def test_another_file_is_refused_and_nothing_is_written(source: str, text: str, where: str, tmp_path: Path) -> None:
    """Empty, of another shape, or without a single figure."""
    file, registry = tmp_path / "file", tmp_path / "registry"
    registry.mkdir()
    file.write_text(text)

    with pytest.raises(InvalidData) as refused:
        take(source, file, registry, seen_on=DAY)

    assert [finding.key for finding in refused.value.findings] == [where]
    assert list(registry.iterdir()) == []


def test_a_row_that_is_no_record_is_an_error(tmp_path: Path) -> None:
    """All rows are checked as the records that they will be, before anything is written."""
    file = tmp_path / "runs.csv"
    file.write_text(",".join(RUN) + "\n" + ",".join({**RUN, "precision": "fp5", "isl": "many"}.values()) + "\n")

    with pytest.raises(InvalidData) as refused:
        take("inferencex", file, tmp_path / "registry", seen_on=DAY)

    assert {finding.key for finding in refused.value.findings} >= {"row 1.input_tokens"} | set()
    assert not (tmp_path / "registry").exists()


def test_a_second_import_changes_no_byte(tmp_path: Path) -> None:
    """The same edition again."""
    file = tmp_path / "runs.csv"
    file.write_text(",".join(RUN) + "\n" + ",".join(RUN.values()) + "\n")
    take("inferencex", file, tmp_path, seen_on=DAY)
    first = (tmp_path / "deployments/inferencex.csv").read_bytes()

    taken = take("inferencex", file, tmp_path, seen_on=DAY)

    assert (tmp_path / "deployments/inferencex.csv").read_bytes() == first
    assert (taken.rows, taken.by_chip) == (1, {"nvidia-b200": 1})


def test_a_source_or_a_file_that_is_not_there(tmp_path: Path) -> None:
    """Each with the names that there are, or the path."""
    with pytest.raises(UnknownName, match="inferencex"):
        take("inferencey", tmp_path / "x", tmp_path, seen_on=DAY)
    with pytest.raises(UnreadableFile):
        take("inferencex", tmp_path / "x", tmp_path, seen_on=DAY)
