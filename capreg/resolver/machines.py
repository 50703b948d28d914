"""One's own machines: operating points of deployments, what their chips cost by the hour, and what a token costs then.

Points are compared within a class only: the same model, the same lengths, the same way in which requests come. A rate
per request and a rate per chip are two axes, and neither is made from the other.
"""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from math import ceil, inf
from statistics import median
from typing import TYPE_CHECKING, Any, NamedTuple

from capreg.errors import UnknownName
from capreg.resolver.interval import FRESH_DAYS
from capreg.resolver.own_machines import is_measured, most_trusted
from capreg.resolver.roofline import fraction_of_limit

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from capreg.catalog import Catalog

__all__ = [
    "HEADROOM",
    "Fleet",
    "Point",
    "Rent",
    "Shape",
    "best_points",
    "fleet_for",
    "points_of",
    "rents_of",
    "shapes_of",
]

HEADROOM = 0.2
"""So much more than the demand the machines can carry: demand is no flat line."""
_HOUR_S = 3600
_NEOCLOUD = "neocloud"

Document = "Mapping[str, Any]"


class Rent(NamedTuple):
    """What one chip costs by the hour in one market: the median of what each seller asked last."""

    usd_per_hour: float
    sellers: int
    newest: str
    """The day on which the newest of these prices was seen."""


class Shape(NamedTuple):
    """What makes points comparable."""

    dataset: str | None
    input_tokens: int | None
    output_tokens: int | None
    scenario: str


class Point(NamedTuple):
    """One operating point, with what follows from it. Rates are output tokens per second unless they say otherwise."""

    id: str
    document: Mapping[str, Any]
    per_request: float | None
    """Tokens per second that one request sees after its first, at the median: 1,000 over TPOT in milliseconds."""
    per_chip: float | None
    """Output tokens per second over all chips of the deployment, by chip."""
    total_per_chip: float | None
    """Input and output tokens per second, by chip."""
    of_limit: float | None = None
    """The share of what memory and arithmetic of the chip allow; see `limit_is_known`."""

    @property
    def limit_is_known(self) -> bool:
        """Whether `of_limit` is the share.

        Where load or number format are not stated, or tokens are guessed ahead, it is at least that.
        """
        return "speculative" not in self.document and {"concurrency", "weights"} <= self.document.keys()

    @property
    def shape(self) -> Shape:
        """What makes points comparable: a dataset, or mean input and output length; and how requests come."""
        one = self.document
        if "dataset" in one:
            return Shape(one["dataset"], None, None, one["scenario"])
        return Shape(None, one.get("input_tokens"), one.get("output_tokens"), one["scenario"])

    @property
    def machine(self) -> tuple[str, str, str, str, str, bool]:
        """Chip, engine, number format, speculation, what of the model, and whether reading and writing run apart."""
        one = self.document
        apart = "decode_chips" in one
        what = one.get("checkpoint", "") if "dataset" in one else ""
        return (
            one["accelerator"],
            one.get("engine", ""),
            one.get("weights", ""),
            one.get("speculative", ""),
            what,
            apart,
        )

    def usd_per_million(self, rent: Rent, *, total: bool = False) -> float | None:
        """US dollars for a million output tokens, or input and output tokens, at full load all the time."""
        rate = self.total_per_chip if total else self.per_chip
        return None if not rate else rent.usd_per_hour / (rate * _HOUR_S) * 1e6


class Fleet(NamedTuple):
    """What carries a demand: how many deployments of a point, and what a call costs then."""

    deployments: int
    chips: int
    usd_per_hour: float
    usd_per_call: float
    utilisation: float
    """The share of what the machines could answer that is asked of them."""


def points_of(catalog: Catalog, model: str, *, day: str) -> list[Point]:
    """Every operating point of `model` that was measured by `day`, ISO text, in order of id.

    Without what nobody ran (a claim, a chip that is only announced, a rate that the chip cannot have), and without what
    a more trusted point of the same machine, lengths and load contradicts.

    Raises:
        UnknownName: there is no such model.
    """
    if model not in catalog.documents("models"):
        raise UnknownName("model", model, catalog.documents("models"), where="model")
    held, chips = catalog.documents("deployments"), catalog.documents("accelerators")
    architecture = catalog.documents("models")[model].get("architecture")
    found = ((key, held[key]) for key in sorted(held) if held[key]["model"] == model)
    points = [
        _point(key, one, fraction_of_limit(one, architecture, chips.get(one["accelerator"])))
        for key, one in found
        if one["measured_on"] <= day and is_measured(one, chips.get(one["accelerator"]))
    ]
    possible = [point for point in points if (point.of_limit or 0) <= 1]
    today = date.fromisoformat(day).toordinal()
    return most_trusted(possible, today, within=lambda point: (point.machine, point.shape))


def _point(key: str, one: Mapping[str, Any], of_limit: float | None) -> Point:
    tpot, chips = one.get("tpot_ms", {}).get("p50"), one["chips"]
    output, inputs = one.get("output_tps"), one.get("input_tps")
    return Point(
        key,
        one,
        per_request=1000 / float(tpot) if tpot and float(tpot) else None,
        per_chip=float(output) / chips if output else None,
        total_per_chip=(float(output) + float(inputs)) / chips if output and inputs else None,
        of_limit=of_limit,
    )


