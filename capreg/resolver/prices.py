"""Rates in force as columns: what every row charges in one tier and interval, for calls of one class of size.

It bills nothing; `capreg.resolver.bills` does, for one workload.
"""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING, TypeVar

from capreg.index.bits import Ascending, bits_of
from capreg.index.columns import ABSENT, TIER_MODES
from capreg.resolver.interval import interval_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from capreg.index import Index
    from capreg.resolver.cost import Costs, PriceList
    from capreg.resolver.moment import Moment

__all__ = ["Prices", "prices_of"]

_KEPT = 32
"""Intervals and sizes whose rates are kept; the oldest goes first."""
_Kept = TypeVar("_Kept")
_SPECIAL = -2
_SUBSCRIPTION = 3
_WHOLE_REQUEST, _MARGINAL = TIER_MODES.index("whole_request"), TIER_MODES.index("marginal")


def prices_of(index: Index, costs: Costs, *, tier: int, moment: Moment, input_tokens: int) -> Prices:
    """The rates in force in `tier` at `moment` for calls of `input_tokens`, worked out once for all alike."""
    sizes: Sequence[int] = index.derived(("sizes",), lambda: sorted(set(index.column("price.above")) - {ABSENT}))
    key = ("prices", tier, bisect_left(sizes, input_tokens), *interval_of(index, moment))
    found: Prices = index.derived(key, lambda: Prices(index, costs, tier, moment, input_tokens), most=_KEPT)
    return found


class Prices:
    """What every row charges. Rows with marginal steps below the size are `special`: `Costs` bills them one by one."""

    __slots__ = ("_index", "_kept", "_size", "bases", "entries", "special")

    def __init__(self, index: Index, costs: Costs, tier: int, moment: Moment, input_tokens: int) -> None:
        self._index = index
        self._kept: dict[tuple[object, ...], object] = {}
        self._size = len(index)
        self.bases: list[int] = []
        """By row: the base of the price list, ABSENT where there is no list."""
        self.entries: list[int] = []
        """By row: the price entry whose rates hold, ABSENT where there is none or it is not known."""
        special = []
        tiers, starts = index.column("price.tier"), index.column("price.starts_on")
        above, window = index.column("price.above"), index.column("price.window_start")
        bounds = zip(index.column("price.from"), index.column("price.to"), strict=True)
        for row, (start, end) in enumerate(bounds):
            base = entry = ABSENT
            current = [place for place in range(start, end) if tiers[place] == tier and starts[place] <= moment.day]
            if len(current) == 1 and above[current[0]] == window[current[0]] == ABSENT:
                base = entry = current[0]
            elif current and (prices := costs.price_list(row)) is not None:
                base, entry = prices.base, _entry(index, prices, input_tokens)
            if entry == _SPECIAL:
                special.append(row)
                entry = ABSENT
            self.bases.append(base)
            self.entries.append(entry)
        self.special = bits_of(special, self._size)
        """Rows whose rates depend on more than the class of size."""

    @property
    def listed(self) -> int:
        """Rows that have a price list."""
        return self._where(("listed",), self.bases, lambda base: base != ABSENT)

    @property
    def free(self) -> int:
        """Rows that cost nothing for a stated reason."""
        reason = self._index.column("price.free")
        return self._where(("free",), self.bases, lambda base: base != ABSENT and reason[base] != ABSENT)

    @property
    def billed(self) -> int:
        """Rows that are billed by the call, in US dollars."""
        return self._keep(("billed",), self._billed)

    @property
    def regular(self) -> int:
        """Rows that charge no more for what the cache serves than for input, nor for reasoning than for output."""

        def made() -> int:
            rates = zip(
                self.rates("cache_read"),
                self.rates("input"),
                self.rates("reasoning", "output"),
                self.rates("output"),
                strict=True,
            )
            rows = (
                row for row, (cached, plain, thought, said) in enumerate(rates) if cached <= plain and thought <= said
            )
            return bits_of(rows, self._size)

        return self._keep(("regular",), made)

    def _billed(self) -> int:
        reason, usd = self._index.column("price.free"), self._index.column("price.usd")
        rows = enumerate(zip(self.bases, self.entries, strict=True))
        return bits_of((r for r, (b, e) in rows if e != ABSENT and usd[e] and reason[b] != _SUBSCRIPTION), self._size)

    def rates(self, unit: str, otherwise: str | None = None) -> Sequence[int]:
        """By row: what is charged for `unit`, else for the unit `otherwise`; ABSENT where neither is known.

        Where prompt caching is known to be absent, cached tokens are charged as input.
        """
        return self._keep(("rates", unit, otherwise), lambda: self._rates(unit, otherwise))

    def known(self, unit: str, otherwise: str | None = None) -> int:
        """The rows of which `rates` knows one."""
        rates = self.rates(unit, otherwise)
        return self._where(("known", unit, otherwise), rates, lambda rate: rate != ABSENT)

    def order(self, inputs: int, outputs: int) -> Ascending:
        """The rows with both rates, by what `inputs` and `outputs` tokens cost, cheapest first."""

        def made() -> Ascending:
            rates = enumerate(zip(self.rates("input"), self.rates("output"), strict=True))
            known = ((inputs * i + outputs * o, row) for row, (i, o) in rates if ABSENT not in (i, o))
            return Ascending(known, self._size)

        return self._keep(("order", inputs, outputs), made)

    def _rates(self, unit: str, otherwise: str | None) -> Sequence[int]:
        column = self._index.column(f"price.{unit}")
        rates = [ABSENT if entry == ABSENT else column[entry] for entry in self.entries]
        if unit == "cache_read":
            rows = zip(rates, self.rates("input"), self._index.column("most.prompt_caching"), strict=True)
            return [plain if rate == ABSENT and most == 0 else rate for rate, plain, most in rows]
        if otherwise is None:
            return rates
        return [second if rate == ABSENT else rate for rate, second in zip(rates, self.rates(otherwise), strict=True)]

    def _where(self, key: tuple[object, ...], column: Sequence[int], holds: Callable[[int], bool]) -> int:
        return self._keep(key, lambda: bits_of((row for row, value in enumerate(column) if holds(value)), self._size))

    def _keep(self, key: tuple[object, ...], make: Callable[[], _Kept]) -> _Kept:
        found = self._kept.get(key)
        return self._kept.setdefault(key, make()) if found is None else found  # type: ignore[return-value]


def _entry(index: Index, prices: PriceList | None, input_tokens: int) -> int:
    """The entry whose rates hold for a call of `input_tokens`; ABSENT, or _SPECIAL, where no single one does."""
    if prices is None:
        return ABSENT
    above, mode = index.column("price.above"), index.column("price.mode")
    below = [step for step in prices.steps if above[step] < input_tokens]
    if not below:
        return prices.base
    if mode[below[-1]] == _WHOLE_REQUEST:
        return below[-1]
    return _SPECIAL if mode[below[-1]] == _MARGINAL else ABSENT
