"""The door: what `import capreg` offers."""

from __future__ import annotations

import inspect
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import pytest

import capreg
from capreg.errors import InvalidArgument


def test_every_exported_name_is_there() -> None:
    """Each name of `__all__` can be touched, and `dir` shows exactly these."""
    assert dir(capreg) == sorted(capreg.__all__)
    for name in capreg.__all__:
        assert getattr(capreg, name) is not None


def test_a_name_that_is_not_exported_is_an_attribute_error() -> None:
    """The lazy door does not swallow misspelt names."""
    with pytest.raises(AttributeError, match="no attribute 'reslove'"):
        _ = capreg.reslove


def test_errors_are_reached_before_anything_else_is() -> None:
    """`except capreg.errors.CostUnknown` must not itself fail when another error is on its way."""
    code = "import capreg; print(capreg.errors.CostUnknown.__name__)"
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, encoding="utf-8", check=True).stdout

    assert said == "CostUnknown\n"


def test_the_signature_of_resolve_is_what_it_was() -> None:
    """A changed argument is a visible change: update this test and the changelog with it."""
    assert [
        "requires",
        "max_latency_ms",
        "max_first_answer_ms",
        "max_e2e_ms",
        "min_output_tps",
        "percentile",
        "max_cost_usd",
        "min_quality",
        "effort",
        "workload",
        "policy",
        "rank_by",
        "unknown",
        "as_of",
        "catalog",
        "limit",
        "tags",
    ] == list(inspect.signature(capreg.resolve).parameters)


def test_all_but_the_first_are_keywords() -> None:
    """A bound cannot be passed by position."""
    kinds = [p.kind for p in inspect.signature(capreg.resolve).parameters.values()]

    assert {inspect.Parameter.KEYWORD_ONLY} == set(kinds[1:])


def test_the_shipped_catalog_is_opened_once() -> None:
    """Two calls share one catalog."""
    assert capreg.load() is capreg.load()


@pytest.mark.parametrize(
    "ask",
    [
        lambda catalog: capreg.resolve("tool_use", catalog=catalog),
        lambda catalog: capreg.cost("openai/gpt-4.1", capreg.Usage(input_tokens=1, output_tokens=1), catalog=catalog),
        capreg.warm,
    ],
    ids=["resolve", "cost", "warm"],
)
def test_a_path_is_no_catalog(ask: Callable[[Any], object]) -> None:
    """The error says how to open it."""
    with pytest.raises(InvalidArgument) as refused:
        ask("mine.db")

    assert (refused.value.where, refused.value.found) == ("catalog", "'mine.db'")
    assert "open_catalog(path)" in (refused.value.hint or "")
