"""From a table of observations to tables of scores, and from scores to estimates, in registry_data.

`take_scores` writes registry_data/scores/, one table a source. `estimate` writes registry_data/qualities/ from the
scores and the loadings that stand in registry_data/benchmarks/; asked to fit anew, it writes these first.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from capreg.errors import InvalidData
from capreg.importers import scores
from capreg.importers.files import read_text, table_text, write_text
from capreg.importers.form import edited, rendered
from capreg.importers.names import ModelNames
from capreg.importers.score_names import UNPLACED, ScoreNames, twins
from capreg.importers.score_spelling import without_run
from capreg.source.layout import path_of
from capreg.source.read import Registry, read

LEAST_BENCHMARKS = 3
"""So many benchmarks a model that nobody sells needs to become one of the catalog's."""

__all__ = ["Drift", "Taken", "estimate", "put_scores", "read_held", "take_scores", "thinkers"]

Row = Mapping[str, Any]
Documents = Mapping[str, Mapping[str, Row]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What an import of scores did."""

    by_source: Mapping[str, int]
    """How many scores each source has now."""
    models: int
    """How many models of the catalog have a score."""
    added: Sequence[str]
    """Models that the catalog has since: nobody sells them here, and enough benchmarks know them."""
    elsewhere: int
    """How many names of models the catalog does not have."""
    skipped: Mapping[str, int]
    """How many rows were left out, by reason."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Drift:
    """What writing estimates anew changed."""

    published: Mapping[str, int]
    """How many published estimates there are now, by capability."""
    provisional: int
    """How many are provisional."""
    added: int
    """Estimates that were not there."""
    gone: int
    """Estimates that are no longer there."""
    moved: Sequence[tuple[str, str, str]]
    """Estimates that are others: the id, the old and the new one, the largest move first."""


def take_scores(file: Path, registry: Path) -> Taken:
    """Writes the scores of `file`, a table of observations, into the folder `registry`.

    Raises:
        UnreadableFile: the file is missing or no text.
        InvalidData: rows that cannot be what they say; then nothing is written.
    """
    text = read_text(file)
    held = read_held(registry)
    names = ScoreNames.of(ModelNames.of(held.documents["models"]))
    found = scores.read(text, names=names, benchmarks=held.documents["benchmarks"], where=str(file))
    return put_scores(found, held)


def put_scores(found: scores.Scores, held: Registry) -> Taken:
    """Writes `found`, the tables of some sources whole, into the registry that was read as `held`.

    A model of the catalog is made where those scores, with the ones that other sources have, are enough for a fit.
    """
    for source, rows in found.rows.items():
        text = table_text(scores.columns_of(rows), sorted(rows, key=_order))
        write_text(held.root / "scores" / f"{source}.csv", text)
    new = [row for rows in found.rows.values() for row in rows]
    others = [row for row in held.documents["scores"].values() if row["source"] not in found.rows]
    models = {row["model"] for row in new}
    known = models & held.documents["models"].keys()
    added = {key: one for key, one in _new_models([*new, *others], held.documents["models"]).items() if key in models}
    for model, document in added.items():
        path = path_of("models", model)
        write_text(held.root / path, rendered("models", document, path))
    return Taken(
        by_source={source: len(rows) for source, rows in sorted(found.rows.items())},
        models=len(known),
        added=tuple(added),
        elsewhere=len(models - known - added.keys()),
        skipped=dict(sorted(Counter(skip.reason for skip in found.skips).items())),
    )


def estimate(registry: Path, *, refit: bool = False) -> Drift:
    """Writes the estimates that the scores in `registry` support; with `refit`, the loadings of the benchmarks too.

    Raises:
        InvalidData: a fault in a file of the registry that takes part.
    """
    from capreg.quality.estimates import COLUMNS, estimates, refitted

    held = read_held(registry)
    documents = held.documents
    if refit:
        _write_loadings(held, refitted(documents["scores"].values(), documents["benchmarks"]))
        held = read_held(registry)
        documents = held.documents
    same = twins(documents["models"])
    rows = estimates(
        documents["scores"].values(),
        documents["benchmarks"],
        models={model: same.get(model, ()) for model in documents["models"]},
        blind=_blind(held),
        thinkers=thinkers(documents),
    )
    text = table_text(COLUMNS, sorted(rows, key=_place_of_quality))
    write_text(registry / "qualities" / "estimates.csv", text)
    return _drift(documents["qualities"], rows)


def read_held(registry: Path) -> Registry:
    """The registry as it stands, where the files that scores rest on are sound.

    Raises:
        InvalidData: they are not.
    """
    held = read(registry)
    mine = ("benchmarks/", "models/", "qualities/", "scores/", "sources/")
    faults = [finding for finding in held.findings if finding.file.startswith(mine)]
    if faults:
        raise InvalidData(faults)
    return held


def _new_models(rows: Sequence[Row], known: Collection[str]) -> dict[str, dict[str, Any]]:
    """Models of a lab that the rules know, with scores on enough benchmarks to take part in a fit."""
    by_model: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        if row["model"] not in known and not row["model"].startswith(f"{UNPLACED}/"):
            by_model[row["model"]].append(row)
    found = {}
    for model, own in sorted(by_model.items()):
        if len({row["benchmark"] for row in own}) < LEAST_BENCHMARKS:
            continue
        names = Counter(without_run(row["raw"]) for row in own)
        shown: str = min(names, key=lambda name: (-names[name], name))
        first = min(own, key=lambda row: (row["seen_on"], row["benchmark"]))
        found[model] = {
            "name": shown,
            "lab": model.partition("/")[0],
            "evidence": [{"source": first["benchmark"].partition("/")[0], "seen_on": first["seen_on"]}],
        }
    return found


def _order(row: Row) -> tuple[str, ...]:
    return tuple(str(row.get(name, "")) for name in ("benchmark", "model", "effort", "snapshot", "harness", "raw"))


def _place_of_quality(row: Row) -> tuple[str, str, str]:
    return row["model"], row.get("effort", ""), row["capability"]


def _blind(held: Registry) -> set[str]:
    """The models of which some offering is known to take no pictures, and none to take them."""
    sees: dict[str, set[bool]] = defaultdict(set)
    for offering in held.documents["offerings"].values():
        vision = (offering.get("capabilities") or {}).get("vision", {})
        if "model" in offering and vision:
            sees[offering["model"]].add(vision.get("at_most") != 0)
    return {model for model, found in sees.items() if found == {False}}


def thinkers(documents: Documents) -> set[str]:
    """The models that can think: their record says so, or it says nothing and more offerings do than do not."""
    says: Counter[str] = Counter()
    for offering in documents["offerings"].values():
        reasoning = (offering.get("capabilities") or {}).get("reasoning", {})
        if "model" in offering:
            says[offering["model"]] += (reasoning.get("at_least", 0) >= 1) - (reasoning.get("at_most") == 0)
    return {
        model
        for model, document in documents["models"].items()
        if document.get("reasoning", "optional" if says[model] > 0 else "never") != "never"
    }


def _write_loadings(held: Registry, loadings: Mapping[str, Mapping[str, str]]) -> None:
    """Puts the loadings into the files of the benchmarks, and takes those of others out."""
    for benchmark, before in held.documents["benchmarks"].items():
        path = path_of("benchmarks", benchmark)
        after = {key: value for key, value in before.items() if key != "fit"}
        if benchmark in loadings:
            after["fit"] = dict(loadings[benchmark])
        text = (held.root / path).read_text(encoding="utf-8")
        write_text(held.root / path, edited(text, "benchmarks", before, after, path))


def _drift(before: Mapping[str, Row], rows: Sequence[Row]) -> Drift:
    after = {f"{row['model']}/{row.get('effort', 'unstated')}/{row['capability']}": row for row in rows}
    moved = [
        (key, before[key]["estimate"], row["estimate"])
        for key, row in after.items()
        if key in before and before[key]["estimate"] != row["estimate"]
    ]
    return Drift(
        published=dict(sorted(Counter(row["capability"] for row in rows if row["status"] == "published").items())),
        provisional=sum(row["status"] == "provisional" for row in rows),
        added=len(after.keys() - before.keys()),
        gone=len(before.keys() - after.keys()),
        moved=sorted(moved, key=lambda one: (-abs(float(one[2]) - float(one[1])), one[0])),
    )
