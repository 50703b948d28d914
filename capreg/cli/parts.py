"""Parts that sheets of several kinds share: headings, evidence, backends, sightings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from capreg.cli.words import said

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from rich.console import RenderableType

    from capreg.catalog import Catalog

    Document = Mapping[str, Any]

__all__ = ["backend_part", "evidence_lines", "headed", "sightings_part"]


def headed(heading: str, *parts: RenderableType) -> Iterator[RenderableType]:
    """`parts` under a heading; nothing where there are none."""
    from rich.text import Text

    if parts:
        yield ""
        yield Text(heading, style="bold")
        yield from parts


def evidence_lines(evidence: Sequence[Document]) -> Iterator[str]:
    """Who says so: one source a line, with what it speaks for and where it differs."""
    for entry in evidence:
        kind = f" ({entry['kind'].replace('_', ' ')})" if "kind" in entry else ""
        facts = f" for {', '.join(entry['facts'])}" if entry.get("facts") else ""
        differs = f"; says {said(entry['says'])}" if entry.get("says") else ""
        yield f"{entry['source']}, {entry['seen_on']}{kind}{facts}{differs}"
        yield from (f"    {entry[name]}" for name in ("url", "note") if name in entry)


def backend_part(backend: Document, *, whose: str) -> Iterator[RenderableType]:
    """What requests run on, how that is known, and who says so."""
    grade = {"vendor_stated": "stated by the vendor", "inferred": "inferred, not proven", "undisclosed": "undisclosed"}
    chips = ", ".join(backend.get("accelerators", ()))
    lines = [f"{chips}: {grade[backend['grade']]}" if chips else grade[backend["grade"]]]
    lines += [backend["note"]] if "note" in backend else []
    yield from headed(f"Runs on{whose}", *lines, *evidence_lines(backend.get("evidence", ())))


def sightings_part(catalog: Catalog, subject: str, heading: str) -> Iterator[RenderableType]:
    """The last day on which each source listed `subject`."""
    seen = catalog.documents("sightings")
    days = [(s, seen[f"{s}/{subject}"]) for s in sorted(catalog.documents("sources")) if f"{s}/{subject}" in seen]
    if days:
        yield from headed(heading, *(f"{sighting['last_seen_on']} by {source}" for source, sighting in days))
