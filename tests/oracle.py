"""The answer by brute force, written from docs/reference/resolver.md, section by section. It is no part of the engine.

It takes plain documents and plain questions, judges every row by itself and shares no code with what it checks. It
is meant to be obviously right; where it remembers something, it is only to spare work.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from functools import cache, cached_property
from typing import Any, NamedTuple

from tests.oracle_bands import places_of
from tests.oracle_estimates import estimate
from tests.oracle_facts import (
    FAIL,
    PASS,
    UNKNOWN,
    chips,
    feature,
    fits_context,
    fits_input,
    fits_output,
    keys,
    level,
    open_weights,
    window,
    yes,
)
from tests.oracle_money import Document, Entries, Item, Work, bill, entries_in_force, reasoning_tokens
from tests.oracle_quality import Rated, floor, quality_of, rated_capabilities
from tests.oracle_speed import (
    EndToEnd,
    Moment,
    Seen,
    bounded,
    choose,
    end_to_end,
    end_to_end_at_most,
    is_comparable,
    is_limit,
    read,
)

__all__ = ["Answer", "Asked", "Item", "Oracle", "Ranked", "Work"]

REQUIREMENT = re.compile(r"([a-z][a-z0-9_]*)(?:\[([a-z0-9_, ]+)\])?(?:>=([0-9]+))?")


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A question. Bounds and bands are decimal text; `policy` holds the fields that are not None."""

    requires: tuple[str, ...]
    as_of: datetime
    max_latency_ms: str | None = None
    max_first_answer_ms: str | None = None
    max_e2e_ms: str | None = None
    min_output_tps: str | None = None
    max_cost_usd: str | None = None
    min_quality: str | tuple[tuple[str, str], ...] | None = None
    like: tuple[str, str, str | None] | None = None
    effort: str | None = None
    percentile: str = "p50"
    work: Work = field(default_factory=Work)
    policy: Mapping[str, Any] = field(default_factory=dict)
    rank_by: tuple[tuple[str, str | None], ...] = (("cost", None),)
    unknown: str = "exclude"
    limit: int = 10

    @cached_property
    def at(self) -> int:
        """The asked percentile as a number."""
        return int(self.percentile[1:])

    @cached_property
    def minute(self) -> tuple[str, str]:
        """The day and the minute of `as_of`, UTC, as documents write them."""
        instant = self.as_of.astimezone(UTC)
        return instant.strftime("%Y-%m-%d"), instant.strftime("%H:%M")

    @cached_property
    def moment(self) -> Moment:
        """The tier, the day and the age that measurements are chosen by."""
        day = date.fromisoformat(self.minute[0])
        return Moment(self.work.service_tier, day, self.policy.get("max_measurement_age_days"))


class Ranked(NamedTuple):
    """One row of the ranking: money in 10^-15 USD, times in microseconds, rates in thousandths of a token a second."""

    offering: str
    proven: bool
    cost: int | None
    items: tuple[Item, ...] | None
    ttft: int | None
    e2e: int | None
    e2e_is_upper_limit: bool
    output_tps: int | None
    quality: tuple[tuple[str, Fraction, Fraction, Fraction], ...] = ()


class Answer(NamedTuple):
    """The whole answer. `ranking` holds every row that ranks; the asked limit cuts it later."""

    ranking: tuple[Ranked, ...]
    feasible_count: int
    excluded: dict[str, tuple[frozenset[str], frozenset[str]]]
    unknown: dict[str, frozenset[str]]
    coverage: dict[str, int]


class Row(NamedTuple):
    """One row of the universe, and all that a requirement looks at."""

    id: str
    offering: Document
    provider: str
    model: Document | None
    reasoning: int | None
    items: tuple[Item, ...] | None
    speed: Mapping[str, Seen | None]
    e2e: EndToEnd
    quality: Mapping[str, Rated | None]

    @property
    def cost(self) -> int | None:
        """The sum of the items."""
        return None if self.items is None else sum(item.cost for item in self.items)


Judge = Callable[[Row], str]


