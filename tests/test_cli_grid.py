"""Tables of the command line: whatever the width, nothing of a row is cut and every figure stays whole."""

from __future__ import annotations

import pytest

from capreg.cli.grid import Grid, broken, side_by_side
from tests.cli_shop import on_terminal, started

WIDTHS = (40, 60, 80, 100, 120, 160)


def machines() -> Grid:
    """A table of two machines, as `capreg compare` has it."""
    grid = Grid(
        ["accelerator", "engine", "tok/s a request", "$/M output", "output tok/$", "by"],
        right=["tok/s a request", "$/M output", "output tok/$"],
    )
    grid.add_row("nvidia-h100-sxm", "vllm", "1,234.5", "0.157", "6,359,087", "mlperf-inference-v6-0")
    grid.add_row("amd/mi355x", "–", "–", "–", "–", "inferencex")
    return grid


def texts(grid: Grid, width: int) -> list[str]:
    """The lines of `grid`, headings among them."""
    return [line.text for line in grid.lines(width)]


def test_where_there_is_room_a_row_is_a_line() -> None:
    """Figures to the right, texts to the left, two spaces between; nothing hangs on at the end."""
    assert texts(machines(), 100) == [
        "accelerator      engine  tok/s a request  $/M output  output tok/$  by",
        "nvidia-h100-sxm  vllm            1,234.5       0.157     6,359,087  mlperf-inference-v6-0",
        "amd/mi355x       –                     –           –             –  inferencex",
    ]


def test_where_it_is_narrow_headings_and_texts_are_broken() -> None:
    """At spaces and after slashes; headings stand on what they head."""
    assert texts(machines(), 80) == [
        "                         tok/s a                 output",
        "accelerator      engine  request  $/M output      tok/$  by",
        "nvidia-h100-sxm  vllm    1,234.5       0.157  6,359,087  mlperf-inference-v6-0",
        "amd/mi355x       –             –           –          –  inferencex",
    ]


def test_where_it_is_narrower_a_row_is_several_lines() -> None:
    """Its texts, but what is unknown; below them its figures."""
    assert texts(machines(), 50) == [
        "accelerator  engine  by",
        "  tok/s a     $/M     output",
        "  request  output      tok/$",
        "nvidia-h100-sxm  vllm  mlperf-inference-v6-0",
        "  1,234.5   0.157  6,359,087",
        "amd/mi355x  inferencex",
        "        –       –          –",
    ]


def test_texts_that_are_to_stay_whole_are_not_broken() -> None:
    """Headings are; where that is not enough, a row is several lines."""
    grid = Grid(["offering", "$/1k calls"], right=["$/1k calls"], whole=["offering"])
    grid.add_row("deepinfra/google/gemma", "0.145")

    assert grid.width == len("deepinfra/google/gemma") + 2 + len("calls")
    assert texts(grid, grid.width) == [
        "                         $/1k",
        "offering                calls",
        "deepinfra/google/gemma  0.145",
    ]
    assert texts(grid, grid.width - 1)[-2:] == ["deepinfra/google/gemma", "  0.145"]


def test_figures_that_find_no_room_take_another_line() -> None:
    """As many side by side as there is room for."""
    assert texts(machines(), 20)[-4:] == ["amd/mi355x", "  inferencex", "        –       –", "          –"]
    assert side_by_side(["1", "22", "333"], [3, 3, 3], 8) == ["  1   22", "333"]


def test_a_rank_stands_beside_all_lines_of_its_row() -> None:
    """What belongs together is indented below it."""
    grid = Grid(["#", "model", "estimate"], right=["#", "estimate"])
    grid.add_row("10", "lab/a-rather-long-name", "82.1")

    assert texts(grid, 20) == [" #  model", "    estimate", "10  lab/", "    a-rather-long-name", "        82.1"]


@pytest.mark.parametrize("width", WIDTHS)
def test_no_line_is_longer_than_the_page(width: int) -> None:
    """But for a word or a figure that is."""
    assert all(len(line) <= width for line in texts(machines(), width))


@pytest.mark.parametrize(
    ("text", "width", "lines"),
    [
        ("two words", 20, ["two words"]),
        ("two words", 5, ["two", "words"]),
        ("a/b c/d", 5, ["a/b", "c/d"]),
        ("vendor/family/name", 14, ["vendor/family/", "name"]),
        ("unbreakable", 4, ["unbreakable"]),
        ("one\ntwo", 9, ["one", "two"]),
    ],
)
def test_texts_break_at_spaces_and_after_slashes_only(text: str, width: int, lines: list[str]) -> None:
    """A word that is too long for a line stays whole."""
    assert broken(text, width) == lines


@pytest.mark.parametrize("width", [60, 100])
@pytest.mark.parametrize(
    "command",
    [
        ("compare", "--model", "openai/gpt-oss-120b", "--requests-per-second", "20", "--as-of", "2026-11-22"),
        ("leaderboard", "tool_use", "--limit", "3", "--as-of", "2026-11-22"),
        ("quality", "openai/gpt-oss-120b"),
        ("resolve", "tool_use", "--max-e2e-ms", "9000", "--rank-by", "quality", "--as-of", "2026-11-22"),
    ],
    ids=lambda command: command[0],
)
def test_a_terminal_shows_what_a_pipe_gets(command: tuple[str, ...], width: int) -> None:
    """Every word with a digit in it: no figure is cut, whatever the width, and no id is lost but for its breaks."""
    piped = started(*command).out
    shown = "".join("\n".join(on_terminal(width, *command)).replace("/\n", "/").split())

    figures = {word for word in piped.split() if any(sign.isdigit() for sign in word)}
    assert sorted(word for word in figures if word not in shown and "/" not in word) == []
