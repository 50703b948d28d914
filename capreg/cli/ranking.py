"""A decision as lines: the question, the ranking, what its marks mean, how much was known, and what it rests on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from capreg.cli import page
from capreg.cli.failure import in_commands
from capreg.resolver.explain import alternatives
from capreg.units import round_usd, scaled

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from rich.console import RenderableType
    from rich.text import Text

    from capreg.domain.vocabulary import Ledger
    from capreg.resolver.candidate import Candidate
    from capreg.resolver.decision import Decision

__all__ = ["Line", "lines_of", "write_decision"]

SOON_DAYS = 90
"""A retirement this near is marked; a price older than that is said to be."""

_UNKNOWN = "–"
_USD_DIGITS = 15
_CALLS = 1000
_INDENT = 4
_UNDISCLOSED = "undisclosed"
_LEGEND = {
    "R": "R  can reason before it answers",
    "≥": "≥  at least: the rate may include the time to first token, or is of the slowest host",
    "≤": "≤  at most: of the slowest host, or the TTFT and a rate that is a lower limit",
    "/": "own/…  machines of one's own, timed beside them; offerings are timed from outside, over a network",
    "K": "K  the variable that its provider's key is read from is not set here",
    "~": "~  estimated, not measured",
    "?": "?  unproven: a required fact is unknown",
    "!": "!  deprecated, or retires within 90 days",
    "$": "$  far from what others ask for the model, perhaps a mistake of the source: look at the provider's page",
    "≠": "≠  another source has another price of the same days: capreg show OFFERING",
    "*": "*  no figure younger than a year",
}
_QUALITY = ("min_quality:", "min_estimate:")
_FACTS = {
    "max_latency_ms": "TTFT",
    "max_first_answer_ms": "time to first answer token",
    "max_e2e_ms": "end-to-end time",
    "min_output_tps": "tokens/s",
    "max_cost_usd": "cost",
    "rank_by:cost": "cost",
    "rank_by:latency": "TTFT",
    "rank_by:e2e": "end-to-end time",
    "rank_by:output_tps": "tokens/s",
    "rank_by:quality": "quality",
    "fits:context_tokens": "fit in the context",
    "fits:max_output_tokens": "fit in the output limit",
    "policy:allow_accelerators": "hardware",
    "policy:deny_accelerators": "hardware",
    "policy:allow_labs": "lab",
    "policy:deny_labs": "lab",
    "policy:open_weights": "open weights",
    "policy:keys": "key variable",
}
"""The fact that a requirement needs, by the requirement's label."""
_MOST_FACTS = 4


class Line(NamedTuple):
    """One candidate, as it is written."""

    rank: str
    offering: str
    figures: tuple[str, ...]
    marks: str
    hardware: str


def write_decision(
    decision: Decision,
    *,
    asked: Sequence[str],
    percentile: str,
    ledger: Ledger | None,
    environ: Mapping[str, str],
) -> None:
    """Write `decision`.

    Args:
        decision: the answer; it may be that nobody passes.
        asked: bounds and rank keys that were asked, which add columns.
        percentile: the one of every speed figure.
        ledger: how much is said in words; None says nothing but the ranking.
        environ: where key variables are looked up, for the mark only.
    """
    sheet = page.console()
    names = [*_column_names(asked, percentile), *_rated(decision, asked)]
    lines = lines_of(decision, asked=asked, percentile=percentile, environ=environ)
    parts: list[RenderableType] = [decision.interpretation, ""]
    if lines:
        parts += [_table(sheet, names, lines), ""]
        legend = list(_legend(decision, lines))
        parts += [*legend, ""] if legend else []
    if ledger is None:
        parts += [_counted(decision.coverage), *(map(in_commands, alternatives(decision)) if lines else ())]
    else:
        parts += [in_commands(decision.explain(ledger)).removeprefix(decision.interpretation).strip("\n"), ""]
    page.write(sheet, *parts, _basis(decision))


