"""Machines that could be one's own, read from a catalog: operating points by machine, and who rents out the chip."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol, TypeVar

from capreg.index.build import SPEED_KINDS
from capreg.resolver.interval import FRESH_DAYS
from capreg.resolver.roofline import fraction_of_limit
from capreg.units import scaled

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

    from capreg.catalog import Catalog
    from capreg.index import Index
    from capreg.resolver.moment import Moment

__all__ = [
    "Machine",
    "MachinePoint",
    "Rented",
    "is_measured",
    "machines_of",
    "machines_on",
    "most_trusted",
    "paid_chips",
    "rented_on",
]

_DIGITS = 3
_TIMES = ("ttft_ms", "tpot_ms", "e2e_ms")
_OWNERSHIP, _OWNER = "ownership", "neocloud"
_SAID_ONLY = ("vendor_claim", "inferred", "announced")
"""Kinds of evidence that never rank: nobody ran it."""
Times = dict[int, int]


class MachinePoint(NamedTuple):
    """An operating point with all that a call can be sized by. Times in microseconds by percentile."""

    id: str
    document: Mapping[str, Any]
    chips: int
    input: int
    output: int
    rate: int
    """Output tokens per second of the whole deployment, in thousandths."""
    concurrency: int | None
    ttft: Times
    tpot: Times
    ends: Times


class Measured(Protocol):
    """Whatever has the record of an operating point."""

    @property
    def document(self) -> Mapping[str, Any]:
        """The record."""


P = TypeVar("P", bound=Measured)


class Machine(NamedTuple):
    """One model on one chip in one way, at several operating points."""

    model: str
    accelerator: str
    way: str
    """Engine, number format, speculation, and whether reading and writing run apart, as part of an id."""
    engine: str | None
    points: Sequence[MachinePoint]
    architecture: Mapping[str, Any] | None = None
    """The model's size and shape, where they are known."""
    chip: Mapping[str, Any] | None = None
    """The accelerator's record."""


class Rented(NamedTuple):
    """What one chip costs by the hour at one seller in one market."""

    id: str
    accelerator: str
    market: str
    seller: str
    usd_per_hour: str
    seen_on: str
    source: str
    together: int | None = None
    """How many chips are rented at once; None where they are rented one by one."""

    @property
    def slug(self) -> str:
        """Market and seller, as part of an id; on demand goes without saying."""
        words = self.seller if self.market == "on_demand" else f"{self.market} {self.seller}"
        return _slug(words)

    def told(self) -> dict[str, Any]:
        """Plain JSON."""
        told = {name: getattr(self, name) for name in ("id", "market", "seller", "usd_per_hour", "seen_on", "source")}
        return told if self.together is None else {**told, "chips": self.together}


