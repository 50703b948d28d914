"""The usage blocks of provider responses, read shape by shape. Nothing here knows a price, or guesses a count.

A block is told by its keys. What it leaves open (whether a total adds up, which cached tokens were audio) is an error,
not an assumption: a bill that is too low looks like any other bill.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, NoReturn

from capreg.errors import UnreadableUsage

__all__ = ["counts_of"]

Counts = dict[str, Any]

_BLOCKS = ("usage", "usageMetadata", "usage_metadata")
_WRAPPERS = ("response", "message")
_TIERS = {
    "default": "standard", "standard": "standard", "auto": "standard", "standard_only": "standard",
    "on_demand": "standard", "flex": "flex", "batch": "batch", "priority": "priority",
    "on_demand_flex": "flex", "on_demand_priority": "priority",
}  # fmt: skip
_AMONG_INPUT = ("cache_creation_input_tokens", "cache_read_input_tokens", "cache_creation")
_FOREIGN = ("input_token_details", "output_token_details", "cache_read_tokens", "cache_write_tokens", "billed_units")
_EXPECTED = (
    "a usage block of OpenAI chat completions (prompt_tokens), OpenAI responses or Anthropic messages (input_tokens), "
    "Gemini (promptTokenCount) or Bedrock Converse (inputTokens)"
)


def counts_of(response: Any, *, tier_is_given: bool = False) -> Counts:
    """The fields of a `Usage` that `response` reports.

    Raises:
        UnreadableUsage: the block is missing, of no known shape, or contradicts itself.
    """
    owner, node = _located(response)
    block = _Block(node)
    counts = _reader(block)(block)
    if not tier_is_given:
        counts["service_tier"] = _tier(owner, block)
    return counts


class _Block:
    """A mapping or an object with attributes, read by name."""

    def __init__(self, node: Any, path: str = "usage") -> None:
        self.node = node
        self.path = path

    def raw(self, name: str) -> Any:
        return self.node.get(name) if isinstance(self.node, Mapping) else getattr(self.node, name, None)

    def has(self, *names: str) -> bool:
        return any(self.raw(name) is not None for name in names)

    def part(self, *names: str) -> _Block:
        """The first of these blocks that is there; else an empty one."""
        for name in names:
            node = self.raw(name)
            if node is not None:
                return _Block(node, f"{self.path}.{name}")
        return _Block({}, f"{self.path}.{names[0]}")

    def count(self, *names: str) -> int:
        """The first of these counts that is there; else 0."""
        return self.stated(*names) or 0

    def stated(self, *names: str) -> int | None:
        """The first of these counts that is there; None where none is."""
        for name in names:
            value = self.raw(name)
            if value is None:
                continue
            if isinstance(value, bool) or not isinstance(value, int) or value < 0:
                self.refuse("a count of tokens is no whole number", found=f"{self.path}.{name} = {value!r}")
            return int(value)
        return None

    def needed(self, name: str) -> int:
        """A count without which the block says nothing."""
        value = self.stated(name)
        return self.refuse(f"the usage block has no {name}") if value is None else value

    def each(self, *names: str) -> Iterator[_Block]:
        """The blocks of the first of these lists that is there."""
        for name in names:
            nodes = self.raw(name)
            if nodes is None:
                continue
            if not isinstance(nodes, list | tuple):
                self.refuse("details are no list", found=f"{self.path}.{name} = {nodes!r}")
            yield from (_Block(node, f"{self.path}.{name}[]") for node in nodes)
            return

    def refuse(self, problem: str, *, found: str | None = None, hint: str | None = None) -> NoReturn:
        raise UnreadableUsage(
            problem,
            where=self.path,
            found=found or _names(self.node),
            expected=_EXPECTED if found is None else None,
            hint=hint or "build capreg.Usage(…) from the counts yourself",
        )


def _located(response: Any) -> tuple[_Block, Any]:
    """The block that holds the service tier, and the usage block."""
    owner = _Block(response, "response")
    for name in _BLOCKS:
        if owner.raw(name) is not None:
            return owner, owner.raw(name)
    for name in _WRAPPERS:
        if owner.raw(name) is not None and _Block(owner.raw(name)).has(*_BLOCKS):
            return _located(owner.raw(name))
    if _kind(owner) is not None:
        return owner, response
    streamed = "a stream reports usage in its last event only: pass the finished response"
    return owner.refuse("the response holds no usage block that can be read", hint=streamed)


def _reader(block: _Block) -> Callable[[_Block], Counts]:
    foreign = [name for name in _FOREIGN if block.has(name)]
    reader = None if foreign else _kind(block)
    if reader is None:
        block.refuse("the usage block has no shape that is known")
    return reader


def _kind(block: _Block) -> Callable[[_Block], Counts] | None:
    if block.has("prompt_tokens"):
        return _chat
    if block.has("promptTokenCount", "prompt_token_count"):
        return _gemini
    if block.has("inputTokens"):
        return _converse
    if block.has("input_tokens"):
        return _messages if block.has(*_AMONG_INPUT) else _responses
    return None


def _chat(block: _Block) -> Counts:
    """OpenAI chat completions and who speaks them: cached, written and audio tokens are among the prompt's."""
    if block.has(*_AMONG_INPUT) and not block.has("prompt_tokens_details"):
        block.refuse("it does not say whether cached tokens are counted in prompt_tokens")
    sent, answer = block.part("prompt_tokens_details"), block.part("completion_tokens_details")
    prompt, completion = block.needed("prompt_tokens"), block.count("completion_tokens")
    thought = answer.stated("reasoning_tokens")
    if thought is None:
        thought = block.stated("reasoning_tokens")
    among = _reasoning_is_output(block, prompt, completion, thought or 0)
    cached = sent.stated("cached_tokens")
    return {
        **_heard(block, cached=cached or block.count("prompt_cache_hit_tokens", "cached_tokens"), sent=sent),
        "input_tokens": prompt,
        "cache_write_tokens": sent.count("cache_write_tokens", "cache_creation_tokens"),
        **_thought(block, completion, thought, among=among),
        "audio_output_tokens": answer.count("audio_tokens"),
        "image_output_tokens": answer.count("image_tokens"),
        "web_searches": block.count("num_search_queries", "num_sources_used"),
    }


