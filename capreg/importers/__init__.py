"""Importers: a source's file in, proposals out, one shared policy that applies them to registry_data.

`run` is the door. An importer reads one format and knows nothing of files in the registry; the merge knows the
registry and nothing of formats. A new source is one module that makes a `Batch`, and one line in `_READERS`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from capreg.errors import Finding, InvalidArgument, InvalidData, UnknownName
from capreg.ids import ProviderId
from capreg.importers import genai_prices, litellm, model_prices, models_dev, openrouter, openrouter_models, pi_ai
from capreg.importers.apply import applied
from capreg.importers.endpoints import endpoints_in, generated_on
from capreg.importers.files import read_json
from capreg.importers.flags import FlagTable
from capreg.importers.names import ModelNames, ProviderNames
from capreg.importers.proposal import Batch, Skip
from capreg.importers.shelf import Shelf
from capreg.importers.summary import Conflict, Summary

__all__ = ["SOURCES", "Conflict", "Skip", "Summary", "run"]

SOURCES: tuple[str, ...] = ("genai-prices", "litellm", "model-prices", "models-dev", "openrouter", "pi-ai")
"""The sources that can be imported, by source id."""


_MANY = 20
_LEAST_KEPT = 0.5
_IN_PIECES = frozenset({"openrouter", "pi-ai"})
"""Sources with several files, none of which names everything: a file is held against the providers that it names."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Wish:
    """What is to be read."""

    day: date
    only: frozenset[ProviderId] | None
    where: str


