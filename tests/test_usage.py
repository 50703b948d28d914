"""What a response says it used. The responses are written for these tests, in the shapes that providers document."""

from __future__ import annotations

from enum import Enum
from types import SimpleNamespace
from typing import Any

import pydantic
import pytest

from capreg import Usage
from capreg.errors import InvalidArgument, UnreadableUsage


def read(**usage: Any) -> Usage:
    """The usage of a response that holds this block under `usage`."""
    return Usage.from_response({"id": "one", "usage": usage})


def gemini(**usage: Any) -> Usage:
    """The usage of a Gemini response that holds this block."""
    return Usage.from_response({"candidates": [], "usageMetadata": usage})


class TestChatCompletions:
    def test_cached_and_reasoning_tokens_are_parts(self) -> None:
        """Cached tokens are among the prompt's; reasoning is taken out of the completion."""
        usage = read(
            prompt_tokens=2006,
            completion_tokens=300,
            total_tokens=2306,
            prompt_tokens_details={"cached_tokens": 1920, "audio_tokens": 0},
            completion_tokens_details={"reasoning_tokens": 192, "audio_tokens": 0, "rejected_prediction_tokens": 0},
        )

        assert usage == Usage(input_tokens=2006, cached_input_tokens=1920, output_tokens=108, reasoning_tokens=192)

    def test_without_details_reasoning_is_not_told_apart(self) -> None:
        """A plain block says nothing of reasoning, which is not the same as none."""
        usage = read(prompt_tokens=12, completion_tokens=5, total_tokens=17)

        assert usage == Usage(input_tokens=12, output_tokens=5, reasoning_tokens=None)

    def test_reasoning_beside_the_completion_is_told_by_the_total(self) -> None:
        """Who reports reasoning beside the completion has a total that includes both."""
        usage = read(
            prompt_tokens=32,
            completion_tokens=9,
            total_tokens=135,
            completion_tokens_details={"reasoning_tokens": 94},
        )

        assert (usage.output_tokens, usage.reasoning_tokens) == (9, 94)

    def test_a_total_that_does_not_add_up_is_refused(self) -> None:
        """Tokens that only the total knows were billed as something; nobody says as what."""
        with pytest.raises(UnreadableUsage, match="do not add up") as caught:
            read(prompt_tokens=10, completion_tokens=5, total_tokens=80)

        assert caught.value.found == "prompt 10 + completion 5 + reasoning 0 against a total of 80"

    def test_tokens_written_to_a_cache(self) -> None:
        """Some who speak this shape report what they wrote to a cache, among the prompt."""
        usage = read(prompt_tokens=100, completion_tokens=1, prompt_tokens_details={"cache_write_tokens": 80})

        assert (usage.cache_write_tokens, usage.plain_input_tokens) == (80, 20)

    def test_cache_hits_beside_the_details(self) -> None:
        """One host reports cache hits at the top of the block."""
        usage = read(prompt_tokens=100, completion_tokens=1, prompt_cache_hit_tokens=64, prompt_cache_miss_tokens=36)

        assert usage.cached_input_tokens == 64

    def test_audio_in_and_out(self) -> None:
        """Audio has rates of its own, in and out."""
        usage = read(
            prompt_tokens=100,
            completion_tokens=50,
            prompt_tokens_details={"audio_tokens": 90},
            completion_tokens_details={"audio_tokens": 40, "reasoning_tokens": 0},
        )

        assert (usage.audio_input_tokens, usage.plain_input_tokens, usage.audio_output_tokens) == (90, 10, 40)

    def test_cached_audio_that_is_not_told_apart_is_refused(self) -> None:
        """Both cached and audio tokens, and no word on how they overlap."""
        with pytest.raises(UnreadableUsage, match="how many of the cached tokens are audio"):
            read(prompt_tokens=100, prompt_tokens_details={"audio_tokens": 60, "cached_tokens": 50})

    def test_a_cache_beside_a_prompt_without_details_is_refused(self) -> None:
        """Nothing says whether the prompt's count includes it."""
        with pytest.raises(UnreadableUsage, match="whether cached tokens are counted"):
            read(prompt_tokens=100, completion_tokens=1, cache_read_input_tokens=50)

    @pytest.mark.parametrize(("told", "tier"), [("default", "standard"), ("flex", "flex"), ("priority", "priority")])
    def test_the_tier_is_read_from_the_response(self, told: str, tier: str) -> None:
        """The response says in which tier it was served, in its own words."""
        response = {"service_tier": told, "usage": {"prompt_tokens": 1, "completion_tokens": 1}}

        assert Usage.from_response(response).service_tier == tier

    def test_a_tier_of_another_name_is_refused(self) -> None:
        """A tier that no price list has is not the standard one."""
        response = {"service_tier": "scale", "usage": {"prompt_tokens": 1, "completion_tokens": 1}}

        with pytest.raises(UnreadableUsage, match="service tier"):
            Usage.from_response(response)

        assert Usage.from_response(response, service_tier="standard").service_tier == "standard"


