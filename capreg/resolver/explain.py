"""Putting a decision into words. The facts were made during the work; only the wording is here."""

from __future__ import annotations

from collections import Counter
from itertools import islice
from typing import TYPE_CHECKING, Any

from capreg.index.bits import rows_of, without
from capreg.index.columns import ABSENT
from capreg.resolver.ledger import entry_of
from capreg.resolver.quality import ESTIMATE_FLOOR, LOW_FLOOR
from capreg.resolver.relaxation import relaxations_of
from capreg.resolver.thinking import clear_while_thinking, effort_words, thinking_words
from capreg.units import format_fraction

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from capreg.domain.workload import Workload
    from capreg.resolver.candidate import Candidate
    from capreg.resolver.decision import Decision
    from capreg.resolver.ledger import Entry, Reason
    from capreg.resolver.matching import Check
    from capreg.resolver.relaxation import Relaxation
    from capreg.resolver.request import Bound
    from capreg.resolver.settled import Settled

__all__ = ["alternatives", "explain", "infeasible", "interpretation", "reasons_of", "relaxation_words"]

_USD_DIGITS = 15
_NEAREST = 10
_REASONS = 3
_INSTEAD = 3
_BOUND_WORDS = {
    "max_latency_ms": "TTFT {p} ≤ {limit} ms",
    "max_first_answer_ms": "first answer token {p} ≤ {limit} ms",
    "max_e2e_ms": "end to end {p} ≤ {limit} ms",
    "min_output_tps": "output {p} ≥ {limit} tokens/s",
    "max_cost_usd": "cost ≤ ${limit} a call",
}
_FLOOR_WORDS = {
    LOW_FLOOR: "quality in {of} ≥ {limit} at the lower end",
    ESTIMATE_FLOOR: "estimated quality in {of} ≥ {limit}",
}
_KEY_WORDS = {
    "cost": "cost a call",
    "latency": "TTFT",
    "e2e": "end-to-end time",
    "output_tps": "tokens/s",
    "quality": "quality",
}
_LEFT_OUT_WORDS = {
    "no_price_in_tier": "not sold in this tier",
    "retired": "retired",
    "unlisted": "no longer listed",
    "preview": "preview",
    "free": "free for a reason",
}


def interpretation(settled: Settled) -> str:
    """One line: what was asked, for which call, by what it is ranked, and what was assumed."""
    request = settled.request
    asked = [f"{', '.join(request.skills)}:"] if request.skills else []
    asked = [" ".join([*asked, ", ".join(str(requirement) for requirement in request.requirements)])]
    asked += [_bound_words(bound, request.percentile) for bound in request.bounds]
    parts = ["; ".join(asked), _call(settled), _order(settled)]
    if request.effort is not None:
        parts.append(f"at effort {request.effort}")
    if request.policy.said:
        parts.append(f"policy: {', '.join(request.policy.said)}")
    parts.append(f"as of {settled.moment}")
    return " | ".join(parts)


def _bound_words(bound: Bound, percentile: str) -> str:
    kind, colon, capability = bound.name.partition(":")
    if colon:
        return _FLOOR_WORDS[kind + colon].format(of=capability, limit=bound.shown)
    return _BOUND_WORDS[bound.name].format(p=percentile, limit=bound.shown)


def _call(settled: Settled) -> str:
    workload = settled.request.workload
    words = f"{workload.input_tokens:,} input"
    if workload.cached_input_tokens:
        words += f" ({workload.cached_input_tokens:,} cached)"
    words += f" + {workload.output_tokens:,} output"
    if workload.reasoning_tokens is None:
        words += " tokens, reasoning left off where it can be"
    else:
        words += f" + {workload.reasoning_tokens:,} reasoning tokens where it reasons"
    if workload.images:
        words += f", {workload.images} image{'s' if workload.images > 1 else ''} counted in the input"
    words = words if workload.service_tier == "standard" else f"{words}, {workload.service_tier} tier"
    return words if workload.requests_per_second is None else f"{words}, {_demand(workload)}"


def _demand(workload: Workload) -> str:
    usual, peak = workload.requests_per_second, workload.peak_requests_per_second
    words = f"{usual:g} calls/s" + ("" if peak is None else f" and {peak:g} at the peak")
    words += f", own machines with {workload.headroom * 100:g} % to spare"
    return words + (f" and {workload.add_network_ms:g} ms away" if workload.add_network_ms else "")


