"""The workload as a requirement: input, reasoning and output must fit the limits, and images must be seen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from capreg.index.columns import ABSENT
from capreg.resolver.cost import reasoning_tokens
from capreg.resolver.matching import Check, tri
from capreg.resolver.speed import FAIL, PASS, UNKNOWN

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from capreg.domain.workload import Workload
    from capreg.index import Index

__all__ = ["fit_checks"]

_NO_LIMIT = "the limit is not known"
_NOT_STATED = "reasoning tokens not stated"


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
        return _NOT_STATED if self.thinking(row) is None else _NO_LIMIT


def fit_checks(index: Index, workload: Workload) -> Iterator[Check]:
    """The checks that one call of `workload` fits."""
    fit = _Fit(index, workload)
    spoken = workload.output_tokens + (workload.reasoning_tokens or 0)
    for name, needed, verdict in (
        ("max_input_tokens", workload.input_tokens, fit.input_fits),
        ("context_tokens", workload.input_tokens + spoken, fit.context_fits),
        ("max_output_tokens", spoken, fit.output_fits),
    ):
        yield Check(f"fits:{name}", "fits", needed, verdict, _known(index, name), why=fit.why)
    if workload.images:
        least, most = index.column("least.vision"), index.column("most.vision")
        yield Check("vision>=1", "fits", 1, lambda row: tri(least[row], most[row], 1), lambda row: least[row] or None)


def _known(index: Index, name: str) -> Callable[[int], int | None]:
    column = index.column(name)
    return lambda row: None if column[row] == ABSENT else column[row]
