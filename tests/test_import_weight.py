"""What the answer path may load. Every module on it is paid for by each cold start."""

from __future__ import annotations

import subprocess
import sys

HEAVY = {
    "asyncio", "email", "http", "importlib.metadata", "importlib.resources", "jsonschema", "logging", "numpy",
    "pydantic", "pydantic_core", "rich", "sqlalchemy", "sqlmodel", "ssl", "subprocess", "tomlkit", "tomllib", "typer",
    "unittest", "urllib.request",
}  # fmt: skip
OWN_HEAVY = {
    "capreg.schema", "capreg.tables", "capreg.source", "capreg.importers", "capreg.cli", "capreg.index.build",
    "capreg.names", "capreg.testing", "capreg.resolver.lock", "capreg.resolver.question",
}  # fmt: skip
OF_RECORDS = {"capreg.domain.workload", "capreg.resolver.policy", "dataclasses", "inspect"}
"""What only a question that says its call or its policy loads."""


def loaded_by(code: str) -> set[str]:
    """The modules that a fresh interpreter holds after running `code`."""
    script = f"{code}\nimport sys\nprint('\\n'.join(sys.modules))"
    ran = subprocess.run([sys.executable, "-I", "-c", script], capture_output=True, text=True, check=True)
    return set(ran.stdout.split())


def test_importing_loads_only_itself_and_its_version() -> None:
    """`import capreg` opens no file and loads no record, resolver or third-party module."""
    bare = loaded_by("import __future__, typing")

    added = loaded_by("import capreg") - bare

    assert {"capreg", "capreg.version"} == added


def test_resolving_loads_nothing_heavy() -> None:
    """A cold answer from the shipped catalog needs the standard library alone."""
    loaded = loaded_by("import capreg\ncapreg.resolve('tool_use', as_of='2026-11-22').best.cost_usd")

    assert set() == loaded & (HEAVY | OWN_HEAVY | OF_RECORDS)


def test_billing_loads_nothing_heavy() -> None:
    """Reading a response and pricing it needs the standard library alone."""
    code = """
import capreg
usage = capreg.Usage.from_response({'usage': {'prompt_tokens': 9, 'completion_tokens': 1}})
capreg.cost('anthropic/claude-haiku-4-5', usage, at='2026-11-22').cost_usd
"""

    assert set() == loaded_by(code) & (HEAVY | OWN_HEAVY)


def test_packaging_is_loaded_only_for_its_grammar() -> None:
    """A bare name needs no parser; features and levels do."""
    bare = loaded_by("import capreg\ncapreg.resolve('tool_use', as_of='2026-11-22')")
    graded = loaded_by("import capreg\ncapreg.resolve('tool_use>=2', as_of='2026-11-22')")

    assert "packaging.requirements" not in bare
    assert "packaging.requirements" in graded


def test_handing_over_loads_nothing_heavy() -> None:
    """No SDK is imported for its strings, and neither is what validates them."""
    question = "capreg.resolve('tool_use', as_of='2026-11-22', policy=capreg.Policy(allow_providers=['groq']))"
    loaded = loaded_by(f"import capreg\n{question}.best.call('openai')")

    assert "capreg.resolver.handover" in loaded
    assert set() == loaded & (HEAVY | OWN_HEAVY)