def _reasoning_is_output(block: _Block, prompt: int, completion: int, thought: int) -> bool:
    """Whether the completion counts the reasoning: OpenAI's does, xAI's does not. The total tells."""
    total = block.stated("total_tokens")
    if total is None or total == prompt + completion:
        return True
    if thought and total == prompt + completion + thought:
        return False
    told = f"prompt {prompt} + completion {completion} + reasoning {thought} against a total of {total}"
    return block.refuse("the counts do not add up to the total", found=told)


def _responses(block: _Block) -> Counts:
    """OpenAI responses: cached and written tokens are among the input, reasoning among the output."""
    sent, answer = block.part("input_tokens_details"), block.part("output_tokens_details")
    read, output = block.needed("input_tokens"), block.count("output_tokens")
    total = block.stated("total_tokens")
    if total is not None and total != read + output:
        block.refuse("the counts do not add up to the total", found=f"input {read} + output {output}, total {total}")
    return {
        **_heard(block, cached=sent.count("cached_tokens", "cache_read_input_tokens"), sent=sent),
        "input_tokens": read,
        "cache_write_tokens": sent.count("cache_write_tokens"),
        **_thought(block, output, answer.stated("reasoning_tokens", "thinking_tokens"), among=True),
        "audio_output_tokens": answer.count("audio_tokens"),
        "image_output_tokens": answer.count("image_tokens"),
        "web_searches": block.part("server_tool_use").count("web_search_requests"),
    }


def _messages(block: _Block) -> Counts:
    """Anthropic messages: input_tokens leaves out what was read from the cache and what was written to it."""
    if block.has("input_tokens_details"):
        block.refuse("it mixes two shapes: cached tokens inside input_tokens and beside it")
    written, split = block.count("cache_creation_input_tokens"), block.part("cache_creation")
    hour = split.count("ephemeral_1h_input_tokens")
    short = split.stated("ephemeral_5m_input_tokens")
    if short is None:
        short = written - hour
    _adds_up(block, "cache_creation_input_tokens", written, short, hour)
    cached = block.count("cache_read_input_tokens")
    return {
        "input_tokens": block.needed("input_tokens") + cached + written,
        "cached_input_tokens": cached,
        "cache_write_tokens": short,
        "cache_write_1h_tokens": hour,
        **_thought(
            block,
            block.count("output_tokens"),
            block.part("output_tokens_details").stated("thinking_tokens", "reasoning_tokens"),
            among=True,
        ),
        "web_searches": block.part("server_tool_use").count("web_search_requests"),
    }


def _converse(block: _Block) -> Counts:
    """Bedrock Converse: inputTokens leaves out cached tokens; reasoning is among the output and not told apart."""
    cached, written = block.count("cacheReadInputTokens"), block.count("cacheWriteInputTokens")
    hour, short = 0, 0
    for detail in block.each("cacheDetails"):
        if detail.raw("ttl") not in ("5m", "1h"):
            block.refuse("a cache lifetime that no price list has", found=f"ttl = {detail.raw('ttl')!r}")
        tokens = detail.count("inputTokens")
        hour, short = (hour + tokens, short) if detail.raw("ttl") == "1h" else (hour, short + tokens)
    if not block.has("cacheDetails"):
        short = written
    _adds_up(block, "cacheWriteInputTokens", written, short, hour)
    return {
        "input_tokens": block.needed("inputTokens") + cached + written,
        "cached_input_tokens": cached,
        "cache_write_tokens": short,
        "cache_write_1h_tokens": hour,
        "output_tokens": block.count("outputTokens"),
        "reasoning_tokens": None,
    }


