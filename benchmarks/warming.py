"""What `capreg.warm()` takes off the first call: fresh processes, with it and without, in turn.

Run `python -m benchmarks.warming [ROUNDS]`. Medians of wall time in milliseconds; the ratios are against a repeated
question in the same process. Read the ratios, not the digits.
"""

from __future__ import annotations

import statistics
import subprocess
import sys

QUESTION = "capreg.resolve('tool_use>=2', max_latency_ms={}, as_of='2026-11-22').best.cost_usd"
SCRIPT = """
import time
import capreg

def timed(call):
    start = time.perf_counter()
    call()
    return (time.perf_counter() - start) * 1000

warm = timed(capreg.warm) if {warm} else 0.0
first = timed(lambda: {first})
later = [timed(lambda: capreg.resolve('tool_use>=2', max_latency_ms=400 + n, as_of='2026-11-22').best.cost_usd)
         for n in range(9)]
print(warm, first, sorted(later)[4])
"""


def run(*, warm: bool) -> list[float]:
    """Milliseconds of `warm`, of the first question and of a later one, in a fresh process."""
    script = SCRIPT.format(warm=warm, first=QUESTION.format(300))
    ended = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    return [float(number) for number in ended.stdout.split()]


def main(rounds: int = 9) -> None:
    """Print the medians of `rounds` runs of each."""
    runs: dict[bool, list[list[float]]] = {False: [], True: []}
    for _ in range(rounds):
        for warm, results in runs.items():
            results.append(run(warm=warm))
    print(f"{'process':<14}{'warm()':>9}{'first':>9}{'later':>9}{'first ÷ later':>16}")
    for warm, results in runs.items():
        before, first, later = (statistics.median(column) for column in zip(*results, strict=True))
        name = "with warm()" if warm else "without"
        print(f"{name:<14}{before:>9.1f}{first:>9.1f}{later:>9.1f}{first / later:>16.1f}")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:2]))
