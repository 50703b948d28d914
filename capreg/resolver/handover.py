"""Hand-over: what an SDK needs to call an offering, from the reviewed routes in provider files.

No SDK is imported, nothing is called and no key is read: a `Call` names the variable that holds the key.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from capreg.domain.sdk import ENTRIES, PLACEHOLDER, SDKS
from capreg.errors import CallNeeds, InvalidArgument, SdkCannotReach, UnknownName

if TYPE_CHECKING:
    from collections.abc import Mapping

    Route = Mapping[str, Any]

__all__ = ["Call", "call", "reaching"]

_IN_ADDRESS = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9])?")
_NO_ROUTE = "no route is recorded for its provider"


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """What one SDK needs to call one offering. Holds the name of the key's variable, never a key."""

    sdk: str
    """The SDK it is for."""
    offering: str
    """The offering that it calls."""
    entry: str
    """The function or class of the SDK that takes `arguments`."""
    model: str
    """What this SDK calls the model."""
    model_entry: str | None
    """Where `entry` makes a provider: the class that takes the model's name and ``provider=``; else None."""
    arguments: Mapping[str, str]
    """Keyword arguments beside the model and the key."""
    key_variable: str | None
    """The environment variable that holds the key; None where signing in needs none."""
    key_argument: str | None
    """The keyword argument that takes the key; None where the SDK reads the variable itself."""
    needs: Mapping[str, str]
    """What only the user knows and gave: name → what it is."""
    note: str | None
    """What a caller should know."""

    def keywords(self, environ: Mapping[str, str]) -> dict[str, str]:
        """`arguments`, and the key as `environ` holds it where the SDK takes it as an argument.

        Raises:
            InvalidArgument: the key's variable is not set there.
        """
        if self.key_variable is None or self.key_argument is None:
            return dict(self.arguments)
        if not environ.get(self.key_variable):
            raise InvalidArgument(
                f"the key of {self.offering} is not there",
                where="environ",
                found=f"no {self.key_variable}",
                hint=f"set {self.key_variable}, or ask with Policy().with_keys(environ) for those that can be called",
            )
        return {**self.arguments, self.key_argument: environ[self.key_variable]}

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON."""
        return {
            "sdk": self.sdk,
            "offering": self.offering,
            "entry": self.entry,
            "model": self.model,
            "model_entry": self.model_entry,
            "arguments": dict(self.arguments),
            "key_variable": self.key_variable,
            "key_argument": self.key_argument,
            "needs": dict(self.needs),
            "note": self.note,
        }


def call(routes: Mapping[str, Route], sdk: str, offering: str, *, wire_id: str, own: Mapping[str, str]) -> Call:
    """The call of `offering` with `sdk`.

    Args:
        routes: the ``sdks`` of its provider's document.
        sdk: the SDK's name.
        offering: the offering's id.
        wire_id: what a request names, verbatim; it is put in whole and never read.
        own: what only the user knows, by name.

    Raises:
        UnknownName: there is no such SDK, or nothing of that name is needed.
        SdkCannotReach: this SDK cannot; the error names those that can.
        CallNeeds: something that only the user knows is missing.
        InvalidArgument: what was given cannot be part of an address.
    """
    if sdk not in SDKS:
        raise UnknownName("SDK", sdk, SDKS, where="sdk")
    route = routes.get(sdk, {})
    reason = _obstacle(route, wire_id)
    if reason is not None:
        raise SdkCannotReach(sdk, offering, reason, reachable=reaching(routes, wire_id))
    needs = route.get("needs") or {}
    _check_own(sdk, offering, needs, own)
    entry = ENTRIES[route["entry"]]
    in_model = set(PLACEHOLDER.findall(route["model"]))
    in_address = set(PLACEHOLDER.findall(route.get("base_url", "")))
    arguments = {name: own[name] for name in needs if name not in in_model | in_address}
    if entry.base_url is not None and "base_url" in route:
        arguments[entry.base_url] = _filled(route["base_url"], _fit_for_address(own, in_address))
    key_variable = route.get("key_variable")
    return Call(
        sdk=sdk,
        offering=offering,
        entry=route["entry"],
        model=_filled(route["model"], {**own, "wire_id": wire_id}),
        model_entry=entry.model,
        arguments=arguments,
        key_variable=key_variable,
        key_argument=entry.key if key_variable else None,
        needs=dict(needs),
        note=route.get("note"),
    )


def reaching(routes: Mapping[str, Route], wire_id: str) -> tuple[str, ...]:
    """The SDKs that can call what is named `wire_id`, in the order of `SDKS`."""
    return tuple(sdk for sdk in SDKS if _obstacle(routes.get(sdk, {}), wire_id) is None)


def _obstacle(route: Route, wire_id: str) -> str | None:
    """Why the route does not lead to `wire_id`; None where it does."""
    if not route or "unsupported" in route:
        return str(route.get("unsupported", _NO_ROUTE)).rstrip(".")
    only, never = tuple(route.get("only_wire_ids", ())), tuple(route.get("not_wire_ids", ()))
    if only and not wire_id.startswith(only):
        return f"it reaches ids that start with {' or '.join(only)} only, and this is {wire_id}"
    if never and wire_id.startswith(never):
        return f"it does not reach ids that start with {' or '.join(never)}, and this is {wire_id}"
    return None


def _check_own(sdk: str, offering: str, needs: Mapping[str, str], own: Mapping[str, str]) -> None:
    for name in own:
        if name not in needs:
            unknown = UnknownName("need", name, needs, where=f"call({sdk!r}) of {offering}")
            if not needs:
                unknown.expected = "nothing: all that it takes is known"
            raise unknown
    missing = {name: line for name, line in needs.items() if not own.get(name)}
    if missing:
        raise CallNeeds(sdk, offering, missing)


def _fit_for_address(own: Mapping[str, str], names: set[str]) -> dict[str, str]:
    """The values for an address, none of which can lead elsewhere."""
    for name in names:
        if not _IN_ADDRESS.fullmatch(own[name]):
            raise InvalidArgument(
                f"{name} cannot be part of an address",
                where=name,
                found=own[name],
                expected="letters, digits, - and _, at most 63",
                hint="give the bare name, without a scheme, dots or slashes",
            )
    return {name: own[name] for name in names}


def _filled(template: str, values: Mapping[str, str]) -> str:
    """`template` with its placeholders replaced. Values are not looked into, so braces in them stay."""
    parts = PLACEHOLDER.split(template)
    return "".join(values[part] if number % 2 else part for number, part in enumerate(parts))
