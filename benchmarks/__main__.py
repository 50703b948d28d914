"""Everything that is said of speed, measured in one run, and the page that says it.

Run `python -m benchmarks [--quick] [--no-peers] [--rows 10000,100000,1000000] [--write]`. Peers are installed into an
environment of their own. `--write` puts the figures into benchmarks/results.json and the tables and the plot into
docs/explanation/. Both sides of a ratio run in turn; medians. Read the ratios, not the digits.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import sys
import time
import tracemalloc
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import capreg
from benchmarks import cold, peers, warm
from benchmarks.mix import AS_OF, KINDS, mix
from benchmarks.page import written
from benchmarks.synthetic import synthetic
from capreg.index import index_of
from capreg.resolver.moment import Moment

_FULL = 200_000
"""Larger catalogs are asked two questions of each kind, for each takes seconds to prepare for NumPy."""
Figures = dict[str, Any]


def say(text: str) -> None:
    """Progress, for the person who waits."""
    print(f"{datetime.now(UTC):%H:%M:%S} {text}", file=sys.stderr, flush=True)


def cold_starts(rounds: int, python: Path | None) -> Figures:
    """Whole processes in turn: milliseconds of CPU and wall time, medians; LiteLLM is slow, and asked less often."""
    own = {name: (sys.executable, code) for name, code in cold.COMMANDS.items()}
    theirs = {name: (str(python), code) for name, code in peers.COLD.items()} if python else {}
    runs: dict[str, list[cold.Run]] = {name: [] for name in (*own, *theirs)}
    for number in range(rounds + 1):
        say(f"cold starts, round {number} of {rounds}")
        for name, (interpreter, code) in (own | theirs).items():
            if name.startswith("LiteLLM") and number > 3:
                continue
            result = cold.run(code, interpreter)
            if number:
                runs[name].append(result)
    return {
        name: {
            "cpu_ms": _ms(r.cpu for r in results),
            "wall_ms": _ms(r.wall for r in results),
            "lowest_cpu_ms": round(min(r.cpu for r in results) * 1000, 1),
            "highest_cpu_ms": round(max(r.cpu for r in results) * 1000, 1),
            "runs": len(results),
        }
        for name, results in runs.items()
    }


def _ms(seconds: Any) -> float:
    return round(float(statistics.median(seconds)) * 1000, 1)


def questions_asked(rows: int, *, each: int) -> Figures:
    """Warm questions over a made catalog, by kind, against NumPy; and what building and holding it takes."""
    say(f"a catalog of {rows:,} offerings")
    catalog = synthetic(capreg.load(), rows)
    start = time.perf_counter()
    index = index_of(catalog)
    built = time.perf_counter() - start
    large = rows > _FULL
    say(f"{rows:,} rows: {10 * (2 if large else each)} questions")
    timings = warm.timed(
        catalog, index, mix(2 if large else each), number=1 if large else 3, repeats=3 if large else warm.REPEATS
    )
    ratios = [one.ratio for one in timings]
    columns, held = _bytes(index, catalog)
    by_kind = {
        kind: {
            "us": round(statistics.median(one.ours for one in timings if one.question.kind == kind) * 1e6),
            "numpy_us": round(statistics.median(one.theirs for one in timings if one.question.kind == kind) * 1e6),
            "ratio": round(statistics.median(one.ratio for one in timings if one.question.kind == kind), 2),
        }
        for kind in KINDS
    }
    found: Figures = {
        "rows": rows,
        "questions": len(timings),
        "build_index_s": round(built, 2),
        "median_us": round(statistics.median(one.ours for one in timings) * 1e6),
        "numpy_median_us": round(statistics.median(one.theirs for one in timings) * 1e6),
        "ratio_median": round(statistics.median(ratios), 2),
        "ratio_worst": round(max(ratios), 1),
        "all_read_ratio_median": round(statistics.median(one.all_read / one.theirs for one in timings), 2),
        "by_kind": by_kind,
        "bytes_a_row": round(columns / rows),
        "bytes_a_row_with_what_is_kept": round(held / rows),
    }
    if not large:
        words, ledger = warm.told_more(catalog)
        asked, looked = warm.repeated(catalog)
        found |= {"explain_ms": round(words * 1e3, 1), "ledger_ms": round(ledger * 1e3, 1)}
        found |= {"repeated_us": round(asked * 1e6, 2), "dict_us": round(looked * 1e6, 3)}
        found["repeated_ratio"] = round(asked / looked, 1)
        found["threads"] = _threads(catalog)
    return found


def _bytes(index: Any, catalog: capreg.Catalog) -> tuple[int, int]:
    """Bytes of the columns, and of all that is held once ten kinds of questions were asked, documents apart."""
    blobs = index.to_blobs()
    columns = sum(map(len, blobs.values()))
    tracemalloc.start()
    fresh = type(index).from_blobs(blobs.__getitem__)
    for question in mix(1):
        warm.engine_best(catalog, fresh, question.asked, Moment.of(question.as_of))
    held, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return columns, columns + held


def _threads(catalog: capreg.Catalog) -> Figures:
    """The same uncached questions by 1, 2 and 8 threads: questions a second, and whether the answers are the same."""
    asked = [{"max_latency_ms": 200 + number, "limit": 3 + number % 7} for number in range(160)]

    def ask(one: dict[str, Any]) -> str:
        try:
            return capreg.resolve("tool_use", as_of=AS_OF, catalog=catalog, **one).best.offering
        except capreg.NoFeasibleOffering:
            return ""

    rates: Figures = {}
    answers = []
    for number, count in enumerate((1, 2, 8)):
        fresh = [{**one, "max_cost_usd": f"0.9{number}"} for one in asked]  # another question each time: none is kept
        start = time.perf_counter()
        with ThreadPoolExecutor(count) as pool:
            answers.append(list(pool.map(ask, fresh)))
        rates[str(count)] = round(len(asked) / (time.perf_counter() - start))
    return {"questions_a_second": rates, "same_answers": answers[0] == answers[1] == answers[2]}


def router_beside(python: Path) -> Figures:
    """LiteLLM's router among 10, 100 and 1,000 deployments, and uncached questions over about as many rows."""
    say("LiteLLM's router")
    theirs = peers.router(python)
    catalog = _first(1000)
    index, moment = index_of(catalog), Moment.of(AS_OF)
    asked = {"requires": "tool_use", "max_latency_ms": 900}
    ours = warm.seconds(lambda: warm.engine_best(catalog, index, asked, moment), number=20)
    return {"litellm_us": {n: round(s * 1e6) for n, s in theirs.items()}, "capreg_1000_rows_us": round(ours * 1e6)}


