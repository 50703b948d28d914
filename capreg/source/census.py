"""What the catalog holds and how well it is known, counted: the numbers behind `capreg stats` and the page on the data.

Counts are as of the day of the release, or of another that is given. An offering that *can be had* is listed, priced,
and neither retired nor free for a reason.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any, NamedTuple

from capreg.catalog import Catalog
from capreg.index.of import index_of
from capreg.resolver.moment import Moment
from capreg.resolver.universe import is_retired, is_unlisted
from capreg.source.agreement import agreement_of
from capreg.source.votes import standing, votes_of

__all__ = ["Census", "Tally", "census", "release_moment"]

Document = Mapping[str, Any]
_AGES = ((30, "up to 30 days"), (90, "31 to 90 days"), (180, "91 to 180 days"), (365, "181 to 365 days"))
_OLDER = "over a year"
_SPEEDS = ("ttft_ms", "output_tps")


class Tally(NamedTuple):
    """Prices that were compared, and of how many the same was said."""

    compared: int
    agree: int

    @property
    def share(self) -> str:
        """Percent, as it is printed; nothing where nothing was compared."""
        return f"{self.agree / self.compared:.1%}" if self.compared else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Census:
    """The counts. Mappings are from a name to a number, the largest first unless they have an order of their own."""

    as_of: str
    records: Mapping[str, int]
    providers: int
    resellers: int
    offerings: int
    can_be_had: int
    """Offerings that are listed, priced and neither retired nor free for a reason."""
    timed: int
    """Of these, how many have TTFT and tokens per second measured."""
    timed_by_limits: int
    """Of these, how many only by the slowest host behind a router: limits."""
    retired: int
    unlisted: int
    series: int
    """Offerings with a price list of more than one period in some tier."""
    tiers: Mapping[str, int]
    """Offerings that can be had, by service tier in which they have a price."""
    steps: int
    """Offerings with a price for larger inputs."""
    by_provider: Mapping[str, int]
    by_capability: Mapping[str, Mapping[str, int]]
    """Of offerings that can be had: `yes` at level 1 or more, `no`, `unknown`."""
    by_accelerator_kind: Mapping[str, int]
    by_evidence: Mapping[str, int]
    """Pieces of evidence, and rows of tables, by kind."""
    price_states: Mapping[str, int]
    """Rates in force: confirmed by two families, of a single family, conflicting."""
    price_ages: Mapping[str, int]
    speed_ages: Mapping[str, int]
    unknown: Mapping[str, int]
    """Of offerings that can be had: how many lack the fact."""
    agreement: Mapping[str, Tally]
    """By family: prices that it did not supply and speaks of, and of how many it says the same."""
    agreement_on_price_lists: Mapping[str, Tally]
    """The same without the prices of routers, which move with their hosts."""

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON."""
        return asdict(self)


def release_moment(catalog: Catalog) -> Moment:
    """The first minute of the day of the release."""
    return Moment.of(catalog.release.id.partition("+")[0].replace(".", "-"))


def census(catalog: Catalog, moment: Moment | None = None) -> Census:
    """The counts of `catalog`, as of the day of its release unless another moment is given."""
    at = moment or release_moment(catalog)
    index, offerings = index_of(catalog), catalog.documents("offerings")
    retired = [name for row, name in enumerate(index.offerings) if is_retired(index, row, at)]
    unlisted = [name for row, name in enumerate(index.offerings) if is_unlisted(index, row, at)]
    gone = {*retired, *unlisted}
    had = [name for name in sorted(offerings) if name not in gone and _is_priced(offerings[name], at)]
    timed, exactly, having = _timed(catalog), _timed(catalog, limits=False), frozenset(had)
    providers, agreements = catalog.documents("providers"), agreement_of(catalog)
    return Census(
        as_of=at.on.isoformat(),
        records={kind: len(catalog.documents(kind)) for kind in catalog if catalog.documents(kind)},
        providers=len(providers),
        resellers=sum(bool(provider.get("reseller")) for provider in providers.values()),
        offerings=len(offerings),
        can_be_had=len(had),
        timed=sum(name in timed for name in had),
        timed_by_limits=sum(name in timed and name not in exactly for name in had),
        retired=len(retired),
        unlisted=len(set(unlisted) - set(retired)),
        series=sum(_has_history(offering) for offering in offerings.values()),
        tiers=_counted(tier for name in had for tier in _tiers(offerings[name])),
        steps=sum(any("above_input_tokens" in entry for entry in offerings[name].get("prices", ())) for name in had),
        by_provider=_counted(name.partition("/")[0] for name in had),
        by_capability={name: _known(offerings, had, name) for name in sorted(catalog.documents("capabilities"))
                       if name != "long_context"},
        by_accelerator_kind=_counted(_chips(catalog, had)),
        by_evidence=_counted(_evidence(catalog)),
        price_states=_counted(vote.state for vote in standing(votes_of(catalog)) if vote.offering in having),
        price_ages=_aged((_newest(offerings[name]) for name in had), at),
        speed_ages=_aged((timed.get(name) for name in had), at),
        unknown=_lacking(catalog, had, timed),
        agreement={each.family: Tally(each.compared, each.agree) for each in agreements if each.compared},
        agreement_on_price_lists={each.family: Tally(*each.of_price_lists) for each in agreements if each.compared},
    )  # fmt: skip


