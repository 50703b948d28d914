"""Drawing `capreg compare`: what one request sees against what a million output tokens cost, a colour a chip."""

from __future__ import annotations

from typing import TYPE_CHECKING

from capreg.errors import CapregError, InvalidArgument

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from capreg.resolver.machines import Point, Rent, Shape

__all__ = ["plotted"]

_FORMATS = (".png", ".svg", ".pdf")


def plotted(file: Path, model: str, market: str, points: Sequence[Point], rents: Mapping[str, Rent]) -> str:
    """Draws the points that have a speed and a price, of the class that most of them are in; says what is drawn.

    Raises:
        InvalidArgument: another kind of file, or nothing to draw.
        CapregError: the drawing library is not installed.
    """
    if file.suffix not in _FORMATS:
        raise InvalidArgument(
            "a drawing has another ending", where="--plot", found=file.name, expected=", ".join(_FORMATS)
        )
    drawn = [
        point for point in points if point.per_request and point.per_chip and point.document["accelerator"] in rents
    ]
    if not drawn:
        raise InvalidArgument(
            "there is nothing to draw",
            where="--plot",
            expected="points with a rate by request, one by chip, and a price",
            hint="another --market may have prices",
        )
    shapes = [point.shape for point in drawn]
    shape = max(sorted(set(shapes), key=str), key=shapes.count)
    _draw(file, f"{model}, {_words(shape)}, {market.replace('_', ' ')}", [p for p in drawn if p.shape == shape], rents)
    return f"{file}: {shapes.count(shape)} points of {_words(shape)}"


def _words(shape: Shape) -> str:
    return shape.dataset or f"{shape.input_tokens} + {shape.output_tokens} tokens"


def _draw(file: Path, title: str, points: Sequence[Point], rents: Mapping[str, Rent]) -> None:
    try:
        from matplotlib.figure import Figure
    except ImportError as missing:
        raise CapregError("drawing needs matplotlib", where="--plot", hint="pip install 'capreg[plot]'") from missing
    figure = Figure(figsize=(9, 6), layout="constrained")
    axes = figure.subplots()
    for chip in sorted({point.document["accelerator"] for point in points}):
        of_chip = [point for point in points if point.document["accelerator"] == chip]
        speeds = [point.per_request or 0.0 for point in of_chip]
        costs = [point.usd_per_million(rents[chip]) or 0.0 for point in of_chip]
        axes.scatter(speeds, costs, label=chip, s=18, alpha=0.8)
    axes.set(title=title, xscale="log", yscale="log")
    axes.set(xlabel="output tokens per second that a request sees", ylabel="US dollars per million output tokens")
    axes.grid(visible=True, which="both", alpha=0.2)
    axes.legend()
    figure.savefig(file)
