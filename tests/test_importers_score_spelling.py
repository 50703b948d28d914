"""Names as leaderboards write them, taken apart: a case for every rule, and what no rule may take for one."""

from __future__ import annotations

import pytest

from capreg.importers.score_spelling import Spelled, spelled


@pytest.mark.parametrize(
    ("raw", "name", "harness", "effort"),
    [
        ("Llama-3.3-70B-Instruct (FC)", "meta/llama-3.3-70b", "fc", ""),
        ("Gemma-3-27b-it (Prompt)", "google/gemma-3-27b", "prompt", ""),
        ("GLM-4.6 (FC thinking)", "zhipuai/glm-4.6", "fc", "on"),
        ("DeepSeek-V3.2-Exp (Prompt + Thinking)", "deepseek/deepseek-v3.2-exp", "prompt", "on"),
        ("gpt-5.6-sol-xhigh (codex-harness)", "openai/gpt-5.6-sol", "codex-harness", "xhigh"),
    ],
)
def test_a_harness_is_no_part_of_a_name(raw: str, name: str, harness: str, effort: str) -> None:
    """How a model was called stands in brackets, with or without how much it thought."""
    assert spelled(raw) == Spelled(name=name, harness=harness, effort=effort)


@pytest.mark.parametrize(
    ("raw", "effort"),
    [
        ("claude-opus-4-20250514 (no think)", "off"),
        ("mimo-v2-flash (non-thinking)", "off"),
        ("Grok-4-1-fast-non-reasoning (FC)", "off"),
        ("gemini-3-flash (thinking-minimal)", "off"),
        ("qwen3-235b-a22b-no-thinking", "off"),
        ("Qwen3 235B A22B diff, no think, Alibaba API", "off"),
        ("gpt-5.5-instant", "off"),
        ("gpt-5 (low)", "low"),
        ("gpt-5.1-medium", "medium"),
        ("claude-opus-4-5-20251101-high-32k", "high"),
        ("deepseek-v4-flash-high-preview", "high"),
        ("muse-spark-1.2 (xHigh)", "xhigh"),
        ("glm-5.3-max", "max"),
        ("gemini-2.5-pro-preview-06-05 (default think)", "on"),
        ("claude-3-7-sonnet-20250219 (32k thinking tokens)", "on"),
        ("claude-opus-4-1-20250805-thinking-16k", "on"),
        ("DeepSeek-V3.2-Exp (Reasoner)", "on"),
        ("DeepSeek-V3.2-Exp (Chat)", ""),
        ("gpt-5.4", ""),
    ],
)
def test_an_effort_is_read_from_a_note_or_an_ending(raw: str, effort: str) -> None:
    """Each way of writing it that a source has; what is not said stays unsaid."""
    assert spelled(raw).effort == effort


@pytest.mark.parametrize(
    ("raw", "name"),
    [
        ("Qwen3-Max", "alibaba/qwen3-max"),
        ("Qwen 3.8 Max", "alibaba/qwen3.8-max"),
        ("gpt-5.1-codex-max", "openai/gpt-5.1-codex-max"),
        ("mistral-medium", "mistral/mistral-medium"),
        ("kimi-k2-thinking", "moonshotai/kimi-k2-thinking"),
        ("qwen3-235b-a22b-thinking-2507", "alibaba/qwen3-235b-a22b-thinking-2507"),
        ("qwen3-vl-235b-a22b-thinking", "alibaba/qwen3-vl-235b-a22b-thinking"),
        ("gemini-2.0-flash-thinking-exp-01-21", "google/gemini-2.0-flash-thinking-exp-01-21"),
        ("phi-3-medium-4k-instruct", "microsoft/phi-3-medium-4k"),
        ("Command A Reasoning (FC)", "cohere/command-a-reasoning"),
    ],
)
def test_a_product_named_like_an_effort_has_none(raw: str, name: str) -> None:
    """What the word belongs to is a model of its own."""
    assert (spelled(raw).name, spelled(raw).effort) == (name, "")


