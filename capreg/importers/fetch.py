"""Downloads the files of sources that have a public address, whole or not at all.

A file takes the place of the last one only when all of it has come and its importer can read it.
"""

from __future__ import annotations

import http.client
import json
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import IO, Any

from capreg.errors import CapregError, InvalidArgument, UnknownName
from capreg.importers.downloads import DAYS, FILES, days_in
from capreg.importers.files import MAX_SOURCE_BYTES, write_bytes, write_text
from capreg.importers.readers import Wish, batch_of
from capreg.importers.shelf import Shelf
from capreg.version import __version__

__all__ = ["Address", "Fetched", "addresses", "fetched"]

_PIECE = 1 << 18
_SILENCE_S = 30.0
_LONGEST_S = 300.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """Where a file of a source can be had."""

    source: str
    file: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """What became of one file."""

    address: Address
    path: Path
    size: int | None
    """Bytes; None where it failed."""
    problem: str | None
    """Why it failed; what stood there before stands."""

    @property
    def failed(self) -> bool:
        """Whether there is no new file."""
        return self.problem is not None


def addresses(sources: Mapping[str, Mapping[str, Any]], only: list[str] | None = None) -> list[Address]:
    """The addresses that `sources`, documents by id, give; of `only` these where some are named.

    Raises:
        UnknownName: there is no such source.
        InvalidArgument: a source that is named has no address.
    """
    for source in only or ():
        if source not in sources:
            raise UnknownName("source", source, sources, where="--source")
        if not sources[source].get("downloads"):
            raise InvalidArgument(
                "this source has no public address",
                where="--source",
                found=source,
                expected=", ".join(sorted(key for key, one in sources.items() if one.get("downloads"))),
                hint=f"download it by hand into DIR/{source}/",
            )
    wanted = sorted(source for source in sources if only is None or not only or source in only)
    return [
        Address(source=source, file=file, url=url)
        for source in wanted
        for file, url in sorted((sources[source].get("downloads") or {}).items())
    ]


def fetched(
    wanted: list[Address],
    folder: Path,
    shelf: Shelf,
    *,
    today: date,
    silence_s: float = _SILENCE_S,
    longest_s: float = _LONGEST_S,
    most_bytes: int = MAX_SOURCE_BYTES,
    progress: Callable[[int], object] = lambda _: None,
) -> list[Fetched]:
    """Downloads each of `wanted` into `folder`, and writes there from which day the files of each source are.

    One that fails leaves what stood there, and does not keep the others back.

    Args:
        wanted: what to download.
        folder: where to; each source has a folder of its own in it.
        shelf: the registry, against which a file is read on trial.
        today: the day of the download.
        silence_s: how many seconds a server may be silent.
        longest_s: how many seconds a file may take.
        most_bytes: how large a file may be.
        progress: told after each file how many are done.
    """
    done = []
    days = days_in(folder)
    for number, address in enumerate(wanted):
        path = folder / address.source / address.file
        try:
            content = _content(address.url, silence_s, longest_s, most_bytes)
            _refuse_other_shapes(address, content, shelf, today)
            write_bytes(path, content)
            done.append(Fetched(address=address, path=path, size=len(content), problem=None))
            days[address.source] = today
        except (OSError, http.client.HTTPException, CapregError, _Unusable) as error:
            done.append(Fetched(address=address, path=path, size=None, problem=_told(error)))
        progress(number + 1)
    if days:
        write_text(folder / DAYS, "".join(f"{source} = {day}\n" for source, day in sorted(days.items())))
    return done


class _Unusable(Exception):
    """What came is not the file."""


def _content(url: str, silence_s: float, longest_s: float, most_bytes: int) -> bytes:
    until = time.monotonic() + longest_s
    request = urllib.request.Request(url, headers={"User-Agent": f"capreg/{__version__}", "Accept": "application/json"})  # noqa: S310  addresses are of the registry, whose schema asks for https
    with urllib.request.urlopen(request, timeout=silence_s) as answer:  # noqa: S310
        told = answer.headers.get("Content-Length")
        content = b"".join(_pieces(answer, until, longest_s, most_bytes))
    if told is not None and len(content) != int(told):
        raise _Unusable(f"cut off: {len(content):,} of {int(told):,} bytes came")
    return content


def _pieces(answer: IO[bytes], until: float, longest_s: float, most_bytes: int) -> list[bytes]:
    pieces: list[bytes] = []
    size = 0
    while piece := answer.read(_PIECE):
        pieces.append(piece)
        size += len(piece)
        if size > most_bytes:
            raise _Unusable(f"larger than {most_bytes:,} bytes")
        if time.monotonic() > until:
            raise _Unusable(f"not done within {longest_s:g} s: {size:,} bytes came")
    return pieces


def _refuse_other_shapes(address: Address, content: bytes, shelf: Shelf, today: date) -> None:
    """Read the file as an import would, and refuse one in which its importer finds nothing."""
    try:
        document = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise _Unusable(f"no JSON: {error}"[:200]) from error
    if address.source not in FILES:
        return
    batch = batch_of(address.source, document, shelf, Wish(day=today, only=None, where=address.file))
    if not (batch.offerings or batch.also_listed):
        raise _Unusable("of another shape: it names nothing that the registry knows")


def _told(error: Exception) -> str:
    if isinstance(error, urllib.error.HTTPError):
        return f"the server answered {error.code} {error.reason}"
    if isinstance(error, TimeoutError):
        return "the server fell silent"
    if isinstance(error, urllib.error.URLError):
        return "the server fell silent" if isinstance(error.reason, TimeoutError) else f"no connection: {error.reason}"
    if isinstance(error, http.client.IncompleteRead):
        return f"cut off: {len(error.partial):,} bytes came"
    return str(error).partition("\n")[0] if isinstance(error, _Unusable) else f"of another shape: {_short(error)}"


def _short(error: Exception) -> str:
    findings = getattr(error, "findings", ())
    return "; ".join(f"{one.problem}: {one.found}" for one in findings) or str(error).partition("\n")[0]