def _order(settled: Settled) -> str:
    keys = []
    for key in settled.request.rank_by:
        at = "" if key.name in ("cost", "quality") else f" at {settled.request.percentile}"
        width = f"{key.band / 1_000:g} points" if key.name == "quality" else f"{key.band / 10_000:g} %"
        band = f" within {width}" if key.band else ""
        keys.append(f"{_KEY_WORDS[key.name]}{at}{band}")
    return f"ranked by {', then '.join(keys)}"


def explain(decision: Decision, settled: Settled, ledger: str) -> str:
    """The answer in words, several paragraphs."""
    paragraphs = [interpretation(settled), _counted(settled)]
    if decision:
        paragraphs.append("\n".join(_told(candidate) for candidate in decision[:3]))
    paragraphs.append("\n".join(_by_requirement(settled)))
    paragraphs.append("\n".join(f"{relaxation_words(r)}" for r in decision.relaxations))
    paragraphs += thinking_words(decision.clear_while_thinking)
    if ledger == "near":
        paragraphs.append("\n".join(_near(settled)))
    if ledger == "full":
        paragraphs.append("\n".join(_line(entry) for entry in (*decision.excluded, *decision.unknown)))
    return "\n\n".join(paragraph for paragraph in paragraphs if paragraph)


def _counted(settled: Settled) -> str:
    part, left_out = settled.partition, settled.universe.left_out
    beforehand = ", ".join(f"{len(rows):,} {_LEFT_OUT_WORDS[name]}" for name, rows in left_out.items() if rows)
    words = f"{_offerings(len(settled.index))} in the catalog; "
    words += f"left out beforehand: {beforehand}. " if beforehand else "none left out beforehand. "
    return words + (
        f"Of {len(part.rows):,} considered, {part.feasible.bit_count():,} pass, {part.excluded.bit_count():,} fail "
        f"and {part.unknown.bit_count():,} lack a fact."
    )


def _offerings(count: int) -> str:
    return f"{count:,} offering{'' if count == 1 else 's'}"


def _told(candidate: Candidate) -> str:
    cost = candidate.cost_usd
    words = f"{candidate.rank}. {candidate.offering}: "
    words += "cost unknown" if cost is None else f"${cost:f} a call ({_items(candidate)})"
    words += _beside_others(candidate)
    for metric, label, limit, unit in (
        ("ttft_ms", "TTFT", "at most " if candidate.ttft_is_upper_limit else "", "ms"),
        ("output_tps", "output", "at least " if candidate.output_tps_is_lower_limit else "", "tokens/s"),
    ):
        told = candidate.measurements.get(metric)
        if told is not None and told["value"] is not None:
            words += f"; {label} {told['percentile']} {limit}{told['value']:g} {unit}{_seen(told)}"
    for capability, quality in candidate.quality.items():
        words += f"; {capability} {quality['estimate']} ({quality['low']}–{quality['high']})"
    return words + (_machine(candidate.machine) if candidate.machine else f"; runs on {_backend(candidate.backend)}")


def _items(candidate: Candidate) -> str:
    """The bill; its items add up to the cost to the digit."""
    return " + ".join(
        f"{i.quantity:,} {i.unit} = ${format_fraction(i.cost, _USD_DIGITS)}" for i in candidate.cost_items
    )


def _machine(machine: dict[str, Any]) -> str:
    """What a call is divided from: how many machines carry the demand, and what an hour of them costs."""
    chips = f"{machine['chips']} × {machine['accelerator']}"
    if "requests_per_second_each" not in machine:
        return f"; own machines, each {chips}"
    each = float(machine["requests_per_second_each"])
    words = f"; own machines: {machine['deployments']:,} × ({chips}), each good for {each:.3g} calls/s"
    words += f", {machine['utilisation']:.0%} busy"
    rental = machine.get("rental")
    if rental is None:
        return words
    words += f"; {machine['paid_chips']:,} chips at ${rental['usd_per_hour']} an hour"
    market = rental["market"].replace("_", " ")
    return f"{words} ({market}, {rental['seller']}, {rental['source']} {rental['seen_on']})"


def _beside_others(candidate: Candidate) -> str:
    """How far the price is from what others ask, where that is far."""
    price = candidate.price
    if price is None or not price["far_from_others"]:
        return ""
    told = (f"{unit} {one['times']}× the median of {one['offerings']} others" for unit, one in price["others"].items())
    return f"; far from what others ask ({', '.join(told)})"


