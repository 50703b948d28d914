"""Answers that were given before: a bounded store, keyed by the question and the interval between catalog events."""

from __future__ import annotations

from _thread import allocate_lock  # `threading` takes a millisecond
from operator import attrgetter
from typing import TYPE_CHECKING, Any, cast

from capreg.resolver.decision import Decision
from capreg.resolver.interval import interval_of

if TYPE_CHECKING:
    from collections.abc import Hashable, Mapping, Sequence

    from capreg.index import Index
    from capreg.resolver.moment import Moment
    from capreg.resolver.settled import Settled

__all__ = ["Answers", "answers_of", "key_of"]

_MOST = 512
_OBJECTS = 4
"""The last parts of a question: rank keys, workload, policy and instant."""
_OTHERS = (
    "max_latency_ms", "max_first_answer_ms", "max_e2e_ms", "min_output_tps", "max_cost_usd", "min_quality", "effort",
    "percentile", "unknown", "limit",
)  # fmt: skip
_SHAPE = attrgetter(
    "input_tokens", "output_tokens", "cached_input_tokens", "reasoning_tokens", "images", "service_tier",
    "requests_per_second", "peak_requests_per_second", "headroom", "add_network_ms",
)  # fmt: skip


class Answers:
    """The last answers from one catalog.

    Looking one up changes nothing and takes no lock; keeping one does. What was kept first goes first. The library
    that bounds the store is loaded with the second answer: a process that asks once does not pay for it.
    """

    __slots__ = ("_answered", "_kept", "_lock")

    def __init__(self) -> None:
        self._kept: Any = {}
        self._lock = allocate_lock()
        self._answered = False

    def get(self, key: Hashable, moment: Moment) -> Decision | None:
        """The answer kept for `key`, as of `moment`; None where there is none."""
        try:
            decision, settled, rows = self._kept[key]
        except (KeyError, TypeError):
            return None
        if (moment.day, moment.minute) == (settled.moment.day, settled.moment.minute):
            return cast("Decision", decision)
        return Decision(settled.at(moment), rows)

    def keep(self, key: Hashable, decision: Decision, settled: Settled, rows: Sequence[int]) -> None:
        """Keep an answer for `key`."""
        if not self._answered:
            self._answered = True
            return
        with self._lock:
            self._open()
            self._put(key, (decision, settled, rows))

    def warm(self) -> None:
        """Be ready to keep answers from the first one on."""
        with self._lock:
            self._open()
            self._answered = True

    def _open(self) -> None:
        if not self._kept:
            from cachetools import FIFOCache

            self._kept = FIFOCache(_MOST)

    def repeated(self, question: tuple[Any, ...]) -> Decision | None:
        """The answer kept for exactly `question`; its types, and objects that hold several values, must be the same."""
        try:
            objects, decision = self._kept[question, *map(type, question)]
        except (KeyError, TypeError):
            return None
        same = all(one is other for one, other in zip(objects, question[-_OBJECTS:], strict=True))
        return cast("Decision", decision) if same else None

    def remember(self, question: tuple[Any, ...], decision: Decision) -> None:
        """Keep the answer to `question`, so that it is found again when it is put in the same words."""
        with self._lock:
            if self._kept and decision:
                self._put((question, *map(type, question)), (question[-_OBJECTS:], decision))

    def _put(self, key: Hashable, answer: tuple[Any, ...]) -> None:
        """What cannot be hashed is not kept."""
        try:
            self._kept[key] = answer
        except TypeError:
            return


def answers_of(index: Index) -> Answers:
    """The store of the catalog that `index` is of."""
    found: Answers = index.derived(("answers",), Answers)
    return found


def key_of(index: Index, moment: Moment, asked: Mapping[str, object]) -> Hashable:
    """The question `asked`, argument by argument, in its interval.

    Values that are equal and not of one type, such as 1 and True, are told apart, since not all are accepted.
    """
    policy, workload = asked["policy"], asked["workload"]
    max_age = getattr(policy, "max_measurement_age_days", None)
    max_age = max_age if type(max_age) is int else None
    is_call = workload is not None and _is_call(workload)
    shape = _SHAPE(workload) if is_call else workload
    texts = [value if type(value) is str else repr(value) for value in (asked["requires"], asked["rank_by"])]
    others = tuple(asked[name] for name in _OTHERS)
    types = (*map(type, others), *map(type, shape if isinstance(shape, tuple) else ()))
    day = moment.day if is_call and getattr(workload, "requests_per_second", None) is not None else None
    return (*texts, shape, policy, others, types, interval_of(index, moment, max_age), day)


def _is_call(workload: object) -> bool:
    from capreg.domain.workload import Workload

    return isinstance(workload, Workload)
