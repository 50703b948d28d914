"""Where limits and capabilities can be read: of offerings that are new, or whose facts or evidence changed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from capreg.catalog import Catalog

__all__ = ["LIMITS", "Page", "pages"]

LIMITS = ("context_tokens", "max_input_tokens", "max_output_tokens", "quantization")
"""What an offering takes and gives, and in which number format: facts without a table of their own."""
_Document = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One source that speaks for facts of an offering, and its page."""

    offering: str
    facts: tuple[str, ...]
    """Keys of the offering's file: limits, the quantization, capabilities."""
    changed: bool
    """Whether these facts are new or differ; else only who speaks for them does."""
    source: str
    seen_on: str
    url: str | None
    """None where the evidence names its source only."""


def pages(base: Catalog, head: Catalog, offering: str) -> Iterator[Page]:
    """Who speaks for the facts of `offering` that `base` does not have so, or not by them; changed facts come first.

    Of several the newest with an address is named, of those that are new where there are any. Who says otherwise
    speaks for nothing.
    """
    old: _Document = base.documents("offerings").get(offering) or {}
    new = head.documents("offerings")[offering]
    groups: dict[tuple[bool, str, str, str | None], list[str]] = {}
    for fact, value in _facts(new):
        changed = value != dict(_facts(old)).get(fact)
        told, before = _speaking(new, fact), _speaking(old, fact)
        come = [one for one in told if one not in before]
        if told and (changed or come):
            best = max(come or told, key=lambda one: (one[2] is not None, one[1]))
            groups.setdefault((not changed, *best), []).append(fact)
    for (stands, source, seen_on, url), facts in sorted(groups.items(), key=lambda group: (group[0][0], group[1])):
        yield Page(offering=offering, facts=tuple(facts), changed=not stands, source=source, seen_on=seen_on, url=url)


def _facts(document: _Document) -> Iterator[tuple[str, object]]:
    yield from ((name, document[name]) for name in LIMITS if name in document)
    for name, fact in sorted((document.get("capabilities") or {}).items()):
        yield f"capabilities.{name}", {key: value for key, value in fact.items() if key != "evidence"}


def _speaking(document: _Document, fact: str) -> Sequence[tuple[str, str, str | None]]:
    """(source, day, address) of the evidence for `fact`: its own where it has any, else what the file has for it.

    What names the fact comes before what speaks for all of them.
    """
    kind, _, name = fact.partition(".")
    own = ((document.get(kind) or {}).get(name) or {}).get("evidence", ()) if name else ()
    whole = [one for one in document.get("evidence", ()) if _is_of(one, fact) and fact not in one.get("says", ())]
    told = [one for one in own if "says" not in one] or sorted(whole, key=lambda one: not one.get("facts"))
    return [(str(one["source"]), str(one["seen_on"]), one.get("url")) for one in told]


def _is_of(evidence: _Document, fact: str) -> bool:
    named = evidence.get("facts", ())
    return not named or any(fact == one or fact.startswith(f"{one}.") for one in named)
