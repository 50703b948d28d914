"""`capreg import` and `capreg fetch`: figures of sources, from the file of one, or from a folder of many."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from capreg.cli import options as o
from capreg.cli import page
from capreg.cli.failure import ANSWERED
from capreg.cli.measuring import DEFAULT_FOLDER, Into, Ran, day_of, take_points, take_results, told_of
from capreg.cli.shelf import registry_folder
from capreg.errors import InvalidArgument

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from capreg.importers import Summary, Together

__all__ = ["import_file"]

_MOST_SHOWN = 20

SourceName = Annotated[
    str | None,
    typer.Argument(
        metavar="[SOURCE]",
        help="A source of the registry (models-dev, openrouter, litellm, pi-ai, model-prices, genai-prices), "
        "a leaderboard (aider, bfcl, lmarena, tau2-bench), "
        "observations for a table of scores, an "
        "edition of machines' figures (inferencex, mlperf-v6.0, neuron, tpu-recipes, chip-hours, ownership, …), or a "
        "benchmark tool (vllm, sglang, aiperf, genai-perf, guidellm, inference-perf, llmperf, llm-d).",
        show_default=False,
    ),
]
SourceFile = Annotated[
    Path | None,
    typer.Argument(metavar="[FILE]", help="A download of that source, or a tool's result.", show_default=False),
]
_RESULTS = "Results of a benchmark tool"
ForOffering = Annotated[
    str | None,
    typer.Option("--offering", metavar="ID", help="The hosted offering that was measured.", rich_help_panel=_RESULTS),
]
OnModel = Annotated[
    str | None,
    typer.Option(
        "--model",
        metavar="ID",
        help="What ran on a machine of one's own, in place of --offering.",
        rich_help_panel=_RESULTS,
    ),
]
OnChip = Annotated[
    str | None,
    typer.Option("--accelerator", metavar="ID", help="With --model: on which chip.", rich_help_panel=_RESULTS),
]
ChipCount = Annotated[
    int | None, typer.Option("--count", min=1, help="With --model: on how many chips.", rich_help_panel=_RESULTS)
]
ByEngine = Annotated[
    str | None, typer.Option("--engine", metavar="ID", help="With --model: the engine.", rich_help_panel=_RESULTS)
]
InFormat = Annotated[
    str | None,
    typer.Option("--precision", help="With --model: the number format of the weights.", rich_help_panel=_RESULTS),
]
Speculated = Annotated[
    str | None,
    typer.Option("--speculative", help="With --model: how it decoded speculatively.", rich_help_panel=_RESULTS),
]
Vantage = Annotated[
    str | None,
    typer.Option(help="Where the clock stood: client, or local beside the server.", rich_help_panel=_RESULTS),
]
MeasuredOn = Annotated[str | None, typer.Option(metavar="DATE", help="The day of the run.", rich_help_panel=_RESULTS)]
MeanInput = Annotated[
    int | None,
    typer.Option("--input-tokens", help="The mean input length, where the file has none.", rich_help_panel=_RESULTS),
]
MeanOutput = Annotated[
    int | None,
    typer.Option("--output-tokens", help="The mean output length, where the file has none.", rich_help_panel=_RESULTS),
]
InFlight = Annotated[
    int | None,
    typer.Option("--concurrency", help="Requests in flight, where the file has none.", rich_help_panel=_RESULTS),
]
OnlyProvider = Annotated[
    list[str] | None,
    typer.Option("--provider", metavar="ID", help="Only this provider; may be repeated.", show_default="all"),
]
AllowShrink = Annotated[
    bool, typer.Option("--allow-shrink", help="Take a file that names less than half of what the last one did.")
]
AllowGrowth = Annotated[
    bool, typer.Option("--allow-growth", help="Take a file that names more than five times what the last one did.")
]
SeenOn = Annotated[
    list[str] | None,
    typer.Option(
        metavar="DATE",
        help="The day on which the source said this; with --all, SOURCE=DATE, which may be repeated.",
        show_default="what the file says",
    ),
]
AllIn = Annotated[
    Path | None,
    typer.Option(
        "--all",
        metavar="DIR",
        help="Take every download in this folder, in place of SOURCE and FILE: a folder for each source.",
        show_default=False,
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="With --all: write JSON.")]


def import_file(
    source: SourceName = None,
    file: SourceFile = None,
    *,
    all_in: AllIn = None,
    registry: o.RegistryFolder = None,
    provider: OnlyProvider = None,
    seen_on: SeenOn = None,
    allow_shrink: AllowShrink = False,
    allow_growth: AllowGrowth = False,
    as_json: AsJson = False,
    offering: ForOffering = None,
    model: OnModel = None,
    accelerator: OnChip = None,
    count: ChipCount = None,
    engine: ByEngine = None,
    precision: InFormat = None,
    speculative: Speculated = None,
    vantage: Vantage = None,
    measured_on: MeasuredOn = None,
    input_tokens: MeanInput = None,
    output_tokens: MeanOutput = None,
    concurrency: InFlight = None,
    into: Into = Path(DEFAULT_FOLDER),
    catalog: o.CatalogFile = None,
) -> int:
    """Take the figures of a source's file into the registry, or with --all those of many files in one run.

    What a person wrote stays as it is. The result of a benchmark tool becomes a measurement of your own, in an overlay
    folder: of a hosted offering, or with --model, --accelerator and --count of a machine of your own.

    Exit code 0: done. 1: a file, or the registry, is not what it should be. 2: wrong usage.
    In both, nothing is written.
    """
    from capreg.importers.runs import TOOLS

    if all_in is not None:
        _refuse_both(source)
        limits = {"allow_shrink": allow_shrink, "allow_growth": allow_growth}
        return _take_all(all_in, registry, provider, seen_on or [], limits, as_json=as_json)
    if source is None or file is None:
        raise InvalidArgument(
            "there is nothing to import", where="SOURCE FILE", expected="a source and its file, or --all DIR"
        )
    if source in TOOLS:
        told = told_of(
            vantage, measured_on, input_tokens=input_tokens, output_tokens=output_tokens, concurrency=concurrency
        )
        if model is not None:
            ran = Ran(model, accelerator, count, engine, precision, speculative)
            return take_points(source, file, ran, offering=offering, into=into, told=told, catalog=catalog)
        return take_results(source, file, offering=offering, into=into, told=told, catalog=catalog)
    days = seen_on or []
    return _take_one(
        source, file, registry, provider, days[0] if days else None, shrink=allow_shrink, growth=allow_growth
    )


def _refuse_both(source: str | None) -> None:
    if source is not None:
        raise InvalidArgument(
            "one source or all of them", where="--all", found=f"SOURCE {source} too", expected="--all DIR alone"
        )


def _take_one(
    source: str,
    file: Path,
    registry: Path | None,
    provider: list[str] | None,
    seen_on: str | None,
    *,
    shrink: bool,
    growth: bool,
) -> int:
    """One file of a source, or one edition of machines' figures, scores or counts."""
    from capreg.cli.rating import take_board, take_counts, take_observations
    from capreg.importers import run
    from capreg.importers.boards import BOARD_SOURCES
    from capreg.importers.machines import MACHINE_SOURCES

    if source == "observations":
        return take_observations(file, registry)
    if source == "k2-vendor-verifier":
        return take_counts(file, registry)
    if source in BOARD_SOURCES:
        return take_board(source, file, registry, seen_on, shrink=shrink, growth=growth)
    if source in MACHINE_SOURCES:
        return _take_machines(source, file, registry, seen_on)
    summary = run(
        source,
        file,
        registry_folder(registry),
        providers=provider or None,
        seen_on=None if seen_on is None else day_of(seen_on, "--seen-on"),
        allow_shrink=shrink,
        allow_growth=growth,
    )
    page.write(page.console(), *_told(summary))
    return ANSWERED


