"""A small registry on disk for tests of the commands, and ways to run them. Nothing here is true of anybody."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import struct
import subprocess
import sys
import termios
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from capreg.cli.main import run

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pytest

ROOT = Path(__file__).parent.parent
AS_OF = "2026-11-22"
LONG_ID = "harbour/some-lab/an-open-model-70b-instruct-with-a-rather-long-name-fp8"

_CAPABILITY = 'name = "{name}"\ndefinition = "What it is."\n'
_LEVEL = '[[levels]]\ndefinition = "Level {n}, defined."\n[levels.flags.list]\nname = "flag_{n}"\n'
_OFFERING = """wire_id = "{wire}"
model = "some-lab/open-70b"
context_tokens = 131072
max_output_tokens = 32768
evidence = [{{ source = "list", seen_on = 2026-09-30 }}]
{more}
[capabilities]
tool_use = {{ at_least = 2, features = {{ parallel = true, streaming = false }} }}
reasoning = {reasoning}
vision = {{ at_most = 0 }}

[[prices]]
starts_on = {starts_on}
basis = "observed"
input = "{input}"
output = "{output}"
cache_read = "0.05"
evidence = [
  {{ source = "list", seen_on = {starts_on} }},
  {{ source = "map", seen_on = 2026-11-10, says = {{ output = "7.9" }} }},
]
"""
_EARLIER_PRICE = """
[[prices]]
starts_on = 2025-06-01
basis = "effective"
input = "2"
output = "3"
evidence = [{ source = "list", seen_on = 2025-06-01 }, { source = "map", seen_on = 2025-06-01 }]
"""
_PROVIDER = """name = "{name}"
kind = "host"
docs_url = "https://{id}.example/docs"
keys = ["{key}"]
evidence = [{{ source = "list", seen_on = 2026-09-30 }}]

[aliases]
list = ["{alias}"]

[backend]
{backend}
"""
_STATED = """grade = "vendor_stated"
accelerators = ["swift-1"]
note = "One generation only."
evidence = [{ source = "map", seen_on = 2026-11-10, url = "https://swift.example/hardware" }]"""
_SOURCE = """publisher = "{name}"
title = "{name}, a list of prices"
url = "https://{name}.example/"
licence = "MIT"
attribution = "{name}"
redistributable = "yes"
family = "{name}"
lists_offerings = {lists}

