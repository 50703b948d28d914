"""Corrupts files of the registry, one at a time, and says who notices.

Run `python -m benchmarks.mutations [COUNT] [--seed N] [--list]`; 300 corruptions of twelve kinds by default, two
thirds of them in files of offerings, the others in any that people write: providers, models, chips, sources,
capabilities, tables of measurements, scores and rents. Sightings and estimates are left out, for commands write them.
Each is made in a copy of `registry_data`, checked as `capreg validate` checks a changed file, held against what stood
as `capreg gate` does, compared as `capreg diff` compares two sides, and undone. The reference requests are not asked.
What is neither refused, nor warned of, nor named in the comparison is listed.
"""

from __future__ import annotations

import argparse
import shutil
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

from benchmarks.corruptions import KINDS, corrupted_text
from capreg.catalog import Catalog
from capreg.errors import InvalidData
from capreg.review.compare import review
from capreg.review.gates import gated
from capreg.source.compile import documents_of
from capreg.source.layout import place_of
from capreg.source.read import read
from capreg.source.validate import validate_some

__all__ = ["GOAL", "OUTCOMES", "Verdict", "corrupted"]

ROOT = Path(__file__).parents[1] / "registry_data"
GOAL = 98.0
OUTCOMES = ("error", "gate", "warning", "diff", "missed")
"""Refused by a rule, refused by a gate, warned of, named by the comparison, or none of these."""
_WRITTEN_BY_COMMANDS = frozenset({"qualities", "sightings"})


class Verdict(NamedTuple):
    """What became of one corruption."""

    kind: str
    path: str
    outcome: str
    """One of `OUTCOMES`."""
    rules: tuple[str, ...]


def corrupted(count: int, seed: int, root: Path = ROOT) -> Iterator[Verdict]:
    """`count` corruptions of files below `root`, each with what became of it."""
    random = Random(seed)  # noqa: S311  a repeatable choice, not a secret
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "registry_data"
        shutil.copytree(root, copy)
        bench = _Bench(copy)
        made = 0
        while made < count:
            verdict = bench.one(list(KINDS)[made % len(KINDS)], random)
            if verdict is not None:
                made += 1
                yield verdict


class _Bench:
    """A copy of the registry in which one file at a time is corrupted, judged and put back."""

    def __init__(self, copy: Path) -> None:
        self.copy = copy
        files = {file: place_of(file.relative_to(copy).as_posix()) for file in sorted(copy.glob("*/**/*.*"))}
        kinds = {file: place.kind for file, place in files.items() if place and place.kind not in _WRITTEN_BY_COMMANDS}
        self._offerings = [file for file, kind in kinds.items() if kind == "offerings"]
        self._others = {
            kind: [file for file, each in kinds.items() if each == kind] for kind in sorted({*kinds.values()})
        }
        del self._others["offerings"]

    def one(self, kind: str, random: Random) -> Verdict | None:
        """One corruption; None where the file that was drawn has nothing to corrupt so."""
        files = self._offerings if random.random() < 2 / 3 else self._others[random.choice(list(self._others))]
        file = random.choice(files)
        if kind == "look-alike id":
            file, text = _twin(file)
        else:
            text = None if kind == "deleted file" else corrupted_text(kind, file, random)
        if text is None and kind != "deleted file":
            return None
        before = file.read_text(encoding="utf-8") if file.exists() else None
        path = file.relative_to(self.copy).as_posix()
        base = self._side(path, before)
        try:
            _put(file, text)
            return self._judged(kind, path, base)
        finally:
            _put(file, before)

    def _judged(self, kind: str, path: str, base: Mapping[str, Any]) -> Verdict:
        found = validate_some(self.copy, [path])
        rules = tuple(sorted({finding.rule for finding in found}))
        if any(finding.severity == "error" for finding in found):
            return Verdict(kind, path, "error", rules)
        try:
            head = self._side(path, "there")
        except InvalidData as refused:
            return Verdict(kind, path, "error", tuple(sorted({finding.rule for finding in refused.findings})))
        sides = Catalog("2026.11.22", base), Catalog("2026.11.22", head)
        gates = gated(*sides, self.copy)
        if gates:
            return Verdict(kind, path, "gate", tuple(sorted({finding.rule for finding in gates})))
        told = review(*sides, ask=False)
        named = bool(told.added or told.removed or told.changed)
        return Verdict(kind, path, "warning" if rules else "diff" if named else "missed", rules)

    def _side(self, path: str, text: str | None) -> dict[str, Any]:
        """The documents of the file as it is now, none where it is not there, and that of its provider."""
        provider = f"{'/'.join(path.split('/')[:2])}/provider.toml"
        wanted = {provider} if text is None else {provider, path}
        held = documents_of(read(self.copy, only=lambda each: each in wanted))
        return {kind: documents for kind, documents in held.items() if documents}


def _put(file: Path, text: str | None) -> None:
    if text is None:
        file.unlink(missing_ok=True)
    else:
        file.write_text(text, encoding="utf-8")


def _twin(file: Path) -> tuple[Path, str | None]:
    """A file whose name only looks like that of `file`, and its text; None where no such name is free."""
    twin = file.with_name(file.name.replace("o", "0", 1) if "o" in file.stem else file.name.replace("l", "1", 1))
    return (file, None) if twin.exists() else (twin, file.read_text(encoding="utf-8"))


def main() -> int:
    parser = argparse.ArgumentParser(description="Corrupt files of the registry and say who notices.")
    parser.add_argument("count", nargs="?", type=int, default=300)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--list", action="store_true", help="name every corruption that no rule refuses")
    options = parser.parse_args()
    verdicts = list(corrupted(options.count, options.seed))
    print(f"{'kind':<22}" + "".join(f"{outcome:>9}" for outcome in OUTCOMES))
    for kind in KINDS:
        counts = Counter(verdict.outcome for verdict in verdicts if verdict.kind == kind)
        print(f"{kind:<22}" + "".join(f"{counts[outcome]:>9}" for outcome in OUTCOMES))
    noticed = 100 * sum(verdict.outcome != "missed" for verdict in verdicts) / len(verdicts)
    refused = 100 * sum(verdict.outcome in {"error", "gate"} for verdict in verdicts) / len(verdicts)
    print(f"{len(verdicts)} corruptions: {noticed:.1f} % noticed (at least {GOAL:g}), {refused:.1f} % refused")
    for verdict in verdicts:
        if verdict.outcome == "missed" or (options.list and verdict.outcome != "error"):
            print(f"  {verdict.outcome}: {verdict.kind} in {verdict.path} {', '.join(verdict.rules)}")
    return int(noticed < GOAL)


if __name__ == "__main__":
    raise SystemExit(main())