def lines_of(decision: Decision, *, asked: Sequence[str], percentile: str, environ: Mapping[str, str]) -> list[Line]:
    """The candidates of `decision`, best first."""
    return [
        Line(
            str(candidate.rank),
            candidate.offering,
            (*_figures(candidate, asked, percentile), *(_quality(candidate, name) for name in _rated(decision, asked))),
            _marks(candidate, environ),
            _hardware(candidate.backend) if candidate.machine is None else _machines(candidate.machine),
        )
        for candidate in decision
    ]


def _column_names(asked: Sequence[str], percentile: str) -> list[str]:
    first, *others = _percentiles(percentile)
    names = ["$/1k calls", f"TTFT {first}", *others]
    if "max_first_answer_ms" in asked:
        names.append(f"answer {percentile}")
    if {"max_e2e_ms", "e2e"} & set(asked):
        names.append(f"end {percentile}")
    return [*names, f"tok/s {percentile}", "age"]


def _rated(decision: Decision, asked: Sequence[str]) -> list[str]:
    """The capabilities whose quality has a column: those that a floor or a key asks about, where any is known."""
    if not {"min_quality", "quality"} & set(asked):
        return []
    return list(dict.fromkeys(name for candidate in decision for name in candidate.quality))


def _quality(candidate: Candidate, capability: str) -> str:
    told = candidate.quality.get(capability)
    if told is None:
        return _UNKNOWN
    low, high = (f"{float(told[end]):.0f}" for end in ("low", "high"))
    return f"{float(told['estimate']):.1f} ({low}–{high})" + ("" if told["status"] == "published" else "?")


def _percentiles(asked: str) -> list[str]:
    return sorted({"p50", "p90", asked})


def _figures(candidate: Candidate, asked: Sequence[str], percentile: str) -> Iterator[str]:
    measured = candidate.measurements
    yield _cost(candidate)
    ttft = measured.get("ttft_ms")
    usable = ttft is not None and ttft["comparable"]
    most = "≤" if ttft is not None and "slowest_of" in ttft else ""
    for p in _percentiles(percentile):
        if p == percentile:
            yield (most if candidate.ttft_is_upper_limit else "") + _time(candidate.ttft_ms, "ttft_ms", candidate)
        else:
            value = ttft["percentiles"].get(p) if ttft is not None and usable else None
            yield ("" if value is None else most) + _ms(value)
    if "max_first_answer_ms" in asked:
        at_once = candidate.first_answer_ms == candidate.ttft_ms  # nothing is thought before it
        most = "≤" if at_once and candidate.ttft_is_upper_limit else ""
        yield most + _time(candidate.first_answer_ms, "first_answer_ms", candidate)
    if {"max_e2e_ms", "e2e"} & set(asked):
        yield ("≤" if candidate.e2e_is_upper_limit else "") + _time(candidate.e2e_ms, "e2e_ms", candidate)
    yield ("≥" if candidate.output_tps_is_lower_limit else "") + _tokens(candidate)
    yield _age(measured)


def _cost(candidate: Candidate) -> str:
    femtodollars = scaled(candidate.cost_usd, _USD_DIGITS)
    sign = "~" if candidate.is_estimated else ""
    return _UNKNOWN if femtodollars is None else sign + round_usd(femtodollars * _CALLS)


def _tokens(candidate: Candidate) -> str:
    """Tokens per second as they are known, or estimated."""
    estimate = candidate.estimates.get("output_tps") if candidate.output_tps is None else None
    return _rate(candidate.output_tps) if estimate is None else f"~{_rate(estimate['value'])}"


def _time(value: float | None, metric: str, candidate: Candidate) -> str:
    """A time as it is known, or as it is estimated."""
    estimate = candidate.estimates.get(metric) if value is None else None
    return _ms(value) if estimate is None else f"~{_ms(estimate['value'])}"


def _ms(value: float | None) -> str:
    return _UNKNOWN if value is None else f"{value:,.0f} ms"


def _rate(value: float | None) -> str:
    if value is None:
        return _UNKNOWN
    return f"{value:,.0f}" if value >= 10 else f"{value:.1f}"


