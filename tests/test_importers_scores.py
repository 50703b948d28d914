"""Scores out of a table of observations: every trap of it that an importer can meet, with figures carried over."""

from __future__ import annotations

from typing import Any

import pytest

from capreg.errors import InvalidData
from capreg.importers.names import ModelNames
from capreg.importers.quality import thinkers
from capreg.importers.score_names import ScoreNames, twins
from capreg.importers.scores import benchmark_slug, read

HEADER = "source,raw,model,effort,snapshot,harness,bench,cap,score,selfrep,n,kind,ref"
BENCHMARKS = {
    "epoch-benchmarks/gpqa-diamond": {"evidence": [{"source": "epoch-benchmarks", "seen_on": "2026-08-11"}]},
    "bfcl/live-acc": {"evidence": [{"source": "bfcl", "seen_on": "2025-12-16"}]},
    "tau2-bench/airline": {"evidence": [{"source": "tau2-bench", "seen_on": "2026-08-18"}]},
    "llmstats/tau-bench-airline": {
        "republishes": ["tau2-bench/airline"],
        "evidence": [{"source": "llmstats", "seen_on": "2025-10-24"}],
    },
    "llmstats/gpqa": {"evidence": [{"source": "llmstats", "seen_on": "2025-10-24"}]},
}


def take(*rows: str, models: dict[str, Any] | None = None) -> Any:
    """What the importer makes of these rows."""
    names = ScoreNames.of(ModelNames.of(models or {}))
    return read("\n".join((HEADER, *rows)) + "\n", names=names, benchmarks=BENCHMARKS, where="observations.csv")


def test_a_row_becomes_a_score() -> None:
    """The source's id, the benchmark's, the day of its evidence, the raw name and who says so."""
    found = take(
        "llmstats,claude-3-7-sonnet-20250219,anthropic/claude-3-7-sonnet,,2025-02-19,,llmstats:gpqa,reasoning,0.848,"
        "True,,acc,https://www.anthropic.com/news/claude-3-7-sonnet",
        "epoch_eci,GPT-5.1,openai/gpt-5.1,,,,epoch:GPQA diamond,reasoning,0.8433333333333334,False,,acc,",
    )

    assert found.rows["llmstats"] == [
        {
            "benchmark": "llmstats/gpqa",
            "model": "anthropic/claude-3-7-sonnet",
            "value": "0.848",
            "snapshot": "2025-02-19",
            "self_reported": "yes",
            "raw": "claude-3-7-sonnet-20250219",
            "seen_on": "2025-10-24",
        }
    ]
    assert [(row["value"], row["seen_on"]) for row in found.rows["epoch-benchmarks"]] == [("0.8433", "2026-08-11")]


@pytest.mark.parametrize("score", ["84.8", "1.01", "-0.1", "NaN", "high", ""])
def test_a_score_outside_its_scale_is_an_error(score: str) -> None:
    """A percentage given as a share would be a hundred times too good."""
    with pytest.raises(InvalidData) as refused:
        take(f"llmstats,x,lab/x,,,,llmstats:gpqa,reasoning,{score},True,,acc,")

    assert [(finding.key, finding.problem) for finding in refused.value.findings] == [
        ("row 1.score", "a score outside its scale")
    ]


def test_all_faults_come_at_once() -> None:
    """An unknown benchmark and an unknown effort, each with its row."""
    with pytest.raises(InvalidData) as refused:
        take(
            "llmstats,x,lab/x,,,,llmstats:riddles,reasoning,0.5,True,,acc,",
            "llmstats,x,lab/x,enormous,,,llmstats:gpqa,reasoning,0.5,True,,acc,",
        )

    assert [finding.key for finding in refused.value.findings] == ["row 1.bench", "row 2.effort"]


def test_what_one_source_copies_from_another_counts_once() -> None:
    """Epoch re-publishes Aider's table."""
    found = take("epoch_eci,x,lab/x,,,,epoch:Aider polyglot,coding,0.5,False,,acc,")

    assert [skip.reason for skip in found.skips] == ["copied from another source"]


