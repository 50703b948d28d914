"""Own measurements of one's own machines: runs become operating points in an overlay folder."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from capreg.domain.vocabulary import NumberFormat
from capreg.errors import Finding, InvalidData
from capreg.ids import AcceleratorId, EngineId, ModelId
from capreg.importers.files import table_text, write_text
from capreg.importers.runs.own import SOURCE, Told, columns, length, source_in
from capreg.importers.runs.run import Run, thousandths
from capreg.resolver.roofline import BYTES, fraction_of_limit
from capreg.source.files import Text
from capreg.source.table import COLUMNS, cells_of

__all__ = ["Machine", "held_words", "keep_points", "machine_rows", "refuse_impossible"]

KIND = "deployments"
Cells = dict[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Machine:
    """What ran, which no tool's file says in the registry's words."""

    model: ModelId
    accelerator: AcceleratorId
    chips: int
    engine: EngineId | None = None
    weights: NumberFormat | None = None
    speculative: str | None = None


def machine_rows(runs: Sequence[Run], machine: Machine, told: Told, *, file: str) -> list[Cells]:
    """An operating point for each run on `machine`.

    Raises:
        InvalidData: something is neither in the file nor told; each with the flag that supplies it.
    """
    missing = [finding for run in runs for finding in _missing(run, told, file)]
    if missing:
        raise InvalidData(set(missing))
    return [_row(run, machine, told) for run in runs]


def _missing(run: Run, told: Told, file: str) -> Iterator[Finding]:
    needed = (
        (told.measured_on or run.measured_on, "measured_on", "the day of the run", "--measured-on 2026-11-26"),
        (told.input_tokens or run.input_tokens, "input_tokens", "the mean input length", "--input-tokens N"),
        (told.output_tokens or run.output_tokens, "output_tokens", "the mean output length", "--output-tokens N"),
        (
            told.concurrency or run.concurrency or run.requests_per_second_asked,
            "concurrency",
            "how many requests were in flight, or how many came a second",
            "--concurrency N",
        ),
    )
    for value, key, what, flag in needed:
        if value is None:
            yield Finding(
                "IMP011", file, f"{run.where}: {key}", f"the file does not say {what}", hint=f"say it: {flag}"
            )


def _row(run: Run, machine: Machine, told: Told) -> Cells:
    day, flights = told.measured_on or run.measured_on, run.concurrency or told.concurrency
    rates = {
        "output_tps": run.output_tps_total, "input_tps": run.input_tps_total, "requests_per_s": run.requests_per_second,
    }  # fmt: skip
    cells = {
        "model": machine.model,
        "checkpoint": run.server.model or "",
        "accelerator": machine.accelerator,
        "chips": str(machine.chips),
        "engine": machine.engine or "",
        "engine_version": run.server.engine_version or "",
        "weights": machine.weights or "",
        "speculative": machine.speculative or "",
        "scenario": "server" if not flights else "closed" if flights > 1 else "single",
        "concurrency": str(flights or ""),
        "input_tokens": length(run.input_tokens, told.input_tokens),
        "output_tokens": length(run.output_tokens, told.output_tokens),
        "kind": "own_measurement",
        "vantage": told.vantage or "local",
        "measured_on": "" if day is None else day.isoformat(),
        "note": told.note or "",
        **{name: thousandths(value) for name, value in rates.items() if value is not None},
    }
    for metric, values in (("ttft_ms", run.ttft_ms), ("tpot_ms", run.tpot_ms), ("e2e_ms", run.e2e_ms)):
        cells.update(columns(metric, values))
    return {name: value for name, value in cells.items() if value}


def refuse_impossible(
    rows: Sequence[Cells], architecture: Mapping[str, Any] | None, chip: Mapping[str, Any], *, file: str
) -> None:
    """Refuses rows that are faster than `chip` can be with a model of this size, where both are known.

    The overlay that they would stand in could not be opened.

    Raises:
        InvalidData: with all of them.
    """
    shares = [(number, fraction_of_limit(_sizes(row), architecture, chip)) for number, row in enumerate(rows, start=1)]
    findings = {
        Finding(
            "DEP001", file, f"run {number}", "faster than the chip can be", found=f"{share:.2f} of the limit",
            expected="at most 1: see `capreg roofline`",
            hint="look for a unit, --count, --precision, or speculative decoding that --speculative would state",
        )
        for number, share in shares
        if share is not None and share > 1
    }  # fmt: skip
    if findings:
        raise InvalidData(findings)


def _sizes(row: Cells) -> dict[str, Any]:
    """What the limit looks at, as a record has it."""
    counts = ("chips", "concurrency", "input_tokens", "output_tokens")
    told: dict[str, Any] = {name: int(row[name]) for name in counts if name in row}
    told |= {name: row[name] for name in ("weights", "speculative", "output_tps") if name in row}
    return told | ({"tpot_ms": {"p50": row["tpot_ms_p50"]}} if "tpot_ms_p50" in row else {})


def held_words(machine: Machine, architecture: Mapping[str, Any] | None, chip: Mapping[str, Any]) -> str | None:
    """A line where the weights take more memory than the chips have; None where they fit, or nobody knows."""
    memory = chip.get("memory_bytes")
    if architecture is None or memory is None or machine.weights is None:
        return None
    weights, whole = architecture["parameters"] * BYTES[machine.weights], machine.chips * memory
    if weights <= whole:
        return None
    return (
        f"the weights in {machine.weights} take {weights / 1e9:,.1f} GB, and the chips have {whole / 1e9:,.1f}: "
        "are --count and --precision right?"
    )


def keep_points(folder: Path, rows: Sequence[Mapping[str, str]]) -> tuple[Path, bool]:
    """Adds `rows` to the overlay's operating points; those that it holds already stand once.

    Returns:
        The file, and whether it changed.
    """
    source_in(folder)
    file = folder / KIND / f"{SOURCE}.csv"
    held = cells_of(Text(str(file), file.read_text(encoding="utf-8"))) if file.exists() else []
    whole = [*held, *(dict(row) for row in rows if dict(row) not in held)]
    header = [column for column in COLUMNS[KIND] if any(row.get(column) for row in whole)]
    return file, write_text(file, table_text(header, whole))
