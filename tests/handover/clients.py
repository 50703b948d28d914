# mypy: disable-error-code="import-not-found"
"""Runs inside one SDK's own environment: makes each call of a list, and the how-to page's, and prints what was sent.

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

from loopback import Loopback

HELLO = [{"role": "user", "content": "Say ok."}]
Cell = dict[str, Any]


def arguments_of(call: Cell) -> dict[str, Any]:
    """The keyword arguments, with the key read from its variable as a user would."""
    key = {call["key_argument"]: os.environ[call["key_variable"]]} if call["key_argument"] else {}
    return {**call["arguments"], **key}


def with_openai(call: Cell) -> None:
    """The plain client."""
    from openai import OpenAI

    client = OpenAI(**arguments_of(call), max_retries=0)
    client.chat.completions.create(model=call["model"], messages=HELLO)


def with_litellm(call: Cell) -> None:
    """A single call."""
    import litellm

    litellm.completion(model=call["model"], messages=HELLO, **arguments_of(call), num_retries=0)


def with_litellm_router(*calls: Cell) -> None:
    """The router, which reads the key's variable itself; later calls stand in for the first."""
    from litellm import Router

    names = [str(number) for number, _ in enumerate(calls)]
    models = [
        {"model_name": name, "litellm_params": {"model": call["model"], **call["arguments"], **_named_key(call)}}
        for name, call in zip(names, calls, strict=True)
    ]
    Router(model_list=models, num_retries=0, fallbacks=[{"0": names[1:]}]).completion(model="0", messages=HELLO)


def _named_key(call: Cell) -> dict[str, str]:
    return {call["key_argument"]: f"os.environ/{call['key_variable']}"} if call["key_argument"] else {}


def with_pydantic_ai(*calls: Cell) -> None:
    """An agent on one model, or on several in turn."""
    from pydantic_ai import Agent
    from pydantic_ai.models.fallback import FallbackModel

    models = [pydantic_ai_model(call) for call in calls]
    Agent(FallbackModel(*models) if len(models) > 1 else models[0]).run_sync("Say ok.")


def pydantic_ai_model(call: Cell) -> Any:
    """From a model's name alone, or from a provider and a model."""
    from pydantic_ai.models import infer_model

    if call["model_entry"] is None:
        return infer_model(call["model"])
    provider = named(call["entry"])(**arguments_of(call))
    return named(call["model_entry"])(call["model"], provider=provider)


def named(path: str) -> Any:
    """What stands at a dotted path."""
    module, _, name = path.rpartition(".")
    return getattr(import_module(module), name)


def with_langchain(*calls: Cell) -> None:
    """Chat models of whatever packages the prefixes name, in turn."""
    from langchain.chat_models import init_chat_model

    first, *others = [init_chat_model(call["model"], **arguments_of(call)) for call in calls]
    (first.with_fallbacks(others) if others else first).invoke("Say ok.")


def with_instructor(call: Cell) -> None:
    """An answer in a given shape, checked."""
    import instructor
    from pydantic import BaseModel

    class Answer(BaseModel):
        word: str

    client = instructor.from_provider(call["model"], **arguments_of(call))
    answer = client.chat.completions.create(response_model=Answer, messages=HELLO, max_retries=0, max_tokens=50)
    if answer.word != "ok":
        raise ValueError(answer)


def in_turn(client: Any) -> Any:
    """For an SDK without fallbacks of its own: one after the other, until one answers."""

    def until_one_answers(*calls: Cell) -> None:
        raised: list[Exception] = []
        for call in calls:
            try:
                client(call)
            except Exception as error:  # the next one is tried, whatever this one raised
                raised.append(error)
            else:
                return
        raise ExceptionGroup("nobody answered", raised)

    return until_one_answers


CLIENTS: dict[str, list[Any]] = {
    "openai": [with_openai],
    "litellm": [with_litellm, with_litellm_router],
    "pydantic-ai": [with_pydantic_ai],
    "langchain": [with_langchain],
    "instructor": [with_instructor],
}
FALLBACKS = {
    "openai": in_turn(with_openai),
    "litellm": with_litellm_router,
    "pydantic-ai": with_pydantic_ai,
    "langchain": with_langchain,
    "instructor": in_turn(with_instructor),
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
    vars(certifi)["where"] = lambda: str(loopback.authority_file)
    for name in ("HTTPS_PROXY", "HTTP_PROXY", "https_proxy", "http_proxy"):
        os.environ[name] = loopback.url
    for name in ("NO_PROXY", "no_proxy"):
        os.environ[name] = ""
    os.environ.update(variables)
    os.environ["GOOGLE_APPLICATION_CREDENTIALS"] = str(google_credentials(folder))
    os.environ["LITELLM_LOCAL_MODEL_COST_MAP"] = "True"
    return loopback


def attempt(loopback: Loopback, client: Any, *calls: Cell) -> dict[str, Any]:
    """What one attempt sent, and what it raised, if it did."""
    loopback.requests.clear()
    raised = None
    try:
        client(*calls)
    except Exception:  # whatever an SDK raises is what the test reports
        raised = traceback.format_exc(limit=-4)
    return {"call": calls[0], "raised": raised, "sent": [*loopback.requests]}


def run_page(code: str, question: str) -> None:
    """The how-to page's own lines, after the question that the page asks before them."""
    import capreg

    names: dict[str, Any] = {"capreg": capreg}
    exec(question, names)  # noqa: S102 - the page's own question
    exec(code, names)  # noqa: S102 - the page's own example
    if "answer" not in names:
        raise ValueError("nobody answered")


def on_page(loopback: Loopback, code: str, question: str) -> dict[str, Any]:
    """What one example of the page sent, when the first host that it asks fails."""
    loopback.failing, loopback.fails_first = set(), True
    told = attempt(loopback, lambda _call: run_page(code, question), {})
    return {**told, "failed": sorted(loopback.failing)}


def main() -> None:
    """Make every call, then the fallback, and print what was sent."""
    asked = json.load(sys.stdin)
    loopback = prepare(Path(sys.argv[1]), asked["variables"])
    answers, sys.stdout = sys.stdout, sys.stderr
    told = [attempt(loopback, client, call) for call in asked["calls"] for client in CLIENTS[call["sdk"]]]
    loopback.failing.add(asked["failing"])
    first, second = asked["in_turn"]
    fallback = attempt(loopback, FALLBACKS[first["sdk"]], first, second)
    pages = [on_page(loopback, code, asked["question"]) for code in asked["examples"]]
    json.dump({"calls": told, "fallback": fallback, "pages": pages}, answers)
    answers.flush()
    os._exit(0)


if __name__ == "__main__":
    main()
