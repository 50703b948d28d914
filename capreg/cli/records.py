"""`capreg list`, `capreg dump`, `capreg lookup`: what the catalog holds, by kind, as JSON lines, and by name."""

from __future__ import annotations

import json
import sys
from collections import Counter
from typing import TYPE_CHECKING, Annotated, Any

import typer

from capreg.cli import options as o
from capreg.cli import page
from capreg.cli.failure import ANSWERED, FINDING, warn
from capreg.cli.shelf import opened

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from capreg.catalog import Catalog

    Document = Mapping[str, Any]
    Column = tuple[str, Callable[[Document], Any]]

__all__ = ["dump_records", "list_records", "lookup"]

Kind = Annotated[
    str,
    typer.Argument(
        metavar="KIND",
        help="accelerators, benchmarks, capabilities, corrections, deployments, engines, measurements, models, "
        "offerings, providers, qualities, rentals, scores, sightings, skills, sources.",
        show_default=False,
    ),
]
LookedUp = Annotated[
    str, typer.Argument(metavar="NAME", help="An id, an alias or a wire id, exactly.", show_default=False)
]


def list_records(kind: Kind, as_json: o.AsJson = False, catalog: o.CatalogFile = None) -> int:
    """What records of KIND there are: the id and a few facts of each, in order of id."""
    documents = opened(catalog).documents(kind)
    told = _COLUMNS[kind]
    if as_json:
        rows = [{"id": key, **{name: of(documents[key]) for name, of in told}} for key in sorted(documents)]
        page.write_json(json.dumps(rows, indent=2, ensure_ascii=False))
        return ANSWERED
    cells = [[key, *(_cell(of(documents[key])) for _, of in told)] for key in sorted(documents)]
    page.write_rows(["id", *(name for name, _ in told)], cells)
    return ANSWERED


def dump_records(kind: Kind, catalog: o.CatalogFile = None) -> int:
    """Every record of KIND as one line of JSON with its id, in order of id; quality is short for qualities."""
    from capreg.catalog import canonical

    documents = opened(catalog).documents("qualities" if kind == "quality" else kind)
    page.speak_utf8()
    for key in sorted(documents):
        sys.stdout.write(f"{canonical({'id': key, **documents[key]})}\n")
    return ANSWERED


def lookup(name: LookedUp, catalog: o.CatalogFile = None) -> int:
    """Which records NAME names, exactly: by id, name, alias in a source, or wire id; and which models these serve.

    Exit code 0: found. 1: nothing has that name; names like it are offered, and none is taken.
    """
    from capreg.finding import nearest, shorten

    whole = opened(catalog)
    found: dict[tuple[str, str], list[str]] = {}
    for known, kind, key, how in _names(whole):
        if known == name:
            found.setdefault((kind, key), []).append(how)
    for model, count in _served(whole, found).items():
        served = "the offering" if count == 1 else f"{count} offerings"
        found.setdefault(("models", model), []).append(f"the model of {served} of that name")
    if found:
        page.write_rows(["kind", "id", "because"], [(*place, ", ".join(how)) for place, how in sorted(found.items())])
        return ANSWERED
    near = nearest(name, {known for known, *_ in _names(whole)})
    lines = [
        f"error: nothing has the name {shorten(name)!r}",
        f"  {'expected':<9} an id, an alias or a wire id, exactly",
    ]
    if near:
        lines.append(f"  {'hint':<9} did you mean {' or '.join(map(repr, near))}?")
    warn("\n".join(lines))
    return FINDING


def _served(catalog: Catalog, found: Iterable[tuple[str, str]]) -> Counter[str]:
    """How many of the offerings that were found serve each model."""
    offerings = catalog.documents("offerings")
    return Counter(offerings[key]["model"] for kind, key in found if kind == "offerings" and "model" in offerings[key])


def _names(catalog: Catalog) -> Iterator[tuple[str, str, str, str]]:
    """Every name by which a record can be found, with the record's kind and id, and what kind of name it is."""
    from capreg.source.layout import TABLES

    for kind in catalog:
        if kind in TABLES:
            continue
        for key, document in catalog.documents(kind).items():
            yield key, kind, key, "its id"
            if kind == "models":
                yield key.partition("/")[2], kind, key, "its name at its lab"
                yield document["name"], kind, key, "its name"
            if "wire_id" in document:
                yield document["wire_id"], kind, key, "its wire id"
            for source, names in (document.get("aliases") or {}).items():
                yield from ((alias, kind, key, f"its name at {source}") for alias in names)


def _cell(value: Any) -> str:
    if value is None:
        return "–"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def _key(name: str, default: Any = None) -> Column:
    return name, lambda document: document.get(name, default)


_COLUMNS: dict[str, tuple[Column, ...]] = {
    "accelerators": (
        *(_key(name) for name in ("name", "maker", "kind", "status")),
        *(_key(name) for name in ("memory_bytes", "memory_bandwidth_bytes_per_s", "tdp_watts")),
    ),
    "benchmarks": (_key("name"), _key("source"), _key("capability"), _key("scale")),
    "capabilities": (
        _key("name"),
        ("levels", lambda document: len(document.get("levels", ()))),
        ("features", lambda document: sorted(document.get("features") or ())),
    ),
    "corrections": (("refuted", lambda document: len(document["refuted"])),),
    "deployments": (
        *(_key(name) for name in ("model", "accelerator", "chips", "engine", "weights", "scenario", "concurrency")),
        *(_key(name) for name in ("input_tokens", "output_tokens", "output_tps", "measured_on")),
    ),
    "engines": (_key("name"), _key("maker")),
    "measurements": (
        _key("offering"),
        _key("source"),
        _key("measured_on"),
        ("ttft_ms_p50", lambda document: (document.get("ttft_ms") or {}).get("p50")),
        ("output_tps_p50", lambda document: (document.get("output_tps") or {}).get("p50")),
        _key("slowest_of"),
    ),
    "models": (_key("name"), _key("lab"), _key("open_weights"), _key("released_on")),
    "offerings": (
        _key("model"),
        _key("context_tokens"),
        ("status", lambda document: (document.get("lifecycle") or {}).get("status", "available")),
    ),
    "providers": (
        _key("name"),
        _key("kind"),
        ("backend", lambda document: document["backend"]["grade"]),
        ("accelerators", lambda document: list(document["backend"].get("accelerators", ()))),
    ),
    "qualities": (
        _key("model"),
        _key("effort"),
        _key("capability"),
        *(_key(name) for name in ("estimate", "low", "high", "status", "benchmarks", "sources", "scores")),
    ),
    "rentals": tuple(
        _key(name) for name in ("accelerator", "market", "usd_per_hour", "chips", "seller", "region", "seen_on")
    ),
    "scores": tuple(_key(name) for name in ("benchmark", "model", "effort", "value", "n", "self_reported", "seen_on")),
    "sightings": (_key("last_seen_on"),),
    "skills": (_key("name"), _key("requires")),
    "sources": (_key("title"), _key("licence"), _key("family")),
}
"""What `list` tells of each kind beside the id."""
