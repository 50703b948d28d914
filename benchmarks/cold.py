"""Cold starts: whole processes, in turn, against one that imports pydantic and defines one model.

Run `python -m benchmarks.cold [ROUNDS]`. Medians of CPU time and of wall time; read the ratios, not the digits.
"""

from __future__ import annotations

import os
import statistics
import sys
import time
from typing import NamedTuple

PYDANTIC = """
from pydantic import BaseModel

class Offering(BaseModel):
    name: str
    price: float
    context: int | None = None
"""
COMMANDS = {
    "bare interpreter": "pass",
    "pydantic + one model": PYDANTIC,
    "import capreg": "import capreg",
    "import, open, resolve": "import capreg; capreg.resolve('tool_use', max_latency_ms=300, as_of='2026-11-22').best",
}
ENVIRONMENT = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"} | {
    "LITELLM_LOCAL_MODEL_COST_MAP": "True"
}
"""Compiled modules are kept between runs, as in an installed package."""
YARDSTICK = "pydantic + one model"
GOALS = {"import capreg": 0.35, "import, open, resolve": 0.50}


class Run(NamedTuple):
    """One process: seconds of CPU and of wall time."""

    cpu: float
    wall: float


def run(code: str, interpreter: str = sys.executable) -> Run:
    """Start an interpreter with `code` and wait for it."""
    start = time.perf_counter()
    child = os.posix_spawn(interpreter, [interpreter, "-c", code], ENVIRONMENT)
    _, status, usage = os.wait4(child, 0)
    wall = time.perf_counter() - start
    if status:
        sys.exit(f"the command failed: {code!r}")
    return Run(usage.ru_utime + usage.ru_stime, wall)


def main(rounds: int = 15) -> None:
    """Run every command in turn, `rounds` times, and print medians and ratios."""
    runs: dict[str, list[Run]] = {name: [] for name in COMMANDS}
    for number in range(rounds + 1):
        for name, code in COMMANDS.items():
            result = run(code)
            if number:
                runs[name].append(result)
    cpu = {name: statistics.median(r.cpu for r in results) for name, results in runs.items()}
    wall = {name: statistics.median(r.wall for r in results) for name, results in runs.items()}
    print(f"{'command':<24}{'cpu ms':>8}{'wall ms':>9}{'cpu ratio':>11}{'wall ratio':>12}{'goal':>7}")
    for name in COMMANDS:
        ratios = f"{cpu[name] / cpu[YARDSTICK]:>11.2f}{wall[name] / wall[YARDSTICK]:>12.2f}"
        goal = f"{GOALS[name]:>7.2f}" if name in GOALS else ""
        print(f"{name:<24}{cpu[name] * 1000:>8.1f}{wall[name] * 1000:>9.1f}{ratios}{goal}")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:2]))
