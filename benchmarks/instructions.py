"""Counts the machine instructions of an import, a load and ten questions, and refuses a rise beyond 10 %.

Run `python -m benchmarks.instructions`; `--accept` writes what was counted as the new baseline of this Python and
platform. Callgrind counts, so a busy machine changes nothing; where it is missing, or where there is no baseline, the
figures or the skip are printed and nothing fails. The catalog is made, so that new data changes nothing either.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import re
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from collections.abc import Mapping
from pathlib import Path
from random import Random

from capreg.catalog import Catalog
from capreg.source.build import write_snapshot
from tests.small import catalog, measured, offering, price

__all__ = ["BASELINES", "MOST_RISE", "counted", "key", "rises"]

BASELINES = Path(__file__).with_name("instructions.json")
MOST_RISE = 0.10
ROWS = 600
_REFS = re.compile(r"I\s+refs:\s+([\d,]+)")
QUESTIONS = (
    "'tool_use'",
    "'tool_use', max_latency_ms=400",
    "'reasoning', max_cost_usd='0.02', workload=capreg.Workload(reasoning_tokens=300)",
    "'vision'",
    "['tool_use', 'structured_output']",
    "'tool_use', rank_by='latency'",
    "'tool_use', rank_by='output_tps', min_output_tps=60",
    "'tool_use', max_e2e_ms=6000",
    "'tool_use', workload=capreg.Workload(input_tokens=20000, output_tokens=1500)",
    "'long_context'",
)
_LOAD = "catalog = capreg.open_catalog({path!r}); "
_ASK = "; ".join(f"capreg.resolve({each}, catalog=catalog, as_of='2026-11-22')[:10]" for each in QUESTIONS)
STAGES = {
    "bare interpreter": "pass",
    "import": "import capreg",
    "import, load, first question": f"import capreg; {_LOAD}{_ASK.partition('; ')[0]}",
    "import, load, ten questions": f"import capreg; {_LOAD}{_ASK}",
}
"""What each process runs. The bare interpreter is taken off the others."""


def key() -> str:
    """Whose baseline it is: Python's version, how it was compiled, and the platform."""
    built = "optimized" if "--enable-optimizations" in (sysconfig.get_config_var("CONFIG_ARGS") or "") else "plain"
    parts = (platform.python_version(), platform.python_compiler(), built, platform.system(), platform.machine())
    return ", ".join(parts)


def counted() -> dict[str, int] | None:
    """Instructions of each stage, less those of the bare interpreter; None where there is no Valgrind."""
    if shutil.which("valgrind") is None:
        return None
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "made.db"
        write_snapshot(_made(), path)
        counts = {stage: _instructions(code.format(path=str(path)), Path(folder)) for stage, code in STAGES.items()}
    bare = counts.pop("bare interpreter")
    return {stage: count - bare for stage, count in counts.items()}


def rises(now: Mapping[str, int], before: Mapping[str, int]) -> list[str]:
    """What rose by more than is allowed, in words."""
    told = []
    for stage, count in now.items():
        stood = before.get(stage)
        if stood and count > stood * (1 + MOST_RISE):
            told.append(f"{stage}: {count:,} instructions, {count / stood - 1:+.1%} on {stood:,}")
    return told


def _made() -> Catalog:
    random = Random(0)  # noqa: S311  repeatable, not secret
    offerings, speeds = {}, []
    for number in range(ROWS):
        name = f"provider-{number % 40}/model-{number}"
        cost = price(f"{random.randint(5, 500) / 100}", f"{random.randint(20, 2000) / 100}")
        can = {
            "tool_use": {"at_least": random.randint(0, 2)},
            "vision": {"at_least": random.randint(0, 1)},
            "structured_output": {"at_least": number % 3},
        }
        can |= {"reasoning": {"at_most": 0} if number % 3 else {"at_least": 1}}
        offerings[name] = offering(cost, wire_id=f"m{number}", context_tokens=random.randint(8, 400) * 1000,
                                   capabilities=can)  # fmt: skip
        if number % 4 == 0:
            tail = {"p50": str(random.randint(100, 900)), "p95": str(random.randint(900, 2500))}
            rate = {"p50": str(random.randint(30, 300))}
            speeds.append(measured(name, ttft_ms=tail, output_tps=rate))
    return catalog(offerings, speeds)


def _instructions(code: str, folder: Path) -> int:
    """Counted in the second of two runs, when all modules are compiled."""
    environment = {**os.environ, "PYTHONHASHSEED": "0"}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    subprocess.run([sys.executable, "-c", code], env=environment, check=True)
    out = f"--callgrind-out-file={folder / 'callgrind'}"
    command = ["valgrind", "--tool=callgrind", out, sys.executable, "-c", code]
    done = subprocess.run(command, env=environment, check=True, capture_output=True, text=True)
    found = _REFS.search(done.stderr)
    if found is None:
        raise RuntimeError(f"callgrind told no count: {done.stderr[-300:]}")
    return int(found[1].replace(",", ""))


def main() -> int:
    parser = argparse.ArgumentParser(description="Count instructions, and compare them with the baseline.")
    parser.add_argument("--accept", action="store_true", help="write what was counted as the baseline")
    options = parser.parse_args()
    now = counted()
    if now is None:
        print("SKIPPED: no valgrind on this machine, so no instructions were counted")
        return 0
    baselines = json.loads(BASELINES.read_text(encoding="utf-8")) if BASELINES.exists() else {}
    before = baselines.get(key(), {})
    for stage, count in now.items():
        change = f", {count / before[stage] - 1:+.1%} on the baseline" if stage in before else ", no baseline"
        print(f"{stage:<30} {count:>14,} instructions{change}")
    if options.accept:
        BASELINES.write_text(json.dumps(baselines | {key(): now}, indent=2, sort_keys=True) + "\n", encoding="utf-8")
        return 0
    found = rises(now, before)
    for line in found:
        print(f"slower: {line}")
    if found:
        print(
            "find out why; where it is meant, run `python -m benchmarks.instructions --accept` and say so in the commit"
        )
    return int(bool(found))


if __name__ == "__main__":
    raise SystemExit(main())
