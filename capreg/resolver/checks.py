"""The checks that a request asks for: capabilities, fit, bounds, and that what it ranks by is known."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from capreg.index.bits import union, without
from capreg.index.columns import ABSENT
from capreg.resolver.fits import fit_checks
from capreg.resolver.matching import Check, Judge, tri
from capreg.resolver.policing import policy_checks
from capreg.resolver.quality import capability_of
from capreg.resolver.request import PERCENTILES
from capreg.resolver.speed import FAIL, PASS, UNKNOWN
from capreg.units import format_ms, format_tps, format_usd

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from capreg.index import Index
    from capreg.resolver.figures import Figures
    from capreg.resolver.request import Bound, Request
    from capreg.resolver.requirement import Asked

__all__ = ["checks_of"]

_SAID = ("no", "yes")
_SENSE = {"exact": "", "at_most": "at most ", "at_least": "at least "}


def checks_of(index: Index, request: Request, figures: Figures) -> list[Check]:
    """Every check of `request`, in the order in which a ledger names them."""
    checks: list[Check] = []
    for asked in request.requirements:
        checks.extend(_capability(index, asked))
    checks.extend(fit_checks(index, request.call))
    checks.extend(
        _floor(bound, figures) if ":" in bound.name else _bound(bound, request, figures) for bound in request.bounds
    )
    checks.extend(policy_checks(index, request.terms))
    if index.unlike:
        checks.append(_shape(index))
    checks.extend(_ranked(name, request, figures) for name in (key.name for key in request.rank_by))
    return checks


def _shape(index: Index) -> Check:
    """Whether a machine was measured with lengths like the call's. Where estimates are asked for, one stands in."""
    unlike = index.unlike
    return Check(
        "shape",
        "shape",
        None,
        lambda row: UNKNOWN if unlike >> row & 1 else PASS,
        lambda _row: None,
        why=lambda _row: "measured with other lengths",
        stand_in=lambda row: bool(index.estimated >> row & 1),
        judge=lambda among: (without(among, unlike), unlike),
        blanks=lambda: [("measured with other lengths", unlike)],
    )


def _capability(index: Index, asked: Asked) -> Iterator[Check]:
    if index.vocabulary["capabilities"][asked.capability]["measure"] == "context_tokens":
        yield _long_context(index, asked)
    else:
        yield _level(index, asked)
    for feature in asked.features:
        column = index.column(f"has.{asked.capability}.{feature}")
        yield Check(
            asked.feature_label(feature),
            "capability",
            "yes",
            lambda row, column=column: UNKNOWN if column[row] == ABSENT else column[row],  # type: ignore[misc]
            lambda row, column=column: None if column[row] == ABSENT else _SAID[column[row]],  # type: ignore[misc]
            judge=_by_value(index, f"has.{asked.capability}.{feature}"),
        )


def _level(index: Index, asked: Asked) -> Check:
    least, most = index.column(f"least.{asked.capability}"), index.column(f"most.{asked.capability}")

    def actual(row: int) -> Any:
        if most[row] == least[row]:
            return least[row]
        return None if least[row] == 0 and most[row] == ABSENT else f"{least[row]} or more"

    def able() -> int:
        return union(index.groups(f"least.{asked.capability}"), lambda proven: proven >= asked.level)

    def passing(among: int) -> int:
        rows: int = index.derived(("able", asked.capability, asked.level), able)
        return among & rows

    def judge(among: int) -> tuple[int, int]:
        passes = passing(among)
        fails = union(index.groups(f"most.{asked.capability}"), lambda most: 0 <= most < asked.level)
        return passes, without(among, passes | fails)

    return Check(
        asked.label,
        "capability",
        asked.level,
        lambda row: tri(least[row], most[row], asked.level),
        actual,
        judge=judge,
        passing=passing,
    )


def _by_value(index: Index, column: str) -> Judge:
    """The verdicts that stand in `column`: 1 passes, absent is unknown."""
    return lambda _among: (index.groups(column).get(PASS, 0), index.groups(column).get(ABSENT, 0))