def _is_priced(offering: Document, at: Moment) -> bool:
    lists = [entry for entry in offering.get("prices", ()) if entry["starts_on"] <= at.on.isoformat()]
    return any(entry.get("tier", "standard") == "standard" and "free" not in entry for entry in lists)


def _has_history(offering: Document) -> bool:
    starts = {(entry.get("tier", "standard"), entry["starts_on"]) for entry in offering.get("prices", ())}
    return len(starts) > len({tier for tier, _ in starts})


def _tiers(offering: Document) -> set[str]:
    return {entry.get("tier", "standard") for entry in offering.get("prices", ())}


def _timed(catalog: Catalog, *, limits: bool = True) -> dict[str, str]:
    """By offering with both speeds measured: the newest day of such a measurement, of a limit only where it counts."""
    seen: dict[str, str] = {}
    for one in catalog.documents("measurements").values():
        if all(one.get(metric) for metric in _SPEEDS) and (limits or "slowest_of" not in one):
            seen[one["offering"]] = max(one["measured_on"], seen.get(one["offering"], ""))
    return seen


def _known(offerings: Mapping[str, Document], had: Sequence[str], capability: str) -> dict[str, int]:
    found = Counter(_verdict((offerings[name].get("capabilities") or {}).get(capability, {})) for name in had)
    return {verdict: found[verdict] for verdict in ("yes", "no", "unknown")}


def _verdict(fact: Document) -> str:
    if fact.get("at_least", 0) >= 1:
        return "yes"
    return "no" if fact.get("at_most") == 0 else "unknown"


def _chips(catalog: Catalog, had: Sequence[str]) -> Iterator[str]:
    chips, providers = catalog.documents("accelerators"), catalog.documents("providers")
    for name in had:
        backend = catalog.documents("offerings")[name].get("backend") or providers[name.partition("/")[0]]["backend"]
        kinds = sorted({chips[chip]["kind"] for chip in backend.get("accelerators", ())})
        stated = {"inferred": " (inferred)"}.get(backend["grade"], "")
        yield " or ".join(kinds) + stated if kinds else "undisclosed"


def _evidence(catalog: Catalog) -> Iterator[str]:
    """The kind of each piece of evidence of a price, a capability or a speed; a source's own where none is said."""
    kinds = {key: source.get("kinds") or {} for key, source in catalog.documents("sources").items()}
    for offering in catalog.documents("offerings").values():
        for entry in offering.get("prices", ()):
            yield from _of_kind(entry.get("evidence", ()), kinds, "price")
        for fact in (offering.get("capabilities") or {}).values():
            yield from _of_kind(fact.get("evidence", ()), kinds, "capability")
    for table in ("measurements", "deployments"):
        yield from (f"speed: {one['kind']}" for one in catalog.documents(table).values())


def _of_kind(evidence: Iterable[Document], kinds: Mapping[str, Document], subject: str) -> Iterator[str]:
    for one in evidence:
        yield f"{subject}: {one.get('kind') or kinds.get(one['source'], {}).get(subject, 'not said')}"


def _newest(offering: Document) -> str | None:
    days = [one["seen_on"] for entry in offering.get("prices", ()) for one in entry.get("evidence", ())]
    return max(days, default=None)


def _aged(days: Iterable[str | None], at: Moment) -> dict[str, int]:
    """By age, in order of age; what has no day is not counted."""
    found: Counter[str] = Counter()
    for day in days:
        if day is not None:
            age = at.day - date.fromisoformat(day).toordinal()
            found[next((words for most, words in _AGES if age <= most), _OLDER)] += 1
    return {words: found[words] for words in (*(words for _, words in _AGES), _OLDER)}


def _lacking(catalog: Catalog, had: Sequence[str], timed: Mapping[str, str]) -> dict[str, int]:
    offerings, models = catalog.documents("offerings"), catalog.documents("models")
    facts: Counter[str] = Counter()
    for name in had:
        offering = offerings[name]
        model = models.get(offering.get("model", ""), {})
        lacks = {
            "model": "model" not in offering,
            "context_tokens": "context_tokens" not in offering,
            "max_output_tokens": "max_output_tokens" not in offering,
            "open_weights": "open_weights" not in model,
            "cache_read price": not any("cache_read" in entry for entry in offering.get("prices", ())),
            "hardware": _is_undisclosed(catalog, name),
            "speed": name not in timed,
        }
        facts.update(fact for fact, lacking in lacks.items() if lacking)
    return dict(facts.most_common())


def _is_undisclosed(catalog: Catalog, name: str) -> bool:
    offering = catalog.documents("offerings")[name]
    backend = offering.get("backend") or catalog.documents("providers")[name.partition("/")[0]]["backend"]
    return bool(backend["grade"] == "undisclosed")


def _counted(names: Iterable[str]) -> dict[str, int]:
    return dict(sorted(Counter(names).items(), key=lambda entry: (-entry[1], entry[0])))