def test_a_makers_figure_that_two_lists_tell_counts_once() -> None:
    """0.6 of Sonnet 4 stands in tau2-bench's submissions and in LLMStats, rounded alike; 0.6 of another does not."""
    found = take(
        "llmstats,claude-sonnet-4-20250514,anthropic/claude-sonnet-4,,,,llmstats:TAU-bench Airline,t,0.600,True,,acc,",
        "llmstats,gpt-4.1,openai/gpt-4.1,,,,llmstats:TAU-bench Airline,t,0.494,True,,acc,",
        "tau2,Claude Sonnet 4,anthropic/claude-sonnet-4,high,,,tau2:airline,t,0.6,True,,acc,",
        "tau2,GPT-4.1,openai/gpt-4.1,,,,tau2:airline,t,0.56,True,,acc,",
    )

    assert [(row["raw"], row["value"]) for row in found.rows["llmstats"]] == [("gpt-4.1", "0.494")]
    assert len(found.rows["tau2-bench"]) == 2
    assert [(skip.reason, skip.subject) for skip in found.skips] == [
        ("copied from another source", "claude-sonnet-4-20250514 in llmstats/tau-bench-airline")
    ]


def test_a_product_that_is_named_for_its_thinking_is_a_model_of_its_own() -> None:
    """Phi-4-reasoning is no run of Phi-4; DeepSeek V3 of March is not that of December."""
    found = take(
        "llmstats,phi-4-reasoning,microsoft/phi-4,on,,,llmstats:gpqa,reasoning,0.658,True,,acc,",
        "llmstats,DeepSeek V3 (0324),deepseek/deepseek-v3,,,,llmstats:gpqa,reasoning,0.6,True,,acc,",
    )

    assert [(row["model"], row.get("effort")) for row in found.rows["llmstats"]] == [
        ("microsoft/phi-4-reasoning", None),
        ("deepseek/deepseek-v3-0324", None),
    ]


def test_a_model_can_think_by_its_record_or_else_by_most_of_its_offerings() -> None:
    """A record outweighs the hosts; where it is silent, more hosts must say so than say not."""

    def host(model: str, **level: int) -> dict[str, Any]:
        return {"model": model, "capabilities": {"reasoning": level}}

    reasons, never = {"at_least": 1}, {"at_most": 0}
    hosts = [host("l/most", **reasons), host("l/most", **reasons), host("l/most", **never), host("l/even", **never)]
    hosts += [host("l/even", **reasons), host("l/never", **reasons), host("l/said", **never), {"model": "l/silent"}]
    models = {"l/most": {}, "l/even": {}, "l/silent": {}, "l/never": {"reasoning": "never"}}
    documents = {
        "models": {**models, "l/said": {"reasoning": "optional"}},
        "offerings": {f"h/{place}": one for place, one in enumerate(hosts)},
    }

    assert thinkers(documents) == {"l/most", "l/said"}


def test_a_composite_is_no_model() -> None:
    """What falls back to another model is two."""
    found = take(
        "bfcl,Claude Fable 5 (Opus 4.8 Fallback),anthropic/claude-fable-5,,,,bfcl_v4:Live Acc,t,0.5,False,,acc,"
    )

    assert [skip.reason for skip in found.skips] == ["several models behind one name"]


def test_a_second_row_of_one_run_is_left_out_and_another_harness_is_another_run() -> None:
    """Native function calling and prompts are two runs; the same run twice is one."""
    row = "bfcl,Grok-4-0709 ({0}),xai/grok-4,,,{1},bfcl_v4:Live Acc,tool_use,0.5,False,,acc,"
    found = take(row.format("FC", "fc"), row.format("Prompt", "prompt"), row.format("FC", "fc"))

    assert [row["harness"] for row in found.rows["bfcl"]] == ["fc", "prompt"]
    assert [skip.reason for skip in found.skips] == ["a second row of one model and benchmark"]


def test_another_table_is_refused() -> None:
    """With the columns that are needed."""
    with pytest.raises(InvalidData) as refused:
        read("a,b\n1,2\n", names=ScoreNames.of(ModelNames.of({})), benchmarks=BENCHMARKS, where="x.csv")

    assert refused.value.findings[0].problem == "this is no table of observations"


MODELS: dict[str, Any] = {
    "meta/llama-3.3-70b-instruct": {},
    "google/gemma-4-31b-it": {"aliases": {"openrouter": ["google/gemma-4-31b"]}},
    "anthropic/claude-haiku-4-5-20251001": {},
    "openai/gpt-4o-2024-08-06": {},
    "openai/gpt-4o-2024-11-20": {},
    "mistral/mistral-medium-latest": {},
    "alibaba/qwen3-32b": {},
    "alibaba/qwen3-max-preview": {},
    "alibaba/qwen3-max": {},
}