def _long_context(index: Index, asked: Asked) -> Check:
    window, limit = index.column("context_tokens"), index.column("max_input_tokens")

    def verdict(row: int) -> int:
        if window[row] != ABSENT:
            return PASS if window[row] >= asked.level else FAIL
        return PASS if limit[row] >= asked.level else UNKNOWN

    def actual(row: int) -> Any:
        if window[row] != ABSENT:
            return window[row]
        return f"{limit[row]} or more" if limit[row] != ABSENT else None

    def judge(among: int) -> tuple[int, int]:
        known = index.ascending("context_tokens")
        proven = index.ascending("max_input_tokens").at_least(asked.level)
        passes = known.at_least(asked.level) | without(proven, known.known)
        return passes, without(among, known.known | proven)

    return Check(asked.label, "capability", asked.level, verdict, actual, judge=judge)


def _bound(bound: Bound, request: Request, figures: Figures) -> Check:
    percentile, limit, speeds = PERCENTILES[request.percentile], bound.limit, figures.speeds
    verdicts: dict[str, Callable[[int], int]] = {
        "max_latency_ms": lambda row: speeds.at_most(row, "ttft_ms", percentile, limit),
        "max_first_answer_ms": lambda row: speeds.first_answer(row, percentile, limit),
        "max_e2e_ms": lambda row: speeds.end_to_end_within(row, percentile, limit),
        "min_output_tps": lambda row: speeds.at_least(row, "output_tps", percentile, limit),
        "max_cost_usd": lambda row: _affordable(figures.cost(row), limit),
    }

    def actual(row: int) -> Any:
        if bound.name == "max_cost_usd":
            cost = figures.cost(row)
            return None if cost is None else bound.show(cost)
        figure = figures.bounded(bound.name, row)
        return None if figure is None else _SENSE[figure.sense] + bound.show(figure.value)

    return Check(
        bound.name,
        "bound",
        bound.shown,
        verdicts[bound.name],
        actual,
        why=lambda row: figures.gap(bound.name, row),
        stand_in=lambda row: figures.is_met_by_estimate(bound, row),
        judge=lambda among: figures.judged(bound, among),
        passing=lambda among: figures.passing(bound, among),
        blanks=lambda: figures.blanks(bound.name),
    )


def _floor(bound: Bound, figures: Figures) -> Check:
    qualities, capability = figures.qualities, capability_of(bound.name)

    def actual(row: int) -> Any:
        quality = qualities.of(row, capability)
        if qualities.incapable(capability) >> row & 1:
            return f"no {capability}"
        return None if quality is None else bound.show(qualities.floored(quality, bound))

    return Check(
        bound.name,
        "bound",
        bound.shown,
        lambda row: qualities.verdict(row, bound),
        actual,
        why=lambda row: qualities.gap(row, capability) or "its interval reaches both sides of the floor",
        judge=lambda among: qualities.judged(bound, among),
    )


def _affordable(cost: int | None, limit: int) -> int:
    if cost is None:
        return UNKNOWN
    return PASS if cost <= limit else FAIL


def _ranked(name: str, request: Request, figures: Figures) -> Check:
    show_value = {"cost": format_usd, "output_tps": format_tps}.get(name, format_ms)

    def actual(row: int) -> Any:
        value = figures.ranked(name, row)
        return None if value is None else show_value(value)

    return Check(
        f"rank_by:{name}",
        "rank",
        "known" if name in ("cost", "quality") else f"known at {request.percentile}",
        lambda row: UNKNOWN if figures.ranked(name, row) is None else PASS,
        actual,
        why=lambda row: figures.gap(name, row),
        stand_in=lambda row: figures.estimated(name, row) is not None,
        judge=lambda among: (known := figures.known(name, among), without(among, known)),
        passing=lambda among: figures.known(name, among),
        blanks=lambda: figures.blanks(name),
    )
