"""Bills of sampled calls against genai-prices: how many agree to the last digit, and why the others do not.

Run `python -m benchmarks.cost_agreement [CALLS] [SEED]`. It installs genai-prices into an environment of its own.
Offerings are paired by provider and by the exact wire id, which the other side must match by equality: no likeness.
"""

from __future__ import annotations

import json
import random
import subprocess
import sys
import tempfile
import venv
from collections import Counter
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace
from typing import Any, NamedTuple

import capreg
from capreg import Bill, Usage
from capreg.errors import CostUnknown
from capreg.units import format_rate

PACKAGE = "genai-prices==0.2.3"
AT = "2026-11-22T12:00:00+00:00"
PROVIDERS = {
    "amazon-bedrock": "aws", "anthropic": "anthropic", "azure": "azure", "baseten": "baseten", "cerebras": "cerebras",
    "cloudflare": "cloudflare", "cohere": "cohere", "deepseek": "deepseek", "fireworks": "fireworks",
    "google-ai-studio": "google", "groq": "groq", "minimax": "minimax", "mistral": "mistral", "moonshot": "moonshotai",
    "novita": "novita", "openai": "openai", "together": "together", "xai": "x-ai", "zai": "zai",
}  # fmt: skip
CONTEXTS = {
    "batch": {"processing": "batch"},
    "flex": {"service_tier": "flex"},
    "priority": {"service_tier": "priority"},
}
KEYS = {
    "input": "input_mtok", "cache_read": "cache_read_mtok", "cache_write": "cache_write_mtok",
    "cache_write_1h": "cache_write_1h_mtok", "audio_input": "input_audio_mtok", "output": "output_mtok",
    "reasoning": "output_reasoning_mtok",
}  # fmt: skip
BLOCKS: list[dict[str, Any]] = [
    {"provider": "openai", "flavour": "chat", "response": {"model": "gpt-5", "usage": {
        "prompt_tokens": 2006, "completion_tokens": 300, "total_tokens": 2306,
        "prompt_tokens_details": {"cached_tokens": 1920}, "completion_tokens_details": {"reasoning_tokens": 192}}}},
    {"provider": "openai", "flavour": "responses", "response": {"model": "gpt-5", "usage": {
        "input_tokens": 81, "input_tokens_details": {"cached_tokens": 64}, "output_tokens": 1035,
        "output_tokens_details": {"reasoning_tokens": 832}, "total_tokens": 1116}}},
    {"provider": "anthropic", "flavour": "default", "response": {"model": "claude-haiku-4-5", "usage": {
        "input_tokens": 21, "cache_creation_input_tokens": 188086, "cache_read_input_tokens": 1000,
        "cache_creation": {"ephemeral_5m_input_tokens": 188000, "ephemeral_1h_input_tokens": 86},
        "output_tokens": 393, "service_tier": "standard"}}},
    {"provider": "google", "flavour": "default", "response": {"modelVersion": "gemini-2.5-flash", "usageMetadata": {
        "promptTokenCount": 2152, "cachedContentTokenCount": 2027, "candidatesTokenCount": 710,
        "thoughtsTokenCount": 1200, "totalTokenCount": 4062,
        "promptTokensDetails": [{"modality": "TEXT", "tokenCount": 2152}]}}},
    {"provider": "google", "flavour": "default", "response": {"modelVersion": "gemini-2.5-flash", "usageMetadata": {
        "promptTokenCount": 800, "candidatesTokenCount": 50, "totalTokenCount": 850,
        "promptTokensDetails": [{"modality": "TEXT", "tokenCount": 200}, {"modality": "AUDIO", "tokenCount": 600}]}}},
    {"provider": "aws", "flavour": "default", "response": {"usage": {
        "inputTokens": 30, "outputTokens": 628, "totalTokens": 658, "cacheReadInputTokens": 100,
        "cacheWriteInputTokens": 50, "cacheDetails": [{"ttl": "1h", "inputTokens": 20},
                                                      {"ttl": "5m", "inputTokens": 30}]}}},
    {"provider": "x-ai", "flavour": "chat", "response": {"model": "grok-4", "usage": {
        "prompt_tokens": 32, "completion_tokens": 9, "total_tokens": 135,
        "completion_tokens_details": {"reasoning_tokens": 94}}}},
]  # fmt: skip


