"""`capreg quality`, `leaderboard` and `fit`: what models are worth, by whose scores, and how estimates are made."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from capreg.cli import options as o
from capreg.cli import page
from capreg.cli.failure import ANSWERED
from capreg.cli.measuring import day_of
from capreg.cli.shelf import opened, registry_folder
from capreg.errors import InvalidArgument

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from rich.console import RenderableType

    from capreg.catalog import Catalog
    from capreg.importers.quality import Taken

    Document = Mapping[str, Any]

__all__ = ["fit", "leaderboard", "quality", "take_board", "take_counts", "take_observations"]

ANCHORS = (80, 70, 60, 50)
"""Where the leaderboard names a model, so that a number means something."""
_WIDTH = 30
_NEAR = 2.0
_EVERYBODY = "long_context>=1"
"""A requirement that every offering with a known context meets: what is asked is only the price."""

ModelName = Annotated[str, typer.Argument(metavar="MODEL", help="A model's id.", show_default=False)]
Capability = Annotated[
    str,
    typer.Argument(metavar="CAPABILITY", help="What it is to be good at, such as tool_use.", show_default=False),
]
OpenWeights = Annotated[bool, typer.Option("--open-weights", help="Only models whose weights are open.")]
Dearest = Annotated[
    float | None,
    typer.Option(
        "--max-cost-usd",
        metavar="USD",
        help="Only models that somebody sells for at most this much a call of 2,000 input and 300 output tokens.",
    ),
]
Most = Annotated[int, typer.Option("--limit", min=1, help="How many models.")]
Refit = Annotated[
    bool,
    typer.Option("--refit", help="Fit the parameters of the benchmarks anew: every estimate may move."),
]


def quality(model: ModelName, as_json: o.AsJson = False, catalog: o.CatalogFile = None) -> int:
    """What is known of how well MODEL does: an estimate by capability and effort, and the scores behind it.

    Exit code 0: shown, though there may be none. 2: no such model.
    """
    from capreg.errors import UnknownName

    whole = opened(catalog)
    if model not in whole.documents("models"):
        raise UnknownName("model", model, whole.documents("models"), where="MODEL")
    rated = [one for one in whole.documents("qualities").values() if one["model"] == model]
    ids = {model, *(one["scored_as"] for one in rated if "scored_as" in one)}
    scores = [one for one in whole.documents("scores").values() if one["model"] in ids]
    if as_json:
        told = {"model": model, "qualities": rated, "scores": scores}
        page.write_json(json.dumps(told, indent=2, ensure_ascii=False))
        return ANSWERED
    paper = page.console()
    page.write(paper, *_quality_parts(whole, model, rated, scores))
    return ANSWERED


def _quality_parts(
    catalog: Catalog, model: str, rated: Sequence[Document], scores: Sequence[Document]
) -> Iterator[RenderableType]:
    from rich.text import Text

    yield Text(f"quality of {model}", style="bold")
    if not rated:
        yield "no estimate: no score of it is known, or only of benchmarks that too few models took"
    table = page.columns(["capability", "effort", "estimate", "0 … 100", "evidence"], right=["estimate", "0 … 100"])
    for one in sorted(rated, key=lambda one: (one["capability"], one.get("effort", ""))):
        mark = "" if one["status"] == "published" else "provisional, "
        evidence = f"{mark}{_count(one['benchmarks'], 'benchmark')}, {_count(one['sources'], 'source')}"
        told = f"{one['estimate']} ({one['low']}–{one['high']})"
        table.add_row(one["capability"], one.get("effort", "unstated"), told, _drawn(one), evidence)
    if rated:
        yield table
    under = sorted({one["scored_as"] for one in rated if "scored_as" in one})
    if under:
        yield f"scored as {', '.join(under)}, another id of the same model"
    if scores:
        yield ""
        yield _score_table(catalog, scores)


def _score_table(catalog: Catalog, scores: Sequence[Document]) -> RenderableType:
    benchmarks = catalog.documents("benchmarks")
    bounded = any("standard_error" in one for one in scores)
    headings = ["capability", "benchmark", "score", *(["±"] if bounded else []), "effort", "at", "who says so"]
    table = page.columns(headings, right=["score", "±"])
    for one in sorted(scores, key=lambda one: _score_order(one, benchmarks)):
        by = "its maker" if one.get("self_reported") else one["source"]
        points = [_points(one["value"]), *([_points(one.get("standard_error"))] if bounded else [])]
        capability = benchmarks[one["benchmark"]]["capability"]
        at = f"{one['provider']}, {one['n']:,} answers" if "provider" in one else ""
        effort, said = one.get("effort", "–"), f"{by}, {one['seen_on']}"
        table.add_row(capability, one["benchmark"], *points, effort, at, said)
    return table


def _points(share: str | None) -> str:
    return "" if share is None else f"{100 * float(share):.1f}"


def _score_order(one: Document, benchmarks: Mapping[str, Document]) -> tuple[str, ...]:
    return benchmarks[one["benchmark"]]["capability"], one["benchmark"], one.get("provider", ""), one["seen_on"]


def _count(number: int, word: str) -> str:
    return f"{number} {word}{'' if number == 1 else 's'}"


def _drawn(one: Document) -> str:
    """The interval as a line, with the estimate on it."""
    low, estimate, high = (round(float(one[name]) / 100 * (_WIDTH - 1)) for name in ("low", "estimate", "high"))
    return "".join("●" if at == estimate else "─" if low <= at <= high else " " for at in range(_WIDTH))


def leaderboard(  # noqa: PLR0917  the options of a command
    capability: Capability,
    open_weights: OpenWeights = False,
    max_cost_usd: Dearest = None,
    limit: Most = 20,
    as_of: o.AsOf = None,
    as_json: o.AsJson = False,
    catalog: o.CatalogFile = None,
) -> int:
    """The models that do best at CAPABILITY by published estimates, with what the cheapest offering of each costs.

    Exit code 0: listed. 2: a capability that no estimate speaks of.
    """
    whole = opened(catalog)
    rated = _rated(whole, capability)
    models, prices = whole.documents("models"), _cheapest(whole, as_of)
    kept = [
        one
        for one in rated
        if (not open_weights or models[one["model"]].get("open_weights"))
        and (max_cost_usd is None or (one["model"] in prices and float(prices[one["model"]][0]) <= max_cost_usd))
    ]
    if as_json:
        told = [{**one, "cheapest": _offer(prices.get(one["model"]))} for one in kept[:limit]]
        page.write_json(json.dumps({"capability": capability, "models": told}, indent=2, ensure_ascii=False))
        return ANSWERED
    page.write(page.console(), *_board(kept[:limit], prices, models), "", *_anchored(rated))
    return ANSWERED


def _offer(found: tuple[str, str] | None) -> dict[str, str] | None:
    return None if found is None else {"offering": found[1], "cost_usd": found[0]}


def _rated(catalog: Catalog, capability: str) -> list[Document]:
    """Published estimates for `capability`, best first; of one model the best."""
    from capreg.errors import UnknownName

    held = catalog.documents("qualities").values()
    if capability not in {one["capability"] for one in held}:
        raise UnknownName("rated capability", capability, {one["capability"] for one in held}, where="CAPABILITY")
    best: dict[str, Document] = {}
    for one in held:
        if one["capability"] == capability and one["status"] == "published":
            before = best.get(one["model"])
            if before is None or float(one["estimate"]) > float(before["estimate"]):
                best[one["model"]] = one
    return sorted(best.values(), key=lambda one: (-float(one["estimate"]), one["model"]))


def _cheapest(catalog: Catalog, as_of: str | None) -> dict[str, tuple[str, str]]:
    """By model: what the cheapest offering costs a call, and which it is."""
    import capreg

    everybody = max(len(catalog.documents("offerings")), 1)
    decision = capreg.resolve(_EVERYBODY, catalog=catalog, as_of=as_of, limit=everybody)
    offerings, found = catalog.documents("offerings"), dict[str, tuple[str, str]]()
    for candidate in decision:
        model = offerings[candidate.offering].get("model")
        if model is not None:
            found.setdefault(model, (f"{candidate.cost_usd:f}", candidate.offering))
    return found


def _board(
    rated: Sequence[Document], prices: Mapping[str, tuple[str, str]], models: Mapping[str, Document]
) -> Iterator[RenderableType]:
    table = page.columns(
        ["#", "model", "estimate", "90 %", "evidence", "weights", "$/1k calls", "at"],
        right=["#", "estimate", "$/1k calls"],
    )
    words = {True: "open", False: "closed", None: "–"}
    for place, one in enumerate(rated, start=1):
        cost, where = prices.get(one["model"], (None, "not sold, or at an unknown cost"))
        table.add_row(
            str(place),
            one["model"],
            one["estimate"],
            f"{one['low']}–{one['high']}",
            f"{one['benchmarks']} of {_count(one['sources'], 'source')}",
            words[models[one["model"]].get("open_weights")],
            "–" if cost is None else f"{float(cost) * 1000:.3g}",
            where,
        )
    yield table


def _anchored(rated: Sequence[Document]) -> Iterator[str]:
    """What the numbers mean: the model with most evidence near each round number."""
    for anchor in ANCHORS:
        near = [one for one in rated if abs(float(one["estimate"]) - anchor) <= _NEAR]
        if near:
            known = max(near, key=lambda one: (one["benchmarks"], -abs(float(one["estimate"]) - anchor), one["model"]))
            yield f"{anchor} is about {known['model']} ({known['estimate']})"


def fit(refit: Refit = False, registry: o.RegistryFolder = None) -> int:
    """Write registry_data/qualities/ anew from the scores, and say what moved.

    The parameters of the benchmarks stay as they are, so that new scores of one model move no other one.

    Exit code 0: written. 1: a file of the registry is not what it should be; nothing is written.
    """
    from capreg.errors import CapregError
    from capreg.importers.quality import estimate

    try:
        drift = estimate(registry_folder(registry), refit=refit)
    except ImportError as missing:
        raise CapregError("fitting needs numpy", where="capreg fit", hint="pip install 'capreg[fit]'") from missing
    counts = ", ".join(f"{capability} {count}" for capability, count in drift.published.items())
    lines = [f"published: {counts}", f"provisional: {drift.provisional}"]
    lines.append(f"added {drift.added}, gone {drift.gone}, moved {len(drift.moved)}")
    lines += [f"  {key}: {old} → {new}" for key, old, new in drift.moved[:20]]
    page.write(page.console(), *lines)
    return ANSWERED


def take_counts(file: Path, registry: Path | None) -> int:
    """Take the counts of `file`, of answers that hold to their schema by provider, into the registry."""
    from capreg.importers.conformance import SOURCE, take_conformance

    found = take_conformance(file, registry_folder(registry))
    providers = len({row["provider"] for row in found.rows})
    lines = [f"{SOURCE}: {len(found.rows):,} scores at {providers} providers"]
    lines += [f"left out: {count:,} × {reason}" for reason, count in found.skipped.items()]
    page.write(page.console(), *lines)
    return ANSWERED


def take_board(
    source: str, path: Path, registry: Path | None, seen_on: str | None, *, shrink: bool, growth: bool
) -> int:
    """Take the scores of `path`, a leaderboard as `source` publishes it, into the registry."""
    from capreg.importers import boards

    if seen_on is None:
        raise InvalidArgument(
            "the day of the file is not said", where="--seen-on", expected="a day", hint="--seen-on 2026-08-21"
        )
    taken = boards.take_board(
        source,
        path,
        registry_folder(registry),
        seen_on=day_of(seen_on, "--seen-on"),
        allow_shrink=shrink,
        allow_growth=growth,
    )
    page.write(page.console(), *_told(taken))
    return ANSWERED


def take_observations(file: Path, registry: Path | None) -> int:
    """Take the scores of `file`, a table of observations, into the registry, and say what was taken."""
    from capreg.importers.quality import take_scores

    page.write(page.console(), *_told(take_scores(file, registry_folder(registry))))
    return ANSWERED


def _told(taken: Taken) -> Iterator[str]:
    yield from (f"{source}: {count:,} scores" for source, count in taken.by_source.items())
    yield f"models: {taken.models} known, {len(taken.added)} new, {taken.elsewhere} names of others, which help the fit"
    yield from (f"left out: {count:,} × {reason}" for reason, count in taken.skipped.items())
    yield "now: capreg fit"
