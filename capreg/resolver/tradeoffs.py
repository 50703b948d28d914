"""Trade-offs: what others on the front give up against the best, and what they offer for it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from capreg.resolver.front import front_of
from capreg.units import format_fraction, format_ms

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from capreg.resolver.candidate import Candidate
    from capreg.resolver.settled import Settled
    from capreg.resolver.speed import Figure

__all__ = ["Difference", "Tradeoff", "told_apart", "tradeoff_words", "tradeoffs_of"]

_KEYS = ("cost", "latency", "quality")
_FEWEST = 2
_RATIO_DIGITS = 6


class Difference(NamedTuple):
    """A quality less the best's, in points as decimal text; `distinguishable` where the intervals do not overlap."""

    points: str
    distinguishable: bool


class Tradeoff(NamedTuple):
    """One that could be taken instead of the best.

    `cost_ratio` is its cost divided by the best's, decimal text, rounded down; `ttft_difference_ms` its TTFT less the
    best's; `quality` by capability. What is unknown of either is None, or left out of `quality`.
    """

    candidate: Candidate
    cost_ratio: str | None
    ttft_difference_ms: float | None
    quality: dict[str, Difference]

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON."""
        return {
            "offering": self.candidate.offering,
            "cost_ratio": self.cost_ratio,
            "ttft_difference_ms": self.ttft_difference_ms,
            "quality": {name: difference._asdict() for name, difference in self.quality.items()},
        }


def tradeoffs_of(settled: Settled, best: int) -> list[tuple[int, dict[str, Any]]]:
    """The rows that trade against `best`, cheapest first, each with what `Tradeoff` tells of it."""
    figures = settled.figures
    keys = [key for key in _KEYS if figures.ranked(key, best) is not None]
    if len(keys) < _FEWEST:
        return []
    rows = [row for row in front_of(settled, keys) if row != best]
    rows.sort(key=lambda row: (*(_in_order(settled, row, key) for key in _KEYS), row))
    return [(row, _against(settled, row, best)) for row in rows]


def _in_order(settled: Settled, row: int, key: str) -> tuple[bool, int]:
    value = settled.figures.ranked(key, row)
    signed = 0 if value is None else -value if key == "quality" else value
    return value is None, signed


def _against(settled: Settled, row: int, best: int) -> dict[str, Any]:
    figures = settled.figures
    costs = figures.cost(row), figures.cost(best)
    later = _later(figures.figure("ttft_ms", row), figures.figure("ttft_ms", best))
    return {
        "cost_ratio": format_fraction(costs[0] * 10**_RATIO_DIGITS // costs[1], _RATIO_DIGITS)
        if costs[0] is not None and costs[1]
        else None,
        "ttft_difference_ms": None if later is None else float(later) if "." in later else int(later),
        "quality": _differences(settled, row, best),
    }


def _later(its: Figure | None, bests: Figure | None) -> str | None:
    """By how much the first token comes later; None where one of the two is unknown or a limit."""
    if its is None or bests is None or {its.sense, bests.sense} != {"exact"}:
        return None
    return format_ms(its.value - bests.value)


def _differences(settled: Settled, row: int, best: int) -> dict[str, Difference]:
    found = {}
    for capability in settled.request.rated:
        its, bests = (settled.figures.qualities.of(one, capability) for one in (row, best))
        if its is not None and bests is not None:
            apart = its.high < bests.low or bests.high < its.low
            found[capability] = Difference(format_ms(its.estimate - bests.estimate), apart)
    return found


def told_apart(tradeoffs: Iterable[Tradeoff]) -> Iterator[Tradeoff]:
    """Those that give or take anything; of those that give and take the same, the first.

    One model is often sold by several providers at one price.
    """
    told = set()
    for one in tradeoffs:
        is_level = not [*_cost_words(one.cost_ratio), *_time_words(one.ttft_difference_ms)]
        points = tuple((name, difference.points) for name, difference in one.quality.items())
        what = (one.cost_ratio, one.ttft_difference_ms, points)
        if what not in told and not (is_level and all(float(behind) == 0 for _, behind in points)):
            yield one
        told.add(what)


def tradeoff_words(tradeoff: Tradeoff) -> str:
    """One line: ``lab/model: 4.1× cheaper, 120 ms later, 2 points behind in tool_use: not distinguishable``."""
    parts = [*_cost_words(tradeoff.cost_ratio), *_time_words(tradeoff.ttft_difference_ms)]
    parts += [_quality_words(name, difference) for name, difference in tradeoff.quality.items()]
    return f"{tradeoff.candidate.offering}: {', '.join(parts)}"


def _cost_words(ratio: str | None) -> list[str]:
    if ratio is None or float(ratio) == 1:
        return []
    times = float(ratio)
    if times == 0:
        return ["free"]
    return [f"{1 / times:.1f}× cheaper" if times < 1 else f"{times:.1f}× the cost"]


def _time_words(difference: float | None) -> list[str]:
    if not difference:
        return []
    return [f"first token {abs(difference):,.0f} ms {'sooner' if difference < 0 else 'later'}"]


def _quality_words(capability: str, difference: Difference) -> str:
    points = float(difference.points)
    where = "level" if points == 0 else f"{abs(points):.1f} points {'ahead' if points > 0 else 'behind'}"
    return f"{where} in {capability}{'' if difference.distinguishable else ': not distinguishable'}"
