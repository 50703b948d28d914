"""Usage: what one call that was made used, as its response reports it. Not a plan; that is a workload."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import Any

from capreg.domain.defaults import MOST_TOKENS
from capreg.domain.vocabulary import ServiceTier
from capreg.errors import InvalidArgument, UnreadableUsage

__all__ = ["Usage"]

_TIERS = ("standard", "batch", "flex", "priority")
_PARTS_OF_INPUT = (
    "cached_input_tokens", "cache_write_tokens", "cache_write_1h_tokens", "audio_input_tokens", "cached_audio_tokens",
)  # fmt: skip
_PARTS_OF_OUTPUT = ("audio_output_tokens", "image_output_tokens")


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """What one call used.

    The parts of the input do not overlap: cached, written, audio, and the plain rest together are `input_tokens`.
    Add bills, not usages: a long-context price goes by the size of one call.

    >>> Usage(input_tokens=3000, cached_input_tokens=2000, output_tokens=400).plain_input_tokens
    1000

    Raises:
        InvalidArgument: a count is negative or no whole number, or the parts exceed the whole.
    """

    input_tokens: int = 0
    """Everything sent: read from the cache, written to it, audio, and the rest."""
    output_tokens: int = 0
    """Tokens of the answer; with reasoning included where `reasoning_tokens` is None."""
    cached_input_tokens: int = 0
    """Of the input: text read from the provider's prompt cache."""
    cache_write_tokens: int = 0
    """Of the input: written to the prompt cache at its shortest lifetime."""
    cache_write_1h_tokens: int = 0
    """Of the input: written to the prompt cache for an hour."""
    audio_input_tokens: int = 0
    """Of the input: audio that no cache served."""
    reasoning_tokens: int | None = 0
    """Reasoning as it was billed, apart from the answer; None means that the response counts it as output."""
    images: int = 0
    """Images sent, for who bills them by the image. No response reports them."""
    requests: int = 1
    """Requests billed; more than one only where a response adds them up itself."""
    service_tier: ServiceTier = "standard"
    """The tier in which it was served."""
    cached_audio_tokens: int = 0
    """Of the input, beside `cached_input_tokens`: audio read from the cache. No price list has its rate yet."""
    audio_output_tokens: int = 0
    """Of the output: audio. No price list has its rate yet."""
    image_output_tokens: int = 0
    """Of the output: images. No price list has its rate yet."""
    web_searches: int = 0
    """Searches that the provider made and bills. No price list has their rate yet."""

    def __post_init__(self) -> None:
        """Refuse what cannot be meant."""
        for field in fields(self):
            _check(field.name, getattr(self, field.name))
        self._within("input_tokens", _PARTS_OF_INPUT)
        self._within("output_tokens", _PARTS_OF_OUTPUT)

    @property
    def plain_input_tokens(self) -> int:
        """Input that is neither cached, nor written to a cache, nor audio."""
        parts = (getattr(self, part) for part in _PARTS_OF_INPUT)
        return self.input_tokens - int(sum(parts))

    @classmethod
    def from_response(cls, response: Any, *, images: int = 0, service_tier: ServiceTier | None = None) -> Usage:
        """The usage that a provider's response reports.

        Reads OpenAI chat completions and responses (and who speaks them), Anthropic messages, Gemini and Bedrock
        Converse; plain dicts and SDK objects alike, the whole response or its usage block alone.

        >>> Usage.from_response({"usage": {"prompt_tokens": 900, "completion_tokens": 40, "total_tokens": 940}})
        Usage(input_tokens=900, output_tokens=40, reasoning_tokens=None)

        Args:
            response: what the provider's SDK or its HTTP interface returned, complete.
            images: images sent, where they are billed by the image.
            service_tier: by default what the response says, else ``"standard"``. A batch's responses do not say it.

        Raises:
            UnreadableUsage: the block is missing, of no known shape, or contradicts itself.
        """
        from capreg.domain.responses import counts_of

        counts = counts_of(response, tier_is_given=service_tier is not None)
        try:
            told = cls(**counts)
        except InvalidArgument as wrong:
            raise UnreadableUsage(
                "the counts of the response contradict each other",
                where=wrong.where,
                found=wrong.found,
                expected=wrong.expected,
                hint="build capreg.Usage(…) from the counts yourself",
            ) from wrong
        return replace(told, images=images, service_tier=service_tier or told.service_tier)

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON, without what the call did not use; the tier is always there."""
        told = {f.name: getattr(self, f.name) for f in fields(self) if getattr(self, f.name) != f.default}
        return {**told, "service_tier": self.service_tier}

    def __repr__(self) -> str:
        told = [f"{f.name}={getattr(self, f.name)!r}" for f in fields(self) if getattr(self, f.name) != f.default]
        return f"Usage({', '.join(told)})"

    def _within(self, whole: str, parts: tuple[str, ...]) -> None:
        total = sum(getattr(self, part) for part in parts)
        if total > getattr(self, whole):
            held = [f"{part}={getattr(self, part)}" for part in parts if getattr(self, part)]
            raise InvalidArgument(
                "the parts are more than the whole",
                where=f"usage.{whole}",
                found=", ".join(held),
                expected=f"together at most {whole}={getattr(self, whole)}, which includes them",
            )


def _check(name: str, value: object) -> None:
    fits: bool
    if name == "service_tier":
        fits, expected = value in _TIERS, f"one of {', '.join(_TIERS)}"
    elif name == "reasoning_tokens" and value is None:
        return
    else:
        least = 1 if name == "requests" else 0
        fits = type(value) is int and least <= value <= MOST_TOKENS
        expected = f"a whole number from {least} to {MOST_TOKENS:,}"
    if not fits:
        raise InvalidArgument(
            "an argument cannot be meant", where=f"usage.{name}", found=repr(value), expected=expected
        )
