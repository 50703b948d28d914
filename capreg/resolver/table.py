"""A decision as a small table: plain text for a prompt and a log, HTML for a notebook. Standard library only.

Names come from data, so nothing in them is obeyed: a terminal sees no control character and a browser no markup.
The command line has a wider table of its own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from capreg.units import round_usd, scaled

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from capreg.resolver.candidate import Candidate
    from capreg.resolver.decision import Decision

__all__ = ["as_html", "as_text"]

_CALLS = 1000
_USD_DIGITS = 15
_UNKNOWN = "–"
_NAME = 1
"""The column that holds a name; the last one holds words, too."""


def as_text(decision: Decision, percentile: str, rated: Sequence[str] = ()) -> str:
    """Question, ranking, and what it rests on, a line each; speeds at `percentile`, quality in each of `rated`."""
    rows = [_headings(percentile, rated), *(_cells(candidate, rated) for candidate in decision)]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = ["  ".join(map(_set, row, range(len(row)), widths)).rstrip() for row in rows]
    table = lines if len(decision) else ["nobody passes"]
    return "\n".join([_visible(decision.interpretation), *table, *_foot(decision)])


def as_html(decision: Decision, percentile: str, rated: Sequence[str] = ()) -> str:
    """The same, as one HTML table with a caption."""
    from html import escape

    def row(tag: str, cells: Sequence[str]) -> str:
        words = (_NAME, len(cells) - 1)
        told = (
            f'<{tag} style="text-align:{"left" if place in words else "right"}">{escape(cell)}</{tag}>'
            for place, cell in enumerate(cells)
        )
        return f"<tr>{''.join(told)}</tr>"

    headings = _headings(percentile, rated)
    ranked = "".join(row("td", _cells(candidate, rated)) for candidate in decision)
    body = ranked or f'<tr><td colspan="{len(headings)}">nobody passes</td></tr>'
    foot = "<br>".join(escape(line) for line in _foot(decision))
    return (
        f'<table><caption style="text-align:left">{escape(_visible(decision.interpretation))}</caption>'
        f"<thead>{row('th', headings)}</thead><tbody>{body}</tbody>"
        f'<tfoot><tr><td colspan="{len(headings)}" style="text-align:left">{foot}</td></tr></tfoot></table>'
    )


def _headings(percentile: str, rated: Sequence[str]) -> tuple[str, ...]:
    speeds = (f"{name} {percentile}" for name in ("TTFT ms", "end ms", "tok/s"))
    return ("#", "offering", "$/1k calls", *speeds, *rated, "")


def _cells(candidate: Candidate, rated: Sequence[str]) -> tuple[str, ...]:
    cost = scaled(candidate.cost_usd, _USD_DIGITS)
    return (
        str(candidate.rank),
        _visible(candidate.offering),
        _UNKNOWN if cost is None else ("~" if candidate.is_estimated else "") + round_usd(cost * _CALLS),
        ("≤" if candidate.ttft_is_upper_limit else "") + _figure(candidate, "ttft_ms", candidate.ttft_ms),
        ("≤" if candidate.e2e_is_upper_limit else "") + _figure(candidate, "e2e_ms", candidate.e2e_ms),
        ("≥" if candidate.output_tps_is_lower_limit else "") + _figure(candidate, "output_tps", candidate.output_tps),
        *(_quality(candidate, capability) for capability in rated),
        ", ".join(_warnings(candidate)),
    )


def _warnings(candidate: Candidate) -> Iterator[str]:
    if not candidate.proven:
        yield "unproven"
    price = candidate.price
    if price is not None and price["far_from_others"]:
        yield "price far from others'"
    if price is not None and price["contested"]:
        yield "price contested"


def _figure(candidate: Candidate, metric: str, value: float | None) -> str:
    """A speed: known, or estimated."""
    estimate = candidate.estimates.get(metric) if value is None else None
    return _number(value) if estimate is None else f"~{_number(estimate['value'])}"


def _quality(candidate: Candidate, capability: str) -> str:
    """The estimate and its interval."""
    told = candidate.quality.get(capability)
    return _UNKNOWN if told is None else f"{told['estimate']} ({told['low']}–{told['high']})"


def _number(value: float | None) -> str:
    if value is None:
        return _UNKNOWN
    return f"{value:,.0f}" if value >= 10 else f"{value:g}"


def _foot(decision: Decision) -> Iterator[str]:
    coverage, basis = decision.coverage, decision.basis
    if any(candidate.kind == "dedicated" for candidate in decision):
        yield "own/…: machines of one's own, timed beside them; offerings are timed from outside"
    yield f"{coverage['feasible']:,} feasible of {coverage['considered']:,} considered"
    yield _visible(f"{decision.id}, release {basis['release']}, as of {basis['as_of']}")


def _set(cell: str, place: int, width: int) -> str:
    return cell.ljust(width) if place == _NAME else cell.rjust(width)


def _visible(text: str) -> str:
    r"""`text` with characters that a terminal would obey, or not show, written out."""
    return "".join(c if c.isprintable() else ascii(c)[1:-1] for c in text)
