"""`capreg price own`: a price of one's own contract, as a record of an overlay. No price of the registry."""

from __future__ import annotations

from decimal import ROUND_UP, Decimal, InvalidOperation
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, get_args

import typer

from capreg.cli import options as o
from capreg.cli import page
from capreg.cli.failure import ANSWERED
from capreg.cli.measuring import DEFAULT_FOLDER, day_of
from capreg.cli.shelf import opened
from capreg.domain.vocabulary import Unit
from capreg.errors import InvalidArgument, UnknownName

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import date

    from capreg.catalog import Catalog

    Entry = dict[str, Any]

__all__ = ["SOURCE", "own"]

SOURCE = "own-contract"
"""The id of the source that an overlay's own prices name."""
_STEPS = frozenset({"above_input_tokens", "window"})
_UNITS = get_args(Unit)
_SMALLEST = Decimal("0.000000001")

OfferingId = Annotated[str, typer.Argument(metavar="OFFERING", help="An offering's id.", show_default=False)]
Discount = Annotated[
    str | None,
    typer.Option(metavar="PERCENT", help="So much less than each rate that is in force, steps and windows as well."),
]
From = Annotated[
    str | None, typer.Option("--from", metavar="DATE", help="The first day of the contract.", show_default="today")
]
Into = Annotated[Path, typer.Option("--into", metavar="DIR", help="The overlay folder.", show_default=DEFAULT_FOLDER)]


def own(  # noqa: PLR0917  the options of a command
    offering: OfferingId,
    discount: Discount = None,
    input_rate: o.InputRate = None,
    output_rate: o.OutputRate = None,
    cache_read: o.CacheReadRate = None,
    cache_write: o.CacheWriteRate = None,
    reasoning: o.ReasoningRate = None,
    tier: Annotated[str, typer.Option(help="standard, batch, flex or priority.")] = "standard",
    starts_on: From = None,
    into: Into = Path(DEFAULT_FOLDER),
    catalog: o.CatalogFile = None,
) -> int:
    """Keep the price of your own contract in an overlay, which outweighs the release where it is laid over it.

    Rates that are not given are those of the release on the first day, and a discount is of these. What the release
    lists from that day on counts no more; all else of the record is the release's.

    Exit code 0: written. 1: the overlay would have faults, and stays as it was. 2: wrong usage.
    """
    from datetime import date

    base = opened(catalog)
    today = date.today()  # noqa: DTZ011  a day is all that is needed
    first = today if starts_on is None else day_of(starts_on, "--from")
    given = {"input": input_rate, "output": output_rate, "cache_read": cache_read, "cache_write": cache_write}
    rates = {name: rate for name, rate in {**given, "reasoning": reasoning}.items() if rate is not None}
    held = _standing(base, offering, into)
    release = base.documents("offerings").get(offering, held)
    listed = [entry for entry in release.get("prices", ()) if not _is_own(entry)]
    entries = _negotiated(_in_force(listed, tier, first), rates, _share(discount), offering)
    dated = [_dated(entry, first, tier, seen_on=min(first, today)) for entry in entries]
    earlier = [
        entry
        for entry in held.get("prices", ())
        if _is_own(entry) and (_tier(entry) != tier or entry["starts_on"] < first.isoformat())
    ]
    file = _kept(base, into, offering, {**release, "prices": _together(listed, [*earlier, *dated])})
    page.write(page.console(), *_told(file, into, dated))
    return ANSWERED


def _standing(base: Catalog, offering: str, into: Path) -> Mapping[str, Any]:
    """What the overlay says of `offering`, or else the release."""
    from capreg.source.overlay import laid_over

    held = (laid_over(base, into) if into.is_dir() else base).documents("offerings")
    if offering not in held:
        raise UnknownName("offering", offering, held, where="OFFERING")
    return held[offering]


def _tier(entry: Mapping[str, Any]) -> str:
    return str(entry.get("tier", "standard"))


def _is_own(entry: Mapping[str, Any]) -> bool:
    return {one["source"] for one in entry["evidence"]} == {SOURCE}


