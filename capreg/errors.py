"""Every error that capreg raises, in one tree, and the finding that tells a fault of data.

CapregError
├── RequestError              the question is malformed: nothing was looked up
│   ├── UnknownName           a capability, level, feature, provider … that the catalog does not hold
│   ├── InvalidRequirement    a requirement string outside the grammar
│   ├── InvalidArgument       a bound, workload, policy, percentile or instant that cannot be meant
│   ├── SdkCannotReach        the SDK cannot call the offering; names the SDKs that can
│   └── CallNeeds             a call lacks what only the user knows, such as a deployment's name
├── NoFeasibleOffering        the question is fine and nobody passes; carries the decision
├── CostUnknown               what a call cost cannot be said: it lists the rates that are missing
├── UnreadableUsage           a response whose usage block is of no known shape, or contradicts itself
├── DataError                 registry data or an imported file
│   ├── InvalidData           every fault of the files that were read, as findings
│   └── UnreadableFile        a file that cannot be opened, is too large, or is not what it says
├── MeasurementFailed         an endpoint that was to be measured answered nothing
├── SnapshotError             the compiled catalog cannot be used
│   ├── SnapshotMissing
│   ├── SnapshotDamaged
│   └── SnapshotVersion       written by a newer capreg, or by one too old
└── LockError                 a lock file cannot be written, read or replayed
    ├── LockDamaged           not a lock file, cut short, or edited by hand
    ├── LockVersion           written by a newer capreg
    └── LockRelease           of a release whose question the catalog at hand cannot be asked

An error has fields, not only a text: ``problem``, ``where``, ``found``, ``expected``, ``hint``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from capreg.finding import Finding, Severity, nearest, shorten

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from typing import Any

    from capreg.resolver.decision import Decision

__all__ = [
    "CallNeeds",
    "CapregError",
    "CostUnknown",
    "DataError",
    "Finding",
    "InvalidArgument",
    "InvalidData",
    "InvalidRequirement",
    "LockDamaged",
    "LockError",
    "LockRelease",
    "LockVersion",
    "MeasurementFailed",
    "NoFeasibleOffering",
    "RequestError",
    "SdkCannotReach",
    "Severity",
    "SnapshotDamaged",
    "SnapshotError",
    "SnapshotMissing",
    "SnapshotVersion",
    "UnknownName",
    "UnreadableFile",
    "UnreadableUsage",
    "nearest",
]


class CapregError(Exception):
    """Anything that capreg raises on purpose.

    Args:
        problem: one sentence that says what is wrong.
        where: the file, key path, argument or requirement.
        found: what stood there.
        expected: what would have been accepted.
        hint: what to do.
    """

    def __init__(
        self,
        problem: str,
        *,
        where: str | None = None,
        found: str | None = None,
        expected: str | None = None,
        hint: str | None = None,
    ) -> None:
        super().__init__(problem)
        self.problem = problem
        self.where = where
        self.found = None if found is None else shorten(found)
        self.expected = expected
        self.hint = hint

    def __str__(self) -> str:
        lines = [self.problem]
        for label in ("where", "found", "expected", "hint"):
            value = getattr(self, label)
            if value is not None:
                lines.append(f"  {label:<9} {value}")
        return "\n".join(lines)

    def _fields(self) -> tuple[object, ...]:
        return (self.problem, self.where, self.found, self.expected, self.hint)

    def __reduce__(self) -> tuple[Any, ...]:
        """By its fields, not by how it was made: it comes out of another process as it went in."""
        return _again, (type(self), self.args, self._kept())

    def _kept(self) -> dict[str, Any]:
        return self.__dict__

    def __eq__(self, other: object) -> bool:
        if type(other) is not type(self):
            return NotImplemented
        return self._fields() == other._fields()

    def __hash__(self) -> int:
        return hash((type(self), self._fields()))


def _again(kind: type[CapregError], args: tuple[Any, ...], fields: dict[str, Any]) -> CapregError:
    """The error of this kind that has these fields."""
    error = kind.__new__(kind, *args)
    error.__dict__.update(fields)
    return error


class RequestError(CapregError):
    """The question is malformed; nothing was looked up."""


class UnknownName(RequestError):
    """A name that the catalog does not hold. Near names are offered, never taken.

    Args:
        kind: what was looked for, for example ``"capability"``.
        name: what was asked.
        known: every name of that kind.
        where: the argument or requirement that held it.
        hint: what to do where no name is near.
    """

    def __init__(
        self, kind: str, name: str, known: Iterable[str], *, where: str | None = None, hint: str | None = None
    ) -> None:
        names = sorted(known)
        self.kind = kind
        self.name = name
        self.near = nearest(name, names)
        shown = ", ".join(names[:12]) + (f", … ({len(names)} in all)" if len(names) > 12 else "")
        super().__init__(
            f"unknown {kind} {shorten(name)!r}",
            where=where,
            expected=f"one of {shown}" if names else f"the catalog holds no {kind}",
            hint=f"did you mean {' or '.join(repr(n) for n in self.near)}?" if self.near else hint,
        )


class InvalidRequirement(RequestError):
    """A requirement string outside the grammar ``name[feature,…]>=level``."""


class InvalidArgument(RequestError):
    """An argument that cannot be meant: a negative bound, an unknown percentile, a naive datetime."""


class SdkCannotReach(RequestError):
    """The SDK cannot call the offering. ``reachable`` names the SDKs that can.

    Args:
        sdk: the SDK that was asked for.
        offering: the offering's id.
        reason: why not, one sentence.
        reachable: the SDKs that can.
    """

    def __init__(self, sdk: str, offering: str, reason: str, *, reachable: Iterable[str]) -> None:
        self.sdk = sdk
        self.offering = offering
        self.reachable = tuple(reachable)
        super().__init__(
            f"{sdk} cannot call {offering}: {reason}",
            where="sdk",
            found=sdk,
            expected=f"one of {', '.join(self.reachable)}" if self.reachable else "no SDK is known to reach it",
            hint=f'candidate.call("{self.reachable[0]}")' if self.reachable else "choose another candidate",
        )


class CallNeeds(RequestError):
    """A call lacks what only the user knows. ``needs`` says what, with a line on each.

    Args:
        sdk: the SDK that was asked for.
        offering: the offering's id.
        needs: name → what it is, of all that is missing.
    """

    def __init__(self, sdk: str, offering: str, needs: Mapping[str, str]) -> None:
        self.sdk = sdk
        self.offering = offering
        self.needs = dict(needs)
        given = ", ".join(f'{name}="…"' for name in self.needs)
        super().__init__(
            f"calling {offering} with {sdk} needs what only you know: {', '.join(self.needs)}",
            expected="; ".join(f"{name}: {line}" for name, line in self.needs.items()),
            hint=f'candidate.call("{sdk}", {given})',
        )


class NoFeasibleOffering(CapregError):
    """Nobody passes every requirement. ``decision`` says who was left out and why.

    Its words are made by ``words``, when somebody reads them: who catches it and goes on does not pay for them.
    Out of another process it comes with its words and without the decision, which holds that process's catalog.
    """

    def __init__(self, decision: Decision, words: Callable[[], tuple[str, str | None]]) -> None:
        Exception.__init__(self)
        self.decision = decision
        self.where = self.found = self.expected = None
        self._words = words

    def __getattr__(self, name: str) -> Any:
        if name in {"problem", "hint"}:
            self.problem, self.hint = self._words()
            return self.__dict__[name]
        if name == "decision":
            raise AttributeError("the decision stayed in the process that made it; hand over decision.to_json() there")
        raise AttributeError(name)

    def _kept(self) -> dict[str, Any]:
        words = {"problem": self.problem, "hint": self.hint}
        return {name: value for name, value in self.__dict__.items() if name not in {"decision", "_words"}} | words


class CostUnknown(CapregError):
    """What a call cost cannot be said, and is not guessed.

    Args:
        offering: whose call it was.
        gap: why, in a few words.
        missing: the units whose rate is not known; empty where something else is.
        found: the price list that was looked at.
        hint: who could tell.
    """

    def __init__(
        self, offering: str, gap: str, *, missing: Sequence[str] = (), found: str | None = None, hint: str | None = None
    ) -> None:
        super().__init__(f"the cost of the call is unknown: {gap}", where=offering, found=found, hint=hint)
        self.offering = offering
        self.gap = gap
        self.missing = tuple(missing)

    def _fields(self) -> tuple[object, ...]:
        return (*super()._fields(), self.missing)


class UnreadableUsage(CapregError):
    """A response whose usage block is of no known shape, or contradicts itself; ``found`` lists what it holds."""


class DataError(CapregError):
    """Registry data, or a file that was to be imported, cannot be used."""


class InvalidData(DataError):
    """Every fault of the files that were read, in the order of file and key.

    Args:
        findings: the faults; at least one.
    """

    def __init__(self, findings: Iterable[Finding]) -> None:
        self.findings: Sequence[Finding] = tuple(sorted(findings))
        files = {f.file for f in self.findings}
        count = len(self.findings)
        super().__init__(
            f"{count} {'fault' if count == 1 else 'faults'} in {len(files)} {'file' if len(files) == 1 else 'files'}"
        )

    def __str__(self) -> str:
        return "\n".join([self.problem, *(str(f) for f in self.findings)])

    def _fields(self) -> tuple[object, ...]:
        return (tuple(self.findings),)


class UnreadableFile(DataError):
    """A file that cannot be opened, is too large, is a symbolic link, or is not the format it should be."""


class MeasurementFailed(CapregError):
    """An endpoint that was to be measured answered no request; `found` is what it said instead."""


class SnapshotError(CapregError):
    """The compiled catalog cannot be used."""


class SnapshotMissing(SnapshotError):
    """There is no compiled catalog at that place."""


class SnapshotDamaged(SnapshotError):
    """The compiled catalog is truncated, altered, or not a capreg catalog."""


class SnapshotVersion(SnapshotError):
    """The compiled catalog has a format that this capreg does not read."""


class LockError(CapregError):
    """A lock file cannot be written, read or replayed."""


class LockDamaged(LockError):
    """It is not a lock file, is cut short, or was edited by hand."""


class LockVersion(LockError):
    """It was written by a newer capreg, in a format that this one does not read."""


class LockRelease(LockError):
    """It is of another release, and asks for something that the catalog at hand does not hold."""
