"""`capreg roofline`: what is at most possible, and what gets no figure at all."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.cli_shop import ran

MODEL = ("--model", "meta/llama-3.3-70b-instruct")


@pytest.fixture
def asked(capsys: pytest.CaptureFixture[str]) -> Any:
    """Runs it on the shipped catalog."""
    return lambda chip, *options: ran(capsys, "roofline", *MODEL, "--accelerator", chip, *options)


def test_what_does_not_fit_has_no_rate(asked: Any) -> None:
    """141 GB of weights on one chip of 80 GB: no line of it shows a rate, and the held bytes say why."""
    (one,) = json.loads(asked("nvidia-h100-sxm", "--precision", "bf16", "--batch", "1", "--json").out)

    assert (one["fits"], one["output_tps_per_request"], one["output_tps_per_chip"]) == (False, None, None)
    assert one["held_bytes"] > one["memory_bytes"] == 80_000_000_000
    assert one["most_requests"] == 0


def test_what_fits_is_worked_out_by_hand(asked: Any) -> None:
    """69.5 GB of weights and 163.84 MB of cache, read at 4 × 3.35 TB/s."""
    (one,) = json.loads(asked("nvidia-h100-sxm", "--count", "4", "--batch", "1", "--json").out)

    assert one["output_tps_per_request"] == pytest.approx(4 * 3350 / (69.5 + 0.16384))
    assert one["most_requests"] == int((320 - 70.6) / 0.16384)


def test_a_chip_that_is_only_announced_has_no_figure(asked: Any) -> None:
    """Whatever its maker says of it."""
    answer = asked("etched-sohu", "--count", "8")

    assert (answer.code, answer.out) == (2, "")
    assert "the chip is only announced" in answer.err


def test_arithmetic_that_the_chip_lacks_is_told(asked: Any) -> None:
    """No FP4 on an H100: the weights are read so and computed with in FP8; what the chip has needs no word."""
    four, eight = (asked("nvidia-h100-sxm", "--precision", form).out for form in ("fp4", "fp8"))

    assert "no fp4 arithmetic is known of the chip: computed in fp8, its fastest" in four
    assert "arithmetic is known" not in eight
    assert "by bandwidth alone" in asked("cerebras-wse-3", "--count", "4").out
