# mypy: disable-error-code="import-not-found"
"""A proxy on loopback that answers for every provider: it ends TLS itself and notes what was asked. Needs `trustme`.

SDKs are left as they are: they resolve, encrypt and sign for the provider's real host, and meet this instead.
"""

from __future__ import annotations

import json
import ssl
import threading
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import trustme

ANSWER = '{"word": "ok"}'
USAGE = {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2}


class Loopback:
    """The server, and the requests that it was sent."""

    def __init__(self, folder: Path) -> None:
        self.requests: list[dict[str, Any]] = []
        self.failing: set[str] = set()
        self.fails_first = False
        """Whether the next host that is asked fails from then on."""
        self._authority = trustme.CA()
        self.authority_file = folder / "authority.pem"
        self._authority.cert_pem.write_to_path(str(self.authority_file))
        self.context_for = cache(self._context_for)
        handler = type("Bound", (_Handler,), {"loopback": self})
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    @property
    def url(self) -> str:
        """What HTTPS_PROXY is set to."""
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def _context_for(self, host: str) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.set_alpn_protocols(["http/1.1"])
        self._authority.issue_cert(host).configure_cert(context)
        return context


class _Handler(BaseHTTPRequestHandler):
    loopback: Loopback
    protocol_version = "HTTP/1.1"
    host = ""

    def do_CONNECT(self) -> None:
        self.host, _, port = self.path.partition(":")
        self.host += "" if port == "443" else f":{port}"
        self.wfile.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
        self.connection = self.loopback.context_for(self.host).wrap_socket(self.connection, server_side=True)
        self.rfile = self.connection.makefile("rb")
        self.wfile = self.connection.makefile("wb", buffering=0)
        self.close_connection = False

    def do_POST(self) -> None:
        body = self._body()
        if self.loopback.fails_first:
            self.loopback.failing, self.loopback.fails_first = {self.host}, False
        answer = None if self.host in self.loopback.failing else answer_to(self.path, body)
        status = 503 if self.host in self.loopback.failing else 404 if answer is None else 200
        self.loopback.requests.append(
            {"host": self.host, "path": self.path, "headers": dict(self.headers), "body": body}
        )
        content = json.dumps(answer if answer is not None else {"error": {"message": "no"}}).encode()
        streamed = answer is not None and body.get("stream") is True
        if streamed:
            content = events(self.path, answer or {})
        self.send_response(status)
        self.send_header("content-type", "text/event-stream" if streamed else "application/json")
        self.send_header("content-length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def do_GET(self) -> None:
        self.do_POST()

    def _body(self) -> dict[str, Any]:
        if self.headers.get("transfer-encoding") == "chunked":
            raw = b""
            while size := int(self.rfile.readline(), 16):
                raw += self.rfile.read(size)
                self.rfile.readline()
            self.rfile.readline()
        else:
            raw = self.rfile.read(int(self.headers.get("content-length") or 0))
        try:
            return dict(json.loads(raw))
        except ValueError:
            return {}

    def log_message(self, *args: object) -> None:
        """Say nothing."""


def answer_to(path: str, body: dict[str, Any]) -> dict[str, Any] | None:
    """An answer of the shape that the path promises; None for a path that promises none."""
    path = path.partition("?")[0]
    if path.endswith("/token"):
        return {"access_token": "vertex-token", "token_type": "Bearer", "expires_in": 3600}
    for end, shape in SHAPES.items():
        if path.endswith(end):
            return shape(body)
    return None


def events(path: str, answer: dict[str, Any]) -> bytes:
    """The answer as Anthropic streams it, which is the only stream that is asked for."""
    if not path.endswith("/messages"):
        raise ValueError(path)
    block = {**answer["content"][0], "text": ""}
    delta = {"type": "text_delta", "text": answer["content"][0]["text"]}
    parts: list[dict[str, Any]] = [
        {"type": "message_start", "message": {**answer, "content": [], "stop_reason": None}},
        {"type": "content_block_start", "index": 0, "content_block": block},
        {"type": "content_block_delta", "index": 0, "delta": delta},
        {"type": "content_block_stop", "index": 0},
        {"type": "message_delta", "delta": {"stop_reason": "end_turn"}, "usage": {"output_tokens": 1}},
        {"type": "message_stop"},
    ]
    return "".join(f"event: {part['type']}\ndata: {json.dumps(part)}\n\n" for part in parts).encode()


def _openai(body: dict[str, Any]) -> dict[str, Any]:
    message: dict[str, Any] = {"role": "assistant", "content": ANSWER}
    if body.get("tools"):
        function = {"name": body["tools"][0]["function"]["name"], "arguments": ANSWER}
        message = {"role": "assistant", "content": None}
        message["tool_calls"] = [{"id": "call12345", "type": "function", "function": function}]
    choice = {"index": 0, "message": message, "finish_reason": "tool_calls" if body.get("tools") else "stop"}
    named = {"id": "1", "object": "chat.completion", "created": 1, "model": body.get("model", "")}
    return {**named, "choices": [choice], "usage": USAGE, "service_tier": "default"}


def _anthropic(body: dict[str, Any]) -> dict[str, Any]:
    content: dict[str, Any] = {"type": "text", "text": ANSWER}
    if body.get("tools"):
        content = {"type": "tool_use", "id": "1", "name": body["tools"][0]["name"], "input": json.loads(ANSWER)}
    return {
        "id": "1",
        "type": "message",
        "role": "assistant",
        "model": body.get("model", ""),
        "content": [content],
        "stop_reason": "end_turn",
        "stop_sequence": None,
        "usage": {"input_tokens": 1, "output_tokens": 1},
    }


def _gemini(body: dict[str, Any]) -> dict[str, Any]:
    part: dict[str, Any] = {"text": ANSWER}
    if body.get("tools"):
        name = body["tools"][0]["functionDeclarations"][0]["name"]
        part = {"functionCall": {"name": name, "args": json.loads(ANSWER)}}
    candidate = {"content": {"role": "model", "parts": [part]}, "finishReason": "STOP", "index": 0}
    usage = {"promptTokenCount": 1, "candidatesTokenCount": 1, "totalTokenCount": 2}
    return {"candidates": [candidate], "usageMetadata": usage, "modelVersion": "x"}


def _bedrock(body: dict[str, Any]) -> dict[str, Any]:
    content: dict[str, Any] = {"text": ANSWER}
    if body.get("toolConfig"):
        name = body["toolConfig"]["tools"][0]["toolSpec"]["name"]
        content = {"toolUse": {"toolUseId": "1", "name": name, "input": json.loads(ANSWER)}}
    usage = {"inputTokens": 1, "outputTokens": 1, "totalTokens": 2}
    message = {"role": "assistant", "content": [content]}
    return {"output": {"message": message}, "stopReason": "end_turn", "usage": usage, "metrics": {"latencyMs": 1}}


SHAPES = {
    "/chat/completions": _openai,
    "/messages": _anthropic,
    ":generateContent": _gemini,
    ":rawPredict": _anthropic,
    "/converse": _bedrock,
}
