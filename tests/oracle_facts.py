"""The oracle's facts: what limits, capabilities and policy say of a row, as sections 6, 7 and 9 of the page say.

The page is docs/reference/resolver.md. This takes plain documents and shares no code with the engine.
"""

from __future__ import annotations

from collections.abc import Callable

from tests.oracle_money import Document, Work, fact

__all__ = [
    "FAIL",
    "PASS",
    "UNKNOWN",
    "chips",
    "feature",
    "fits_context",
    "fits_input",
    "fits_output",
    "keys",
    "level",
    "open_weights",
    "window",
    "yes",
]

PASS, FAIL, UNKNOWN = "pass", "fail", "unknown"


def yes(holds: bool) -> str:
    """The verdict of a rule that is never unknown."""
    return PASS if holds else FAIL


# Section 6: fits.


def fits_input(offering: Document, work: Work) -> str:
    """Whether the input fits by itself."""
    most = offering.get("max_input_tokens")
    return yes(most is None or work.input_tokens <= most)


def fits_context(offering: Document, work: Work, reasoning: int | None) -> str:
    """Whether input, reasoning and output fit together."""
    total = work.input_tokens + work.output_tokens + (reasoning or 0)
    most = offering.get("context_tokens")
    if most is not None and total > most:
        return FAIL
    if reasoning is None:
        return UNKNOWN
    if most is not None:
        return PASS
    known = [offering[key] for key in ("max_input_tokens", "max_output_tokens") if key in offering]
    return PASS if known and total <= max(known) else UNKNOWN


def fits_output(offering: Document, work: Work, reasoning: int | None) -> str:
    """Whether reasoning and output fit together."""
    answer = work.output_tokens + (reasoning or 0)
    most = offering.get("max_output_tokens")
    if most is not None and answer > most:
        return FAIL
    return UNKNOWN if most is None or reasoning is None else PASS


# Section 7: capabilities.


def level(offering: Document, name: str, least: int) -> str:
    """A level of a capability."""
    known = fact(offering, name)
    if known.get("at_least", 0) >= least:
        return PASS
    return FAIL if "at_most" in known and known["at_most"] < least else UNKNOWN


def feature(offering: Document, name: str, wanted: str) -> str:
    """One named extra of a capability."""
    known = fact(offering, name)
    has = known.get("features", {}).get(wanted)
    if has is True:
        return PASS
    return FAIL if has is False or known.get("at_most") == 0 else UNKNOWN


def window(offering: Document, tokens: int) -> str:
    """A context window of so many tokens."""
    if "context_tokens" in offering:
        return yes(offering["context_tokens"] >= tokens)
    return PASS if offering.get("max_input_tokens", 0) >= tokens else UNKNOWN


# Section 9: policy.


def chips(backend: Document, *, fine: Callable[[str], bool]) -> str:
    """What a backend says of a rule that every accelerator must keep."""
    if backend["grade"] == "undisclosed":
        return UNKNOWN
    if not all(fine(chip) for chip in backend.get("accelerators", ())):
        return FAIL
    return PASS if backend["grade"] == "vendor_stated" else UNKNOWN


def open_weights(model: Document | None, wanted: bool) -> str:
    """Whether the weights are as open as is wanted."""
    known = None if model is None else model.get("open_weights")
    return UNKNOWN if known is None else yes(known == wanted)


def keys(provider: Document, present: frozenset[str]) -> str:
    """Whether the variables that a provider needs are set."""
    every, either = provider.get("keys", ()), provider.get("either_keys", ())
    if not every and not either:
        return UNKNOWN
    return yes(all(key in present for key in every) and (not either or any(key in present for key in either)))
