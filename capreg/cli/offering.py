"""An offering's sheet: whether it can still be had, what it can do, what it costs and cost, how fast it was seen."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from capreg.cli import page
from capreg.cli.parts import backend_part, headed, sightings_part
from capreg.cli.words import facts_of, level_words, said, value_words
from capreg.index import index_of
from capreg.index.columns import PRICED_UNITS
from capreg.resolver.provenance import age_days, price_provenance
from capreg.resolver.universe import is_retired, is_unlisted

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from rich.console import RenderableType

    from capreg.catalog import Catalog
    from capreg.resolver.moment import Moment

    Document = Mapping[str, Any]

__all__ = ["offering_sheet"]

_ELSEWHERE = ("capabilities", "prices", "lifecycle", "backend", "evidence")
_METRICS = ("ttft_ms", "first_answer_ms", "e2e_ms", "output_tps", "fast_output_tps")
_SHORT = {"ttft_ms": "TTFT", "first_answer_ms": "answer", "e2e_ms": "end", "output_tps": "tok/s"}
_SHORT["fast_output_tps"] = "tok/s, fast tail"
"""Percentiles of the fast tail are kept as a source gives them; they satisfy no bound."""
_CONDITIONS = ("n", "input_tokens", "output_tokens", "concurrency", "region", "quantization", "rate_basis")


def offering_sheet(catalog: Catalog, moment: Moment, key: str, document: Document) -> Iterator[RenderableType]:
    """Everything that is known of the offering `key`, but the evidence of the whole file."""
    yield _standing(catalog, moment, key, document)
    yield ""
    yield from facts_of(document, leaving_out=_ELSEWHERE)
    yield from _capabilities(catalog, document)
    yield from _prices(catalog, moment, document.get("prices", ()))
    yield from _measurements(catalog, moment, key)
    provider = catalog.documents("providers")[key.partition("/")[0]]
    own = document.get("backend")
    yield from backend_part(own or provider["backend"], whose="" if own else ", as all of its provider's")
    yield from sightings_part(catalog, key, "Last listed")


def _standing(catalog: Catalog, moment: Moment, key: str, document: Document) -> str:
    """Whether it can be had on the day, in one line."""
    index = index_of(catalog)
    row = index.offerings.index(key)
    lifecycle = document.get("lifecycle") or {}
    status, ends = lifecycle.get("status", "available"), lifecycle.get("retires_on")
    if is_retired(index, row, moment):
        words = f"retired{f' on {ends}' if ends else ''}"
    elif is_unlisted(index, row, moment):
        words = f"{status}, but no source lists it any more"
    else:
        words = f"{status} and listed{f', retires on {ends}' if ends else ''}"
    note = f" ({lifecycle['note']})" if "note" in lifecycle else ""
    return f"{words}, as of {moment.on}{note}"


def _capabilities(catalog: Catalog, document: Document) -> Iterator[RenderableType]:
    """Every capability that there is, whether anything is known of it or not."""
    facts = document.get("capabilities") or {}
    table = page.columns(["capability", "known", "features", "source"])
    notes = _Notes()
    for name, capability in sorted(catalog.documents("capabilities").items()):
        if capability.get("measure") == "context_tokens":
            known = document.get("context_tokens")
            table.add_row(name, "unknown" if known is None else f"{known:,} tokens", "–", "–")
            continue
        fact = facts.get(name)
        known = level_words(fact, len(capability.get("levels", ())))
        table.add_row(name, known, _features(fact, capability), "–" if fact is None else notes.mark(_sources(fact)))
    yield from headed("Capabilities", table, *notes)


def _features(fact: Document | None, capability: Document) -> str:
    known = (fact or {}).get("features") or {}
    impossible = (fact or {}).get("at_most") == 0
    told = {
        name: "no" if impossible else value_words(known.get(name, "unknown"))
        for name in capability.get("features") or {}
    }
    return ", ".join(f"{name} {word}" for name, word in sorted(told.items())) or "–"


def _sources(fact: Document) -> str:
    said_by = (
        f"{e['source']} {e['seen_on']}" + (f" says {said(e['says'])}" if e.get("says") else "")
        for e in fact.get("evidence", ())
    )
    return "; ".join(said_by) or "the evidence below"


def _prices(catalog: Catalog, moment: Moment, entries: Sequence[Document]) -> Iterator[RenderableType]:
    """The history, newest first."""
    if not entries:
        yield from headed("Prices", "unknown")
        return
    units = [unit for unit in PRICED_UNITS if any(unit in entry for entry in entries)]
    table = page.columns(["from", "for", *units, "source"], right=units)
    notes = _Notes()
    for entry in sorted(entries, key=_newest_first, reverse=True):
        who = notes.mark(_who(price_provenance(entry, catalog, moment)))
        rates = (entry.get(unit, "–") for unit in units)
        table.add_row(f"{entry['starts_on']} {entry['basis']}", _condition(entry), *rates, who)
    yield from headed("Prices, US dollars per million", table, *notes)


def _newest_first(entry: Document) -> tuple[str, bool, int]:
    return entry["starts_on"], entry.get("tier", "standard") == "standard", -entry.get("above_input_tokens", 0)


def _condition(entry: Document) -> str:
    words = [entry.get("tier", "standard")]
    if "above_input_tokens" in entry:
        mode = entry.get("tier_mode", "mode unknown").replace("_", " ")
        words.append(f"above {entry['above_input_tokens']:,} input tokens ({mode})")
    if "window" in entry:
        words.append(f"{entry['window']['start']} to {entry['window']['end']} UTC")
    words += [entry["currency"]] if entry.get("currency", "USD") != "USD" else []
    words += [f"free: {entry['free'].replace('_', ' ')}"] if "free" in entry else []
    return ", ".join(words)


def _who(provenance: Document) -> str:
    says = []
    for line in provenance["evidence"]:
        differs = f" says {said(line['says'])}" if "says" in line else ""
        says += [told] if (told := f"{line['source']} {line['seen_on']}{differs}") not in says else []
    confirmed = "two families agree on all of it" if provenance["confirmed"] else "no second family confirms all of it"
    return "; ".join([*says, confirmed])


def _measurements(catalog: Catalog, moment: Moment, key: str) -> Iterator[RenderableType]:
    """Every measurement, newest first, with its conditions."""
    index = index_of(catalog)
    row = index.offerings.index(key)
    places = range(index.column("measurement.from")[row], index.column("measurement.to")[row])
    documents = [catalog.documents("measurements")[index.texts("measurements")[place]] for place in places]
    if not documents:
        yield from headed("Measurements", "none")
        return
    metrics = [metric for metric in _METRICS if any(metric in document for document in documents)]
    table = page.columns(["measured on", *(_SHORT[metric] for metric in metrics), "source"])
    notes = _Notes()
    for document in sorted(documents, key=lambda document: str(document["measured_on"]), reverse=True):
        day = document["measured_on"]
        speeds = (_percentiles(document, metric) for metric in metrics)
        table.add_row(f"{day} ({age_days(day, moment)} d)", *speeds, notes.mark(_conditions(document)))
    yield from headed("Measurements, in ms and tokens per second", table, *notes)


def _percentiles(document: Document, metric: str) -> str:
    limit = ("≥" if metric == "output_tps" else "≤") if "slowest_of" in document else ""
    return "\n".join(f"{p} {limit}{value}" for p, value in sorted((document.get(metric) or {}).items())) or "–"


def _conditions(document: Document) -> str:
    """Who measured, where the clock stood, and what else is stated of the measurement."""
    told = [f"{document['source']}: {document['kind'].replace('_', ' ')}", f"{document['vantage']} vantage"]
    told += [f"{document['tier']} tier"] if document.get("tier", "standard") != "standard" else []
    told += [f"{name} {value_words(document[name])}" for name in _CONDITIONS if name in document]
    told += [f"each figure of the slowest of {document['slowest_of']} hosts"] if "slowest_of" in document else []
    told += [f"over {document['window_s']:,} s"] if "window_s" in document else []
    told += [f"uptime {document['uptime_percent']} %"] if "uptime_percent" in document else []
    return ", ".join(told + ([document["note"]] if "note" in document else []))


class _Notes:
    """Footnotes of a table: equal words share a number."""

    def __init__(self) -> None:
        self._places: dict[str, int] = {}

    def mark(self, words: str) -> str:
        """The number that stands for `words`."""
        return f"[{self._places.setdefault(words, len(self._places) + 1)}]"

    def __iter__(self) -> Iterator[str]:
        return (f"[{place}] {words}" for words, place in self._places.items())
