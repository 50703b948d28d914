"""`capreg roofline`: the most that a model can do on so many chips, by memory and arithmetic alone."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated, Any

import typer

from capreg.cli import options as o
from capreg.cli import page
from capreg.cli.failure import ANSWERED
from capreg.cli.shelf import opened

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from rich.console import RenderableType

    from capreg.catalog import Catalog
    from capreg.resolver.roofline import Limit

__all__ = ["roofline"]

_BATCHES = (1, 4, 16, 64, 256)

Model = Annotated[str, typer.Option("--model", metavar="ID", help="The model.", show_default=False)]
Chip = Annotated[str, typer.Option("--accelerator", metavar="ID", help="The chip.", show_default=False)]
Count = Annotated[int, typer.Option("--count", min=1, help="How many chips share the model.")]
Precision = Annotated[str, typer.Option(help="The number format of the weights: fp4, fp8, int8, bf16 or fp16.")]
Batch = Annotated[int | None, typer.Option(min=1, help="Requests in flight.", show_default="1, 4, 16, 64, 256")]
Context = Annotated[int, typer.Option(min=0, help="Tokens that each request has so far.")]


def roofline(
    model: Model,
    accelerator: Chip,
    *,
    count: Count = 1,
    precision: Precision = "fp8",
    batch: Batch = None,
    context: Context = 1000,
    as_json: o.AsJson = False,
    catalog: o.CatalogFile = None,
) -> int:
    """The most that a model can do on so many chips, by memory and arithmetic alone, whatever the software.

    Without speculative decoding, with keys and values at one byte, and nothing lost between chips. What does not fit
    into the memory of the chips has no rate.

    Exit code 0: shown. 2: no such model, chip or format, one whose figures are not known, or a chip that is only
    announced.
    """
    from capreg.errors import InvalidArgument, UnknownName
    from capreg.resolver.roofline import BYTES, arithmetic_of, limit_of

    whole = opened(catalog)
    if precision not in BYTES:
        raise UnknownName("number format", precision, BYTES, where="--precision")
    architecture, chip = _known(whole, model, accelerator)
    batches = _BATCHES if batch is None else (batch,)
    limits = [
        limit_of(architecture, chip, chips=count, precision=precision, batch=size, context=context) for size in batches
    ]
    found = [limit for limit in limits if limit is not None]
    if not found:
        raise InvalidArgument(
            "what the chip can do is not known", where="--accelerator", found=accelerator,
            expected="a chip with a bandwidth, or dense operations per second",
        )  # fmt: skip
    computed = arithmetic_of(chip, precision)
    if as_json:
        page.write_json(json.dumps([{**_told(limit), "arithmetic": computed} for limit in found], indent=2))
        return ANSWERED
    title = f"{model} in {precision} on {count} × {accelerator}, {context:,} tokens of context"
    page.write(page.console(), *_parts(title, found), *_notes(found[0], chip, precision, computed))
    return ANSWERED


def _known(catalog: Catalog, model: str, accelerator: str) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    from capreg.errors import InvalidArgument, UnknownName

    models, chips = catalog.documents("models"), catalog.documents("accelerators")
    if accelerator not in chips:
        raise UnknownName("accelerator", accelerator, chips, where="--accelerator")
    if model not in models:
        raise UnknownName("model", model, models, where="--model")
    if chips[accelerator].get("status") == "announced":
        raise InvalidArgument(
            "the chip is only announced", where="--accelerator", found=accelerator,
            expected="a chip that somebody can run on",
            hint="what its maker says of it stands in `capreg show`; no figure is made from it",
        )  # fmt: skip
    architecture = models[model].get("architecture")
    if architecture is None:
        known = sorted(name for name, document in models.items() if "architecture" in document)
        raise InvalidArgument(
            "the model's size and shape are not known", where="--model", found=model, expected=", ".join(known)
        )
    return architecture, chips[accelerator]


def _parts(title: str, limits: list[Limit]) -> Iterator[RenderableType]:
    from rich.text import Text

    yield Text(title, style="bold")
    names = ["in flight", "tok/s a request", "output tok/s a chip", "weights read", "cache a request", "held", "fits"]
    table = page.columns(names, right=names[:6])
    for limit in limits:
        runs = limit.fits is not False
        table.add_row(
            str(limit.batch),
            f"{limit.per_request:,.0f}" if runs else "–",
            f"{limit.per_chip:,.0f}" if runs else "–",
            f"{limit.weight_bytes / 1e9:,.1f} GB",
            f"{limit.cache_bytes / 1e6:,.1f} MB",
            f"{limit.held_bytes / 1e9:,.1f} GB",
            {True: "yes", False: "no", None: "–"}[limit.fits],
        )
    yield table


def _notes(limit: Limit, chip: Mapping[str, Any], precision: str, computed: str | None) -> Iterator[str]:
    """What the rows rest on."""
    yield "at most; without speculative decoding, keys and values at one byte, nothing lost between chips"
    if limit.memory_bytes is not None:
        room = "" if limit.most_requests is None else f", room for {limit.most_requests:,} such requests at most"
        yield f"memory of all chips: {limit.memory_bytes / 1e9:,.1f} GB{room}"
    if computed is None:
        yield "the chip's operations per second are not known: by bandwidth alone"
    elif computed != precision:
        yield f"no {precision} arithmetic is known of the chip: computed in {computed}, its fastest"
    if not chip.get("memory_bandwidth_bytes_per_s"):
        yield "the chip's bandwidth is not known: by operations alone"


def _told(limit: Limit) -> dict[str, Any]:
    return {
        "batch": limit.batch,
        "chips": limit.chips,
        "output_tps_per_request": None if limit.fits is False else limit.per_request,
        "output_tps_per_chip": None if limit.fits is False else limit.per_chip,
        "step_ms": limit.step_s * 1000,
        "weight_bytes": limit.weight_bytes,
        "cache_bytes_per_request": limit.cache_bytes,
        "held_bytes": limit.held_bytes,
        "memory_bytes": limit.memory_bytes,
        "most_requests": limit.most_requests,
        "fits": limit.fits,
    }
