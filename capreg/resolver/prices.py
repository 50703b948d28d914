"""Rates in force as columns: what every row charges in one tier and interval, for calls of one class of size.

It bills nothing; `capreg.resolver.bills` does, for one workload.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from typing import TYPE_CHECKING, TypeVar

from capreg.index.bits import Ascending, bits_of, known_in, rows_of, without
from capreg.index.coded import distinct, narrow, where
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
_FALLING_BACK = ("cache_read",)
"""Units that may be charged as another."""
_SUBSCRIPTION = 3
_WHOLE_REQUEST, _MARGINAL = TIER_MODES.index("whole_request"), TIER_MODES.index("marginal")


def prices_of(index: Index, costs: Costs, *, tier: int, moment: Moment, input_tokens: int) -> Prices:
    """The rates in force in `tier` at `moment` for calls of `input_tokens`, worked out once for all alike."""
    sizes: Sequence[int] = index.derived(("sizes",), lambda: distinct(index.column("price.above")))
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
        bases, entries, special = _in_force(index, costs, tier, moment, input_tokens)
        self.bases = array("i", bases)
        """By row: the base of the price list, ABSENT where there is no list."""
        self.entries = self.bases if entries == bases else array("i", entries)
        """By row: the price entry whose rates hold, ABSENT where there is none or it is not known."""
        self.special = bits_of(special, self._size)
        """Rows whose rates depend on more than the class of size."""

    @property
    def listed(self) -> int:
        """Rows that have a price list."""
        return self.kept(("listed",), lambda: known_in(self.bases))

    @property
    def free(self) -> int:
        """Rows that cost nothing for a stated reason."""

        def made() -> int:
            perhaps = rows_of(without(self._index.everybody, self._index.groups("price.any_free").get(0, 0)))
            reason, bases = self._index.column("price.free"), self.bases
            free = [row for row in perhaps if bases[row] != ABSENT and reason[bases[row]] != ABSENT]
            return bits_of(free, self._size)

        return self.kept(("free",), made)

    @property
    def billed(self) -> int:
        """Rows that are billed by the call, in US dollars."""
        return self.kept(("billed",), self._billed)

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

        return self.kept(("regular",), made)

    def _billed(self) -> int:
        reason, usd = self._index.column("price.free"), self._index.column("price.usd")
        foreign = {*rows_of(where(usd, (0).__eq__))}
        priced = self.kept(("priced",), lambda: known_in(self.entries))
        if foreign:
            priced = without(priced, bits_of([r for r, e in enumerate(self.entries) if e in foreign], self._size))
        subscribed = [row for row in rows_of(self.free) if reason[self.bases[row]] == _SUBSCRIPTION]
        return without(priced, bits_of(subscribed, self._size))

    def rates(self, unit: str, otherwise: str | None = None) -> Sequence[int]:
        """By row: what is charged for `unit`, else for the unit `otherwise`; ABSENT where neither is known.

        Where prompt caching is known to be absent, cached tokens are charged as input.
        """
        return self.kept(("rates", unit, otherwise), lambda: self._rates(unit, otherwise))

    def known(self, unit: str, otherwise: str | None = None) -> int:
        """The rows of which `rates` knows one."""
        return self.kept(("known", unit, otherwise), lambda: self._known(unit, otherwise))

    def _known(self, unit: str, otherwise: str | None) -> int:
        column = self._index.column(f"price.{unit}")
        if otherwise is None and ABSENT not in column:
            return self.kept(("priced",), lambda: known_in(self.entries))
        if otherwise is None and unit not in _FALLING_BACK and not known_in(column):
            return 0
        return known_in(self.rates(unit, otherwise))

    def charged(self, unit: str, rows: Sequence[int]) -> Sequence[int]:
        """What each of `rows`, all of which have an entry, is charged for `unit`."""
        if unit in _FALLING_BACK:
            rates = self.rates(unit)
            return [rates[row] for row in rows]
        column, entries = self._index.column(f"price.{unit}"), self.entries
        return [column[entries[row]] for row in rows]

    def order(self, inputs: int, outputs: int) -> Ascending:
        """The rows with both rates, by what `inputs` and `outputs` tokens cost, cheapest first."""

        def made() -> Ascending:
            rates = enumerate(zip(self.rates("input"), self.rates("output"), strict=True))
            return Ascending.of(((inputs * i + outputs * o, row) for row, (i, o) in rates if i >= 0 <= o), self._size)

        return self.kept(("order", inputs, outputs), made)

    def _rates(self, unit: str, otherwise: str | None) -> Sequence[int]:
        if otherwise is not None:
            pairs = zip(self.rates(unit), self.rates(otherwise), strict=True)
            return narrow([second if rate == ABSENT else rate for rate, second in pairs])
        column = self._index.column(f"price.{unit}")
        rates = [ABSENT if entry == ABSENT else column[entry] for entry in self.entries]
        without_cache = self._index.groups("most.prompt_caching").get(0, 0) if unit in _FALLING_BACK else 0
        for row in rows_of(without_cache):
            rates[row] = self.rates("input")[row] if rates[row] == ABSENT else rates[row]
        return narrow(rates)

    def kept(self, key: tuple[object, ...], make: Callable[[], _Kept]) -> _Kept:
        """What `make` returns, made once for `key`."""
        found = self._kept.get(key)
        return self._kept.setdefault(key, make()) if found is None else found  # type: ignore[return-value]


def _in_force(
    index: Index, costs: Costs, tier: int, moment: Moment, input_tokens: int
) -> tuple[list[int], list[int], list[int]]:
    """By row the base, and the entry whose rates hold; and the rows for which no single entry does.

    Only where a window is in force, or a step below the size, is a row looked into.
    """
    above, day = index.column("price.above"), moment.day
    current = where(index.column("price.tier"), tier.__eq__) & where(index.column("price.starts_on"), day.__ge__)
    current = without(current, where(index.column("price.ends_on"), lambda end: ABSENT < end <= day))
    windowed = current & known_in(index.column("price.window_start"))
    stepped = current & where(above, lambda size: ABSENT < size < input_tokens)
    rows = index.column("price.row")
    bases = [ABSENT] * len(index)
    for place in reversed(rows_of(without(current & where(above, ABSENT.__eq__), windowed))):
        bases[rows[place]] = place
    entries = bases.copy()
    special = []
    for row in {rows[place] for place in rows_of(windowed | stepped)}:
        prices = costs.price_list(row)
        bases[row] = ABSENT if prices is None else prices.base
        entries[row] = ABSENT if prices is None else _entry(index, prices, input_tokens)
        if entries[row] == _SPECIAL:
            special.append(row)
            entries[row] = ABSENT
    return bases, entries, special


def _entry(index: Index, prices: PriceList, input_tokens: int) -> int:
    """The entry whose rates hold for a call of `input_tokens`; ABSENT, or _SPECIAL, where no single one does."""
    above, mode = index.column("price.above"), index.column("price.mode")
    below = [step for step in prices.steps if above[step] < input_tokens]
    if not below:
        return prices.base
    if mode[below[-1]] == _WHOLE_REQUEST:
        return below[-1]
    return _SPECIAL if mode[below[-1]] == _MARGINAL else ABSENT
