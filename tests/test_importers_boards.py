"""Leaderboards read from their sources' own files: what becomes of a row, and which files are refused whole."""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from capreg.errors import InvalidArgument, InvalidData, UnknownName, UnreadableFile
from capreg.importers.boards import BOARD_SOURCES, take_board
from capreg.importers.boards.board import number_of, share_of_percent
from capreg.importers.files import table_rows
from capreg.importers.quality import Taken
from tests.boards import BFCL, aider, bfcl, board_registry, tau2

DAY = date(2025, 12, 16)
SOLVED = "model: {}\npass_rate_2: {}\npercent_cases_well_formed: {}"


def take(source: str, path: Path, registry: Path, seen_on: date = DAY, **more: Any) -> Taken:
    """Imports the file or folder."""
    return take_board(source, path, registry, seen_on=seen_on, **more)


def rows(registry: Path, source: str) -> list[dict[str, str]]:
    """The rows of a source's table, without the empty cells."""
    text = (registry / "scores" / f"{source}.csv").read_text("utf-8")
    return [{name: cell for name, cell in row.items() if cell} for row in table_rows(text)]


@pytest.fixture
def registry(tmp_path: Path) -> Path:
    """A registry with the benchmarks of the leaderboards and a few models."""
    return board_registry(tmp_path / "registry_data")


class TestBfcl:
    def test_a_row_becomes_a_score_for_each_benchmark(self, registry: Path, tmp_path: Path) -> None:
        """Percentages become shares; the way of calling is no part of the name; other columns are passed over."""
        taken = take("bfcl", bfcl(tmp_path, "2,73.24%,Claude-Sonnet-4-5-20250929 (FC),81.13%,61.37%"), registry)

        assert rows(registry, "bfcl") == [
            {
                "benchmark": benchmark,
                "model": "anthropic/claude-sonnet-4-5",
                "value": value,
                "seen_on": "2025-12-16",
                "snapshot": "2025-09-29",
                "harness": "fc",
                "raw": "Claude-Sonnet-4-5-20250929 (FC)",
            }
            for benchmark, value in (("bfcl/live-acc", "0.8113"), ("bfcl/multi-turn-acc", "0.6137"))
        ]
        assert (taken.by_source, taken.models, taken.elsewhere) == ({"bfcl": 2}, 1, 0)

    def test_native_calls_and_prompts_are_two_runs(self, registry: Path, tmp_path: Path) -> None:
        """Of one model; the same run twice is one, and a cell without a figure is none."""
        line = "9,{0}%,Grok-4-0709 ({1}),{0}%,N/A"
        lines = (line.format("50.00", "FC"), line.format("60.00", "Prompt"), line.format("70.00", "FC"))
        taken = take("bfcl", bfcl(tmp_path, *lines), registry)

        assert [(row["model"], row["harness"], row["value"]) for row in rows(registry, "bfcl")] == [
            ("xai/grok-4", "fc", "0.5"), ("xai/grok-4", "prompt", "0.6"),
        ]  # fmt: skip
        assert taken.skipped == {"a second row of one model and benchmark": 1, "not run": 3}

    def test_what_falls_back_to_another_model_is_none(self, registry: Path, tmp_path: Path) -> None:
        """Two models behind one name say nothing of either."""
        lines = ("1,1%,Phi-4 (Prompt),29.30%,N/A", "2,1%,Claude Fable 5 (Opus 4.8 Fallback),50.00%,50.00%")

        assert take("bfcl", bfcl(tmp_path, *lines), registry).skipped["several models behind one name"] == 2

    @pytest.mark.parametrize("cell", ["101.00%", "-1%", "NaN%", "inf%", "0.88", "88.5", "high", "%", "8 8%"])
    def test_a_score_outside_its_scale_is_refused(self, registry: Path, tmp_path: Path, cell: str) -> None:
        """A percentage has its sign: without it, 0.8 could be a share."""
        with pytest.raises(InvalidData) as refused:
            take("bfcl", bfcl(tmp_path, f"1,1%,Phi-4 (Prompt),{cell},1%"), registry)

        assert [(one.key, one.problem) for one in refused.value.findings] == [
            ("row 1.Live Acc", "a score outside its scale")
        ]
        assert not (registry / "scores").exists()

    def test_all_faults_come_at_once(self, registry: Path, tmp_path: Path) -> None:
        """A row without a name, one with too few cells, two scores outside their scale."""
        with pytest.raises(InvalidData) as refused:
            take("bfcl", bfcl(tmp_path, "1,1%, ,1%,1%", "2,1%,Phi-4", "3,1%,Phi-4,200%,300%"), registry)

        assert [one.key for one in refused.value.findings] == [
            "row 1.Model", "row 2", "row 3.Live Acc", "row 3.Multi Turn Acc",
        ]  # fmt: skip

    @pytest.mark.parametrize(
        ("text", "problem"),
        [
            ("Rank,Model,Live Overall Acc\n1,Phi-4,50%\n", "this is no table of BFCL"),
            ("", "this is no table of BFCL"),
            ("<!DOCTYPE html>\n<html></html>\n", "this is no table of BFCL"),
            ('"Rank\n', "invalid CSV: unexpected end of data"),
            (f'{BFCL}\n1,1%,"Phi-4,1%,1%\n', "invalid CSV: unexpected end of data"),
            (f"{BFCL}\n", "nothing in it can be taken"),
            (f"{BFCL}\n1,1%,Phi-4,N/A,N/A\n", "nothing in it can be taken"),
        ],
    )
    def test_a_file_of_another_shape_is_refused(self, registry: Path, tmp_path: Path, text: str, problem: str) -> None:
        """One of the leaderboard's other tables, an error page, half a file, an empty one."""
        (tmp_path / "file.csv").write_text(text, "utf-8")
        with pytest.raises(InvalidData) as refused:
            take("bfcl", tmp_path / "file.csv", registry)

        assert problem in {one.problem for one in refused.value.findings}
        assert not (registry / "scores").exists()


