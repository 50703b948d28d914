"""Ids of the registry as literal types, so that editors complete them.

Generated: `capreg.source.naming.write` brings it up to date. Annotations take them beside `str`, since a catalog of
another release may hold others. For type checkers only; nothing loads this module when it answers.
"""

from __future__ import annotations

from typing import Literal

__all__ = ["CapabilityName", "ProviderName", "SkillName"]

CapabilityName = Literal[
    "audio_input",
    "long_context",
    "pdf_input",
    "prompt_caching",
    "reasoning",
    "structured_output",
    "tool_use",
    "vision",
]

ProviderName = Literal[
    "alibaba",
    "amazon-bedrock",
    "anthropic",
    "azure",
    "baseten",
    "cerebras",
    "chutes",
    "cloudflare",
    "cohere",
    "deepinfra",
    "deepseek",
    "fireworks",
    "friendli",
    "gmicloud",
    "google-ai-studio",
    "google-vertex",
    "groq",
    "inceptron",
    "minimax",
    "mistral",
    "moonshot",
    "nebius",
    "novita",
    "nvidia",
    "openai",
    "sambanova",
    "siliconflow",
    "together",
    "venice",
    "wandb",
    "xai",
    "zai",
]

SkillName = Literal[
    "agent_step",
    "chat_reply",
    "extract_fields",
    "plan_and_solve",
    "rag_answer",
    "see_and_answer",
]