class Oracle:
    """Answers questions about one set of documents, by kind and id."""

    def __init__(self, documents: Mapping[str, Mapping[str, Document]]) -> None:
        self.documents = documents
        self.offerings = documents.get("offerings", {})
        self.providers = documents.get("providers", {})
        self.models = documents.get("models", {})
        self.qualities = documents.get("qualities", {})
        self.can_be_rated = rated_capabilities(self.qualities)
        self.records_of: dict[str, list[Document]] = defaultdict(list)
        for record in self.qualities.values():
            self.records_of[record["model"]].append(record)
        self.seen: dict[str, list[Seen]] = defaultdict(list)
        for id_, document in documents.get("measurements", {}).items():
            self.seen[document["offering"]].append(read(id_, document))
        self.listing = {id_ for id_, one in documents.get("sources", {}).items() if one.get("lists_offerings", False)}
        self.sightings: dict[str, dict[str, date]] = defaultdict(dict)
        for sighting in documents.get("sightings", {}).values():
            self.sightings[sighting["subject"]][sighting["source"]] = date.fromisoformat(sighting["last_seen_on"])
        self._remembered: dict[tuple[object, ...], Any] = {}
        self._own: dict[str, Row] = {}

    def answer(self, asked: Asked) -> Answer:
        """Section 1: every row, by every requirement."""
        rows, coverage = self._universe(asked)
        requirements = self.requirements(asked)
        feasible, included, excluded, unknown = [], [], {}, {}
        self._own = {row.id: row for row in rows}
        for row in rows:
            verdicts = {label: judge(row) for label, judge in requirements.items()}
            failed = frozenset(label for label, verdict in verdicts.items() if verdict == FAIL)
            missing = frozenset(label for label, verdict in verdicts.items() if verdict == UNKNOWN)
            if failed:
                excluded[row.id] = (failed, missing)
            elif missing:
                unknown[row.id] = missing
                if self._lets_in(row, missing, asked):
                    included.append(row)
            else:
                feasible.append(row)
        ranking = [_ranked(row, asked, proven=True) for row in _in_order(feasible, asked)]
        order = self._with_estimates(included, asked) if asked.unknown == "estimate" else included
        ranking += [_ranked(self._own[row.id], asked, proven=False) for row in _in_order(order, asked)]
        return Answer(tuple(ranking), len(feasible), excluded, unknown, coverage)

    # Section 10: who is let in, and section 14: by which estimates.

    def _lets_in(self, row: Row, missing: frozenset[str], asked: Asked) -> bool:
        if asked.unknown == "include":
            return not any(label.startswith("policy:") for label in missing)
        return asked.unknown == "estimate" and all(self._stands_in(row, label, asked) for label in missing)

    def _stands_in(self, row: Row, label: str, asked: Asked) -> bool:
        if label == "rank_by:e2e":
            return self._estimate(row, "e2e_ms", asked) is not None
        metric = {"max_e2e_ms": "e2e_ms", "max_first_answer_ms": "first_answer_ms"}.get(label)
        value = None if metric is None else self._estimate(row, metric, asked)
        return value is not None and value <= _thousandths(getattr(asked, label))

    def _estimate(self, row: Row, metric: str, asked: Asked) -> int | None:
        seen = self.seen.get(row.id, ())
        return estimate(metric, seen, asked.at, asked.moment, asked.work, reasoning=row.reasoning)

    def _with_estimates(self, rows: Sequence[Row], asked: Asked) -> list[Row]:
        """The rows as they are ranked: with an estimate where the time to the last token is unknown."""
        found = []
        for row in rows:
            known, value = _rank_value(row, "e2e", asked), self._estimate(row, "e2e_ms", asked)
            found.append(row if known is not None or value is None else row._replace(e2e=EndToEnd(estimate=value)))
        return found

    def _remember(self, key: tuple[object, ...], work_out: Callable[[], Any]) -> Any:
        return self._remembered[key] if key in self._remembered else self._remembered.setdefault(key, work_out())

    # Section 2: the universe.

    def _universe(self, asked: Asked) -> tuple[list[Row], dict[str, int]]:
        rows = []
        counts: Counter[str] = Counter(retired=0, unlisted=0, preview=0, free=0)
        for id_, offering in self.offerings.items():
            entries = self._entries(id_, asked)
            if asked.work.service_tier != "standard" and entries is None:
                continue
            reason = self._left_out(id_, offering, entries, asked)
            if reason is None:
                rows.append(self._row(id_, offering, entries, asked))
            else:
                counts[reason] += 1
        return rows, dict(counts)

    def _left_out(self, id_: str, offering: Document, entries: Entries | None, asked: Asked) -> str | None:
        lifecycle = offering.get("lifecycle", {})
        status, retires_on = lifecycle.get("status", "available"), lifecycle.get("retires_on")
        if date.fromisoformat(retires_on) <= asked.moment.day if retires_on else status == "retired":
            return "retired"
        if not asked.policy.get("unlisted", False) and self._is_unlisted(id_, asked.moment.day):
            return "unlisted"
        if not asked.policy.get("preview", False) and status == "preview":
            return "preview"
        if not asked.policy.get("free", False) and entries is not None and "free" in entries.get(0, {}):
            return "free"
        return None

    def _is_unlisted(self, id_: str, day: date) -> bool:
        """*Unlisted*: not listed by any of the page's four reasons, and last listed before `day`."""
        read_in_full = {
            source: on for source, on in self.sightings.get(_provider_of(id_), {}).items() if source in self.listing
        }
        seen = self.sightings.get(id_, {})
        if not read_in_full or not seen:
            return False
        latest_reading = max(read_in_full.values())
        by_listing = {source: on for source, on in seen.items() if source in self.listing}
        if any(on >= read_in_full.get(source, latest_reading) for source, on in by_listing.items()):
            return False
        return max(by_listing.values(), default=latest_reading - timedelta(days=1)) < day

    def _row(self, id_: str, offering: Document, entries: Entries | None, asked: Asked) -> Row:
        model = self.models[offering["model"]] if "model" in offering else None
        reasoning = reasoning_tokens(offering, model, asked.work)
        items = bill(offering, entries, reasoning, asked.work)
        speed = self._remember((id_, asked.percentile, asked.moment), lambda: self._speed(id_, asked))
        e2e = self._remember(
            (id_, asked.percentile, asked.moment, asked.work, reasoning),
            lambda: end_to_end(self.seen.get(id_, ()), asked.at, asked.moment, asked.work, reasoning),
        )
        quality = {name: self._quality(offering, model, name, asked) for name in self.rated(asked)}
        return Row(id_, offering, _provider_of(id_), model, reasoning, items, speed, e2e, quality)

    def _speed(self, id_: str, asked: Asked) -> dict[str, Seen | None]:
        seen = self.seen.get(id_, ())
        metrics = ("ttft_ms", "first_answer_ms", "output_tps")
        return {metric: choose(seen, (metric,), asked.at, asked.moment) for metric in metrics}

    # Section 15: quality.

    def rated(self, asked: Asked) -> list[str]:
        """The rated capabilities of the question."""
        return self._remember((asked.requires, asked.min_quality), lambda: self._rated(asked))  # type: ignore[no-any-return]

    def _rated(self, asked: Asked) -> list[str]:
        floored = {name for name, _ in asked.min_quality} if isinstance(asked.min_quality, tuple) else set()
        return sorted(self._asked_and_rated(asked) | floored)

    def _asked_and_rated(self, asked: Asked) -> set[str]:
        names = {matched[1] for text in asked.requires if (matched := REQUIREMENT.fullmatch(text))}
        return names & self.can_be_rated

    def _quality(self, offering: Document, model: Document | None, capability: str, asked: Asked) -> Rated | None:
        return quality_of(
            self.records_of.get(offering.get("model", ""), []),
            offering,
            model,
            capability,
            reasoning_tokens=asked.work.reasoning_tokens,
            effort=asked.effort,
            provisional=asked.policy.get("provisional", False),
        )

    def _floors(self, asked: Asked) -> dict[str, Judge]:
        """One for each capability, by the lower end; or by the estimate, where another model sets them."""
        if asked.like is not None:
            limits = {name: self._beside(asked.like, name) for name in self._asked_and_rated(asked)}
            return {f"min_estimate:{name}": _floor(name, limits[name], of_estimate=True) for name in limits}
        if isinstance(asked.min_quality, str):
            limits = dict.fromkeys(self._asked_and_rated(asked), Fraction(asked.min_quality))
        else:
            limits = {name: Fraction(text) for name, text in asked.min_quality or ()}
        return {f"min_quality:{name}": _floor(name, limits[name], of_estimate=False) for name in limits}

    def _beside(self, like: tuple[str, str, str | None], capability: str) -> Fraction:
        name, within, effort = like
        estimates = {
            one.get("effort"): Fraction(one["estimate"])
            for one in self.qualities.values()
            if (one["model"], one["capability"], one["status"]) == (name, capability, "published")
            and effort in (None, one.get("effort"))
        }
        best = estimates[None] if None in estimates else max(estimates.values())
        return max(best - Fraction(within), Fraction(1, 1000))

    # Section 3: the price list in force.

    def _entries(self, id_: str, asked: Asked) -> Entries | None:
        day, minute = asked.minute
        tier, prices = asked.work.service_tier, self.offerings[id_].get("prices", ())
        entries: Entries | None = self._remember(
            (id_, tier, day, minute), lambda: entries_in_force(prices, tier=tier, day=day, minute=minute)
        )
        return entries

    # The requirements of a question, by label.

    def requirements(self, asked: Asked) -> dict[str, Judge]:
        """Everything that a row is judged by; one label is one requirement, however often it is named."""
        requirements: dict[str, Judge] = {}
        for text in asked.requires:
            requirements.update(self._capabilities(text))
        if asked.work.images > 0:
            requirements["vision>=1"] = lambda row: level(row.offering, "vision", 1)
        requirements["fits:max_input_tokens"] = lambda row: fits_input(row.offering, asked.work)
        requirements["fits:context_tokens"] = lambda row: fits_context(row.offering, asked.work, row.reasoning)
        requirements["fits:max_output_tokens"] = lambda row: fits_output(row.offering, asked.work, row.reasoning)
        requirements |= {label: rule for label, rule in _bounds(asked).items() if getattr(asked, label) is not None}
        requirements |= self._floors(asked)
        requirements.update(self._policy(asked.policy))
        for key, _ in asked.rank_by:
            requirements[f"rank_by:{key}"] = _is_known(key, asked)
        return requirements

    def _capabilities(self, text: str) -> dict[str, Judge]:
        """Section 7: the level and the features that one requirement text names."""
        matched = REQUIREMENT.fullmatch(text)
        if matched is None:
            raise ValueError(text)
        name, features, wanted_level = matched.groups()
        capability = self.documents["capabilities"][name]
        least = int(wanted_level or capability.get("bare", 1))
        if capability.get("measure", "level") == "context_tokens":
            return {f"{name}>={least}": lambda row: window(row.offering, least)}
        found: dict[str, Judge] = {f"{name}>={least}": lambda row: level(row.offering, name, least)}
        for wanted in (features or "").replace(",", " ").split():
            found[f"{name}[{wanted}]"] = _has(name, wanted)
        return found

    # Section 9: policy.

    def _policy(self, policy: Mapping[str, Any]) -> dict[str, Judge]:
        rules: dict[str, Judge] = {
            "allow_providers": lambda row: yes(bool(self._owners(row) & policy["allow_providers"])),
            "deny_providers": lambda row: yes(not self._owners(row) & policy["deny_providers"]),
            "allow_labs": lambda row: UNKNOWN if row.model is None else yes(row.model["lab"] in policy["allow_labs"]),
            "deny_labs": lambda row: UNKNOWN if row.model is None else yes(row.model["lab"] not in policy["deny_labs"]),
            "allow_accelerators": lambda row: chips(
                self._backend(row), fine=lambda chip: chip in policy["allow_accelerators"]
            ),
            "deny_accelerators": lambda row: chips(
                self._backend(row), fine=lambda chip: chip not in policy["deny_accelerators"]
            ),
            "open_weights": lambda row: open_weights(row.model, policy["open_weights"]),
            "keys": lambda row: keys(self.providers[row.provider], policy["keys"]),
        }
        asked = {f"policy:{name}": rule for name, rule in rules.items() if policy.get(name) is not None}
        if policy.get("resellers") is False:
            asked["policy:resellers"] = lambda row: yes(not self.providers[row.provider].get("reseller", False))
        return asked

    def _owners(self, row: Row) -> set[str]:
        """The provider and all its parents."""
        owners: set[str] = set()
        name: str | None = row.provider
        while name is not None and name not in owners:
            owners.add(name)
            name = self.providers.get(name, {}).get("parent")
        return owners

    def _backend(self, row: Row) -> Any:
        return row.offering.get("backend") or self.providers[row.provider]["backend"]


