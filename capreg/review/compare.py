"""Two catalogs → what differs between them, sorted by what a reviewer must see first. Nothing is judged here."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any

from capreg.catalog import KINDS, Catalog
from capreg.review.decisions import Flip, flips
from capreg.review.market import Market
from capreg.review.measured import Measured, measured
from capreg.review.newcomers import NewProvider, NewSource, new_provider, new_source
from capreg.review.pages import LIMITS, Page, pages
from capreg.review.paths import leaves
from capreg.review.prices import Listed, PriceChange, Witness, listed, price_changes, witness
from capreg.review.rows import REPLACED, ROWS, gone_rows
from capreg.review.shared import Shared, shared
from capreg.source.read import release_day

__all__ = ["Change", "Review", "Side", "review"]

_SECURITY = {
    "providers": ("hosts", "sdks", "keys", "either_keys", "aliases", "docs_url", "pricing_url", "parent"),
    "models": ("aliases",),
    "offerings": ("wire_id", "model"),
    "sources": ("redistributable", "licence", "family"),
}
"""By kind: the keys that say where a request and its key go, and what a name means."""
_NEW_ONES = ("providers", "models")
"""Kinds whose new records are looked at for such keys too; a new offering is shown whole."""
_DATES = frozenset({"starts_on", "seen_on", "measured_on", "retires_on"})
_AHEAD = timedelta(days=90)
_COUNTED = REPLACED
"""Kinds of which a review says how many records moved, and no more."""

Ids = dict[str, tuple[str, ...]]
Called = tuple[str, str | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """What a side is called, and what it holds."""

    name: str
    """A revision, a path, or the working tree."""
    commit: str | None
    """The short hash of a revision's commit."""
    release: str
    digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One key of one record that differs; None on the side that has none."""

    kind: str
    id: str
    key: str
    old: Any
    new: Any
    also: tuple[Shared, ...] = ()
    """Hosts and key variables that are new here and that other providers hold as well."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """All that differs between two catalogs."""

    base: Side
    head: Side
    as_of: str
    security: tuple[Change, ...] = ()
    """Where requests and keys go, and what names mean; first what another provider holds as well."""
    decisions: tuple[Flip, ...] = ()
    """The reference requests whose first choice changes."""
    asked: int = 0
    """How many reference requests there are."""
    removed: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    retired: tuple[str, ...] = ()
    prices: tuple[PriceChange, ...] = ()
    """Rates in force on the day of the questions."""
    witnesses: tuple[Witness, ...] = ()
    """Where new and changed prices can be read, one an offering."""
    limits: tuple[Change, ...] = ()
    """Limits and quantization of offerings that both sides have."""
    capabilities: tuple[Change, ...] = ()
    pages: tuple[Page, ...] = ()
    """Where limits and capabilities can be read that are new or changed, or that somebody else speaks for now."""
    evidence_lost: tuple[Change, ...] = ()
    added: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    offerings_added: tuple[Listed, ...] = ()
    measurements: tuple[Measured, ...] = ()
    """Rows that are new or gone."""
    providers_added: tuple[NewProvider, ...] = ()
    sources_added: tuple[NewSource, ...] = ()
    changed: tuple[Change, ...] = ()
    """Every key that differs, those above included."""
    moved: Mapping[str, int] = field(default_factory=dict)
    """By kind: how many records differ that are counted only."""

    @property
    def is_empty(self) -> bool:
        """Whether nothing differs."""
        return not (self.added or self.removed or self.changed or self.moved or self.decisions)


def review(
    base: Catalog,
    head: Catalog,
    *,
    as_of: str | None = None,
    today: date | None = None,
    ask: bool = True,
    names: tuple[Called, Called] = (("base", None), ("head", None)),
) -> Review:
    """What differs from `base` to `head`, with the reference requests asked of both.

    Args:
        base: the side that stands.
        head: the side that is proposed.
        as_of: the day of the questions; by default the latest day that a release or a changed record names, but not
            later than today: what is announced for a day to come, a price or an end, is not so yet. Nor is it later
            than a quarter after the releases, for what was measured would be old by then.
        today: the day; without it, that of the newer release.
        ask: whether the reference requests are asked, which takes most of the time.
        names: what the sides are called, each with the short hash of its commit where it has one.
    """
    added, removed, changed = _records(base, head)
    changes = tuple(_changes(base, head, changed))
    day = as_of or _latest_day(base, head, today, added, changed)
    same = not (added or removed or changed)
    met, asked = ((), 0) if same or not ask else flips(base, head, as_of=day)
    found = Review(
        base=_side(names[0], base),
        head=_side(names[1], head),
        as_of=day,
        security=tuple(_security(base, head, changes, added)),
        decisions=met,
        asked=asked,
        removed=_without_counted(removed),
        limits=tuple(c for c in changes if c.kind == "offerings" and c.key in LIMITS),
        capabilities=tuple(c for c in changes if c.key.startswith("capabilities.") and "evidence" not in c.key),
        evidence_lost=tuple(c for c in changes if c.key.endswith("].source") and c.new is None),
        added=_without_counted(added),
        changed=changes,
        moved=_moved(added, removed, changed),
    )
    rows = {"gone": removed.get("measurements", ()), "new": added.get("measurements", ())}
    return replace(
        _with_offerings(found, base, head, added.get("offerings", ()), changed.get("offerings", ())),
        measurements=tuple(measured(base, head, **rows)),
        providers_added=tuple(new_provider(head, key) for key in added.get("providers", ())),
        sources_added=tuple(new_source(head, key) for key in added.get("sources", ())),
    )


def _side(called: Called, catalog: Catalog) -> Side:
    release = catalog.release
    return Side(name=called[0], commit=called[1], release=release.id, digest=release.digest)


def _with_offerings(
    found: Review, base: Catalog, head: Catalog, new: tuple[str, ...], changed: tuple[str, ...]
) -> Review:
    """`found` with the offerings that are new, retired or cost something else."""
    if not new and not changed:
        return found
    day, market, touched = found.as_of, Market(head, found.as_of), sorted((*new, *changed))
    return replace(
        found,
        retired=tuple(key for key in changed if _retired(head, key) and not _retired(base, key)),
        prices=tuple(change for key in changed for change in price_changes(base, head, key, day, market)),
        offerings_added=tuple(listed(head, key, day, market) for key in new),
        witnesses=tuple(one for key in touched if (one := witness(base, head, key)) is not None),
        pages=tuple(one for key in touched for one in pages(base, head, key)),
    )


def _records(base: Catalog, head: Catalog) -> tuple[Ids, Ids, Ids]:
    """The ids by kind that are new, gone, and different; kinds without any are left out."""
    added: Ids = {}
    removed: Ids = {}
    changed: Ids = {}
    for kind in KINDS:
        if kind in ROWS:
            added[kind] = tuple(gone_rows(head, base, kind))
            removed[kind] = tuple(gone_rows(base, head, kind))
            continue
        old, new = dict(base.documents(kind)), dict(head.documents(kind))
        added[kind] = tuple(sorted(new.keys() - old.keys()))
        removed[kind] = tuple(sorted(old.keys() - new.keys()))
        changed[kind] = tuple(sorted(key for key in old.keys() & new.keys() if old[key] != new[key]))
    return _met(added), _met(removed), _met(changed)


def _met(ids: Ids) -> Ids:
    return {kind: keys for kind, keys in ids.items() if keys}


def _without_counted(ids: Ids) -> Ids:
    return {kind: keys for kind, keys in ids.items() if kind not in _COUNTED}


def _moved(*ids: Ids) -> dict[str, int]:
    counts = {kind: sum(len(found.get(kind, ())) for found in ids) for kind in sorted(_COUNTED)}
    return {kind: count for kind, count in counts.items() if count}


def _changes(base: Catalog, head: Catalog, ids: Mapping[str, tuple[str, ...]]) -> Iterator[Change]:
    for kind, keys in _without_counted(dict(ids)).items():
        for key in keys:
            old = dict(leaves(base.documents(kind).get(key, {})))
            new = dict(leaves(head.documents(kind).get(key, {})))
            for at in sorted(old.keys() | new.keys()):
                if old.get(at) != new.get(at):
                    yield Change(kind=kind, id=key, key=at, old=old.get(at), new=new.get(at))


def _security(base: Catalog, head: Catalog, changes: tuple[Change, ...], added: Ids) -> Iterator[Change]:
    """What another holds comes first, then providers: hosts, SDKs and keys say where a secret goes."""
    new = _changes(base, head, {kind: added.get(kind, ()) for kind in _NEW_ONES})
    touching = [_with_others(c, base, head) for c in (*changes, *new) if _top(c.key) in _SECURITY.get(c.kind, ())]
    yield from sorted(touching, key=lambda c: (not c.also, list(_SECURITY).index(c.kind), c.id, c.key))


def _with_others(change: Change, base: Catalog, head: Catalog) -> Change:
    if change.kind != "providers" or not isinstance(change.new, tuple):
        return change
    come = [value for value in change.new if value not in (change.old or ())]
    return replace(change, also=tuple(shared(change.id, change.key, come, base=base, head=head)))


def _top(key: str) -> str:
    return key.partition(".")[0].partition("[")[0]


def _latest_day(base: Catalog, head: Catalog, today: date | None, *ids: Ids) -> str:
    released = [day for day in (release_day(base.release.id), release_day(head.release.id)) if day is not None]
    newest = max(released, default=today or date.max)
    bound = str(min(today or newest, newest + _AHEAD) if released else newest)
    days = [str(day) for day in released]
    for found in ids:
        for kind, keys in _without_counted(found).items():
            for key in keys:
                values = leaves(head.documents(kind).get(key, {}))
                days += [str(v) for at, v in values if at.rpartition(".")[2] in _DATES and str(v) <= bound]
    return max(days, default=str(date.min))


def _retired(catalog: Catalog, offering: str) -> bool:
    return (catalog.documents("offerings")[offering].get("lifecycle") or {}).get("status") == "retired"
