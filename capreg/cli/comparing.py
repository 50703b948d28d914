"""`capreg compare`: one model on one's own machines and at providers, side by side, within comparable classes."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
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

    For each machine the measured point with the highest rate per chip that meets the bounds, or with a demand the one
    that carries it with the fewest chips. Points are compared with those of the same lengths and way of asking only,
    and what a vendor claims is no point. Offerings that break a bound are left out; of unknown speed they stay. With
    --plot every point is drawn: what a request sees against what a million tokens cost.

    Exit code 0: shown. 2: no such model, market, seller or accelerator, or a figure that cannot be meant.
    """
    from capreg.resolver.machines import best_points, points_of, rents_of, shapes_of

    whole = opened(catalog)
    _check_names(whole, market, accelerator or (), provider or ())
    asked = _Asked(
        model, _day(as_of), market, requests_per_second, input_tokens or 1000, output_tokens or 1000,
        min_output_tps, max_latency_ms,
    )  # fmt: skip
    points = [
        point
        for point in points_of(whole, model, day=asked.day)
        if input_tokens in (None, point.shape.input_tokens) and output_tokens in (None, point.shape.output_tokens)
    ]
    hosted = _hosted(whole, asked, provider, as_of)
    best = best_points(
        points,
        accelerators=accelerator or (),
        concurrency=concurrency,
        min_output_tps=min_output_tps,
        max_latency_ms=max_latency_ms,
        requests_per_second=requests_per_second,
    )
    rents = rents_of(whole, market, day=asked.day, seller=seller)
    classes = [(shape, [point for point in best if point.shape == shape]) for shape in shapes_of(best)]
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
    min_output_tps: float | None
    max_latency_ms: float | None

    def age(self, day: str) -> int:
        """Days from `day` to the day of the question."""
        return (date.fromisoformat(self.day) - date.fromisoformat(day)).days


def _check_names(catalog: Catalog, market: str, accelerators: Sequence[str], providers: Sequence[str]) -> None:
    from capreg.errors import UnknownName

    if market not in _MARKETS:
        raise UnknownName("market", market, _MARKETS, where="--market")
    for kind, option, names in (
        ("accelerators", "--accelerator", accelerators),
        ("providers", "--provider", providers),
    ):
        for name in names:
            if name not in catalog.documents(kind):
                raise UnknownName(kind[:-1], name, catalog.documents(kind), where=option)


def _day(as_of: str | None) -> str:
    """The day of the question, UTC."""
    from capreg.resolver.moment import Moment

    return Moment.of(as_of or datetime.now(UTC)).on.isoformat()


def _hosted(catalog: Catalog, asked: _Asked, providers: Sequence[str] | None, as_of: str | None) -> list[Candidate]:
    """The offerings of the model whose cost is known and that are not known to break a bound, cheapest first."""
    import capreg

    shape = capreg.Workload(
        input_tokens=asked.input_tokens, output_tokens=asked.output_tokens,
        reasoning_tokens=0,  # a machine's output holds its thinking too
        requests_per_second=asked.demand,
    )  # fmt: skip
    policy = capreg.Policy(allow_providers=frozenset(providers) if providers else None)
    try:
        decision: Sequence[Candidate] = capreg.resolve(
            _EVERYBODY, catalog=catalog, as_of=as_of, workload=shape, policy=policy, unknown="include",
            min_output_tps=asked.min_output_tps, max_latency_ms=asked.max_latency_ms,
            limit=max(len(catalog.documents("offerings")), 1),
        )  # fmt: skip
    except capreg.NoFeasibleOffering:
        return []
    mine = [
        (one.cost_usd, one.rank, one)
        for one in decision
        if one.kind == "hosted" and one.model == asked.model and one.cost_usd is not None
    ]
    return [one for *_, one in sorted(mine, key=lambda entry: entry[:2])]


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
        yield _hosts(hosted, asked)
    else:
        yield "no offering of it has a known cost"
    yield ""
    yield from _legend(classes, rents, asked)
    named = sorted({point.document["source"] for _, points in classes for point in points})
    yield from (f"{source}: {catalog.documents('sources')[source]['attribution']}" for source in named)


