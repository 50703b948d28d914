"""The estimates that are shipped: made from the scores that are shipped, as good as the page says, plausible."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.quality import COVERAGE, LEAST_GAIN, MOST_RATIO
from capreg.importers.quality import _blind as blind
from capreg.importers.quality import thinkers
from capreg.importers.score_names import twins
from capreg.quality.estimates import estimates, refitted
from capreg.quality.grid import Grid, grid_of
from capreg.quality.validation import hold_out_groups, leave_sources_out
from capreg.source.read import Registry, read

ROOT = Path(__file__).parents[2]
LEAST = {
    "reasoning": 170,
    "coding": 150,
    "vision": 105,
    "tool_use": 95,
    "long_context": 55,
    "agentic": 40,
    "instruction_following": 30,
}


@pytest.fixture(scope="module")
def registry() -> Registry:
    """The registry of this checkout."""
    return read(ROOT / "registry_data")


@pytest.fixture(scope="module")
def grid(registry: Registry) -> Grid:
    """Its scores as the fit sees them."""
    return grid_of(registry.documents["scores"].values(), registry.documents["benchmarks"])


def test_enough_models_are_rated(registry: Registry) -> None:
    """Models with a published estimate, by capability."""
    held = registry.documents["qualities"].values()
    rated = {
        capability: len({q["model"] for q in held if q["capability"] == capability and q["status"] == "published"})
        for capability in LEAST
    }

    assert {capability: count for capability, count in rated.items() if count < LEAST[capability]} == {}


def test_the_estimates_are_those_of_the_scores(registry: Registry) -> None:
    """`capreg fit` would write what stands there, but for the last digit."""
    documents = registry.documents
    same = twins(documents["models"])
    models = {model: same.get(model, ()) for model in documents["models"]}
    rows = estimates(
        *(documents["scores"].values(), documents["benchmarks"]),
        models=models,
        blind=blind(registry),
        thinkers=thinkers(documents),
    )
    made = {f"{row['model']}/{row.get('effort', 'unstated')}/{row['capability']}": row for row in rows}

    assert made.keys() == documents["qualities"].keys()
    far = [
        key
        for key, row in made.items()
        for name in ("estimate", "low", "high")
        if abs(float(row[name]) - float(documents["qualities"][key][name])) > 0.11
    ]
    assert far == []
    thinking = {key for key, row in made.items() if row.get("thinks")}
    assert thinking == {key for key, held in documents["qualities"].items() if held.get("thinks")}


def test_the_parameters_are_those_of_the_scores(registry: Registry) -> None:
    """A fit from all the shipped scores gives the parameters that the benchmarks' files hold."""
    benchmarks = registry.documents["benchmarks"]
    made = refitted(registry.documents["scores"].values(), benchmarks)

    assert made.keys() == {key for key, benchmark in benchmarks.items() if "fit" in benchmark}
    far = [
        key
        for key, told in made.items()
        for name in told
        if abs(float(told[name]) - float(benchmarks[key]["fit"][name])) > 1e-3
    ]
    assert far == []


def test_held_out_scores_are_predicted(grid: Grid) -> None:
    """Better than by the mean of z-scores, with intervals that hold what they say."""
    groups = hold_out_groups(grid)

    assert groups.ratio <= MOST_RATIO
    assert COVERAGE[0] <= groups.coverage <= COVERAGE[1]


def test_unseen_sources_rank_models_alike(grid: Grid) -> None:
    """More so than the mean of z-scores does."""
    unseen = leave_sources_out(grid)

    assert unseen.correlation - unseen.baseline_correlation >= LEAST_GAIN


@pytest.mark.parametrize(
    ("better", "worse", "capability"),
    [
        ("anthropic/claude-sonnet-4-5", "meta/llama-3.1-8b-instruct", "tool_use"),
        ("openai/gpt-5", "openai/gpt-4o-mini", "reasoning"),
        ("google/gemini-2.5-pro", "google/gemma-3-27b-it", "vision"),
        ("openai/gpt-4.1", "openai/gpt-4.1-nano", "coding"),
    ],
)
def test_what_everybody_knows_comes_out(registry: Registry, better: str, worse: str, capability: str) -> None:
    """The interval of the better one is above that of the worse one."""
    held = registry.documents["qualities"]
    assert float(held[f"{better}/unstated/{capability}"]["low"]) > float(held[f"{worse}/unstated/{capability}"]["high"])
