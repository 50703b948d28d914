"""`capreg quality` and `capreg import` of a leaderboard: what people see of scores, and the codes that programs get."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from capreg.source.build import build
from tests.boards import bfcl, board_registry, lmarena, rating
from tests.cli_shop import ran, write_registry

_BENCHMARK = (
    'name = "{0}"\nsource = "list"\ncapability = "tool_use"\ndefinition = "Tasks."\nscale = "share"\n'
    'evidence = [{{ source = "list", seen_on = 2026-08-19 }}]\n'
)
_HEADER = "benchmark,model,value,seen_on,standard_error,raw\n"


@pytest.fixture
def shop(tmp_path: Path) -> str:
    """The path of a catalog with two scores of a model, one of them with a standard error."""
    rows = "list/tasks,some-lab/open-70b,0.534,2026-08-19,,Open 70B\n"
    rows += "list/votes,some-lab/open-70b,0.782,2026-08-19,0.0049,Open 70B\n"
    files = {f"benchmarks/list/{name}.toml": _BENCHMARK.format(name) for name in ("tasks", "votes")}
    build(write_registry(tmp_path / "registry", {**files, "scores/list.csv": _HEADER + rows}), tmp_path / "shop.db")
    return str(tmp_path / "shop.db")


def test_a_standard_error_is_shown_in_points_where_one_is_known(shop: str, capsys: pytest.CaptureFixture[str]) -> None:
    """In a column of its own; the other score has none."""
    shown = ran(capsys, "quality", "some-lab/open-70b", "--catalog", shop).out.splitlines()
    table = [line.split() for line in shown if "list/" in line or line.startswith("capability")]

    assert table == [
        ["capability", "benchmark", "score", "±", "effort", "at", "who", "says", "so"],
        ["tool_use", "list/tasks", "53.4", "–", "list,", "2026-08-19"],
        ["tool_use", "list/votes", "78.2", "0.5", "–", "list,", "2026-08-19"],
    ]


def test_programs_get_the_standard_error_as_it_stands(shop: str, capsys: pytest.CaptureFixture[str]) -> None:
    """A share as decimal text, and no key where none is known: in a dump and in JSON."""
    dumped = [json.loads(line) for line in ran(capsys, "dump", "scores", "--catalog", shop).out.splitlines()]
    told = json.loads(ran(capsys, "quality", "some-lab/open-70b", "--json", "--catalog", shop).out)["scores"]

    assert [one.get("standard_error") for one in dumped] == [None, "0.0049"]
    assert [one.get("standard_error") for one in told] == [None, "0.0049"]


def test_a_leaderboard_comes_in_by_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """From a folder, with the day; what was left out is said by reason."""
    registry, folder = board_registry(tmp_path / "registry"), lmarena(tmp_path, rating("gpt-5", 1400, 1390, 1410))
    (folder / "other.json").write_text("{}", "utf-8")
    done = ran(capsys, "import", "lmarena", str(folder), "--seen-on", "2026-08-19", "--registry", str(registry))

    assert (done.code, done.out.splitlines()) == (
        0,
        [
            "lmarena: 3 scores",
            "models: 2 known, 0 new, 0 names of others, which help the fit",
            "left out: 1 × a file of another board",
            "now: capreg fit",
        ],
    )


def test_a_leaderboard_needs_its_day_and_its_shape(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """No day is wrong usage, a score outside its scale a fault of the file; in both nothing is written."""
    registry, file = board_registry(tmp_path / "registry"), bfcl(tmp_path, "1,1%,Phi-4,0.5,1%")
    without = ran(capsys, "import", "bfcl", str(file), "--registry", str(registry))
    faulty = ran(capsys, "import", "bfcl", str(file), "--seen-on", "2026-08-19", "--registry", str(registry))

    assert (without.code, "--seen-on" in without.err) == (2, True)
    assert (faulty.code, "data_overall.csv#row 1.Live Acc" in faulty.err) == (1, True)
    assert not (registry / "scores").exists()
