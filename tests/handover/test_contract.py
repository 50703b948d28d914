"""Each filled cell of provider × SDK, made by the real SDK: host, path, model and key of the request that it sends.

Run with CAPREG_HANDOVER=1; CAPREG_HANDOVER_ENVS names a folder in which the SDKs' environments are kept.
"""

from __future__ import annotations

import json
import os
import subprocess
from functools import cache
from pathlib import Path
from tempfile import mkdtemp
from typing import Any
from urllib.parse import quote, urlsplit

import pytest

from capreg.catalog import Catalog
from capreg.domain.sdk import SDKS
from capreg.source.compile import catalog_of
from capreg.source.read import read
from capreg.source.rules.handover import leads_home
from tests.handover.cells import CLOUD, OWN, cells, key_of, owner, variables
from tests.handover.environments import HERE, clean_environment, python_of

Told = dict[str, Any]

CATALOG: Catalog = catalog_of(read(HERE.parents[1] / "registry_data"))
PROVIDERS = CATALOG.documents("providers")
CELLS = [
    (sdk, provider)
    for sdk in SDKS
    for provider in sorted(PROVIDERS)
    if "unsupported" not in PROVIDERS[provider]["sdks"][sdk]
]
FAILING = "api.groq.com"
"""The host that answers 503 while the fallback is tried."""
SIGNING_IN = {"google-vertex": ("oauth2.googleapis.com",)}
"""Hosts that credentials, not keys, are taken to."""


@cache
def folder() -> Path:
    """Where environments are made."""
    return Path(os.environ.get("CAPREG_HANDOVER_ENVS") or mkdtemp())


PAGE = (HERE.parents[1] / "docs" / "how-to" / "hand-over.md").read_text()
RETRIES_BY_ITSELF = ("pydantic-ai", "instructor")
"""Here the client of an API like OpenAI's tries a failing provider again, and the page says so."""
QUESTION = """
policy = capreg.Policy(allow_providers=["groq", "cerebras"])
decision = capreg.resolve("tool_use", as_of="2026-11-22", policy=policy)
"""
"""What the page asks before its examples."""
HEADINGS = {"OpenAI": "openai", "LiteLLM": "litellm", "LangChain": "langchain"}


def examples() -> dict[str, list[str]]:
    """The examples of the how-to page that need an SDK, by SDK."""
    found = {}
    for section in PAGE.split("\n### ")[1:]:
        heading = section.partition("\n")[0]
        found[HEADINGS.get(heading, heading)] = [part.partition("```")[0] for part in section.split("```py\n")[1:]]
    return found


@cache
def told_by(sdk: str) -> Told:
    """What every call of `sdk` sent, from one process of its own environment."""
    calls = [call.to_dict() for call in cells(CATALOG, sdk)]
    asked = {
        "variables": variables(CATALOG),
        "calls": calls,
        "failing": FAILING,
        "question": QUESTION,
        "examples": examples()[sdk],
        "in_turn": [next(c for c in calls if c["offering"].startswith(start)) for start in ("groq/", "cerebras/")],
    }
    command = [str(python_of(sdk, folder())), "-W", "ignore", str(HERE / "clients.py"), mkdtemp()]
    ran = subprocess.run(
        command,
        check=False,
        input=json.dumps(asked),
        text=True,
        capture_output=True,
        env={**clean_environment(), "PYTHONPATH": str(HERE.parents[1])},
        timeout=200,
    )
    assert ran.returncode == 0, ran.stderr[-2000:]
    told: Told = json.loads(ran.stdout)
    return told


def told(sdk: str, provider: str) -> list[Told]:
    """What the calls of one cell sent; at least one, or nothing was tested."""
    found = [one for one in told_by(sdk)["calls"] if one["call"]["offering"].startswith(f"{provider}/")]
    assert found
    return found


def path_of(call: Told, provider: str) -> str:
    """The path that the last request has to have."""
    address: str | None = call["arguments"].get("base_url") or call["arguments"].get("api_base")
    if address is None and provider in NATIVE_PATHS:
        wire_id = call["offering"].partition("/")[2]
        native = OTHER_PATHS.get((provider, call["sdk"]), NATIVE_PATHS[provider])
        return native.format(wire_id=quote(wire_id, safe=""))
    if address is None and (provider, call["sdk"]) in OTHER_PATHS:
        return OTHER_PATHS[provider, call["sdk"]]
    return urlsplit(address or str(PROVIDERS[provider]["sdks"]["openai"]["base_url"])).path + "/chat/completions"