def _seen(told: dict[str, Any]) -> str:
    stale = ", stale" if told["stale"] else ""
    hosts = f", slowest of {told['slowest_of']} hosts" if "slowest_of" in told else ""
    return f" ({told['source']}, {told['vantage']} vantage{hosts}, {told['age_days']} days old{stale})"


def _backend(backend: dict[str, Any]) -> str:
    chips = ", ".join(backend["accelerators"])
    return f"{chips} ({backend['grade'].replace('_', ' ')})" if chips else "undisclosed hardware"


def alternatives(decision: Decision) -> list[str]:
    """A few lines: who is fastest, and at what price; who trades quality for it; the nearest change of a bound."""
    lines = []
    best, fastest = decision[0], next(reversed(decision.pareto("cost", "latency")), None)
    if fastest is not None and best.cost_usd and fastest.cost_usd and fastest.offering != best.offering:
        times = fastest.cost_usd / best.cost_usd
        ttft = f"{'at most ' if fastest.ttft_is_upper_limit else ''}{fastest.ttft_ms:g} ms"
        lines.append(f"fastest: {fastest.offering}, TTFT {ttft} at {times:.1f}× the cost of the first")
    if best.quality and decision.feasible_count:
        from capreg.resolver.tradeoffs import told_apart, tradeoff_words

        told = islice(told_apart(decision.tradeoffs()), _INSTEAD)
        lines += [f"instead: {tradeoff_words(tradeoff)}" for tradeoff in told]
    if decision.workload.requests_per_second is not None:
        from capreg.resolver.break_even import break_even_words

        lines += [f"break-even: {break_even_words(even)}" for even in decision.break_even()[:_INSTEAD]]
    lines += [f"nearest: {relaxation_words(relaxation)}" for relaxation in decision.relaxations[:1]]
    return [*lines, *(f"thinking: {words}" for words in thinking_words(decision.clear_while_thinking))]


def relaxation_words(relaxation: Relaxation) -> str:
    """One line: which bound, from what to what, whom it lets in, and what that does to the best cost."""
    changes = " and ".join(f"{c.bound} {c.asked} → {c.needed}" for c in relaxation.changes)
    admitted = (
        relaxation.admits[0]
        if len(relaxation.admits) == 1
        else f"{len(relaxation.admits)}, {relaxation.admits[0]} first"
    )
    return f"{changes} lets in {admitted}; {_cost_change(relaxation)}"


def _cost_change(relaxation: Relaxation) -> str:
    before, after = relaxation.best_cost_before_usd, relaxation.best_cost_after_usd
    if after is None:
        return "its cost is unknown"
    if before is None:
        return f"best cost ${after} a call"
    return f"best cost stays ${before}" if before == after else f"best cost ${before} → ${after}"


def _by_requirement(settled: Settled) -> Iterator[str]:
    part = settled.partition
    for check, fails, unknown in zip(part.checks, part.fails, part.unknowns, strict=True):
        if fails or unknown:
            alone = _failing_only(settled, check).bit_count()
            only = f", {alone:,} of them nothing else" if alone else ""
            whys = _whys(check, unknown)
            yield f"{_named(check)}: {fails.bit_count():,} fail{only}; {unknown.bit_count():,} unknown{whys}"


def _whys(check: Check, unknown: int) -> str:
    """The commonest reasons why a fact is missing, with counts."""
    if not check.has_reasons:
        return ""
    counts: Counter[str | None] = Counter()
    for why, rows in check.blanks(unknown):
        counts[why] += rows.bit_count()
        unknown = without(unknown, rows)
    counts.update(map(check.why, rows_of(unknown)))
    del counts[None]
    commonest = sorted(counts.items(), key=lambda entry: (-entry[1], entry[0]))[:_REASONS]
    return f" ({', '.join(f'{count:,} {why}' for why, count in commonest)})" if commonest else ""


def _named(check: Check) -> str:
    known = check.group in ("capability", "rank") or check.limit is None
    return check.label if known else f"{check.label} {_words(check.limit)}"


def _failing_only(settled: Settled, check: Check) -> int:
    """The rows for which `check` is the only failure and nothing is missing."""
    part = settled.partition
    bits = part.universe
    for other, fails, unknown in zip(part.checks, part.fails, part.unknowns, strict=True):
        bits = bits & fails if other is check else without(bits, fails | unknown)
    return bits


