"""Runs inside one SDK's own environment, without capreg: makes each call of a list and prints what was sent.

Usage: clients.py FOLDER < cells.json > requests.json. A cell is a `Call` as plain JSON, with values for variables.
"""

from __future__ import annotations

import json
import os
import sys
import traceback
from importlib import import_module
from pathlib import Path
from typing import Any

from loopback import Loopback  # type: ignore[import-not-found]

HELLO = [{"role": "user", "content": "Say ok."}]
Cell = dict[str, Any]


def arguments_of(call: Cell) -> dict[str, Any]:
    """The keyword arguments, with the key read from its variable as a user would."""
    key = {call["key_argument"]: os.environ[call["key_variable"]]} if call["key_argument"] else {}
    return {**call["arguments"], **key}


def with_openai(call: Cell) -> None:
    from openai import OpenAI

    client = OpenAI(**arguments_of(call), max_retries=0)
    client.chat.completions.create(model=call["model"], messages=HELLO)


def with_litellm(call: Cell) -> None:
    import litellm

    litellm.completion(model=call["model"], messages=HELLO, **arguments_of(call), num_retries=0)


def with_litellm_router(call: Cell) -> None:
    from litellm import Router

    key = {"api_key": f"os.environ/{call['key_variable']}"} if call["key_argument"] else {}
    parameters = {"model": call["model"], **call["arguments"], **key}
    router = Router(model_list=[{"model_name": "chosen", "litellm_params": parameters}], num_retries=0)
    router.completion(model="chosen", messages=HELLO)


def with_pydantic_ai(call: Cell) -> None:
    from pydantic_ai import Agent
    from pydantic_ai.models import infer_model

    module, _, name = call["entry"].rpartition(".")
    if name == "infer_model":
        model = infer_model(call["model"])
    else:
        provider = getattr(import_module(module), name)(**arguments_of(call))
        home, model_class = PYDANTIC_AI_MODELS[name]
        model = getattr(import_module(home), model_class)(call["model"], provider=provider)
    Agent(model).run_sync("Say ok.")


PYDANTIC_AI_MODELS = {
    "OpenAIProvider": ("pydantic_ai.models.openai", "OpenAIChatModel"),
    "BedrockProvider": ("pydantic_ai.models.bedrock", "BedrockConverseModel"),
    "GoogleCloudProvider": ("pydantic_ai.models.google", "GoogleModel"),
}


def with_langchain(call: Cell) -> None:
    from langchain.chat_models import init_chat_model

    init_chat_model(call["model"], **arguments_of(call)).invoke("Say ok.")


def with_instructor(call: Cell) -> None:
    import instructor
    from pydantic import BaseModel

    class Answer(BaseModel):
        word: str

    client = instructor.from_provider(call["model"], **arguments_of(call))
    answer = client.chat.completions.create(response_model=Answer, messages=HELLO, max_retries=0, max_tokens=50)
    if answer.word != "ok":
        raise ValueError(answer)


CLIENTS = {
    "openai": [with_openai],
    "litellm": [with_litellm, with_litellm_router],
    "pydantic-ai": [with_pydantic_ai],
    "langchain": [with_langchain],
    "instructor": [with_instructor],
}


def google_credentials(folder: Path) -> Path:
    """A service account that nobody issued; its token comes from loopback."""
    from cryptography.hazmat.primitives import serialization as form
    from cryptography.hazmat.primitives.asymmetric import rsa

    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    pem = key.private_bytes(form.Encoding.PEM, form.PrivateFormat.PKCS8, form.NoEncryption()).decode()
    account = {
        "type": "service_account",
        "project_id": "project",
        "private_key_id": "1",
        "private_key": pem,
        "client_email": "test@project.iam.gserviceaccount.com",
        "client_id": "1",
        "token_uri": "https://oauth2.googleapis.com/token",
    }
    path = folder / "account.json"
    path.write_text(json.dumps(account))
    return path


def prepare(folder: Path, variables: dict[str, str]) -> Loopback:
    """Start the proxy and point every HTTP client at it; every provider's key is set, each to its own value."""
    loopback = Loopback(folder)
    for name in ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "AWS_CA_BUNDLE", "CURL_CA_BUNDLE"):
        os.environ[name] = str(loopback.authority_file)
    certifi = import_module("certifi")  # some clients trust its bundle, whatever the environment says
    certifi.where = lambda: str(loopback.authority_file)
    for name in ("HTTPS_PROXY", "HTTP_PROXY", "https_proxy", "http_proxy"):
        os.environ[name] = loopback.url
    for name in ("NO_PROXY", "no_proxy"):
        os.environ[name] = ""
    os.environ.update(variables)
    os.environ["GOOGLE_APPLICATION_CREDENTIALS"] = str(google_credentials(folder))
    os.environ["LITELLM_LOCAL_MODEL_COST_MAP"] = "True"
    return loopback


def main() -> None:
    """Make every call, and print for each the requests that it sent, or what it raised."""
    asked = json.load(sys.stdin)
    loopback = prepare(Path(sys.argv[1]), asked["variables"])
    answers, sys.stdout = sys.stdout, sys.stderr
    told = []
    for call in asked["calls"]:
        for client in CLIENTS[call["sdk"]]:
            loopback.requests.clear()
            raised = None
            try:
                client(call)
            except Exception:  # noqa: BLE001 - whatever an SDK raises is what the test reports
                raised = traceback.format_exc(limit=-4)
            told.append({"call": call, "client": client.__name__, "raised": raised, "sent": [*loopback.requests]})
    json.dump(told, answers)
    answers.flush()
    os._exit(0)


if __name__ == "__main__":
    main()