def _first(rows: int) -> capreg.Catalog:
    """The shipped catalog with its first `rows` offerings."""
    shipped = capreg.load()
    kept = dict(sorted(shipped.documents("offerings").items())[:rows])
    documents = {kind: dict(shipped.documents(kind)) for kind in shipped}
    documents["offerings"] = kept
    documents["measurements"] = {k: m for k, m in documents["measurements"].items() if m["offering"] in kept}
    return capreg.Catalog(shipped.release.id, documents)


def measured(sizes: list[int], *, rounds: int, each: int, with_peers: bool) -> Figures:
    """All of it."""
    python = peers.python_of() if with_peers else None
    found: Figures = {
        "day": datetime.now(UTC).date().isoformat(),
        "python": platform.python_version(),
        "cores": os.cpu_count(),
        "release": capreg.load().release.id,
        "peers": peers.VERSIONS if with_peers else {},
        "cold": cold_starts(rounds, python),
        "sizes": [questions_asked(rows, each=each) for rows in sizes],
    }
    if python is not None:
        say("warm calls of the peers")
        found["peers_warm_us"] = {name: round(s * 1e6, 2) for name, s in peers.warm(python).items()}
        found["router"] = router_beside(python)
    return found


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--quick", action="store_true", help="few rounds, and 10,000 rows alone")
    parser.add_argument("--no-peers", action="store_true", help="install and ask none of the peers")
    parser.add_argument("--rows", default="10000,100000,1000000", help="sizes of the made catalogs")
    parser.add_argument("--write", action="store_true", help="write the results, the page and the plot")
    options = parser.parse_args()
    sizes = [10_000] if options.quick else [int(size) for size in options.rows.split(",")]
    found = measured(
        sizes, rounds=3 if options.quick else 15, each=1 if options.quick else 6, with_peers=not options.no_peers
    )
    print(json.dumps(found, indent=2))
    if options.write:
        written(found, Path(__file__).parents[1])
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