@pytest.mark.parametrize(
    ("raw", "name", "snapshot"),
    [
        ("o3-2025-04-16", "openai/o3", "2025-04-16"),
        ("claude-haiku-4-5-20251001", "anthropic/claude-haiku-4-5", "2025-10-01"),
        ("reka-flash-21b-20240226-online", "reka/reka-flash-21b-online", "2024-02-26"),
        ("claude-3-5-sonnet-20240620", "anthropic/claude-3-5-sonnet@2024-06", "2024-06-20"),
        ("gpt-4o-2024-11-20", "openai/gpt-4o@2024-11", "2024-11-20"),
        ("gpt-4o-mini-2024-07-18", "openai/gpt-4o-mini", "2024-07-18"),
        ("deepseek-v4-pro-high-20260813", "deepseek/deepseek-v4-pro@2026-08", "2026-08-13"),
        ("chatgpt-4o-latest (2025-03-29)", "openai/chatgpt-4o", ""),
        ("kimi-k2-0905-preview", "moonshotai/kimi-k2-0905", ""),
    ],
)
def test_a_day_is_a_snapshot_and_a_month_where_a_name_was_used_twice(raw: str, name: str, snapshot: str) -> None:
    """A day in brackets is that of the test; four digits are part of a name."""
    assert (spelled(raw).name, spelled(raw).snapshot) == (name, snapshot)


@pytest.mark.parametrize(
    ("raw", "name"),
    [
        ("Claude Opus 4.5", "anthropic/claude-opus-4-5"),
        ("claude-4-1-opus", "anthropic/claude-opus-4-1"),
        ("Claude 4 Sonnet", "anthropic/claude-sonnet-4"),
        ("Claude-3.7-Sonnet", "anthropic/claude-3-7-sonnet"),
        ("claude-3-haiku-20240307", "anthropic/claude-3-haiku"),
    ],
)
def test_claude_has_one_order_of_words(raw: str, name: str) -> None:
    """Family before number since version 4, number before family up to 3."""
    assert spelled(raw).name == name


@pytest.mark.parametrize(
    ("raw", "name"),
    [
        ("fireworks_ai/accounts/fireworks/models/GLM‑5", "zhipuai/glm-5"),
        ("nvidia-nemotron-3-nano-30b-a3b-bf16", "nvidia/nemotron-3-nano-30b-a3b"),
        ("Moonshotai-Kimi-K2-Instruct (FC)", "moonshotai/kimi-k2"),
        ("gemma-2-9b-it-simpo", "google/gemma-2-9b-simpo"),
        ("gpt-5.2-chat-latest-20260210", "openai/gpt-5.2-chat"),
        ("grok-4-fast-chat", "xai/grok-4-fast"),
        ("o1-preview", "openai/o1-preview"),
        ("DeepSeek Chat V3 (prev)", "deepseek/deepseek-v3"),
        ("internlm2_5-20b-chat", "?/internlm2-5-20b"),
    ],
)
def test_words_that_say_nothing_of_the_model_go(raw: str, name: str) -> None:
    """A path, a lab in front, a number format, a word that every lab uses; not where it makes another model."""
    assert spelled(raw).name == name


@pytest.mark.parametrize(
    ("raw", "name"),
    [
        ("Quasar Alpha", "?/quasar-alpha"),
        ("DeepSeek R1 (0528)", "deepseek/deepseek-r1-0528"),
        ("gpt-5 (sibling)", "openai/gpt-5-sibling"),
        ("gptiny-5", "?/gptiny-5"),
    ],
)
def test_what_no_rule_knows_stays_part_of_the_name(raw: str, name: str) -> None:
    """A lab that no family names is unknown; a note that no rule knows may be another model's, so it is kept."""
    assert spelled(raw).name == name
