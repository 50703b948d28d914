"""The command line as a whole: what it is made of, that all of it is documented, and how it ends whatever happens."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest
import typer.main

import capreg
from capreg.cli.main import app, run
from capreg.cli.options import option_named
from tests.cli_shop import ROOT, Ran, ran, started, write_registry

MANUAL = (ROOT / "docs" / "reference" / "cli.md").read_text()
COMMANDS = ["resolve", "replay", "show", "list", "dump", "lookup", "compare", "roofline", "history", "conflicts"]
COMMANDS += ["sources", "stats", "quality", "leaderboard"]
COMMANDS += ["validate", "explain", "check", "diff", "gate", "retire", "correct", "fmt", "build", "verify"]
COMMANDS += ["fetch", "import", "measure", "fit", "generate", "new", "price", "alias"]


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A compiled catalog, made by the command in a process of its own."""
    folder = tmp_path_factory.mktemp("shop")
    registry = write_registry(folder / "registry")
    assert started("build", "--registry", str(registry), "--out", str(folder / "catalog.db")).code == 0
    return folder / "catalog.db"


def section(command: str) -> str:
    """What the manual says of a command."""
    return MANUAL.split(f"\n## capreg {command}\n")[1].split("\n## ")[0]


class TestManual:
    def test_it_has_a_section_for_each_command(self) -> None:
        """The same commands, in the same order."""
        group: Any = typer.main.get_command(app)

        assert list(group.commands) == COMMANDS == re.findall(r"^## capreg (\w+)$", MANUAL, flags=re.MULTILINE)

    @pytest.mark.parametrize("command", COMMANDS)
    def test_it_names_exactly_the_options_that_there_are(self, command: str) -> None:
        """No option is left out, and none is promised that does not exist."""
        group: Any = typer.main.get_command(app)
        found = group.commands[command]
        params = [p for each in (found, *getattr(found, "commands", {}).values()) for p in each.params]
        options = {o for p in params for o in p.opts if o.startswith("--")} - {"--help"}
        told = set(re.findall(r"^\| `(--[a-z0-9-]+)", section(command), flags=re.MULTILINE))
        spoken_of = set(re.findall(r"`(--[a-z0-9-]+)", section(command)))

        assert options - {"--registry", "--catalog"} <= told
        assert spoken_of <= options | {"--explain"}
        assert options <= told | {"--catalog"}

    def test_arguments_of_the_library_have_their_options_names(self) -> None:
        """An error names what was typed."""
        assert option_named("policy.allow_labs") == "--lab"
        assert option_named("workload.images") == "--images"
        assert option_named("rank_by cost") == "--rank-by cost"
        assert option_named("prices[0].input") == "prices[0].input"


class TestWhole:
    def test_the_version(self) -> None:
        """`capreg --version` writes one line and ends well."""
        assert Ran(0, f"capreg {capreg.__version__}\n", "") == started("--version")

    def test_the_version_needs_no_heavy_module(self) -> None:
        """Neither rich nor the typed records nor a catalog is loaded for it."""
        script = (
            "import sys\nfrom capreg.cli.main import run\nrun(['--version'])\n"
            "print(sorted({'rich', 'sqlmodel', 'jsonschema', 'capreg.schema', 'capreg.source'} & set(sys.modules)))"
        )
        ended = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, cwd=ROOT)

        assert ended.stdout.split("\n")[1] == "[]"

    def test_json_needs_no_rich(self, shop: Path) -> None:
        """An answer for a program does not pay for tables."""
        script = (
            "import sys\nfrom capreg.cli.main import run\n"
            f"run(['resolve', 'tool_use', '--json', '--as-of', '2026-11-22', '--catalog', {str(shop)!r}])\n"
            "print(sorted({'rich', 'sqlmodel', 'jsonschema', 'capreg.schema', 'capreg.source'} & set(sys.modules)))"
        )
        ended = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, cwd=ROOT)

        assert ended.stdout.split("\n")[1] == "[]"

    def test_the_main_job(self) -> None:
        """The README's question, from the shipped catalog: a table whose first row is rank 1."""
        answer = started("resolve", "tool_use", "--max-latency-ms", "300", "--as-of", "2026-11-22")
        lines = answer.out.split("\n")

        assert answer.code == 0
        assert lines[3].split()[0] == "1"
        assert " considered; unknown: TTFT " in answer.out

    def test_the_entry_point_is_the_installed_command(self) -> None:
        """pyproject.toml names the function that ends the process."""
        scripts = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["scripts"]

        assert scripts == {"capreg": "capreg.cli.main:main"}

    @pytest.mark.parametrize("command", [[], *([name] for name in COMMANDS)])
    def test_help(self, capsys: pytest.CaptureFixture[str], command: list[str]) -> None:
        """Every command explains itself and ends well."""
        answer = ran(capsys, *command, "--help")

        assert answer.code == 0
        assert "Usage: capreg" in answer.out

    def test_nothing_asked(self, capsys: pytest.CaptureFixture[str]) -> None:
        """`capreg` alone shows the commands, and is wrong usage."""
        answer = ran(capsys)

        assert answer.code == 2
        assert "resolve" in answer.out

    def test_a_command_that_does_not_exist(self, capsys: pytest.CaptureFixture[str]) -> None:
        """Near commands are offered."""
        answer = ran(capsys, "reslove", "tool_use")

        assert (answer.code, answer.out) == (2, "")
        assert "'resolve'" in answer.err