class TestResponses:
    def test_parts_are_among_input_and_output(self) -> None:
        """Cached tokens are among the input, reasoning among the output."""
        usage = read(
            input_tokens=81,
            input_tokens_details={"cached_tokens": 64},
            output_tokens=1035,
            output_tokens_details={"reasoning_tokens": 832},
            total_tokens=1116,
        )

        assert usage == Usage(input_tokens=81, cached_input_tokens=64, output_tokens=203, reasoning_tokens=832)

    def test_the_last_event_of_a_stream(self) -> None:
        """The event `response.completed` holds the response, and that holds the usage."""
        event = {"type": "response.completed", "response": {"usage": {"input_tokens": 5, "output_tokens": 6}}}

        assert Usage.from_response(event).input_tokens == 5

    def test_more_reasoning_than_output_is_refused(self) -> None:
        """A part cannot be larger than the whole."""
        with pytest.raises(UnreadableUsage, match="more reasoning than output"):
            read(input_tokens=1, output_tokens=5, output_tokens_details={"reasoning_tokens": 6}, total_tokens=6)


class TestMessages:
    def test_input_leaves_out_what_the_cache_served_and_took(self) -> None:
        """All three together were sent."""
        usage = read(
            input_tokens=21,
            cache_creation_input_tokens=188_086,
            cache_read_input_tokens=1_000,
            cache_creation={"ephemeral_5m_input_tokens": 188_000, "ephemeral_1h_input_tokens": 86},
            output_tokens=393,
            service_tier="standard",
        )

        assert usage == Usage(
            input_tokens=189_107,
            cached_input_tokens=1_000,
            cache_write_tokens=188_000,
            cache_write_1h_tokens=86,
            output_tokens=393,
            reasoning_tokens=None,
        )
        assert usage.plain_input_tokens == 21

    def test_without_the_split_the_shortest_lifetime_was_meant(self) -> None:
        """An hour has to be asked for, and then the block has the split."""
        usage = read(input_tokens=1, cache_creation_input_tokens=9, cache_read_input_tokens=0, output_tokens=1)

        assert (usage.cache_write_tokens, usage.cache_write_1h_tokens) == (9, 0)

    def test_a_split_that_does_not_add_up_is_refused(self) -> None:
        """One of the numbers is wrong, and nobody knows which."""
        with pytest.raises(UnreadableUsage, match="do not add up"):
            read(
                input_tokens=1,
                cache_creation_input_tokens=9,
                cache_creation={"ephemeral_5m_input_tokens": 1, "ephemeral_1h_input_tokens": 1},
                output_tokens=1,
            )

    def test_thinking_that_is_told_apart(self) -> None:
        """Thinking is among the output; where the block tells it, it is taken out."""
        usage = read(
            input_tokens=1,
            cache_read_input_tokens=0,
            output_tokens=900,
            output_tokens_details={"thinking_tokens": 700},
        )

        assert (usage.output_tokens, usage.reasoning_tokens) == (200, 700)

    def test_searches_and_batch(self) -> None:
        """Searches are counted and the tier is the batch's, with and without a cache in the block."""
        said: dict[str, Any] = {"server_tool_use": {"web_search_requests": 2}, "service_tier": "batch"}

        for cache in ({}, {"cache_read_input_tokens": 0}):
            usage = read(input_tokens=1, output_tokens=1, **said, **cache)
            assert (usage.web_searches, usage.service_tier) == (2, "batch")

    def test_the_first_event_of_a_stream_holds_a_message(self) -> None:
        """`message_start` holds its usage one level down."""
        event = {"type": "message_start", "message": {"usage": {"input_tokens": 25, "output_tokens": 1}}}

        assert Usage.from_response(event).input_tokens == 25

    def test_two_shapes_in_one_block_are_refused(self) -> None:
        """Cached tokens both inside and beside the input would be counted twice, or not at all."""
        with pytest.raises(UnreadableUsage, match="mixes two shapes"):
            read(input_tokens=9, input_tokens_details={"cached_tokens": 5}, cache_read_input_tokens=5, output_tokens=1)


