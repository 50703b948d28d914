"""The columns that the resolver reads: whole numbers, one a row, and a few lists of words.

A row is an offering; rows are in order of offering id. In every column -1 means that the fact is absent.
Columns of prices and measurements have one number an entry; `price.from` and `price.to` bound an offering's entries.
Days are proleptic ordinals, durations microseconds, token rates thousandths of a token per second, prices
nano-dollars per million units.
"""

from __future__ import annotations

import sys
from array import array
from typing import TYPE_CHECKING, Any

from capreg.index.bits import Ascending, Steps, groups_of
from capreg.index.coded import Coded, column_of, narrow

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

__all__ = [
    "ABSENT", "EFFORTS", "PRICED_UNITS", "REASONING", "STATUS", "TIERS", "TIER_MODES", "Index", "metric_column",
]  # fmt: skip

ABSENT = -1
PRICED_UNITS = (
    "input",
    "output",
    "cache_read",
    "cache_write",
    "cache_write_1h",
    "reasoning",
    "image",
    "audio_input",
    "request",
)
TIERS = ("standard", "batch", "flex", "priority")
TIER_MODES = ("whole_request", "marginal")
STATUS = ("available", "preview", "deprecated", "retired")
REASONING = ("never", "optional", "always")
EFFORTS = ("off", "minimal", "low", "medium", "high", "xhigh", "max", "on")
_VOCABULARY = "vocabulary"
_TEXT = "text:"
_COLUMN = "column:"
_TABLE = b"t"
"""What a column with a table begins with, in place of the letter of a kind of number."""


def metric_column(metric: str, percentile: int) -> str:
    """The column that holds `metric` at `percentile`."""
    return f"measurement.{metric}.p{percentile}"


class Index:
    """Columns by name, read when they are asked for.

    Args:
        columns: whole numbers by column name; each is held as narrow as it can be.
        texts: words by list name.
        vocabulary: what names mean: capabilities, providers, backends, sources …, plain JSON.
    """

    __slots__ = ("_columns", "_derived", "_read", "_texts", "_vocabulary")

    def __init__(
        self,
        columns: Mapping[str, Sequence[int]],
        texts: Mapping[str, Sequence[str]],
        vocabulary: Mapping[str, Any],
    ) -> None:
        self._columns: dict[str, Sequence[int]] = {name: column_of(column) for name, column in columns.items()}
        self._texts: dict[str, Sequence[str]] = dict(texts)
        self._vocabulary: Mapping[str, Any] | None = vocabulary
        self._read: Callable[[str], bytes] | None = None
        self._derived: dict[tuple[object, ...], Any] = {}

    @classmethod
    def from_blobs(cls, read: Callable[[str], bytes]) -> Index:
        """The index whose parts `read` returns by name, each when it is first touched."""
        index = cls({}, {}, {})
        index._vocabulary = None
        index._read = read
        return index

    def to_blobs(self) -> dict[str, bytes]:
        """Every part by name: columns in the narrowest numbers that hold them, lines of text, one JSON document.

        A column is the letter of its kind of number, as `array` has it, and the numbers, little-endian; or a table of
        few values and a byte a row.
        """
        import json

        blobs = {_COLUMN + name: _packed(column) for name, column in self._columns.items()}
        blobs.update({_TEXT + name: "\n".join(words).encode() for name, words in self._texts.items()})
        blobs[_VOCABULARY] = json.dumps(self.vocabulary, sort_keys=True, separators=(",", ":")).encode()
        return dict(sorted(blobs.items()))

    @property
    def vocabulary(self) -> Mapping[str, Any]:
        """What names mean, plain JSON."""
        if self._vocabulary is None:
            import json

            self._vocabulary = json.loads(self._blob(_VOCABULARY))
        return self._vocabulary

    def column(self, name: str) -> Sequence[int]:
        """The whole numbers of the column `name`, in row order."""
        found = self._columns.get(name)
        if found is None:
            found = self._columns[name] = _unpacked(self._blob(_COLUMN + name))
        return found

    def derived(self, key: tuple[object, ...], make: Callable[[], Any], *, most: int | None = None) -> Any:
        """What `make` returns, made once for `key` and kept; of those whose key begins alike at most `most`.

        Threads that come at once may both make it; all get the one that was first. Nothing here waits.
        """
        found = self._derived.get(key)
        if found is None:
            found = self._derived.setdefault(key, make())
            if most is not None:
                alike = [other for other in tuple(self._derived) if other[0] == key[0]]
                for oldest in alike[:-most]:
                    self._derived.pop(oldest, None)
        return found

    def groups(self, name: str) -> Mapping[int, int]:
        """For each value in the column `name` the rows that have it, as a bitset."""
        found: Mapping[int, int] = self.derived(("groups", name), lambda: groups_of(self.column(name)))
        return found

    def ascending(self, name: str) -> Steps | Ascending:
        """The rows that have a value in the column `name`, by that value."""

        def made() -> Steps | Ascending:
            column = self.column(name)
            is_bytes = isinstance(column, Coded) or (isinstance(column, array) and column.itemsize == 1)
            return Steps(column) if is_bytes else Ascending.over(column)

        found: Steps | Ascending = self.derived(("ascending", name), made)
        return found

    @property
    def unlike(self) -> int:
        """Machines that were measured with other lengths than the call's; none but for a question that weighs them."""
        return 0

    @property
    def estimated(self) -> int:
        """Of these, the machines whose figures are estimates for the call's lengths."""
        return 0

    @property
    def everybody(self) -> int:
        """All rows as a bitset."""
        rows: int = self.derived(("everybody",), lambda: (1 << len(self)) - 1)
        return rows

    def texts(self, name: str) -> Sequence[str]:
        """The words of the list `name`."""
        found = self._texts.get(name)
        if found is None:
            joined = self._blob(_TEXT + name).decode()
            found = self._texts[name] = joined.split("\n") if joined else []
        return found

    @property
    def offerings(self) -> Sequence[str]:
        """Offering ids in row order."""
        return self.texts("offerings")

    def __len__(self) -> int:
        return len(self.offerings)

    def __repr__(self) -> str:
        return f"<Index of {len(self):,} offerings>"

    def _blob(self, name: str) -> bytes:
        if self._read is None:
            raise KeyError(name)
        return self._read(name)


def _packed(column: Sequence[int]) -> bytes:
    """A letter for the kind of number, and the numbers; or `_TABLE`, how long it is less one, the table, the codes."""
    if isinstance(column, Coded):
        return _TABLE + bytes([len(column.values) - 1]) + _packed(column.values) + column.codes
    found = narrow(column)
    numbers = found if isinstance(found, array) else array("q", found)
    typecode = numbers.typecode.encode()
    if sys.byteorder == "big":
        numbers.byteswap()
    return typecode + numbers.tobytes()


def _unpacked(blob: bytes) -> Sequence[int]:
    if blob[:1] == _TABLE:
        end = 3 + (blob[1] + 1) * array(chr(blob[2])).itemsize
        return Coded(blob[end:], _unpacked(blob[2:end]))
    numbers = array(chr(blob[0]))
    numbers.frombytes(memoryview(blob)[1:])
    if sys.byteorder == "big":
        numbers.byteswap()
    return numbers