@pytest.mark.parametrize(
    ("name", "model"),
    [
        ("alibaba/qwen3-32b", "alibaba/qwen3-32b"),
        ("qwen/qwen3-32b", "alibaba/qwen3-32b"),
        ("meta/llama-3.3-70b", "meta/llama-3.3-70b-instruct"),
        ("google/gemma-4-31b", "google/gemma-4-31b-it"),
        ("anthropic/claude-haiku-4-5", "anthropic/claude-haiku-4-5-20251001"),
        ("alibaba/qwen3-max", "alibaba/qwen3-max"),
        ("openai/gpt-4o@2024-08", "openai/gpt-4o-2024-08-06"),
        ("openai/gpt-4o", "openai/gpt-4o"),
        ("mistral/mistral-medium", "mistral/mistral-medium"),
        ("meta/llama-3.3-7b", "meta/llama-3.3-7b"),
        ("?/riddle-13b", "unplaced/riddle-13b"),
        ("anthropic/claude-3-5-sonnet@2024-06", "anthropic/claude-3-5-sonnet-2024-06"),
    ],
)
def test_names_are_placed_by_rule_and_table(name: str, model: str) -> None:
    """Endings that every lab uses and a day go; what was used for two versions, or is called latest, stays apart."""
    assert ScoreNames.of(ModelNames.of(MODELS)).model(name) == model


def test_a_day_makes_no_other_model_except_where_a_name_was_used_twice() -> None:
    """Claude Haiku with and without its day is one model; GPT-4o of August is not that of November."""
    ids = [
        "anthropic/claude-haiku-4-5",
        "anthropic/claude-haiku-4-5-20251001",
        "openai/gpt-4o",
        "openai/gpt-4o-2024-08-06",
    ]

    assert twins(ids) == {"anthropic/claude-haiku-4-5": ["anthropic/claude-haiku-4-5-20251001"]}


def test_a_model_that_is_sold_under_another_id_is_in_the_table() -> None:
    """Mistral Medium 3 is mistral-medium-2505; without a record of either there is nothing to say."""
    ids = ["mistral/mistral-medium-2505", "mistral/mistral-medium-3", "mistral/mistral-medium-3.1"]

    assert twins(ids) == {"mistral/mistral-medium-2505": ["mistral/mistral-medium-3"]}


@pytest.mark.parametrize(
    ("name", "slugged"),
    [
        ("llmstats:humanity's-last-exam", "humanitys-last-exam"),
        ("llmstats:graphwalks-bfs-<128k", "graphwalks-bfs--128k"),
        ("epoch:SWE-Bench verified", "swe-bench-verified"),
    ],
)
def test_a_benchmark_has_one_spelling(name: str, slugged: str) -> None:
    """Its name without the source in front, as an id."""
    assert benchmark_slug(name) == slugged


@pytest.mark.parametrize(
    ("raw", "normalised", "effort", "model"),
    [
        ("Qwen 3.8 Max", "alibaba/qwen3.8", "max", "alibaba/qwen3.8-max"),
        ("DeepSeek R1 (0528)", "deepseek/deepseek-r1", "", "deepseek/deepseek-r1-0528"),
        ("Qwen3-235B-A22B-Thinking (Jul 2025)", "alibaba/qwen3-235b-a22b-thinking", "",
         "alibaba/qwen3-235b-a22b-thinking-2507"),
        ("Mistral Large 2 (Nov 2024)", "mistral/mistral-large-2407", "", "mistral/mistral-large-2411"),
        ("Mistral Large 2 (Jul 2024)", "mistral/mistral-large-2407", "", "mistral/mistral-large-2407"),
        ("Gemini 2.5 Flash (Sep 2025)", "google/gemini-2.5-flash", "",
         "google/gemini-2.5-flash-preview-09-2025"),
        ("GPT-4 Turbo (Nov 2023)", "openai/gpt-4-turbo", "", "openai/gpt-4-1106-preview"),
    ],
)  # fmt: skip
def test_a_part_of_a_name_is_no_effort_and_no_day(raw: str, normalised: str, effort: str, model: str) -> None:
    """What the normalised tables cut off is put back, name by name."""
    found = take(f"llmstats,{raw},{normalised},{effort},,,llmstats:gpqa,reasoning,0.5,False,,acc,")

    assert [(row["model"], row.get("effort")) for row in found.rows["llmstats"]] == [(model, None)]