[kinds]
price = "aggregator"
capability = "aggregator"
{speed}
"""
_NO_REASONING, _OPTIONAL = "{ at_most = 0 }", "{ at_least = 2, features = { optional = true } }"


def _offering(wire: str, rates: tuple[str, str], *, reasoning: str = _NO_REASONING, more: str = "") -> str:
    return _OFFERING.format(
        wire=wire, input=rates[0], output=rates[1], starts_on="2026-01-06", reasoning=reasoning, more=more
    )


_BY_ROUTER = "router,router_telemetry,router,2026-05-18"
_BATCH_PRICE = """
[[prices]]
starts_on = 2026-01-06
basis = "observed"
tier = "batch"
input = "0.3"
output = "0.4"
evidence = [{ source = "list", seen_on = 2026-01-06 }]
"""

FILES: Mapping[str, str] = {
    "RELEASE": "2026.11.22\n",
    "capabilities/tool_use.toml": _CAPABILITY.format(name="Tool use")
    + _LEVEL.format(n=1)
    + _LEVEL.format(n=2)
    + '[features.parallel]\ndefinition = "Several calls."\n[features.streaming]\ndefinition = "In pieces."\n',
    "capabilities/reasoning.toml": _CAPABILITY.format(name="Reasoning")
    + _LEVEL.format(n=1)
    + _LEVEL.format(n=2)
    + '[features.optional]\ndefinition = "Can be left off."\n',
    "capabilities/vision.toml": _CAPABILITY.format(name="Vision") + _LEVEL.format(n=1),
    "capabilities/prompt_caching.toml": _CAPABILITY.format(name="Prompt caching") + _LEVEL.format(n=1),
    "capabilities/long_context.toml": _CAPABILITY.format(name="Long context")
    + 'measure = "context_tokens"\nbare = 128_000\n',
    "skills/agent_step.toml": 'name = "A step"\ndefinition = "One step of an agent."\nrequires = ["tool_use>=2"]\n'
    "[workload]\ninput_tokens = 6000\noutput_tokens = 250\n",
    "sources/list.toml": _SOURCE.format(name="list", lists="true", speed=""),
    "sources/map.toml": _SOURCE.format(name="map", lists="false", speed=""),
    "sources/router.toml": _SOURCE.format(name="router", lists="false", speed='speed = "router_telemetry"'),
    "accelerators/swift-1.toml": 'name = "Swift, first"\nmaker = "Swift"\nkind = "lpu"\npurposes = ["inference"]\n'
    'status = "available"\nmemory_bytes = 230_000_000\n'
    'evidence = [{ source = "map", seen_on = 2026-11-10 }]\n[dense_flops]\nint8 = 750_000_000_000_000\n',
    "models/some-lab/open-70b.toml": 'name = "Open 70B"\nlab = "some-lab"\nopen_weights = true\n'
    'evidence = [{ source = "list", seen_on = 2026-09-30 }]\n[aliases]\nlist = ["open-70b-it"]\n',
    "providers/swift/provider.toml": _PROVIDER.format(
        name="Swift", id="swift", key="SWIFT_API_KEY", alias="swift-cloud", backend=_STATED
    ),
    "providers/swift/offerings/open-70b.toml": _offering("open-70b", ("0.59", "0.79")) + _BATCH_PRICE + _EARLIER_PRICE,
    "providers/harbour/provider.toml": _PROVIDER.format(
        name="Harbour", id="harbour", key="HARBOUR_API_KEY", alias="harbour", backend='grade = "undisclosed"'
    ),
    f"providers/harbour/offerings/{LONG_ID.partition('/')[2]}.toml": _offering(
        "Some-Lab/An-Open-Model", ("0.1", "0.32"), reasoning=_OPTIONAL
    ),
    "providers/harbour/offerings/leaving.toml": _offering("leaving", ("0.85", "1.2"))
    + '\n[lifecycle]\nstatus = "deprecated"\nretires_on = 2026-12-20\nnote = "Moved to another."\n',
    "providers/harbour/offerings/gone.toml": _offering("gone", ("0.06", "0.06")),
    "providers/harbour/offerings/unmeasured.toml": _offering("unmeasured", ("0.2", "0.2")),
    "measurements/router-2026-05-18.csv": "offering,source,kind,vantage,measured_on,tier,window_s,n,input_tokens,"
    "output_tokens,concurrency,region,quantization,rate_basis,ttft_ms_p50,ttft_ms_p90,output_tps_p50,"
    "fast_output_tps_p90,uptime_percent\n"
    f"swift/open-70b,{_BY_ROUTER},standard,1800,150,2000,300,1,eu,fp8,unstated,128.5,260,398,450,99.9\n"
    f"swift/open-70b,{_BY_ROUTER},batch,1800,150,2000,300,1,eu,fp8,unstated,9000,,20,,\n"
    f"{LONG_ID},{_BY_ROUTER},standard,1800,80,,,,,,unstated,280,1450,31,,\n"
    f"harbour/leaving,{_BY_ROUTER},standard,1800,,,,,,,decode,199,450,2041,,\n",
    "sightings/list.csv": "subject,last_seen_on\nharbour,2026-09-30\nharbour/gone,2026-08-01\n"
    f"harbour/leaving,2026-09-30\nharbour/unmeasured,2026-09-30\n{LONG_ID},2026-09-30\n"
    "swift,2026-09-30\nswift/open-70b,2026-09-30\n",
}
"""A registry without faults: five offerings, one of them unlisted and one never measured."""


class Ran(NamedTuple):
    """What a command wrote and how it ended."""

    code: int
    out: str
    err: str


def write_registry(folder: Path, changed: Mapping[str, str | None] | None = None) -> Path:
    """A registry folder with `FILES`, some of them changed, or left out where the text is None."""
    for path, text in {**FILES, **(changed or {})}.items():
        if text is not None:
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_text(text, encoding="utf-8")
    return folder


def ran(capsys: pytest.CaptureFixture[str], *arguments: str) -> Ran:
    """The command in this process, writing to a pipe."""
    capsys.readouterr()
    code = run(arguments)
    out, err = capsys.readouterr()
    return Ran(code, out, err)


def started(*arguments: str, **environment: str) -> Ran:
    """The command in a process of its own, writing to a pipe."""
    ended = subprocess.run(
        [sys.executable, "-m", "capreg", *arguments],
        capture_output=True,
        encoding="utf-8",
        env={**os.environ, **environment},
        cwd=ROOT,
        check=False,
    )
    return Ran(ended.returncode, ended.stdout, ended.stderr)


def on_terminal(columns: int, *arguments: str) -> list[str]:
    """The lines that the command shows on a terminal with so many columns, without colours and trailing spaces."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 50, columns, 0, 0))
    environment = {k: v for k, v in os.environ.items() if k not in ("COLUMNS", "LINES", "NO_COLOR")}
    with subprocess.Popen(
        [sys.executable, "-m", "capreg", *arguments],
        stdin=subprocess.DEVNULL,
        stdout=theirs,
        stderr=theirs,
        env={**environment, "TERM": "xterm-256color"},
        cwd=ROOT,
    ):
        os.close(theirs)
        shown = b"".join(iter(lambda: _read(ours), b""))
    os.close(ours)
    return [line.rstrip() for line in re.sub(r"\x1b\[[0-9;]*m", "", shown.decode()).splitlines()]


def _read(terminal: int) -> bytes:
    try:
        return os.read(terminal, 65536)
    except OSError:  # how Linux says that the other side has closed
        return b""
