"""Own measurements: runs become rows of tables in an overlay folder. What no file says is asked for, flag by flag.

A folder of own measurements is laid out as registry_data/ is, and is laid over a release, never merged into it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import count
from pathlib import Path

from capreg.domain.vocabulary import Vantage
from capreg.errors import Finding, InvalidData
from capreg.ids import OfferingId, slug
from capreg.importers.files import table_text, write_text
from capreg.importers.runs.run import Percentiles, Run, thousandths
from capreg.source.table import COLUMNS

__all__ = ["SOURCE", "Told", "columns", "hosted_rows", "keep", "length", "source_in"]

SOURCE = "own-measurements"
"""The id of the source that an overlay's own measurements name."""
_SOURCE_FILE = """\
publisher = "The owner of this overlay"
title = "Own measurements"
url = "https://localhost/own-measurements"
licence = "not published"
attribution = "Measured by the owner of this overlay; not part of any release."
redistributable = "unverified"
family = "own-measurements"
kinds = { speed = "own_measurement" }
"""

Cells = dict[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What the user says of a file of results. It counts where the file is silent; the day counts before the file's."""

    vantage: Vantage | None = None
    measured_on: date | None = None
    input_tokens: int | None = None
    output_tokens: int | None = None
    concurrency: int | None = None
    note: str | None = None


def hosted_rows(runs: Sequence[Run], offering: OfferingId, told: Told, *, file: str) -> list[Cells]:
    """A row of a table of measurements for each run of a hosted endpoint.

    Raises:
        InvalidData: something is neither in the file nor told; each with the flag that supplies it.
    """
    missing = [finding for run in runs for finding in _missing(run, told, file)]
    if missing:
        raise InvalidData(set(missing))
    return [_hosted_row(run, offering, told) for run in runs]


def _missing(run: Run, told: Told, file: str) -> Iterator[Finding]:
    needed = (
        (told.vantage, "vantage", "where the clock stood", "--vantage client, or local beside the server"),
        (told.measured_on or run.measured_on, "measured_on", "the day of the run", "--measured-on 2026-11-26"),
        (told.input_tokens or run.input_tokens, "input_tokens", "the mean input length", "--input-tokens N"),
        (told.output_tokens or run.output_tokens, "output_tokens", "the mean output length", "--output-tokens N"),
    )
    for value, key, what, flag in needed:
        if value is None:
            yield Finding(
                "IMP011", file, f"{run.where}: {key}", f"the file does not say {what}", hint=f"say it: {flag}"
            )


def _hosted_row(run: Run, offering: OfferingId, told: Told) -> Cells:
    day = told.measured_on or run.measured_on
    cells = {
        "offering": offering,
        "source": SOURCE,
        "kind": "own_measurement",
        "vantage": str(told.vantage),
        "measured_on": "" if day is None else day.isoformat(),
        "n": str(run.completed),
        "input_tokens": length(run.input_tokens, told.input_tokens),
        "output_tokens": length(run.output_tokens, told.output_tokens),
        "concurrency": str(run.concurrency or told.concurrency or ""),
        "rate_basis": run.rate_basis if run.request_tps else "",
        "note": told.note or "",
    }
    for metric, values in (
        ("ttft_ms", run.ttft_ms),
        ("first_answer_ms", run.first_answer_ms),
        ("e2e_ms", run.e2e_ms),
        ("output_tps", run.request_tps),
    ):
        cells.update(columns(metric, values))
    return {name: value for name, value in cells.items() if value}


def length(seen: Decimal | None, told: int | None) -> str:
    """A mean length as a whole number, at least one token."""
    return str(told or "") if seen is None else str(max(1, round(seen)))


def columns(metric: str, values: Percentiles) -> Cells:
    """The cells of `metric`, a column a percentile."""
    return {f"{metric}_{name}": thousandths(value) for name, value in values.items()}


def source_in(folder: Path) -> None:
    """Own measurements as a source of the overlay in `folder`."""
    source = folder / "sources" / f"{SOURCE}.toml"
    if not source.exists():
        write_text(source, _SOURCE_FILE)


def keep(folder: Path, kind: str, name: str, rows: Sequence[Mapping[str, str]]) -> tuple[Path, bool]:
    """Writes `rows` as a table of `kind` into the overlay in `folder`.

    A table never changes: the same rows again are left as they are, and others get a file of their own beside it.

    Returns:
        The file, and whether it is new.
    """
    source_in(folder)
    header = [column for column in COLUMNS[kind] if any(row.get(column) for row in rows)]
    text = table_text(header, rows)
    for file in _places(folder / kind, slug(name).replace("/", "-")):
        if not file.exists() or file.read_text(encoding="utf-8") == text:
            break
    return file, write_text(file, text)


def _places(folder: Path, name: str) -> Iterator[Path]:
    yield folder / f"{name}.csv"
    yield from (folder / f"{name}-{number}.csv" for number in count(2))