def run(
    source: str,
    file: Path,
    registry: Path,
    *,
    providers: Sequence[str] | None = None,
    seen_on: date | None = None,
    allow_shrink: bool = False,
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

    Raises:
        UnknownName: a source or provider that does not exist.
        InvalidArgument: no day, or a day before the last import of this source.
        UnreadableFile: the file, or one of the registry, is not what it should be.
        InvalidData: an alias that names two things, or a file that would become invalid; then nothing is written.
    """
    if source not in SOURCES:
        raise UnknownName("source", source, SOURCES, where="source")
    shelf = Shelf.open(registry)
    only = _only(providers, shelf)
    document = read_json(file)
    day = _day(source, document, seen_on)
    _not_older(shelf.sightings(source), day, only)
    batch = _read(source, document, shelf, _Wish(day=day, only=only, where=str(file)))
    if not allow_shrink:
        _not_shrunk(batch, shelf.sightings(source), only, str(file))
    return applied(batch, shelf, importers=frozenset(SOURCES), only=only)


def _read(source: str, document: Any, shelf: Shelf, wish: _Wish) -> Batch:
    """What the source's reader makes of `document`; where it stumbles, the file is of another shape."""
    try:
        return _READERS[source](document, shelf, wish)
    except (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError) as error:
        problem = f"the file is not as {source} publishes it"
        found = f"{type(error).__name__}: {error}"[:200]
        fault = Finding("IMP001", wish.where, "", problem, found=found, hint="download it anew, and give it unchanged")
        raise InvalidData([fault]) from error


def _not_shrunk(batch: Batch, before: Mapping[str, str], only: frozenset[ProviderId] | None, where: str) -> None:
    """Refuse a file that lost half of what its source named before: more likely a broken download than the truth."""
    named = {str(one.id) for one in batch.offerings} | {str(one) for one in batch.also_listed}
    spoken_of = {name.partition("/")[0] for name in named} if batch.source in _IN_PIECES else only
    known = [name for name in before if "/" in name and (spoken_of is None or name.partition("/")[0] in spoken_of)]
    if len(known) >= _MANY and len(named) < len(known) * _LEAST_KEPT:
        raise InvalidData(
            [
                Finding(
                    "IMP004", where, "", "the file names far less than the last one did",
                    found=f"{len(named):,} offerings", expected=f"about {len(known):,}",
                    hint="download it anew; where so much has really gone, pass --allow-shrink",
                )
            ]
        )  # fmt: skip


def _only(providers: Sequence[str] | None, shelf: Shelf) -> frozenset[ProviderId] | None:
    for provider in providers or ():
        if provider not in shelf.providers:
            raise UnknownName("provider", provider, shelf.providers, where="providers")
    return None if providers is None else frozenset(ProviderId(provider) for provider in providers)


def _day(source: str, document: Any, seen_on: date | None) -> date:
    own = _OWN_DAYS[source](document) if source in _OWN_DAYS else None
    if own is None and seen_on is None:
        raise InvalidArgument(
            "the file does not say from which day it is",
            where="seen_on",
            expected="the day on which the source said this, for example 2026-09-30",
            hint="give the day of the download",
        )
    if own is not None and seen_on is not None and own != seen_on:
        raise InvalidArgument(
            "the file is from another day", where="seen_on", found=seen_on.isoformat(), expected=own.isoformat()
        )
    return own or seen_on or date.min


def _not_older(before: Mapping[str, str], day: date, only: frozenset[ProviderId] | None) -> None:
    seen = [last for subject, last in before.items() if only is None or subject.partition("/")[0] in only]
    if seen and day.isoformat() < max(seen):
        raise InvalidArgument(
            "a newer file of this source has been imported already",
            where="seen_on",
            found=day.isoformat(),
            expected=f"{max(seen)} or later",
        )


def _models_dev(document: Any, shelf: Shelf, wish: _Wish) -> Batch:
    names = ProviderNames.of(models_dev.SOURCE, shelf.providers)
    flags = FlagTable(capabilities=shelf.capabilities, source=models_dev.SOURCE, by_code=models_dev.BY_CODE)
    return models_dev.read(document, providers=names, flags=flags, seen_on=wish.day, only=wish.only)


def _litellm(document: Any, shelf: Shelf, wish: _Wish) -> Batch:
    names = ProviderNames.of(litellm.SOURCE, shelf.providers)
    flags = FlagTable(capabilities=shelf.capabilities, source=litellm.SOURCE)
    return litellm.read(document, providers=names, flags=flags, seen_on=wish.day, only=wish.only)


def _openrouter(document: Any, shelf: Shelf, wish: _Wish) -> Batch:
    if openrouter_models.is_models(document):
        names = ProviderNames.of(openrouter.SOURCE, shelf.providers)
        return openrouter_models.read(
            document, providers=names, offerings=shelf.offerings, seen_on=wish.day, where=wish.where, only=wish.only
        )
    return openrouter.read(
        endpoints_in(document, where=wish.where),
        providers=ProviderNames.of(openrouter.SOURCE, shelf.providers),
        models=ModelNames.of(shelf.models),
        offerings=shelf.offerings,
        flags=FlagTable(capabilities=shelf.capabilities, source=openrouter.SOURCE),
        seen_on=wish.day,
        only=wish.only,
    )


def _pi_ai(document: Any, shelf: Shelf, wish: _Wish) -> Batch:
    names = ProviderNames.of(pi_ai.SOURCE, shelf.providers)
    return pi_ai.read(
        document, providers=names, offerings=shelf.offerings, seen_on=wish.day, where=wish.where, only=wish.only
    )


def _model_prices(document: Any, shelf: Shelf, wish: _Wish) -> Batch:
    names = ProviderNames.of(model_prices.SOURCE, shelf.providers)
    return model_prices.read(
        document, providers=names, offerings=shelf.offerings, seen_on=wish.day, where=wish.where, only=wish.only
    )


def _genai_prices(document: Any, shelf: Shelf, wish: _Wish) -> Batch:
    names = ProviderNames.of(genai_prices.SOURCE, shelf.providers)
    return genai_prices.read(
        document, providers=names, offerings=shelf.offerings, seen_on=wish.day, where=wish.where, only=wish.only
    )


_OWN_DAYS: Mapping[str, Callable[[Any], date | None]] = {
    "model-prices": model_prices.updated_on,
    "openrouter": generated_on,
}
_READERS: Mapping[str, Callable[[Any, Shelf, _Wish], Batch]] = {
    "genai-prices": _genai_prices,
    "litellm": _litellm,
    "model-prices": _model_prices,
    "models-dev": _models_dev,
    "openrouter": _openrouter,
    "pi-ai": _pi_ai,
}
