"""Why two sources may differ on a price: the likeliest cause, from what else the catalog says. It is a guess."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from capreg.catalog import Catalog
from capreg.source.scales import scales_of
from capreg.source.votes import PRICED, Side, Vote

__all__ = ["Causes"]

Document = Mapping[str, Any]

_FACTORS = (
    (Decimal(1_000_000), "per token taken for per million"),
    (Decimal(1000), "per thousand taken for per million"),
    (Decimal(100), "cents taken for dollars"),
    (Decimal(10), "a decimal point that moved"),
)
_RATIOS = (
    (Decimal(2), "half or twice: a batch, promotional or off-peak price"),
    (Decimal("1.1"), "10 % apart: a price of one region and a global one"),
)


class Causes:
    """Looks for causes in one catalog."""

    def __init__(self, catalog: Catalog) -> None:
        self._offerings = catalog.documents("offerings")
        self._kinds = {
            key: (source.get("kinds") or {}).get("price") for key, source in catalog.documents("sources").items()
        }
        self._refuted = {
            (source, one["offering"], one["fact"], one["wrong"])
            for source, held in catalog.documents("corrections").items()
            for one in held["refuted"]
        }
        self._sellers = {key: provider.get("kind") for key, provider in catalog.documents("providers").items()}
        self._scales = scales_of(catalog)
        self._elsewhere: dict[str, list[str]] = defaultdict(list)
        for key, offering in sorted(self._offerings.items(), key=lambda each: (not self._is_at_lab(each[0]), each[0])):
            if "model" in offering:
                self._elsewhere[offering["model"]].append(key)

    def of(self, vote: Vote, side: Side) -> str:
        """The likeliest cause of `side` saying something else than `vote`'s price."""
        if (side.source, vote.offering, vote.unit, side.value) in self._refuted:
            return f"refuted: see corrections/{side.source}.toml"
        said, stands = _number(side.value), _number(vote.value)
        if said is None or stands is None:
            return "not a price"
        if 0 in (said, stands):
            return "zero: unknown or free in one of them"
        return (
            self._by_scale(vote, side)
            or self._in_this_list(vote, said)
            or _by_factor(said, stands)
            or self._by_source(side)
            or self._in_history(vote, said, side)
            or self._in_another_offering(vote, said)
            or self._by_seller(vote)
            or _by_day(vote, side)
            or "unexplained: look at the provider's page"
        )

    def _by_scale(self, vote: Vote, side: Side) -> str | None:
        """All that it says of this provider is so many times what another says, who is for this price."""
        provider = vote.offering.partition("/")[0]
        for other in vote.sides:
            scale = self._scales.get((provider, other.source, side.source)) if other.agrees else None
            if scale is not None:
                words = f"all its prices here are some {scale:.2f} times those of {other.source}"
                return f"{words}: another currency or day of exchange, or a surcharge"
        return None

    def _in_this_list(self, vote: Vote, said: Decimal) -> str | None:
        """Another price of the same offering and day is what it says."""
        same = [entry for entry in self._offerings[vote.offering]["prices"] if entry["starts_on"] == vote.starts_on]
        for entry in same:
            if _equals(entry.get(vote.unit), said):
                if entry.get("tier", "standard") != vote.tier:
                    return f"the {entry.get('tier', 'standard')} price"
                if entry.get("above_input_tokens") != vote.above:
                    return "the price of another step of input size"
                if entry.get("window"):
                    return "the price of a part of the day"
        units = [unit for entry in same for unit in PRICED if unit != vote.unit and _equals(entry.get(unit), said)]
        return f"the price of {units[0].replace('_', ' ')}" if units else None

    def _in_history(self, vote: Vote, said: Decimal, side: Side) -> str | None:
        """What others, too, say of another day."""
        for entry in self._offerings[vote.offering]["prices"]:
            others = {one["source"] for one in entry["evidence"]} - {side.source}
            if entry["starts_on"] != vote.starts_on and others and _equals(entry.get(vote.unit), said):
                return f"the price from {entry['starts_on']} on"
        return None

    def _by_source(self, side: Side) -> str | None:
        if self._kinds.get(side.source) == "router_price":
            return "the router's own price: a discount, or another endpoint of the provider"
        return None

    def _by_seller(self, vote: Vote) -> str | None:
        if self._sellers[vote.offering.partition("/")[0]] == "router":
            return "a router's price, which moves with its hosts"
        return None

    def _is_at_lab(self, offering: str) -> bool:
        return self._sellers[offering.partition("/")[0]] == "lab"

    def _in_another_offering(self, vote: Vote, said: Decimal) -> str | None:
        """The same model costs that at somebody else's, a lab's first, or in another variant."""
        model = self._offerings[vote.offering].get("model")
        for key in self._elsewhere.get(model, ()) if model else ():
            if key != vote.offering:
                prices = self._offerings[key].get("prices", ())
                if any(_equals(entry.get(vote.unit), said) for entry in prices):
                    return f"the price of {key}"
        return None


def _by_factor(said: Decimal, stands: Decimal) -> str | None:
    ratio = max(said, stands) / min(said, stands)
    for factor, words in _FACTORS:
        if abs(ratio - factor) <= factor / 50:
            return f"{words} (× {factor:,})"
    for factor, words in _RATIOS:
        if abs(ratio - factor) <= factor / 200:
            return words
    return None


def _by_day(vote: Vote, side: Side) -> str | None:
    """The two were seen apart: the price may have changed in between."""
    days = [date.fromisoformat(each.seen_on) for each in vote.sides if each.agrees]
    if not days:
        return None
    gap = abs((date.fromisoformat(side.seen_on) - max(days)).days)
    return f"seen {gap} days apart: a change in between, or one is wrong" if gap else None


def _number(text: str) -> Decimal | None:
    try:
        return Decimal(text)
    except ArithmeticError:
        return None


def _equals(text: str | None, said: Decimal) -> bool:
    return text is not None and Decimal(text) == said
