"""A record as a sheet: facts first, then what belongs to its kind, then who says so."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING, Any, get_args

from capreg.cli.offering import offering_sheet
from capreg.cli.parts import backend_part, evidence_lines, headed, sightings_part
from capreg.cli.words import facts_of
from capreg.domain.vocabulary import Market
from capreg.source.layout import SINGULAR

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from rich.console import RenderableType

    from capreg.catalog import Catalog
    from capreg.resolver.moment import Moment

    Document = Mapping[str, Any]
    Parts = Iterator[RenderableType]

__all__ = ["Sheets"]

_MOST_IDS = 40


class Sheets:
    """Sheets of the records of one catalog, as they stand at one moment."""

    def __init__(self, catalog: Catalog, moment: Moment) -> None:
        self.catalog = catalog
        self.moment = moment

    def of(self, kind: str, key: str) -> list[RenderableType]:
        """The sheet of the record `key` of `kind`."""
        from rich.text import Text

        document = _in_order(kind, self.catalog.documents(kind)[key])
        title = Text(f"{SINGULAR[kind]} {key}", style="bold")
        own: dict[str, Callable[[str, Document], Parts]] = {
            "accelerators": self._accelerator,
            "capabilities": self._capability,
            "models": self._model,
            "offerings": self._offering,
            "providers": self._provider,
            "sources": self._source,
        }
        return [
            title,
            *own.get(kind, self._plain)(key, document),
            *headed("Evidence", *evidence_lines(document.get("evidence", ()))),
        ]

    def _plain(self, key: str, document: Document) -> Parts:
        del key
        yield from facts_of(document, leaving_out=("evidence",))

    def _offering(self, key: str, document: Document) -> Parts:
        yield from offering_sheet(self.catalog, self.moment, key, document)

    def _accelerator(self, key: str, document: Document) -> Parts:
        yield from facts_of(document, leaving_out=("evidence",))
        users = self.catalog.documents("providers").items()
        stated = [name for name, provider in users if key in provider["backend"].get("accelerators", ())]
        yield from headed("Providers that run on it, as stated or inferred", _names(stated))
        yield from headed("Dollars by the hour", *(self._rents(key) or ["nobody is known to rent it out"]))
        yield from headed("Measured operating points", *(self._measured(key) or ["none"]))

    def _rents(self, key: str) -> list[str]:
        """What the chip costs, a line a market: the median of what sellers asked last."""
        from capreg.resolver.machines import rents_of

        lines = []
        for market in get_args(Market):
            rent = rents_of(self.catalog, market, day=self.moment.on.isoformat()).get(key)
            if rent is not None:
                sellers = "one seller" if rent.sellers == 1 else f"median of {rent.sellers} sellers"
                sellers = "an owner of middling size" if market == "ownership" else sellers
                lines.append(f"{market}: {rent.usd_per_hour:.4g}, {sellers}, to {rent.newest}")
        return lines

    def _measured(self, key: str) -> list[str]:
        """On what it was measured by the day, a line a model."""
        days: dict[str, list[str]] = {}
        for point in self.catalog.documents("deployments").values():
            if point["accelerator"] == key and point["measured_on"] <= self.moment.on.isoformat():
                days.setdefault(point["model"], []).append(point["measured_on"])
        return [f"{model}: {len(seen):,}, newest {max(seen)}" for model, seen in sorted(days.items())]

    def _model(self, key: str, document: Document) -> Parts:
        yield from facts_of(document, leaving_out=("evidence", "aliases"))
        yield from _aliases(document)
        offerings = self.catalog.documents("offerings").items()
        yield from headed("Offerings", _names([name for name, offering in offerings if offering.get("model") == key]))

    def _provider(self, key: str, document: Document) -> Parts:
        yield from facts_of(document, leaving_out=("evidence", "aliases", "backend"))
        yield from backend_part(document["backend"], whose="")
        yield from _aliases(document)
        yield from headed(
            "Offerings", _names([n for n in self.catalog.documents("offerings") if n.startswith(f"{key}/")])
        )
        yield from sightings_part(self.catalog, key, "Read in full")

    def _source(self, key: str, document: Document) -> Parts:
        yield from facts_of(document, leaving_out=("kinds",))
        yield from headed("Kind of evidence", *facts_of(document["kinds"], leaving_out=()))
        days = [s["last_seen_on"] for s in self.catalog.documents("sightings").values() if s["source"] == key]
        if days:
            yield from headed("Sightings", f"{len(days):,} subjects, last on {max(days)}")

    def _capability(self, key: str, document: Document) -> Parts:
        del key
        yield from facts_of(document, leaving_out=("levels", "features"))
        for number, level in enumerate(document.get("levels", ()), start=1):
            yield from headed(f"Level {number}", level["definition"], *_flags(level))
        for name, feature in sorted((document.get("features") or {}).items()):
            yield from headed(f"Feature {name}", feature["definition"], *_flags(feature))


def _in_order(kind: str, document: Document) -> Document:
    """`document` with its keys in the order in which the record declares them, which is the order to read them in."""
    from capreg.schema import KINDS as RECORDS

    declared = [field.name for field in fields(RECORDS[kind])]
    return {name: document[name] for name in declared if name in document}


def _flags(document: Document) -> list[str]:
    return [
        f"{source}: {flag['name']}" + (f" ({flag['note']})" if "note" in flag else "")
        for source, flag in sorted((document.get("flags") or {}).items())
    ]


def _aliases(document: Document) -> Iterator[RenderableType]:
    aliases = document.get("aliases") or {}
    lines = [f"{source}: {', '.join(names)}" for source, names in sorted(aliases.items())]
    yield from headed("Names elsewhere", *lines)


def _names(ids: Sequence[str]) -> str:
    shown = "\n".join(sorted(ids)[:_MOST_IDS])
    return f"{shown}\nand {len(ids) - _MOST_IDS} more" if len(ids) > _MOST_IDS else shown or "none"
