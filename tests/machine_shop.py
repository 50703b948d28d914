"""A small catalog with machines of one's own, written fact by fact. Nothing here is true of anybody."""

from __future__ import annotations

from typing import Any

import capreg
from tests.small import catalog, measured, offering, price

POINT: dict[str, Any] = {
    "model": "lab/open", "accelerator": "chip-a", "chips": 2, "engine": "engine", "weights": "fp8",
    "scenario": "closed", "concurrency": 64, "input_tokens": 1000, "output_tokens": 500,
    "ttft_ms": {"p50": "100", "p99": "900"}, "tpot_ms": {"p50": "20", "p99": "25"}, "e2e_ms": {"p50": "10080"},
    "output_tps": "3000", "kind": "independent_measurement", "vantage": "local", "measured_on": "2026-06-01",
    "source": "bench",
}  # fmt: skip
RENT: dict[str, Any] = {
    "accelerator": "chip-a", "market": "on_demand", "usd_per_hour": "3.6", "seller": "Big Cloud",
    "seen_on": "2026-10-01", "source": "prices",
}  # fmt: skip
ENGINE = {"name": "Engine", "capabilities": {"tool_use": {"at_least": 1, "evidence": []}}}
CALL = {"input_tokens": 1000, "output_tokens": 500, "requests_per_second": 10}
OWN = "own/lab/open/chip-a/engine-fp8/big-cloud"


def shop(
    *points: dict[str, Any],
    rents: tuple[dict[str, Any], ...] = (RENT,),
    offerings: dict[str, Any] | None = None,
    **more: Any,
) -> capreg.Catalog:
    """Two hosts of one model, and machines with these points and rents."""
    hosted = offerings or {
        "one/open": offering(price("0.5", "1")),
        "two/open": offering(price("5", "10")),
    }
    return catalog(
        hosted,
        [measured(name, ttft_ms={"p50": "200"}, output_tps={"p50": "50"}) for name in hosted],
        engines=more.pop("engines", {"engine": ENGINE}),
        deployments={f"bench/{n}": {**POINT, **point} for n, point in enumerate(points or ({},), start=1)},
        rentals={f"prices/{n}": rent for n, rent in enumerate(rents, start=1)},
        **more,
    )