class Call(NamedTuple):
    """One sampled call."""

    offering: str
    usage: Usage
    provider: str
    name: str

    def to_other(self) -> dict[str, Any]:
        """The call as the other side is asked."""
        told = {k: v for k, v in other_counts(self.usage).items() if v or k in ("input_tokens", "output_tokens")}
        return {
            "provider": self.provider,
            "name": self.name,
            "usage": told,
            "context": CONTEXTS.get(self.usage.service_tier),
            "at": AT,
        }


def other_counts(usage: Usage) -> dict[str, int]:
    """A usage under the other side's names: its writes hold both lifetimes, its output holds the reasoning."""
    return {
        "input_tokens": usage.input_tokens,
        "cache_read_tokens": usage.cached_input_tokens + usage.cached_audio_tokens,
        "cache_write_tokens": usage.cache_write_tokens + usage.cache_write_1h_tokens,
        "cache_write_1h_tokens": usage.cache_write_1h_tokens,
        "input_audio_tokens": usage.audio_input_tokens + usage.cached_audio_tokens,
        "output_tokens": usage.output_tokens + (usage.reasoning_tokens or 0),
        "output_reasoning_tokens": usage.reasoning_tokens or 0,
    }


def other_side(python: Path, question: dict[str, Any]) -> Any:
    """What genai-prices answers."""
    script = Path(__file__).with_name("genai_prices_side.py")
    ran = subprocess.run([python, "-I", script], input=json.dumps(question), capture_output=True, text=True, check=True)
    return json.loads(ran.stdout)


def pairs(names: dict[str, dict[str, list[str]]]) -> list[tuple[str, str, str]]:
    """Offering, other provider and exact name, for each offering that both sides know."""
    found = []
    for offering, document in capreg.load().documents("offerings").items():
        other = PROVIDERS.get(offering.partition("/")[0])
        if other and document.get("prices") and document["wire_id"] in names[other]:
            found.append((offering, other, document["wire_id"]))
    return sorted(found)


def sampled(draw: random.Random, pair: tuple[str, str, str], keys: list[str]) -> Call:
    """A call that uses what at least one side has a rate for."""
    offering, provider, name = pair
    prices = capreg.load().documents("offerings")[offering]["prices"]
    tiers = sorted({entry.get("tier", "standard") for entry in prices})
    tier = draw.choice(tiers) if draw.random() < 0.3 else ("standard" if "standard" in tiers else tiers[0])

    def part(unit: str, odds: float) -> int:
        known = any(unit in entry for entry in prices) or KEYS[unit] in keys
        return int(10 ** draw.uniform(1, 4.5)) if draw.random() < odds and known else 0

    cached, written, hour = part("cache_read", 0.5), part("cache_write", 0.4), part("cache_write_1h", 0.3)
    heard = 0 if cached else part("audio_input", 0.5)
    plain = int(10 ** draw.uniform(1, 5))
    usage = Usage(
        input_tokens=plain + cached + written + hour + heard,
        cached_input_tokens=cached,
        cache_write_tokens=written,
        cache_write_1h_tokens=hour,
        audio_input_tokens=heard,
        output_tokens=int(10 ** draw.uniform(0.5, 3.7)),
        reasoning_tokens=int(10 ** draw.uniform(1, 4)) if draw.random() < 0.3 else 0,
        service_tier=tier,  # type: ignore[arg-type]
    )
    return Call(offering, usage, provider, name)


def judged(call: Call, theirs: dict[str, Any]) -> tuple[str, str]:
    """The verdict on one call, and its cause: which rates differ, or what one side does not know."""
    try:
        bill = capreg.cost(call.offering, call.usage, at=AT)
    except CostUnknown as gap:
        gone = ", ".join(gap.missing)
        return "capreg does not know", f"no {gone} rate" if gone else gap.gap.replace(f" at {AT[:16]}Z", "")
    if "error" in theirs:
        return "genai-prices does not know", theirs["error"]
    if bill.cost_usd == Decimal(theirs["usd"]):
        return "agree", ""
    return "differ", cause_of(call, bill, theirs)