class TestTau2Bench:
    def test_a_submission_becomes_a_score_for_each_domain(self, registry: Path, tmp_path: Path) -> None:
        """The first attempt as a share; its effort, of which none is off; other domains and people are passed over."""
        folder = tau2(tmp_path, "a", {"airline": 83.0, "telecom": 89.69, "moon": 5.0}, reasoning_effort="high")
        tau2(tmp_path, "b", {"airline": 52.5, "telecom": 57.23684210526315}, reasoning_effort="none")
        (folder / "manifest.json").write_text('{"submissions": ["a", "b"]}', "utf-8")
        taken = take("tau2-bench", folder, registry)

        told = [(row["benchmark"], row.get("effort"), row["value"], row["raw"]) for row in rows(registry, "tau2-bench")]
        assert told == [
            ("tau2-bench/airline", "high", "0.83", "GPT-5.2 (high)"),
            ("tau2-bench/airline", "off", "0.525", "GPT-5.2 (none)"),
            ("tau2-bench/telecom", "high", "0.8969", "GPT-5.2 (high)"),
            ("tau2-bench/telecom", "off", "0.5724", "GPT-5.2 (none)"),
        ]
        assert taken.skipped == {"of no benchmark that the registry has": 1}
        assert "nobody" not in (registry / "scores/tau2-bench.csv").read_text("utf-8")

    def test_a_makers_own_submission_is_marked(self, registry: Path, tmp_path: Path) -> None:
        """Qwen's maker goes by two names; a domain that was not run is none."""
        own = {"model_name": "Qwen3-Max", "model_organization": "Qwen", "submitting_organization": "Alibaba"}
        folder = tau2(tmp_path, "a", {"airline": 59.5, "telecom": None}, **own)
        tau2(tmp_path, "b", {"airline": 80.5}, model_name="GPT-5")
        taken = take("tau2-bench", folder, registry)

        assert [(row["model"], row.get("self_reported")) for row in rows(registry, "tau2-bench")] == [
            ("alibaba/qwen3-max", "yes"), ("openai/gpt-5", None),
        ]  # fmt: skip
        assert taken.skipped == {"not run": 1}

    def test_voices_and_custom_set_ups_are_left_out_with_a_reason(self, registry: Path, tmp_path: Path) -> None:
        """They are no scores of a model."""
        folder = tau2(tmp_path, "a", {"airline": 83.0}, submission_type="standard", modality="text")
        tau2(tmp_path, "b", {"airline": 84.0}, modality="voice")
        tau2(tmp_path, "c", {"airline": 85.0}, voice_config={"provider": "x"})
        tau2(tmp_path, "d", {"airline": 86.0}, submission_type="custom")
        taken = take("tau2-bench", folder, registry)

        assert [row["value"] for row in rows(registry, "tau2-bench")] == ["0.83"]
        assert taken.skipped == {"a submission of a voice": 2, "a custom set-up": 1}

    def test_of_one_model_the_newest_submission_counts(self, registry: Path, tmp_path: Path) -> None:
        """Whatever its file is called."""
        folder = tau2(tmp_path, "a", {"airline": 70.0}, submission_date="2025-10-02")
        tau2(tmp_path, "b", {"airline": 72.0}, submission_date="2026-02-26")
        take("tau2-bench", folder, registry)

        assert [row["value"] for row in rows(registry, "tau2-bench")] == ["0.72"]

    def test_all_faults_of_all_files_come_at_once(self, registry: Path, tmp_path: Path) -> None:
        """A score outside its scale, words that nobody knows, a file of another kind; nothing is written."""
        folder = tau2(tmp_path, "a", {"airline": 101, "telecom": float("nan")})
        tau2(tmp_path, "b", {"airline": True, "telecom": [1]})
        tau2(tmp_path, "c", {}, model_name=None, modality="smell", reasoning_effort=["high"])
        tau2(tmp_path, "d", {"airline": "83.0"})
        (folder / "e.json").write_text("[]", "utf-8")
        with pytest.raises(InvalidData) as refused:
            take("tau2-bench", folder, registry)

        assert sorted((Path(one.file).stem, one.key) for one in refused.value.findings) == [
            ("a", "results.airline.pass_1"), ("a", "results.telecom.pass_1"),
            ("b", "results.airline.pass_1"), ("b", "results.telecom.pass_1"),
            ("c", "modality"), ("c", "model_name"), ("c", "reasoning_effort"),
            ("d", "results.airline"), ("e", "results"),
        ]  # fmt: skip
        assert not (registry / "scores").exists()

    def test_a_file_that_is_no_json_is_refused_and_so_is_a_file_for_a_folder(
        self, registry: Path, tmp_path: Path
    ) -> None:
        """As errors of ours."""
        folder = tau2(tmp_path, "a", {"airline": 83.0})
        with pytest.raises(UnreadableFile, match="no such folder"):
            take("tau2-bench", folder / "a.json", registry)
        (folder / "b.json").write_text("<html>", "utf-8")
        with pytest.raises(UnreadableFile, match=r"b\.json"):
            take("tau2-bench", folder, registry)


