"""Small catalogs for tests, written fact by fact. Not sample data: nothing here claims to be true of anybody."""

from __future__ import annotations

from typing import Any

from capreg import schema
from capreg.catalog import Catalog

Document = dict[str, Any]

AS_OF = "2026-11-22"
SEEN = [{"source": "list", "seen_on": "2026-09-30"}]


def capability(levels: int = 2, *features: str, **facts: Any) -> Document:
    """A capability with that many levels and these features."""
    return {
        "name": "A capability",
        "definition": "What it is.",
        "levels": [{"definition": f"Level {n}."} for n in range(1, levels + 1)],
        "features": {name: {"definition": f"What {name} is."} for name in features},
        **facts,
    }


CAPABILITIES = {
    "tool_use": capability(2, "parallel"),
    "reasoning": capability(2, "optional"),
    "vision": capability(1),
    "structured_output": capability(2),
    "prompt_caching": capability(1),
    "long_context": capability(0, measure="context_tokens", bare=128_000),
}


def price(input_rate: str | None = "1", output_rate: str | None = "2", **facts: Any) -> Document:
    """A price entry that starts early in 2026."""
    entry: Document = {"starts_on": "2026-01-01", "basis": "observed", "evidence": SEEN}
    if input_rate is not None:
        entry["input"] = input_rate
    if output_rate is not None:
        entry["output"] = output_rate
    return {**entry, **facts}


def offering(*prices: Document, **facts: Any) -> Document:
    """An offering that fits any usual call, calls tools, and never reasons."""
    return {
        "wire_id": "wire",
        "model": "lab/open",
        "context_tokens": 200_000,
        "max_output_tokens": 8_000,
        "capabilities": {"tool_use": {"at_least": 2}, "reasoning": {"at_most": 0}},
        "prices": list(prices) or [price()],
        "evidence": SEEN,
        **facts,
    }


def provider(**facts: Any) -> Document:
    """A provider that says nothing of its hardware."""
    return {
        "name": "A provider",
        "kind": "host",
        "docs_url": "https://provider.example/docs",
        "keys": ["PROVIDER_KEY"],
        "backend": {"grade": "undisclosed"},
        "evidence": SEEN,
        **facts,
    }


def measured(offering_id: str, **facts: Any) -> Document:
    """Router telemetry of May 2026."""
    return {
        "offering": offering_id,
        "source": "router",
        "kind": "router_telemetry",
        "vantage": "router",
        "measured_on": "2026-05-18",
        **facts,
    }


def source(family: str, **facts: Any) -> Document:
    """A source of that family."""
    return {
        "publisher": family,
        "title": family,
        "url": f"https://{family}.example/",
        "licence": "MIT",
        "attribution": family,
        "redistributable": "yes",
        "family": family,
        "kinds": {},
        **facts,
    }


def catalog(offerings: dict[str, Document], measurements: list[Document] | None = None, **kinds: Any) -> Catalog:
    """A catalog of these offerings, with a provider for each prefix, two models and two chips."""
    documents: dict[str, dict[str, Document]] = {
        "capabilities": CAPABILITIES,
        "providers": {name.partition("/")[0]: provider() for name in offerings},
        "models": {
            "lab/open": {"name": "Open", "lab": "lab", "open_weights": True, "evidence": SEEN},
            "other/closed": {"name": "Closed", "lab": "other", "open_weights": False, "evidence": SEEN},
        },
        "accelerators": {"chip-a": {}, "chip-b": {}},
        "sources": {"list": source("list", lists_offerings=True), "router": source("router")},
        "offerings": offerings,
        "measurements": {f"table/{n}": document for n, document in enumerate(measurements or [], start=1)},
    }
    for kind, extra in kinds.items():
        documents[kind] = {**documents.get(kind, {}), **extra}
    return Catalog("2026.11.22", documents, decode=schema.record)
