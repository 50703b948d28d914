"""Warm questions to a large made catalog, against NumPy's full mask and partition over the same columns.

Run `python -m benchmarks.warm [ROWS]`, with NumPy installed. Both sides look for the ten best, and must name the same
best value. The store of answers is left out but for the last line, which times it. Read the ratios, not the digits.
"""

from __future__ import annotations

import statistics
import sys
import timeit
from functools import partial
from typing import Any, NamedTuple

import numpy as np

import capreg
from benchmarks.mix import AS_OF, Question, mix
from benchmarks.synthetic import synthetic
from capreg.index import Index, index_of
from capreg.index.bits import flags_of
from capreg.resolver.engine import QUESTION, decide
from capreg.resolver.figures import Figures
from capreg.resolver.moment import Moment
from capreg.resolver.request import BOUNDS, Request, compose
from capreg.resolver.universe import universe_of

GOALS = {"median": 4, "worst": 25, "all read": 15, "repeated": 20}
REPEATS = 7
_REST = ("percentile", "workload", "policy", "rank_by", "unknown", "limit")


def composed(catalog: capreg.Catalog, index: Index, asked: dict[str, Any]) -> Request:
    """The checked question."""
    full: dict[str, Any] = {"percentile": "p50", "workload": None, "policy": None, "rank_by": "cost"}
    full |= {"unknown": "exclude", "limit": 10}
    full.update(asked)
    return compose(
        catalog,
        index,
        full["requires"],
        bounds={name: full.get(name) for name in BOUNDS},
        **{name: full[name] for name in _REST},
    )


