"""A probe of an endpoint, against a real server on loopback whose delays are known."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from random import Random
from time import perf_counter

import httpx
import pytest

from capreg.errors import MeasurementFailed
from capreg.importers.runs.probe import Ask, Endpoint, probe
from capreg.importers.runs.run import Run
from tests.importing.stream import Manner, streaming

KEY = "sk-loopback-only"
DAY = datetime(2026, 11, 26, 12, tzinfo=UTC)


def probed(manner: Manner, *, requests: int = 5, timeout_s: float = 5.0) -> Run:
    """What a probe of a server of this manner sees."""
    with streaming(manner) as address, httpx.Client(timeout=timeout_s, trust_env=False) as client:
        return probe(
            client,
            Endpoint(base_url=address, model="some-model", key=KEY),
            Ask(requests=requests, input_tokens=60, output_tokens=manner.tokens),
            clock=perf_counter,
            now=DAY,
            randomness=Random(7),  # noqa: S311  words, no secret
        )


def test_a_probe_sees_the_delays_of_the_server() -> None:
    """50 ms to the first token and 5 ms for each other one: never less, and not much more."""
    run = probed(Manner(first_after=0.05, each_after=0.005, tokens=12))

    assert (5, 0, date(2026, 11, 26), 1) == (run.completed, run.failed, run.measured_on, run.concurrency)
    assert 50 <= run.ttft_ms["p50"] <= 250
    assert 5 <= run.tpot_ms["p50"] <= 25
    assert run.e2e_ms["p50"] >= 50 + 11 * 5
    assert run.request_tps["p50"] <= 200


def test_the_first_word_of_role_and_nothing_is_no_token() -> None:
    """Servers open a stream with an empty delta at once; that is not the first token."""
    run = probed(Manner(first_after=0.08, tokens=3), requests=3)

    assert run.ttft_ms["p50"] >= 80


def test_reasoning_comes_before_the_answer() -> None:
    """TTFT is the first token of any kind; the first answer comes after what was thought."""
    run = probed(Manner(first_after=0.02, each_after=0.02, tokens=6, thinks=4), requests=3)

    assert run.first_answer_ms["p50"] - run.ttft_ms["p50"] >= 60


def test_a_percentile_needs_something_beyond_it() -> None:
    """Of five requests the p75 has one slower; a p90 would only repeat the slowest."""
    run = probed(Manner(first_after=0.0, each_after=0.0, tokens=2))

    assert ["p50", "p75"] == list(run.ttft_ms)


def test_lengths_are_those_that_the_server_counts() -> None:
    """Not those that were asked for."""
    run = probed(Manner(first_after=0.0, each_after=0.0, tokens=9), requests=2)

    assert (Decimal(40), Decimal(9)) == (run.input_tokens, run.output_tokens)


def test_without_a_usage_block_there_are_no_rates() -> None:
    """A chunk is no token: times are kept, rates and lengths are not known, and the run says so."""
    run = probed(Manner(first_after=0.01, each_after=0.0, tokens=4, usage=False), requests=3)

    assert ({}, {}, None, None) == (run.tpot_ms, run.request_tps, run.input_tokens, run.output_tokens)
    assert ("the server sent no usage block: rates and lengths are not known",) == run.notes
    assert run.ttft_ms["p50"] >= 10


def test_a_request_that_fails_is_counted_and_told() -> None:
    """With the server's words, on one line, and without the key that it echoed."""
    run = probed(Manner(first_after=0.0, each_after=0.0, tokens=2, failing=(1,)), requests=4)

    assert (3, 1) == (run.completed, run.failed)
    assert run.notes == ('not answered: HTTP 500: {"error": {"message": "out of order; your key is ***"}}',)


def test_a_stream_that_stalls_is_a_failed_request() -> None:
    """It does not hold the probe up for longer than the time-out."""
    before = perf_counter()

    run = probed(Manner(first_after=0.0, each_after=0.0, tokens=3, stalls=(0,)), requests=3, timeout_s=0.2)

    assert (2, 1) == (run.completed, run.failed)
    assert ("not answered: no answer in time (ReadTimeout)",) == run.notes
    assert perf_counter() - before < 1.4


def test_an_endpoint_that_answers_nothing_is_given_up() -> None:
    """After three refusals in a row, with what the server said."""
    manner = Manner(failing=tuple(range(20)), status=401)

    with pytest.raises(MeasurementFailed) as refused:
        probed(manner, requests=20)

    assert 3 == len(manner.seen)
    assert "HTTP 401" in str(refused.value)
    assert KEY not in str(refused.value)


def test_a_server_that_wants_the_other_limit_gets_it() -> None:
    """Newer models refuse `max_tokens` and name what they take."""
    manner = Manner(first_after=0.0, each_after=0.0, tokens=2, limit="max_completion_tokens")

    run = probed(manner, requests=3)

    assert [False, True, True, True] == ["max_completion_tokens" in body for body in manner.seen]
    assert (3, 0) == (run.completed, run.failed)


def test_every_prompt_is_new() -> None:
    """So that no prompt cache makes the endpoint look faster than it is."""
    manner = Manner(first_after=0.0, each_after=0.0, tokens=2)

    probed(manner, requests=4)

    assert 4 == len({body["messages"][0]["content"] for body in manner.seen})


def test_the_key_goes_into_the_header_alone() -> None:
    """And the address is the chat completions' one."""
    manner = Manner(first_after=0.0, each_after=0.0, tokens=2)

    probed(manner, requests=2)

    assert {f"Bearer {KEY}"} == {body["authorization"] for body in manner.seen}
    assert {"/v1/chat/completions"} == {body["path"] for body in manner.seen}
    assert KEY not in str([body["messages"] for body in manner.seen])


def test_nobody_there_is_said() -> None:
    """A refused connection is told as one."""
    with httpx.Client(timeout=1.0, trust_env=False) as client, pytest.raises(MeasurementFailed) as refused:
        probe(
            client,
            Endpoint(base_url="http://127.0.0.1:9/v1", model="some-model", key=KEY),
            Ask(requests=3),
            clock=perf_counter,
            now=DAY,
            randomness=Random(7),  # noqa: S311  words, no secret
        )

    assert "ConnectError" in str(refused.value)
