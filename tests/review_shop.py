"""A small registry in a checkout for tests of reviews, and ways to change and compare it."""

from __future__ import annotations

import subprocess
from pathlib import Path

from capreg.review import Review, review, side
from tests.registry import OFFERING, PROVIDER, RegistryFolder, small_registry

__all__ = ["compared", "git", "kept_registry", "sell"]


def git(folder: Path, *arguments: str) -> str:
    """A command of git, by nobody in particular, and what it says."""
    who = ("-c", "user.name=Nobody", "-c", "user.email=nobody@nowhere.invalid", "-c", "commit.gpgsign=false")
    done = subprocess.run(["git", "-C", str(folder), *who, *arguments], check=True, capture_output=True)
    return done.stdout.decode().strip()


def kept_registry(folder: Path) -> RegistryFolder:
    """A small registry in a checkout below `folder`, committed once."""
    checkout = folder / "checkout"
    registry = small_registry(checkout / "registry_data")
    git(folder, "init", "--quiet", "--initial-branch", "main", "checkout")
    git(checkout, "add", ".")
    git(checkout, "commit", "--quiet", "--message", "first")
    return registry


def compared(registry: RegistryFolder) -> Review:
    """What the files now change of what was committed."""
    return review(side("HEAD", registry.root), side(None, registry.root))


def sell(registry: RegistryFolder, provider: str, rates: tuple[str, str], *, starts_on: str = "2026-01-01") -> str:
    """Let a new provider sell the model of `OFFERING` at these rates of input and output; the offering's file."""
    about = (registry.root / PROVIDER).read_text()
    registry.write(f"providers/{provider}/provider.toml", about.replace("ACME", provider.upper()))
    text = (registry.root / OFFERING).read_text().replace("2026-01-01", starts_on)
    text = text.replace('input = "0.50"', f'input = "{rates[0]}"').replace('output = "2"', f'output = "{rates[1]}"')
    file = f"providers/{provider}/offerings/small-1.toml"
    registry.write(file, text.replace('cache_read = "0.05"\n', ""))
    return file
