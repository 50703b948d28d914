"""A server on loopback that streams chat completions with known delays, as the OpenAI protocol has them."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from time import sleep
from typing import Any


@dataclass
class Manner:
    """How the server behaves. Times in seconds."""

    first_after: float = 0.05
    each_after: float = 0.005
    tokens: int = 12
    usage: bool = True
    thinks: int = 0
    """How many of the tokens are reasoning, which come first."""
    failing: tuple[int, ...] = ()
    """Requests, from 0, that get a server error."""
    status: int = 500
    stalls: tuple[int, ...] = ()
    """Requests, from 0, whose stream stops after the first token."""
    limit: str = "max_tokens"
    """The name of the only output limit that it takes."""
    seen: list[dict[str, Any]] = field(default_factory=list)
    """What it was asked, in order, with the authorization header."""


@contextmanager
def streaming(manner: Manner) -> Iterator[str]:
    """The base address of a server of this manner."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Bound", (_Handler,), {"manner": manner}))
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/v1"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _Handler(BaseHTTPRequestHandler):
    manner: Manner
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        manner = self.manner
        body = json.loads(self.rfile.read(int(self.headers["content-length"])))
        number = len(manner.seen)
        manner.seen.append({**body, "authorization": self.headers["authorization"], "path": self.path})
        if manner.limit not in body:
            self._refused(400, f"use {manner.limit} instead")
        elif number in manner.failing:
            self._refused(manner.status, f"out of order; your key is {self.headers['authorization'][7:]}")
        else:
            self._stream(stall=number in manner.stalls)

    def _refused(self, status: int, text: str) -> None:
        body = json.dumps({"error": {"message": text}}).encode()
        self.send_response(status)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _stream(self, *, stall: bool) -> None:
        manner = self.manner
        self.send_response(200)
        self.send_header("content-type", "text/event-stream")
        self.send_header("connection", "close")
        self.end_headers()
        self._event({"choices": [{"delta": {"role": "assistant", "content": ""}}]})
        sleep(manner.first_after)
        for place in range(manner.tokens):
            if place:
                sleep(manner.each_after)
            name = "reasoning_content" if place < manner.thinks else "content"
            self._event({"choices": [{"delta": {name: "word "}}]})
            if stall:
                sleep(1.5)
                self.close_connection = True
                return
        if manner.usage:
            self._event({"choices": [], "usage": {"prompt_tokens": 40, "completion_tokens": manner.tokens}})
        self.wfile.write(b"data: [DONE]\n\n")
        self.close_connection = True

    def _event(self, document: dict[str, Any]) -> None:
        try:
            self.wfile.write(f"data: {json.dumps(document)}\n\n".encode())
        except OSError:
            self.close_connection = True

    def log_message(self, *_: object) -> None:
        """Say nothing."""