def _near(settled: Settled) -> Iterator[str]:
    for check in settled.partition.checks:
        rows = rows_of(_failing_only(settled, check))
        if rows:
            nearest = sorted(rows, key=lambda row, check=check: _distance(check, row))[:_NEAREST]  # type: ignore[misc]
            yield f"only {_named(check)} keeps out:"
            yield from (f"  {_line(entry_of(settled, row))}" for row in nearest)


def _distance(check: Check, row: int) -> float:
    """How far the actual value is from the limit, where both are numbers; equal ones keep the order of ids."""
    try:
        actual = str(check.actual(row)).removeprefix("at most ").removeprefix("at least ")
        return abs(float(actual) / float(check.limit) - 1)  # type: ignore[arg-type]
    except (TypeError, ValueError, ZeroDivisionError):
        return float("inf")


def _line(entry: Entry) -> str:
    return f"{entry.offering}: {reasons_of(entry)}"


def reasons_of(entry: Entry) -> str:
    """Everything that kept an offering out."""
    failed = [f"fails {_reason(reason)}" for reason in entry.failed]
    missing = [f"lacks {_lack(reason)}" for reason in entry.missing]
    return "; ".join(failed + missing)


def _reason(reason: Reason) -> str:
    words = f"{reason.requirement}: has {_words(reason.actual)}, asked {_words(reason.limit)}"
    if reason.source is not None:
        words += f" ({reason.source}, {reason.age_days} days old)"
    return words


def _lack(reason: Reason) -> str:
    known = [] if reason.actual is None else [f"known: {_words(reason.actual)}"]
    told = known + ([] if reason.why is None else [reason.why])
    return f"{reason.requirement} ({', '.join(told)})" if told else reason.requirement


def _words(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return f"{value:,}" if isinstance(value, int) else str(value)


def infeasible(settled: Settled) -> tuple[str, str | None]:
    """Why nobody passes, and what the caller can do."""
    nearest = relaxations_of(settled)
    problem = f"no offering passes: {_counted(settled)}"
    hint = f"{relaxation_words(nearest[0])}; decision.explain('near') says more" if nearest else None
    hints = [*effort_words(settled), *thinking_words(clear_while_thinking(settled)), *([hint] if hint else [])]
    return problem, "; or ".join(hints) or _advice(settled, settled.partition.checks)


def _advice(settled: Settled, checks: Sequence[Check]) -> str | None:
    alone = {c.label: _failing_only(settled, c).bit_count() for c in checks if c.group != "policy"}
    worst = max(alone, key=lambda label: alone[label], default=None)
    if worst is not None and alone[worst]:
        fail = "fails" if alone[worst] == 1 else "fail"
        return f"{_offerings(alone[worst])} {fail} {worst} alone; decision.explain('near') says by how much"
    if settled.partition.unknown:
        return _about_unknown(settled)
    return _about_policy(settled, checks) or "decision.explain('full') says why for each"


def _about_policy(settled: Settled, checks: Sequence[Check]) -> str | None:
    """Which field of the policy keeps out by itself whom nothing else does; a policy is never relaxed for anybody."""
    if settled.request.policy.keys == frozenset():
        return "with_keys saw no variable that a provider is called with: set one, or leave it out"
    alone = {check.label: _failing_only(settled, check).bit_count() for check in checks if check.group == "policy"}
    told = [f"{_offerings(count)} by {label} alone" for label, count in alone.items() if count]
    return f"the policy keeps out {', '.join(told)}; it is never relaxed" if told else None


def _about_unknown(settled: Settled) -> str:
    part = settled.partition
    admissible = without(part.unknown, part.lacking("policy"))
    lacking = {
        check.label: (unknown & admissible).bit_count()
        for check, unknown in zip(part.checks, part.unknowns, strict=True)
    }
    most = max(lacking, key=lambda label: lacking[label])
    if not lacking[most]:
        return "everybody left lacks a fact that the policy needs; what is unknown under a policy is never let in"
    words = f"{_offerings(lacking[most])} fail nothing and lack {most}; unknown='include' lets them in"
    if settled.request.call.reasoning_tokens is None and ABSENT in settled.index.column("reasoning"):
        words += ", and stating reasoning_tokens makes cost and end-to-end time known for more"
    return words