def paid_chips(deployments: int, chips: int, together: int | None) -> int:
    """How many chips are paid for where `deployments` of `chips` each run on what is rented `together` at once.

    A deployment that fits into one rented machine is not spread over two.

    >>> paid_chips(3, 1, 8), paid_chips(9, 1, 8), paid_chips(2, 16, 8), paid_chips(3, 5, 8), paid_chips(3, 5, None)
    (8, 16, 32, 24, 15)
    """
    if together is None:
        return deployments * chips
    machines = -(-deployments // (together // chips)) if chips <= together else deployments * -(-chips // together)
    return machines * together


def is_measured(document: Mapping[str, Any], chip: Mapping[str, Any] | None) -> bool:
    """Whether somebody ran it, on a chip that somebody can run on: what was only claimed or announced is no point."""
    return document["kind"] not in _SAID_ONLY and (chip is None or chip.get("status") != "announced")


def most_trusted(points: Sequence[P], today: int, *, within: Callable[[P], object] = lambda _: None) -> list[P]:
    """Of the points with as many chips and the same load, those that are trusted most on day `today`, in their order.

    As measurements are: of the last year by kind; what is older, where none is younger, by its day, then by kind.

    Args:
        points: of one machine, or of several.
        today: the day of the question, as an ordinal.
        within: what else points must share for one to take the place of another.
    """
    best: dict[object, tuple[int, ...]] = {}
    loads = [(within(point), *_load(point.document)) for point in points]
    trusts = [_trust(point.document, today) for point in points]
    for load, trust in zip(loads, trusts, strict=True):
        best[load] = min(trust, best.get(load, trust))
    return [point for point, load, trust in zip(points, loads, trusts, strict=True) if trust == best[load]]


def _load(document: Mapping[str, Any]) -> tuple[object, ...]:
    """Chips, and requests in flight; where those were not held, how many came a second."""
    flights = document.get("concurrency")
    return document["chips"], flights, None if flights else document.get("requests_per_s")


def _trust(document: Mapping[str, Any], today: int) -> tuple[int, ...]:
    """Least first."""
    kind, day = SPEED_KINDS.index(document["kind"]), date.fromisoformat(document["measured_on"]).toordinal()
    return (0, kind) if today - day <= FRESH_DAYS else (1, -day, kind)


def machines_on(catalog: Catalog, index: Index, moment: Moment, *, most_days: int | None = None) -> Sequence[Machine]:
    """Every machine with the points that were measured by the day of `moment`, in order of model, chip and way.

    Points of more than `most_days` before it are left out, where that is asked.
    """
    machines: Sequence[Machine] = index.derived(("machines of one's own",), lambda: machines_of(catalog))
    day, known = moment.on.isoformat(), []
    first = "" if most_days is None else (moment.on - timedelta(days=most_days)).isoformat()
    for machine in machines:
        points = [point for point in machine.points if first <= point.document["measured_on"] <= day]
        if points:
            known.append(machine if len(points) == len(machine.points) else machine._replace(points=points))
    return known


def machines_of(catalog: Catalog) -> Sequence[Machine]:
    """Every machine with all its points."""
    found: dict[tuple[str, str, str], list[MachinePoint]] = {}
    engines: dict[tuple[str, str, str], str | None] = {}
    models, chips = catalog.documents("models"), catalog.documents("accelerators")
    for key, document in sorted(catalog.documents("deployments").items()):
        architecture, chip = (
            (models.get(document["model"]) or {}).get("architecture"),
            chips.get(document["accelerator"]),
        )
        point = _point(key, document) if is_measured(document, chip) else None
        if point is not None and (fraction_of_limit(document, architecture, chip) or 0) <= 1:
            name = (document["model"], document["accelerator"], _way(document))
            found.setdefault(name, []).append(point)
            engines[name] = document.get("engine")
    return [
        Machine(*name, engines[name], points, (models.get(name[0]) or {}).get("architecture"), chips.get(name[1]))
        for name, points in sorted(found.items())
    ]


def _way(document: Mapping[str, Any]) -> str:
    parts = [document.get("engine") or document["source"], document.get("weights"), document.get("speculative")]
    return _slug(" ".join([*filter(None, parts), *(["apart"] if "decode_chips" in document else [])]))


def _slug(words: str) -> str:
    kept = "".join(c if c.isalnum() or c == "." else "-" for c in words.lower())
    return "-".join(filter(None, kept.split("-")))


def _point(key: str, document: Mapping[str, Any]) -> MachinePoint | None:
    """None where a call cannot be sized by it."""
    ttft, tpot, ends = (_read(document.get(name)) for name in _TIMES)
    rate = scaled(document.get("output_tps"), _DIGITS)
    lengths = document.get("input_tokens"), document.get("output_tokens")
    if document["scenario"] == "offline" or not rate or None in lengths or not ttft.get(50) or not tpot.get(50):
        return None
    chips, flights = document["chips"], document.get("concurrency")
    return MachinePoint(key, document, chips, *lengths, rate, flights, ttft, tpot, ends)  # type: ignore[arg-type]


def _read(values: Mapping[str, str] | None) -> Times:
    return {int(name[1:]): scaled(value, _DIGITS) or 0 for name, value in (values or {}).items()}


def rented_on(
    catalog: Catalog, index: Index, markets: Collection[str], moment: Moment
) -> Mapping[str, Sequence[Sequence[Rented]]]:
    """By accelerator: what each seller asked in each of `markets` on the last day that was seen by that of `moment`.

    In order of market and seller, and of one seller in order of id: it may rent out one chip and eight at once.
    """
    rentals: Sequence[Rented] = index.derived(("rentals",), lambda: list(_rentals(catalog)))
    day = moment.on.isoformat()
    asked: dict[tuple[str, str, str], list[Rented]] = {}
    for one in rentals:
        if one.market in markets and one.seen_on <= day and (one.market != _OWNERSHIP or one.seller == _OWNER):
            asked.setdefault((one.accelerator, one.market, one.slug), []).append(one)
    newest = {key: [one for one in ones if one.seen_on == max(o.seen_on for o in ones)] for key, ones in asked.items()}
    fresh = {(chip, market) for (chip, market, _), ones in newest.items() if _is_fresh(ones[0], moment)}
    found: dict[str, list[Sequence[Rented]]] = {}
    for (chip, market, _), ones in sorted(newest.items()):
        if _is_fresh(ones[0], moment) or (chip, market) not in fresh:
            found.setdefault(chip, []).append(ones)
    return found


def _is_fresh(one: Rented, moment: Moment) -> bool:
    return moment.day - date.fromisoformat(one.seen_on).toordinal() <= FRESH_DAYS


def _rentals(catalog: Catalog) -> Iterable[Rented]:
    for key, document in sorted(catalog.documents("rentals").items()):
        said = (document[name] for name in ("accelerator", "market", "seller", "usd_per_hour", "seen_on", "source"))
        yield Rented(key, *said)._replace(together=document.get("chips"))
