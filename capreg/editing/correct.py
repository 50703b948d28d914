"""A source is wrong: its figure goes into corrections/, and the right one, where it is known, into the offering."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, get_args

from capreg.domain.vocabulary import CapabilityKind
from capreg.editing.desk import Desk, Edit
from capreg.errors import InvalidArgument, UnknownName
from capreg.importers import SOURCES
from capreg.importers.policy import Trust
from capreg.importers.price_statements import Voice, rates_of, statements_of, with_rates
from capreg.importers.scopes import Scopes, in_key_order
from capreg.importers.statements import Statement
from capreg.source.layout import path_of
from capreg.source.read import read
from capreg.source.words import UNITS, Word, words

__all__ = ["Figure", "corrected"]

Document = dict[str, Any]
_IMPORTED = frozenset(SOURCES)


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """Which figure of which source."""

    source: str
    offering: str
    fact: str
    """As a correction names it: `model`, `tool_use.at_least`, `lifecycle.status`, or a unit such as `output`."""
    tier: str = "standard"
    above: int | None = None
    """Of a rate: the step of input size."""


def corrected(
    desk: Desk, figure: Figure, *, right: str | None, reason: str, evidence: Mapping[str, Any]
) -> tuple[Edit, Edit]:
    """Refute what a source is recorded to say, and write what is right.

    Args:
        desk: the registry.
        figure: the figure that is wrong. What the source says of it is read from the offering's evidence.
        right: what is true, as text; None where nobody knows, and then what other sources say stands.
        reason: how it is known to be wrong, one sentence.
        evidence: who shows it.

    Returns:
        The edits of the file of corrections and of the offering.

    Raises:
        UnknownName: there is no such offering, or no importer of that source.
        InvalidArgument: the source is not recorded to say anything of it; or a rate without what is right.
        InvalidData: a file would have faults; then both stay as they were.
    """
    if figure.source not in _IMPORTED:
        raise UnknownName("imported source", figure.source, SOURCES, where="--of")
    before = desk.document("offerings", figure.offering)
    wrong = _said(before, figure)
    _refuse(figure, wrong, right, evidence)
    shown = {**evidence, "note": f"corrects {reason}"}
    mending = _Mending(figure=figure, wrong=wrong.value, right=right, evidence=shown, kinds=_kinds(desk))
    after = mending.mended(before)
    path = path_of("corrections", figure.source)
    stood = desk.text(path)
    record = _refuted(figure, wrong, right, reason, evidence)
    if stood is None:
        first = desk.create("corrections", figure.source, {"refuted": [record]})
    else:
        entries = desk.document("corrections", figure.source)["refuted"]
        first = desk.change("corrections", figure.source, {"refuted": [*entries, record]})
    try:
        return first, desk.change("offerings", figure.offering, after)
    except BaseException:
        desk.restore(path, stood)
        raise


def _said(offering: Document, figure: Figure) -> Word:
    """The newest word of the source."""
    said = list(words(offering, figure.fact, figure.source, tier=figure.tier, above=figure.above))
    if not said:
        step = "" if figure.above is None else f" above {figure.above:,} input tokens"
        raise InvalidArgument(
            f"{figure.source} is not recorded to say anything of it",
            where=figure.offering,
            found=f"{figure.fact}{'' if figure.tier == 'standard' else f' {figure.tier}'}{step}",
            expected="a fact that this source speaks of: model, tool_use.at_least, lifecycle.status, output, …",
            hint=f"capreg show {figure.offering} tells who says what",
        )
    return max(said, key=lambda word: word.seen_on)


def _refuse(figure: Figure, wrong: Word, right: str | None, evidence: Mapping[str, Any]) -> None:
    if right == wrong.value:
        raise InvalidArgument(
            f"{figure.source} says just that", where="--right", found=right, expected="another figure, or none"
        )
    if figure.fact in UNITS and right is None:
        raise InvalidArgument(
            "a price that stood is mended, not taken out",
            where="--right",
            found="nothing",
            expected=f"what {figure.fact} tokens cost, in US dollars per million",
            hint="where nobody knows it, leave the conflict: it stays in sight",
        )
    if figure.fact in UNITS and "url" not in evidence:
        raise InvalidArgument(
            "a price that stood is mended only with an address",
            where="--url",
            found="none",
            expected="the page that shows the price",
            hint="give --source https://… or --url https://…",
        )


def _refuted(figure: Figure, wrong: Word, right: str | None, reason: str, evidence: Mapping[str, Any]) -> Document:
    entry: Document = {"offering": figure.offering, "fact": figure.fact}
    if figure.tier != "standard":
        entry["tier"] = figure.tier
    if figure.above is not None:
        entry["above_input_tokens"] = figure.above
    entry |= {"wrong": wrong.value, "seen_on": wrong.seen_on}
    if right is not None:
        entry["right"] = right
    return {**entry, "reason": reason, "evidence": [dict(evidence)]}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Mending:
    """Takes a wrong word out of an offering, and puts the right one in where there is one."""

    figure: Figure
    wrong: str
    right: str | None
    evidence: Mapping[str, Any]
    kinds: Mapping[str, Mapping[str, str]]
    """By subject and source: how far it is believed."""

    def mended(self, before: Document) -> Document:
        if self.figure.fact in UNITS:
            return {**before, "prices": [self._rate(entry) for entry in before["prices"]]}
        scopes = Scopes.of(before, _IMPORTED)
        head, _, key = self.figure.fact.partition(".")
        if not key:
            scopes.top = self._statements(scopes.top, head)
        elif head == "lifecycle":
            scopes.lifecycle = self._statements(scopes.lifecycle, key)
        else:
            scopes.capabilities[head] = self._statements(scopes.capabilities[head], key)
        return in_key_order(scopes.written(before, Trust(get_args(CapabilityKind), self.kinds["capability"])))

    def _rate(self, entry: Document) -> Document:
        """`entry` with the right rate, where the source said the wrong one of it."""
        voice = Voice(source=self.figure.source, seen_on="", own_kinds=self.kinds["price"], importers=_IMPORTED)
        said, unit = statements_of(entry, voice), self.figure.fact
        step = (entry.get("tier", "standard"), entry.get("above_input_tokens"))
        if step != (self.figure.tier, self.figure.above) or not any(self._is_wrong(one, unit) for one in said):
            return entry
        return with_rates(entry, {**rates_of(entry), unit: str(self.right)}, self._statements(said, unit))

    def _statements(self, before: Iterable[Statement], key: str) -> list[Statement]:
        heard = [self._unsaid(one, key) if self._is_wrong(one, key) else one for one in before]
        if self.right is None:
            return heard
        shown = Statement(
            source=self.evidence["source"],
            seen_on=self.evidence["seen_on"],
            values={key: self.right},
            written={**self.evidence, "facts": [key]},
        )
        return [*heard, shown]

    def _is_wrong(self, said: Statement, key: str) -> bool:
        return said.source == self.figure.source and not said.is_by_hand and said.values.get(key) == self.wrong

    @staticmethod
    def _unsaid(said: Statement, key: str) -> Statement:
        return replace(said, values={name: value for name, value in said.values.items() if name != key})


def _kinds(desk: Desk) -> dict[str, dict[str, str]]:
    """How far each source is believed, by subject."""
    sources = read(desk.root, only=lambda path: path.startswith("sources/")).documents["sources"]
    return {
        subject: {key: one["kinds"][subject] for key, one in sources.items() if subject in one.get("kinds", {})}
        for subject in ("price", "capability")
    }
