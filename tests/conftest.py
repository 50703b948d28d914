"""What every test shares: how hard hypothesis tries, a clock that can be moved, and small registries on disk."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import time_machine
from hypothesis import settings

from tests.registry import RegistryFolder, small_registry

settings.register_profile("dev", max_examples=50, deadline=None)
settings.register_profile("ci", max_examples=200, deadline=None, derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") else "dev")


def pytest_configure(config: pytest.Config) -> None:
    """Move the clock by CAPREG_TEST_CLOCK, such as +365d, for the whole run: no answer may hang on today's date."""
    moved = os.environ.get("CAPREG_TEST_CLOCK")
    if moved:
        days = int(moved.removeprefix("+").removesuffix("d"))
        travel = time_machine.travel(datetime.now(UTC) + timedelta(days=days), tick=True)
        travel.start()
        config.add_cleanup(travel.stop)


@pytest.fixture
def registry(tmp_path: Path) -> RegistryFolder:
    """A small registry folder without faults, to be changed by the test."""
    return small_registry(tmp_path / "registry_data")
