"""LMArena's ratings as chances to be preferred, with the standard error that their bounds give."""

from __future__ import annotations

import json
import math
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from capreg.errors import InvalidData, UnreadableFile
from capreg.importers.boards import take_board
from capreg.importers.boards.lmarena import share_of_rating, standard_error
from capreg.importers.files import table_rows
from capreg.importers.quality import Taken
from capreg.source.read import read
from tests.boards import board_registry, lmarena, rating

FABLE = rating("claude-fable-5", 1506.7374489192339, 1497.4869742357528, 1515.987923602715)


@pytest.fixture
def registry(tmp_path: Path) -> Path:
    """A registry with three benchmarks of LMArena."""
    return board_registry(tmp_path / "registry_data")


def take(folder: Path, registry: Path) -> Taken:
    """Imports the folder."""
    return take_board("lmarena", folder, registry, seen_on=date(2026, 8, 19))


def coding(registry: Path) -> list[dict[str, str]]:
    """The rows on text/coding, without the empty cells."""
    rows = table_rows((registry / "scores/lmarena.csv").read_text("utf-8"))
    return [{k: v for k, v in row.items() if v} for row in rows if row["benchmark"] == "lmarena/text-coding"]


def test_a_rating_becomes_a_score_with_its_standard_error(registry: Path, tmp_path: Path) -> None:
    """The variance that the source states beside these bounds is 22.28, which gives the same error."""
    take(lmarena(tmp_path, FABLE), registry)

    assert coding(registry) == [
        {
            "benchmark": "lmarena/text-coding",
            "model": "anthropic/claude-fable-5",
            "value": "0.7668",
            "seen_on": "2026-08-19",
            "n": "5792",
            "standard_error": "0.0049",
            "raw": "claude-fable-5",
        }
    ]
    (document,) = (one for one in read(registry).documents["scores"].values() if one["raw"] == "claude-fable-5")
    assert (document["value"], document["standard_error"]) == ("0.7668", "0.0049")


def test_an_effort_and_a_harness_are_no_part_of_a_name(registry: Path, tmp_path: Path) -> None:
    """One model in two harnesses is two runs; a second row of one of them is left out."""
    rows = (rating(f"gpt-5.2-high{harness}", 1400, 1390, 1410) for harness in ("", " (codex-harness)", ""))
    taken = take(lmarena(tmp_path, *rows), registry)

    assert [(row["model"], row["effort"], row.get("harness")) for row in coding(registry)] == [
        ("openai/gpt-5.2", "high", None), ("openai/gpt-5.2", "high", "codex-harness"),
    ]  # fmt: skip
    assert taken.skipped == {"a second row of one model and benchmark": 1}


def test_other_categories_and_boards_are_left_out_with_a_reason(registry: Path, tmp_path: Path) -> None:
    """What the registry has no benchmark of."""
    folder = lmarena(tmp_path, FABLE, FABLE | {"category": "polish"})
    (folder / "search_style_control.json").write_text("{}", "utf-8")
    (folder / "catalog.json").write_text('{"coding": {"x": {"rating": 1500}}}', "utf-8")

    assert take(folder, registry).skipped == {
        "a file of another board": 2, "of no benchmark that the registry has": 1,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("row", "key"),
    [
        (FABLE | {"rating": 0.7668}, "rating"),
        (FABLE | {"rating": 5792}, "rating"),
        (FABLE | {"rating": float("nan")}, "rating"),
        (FABLE | {"rating_upper": None}, "rating"),
        (FABLE | {"rating_lower": 1507.0}, "rating"),
        (FABLE | {"rating_lower": FABLE["rating"], "rating_upper": FABLE["rating"]}, "rating"),
        (FABLE | {"vote_count": 0}, "vote_count"),
        (FABLE | {"vote_count": 0.5}, "vote_count"),
        (FABLE | {"vote_count": True}, "vote_count"),
        (FABLE | {"model_name": " "}, "model_name"),
    ],
)
def test_what_cannot_be_a_rating_is_refused(registry: Path, tmp_path: Path, row: dict[str, Any], key: str) -> None:
    """A share, a number of votes, NaN, bounds that do not hold it, no votes, no name; nothing is written."""
    with pytest.raises(InvalidData) as refused:
        take(lmarena(tmp_path, FABLE, row), registry)

    assert [one.key for one in refused.value.findings] == [f"rows.3.{key}"]
    assert not (registry / "scores").exists()


