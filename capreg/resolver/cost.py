"""What one call of a workload costs: exact integers of 10⁻¹⁵ US dollars, item by item. Unknown is None, never zero."""

from __future__ import annotations

from typing import TYPE_CHECKING

from capreg.index.columns import ABSENT, REASONING
from capreg.resolver.billing import Billing, Item, PriceList, Quantities
from capreg.resolver.gaps import NO_PRICE, NOT_STATED

if TYPE_CHECKING:
    from capreg.domain.workload import Workload
    from capreg.index import Index
    from capreg.resolver.moment import Moment

__all__ = ["Costs", "Item", "PriceList", "reasoning_tokens"]

_NEVER, _OPTIONAL = REASONING.index("never"), REASONING.index("optional")


def reasoning_tokens(code: int, stated: int | None) -> int | None:
    """Reasoning tokens of a row whose reasoning is `code` in a workload that states `stated`; None is unknown."""
    if code == _NEVER:
        return 0
    if stated is not None:
        return stated
    return 0 if code == _OPTIONAL else None


class Costs:
    """Costs of the rows of one index for one workload at one moment, computed when asked."""

    __slots__ = ("_billing", "_index", "_workload")

    def __init__(self, index: Index, *, moment: Moment, tier: int, workload: Workload) -> None:
        self._index = index
        self._billing = Billing(index, moment=moment, tier=tier)
        self._workload = workload

    def price_list(self, row: int) -> PriceList | None:
        """The price list in force for `row`; None where there is none."""
        return self._billing.price_list(row)

    def is_free(self, row: int) -> bool:
        """Whether the list in force costs nothing for a stated reason."""
        if not self._index.column("price.any_free")[row]:
            return False
        prices = self.price_list(row)
        return prices is not None and self._index.column("price.free")[prices.base] != ABSENT

    def items(self, row: int) -> list[Item] | None:
        """The itemised bill of one call; None where any part of it is unknown."""
        prices, thinking = self.price_list(row), self._thinking(row)
        if prices is None or thinking is None or not self._is_billed(prices):
            return None
        lines = self._billing.lines(row, prices, self._quantities(thinking))
        return None if lines is None or any(line.rate == ABSENT for line in lines) else lines

    def gap(self, row: int) -> str | None:
        """Why the cost of `row` is unknown, in a few words; None where it is known."""
        prices, size = self.price_list(row), self._workload.input_tokens
        if prices is None:
            return NO_PRICE
        if self._billing.is_subscription(prices):
            return "included in a subscription"
        if not self._billing.is_in_dollars(prices, size):
            return "not priced in US dollars"
        if self._thinking(row) is None:
            return NOT_STATED
        if self._billing.entry(prices, size) is None:
            return "how the long-context price applies is not stated"
        return "a rate that the call needs is not known" if self.items(row) is None else None

    def _thinking(self, row: int) -> int | None:
        return reasoning_tokens(self._index.column("reasoning")[row], self._workload.reasoning_tokens)

    def _is_billed(self, prices: PriceList) -> bool:
        """Whether what takes part is billed by the call, in US dollars."""
        billing = self._billing
        return not billing.is_subscription(prices) and billing.is_in_dollars(prices, self._workload.input_tokens)

    def _quantities(self, thinking: int) -> Quantities:
        workload = self._workload
        return Quantities(
            input=workload.input_tokens,
            output=workload.output_tokens,
            cache_read=workload.cached_input_tokens,
            reasoning=thinking,
            image=workload.images,
        )
