"""What a leaderboard's own file says, as results of models; readers of each source fill it. Nothing is written here."""

from __future__ import annotations

import reprlib
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from pathlib import Path

from capreg.errors import Finding
from capreg.importers.proposal import Skip

__all__ = ["NOT_HELD", "NOT_RUN", "Board", "Run", "number_of", "share_of_percent"]

NOT_HELD = "of no benchmark that the registry has"
NOT_RUN = "not run"
_HUNDRED = Decimal(100)
_SHOWN = 120


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One model's result on one benchmark."""

    benchmark: str
    """The benchmark's id in the registry."""
    raw: str
    """The model's name as the source writes it."""
    share: Decimal
    """From 0 to 1."""
    n: int | None = None
    """How many tasks or votes."""
    self_reported: bool = False
    """Whether the model's maker says so."""
    standard_error: Decimal | None = None
    """On the scale of the share."""


@dataclass(slots=True)
class Board:
    """The results in a file or folder, what was left out, and what cannot be what it says."""

    where: Path
    runs: list[Run] = field(default_factory=list)
    skips: list[Skip] = field(default_factory=list)
    faults: list[Finding] = field(default_factory=list)

    def skip(self, reason: str, subject: str) -> None:
        """Leave something out."""
        self.skips.append(Skip(reason=reason, subject=subject))

    def fault(
        self, key: str, problem: str, found: object = None, *, expected: str | None = None, file: Path | None = None
    ) -> None:
        """Note what is wrong at `key` of `file`, of the whole where no file is named."""
        shown = None if found is None else found[:_SHOWN] if isinstance(found, str) else reprlib.repr(found)[:_SHOWN]
        where = str(self.where if file is None else file)
        self.faults.append(Finding("IMP003", where, key, problem, found=shown, expected=expected))

    def share(self, percent: object, key: str, *, file: Path | None = None) -> Decimal | None:
        """`percent` as a share; None, and a fault, where it is no percentage."""
        found = share_of_percent(percent)
        if found is None:
            self.fault(key, "a score outside its scale", percent, expected="a percentage from 0 to 100", file=file)
        return found

    def name(self, raw: object, key: str, *, file: Path | None = None) -> str | None:
        """`raw` as a model's name; None, and a fault, where it is none."""
        if isinstance(raw, str) and raw.strip():
            return raw.strip()
        self.fault(key, "a model without a name", raw, expected="a text", file=file)
        return None


def number_of(value: object) -> Decimal | None:
    """A finite number, from a number or its text; None for everything else, truth values among them."""
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal | str):
        return None
    try:
        found = Decimal(str(value).strip())
    except InvalidOperation:
        return None
    return found if found.is_finite() else None


def share_of_percent(value: object) -> Decimal | None:
    """A percentage from 0 to 100 as a share.

    >>> share_of_percent("88.58"), share_of_percent(101), share_of_percent("NaN")
    (Decimal('0.8858'), None, None)
    """
    found = number_of(value)
    return None if found is None or not 0 <= found <= _HUNDRED else found / _HUNDRED