def cause_of(call: Call, bill: Bill, theirs: dict[str, Any]) -> str:
    """The rates that differ. With theirs in place of ours, the same items must add up to their total exactly."""
    causes, total = [], Decimal(0)
    for item in bill.items:
        own = Decimal(format_rate(item.rate))
        parent = "output_mtok" if item.unit == "reasoning" else "input_mtok"
        told = theirs["rates"].get(KEYS[item.unit])
        other = Decimal(told or theirs["rates"][parent])
        total += item.quantity * other
        if own != other:
            how = "has" if told or item.unit == "reasoning" else f"has none and bills {parent.removesuffix('_mtok')} at"
            causes.append(f"{item.unit}: capreg {own:f}, genai-prices {how} {other:f}")
    if total / 1_000_000 != Decimal(theirs["usd"]):
        return f"UNEXPLAINED: {bill.cost_usd:f} against {theirs['usd']}; {'; '.join(causes)}"
    tier = call.usage.service_tier
    if tier != "standard" and not theirs["varies"]:
        causes.append(f"genai-prices bills {tier} as standard")
    said = ", ".join(f"{e['source']} {e['seen_on']}" for e in bill.price["evidence"])
    return f"{'; '.join(causes)} (ours from {said})"


def read_blocks(answers: list[dict[str, Any]]) -> None:
    """Print how far both sides read the same counts from the documented shapes."""
    same, objects, own_objects = 0, 0, 0
    for block, theirs in zip(BLOCKS, answers, strict=True):
        usage = Usage.from_response(block["response"])
        own = other_counts(usage)
        thing = json.loads(json.dumps(block["response"]), object_hook=lambda held: SimpleNamespace(**held))
        own_objects += Usage.from_response(thing) == usage
        objects += "error" not in theirs["object"]
        if usage.reasoning_tokens is None:
            theirs["dict"]["output_reasoning_tokens"] = own["output_reasoning_tokens"] = 0
        same += theirs["dict"] == own
        if theirs["dict"] != own:
            print(f"  {block['provider']} {block['flavour']}: genai-prices {theirs['dict']}, capreg {own}")
    print(f"usage blocks: {same} of {len(BLOCKS)} read alike as dicts")
    print(f"as objects with attributes: genai-prices reads {objects}, capreg {own_objects}")


def main(calls: int = 200, seed: int = 1) -> None:
    """Install the other side, ask it, and print the comparison."""
    with tempfile.TemporaryDirectory() as folder:
        venv.create(folder, with_pip=True)
        python = Path(folder, "bin", "python")
        subprocess.run([python, "-m", "pip", "install", "--quiet", PACKAGE], check=True)
        known = other_side(python, {"names": True})
        both = pairs(known["names"])
        draw = random.Random(seed)  # noqa: S311 - a sample, not a secret
        sample = [sampled(draw, pair, known["names"][pair[1]][pair[2]]) for pair in draw.choices(both, k=calls)]
        answers = other_side(python, {"calls": [call.to_other() for call in sample], "blocks": BLOCKS})
    release = capreg.load().release.id
    print(f"genai-prices {known['version']}: import {known['import_ms']:.0f} ms, {known['modules']} modules")
    print(f"release {release}, {len(both)} offerings known to both by exact id, {calls} calls, seed {seed}")
    verdicts: Counter[str] = Counter()
    for call, theirs in zip(sample, answers["calls"], strict=True):
        verdict, cause = judged(call, theirs)
        verdicts[verdict] += 1
        if cause:
            print(f"  {verdict}: {call.offering} [{call.usage.service_tier}, {call.usage.input_tokens:,}]: {cause}")
        verdicts["differ, unexplained"] += "UNEXPLAINED" in cause
    for verdict, count in sorted(verdicts.items()):
        print(f"{count:>4} {verdict}")
    read_blocks(answers["blocks"])


if __name__ == "__main__":
    main(*(int(argument) for argument in sys.argv[1:]))
