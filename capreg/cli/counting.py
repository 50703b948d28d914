"""`capreg stats`, `conflicts`, `history`, `sources`: what the catalog holds, where sources differ, how prices moved."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Annotated, Any

import typer

from capreg.cli import options as o
from capreg.cli import page
from capreg.cli.failure import ANSWERED
from capreg.cli.shelf import opened

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from rich.console import RenderableType

    from capreg.catalog import Catalog
    from capreg.source.agreement import Difference
    from capreg.source.census import Census
    from capreg.source.votes import Side, Vote

__all__ = ["conflicts", "history", "sources", "stats"]

_MOST_PROVIDERS = 20
_BAR = 40
_BARS = "▁▂▃▄▅▆▇█"

OnlyProvider = Annotated[
    list[str] | None,
    typer.Option("--provider", metavar="ID", help="Only of this provider; may be repeated.", show_default="all"),
]
OfFamily = Annotated[
    str | None,
    typer.Option(
        "--family",
        metavar="ID",
        help="Every price on which this family of sources says otherwise than another, not only those in force.",
        show_default=False,
    ),
]
WithWarnings = Annotated[
    bool, typer.Option("--warnings", help="Check the registry folder too, and count its warnings by rule.")
]
Priced = Annotated[str, typer.Argument(metavar="OFFERING", help="The offering's id.", show_default=False)]
AsNotice = Annotated[bool, typer.Option("--notice", help="The NOTICE that goes with the compiled facts.")]


def stats(
    warnings: WithWarnings = False,
    registry: o.RegistryFolder = None,
    as_of: o.AsOf = None,
    as_json: o.AsJson = False,
    catalog: o.CatalogFile = None,
) -> int:
    """How much the catalog holds and how well it is known: counts by provider, capability, chip, evidence and age.

    Exit code 0: shown.
    """
    from capreg.resolver.moment import Moment
    from capreg.source.census import census

    whole = opened(catalog)
    counted = census(whole, None if as_of is None else Moment.of(as_of))
    of_rules = _warnings(registry) if warnings else {}
    if as_json:
        page.write_json(json.dumps({**counted.to_dict(), "warnings": of_rules}, indent=2, ensure_ascii=False))
        return ANSWERED
    page.write(page.console(), *_parts(counted, of_rules))
    return ANSWERED


def _warnings(registry: Any) -> dict[str, int]:
    from collections import Counter

    from capreg.cli.shelf import registry_folder
    from capreg.source.read import read
    from capreg.source.validate import validate

    found = Counter(f"{one.severity} {one.rule}" for one in validate(read(registry_folder(registry))))
    return dict(sorted(found.items()))


def _parts(counted: Census, warnings: Mapping[str, int]) -> Iterator[RenderableType]:
    from rich.text import Text

    told = ", ".join(f"{number:,} {kind}" for kind, number in counted.records.items())
    yield f"as of {counted.as_of}: {told}"
    yield (
        f"offerings that can be had: {counted.can_be_had:,} at {len(counted.by_provider):,} providers; of these timed "
        f"{counted.timed:,} ({counted.timed_by_limits:,} by limits only); retired {counted.retired:,}, "
        f"no longer listed {counted.unlisted:,}"
    )
    yield f"price series of more than one period: {counted.series:,}; with a price for larger inputs: {counted.steps:,}"
    whole = sum(counted.price_states.values())
    tables: list[tuple[str, Mapping[str, int], int]] = [
        ("by service tier", counted.tiers, counted.can_be_had),
        (f"by provider, the first {_MOST_PROVIDERS}", dict(list(counted.by_provider.items())[:_MOST_PROVIDERS]),
         counted.can_be_had),
        ("by kind of accelerator", counted.by_accelerator_kind, counted.can_be_had),
        ("rates in force, by who says so", counted.price_states, whole),
        ("by age of the newest word on the price", counted.price_ages, counted.can_be_had),
        ("by age of the measured speed", counted.speed_ages, counted.can_be_had),
        ("unknown, by fact", counted.unknown, counted.can_be_had),
        ("evidence, by kind", counted.by_evidence, sum(counted.by_evidence.values())),
        ("findings of the rules", warnings, 0),
    ]  # fmt: skip
    for title, counts, total in tables:
        if counts:
            yield ""
            yield Text(title, style="bold")
            yield _table(counts, total)
    yield ""
    yield Text("by capability", style="bold")
    yield _capabilities(counted.by_capability)
    yield ""
    yield Text("prices against each family, where another supplied them", style="bold")
    headings = ["family", "compared", "agree", "share", "of price lists", "agree there", "share there"]
    table = page.columns(headings, right=headings[1:])
    for family, every in counted.agreement.items():
        cells = (cell for one in (every, counted.agreement_on_price_lists[family])
                for cell in (f"{one.compared:,}", f"{one.agree:,}", one.share))  # fmt: skip
        table.add_row(family, *cells)
    yield table
    yield "price lists: without routers, whose prices move with their hosts"


def _table(counts: Mapping[str, int], total: int) -> RenderableType:
    table = page.columns(["", "count", "share"], right=["count", "share"])
    for name, number in counts.items():
        table.add_row(name, f"{number:,}", f"{number / total:.1%}" if total else "")
    return table


def _capabilities(counts: Mapping[str, Mapping[str, int]]) -> RenderableType:
    table = page.columns(["", "yes", "no", "unknown"], right=["yes", "no", "unknown"])
    for name, verdicts in counts.items():
        table.add_row(name, *(f"{verdicts[verdict]:,}" for verdict in ("yes", "no", "unknown")))
    return table


def conflicts(
    provider: OnlyProvider = None,
    family: OfFamily = None,
    as_json: o.AsJson = False,
    catalog: o.CatalogFile = None,
) -> int:
    """Prices in force on which sources differ: what stands, what another says, when, and the likeliest cause.

    Exit code 0: shown, be there any or none. 2: no such provider or family.
    """
    from capreg.source.causes import Causes

    whole = opened(catalog)
    _known_providers(whole, provider or [])
    if family is not None:
        return _of_family(whole, family, provider or [], as_json=as_json)
    causes = Causes(whole)
    found = [(vote, side, causes.of(vote, side)) for vote, side in _differing(whole, provider or [])]
    if as_json:
        page.write_json(json.dumps([_conflict(*one) for one in found], indent=2, ensure_ascii=False))
        return ANSWERED
    table = page.columns(["offering", "price", "stands", "by", "another says", "who, when", "likely cause"])
    for vote, side, cause in found:
        table.add_row(
            vote.offering, vote.where, f"{vote.value} since {vote.starts_on}", _agreeing(vote), side.value,
            f"{side.source}, {side.seen_on}", cause,
        )  # fmt: skip
    _counted(table, len(found))
    return ANSWERED


def _counted(table: RenderableType, rows: int) -> None:
    """The table, where it has rows, and how many these are."""
    paper = page.console()
    if rows:
        page.write(paper, table, "")
    page.write(paper, f"{rows:,} difference{'' if rows == 1 else 's'}")


def _of_family(catalog: Catalog, family: str, providers: Sequence[str], *, as_json: bool) -> int:
    """What one family says otherwise than another: the differences that its share of agreement in `stats` lacks."""
    from capreg.errors import UnknownName
    from capreg.source.agreement import agreement_of

    whole = {one.family: one.differences for one in agreement_of(catalog)}
    if family not in whole:
        raise UnknownName("family", family, whole, where="--family")
    found = [one for one in whole[family] if not providers or one.vote.offering.partition("/")[0] in providers]
    if as_json:
        page.write_json(json.dumps([_difference(one) for one in found], indent=2, ensure_ascii=False))
        return ANSWERED
    table = page.columns(["offering", "price", "another says", "who, on", "it says", "where, on", "likely cause"])
    for one in found:
        table.add_row(
            one.vote.offering, one.vote.where, one.supplied.value, f"{one.supplied.source}, {one.supplied_on}",
            one.says.value, f"{one.says.source}, {one.said_on}", one.cause,
        )  # fmt: skip
    _counted(table, len(found))
    return ANSWERED


def _difference(one: Difference) -> dict[str, Any]:
    return {
        "offering": one.vote.offering,
        "price": one.vote.where,
        "another_says": one.supplied.value,
        "another": one.supplied.source,
        "another_on": one.supplied_on.isoformat(),
        "says": one.says.value,
        "source": one.says.source,
        "on": one.said_on.isoformat(),
        "at_router": one.at_router,
        "likely_cause": one.cause,
    }


def _known_providers(catalog: Catalog, names: Sequence[str]) -> None:
    from capreg.errors import UnknownName

    for name in names:
        if name not in catalog.documents("providers"):
            raise UnknownName("provider", name, catalog.documents("providers"), where="--provider")


def _differing(catalog: Catalog, providers: Sequence[str]) -> Iterator[tuple[Vote, Side]]:
    """Every side of the same days that a price in force has against it."""
    from capreg.source.votes import standing, votes_of

    for vote in standing(votes_of(catalog)):
        if not providers or vote.offering.partition("/")[0] in providers:
            yield from ((vote, side) for side in vote.against if side.family not in vote.families)


def _agreeing(vote: Vote) -> str:
    return ", ".join(dict.fromkeys(side.source for side in vote.sides if side.agrees)) or "–"


def _conflict(vote: Vote, side: Side, cause: str) -> dict[str, Any]:
    return {
        "offering": vote.offering,
        "price": vote.where,
        "stands": vote.value,
        "starts_on": vote.starts_on,
        "by": [each.source for each in vote.sides if each.agrees],
        "says": side.value,
        "source": side.source,
        "seen_on": side.seen_on,
        "likely_cause": cause,
    }


def history(offering: Priced, as_json: o.AsJson = False, catalog: o.CatalogFile = None) -> int:
    """How the prices of OFFERING moved: each list with its day, what the day means, and who says so.

    Exit code 0: shown. 2: no such offering.
    """
    from capreg.errors import UnknownName

    whole = opened(catalog)
    held = whole.documents("offerings")
    if offering not in held:
        raise UnknownName("offering", offering, held, where="OFFERING")
    entries = sorted(
        held[offering].get("prices", ()), key=lambda entry: (entry.get("tier", "standard"), entry["starts_on"])
    )
    if as_json:
        page.write_json(json.dumps({"offering": offering, "prices": entries}, indent=2, ensure_ascii=False))
        return ANSWERED
    page.write(page.console(), *_told(offering, entries))
    return ANSWERED


def _told(offering: str, entries: Sequence[Mapping[str, Any]]) -> Iterator[RenderableType]:
    from rich.text import Text

    yield Text(offering, style="bold")
    if not entries:
        yield "no price is known"
        return
    names = ["from", "day is", "tier", "input", "output", "cache read", "more", "who says so"]
    table = page.columns(names, right=["input", "output", "cache read"])
    for entry in entries:
        shown = ("input", "output", "cache_read")
        rest = {"starts_on", "basis", "tier", "currency", "evidence", *shown}
        more = ", ".join(f"{name} {entry[name]}" for name in entry if name not in rest)
        who = ", ".join(_who(one) for one in entry.get("evidence", ()))
        table.add_row(entry["starts_on"], _MEANS[entry["basis"]], entry.get("tier", "standard"),
                      *(entry.get(unit, "–") for unit in shown), more, who)  # fmt: skip
    yield table
    for unit in ("input", "output"):
        line = _line(entries, unit)
        if line:
            yield f"{unit:<7} {line}"
    yield "US dollars per million tokens"


_MEANS = {"effective": "when it began", "observed": "when it was first seen"}


def _who(one: Mapping[str, Any]) -> str:
    says = ", ".join(f"{name} {value}" for name, value in (one.get("says") or {}).items())
    return f"{one['source']} {one['seen_on']}" + (f" (says {says})" if says else "")


def _line(entries: Sequence[Mapping[str, Any]], unit: str) -> str:
    """The standard tier's base rate over time, a bar a list: the tallest is the dearest."""
    values = [
        float(entry[unit])
        for entry in entries
        if unit in entry and entry.get("tier", "standard") == "standard" and "above_input_tokens" not in entry
    ]
    if len(values) < 2 or not max(values):
        return ""
    bars = "".join(_BARS[round(value / max(values) * (len(_BARS) - 1))] for value in values[-_BAR:])
    return f"{bars}  {values[0]:g} → {values[-1]:g}"