NATIVE_PATHS = {
    "amazon-bedrock": "/model/{wire_id}/converse",
    "anthropic": "/v1/messages",
    "google-ai-studio": "/v1beta/models/{wire_id}:generateContent",
}
OTHER_PATHS = {
    ("deepseek", "langchain"): "/v1/chat/completions",
    ("google-ai-studio", "langchain"): "/v1/models/{wire_id}:generateContent",
    ("google-ai-studio", "instructor"): "/v1/models/{wire_id}:generateContent",
}
"""Where one SDK uses another path of the same API than the rest."""
MOVED = "/projects/project/locations/us-central1/"
"""Where LiteLLM takes open models on Vertex AI, whatever location it is given; the route's note says so."""


@pytest.mark.parametrize(("sdk", "provider"), CELLS)
def test_the_call_succeeds(sdk: str, provider: str) -> None:
    """The SDK takes what it is handed, sends a request and understands the answer."""
    for one in told(sdk, provider):
        assert one["raised"] is None, one["raised"]
        assert one["sent"]


@pytest.mark.parametrize(("sdk", "provider"), CELLS)
def test_requests_go_to_the_providers_hosts_only(sdk: str, provider: str) -> None:
    """Whatever an SDK's own defaults are, nothing goes to a host that the provider's file does not name."""
    allowed = (*PROVIDERS[provider]["hosts"], *SIGNING_IN.get(provider, ()))
    for one in told(sdk, provider):
        strays = [request["host"] for request in one["sent"] if not leads_home(f"https://{request['host']}", allowed)]
        assert strays == []


@pytest.mark.parametrize(("sdk", "provider"), CELLS)
def test_the_path_is_that_of_the_api(sdk: str, provider: str) -> None:
    """The base URL's path and the API's own; for Vertex AI, the project and location are in it."""
    for one in told(sdk, provider):
        path = one["sent"][-1]["path"].partition("?")[0]
        if provider == "google-vertex":
            moves = sdk == "litellm" and one["call"]["offering"].endswith("-maas")
            assert (MOVED if moves else "/projects/project/locations/europe-west4/") in path
        else:
            assert path_of(one["call"], provider) == path


@pytest.mark.parametrize(("sdk", "provider"), CELLS)
def test_the_model_arrives_verbatim(sdk: str, provider: str) -> None:
    """The wire id, or the user's deployment, stands whole in the body or in the path."""
    for one in told(sdk, provider):
        wire_id = one["call"]["offering"].partition("/")[2]
        expected = OWN["deployment"] if "deployment" in one["call"]["needs"] else wire_id
        request = one["sent"][-1]
        in_path = expected in request["path"] or quote(expected, safe="") in request["path"]
        assert in_path or expected == request["body"].get("model")


@pytest.mark.parametrize(("sdk", "provider"), CELLS)
def test_the_key_is_the_providers_own(sdk: str, provider: str) -> None:
    """The header holds this provider's key, and no header or path of any request holds another's."""
    own = key_of(owner(PROVIDERS, provider))
    others = {key_of(owner(PROVIDERS, other)) for other in PROVIDERS} - {own}
    for one in told(sdk, provider):
        last = set(one["sent"][-1]["headers"].values())
        signed = {"amazon-bedrock": CLOUD["AWS_ACCESS_KEY_ID"], "google-vertex": "Bearer vertex-token"}
        if provider in signed:
            assert any(signed[provider] in value for value in last)
        else:
            assert last & {own, f"Bearer {own}"}
        for request in one["sent"]:
            text = " ".join((request["path"], *request["headers"].values()))
            assert [other for other in others if other in text] == []


@pytest.mark.parametrize("sdk", SDKS)
def test_a_failing_provider_is_followed_by_the_next(sdk: str) -> None:
    """Two calls in the SDK's own way of falling back: the second provider answers."""
    told = told_by(sdk)["fallback"]

    assert told["raised"] is None, told["raised"]
    hosts = [request["host"] for request in told["sent"]]
    assert FAILING in hosts[:-1]
    assert hosts[-1] == "api.cerebras.ai"


def test_the_page_asks_what_its_examples_are_run_after() -> None:
    """The question that stands before the examples is the page's own."""
    asked = [line.removeprefix(">>> ") for line in PAGE.splitlines()]
    assert [line for line in QUESTION.strip().splitlines() if line not in asked] == []


@pytest.mark.parametrize("sdk", SDKS)
def test_every_example_of_the_page_ends_on_the_fallback(sdk: str) -> None:
    """The first fails, the second answers, and neither sees the other's key; none is asked twice where that is said."""
    pages = told_by(sdk)["pages"]

    assert pages
    for told in pages:
        assert told["raised"] is None, told["raised"]
        hosts = [request["host"] for request in told["sent"]]
        assert sorted(set(hosts)) == ["api.cerebras.ai", "api.groq.com"]
        assert hosts == sorted(hosts, key=hosts.index)
        assert len(hosts) == 2 or sdk in RETRIES_BY_ITSELF
        assert told["failed"] == hosts[:1]
        for request in told["sent"]:
            other = "groq" if request["host"] == "api.cerebras.ai" else "cerebras"
            assert key_of(other) not in " ".join(request["headers"].values())
