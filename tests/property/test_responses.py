"""Whatever a response holds, it is read in full or refused with one named error; a dict and an object read alike."""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from capreg import Usage
from capreg.errors import UnreadableUsage
from tests.property.laws import LAW

NAMES = st.sampled_from(
    (
        "usage", "usageMetadata", "response", "message", "service_tier", "serviceTier", "type", "ttl", "modality",
        "prompt_tokens", "completion_tokens", "total_tokens", "prompt_tokens_details", "completion_tokens_details",
        "cached_tokens", "audio_tokens", "reasoning_tokens", "cache_write_tokens", "input_tokens", "output_tokens",
        "input_tokens_details", "output_tokens_details", "cache_creation_input_tokens", "cache_read_input_tokens",
        "cache_creation", "ephemeral_5m_input_tokens", "ephemeral_1h_input_tokens", "promptTokenCount",
        "candidatesTokenCount", "thoughtsTokenCount", "cachedContentTokenCount", "promptTokensDetails",
        "cacheTokensDetails", "tokenCount", "inputTokens", "outputTokens", "cacheWriteInputTokens", "cacheDetails",
    )
)  # fmt: skip
LEAVES = st.one_of(
    st.none(), st.booleans(), st.integers(-2, 20), st.just(10**12), st.just(1.5),
    st.sampled_from(("AUDIO", "TEXT", "1h", "5m", "flex", "standard", "")),
)  # fmt: skip
BLOCKS = st.recursive(
    LEAVES,
    lambda inner: st.one_of(st.dictionaries(NAMES, inner, max_size=8), st.lists(inner, max_size=3)),
    max_leaves=25,
)


def _read(response: Any) -> Usage | None:
    """The usage; None where it was refused with what was found and what would help."""
    refusal = None
    try:
        return Usage.from_response(response)
    except UnreadableUsage as refused:
        refusal = refused
    assert None not in (refusal.found, refusal.hint)
    return None


@LAW
@given(st.dictionaries(NAMES, BLOCKS, max_size=8))
def test_any_block_is_read_or_refused(block: dict[str, Any]) -> None:
    """No other error comes out, however odd the block; and what is read has parts within its wholes."""
    usage = _read({"usage": block})

    assert usage is None or usage.plain_input_tokens >= 0


@LAW
@given(st.dictionaries(NAMES, BLOCKS, max_size=8))
def test_a_dict_and_an_object_read_alike(block: dict[str, Any]) -> None:
    """Attributes and keys say the same."""
    thing = json.loads(json.dumps({"usage": block}), object_hook=lambda held: SimpleNamespace(**held))

    assert _read(thing) == _read({"usage": block})


COUNT = st.integers(0, 100_000)


@LAW
@given(COUNT, COUNT, COUNT, COUNT, COUNT, COUNT)
def test_one_call_told_in_five_shapes_is_one_usage(  # noqa: PLR0917 - six counts of one call
    plain: int, cached: int, short: int, hour: int, answer: int, thought: int
) -> None:
    """Who counts the cache in and who counts it beside, who tells reasoning apart and who adds it: the same call."""
    sent, written, said = plain + cached + short + hour, short + hour, answer + thought
    anthropic = {
        "input_tokens": plain,
        "cache_creation_input_tokens": written,
        "cache_read_input_tokens": cached,
        "cache_creation": {"ephemeral_5m_input_tokens": short, "ephemeral_1h_input_tokens": hour},
        "output_tokens": said,
        "output_tokens_details": {"thinking_tokens": thought},
    }
    converse = {
        "inputTokens": plain,
        "cacheReadInputTokens": cached,
        "cacheWriteInputTokens": written,
        "cacheDetails": [{"ttl": "5m", "inputTokens": short}, {"ttl": "1h", "inputTokens": hour}],
        "outputTokens": said,
    }
    chat = {
        "prompt_tokens": sent,
        "completion_tokens": said,
        "total_tokens": sent + said,
        "prompt_tokens_details": {"cached_tokens": cached, "cache_write_tokens": written},
        "completion_tokens_details": {"reasoning_tokens": thought},
    }
    responses = {
        "input_tokens": sent,
        "input_tokens_details": {"cached_tokens": cached, "cache_write_tokens": written},
        "output_tokens": said,
        "output_tokens_details": {"reasoning_tokens": thought},
        "total_tokens": sent + said,
    }
    gemini = {
        "promptTokenCount": sent,
        "cachedContentTokenCount": cached,
        "candidatesTokenCount": answer,
        "thoughtsTokenCount": thought,
        "totalTokenCount": sent + said,
    }
    told = [Usage.from_response({"usage": block}) for block in (anthropic, converse, chat, responses)]
    told.append(Usage.from_response({"usageMetadata": gemini}))

    assert {(usage.input_tokens, usage.cached_input_tokens) for usage in told} == {(sent, cached)}
    assert {usage.output_tokens + (usage.reasoning_tokens or 0) for usage in told} == {said}
    assert [usage.reasoning_tokens for usage in told] == [thought, None, thought, thought, thought]
    assert {usage.cache_write_tokens + usage.cache_write_1h_tokens for usage in told[:4]} == {written}
    assert [usage.cache_write_1h_tokens for usage in told[:2]] == [hour, hour]
