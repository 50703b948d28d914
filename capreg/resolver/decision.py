"""Decision: the whole answer. Ranked candidates first; why the others are not among them when it is read."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple, overload

from capreg.errors import InvalidArgument, NoFeasibleOffering
from capreg.index.bits import rows_of
from capreg.resolver.candidate import Candidate
from capreg.resolver.ledger import Entry, Reason, entries_of, entry_of
from capreg.resolver.ranking import ranked

if TYPE_CHECKING:
    from collections.abc import Mapping
    from os import PathLike

    from capreg.domain.sdk import SdkName
    from capreg.domain.vocabulary import Ledger, RankName
    from capreg.domain.workload import Workload
    from capreg.resolver.break_even import BreakEven
    from capreg.resolver.relaxation import Relaxation
    from capreg.resolver.settled import Settled
    from capreg.resolver.tradeoffs import Tradeoff
    from capreg.resolver.turns import Turns

__all__ = ["JSON_VERSION", "Decision", "Fallback", "Fallbacks"]

JSON_VERSION = 1
LEDGERS = ("counts", "near", "full")


class Fallback(NamedTuple):
    """A candidate to fall back to, and what it shares with the best one and the fallbacks before it."""

    candidate: Candidate
    shares: tuple[str, ...]


class Fallbacks(Sequence[Fallback]):
    """Fallbacks in the order in which to try them, after `first`."""

    __slots__ = ("_found", "first")

    def __init__(self, first: Candidate, found: Sequence[Fallback]) -> None:
        self.first = first
        self._found = tuple(found)

    @overload
    def __getitem__(self, place: int) -> Fallback: ...
    @overload
    def __getitem__(self, place: slice) -> Sequence[Fallback]: ...
    def __getitem__(self, place: int | slice) -> Fallback | Sequence[Fallback]:
        return self._found[place]

    def __len__(self) -> int:
        return len(self._found)

    def __repr__(self) -> str:
        return f"<Fallbacks after {self.first.offering}: {', '.join(f.candidate.offering for f in self) or 'none'}>"

    def call(self, sdk: SdkName, *, own: Mapping[str, Mapping[str, str]] | None = None) -> Turns:
        """What `sdk` needs to call the first and, where it fails, each fallback after it, in the SDK's own way.

        Args:
            sdk: ``"openai"``, ``"litellm"``, ``"pydantic-ai"``, ``"langchain"`` or ``"instructor"``.
            own: what only the user knows, by provider, such as ``{"azure": {"deployment": "…"}}``.

        Raises:
            UnknownName: there is no such SDK, nothing of that name is needed, or nobody is of that provider.
            SdkCannotReach: this SDK cannot call one of them; the error names those that can.
            CallNeeds: something that only the user knows is missing.
            InvalidArgument: what was given cannot be part of an address.
        """
        from capreg.resolver.turns import turns

        candidates = [self.first, *(fallback.candidate for fallback in self)]
        return turns(sdk, candidates, own or {})


class Decision(Sequence[Candidate]):
    """A sequence of ranked candidates, best first, at most `limit` of them.

    The same basis, the same question and the same tags give byte-identical JSON on every machine.
    """

    __slots__ = ("_candidates", "_rows", "_settled", "_tags")

    def __init__(self, settled: Settled, rows: Sequence[int], *, tags: Mapping[str, str] | None = None) -> None:
        self._settled = settled
        self._rows = tuple(rows)
        self._tags = dict(tags or {})
        self._candidates = [
            Candidate(settled, row, rank=rank, missing=_missing(settled, row))
            for rank, row in enumerate(rows[: settled.request.limit], start=1)
        ]

    @overload
    def __getitem__(self, place: int) -> Candidate: ...
    @overload
    def __getitem__(self, place: slice) -> Sequence[Candidate]: ...
    def __getitem__(self, place: int | slice) -> Candidate | Sequence[Candidate]:
        return self._candidates[place]

    def __len__(self) -> int:
        return len(self._candidates)

    def __copy__(self) -> Decision:
        return self

    def __deepcopy__(self, _memo: dict[int, Any]) -> Decision:
        return self

    def __reduce__(self) -> str:
        raise TypeError("a decision stays in its process; hand over to_json(), or lock() it and capreg.replay it there")

    @property
    def best(self) -> Candidate:
        """The first candidate.

        Raises:
            NoFeasibleOffering: when there is none.
        """
        if not self._candidates:
            raise self.infeasible()
        return self._candidates[0]

    @property
    def feasible_count(self) -> int:
        """How many offerings pass every requirement."""
        return self._settled.partition.feasible.bit_count()

    @property
    def workload(self) -> Workload:
        """The call that it was decided for."""
        return self._settled.request.workload

    @property
    def excluded(self) -> Sequence[Entry]:
        """Every offering that fails a requirement, in order of id, with all it failed and all it lacks."""
        return self._entries(self._settled.partition.excluded)

    @property
    def unknown(self) -> Sequence[Entry]:
        """Every offering that fails nothing and lacks a fact, in order of id, with what it lacks."""
        return self._entries(self._settled.partition.unknown)

    def tagged(self, tags: Mapping[str, str]) -> Decision:
        """The same decision with `tags`, checked ones, in place of its own."""
        return Decision(self._settled, self._rows, tags=tags)

    @property
    def relaxations(self) -> Sequence[Relaxation]:
        """For each bound alone the smallest exact change that admits somebody; else the least joint changes.

        Policy is never relaxed, and neither is what is required.
        """
        from capreg.resolver.relaxation import relaxations_of

        return relaxations_of(self._settled)

    @property
    def clear_while_thinking(self) -> Sequence[str]:
        """Offerings that floors of quality alone keep out and that clear them once `reasoning_tokens` are stated.

        In order of rank at what they cost without. Most models were scored while they thought.
        """
        from capreg.resolver.thinking import clear_while_thinking

        return clear_while_thinking(self._settled)

    def pareto(self, *keys: RankName) -> Sequence[Candidate]:
        """The feasible candidates that no other beats on every key at once, best on the first key first.

        Args:
            keys: two or three of ``"cost"``, ``"latency"``, ``"e2e"``, ``"output_tps"`` and ``"quality"``; by default
                cost and latency.

        Raises:
            InvalidArgument: other keys, or other numbers of them.
        """
        from capreg.resolver.front import front_of

        return tuple(self._candidate(row) for row in front_of(self._settled, keys or ("cost", "latency")))

    def tradeoffs(self) -> Sequence[Tradeoff]:
        """What could be taken instead of the best: cheaper, faster or better, and what that gives up.

        Those on the front over cost, TTFT and, where the question has rated capabilities, quality; cheapest first.
        A difference of quality is distinguishable where the two 90 % intervals do not overlap.

        Raises:
            NoFeasibleOffering: nobody passes.
        """
        from capreg.resolver.tradeoffs import Tradeoff, tradeoffs_of

        if not self.feasible_count:
            raise self.infeasible()
        found = tradeoffs_of(self._settled, self._order()[0])
        return tuple(Tradeoff(candidate=self._candidate(row), **told) for row, told in found)

    def break_even(self) -> Sequence[BreakEven]:
        """From which demand on a machine of one's own costs less a call than the cheapest offering that passes.

        Over all models first, then by model, for each market apart. Empty where no demand was stated, or nobody of
        either kind passes.
        """
        from capreg.resolver.break_even import break_evens

        feasible = rows_of(self._settled.partition.feasible)
        candidates = [Candidate(self._settled, row, rank=0, missing=()) for row in feasible]
        return tuple(break_evens(candidates, self.workload)) if self.workload.requests_per_second is not None else ()

    def fallbacks(self, count: int = 2) -> Fallbacks:
        """Next choices when the best fails: each shares as little as possible with those before it.

        What can be shared: provider, its parent, lab, accelerator, being bought from a reseller. `shares` names what
        still is. Candidates keep their rank. ``.call(sdk)`` of what is returned says how to call them in turn.

        Raises:
            InvalidArgument: `count` is not a whole number from 1.
            NoFeasibleOffering: there is nobody to fall back from.
        """
        from capreg.resolver.fallback import fallback_rows

        if type(count) is not int or count < 1:
            raise InvalidArgument(
                "an argument cannot be meant", where="count", found=repr(count), expected="a whole number from 1"
            )
        if not self.feasible_count:
            raise self.infeasible()
        first = self._order()[0]
        chosen = fallback_rows(self._settled, first, count)
        found = [Fallback(self._candidate(choice.row), choice.shares) for choice in chosen]
        return Fallbacks(self._candidate(first), found)

    @property
    def coverage(self) -> dict[str, Any]:
        """How many offerings there were, how many were left out beforehand and why, how many lacked or failed what."""
        settled = self._settled
        part, reasons = settled.partition, settled.universe.left_out
        return {
            "offerings": len(settled.index),
            "left_out": {reason: len(rows) for reason, rows in reasons.items()},
            "considered": len(part.rows),
            "feasible": part.feasible.bit_count(),
            "excluded": part.excluded.bit_count(),
            "unknown": part.unknown.bit_count(),
            "failed": {c.label: bits.bit_count() for c, bits in zip(part.checks, part.fails, strict=True)},
            "missing": {c.label: bits.bit_count() for c, bits in zip(part.checks, part.unknowns, strict=True)},
        }

    @property
    def basis(self) -> dict[str, Any]:
        """What the answer rests on: release, digest, instant, engine version, JSON version."""
        from capreg.version import __version__

        release = self._settled.catalog.release
        return {
            "release": release.id,
            "digest": release.digest,
            "as_of": str(self._settled.moment),
            "engine": __version__,
            "json_version": JSON_VERSION,
        }

    @property
    def id(self) -> str:
        """A digest of basis, question and tags: equal decisions have equal ids, and others do not.

        It names the answer, not the occasion: the same question of one minute, with the same tags, has one id.
        """
        from hashlib import sha256

        from capreg.catalog import canonical
        from capreg.resolver.question import plain

        said = {"basis": self.basis, "question": plain(self._settled.request), "tags": self._tags}
        return f"d-{sha256(canonical(said).encode()).hexdigest()[:32]}"

    @property
    def tags(self) -> dict[str, str]:
        """What the caller said triggered it, in order of name."""
        return dict(self._tags)

    @property
    def interpretation(self) -> str:
        """One line that says what was asked and what was assumed."""
        from capreg.resolver.explain import interpretation

        return interpretation(self._settled)

    def explain(self, ledger: Ledger = "counts") -> str:
        """The answer in words: what was asked, who leads and why, who was left out.

        Args:
            ledger: how much of who was left out: ``"counts"``, ``"near"`` (who fails only one requirement),
                or ``"full"`` (everybody).
        """
        from capreg.resolver.explain import explain

        return explain(self, self._settled, _checked(ledger))

    def to_dict(self, ledger: Ledger = "full") -> dict[str, Any]:
        """The answer as plain JSON; docs/reference/json.md describes it.

        Args:
            ledger: how much of who was left out: ``"full"`` (everybody), ``"near"`` (who fails only one requirement),
                or ``"counts"`` (only how many), which is small.
        """
        from capreg.resolver.plain_answer import plain_answer

        return plain_answer(self, _checked(ledger))

    def to_json(self, ledger: Ledger = "full") -> str:
        """`to_dict` as canonical JSON: sorted keys, no spaces."""
        import json

        return json.dumps(self.to_dict(ledger), sort_keys=True, separators=(",", ":"), ensure_ascii=False)

    def standing(self, offering: str) -> str:
        """Where `offering` stands in this answer, in words: its rank, or why it has none."""
        from capreg.resolver.standing import standing

        return standing(self, self._settled, offering)

    def lock(self, path: str | PathLike[str]) -> None:
        """Write question, basis and figures to `path`, so that `capreg.replay` can say whether they still hold.

        A reader sees the old file or the new one, never half of it.

        Raises:
            LockError: the file cannot be written; what stood there before still does.
        """
        from capreg.resolver.lock import lock_document, write_lock

        write_lock(lock_document(self, self._settled.request), path)

    def infeasible(self) -> NoFeasibleOffering:
        """The error that says that nobody passes, carrying this decision."""
        return NoFeasibleOffering(self, self._why_nobody)

    def _why_nobody(self) -> tuple[str, str | None]:
        from capreg.resolver.explain import infeasible

        return infeasible(self._settled)

    def _order(self) -> list[int]:
        """Every feasible row, best first."""
        request, feasible = self._settled.request, self._settled.partition.feasible
        return ranked(feasible, request.rank_by, self._settled.figures, limit=max(feasible.bit_count(), 1))

    def _candidate(self, row: int) -> Candidate:
        """The feasible `row` with its rank among all feasible ones."""
        return Candidate(self._settled, row, rank=self._order().index(row) + 1, missing=())

    def _entries(self, bits: int) -> Sequence[Entry]:
        return entries_of(self._settled, bits)

    def __str__(self) -> str:
        from capreg.resolver.table import as_text

        return as_text(self, self._settled.request.percentile, self._settled.request.shown_qualities)

    def _repr_html_(self) -> str:
        from capreg.resolver.table import as_html

        return as_html(self, self._settled.request.percentile, self._settled.request.shown_qualities)

    def __repr__(self) -> str:
        best = f"best {self._candidates[0].offering}" if self._candidates else "nobody"
        return f"<Decision: {self.feasible_count} of {len(self._settled.partition.rows)} feasible, {best}>"


def _missing(settled: Settled, row: int) -> Sequence[Reason]:
    """What `row` lacks; the feasible lack nothing, and the ledger need not be written for them."""
    if settled.request.unknown == "exclude":
        return ()
    place = settled.partition.rows.index(row)
    return () if settled.partition.feasible >> place & 1 else entry_of(settled, place).missing


def _checked(ledger: Ledger) -> Ledger:
    if ledger not in LEDGERS:
        raise InvalidArgument(
            "an argument cannot be meant", where="ledger", found=repr(ledger), expected=f"one of {', '.join(LEDGERS)}"
        )
    return ledger
