"""The numbers that a request asks of a row, each computed once: cost, TTFT, end to end, tokens per second."""

from __future__ import annotations

from typing import TYPE_CHECKING

from capreg.index.bits import bits_of, rows_of, without
from capreg.resolver.bills import Bills, Thinkers
from capreg.resolver.cost import Costs, Item
from capreg.resolver.interval import interval_of
from capreg.resolver.prices import prices_of
from capreg.resolver.quality import Qualities, capability_of
from capreg.resolver.request import PERCENTILES
from capreg.resolver.speed import Figure, Speeds
from capreg.resolver.timings import Timings

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from capreg.index import Index
    from capreg.resolver.estimates import Estimate
    from capreg.resolver.moment import Moment
    from capreg.resolver.request import Bound, Request

__all__ = ["Figures"]

_METRIC_OF_KEY = {"latency": "ttft_ms", "e2e": "e2e_ms", "output_tps": "output_tps"}
_METRIC_OF_BOUND = {"max_latency_ms": "ttft_ms", "max_e2e_ms": "e2e_ms", "min_output_tps": "output_tps"}


class Figures:
    """Costs and speeds of rows for one request at one moment."""

    __slots__ = (
        "_costs",
        "_figures",
        "_percentile",
        "_size",
        "bills",
        "costs",
        "estimates",
        "prices",
        "qualities",
        "speeds",
        "timings",
    )

    def __init__(self, index: Index, request: Request, moment: Moment) -> None:
        self.costs = Costs(index, moment=moment, tier=request.tier, workload=request.call)
        self.speeds = Speeds(
            index,
            moment=moment,
            tier=request.tier,
            workload=request.call,
            max_age_days=request.terms.max_measurement_age_days,
        )
        self.qualities = Qualities(index, request)
        self._size = len(index)
        self._percentile = PERCENTILES[request.percentile]
        thinkers = Thinkers(index, request.call.reasoning_tokens)
        self.prices = prices_of(
            index, self.costs, tier=request.tier, moment=moment, input_tokens=request.call.input_tokens
        )
        self.bills = Bills(index, self.prices, self.costs, request.call, thinkers)
        self.timings = Timings(
            index,
            self.speeds,
            interval=(request.tier, *interval_of(index, moment, request.terms.max_measurement_age_days)),
            percentile=self._percentile,
            output_tokens=request.call.output_tokens,
            thinkers=thinkers,
        )
        self._costs: dict[int, int | None] = {}
        self._figures: dict[tuple[str, int], Figure | None] = {}
        self.estimates: dict[tuple[str, int], Estimate | None] = {}
        """What was estimated so far, by metric and row."""

    def items(self, row: int) -> list[Item] | None:
        """The itemised cost of one call on `row`; None is unknown."""
        return self.costs.items(row)

    def cost(self, row: int) -> int | None:
        """The cost of one call on `row` in 10⁻¹⁵ US dollars; None is unknown."""
        if row not in self._costs:
            items = self.costs.items(row)
            self._costs[row] = None if items is None else sum(item.cost for item in items)
        return self._costs[row]

    def learn_costs(self, rows: Iterable[int]) -> None:
        """Work out at once what `cost` will be asked of `rows`."""
        asked = [row for row in rows if row not in self._costs]
        known = rows_of(self.bills.known(bits_of(asked, self._size))) if asked else ()
        self._costs.update(zip(known, self.bills.of(known), strict=True))

    def figure(self, metric: str, row: int) -> Figure | None:
        """The figure of `metric` at the asked percentile; None is unknown."""
        key = (metric, row)
        if key not in self._figures:
            if metric == "e2e_ms":
                self._figures[key] = self.speeds.end_to_end(row, self._percentile)
            else:
                self._figures[key] = self.speeds.value(row, metric, self._percentile)
        return self._figures[key]

    def ranked(self, key: str, row: int) -> int | None:
        """The value of the rank key `key`; None is unknown."""
        if key == "cost":
            return self.cost(row)
        if key == "quality":
            return self.qualities.ranked(row)
        figure = self.figure(_METRIC_OF_KEY[key], row)
        return None if figure is None else figure.value

    def known(self, key: str, among: int) -> int:
        """The rows of `among` for which the value of the rank key `key` is known."""
        if key == "quality":
            return self.qualities.known(among)
        return self.bills.known(among) if key == "cost" else self.timings.known(_METRIC_OF_KEY[key], among)

    def best_first(self, key: str, among: int) -> Iterable[tuple[int, int]]:
        """(value, row) of the rows of `among`, whose values must be known, best first by the rank key `key`.

        Rates and qualities are negative, so that values ascend.
        """
        if key == "quality":
            return self.qualities.best_first(among)
        return self._cheapest(among) if key == "cost" else self.timings.best_first(_METRIC_OF_KEY[key], among)

    def _cheapest(self, among: int) -> Iterator[tuple[int, int]]:
        """(cost, row) of the rows of `among`, cheapest first; what was worked out is known from then on."""
        for cost, row in self.bills.cheapest(among):
            self._costs[row] = cost
            yield cost, row

    def judged(self, bound: Bound, among: int) -> tuple[int, int]:
        """The rows of `among` that pass `bound`, and those of which it is unknown."""
        if bound.name == "max_cost_usd":
            known = self.bills.known(among)
            return self.bills.within(bound.limit, known), without(among, known)
        if ":" in bound.name:
            return self.qualities.judged(bound, among)
        if bound.name == "max_first_answer_ms":
            return self.timings.first_answer(bound.limit, among)
        if bound.name == "max_e2e_ms":
            return self.timings.end_to_end(bound.limit, among)
        judged = self.timings.at_least if bound.name == "min_output_tps" else self.timings.at_most
        return judged(_METRIC_OF_BOUND[bound.name], bound.limit, among)

    def passing(self, bound: Bound, among: int) -> int:
        """The rows of `among` that pass `bound`."""
        metric = _METRIC_OF_BOUND.get(bound.name)
        if metric is None or metric == "e2e_ms":
            return self.judged(bound, among)[0]
        return self.timings.passing(metric, -bound.limit if metric == "output_tps" else bound.limit, among)

    def bounded(self, bound: str, row: int) -> Figure | None:
        """The figure of the speed metric that `bound` speaks of; None is unknown."""
        return self.figure(self._metric(bound, row), row)

    @property
    def percentile(self) -> int:
        """The percentile of every speed that is asked."""
        return self._percentile

    def estimated(self, name: str, row: int) -> Estimate | None:
        """What stands in for the speed that the bound or rank key `name` needs; None where nothing does."""
        from capreg.resolver.estimates import estimate

        if ":" in name or name in ("cost", "max_cost_usd", "quality"):
            return None
        return estimate(self, self.metric_of(name, row), row)

    def is_met_by_estimate(self, bound: Bound, row: int) -> bool:
        """Whether an estimate stands in for what `bound` needs, and meets it."""
        found = self.estimated(bound.name, row)
        if found is None:
            return False
        return found.value >= bound.limit if bound.name.startswith("min_") else found.value <= bound.limit

    def metric_of(self, name: str, row: int) -> str:
        """The speed metric that the bound or rank key `name` looks at."""
        return _METRIC_OF_KEY.get(name) or self._metric(name, row)

    def gap(self, name: str, row: int) -> str | None:
        """Why what the bound or rank key `name` needs is unknown, in a few words; None where it is known."""
        if name in ("cost", "max_cost_usd"):
            return self.costs.gap(row)
        if ":" in name:
            return self.qualities.gap(row, capability_of(name))
        if name == "quality":
            return self.qualities.rank_gap(row)
        return self.speeds.gap(row, self.metric_of(name, row), self._percentile)

    def blanks(self, name: str) -> list[tuple[str, int]]:
        """The commonest answers of `gap`, each with rows of which nothing that `name` needs is known."""
        metric = _METRIC_OF_KEY.get(name) or _METRIC_OF_BOUND.get(name)
        if name in ("cost", "max_cost_usd"):
            return self.bills.blanks()
        return [] if metric is None else [(self.speeds.blank(metric, self._percentile), self.speeds.unmeasured)]

    def _metric(self, bound: str, row: int) -> str:
        return _METRIC_OF_BOUND.get(bound) or self.speeds.first_answer_metric(row, self._percentile)
