"""What the rules of `capreg validate` say of the records that a change touches: faults and warnings, not hints."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator
from datetime import date
from functools import cache

from capreg.catalog import KINDS, Catalog, canonical
from capreg.errors import Finding
from capreg.review.compare import Review
from capreg.source.layout import path_of
from capreg.source.read import release_day
from capreg.source.rules import Facts, breaches

__all__ = ["warned"]


def warned(review: Review, head: Catalog, *, today: date | None = None) -> tuple[Finding, ...]:
    """The faults and warnings on the records of `review` that are new or changed, in order of file and key.

    Args:
        review: what differs.
        head: the proposed side, which decodes its records.
        today: figures may have been seen until this day; without it, until that of the release.
    """
    asked: dict[str, dict[str, None]] = defaultdict(dict)
    for kind, key in _touched(review):
        asked[kind][key] = None
    if not asked:
        return ()
    files = {(kind, key): path_of(kind, key) for kind in KINDS for key in head.documents(kind)}
    day = release_day(head.release.id)
    facts = Facts(
        records={kind: head.records(kind) for kind in KINDS},
        files=files,
        unread=frozenset(files),
        day=day,
        latest=max((each for each in (day, today) if each is not None), default=None),
        asked={kind: list(keys) for kind, keys in asked.items()},
        holders=_holders_in(head),
    )
    meant = {(files[kind, key], Facts.row(kind, key)) for kind, keys in asked.items() for key in keys}
    found = {finding for finding in breaches(facts) if finding.severity != "hint"}
    return tuple(sorted(finding for finding in found if _place(finding) in meant))


def _touched(review: Review) -> Iterable[tuple[str, str]]:
    yield from ((kind, key) for kind, keys in review.added.items() for key in keys)
    yield from ((change.kind, change.id) for change in review.changed)


def _place(finding: Finding) -> tuple[str, str]:
    """The file, and the row where it is a table."""
    return finding.file, finding.key.partition(".")[0] if finding.file.endswith(".csv") else ""


def _holders_in(catalog: Catalog) -> Callable[[str, Collection[str]], Iterator[str]]:
    """What finds the ids, of one kind, whose records hold any of some texts."""

    @cache
    def texts_of(kind: str) -> dict[str, str]:
        return {key: canonical(document) for key, document in catalog.documents(kind).items()}

    def holders(kind: str, texts: Collection[str]) -> Iterator[str]:
        is_plain = all(text.isascii() and text.isprintable() and '"' not in text and "\\" not in text for text in texts)
        return (key for key, held in texts_of(kind).items() if not is_plain or any(text in held for text in texts))

    return holders