def test_all_faults_of_all_files_come_at_once(registry: Path, tmp_path: Path) -> None:
    """A row that is none, a category that is not there, a file that is another board, one that is missing."""
    folder = lmarena(tmp_path, "row")
    (folder / "webdev.json").write_text(json.dumps({"meta": {"subset": "text"}, "rows": []}), "utf-8")
    with pytest.raises(InvalidData) as refused:
        take(folder, registry)
    told = sorted((Path(one.file).name, one.problem) for one in refused.value.findings)

    assert told == [
        ("text_style_control.json", "a category without a rating"),
        ("text_style_control.json", "this is no rating"),
        ("webdev.json", "a category without a rating"),
        ("webdev.json", "this is no such leaderboard of LMArena"),
    ]
    (folder / "webdev.json").unlink()
    with pytest.raises(InvalidData, match="a board without its file"):
        take(folder, registry)


@pytest.mark.parametrize("text", ["[]", "{}", '{"meta": [], "rows": []}', '{"coding": {"x": {"rating": 1500}}}'])
def test_a_board_of_another_shape_is_refused(registry: Path, tmp_path: Path, text: str) -> None:
    """The catalog of 2025 has the same ratings in another one."""
    folder = lmarena(tmp_path, FABLE)
    (folder / "text_style_control.json").write_text(text, "utf-8")
    with pytest.raises(InvalidData, match="no such leaderboard of LMArena"):
        take(folder, registry)


def test_of_very_many_faults_a_hundred_are_told(registry: Path, tmp_path: Path) -> None:
    """And how many more there are."""
    with pytest.raises(InvalidData) as refused:
        take(lmarena(tmp_path, *([FABLE | {"rating": None}] * 250)), registry)

    assert len(refused.value.findings) == 101
    assert "and 150 more faults" in {one.problem for one in refused.value.findings}


def test_what_is_no_folder_or_no_json_is_refused(registry: Path, tmp_path: Path) -> None:
    """As errors of ours."""
    folder = lmarena(tmp_path, FABLE)
    with pytest.raises(UnreadableFile, match="no such folder"):
        take(folder / "webdev.json", registry)
    (folder / "webdev.json").write_text("<html>", "utf-8")
    with pytest.raises(UnreadableFile, match="not JSON"):
        take(folder, registry)


@given(value=st.floats(700, 1800), half=st.floats(0.5, 40))
def test_the_standard_error_is_that_of_the_bounds_on_the_scale_of_the_share(value: float, half: float) -> None:
    """The slope at the rating times the rating's own error: near half the distance of the bounds' shares by 1.96."""
    error = standard_error(value, value - half, value + half)
    by_bounds = (share_of_rating(value + half) - share_of_rating(value - half)) / 2 / 1.959964

    assert math.isclose(error, by_bounds, rel_tol=0.01)


def test_a_rating_of_1300_is_an_even_chance_and_400_more_is_ten_to_one() -> None:
    """The scale of the ratings."""
    assert (share_of_rating(1300), round(share_of_rating(1700), 9)) == (0.5, round(10 / 11, 9))


def test_the_shipped_standard_errors_are_shares() -> None:
    """Every score by votes has one, smaller than the score could be off."""
    rows = table_rows((Path(__file__).parent.parent / "registry_data/scores/lmarena.csv").read_text("utf-8"))

    assert len(rows) == 3729
    assert all(Decimal(0) < Decimal(row["standard_error"]) < Decimal("0.1") for row in rows)