class TestAider:
    def test_a_run_becomes_a_score_for_each_benchmark(self, registry: Path, tmp_path: Path) -> None:
        """What was solved in two tries, and how many answers kept to the form; of 225 exercises."""
        take("aider", aider(tmp_path, SOLVED.format("gpt-5 (high)", "88.0", "91.6")), registry)

        assert [(row["benchmark"], row["value"]) for row in rows(registry, "aider")] == [
            ("aider/polyglot_pass2", "0.88"), ("aider/well_formed", "0.916"),
        ]  # fmt: skip
        assert {(row["model"], row["effort"], row["n"]) for row in rows(registry, "aider")} == {
            ("openai/gpt-5", "high", "225")
        }

    def test_pairs_and_second_rows_are_left_out(self, registry: Path, tmp_path: Path) -> None:
        """A planner with an editor is two models; the first of two equal runs counts; what was not told is none."""
        first, again = (SOLVED.format("Qwen2.5-Coder-32B-Instruct", share, "99.6") for share in ("16.4", "8.0"))
        pair = SOLVED.format("o3 (high) + gpt-4.1", "78.2", "100.0")
        taken = take("aider", aider(tmp_path, first, pair, again, "model: o3\npass_rate_2: 76.9"), registry)

        assert [(row["raw"], row["value"]) for row in rows(registry, "aider")] == [
            ("Qwen2.5-Coder-32B-Instruct", "0.164"), ("o3", "0.769"), ("Qwen2.5-Coder-32B-Instruct", "0.996"),
        ]  # fmt: skip
        assert taken.skipped == {
            "a second row of one model and benchmark": 2, "not run": 1, "several models behind one name": 1,
        }  # fmt: skip

    def test_a_name_that_a_table_places_is_placed(self, registry: Path, tmp_path: Path) -> None:
        """DeepSeek V3 of March is not that of December."""
        lines = (SOLVED.format(name, "50", "90") for name in ("DeepSeek V3 (0324)", "DeepSeek Chat V3 (prev)"))
        take("aider", aider(tmp_path, *lines), registry)

        assert {row["model"] for row in rows(registry, "aider")} == {
            "deepseek/deepseek-v3",
            "deepseek/deepseek-v3-0324",
        }

    def test_all_faults_come_at_once(self, registry: Path, tmp_path: Path) -> None:
        """Scores outside their scale, no name; nothing is written."""
        bad = SOLVED.format("o3", ".nan", "110"), SOLVED.format("", "1", "1"), SOLVED.format("o3", "yes", "[]")
        with pytest.raises(InvalidData) as refused:
            take("aider", aider(tmp_path, *bad), registry)

        assert [one.key for one in refused.value.findings] == [
            "run 1.pass_rate_2", "run 1.percent_cases_well_formed", "run 2.model",
            "run 3.pass_rate_2", "run 3.percent_cases_well_formed",
        ]  # fmt: skip
        assert not (registry / "scores").exists()

    @pytest.mark.parametrize(
        ("text", "problem"),
        [
            ("- model: o1\n  test_cases: 133\n  pass_rate_2: 84.2\n", "this is no run of the polyglot benchmark"),
            ("- 5\n", "this is no run"),
            ("model: o1\n", "this is no leaderboard of Aider"),
            ("", "this is no leaderboard of Aider"),
        ],
    )
    def test_another_of_its_tables_is_refused(self, registry: Path, tmp_path: Path, text: str, problem: str) -> None:
        """The older table of edits has 133 exercises and the same names of results."""
        (tmp_path / "edit_leaderboard.yml").write_text(text, "utf-8")
        with pytest.raises(InvalidData) as refused:
            take("aider", tmp_path / "edit_leaderboard.yml", registry)

        assert [one.problem for one in refused.value.findings] == [problem]

    def test_a_file_that_is_no_yaml_is_refused(self, registry: Path, tmp_path: Path) -> None:
        """As an error of ours."""
        (tmp_path / "x.yml").write_text("- {model: [", "utf-8")
        with pytest.raises(UnreadableFile, match="not YAML"):
            take("aider", tmp_path / "x.yml", registry)


