"""Turns: the calls of a choice and of its fallbacks, and what an SDK's own way of falling back takes.

Like a `Call`, it names variables and holds no key. No SDK is imported.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from capreg.errors import UnknownName

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from capreg.domain.sdk import SdkName
    from capreg.resolver.candidate import Candidate
    from capreg.resolver.handover import Call

__all__ = ["Turns", "turns"]

_OWN_WAY = {
    "litellm": "litellm.Router",
    "pydantic-ai": "pydantic_ai.models.fallback.FallbackModel",
    "langchain": "langchain_core.runnables.Runnable.with_fallbacks",
}
"""What falls back by itself. The others have nothing of the kind: their calls are made one after the other."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Turns:
    """Calls in the order in which to try them; looping over it gives the calls."""

    sdk: str
    """The SDK they are for."""
    calls: tuple[Call, ...]
    """The call of the first choice, then those of its fallbacks."""
    entry: str | None
    """The SDK's own class or method that falls back; None where it has none, and the calls are made in turn."""
    arguments: Mapping[str, Any]
    """What `entry` takes as keyword arguments; empty where it takes what is made of each call."""

    def __iter__(self) -> Iterator[Call]:
        return iter(self.calls)

    @property
    def model(self) -> str:
        """What the first choice is called where a router is asked: the offering's id."""
        return self.calls[0].offering

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON."""
        return {
            "sdk": self.sdk,
            "entry": self.entry,
            "arguments": dict(self.arguments),
            "calls": [call.to_dict() for call in self.calls],
        }


def turns(sdk: SdkName, candidates: Sequence[Candidate], own: Mapping[str, Mapping[str, str]]) -> Turns:
    """The calls of `candidates` with `sdk`, in this order; `own` is what only the user knows, by provider.

    Raises:
        UnknownName: nobody is of a provider of `own`; and what `Candidate.call` raises.
    """
    providers = {candidate.provider for candidate in candidates}
    for name in own:
        if name not in providers:
            raise UnknownName("provider", name, sorted(providers), where="own")
    calls = tuple(candidate.call(sdk, **own.get(candidate.provider, {})) for candidate in candidates)
    arguments = _router(calls) if sdk == "litellm" else {}
    return Turns(sdk=sdk, calls=calls, entry=_OWN_WAY.get(sdk), arguments=arguments)


def _router(calls: Sequence[Call]) -> dict[str, Any]:
    """The arguments of LiteLLM's router, which reads each key from its variable when it calls."""
    first, *others = [call.offering for call in calls]
    return {
        "model_list": [{"model_name": call.offering, "litellm_params": _parameters(call)} for call in calls],
        "fallbacks": [{first: others}] if others else [],
        "num_retries": 0,
    }


def _parameters(call: Call) -> dict[str, Any]:
    key = {call.key_argument: f"os.environ/{call.key_variable}"} if call.key_argument else {}
    return {"model": call.model, "max_retries": 0, **call.arguments, **key}
