"""`capreg measure`, and `capreg import` of a benchmark tool's result: own measurements, kept in an overlay folder."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple

import typer

from capreg.cli import options as o
from capreg.cli import page
from capreg.cli.failure import ANSWERED

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date
    from decimal import Decimal

    from capreg.catalog import Catalog
    from capreg.domain.vocabulary import Vantage
    from capreg.importers.runs import Run
    from capreg.importers.runs.machine import Machine
    from capreg.importers.runs.own import Told
    from capreg.importers.runs.probe import Endpoint

__all__ = ["DEFAULT_FOLDER", "Into", "Ran", "day_of", "measure", "take_points", "take_results", "told_of"]

_RESULTS = "Results of a benchmark tool"
DEFAULT_FOLDER = "capreg-overlay"

Into = Annotated[
    Path,
    typer.Option(
        "--into", metavar="DIR", help="The overlay folder that own measurements go to.", rich_help_panel=_RESULTS
    ),
]
MeasuredOffering = Annotated[
    str, typer.Argument(metavar="OFFERING", help="What to measure: an offering's id.", show_default=False)
]
Requests = Annotated[int, typer.Option(help="How many requests, one after the other.")]
ProbeInput = Annotated[int, typer.Option(help="About how many tokens to send.")]
ProbeOutput = Annotated[int, typer.Option(help="The most tokens to ask for.")]
TimeoutS = Annotated[float, typer.Option(help="A stream that is silent for longer is a failed request.")]
MaxSpend = Annotated[str, typer.Option("--max-cost-usd", help="Do not start if the catalog says it costs more.")]
BaseUrl = Annotated[
    str | None,
    typer.Option(help="Send the requests here instead, to an endpoint of your own.", show_default="the provider's"),
]
KeyVariable = Annotated[
    str | None,
    typer.Option(help="The variable that holds the key.", show_default="the provider's"),
]
Need = Annotated[
    list[str] | None,
    typer.Option("--need", metavar="NAME=VALUE", help="What only you know, such as resource=…; may be repeated."),
]


def take_results(tool: str, file: Path, *, offering: str | None, into: Path, told: Told, catalog: Path | None) -> int:
    """Take the runs that `tool` wrote into `file` as measurements of `offering` into the overlay `into`."""
    from capreg.errors import InvalidArgument
    from capreg.importers.runs import read_runs

    if offering is None:
        raise InvalidArgument(
            "what was measured is not said",
            where="--offering",
            expected="the id of a hosted offering",
            hint="--offering groq/openai/gpt-oss-120b, or --model, --accelerator and --count for a machine of your own",
        )
    runs = read_runs(tool, file)
    _known(offering, catalog)
    _keep(runs, offering, told, into, file=str(file), name=f"{tool}-{file.stem}")
    return ANSWERED


class Ran(NamedTuple):
    """What ran on a machine of one's own, as the options say it."""

    model: str
    accelerator: str | None
    chips: int | None
    engine: str | None
    precision: str | None
    speculative: str | None


def take_points(
    tool: str, file: Path, ran: Ran, *, offering: str | None, into: Path, told: Told, catalog: Path | None
) -> int:
    """Take the runs that `tool` wrote into `file` as operating points of a machine into the overlay `into`."""
    from capreg.cli.shelf import opened
    from capreg.errors import InvalidArgument
    from capreg.importers.runs import read_runs
    from capreg.importers.runs.machine import held_words, keep_points, machine_rows, refuse_impossible

    if offering is not None:
        raise InvalidArgument(
            "an offering or a machine was measured, not both", where="--offering, --model", hint="leave one of them out"
        )
    runs = read_runs(tool, file)
    whole = opened(catalog)
    machine = _machine(ran, whole)
    _refuse_other_model(runs, machine.model, whole)
    rows = machine_rows(runs, machine, told, file=str(file))
    architecture = whole.documents("models")[machine.model].get("architecture")
    chip = whole.documents("accelerators")[machine.accelerator]
    refuse_impossible(rows, architecture, chip, file=str(file))
    table, is_new = keep_points(into, rows)
    what = f"{ran.model} on {ran.chips} × {ran.accelerator}"
    doubts = held_words(machine, architecture, chip)
    page.write(
        page.console(), *_told(runs, what), *([] if doubts is None else [doubts]), _where(table, into, is_new=is_new)
    )
    return ANSWERED


def _refuse_other_model(runs: Sequence[Run], model: str, whole: Catalog) -> None:
    """Refuse a file that names its model as a source or this catalog names another one: exactly, never by likeness."""
    from capreg.errors import InvalidArgument

    for name in sorted({run.server.model for run in runs if run.server.model}):
        called = {
            key
            for key, document in whole.documents("models").items()
            if name == key or any(name in names for names in (document.get("aliases") or {}).values())
        }
        if called and model not in called:
            raise InvalidArgument(
                "the file is of another model", where="--model", found=f"{model}; the file says {name}",
                expected=" or ".join(sorted(called)),
            )  # fmt: skip


