"""Importers: a source's file in, proposals out, one shared policy that applies them to registry_data.

`run` is the door for one file, `run_all` for a folder of them. An importer reads one format and knows nothing of files
in the registry; the merge knows the registry and nothing of formats. A new source is one module that makes a `Batch`,
and one line in `readers`.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

from capreg.errors import UnknownName
from capreg.importers.apply import applied
from capreg.importers.files import read_json
from capreg.importers.guards import not_older, of_likely_size
from capreg.importers.proposal import Skip
from capreg.importers.readers import SOURCES, Wish, batch_of, day_of
from capreg.importers.shelf import Shelf
from capreg.importers.summary import Conflict, Summary
from capreg.importers.together import Together, run_all

__all__ = ["SOURCES", "Conflict", "Skip", "Summary", "Together", "run", "run_all"]


def run(
    source: str,
    file: Path,
    registry: Path,
    *,
    providers: Sequence[str] | None = None,
    seen_on: date | None = None,
    allow_shrink: bool = False,
    allow_growth: bool = False,
) -> Summary:
    """Imports `file`, a download of `source`, into the folder `registry`, and says what that did.

    The same file again changes no byte. A newer file with the same figures changes only the sightings.

    Args:
        source: one of `SOURCES`.
        file: the source's own file, unchanged.
        registry: registry_data.
        providers: ids of the providers to import; None means all that have a provider.toml.
        seen_on: the day on which the source said this. Scans of OpenRouter and snapshots of model-prices say so.
        allow_shrink: take a file that names less than half of what the last one did.
        allow_growth: take a file that names more than five times as much.

    Raises:
        UnknownName: a source or provider that does not exist.
        InvalidArgument: no day, or a day before the last import of this source.
        UnreadableFile: the file, or one of the registry, is not what it should be.
        InvalidData: an alias that names two things, or a file that would become invalid; then nothing is written.
    """
    if source not in SOURCES:
        raise UnknownName("source", source, SOURCES, where="source")
    shelf = Shelf.open(registry)
    only = shelf.only(providers)
    document = read_json(file)
    day = day_of(source, document, seen_on)
    before = shelf.sightings(source)
    not_older(before, day, only)
    batch = batch_of(source, document, shelf, Wish(day=day, only=only, where=str(file)))
    of_likely_size(batch, before, only, str(file), allow_shrink=allow_shrink, allow_growth=allow_growth)
    summary = applied(batch, shelf, importers=frozenset(SOURCES), only=only)
    shelf.save()
    return summary