def _provider_of(offering: str) -> str:
    return offering.split("/", 1)[0]


def _has(name: str, wanted: str) -> Judge:
    return lambda row: feature(row.offering, name, wanted)


def _floor(capability: str, limit: Fraction, *, of_estimate: bool) -> Judge:
    return lambda row: floor(row.quality[capability], row.offering, capability, limit, of_estimate=of_estimate)


# Section 8: bounds.


def _bounds(asked: Asked) -> dict[str, Judge]:
    return {
        "max_latency_ms": lambda row: _time(row, "ttft_ms", asked.max_latency_ms, asked),
        "max_first_answer_ms": lambda row: _first_answer(row, asked),
        "max_e2e_ms": lambda row: end_to_end_at_most(row.e2e, _thousandths(asked.max_e2e_ms), asked.at),
        "min_output_tps": lambda row: _rate(row, asked),
        "max_cost_usd": lambda row: (
            UNKNOWN if row.cost is None else yes(row.cost <= Fraction(asked.max_cost_usd or 0) * 10**15)
        ),
    }


@cache
def _thousandths(bound: str | None) -> Fraction:
    return Fraction(bound or 0) * 1000


def _time(row: Row, metric: str, bound: str | None, asked: Asked) -> str:
    seen = row.speed[metric]
    if seen is None or not is_comparable(seen, asked.work):
        return UNKNOWN
    verdict = bounded(seen.figures[metric], asked.at, lambda value: value <= _thousandths(bound))
    return UNKNOWN if verdict == FAIL and is_limit(seen) else verdict


