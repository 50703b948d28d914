"""How many deployments carry a demand, what a call costs then, and which operating point that is.

docs/reference/resolver.md, section 16. Exact: times are microseconds, rates thousandths, the rest fractions.
"""

from __future__ import annotations

from fractions import Fraction
from math import ceil, inf
from typing import TYPE_CHECKING, Any, NamedTuple

from capreg.resolver.own_machines import most_trusted, paid_chips
from capreg.resolver.request import PERCENTILES
from capreg.resolver.roofline import limit_of
from capreg.resolver.speed import FAIL, PASS, UNKNOWN
from capreg.units import scaled

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from capreg.resolver.own_machines import Machine, MachinePoint, Rented
    from capreg.resolver.request import Request

__all__ = ["Call", "Sized", "estimated", "sized"]

_HOUR_S = 3600
_FEMTO = 10**15
_BILLION = 10**9
_TOO_DEAR = 1000 * _FEMTO
"""A price list states rates of less than a billion dollars for a million, so less than a thousand for a request."""
_RATE_DIGITS = 6
_MEDIAN = 50
_OF_CONTEXT = Fraction(1, 10)
"""The share of a decode step that is taken to grow with the context; of held-out points nine tenths grew by less."""
Times = dict[int, int]


class Call(NamedTuple):
    """What a machine is sized for."""

    input: int
    output: int
    """Output and reasoning tokens."""
    thinks: bool
    """Whether an answer begins after reasoning, or may."""
    is_counted: bool
    """Whether it is known how many tokens are written: not where a model reasons and nobody says how much."""
    usual: Fraction
    """Calls a second."""
    wanted: Fraction
    """Calls a second at the busiest, with headroom."""
    network: int
    """Microseconds."""


class Sized(NamedTuple):
    """One machine at one operating point, with one rental. Times in microseconds, rates in thousandths of a token/s."""

    machine: Machine
    machine_point: MachinePoint
    rental: Rented | None
    demand: Fraction
    tokens: int
    """Input, output and reasoning tokens of a call."""
    comparable: bool
    estimated: bool
    ttft: Times
    rates: Times
    ends: Times
    capacity: Fraction | None
    """Calls a second of one deployment."""
    deployments: int | None
    paid: int | None
    """Chips that are paid for; None where nobody is known to rent them out."""
    cost: int | None
    """Of a call, in 10⁻¹⁵ US dollars."""

    @property
    def point(self) -> Mapping[str, Any]:
        """The operating point's record."""
        return self.machine_point.document


def sized(
    machine: Machine, sellers: Sequence[Sequence[Rented | None]], request: Request, reasoning: str | None, today: int
) -> Iterator[Sized]:
    """`machine`, with each of `sellers`, at the operating point and the rental that serve `request` best on `today`.

    Where none was measured for a call like it, at the nearest one: estimated if that was asked, else nothing is known.
    """
    call = _call(request, reasoning)
    fitting = most_trusted([point for point in machine.points if _is_comparable(point, call)], today)
    near = [] if fitting else most_trusted(_nearest(machine.points, call), today)
    asked = request.unknown == "estimate"
    guessable = [point for point in near if asked and point.concurrency and _can_be(machine, point, call)]
    for rentals in sellers:
        if fitting:
            yield _best([_measured(machine, p, r, call) for p in fitting for r in rentals], request, call)
        elif guessable:
            yield _best([estimated(machine, p, r, call) for p in guessable for r in rentals], request, call)
        else:
            yield _unfit(machine, near[0], rentals[0], call)


def _call(request: Request, reasoning: str | None) -> Call:
    workload = request.workload
    stated = workload.reasoning_tokens
    thinking = 0 if reasoning == "never" else stated or 0
    is_counted = stated is not None or reasoning in ("never", "optional")
    usual = _fraction(workload.requests_per_second)
    peak = usual if workload.peak_requests_per_second is None else _fraction(workload.peak_requests_per_second)
    return Call(
        max(workload.input_tokens, 1),
        max(workload.output_tokens + thinking, 1),
        thinks=bool(thinking) or not is_counted,
        is_counted=is_counted,
        usual=usual,
        wanted=peak * (1 + _fraction(workload.headroom)),
        network=scaled(workload.add_network_ms, 3) or 0,
    )


def _fraction(value: object) -> Fraction:
    return Fraction(scaled(value, _RATE_DIGITS) or 0, 10**_RATE_DIGITS)


def _is_comparable(point: MachinePoint, call: Call) -> bool:
    pairs = ((point.input, call.input), (point.output, call.output))
    return all(one <= 2 * other and other <= 2 * one for one, other in pairs)


def _nearest(points: Sequence[MachinePoint], call: Call) -> list[MachinePoint]:
    """The points of the one pair of lengths that is nearest to the call's."""

    def distance(lengths: tuple[int, int]) -> tuple[Fraction, int, int]:
        ratios = (Fraction(lengths[0], call.input), Fraction(lengths[1], call.output))
        return max(ratios[0], 1 / ratios[0]) * max(ratios[1], 1 / ratios[1]), *lengths

    nearest = min({(point.input, point.output) for point in points}, key=distance)
    return [point for point in points if (point.input, point.output) == nearest]


