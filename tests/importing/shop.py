"""A small registry on disk and small files in the shape of each source, written here, for tests of importers."""

from __future__ import annotations

import json
import shutil
import tomllib
from datetime import date
from pathlib import Path
from typing import Any

from capreg.importers import Summary, run

DATA = Path(__file__).parents[2] / "registry_data"
SEPTEMBER = date(2026, 9, 30)
NOVEMBER = date(2026, 11, 12)
MAY = date(2026, 5, 18)

_ALIASES = {
    "groq": {"models-dev": ["groq"], "litellm": ["groq"], "openrouter": ["Groq"]},
    "openai": {"models-dev": ["openai"], "litellm": ["openai"], "openrouter": ["OpenAI"]},
    "deepinfra": {"models-dev": ["deepinfra"], "litellm": ["deepinfra"], "openrouter": ["DeepInfra"]},
    "deepseek": {"models-dev": ["deepseek"], "litellm": ["deepseek"], "openrouter": ["DeepSeek"]},
    "fireworks": {"models-dev": ["fireworks-ai"], "litellm": ["fireworks_ai"], "openrouter": ["Fireworks"]},
    "amazon-bedrock": {
        "models-dev": ["amazon-bedrock"],
        "litellm": ["bedrock", "bedrock_converse", "bedrock_mantle"],
        "openrouter": ["Amazon Bedrock"],
    },
    "google-vertex": {"models-dev": ["google-vertex"], "litellm": ["vertex_ai", "vertex_ai-anthropic_models"]},
}
_PREFIXES = {"fireworks": ["accounts/fireworks/models/", "accounts/fireworks/"]}


class Shop:
    """A registry with seven providers and nothing for sale yet."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.root = folder / "registry_data"
        for kind in ("capabilities", "sources"):
            shutil.copytree(DATA / kind, self.root / kind)
        for provider, aliases in _ALIASES.items():
            prefixes = f"strip_prefixes = {json.dumps(_PREFIXES.get(provider, []))}\n"
            names = "".join(f"{source} = {json.dumps(known)}\n" for source, known in aliases.items())
            self.write(f"providers/{provider}/provider.toml", f'name = "{provider}"\n{prefixes}\n[aliases]\n{names}')

    def write(self, path: str, text: str) -> Path:
        """Writes a file below the registry's root."""
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
        return file

    def take(
        self,
        source: str,
        document: Any,
        seen_on: date | None = None,
        providers: list[str] | None = None,
        *,
        allow_shrink: bool = False,
    ) -> Summary:
        """Imports `document` as a file of `source`."""
        file = self.folder / "download.json"
        file.write_text(json.dumps(document), encoding="utf-8")
        return run(source, file, self.root, providers=providers, seen_on=seen_on, allow_shrink=allow_shrink)

    def text(self, offering: str) -> str:
        """The text of an offering's file."""
        provider, _, name = offering.partition("/")
        return (self.root / f"providers/{provider}/offerings/{name}.toml").read_text(encoding="utf-8")

    def offering(self, offering: str) -> dict[str, Any]:
        """An offering's document."""
        return tomllib.loads(self.text(offering))

    def model(self, model: str) -> dict[str, Any]:
        """A model's document."""
        return tomllib.loads((self.root / f"models/{model}.toml").read_text(encoding="utf-8"))

    def names(self) -> list[str]:
        """The ids of all offerings."""
        files = (self.root / "providers").glob("*/offerings/**/*.toml")
        return sorted(
            file.relative_to(self.root / "providers").as_posix().replace("/offerings/", "/", 1).removesuffix(".toml")
            for file in files
        )

    def table(self, path: str) -> list[list[str]]:
        """The cells of a CSV file, header first."""
        return [line.split(",") for line in (self.root / path).read_text(encoding="utf-8").splitlines()]

    def content(self) -> dict[str, bytes]:
        """Every byte of the registry, by path."""
        return {
            file.relative_to(self.root).as_posix(): file.read_bytes() for file in self.root.rglob("*") if file.is_file()
        }


def listed(**rows: dict[str, Any]) -> dict[str, Any]:
    """An api.json of models.dev: providers with rows by wire id."""
    return {name: {"id": name, "models": {row["id"]: row for row in models.values()}} for name, models in rows.items()}


def md(wire_id: str, **more: Any) -> dict[str, dict[str, Any]]:
    """A row of models.dev, by its id: a plain text model at 0.5 and 1.5 dollars."""
    row = {
        "id": wire_id,
        "name": wire_id,
        "reasoning": False,
        "tool_call": True,
        "release_date": "2026-01-02",
        "modalities": {"input": ["text"], "output": ["text"]},
        "open_weights": True,
        "limit": {"context": 131072, "output": 32768},
        "cost": {"input": 0.5, "output": 1.5},
        **more,
    }
    return {wire_id: {key: value for key, value in row.items() if value is not None}}


def ll(provider: str, **more: Any) -> dict[str, Any]:
    """A row of LiteLLM's map: a chat model at 0.5 and 1.5 dollars per million, written per token."""
    row = {
        "litellm_provider": provider,
        "mode": "chat",
        "input_cost_per_token": 5e-07,
        "output_cost_per_token": 1.5e-06,
        **more,
    }
    return {key: value for key, value in row.items() if value is not None}


def endpoint(model: str, tag: str, **more: Any) -> dict[str, Any]:
    """An endpoint in the scan's shape: 128 ms and 398 tokens a second at the median."""
    performance = {
        "uptime_24h": 99.5,
        "uptime_30m": 98,
        "latency_30m": {"p50": 128, "p75": 200.40000000000003, "p90": 300, "p99": 900},
        "throughput_30m": {"p50": 398, "p75": 500, "p90": 600, "p99": 12002},
        **more.pop("performance", {}),
    }
    return {
        "model_id": model,
        "tag": tag,
        "pricing": {"prompt": 5e-07, "completion": 1.5e-06, "discount": 0},
        "quantization": "unknown",
        "supported_parameters": ["tools", "tool_choice"],
        "supports_implicit_caching": False,
        "status": 0,
        "performance": performance,
        **more,
    }


def scan(**providers: list[dict[str, Any]]) -> dict[str, Any]:
    """A scan of OpenRouter of 2026-05-18."""
    return {
        "generated_at": "2026-05-18T14:12:34.5",
        "providers": {name.replace("_", " "): {"models": models} for name, models in providers.items()},
    }
