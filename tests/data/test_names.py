"""capreg/names.py says the ids of the registry, and type checkers know them."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import get_args

import pytest

from capreg import names
from capreg.catalog import Catalog
from capreg.source.compile import catalog_of
from capreg.source.naming import names_module
from capreg.source.read import read

ROOT = Path(__file__).parents[2]

CALLER = """
import capreg

reveal_type(capreg.resolve)
reveal_type(capreg.Policy)

name: str = input()
capreg.resolve("tool_use")
capreg.resolve("of_another_release")
capreg.resolve(["tool_use>=2", "agent_step", name])
capreg.Policy(allow_providers={"groq", "cerebras"}, deny_labs={"meta"})
capreg.Policy(deny_providers=frozenset([name]), allow_accelerators=frozenset({"groq-lpu-v1"}))
capreg.resolve(3)
capreg.Policy(allow_providers="groq")
"""


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    """The catalog of this checkout's registry."""
    return catalog_of(read(ROOT / "registry_data"))


def test_the_committed_module_is_that_of_the_registry(catalog: Catalog) -> None:
    """capreg/names.py is generated; `capreg generate` brings it up to date."""
    assert names_module(catalog) == (ROOT / "capreg" / "names.py").read_text(encoding="utf-8")


def test_the_aliases_hold_every_id(catalog: Catalog) -> None:
    """As a type checker reads them."""
    assert list(get_args(names.CapabilityName)) == sorted(catalog.documents("capabilities"))
    assert list(get_args(names.ProviderName)) == sorted(catalog.documents("providers"))
    assert list(get_args(names.SkillName)) == sorted(catalog.documents("skills"))


def test_mypy_knows_them_and_take_other_texts(tmp_path: Path) -> None:
    """It reveals the literals, accepts any text beside them, and still refuses what is no text."""
    (tmp_path / "caller.py").write_text(CALLER)
    ran = subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", "--config-file=", "--cache-dir", str(tmp_path / "cache"),
         "--follow-imports=silent", str(tmp_path / "caller.py")],
        capture_output=True, text=True, check=False, cwd=ROOT,
    )  # fmt: skip
    revealed = [line for line in ran.stdout.splitlines() if "Revealed type" in line]
    errors = re.findall(r"caller\.py:(\d+): error: .*\[([a-z-]+)\]", ran.stdout)

    assert re.search(r"requires: .*Literal\['tool_use'\].*Literal\['agent_step'\].*str", revealed[0])
    assert re.search(r"allow_providers: .*AbstractSet\[.*Literal\['groq'\].*str", revealed[1])
    assert errors == [("13", "arg-type"), ("14", "arg-type")]


def test_they_are_not_loaded_when_an_answer_is_given() -> None:
    """They are for type checkers and editors only."""
    script = (
        "import sys, capreg\n"
        "capreg.resolve('tool_use>=2', policy=capreg.Policy(deny_providers={'groq'}), as_of='2026-11-22').to_json()\n"
        "print('capreg.names' in sys.modules)"
    )
    ran = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, cwd=ROOT)

    assert ran.stdout == "False\n"
