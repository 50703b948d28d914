"""What one call costs: exact integers of 10⁻¹⁵ US dollars, item by item. Unknown is None, never zero."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from capreg.index.columns import ABSENT, REASONING
from capreg.resolver.interval import interval_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from capreg.domain.workload import Workload
    from capreg.index import Index
    from capreg.resolver.moment import Moment

__all__ = ["Costs", "Item", "PriceList", "reasoning_tokens"]

_WHOLE_REQUEST, _MARGINAL = 0, 1
_INCLUDED_IN_SUBSCRIPTION = 3
_KEPT = 16
"""Intervals whose price lists are kept; the oldest goes first."""
_NEVER, _OPTIONAL = REASONING.index("never"), REASONING.index("optional")


class Item(NamedTuple):
    """One line of a bill: `quantity` of `unit` at `rate` nano-dollars per million."""

    unit: str
    quantity: int
    rate: int

    @property
    def cost(self) -> int:
        """10⁻¹⁵ US dollars."""
        return self.quantity * self.rate


def reasoning_tokens(code: int, stated: int | None) -> int | None:
    """Reasoning tokens of a row whose reasoning is `code` in a workload that states `stated`; None is unknown."""
    if code == _NEVER:
        return 0
    if stated is not None:
        return stated
    return 0 if code == _OPTIONAL else None


class PriceList:
    """The entries in force for one offering in one tier at one moment.

    Args:
        base: the entry without a step.
        steps: entries with a step, lowest first.
    """

    __slots__ = ("base", "steps")

    def __init__(self, base: int, steps: Sequence[int]) -> None:
        self.base = base
        self.steps = steps


class Costs:
    """Costs of the rows of one index for one workload at one moment, computed when asked."""

    __slots__ = ("_index", "_lists", "_moment", "_tier", "_workload")

    def __init__(self, index: Index, *, moment: Moment, tier: int, workload: Workload) -> None:
        self._index = index
        self._moment = moment
        self._tier = tier
        self._workload = workload
        key = ("price lists", tier, *interval_of(index, moment))
        self._lists: dict[int, PriceList | None] = index.derived(key, dict, most=_KEPT)

    def price_list(self, row: int) -> PriceList | None:
        """The price list in force for `row`; None where there is none."""
        if row not in self._lists:
            self._lists[row] = self._in_force(row)
        return self._lists[row]

    def is_free(self, row: int) -> bool:
        """Whether the list in force costs nothing for a stated reason."""
        if not self._index.column("price.any_free")[row]:
            return False
        prices = self.price_list(row)
        return prices is not None and self._index.column("price.free")[prices.base] != ABSENT

    def items(self, row: int) -> list[Item] | None:
        """The itemised bill of one call; None where any part of it is unknown."""
        prices, workload = self.price_list(row), self._workload
        thinking = reasoning_tokens(self._index.column("reasoning")[row], workload.reasoning_tokens)
        if prices is None or thinking is None or not self._is_billed(prices):
            return None
        entry = self._entry(prices)
        if entry is None:
            return None
        inputs = self._input_items(row, prices, entry)
        if inputs is None:
            return None
        rates = prices.base if self._mode(entry) == _MARGINAL else entry
        others = self._other_items(rates, thinking)
        return None if others is None else [*inputs, *others]

    def gap(self, row: int) -> str | None:
        """Why the cost of `row` is unknown, in a few words; None where it is known."""
        prices, workload = self.price_list(row), self._workload
        if prices is None:
            return "no price"
        if self._index.column("price.free")[prices.base] == _INCLUDED_IN_SUBSCRIPTION:
            return "included in a subscription"
        if not self._is_billed(prices):
            return "not priced in US dollars"
        if reasoning_tokens(self._index.column("reasoning")[row], workload.reasoning_tokens) is None:
            return "reasoning tokens not stated"
        if self._entry(prices) is None:
            return "how the long-context price applies is not stated"
        return "a rate that the call needs is not known" if self.items(row) is None else None

    def _in_force(self, row: int) -> PriceList | None:
        index = self._index
        tiers, starts = index.column("price.tier"), index.column("price.starts_on")
        places = range(index.column("price.from")[row], index.column("price.to")[row])
        current = [e for e in places if tiers[e] == self._tier and starts[e] <= self._moment.day]
        if not current:
            return None
        latest = max(starts[e] for e in current)
        above = index.column("price.above")
        chosen: dict[int, int] = {}
        for entry in (e for e in current if starts[e] == latest):
            windowed = index.column("price.window_start")[entry] != ABSENT
            if (windowed and self._holds_now(entry)) or (not windowed and above[entry] not in chosen):
                chosen[above[entry]] = entry
        base = chosen.pop(ABSENT, None)
        return None if base is None else PriceList(base, [chosen[size] for size in sorted(chosen)])

    def _holds_now(self, entry: int) -> bool:
        start = self._index.column("price.window_start")[entry]
        end = self._index.column("price.window_end")[entry]
        minute = self._moment.minute
        return start <= minute < end if start < end else minute >= start or minute < end

    def _is_billed(self, prices: PriceList) -> bool:
        """Whether what takes part is billed by the call, in US dollars."""
        if self._index.column("price.free")[prices.base] == _INCLUDED_IN_SUBSCRIPTION:
            return False
        entry = self._entry(prices)
        whole = entry is not None and self._mode(entry) != _MARGINAL
        taking_part = [entry] if whole else [prices.base, *self._steps_below(prices)]
        usd = self._index.column("price.usd")
        return all(usd[place] for place in taking_part if place is not None)

    def _steps_below(self, prices: PriceList) -> list[int]:
        above = self._index.column("price.above")
        return [entry for entry in prices.steps if above[entry] < self._workload.input_tokens]

    def _mode(self, entry: int) -> int:
        return self._index.column("price.mode")[entry]

    def _entry(self, prices: PriceList) -> int | None:
        """The entry whose step applies; None where how it applies is unknown."""
        steps = self._steps_below(prices)
        if not steps:
            return prices.base
        last = steps[-1]
        if self._mode(last) == _WHOLE_REQUEST:
            return last
        marginal = self._mode(last) == _MARGINAL and all(self._mode(step) == _MARGINAL for step in steps)
        return last if marginal else None

    def _rate(self, entry: int, unit: str) -> int:
        return self._index.column(f"price.{unit}")[entry]

    def _input_items(self, row: int, prices: PriceList, entry: int) -> list[Item] | None:
        """Uncached, then cached input, each by bracket, lowest first. Cached tokens are the first ones."""
        brackets = self._brackets(prices) if self._mode(entry) == _MARGINAL else [(entry, 0, None)]
        cached, end = self._workload.cached_input_tokens, self._workload.input_tokens
        totals: dict[tuple[str, int], Item] = {}
        for number, (bracket, low, high) in enumerate(brackets):
            top = end if high is None else min(end, high)
            for unit, quantity in (("input", top - max(cached, low)), ("cache_read", min(cached, top) - low)):
                if quantity <= 0:
                    continue
                priced = self._input_rate(row, bracket, unit)
                if priced is None:
                    return None
                billed, rate = priced
                before = totals[billed, number].quantity if (billed, number) in totals else 0
                totals[billed, number] = Item(billed, before + quantity, rate)
        return [totals[key] for key in sorted(totals, key=lambda key: (key[0] != "input", key[1]))]

    def _brackets(self, prices: PriceList) -> list[tuple[int, int, int | None]]:
        """Entry, first token and end of each bracket of a marginal list."""
        above = self._index.column("price.above")
        entries = [prices.base, *self._steps_below(prices)]
        lows = [0, *(above[step] for step in entries[1:])]
        return list(zip(entries, lows, [*lows[1:], None], strict=True))

    def _input_rate(self, row: int, entry: int, unit: str) -> tuple[str, int] | None:
        rate = self._rate(entry, unit)
        if rate == ABSENT and unit == "cache_read" and self._index.column("most.prompt_caching")[row] == 0:
            unit, rate = "input", self._rate(entry, "input")
        return None if rate == ABSENT else (unit, rate)

    def _other_items(self, entry: int, thinking: int) -> list[Item] | None:
        workload = self._workload
        reasoning = self._rate(entry, "reasoning")
        output = self._rate(entry, "output")
        items = [
            Item("output", workload.output_tokens, output),
            Item("reasoning", thinking, output if reasoning == ABSENT else reasoning),
        ]
        for unit, quantity in (("image", workload.images), ("request", 1)):
            if self._rate(entry, unit) != ABSENT:
                items.append(Item(unit, quantity, self._rate(entry, unit)))
        charged = [item for item in items if item.quantity]
        return None if any(item.rate == ABSENT for item in charged) else charged
