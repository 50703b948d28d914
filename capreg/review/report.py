"""A review in words: text for a terminal, Markdown for a comment below a pull request, plain JSON for machines.

What touches security comes first. In Markdown, everything from the registry is written as code, so that no text of a
contributor becomes markup.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from capreg.errors import Finding
from capreg.review.compare import Change, Review
from capreg.review.decisions import Flip
from capreg.review.prices import Listed, PriceChange

__all__ = ["FORMATS", "written"]

FORMATS = ("text", "markdown", "json")
_MOST = 50
_LONGEST = 300
_FIELDS = ("rule", "severity", "file", "line", "key", "problem", "found", "expected", "hint", "command")
_PRICES = ("offering", "tier, rate", "old", "new", "change", "call, old", "call, new")
_NEW = ("offering", "model", "wire id", "input", "output", "call", "can")


@dataclass(frozen=True, slots=True)
class _Section:
    """A heading, and lines or the rows of a table below it. What is cut off is counted."""

    heading: str
    lines: Sequence[Sequence[object]]
    """Each line as parts: a text of ours as str, a text of the registry as `_Said`."""
    columns: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class _Said:
    """A text of the registry: no reader of the page may take it for the page's own."""

    text: str


def written(form: str, review: Review, refused: Sequence[Finding] = ()) -> str:
    """The review in one of `FORMATS`, with a line end. Long lists are cut, and say so; the JSON has all.

    Args:
        form: which format.
        review: what differs.
        refused: what the gates do not let through.
    """
    if form == "json":
        gates = [{name: getattr(finding, name) for name in _FIELDS} for finding in refused]
        return json.dumps({**asdict(review), "gates": gates}, indent=2, ensure_ascii=False) + "\n"
    lines = _markdown(review, refused) if form == "markdown" else _text(review, refused)
    return "\n".join(lines) + "\n"


def _head(review: Review) -> str:
    base, head = (f"{side.partition(' ')[0]} ({side.partition(':')[2][:12]})" for side in (review.base, review.head))
    units = "Prices are US dollars per million; a call is 2,000 + 300 tokens."
    same = f" None of {review.asked} reference requests has another winner." if review.asked else ""
    return f"From {base} to {head}, asked as of {review.as_of}. {units}{'' if review.decisions else same}"


def _sections(review: Review, refused: Sequence[Finding]) -> Iterator[_Section]:
    yield _Section("Refused by the gates", [_refusal(finding) for finding in refused])
    yield _Section("Look first: hosts, SDKs, keys, names", [_change(c) for c in review.security])
    flipped = f"Answers that change: {len(review.decisions)} of {review.asked} reference requests"
    yield _Section(flipped, [_flip(flip) for flip in review.decisions])
    yield _Section("Removed", [(f"{kind}/", _Said(key)) for kind, keys in review.removed.items() for key in keys])
    yield _Section("Retired", [(_Said(key),) for key in review.retired])
    yield _Section("Prices in force", [_price(change) for change in review.prices], _PRICES)
    yield _Section("Capabilities", [_change(c) for c in review.capabilities])
    yield _Section("Evidence lost", [_change(c) for c in review.evidence_lost])
    yield _Section("New offerings", [_listed(one) for one in review.offerings_added], _NEW)
    others = [(f"{k}/", _Said(key)) for k, keys in review.added.items() if k != "offerings" for key in keys]
    yield _Section("Other new records", others)
    yield _Section("Everything else that changed", [_change(c) for c in _rest(review)])
    yield _Section("Counted only", [(f"{count:,} {kind} moved",) for kind, count in review.moved.items()])


def _rest(review: Review) -> Iterator[Change]:
    told = {*review.security, *review.capabilities, *review.evidence_lost}
    return (change for change in review.changed if change not in told)


def _refusal(finding: Finding) -> Sequence[object]:
    parts: list[object] = [f"{finding.rule} ", _Said(f"{finding.file}{f'#{finding.key}' if finding.key else ''}")]
    parts += [f": {finding.problem}"]
    parts += [", found ", _Said(finding.found)] if finding.found else []
    return [*parts, f"; {finding.hint}" if finding.hint else ""]


