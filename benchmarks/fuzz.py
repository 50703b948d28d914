"""Feeds broken files to the registry's reader and to importers, and says what does not end in one of our errors.

Run `python -m benchmarks.fuzz [COUNT] [--seed N]`; 5,000 inputs by default: bytes, almost-TOML, real files with bytes
changed, deep and huge structures. Each has to end in findings or in an error of ours within 2 s, and the whole run
has to stay below 300 MB more than it began with.
"""

from __future__ import annotations

import argparse
import resource
import sys
import tempfile
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from random import Random
from time import perf_counter
from typing import NamedTuple

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from capreg.errors import CapregError
from capreg.importers import run as import_source
from capreg.importers.machines import take
from capreg.source.read import read
from capreg.source.validate import validate
from tests.registry import FILES, small_registry

__all__ = ["MOST_BYTES", "MOST_S", "Fault", "fuzzed"]

MOST_S = 2.0
MOST_BYTES = 300 * 1024 * 1024
_WORDS = (
    *("[", "]", "{", "}", "=", '"', "'", "\n", ",", ".", "#", "[[prices]]", "inf", "nan", "1e999", "2026-13-45"),
    *("evidence", "source", "input", "true", "-1", "0x", "\ufeff", "=\n", "a.b.c", '"""', "\\u0000"),
)
Target = Callable[[Path, bytes], None]


class Fault(NamedTuple):
    """An input that did not end as it should."""

    number: int
    target: str
    what: str


def _as_registry(path: str) -> Target:
    def feed(folder: Path, content: bytes) -> None:
        file = folder / path
        before = file.read_bytes() if file.exists() else None
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(content)
            validate(read(folder))
        finally:
            file.write_bytes(before) if before is not None else file.unlink(missing_ok=True)

    return feed


def _as_download(source: str) -> Target:
    def feed(folder: Path, content: bytes) -> None:
        file = folder.parent / "download"
        file.write_bytes(content)
        import_source(source, file, folder, seen_on=date(2026, 11, 20))

    return feed


def _as_machines(source: str) -> Target:
    def feed(folder: Path, content: bytes) -> None:
        file = folder.parent / "download"
        file.write_bytes(content)
        take(source, file, folder.parent / "other", seen_on=date(2026, 11, 20))

    return feed


TARGETS: dict[str, Target] = {
    **{path: _as_registry(path) for path in sorted(FILES) if path != "RELEASE"},
    "measurements/fuzzed.csv": _as_registry("measurements/fuzzed.csv"),
    **{source: _as_download(source) for source in ("models-dev", "litellm", "openrouter", "pi-ai")},
    **{source: _as_machines(source) for source in ("inferencex", "mlperf-v6.0", "chip-hours")},
}
"""By name: what an input is given to."""


def fuzzed(count: int, seed: int) -> Iterator[Fault]:
    """The faults that `count` inputs show."""
    random = Random(seed)  # noqa: S311  a repeatable choice, not a secret
    begun = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "registry_data"
        small_registry(folder)
        for number in range(count):
            name = random.choice(sorted(TARGETS))
            content = _content(random, FILES.get(name, "a,b\n1,2\n"))
            started = perf_counter()
            try:
                TARGETS[name](folder, content)
            except CapregError:
                pass
            except Exception as error:
                yield Fault(number, name, f"{type(error).__name__}: {error}"[:200])
            if perf_counter() - started > MOST_S:
                yield Fault(number, name, f"took {perf_counter() - started:.1f} s")
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - begun) * 1024
    if grown > MOST_BYTES:
        yield Fault(count, "all", f"grew by {grown / 2**20:.0f} MB")


def _content(random: Random, text: str | bytes) -> bytes:
    real = text if isinstance(text, bytes) else text.encode()
    kind = random.randrange(6)
    if kind == 0:
        return random.randbytes(random.randrange(4000))
    if kind == 1:
        return "".join(random.choices(_WORDS, k=random.randrange(400))).encode("utf-8", "surrogatepass")
    if kind == 2:
        return _changed(random, bytearray(real))
    if kind == 3:
        depth = random.choice([10, 500, 5_000, 100_000])
        return random.choice(
            [b"x = " + b"[" * depth, b"[" * depth, b'{"a":' * depth, b"[a." * depth, b"x = " + b"{a=" * depth]
        )
    if kind == 4:
        size = random.choice([10_000, 1_000_000, 3_000_000])
        return random.choice([b'note = "' + b"x" * size + b'"', b"a" * size, b"1," * (size // 2), b"# " + b"\n" * size])
    return real[: random.randrange(len(real) + 1)]


def _changed(random: Random, content: bytearray) -> bytes:
    for _ in range(random.randrange(1, 8)):
        if content:
            at = random.randrange(len(content))
            match random.randrange(3):
                case 0:
                    content[at] = random.randrange(256)
                case 1:
                    del content[at : at + random.randrange(1, 40)]
                case _:
                    content[at:at] = random.choice(_WORDS).encode("utf-8", "surrogatepass")
    return bytes(content)


def main() -> int:
    parser = argparse.ArgumentParser(description="Feed broken files to capreg and say what is not one of its errors.")
    parser.add_argument("count", nargs="?", type=int, default=5_000)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    started, faults = perf_counter(), list(fuzzed(options.count, options.seed))
    for fault in faults:
        print(f"input {fault.number} to {fault.target}: {fault.what}")
    print(f"{options.count:,} inputs in {perf_counter() - started:.0f} s, {len(faults)} faults")
    return int(bool(faults))


if __name__ == "__main__":
    raise SystemExit(main())
