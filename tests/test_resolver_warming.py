"""Warming: the first question after it reads nothing more, and answers are the same."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import capreg
from capreg.errors import SnapshotMissing
from capreg.testing import catalog, offering

QUESTIONS: tuple[tuple[str, dict[str, object]], ...] = (
    ("tool_use", {}),
    ("tool_use[parallel]>=2", {"max_latency_ms": 300, "rank_by": ["latency", "cost"]}),
    ("structured_output>=2", {"max_e2e_ms": 9000, "min_output_tps": 20, "rank_by": "e2e"}),
)


def run(code: str) -> str:
    """What a fresh interpreter writes."""
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return ran.stdout


def test_the_first_question_loads_nothing_more() -> None:
    """No module, and no column of the index, for questions of every usual kind."""
    told = run(
        "import sys, capreg\n"
        "from capreg.index.of import index_of\n"
        "index = index_of(capreg.warm())\n"
        "before = set(sys.modules), set(index._columns)\n"
        f"for requires, asked in {QUESTIONS!r}:\n"
        "    capreg.resolve(requires, as_of='2026-11-22', **asked).best.cost_usd\n"
        "print(sorted(set(sys.modules) - before[0]), sorted(set(index._columns) - before[1]))\n"
    )

    assert told == "[] []\n"


def test_it_returns_the_catalog_that_is_then_asked() -> None:
    """The shipped one, or the one given."""
    shop = catalog(offering("a/b"))

    assert capreg.warm() is capreg.load()
    assert capreg.warm(shop) is shop


def test_answers_are_the_same() -> None:
    """Byte for byte, with it and without."""
    cold, warmed = (catalog(offering("a/b", tools=True, ttft=100, tps=30)) for _ in range(2))
    capreg.warm(warmed)
    answers = [capreg.resolve("tool_use", catalog=shop, as_of="2026-11-22").to_json() for shop in (cold, warmed)]

    assert answers[0] == answers[1]


def test_an_empty_catalog_can_be_warmed() -> None:
    """There is nobody to ask for, and that is no error here."""
    assert len(capreg.warm(catalog()).offerings) == 0


def test_a_missing_catalog_is_said_at_the_start(tmp_path: Path) -> None:
    """Not at the first request."""
    with pytest.raises(SnapshotMissing):
        capreg.warm(capreg.open_catalog(tmp_path / "none.db"))


def test_threads_share_a_cold_catalog() -> None:
    """Many first questions at once, on a catalog that nobody has asked yet, get the answers of one thread."""
    told = run(
        "from concurrent.futures import ThreadPoolExecutor\n"
        "from threading import Barrier\n"
        "import capreg\n"
        "barrier = Barrier(8)\n"
        "def ask(number):\n"
        "    barrier.wait()\n"
        "    bound = 300 + number % 4 * 100\n"
        "    return bound, capreg.resolve('tool_use>=2', max_latency_ms=bound, as_of='2026-11-22').to_json()\n"
        "with ThreadPoolExecutor(8) as pool:\n"
        "    answers = list(pool.map(ask, range(8)))\n"
        "print(len({answer for _, answer in answers}), all(\n"
        "    capreg.resolve('tool_use>=2', max_latency_ms=bound, as_of='2026-11-22').to_json() == answer\n"
        "    for bound, answer in answers\n"
        "))\n"
    )

    assert told == "4 True\n"
