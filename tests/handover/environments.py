"""An environment of its own for each SDK, so that neither the library nor another SDK bends its versions."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent


def python_of(sdk: str, folder: Path) -> Path:
    """The interpreter of the environment of `sdk` below `folder`, made unless it is there and up to date."""
    requirements = HERE / "requirements" / f"{sdk}.txt"
    home = folder / sdk
    stamp, python = home / "made-from.txt", home / "bin" / "python"
    if not stamp.exists() or stamp.read_text() != requirements.read_text():
        shutil.rmtree(home, ignore_errors=True)
        for command in _commands(home, python, requirements):
            subprocess.run(command, check=True, stdout=sys.stderr)
        stamp.write_text(requirements.read_text())
    return python


def _commands(home: Path, python: Path, requirements: Path) -> list[list[str]]:
    """With uv where there is one, which takes seconds; else with pip."""
    uv = shutil.which("uv")
    if uv:
        install = [uv, "pip", "install", "--quiet", "--python", str(python), "-r", str(requirements)]
        return [[uv, "venv", "--quiet", "--python", sys.executable, str(home)], install]
    install = [str(python), "-m", "pip", "install", "--quiet", "-r", str(requirements)]
    return [[sys.executable, "-m", "venv", str(home)], install]


def clean_environment() -> dict[str, str]:
    """What a client's process inherits: no key, proxy or address of this machine's."""
    return {name: os.environ[name] for name in ("HOME", "PATH", "LANG") if name in os.environ}
