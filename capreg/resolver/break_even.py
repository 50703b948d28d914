"""Break-even: from which demand on machines of one's own cost less a call than the cheapest offering."""

from __future__ import annotations

from fractions import Fraction
from math import ceil
from typing import TYPE_CHECKING, Any, NamedTuple

from capreg.resolver.own_machines import paid_chips

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from capreg.domain.workload import Workload
    from capreg.resolver.candidate import Candidate

__all__ = ["BreakEven", "break_even_words", "break_evens"]

_HOUR_S = 3600
_DAY_S = 86_400
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
    """The least demand, all day, at which the machine is cheaper; None: at no demand.

    Above it, each time that one more must be had, it may be dearer again for a while.
    """
    always_from: float | None
    """From this demand on it is cheaper at every demand; None: there is no such demand."""

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON."""
        return {
            "model": self.model,
            "market": self.market,
            "dedicated": self.dedicated.offering,
            "hosted": self.hosted.offering,
            "requests_per_second": self.requests_per_second,
            "always_from_requests_per_second": self.always_from,
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
        demands = [(*_demands(machine, hosted, workload), machine) for machine in machines]
        least, always, _, soonest = min(demands, key=_soonest)
        yield BreakEven(model, market, soonest, hosted, _rounded(least), _rounded(always))


def _soonest(one: tuple[Fraction | None, Fraction | None, Fraction, Candidate]) -> tuple[bool, Fraction, str]:
    """The one with the least demand; where no machine is ever worth it, the one that comes nearest."""
    least, _, share, machine = one
    return least is None, share if least is None else least, machine.offering


def _cost(candidate: Candidate) -> tuple[Any, str]:
    return candidate.cost_usd, candidate.offering


def _rounded(demand: Fraction | None) -> float | None:
    return None if demand is None else round(float(demand), _DIGITS)


def _demands(
    machine: Candidate, hosted: Candidate, workload: Workload
) -> tuple[Fraction | None, Fraction | None, Fraction]:
    """The least demand at which the machine costs no more a call, and that from which on it never costs more.

    And b ÷ q of what follows: the cost of a call at full load over that at the offering.

    What is rented at once carries q calls a second and costs as much as the offering at b of them. n of it carry up to
    n × q and are cheaper from n × b on. That leaves no gap to n − 1 of it where n × b ≤ (n − 1) × q, which holds from
    n = q ÷ (q − b) on.
    """
    told: dict[str, Any] = machine.machine or {}
    together = told["rental"].get("chips")
    deployments = 1 if together is None else max(together // told["chips"], 1)
    paid = paid_chips(deployments, told["chips"], together)
    even = Fraction(told["rental"]["usd_per_hour"]) * paid / _HOUR_S / Fraction(str(hosted.cost_usd))
    usual = Fraction(str(workload.requests_per_second))
    peak = Fraction(str(workload.peak_requests_per_second or usual)) / usual * (1 + Fraction(str(workload.headroom)))
    carried = deployments * Fraction(told["requests_per_second_each"]) / peak
    share = even / carried
    if even > carried:
        return None, None, share
    return even, None if even == carried else (ceil(carried / (carried - even)) - 1) * even, share


def break_even_words(even: BreakEven) -> str:
    """One line: which machine is cheaper than which offering, from which demand on."""
    what = f"{even.dedicated.offering} against {even.hosted.offering}"
    if even.requests_per_second is None:
        return f"{what}: cheaper at no demand"
    least = f"{what}: cheaper from {_demand_words(even.requests_per_second)} on"
    if even.always_from == even.requests_per_second:
        return least
    later = "dearer again each time more must be had"
    if even.always_from is not None:
        later = f"at every demand from {_demand_words(even.always_from)}"
    return f"{least} while what is rented at once carries it, and {later}"


def _demand_words(demand: float) -> str:
    """By the second and by the day.

    >>> _demand_words(6.194444), _demand_words(0.5)
    ('6.19 calls/s (535,200 a day)', '0.5 calls/s (43,200 a day)')
    """
    return f"{demand:,.3g} calls/s ({demand * _DAY_S:,.0f} a day)"