def _legend(
    classes: Sequence[tuple[Shape, Sequence[Point]]], rents: Mapping[str, Rent], asked: _Asked
) -> Iterator[RenderableType]:
    chips = sorted({point.document["accelerator"] for _, points in classes for point in points} & set(rents))
    if chips:
        told = (f"{chip} {_sellers(rents[chip].sellers)} to {rents[chip].newest}" for chip in chips)
        yield f"$/chip h: the median of what sellers asked last: {', '.join(told)}"
        yield "per chip and $/M tokens are at full load; a machine that waits costs the same"
    if any(point.of_limit is not None for _, points in classes for point in points):
        yield "of limit: of what memory and arithmetic of the chip allow; ≥ where load or number format are not stated,"
        yield "  or decoding is speculative"
    if asked.demand is not None and chips:
        yield "machines are counted by the chip; capreg resolve --requests-per-second pays whole what is rented whole"
    yield "$/M output: all that is paid, over output tokens; compare calls of like lengths only"
    yield "hosted: timed from outside, over a network, another clock than beside the server; ≥ and ≤ are limits"


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
            _share(point),
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
    return ["–", "–"] if fleet is None else [_chips(fleet.chips), _usd(fleet.usd_per_call * 1000)]


def _hosts(hosted: Sequence[Candidate], asked: _Asked) -> RenderableType:
    right = ["$/1k calls", "$/M output", "tok/s a request", "TTFT p50", "age"]
    table = page.columns(["offering", *right, "hardware"], right=right)
    for one in hosted:
        rate, ttft, seen = one.output_tps, one.ttft_ms, one.measurements.get("output_tps")
        table.add_row(
            one.offering,
            _usd(float(one.cost_usd or 0) * 1000),
            _usd(_per_million(one, asked)),
            "–" if rate is None else f"{'≥' if one.output_tps_is_lower_limit else ''}{rate:g}",
            "–" if ttft is None else f"{'≤' if one.ttft_is_upper_limit else ''}{ttft:,.0f} ms",
            "–" if not seen else f"{seen['age_days']} d",
            _hardware(one),
        )
    return table


def _per_million(hosted: Candidate, asked: _Asked) -> float:
    """The whole cost of the call over its output tokens, for a million of them."""
    return float(hosted.cost_usd or 0) / asked.output_tokens * 1e6


def _hardware(hosted: Candidate) -> str:
    chips = ", ".join(hosted.backend["accelerators"])
    return f"{chips} (inferred)" if hosted.backend["grade"] == "inferred" else chips or "undisclosed"


def _share(point: Point) -> str:
    if point.of_limit is None:
        return "–"
    share = f"{point.of_limit:.0%}" if point.of_limit >= 0.1 else f"{point.of_limit:.1%}"
    return share if point.limit_is_known else f"≥{share}"


def _chips(count: int) -> str:
    return "1 chip" if count == 1 else f"{count:,} chips"


def _sellers(count: int) -> str:
    return "one seller" if count == 1 else f"{count} sellers"


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
        "hosted": [_host_told(one, asked) for one in hosted],
    }  # fmt: skip


def _host_told(hosted: Candidate, asked: _Asked) -> dict[str, Any]:
    return {
        "offering": hosted.offering,
        "cost_usd": None if hosted.cost_usd is None else f"{hosted.cost_usd:f}",
        "usd_per_million_output": _per_million(hosted, asked),
        "output_tps": hosted.output_tps,
        "output_tps_is_lower_limit": hosted.output_tps_is_lower_limit,
        "ttft_ms": hosted.ttft_ms,
        "ttft_is_upper_limit": hosted.ttft_is_upper_limit,
        "backend": dict(hosted.backend),
    }


def _point_told(point: Point, rents: Mapping[str, Rent]) -> dict[str, Any]:
    rent = rents.get(point.document["accelerator"])
    told: dict[str, Any] = {"kind": "dedicated", "id": point.id, **point.document}
    told["output_tps_per_request"] = point.per_request
    told["output_tps_per_chip"] = point.per_chip
    told["total_tps_per_chip"] = point.total_per_chip
    told["share_of_limit"] = point.of_limit
    told["share_of_limit_is_known"] = point.limit_is_known
    told["rent"] = None if rent is None else rent._asdict()
    told["usd_per_million_output"] = None if rent is None else point.usd_per_million(rent)
    told["usd_per_million_total"] = None if rent is None else point.usd_per_million(rent, total=True)
    return told