def _age(measured: Mapping[str, Mapping[str, Any]]) -> str:
    """Days since the time to first token was measured; where it never was, since any speed was."""
    if not measured:
        return _UNKNOWN
    figure = measured.get("ttft_ms") or next(iter(measured.values()))
    return f"{figure['age_days']} d" + ("*" if figure["stale"] else "")


def _marks(candidate: Candidate, environ: Mapping[str, str]) -> str:
    marks = "R" if candidate.reasons else ""
    marks += "K" if candidate.has_keys(environ) is False else ""
    marks += "" if candidate.proven else "?"
    price = candidate.price or {}
    marks += ("$" if price.get("far_from_others") else "") + ("≠" if price.get("contested") else "")
    return marks + ("!" if _ends_soon(candidate.lifecycle) else "")


def _ends_soon(lifecycle: Mapping[str, Any]) -> bool:
    days = lifecycle.get("retires_in_days")
    return lifecycle["status"] == "deprecated" or (days is not None and days <= SOON_DAYS)


def _hardware(backend: Mapping[str, Any]) -> str:
    chips = ", ".join(backend["accelerators"])
    return f"{chips} (inferred)" if backend["grade"] == "inferred" else chips or _UNDISCLOSED


def _machines(machine: Mapping[str, Any]) -> str:
    """How many chips of one's own, and how busy they are."""
    if "total_chips" not in machine:
        return str(machine["accelerator"])
    used, paid = machine["total_chips"], machine.get("paid_chips", machine["total_chips"])
    words = f"{used} × {machine['accelerator']}" if used == paid else f"{used} of {paid} × {machine['accelerator']}"
    hourly = f"${machine['usd_per_hour']:,.2f}/h, " if "usd_per_hour" in machine else ""
    return f"{words}, {hourly}{machine['utilisation']:.0%} busy"


def _table(sheet: Any, names: Sequence[str], lines: Sequence[Line]) -> RenderableType:
    """One line a candidate where the page is wide enough, else its id above its figures: an id is never cut."""
    hardware = ["hardware"] if _is_disclosed(lines) else []
    texts = ["offering", "marks", *hardware]
    wide = page.columns(["#", "offering", *names, "marks", *hardware], right=["#", *names], whole=texts)
    for line in lines:
        wide.add_row(line.rank, line.offering, *line.figures, line.marks, *([line.hardware] if hardware else []))
    return wide if wide.width <= sheet.width else _stacked(names, lines, sheet.width)


def _is_disclosed(lines: Sequence[Line]) -> bool:
    """Whether of any of them it is known what it runs on."""
    return any(line.hardware != _UNDISCLOSED for line in lines)


def _stacked(names: Sequence[str], lines: Sequence[Line], width: int) -> RenderableType:
    """Each candidate on two lines: what it is, runs on and is marked with; then its figures below their headings."""
    from rich.console import Group
    from rich.table import Table
    from rich.text import Text

    room = width - _INDENT
    sizes = [max(len(name), *(len(line.figures[n]) for line in lines)) for n, name in enumerate(names)]
    grid = Table.grid(padding=(0, 2, 0, 0))
    grid.add_column(justify="right", width=max(len(line.rank) for line in lines))
    grid.add_column(overflow="fold")
    disclosed = _is_disclosed(lines)
    heading = Text("offering on hardware [marks]" if disclosed else "offering [marks]", style="bold")
    grid.add_row(Text("#", style="bold"), Group(heading, _figure_row(names, sizes, room, style="bold")))
    for line in lines:
        named = _named(line, room, disclosed=disclosed)
        grid.add_row(line.rank, Group(named, _figure_row(line.figures, sizes, room)))
    return grid


def _named(line: Line, room: int, *, disclosed: bool) -> Text:
    from rich.text import Text

    runs_on = f"on {line.hardware if line.hardware != _UNDISCLOSED else 'undisclosed hardware'}" if disclosed else ""
    runs_on = " ".join(filter(None, [runs_on, f"[{line.marks}]" if line.marks else ""]))
    apart = " " if len(line.offering) + len(runs_on) < room else "\n"
    name = Text(page.folded(line.offering, room), style="bold")
    return name.append(f"{apart}{runs_on}", style="not bold")


