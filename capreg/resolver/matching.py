"""Requirements against rows: each check gives every row of the universe pass, fail or unknown.

The verdicts become bitsets, whole numbers with one bit a row, and the three parts of the universe follow by algebra.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple, overload

from capreg.index.bits import bits_of, rows_of, without
from capreg.resolver.speed import FAIL, PASS, UNKNOWN

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["Check", "Partition", "partition"]

Judge = Callable[[int], tuple[int, int]]
"""From a set of rows to those of them that pass and those of which it is unknown."""

_COSTLY = ("bound",)
"""Groups whose checks look at the rows one by one, and so come after the others."""


class Check:
    """One requirement, applied to every row.

    Args:
        label: its name in the ledger, such as ``"tool_use>=2"`` or ``"max_latency_ms"``.
        group: ``"capability"``, ``"fits"``, ``"bound"``, ``"policy"`` or ``"rank"``.
        limit: what is asked, as it is shown.
        verdict: row → PASS, FAIL or UNKNOWN.
        actual: row → what it has, as it is shown, or None where that is unknown.
        why: row → why it is unknown, in a few words, or None; without it, no row has a reason.
        stand_in: row → whether an estimate stands in for what it lacks; without it, none ever does.
        judge: the verdicts on a set of rows at once, as sets; without it, each row is asked.
        passing: those of a set of rows that pass, where that is known without what `judge` finds beside it.
        blanks: for each common reason, the rows that have nothing to show because of it; each row in one set at most.
    """

    __slots__ = ("_blanks", "_judge", "_passing", "_why", "actual", "group", "label", "limit", "stand_in", "verdict")

    def __init__(
        self,
        label: str,
        group: str,
        limit: object,
        verdict: Callable[[int], int],
        actual: Callable[[int], Any],
        *,
        why: Callable[[int], str | None] | None = None,
        stand_in: Callable[[int], bool] | None = None,
        judge: Judge | None = None,
        passing: Callable[[int], int] | None = None,
        blanks: Callable[[], Sequence[tuple[str, int]]] | None = None,
    ) -> None:
        self.label = label
        self.group = group
        self.limit = limit
        self.verdict = verdict
        self.actual = actual
        self._why = why
        self.stand_in = stand_in
        self._judge = judge
        self._passing = passing
        self._blanks = blanks

    @property
    def has_reasons(self) -> bool:
        """Whether it can say why something is unknown."""
        return self._why is not None

    def why(self, row: int) -> str | None:
        """Why it is unknown of `row`, in a few words, or None."""
        return None if self._why is None else self._why(row)

    def blanks(self, among: int) -> Iterator[tuple[str, int]]:
        """Why rows of `among` have nothing to show, with the rows of which that is all there is to say."""
        for why, rows in () if self._blanks is None else self._blanks():
            if rows & among:
                yield why, rows & among

    def passing(self, among: int) -> int:
        """The rows of `among` that pass."""
        return self.bits(among)[0] if self._passing is None else self._passing(among)

    def bits(self, among: int) -> tuple[int, int]:
        """The rows of `among` that pass, and those of which it is unknown, as bitsets."""
        if self._judge is not None:
            passes, unknown = self._judge(among)
            return passes & among, unknown & among
        verdicts = [(row, self.verdict(row)) for row in rows_of(among)]
        passing, lacking = ([row for row, code in verdicts if code == wanted] for wanted in (PASS, UNKNOWN))
        return bits_of(passing, among.bit_length()), bits_of(lacking, among.bit_length())

    def __repr__(self) -> str:
        return f"<Check {self.label}>"


class Ledger(NamedTuple):
    """What every check said of every row: for each check the failing and the unknown rows, as bitsets."""

    fails: Sequence[int]
    unknowns: Sequence[int]
    excluded: int
    unknown: int


class Rows(Sequence[int]):
    """The rows of a universe. The place of a row in a bitset is the row itself."""

    __slots__ = ("_universe",)

    def __init__(self, universe: int) -> None:
        self._universe = universe

    def __len__(self) -> int:
        return self._universe.bit_count()

    def __iter__(self) -> Iterator[int]:
        return iter(rows_of(self._universe))

    @overload
    def __getitem__(self, place: int) -> int: ...
    @overload
    def __getitem__(self, place: slice) -> Sequence[int]: ...
    def __getitem__(self, place: int | slice) -> int | Sequence[int]:
        return place if isinstance(place, int) else rows_of(self._universe)[place]

    def index(self, row: int, start: int = 0, stop: int | None = None) -> int:  # noqa: ARG002  a sequence's signature
        """The place of `row`."""
        return row


class Partition:
    """The universe in three parts, as bitsets with one bit for each row of the index.

    Who is feasible is found at once, each check looking only at the rows that passed those before it. What every
    check says of every row is worked out when it is first asked for.
    """

    __slots__ = ("_ledger", "checks", "feasible", "rows", "universe")

    def __init__(self, universe: int, checks: Sequence[Check]) -> None:
        self.universe = universe
        self.rows = Rows(universe)
        self.checks = checks
        self._ledger: Ledger | None = None
        self.feasible = universe
        for check in sorted(checks, key=lambda check: check.group in _COSTLY):
            self.feasible = check.passing(self.feasible)

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

    @property
    def stood_in(self) -> int:
        """The rows that fail nothing and for all they lack have an estimate that stands in for it."""
        lacks = list(zip(self.checks, self.unknowns, strict=True))
        rows = self.unknown
        for check, lacking in lacks:
            rows = rows if check.stand_in is not None else without(rows, lacking)
        for check, lacking in lacks:
            if check.stand_in is not None:
                refused = [row for row in rows_of(rows & lacking) if not check.stand_in(row)]
                rows = without(rows, bits_of(refused, self.universe.bit_length()))
        return rows

    def _judged(self) -> Ledger:
        fails, unknowns, excluded, lacking = [], [], 0, 0
        for check in self.checks:
            passes, unknown = check.bits(self.universe)
            fails.append(without(self.universe, passes | unknown))
            unknowns.append(unknown)
            excluded |= fails[-1]
            lacking |= unknown
        return Ledger(fails, unknowns, excluded, without(lacking, excluded))


def partition(universe: int, checks: Sequence[Check]) -> Partition:
    """The rows of `universe` in three parts; checks with one label count once."""
    distinct = {check.label: check for check in checks}
    return Partition(universe, list(distinct.values()))


def tri(least: int, most: int, wanted: int) -> int:
    """The verdict on ``level >= wanted`` from proven bounds; `most` below 0 means that more is possible."""
    if least >= wanted:
        return PASS
    return FAIL if 0 <= most < wanted else UNKNOWN
