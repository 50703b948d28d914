"""The questions of the benchmarks: ten kinds, six of each, as they might come."""

from __future__ import annotations

from random import Random
from typing import Any, NamedTuple

import capreg

__all__ = ["KINDS", "Question", "mix"]

_ONE = ("tool_use", "structured_output", "vision", "reasoning")
AS_OF = "2026-11-22"


class Question(NamedTuple):
    """One question and what kind it is."""

    kind: str
    asked: dict[str, Any]
    as_of: str = AS_OF


KINDS = (
    *("common", "tight", "wide", "infeasible", "many requirements", "end to end", "other workloads"),
    *("other rank keys", "percentiles", "as of another day"),
)


def mix(each: int = 6, *, seed: int = 0) -> list[Question]:
    """`each` questions of every kind, the same for the same `seed`."""
    random = Random(seed)  # noqa: S311  repeatable, not secret
    return [_question(kind, random) for kind in KINDS for _ in range(each)]


def _question(kind: str, random: Random) -> Question:
    one, latency = random.choice(_ONE), random.choice((300, 450, 600, 900))
    call = capreg.Workload(
        input_tokens=random.choice((500, 4000, 20000, 60000)),
        output_tokens=random.choice((50, 400, 1500)),
        reasoning_tokens=random.choice((None, 0, 500)),
    )
    made: dict[str, dict[str, Any]] = {
        "common": {"requires": one, "max_latency_ms": latency},
        "tight": {"requires": "tool_use>=2", "max_latency_ms": 250 + random.randrange(100), "max_cost_usd": "0.0004"},
        "wide": {"requires": one, "limit": random.choice((5, 10, 20))},
        "infeasible": {"requires": one, "max_cost_usd": f"0.00000000{random.randrange(1, 9)}"},
        "many requirements": {
            "requires": ("tool_use>=2", "structured_output>=2", "vision", "prompt_caching"),
            "max_latency_ms": latency * 2,
        },
        "end to end": {"requires": one, "max_e2e_ms": random.choice((2000, 4000, 8000, 20000))},
        "other workloads": {"requires": one, "workload": call},
        "other rank keys": {
            "requires": one,
            "rank_by": random.choice(("latency", "output_tps", "e2e")),
            "max_latency_ms": latency * 3,
        },
        "percentiles": {"requires": one, "percentile": random.choice(("p75", "p90", "p99")), "max_latency_ms": 4000},
        "as of another day": {"requires": one, "max_latency_ms": latency},
    }
    return Question(
        kind, made[kind], random.choice(("2026-10-20", "2026-11-15")) if kind.startswith("as of") else AS_OF
    )
