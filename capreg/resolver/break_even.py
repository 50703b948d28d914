"""Break-even: from which demand on machines of one's own cost less a call than the cheapest offering."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from capreg.domain.workload import Workload
    from capreg.resolver.candidate import Candidate

__all__ = ["BreakEven", "break_even_words", "break_evens"]

_HOUR_S = 3600
_DIGITS = 6


class BreakEven(NamedTuple):
    """Where a machine and an offering cost the same for a call."""

    model: str | None
    """Both are of this model; None where any model will do."""
    market: str
    """How the machine is had."""
    dedicated: Candidate
    hosted: Candidate
    requests_per_second: float | None
    """From this demand on, all day, the machine is cheaper; None: at no demand."""

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON."""
        return {
            "model": self.model,
            "market": self.market,
            "dedicated": self.dedicated.offering,
            "hosted": self.hosted.offering,
            "requests_per_second": self.requests_per_second,
        }


def break_evens(candidates: Sequence[Candidate], workload: Workload) -> list[BreakEven]:
    """Over all models first, then by model; for each market the machine that is soonest worth it."""
    priced = [candidate for candidate in candidates if candidate.cost_usd]
    models = sorted({candidate.model for candidate in priced if candidate.model and candidate.machine is not None})
    found = list(_of(None, priced, workload))
    for model in models:
        found += _of(model, [candidate for candidate in priced if candidate.model == model], workload)
    return found


def _of(model: str | None, candidates: Sequence[Candidate], workload: Workload) -> Iterable[BreakEven]:
    hosted = min((c for c in candidates if c.machine is None), key=_cost, default=None)
    if hosted is None:
        return
    by_market: dict[str, list[Candidate]] = {}
    for candidate in candidates:
        if candidate.machine is not None:
            by_market.setdefault(candidate.machine["rental"]["market"], []).append(candidate)
    for market, machines in sorted(by_market.items()):
        demands = [(_demand(machine, hosted, workload), machine) for machine in machines]
        demand, soonest = min(demands, key=_soonest)
        yield BreakEven(model, market, soonest, hosted, None if demand is None else round(float(demand), _DIGITS))


def _soonest(one: tuple[Fraction | None, Candidate]) -> tuple[bool, Fraction | int, str]:
    demand, machine = one
    return demand is None, demand or 0, machine.offering


def _cost(candidate: Candidate) -> tuple[Any, str]:
    return candidate.cost_usd, candidate.offering


def _demand(machine: Candidate, hosted: Candidate, workload: Workload) -> Fraction | None:
    """Calls a second at which one deployment costs as much for a call; None where it cannot carry so many."""
    told: dict[str, Any] = machine.machine or {}
    per_second = Fraction(told["rental"]["usd_per_hour"]) * told["chips"] / _HOUR_S
    demand = per_second / Fraction(str(hosted.cost_usd))
    usual = Fraction(str(workload.requests_per_second))
    peak = Fraction(str(workload.peak_requests_per_second or usual)) / usual * (1 + Fraction(str(workload.headroom)))
    return demand if demand * peak <= Fraction(told["requests_per_second_each"]) else None


def break_even_words(even: BreakEven) -> str:
    """One line: which machine is cheaper than which offering, from which demand on."""
    what = f"{even.dedicated.offering} against {even.hosted.offering}"
    if even.requests_per_second is None:
        return f"{what}: cheaper at no demand"
    return f"{what}: cheaper from {even.requests_per_second:,.3g} calls/s on"
