"""`capreg resolve`: options become the arguments of `capreg.resolve`; the decision becomes lines or JSON."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING, Any, cast

from capreg.cli import options as o
from capreg.cli.failure import INFEASIBLE, fail

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from capreg.catalog import Catalog
    from capreg.domain.vocabulary import Ledger
    from capreg.domain.workload import Workload
    from capreg.resolver.decision import Decision
    from capreg.resolver.policy import Policy

__all__ = ["resolve"]

_LEVEL = re.compile(r"([^:@;<>=!~]+):([0-9]+)")
"""`name:2` and `name[feature]:2`; anything else is left to the library, which says what is wrong with it."""


def resolve(
    skills: o.Skills,
    *,
    max_latency_ms: o.MaxLatencyMs = None,
    max_first_answer_ms: o.MaxFirstAnswerMs = None,
    max_e2e_ms: o.MaxE2eMs = None,
    min_output_tps: o.MinOutputTps = None,
    percentile: o.Percentile = "p50",
    max_cost_usd: o.MaxCostUsd = None,
    min_quality: o.MinQuality = None,
    like: o.LikeModel = None,
    within: o.Within = None,
    input_tokens: o.InputTokens = None,
    output_tokens: o.OutputTokens = None,
    cached_input_tokens: o.CachedInputTokens = None,
    reasoning_tokens: o.ReasoningTokens = None,
    effort: o.Effort = None,
    images: o.Images = None,
    service_tier: o.ServiceTier = None,
    requests_per_second: o.RequestsPerSecond = None,
    peak_requests_per_second: o.PeakRequestsPerSecond = None,
    headroom: o.Headroom = None,
    add_network_ms: o.AddNetworkMs = None,
    market: o.Markets = None,
    allow_provider: o.AllowProvider = None,
    deny_provider: o.DenyProvider = None,
    lab: o.Lab = None,
    deny_lab: o.DenyLab = None,
    accelerator: o.Accelerator = None,
    deny_accelerator: o.DenyAccelerator = None,
    open_weights: o.OpenWeights = False,
    closed_weights: o.ClosedWeights = False,
    no_resellers: o.NoResellers = False,
    free: o.Free = False,
    preview: o.Preview = False,
    unlisted: o.Unlisted = False,
    provisional: o.Provisional = False,
    with_my_keys: o.WithMyKeys = False,
    max_measurement_age_days: o.MaxMeasurementAgeDays = None,
    rank_by: o.RankBy = None,
    unknown: o.Unknown = "exclude",
    limit: o.Limit = 10,
    as_of: o.AsOf = None,
    explain: o.Explain = False,
    ledger: o.Ledger = None,
    as_json: o.AsJson = False,
    catalog: o.CatalogFile = None,
    overlay: o.Overlay = None,
) -> int:
    """What should this call use? Ranks the offerings that can do SKILL, and says why.

    Exit code 0: answered. 2: the question cannot be meant. 3: nobody passes.
    """
    _check_answer_form(explain=explain, ledger=ledger, as_json=as_json)
    if requests_per_second is None:
        _refuse_idle({"--market": market, "--headroom": headroom, "--add-network-ms": add_network_ms})
    policy = _policy(
        {
            "allow_providers": allow_provider,
            "deny_providers": deny_provider,
            "allow_labs": lab,
            "deny_labs": deny_lab,
            "allow_accelerators": accelerator,
            "deny_accelerators": deny_accelerator,
            "markets": market,
        },
        open_weights=_weights(open_weights=open_weights, closed_weights=closed_weights),
        resellers=False if no_resellers else None,
        free=free,
        preview=preview,
        unlisted=unlisted,
        provisional=provisional,
        max_measurement_age_days=max_measurement_age_days,
    )
    shape = {
        "input_tokens": input_tokens,
        "output_tokens": output_tokens,
        "cached_input_tokens": cached_input_tokens,
        "reasoning_tokens": reasoning_tokens,
        "images": images,
        "service_tier": service_tier,
        "requests_per_second": requests_per_second,
        "peak_requests_per_second": peak_requests_per_second,
        "headroom": headroom,
        "add_network_ms": add_network_ms,
    }
    requires = [requirement(skill) for skill in skills]
    keys = _rank_keys(rank_by or ["cost"])
    asked = {
        "max_latency_ms": max_latency_ms,
        "max_first_answer_ms": max_first_answer_ms,
        "max_e2e_ms": max_e2e_ms,
        "min_output_tps": min_output_tps,
        "percentile": percentile,
        "max_cost_usd": max_cost_usd,
        "min_quality": _floor(min_quality or [], like, within),
        "effort": effort,
        "policy": policy.with_keys(os.environ) if with_my_keys else policy,
        "rank_by": keys,
        "unknown": unknown,
        "as_of": as_of,
        "limit": limit,
    }
    place = (catalog, overlay)
    told = ledger or ("full" if as_json else "counts" if explain else None)
    return _answer(requires, shape, asked, place, as_json=as_json, ledger=cast("Ledger | None", told))


def requirement(text: str) -> str:
    """`text` in the library's grammar: `name:2` says `name>=2` without a character that a shell takes.

    >>> requirement("tool_use[parallel]:2")
    'tool_use[parallel]>=2'
    """
    level = _LEVEL.fullmatch(text)
    return f"{level[1]}>={level[2]}" if level else text


def _check_answer_form(*, explain: bool, ledger: str | None, as_json: bool) -> None:
    from capreg.errors import InvalidArgument
    from capreg.resolver.decision import LEDGERS

    if as_json and explain:
        raise InvalidArgument("an answer has one form", where="--json", hint="leave out --explain: JSON has no words")
    if ledger is not None and ledger not in LEDGERS:
        raise InvalidArgument(
            "an argument cannot be meant", where="ledger", found=ledger, expected=f"one of {', '.join(LEDGERS)}"
        )


def _refuse_idle(given: Mapping[str, object]) -> None:
    """Refuse what is said of machines of one's own where no demand asks for them: it would change nothing."""
    from capreg.errors import InvalidArgument

    for option, value in given.items():
        if value is not None:
            raise InvalidArgument(
                "machines of one's own are weighed for a demand only", where=option,
                expected="--requests-per-second beside it",
            )  # fmt: skip