def _figure_row(figures: Sequence[str], sizes: Sequence[int], room: int, *, style: str = "") -> Text:
    """Figures, or their headings, in columns of these sizes; closer together, or on more lines, where room is short."""
    from rich.text import Text

    from capreg.cli.grid import side_by_side

    gap = 2 if sum(sizes) + 2 * (len(sizes) - 1) <= room else 1
    return Text("\n".join(side_by_side(figures, sizes, room, gap=gap)), style=style, overflow="fold")


def _legend(decision: Decision, lines: Sequence[Line]) -> Iterator[str]:
    """What the marks that occur mean; nothing of those that do not."""
    shown = {mark for line in lines for mark in line.marks}
    shown |= {mark for line in lines for figure in line.figures for mark in "≥≤~*" if mark in figure}
    shown |= {"/"} if any(candidate.machine is not None for candidate in decision) else set()
    more = {"!": _retirements, "~": _errors}
    for mark, words in _LEGEND.items():
        if mark in shown:
            yield words + (more[mark](decision) if mark in more else "")
    if not _is_disclosed(lines):
        yield "what these run on is not disclosed"


def _errors(decision: Decision) -> str:
    """How wrong the estimators that occur were found to be, the worst of them."""
    told = [one["held_out"] for candidate in decision for one in candidate.estimates.values() if one["held_out"]]
    sums = [one for one in told if "worst_below_percent" in one]
    shapes = [one for one in told if "tenth_too_good_percent" in one]
    words = ""
    if sums:
        runs, middle, below = (
            max(one[name] for one in sums) for name in ("runs", "median_percent", "worst_below_percent")
        )
        words += (
            f"; on {runs} runs whose truth is known it was off by {middle} % in the median and up to {below} % too low"
        )
    if shapes:
        middle, good = (max(one[name] for one in shapes) for name in ("median_percent", "tenth_too_good_percent"))
        words += (
            f"; of machines for other lengths: off by up to {middle} % in the median, by {good} % too good in a tenth"
        )
    return words


def _retirements(decision: Decision) -> str:
    """Who of the ranked retires when, where a day is known."""
    days = [
        f"{candidate.offering} on {candidate.lifecycle['retires_on']}"
        for candidate in decision
        if _ends_soon(candidate.lifecycle) and "retires_on" in candidate.lifecycle
    ]
    return f": {', '.join(days)}" if days else ""


def _counted(coverage: Mapping[str, Any]) -> str:
    words = f"{coverage['feasible']:,} feasible of {coverage['considered']:,} considered"
    lacks: dict[str, int] = {}
    for label, count in coverage["missing"].items():
        fact = "quality" if label.startswith(_QUALITY) else _FACTS.get(label, label)
        lacks[fact] = max(lacks.get(fact, 0), count)
    most = sorted((-count, fact) for fact, count in lacks.items() if count)[:_MOST_FACTS]
    if most:
        words += "; unknown: " + ", ".join(f"{fact} {-count:,}" for count, fact in most)
    return words


def _basis(decision: Decision) -> str:
    basis = decision.basis
    algorithm, _, digest = basis["digest"].partition(":")
    return f"release {basis['release']}, {algorithm}:{digest[:12]}, as of {basis['as_of']}{_newest(decision)}"


def _newest(decision: Decision) -> str:
    """The newest source of a price, and how old it is where that is much, and the newest measurement of the ranked."""
    listed = [c.price for c in decision if c.price is not None]
    prices = [e["seen_on"] for price in listed for e in price["evidence"]]
    speeds = [m["measured_on"] for c in decision for m in c.measurements.values()]
    youngest = min((price["age_days"] for price in listed), default=0)
    old = {"price": f", {youngest} days before" if youngest > SOON_DAYS else "", "speed": ""}
    told = [f"{what} {max(days)}{old[what]}" for what, days in (("price", prices), ("speed", speeds)) if days]
    return f"; newest of these: {', '.join(told)}" if told else ""
