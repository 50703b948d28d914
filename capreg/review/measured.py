"""Rows of measurements that are new or gone, with what a reviewer asks of them. It judges nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from capreg.catalog import Catalog

__all__ = ["Measured", "measured"]

Change = Literal["new", "gone"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """A row of a table of measurements that only one side has. A row that changed is one that is gone and a new one."""

    id: str
    change: Change
    offering: str
    source: str
    kind: str
    """What kind of evidence it is."""
    vantage: str
    measured_on: str
    tier: str
    n: int | None
    input_tokens: int | None
    output_tokens: int | None
    concurrency: int | None
    region: str | None
    quantization: str | None
    ttft_ms: Mapping[str, str]
    """By percentile, milliseconds; so the next two."""
    first_answer_ms: Mapping[str, str]
    e2e_ms: Mapping[str, str]
    output_tps: Mapping[str, str]
    """By percentile, the slow side, tokens per second."""
    fast_output_tps: Mapping[str, str]
    """The same, the fast side."""


def measured(base: Catalog, head: Catalog, *, gone: Iterable[str], new: Iterable[str]) -> Iterator[Measured]:
    """The rows that are `gone` from `base` and `new` in `head`, in order of offering and source, the gone first."""
    rows = [_row(base, key, "gone") for key in gone] + [_row(head, key, "new") for key in new]
    yield from sorted(rows, key=lambda row: (row.offering, row.source, row.change, row.measured_on, row.id))


def _row(catalog: Catalog, key: str, change: Change) -> Measured:
    document = catalog.documents("measurements")[key]
    return Measured(
        id=key,
        change=change,
        offering=document["offering"],
        source=document["source"],
        kind=document["kind"],
        vantage=document["vantage"],
        measured_on=document["measured_on"],
        tier=document.get("tier", "standard"),
        n=document.get("n"),
        input_tokens=document.get("input_tokens"),
        output_tokens=document.get("output_tokens"),
        concurrency=document.get("concurrency"),
        region=document.get("region"),
        quantization=document.get("quantization"),
        ttft_ms=document.get("ttft_ms") or {},
        first_answer_ms=document.get("first_answer_ms") or {},
        e2e_ms=document.get("e2e_ms") or {},
        output_tps=document.get("output_tps") or {},
        fast_output_tps=document.get("fast_output_tps") or {},
    )