def _policy(names: dict[str, list[str] | None], **fields: Any) -> Policy:
    from capreg.resolver.policy import Policy

    sets: dict[str, Any] = {field: frozenset(given) for field, given in names.items() if given}
    return Policy(**sets, **fields)


def _weights(*, open_weights: bool, closed_weights: bool) -> bool | None:
    from capreg.errors import InvalidArgument

    if open_weights and closed_weights:
        raise InvalidArgument(
            "weights are open or closed", where="--open-weights, --closed-weights", hint="leave one of them out"
        )
    return True if open_weights else False if closed_weights else None


def _floor(texts: list[str], like: str | None, within: float | None) -> Any:
    """`tool_use:70`, several of them, or one number for all; or the floor that a model sets."""
    from capreg.errors import InvalidArgument
    from capreg.resolver.floors import like as beside

    if (like is not None and texts) or (like is None and within is not None):
        raise InvalidArgument(
            "a floor of quality is set in one way",
            where="--min-quality, --like, --within",
            hint="pass --min-quality, or --like with or without --within",
        )
    if like is not None:
        return beside(like, within=0 if within is None else within)
    pairs = dict(text.rsplit(":", 1) for text in texts if ":" in text)
    if len(pairs) < len(texts) != 1:
        raise InvalidArgument(
            "a floor of quality is set once",
            where="min_quality",
            found=", ".join(texts),
            expected="one number, or each capability once, such as tool_use:70",
        )
    return pairs or (texts[0] if texts else None)


def _rank_keys(texts: list[str]) -> list[str | tuple[str, float]]:
    """`cost:0.05,latency` as a sequence of keys and bands."""
    return [_rank_key(entry.strip()) for text in texts for entry in text.split(",")]


def _rank_key(text: str) -> str | tuple[str, float]:
    from capreg.errors import InvalidArgument

    name, colon, band = text.partition(":")
    if not colon:
        return text
    try:
        return name, float(band)
    except ValueError as unreadable:
        raise InvalidArgument(
            "a band is a number", where="rank_by", found=text, expected="a band from 0 to 1, for example cost:0.05"
        ) from unreadable


def _workload(requires: list[str], shape: dict[str, Any], catalog: Catalog) -> Workload | None:
    """The call: what is given, and for the rest the skill's; None where nothing is given, and the library decides."""
    from capreg.domain.workload import Workload

    given = {name: value for name, value in shape.items() if value is not None}
    if not given:
        return None
    skills = catalog.documents("skills")
    shapes = [skills[name]["workload"] for name in requires if name in skills]
    of_skill = shapes[0] if shapes and all(shape == shapes[0] for shape in shapes) else {}
    return Workload(**{**of_skill, **given})


def _answer(
    requires: list[str],
    shape: dict[str, Any],
    asked: dict[str, Any],
    place: tuple[Path | None, Path | None],
    *,
    as_json: bool,
    ledger: Ledger | None,
) -> int:
    import capreg
    from capreg.cli.shelf import opened

    catalog = opened(*place)
    workload = _workload(requires, shape, catalog)
    try:
        decision = capreg.resolve(requires, catalog=catalog, workload=workload, **asked)
    except capreg.NoFeasibleOffering as nobody:
        _write(nobody.decision, asked, as_json=as_json, ledger=ledger)
        fail(nobody)
        return INFEASIBLE
    _write(decision, asked, as_json=as_json, ledger=ledger)
    return 0


def _write(decision: Decision, asked: dict[str, Any], *, as_json: bool, ledger: Ledger | None) -> None:
    if as_json:
        from capreg.cli.page import write_json

        write_json(decision.to_json(ledger or "full"))
        return
    from capreg.cli.ranking import write_decision

    columns = ("max_first_answer_ms", "max_e2e_ms", "min_quality")
    bounds = [name for name in columns if asked[name] is not None]
    keys = [key if isinstance(key, str) else key[0] for key in asked["rank_by"]]
    write_decision(
        decision,
        asked=[*bounds, *keys],
        percentile=asked["percentile"],
        ledger=ledger,
        environ=os.environ,
    )
