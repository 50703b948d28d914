"""What somebody found to be wrong in a source is taken as not said, as long as the source says just that.

The file in corrections/ keeps the figure, the reason and the evidence. Where the source changed its mind, or no longer
names the offering, the correction has done its work and reports itself obsolete.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from capreg.importers.names import ModelNames
from capreg.importers.proposal import Batch, OfferingProposal, Period, PriceProposal, PriceSeries, Rates, Skip, Steps
from capreg.importers.statements import text_of
from capreg.source.words import UNITS
from capreg.units import format_rate

__all__ = ["Heard", "without_refuted"]

Document = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """A batch as the registry hears it."""

    batch: Batch
    """Without what was refuted; each refuted figure is a skip."""
    obsolete: tuple[str, ...] = ()
    """Corrections that nothing in the file needs any more, in words."""


def without_refuted(batch: Batch, corrections: Document | None, names: ModelNames) -> Heard:
    """`batch` without the figures that `corrections`, the document of its source, refutes.

    Args:
        batch: what the file says.
        corrections: the document of corrections/ for the source of the batch; None where there is none.
        names: what the names of models mean.
    """
    wrong: dict[str, list[Document]] = defaultdict(list)
    for one in (corrections or {}).get("refuted", ()):
        wrong[one["offering"]].append(one)
    if not wrong:
        return Heard(batch=batch)
    offerings, skips, obsolete = [], [], []
    for proposal in batch.offerings:
        for one in wrong.pop(proposal.id, ()):
            ear = _Ear(one, names.model(batch.source, proposal))
            proposal = ear.hears(proposal)  # noqa: PLW2901  each correction takes something out of it
            if ear.found:
                skips.append(Skip(reason=f"refuted in corrections/{batch.source}.toml", subject=_told(one)))
            else:
                obsolete.append(f"{_told(one)}: {batch.source} does not say {one['wrong']} any more")
        offerings.append(proposal)
    gone = [one for entries in wrong.values() for one in entries if _was_read(batch, one["offering"])]
    obsolete += [f"{_told(one)}: {batch.source} does not name the offering any more" for one in gone]
    heard = replace(batch, offerings=tuple(offerings), skips=(*batch.skips, *skips))
    return Heard(batch=heard, obsolete=tuple(sorted(obsolete)))


def _was_read(batch: Batch, offering: str) -> bool:
    return offering.partition("/")[0] in batch.read_in_full and offering not in batch.also_listed


def _told(one: Document) -> str:
    parts = [one["offering"], one["fact"], one.get("tier", "")]
    parts += [f"above {one['above_input_tokens']:,} tokens"] if "above_input_tokens" in one else []
    return " ".join(filter(None, parts))


@dataclass(slots=True)
class _Ear:
    """Hears a proposal without one refuted figure, and notes whether the figure was in it."""

    refuted: Document
    model: str | None
    """The model that the proposal's names mean."""
    found: bool = field(default=False, init=False)

    def hears(self, proposal: OfferingProposal) -> OfferingProposal:
        fact: str = self.refuted["fact"]
        head, _, key = fact.partition(".")
        if fact == "model":
            self.found = self.model == self.refuted["wrong"]
            return replace(proposal, unlinked=proposal.unlinked or self.found)
        if fact in UNITS:
            return replace(proposal, prices=self._prices(proposal.prices), series=self._series(proposal.series))
        if head == "lifecycle":
            return replace(proposal, lifecycle=self._without(proposal.lifecycle, key, text_of))
        if not key:
            return replace(proposal, facts=self._without(proposal.facts, fact, text_of))
        capabilities = {
            name: self._without(said, key, text_of) if name == head else said
            for name, said in proposal.capabilities.items()
        }
        return replace(proposal, capabilities=capabilities)

    def _without(self, said: Mapping[str, Any], key: str, told: Callable[[Any], str]) -> dict[str, Any]:
        kept = {name: value for name, value in said.items() if name != key or told(value) != self.refuted["wrong"]}
        self.found |= len(kept) < len(said)
        return kept

    def _prices(self, prices: Sequence[PriceProposal]) -> tuple[PriceProposal, ...]:
        heard = [replace(one, steps=self._steps(one.steps)) if one.tier == self._tier else one for one in prices]
        return tuple(one for one in heard if one.steps)

    def _series(self, series: Sequence[PriceSeries]) -> tuple[PriceSeries, ...]:
        heard = [replace(one, periods=self._periods(one.periods)) if one.tier == self._tier else one for one in series]
        return tuple(one for one in heard if one.periods)

    def _periods(self, periods: Sequence[Period]) -> tuple[Period, ...]:
        """Periods with something left to say; of neighbours that now say the same, the first."""
        heard: list[Period] = []
        for period in (replace(one, steps=self._steps(one.steps)) for one in periods):
            if period.steps and not (heard and heard[-1].steps == period.steps):
                heard.append(period)
        return tuple(heard)

    def _steps(self, steps: Steps) -> Steps:
        heard: dict[int | None, Rates] = {
            above: self._without(rates, self.refuted["fact"], format_rate)
            if above == self.refuted.get("above_input_tokens")
            else rates
            for above, rates in steps.items()
        }
        return {above: rates for above, rates in heard.items() if rates}

    @property
    def _tier(self) -> str:
        return str(self.refuted.get("tier", "standard"))