def _first_answer(row: Row, asked: Asked) -> str:
    if row.speed["first_answer_ms"] is not None:
        return _time(row, "first_answer_ms", asked.max_first_answer_ms, asked)
    return _time(row, "ttft_ms", asked.max_first_answer_ms, asked) if row.reasoning == 0 else UNKNOWN


def _rate(row: Row, asked: Asked) -> str:
    seen = row.speed["output_tps"]
    if seen is None or not is_comparable(seen, asked.work):
        return UNKNOWN
    verdict = bounded(seen.figures["output_tps"], asked.at, lambda value: value >= _thousandths(asked.min_output_tps))
    is_lower_limit = is_limit(seen) or seen.document.get("rate_basis") != "decode"
    return UNKNOWN if verdict == FAIL and is_lower_limit else verdict


# Section 10: rank.


def _rank_value(row: Row, key: str, asked: Asked) -> int | None:
    if key == "cost":
        return row.cost
    if key == "quality":
        estimates = [None if rated is None else int(rated.estimate * 1000) for rated in row.quality.values()]
        known = [estimate for estimate in estimates if estimate is not None]
        return min(known) if len(known) == len(estimates) else None
    if key == "e2e":
        return row.e2e.estimate if row.e2e.measured is None else row.e2e.measured.get(asked.at)
    metric = {"latency": "ttft_ms", "output_tps": "output_tps"}[key]
    seen = row.speed[metric]
    return None if seen is None or not is_comparable(seen, asked.work) else seen.figures[metric].get(asked.at)


