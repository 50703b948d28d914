"""The one mechanism that bills a call, whether planned (a workload) or made (a usage): price lists, steps, items.

Exact integers of 10⁻¹⁵ US dollars. A rate that nobody knows stays ABSENT in its item; nothing is taken for zero.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from capreg.index.columns import ABSENT
from capreg.resolver.interval import interval_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from capreg.index import Index
    from capreg.resolver.moment import Moment

__all__ = ["INCLUDED_IN_SUBSCRIPTION", "Billing", "Item", "PriceList", "Quantities"]

INCLUDED_IN_SUBSCRIPTION = 3
_WHOLE_REQUEST, _MARGINAL = 0, 1
_KEPT = 16
"""Intervals whose price lists are kept; the oldest goes first."""
_INPUT_UNITS = ("input", "cache_read", "cache_write", "cache_write_1h", "audio_input")
_OF_THE_CACHE = ("cache_read", "cache_write", "cache_write_1h")


class Item(NamedTuple):
    """One line of a bill: `quantity` of `unit` at `rate` nano-dollars per million."""

    unit: str
    quantity: int
    rate: int

    @property
    def cost(self) -> int:
        """10⁻¹⁵ US dollars."""
        return self.quantity * self.rate


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


class Quantities(NamedTuple):
    """What one call uses. `input` is all of it: read from the cache, written to it, audio, and the plain rest."""

    input: int
    output: int
    cache_read: int = 0
    cache_write: int = 0
    cache_write_1h: int = 0
    audio_input: int = 0
    reasoning: int = 0
    image: int = 0
    request: int = 1


class Billing:
    """Bills the rows of one index in one tier at one moment."""

    __slots__ = ("_index", "_lists", "_moment", "_tier")

    def __init__(self, index: Index, *, moment: Moment, tier: int) -> None:
        self._index = index
        self._moment = moment
        self._tier = tier
        key = ("price lists", tier, *interval_of(index, moment))
        self._lists: dict[int, PriceList | None] = index.derived(key, dict, most=_KEPT)

    def price_list(self, row: int) -> PriceList | None:
        """The price list in force for `row`; None where there is none."""
        if row not in self._lists:
            self._lists[row] = self._in_force(row)
        return self._lists[row]

    def is_subscription(self, prices: PriceList) -> bool:
        """Whether the list says that a subscription pays for the call."""
        return self._index.column("price.free")[prices.base] == INCLUDED_IN_SUBSCRIPTION

    def is_in_dollars(self, prices: PriceList, size: int) -> bool:
        """Whether every entry that takes part in a call of `size` input tokens is in US dollars."""
        entry = self.entry(prices, size)
        whole = entry is not None and self._mode(entry) != _MARGINAL
        taking_part = [entry] if whole else [prices.base, *self.steps_below(prices, size)]
        usd = self._index.column("price.usd")
        return all(usd[place] for place in taking_part if place is not None)

    def steps_below(self, prices: PriceList, size: int) -> list[int]:
        """The steps that a call of `size` input tokens has passed, lowest first."""
        above = self._index.column("price.above")
        return [entry for entry in prices.steps if above[entry] < size]

    def entry(self, prices: PriceList, size: int) -> int | None:
        """The entry whose step applies to `size` input tokens; None where how it applies is unknown."""
        steps = self.steps_below(prices, size)
        if not steps:
            return prices.base
        last = steps[-1]
        if self._mode(last) == _WHOLE_REQUEST:
            return last
        marginal = self._mode(last) == _MARGINAL and all(self._mode(step) == _MARGINAL for step in steps)
        return last if marginal else None

    def output_entry(self, prices: PriceList, entry: int) -> int:
        """The entry that prices everything but input where `entry` is the step that applies."""
        return prices.base if self._mode(entry) == _MARGINAL else entry

    def rate(self, entry: int, unit: str) -> int:
        """The rate of `unit` in `entry`; ABSENT is unknown."""
        return self._index.column(f"price.{unit}")[entry]

    def lines(self, row: int, prices: PriceList, used: Quantities) -> list[Item] | None:
        """Every line of the bill, unknown rates as ABSENT; None where how a step applies is unknown."""
        entry = self.entry(prices, used.input)
        if entry is None:
            return None
        return [
            *self._input_lines(row, prices, entry, used),
            *self._other_lines(self.output_entry(prices, entry), used),
        ]

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

    def _mode(self, entry: int) -> int:
        return self._index.column("price.mode")[entry]

    def _input_lines(self, row: int, prices: PriceList, entry: int, used: Quantities) -> list[Item]:
        """The lines of the input, by unit and then by bracket, lowest first."""
        brackets = self._brackets(prices, used.input) if self._mode(entry) == _MARGINAL else [(entry, 0, used.input)]
        totals: dict[tuple[int, int], Item] = {}
        for unit, start, end in _stretches(used):
            for number, (bracket, low, high) in enumerate(brackets):
                quantity = min(end, high) - max(start, low)
                if quantity <= 0:
                    continue
                billed, rate = self._input_rate(row, bracket, unit)
                key = (_INPUT_UNITS.index(billed), number)
                before = totals[key].quantity if key in totals else 0
                totals[key] = Item(billed, before + quantity, rate)
        return [totals[key] for key in sorted(totals)]

    def _brackets(self, prices: PriceList, size: int) -> list[tuple[int, int, int]]:
        """Entry, first token and end of each bracket of a marginal list."""
        above = self._index.column("price.above")
        entries = [prices.base, *self.steps_below(prices, size)]
        lows = [0, *(above[step] for step in entries[1:])]
        return list(zip(entries, lows, [*lows[1:], size], strict=True))

    def _input_rate(self, row: int, entry: int, unit: str) -> tuple[str, int]:
        rate = self.rate(entry, unit)
        no_cache = rate == ABSENT and unit in _OF_THE_CACHE and self._index.column("most.prompt_caching")[row] == 0
        return ("input", self.rate(entry, "input")) if no_cache else (unit, rate)

    def _other_lines(self, entry: int, used: Quantities) -> list[Item]:
        output, reasoning = self.rate(entry, "output"), self.rate(entry, "reasoning")
        items = [
            Item("output", used.output, output),
            Item("reasoning", used.reasoning, output if reasoning == ABSENT else reasoning),
        ]
        for unit, quantity in (("image", used.image), ("request", used.request)):
            rate = self.rate(entry, unit)
            if rate != ABSENT:
                items.append(Item(unit, quantity, rate))
        return [item for item in items if item.quantity]


def _stretches(used: Quantities) -> Iterator[tuple[str, int, int]]:
    """Unit, first token and end of each part of the input, in the order in which a step counts them."""
    start = 0
    for unit in _INPUT_UNITS[1:]:
        quantity: int = getattr(used, unit)
        if quantity:
            yield unit, start, start + quantity
            start += quantity
    yield "input", start, used.input