class TestGemini:
    def test_thoughts_and_tools_stand_beside(self) -> None:
        """Cached tokens are among the prompt's; tool results are more input, thoughts are no answer."""
        usage = gemini(
            promptTokenCount=2152,
            cachedContentTokenCount=2027,
            toolUsePromptTokenCount=100,
            candidatesTokenCount=710,
            thoughtsTokenCount=1200,
            totalTokenCount=4162,
            promptTokensDetails=[{"modality": "TEXT", "tokenCount": 2152}],
            trafficType="ON_DEMAND",
        )

        assert usage == Usage(input_tokens=2252, cached_input_tokens=2027, output_tokens=710, reasoning_tokens=1200)

    def test_audio_by_modality(self) -> None:
        """Audio is told apart, in the prompt, from the cache, and in the answer; pictures bill as input tokens."""
        usage = gemini(
            promptTokenCount=1000,
            cachedContentTokenCount=300,
            candidatesTokenCount=50,
            totalTokenCount=1050,
            promptTokensDetails=[
                {"modality": "TEXT", "tokenCount": 200},
                {"modality": "AUDIO", "tokenCount": 542},
                {"modality": "IMAGE", "tokenCount": 258},
            ],
            cacheTokensDetails=[{"modality": "AUDIO", "tokenCount": 200}, {"modality": "TEXT", "tokenCount": 100}],
            candidatesTokensDetails=[{"modality": "AUDIO", "tokenCount": 30}, {"modality": "IMAGE", "tokenCount": 15}],
        )

        assert usage == Usage(
            input_tokens=1000,
            cached_input_tokens=100,
            cached_audio_tokens=200,
            audio_input_tokens=342,
            output_tokens=50,
            audio_output_tokens=30,
            image_output_tokens=15,
        )

    def test_an_answer_of_thoughts_alone(self) -> None:
        """A call that was cut off while thinking has no candidates' tokens."""
        usage = gemini(promptTokenCount=10, thoughtsTokenCount=90, totalTokenCount=100)

        assert (usage.output_tokens, usage.reasoning_tokens) == (0, 90)

    def test_a_total_that_does_not_add_up_is_refused(self) -> None:
        """Tokens that nobody names are not left out of the bill."""
        with pytest.raises(UnreadableUsage, match="do not add up"):
            gemini(promptTokenCount=10, candidatesTokenCount=5, totalTokenCount=99)

    def test_cached_audio_that_is_not_told_apart_is_refused(self) -> None:
        """Without the details of the cache nobody knows which tokens it served."""
        with pytest.raises(UnreadableUsage, match="how many of the cached tokens are audio"):
            gemini(
                promptTokenCount=10,
                cachedContentTokenCount=5,
                promptTokensDetails=[{"modality": "AUDIO", "tokenCount": 8}],
            )

    def test_more_cached_audio_than_audio_is_refused(self) -> None:
        """The response contradicts itself, and the error is of the response, not of the caller."""
        with pytest.raises(UnreadableUsage, match="contradict"):
            gemini(
                promptTokenCount=10,
                cachedContentTokenCount=5,
                cacheTokensDetails=[{"modality": "AUDIO", "tokenCount": 5}],
            )


class TestConverse:
    def test_input_leaves_out_the_cache(self) -> None:
        """Reads and writes stand beside inputTokens, writes by lifetime."""
        response = {
            "usage": {
                "inputTokens": 30,
                "outputTokens": 628,
                "totalTokens": 658,
                "cacheReadInputTokens": 100,
                "cacheWriteInputTokens": 50,
                "cacheDetails": [{"ttl": "1h", "inputTokens": 20}, {"ttl": "5m", "inputTokens": 30}],
            },
            "serviceTier": {"type": "flex"},
        }

        assert Usage.from_response(response) == Usage(
            input_tokens=180,
            cached_input_tokens=100,
            cache_write_tokens=30,
            cache_write_1h_tokens=20,
            output_tokens=628,
            reasoning_tokens=None,
            service_tier="flex",
        )

    def test_a_lifetime_of_another_name_is_refused(self) -> None:
        """No price list has a rate for it."""
        with pytest.raises(UnreadableUsage, match="lifetime"):
            read(inputTokens=1, cacheWriteInputTokens=5, cacheDetails=[{"ttl": "1d", "inputTokens": 5}])


class Modality(Enum):
    AUDIO = "AUDIO"


class Details(pydantic.BaseModel):
    cached_tokens: int | None = None


class Block(pydantic.BaseModel):
    model_config = {"extra": "allow"}

    prompt_tokens: int
    completion_tokens: int
    prompt_tokens_details: Details | None = None


class Response(pydantic.BaseModel):
    usage: Block | None = None


