"""What a change may not do, compared with what stood before: the gates. What a registry may not say is `validate`'s.

A deleted record needs a tombstone: a line of TOMBSTONES, ``kind id day reason``. A price that stood may be mended only
with evidence that has an address and a note that starts with "corrects", or with a record of the correction.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from capreg.catalog import Catalog
from capreg.errors import Finding
from capreg.review.far import far_from_the_market
from capreg.review.paths import PRICE_NAMES, named
from capreg.review.prices import RATES
from capreg.review.rows import GROWING, REPLACED, ROWS, gone_rows, is_kept
from capreg.review.tombstones import TOMBSTONES, buried, tombstone_faults
from capreg.source.files import Text, read_text
from capreg.source.gone import put_back
from capreg.source.layout import path_of
from capreg.source.positions import line_at, lines_of

__all__ = ["GATES", "gated"]

GATES = ("GAT001", "GAT002", "GAT003", "GAT004", "GAT005", "GAT006", "GAT007")
"""The rules that hold between two sides; `capreg explain` has the words of each."""

_BOUND = 3
_LIMITS = ("context_tokens", "max_input_tokens", "max_output_tokens")
_SHARE, _FEW = 20, 3
_Document = Mapping[str, Any]


def gated(base: Catalog, head: Catalog, root: Path | None, *, since: str | None = None) -> tuple[Finding, ...]:
    """Every gate that the change from `base` to `head` does not pass, in order of file and key.

    Args:
        base: what stood.
        head: what is proposed.
        root: the registry folder of `head`, which may hold TOMBSTONES; None where there is none, and nothing buried.
        since: the revision of git that `base` is of, as the reader calls it, where `root` is what is checked out.
    """
    found = [*tombstone_faults(head, root), *_deleted(base, head, root, since)]
    found += [*_shrunk(base, head), *_rows(base, head), *far_from_the_market(base, head)]
    old, new = base.documents("offerings"), head.documents("offerings")
    for key in sorted(set(old) & set(new)):
        if old[key] != new[key]:
            found += [*_history(key, old[key], new[key]), *_leaps(key, old[key], new[key])]
    return tuple(sorted(_with_line(finding, root) for finding in found))


def _deleted(base: Catalog, head: Catalog, root: Path | None, since: str | None) -> Iterator[Finding]:
    tombstones = buried(root)
    for kind in base:
        if kind in REPLACED:
            continue
        there = _graves(head, kind)
        for grave in sorted(_graves(base, kind) - there):
            if (kind, grave) not in tombstones:
                back = put_back((root or Path()) / path_of(kind, grave), since)
                yield Finding(
                    "GAT001",
                    path_of(kind, grave),
                    "",
                    "a table is gone without a tombstone" if kind in ROWS else "a record is gone without a tombstone",
                    found="no file",
                    expected=f"the file, or a line of {TOMBSTONES}: {kind} {grave} DAY REASON",
                    hint=f"{back}: what can no longer be had is retired, not deleted",
                    command=f"capreg retire {grave} --on DAY --source SOURCE" if kind == "offerings" else None,
                )


def _graves(catalog: Catalog, kind: str) -> set[str]:
    """What can be buried: the ids of records, or those of tables."""
    ids = catalog.documents(kind)
    return {key.partition("/")[0] for key in ids} if kind in ROWS else set(ids)


def _shrunk(base: Catalog, head: Catalog) -> Iterator[Finding]:
    for kind in sorted(set(base) - REPLACED):
        old, new = len(base.documents(kind)), len(head.documents(kind))
        least = old - max(_FEW, old // _SHARE)
        if new < least:
            yield Finding(
                "GAT004",
                "RELEASE",
                "",
                f"the {kind} shrink by more than a twentieth",
                found=f"{new:,}, were {old:,}",
                expected=f"at least {least:,}",
                hint="find out which change lost them; where it is meant, remove them in several reviewed steps",
            )


def _rows(base: Catalog, head: Catalog) -> Iterator[Finding]:
    """Rows may be put between others, so a row is known by what it says, not by its number."""
    for kind in sorted(GROWING):
        tables = _graves(head, kind)
        for key in gone_rows(base, head, kind):
            if key.partition("/")[0] in tables and is_kept(kind, base.documents(kind)[key]):
                yield Finding(
                    "GAT005",
                    path_of(kind, key),
                    "",
                    f"row {key.rpartition('/')[2]} of what stood is changed or gone",
                    found="no such row",
                    expected=str(base.documents(kind)[key]),
                    hint="rows stay: put what is new beside them, or into a table of its own",
                )


def _history(key: str, old: _Document, new: _Document) -> Iterator[Finding]:
    now = dict(named(new.get("prices", ())))
    places = {name: place for place, name in enumerate(now)}
    for name, entry in named(old.get("prices", ())):
        stands = now.get(name)
        if stands is not None and (_rates(stands) == _rates(entry) or _corrected(entry, stands)):
            continue
        if stands is not None and _without_storage(entry, stands):
            continue
        if stands is None and _corrected_currency(entry, new.get("prices", ())):
            continue
        yield Finding(
            "GAT002",
            path_of("offerings", key),
            f"prices[{places[name]}]" if name in places else "prices",
            f"the price of {name} is gone" if stands is None else f"the price of {name} is not what it was",
            found="no such entry" if stands is None else _said(_rates(stands)),
            expected=_said(_rates(entry)),
            hint="put it back first, then append a dated entry; where it never was true: capreg explain GAT002",
            command=f"capreg price set {key} --input … --output … --from DAY --source SOURCE",
        )


def _corrected(before: _Document, after: _Document) -> bool:
    had = [dict(each) for each in before.get("evidence", ())]
    return any(
        dict(each) not in had and str(each.get("note", "")).startswith("corrects ") and "url" in each
        for each in after.get("evidence", ())
    )


def _without_storage(before: _Document, after: _Document) -> bool:
    """Whether all that is gone is a rate of cache writes that no write has: below plain input, or twice it and more."""
    write, plain = before.get("cache_write"), before.get("input")
    if write is None or plain is None or "cache_write" in after:
        return False
    rest = {name: value for name, value in before.items() if name != "cache_write"}
    return _rates(rest) == _rates(after) and not Decimal(plain) <= Decimal(write) < 2 * Decimal(plain)


def _corrected_currency(before: _Document, entries: Sequence[_Document]) -> bool:
    """Whether what stood there was corrected to be a price in another currency."""
    names = [name for name in PRICE_NAMES if name != "currency"]
    place = [before.get(name) for name in names]
    return any([entry.get(name) for name in names] == place and _corrected(before, entry) for entry in entries)


def _leaps(key: str, old: _Document, new: _Document) -> Iterator[Finding]:
    known = {(e["source"], e["seen_on"]) for d in (old, *old.get("prices", ())) for e in d.get("evidence", ())}
    pairs = [(name, old.get(name), new.get(name), new) for name in _LIMITS]
    for place, before, entry in _last_entries(old, new):
        pairs += [(f"prices[{place}].{rate}", before.get(rate), entry.get(rate), entry) for rate in RATES]
    for at, was, becomes, holder in pairs:
        factor = _factor(was, becomes)
        if factor is not None and factor >= _BOUND and not _is_fresh(holder, known):
            times = f"{factor:.1f}".removesuffix(".0")
            slip = factor in {10, 100, 1000, 1000000} or factor.is_infinite()
            yield Finding(
                "GAT003",
                path_of("offerings", key),
                at,
                "a figure changes by a unit's factor" if slip else f"a figure changes {times}-fold",
                found=f"{was} → {becomes}",
                expected=f"less than {_BOUND}-fold, or fresh evidence: with an address, or of two sources",
                hint="check the unit (per million, not per thousand); else name the page that says so, with its url",
                command=f"capreg price set {key} … --source SOURCE --url https://…" if "prices" in at else None,
            )


def _last_entries(old: _Document, new: _Document) -> Iterator[tuple[int, _Document, _Document]]:
    """Of each tier and step: the place of the newest entry, the newest that stood, and the newest."""
    before = {_step(entry): entry for entry in sorted(old.get("prices", ()), key=_start)}
    after = {
        _step(entry): place for place, entry in sorted(enumerate(new.get("prices", ())), key=lambda e: _start(e[1]))
    }
    for step, place in after.items():
        if step in before and before[step] != new["prices"][place]:
            yield place, before[step], new["prices"][place]


def _factor(was: Any, becomes: Any) -> Decimal | None:
    """How many times larger the larger is; infinite where one of them is zero."""
    if was is None or becomes is None:
        return None
    try:
        old, new = Decimal(was), Decimal(becomes)
    except InvalidOperation:
        return None
    if old == new:
        return Decimal(1)
    return max(old, new) / min(old, new) if old and new else Decimal("Infinity")


def _is_fresh(holder: _Document, known: set[tuple[str, str]]) -> bool:
    new = [e for e in holder.get("evidence", ()) if (e["source"], e["seen_on"]) not in known and "says" not in e]
    return any("url" in e for e in new) or len({e["source"] for e in new}) > 1


def _start(entry: _Document) -> str:
    return str(entry["starts_on"])


def _step(entry: _Document) -> str:
    return repr([entry.get(name) for name in PRICE_NAMES[1:]])


def _rates(entry: _Document) -> dict[str, Any]:
    return {name: entry[name] for name in (*RATES, "free", "basis") if name in entry}


def _said(rates: Mapping[str, Any]) -> str:
    return ", ".join(f"{name} {value}" for name, value in rates.items())


def _with_line(finding: Finding, root: Path | None) -> Finding:
    has_line = finding.key and finding.file.endswith(".toml")
    text = read_text(root, finding.file) if root is not None and has_line else None
    if not isinstance(text, Text):
        return finding
    return finding.but(line=line_at(lines_of(text.text), finding.key))