def _machine(ran: Ran, whole: Catalog) -> Machine:
    """The machine, whose model, chip and engine are in the catalog."""
    from typing import get_args

    from capreg.domain.vocabulary import NumberFormat
    from capreg.errors import InvalidArgument, UnknownName
    from capreg.ids import AcceleratorId, EngineId, ModelId
    from capreg.importers.runs.machine import Machine

    if ran.accelerator is None or ran.chips is None:
        lacking = "--accelerator" if ran.accelerator is None else "--count"
        raise InvalidArgument(
            "what it ran on is not said", where=lacking, expected="a chip and how many of them",
            hint="--accelerator nvidia-h100-sxm --count 2",
        )  # fmt: skip
    named = (("model", ran.model, "models"), ("accelerator", ran.accelerator, "accelerators"))
    engine = () if ran.engine is None else (("engine", ran.engine, "engines"),)
    for what, name, kind in (*named, *engine):
        if name not in whole.documents(kind):
            raise UnknownName(what, name, whole.documents(kind), where=f"--{what}")
    if whole.documents("accelerators")[ran.accelerator].get("status") == "announced":
        raise InvalidArgument(
            "the chip is only announced", where="--accelerator", found=ran.accelerator,
            expected="a chip that somebody can run on",
            hint='lay a record of it over the catalog whose status is "available"',
        )  # fmt: skip
    formats: dict[str | None, NumberFormat | None] = {None: None, **{name: name for name in get_args(NumberFormat)}}
    if ran.precision not in formats:
        raise UnknownName("number format", str(ran.precision), get_args(NumberFormat), where="--precision")
    return Machine(
        model=ModelId(ran.model),
        accelerator=AcceleratorId(ran.accelerator),
        chips=ran.chips,
        engine=None if ran.engine is None else EngineId(ran.engine),
        weights=formats[ran.precision],
        speculative=ran.speculative,
    )


def told_of(
    vantage: str | None,
    measured_on: str | None,
    *,
    input_tokens: int | None,
    output_tokens: int | None,
    concurrency: int | None,
) -> Told:
    """What the options say of a file of results.

    Raises:
        InvalidArgument: a vantage or a day that there is not.
    """
    from capreg.errors import InvalidArgument
    from capreg.importers.runs.own import Told

    stood: dict[str | None, Vantage | None] = {None: None, "client": "client", "local": "local"}
    if vantage not in stood:
        raise InvalidArgument(
            "a vantage cannot be meant", where="--vantage", found=vantage, expected="client, or local beside the server"
        )
    return Told(
        vantage=stood[vantage],
        measured_on=None if measured_on is None else day_of(measured_on, "--measured-on"),
        input_tokens=input_tokens,
        output_tokens=output_tokens,
        concurrency=concurrency,
    )


def measure(
    offering: MeasuredOffering,
    *,
    requests: Requests = 20,
    input_tokens: ProbeInput = 2_000,
    output_tokens: ProbeOutput = 300,
    timeout_s: TimeoutS = 60.0,
    max_cost_usd: MaxSpend = "1",
    base_url: BaseUrl = None,
    key_variable: KeyVariable = None,
    need: Need = None,
    into: Into = Path(DEFAULT_FOLDER),
    catalog: o.CatalogFile = None,
) -> int:
    """Measure OFFERING from here with your own key: a few streaming requests, kept as a measurement of your own.

    Exit code 0: measured. 1: it answered too little to be measured. 2: wrong usage. In both, nothing is written.
    """
    from datetime import UTC, datetime
    from random import Random
    from time import perf_counter

    from capreg.importers.runs import believable
    from capreg.importers.runs.own import Told
    from capreg.importers.runs.probe import Ask, probe

    ask = Ask(requests=requests, input_tokens=input_tokens, output_tokens=output_tokens)
    opened = _known(offering, catalog)
    endpoint = _endpoint(opened, offering, base_url, key_variable, need or [])
    _affordable(opened, offering, ask, max_cost_usd)
    with _client(timeout_s) as client, page.progress(f"{offering}", requests) as seen:
        run = probe(
            client, endpoint, ask, clock=perf_counter, now=datetime.now(UTC), randomness=Random(), seen=seen  # noqa: S311  words, no secret
        )  # fmt: skip
    told = Told(vantage="client", input_tokens=input_tokens, output_tokens=output_tokens)
    _keep([believable(run, offering)], offering, told, into, file=offering, name=f"probe-{offering}")
    return ANSWERED


def _known(offering: str, path: Path | None) -> Catalog:
    """The catalog, which holds `offering`."""
    from capreg.cli.shelf import opened
    from capreg.errors import UnknownName

    catalog = opened(path)
    if offering not in catalog.documents("offerings"):
        raise UnknownName("offering", offering, catalog.documents("offerings"), where="offering")
    return catalog


