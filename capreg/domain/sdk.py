"""SdkRoute: how one SDK reaches one provider. Reviewed text only: it names variables, never holds a key.

Routes stand in provider files, which people review; no importer writes them and no data update brings one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Annotated, ClassVar, Literal, NamedTuple, get_args

from capreg.domain.record import STRICT, Prose
from capreg.marks import Pattern

__all__ = [
    "ENTRIES",
    "KEY_PATTERN",
    "OPENAI_PROTOCOL",
    "PLACEHOLDER",
    "SDKS",
    "BaseUrl",
    "Entry",
    "Host",
    "SdkEntry",
    "SdkName",
    "SdkRoute",
]

KEY_PATTERN = r"^[A-Z][A-Z0-9_]*$"
HOST_PATTERN = r"^([a-z0-9-]+\.|[a-z0-9-]*\*[a-z0-9-]*\.)*[a-z0-9-]+\.[a-z]{2,}$"
BASE_URL_PATTERN = r"^https://(\{[a-z][a-z0-9_]*\}\.)?([a-z0-9-]+\.)+[a-z]{2,}(/[A-Za-z0-9_~{}.-]+)*/?$"

KeyName = Annotated[str, Pattern(KEY_PATTERN)]
Host = Annotated[str, Pattern(HOST_PATTERN)]
BaseUrl = Annotated[str, Pattern(BASE_URL_PATTERN)]
TEMPLATE_PATTERN = r"^[!-~]*\{[a-z][a-z0-9_]*\}$"
ModelTemplate = Annotated[str, Pattern(TEMPLATE_PATTERN)]
Need = Annotated[str, Pattern(r"^[a-z][a-z0-9_]*$")]
PREFIX_PATTERN = r"^[!-~]+$"
Prefix = Annotated[str, Pattern(PREFIX_PATTERN)]

PLACEHOLDER = re.compile(r"\{([a-z][a-z0-9_]*)\}")
"""A part of a template that the wire id, or what the user knows, takes the place of."""

SdkName = Literal["openai", "litellm", "pydantic-ai", "langchain", "instructor"]
SDKS: tuple[str, ...] = get_args(SdkName)

SdkEntry = Literal[
    "openai.OpenAI",
    "litellm.completion",
    "pydantic_ai.models.infer_model",
    "pydantic_ai.providers.openai.OpenAIProvider",
    "pydantic_ai.providers.bedrock.BedrockProvider",
    "pydantic_ai.providers.google_cloud.GoogleCloudProvider",
    "langchain.chat_models.init_chat_model",
    "instructor.from_provider",
]


class Entry(NamedTuple):
    """What an SDK's own function or class calls things; None where it takes no such argument."""

    sdk: SdkName
    base_url: str | None
    key: str | None
    model: str | None = None
    """Where the entry point makes a provider: the class that makes a model of it and of the model's name."""


ENTRIES: dict[str, Entry] = {
    "openai.OpenAI": Entry("openai", "base_url", "api_key"),
    "litellm.completion": Entry("litellm", "api_base", "api_key"),
    "pydantic_ai.models.infer_model": Entry("pydantic-ai", None, None),
    "pydantic_ai.providers.openai.OpenAIProvider": Entry(
        "pydantic-ai", "base_url", "api_key", "pydantic_ai.models.openai.OpenAIChatModel"
    ),
    "pydantic_ai.providers.bedrock.BedrockProvider": Entry(
        "pydantic-ai", None, None, "pydantic_ai.models.bedrock.BedrockConverseModel"
    ),
    "pydantic_ai.providers.google_cloud.GoogleCloudProvider": Entry(
        "pydantic-ai", None, None, "pydantic_ai.models.google.GoogleModel"
    ),
    "langchain.chat_models.init_chat_model": Entry("langchain", "base_url", "api_key"),
    "instructor.from_provider": Entry("instructor", "base_url", "api_key"),
}
"""Every entry point that a route may name. A new one is code, so that somebody reads it."""


OPENAI_PROTOCOL: dict[SdkName, tuple[SdkEntry, str]] = {
    "openai": ("openai.OpenAI", "{wire_id}"),
    "litellm": ("litellm.completion", "openai/{wire_id}"),
    "pydantic-ai": ("pydantic_ai.providers.openai.OpenAIProvider", "{wire_id}"),
    "langchain": ("langchain.chat_models.init_chat_model", "openai:{wire_id}"),
    "instructor": ("instructor.from_provider", "openai/{wire_id}"),
}
"""By SDK: the entry and the model's template for a base URL that speaks OpenAI's protocol."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SdkRoute:
    """How one SDK reaches a provider, or why it cannot."""

    __pydantic_config__: ClassVar = STRICT

    entry: SdkEntry | None = None
    """The function or class of the SDK that takes the arguments."""
    model: ModelTemplate | None = None
    """What the SDK calls the model; ends in {wire_id}, or in what only the user knows."""
    base_url: BaseUrl | None = None
    """Where requests go, on one of the provider's hosts; absent where the SDK itself knows."""
    key_variable: KeyName | None = None
    """The variable that holds the key, one of the provider's own; absent where signing in needs none."""
    needs: dict[Need, Prose] | None = None
    """What only the user knows: a placeholder's or an argument's name, and a line on what it is."""
    only_wire_ids: tuple[Prefix, ...] = ()
    """How the wire ids start that it reaches; empty means all."""
    not_wire_ids: tuple[Prefix, ...] = ()
    """How the wire ids start that it does not reach."""
    unsupported: Prose | None = None
    """Why this SDK cannot reach the provider; then nothing else is given."""
    note: Prose | None = None
    """What a caller should know."""