class TestObjects:
    def test_pydantic_models_read_like_dicts(self) -> None:
        """An SDK's typed response and its plain JSON say the same, undeclared fields included."""
        block: dict[str, Any] = {
            "prompt_tokens": 90,
            "completion_tokens": 9,
            "total_tokens": 99,
            "prompt_tokens_details": {"cached_tokens": 64},
            "prompt_cache_hit_tokens": 64,
        }

        assert Usage.from_response({"usage": block}) == Usage.from_response(Response(usage=Block(**block)))

    def test_objects_with_attributes_and_enumerations(self) -> None:
        """Gemini's SDK gives attributes in snake case, and modalities as an enumeration."""
        heard = SimpleNamespace(modality=Modality.AUDIO, token_count=80)
        metadata = SimpleNamespace(
            prompt_token_count=100,
            candidates_token_count=5,
            thoughts_token_count=None,
            cached_content_token_count=None,
            total_token_count=105,
            prompt_tokens_details=[heard],
            traffic_type=None,
        )

        usage = Usage.from_response(SimpleNamespace(usage_metadata=metadata))

        assert usage == Usage(input_tokens=100, audio_input_tokens=80, output_tokens=5)

    def test_the_block_alone_will_do(self) -> None:
        """`response.usage` is read as the response is."""
        assert Usage.from_response(Block(prompt_tokens=3, completion_tokens=4)).input_tokens == 3


class TestRefusals:
    def test_no_block_lists_what_there_is(self) -> None:
        """A chunk of a stream has no usage; the error says what was found and what to pass."""
        with pytest.raises(UnreadableUsage, match="holds no usage block") as caught:
            Usage.from_response({"id": "chunk", "choices": [], "usage": None})

        assert caught.value.found == "id, choices, usage"
        assert caught.value.hint is not None
        assert "stream" in caught.value.hint

    def test_a_typed_response_without_a_block(self) -> None:
        """Of an object the error names the type and its fields."""
        with pytest.raises(UnreadableUsage) as caught:
            Usage.from_response(Response())

        assert caught.value.found == "Response with usage"

    @pytest.mark.parametrize(
        "block",
        [
            {"billed_units": {"input_tokens": 5}},
            {"input_tokens": 5, "output_tokens": 1, "input_token_details": {"cache_read": 3}},
            {"input_tokens": 5, "output_tokens": 1, "cache_read_tokens": 3},
            {"seconds": 3},
            {},
        ],
    )
    def test_a_shape_of_another_kind_is_not_read_in_part(self, block: dict[str, Any]) -> None:
        """A block that is like a known one, and keeps its cache elsewhere, would give a wrong bill."""
        with pytest.raises(UnreadableUsage, match="no shape that is known") as caught:
            read(**block)

        assert caught.value.found == (", ".join(block) or "nothing")
        assert "prompt_tokens" in str(caught.value.expected)

    @pytest.mark.parametrize("count", ["12", -1, 1.5, True])
    def test_a_count_that_is_no_count(self, count: Any) -> None:
        """Text, negatives and fractions are no tokens."""
        with pytest.raises(UnreadableUsage, match="no whole number") as caught:
            read(prompt_tokens=count, completion_tokens=1)

        assert caught.value.found == f"usage.prompt_tokens = {count!r}"

    @pytest.mark.parametrize("response", [None, 5, "text", [], {}])
    def test_what_is_no_response(self, response: Any) -> None:
        """Anything else is refused with the same error."""
        with pytest.raises(UnreadableUsage):
            Usage.from_response(response)

    def test_images_are_said_by_the_caller(self) -> None:
        """No response counts them."""
        usage = Usage.from_response({"usage": {"prompt_tokens": 1, "completion_tokens": 1}}, images=2)

        assert usage.images == 2


class TestByHand:
    @pytest.mark.parametrize(
        "fields",
        [
            {"input_tokens": -1},
            {"output_tokens": 1.0},
            {"requests": 0},
            {"service_tier": "scale"},
            {"input_tokens": 10, "cached_input_tokens": 6, "cache_write_tokens": 5},
            {"output_tokens": 1, "audio_output_tokens": 2},
        ],
    )
    def test_what_cannot_be_meant_is_refused_at_once(self, fields: dict[str, Any]) -> None:
        """Negative counts, unknown tiers, and parts that exceed the whole."""
        with pytest.raises(InvalidArgument):
            Usage(**fields)

    def test_the_document_leaves_out_what_was_not_used(self) -> None:
        """Plain JSON of what a reader wants to see."""
        usage = Usage(input_tokens=5, reasoning_tokens=None)

        assert usage.to_dict() == {"input_tokens": 5, "reasoning_tokens": None, "service_tier": "standard"}
        assert repr(usage) == "Usage(input_tokens=5, reasoning_tokens=None)"
