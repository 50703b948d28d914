"""The fit on made abilities: it finds what made the scores, the same every time, and says how sure it is."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from capreg.quality.ability import abilities, fitted, logit, sigmoid
from capreg.quality.estimates import estimates, refitted
from capreg.quality.grid import Grid, grid_of
from capreg.quality.validation import hold_out_groups, leave_sources_out

MODELS = 60
CAPABILITIES = ("coding", "vision")
PER_CAPABILITY = 6


def made(seed: int = 5) -> tuple[list[dict[str, Any]], dict[str, dict[str, Any]], np.ndarray[Any, Any]]:
    """Scores of made models on made benchmarks of two sources, with half of the cells missing, and their abilities."""
    draw = np.random.default_rng(seed)
    ability = draw.normal(size=(MODELS, 1 + len(CAPABILITIES)))
    benchmarks, scores = {}, []
    for number in range(len(CAPABILITIES) * PER_CAPABILITY):
        place, source = number % len(CAPABILITIES), ("one", "two")[number % 4 // 2]
        key = f"{source}/b{number}"
        benchmarks[key] = {"source": source, "capability": CAPABILITIES[place]}
        mean, general, own = draw.normal(), draw.uniform(0.8, 1.6), draw.uniform(0.3, 0.9)
        for model in range(MODELS):
            noise = 0.25 * draw.normal()
            share = float(sigmoid(mean + general * ability[model, 0] + own * ability[model, 1 + place] + noise))
            if draw.random() < 0.5:
                scores.append({"benchmark": key, "model": f"lab/m{model:02}", "value": f"{share:.4f}"})
    return scores, benchmarks, ability


def rows(scores: list[dict[str, Any]], benchmarks: dict[str, Any], **blind: set[str]) -> list[dict[str, Any]]:
    """The estimates of all made models, with parameters from all scores."""
    told = refitted(scores, benchmarks)
    fits = {key: benchmark | ({"fit": told[key]} if key in told else {}) for key, benchmark in benchmarks.items()}
    models: dict[str, tuple[str, ...]] = {score["model"]: () for score in scores}
    return [dict(row) for row in estimates(scores, fits, models=models, blind=blind.get("blind", set()))]


def test_abilities_come_out_in_order() -> None:
    """Half of the cells are missing, and the general ability of sixty models is still ranked nearly as it was made."""
    scores, benchmarks, ability = made()
    grid = grid_of(scores, benchmarks)
    found = abilities(grid, fitted(grid)).mean[:, 0]
    truth = np.array([ability[int(row[0][-2:]), 0] for row in grid.rows])

    assert float(np.corrcoef(found, truth)[0, 1]) > 0.9


def test_intervals_hold_what_they_say() -> None:
    """Of the abilities that were made, about nine in ten are inside the 90 % interval of the capability."""
    scores, benchmarks, ability = made()
    told = refitted(scores, benchmarks)
    inside = []
    for row in rows(scores, benchmarks):
        place = CAPABILITIES.index(row["capability"])
        keys = [key for key in told if benchmarks[key]["capability"] == row["capability"]]
        mean, general, own = (np.mean([float(told[key][name]) for key in keys]) for name in ("mean", "general", "own"))
        of = ability[int(row["model"][-2:])]
        truth = 100 * float(sigmoid(np.array(mean + general * of[0] + own * of[1 + place])))
        inside.append(float(row["low"]) - 2 <= truth <= float(row["high"]) + 2)

    assert 0.8 <= np.mean(inside) <= 1


def test_two_fits_give_the_same_bits() -> None:
    """No random number is drawn, and the order of the rows is that of the names."""
    scores, benchmarks, _ = made()

    assert refitted(scores, benchmarks) == refitted(list(reversed(scores)), benchmarks)


def test_a_new_model_moves_no_other() -> None:
    """Parameters are frozen: what is scored later is measured by them."""
    scores, benchmarks, _ = made()
    told = refitted(scores, benchmarks)
    fits = {key: benchmark | {"fit": told[key]} for key, benchmark in benchmarks.items()}
    models: dict[str, tuple[str, ...]] = dict.fromkeys((*(score["model"] for score in scores), "lab/new"), ())
    new = [{"benchmark": key, "model": "lab/new", "value": "0.9"} for key in fits]
    before = estimates(scores, fits, models=models, blind=set())
    after = estimates([*scores, *new], fits, models=models, blind=set())

    assert [row for row in after if row["model"] != "lab/new"] == before
    assert {row["status"] for row in after if row["model"] == "lab/new"} == {"published"}


def test_little_evidence_is_provisional() -> None:
    """Two benchmarks of one source are too few, of two sources enough; three are enough in any case."""
    scores, benchmarks, _ = made()
    for row in rows(scores, benchmarks):
        enough = row["benchmarks"] >= 3 or (row["benchmarks"] >= 2 and row["sources"] >= 2)
        assert (row["status"] == "published") == enough


def test_no_vision_for_the_blind() -> None:
    """Whatever the general ability would say, a model that takes no pictures gets no estimate for them."""
    scores, benchmarks, _ = made()
    blind = {"lab/m03"}
    found = {(row["model"], row["capability"]) for row in rows(scores, benchmarks, blind=blind)}

    assert ("lab/m03", "coding") in found
    assert ("lab/m03", "vision") not in found
    assert ("lab/m04", "vision") in found


def test_the_same_model_under_another_id_is_told_too() -> None:
    """A dated id of the same model has the same estimate, and says whose scores; one with scores keeps its own."""
    scores, benchmarks, _ = made()
    told = refitted(scores, benchmarks)
    fits = {key: benchmark | {"fit": told[key]} for key, benchmark in benchmarks.items()}
    found = estimates(scores, fits, models={"lab/m01": ("lab/m01-2026-01-01",)}, blind=set())
    one, two = ([row["estimate"] for row in found if row["model"] == m] for m in ("lab/m01", "lab/m01-2026-01-01"))

    assert one == two != []
    assert {row["model"]: row.get("scored_as") for row in found} == {"lab/m01": None, "lab/m01-2026-01-01": "lab/m01"}
    known = {"lab/m01": ("lab/m02",), "lab/m02": ()}
    apart = estimates(scores, fits, models=known, blind=set())
    assert [row for row in apart if "scored_as" in row] == []


def test_thinking_switched_off_is_a_row_of_its_own() -> None:
    """The best of several efforts counts, and a run without thought never lends its score to one with."""
    benchmarks = {"s/b": {"source": "s", "capability": "coding"}}
    scores = [
        {"benchmark": "s/b", "model": "lab/x", "value": "0.2", "effort": "off"},
        {"benchmark": "s/b", "model": "lab/x", "value": "0.4", "effort": "low"},
        {"benchmark": "s/b", "model": "lab/x", "value": "0.6", "effort": "high"},
    ]
    grid = grid_of(scores, benchmarks, only=["s/b"])

    assert [(row, share) for row, (share,) in zip(grid.rows, grid.shares.tolist(), strict=True)] == [
        (("lab/x", None), 0.6),
        (("lab/x", "off"), 0.2),
    ]
    apart = grid_of([*scores, scores[0] | {"effort": None}], benchmarks, only=["s/b"], by_effort=True)
    assert [(row, share) for row, (share,) in zip(apart.rows, apart.shares.tolist(), strict=True)] == [
        (("lab/x", "high"), 0.6),
        (("lab/x", "low"), 0.4),
    ]


def test_a_stated_effort_has_an_estimate_where_it_has_evidence_of_its_own() -> None:
    """All of one model's runs at high, and one of another's: the first has two estimates, and the second one."""
    scores, benchmarks, _ = made()
    told = refitted(scores, benchmarks)
    fits = {key: benchmark | {"fit": told[key]} for key, benchmark in benchmarks.items()}
    of_one = [score | {"effort": "high"} if score["model"] == "lab/m01" else score for score in scores]
    first = next(place for place, score in enumerate(of_one) if score["model"] == "lab/m02")
    of_one[first] = of_one[first] | {"effort": "high"}
    found = estimates(of_one, fits, models={"lab/m01": (), "lab/m02": ()}, blind=set())

    assert {(row["model"], row.get("effort")) for row in found} == {
        ("lab/m01", None),
        ("lab/m01", "high"),
        ("lab/m02", None),
    }
    told_of = [row for row in found if row["model"] == "lab/m01" and row["status"] == "published"]
    whole, apart = ([row for row in told_of if row.get("effort") == effort] for effort in (None, "high"))
    assert [(row["capability"], row["estimate"]) for row in whole] == [(r["capability"], r["estimate"]) for r in apart]
    assert apart != []


def test_a_model_that_can_think_is_marked() -> None:
    """By a score at an effort at which it thought, or because its record says so; a run without thought never is."""
    scores, benchmarks, _ = made()
    told = refitted(scores, benchmarks)
    fits = {key: benchmark | {"fit": told[key]} for key, benchmark in benchmarks.items()}
    scores += [
        {**next(score for score in scores if score["model"] == f"lab/{model}"), "effort": effort}
        for model, effort in (("m01", "high"), ("m02", "off"))
    ]
    models: dict[str, tuple[str, ...]] = {score["model"]: () for score in scores}
    found = estimates(iter(scores), fits, models=models, blind=set(), thinkers={"lab/m03"})

    assert {row["model"] for row in found if "thinks" in row} == {"lab/m01", "lab/m03"}
    assert {row.get("effort") for row in found if row["model"] == "lab/m02"} == {None, "off"}


def test_conformance_is_no_ability() -> None:
    """A benchmark that is not latent, and a score measured at one provider, stay out of the fit."""
    benchmarks: dict[str, dict[str, Any]] = {
        "s/form": {"source": "s", "capability": "structured_output", "is_latent": False},
        "s/b": {"source": "s", "capability": "coding"},
    }
    scores = [
        {"benchmark": "s/form", "model": "lab/x", "value": "0.9"},
        {"benchmark": "s/b", "model": "lab/x", "value": "0.5", "provider": "host"},
    ]

    assert grid_of(scores, benchmarks, only=["s/form", "s/b"]).rows == ()


def test_nothing_fitted_gives_no_estimate() -> None:
    """Before the first fit there are no parameters, and nothing is guessed."""
    scores, benchmarks, _ = made()

    assert estimates(scores, benchmarks, models={"lab/m01": ()}, blind=set()) == []


def test_shares_at_the_ends_have_logits() -> None:
    """0 and 1 are kept a hundredth away from the infinite."""
    assert np.isfinite(logit(np.array([0.0, 1.0]))).all()
    assert sigmoid(logit(np.array([0.25]))) == pytest.approx([0.25])


def test_validation_beats_the_mean_of_z_scores_on_made_scores() -> None:
    """And its intervals cover about nine in ten; the check can fail: shuffled scores are predicted no better."""
    scores, benchmarks, _ = made()
    grid = grid_of(scores, benchmarks)
    groups, unseen = hold_out_groups(grid), leave_sources_out(grid)
    draw = np.random.default_rng(1)
    shuffled = np.array(grid.shares)
    for column in range(shuffled.shape[1]):
        known = np.isfinite(shuffled[:, column])
        shuffled[known, column] = draw.permutation(shuffled[known, column])
    noise = hold_out_groups(
        Grid(
            rows=grid.rows,
            benchmarks=grid.benchmarks,
            capabilities=grid.capabilities,
            capability=grid.capability,
            source=grid.source,
            shares=shuffled,
        )
    )

    assert groups.ratio < 0.9
    assert 0.8 < groups.coverage <= 1
    assert unseen.correlation > 0.7
    assert noise.error > 1.5 * groups.error