class TestWhole:
    """What holds for every leaderboard."""

    LINES = tuple(f"{n},1%,Model-{n},{n}.00%,{n}.00%" for n in range(1, 21))

    def test_a_second_import_changes_no_byte(self, registry: Path, tmp_path: Path) -> None:
        """Nor touches the file."""
        file, table = bfcl(tmp_path, *self.LINES), registry / "scores/bfcl.csv"
        take("bfcl", file, registry)
        os.utime(table, (1, 1))
        take("bfcl", file, registry)

        assert table.stat().st_mtime == 1

    def test_the_table_is_the_files_of_that_day(self, registry: Path, tmp_path: Path) -> None:
        """What the source lists no longer goes; an older file is refused."""
        take("bfcl", bfcl(tmp_path, *self.LINES), registry)
        take("bfcl", bfcl(tmp_path, *self.LINES[:15]), registry, date(2026, 1, 5))

        assert {row["seen_on"] for row in rows(registry, "bfcl")} == {"2026-01-05"}
        assert len(rows(registry, "bfcl")) == 30
        with pytest.raises(InvalidArgument, match="a newer file"):
            take("bfcl", bfcl(tmp_path, *self.LINES), registry)

    def test_a_file_that_lost_half_is_refused_unless_it_is_said_to_be_right(
        self, registry: Path, tmp_path: Path
    ) -> None:
        """As for every importer."""
        take("bfcl", bfcl(tmp_path, *self.LINES), registry)
        before, file = rows(registry, "bfcl"), bfcl(tmp_path, *self.LINES[:9])
        with pytest.raises(InvalidData, match="IMP004"):
            take("bfcl", file, registry)

        assert rows(registry, "bfcl") == before
        assert take("bfcl", file, registry, allow_shrink=True).by_source == {"bfcl": 18}

    def test_a_model_that_nobody_sells_comes_in_with_enough_benchmarks(self, registry: Path, tmp_path: Path) -> None:
        """Three, whoever ran them; here one is of another source. How it was run is no part of its name."""
        table = registry / "scores/tau2-bench.csv"
        table.parent.mkdir()
        table.write_text(
            "benchmark,model,value,seen_on,raw\ntau2-bench/airline,alibaba/qwen9-7b,0.5,2025-11-01,Qwen9-7B\n", "utf-8"
        )
        taken = take("bfcl", bfcl(tmp_path, "1,1%,Qwen9-7B (FC),5%,5%", "2,1%,Qwen9-9B (FC),5%,5%"), registry)

        assert (taken.added, taken.elsewhere) == (("alibaba/qwen9-7b",), 1)
        assert 'name = "Qwen9-7B"' in (registry / "models/alibaba/qwen9-7b.toml").read_text("utf-8")

    def test_a_name_that_no_record_can_hold_is_refused(self, registry: Path, tmp_path: Path) -> None:
        """A character that nobody sees in it."""
        with pytest.raises(InvalidData) as refused:
            take("bfcl", bfcl(tmp_path, "1,1%,Phi\u202e-4,5%,5%"), registry)

        assert {one.rule for one in refused.value.findings} == {"SEC005"}
        assert not (registry / "scores").exists()

    def test_a_name_without_a_letter_is_left_out(self, registry: Path, tmp_path: Path) -> None:
        """A note alone, a path without an end, another script: all of them would be one model."""
        lines = (f"1,1%,{name},5%,5%" for name in ("(FC)", "lab/", "模型", "Phi-4"))
        taken = take("bfcl", bfcl(tmp_path, *lines), registry)

        assert {row["raw"] for row in rows(registry, "bfcl")} == {"Phi-4"}
        assert taken.skipped == {"a name that no id can be made of": 6}

    @pytest.mark.parametrize("source", BOARD_SOURCES)
    def test_a_file_that_is_not_there_is_an_error_of_ours(self, registry: Path, tmp_path: Path, source: str) -> None:
        """With its path."""
        with pytest.raises((UnreadableFile, InvalidData), match="nowhere"):
            take(source, tmp_path / "nowhere", registry)

    def test_a_source_needs_its_reader_and_its_benchmarks(self, registry: Path, tmp_path: Path) -> None:
        """Both are errors of ours before the file is opened."""
        with pytest.raises(UnknownName, match="bfkl"):
            take("bfkl", tmp_path / "nowhere", registry)
        for file in (registry / "benchmarks/bfcl").iterdir():
            file.unlink()
        with pytest.raises(InvalidData, match="no benchmark of this source"):
            take("bfcl", tmp_path / "nowhere", registry)


@pytest.mark.parametrize("value", [True, None, [], {}, "", "one", "NaN", float("nan"), float("inf"), "1_0 0"])
def test_what_is_no_number_is_none(value: object) -> None:
    """A truth value and what is not finite among them."""
    assert (number_of(value), share_of_percent(value)) == (None, None)