def _take_all(
    folder: Path,
    registry: Path | None,
    provider: list[str] | None,
    seen_on: list[str],
    limits: dict[str, bool],
    *,
    as_json: bool,
) -> int:
    """Every download in a folder."""
    from capreg.importers import run_all
    from capreg.importers.downloads import days_in

    days = days_in(folder, seen_on)
    with page.progress("import", 100) as advance:
        done = run_all(
            folder,
            registry_folder(registry),
            providers=provider or None,
            days=days,
            progress=lambda _file, step, steps: advance(100 * step // steps),
            **limits,
        )
    if as_json:
        page.write_json(json.dumps(_as_document(done), indent=2, ensure_ascii=False))
    else:
        page.write(page.console(), *_told_together(done))
    return ANSWERED


def _take_machines(source: str, file: Path, registry: Path | None, seen_on: str | None) -> int:
    """The rows of deployments or rents that `file` holds, as the table of its source."""
    from capreg.importers.machines import take

    if seen_on is None:
        raise InvalidArgument(
            "the day of the file is not said", where="--seen-on", expected="a day", hint="--seen-on 2026-08-21"
        )
    taken = take(source, file, registry_folder(registry), seen_on=day_of(seen_on, "--seen-on"))
    lines = [f"{taken.kind}/{taken.source}.csv: {taken.rows:,} rows"]
    lines += [f"  {count:,} × {chip}" for chip, count in taken.by_chip.items()]
    left_out = [f"{count:,} × {reason}" for reason, count in taken.skipped.items()]
    page.write(page.console(), *lines, *_some("left out", left_out))
    return ANSWERED


_COUNTS = ("new", "changed", "as they were", "retired", "no longer listed", "conflicts", "left out", "measurements")


def _told_together(done: Together) -> Iterator[Any]:
    """A line for each source, then the names that a reviewer looks for."""
    table = page.columns(["source", "seen on", "files", *_COUNTS], right=["files", *_COUNTS])
    for source, files in _by_source(done).items():
        days = sorted({summary.seen_on.isoformat() for summary in files})
        counts = [f"{count:,}" for count in _counted(files).values()]
        table.add_row(source, " ".join(days), f"{len(files):,}", *counts)
    yield table
    rounds = "1 round" if done.rounds == 1 else f"{done.rounds} rounds"
    yield f"{len(done.written):,} files written, in {rounds}"
    for heading, names in _named(done).items():
        yield from _some(heading, names)
    yield from _some("files that no importer reads", [str(file) for file in done.others])


def _by_source(done: Together) -> dict[str, list[Summary]]:
    found: dict[str, list[Summary]] = {}
    for _, summary in done.summaries:
        found.setdefault(summary.source, []).append(summary)
    return found


def _counted(files: Sequence[Summary]) -> dict[str, int]:
    return {
        "new": sum(len(one.added) for one in files),
        "changed": sum(len(one.changed) for one in files),
        "as they were": sum(one.unchanged for one in files),
        "retired": sum(len(one.retired) for one in files),
        "no longer listed": sum(len(one.unlisted) for one in files),
        "conflicts": sum(len(one.conflicts) for one in files),
        "left out": sum(len(one.skips) for one in files),
        "measurements": sum(one.measurements for one in files),
    }


def _named(done: Together) -> dict[str, list[str]]:
    """By heading, what a reviewer looks at by name."""
    summaries = [summary for _, summary in done.summaries]
    reasons = Counter(f"{one.source}: {skip.reason}" for one in summaries for skip in one.skips)
    return {
        "obsolete corrections, which can go": sorted({told for one in summaries for told in one.obsolete}),
        "retired": sorted({name for one in summaries for name in one.retired}),
        "no longer listed": [f"{name} by {one.source}" for one in summaries for name in one.unlisted],
        "new models": sorted({name for one in summaries for name in one.models_added}),
        "left out": [f"{count:,} × {reason}" for reason, count in reasons.most_common()],
    }


def _key(heading: str) -> str:
    return heading.partition(",")[0].replace(" ", "_")


def _as_document(done: Together) -> dict[str, Any]:
    return {
        "sources": {
            source: {
                "seen_on": sorted({one.seen_on.isoformat() for one in files}),
                "files": len(files),
                "counts": {_key(name): count for name, count in _counted(files).items()},
                "added": sorted({name for one in files for name in one.added}),
                "changed": sorted({name for one in files for name in one.changed}),
                "skipped": dict(Counter(skip.reason for one in files for skip in one.skips).most_common()),
                "conflicts": [
                    {"subject": c.subject, "fact": c.fact, "stands": c.stands, "says": c.says}
                    for one in files
                    for c in one.conflicts
                ],
            }
            for source, files in _by_source(done).items()
        },
        **{
            name.partition(",")[0].replace(" ", "_"): names
            for name, names in _named(done).items()
            if name != "left out"
        },
        "written": list(done.written),
        "rounds": done.rounds,
        "not_read": [str(file) for file in done.others],
    }


def _told(summary: Summary) -> Iterator[str]:
    """What an import did: counts, then names, then what was left out and what two sources disagree on."""
    yield f"{summary.source}, seen on {summary.seen_on}"
    yield (
        f"offerings: {len(summary.added):,} new, {len(summary.changed):,} changed, {summary.unchanged:,} as they were, "
        f"{len(summary.unlisted):,} no longer listed"
    )
    yield f"models: {len(summary.models_added):,} new, {len(summary.models_changed):,} changed"
    yield f"measurements: {summary.measurements:,}"
    yield from _some("obsolete corrections, which can go", summary.obsolete)
    yield from _some("no longer listed", summary.unlisted)
    yield from _some("left out", [f"{count:,} × {reason}" for reason, count in summary.skipped.items()])
    conflicts = [f"{c.subject}: {c.fact} stands as {c.stands}, {c.source} says {c.says}" for c in summary.conflicts]
    yield from _some("conflicts, kept as evidence", conflicts)


def _some(heading: str, lines: Sequence[str]) -> Iterator[str]:
    if lines:
        yield f"{heading}:"
        yield from (f"  {line}" for line in lines[:_MOST_SHOWN])
        if len(lines) > _MOST_SHOWN:
            yield f"  and {len(lines) - _MOST_SHOWN:,} more"
