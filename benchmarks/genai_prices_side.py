"""The other side of `cost_agreement`: runs in the environment that has genai-prices and not capreg. JSON in, JSON out.

Asked for `names`, it lists by provider each name that is matched by equality alone, with the price keys of its model.
Asked for `calls`, it prices each one. Asked for `blocks`, it reads each usage block, as a dict and as an object.
"""

from __future__ import annotations

import json
import sys
import time
from datetime import datetime
from types import SimpleNamespace
from typing import Any

COUNTS = (
    "input_tokens", "cache_read_tokens", "cache_write_tokens", "cache_write_1h_tokens", "input_audio_tokens",
    "output_tokens", "output_reasoning_tokens",
)  # fmt: skip


def equals(match: Any) -> list[str]:
    """The names that a match clause takes by equality."""
    kind = type(match).__name__
    if kind == "ClauseEquals":
        return [match.equals]
    return [name for clause in match.or_ for name in equals(clause)] if kind == "ClauseOr" else []


def keys_of(model: Any) -> list[str]:
    """The price keys that a model has at any time, in any variant."""
    prices = model.prices if isinstance(model.prices, list) else [model]
    return sorted({key for entry in prices for key, value in vars(entry.prices).items() if value is not None})


def names() -> dict[str, dict[str, list[str]]]:
    """By provider: every name that equality finds, and what its model has prices for."""
    from genai_prices import data  # type: ignore[import-not-found,unused-ignore]

    found: dict[str, dict[str, list[str]]] = {}
    for provider in data.providers:
        listed = found.setdefault(provider.id, {})
        for model in provider.models:
            for name in equals(model.match):
                hit = provider.find_model(name)
                if hit is not None and hit.id == model.id:
                    listed[name] = keys_of(model)
    return found


def rates_of(price: Any, size: int) -> dict[str, str]:
    """The rates per million that hold for a call of `size` input tokens."""
    rates = {}
    for key, value in vars(price).items():
        if value is None:
            continue
        rate = value
        if hasattr(value, "tiers"):
            passed = [tier for tier in value.tiers if size > tier.start]
            rate = max(passed, key=lambda tier: tier.start).price if passed else value.base
        rates[key] = str(rate)
    return rates


def price(call: dict[str, Any]) -> dict[str, Any]:
    """The price of one call, with the rates it used; or why there is none."""
    from genai_prices import Usage, calc_price

    try:
        found = calc_price(
            Usage(**call["usage"]),
            call["name"],
            provider_id=call["provider"],
            genai_request_timestamp=datetime.fromisoformat(call["at"]),
            price_context=call["context"],
        )
    except Exception as failed:
        return {"error": f"{type(failed).__name__}: {failed}"}
    return {
        "usd": str(found.total_price),
        "rates": rates_of(found.model_price, call["usage"].get("input_tokens", 0)),
        "varies": call["context"] is not None and str(found.model_price) != str(standard(found, call)),
    }


def standard(found: Any, call: dict[str, Any]) -> Any:
    """The prices of the same model without the tier."""
    return found.model.get_prices(datetime.fromisoformat(call["at"]))


def counts(response: Any, asked: dict[str, Any]) -> dict[str, Any]:
    """The counts that `extract_usage` reads; or why it reads none."""
    from genai_prices import extract_usage

    try:
        usage = extract_usage(response, provider_id=asked["provider"], api_flavor=asked["flavour"]).usage
    except Exception as failed:
        return {"error": f"{type(failed).__name__}: {failed}"[:120]}
    return {name: int(usage.reported_value(name)) for name in COUNTS}


def blocks(asked: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Each block read as a dict and as an object with attributes."""
    return [
        {
            "dict": counts(one["response"], one),
            "object": counts(
                json.loads(json.dumps(one["response"]), object_hook=lambda held: SimpleNamespace(**held)), one
            ),
        }
        for one in asked
    ]


def main() -> None:
    """Answer one question from standard input."""
    started = time.perf_counter()
    import genai_prices

    imported = time.perf_counter() - started
    asked = json.load(sys.stdin)
    answer: dict[str, Any] = {
        "version": genai_prices.__version__,
        "import_ms": imported * 1000,
        "modules": len(sys.modules),
    }
    if asked.get("names"):
        answer["names"] = names()
    answer["calls"] = [price(call) for call in asked.get("calls", [])]
    answer["blocks"] = blocks(asked.get("blocks", []))
    json.dump(answer, sys.stdout)


if __name__ == "__main__":
    main()
