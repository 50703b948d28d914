"""Downloads over loopback: what comes whole replaces the last file; what does not leaves it, and keeps none back."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Callable, Iterator
from datetime import date
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from capreg.errors import InvalidArgument, UnknownName
from capreg.importers import run_all
from capreg.importers.downloads import days_in
from capreg.importers.fetch import Address, Fetched, addresses, fetched
from capreg.importers.shelf import Shelf
from tests.importing.shop import Shop, listed, md

TODAY = date(2026, 11, 27)
GOOD = json.dumps(listed(groq=md("meta/small"))).encode()
Answer = Callable[[BaseHTTPRequestHandler], None]


def body(content: bytes, *, told: int | None = None, status: int = 200) -> Answer:
    """Answers with `content`; `told` is the length that the header claims."""

    def answer(request: BaseHTTPRequestHandler) -> None:
        request.send_response(status)
        request.send_header("Content-Length", str(len(content) if told is None else told))
        request.end_headers()
        request.wfile.write(content)

    return answer


def moved(request: BaseHTTPRequestHandler) -> None:
    """Sends on to another path."""
    request.send_response(302)
    request.send_header("Location", "/good")
    request.send_header("Content-Length", "0")
    request.end_headers()


class Server:
    """A server on loopback whose paths answer as they are told."""

    def __init__(self) -> None:
        self.answers: dict[str, Answer] = {}
        self.silent = threading.Event()
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                outer.answers[self.path](self)

            def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  its name there
                pass

        self.http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.http.server_address[1]}"
        threading.Thread(target=self.http.serve_forever, daemon=True).start()

    def never(self, request: BaseHTTPRequestHandler) -> None:
        """Says nothing until the test is over."""
        self.silent.wait(10)

    def drips(self, request: BaseHTTPRequestHandler) -> None:
        """Sends a little, again and again, without end."""
        request.send_response(200)
        request.end_headers()
        while not self.silent.wait(0.05):
            try:
                request.wfile.write(b" " * (1 << 18))
            except OSError:
                return

    def close(self) -> None:
        """Ends it."""
        self.silent.set()
        self.http.shutdown()
        self.http.server_close()


@pytest.fixture
def server() -> Iterator[Server]:
    """A server on loopback."""
    server = Server()
    server.answers["/good"] = body(GOOD)
    yield server
    server.close()


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    """An empty registry with seven providers."""
    return Shop(tmp_path)


def get(shop: Shop, folder: Path, *urls: str, **limits: Any) -> list[Fetched]:
    """Downloads models.dev's file from each of `urls`, into files of their own."""
    wanted = [Address(source="models-dev", file=f"api{number}.json", url=url) for number, url in enumerate(urls)]
    return fetched(wanted, folder, Shelf.open(shop.root), today=TODAY, **limits)


def test_what_comes_whole_can_be_imported(shop: Shop, server: Server, tmp_path: Path) -> None:
    """With the day of the download beside it."""
    folder = tmp_path / "downloads"
    (one,) = get(shop, folder, f"{server.url}/good")

    assert (None, len(GOOD)) == (one.problem, one.size)
    assert GOOD == (folder / "models-dev/api0.json").read_bytes()
    assert {"models-dev": TODAY} == days_in(folder)
    run_all(folder, shop.root, days=days_in(folder))
    assert ["groq/meta/small"] == shop.names()


def test_a_new_address_is_followed(shop: Shop, server: Server, tmp_path: Path) -> None:
    """As lists move."""
    server.answers["/old"] = moved
    (one,) = get(shop, tmp_path / "downloads", f"{server.url}/old")

    assert not one.failed


@pytest.mark.parametrize(
    ("answer", "limits", "told"),
    [
        (body(GOOD[:-9], told=len(GOOD)), {}, "cut off: "),
        (body(b"gone", status=404), {}, "the server answered 404 Not Found"),
        (body(b"busy", status=503), {}, "the server answered 503 Service Unavailable"),
        (body(b""), {}, "no JSON"),
        (body(b"<!doctype html>"), {}, "no JSON"),
        (body(b"[" * 100_000), {}, "no JSON"),
        (body(b"[]"), {}, "of another shape"),
        (body(b"{}"), {}, "of another shape: it names nothing"),
        (body(b'{"groq": {"models": {"m": {"cost": 3}}}}'), {}, "of another shape"),
        (body(GOOD), {"most_bytes": 10}, "larger than 10 bytes"),
        ("never", {"silence_s": 0.2}, "the server fell silent"),
        ("drips", {"longest_s": 0.3}, "not done within 0.3 s"),
    ],
)
def test_what_does_not_come_whole_leaves_the_last_file(  # noqa: PLR0917
    shop: Shop, server: Server, tmp_path: Path, answer: Answer | str, limits: dict[str, Any], told: str
) -> None:
    """Cut off, missing, of another kind or shape, too large, silent, too slow; the next one still comes."""
    folder = tmp_path / "downloads"
    (folder / "models-dev").mkdir(parents=True)
    (folder / "models-dev/api0.json").write_text("the last one")
    server.answers["/bad"] = getattr(server, answer) if isinstance(answer, str) else answer
    bad, *_ = get(shop, folder, f"{server.url}/bad", **limits)
    good = get(shop, folder, f"{server.url}/bad", f"{server.url}/good", **limits)[1] if not limits else None

    assert bad.size is None
    assert str(bad.problem).startswith(told)
    assert "the last one" == (folder / "models-dev/api0.json").read_text()
    assert good is None or not good.failed
    assert [] == [file.name for file in folder.rglob("*.tmp")]


def test_nobody_answers(shop: Shop, tmp_path: Path) -> None:
    """No server at that address; no day is written."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        (one,) = get(shop, tmp_path / "downloads", f"http://127.0.0.1:{taken.getsockname()[1]}/api.json")

    assert str(one.problem).startswith("no connection: ")
    assert {} == days_in(tmp_path / "downloads")


def test_addresses_are_those_of_the_sources(shop: Shop) -> None:
    """The shipped ones all lead to https; a source without one is told apart from one that is not there."""
    sources = Shelf.open(shop.root).sources
    found = addresses(sources)

    assert ["genai-prices", "litellm", "models-dev", "openrouter"] == [one.source for one in found]
    assert all(one.url.startswith("https://") for one in found)
    assert ["litellm"] == [one.source for one in addresses(sources, ["litellm"])]
    with pytest.raises(InvalidArgument, match="no public address"):
        addresses(sources, ["pi-ai"])
    with pytest.raises(UnknownName, match="did you mean 'litellm'"):
        addresses(sources, ["litelm"])


def test_a_file_of_the_repository_of_genai_prices_is_read(tmp_path: Path) -> None:
    """It has no type names, unlike the table of the package."""
    shop = Shop(tmp_path)
    file = shop.root / "providers/groq/provider.toml"
    file.write_text(file.read_text("utf-8") + 'genai-prices = ["groq"]\n', "utf-8")
    shop.take("models-dev", listed(groq=md("meta/small")), date(2026, 9, 30))
    entry = {
        "id": "meta/small",
        "match": {"or": [{"equals": "meta/small"}, {"starts_with": "meta/small-"}]},
        "prices": [
            {"prices": {"input_mtok": 0.5, "output_mtok": 1.5}},
            {"constraint": {"start_date": "2026-10-19"}, "prices": {"input_mtok": 0.25, "output_mtok": 1.5}},
        ],
    }
    shop.take("genai-prices", [{"id": "groq", "name": "Groq", "models": [entry]}], date(2026, 11, 10))

    assert ["0.5", "0.25"] == [price["input"] for price in shop.offering("groq/meta/small")["prices"]]
