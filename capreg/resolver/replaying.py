"""Replay: a locked question asked again, and what is not as it was. It opens no file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from capreg.errors import LockRelease, LockVersion, NoFeasibleOffering, RequestError
from capreg.resolver.engine import decide
from capreg.resolver.lock import answer_digest, figures_of
from capreg.resolver.question import request_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from capreg.catalog import Catalog
    from capreg.index import Index
    from capreg.resolver.decision import Decision
    from capreg.resolver.moment import Moment

__all__ = ["Move", "Replay", "replayed"]

_FIGURES = {
    "cost_usd": ("cost of a call", "US dollars"),
    "ttft_ms": ("TTFT", "ms"),
    "e2e_ms": ("end-to-end time", "ms"),
    "output_tps": ("output", "tokens/s"),
    "wire_id": ("wire id", ""),
    "retires_on": ("retires on", ""),
    "proven": ("proven", ""),
}
_SPEED = {"ttft_ms", "e2e_ms", "output_tps"}
_BASIS = {"release": "release", "digest": "catalog", "as_of": "as of", "engine": "capreg", "json_version": "JSON"}


class Move(NamedTuple):
    """One figure that is not as it was.

    `offering` is whose, empty for the answer as a whole; `figure` which, such as ``"price.input"``, ``"ttft_ms"``,
    ``"rank"`` or ``"first"``; `was` and `now` are None where there was or is none; `why` says since when or why.
    """

    offering: str
    figure: str
    was: Any
    now: Any
    why: str | None = None

    def __str__(self) -> str:
        name, unit = _named(self.figure)
        change = f"{name} {_said(self.was)} → {_said(self.now)}{f' {unit}' if unit else ''}"
        if self.figure == "rank":
            change = f"ranked {self.was}" if self.now is None else f"rank {_said(self.was)} → {self.now}"
            change = f"ranks {self.now}, was not ranked" if self.was is None else change
        words = f"{self.offering}: {change}" if self.offering else change
        return f"{words}, {self.why}" if self.why else words


class Replay:
    """A locked question, asked again.

    `same` is True where the whole answer is the same byte for byte; `moved` is every figure of the ranking that is
    not as it was, and empty where the answer stands; `rests_on` is what it rests on and did not before;
    `decision` is the answer of now, and may be empty.
    """

    __slots__ = ("decision", "id", "moved", "rests_on", "same")

    def __init__(
        self,
        *,
        id: str,  # noqa: A002  the word for it everywhere
        decision: Decision,
        same: bool,
        moved: Sequence[Move],
        rests_on: Sequence[str],
    ) -> None:
        self.id = id
        self.decision = decision
        self.same = same
        self.moved = tuple(moved)
        self.rests_on = tuple(rests_on)

    def __str__(self) -> str:
        basis = self.decision.basis
        if self.same:
            return f"{self.id}: the same answer, byte for byte, of release {basis['release']} as of {basis['as_of']}"
        count = len(self.moved)
        head = f"{count} {'figure' if count == 1 else 'figures'} moved" if count else "the same ranking and figures"
        return "\n".join([f"{self.id}: {head}", *(f"  {move}" for move in self.moved), *self.rests_on])

    def __repr__(self) -> str:
        return f"<Replay of {self.id}: {'same' if self.same else f'{len(self.moved)} moved'}>"


def replayed(catalog: Catalog, index: Index, locked: Mapping[str, Any], moment: Moment) -> Replay:
    """`locked`, the document of a lock file, asked of `catalog` at `moment`.

    Raises:
        LockRelease: its question names what this catalog does not hold.
        LockVersion: its question is of a shape that this capreg does not know.
    """
    decision = _asked_again(catalog, index, locked, moment)
    same = answer_digest(decision) == locked["answer"]["digest"]
    moved = [] if same else list(_moves(locked["answer"]["ranking"], decision))
    rests_on = list(_rests_on(locked["basis"], decision.basis))
    if not (same or moved or rests_on):
        digest = locked["answer"]["digest"]
        moved = [Move("", "answer", digest, answer_digest(decision), "outside the ranking")]
    return Replay(id=locked["id"], decision=decision, same=same, moved=moved, rests_on=rests_on)


def _asked_again(catalog: Catalog, index: Index, locked: Mapping[str, Any], moment: Moment) -> Decision:
    try:
        request = request_of(catalog, index, locked["question"])
    except RequestError as wrong:
        release = locked["basis"]["release"]
        if catalog.release.digest == locked["basis"]["digest"]:
            raise LockVersion(
                f"the lock file asks for what this capreg does not know: {wrong.problem}",
                where=wrong.where,
                found=f"written by capreg {locked['basis']['engine']}",
                hint="upgrade capreg, or lock the decision again with this one",
            ) from wrong
        raise LockRelease(
            f"the lock file is of another release: {wrong.problem}",
            where=wrong.where,
            found=f"release {release}, and this catalog is {catalog.release.id}",
            expected=f"a catalog that can be asked what was asked of {release}",
            hint=f"replay it on the catalog of release {release}, or ask and lock again",
        ) from wrong
    try:
        return decide(catalog, index, request, moment, tags=locked["tags"])
    except NoFeasibleOffering as nobody:
        return nobody.decision


def _moves(ranking: Sequence[Mapping[str, Any]], decision: Decision) -> Iterator[Move]:
    """Who is first, then each figure of who was ranked, then who was not ranked before."""
    before = {figures["offering"]: (rank, figures) for rank, figures in enumerate(ranking, start=1)}
    after = {candidate.offering: candidate for candidate in decision}
    first = (next(iter(before), None), next(iter(after), None))
    if first[0] != first[1]:
        yield Move("", "first", *first)
    for offering, (rank, figures) in before.items():
        candidate = after.get(offering)
        if candidate is None:
            yield Move(offering, "rank", rank, None, f"now {decision.standing(offering)}")
            continue
        yield from _figure_moves(offering, figures, figures_of(candidate))
        if candidate.rank != rank:
            yield Move(offering, "rank", rank, candidate.rank)
    for offering, candidate in after.items():
        if offering not in before:
            yield Move(offering, "rank", None, candidate.rank)


def _figure_moves(offering: str, was: Mapping[str, Any], now: Mapping[str, Any]) -> Iterator[Move]:
    for unit in sorted({*was["price"], *now["price"]}):
        rates = was["price"].get(unit), now["price"].get(unit)
        if rates[0] != rates[1]:
            since = None if now["price_since"] is None else f"since {now['price_since']}"
            yield Move(offering, f"price.{unit}", *rates, since)
    for figure in _FIGURES:
        if was[figure] != now[figure]:
            yield Move(offering, figure, was[figure], now[figure], _measured(figure, now))


def _measured(figure: str, now: Mapping[str, Any]) -> str | None:
    measurement = now["measured"].get(figure) if figure in _SPEED else None
    return None if measurement is None else f"measured in {measurement}"


def _rests_on(was: Mapping[str, Any], now: Mapping[str, Any]) -> Iterator[str]:
    """What the answer rests on and did not before, one line each."""
    for part, name in _BASIS.items():
        if was.get(part) != now[part]:
            yield f"{name} {was.get(part)} → {now[part]}"


def _named(figure: str) -> tuple[str, str]:
    if figure.startswith("price."):
        return f"{figure.removeprefix('price.').replace('_', ' ')} price", "US dollars per million"
    return _FIGURES.get(figure, (figure, ""))


def _said(value: Any) -> str:
    if value is None:
        return "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:,}" if isinstance(value, int | float) else str(value)
