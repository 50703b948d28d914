"""Corrupts files of the registry, one at a time, and says who notices.

Run `python -m benchmarks.mutations [COUNT] [--seed N] [--list]`; 300 corruptions of twelve kinds by default. Each is
made in a copy of
`registry_data`, checked as `capreg validate` checks a changed file, compared as `capreg diff` compares two sides, and
undone. What is neither refused, warned of, nor visible as a change is listed.
"""

from __future__ import annotations

import argparse
import shutil
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

import tomlkit

from capreg.source.compile import documents_of
from capreg.source.read import read
from capreg.source.validate import validate_some

__all__ = ["GOAL", "KINDS", "Verdict", "corrupted"]

ROOT = Path(__file__).parents[1] / "registry_data"
GOAL = 98.0
Mutation = Callable[[Any, Random], bool]
"""Changes a parsed file; false where there was nothing to change."""


class Verdict(NamedTuple):
    """What became of one corruption."""

    kind: str
    path: str
    outcome: str
    """``error``, ``warning``, ``diff`` or ``missed``."""
    rules: tuple[str, ...]


def _scaled(document: Any, random: Random, factors: tuple[str, ...]) -> bool:
    prices = [entry for entry in document.get("prices", ()) if "input" in entry and Decimal(entry["input"])]
    if not prices:
        return False
    entry, factor = random.choice(prices), Decimal(random.choice(factors))
    unit = random.choice([unit for unit in ("input", "output") if unit in entry])
    entry[unit] = f"{(Decimal(entry[unit]) * factor).normalize():f}"
    return True


def _unit_slip(document: Any, random: Random) -> bool:
    return _scaled(document, random, ("1000", "0.001", "1000000", "0.000001"))


def _moved_point(document: Any, random: Random) -> bool:
    return _scaled(document, random, ("10", "0.1"))


def _zero(document: Any, random: Random) -> bool:
    return _scaled(document, random, ("0",))


def _swapped(document: Any, random: Random) -> bool:
    prices = [entry for entry in document.get("prices", ()) if entry.get("input") != entry.get("output")]
    if not prices:
        return False
    entry = random.choice(prices)
    entry["input"], entry["output"] = entry.get("output", "0.1"), entry.get("input", "0.1")
    return True


def _dropped(document: Any, random: Random) -> bool:
    del document[random.choice(list(document))]
    return True


def _wrong_type(document: Any, random: Random) -> bool:
    key = random.choice(list(document))
    document[key] = 7 if isinstance(document[key], str) else "seven"
    return True


def _doubled(document: Any, random: Random) -> bool:
    del random
    if not document.get("prices"):
        return False
    again = tomlkit.aot()
    for entry in [*document["prices"], document["prices"][-1]]:
        again.append(tomlkit.item(dict(entry)))
    document["prices"] = again
    return True


def _wrong_date(document: Any, random: Random) -> bool:
    dated = [
        entry
        for entry in (*document.get("prices", ()), *document.get("evidence", ()))
        if "seen_on" in entry or "starts_on" in entry
    ]
    if not dated:
        return False
    entry = random.choice(dated)
    entry["starts_on" if "starts_on" in entry else "seen_on"] = random.choice([date(2036, 1, 1), date(2126, 11, 1)])
    return True


def _dangling(document: Any, random: Random) -> bool:
    where = list(document.get("evidence", ()))
    if "model" in document and random.random() < 0.5:
        document["model"] += "x"
    elif where:
        random.choice(where)["source"] = "no-such-source"
    else:
        return False
    return True


def _invented(document: Any, random: Random) -> bool:
    if "capabilities" not in document:
        return False
    document["capabilities"][random.choice(["telepathy", "tool_usage", "visions"])] = {"at_least": 1}
    return True


KINDS: dict[str, Mutation | None] = {
    "unit slip": _unit_slip,
    "swapped prices": _swapped,
    "dropped key": _dropped,
    "wrong type": _wrong_type,
    "duplicate": _doubled,
    "look-alike id": None,
    "wrong date": _wrong_date,
    "dangling reference": _dangling,
    "invented capability": _invented,
    "price to zero": _zero,
    "deleted file": None,
    "moved decimal point": _moved_point,
}
"""By name; those without a function change the folder and not a file's text."""


