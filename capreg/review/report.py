"""A review in words: text for a terminal, Markdown for a comment below a pull request, plain JSON for machines."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict

from capreg.errors import Finding
from capreg.review.compare import Review
from capreg.review.parts import Section, Table, columns_met, marked, plain, table_lines
from capreg.review.sections import head, last, sections

__all__ = ["FORMATS", "written"]

FORMATS = ("text", "markdown", "json")
_MOST = 50
_FIELDS = ("rule", "severity", "file", "line", "key", "problem", "found", "expected", "hint", "command")
Findings = Sequence[Finding] | None


def written(form: str, review: Review, refused: Findings = None, findings: Findings = None) -> str:
    """The review in one of `FORMATS`, with a line end. Long lists are cut, and say so; the JSON has all.

    Args:
        form: which format.
        review: what differs.
        refused: what the gates do not let through; None where they were not asked.
        findings: what the rules say of the records that changed; None where they were not asked.
    """
    if form == "json":
        checked = {"gates": _plain(refused), "findings": _plain(findings)}
        return json.dumps({**asdict(review), **checked}, indent=2, ensure_ascii=False) + "\n"
    lines = _markdown if form == "markdown" else _text
    return "\n".join(lines(review, refused, findings)) + "\n"


def _plain(findings: Findings) -> list[dict[str, object]] | None:
    return None if findings is None else [{name: getattr(one, name) for name in _FIELDS} for one in findings]


def _text(review: Review, refused: Findings, findings: Findings) -> Iterator[str]:
    yield from ("".join(map(plain, line)) for line in head(review))
    if review.is_empty and not refused:
        yield "Nothing differs."
    for section in sections(review, refused, findings):
        if section.lines:
            yield from ("", _counted(section))
            yield from _text_of(section)
            yield from _cut(section)
    if refused is not None:
        yield from ("", last(refused, findings))


def _text_of(section: Section | Table) -> Iterator[str]:
    if not isinstance(section, Table):
        yield from (f"  {''.join(map(plain, line))}" for line in section.lines[:_MOST])
        return
    table = columns_met(section)
    yield from table_lines(table, [list(map(plain, line)) for line in table.lines[:_MOST]])


def _markdown(review: Review, refused: Findings, findings: Findings) -> Iterator[str]:
    yield from ("## What this change does", "")
    yield " ".join("".join(map(marked, line)) for line in head(review))
    if review.is_empty and not refused:
        yield from ("", "Nothing differs.")
    for section in sections(review, refused, findings):
        if section.lines or (section.heading.startswith("Answers") and not review.is_empty):
            yield from ("", f"### {_counted(section)}", "")
            yield from _markdown_of(section)
            yield from _cut(section)
    if refused is not None:
        yield from ("", last(refused, findings))


def _markdown_of(section: Section | Table) -> Iterator[str]:
    if not isinstance(section, Table):
        yield from (f"- {''.join(map(marked, line))}" for line in section.lines[:_MOST])
        return
    table = columns_met(section)
    yield f"| {' | '.join(table.columns)} |"
    yield f"|{'---|' * len(table.columns)}"
    yield from (f"| {' | '.join(map(marked, row))} |" for row in table.lines[:_MOST])


def _counted(section: Section | Table) -> str:
    plain_ones = ("Answers", "Counted")
    return section.heading if section.heading.startswith(plain_ones) else f"{section.heading} ({len(section.lines):,})"


def _cut(section: Section | Table) -> Iterator[str]:
    if len(section.lines) > _MOST:
        yield from ("", f"and {len(section.lines) - _MOST:,} more; `capreg diff --format json` has all")
