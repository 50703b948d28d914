"""A small probe of a hosted endpoint: streaming chat requests, one after the other, seen from where it runs.

It speaks the OpenAI protocol with httpx and reads nothing but the stream. Tokens are what the server's usage block
says; where it sends none, times are kept and rates are not known.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from random import Random
from typing import TYPE_CHECKING, Any

from capreg.domain.measurement import PERCENTILES
from capreg.errors import MeasurementFailed
from capreg.importers.runs.run import Percentiles, Run, Server, decode_rates

if TYPE_CHECKING:
    import httpx

__all__ = ["TOOL", "Ask", "Endpoint", "probe"]

TOOL = "capreg"
_GIVE_UP_AFTER = 3
_MS = Decimal(1000)
_SHOWN = 200
_LIMITS = ("max_tokens", "max_completion_tokens")
_WORDS = (
    "river", "stone", "light", "field", "winter", "paper", "garden", "window", "silver", "road", "cloud", "market",
    "table", "night", "green", "bridge", "letter", "music", "summer", "house", "water", "story", "candle", "forest",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """Where requests go. The key is used in a header and appears nowhere else."""

    base_url: str
    model: str
    key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """How many requests of which shape."""

    requests: int = 20
    input_tokens: int = 2_000
    output_tokens: int = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class _Reply:
    """One answered request; seconds since it was sent."""

    first: float
    first_answer: float | None
    last: float
    input_tokens: int | None
    output_tokens: int | None


class _Refused(Exception):
    """A request that was not answered; the text says why."""


def probe(
    client: httpx.Client,
    endpoint: Endpoint,
    ask: Ask,
    *,
    clock: Callable[[], float],
    now: datetime,
    randomness: Random,
    seen: Callable[[int], None] = lambda _done: None,
) -> Run:
    """What `ask` requests to `endpoint` saw, one at a time.

    Args:
        client: with its time-outs set: a stream that stalls longer is a failed request.
        endpoint: where to, and with which key.
        ask: how many, and of which shape; lengths are approximate, the run has the real ones.
        clock: seconds, monotonic.
        now: the instant, for the day of the run.
        randomness: makes prompts that no cache has seen.
        seen: called after each request with how many are done.

    Raises:
        MeasurementFailed: nothing was answered; it says what the server said.
    """
    replies: list[_Reply] = []
    refusals: list[str] = []
    limit = done = 0
    while done < ask.requests and (replies or len(refusals) < _GIVE_UP_AFTER):
        try:
            replies.append(_asked(client, endpoint, _body(endpoint, ask, randomness, _LIMITS[limit]), clock))
        except _Refused as refused:
            if limit == 0 and not replies and _LIMITS[1] in str(refused):
                limit = 1
                continue
            refusals.append(str(refused))
        done += 1
        seen(done)
    if not replies:
        raise _nothing(endpoint, refusals)
    return _run(endpoint, replies, refusals, now)


def _body(endpoint: Endpoint, ask: Ask, randomness: Random, limit: str) -> dict[str, Any]:
    words = " ".join(randomness.choice(_WORDS) for _ in range(max(1, ask.input_tokens - 30)))
    text = f"{words}\n\nTell a long story that uses these words. Do not stop before you are told to."
    return {
        "model": endpoint.model,
        "messages": [{"role": "user", "content": text}],
        "stream": True,
        "stream_options": {"include_usage": True},
        limit: ask.output_tokens,
    }


def _asked(client: httpx.Client, endpoint: Endpoint, body: dict[str, Any], clock: Callable[[], float]) -> _Reply:
    import httpx

    headers = {"authorization": f"Bearer {endpoint.key}", "accept": "text/event-stream"}
    url = f"{endpoint.base_url.rstrip('/')}/chat/completions"
    sent = clock()
    try:
        with client.stream("POST", url, json=body, headers=headers) as response:
            if response.status_code != httpx.codes.OK:
                response.read()
                raise _Refused(f"HTTP {response.status_code}: {_one_line(response.text, endpoint)}")
            return _reply(_events(response), sent, clock)
    except httpx.TimeoutException as late:
        raise _Refused(f"no answer in time ({type(late).__name__})") from late
    except httpx.HTTPError as broken:
        raise _Refused(f"{type(broken).__name__}: {_one_line(str(broken), endpoint)}") from broken


def _events(response: httpx.Response) -> Iterator[dict[str, Any]]:
    from httpx_sse import EventSource, SSEError

    try:
        for event in EventSource(response).iter_sse():
            if event.data == "[DONE]":
                return
            yield json.loads(event.data)
    except SSEError as no_stream:
        raise _Refused("the answer is no event stream") from no_stream
    except ValueError as unreadable:
        raise _Refused("an event of the stream is not JSON") from unreadable


def _reply(events: Iterator[dict[str, Any]], sent: float, clock: Callable[[], float]) -> _Reply:
    first = first_answer = last = None
    usage: dict[str, Any] = {}
    for event in events:
        if "error" in event:
            raise _Refused(f"the stream ended with an error: {str(event['error'])[:_SHOWN]}")
        delta = _delta(event)
        if delta:
            last = clock() - sent
            first = last if first is None else first
            if first_answer is None and (delta.get("content") or delta.get("tool_calls")):
                first_answer = last
        usage = event.get("usage") or usage
    if first is None or last is None:
        raise _Refused("the stream ended without a token")
    return _Reply(
        first=first,
        first_answer=first_answer,
        last=last,
        input_tokens=_count(usage, "prompt_tokens"),
        output_tokens=_count(usage, "completion_tokens"),
    )


def _delta(event: dict[str, Any]) -> dict[str, Any]:
    """The part of an event that carries tokens; empty where it carries none."""
    choices = event.get("choices") or [{}]
    delta = choices[0].get("delta") or {}
    carrying = ("content", "reasoning_content", "reasoning", "tool_calls")
    return {name: delta[name] for name in carrying if delta.get(name)}


def _count(usage: dict[str, Any], name: str) -> int | None:
    value = usage.get(name)
    return value if type(value) is int and value > 0 else None


def _run(endpoint: Endpoint, replies: Sequence[_Reply], refusals: Sequence[str], now: datetime) -> Run:
    counted = all(reply.output_tokens is not None for reply in replies)
    tpot = [
        (reply.last - reply.first) / (reply.output_tokens - 1)
        for reply in replies
        if reply.output_tokens is not None and reply.output_tokens > 1
    ]
    each = _percentiles(tpot) if counted else {}
    notes = () if counted else ("the server sent no usage block: rates and lengths are not known",)
    answers = [reply.first_answer for reply in replies if reply.first_answer is not None]
    return Run(
        tool=TOOL,
        where="the probe",
        server=Server(model=endpoint.model),
        measured_on=now.date(),
        completed=len(replies),
        failed=len(refusals),
        input_tokens=_mean([reply.input_tokens for reply in replies]),
        output_tokens=_mean([reply.output_tokens for reply in replies]),
        concurrency=1,
        ttft_ms=_percentiles([reply.first for reply in replies]),
        first_answer_ms=_percentiles(answers) if len(answers) == len(replies) else {},
        tpot_ms=each,
        e2e_ms=_percentiles([reply.last for reply in replies]),
        request_tps=decode_rates(each),
        notes=(*notes, *(f"not answered: {refusal}" for refusal in sorted(set(refusals)))),
    )


def _percentiles(seconds: Sequence[float]) -> Percentiles:
    """Nearest rank, in milliseconds. A percentile with nothing beyond it says nothing and is left out."""
    ordered = sorted(seconds)
    ranks = {p: -(-len(ordered) * p // 100) for p in PERCENTILES}
    return {f"p{p}": Decimal(repr(ordered[rank - 1])) * _MS for p, rank in ranks.items() if 0 < rank < len(ordered)}


def _mean(counts: Sequence[int | None]) -> Decimal | None:
    known = [count for count in counts if count is not None]
    return Decimal(sum(known)) / len(known) if known and len(known) == len(counts) else None


def _nothing(endpoint: Endpoint, refusals: Sequence[str]) -> MeasurementFailed:
    return MeasurementFailed(
        "the endpoint answered no request",
        where=f"{endpoint.model} at {endpoint.base_url}",
        found="; ".join(sorted(set(refusals))) or "the server takes neither max_tokens nor max_completion_tokens",
        hint="check the key, the model's name and the address; `capreg show` has the offering's facts",
    )


def _one_line(text: str, endpoint: Endpoint) -> str:
    """What a server said, on one line and without the key, should it have echoed it."""
    return " ".join(text.replace(endpoint.key, "***").split())[:_SHOWN]