class TestEnding:
    @pytest.mark.parametrize("error", [KeyboardInterrupt(), RuntimeError("the wheels came off"), MemoryError()])
    def test_whatever_happens_is_one_block(
        self, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, error: BaseException
    ) -> None:
        """An interruption and a fault of our own end without a traceback."""

        def broken(*_: object, **__: object) -> None:
            raise error

        monkeypatch.setattr("capreg.open_catalog", broken)
        answer = ran(capsys, "list", "providers", "--catalog", "any.db")

        assert answer.code == (130 if isinstance(error, KeyboardInterrupt) else 1)
        assert "Traceback" not in answer.err
        assert answer.err.strip()

    def test_a_file_of_the_system_that_fails(
        self, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """An error of the operating system names the file."""

        def forbidden(*_: object, **__: object) -> None:
            raise PermissionError(13, "Permission denied", "secret.db")

        monkeypatch.setattr("capreg.open_catalog", forbidden)
        answer = ran(capsys, "list", "providers", "--catalog", "secret.db")

        assert answer.code == 1
        assert answer.err.startswith("error: Permission denied\n  where     secret.db\n")

    def test_a_reader_that_has_seen_enough(self, shop: Path) -> None:
        """A closed pipe ends the command without a word."""
        with subprocess.Popen(
            [sys.executable, "-m", "capreg", "dump", "capabilities", "--catalog", str(shop)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd=ROOT,
        ) as process:
            assert process.stdout is not None
            assert process.stderr is not None
            process.stdout.close()
            said = process.stderr.read()

        assert said == b""
        assert process.returncode in (0, -signal.SIGPIPE)

    def test_a_full_disk(self, shop: Path) -> None:
        """What cannot be written is an error, not silence."""
        with Path("/dev/full").open("w", encoding="utf-8") as full:
            ended = subprocess.run(
                [sys.executable, "-m", "capreg", "dump", "capabilities", "--catalog", str(shop)],
                stdout=full,
                stderr=subprocess.PIPE,
                check=False,
                text=True,
                cwd=ROOT,
                env={**os.environ, "PYTHONUNBUFFERED": "1"},
            )

        assert ended.returncode == 1
        assert ended.stderr.startswith("error: ")
        assert "Traceback" not in ended.stderr

    def test_errors_are_shown_and_not_obeyed(self, capsys: pytest.CaptureFixture[str], shop: Path) -> None:
        """Control characters in what was typed do not reach the terminal."""
        answer = ran(capsys, "resolve", "\x1b[31mtool_use", "--as-of", "2026-11-22", "--catalog", str(shop))

        assert answer.code == 2
        assert "\x1b" not in answer.err

    def test_run_takes_any_sequence(self) -> None:
        """The function behind the command returns the exit code."""
        assert run(("--version",)) == 0
