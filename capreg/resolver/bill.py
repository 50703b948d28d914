"""The bill of a call that was made: its items, the price list they come from; else what is missing and who could tell.

It bills by the same mechanism as a workload; a usage adds what only a response can tell.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any, NoReturn

from capreg.domain.usage import Usage
from capreg.errors import CostUnknown, InvalidArgument, UnknownName
from capreg.index.columns import ABSENT, REASONING, TIERS
from capreg.resolver.billing import Billing, Item, PriceList, Quantities
from capreg.resolver.provenance import price_provenance
from capreg.units import format_rate, format_usd

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from capreg.catalog import Catalog
    from capreg.index import Index
    from capreg.resolver.moment import Moment

__all__ = ["Bill", "bill"]

_NEVER = REASONING.index("never")
_NAMED = 2
"""So many sources of a price are named in an error."""
_WITHOUT_UNIT = {
    "cached_audio_tokens": "cache_read of audio",
    "audio_output_tokens": "output of audio",
    "image_output_tokens": "output of images",
    "web_searches": "web search",
}
"""What a response may report, and no price list has a unit for."""


class Bill:
    """What one call cost. The items add up to `cost_usd` exactly.

    Args:
        offering: whose call it was.
        usage: what it used.
        items: the lines, in the order of the rule page.
        price: the price list that was in force, and who says so.
        basis: release and digest of the catalog, and the instant.
    """

    __slots__ = ("basis", "items", "offering", "price", "usage")

    def __init__(
        self,
        offering: str,
        usage: Usage,
        items: Sequence[Item],
        *,
        price: Mapping[str, Any],
        basis: Mapping[str, str],
    ) -> None:
        self.offering = offering
        self.usage = usage
        self.items = tuple(items)
        self.price = price
        self.basis = basis

    @property
    def cost_usd(self) -> Decimal:
        """US dollars, exact."""
        return Decimal(format_usd(sum(item.cost for item in self.items)))

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON: money as decimal strings, the usage without what it did not use."""
        return {
            "offering": self.offering,
            "cost_usd": f"{self.cost_usd:f}",
            "items": [
                {
                    "unit": item.unit,
                    "quantity": item.quantity,
                    "usd": format_usd(item.cost),
                    "usd_per_million": format_rate(item.rate),
                }
                for item in self.items
            ],
            "usage": self.usage.to_dict(),
            "price": dict(self.price),
            "basis": dict(self.basis),
        }

    def __str__(self) -> str:
        lines = [f"{self.offering} at {self.basis['at']}"]
        for item in self.items:
            rate = format_rate(item.rate)
            lines.append(f"{item.quantity:>14,} {item.unit:<15} at ${rate:<8} ${format_usd(item.cost)}")
        return "\n".join([*lines, f"{'total':>14} {'':<28}${self.cost_usd:f}"])

    def __repr__(self) -> str:
        return f"<Bill {self.offering}: ${self.cost_usd:f}, {len(self.items)} items>"


def bill(catalog: Catalog, index: Index, offering: str, usage: Usage, moment: Moment) -> Bill:
    """The bill of one call to `offering` that used `usage` at `moment`.

    Raises:
        RequestError: the offering is unknown, or `usage` is none.
        CostUnknown: a rate or a rule is missing.
    """
    row = _row(index, offering)
    if not isinstance(usage, Usage):
        raise InvalidArgument(
            "an argument cannot be meant",
            where="usage",
            found=repr(usage),
            expected="a Usage",
            hint="capreg.Usage.from_response(response) reads one from a response",
        )
    case = _Case(catalog, index, row, usage=usage, moment=moment)
    items = case.items()
    return Bill(
        offering,
        usage,
        items,
        price={"tier": usage.service_tier, **case.provenance()},
        basis={"release": catalog.release.id, "digest": catalog.release.digest, "at": str(moment)},
    )


def _row(index: Index, offering: object) -> int:
    from bisect import bisect_left

    names = index.offerings
    row = bisect_left(names, offering) if isinstance(offering, str) else len(names)
    if row == len(names) or names[row] != offering:
        raise UnknownName("offering", str(offering), names, where="offering")
    return row