def _is_known(key: str, asked: Asked) -> Judge:
    return lambda row: UNKNOWN if _rank_value(row, key, asked) is None else PASS


def _ranked(row: Row, asked: Asked, *, proven: bool) -> Ranked:
    ttft, e2e, tps = (_rank_value(row, key, asked) for key in ("latency", "e2e", "output_tps"))
    upper = e2e is not None and row.e2e.is_upper_limit
    quality = tuple((name, *rated) for name, rated in sorted(row.quality.items()) if rated is not None)
    return Ranked(row.id, proven, row.cost, row.items, ttft, e2e, upper, tps, quality)


def _in_order(rows: Sequence[Row], asked: Asked) -> list[Row]:
    """By the place on every key asked, then cost, then TTFT, then id; unknown after known."""

    def order(row: Row) -> tuple[object, ...]:
        ties = [row.cost, _rank_value(row, "latency", asked)]
        return (*((tie is None, tie or 0) for tie in ties), row.id)

    groups = [list(rows)]
    for key, band in asked.rank_by:
        groups = [smaller for group in groups for smaller in _split(group, key, band, asked)]
    return [row for group in groups for row in sorted(group, key=order)]


def _split(group: Sequence[Row], key: str, band: str | None, asked: Asked) -> list[list[Row]]:
    """The rows that are equal on all earlier keys, by their place on this one."""
    places = places_of({row.id: _rank_value(row, key, asked) for row in group}, key, band)
    return [[row for row in group if places[row.id] == place] for place in sorted(set(places.values()))]
