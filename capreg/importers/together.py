"""Many downloads in one run: the registry is read once, all files are heard before anything is written.

What one source says may depend on what another brought: a price of pi-ai on an offering of models.dev. So the files
are taken in rounds, until a round changes nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

from capreg.errors import CapregError, Finding, InvalidData
from capreg.ids import ProviderId
from capreg.importers.apply import applied
from capreg.importers.downloads import downloads_in
from capreg.importers.files import read_json
from capreg.importers.guards import not_older, of_likely_size
from capreg.importers.proposal import Batch
from capreg.importers.readers import SOURCES, Wish, batch_of, own_day
from capreg.importers.shelf import Shelf
from capreg.importers.summary import Summary

__all__ = ["Together", "run_all"]

_MOST_ROUNDS = 5
Progress = Callable[[str, int, int], object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Together:
    """What an import of many files did."""

    summaries: tuple[tuple[Path, Summary], ...]
    """File by file, in the order in which they were taken."""
    written: tuple[str, ...]
    """The files of the registry that changed, by path below its root."""
    others: tuple[Path, ...]
    """JSON files in the folder that no importer reads."""
    rounds: int


@dataclass(frozen=True, slots=True, kw_only=True)
class _File:
    """A download that was read."""

    source: str
    path: Path
    document: Any
    day: date


def run_all(
    folder: Path,
    registry: Path,
    *,
    providers: Sequence[str] | None = None,
    days: Mapping[str, date] | None = None,
    allow_shrink: bool = False,
    allow_growth: bool = False,
    progress: Progress = lambda *_: None,
) -> Together:
    """Imports every download in `folder` into the folder `registry`, or none of them.

    The same folder again changes no byte.

    Args:
        folder: a folder for each source, with its own files, unchanged.
        registry: registry_data.
        providers: ids of the providers to import; None means all that have a provider.toml.
        days: by source, the day on which it said this, where its files do not say so themselves.
        allow_shrink: take files that name less than half of what the last ones did.
        allow_growth: take files that name more than five times as much.
        progress: told before each step: the file, how many steps are done, how many are known of.

    Raises:
        InvalidArgument: there are no downloads.
        UnknownName: a provider that does not exist.
        InvalidData: every fault of every file, of a day that is missing, or of a record that would become invalid;
            then nothing is written.
        UnreadableFile: a file of the registry is not TOML.
    """
    found = downloads_in(folder)
    shelf = Shelf.open(registry)
    only = shelf.only(providers)
    files = _read(found.files, shelf, days or {}, only)
    likely = partial(of_likely_size, allow_shrink=allow_shrink, allow_growth=allow_growth)
    rounds = _Rounds(shelf=shelf, files=files, only=only, likely=likely)
    while rounds.take(lambda file, done, known: progress(str(file.path.relative_to(folder)), done, known)):
        pass
    return Together(
        summaries=tuple(rounds.told.items()), written=shelf.save(), others=found.others, rounds=rounds.count
    )


@dataclass(slots=True, kw_only=True)
class _Rounds:
    """Takes the files again and again, until nothing changes."""

    shelf: Shelf
    files: Sequence[_File]
    only: frozenset[ProviderId] | None
    likely: Callable[[Batch, Mapping[str, str], frozenset[ProviderId] | None, str], None]
    """Refuses a file of an unlikely size, held against what was named before this run."""
    told: dict[Path, Summary] = field(default_factory=dict)
    count: int = 0

    def take(self, progress: Callable[[_File, int, int], object]) -> bool:
        """Takes each file once, and says whether another round may change something.

        Raises:
            InvalidData: every fault of every file.
        """
        before = dict(self.shelf.unsaved)
        seen = {file.source: self.shelf.sightings(file.source) for file in self.files}
        faults: list[Finding] = []
        for place, file in enumerate(self.files):
            progress(file, self.count * len(self.files) + place, (self.count + 2) * len(self.files))
            try:
                self._take(file, seen[file.source])
            except CapregError as error:
                faults += _findings(error, file.path)
        if faults:
            raise InvalidData(faults)
        self.count += 1
        return self.shelf.unsaved != before and self.count < _MOST_ROUNDS

    def _take(self, file: _File, seen: Mapping[str, str]) -> None:
        wish = Wish(day=file.day, only=self.only, where=str(file.path))
        batch = batch_of(file.source, file.document, self.shelf, wish)
        if self.count == 0:
            self.likely(batch, seen, self.only, wish.where)
        summary = applied(batch, self.shelf, importers=frozenset(SOURCES), only=self.only)
        self.told[file.path] = _together(self.told[file.path], summary) if file.path in self.told else summary


def _read(
    files: Sequence[tuple[str, Path]], shelf: Shelf, days: Mapping[str, date], only: frozenset[ProviderId] | None
) -> list[_File]:
    """Every file with its day, those of one source by day; or every fault of all of them."""
    read: dict[str, list[_File]] = {}
    faults: list[Finding] = []
    dayless: set[str] = set()
    for source, path in files:
        try:
            document = read_json(path)
            if source in dayless or (source not in days and own_day(source, document) is None):
                faults += [] if source in dayless else [_dayless(source, path)]
                dayless.add(source)
                continue
            day = own_day(source, document) or days[source]
            read.setdefault(source, []).append(_File(source=source, path=path, document=document, day=day))
        except CapregError as error:
            faults += _findings(error, path)
    for source, mine in read.items():
        mine.sort(key=lambda file: (file.day, file.path))
        try:
            not_older(shelf.sightings(source), mine[-1].day, only)
        except CapregError as error:
            faults += _findings(error, mine[-1].path)
    if faults:
        raise InvalidData(faults)
    return [file for mine in read.values() for file in mine]


def _dayless(source: str, path: Path) -> Finding:
    return Finding(
        "IMP003",
        str(path),
        "",
        f"no file of {source} says from which day it is",
        expected=f"a line of days.toml at the top of the folder, such as {source} = 2026-11-12",
        hint=f"or pass --seen-on {source}=2026-11-12, the day on which the source said this",
    )


def _findings(error: CapregError, path: Path) -> list[Finding]:
    """What `error` says, as findings that name the file."""
    if isinstance(error, InvalidData):
        return list(error.findings)
    hint = error.hint or "download it anew, and give it unchanged"
    return [Finding("IMP003", str(path), "", error.problem, found=error.found, expected=error.expected, hint=hint)]


def _together(first: Summary, again: Summary) -> Summary:
    """What two rounds of one file did: the later knows what stands, the earlier what was new."""
    added = {*first.added, *again.added}
    models_added = {*first.models_added, *again.models_added}
    return replace(
        again,
        added=tuple(sorted(added)),
        changed=tuple(sorted({*first.changed, *again.changed} - added)),
        unchanged=again.unchanged - len({*first.added, *first.changed} - {*again.added, *again.changed}),
        retired=tuple(sorted({*first.retired, *again.retired})),
        models_added=tuple(sorted(models_added)),
        models_changed=tuple(sorted({*first.models_changed, *again.models_changed} - models_added)),
    )