def _gemini(block: _Block) -> Counts:
    """Gemini: cached tokens are among the prompt's; tool results and thoughts stand beside prompt and answer."""
    prompt = block.count("promptTokenCount", "prompt_token_count")
    tools = block.count("toolUsePromptTokenCount", "tool_use_prompt_token_count")
    answer = block.count("candidatesTokenCount", "candidates_token_count")
    thought = block.count("thoughtsTokenCount", "thoughts_token_count")
    total = block.stated("totalTokenCount", "total_token_count")
    if total is not None and total != prompt + tools + answer + thought:
        told = f"prompt {prompt} + tools {tools} + candidates {answer} + thoughts {thought}, total {total}"
        block.refuse("the counts do not add up to the total", found=told)
    cached = block.count("cachedContentTokenCount", "cached_content_token_count")
    heard = _modality(block, "AUDIO", "promptTokensDetails", "prompt_tokens_details")
    heard += _modality(block, "AUDIO", "toolUsePromptTokensDetails", "tool_use_prompt_tokens_details")
    heard_from_cache = _modality(block, "AUDIO", "cacheTokensDetails", "cache_tokens_details")
    if cached and heard and not block.has("cacheTokensDetails", "cache_tokens_details"):
        _unclear_audio(block, cached, heard)
    said = ("candidatesTokensDetails", "candidates_tokens_details")
    return {
        "input_tokens": prompt + tools,
        "cached_input_tokens": cached - heard_from_cache,
        "cached_audio_tokens": heard_from_cache,
        "audio_input_tokens": heard - heard_from_cache,
        "output_tokens": answer,
        "reasoning_tokens": thought,
        "audio_output_tokens": _modality(block, "AUDIO", *said),
        "image_output_tokens": _modality(block, "IMAGE", *said),
    }


def _modality(block: _Block, modality: str, *names: str) -> int:
    """The tokens of that modality in a list of details; SDKs give the modality as text or as an enumeration."""
    return sum(
        detail.count("tokenCount", "token_count")
        for detail in block.each(*names)
        if str(getattr(detail.raw("modality"), "value", detail.raw("modality"))).upper() == modality
    )


def _heard(block: _Block, *, cached: int, sent: _Block) -> Counts:
    """Cached and audio input of a shape that does not say how they overlap."""
    heard = sent.count("audio_tokens")
    if cached and heard:
        _unclear_audio(block, cached, heard)
    return {"cached_input_tokens": cached, "audio_input_tokens": heard}


def _unclear_audio(block: _Block, cached: int, heard: int) -> NoReturn:
    block.refuse(
        "it does not say how many of the cached tokens are audio",
        found=f"{cached} cached and {heard} audio tokens",
        hint="build capreg.Usage(…) with cached_input_tokens and cached_audio_tokens apart",
    )


def _thought(block: _Block, output: int, thought: int | None, *, among: bool) -> Counts:
    """Answer and reasoning apart; `among` says whether `output` counts the reasoning."""
    if thought is None:
        return {"output_tokens": output, "reasoning_tokens": None}
    if among and thought > output:
        block.refuse("more reasoning than output", found=f"reasoning {thought}, output {output}")
    return {"output_tokens": output - thought if among else output, "reasoning_tokens": thought}


def _adds_up(block: _Block, name: str, whole: int, short: int, hour: int) -> None:
    if short < 0 or short + hour != whole:
        told = f"{name} {whole} against {max(short, 0)} for five minutes and {hour} for an hour"
        block.refuse("tokens written to the cache do not add up", found=told)


def _tier(owner: _Block, block: _Block) -> str:
    """The service tier that the response or its usage block names; none is the standard tier."""
    told = None
    for place, name in ((block, "service_tier"), (block, "trafficType"), (block, "traffic_type"),
                        (owner, "service_tier"), (owner, "serviceTier")):  # fmt: skip
        told = place.raw(name) if told is None else told
    if told is not None and not isinstance(told, str):
        told = _Block(told).raw("type") or getattr(told, "value", told)
    if told is None:
        return "standard"
    if str(told).lower() not in _TIERS:
        block.refuse(
            "a service tier that no price list has",
            found=f"service tier {told!r}",
            hint="pass service_tier='standard', 'batch', 'flex' or 'priority' to say which one was bought",
        )
    return _TIERS[str(told).lower()]


def _names(node: Any) -> str:
    """What a block holds, in one line, for an error."""
    if isinstance(node, Mapping):
        return ", ".join(str(name) for name in node) or "nothing"
    held = getattr(type(node), "model_fields", None) or getattr(node, "__dict__", None)
    names = f" with {', '.join(map(str, held))}" if held else ""
    return f"{type(node).__name__}{names}"