def sources(notice: AsNotice = False, as_json: o.AsJson = False, catalog: o.CatalogFile = None) -> int:
    """Where figures come from: publisher, licence, whether they may be passed on, and how much rests on each.

    Exit code 0: shown.
    """
    whole = opened(catalog)
    if notice:
        from capreg.source.notice import notice as noticed

        sys.stdout.write(noticed(whole))
        return ANSWERED
    used, newest = _uses(whole)
    documents = whole.documents("sources")
    if as_json:
        told = [
            {"id": key, **documents[key], "uses": used.get(key, 0), "newest": newest.get(key)}
            for key in sorted(documents)
        ]
        page.write_json(json.dumps(told, indent=2, ensure_ascii=False))
        return ANSWERED
    table = page.columns(["source", "publisher", "licence", "pass on", "family", "uses", "newest"], right=["uses"])
    for key in sorted(documents, key=lambda key: (-used.get(key, 0), key)):
        one = documents[key]
        table.add_row(key, one["publisher"], one["licence"], one["redistributable"], one["family"],
                      f"{used.get(key, 0):,}", newest.get(key, "–"))  # fmt: skip
    page.write(page.console(), table)
    return ANSWERED


def _uses(catalog: Catalog) -> tuple[dict[str, int], dict[str, str]]:
    """How often each source is named, and the newest day on which it was seen."""
    used: dict[str, int] = {}
    newest: dict[str, str] = {}
    for kind in catalog:
        for document in catalog.documents(kind).values() if kind != "sources" else ():
            for source, day in _named(document):
                used[source] = used.get(source, 0) + 1
                newest[source] = max(newest.get(source, ""), day)
    return used, {source: day for source, day in newest.items() if day}


def _named(value: Any) -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        if isinstance(value.get("source"), str):
            yield value["source"], value.get("seen_on") or value.get("measured_on") or value.get("last_seen_on") or ""
        for child in value.values():
            yield from _named(child)
    elif isinstance(value, list):
        for child in value:
            yield from _named(child)
