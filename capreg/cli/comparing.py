"""`capreg compare`: one model on one's own machines and at providers, side by side, within comparable classes."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple

import typer

from capreg.cli import options as o
from capreg.cli import page
from capreg.cli.failure import ANSWERED
from capreg.cli.shelf import opened

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from rich.console import RenderableType

    from capreg.catalog import Catalog
    from capreg.resolver.candidate import Candidate
    from capreg.resolver.machines import Point, Rent, Shape

__all__ = ["compare"]

_EVERYBODY = "long_context>=1"
_MARKETS = ("on_demand", "spot", "reserved", "marketplace", "ownership")

Model = Annotated[str, typer.Option("--model", metavar="ID", help="The model.", show_default=False)]
Chips = Annotated[list[str] | None, typer.Option("--accelerator", metavar="ID", help="Only this chip; repeatable.")]
Hosts = Annotated[
    list[str] | None, typer.Option("--provider", metavar="ID", help="Of hosted offerings only these; repeatable.")
]
InFlight = Annotated[int | None, typer.Option("--concurrency", min=1, help="Only points with so many in flight.")]
LeastRate = Annotated[
    float | None, typer.Option("--min-output-tps", help="The least output tokens per second that one request sees.")
]
Longest = Annotated[float | None, typer.Option("--max-latency-ms", help="The longest median time to first token.")]
InputLength = Annotated[int | None, typer.Option("--input-tokens", min=1, help="The class: mean input length.")]
OutputLength = Annotated[int | None, typer.Option("--output-tokens", min=1, help="The class: mean output length.")]
MarketName = Annotated[str, typer.Option("--market", help=f"How machines are had: {', '.join(_MARKETS)}. Never mixed.")]
Seller = Annotated[
    str | None,
    typer.Option(help="Only this seller's prices; for ownership hyperscaler, neocloud (default) or retail."),
]
PlotFile = Annotated[
    Path | None,
    typer.Option("--plot", metavar="FILE", help="Draw speed against cost into this file: .png, .svg or .pdf."),
]
Demand = Annotated[
    float | None,
    typer.Option("--requests-per-second", help="The demand: machines are rounded up for it, with a fifth to spare."),
]


def compare(  # noqa: PLR0917  the options of a command
    model: Model,
    accelerator: Chips = None,
    provider: Hosts = None,
    concurrency: InFlight = None,
    min_output_tps: LeastRate = None,
    max_latency_ms: Longest = None,
    input_tokens: InputLength = None,
    output_tokens: OutputLength = None,
    market: MarketName = "on_demand",
    seller: Seller = None,
    requests_per_second: Demand = None,
    plot: PlotFile = None,
    as_of: o.AsOf = None,
    as_json: o.AsJson = False,
    catalog: o.CatalogFile = None,
) -> int:
    """One model on machines of one's own and at providers: tokens per second, and dollars per million tokens.

    For each machine the measured point with the highest rate per chip that meets the bounds. Points are compared with
    those of the same lengths and way of asking only, and what a vendor claims is no point. With --plot every point is
    drawn: what a request sees against what a million tokens cost.

    Exit code 0: shown. 2: no such model, market or accelerator.
    """
    from capreg.errors import UnknownName
    from capreg.resolver.machines import best_points, points_of, rents_of, shapes_of

    whole = opened(catalog)
    if market not in _MARKETS:
        raise UnknownName("market", market, _MARKETS, where="--market")
    for chip in accelerator or ():
        if chip not in whole.documents("accelerators"):
            raise UnknownName("accelerator", chip, whole.documents("accelerators"), where="--accelerator")
    day = (as_of or date.today().isoformat())[:10]  # noqa: DTZ011  a day is all that is needed
    points = [
        point
        for point in points_of(whole, model)
        if input_tokens in (None, point.shape.input_tokens) and output_tokens in (None, point.shape.output_tokens)
    ]
    best = best_points(
        points,
        accelerators=accelerator or (),
        concurrency=concurrency,
        min_output_tps=min_output_tps,
        max_latency_ms=max_latency_ms,
    )
    rents = rents_of(whole, market, day=day, seller=seller)
    classes = [(shape, [point for point in best if point.shape == shape]) for shape in shapes_of(best)]
    asked = _Asked(model, day, market, requests_per_second, input_tokens or 1000, output_tokens or 1000)
    hosted = _hosted(whole, asked, provider, as_of)
    if plot is not None:
        from capreg.cli.plotting import plotted

        page.write(page.console(), plotted(plot, asked.model, asked.market, points, rents))
        return ANSWERED
    if as_json:
        page.write_json(json.dumps(_told(asked, classes, rents, hosted), indent=2, ensure_ascii=False))
        return ANSWERED
    page.write(page.console(), *_parts(whole, asked, classes, rents, hosted))
    return ANSWERED


class _Asked(NamedTuple):
    """What was asked, beside the bounds."""

    model: str
    day: str
    market: str
    demand: float | None
    input_tokens: int
    output_tokens: int

    def age(self, day: str) -> int:
        """Days from `day` to the day of the question."""
        return (date.fromisoformat(self.day) - date.fromisoformat(day)).days


def _hosted(catalog: Catalog, asked: _Asked, providers: Sequence[str] | None, as_of: str | None) -> list[Candidate]:
    """The offerings of the model whose cost is known, cheapest first."""
    import capreg

    offerings = catalog.documents("offerings")
    shape = capreg.Workload(
        input_tokens=asked.input_tokens, output_tokens=asked.output_tokens, reasoning_tokens=0
    )  # a machine's output holds its thinking too
    policy = capreg.Policy(allow_providers=frozenset(providers) if providers else None)
    decision = capreg.resolve(
        _EVERYBODY, catalog=catalog, as_of=as_of, workload=shape, policy=policy, limit=max(len(offerings), 1)
    )
    return [candidate for candidate in decision if offerings[candidate.offering].get("model") == asked.model]


def _parts(
    catalog: Catalog,
    asked: _Asked,
    classes: Sequence[tuple[Shape, Sequence[Point]]],
    rents: Mapping[str, Rent],
    hosted: Sequence[Candidate],
) -> Iterator[RenderableType]:
    from rich.text import Text

    yield Text(f"{asked.model}, as of {asked.day}; machines {asked.market.replace('_', ' ')}", style="bold")
    if not classes:
        yield "no measured deployment meets this"
    for shape, points in classes:
        yield ""
        yield Text(_shape_words(shape), style="bold")
        yield _machines(points, rents, asked)
    yield ""
    lengths = f"{asked.input_tokens:,} input + {asked.output_tokens:,} output tokens"
    yield Text(f"hosted, a call of {lengths}", style="bold")
    if hosted:
        yield _hosts(catalog, hosted)
    else:
        yield "no offering of it has a known cost"
    yield ""
    yield "of limit: of what memory and arithmetic of the chip allow; see capreg roofline"
    yield "per chip and $/M tokens are at full load; a machine that waits costs the same"
    yield "hosted rates are seen through a router and may include the first token: another clock than beside the server"


def _shape_words(shape: Shape) -> str:
    dataset, inputs, outputs, scenario = shape
    lengths = f"{inputs:,} input + {outputs:,} output tokens" if inputs and outputs else f"prompts of {dataset}"
    ways = {"closed": "so many requests in flight", "single": "one request at a time", "offline": "all at once"}
    return f"own machines, {lengths}, {ways.get(scenario, f'requests at random, scenario {scenario}')}"


def _machines(points: Sequence[Point], rents: Mapping[str, Rent], asked: _Asked) -> RenderableType:
    names = ["accelerator", "chips", "engine", "weights", "in flight", "tok/s a request", "tok/s a chip", "of limit"]
    names += ["TTFT p50", "$/chip h", "$/M output", "output tok/$", "age", "by"]
    if asked.demand is not None:
        names += ["machines", "$/1k calls"]
    table = page.columns(names, right=["chips", "in flight", *names[5:13], "machines", "$/1k calls"])
    for point in points:
        one, rent = point.document, rents.get(point.document["accelerator"])
        cost = None if rent is None else point.usd_per_million(rent)
        cells = [
            one["accelerator"],
            str(one["chips"]),
            one.get("engine", "–") + (", apart" if "decode_chips" in one else ""),
            one.get("weights", "–") + (f", {one['speculative']}" if "speculative" in one else ""),
            str(one.get("concurrency", "–")),
            _number(point.per_request),
            _number(point.per_chip),
            "–" if point.of_limit is None else f"{point.of_limit:.0%}",
            _ms(one.get("ttft_ms", {}).get("p50")),
            "–" if rent is None else f"{rent.usd_per_hour:.2f}",
            _usd(cost),
            "–" if not cost else f"{1e6 / cost:,.0f}",
            f"{asked.age(one['measured_on'])} d",
            one["source"],
        ]
        if asked.demand is not None:
            cells += _fleet(point, rent, asked)
        table.add_row(*cells)
    return table


def _fleet(point: Point, rent: Rent | None, asked: _Asked) -> list[str]:
    from capreg.resolver.machines import fleet_for

    if rent is None or asked.demand is None:
        return ["–", "–"]
    length = point.document.get("output_tokens") or asked.output_tokens
    fleet = fleet_for(point, rent, requests_per_second=asked.demand, output_tokens=length)
    return ["–", "–"] if fleet is None else [f"{fleet.chips} chips", f"{fleet.usd_per_call * 1000:.3g}"]


def _hosts(catalog: Catalog, hosted: Sequence[Candidate]) -> RenderableType:
    table = page.columns(
        ["offering", "$/1k calls", "tok/s a request", "TTFT p50", "age", "hardware"],
        right=["$/1k calls", "tok/s a request", "TTFT p50", "age"],
    )
    for candidate in hosted:
        measured = candidate.measurements
        rate, ttft = measured.get("output_tps"), measured.get("ttft_ms")
        backend = catalog.documents("providers")[candidate.provider]["backend"]
        table.add_row(
            candidate.offering,
            "–" if candidate.cost_usd is None else f"{float(candidate.cost_usd) * 1000:.3g}",
            "–" if not rate or rate["value"] is None else f"≥{rate['value']:g}",
            "–"
            if not ttft or ttft["value"] is None
            else f"{'≤' if candidate.ttft_is_upper_limit else ''}{ttft['value']:,.0f} ms",
            "–" if not rate else f"{rate['age_days']} d",
            ", ".join(backend.get("accelerators", ())) or "undisclosed",
        )
    return table


def _number(value: float | None) -> str:
    return "–" if value is None else f"{value:,.0f}" if value >= 100 else f"{value:.1f}"


def _ms(value: str | None) -> str:
    return "–" if value is None else f"{float(value):,.0f} ms"


def _usd(value: float | None) -> str:
    return "–" if value is None else f"{value:.3g}"


def _told(
    asked: _Asked,
    classes: Sequence[tuple[Shape, Sequence[Point]]],
    rents: Mapping[str, Rent],
    hosted: Sequence[Candidate],
) -> dict[str, Any]:
    return {
        "model": asked.model,
        "as_of": asked.day,
        "market": asked.market,
        "dedicated": [
            {**shape._asdict(), "points": [_point_told(point, rents) for point in points]}
            for shape, points in classes
        ],
        "hosted": [{"offering": one.offering, "cost_usd": None if one.cost_usd is None else f"{one.cost_usd:f}"}
                   for one in hosted],
    }  # fmt: skip


def _point_told(point: Point, rents: Mapping[str, Rent]) -> dict[str, Any]:
    rent = rents.get(point.document["accelerator"])
    told: dict[str, Any] = {"kind": "dedicated", "id": point.id, **point.document}
    told["output_tps_per_request"] = point.per_request
    told["output_tps_per_chip"] = point.per_chip
    told["total_tps_per_chip"] = point.total_per_chip
    told["share_of_limit"] = point.of_limit
    told["rent"] = None if rent is None else rent._asdict()
    told["usd_per_million_output"] = None if rent is None else point.usd_per_million(rent)
    told["usd_per_million_total"] = None if rent is None else point.usd_per_million(rent, total=True)
    return told
