"""A new price beside those of the same model elsewhere: slips of a unit do not pass the gate."""

from __future__ import annotations

from pathlib import Path

import pytest

from capreg.errors import Finding
from capreg.review import gated, side
from tests.registry import RegistryFolder, small_registry

HOSTS = ("one", "two", "three", "four")
_SEEN = 'evidence = [{ source = "list", seen_on = 2026-09-30 }]\n'


def selling(registry: RegistryFolder, host: str, price: str, more: str = "") -> None:
    """A host that sells large-1 at `price` a million tokens, in and out."""
    docs = f'name = "{host}"\nkind = "host"\ndocs_url = "https://{host}.example/docs"\n{_SEEN}'
    registry.write(f"providers/{host}/provider.toml", f'{docs}backend = {{ grade = "undisclosed" }}\n')
    rates = f'[[prices]]\nstarts_on = 2026-09-30\nbasis = "observed"\ninput = "{price}"\noutput = "{price}"\n{_SEEN}'
    offering = f'wire_id = "large-1"\nmodel = "lab/large-1"\n{more}{_SEEN}{rates}'
    registry.write(f"providers/{host}/offerings/large-1.toml", offering)


@pytest.fixture
def sides(tmp_path: Path) -> tuple[RegistryFolder, RegistryFolder]:
    """Twice the small registry, with four hosts that ask 0.40."""
    both = small_registry(tmp_path / "base"), small_registry(tmp_path / "head")
    for registry in both:
        for host in HOSTS:
            selling(registry, host, "0.40")
    return both


def refused(sides: tuple[RegistryFolder, RegistryFolder]) -> tuple[Finding, ...]:
    """What the gates say of the change from the first to the second."""
    base, head = sides
    return gated(side(str(base.root), base.root), side(str(head.root), head.root), head.root)


@pytest.mark.parametrize(
    ("price", "told"),
    [("0.0004", "1/1,000 of what others ask"), ("40", "100 times what others ask"), ("0.0199", "1/20 of")],
)
def test_a_price_in_another_unit_is_refused(
    sides: tuple[RegistryFolder, RegistryFolder], price: str, told: str
) -> None:
    """Per thousand tokens, in cents, and just beyond the bound; in and out are told each."""
    selling(sides[1], "five", price)
    found = refused(sides)

    assert [("GAT007", "prices[0].input"), ("GAT007", "prices[0].output")] == [(one.rule, one.key) for one in found]
    assert found[0].problem.startswith(told)
    assert found[0].line is not None


@pytest.mark.parametrize("price", ["0.02", "8", "0.40"])
def test_a_price_within_the_bound_passes(sides: tuple[RegistryFolder, RegistryFolder], price: str) -> None:
    """Twenty times either way is a market."""
    selling(sides[1], "five", price)

    assert () == refused(sides)


def test_an_outlier_that_somebody_looked_at_passes(sides: tuple[RegistryFolder, RegistryFolder]) -> None:
    """With the reason in its file."""
    selling(sides[1], "five", "40", 'reviewed_outlier = "It runs in a bunker."\n')

    assert () == refused(sides)


def test_what_stood_is_not_asked_again(sides: tuple[RegistryFolder, RegistryFolder]) -> None:
    """Nor is a model that hardly anybody sells."""
    for registry in sides:
        selling(registry, "five", "40")
    selling(sides[1], "six", "0.40")
    assert () == refused(sides)
    for host in HOSTS:
        for registry in sides:
            registry.remove(f"providers/{host}/offerings/large-1.toml")
    selling(sides[1], "seven", "40")

    assert () == refused(sides)
