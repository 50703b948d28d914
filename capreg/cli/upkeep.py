"""`capreg build`, `verify`, `import`, `generate`: the commands of those who keep the registry."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from capreg.cli import options as o
from capreg.cli import page
from capreg.cli.failure import ANSWERED
from capreg.cli.measuring import DEFAULT_FOLDER, Into, Ran, day_of, take_points, take_results, told_of
from capreg.cli.shelf import registry_folder, today

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from capreg.importers import Summary

__all__ = ["build", "generate", "import_file", "verify"]

_MOST_SHOWN = 20

OutFile = Annotated[
    Path | None,
    typer.Option("--out", metavar="FILE", help="The compiled catalog.", show_default="that of this installation"),
]
OnlyRedistributable = Annotated[
    bool, typer.Option("--only-redistributable", help="Leave out what only sources of an unverified licence state.")
]
CompiledFile = Annotated[
    Path | None,
    typer.Argument(metavar="[FILE]", help="A compiled catalog.", show_default="that of this installation"),
]
SourceName = Annotated[
    str,
    typer.Argument(
        metavar="SOURCE",
        help="A source of the registry (models-dev, openrouter, litellm, pi-ai, model-prices, genai-prices), "
        "observations for a table of scores, an "
        "edition of machines' figures (inferencex, mlperf-v6.0, neuron, tpu-recipes, chip-hours, ownership, …), or a "
        "benchmark tool (vllm, sglang, aiperf, genai-perf, guidellm, inference-perf, llmperf, llm-d).",
        show_default=False,
    ),
]
SourceFile = Annotated[
    Path, typer.Argument(metavar="FILE", help="A download of that source, or a tool's result.", show_default=False)
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
SeenOn = Annotated[
    str | None,
    typer.Option(metavar="DATE", help="The day on which the source said this.", show_default="what the file says"),
]


def build(
    registry: o.RegistryFolder = None,
    out: OutFile = None,
    overlay: o.Overlay = None,
    only_redistributable: OnlyRedistributable = False,
) -> int:
    """Compile the registry into one file. What stood there before is replaced only when all went well.

    With --overlay, what is your own is laid over it, and the file is for you alone. The NOTICE of what is in the file
    is printed below it.

    Exit code 0: built. 1: faults in the registry; nothing is written.
    """
    from capreg.snapshot import shipped_path
    from capreg.source.build import build as compiled

    target = Path(shipped_path()) if out is None else out
    built = compiled(
        registry_folder(registry), target, overlay=overlay, today=today(), only_redistributable=only_redistributable
    )
    sys.stdout.write(f"{target}: release {built.release.id}, {built.release.digest}\n")
    if built.left_out is not None:
        for what, counts in (("records", built.left_out.records), ("facts", built.left_out.facts)):
            told = ", ".join(f"{number:,} of {kind}" for kind, number in sorted(counts.items()))
            sys.stdout.write(f"left out, stated by sources of an unverified licence alone: {what}: {told or 'none'}\n")
    sys.stdout.write(f"\n{built.notice}")
    return ANSWERED


def verify(file: CompiledFile = None) -> int:
    """Check a compiled catalog in full: its structure, every record, every checksum, the digest.

    Exit code 0: whole. 1: missing, damaged, or of another format.
    """
    from capreg.snapshot import shipped_path
    from capreg.snapshot import verify as verified

    path = Path(shipped_path()) if file is None else file
    release = verified(path)
    sys.stdout.write(f"{path}: release {release.id}, {release.digest}, whole\n")
    return ANSWERED


def import_file(
    source: SourceName,
    file: SourceFile,
    *,
    registry: o.RegistryFolder = None,
    provider: OnlyProvider = None,
    seen_on: SeenOn = None,
    allow_shrink: AllowShrink = False,
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
    """Take the figures of a source's file into the registry. What a person wrote stays as it is.

    The result of a benchmark tool becomes a measurement of your own, in an overlay folder: of a hosted offering, or
    with --model, --accelerator and --count of a machine of your own.

    Exit code 0: done. 1: the file, or the registry, is not what it should be. 2: wrong usage.
    In both, nothing is written.
    """
    from capreg.cli.rating import take_counts, take_observations
    from capreg.importers import run
    from capreg.importers.machines import MACHINE_SOURCES
    from capreg.importers.runs import TOOLS

    if source in TOOLS:
        told = told_of(
            vantage, measured_on, input_tokens=input_tokens, output_tokens=output_tokens, concurrency=concurrency
        )
        if model is not None:
            ran = Ran(model, accelerator, count, engine, precision, speculative)
            return take_points(source, file, ran, offering=offering, into=into, told=told, catalog=catalog)
        return take_results(source, file, offering=offering, into=into, told=told, catalog=catalog)
    if source == "observations":
        return take_observations(file, registry)
    if source == "k2-vendor-verifier":
        return take_counts(file, registry)
    if source in MACHINE_SOURCES:
        return _take_machines(source, file, registry, seen_on)
    summary = run(
        source,
        file,
        registry_folder(registry),
        providers=provider or None,
        seen_on=None if seen_on is None else day_of(seen_on, "--seen-on"),
        allow_shrink=allow_shrink,
    )
    page.write(page.console(), *_told(summary))
    return ANSWERED


def _take_machines(source: str, file: Path, registry: Path | None, seen_on: str | None) -> int:
    """The rows of deployments or rents that `file` holds, as the table of its source."""
    from capreg.errors import InvalidArgument
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


def generate() -> int:
    """Write anew what is generated from the code: schemas/ and the pages of the reference. For a checkout only."""
    from capreg.cli.shelf import checkout
    from capreg.errors import UnreadableFile
    from capreg.source.generated import write

    root = checkout()
    if not (root / "schemas").is_dir():
        raise UnreadableFile(
            "capreg does not run from a checkout", where=str(root), expected="a folder with schemas/ and docs/"
        )
    changed = write(root)
    sys.stdout.writelines(f"{path.relative_to(root)}\n" for path in changed)
    sys.stdout.write(f"{len(changed)} written anew\n")
    return ANSWERED