def corrupted(count: int, seed: int, root: Path = ROOT) -> Iterator[Verdict]:
    """`count` corruptions of files below `root`, each with what became of it."""
    random = Random(seed)  # noqa: S311  a repeatable choice, not a secret
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "registry_data"
        shutil.copytree(root, copy)
        files = sorted(copy.glob("providers/*/offerings/**/*.toml")) + sorted(copy.glob("models/*/*.toml"))
        names = list(KINDS)
        made = 0
        while made < count:
            verdict = _one(names[made % len(names)], random.choice(files), copy, random)
            if verdict is not None:
                made += 1
                yield verdict


def _one(kind: str, file: Path, copy: Path, random: Random) -> Verdict | None:
    """One corruption, made, judged and undone; None where this file has nothing to corrupt so."""
    if kind == "deleted file":
        return _deleted(kind, file, copy)
    if kind == "look-alike id":
        return _look_alike(kind, file, copy)
    text, path = file.read_text(encoding="utf-8"), file.relative_to(copy).as_posix()
    document = tomlkit.parse(text)
    change = KINDS[kind]
    if change is None or not change(document, random):
        return None
    try:
        file.write_text(tomlkit.dumps(document), encoding="utf-8")
        return _judged(kind, path, copy, text)
    finally:
        file.write_text(text, encoding="utf-8")


def _deleted(kind: str, file: Path, copy: Path) -> Verdict:
    text, path = file.read_text(encoding="utf-8"), file.relative_to(copy).as_posix()
    try:
        file.unlink()
        return _judged(kind, path, copy, text)
    finally:
        file.write_text(text, encoding="utf-8")


def _look_alike(kind: str, file: Path, copy: Path) -> Verdict | None:
    twin = file.with_name(file.name.replace("o", "0", 1) if "o" in file.stem else file.name.replace("l", "1", 1))
    if twin == file or twin.exists():
        return None
    try:
        shutil.copy(file, twin)
        return _judged(kind, twin.relative_to(copy).as_posix(), copy, None)
    finally:
        twin.unlink(missing_ok=True)


def _judged(kind: str, path: str, copy: Path, before: str | None) -> Verdict:
    found = validate_some(copy, [path])
    rules = tuple(sorted({finding.rule for finding in found}))
    if any(finding.severity == "error" for finding in found):
        return Verdict(kind, path, "error", rules)
    if before is None or _document(copy, path) != _document_of(copy, path, before):
        return Verdict(kind, path, "warning" if rules else "diff", rules)
    return Verdict(kind, path, "missed", rules)


def _document(copy: Path, path: str) -> Any:
    held = documents_of(read(copy, only=lambda each: each == path))
    return {kind: documents for kind, documents in held.items() if documents}


def _document_of(copy: Path, path: str, text: str) -> Any:
    file = copy / path
    changed = file.read_text(encoding="utf-8") if file.exists() else None
    try:
        file.write_text(text, encoding="utf-8")
        return _document(copy, path)
    finally:
        file.unlink() if changed is None else file.write_text(changed, encoding="utf-8")


def main() -> int:
    parser = argparse.ArgumentParser(description="Corrupt files of the registry and say who notices.")
    parser.add_argument("count", nargs="?", type=int, default=300)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--list", action="store_true", help="name every corruption that no rule refuses")
    options = parser.parse_args()
    verdicts = list(corrupted(options.count, options.seed))
    outcomes = ("error", "warning", "diff", "missed")
    print(f"{'kind':<22}" + "".join(f"{outcome:>9}" for outcome in outcomes))
    for kind in KINDS:
        counts = Counter(verdict.outcome for verdict in verdicts if verdict.kind == kind)
        print(f"{kind:<22}" + "".join(f"{counts[outcome]:>9}" for outcome in outcomes))
    noticed = 100 * sum(verdict.outcome != "missed" for verdict in verdicts) / len(verdicts)
    refused = 100 * sum(verdict.outcome == "error" for verdict in verdicts) / len(verdicts)
    print(f"{len(verdicts)} corruptions: {noticed:.1f} % noticed (at least {GOAL:g}), {refused:.1f} % refused")
    for verdict in verdicts:
        if verdict.outcome == "missed" or (options.list and verdict.outcome != "error"):
            print(f"  {verdict.outcome}: {verdict.kind} in {verdict.path} {', '.join(verdict.rules)}")
    return int(noticed < GOAL)


if __name__ == "__main__":
    raise SystemExit(main())
