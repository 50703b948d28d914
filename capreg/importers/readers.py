"""One function for each source: its file's document in, a batch of proposals out. Here a new source gets its line."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from capreg.errors import Finding, InvalidArgument, InvalidData
from capreg.ids import ProviderId
from capreg.importers import genai_prices, litellm, model_prices, models_dev, openrouter, openrouter_models, pi_ai
from capreg.importers.endpoints import endpoints_in, generated_on
from capreg.importers.flags import FlagTable
from capreg.importers.names import ModelNames, ProviderNames
from capreg.importers.proposal import Batch
from capreg.importers.shelf import Shelf

__all__ = ["SOURCES", "Wish", "batch_of", "day_of", "own_day"]

SOURCES: tuple[str, ...] = ("genai-prices", "litellm", "model-prices", "models-dev", "openrouter", "pi-ai")
"""The sources that can be imported, by source id."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What is to be read."""

    day: date
    """On which the source said it."""
    only: frozenset[ProviderId] | None
    """The providers to read; None for all."""
    where: str
    """The file, for errors."""


def batch_of(source: str, document: Any, shelf: Shelf, wish: Wish) -> Batch:
    """What the reader of `source` makes of `document`; where it stumbles, the file is of another shape.

    Raises:
        InvalidData: the file is not as the source publishes it.
        UnreadableFile: nor is it any other file of that source.
    """
    try:
        return _READERS[source](document, shelf, wish)
    except (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError) as error:
        problem = f"the file is not as {source} publishes it"
        found = f"{type(error).__name__}: {error}"[:200]
        fault = Finding("IMP001", wish.where, "", problem, found=found, hint="download it anew, and give it unchanged")
        raise InvalidData([fault]) from error


def own_day(source: str, document: Any) -> date | None:
    """The day that the file itself says it is from; None where it does not."""
    return _OWN_DAYS[source](document) if source in _OWN_DAYS else None


def day_of(source: str, document: Any, seen_on: date | None) -> date:
    """The day on which the source said it: the file's own, where it has one, else `seen_on`.

    Raises:
        InvalidArgument: neither is known, or they differ.
    """
    own = own_day(source, document)
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


def _models_dev(document: Any, shelf: Shelf, wish: Wish) -> Batch:
    names = ProviderNames.of(models_dev.SOURCE, shelf.providers)
    flags = FlagTable(capabilities=shelf.capabilities, source=models_dev.SOURCE, by_code=models_dev.BY_CODE)
    return models_dev.read(document, providers=names, flags=flags, seen_on=wish.day, only=wish.only)


def _litellm(document: Any, shelf: Shelf, wish: Wish) -> Batch:
    names = ProviderNames.of(litellm.SOURCE, shelf.providers)
    flags = FlagTable(capabilities=shelf.capabilities, source=litellm.SOURCE)
    return litellm.read(document, providers=names, flags=flags, seen_on=wish.day, only=wish.only)


def _openrouter(document: Any, shelf: Shelf, wish: Wish) -> Batch:
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


def _pi_ai(document: Any, shelf: Shelf, wish: Wish) -> Batch:
    names = ProviderNames.of(pi_ai.SOURCE, shelf.providers)
    return pi_ai.read(
        document, providers=names, offerings=shelf.offerings, seen_on=wish.day, where=wish.where, only=wish.only
    )


def _model_prices(document: Any, shelf: Shelf, wish: Wish) -> Batch:
    names = ProviderNames.of(model_prices.SOURCE, shelf.providers)
    return model_prices.read(
        document, providers=names, offerings=shelf.offerings, seen_on=wish.day, where=wish.where, only=wish.only
    )


def _genai_prices(document: Any, shelf: Shelf, wish: Wish) -> Batch:
    names = ProviderNames.of(genai_prices.SOURCE, shelf.providers)
    return genai_prices.read(
        document, providers=names, offerings=shelf.offerings, seen_on=wish.day, where=wish.where, only=wish.only
    )


_OWN_DAYS: Mapping[str, Callable[[Any], date | None]] = {
    "model-prices": model_prices.updated_on,
    "openrouter": generated_on,
}
_READERS: Mapping[str, Callable[[Any, Shelf, Wish], Batch]] = {
    "genai-prices": _genai_prices,
    "litellm": _litellm,
    "model-prices": _model_prices,
    "models-dev": _models_dev,
    "openrouter": _openrouter,
    "pi-ai": _pi_ai,
}