class Opponent:
    """The columns as NumPy arrays, and a full scan of them. It knows only what these questions ask."""

    def __init__(self, index: Index) -> None:
        self.index = index
        self.columns: dict[object, Any] = {}

    def array(self, name: str) -> Any:
        """One column of the index."""
        if name not in self.columns:
            self.columns[name] = np.array(self.index.column(name), dtype=np.int64)
        return self.columns[name]

    def prepare(self, request: Request, figures: Figures, moment: Moment) -> dict[str, Any]:
        """What holds for the interval: universe, rates in force, chosen speeds. Not timed."""
        size, percentile = len(self.index), int(request.percentile[1:])

        def mask(bits: int) -> Any:
            return np.frombuffer(flags_of(bits & self.index.everybody, size), dtype=np.bool_)

        def speed(metric: str) -> Any:
            column = np.full(size, -1, dtype=np.int64)
            for row in range(size):
                figure = figures.speeds.value(row, metric, percentile)
                column[row] = -1 if figure is None else figure.value
            return column

        units = {unit: (unit,) for unit in ("input", "cache_read", "output", "request")} | {
            "reasoning": ("reasoning", "output")
        }
        rates = {name: np.array(figures.prices.rates(*of), dtype=np.int64) for name, of in units.items()}
        context = self.array("context_tokens")
        others = np.maximum(self.array("max_input_tokens"), self.array("max_output_tokens"))
        return {
            "universe": mask(universe_of(self.index, request, figures, moment).bits),
            "billed": mask(figures.prices.billed),
            "rates": rates,
            "fee": np.maximum(rates["request"], 0),
            "proven": np.where(context < 0, others, context),
            "ttft": speed("ttft_ms"),
            "tps": speed("output_tps"),
        }

    def best(self, request: Request, held: dict[str, Any]) -> int | None:
        """The smallest value of the rank key over all rows that pass; the ten best are found."""
        call, bounds = request.workload, {bound.name: bound.limit for bound in request.bounds}
        rates, ok = held["rates"], held["universe"] & held["billed"]
        for asked in request.requirements:
            ok = ok & (self.array(f"least.{asked.capability}") >= asked.level)
        code, stated = self.array("reasoning"), call.reasoning_tokens
        if stated is None:
            ok = ok & ((code == 0) | (code == 1))
        thinking = np.where(code == 0, 0, stated) if stated else 0
        answer = call.output_tokens + thinking
        most = self.array("max_input_tokens")
        ok = ok & ((most < 0) | (most >= call.input_tokens)) & (held["proven"] >= call.input_tokens + answer)
        ok = ok & (self.array("max_output_tokens") >= answer)
        cost = held["fee"].copy()
        uncached = call.input_tokens - call.cached_input_tokens
        for unit, quantity in (
            ("input", uncached),
            ("cache_read", call.cached_input_tokens),
            ("output", call.output_tokens),
        ):
            if quantity:
                ok = ok & (rates[unit] >= 0)
                cost += quantity * rates[unit]
        if stated:
            ok = ok & ((rates["reasoning"] >= 0) | (code == 0))
            cost += thinking * rates["reasoning"]
        ttft, tps = held["ttft"], held["tps"]
        if "max_cost_usd" in bounds:
            ok = ok & (cost <= bounds["max_cost_usd"])
        if "max_latency_ms" in bounds:
            ok = ok & (ttft >= 0) & (ttft <= bounds["max_latency_ms"])
        key = {"cost": cost, "latency": ttft, "output_tps": tps}.get(request.rank_by[0].name)
        if "max_e2e_ms" in bounds or key is None:
            e2e = ttft + -(-np.maximum(answer - 1, 0) * 10**9 // np.maximum(tps, 1))
            ok = ok & (ttft >= 0) & (tps > 0)
            ok = ok & (e2e <= bounds["max_e2e_ms"]) if "max_e2e_ms" in bounds else ok
            key = e2e if key is None else key
        if request.rank_by[0].name in ("latency", "output_tps"):
            ok = ok & (key >= 0)
        if request.rank_by[0].name == "output_tps":
            key = -key
        values = key[np.flatnonzero(ok)]
        if not len(values):
            return None
        return int(values[np.argpartition(values, min(request.limit, len(values)) - 1)[: request.limit]].min())


def engine_best(catalog: capreg.Catalog, index: Index, asked: dict[str, Any], moment: Moment) -> int | None:
    """What the engine says, the composing of the question included."""
    try:
        decide(catalog, index, composed(catalog, index, asked), moment).best  # noqa: B018  reading it is what is timed
    except capreg.NoFeasibleOffering:
        return None
    return 0


class Timing(NamedTuple):
    """One question on both sides, in seconds: medians, and the spread of this side's."""

    question: Question
    ours: float
    theirs: float
    all_read: float
    """This side, with all ten read: cost items, measurements."""

    @property
    def ratio(self) -> float:
        """How many times the opponent's time this side takes."""
        return self.ours / self.theirs


def seconds(call: Any, *, number: int = 5, repeats: int = REPEATS) -> float:
    """The median time of one call."""
    return statistics.median(timeit.repeat(call, number=number, repeat=repeats)) / number


def timed(
    catalog: capreg.Catalog, index: Index, questions: list[Question], *, number: int = 5, repeats: int = REPEATS
) -> list[Timing]:
    """Every question on both sides, in turn; they must name the same best value."""
    opponent, found = Opponent(index), []
    for question in questions:
        moment = Moment.of(question.as_of)
        request = composed(catalog, index, question.asked)
        held = opponent.prepare(request, Figures(index, request, moment), moment)
        told, scanned = value_told(catalog, index, request, moment), opponent.best(request, held)
        if told != scanned:
            sys.exit(f"the two differ on {question}: {told}, {scanned}")
        median = partial(seconds, number=number, repeats=repeats)
        ours = median(partial(engine_best, catalog, index, question.asked, moment))
        theirs = median(partial(opponent.best, request, held))
        all_read = median(partial(engine_all, catalog, index, question.asked, moment))
        found.append(Timing(question, ours, theirs, all_read))
    return found


def engine_all(catalog: capreg.Catalog, index: Index, asked: dict[str, Any], moment: Moment) -> int:
    """All ranked candidates with what they cost, item by item, and the measurements behind them."""
    try:
        return sum(
            len(one.cost_items) + len(one.measurements)
            for one in decide(catalog, index, composed(catalog, index, asked), moment)
        )
    except capreg.NoFeasibleOffering:
        return 0


def main(rows: int = 10_000) -> None:
    """Time every question on both sides and print the ratios."""
    catalog = synthetic(capreg.load(), rows)
    timings = timed(catalog, index_of(catalog), mix())
    for one in timings:
        mine, other = one.ours * 1e6, one.theirs * 1e6
        print(f"{mine:8.0f} us {other:6.0f} us {one.ratio:6.1f}  {one.question.kind}: {one.question.asked}")
    ratios = [one.ratio for one in timings]
    print(
        f"{len(ratios)} questions over {rows:,} rows, ratio to NumPy: median {statistics.median(ratios):.1f} "
        f"(goal {GOALS['median']}), worst {max(ratios):.1f} (goal {GOALS['worst']}); all ten read: median "
        f"{statistics.median(one.all_read / one.theirs for one in timings):.1f} (goal {GOALS['all read']})"
    )
    words, ledger = told_more(catalog)
    print(f"explain {words * 1e3:.1f} ms (goal 15), ledger {ledger * 1e3:.1f} ms (goal 60)")
    asked, looked = repeated(catalog)
    ratio = asked / looked
    print(f"repeated {asked * 1e6:.2f} us, dict {looked * 1e6:.2f} us, ratio {ratio:.1f} (goal {GOALS['repeated']})")


def value_told(catalog: capreg.Catalog, index: Index, request: Request, moment: Moment) -> int | None:
    """The rank value of the engine's best, in the index's unit; a rate is negative."""
    try:
        best = decide(catalog, index, request, moment).best
    except capreg.NoFeasibleOffering:
        return None
    figures, row = Figures(index, request, moment), index.offerings.index(best.offering)
    value = figures.ranked(request.rank_by[0].name, row)
    return -value if request.rank_by[0].name == "output_tps" and value is not None else value


def told_more(catalog: capreg.Catalog) -> tuple[float, float]:
    """How many seconds the words and the full ledger of a fresh decision take."""
    words, ledgers = [], []
    for limit in range(11, 18):
        decision = capreg.resolve("tool_use", max_latency_ms=600, as_of=AS_OF, catalog=catalog, limit=limit)
        words.append(timeit.timeit(partial(decision.explain, "near"), number=1))
        ledgers.append(timeit.timeit(partial(getattr, decision, "excluded"), number=1))
        ledgers[-1] += timeit.timeit(partial(getattr, decision, "unknown"), number=1)
    return statistics.median(words), statistics.median(ledgers)


def repeated(catalog: capreg.Catalog) -> tuple[float, float]:
    """Seconds of a repeated question, and of a look-up of the same key in a dict."""
    call = capreg.Workload(input_tokens=3000, output_tokens=100)
    given = dict.fromkeys(QUESTION) | {"requires": "tool_use", "max_latency_ms": 600, "percentile": "p50"}
    given |= {"unknown": "exclude", "limit": 10, "rank_by": "cost", "workload": call, "as_of": AS_OF}
    question = tuple(given.values())
    key = (question, *map(type, question))
    plain = {key: True}

    def ask() -> object:
        return capreg.resolve("tool_use", max_latency_ms=600, workload=call, as_of=AS_OF, catalog=catalog)

    for _ in range(3):
        ask()
    looked, asked = (min(timeit.repeat(f, number=2000, repeat=5)) / 2000 for f in (lambda: plain[key], ask))
    return asked, looked


if __name__ == "__main__":
    main(*map(int, sys.argv[1:2]))
