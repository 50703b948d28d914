"""Who says so, as a person types it: a source's id, or the address of a page that one source is the publisher of."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any
from urllib.parse import urlsplit

from capreg.editing.desk import Desk
from capreg.errors import InvalidArgument, UnknownName
from capreg.source.read import read

__all__ = ["witness"]


def witness(desk: Desk, source: str, *, seen_on: str | None = None, url: str | None = None) -> dict[str, Any]:
    """The evidence that a person names.

    Args:
        desk: the registry.
        source: an id of sources/, or an address: then the source is the one whose own address shares its host.
        seen_on: the day; today where it is not given.
        url: the page, where `source` is an id.

    Raises:
        UnknownName: no source has this id.
        InvalidArgument: no source, or more than one, is known at that host; the day is none.
    """
    sources = read(desk.root, only=lambda path: path.startswith("sources/")).documents["sources"]
    if source.startswith("https://"):
        url, source = source, _at(source, sources)
    elif source not in sources:
        raise UnknownName("source", source, sources, where="--source")
    return {"source": source, "seen_on": _day(seen_on, desk.today), **({"url": url} if url else {})}


def _at(url: str, sources: Mapping[str, Mapping[str, Any]]) -> str:
    host = urlsplit(url).hostname or ""
    for same in (_host, _domain):
        found = _nearest(
            url, {name: one for name, one in sources.items() if same(str(one.get("url", ""))) == same(url)}
        )
        if found:
            break
    if len(found) == 1:
        return found[0]
    raise InvalidArgument(
        "several sources are known at this host" if found else "no source is known at this host",
        where="--source",
        found=", ".join(found) or host,
        expected="the id of a source, with the page as --url",
        hint="capreg list sources names them" if found else "make it first: capreg new source ID --url https://…",
    )


def _nearest(url: str, sources: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """Of sources at one host: those that give evidence of some kind, and of these the one whose address is nearest."""
    speaking = {name: one for name, one in sources.items() if one.get("kinds")} or sources
    begun = {
        name: len(str(one["url"])) for name, one in speaking.items() if url.startswith(str(one["url"]).rstrip("/"))
    }
    longest = max(begun.values(), default=0)
    return sorted(name for name, length in begun.items() if length == longest) or sorted(speaking)


def _host(url: str) -> str:
    return urlsplit(url).hostname or ""


def _domain(url: str) -> str:
    return ".".join(_host(url).split(".")[-2:])


def _day(text: str | None, today: date) -> str:
    if text is None:
        return today.isoformat()
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError as unreadable:
        raise InvalidArgument(
            "a day cannot be read", where="--seen-on", found=text, expected="a day such as 2026-11-20"
        ) from unreadable
