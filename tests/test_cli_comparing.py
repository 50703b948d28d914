"""`capreg compare`: machines beside offerings, what cannot be meant, and no digit lost on a narrow terminal."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.cli_shop import on_terminal, ran

ASKED = ("compare", "--model", "openai/gpt-oss-120b", "--as-of", "2026-11-22")
CLASS = ("--input-tokens", "1024", "--output-tokens", "1024")


@pytest.fixture
def compared(capsys: pytest.CaptureFixture[str]) -> Any:
    """Runs it on the shipped catalog."""
    return lambda *options: ran(capsys, *ASKED, *options)


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("--requests-per-second", "0"),
        ("--requests-per-second", "-1"),
        ("--requests-per-second", "nan"),
        ("--min-output-tps", "nan"),
        ("--min-output-tps", "-4"),
        ("--max-latency-ms", "-3"),
        ("--market", "rented"),
        ("--seller", "nobody"),
        ("--provider", "grok"),
        ("--accelerator", "nvidia-h1000"),
    ],
)
def test_what_cannot_be_meant_is_refused(compared: Any, option: str, value: str) -> None:
    """With what would be accepted, and as wrong usage: no crash, and no table without a price in it."""
    answer = compared(option, value)

    assert (answer.code, answer.out) == (2, "")
    assert option.removeprefix("--").replace("-", "_") in answer.err.replace("-", "_")
    assert "expected" in answer.err


def test_a_day_on_which_nobody_sold_it_still_has_machines(compared: Any) -> None:
    """None of its hosts has a price before it was seen, and that is no error."""
    answer = compared("--as-of", "2025-11-30", *CLASS)

    assert answer.code == 0
    assert "no offering of it has a known cost" in answer.out


def test_an_offering_that_breaks_a_bound_is_left_out(compared: Any) -> None:
    """SambaNova was seen at 1,625 ms and goes; who was never timed stays."""
    hosts = ("--provider", "sambanova", "--provider", "groq", "--provider", "crusoe", *CLASS)
    free, bounded = compared(*hosts).out, compared(*hosts, "--max-latency-ms", "200").out

    assert [name in free for name in ("sambanova/", "groq/", "crusoe/")] == [True, True, True]
    assert [name in bounded for name in ("sambanova/", "groq/", "crusoe/")] == [False, True, True]


def test_whose_figures_are_shown_is_named_as_they_ask(compared: Any) -> None:
    """MLCommons asks that what is made of its results is told apart from them."""
    shown, other = compared("--min-output-tps", "50").out, compared(*CLASS).out
    derived = "figures per chip and per dollar are derived and no MLPerf metrics"

    assert derived in shown
    assert derived not in other
    assert "Data from InferenceX" in other


def test_offerings_have_dollars_for_a_million_output_tokens(compared: Any) -> None:
    """All that the call costs, over its output: comparable with machines of the same lengths."""
    told = json.loads(compared(*CLASS, "--provider", "groq", "--json").out)
    (host,) = told["hosted"]

    assert host["usd_per_million_output"] == pytest.approx(float(host["cost_usd"]) / 1024 * 1e6)
    assert host["backend"]["accelerators"] == ["groq-lpu-v1"]


@pytest.mark.parametrize("columns", [40, 60, 100])
def test_a_narrow_terminal_loses_no_digit(columns: int) -> None:
    """Every figure of the wide table stands whole on a narrow one, and no line is too long."""
    options = (*ASKED, *CLASS, "--requests-per-second", "50", "--accelerator", "nvidia-b200", "--provider", "groq")
    wide, narrow = on_terminal(300, *options), on_terminal(columns, *options)
    figures = {word for line in wide[3:6] for word in line.split() if word[0].isdigit()}

    assert len(figures) > 10
    assert not figures - {word for line in narrow for word in line.split()}
    assert max(map(len, narrow)) <= columns