def _endpoint(
    catalog: Catalog, offering: str, base_url: str | None, key_variable: str | None, needs: Sequence[str]
) -> Endpoint:
    """Where requests go. The provider's key goes to the provider's own host; elsewhere only a key that is named."""
    from capreg.errors import InvalidArgument
    from capreg.importers.runs.probe import Endpoint
    from capreg.resolver.handover import call

    document = catalog.documents("offerings")[offering]
    if base_url is not None:
        key = os.environ.get(key_variable, "") if key_variable else "none"
        return Endpoint(base_url=base_url, model=document["wire_id"], key=key or "none")
    routes = catalog.documents("providers")[offering.partition("/")[0]].get("sdks") or {}
    own = dict(_pair(text) for text in needs)
    route = call(routes, "openai", offering, wire_id=document["wire_id"], own=own)
    variable = key_variable or route.key_variable or ""
    if not os.environ.get(variable):
        raise InvalidArgument(
            "there is no key to measure with",
            where=variable,
            expected="the key in that environment variable",
            hint=f"export {variable}=…",
        )
    address = route.arguments.get("base_url", "https://api.openai.com/v1")
    return Endpoint(base_url=address, model=route.model, key=os.environ[variable])


def _pair(text: str) -> tuple[str, str]:
    name, _, value = text.partition("=")
    return name, value


def _affordable(catalog: Catalog, offering: str, ask: Any, limit: str) -> None:
    """Refuses what the catalog says costs more than `limit`; where the cost is unknown it says so and goes on."""
    import capreg
    from capreg.cli.failure import warn
    from capreg.errors import CostUnknown, InvalidArgument
    from capreg.units import scaled

    most = scaled(limit, 15)
    if most is None or most < 0:
        raise InvalidArgument("an amount cannot be meant", where="--max-cost-usd", found=limit, expected="US dollars")
    usage = capreg.Usage(input_tokens=ask.input_tokens, output_tokens=ask.output_tokens)
    try:
        each = capreg.cost(offering, usage, catalog=catalog).cost_usd
    except CostUnknown:
        warn(f"note: what {ask.requests} requests cost is not known")
        return
    whole = each * ask.requests
    if (scaled(whole, 15) or 0) > most:
        raise InvalidArgument(
            "the measurement would cost more than is allowed",
            where="--max-cost-usd",
            found=f"about ${whole:f} for {ask.requests} requests",
            expected=f"at most ${limit}",
            hint="ask for fewer or shorter requests, or allow more",
        )


def _client(timeout_s: float) -> Any:
    from capreg.errors import CapregError

    try:
        import httpx
        import httpx_sse  # noqa: F401  the probe needs it: say so before anything is sent
    except ImportError as missing:
        raise CapregError(
            "measuring needs httpx and httpx-sse", where="capreg measure", hint="pip install 'capreg[measure]'"
        ) from missing
    return httpx.Client(timeout=httpx.Timeout(timeout_s, connect=10.0))


def _keep(runs: Sequence[Run], offering: str, told: Told, into: Path, *, file: str, name: str) -> None:
    from capreg.ids import OfferingId
    from capreg.importers.runs.own import hosted_rows, keep

    rows = hosted_rows(runs, OfferingId(offering), told, file=file)
    day = rows[0]["measured_on"]
    table, is_new = keep(into, "measurements", f"{day}-{name}", rows)
    console = page.console()
    page.write(console, *_told(runs, offering), _where(table, into, is_new=is_new))


def _where(table: Path, into: Path, *, is_new: bool) -> str:
    said = f"written to {table}" if is_new else f"{table} holds it already"
    return f"{said}; rank with it: capreg resolve … --overlay {into}"


def _told(runs: Sequence[Run], offering: str) -> Iterator[str]:
    for run in runs:
        whole = f"{run.completed} of {run.completed + run.failed} requests answered"
        yield f"{offering}, {run.where}: {whole}"
        for label, values, unit in (
            ("TTFT", run.ttft_ms, "ms"),
            ("first answer", run.first_answer_ms, "ms"),
            ("end to end", run.e2e_ms, "ms"),
            ("tokens/s", run.request_tps, ""),
        ):
            if values:
                yield f"  {label:<13}{_percentiles(values, unit)}"
        yield from (f"  note: {note}" for note in run.notes)


def _percentiles(values: Any, unit: str) -> str:
    return "  ".join(f"{name} {_shown(value)}{' ' + unit if unit else ''}" for name, value in values.items())


def _shown(value: Decimal) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:,.1f}"


def day_of(text: str, option: str) -> date:
    """The day that an option says."""
    from datetime import date

    from capreg.errors import InvalidArgument

    try:
        return date.fromisoformat(text)
    except ValueError as unreadable:
        raise InvalidArgument(
            "a day cannot be read", where=option, found=text, expected="a day such as 2026-09-30"
        ) from unreadable
