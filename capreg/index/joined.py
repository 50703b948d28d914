"""Rows laid after those of an index, for one question: what was worked out over the index is kept and used again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from capreg.index.bits import Steps, bits_of
from capreg.index.coded import column_of
from capreg.index.columns import Index

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from capreg.index.bits import Ascending

__all__ = ["Joined"]

_SHIFTED = {
    "price.row": "provider",
    "measurement.row": "provider",
    "price.from": "price.tier",
    "price.to": "price.tier",
    "measurement.from": "measurement.kind",
    "measurement.to": "measurement.kind",
}
"""Columns that point at rows or entries, and a column that has one number for each of them."""


class Joined(Index):
    """The rows of `base`, and after them those of `columns`.

    Args:
        base: the index of a catalog.
        columns: of the rows that come after, by name; what is not in them is of no row.
        texts: words of these rows by list name.
        vocabulary: what names mean for both. It may say more than that of `base`; places do not change.
        unlike: places, among the rows that come after, of machines that were measured with other lengths.
        estimated: of these, the places of those whose figures are estimates.
    """

    __slots__ = ("_after", "_base", "_estimated", "_unlike")

    def __init__(
        self,
        base: Index,
        columns: Mapping[str, Sequence[int]],
        texts: Mapping[str, Sequence[str]],
        vocabulary: Mapping[str, Any],
        *,
        unlike: Iterable[int] = (),
        estimated: Iterable[int] = (),
    ) -> None:
        super().__init__({}, {}, vocabulary)
        self._base = base
        self._after = Index(columns, texts, vocabulary)
        self._unlike = bits_of(unlike, len(self._after)) << len(base)
        self._estimated = bits_of(estimated, len(self._after)) << len(base)

    @property
    def unlike(self) -> int:
        """Machines that were measured with other lengths than the call's."""
        return self._unlike

    @property
    def estimated(self) -> int:
        """Of these, the machines whose figures are estimates for the call's lengths."""
        return self._estimated

    def column(self, name: str) -> Sequence[int]:
        """The whole numbers of the column `name`, in row order."""
        found = self._columns.get(name)
        if found is None:
            found = self._columns[name] = self._joined(name)
        return found

    def _joined(self, name: str) -> Sequence[int]:
        before = self._base.column(name)
        if name not in self._after._columns:
            return before
        after = self._after.column(name)
        if name in _SHIFTED:
            entries = len(self._base.column(_SHIFTED[name]))
            after = [place + entries for place in after]
        return column_of([*before, *after])

    def texts(self, name: str) -> Sequence[str]:
        """The words of the list `name`."""
        found = self._texts.get(name)
        if found is None:
            found = self._texts[name] = [*self._base.texts(name), *self._after._texts.get(name, ())]
        return found

    def groups(self, name: str) -> Mapping[int, int]:
        """For each value in the column `name` the rows that have it, as a bitset."""

        def made() -> Mapping[int, int]:
            before, after, size = self._base.groups(name), self._after.groups(name), len(self._base)
            return {value: before.get(value, 0) | after.get(value, 0) << size for value in {*before, *after}}

        found: Mapping[int, int] = self.derived(("groups", name), made)
        return found

    def ascending(self, name: str) -> Steps | Ascending:
        """The rows that have a value in the column `name`, by that value."""

        def made() -> _Both:
            return _Both(self._base.ascending(name), self._after.ascending(name), len(self._base))

        found: Steps | Ascending = self.derived(("ascending", name), made)
        return found


class _Both(Steps):
    """Two orders of rows as one; the rows of the second come `shift` places later."""

    __slots__ = ("_after", "_before", "_shift")

    def __init__(self, before: Steps | Ascending, after: Steps | Ascending, shift: int) -> None:
        self._before = before
        self._after = after
        self._shift = shift
        self.known = before.known | after.known << shift

    def at_most(self, limit: int) -> int:
        """The rows whose value is at most `limit`."""
        return self._before.at_most(limit) | self._after.at_most(limit) << self._shift
