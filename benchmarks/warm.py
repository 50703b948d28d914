"""Warm questions to a large made catalog, against NumPy's full mask and partition over the same columns.

Run `python -m benchmarks.warm [ROWS]`, with NumPy installed. Of the questions as drawn a third bound the end to end,
half have a workload of their own, and a third rank by something other than cost; the shares of those that somebody
passes are printed. Both sides look for the ten best, and must name the same best value. The store of answers is left
out but for the last line, which times it. Read the ratios, not the digits.
"""

from __future__ import annotations

import statistics
import sys
import timeit
from functools import partial
from random import Random
from typing import Any

import numpy as np

import capreg
from benchmarks.synthetic import synthetic
from capreg.index import Index, index_of
from capreg.index.bits import flags_of
from capreg.resolver.engine import QUESTION, decide
from capreg.resolver.figures import Figures
from capreg.resolver.moment import Moment
from capreg.resolver.request import BOUNDS, Request, compose
from capreg.resolver.universe import universe_of

AS_OF = "2026-11-22"
GOALS = {"median": 6, "worst": 25, "repeated": 25}
REPEATS = 7
_SHARES = ("max_e2e_ms", "workload", "rank_by", "max_latency_ms", "max_cost_usd")
"""Parts of a question whose shares are told."""
_REST = ("percentile", "workload", "policy", "rank_by", "unknown", "limit")


def questions(count: int = 36, *, seed: int = 0) -> list[dict[str, Any]]:
    """Questions in the stated shares."""
    random = Random(seed)  # noqa: S311  repeatable, not secret
    asked: list[dict[str, Any]] = []
    for number in range(count):
        one: dict[str, Any] = {"requires": random.choice(("tool_use", "structured_output", "vision", "reasoning"))}
        if number % 3 == 0:
            one["max_e2e_ms"] = random.choice((2000, 4000, 8000, 20000))
        if number % 2:
            size = random.choice((500, 4000, 20000, 60000))
            one["workload"] = capreg.Workload(
                input_tokens=size,
                output_tokens=random.choice((50, 400, 1500, 4000)),
                cached_input_tokens=random.choice((0, 0, size // 2)),
                reasoning_tokens=random.choice((None, None, 0, 500)),
            )
        if number % 3 == 1:
            one["rank_by"] = random.choice(("latency", "output_tps", "e2e"))
        if random.random() < 0.4:
            one["max_latency_ms"] = random.choice((300, 600, 1200))
        if random.random() < 0.3:
            one["max_cost_usd"] = random.choice(("0.0005", "0.002", "0.01", "0.05"))
        asked.append(one)
    return asked


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
        size = len(self.index)

        def mask(bits: int) -> Any:
            return np.frombuffer(flags_of(bits & self.index.everybody, size), dtype=np.bool_)

        def speed(metric: str) -> Any:
            column = np.full(size, -1, dtype=np.int64)
            for row in range(size):
                figure = figures.speeds.value(row, metric, 50)
                column[row] = -1 if figure is None else figure.value
            return column

        rates = {unit: np.array(figures.prices.rates(unit)) for unit in ("input", "cache_read", "output", "request")}
        rates["reasoning"] = np.array(figures.prices.rates("reasoning", "output"))
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


def seconds(call: Any) -> float:
    """The median time of one call."""
    number = 5
    return statistics.median(timeit.repeat(call, number=number, repeat=REPEATS)) / number


def main(rows: int = 10_000) -> None:
    """Time every question on both sides and print the ratios."""
    catalog, moment = synthetic(capreg.load(), rows), Moment.of(AS_OF)
    index = index_of(catalog)
    opponent, ratios, ours, theirs = Opponent(index), [], [], []
    counted: list[dict[str, Any]] = []
    for asked in questions():
        request = composed(catalog, index, asked)
        figures = Figures(index, request, moment)
        held = opponent.prepare(request, figures, moment)
        told = value_told(catalog, index, request, moment)
        scanned = opponent.best(request, held)
        if told != scanned:
            sys.exit(f"the two differ on {asked}: {told}, {scanned}")
        if told is None:
            continue
        mine = seconds(lambda asked=asked: engine_best(catalog, index, asked, moment))
        other = seconds(lambda request=request, held=held: opponent.best(request, held))
        counted.append(asked)
        ours.append(mine)
        theirs.append(other)
        ratios.append(mine / other)
        print(f"{mine * 1e6:8.0f} us {other * 1e6:6.0f} us {mine / other:6.1f}  {asked}")
    print(
        f"{len(ratios)} questions over {rows:,} rows; medians {statistics.median(ours) * 1e6:.0f} and "
        f"{statistics.median(theirs) * 1e6:.0f} us"
    )
    print(
        f"ratio to NumPy: median {statistics.median(ratios):.1f} (goal {GOALS['median']}), worst {max(ratios):.1f} "
        f"(goal {GOALS['worst']})"
    )
    shares = {part: sum(part in asked for asked in counted) / len(counted) for part in _SHARES}
    print("shares: " + ", ".join(f"{part} {share:.0%}" for part, share in shares.items()))
    told_more(catalog)
    repeated(catalog)


def value_told(catalog: capreg.Catalog, index: Index, request: Request, moment: Moment) -> int | None:
    """The rank value of the engine's best, in the index's unit; a rate is negative."""
    try:
        best = decide(catalog, index, request, moment).best
    except capreg.NoFeasibleOffering:
        return None
    figures, row = Figures(index, request, moment), index.offerings.index(best.offering)
    value = figures.ranked(request.rank_by[0].name, row)
    return -value if request.rank_by[0].name == "output_tps" and value is not None else value


def told_more(catalog: capreg.Catalog) -> None:
    """How long the words and the full ledger of a fresh decision take."""
    words, ledgers = [], []
    for limit in range(11, 18):
        decision = capreg.resolve("tool_use", max_latency_ms=600, as_of=AS_OF, catalog=catalog, limit=limit)
        words.append(timeit.timeit(partial(decision.explain, "near"), number=1))
        ledgers.append(timeit.timeit(partial(getattr, decision, "excluded"), number=1))
        ledgers[-1] += timeit.timeit(partial(getattr, decision, "unknown"), number=1)
    print(
        f"explain {statistics.median(words) * 1e3:.1f} ms (goal 15), ledger {statistics.median(ledgers) * 1e3:.1f} ms "
        "(goal 60)"
    )


def repeated(catalog: capreg.Catalog) -> None:
    """A repeated question against a look-up of the same key in a dict."""
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
    print(f"repeated {asked * 1e6:.2f} us, dict {looked * 1e6:.2f} us, ratio {asked / looked:.1f} (goal 25)")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:2]))