def _measured(machine: Machine, point: MachinePoint, rental: Rented | None, call: Call) -> Sized:
    way = _way(point, call)
    lesser = min(Fraction(point.input, call.input), Fraction(point.output, call.output))
    covers = point.input >= call.input and point.output >= call.output
    return _sized_at(
        machine,
        point,
        rental,
        call,
        capacity=Fraction(point.rate, 1000 * point.output) * lesser,
        ttft={p: value + way for p, value in point.ttft.items()},
        rates={p: _BILLION // value for p, value in point.tpot.items() if value},
        ends={p: value + way for p, value in point.ends.items()} if covers else {},
    )


def _way(point: MachinePoint, call: Call) -> int:
    """Microseconds from the caller to the machine that its times do not hold yet."""
    return call.network if point.document["vantage"] == "local" else 0


def _can_be(machine: Machine, point: MachinePoint, call: Call) -> bool:
    """Whether the chips can hold so many calls of this length and be so fast; also where nobody knows."""
    if machine.architecture is None or machine.chip is None or not point.document.get("weights"):
        return True
    limit = limit_of(
        machine.architecture, machine.chip, chips=point.chips, precision=point.document["weights"],
        batch=point.concurrency or 1, context=call.input + call.output / 2,
    )  # fmt: skip
    if limit is None or limit.fits is False:
        return limit is None
    rate = estimated(machine, point, None, call).rates.get(_MEDIAN, 0)
    return "speculative" in point.document or rate <= 1000 * limit.per_request


def estimated(machine: Machine, point: MachinePoint, rental: Rented | None, call: Call) -> Sized:
    """The point taken to another shape: reading at the pace of its TTFT, writing at that of its TPOT."""
    reading = max(Fraction(1), Fraction(call.input, point.input))
    context = Fraction(2 * call.input + call.output, 2 * point.input + point.output)
    growth = 1 + max(Fraction(0), context - 1) * _OF_CONTEXT
    denser = max(Fraction(0), Fraction(call.input, call.output) - Fraction(point.input, point.output))
    way, flights = _way(point, call), point.concurrency or 1
    wait = Fraction(point.ttft[_MEDIAN] * flights, point.input) * denser
    ttft = {p: ceil(value * reading) for p, value in point.ttft.items()}
    tpot = {p: ceil(value * growth + wait) for p, value in point.tpot.items()}
    return _sized_at(
        machine,
        point,
        rental,
        call,
        capacity=Fraction(flights * 10**6, ttft[_MEDIAN] + call.output * tpot[_MEDIAN]),
        ttft={p: value + way for p, value in ttft.items()},
        rates={p: _BILLION // value for p, value in tpot.items() if value},
        ends={},
        estimated=True,
    )


def _sized_at(
    machine: Machine,
    point: MachinePoint,
    rental: Rented | None,
    call: Call,
    *,
    capacity: Fraction,
    ttft: Times,
    rates: Times,
    ends: Times,
    estimated: bool = False,
) -> Sized:
    deployments = ceil(call.wanted / capacity) if capacity and call.is_counted else None
    paid = cost = None
    if deployments is not None and rental is not None:
        paid = paid_chips(deployments, point.chips, rental.together)
        exact = ceil(paid * Fraction(rental.usd_per_hour) * _FEMTO / (_HOUR_S * call.usual))
        cost = exact if exact < _TOO_DEAR else None
    tokens = call.input + call.output
    return Sized(
        machine, point, rental, call.usual, tokens, not estimated, estimated, ttft, rates, ends,
        (capacity or None) if call.is_counted else None, deployments, paid, cost,
    )  # fmt: skip


def _unfit(machine: Machine, point: MachinePoint, rental: Rented | None, call: Call) -> Sized:
    tokens = call.input + call.output
    return Sized(machine, point, rental, call.usual, tokens, False, False, {}, {}, {}, None, None, None, None)


def _best(found: Sequence[Sized], request: Request, call: Call) -> Sized:
    def order(one: Sized) -> tuple[Any, ...]:
        verdicts = [_verdict(one, bound.name, bound.limit, request, call) for bound in request.bounds]
        cost = inf if one.cost is None else one.cost
        rental = "" if one.rental is None else one.rental.id
        return verdicts.count(FAIL), verdicts.count(UNKNOWN), cost, one.machine_point.id, rental

    return min(found, key=order)


def _verdict(one: Sized, name: str, limit: int, request: Request, call: Call) -> int:
    """What the point says to a bound on cost or speed; other bounds hang on the model alone."""
    percentile = PERCENTILES[request.percentile]
    if name == "max_cost_usd":
        return UNKNOWN if one.cost is None else PASS if one.cost <= limit else FAIL
    if name == "max_latency_ms":
        return _within(one.ttft, percentile, limit)
    if name == "max_first_answer_ms":
        return UNKNOWN if call.thinks else _within(one.ttft, percentile, limit)
    if name == "min_output_tps":
        return _within({p: -value for p, value in one.rates.items()}, percentile, -limit)
    return _ends_within(one, percentile, limit, call) if name == "max_e2e_ms" else PASS


def _ends_within(one: Sized, percentile: int, limit: int, call: Call) -> int:
    if one.ends:
        return _within(one.ends, percentile, limit)
    if percentile != _MEDIAN or not one.rates.get(_MEDIAN):
        return UNKNOWN
    end = one.ttft[_MEDIAN] - (-(call.output - 1) * _BILLION // one.rates[_MEDIAN])
    return PASS if end <= limit else FAIL


def _within(values: Times, percentile: int, limit: int) -> int:
    for p, value in sorted(values.items()):
        if p >= percentile and value <= limit:
            return PASS
        if p <= percentile and value > limit:
            return FAIL
    return UNKNOWN