def _together(listed: Sequence[Entry], own_lists: Sequence[Entry]) -> list[Entry]:
    """What is listed until the first own list of its tier begins, then the own ones."""
    since: dict[str, str] = {}
    for entry in own_lists:
        since[_tier(entry)] = min(entry["starts_on"], since.get(_tier(entry), entry["starts_on"]))
    before = [e for e in listed if _tier(e) not in since or e["starts_on"] < since[_tier(e)]]
    return [*before, *own_lists]


def _in_force(prices: Sequence[Entry], tier: str, day: date) -> list[Entry]:
    """The list of `tier` that holds on `day`."""
    lists = [entry for entry in prices if _tier(entry) == tier and entry["starts_on"] <= day.isoformat()]
    newest = max((entry["starts_on"] for entry in lists), default=None)
    return [entry for entry in lists if entry["starts_on"] == newest]


def _share(discount: str | None) -> Decimal | None:
    """What is left of a rate."""
    if discount is None:
        return None
    try:
        percent = Decimal(discount.removesuffix("%"))
    except InvalidOperation:
        percent = Decimal(-1)
    if not percent.is_finite() or not 0 < percent < 100:
        raise InvalidArgument(
            "a discount cannot be meant", where="--discount", found=discount, expected="percents above 0 and below 100"
        )
    return (100 - percent) / 100


def _negotiated(
    stood: Sequence[Entry], rates: Mapping[str, str], share: Decimal | None, offering: str
) -> Iterator[Entry]:
    """The entries of the own list: those that stood, each rate by the discount or as it was given."""
    if (share is None) == (not rates):
        raise InvalidArgument(
            "what was negotiated is not said", where=offering, expected="either --discount, or --input, --output …"
        )
    if any("free" in entry or entry.get("currency", "USD") != "USD" for entry in stood):
        raise InvalidArgument("its price is free, or not in US dollars", where=offering, hint="write the file by hand")
    if share is None and any(_STEPS & entry.keys() for entry in stood):
        raise InvalidArgument(
            "its price has steps or windows, and single rates do not say what becomes of them",
            where=offering,
            found=f"{sum(bool(_STEPS & entry.keys()) for entry in stood)} beside the base price",
            hint="give --discount, or write the file by hand",
        )
    if share is not None and not stood:
        raise InvalidArgument("no price is known that a discount could be of", where=offering, hint="give the rates")
    if share is None:
        yield {**(stood[0] if stood else {}), **rates}
        return
    for entry in stood:
        less = {unit: _less(rate, share) for unit, rate in entry.items() if unit in _UNITS}
        yield {**entry, **less}


def _less(rate: str, share: Decimal) -> str:
    """A rate by the discount, rounded up to what a price can say."""
    exact = (Decimal(rate) * share).quantize(_SMALLEST, rounding=ROUND_UP)
    return f"{exact:f}".rstrip("0").rstrip(".")


def _dated(entry: Entry, first: date, tier: str, *, seen_on: date) -> Entry:
    dropped = {"starts_on", "basis", "evidence", "tier"}
    head: Entry = {"starts_on": first.isoformat(), "basis": "effective"}
    if tier != "standard":
        head["tier"] = tier
    seen = [{"source": SOURCE, "seen_on": seen_on.isoformat()}]
    return {**head, **{key: value for key, value in entry.items() if key not in dropped}, "evidence": seen}


def _kept(base: Catalog, into: Path, offering: str, document: Mapping[str, Any]) -> Path:
    """Write the record into the overlay; where the overlay would have faults, it stays as it was."""
    from capreg.importers.form import rendered
    from capreg.source.layout import path_of
    from capreg.source.overlay import read_overlay
    from capreg.source.writing import write_bytes, write_text

    place = path_of("offerings", offering)
    file = into / place
    before = file.read_bytes() if file.exists() else None
    write_text(file, rendered("offerings", document, place))
    try:
        read_overlay(into, base)
    except BaseException:
        file.unlink() if before is None else write_bytes(file, before)
        raise
    return file


def _told(file: Path, into: Path, dated: Sequence[Entry]) -> Iterator[str]:
    for entry in dated:
        above = f", above {entry['above_input_tokens']:,} input tokens" if "above_input_tokens" in entry else ""
        told = ", ".join(f"{unit} {entry[unit]}" for unit in _UNITS if unit in entry)
        yield f"from {entry['starts_on']}{above}: {told} US dollars per million"
    yield f"written to {file}; rank with it: capreg resolve … --overlay {into}"
