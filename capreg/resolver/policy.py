"""Policy: what the caller will not accept. Not a preference; nothing here is ever relaxed."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING, Any

from capreg.errors import InvalidArgument, UnknownName

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from collections.abc import Set as AnySet
    from typing import TypeAlias, TypeVar

    from capreg.domain.vocabulary import Market
    from capreg.names import ProviderName

    _Id = TypeVar("_Id", bound=str)
    _Ids: TypeAlias = AnySet[_Id] | list[_Id] | tuple[_Id, ...]
    """Ids in any collection but a text, which would be one of letters."""

__all__ = ["OWN", "Policy", "with_own"]

OWN = "own"
_FOR_OWN = "machines of one's own are weighed for a demand only: say requests_per_second"
"""The provider of a machine of one's own."""
_OWN = {"id": OWN, "parents": [], "reseller": False, "keys": [], "either_keys": [], "own": True}

_NAMED = {
    "allow_providers": ("provider", "providers"),
    "deny_providers": ("provider", "providers"),
    "allow_labs": ("lab", "labs"),
    "deny_labs": ("lab", "labs"),
    "allow_accelerators": ("accelerator", "accelerators"),
    "deny_accelerators": ("accelerator", "accelerators"),
}
_MARKETS = ("on_demand", "spot", "reserved", "marketplace", "ownership")
_SWITCHES = ("free", "preview", "unlisted", "provisional")
_MOST_DAYS = 36_500


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """What the caller will not accept. A field that is None asks nothing; what is unknown fails closed.

    Allowing: every member of a set-valued fact must be allowed. Denying: any member excludes. Any collection of ids
    will do; a frozen set is kept.

    Raises:
        InvalidArgument: when a field is of the wrong kind, or allows and denies the same name.

    >>> Policy(allow_providers={"groq", "cerebras"}, open_weights=True)
    Policy(allow_providers={'cerebras', 'groq'}, open_weights=True)
    """

    allow_providers: _Ids[ProviderName | str] | None = None
    """Only these providers, and those they own."""
    deny_providers: _Ids[ProviderName | str] | None = None
    """Not these providers, nor those they own."""
    allow_labs: _Ids[str] | None = None
    """Only models of these labs."""
    deny_labs: _Ids[str] | None = None
    """No models of these labs."""
    allow_accelerators: _Ids[str] | None = None
    """Only what its provider states to run on these."""
    deny_accelerators: _Ids[str] | None = None
    """Nothing that may run on these."""
    open_weights: bool | None = None
    """Only models whose weights can, or cannot, be downloaded."""
    resellers: bool | None = None
    """False: only providers that run what they sell."""
    free: bool = False
    """Let in what costs nothing for a stated reason."""
    preview: bool = False
    """Let in what is not generally available."""
    unlisted: bool = False
    """Let in what no source lists any more."""
    provisional: bool = False
    """Let estimates of quality count that have too little evidence of their own."""
    max_measurement_age_days: int | None = None
    """Speed figures older than this do not count."""
    markets: _Ids[Market] | None = None
    """How machines of one's own may be had; None means on demand alone."""
    keys: frozenset[str] | None = None
    """Names of the environment variables that are set: only providers that can be called with them."""

    def __post_init__(self) -> None:
        for name in (*_NAMED, "markets", "keys"):
            object.__setattr__(self, name, _names(name, getattr(self, name)))
        for name in ("open_weights", "resellers"):
            if getattr(self, name) not in (True, False, None):
                raise _wrong(name, getattr(self, name), "True, False or None")
        for name in _SWITCHES:
            if getattr(self, name) not in (True, False):
                raise _wrong(name, getattr(self, name), "True or False")
        age = self.max_measurement_age_days
        if age is not None and not (type(age) is int and 0 <= age <= _MOST_DAYS):
            raise _wrong("max_measurement_age_days", age, f"whole days from 0 to {_MOST_DAYS:,}, or None")
        if self.markets is not None and not (self.markets and {*_MARKETS}.issuperset(self.markets)):
            raise _wrong("markets", sorted(self.markets), f"some of {', '.join(_MARKETS)}")
        self._contradictions()

    def with_keys(self, environ: Mapping[str, str]) -> Policy:
        """The same policy, only for providers that the variables set in `environ` can call; values are not kept.

        Raises:
            InvalidArgument: when `environ` is no mapping, such as ``os.environ``.
        """
        if not hasattr(environ, "items"):
            raise InvalidArgument(
                "the environment is no mapping",
                where="policy.with_keys(environ)",
                found=repr(environ),
                expected="a mapping from names of variables to values, such as os.environ",
            )
        return replace(self, keys=frozenset(name for name, value in environ.items() if value))

    def narrowed(self, vocabulary: Mapping[str, Any]) -> Policy:
        """The same policy with only those of its key variables that a provider is called with.

        What else is set in an environment changes no answer, and stays out of ids and lock files.
        """
        if self.keys is None:
            return self
        named = {name for entry in vocabulary["providers"] for name in (*entry["keys"], *entry["either_keys"])}
        return replace(self, keys=self.keys & named)

    def check_names(self, vocabulary: Mapping[str, Any]) -> None:
        """Raise `UnknownName` for the first id that the catalog does not hold."""
        for field, (kind, listed) in _NAMED.items():
            if not getattr(self, field):
                continue
            known = [entry["id"] if listed == "providers" else entry for entry in vocabulary[listed]]
            for name in sorted(getattr(self, field)):
                if name not in known:
                    raise UnknownName(
                        kind, name, known, where=f"policy.{field}", hint=_FOR_OWN if name == OWN else None
                    )

    def _contradictions(self) -> None:
        for what in ("providers", "labs", "accelerators"):
            allowed, denied = getattr(self, f"allow_{what}"), getattr(self, f"deny_{what}")
            if allowed is not None and not allowed:
                raise InvalidArgument(
                    f"a policy that allows no {what} admits nobody",
                    where=f"policy.allow_{what}",
                    found="an empty set",
                    hint="leave it out to allow all",
                )
            both = sorted((allowed or frozenset()) & (denied or frozenset()))
            if both:
                raise InvalidArgument(
                    f"the policy both allows and denies {', '.join(both)}",
                    where=f"policy.allow_{what}",
                    hint=f"take {'it' if len(both) == 1 else 'them'} out of one of the two",
                )

    @property
    def said(self) -> list[str]:
        """What is asked, field by field; of keys only how many are set."""
        said = []
        for field in fields(self):
            value = getattr(self, field.name)
            if value != field.default:
                shown = f"<{len(value)} variables>" if field.name == "keys" else _shown(value)
                said.append(f"{field.name}={shown}")
        return said

    def __repr__(self) -> str:
        return f"Policy({', '.join(self.said)})"


def with_own(vocabulary: Mapping[str, Any]) -> dict[str, Any]:
    """`vocabulary` with the provider of machines of one's own."""
    return {**vocabulary, "providers": [*vocabulary["providers"], _OWN]}


def _names(field: str, value: Iterable[str] | None) -> frozenset[str] | None:
    if value is None:
        return None
    if isinstance(value, str):
        raise _wrong(field, value, "a collection of ids, such as {'groq'}")
    names = frozenset(value)
    if not all(isinstance(name, str) for name in names):
        raise _wrong(field, sorted(map(repr, names)), "a collection of ids")
    return names


def _shown(value: object) -> str:
    return "{" + ", ".join(repr(v) for v in sorted(value)) + "}" if isinstance(value, frozenset) else repr(value)


def _wrong(field: str, found: object, expected: str) -> InvalidArgument:
    return InvalidArgument(
        "a policy field cannot mean that", where=f"policy.{field}", found=repr(found), expected=expected
    )
