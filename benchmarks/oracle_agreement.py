"""Puts many questions to the engine and to the brute-force oracle, and says where they differ. It times neither.

    python benchmarks/oracle_agreement.py                    50,000 questions, seed 0
    python benchmarks/oracle_agreement.py 2000 --seed 7
    python benchmarks/oracle_agreement.py --catalog catalog.db --jobs 4

Every second part of the questions goes to small made catalogs, which have what the shipped one may lack; the others
go to the shipped catalog, or to `--catalog`. Ends with 1 where they differ anywhere.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Iterator
from functools import cache
from multiprocessing import Pool
from pathlib import Path
from random import Random
from typing import NamedTuple

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import capreg
from tests.oracle import Answer, Asked
from tests.property.asking import catalog_of, differences, disagreements
from tests.questions import SMALL, Range, range_of
from tests.strategies import Documents, Pick, made_catalog, random_pick

Verdict = tuple[Asked, Answer, Answer] | None

PART = 100
"""Questions in one part. A part is drawn from its own seed, so the number of jobs changes nothing."""


class Part(NamedTuple):
    """Some of the questions."""

    number: int
    size: int
    seed: int
    catalog: str | None


def main() -> int:
    options = _options()
    sizes = [min(PART, options.count - start) for start in range(0, options.count, PART)]
    parts = [Part(number, size, options.seed, options.catalog) for number, size in enumerate(sizes)]
    started, done, wrong = time.monotonic(), 0, 0
    with Pool(options.jobs) as workers:
        for part, told in zip(parts, workers.imap(_put, parts), strict=True):
            done += part.size
            wrong += len(told)
            print("\n".join([*told, _progress(done, options.count, wrong, time.monotonic() - started)]), flush=True)
    return 1 if wrong else 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Compare the engine with the brute-force oracle.")
    parser.add_argument("count", nargs="?", type=int, default=50_000, help="how many questions")
    parser.add_argument("--seed", type=int, default=0, help="where the random questions start")
    parser.add_argument("--catalog", help="a compiled catalog in place of the shipped one")
    parser.add_argument("--jobs", type=int, default=None, help="how many processes; by default one a processor")
    return parser.parse_args()


def _progress(done: int, count: int, wrong: int, seconds: float) -> str:
    return f"{done:,} of {count:,} questions, {wrong:,} differ, {seconds:.0f} s"


def _put(part: Part) -> list[str]:
    """Puts the questions of one part; what differs, in words."""
    pick = random_pick(Random(f"{part.seed}/{part.number}"))  # noqa: S311  repeatable, not secret
    verdicts = _on_made_catalogs(pick, part.size) if part.number % 2 else _on_one_catalog(pick, part)
    return [_told(part, *verdict) for verdict in verdicts if verdict is not None]


def _on_one_catalog(pick: Pick, part: Part) -> Iterator[Verdict]:
    catalog, documents, drawn = _opened(part.catalog)
    return disagreements(catalog, documents, pick, count=part.size, drawn=drawn)


@cache
def _opened(path: str | None) -> tuple[capreg.Catalog, Documents, Range]:
    catalog = capreg.open_catalog(path) if path else capreg.load()
    documents: Documents = {kind: {**catalog.documents(kind)} for kind in catalog}  # type: ignore[dict-item]
    return catalog, documents, range_of(documents)


def _on_made_catalogs(pick: Pick, count: int) -> Iterator[Verdict]:
    for start in range(0, count, 4):
        documents = made_catalog(pick)
        yield from disagreements(catalog_of(documents), documents, pick, count=min(4, count - start), drawn=SMALL)


def _told(part: Part, asked: Asked, engine: Answer, oracle: Answer) -> str:
    where = "\n    ".join(differences(engine, oracle))
    return f"seed {part.seed}, part {part.number}: {asked}\n    {where}"


if __name__ == "__main__":
    raise SystemExit(main())