def _flip(flip: Flip) -> Sequence[object]:
    return (_Said(flip.request), ": ", _Said(flip.old), " → ", _Said(flip.new), ". ", _Said(flip.reason))


def _price(p: PriceChange) -> Sequence[object]:
    percent = None if p.percent is None else f"{p.percent} %"
    return (
        _Said(p.offering),
        f"{p.tier}, {p.rate}",
        _cell(p.old),
        _cell(p.new),
        percent,
        p.old_call_usd,
        p.new_call_usd,
    )


def _listed(one: Listed) -> Sequence[object]:
    can = ", ".join(one.capabilities)
    return (
        _Said(one.id),
        _cell(one.model),
        _Said(one.wire_id),
        one.input,
        one.output,
        one.call_usd,
        _cell(can or None),
    )


def _cell(text: str | None) -> object:
    return None if text is None else _Said(text)


def _change(change: Change) -> Sequence[object]:
    return (f"{change.kind}/", _Said(change.id), " ", _Said(change.key), ": ", *_sides(change.old, change.new))


def _sides(old: Any, new: Any) -> Sequence[object]:
    if isinstance(old, tuple) and isinstance(new, tuple):
        gone = [_Said(f"-{value}") for value in old if value not in new]
        come = [_Said(f"+{value}") for value in new if value not in old]
        parts = [part for said in (*gone, *come) for part in (said, " ")]
        return parts[:-1] or ("another order",)
    return (_value(old), " → ", _value(new))


def _value(value: Any) -> object:
    return "nothing" if value is None else _Said(", ".join(map(str, value)) if isinstance(value, tuple) else str(value))


def _text(review: Review, refused: Sequence[Finding]) -> Iterator[str]:
    yield _head(review)
    if review.is_empty and not refused:
        yield "Nothing differs."
        return
    for section in _sections(review, refused):
        if section.lines:
            yield ""
            yield _counted(section)
            rows = [[_plain(cell) for cell in line] for line in section.lines[:_MOST]]
            yield from (
                _aligned([list(section.columns), *rows]) if section.columns else (f"  {''.join(r)}" for r in rows)
            )
            yield from _cut(section)


def _aligned(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    widths = [max(len(row[place]) for row in rows) for place in range(len(rows[0]))]
    for row in rows:
        yield f"  {'  '.join(cell.ljust(width) for cell, width in zip(row, widths, strict=True))}".rstrip()


def _markdown(review: Review, refused: Sequence[Finding]) -> Iterator[str]:
    yield "## What this change does"
    yield ""
    yield _head(review)
    if review.is_empty and not refused:
        yield ""
        yield "Nothing differs."
        return
    for section in _sections(review, refused):
        if section.lines or section.heading.startswith("Answers"):
            yield from ("", f"### {_counted(section)}", "")
            rows = [[_marked(cell) for cell in line] for line in section.lines[:_MOST]]
            if section.columns:
                yield f"| {' | '.join(section.columns)} |"
                yield f"|{'---|' * len(section.columns)}"
                yield from (f"| {' | '.join(row)} |" for row in rows)
            else:
                yield from (f"- {''.join(row)}" for row in rows)
            yield from _cut(section)


def _counted(section: _Section) -> str:
    plain = section.heading.startswith(("Answers", "Counted"))
    return section.heading if plain else f"{section.heading} ({len(section.lines):,})"


def _cut(section: _Section) -> Iterator[str]:
    if len(section.lines) > _MOST:
        yield ""
        yield f"and {len(section.lines) - _MOST:,} more; `capreg diff --format json` has all"


def _plain(cell: object) -> str:
    if cell is None:
        return "–"
    return _printable(cell.text) if isinstance(cell, _Said) else str(cell)


def _marked(cell: object) -> str:
    if cell is None:
        return "–"
    if not isinstance(cell, _Said):
        return str(cell).replace("<", "‹").replace("|", "¦")
    text = _printable(cell.text).replace("`", "'").replace("|", "¦")
    return f"`{text if len(text) <= _LONGEST else text[:_LONGEST] + '…'}`" if text else ""


def _printable(text: str) -> str:
    return "".join(c if c.isprintable() else ascii(c)[1:-1] for c in text)
