"""The workload as a requirement: input, reasoning and output must fit the limits, and images must be seen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from capreg.index.bits import without
from capreg.index.columns import ABSENT
from capreg.resolver.bills import Thinkers
from capreg.resolver.cost import reasoning_tokens
from capreg.resolver.gaps import NOT_STATED
from capreg.resolver.matching import Check, tri
from capreg.resolver.speed import FAIL, PASS, UNKNOWN

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from capreg.domain.workload import Workload
    from capreg.index import Index

__all__ = ["fit_checks"]

_NO_LIMIT = "the limit is not known"
_LIMITS = ("context_tokens", "max_input_tokens", "max_output_tokens")
_KEPT = 24
"""Limits and shapes of calls whose verdicts are kept; the oldest goes first."""


class _Fit:
    """Whether one call of `workload` fits each row of `index`."""

    __slots__ = ("_reasoning", "context", "max_input", "max_output", "workload")

    def __init__(self, index: Index, workload: Workload) -> None:
        self.workload = workload
        self.context = index.column("context_tokens")
        self.max_input = index.column("max_input_tokens")
        self.max_output = index.column("max_output_tokens")
        self._reasoning = index.column("reasoning")

    def thinking(self, row: int) -> int | None:
        """Reasoning tokens of the row; None is unknown."""
        return reasoning_tokens(self._reasoning[row], self.workload.reasoning_tokens)

    def answer(self, row: int) -> int:
        """Output and reasoning tokens; unknown reasoning counts as none."""
        return self.workload.output_tokens + (self.thinking(row) or 0)

    def input_fits(self, row: int) -> int:
        """Without a limit of its own, input is held by the context alone."""
        limit = self.max_input[row]
        return FAIL if limit != ABSENT and self.workload.input_tokens > limit else PASS

    def context_fits(self, row: int) -> int:
        """A context is at least as large as the larger of the limits for input and output."""
        total, limit = self.workload.input_tokens + self.answer(row), self.context[row]
        if limit != ABSENT and total > limit:
            return FAIL
        proven = limit if limit != ABSENT else max(self.max_input[row], self.max_output[row])
        return PASS if total <= proven and self.thinking(row) is not None else UNKNOWN

    def output_fits(self, row: int) -> int:
        """A limit that is not known proves nothing."""
        limit = self.max_output[row]
        if limit == ABSENT:
            return UNKNOWN
        if self.answer(row) > limit:
            return FAIL
        return UNKNOWN if self.thinking(row) is None else PASS

    def why(self, row: int) -> str:
        """Why it is unknown whether the call fits."""
        return NOT_STATED if self.thinking(row) is None else _NO_LIMIT


class _FitSets:
    """The verdicts of `_Fit` as sets of rows: who passes, who fails. Kept, for most calls are of one shape."""

    __slots__ = ("_index", "_thinkers", "_workload")

    def __init__(self, index: Index, workload: Workload, thinkers: Thinkers) -> None:
        self._index = index
        self._workload = workload
        self._thinkers = thinkers

    def of(self, limit: str) -> tuple[int, int]:
        """The rows that the call fits by `limit`, and those that it does not fit."""
        made = {
            "max_input_tokens": self._by_input,
            "context_tokens": self._by_context,
            "max_output_tokens": self._by_output,
        }[limit]
        shape = (self._workload.input_tokens, self._workload.output_tokens, self._workload.reasoning_tokens)
        found: tuple[int, int] = self._index.derived(("fits", limit, *shape), made, most=_KEPT)
        return found

    def judged(self, limit: str, among: int) -> tuple[int, int]:
        """The rows of `among` that the call fits by `limit`, and those of which it is unknown."""
        passes, fails = self.of(limit)
        return among & passes, without(among, passes | fails)

    def _by_input(self) -> tuple[int, int]:
        """Only a known limit can be broken."""
        fails = self._index.ascending("max_input_tokens").at_most(self._workload.input_tokens - 1)
        return without(self._index.everybody, fails), fails

    def _by_context(self) -> tuple[int, int]:
        """Without a limit, the larger of the other two proves a total that fits it."""
        context, *others = (self._index.ascending(name) for name in _LIMITS)
        spoken = self._workload.input_tokens + self._workload.output_tokens
        fails = self._by_thought(lambda thinking: context.at_most(spoken + thinking - 1))

        def proven(thinking: int) -> int:
            by_others = others[0].at_least(spoken + thinking) | others[1].at_least(spoken + thinking)
            return context.at_least(spoken + thinking) | without(by_others, context.known)

        return without(self._by_thought(proven), fails | self._thinkers.unknown), fails

    def _by_output(self) -> tuple[int, int]:
        """A limit that is not known proves nothing."""
        known = self._index.ascending("max_output_tokens")
        fails = self._by_thought(lambda thinking: known.at_most(self._workload.output_tokens + thinking - 1))
        return without(known.known, fails | self._thinkers.unknown), fails

    def _by_thought(self, judged: Callable[[int], int]) -> int:
        """What `judged` says for each row's reasoning tokens; those that are not known count as none."""
        thinkers = self._thinkers
        if not thinkers.stated:
            return judged(0)
        return without(judged(0), thinkers.some) | (judged(thinkers.stated) & thinkers.some)


def fit_checks(index: Index, workload: Workload) -> Iterator[Check]:
    """The checks that one call of `workload` fits."""
    fit, sets = _Fit(index, workload), _FitSets(index, workload, Thinkers(index, workload.reasoning_tokens))
    spoken = workload.output_tokens + (workload.reasoning_tokens or 0)
    for name, needed, verdict in (
        ("max_input_tokens", workload.input_tokens, fit.input_fits),
        ("context_tokens", workload.input_tokens + spoken, fit.context_fits),
        ("max_output_tokens", spoken, fit.output_fits),
    ):
        yield Check(
            f"fits:{name}",
            "fits",
            needed,
            verdict,
            _known(index, name),
            why=fit.why,
            judge=lambda among, name=name: sets.judged(name, among),  # type: ignore[misc]
            passing=lambda among, name=name: among & sets.of(name)[0],  # type: ignore[misc]
        )
    if workload.images:
        least, most = index.column("least.vision"), index.column("most.vision")
        yield Check("vision>=1", "fits", 1, lambda row: tri(least[row], most[row], 1), lambda row: least[row] or None)


def _known(index: Index, name: str) -> Callable[[int], int | None]:
    column = index.column(name)
    return lambda row: None if column[row] == ABSENT else column[row]
