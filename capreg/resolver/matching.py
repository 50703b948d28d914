"""Requirements against rows: each check gives every row of the universe pass, fail or unknown.

The verdicts become bitsets, whole numbers with one bit a row, and the three parts of the universe follow by algebra.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from capreg.resolver.speed import FAIL, PASS, UNKNOWN

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

__all__ = ["Check", "Partition", "partition", "rows_of"]

_IS_PASS = bytes(b"1"[0] if code == PASS else b"0"[0] for code in range(256))
_IS_UNKNOWN = bytes(b"1"[0] if code == UNKNOWN else b"0"[0] for code in range(256))


class Check:
    """One requirement, applied to every row.

    Args:
        label: its name in the ledger, such as ``"tool_use>=2"`` or ``"max_latency_ms"``.
        group: ``"capability"``, ``"fits"``, ``"bound"``, ``"policy"`` or ``"rank"``.
        limit: what is asked, as it is shown.
        verdict: row → PASS, FAIL or UNKNOWN.
        actual: row → what it has, as it is shown, or None where that is unknown.
        why: row → why it is unknown, in a few words, or None.
    """

    __slots__ = ("actual", "group", "label", "limit", "verdict", "why")

    def __init__(
        self,
        label: str,
        group: str,
        limit: object,
        verdict: Callable[[int], int],
        actual: Callable[[int], Any],
        *,
        why: Callable[[int], str | None] = lambda _row: None,
    ) -> None:
        self.label = label
        self.group = group
        self.limit = limit
        self.verdict = verdict
        self.actual = actual
        self.why = why

    def bits(self, rows: Sequence[int]) -> tuple[int, int]:
        """The passing and the unknown rows as bitsets; bit i is ``rows[i]``."""
        codes = bytes(map(self.verdict, reversed(rows)))
        if not codes:
            return 0, 0
        return int(codes.translate(_IS_PASS), 2), int(codes.translate(_IS_UNKNOWN), 2)

    def __repr__(self) -> str:
        return f"<Check {self.label}>"


class Ledger(NamedTuple):
    """What every check said of every row: for each check the failing and the unknown rows, as bitsets."""

    fails: Sequence[int]
    unknowns: Sequence[int]
    excluded: int
    unknown: int


class Partition:
    """The universe in three parts, as bitsets over `rows`.

    Who is feasible is found at once, each check looking only at the rows that passed those before it. What every
    check says of every row is worked out when it is first asked for.
    """

    __slots__ = ("_ledger", "checks", "feasible", "rows")

    def __init__(self, rows: Sequence[int], checks: Sequence[Check]) -> None:
        self.rows = rows
        self.checks = checks
        self._ledger: Ledger | None = None
        places = list(range(len(rows)))
        for check in checks:
            places = [place for place in places if check.verdict(rows[place]) == PASS]
        self.feasible = sum(1 << place for place in places)

    @property
    def ledger(self) -> Ledger:
        """What every check said of every row."""
        if self._ledger is None:
            self._ledger = self._judged()
        return self._ledger

    @property
    def fails(self) -> Sequence[int]:
        """By check: the rows that fail it."""
        return self.ledger.fails

    @property
    def unknowns(self) -> Sequence[int]:
        """By check: the rows that lack a fact for it."""
        return self.ledger.unknowns

    @property
    def excluded(self) -> int:
        """The rows that fail a check."""
        return self.ledger.excluded

    @property
    def unknown(self) -> int:
        """The rows that fail none and lack a fact for one."""
        return self.ledger.unknown

    def failed(self, place: int) -> list[Check]:
        """The checks that the row at `place` fails."""
        return [check for check, bits in zip(self.checks, self.fails, strict=True) if bits >> place & 1]

    def missing(self, place: int) -> list[Check]:
        """The checks for which the row at `place` lacks a fact."""
        return [check for check, bits in zip(self.checks, self.unknowns, strict=True) if bits >> place & 1]

    def lacking(self, group: str) -> int:
        """The rows that lack a fact for any check of `group`."""
        bits = 0
        for check, unknown in zip(self.checks, self.unknowns, strict=True):
            if check.group == group:
                bits |= unknown
        return bits

    def _judged(self) -> Ledger:
        universe = (1 << len(self.rows)) - 1
        fails, unknowns, excluded, lacking = [], [], 0, 0
        for check in self.checks:
            passes, unknown = check.bits(self.rows)
            fails.append(universe & ~passes & ~unknown)
            unknowns.append(unknown)
            excluded |= fails[-1]
            lacking |= unknown
        return Ledger(fails, unknowns, excluded, lacking & ~excluded)


def partition(rows: Sequence[int], checks: Sequence[Check]) -> Partition:
    """The universe `rows` in three parts; checks with one label count once."""
    distinct = {check.label: check for check in checks}
    return Partition(rows, list(distinct.values()))


def rows_of(bits: int) -> Iterator[int]:
    """The places of the set bits, lowest first."""
    while bits:
        low = bits & -bits
        yield low.bit_length() - 1
        bits ^= low


def tri(least: int, most: int, wanted: int) -> int:
    """The verdict on ``level >= wanted`` from proven bounds; `most` below 0 means that more is possible."""
    if least >= wanted:
        return PASS
    return FAIL if 0 <= most < wanted else UNKNOWN
