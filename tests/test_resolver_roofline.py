"""The physical limit: worked out by hand for known models and chips, and claims that it rules out."""

from __future__ import annotations

from typing import Any

import pytest

from capreg.resolver.own_machines import machines_of
from capreg.resolver.roofline import arithmetic_of, fraction_of_limit, limit_of
from tests.machine_shop import POINT, shop

LLAMA_70B = {"parameters": 70_600_000_000, "active_parameters": 70_600_000_000, "layers": 80, "kv_elements": 2048}
GPT_OSS = {
    "parameters": 116_800_000_000, "active_parameters": 5_130_000_000, "layers": 36, "kv_elements": 1024,
    "experts": 128, "experts_per_token": 4, "window_tokens": 128, "windowed_layers": 18,
}  # fmt: skip
H100 = {
    "memory_bandwidth_bytes_per_s": 3_350_000_000_000, "memory_bytes": 80_000_000_000,
    "dense_flops": {"fp8": 1_979_000_000_000_000, "bf16": 989_000_000_000_000},
}  # fmt: skip


def limit(architecture: dict[str, Any], chip: dict[str, Any], **asked: Any) -> Any:
    """The limit for one request, unless more is asked."""
    found = limit_of(architecture, chip, **{"chips": 1, "precision": "fp8", "batch": 1, "context": 0, **asked})
    assert found is not None
    return found


def test_one_request_reads_all_weights_for_each_token() -> None:
    """70.6 GB at 3.35 TB/s: 47 a second, and no more with a faster program."""
    assert limit(LLAMA_70B, H100).per_request == pytest.approx(3350 / 70.6)
    assert limit(LLAMA_70B, H100, precision="bf16").per_request == pytest.approx(3350 / 141.2)
    assert limit(LLAMA_70B, H100, chips=8).per_request == pytest.approx(8 * 3350 / 70.6)


def test_context_is_read_again_for_each_token() -> None:
    """80 layers × 2,048 numbers × 100,000 tokens are 16.4 GB beside 70.6 GB of weights."""
    assert limit(LLAMA_70B, H100, context=100_000).per_request == pytest.approx(3350 / (70.6 + 16.384))


def test_a_window_bounds_what_is_read() -> None:
    """Half of the layers look back 128 tokens only."""
    read = limit(GPT_OSS, H100, context=10_000).cache_bytes

    assert read == 18 * 1024 * 10_000 + 18 * 1024 * 128


def test_a_batch_reaches_more_experts() -> None:
    """One token passes through 4 of 128 experts, 64 through nearly all that chance gives them."""
    expert = (116.8 - 5.13) / 124
    reached = 128 * (1 - (1 - 4 / 128) ** 64)

    assert limit(GPT_OSS, H100).weight_bytes == 5.13e9
    assert limit(GPT_OSS, H100, batch=64).weight_bytes == pytest.approx((5.13 + (reached - 4) * expert) * 1e9)


def test_a_large_batch_is_bounded_by_arithmetic() -> None:
    """Two operations a weight: 1,979 TFLOP/s are 14,016 tokens a second of 70.6 billion weights."""
    assert limit(LLAMA_70B, H100, batch=4096).per_chip == pytest.approx(1979e12 / (2 * 70.6e9))


def test_what_does_not_fit_is_said() -> None:
    """141 GB in bf16 are more than one chip has."""
    assert limit(LLAMA_70B, H100, precision="bf16").fits is False
    assert limit(LLAMA_70B, H100).fits is True
    assert limit(LLAMA_70B, {"memory_bandwidth_bytes_per_s": 10**12}).fits is None


def test_so_many_requests_fit_beside_the_weights() -> None:
    """80 GB less 70.6 GB of weights are 9.4 GB: 57 caches of 163.84 MB, and 58 do not fit, however many were asked."""
    asked = {"context": 1000}

    assert {limit(LLAMA_70B, H100, batch=batch, **asked).most_requests for batch in (1, 64)} == {57}
    assert [limit(LLAMA_70B, H100, batch=batch, **asked).fits for batch in (57, 58)] == [True, False]
    assert limit(LLAMA_70B, H100, precision="bf16", **asked).most_requests == 0
    assert limit(LLAMA_70B, H100).most_requests is None
    assert limit(LLAMA_70B, {"memory_bandwidth_bytes_per_s": 10**12}, **asked).most_requests is None


def test_a_format_that_the_chip_lacks_is_computed_in_its_fastest() -> None:
    """Weights are read at half a byte all the same."""
    four = limit(LLAMA_70B, H100, precision="fp4")

    assert (arithmetic_of(H100, "fp4"), arithmetic_of(H100, "bf16"), arithmetic_of({}, "fp8")) == ("fp8", "bf16", None)
    assert four.per_request == pytest.approx(3350 / 35.3)
    assert limit(LLAMA_70B, H100, precision="fp4", batch=4096).per_chip == pytest.approx(1979e12 / (2 * 70.6e9))


def test_nothing_known_of_a_chip_is_no_limit() -> None:
    """An announced chip without figures."""
    assert limit_of(LLAMA_70B, {}, chips=1, precision="fp8", batch=1, context=0) is None


@pytest.mark.parametrize(
    ("rate", "bandwidth", "possible"),
    [
        (300, 576 * 80e9, True),
        (62_500, 8 * 6e12, False),
    ],
)
def test_claims_are_held_against_bandwidth(rate: float, bandwidth: float, possible: bool) -> None:
    """300 tokens/s of a 70B model need 21 TB/s, which a rack of LPUs has; 62,500 need 4.4 PB/s, which no server has."""
    chip = {"memory_bandwidth_bytes_per_s": int(bandwidth)}

    assert (limit(LLAMA_70B, chip).per_request >= rate) is possible


def point(**facts: Any) -> dict[str, Any]:
    """An operating point on one chip in fp8."""
    return {**POINT, "chips": 1, "concurrency": 1, "weights": "fp8", **facts}


def test_a_measured_point_has_its_share_of_the_limit() -> None:
    """45 ms a token are 22 a second; 47 could be, less what reading 1,250 tokens of context costs."""
    share = fraction_of_limit(point(tpot_ms={"p50": "45"}, output_tps="22"), LLAMA_70B, H100)

    assert share == pytest.approx((1000 / 45) / (3350 / (70.6 + 80 * 2048 * 1250 / 1e9)))


def test_speculation_may_beat_the_rate_of_a_request_and_not_the_arithmetic() -> None:
    """Several tokens a step: only operations bound it."""
    fast = {"tpot_ms": {"p50": "5"}, "output_tps": "200"}

    plain = fraction_of_limit(point(**fast), LLAMA_70B, H100)
    drafted = fraction_of_limit(point(**fast, speculative="mtp"), LLAMA_70B, H100)
    assert plain is not None
    assert plain > 1
    assert drafted == pytest.approx(2 * 70.6e9 * 200 / 1979e12)


def test_a_point_above_the_limit_is_never_a_machine() -> None:
    """It cannot be, so it ranks nowhere."""
    models = {"lab/open": {"name": "Open", "lab": "lab", "architecture": LLAMA_70B, "evidence": []}}
    chips = {"chip-a": H100}

    possible = machines_of(shop({"chips": 8, "concurrency": 8, "output_tps": "300"}, models=models, accelerators=chips))
    impossible = machines_of(
        shop({"chips": 1, "concurrency": 8, "tpot_ms": {"p50": "2"}}, models=models, accelerators=chips)
    )
    assert (len(possible), impossible) == (1, [])
