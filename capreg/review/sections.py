"""What a page of a review says, in its order: security, answers that flip, warnings, then tables of the rest."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from capreg.errors import Finding
from capreg.review.compare import Change, Review, Side
from capreg.review.decisions import Flip
from capreg.review.market import Beside
from capreg.review.measured import Measured
from capreg.review.newcomers import NewProvider, NewSource
from capreg.review.pages import Page
from capreg.review.parts import Address, Break, Said, Section, Table
from capreg.review.prices import Listed, PriceChange, Witness
from capreg.review.rows import ROWS

__all__ = ["head", "last", "sections"]

_PRICES = ("offering", "tier, rate", "old", "new", "change", "call, old", "call, new", "× median")
_NEW = ("offering", "model", "wire id", "quantization", "context", "input", "output", "can", "cannot")
_COSTS = ("offering", "since", "input", "output", "cache read", "call", "× median")
_FEW_ROWS = 5
"""Rows of one table that are listed each; more are counted."""
_CONDITIONS = ("n", "in + out tokens", "in flight", "region", "quantization")
_MEASURED = ("offering", "kind", "vantage", "day", *_CONDITIONS, "TTFT ms", "tokens/s", "other ms", "source", "change")
_IDS = frozenset({"offering", "model", "wire id", "source", "kind", "region"})
_LISTS = frozenset({"can", "cannot", "tier, rate", "× median", "TTFT ms", "other ms"})
_SLOW_SIDE = ("p95", "p90", "p99", "p75")
"""Which percentile stands beside the median, the first that there is."""
_TOLD_ELSEWHERE = frozenset({"offerings", "measurements", "providers", "sources"})
"""Kinds whose new records have a section of their own."""
Line = Sequence[object]


def head(review: Review) -> Iterator[Line]:
    """Which sides these are, and how to read the figures."""
    yield ("From ", *_side(review.base), " to ", *_side(review.head), ".")
    words = f"Asked as of {review.as_of}. Prices are US dollars per million; a call is 2,000 + 300 tokens."
    if review.asked and not review.decisions:
        words += f" None of {review.asked} reference requests has another winner."
    yield (words,)
    if any(one.beside for one in review.prices) or any(one.beside for one in review.offerings_added):
        yield ("× median: times the median of other providers' offerings of the model; ! beyond 5 times or under 1/5.",)


def last(refused: Sequence[Finding], findings: Sequence[Finding] | None) -> str:
    """Whether the gates let the change pass, and whether the rules found anything."""
    said = "" if findings is None else f"; `capreg validate` finds {len(findings) or 'nothing'} in what changed"
    if not refused:
        return f"The gates pass: `capreg gate` refuses nothing{said}."
    return f"The gates do not pass: `capreg gate` refuses {len(refused):,}, which stand first{said}."


def sections(
    review: Review, refused: Sequence[Finding] | None, findings: Sequence[Finding] | None
) -> Iterator[Section | Table]:
    """All sections, those with nothing to say too."""
    yield Section("Refused by the gates", [_refusal(finding) for finding in refused or ()])
    yield Section("Look first: hosts, SDKs, keys, names", [_security(change) for change in review.security])
    flipped = f"Answers that change: {len(review.decisions)} of {review.asked} reference requests"
    yield Section(flipped, [_flip(flip) for flip in review.decisions])
    yield Section("Found by `capreg validate`", [_finding(finding) for finding in findings or ()])
    yield Section("Removed", [line for kind, keys in review.removed.items() for line in _named(kind, keys)])
    yield Section("Retired", [(Said(key),) for key in review.retired])
    yield from _tables(review)
    yield Section("New providers", [_provider(one) for one in review.providers_added])
    yield Section("New sources", [_source(one) for one in review.sources_added])
    others = {kind: keys for kind, keys in review.added.items() if kind not in _TOLD_ELSEWHERE}
    yield Section("Other new records", [line for kind, keys in others.items() for line in _named(kind, keys)])
    yield Section("Everything else that changed", [_change(change) for change in _rest(review)])
    yield Section("Counted only", [(f"{count:,} {kind} moved",) for kind, count in review.moved.items()])


def _named(kind: str, keys: Sequence[str]) -> Iterator[Sequence[object]]:
    """A line for each record; rows of a table that are many are counted."""
    tables = Counter(key.partition("/")[0] for key in keys) if kind in ROWS else Counter[str]()
    for key in keys:
        if tables[key.partition("/")[0]] <= _FEW_ROWS:
            yield (f"{kind}/", Said(key))
    yield from ((f"{n:,} rows of {kind}/", Said(table)) for table, n in sorted(tables.items()) if n > _FEW_ROWS)


def _tables(review: Review) -> Iterator[Section | Table]:
    """Prices that are far from those of others come first, for long tables are cut."""
    prices = sorted(review.prices, key=lambda price: not (price.beside and price.beside.far))
    yield Table("Prices in force", [_price(price) for price in prices], _PRICES, _IDS, _LISTS)
    yield Section("Limits and quantization", [_change(change) for change in review.limits])
    yield Section("Capabilities", [_change(change) for change in review.capabilities])
    yield Section("Evidence lost", [_change(change) for change in review.evidence_lost])
    yield Table("New offerings: what they are", [_listed(one) for one in review.offerings_added], _NEW, _IDS, _LISTS)
    costs = sorted(review.offerings_added, key=lambda one: not any(beside.far for beside in one.beside))
    yield Table("New offerings: what they cost", [_cost(one) for one in costs], _COSTS, _IDS, _LISTS)
    yield Section("Where new and changed prices can be read", [_witness(one) for one in review.witnesses])
    told, other = ([_page(one) for one in review.pages if one.changed == changed] for changed in (True, False))
    yield Section("Where new and changed limits and capabilities can be read", told)
    yield Section("Other evidence for limits and capabilities that stand", other)
    mixed = any(row.change == "gone" for row in review.measurements)
    rows = [(*_measured(row), row.change if mixed else None) for row in review.measurements]
    yield Table("Measurements", rows, _MEASURED, _IDS, _LISTS)


def _side(side: Side) -> Line:
    is_named_so = side.commit is None or side.commit.startswith(side.name) or side.name.startswith(side.commit)
    commit = "" if is_named_so else f"{side.commit}, "
    return (Said(side.name), f" ({commit}release {side.release}, {side.digest.partition(':')[2][:12]})")


def _rest(review: Review) -> Iterator[Change]:
    ours = (*review.security, *review.limits, *review.capabilities, *review.evidence_lost)
    told = {(change.kind, change.id, change.key) for change in ours}
    return (change for change in review.changed if (change.kind, change.id, change.key) not in told)


def _refusal(finding: Finding) -> Line:
    return (f"{finding.rule} ", *_fault(finding))


def _finding(finding: Finding) -> Line:
    return (f"{finding.severity} {finding.rule} ", *_fault(finding))


def _fault(finding: Finding) -> Line:
    at = f"{finding.file}{f'#{finding.key}' if finding.key else ''}"
    parts: list[object] = [Said(at), ": ", Said(finding.problem)]
    parts += [", found ", Said(finding.found)] if finding.found else []
    return [*parts, f"; {finding.hint}" if finding.hint else ""]


def _security(change: Change) -> Line:
    """A host or key that another provider holds is marked."""
    if not change.also:
        return _change(change)
    parts: list[object] = []
    for one in change.also:
        whose = ", ".join(f"{provider}'s" for provider in one.providers)
        parts += [". Look: ", Said(one.value), " is also ", Said(whose)]
    return ("! ", *_change(change), *parts)


def _flip(flip: Flip) -> Line:
    keys = "" if flip.ranked_by == ("cost",) else f" (by {', '.join(flip.ranked_by)})"
    told = [part for reason in flip.reason.split("; ") if reason for part in (Break(". "), Said(reason))]
    return (Said(flip.request), f"{keys}: ", Said(flip.old), " → ", Said(flip.new), *told)


def _price(p: PriceChange) -> Line:
    percent = None if p.percent is None else f"{p.percent} %"
    told = (_cell(p.old), _cell(p.new), percent, p.old_call_usd, p.new_call_usd)
    return (Said(p.offering), f"{p.tier}, {p.rate}", *told, _times(p.beside) if p.beside else None)


def _listed(one: Listed) -> Line:
    limits = map(_count, (one.context_tokens, one.max_input_tokens, one.max_output_tokens))
    abilities = (_cell(", ".join(names) or None) for names in (one.capabilities, one.cannot))
    return (Said(one.id), _cell(one.model), Said(one.wire_id), _cell(one.quantization), *limits, *abilities)


def _cost(one: Listed) -> Line:
    since = one.starts_on if one.basis != "observed" or one.starts_on is None else f"{one.starts_on} (seen)"
    beside = ", ".join(f"{_times(b)} {b.rate.replace('_', ' ')}" for b in one.beside)
    return (Said(one.id), since, one.input, one.output, one.cache_read, one.call_usd, beside or None)


def _times(beside: Beside) -> str:
    return f"{'! ' if beside.far else ''}{beside.times}"


def _witness(one: Witness) -> Line:
    told = (Break(": "), Address(one.url)) if one.url else (", no address",)
    return (Said(one.offering), f" since {one.starts_on}, by ", Said(one.source), f", seen {one.seen_on}", *told)


def _page(one: Page) -> Line:
    facts = ", ".join(fact.removeprefix("capabilities.") for fact in one.facts)
    told = (Break(": "), Address(one.url)) if one.url else (", no address",)
    return (Said(one.offering), ": ", Said(facts), ", by ", Said(one.source), f", seen {one.seen_on}", *told)


def _measured(row: Measured) -> Line:
    rates, sizes = row.output_tps, (row.input_tokens, row.output_tokens)
    lengths = " + ".join(_count(tokens) or "?" for tokens in sizes) if any(sizes) else None
    others = [f"{word} {_percentiles(told)}" for word, told in (("end", row.e2e_ms), ("answer", row.first_answer_ms))]
    return (
        Said(row.offering),
        row.kind,
        row.vantage,
        row.measured_on,
        _count(row.n),
        lengths,
        _count(row.concurrency),
        _cell(row.region),
        _cell(row.quantization),
        _percentiles(row.ttft_ms) or None,
        _percentiles({"p50": rates["p50"]} if "p50" in rates else rates) or None,
        ", ".join(told for told in others if not told.endswith(" ")) or None,
        Said(row.source),
    )


def _percentiles(told: Mapping[str, str]) -> str:
    """The median, and the first of the slow side that there is."""
    names = [*(["p50"] if "p50" in told else []), *[name for name in _SLOW_SIDE if name in told][:1]]
    return ", ".join(f"{name} {told[name]}" for name in names)


def _provider(one: NewProvider) -> Line:
    who = f", {one.kind}, {'resells what others run' if one.reseller else 'no reseller'}"
    parent = (", of ", Said(one.parent)) if one.parent else (", of nobody else",)
    prices = (Address(one.pricing_url),) if one.pricing_url else ("no address",)
    addresses = (Break(), "models: ", Address(one.docs_url), Break(), "prices: ", *prices)
    return (Said(one.id), ": ", Said(one.name), who, *parent, *addresses)


def _source(one: NewSource) -> Line:
    who = (Said(one.id), ": ", Said(one.publisher), ", ", Said(one.title))
    may = (Break(), "licence: ", Said(one.licence), f"; redistributable: {one.redistributable}; family: ")
    return (*who, *may, Said(one.family), Break(), Address(one.url))


def _count(number: int | None) -> str | None:
    return None if number is None else f"{number:,}"


def _cell(text: str | None) -> object:
    return None if text is None else Said(text)


def _change(change: Change) -> Line:
    return (f"{change.kind}/", Said(change.id), " ", Said(change.key), ": ", *_sides(change.old, change.new))


def _sides(old: Any, new: Any) -> Line:
    if isinstance(old, tuple) and isinstance(new, tuple):
        gone = [Said(f"-{value}") for value in old if value not in new]
        come = [Said(f"+{value}") for value in new if value not in old]
        parts = [part for said in (*gone, *come) for part in (said, " ")]
        return parts[:-1] or ("another order",)
    return (_value(old), " → ", _value(new))


def _value(value: Any) -> object:
    return "nothing" if value is None else Said(", ".join(map(str, value)) if isinstance(value, tuple) else str(value))
