"""What a test says of an offering, a provider, a model's quality: one call each. They are put together elsewhere."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from capreg.domain.vocabulary import Effort, FreeReason, LifecycleStatus, Reasoning, ServiceTier
from capreg.errors import InvalidArgument
from capreg.units import format_ms, scaled

if TYPE_CHECKING:
    from capreg.names import CapabilityName

__all__ = ["Day", "Document", "MadeOffering", "MadeProvider", "MadeQuality", "offering", "price", "provider", "quality"]

Money = str | int | Decimal
Speed = float | Mapping[str, float]
Day = date | str
Document = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class MadeOffering:
    """What `offering` returns, for `catalog` to take."""

    id: str
    facts: Document
    speed: Document
    open_weights: bool | None


@dataclass(frozen=True, slots=True, kw_only=True)
class MadeProvider:
    """What `provider` returns, for `catalog` to take."""

    id: str
    facts: Document


@dataclass(frozen=True, slots=True, kw_only=True)
class MadeQuality:
    """What `quality` returns, for `catalog` to take."""

    id: str
    facts: Document


def price(
    input: Money,  # noqa: A002  the unit's name
    output: Money,
    *,
    starts_on: Day | None = None,
    cached: Money | None = None,
    reasoning: Money | None = None,
    image: Money | None = None,
    request: Money | None = None,
    tier: ServiceTier = "standard",
    free: FreeReason | None = None,
) -> Document:
    """A price list: US dollars per million tokens, images or requests; text, whole numbers or Decimal.

    Args:
        input: input tokens.
        output: output tokens.
        starts_on: its first day; by default the catalog's. Of several lists the latest that has started holds.
        cached: input tokens that come from the prompt cache.
        reasoning: reasoning tokens; by default they bill as output.
        image: images in the input.
        request: requests.
        tier: the service tier that it is for.
        free: why it costs nothing, where the rates are 0.

    Raises:
        InvalidArgument: an amount is a float, which is not exact.
    """
    rates = {"input": input, "output": output, "cache_read": cached, "reasoning": reasoning}
    rates |= {"image": image, "request": request}
    told: Document = {name: _money(name, rate) for name, rate in rates.items() if rate is not None}
    told |= {} if starts_on is None else {"starts_on": str(starts_on)}
    told |= {} if tier == "standard" else {"tier": tier}
    return told if free is None else {**told, "free": free}


def offering(
    id: str,  # noqa: A002  the word for it everywhere
    *,
    price: tuple[Money, Money] | Document | Sequence[Document] | None = ("1", "2"),
    ttft: Speed | None = None,
    first_answer: Speed | None = None,
    e2e: Speed | None = None,
    tps: Speed | None = None,
    tools: bool | int | None = None,
    parallel: bool | None = None,
    structured: bool | int | None = None,
    vision: bool | int | None = None,
    reasoning: Reasoning | None = "never",
    can: Mapping[CapabilityName | str, bool | int] | None = None,
    context: int | None = 128_000,
    max_output: int | None = 16_000,
    model: str | None = "test/model",
    open_weights: bool | None = None,
    wire_id: str | None = None,
    runs_on: Iterable[str] = (),
    status: LifecycleStatus = "available",
    retires_on: Day | None = None,
) -> MadeOffering:
    """One offering. What is left out is unknown, but for price, limits and model, and that it does not reason.

    Args:
        id: ``provider/name``.
        price: input and output in US dollars per million tokens; or `price(…)`, or several; None is unknown.
        ttft: time to first token in ms: a number for p50, or ``{"p50": 120, "p90": 400}``.
        first_answer: time to the first token of the answer proper in ms, the same way.
        e2e: time to the last token in ms, the same way.
        tps: output tokens per second after the first, the same way.
        tools: ``tool_use``: True is its highest level, a number that level and no more, False is none.
        parallel: its feature ``parallel``.
        structured: ``structured_output``, the same way.
        vision: ``vision``, the same way.
        reasoning: whether it thinks before it answers; None is unknown.
        can: any other capability, the same way.
        context: tokens of input and output together.
        max_output: tokens of output.
        model: ``lab/name``; None is unknown.
        open_weights: whether the weights of the model can be had.
        wire_id: what a request names; by default the part of the id after the provider.
        runs_on: the accelerators that its vendor states.
        status: whether it can be had.
        retires_on: the day from which it does not answer.
    """
    levels: dict[str, bool | int | None] = {"tool_use": tools, "structured_output": structured, "vision": vision}
    facts: Document = {
        "wire_id": id.partition("/")[2] if wire_id is None else wire_id,
        "capabilities": {name: level for name, level in {**levels, **(can or {})}.items() if level is not None},
        "prices": [] if price is None else _lists(price),
    }
    if parallel is not None:
        facts["parallel"] = parallel
    if reasoning is not None:
        facts["reasoning"] = reasoning
    optional = {"context_tokens": context, "max_output_tokens": max_output, "model": model}
    facts |= {name: value for name, value in optional.items() if value is not None}
    if list(runs_on):
        facts["backend"] = {"grade": "vendor_stated", "accelerators": list(runs_on)}
    if status != "available" or retires_on is not None:
        facts["lifecycle"] = {"status": status} | ({} if retires_on is None else {"retires_on": str(retires_on)})
    given = {"ttft_ms": ttft, "first_answer_ms": first_answer, "e2e_ms": e2e, "output_tps": tps}
    speed: Document = {name: _speed(name, value) for name, value in given.items() if value is not None}
    return MadeOffering(id=id, facts=facts, speed=speed, open_weights=open_weights)


def provider(
    id: str,  # noqa: A002  the word for it everywhere
    *,
    keys: Iterable[str] | None = None,
    reseller: bool = False,
    parent: str | None = None,
) -> MadeProvider:
    """One provider, where the one that `catalog` makes by itself will not do.

    Args:
        id: the first part of its offerings' ids.
        keys: variables that must all be set to call it; by default one, ``FAST_API_KEY`` for ``fast``.
        reseller: whether it sells what others run.
        parent: the provider that owns it.
    """
    facts: Document = {"keys": [f"{_shout(id)}_API_KEY"] if keys is None else list(keys)}
    facts |= {"reseller": True} if reseller else {}
    return MadeProvider(id=id, facts=facts if parent is None else {**facts, "parent": parent})


def quality(
    model: str,
    capability: CapabilityName | str,
    estimate: float,
    *,
    within: tuple[float, float] | None = None,
    effort: Effort | None = None,
    provisional: bool = False,
    thinks: bool = False,
) -> MadeQuality:
    """How well a model does what a capability asks, 0 to 100.

    Args:
        model: ``lab/name``, as its offerings have it.
        capability: such as ``"tool_use"``.
        estimate: what is expected of it.
        within: the ends of the 90 % interval; by default five points on either side.
        effort: the reasoning effort that it holds for; None is unstated.
        provisional: whether there is too little evidence for it to pass a floor unasked.
        thinks: whether the model can think, so that an unstated estimate says nothing of a call that does not.

    Raises:
        InvalidArgument: a figure is no number from 0 to 100, or the estimate lies outside its interval.
    """
    low, high = (max(estimate - 5, 0), min(estimate + 5, 100)) if within is None else within
    points = [scaled(value, 3) for value in (low, estimate, high)]
    known = [value for value in points if value is not None and 0 <= value <= 100_000]
    if len(known) < len(points) or known != sorted(known):
        raise InvalidArgument(
            "a quality is a number from 0 to 100 within its interval",
            where=f"quality of {model}",
            found=f"{estimate!r} within {low!r} and {high!r}",
        )
    told: Document = {"model": model, "capability": capability} | ({} if effort is None else {"effort": effort})
    told |= {"thinks": True} if thinks else {}
    told |= dict(zip(("low", "estimate", "high"), map(format_ms, known), strict=True))
    counts = (
        {"benchmarks": 1, "sources": 1, "scores": 1} if provisional else {"benchmarks": 3, "sources": 2, "scores": 4}
    )
    status = "provisional" if provisional else "published"
    return MadeQuality(id=f"{model}/{effort or 'unstated'}/{capability}", facts={**told, "status": status, **counts})


def _lists(given: tuple[Money, Money] | Document | Sequence[Document]) -> list[Document]:
    if isinstance(given, dict):
        return [given]
    if isinstance(given, tuple) and len(given) == 2 and not isinstance(given[0], dict):
        return [price(given[0], given[1])]
    return [dict(entry) for entry in given]


def _money(name: str, amount: Money) -> str:
    if isinstance(amount, bool) or not isinstance(amount, str | int | Decimal):
        raise InvalidArgument(
            "money is exact",
            where=f"price {name}",
            found=repr(amount),
            expected="a text such as '0.15', a whole number or a Decimal: US dollars per million",
            hint="write it in quotes",
        )
    return f"{amount:f}" if isinstance(amount, Decimal) else str(amount)


def _speed(name: str, value: Speed) -> dict[str, str]:
    figures = value if isinstance(value, Mapping) else {"p50": value}
    told = {percentile: scaled(figure, 3) for percentile, figure in figures.items()}
    for percentile, figure in told.items():
        if figure is None:
            raise InvalidArgument("a speed is a number", where=f"{name} {percentile}", found=repr(value))
    return {percentile: format_ms(figure) for percentile, figure in told.items() if figure is not None}


def _shout(name: str) -> str:
    return "".join(c if c.isalnum() else "_" for c in name.upper())