class _Case:
    """One call to be billed. Every reason why it cannot be is raised here."""

    __slots__ = ("billing", "catalog", "index", "moment", "prices", "row", "usage")

    def __init__(self, catalog: Catalog, index: Index, row: int, *, usage: Usage, moment: Moment) -> None:
        self.catalog = catalog
        self.index = index
        self.billing = Billing(index, moment=moment, tier=TIERS.index(usage.service_tier))
        self.row = row
        self.usage = usage
        self.moment = moment
        self.prices = self.billing.price_list(row)

    def items(self) -> list[Item]:
        """The items; each unknown is an error."""
        prices = self._price_list()
        entry = self._entry(prices)
        lines = self.billing.lines(self.row, prices, self._quantities()) or []
        missing = [line.unit for line in lines if line.rate == ABSENT]
        missing += [name for field, name in _WITHOUT_UNIT.items() if getattr(self.usage, field)]
        if self._blends_reasoning(self.billing.output_entry(prices, entry)):
            missing.append("reasoning")
            self._unknown(
                "reasoning has a rate of its own and the response counts it as output",
                missing=missing,
                hint="give Usage(reasoning_tokens=…) apart from output_tokens, where the provider shows it",
            )
        if missing:
            named = list(dict.fromkeys(missing))
            self._unknown(f"no rate is known for {', '.join(named)}", missing=named, hint=self._who_could_tell())
        return lines

    def provenance(self) -> dict[str, Any]:
        """When the price list began and who says so."""
        return price_provenance(self._document(), self.catalog, self.moment)

    def _price_list(self) -> PriceList:
        """The price list, which has to bill calls, and in US dollars."""
        if self.prices is None:
            tier = self.usage.service_tier
            self._unknown(f"no price list in the {tier} tier is in force at {self.moment}", hint=self._who_could_tell())
        if self.billing.is_subscription(self.prices):
            self._unknown("a subscription pays for the call", hint="no bill names a price for one call")
        if not self.billing.is_in_dollars(self.prices, self.usage.input_tokens):
            currency = self._document().get("currency", "USD")
            self._unknown(f"a price is not in US dollars ({currency})", hint=self._who_could_tell())
        return self.prices

    def _entry(self, prices: PriceList) -> int:
        """The entry whose step applies to the size of the call."""
        size = self.usage.input_tokens
        if self.usage.requests > 1 and self.billing.steps_below(prices, size):
            self._unknown(
                "the price depends on the size of one request, and several were added up",
                hint="bill each request on its own and add the bills",
            )
        entry = self.billing.entry(prices, size)
        if entry is None:
            above = self.index.column("price.above")[self.billing.steps_below(prices, size)[-1]]
            self._unknown(
                f"how the price above {above:,} input tokens applies is not stated (tier_mode)",
                hint=self._who_could_tell(),
            )
        return entry

    def _quantities(self) -> Quantities:
        usage = self.usage
        return Quantities(
            input=usage.input_tokens - usage.cached_audio_tokens,
            output=usage.output_tokens,
            cache_read=usage.cached_input_tokens,
            cache_write=usage.cache_write_tokens,
            cache_write_1h=usage.cache_write_1h_tokens,
            audio_input=usage.audio_input_tokens,
            reasoning=usage.reasoning_tokens or 0,
            image=usage.images,
            request=usage.requests,
        )

    def _blends_reasoning(self, entry: int) -> bool:
        """Whether the response may hide reasoning tokens, at another rate, among the output."""
        if self.usage.reasoning_tokens is not None or not self.usage.output_tokens:
            return False
        if self.index.column("reasoning")[self.row] == _NEVER:
            return False
        return self.billing.rate(entry, "reasoning") not in (ABSENT, self.billing.rate(entry, "output"))

    def _document(self) -> Mapping[str, Any]:
        """The document of the base entry of the price list."""
        offering: Mapping[str, Any] = self.catalog.documents("offerings")[self.index.offerings[self.row]]
        if self.prices is None:
            return {}
        entry: Mapping[str, Any] = offering["prices"][self.index.column("price.place")[self.prices.base]]
        return entry

    def _who_could_tell(self) -> str:
        name, _, rest = self.index.offerings[self.row].partition("/")
        docs = self.catalog.documents("providers")[name]["docs_url"]
        return f"{name} could tell ({docs}); it belongs into registry_data/providers/{name}/offerings/{rest}.toml"

    def _unknown(self, gap: str, *, missing: Sequence[str] = (), hint: str | None = None) -> NoReturn:
        raise CostUnknown(self.index.offerings[self.row], gap, missing=missing, found=self._looked_at(), hint=hint)

    def _looked_at(self) -> str | None:
        if self.prices is None:
            return None
        entry = self._document()
        said_by = sorted({e["source"] for e in entry.get("evidence", ())})
        more = f" and {len(said_by) - _NAMED} more" if len(said_by) > _NAMED else ""
        named = ", ".join(said_by[:_NAMED])
        return f"the {self.usage.service_tier} price list of {entry['starts_on']}, from {named}{more}"