def best_points(
    points: Iterable[Point],
    *,
    accelerators: Collection[str] = (),
    concurrency: int | None = None,
    min_output_tps: float | None = None,
    max_latency_ms: float | None = None,
    requests_per_second: float | None = None,
) -> list[Point]:
    """For each machine and shape the point with the highest rate per chip that meets the bounds, best first.

    With a demand, the point that carries it with the fewest chips. A point that lacks what a bound looks at meets it
    not.

    Args:
        points: what there is to choose from.
        accelerators: only these chips; none named means all.
        concurrency: only points with so many requests in flight.
        min_output_tps: the least that one request may see.
        max_latency_ms: the longest that the median first token may take.
        requests_per_second: the demand, without headroom.
    """
    best: dict[tuple[Any, ...], Point] = {}
    for point in points:
        one = point.document
        ttft = one.get("ttft_ms", {}).get("p50")
        if (
            (accelerators and one["accelerator"] not in accelerators)
            or (concurrency is not None and one.get("concurrency") != concurrency)
            or (min_output_tps is not None and (point.per_request is None or point.per_request < min_output_tps))
            or (max_latency_ms is not None and (ttft is None or float(ttft) > max_latency_ms))
        ):
            continue
        key = (*point.machine, point.shape)
        before = best.get(key)
        if before is None or _merit(point, requests_per_second) < _merit(before, requests_per_second):
            best[key] = point
    return sorted(best.values(), key=lambda point: (_merit(point, requests_per_second), point.id))


def _merit(point: Point, demand: float | None) -> tuple[float, float]:
    """How good a point is, least first: chips that a demand takes, where there is one; then the rate per chip."""
    rate = point.per_chip or 0
    if demand is None or not rate:
        return inf, -rate
    length = point.document.get("output_tokens") or 1
    return _deployments(point, demand, length) * point.document["chips"], -rate


def rents_of(catalog: Catalog, market: str, *, day: str, seller: str | None = None) -> dict[str, Rent]:
    """By accelerator: its rent in `market` as seen up to `day`, ISO text; of one seller where one is named.

    Of several prices of a seller the newest counts, of one day the least; what is older than a year only where no
    seller's price in that market is younger. For ownership, a buyer of middling size unless another is named.

    Raises:
        UnknownName: nobody of that name was seen to rent anything out in this market.
    """
    sellers = {one["seller"] for one in catalog.documents("rentals").values() if one["market"] == market}
    if seller is not None and seller not in sellers:
        raise UnknownName("seller", seller, sellers, where="seller")
    wanted = _NEOCLOUD if market == "ownership" and seller is None else seller
    newest: dict[tuple[str, str], Mapping[str, Any]] = {}
    for one in catalog.documents("rentals").values():
        if one["market"] != market or one["seen_on"] > day or (wanted is not None and one["seller"] != wanted):
            continue
        key = (one["accelerator"], one["seller"])
        if key not in newest or _rank(newest[key]) < _rank(one):
            newest[key] = one
    by_chip: dict[str, list[Mapping[str, Any]]] = {}
    for (chip, _), one in newest.items():
        by_chip.setdefault(chip, []).append(one)
    for chip, found in by_chip.items():
        by_chip[chip] = [one for one in found if _days(one["seen_on"], day) <= FRESH_DAYS] or found
    return {
        chip: Rent(
            median(float(one["usd_per_hour"]) for one in found), len(found), max(one["seen_on"] for one in found)
        )
        for chip, found in by_chip.items()
    }


def _rank(rental: Mapping[str, Any]) -> tuple[str, float]:
    return rental["seen_on"], -float(rental["usd_per_hour"])


def _days(earlier: str, later: str) -> int:
    return (date.fromisoformat(later) - date.fromisoformat(earlier)).days


def fleet_for(point: Point, rent: Rent, *, requests_per_second: float, output_tokens: int) -> Fleet | None:
    """The machines that carry `requests_per_second` calls of `output_tokens`, with headroom, rounded up.

    None where the point's rate is not known.
    """
    if not point.per_chip:
        return None
    deployments = _deployments(point, requests_per_second, output_tokens)
    chips = deployments * point.document["chips"]
    per_hour = chips * rent.usd_per_hour
    return Fleet(
        deployments,
        chips,
        per_hour,
        per_hour / (requests_per_second * _HOUR_S),
        requests_per_second * output_tokens / (chips * point.per_chip),
    )


def _deployments(point: Point, requests_per_second: float, output_tokens: int) -> int:
    """How many answer so many calls a second and a fifth more; exact, so that a full one is not counted as two."""
    wanted = Fraction(str(requests_per_second)) * (1 + Fraction(str(HEADROOM))) * output_tokens
    return ceil(wanted / Fraction(point.document["output_tps"]))


def shapes_of(points: Sequence[Point]) -> list[Shape]:
    """The classes of `points`, the one with most points first."""
    counted: dict[Shape, int] = {}
    for point in points:
        counted[point.shape] = counted.get(point.shape, 0) + 1
    return sorted(counted, key=lambda shape: (-counted[shape], str(shape)))
