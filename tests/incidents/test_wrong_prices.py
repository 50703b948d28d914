"""Prices that other catalogs shipped and that were wrong by orders of magnitude, or meant something else."""

from __future__ import annotations

import pytest

from tests.registry import MODEL, OFFERING, RegistryFolder


@pytest.mark.parametrize(
    ("rate", "incident"),
    [
        ("135000", "a price per token times 1,000,000 that was per million already: 100,000 times too high"),
        ("3200", "a price per thousand entered as one per million"),
        ("1000.01", "just beyond what anybody charges"),
    ],
)
def test_a_price_that_was_multiplied_twice(registry: RegistryFolder, rate: str, incident: str) -> None:
    """No such rate reaches a release, whoever reviewed the file."""
    registry.change(OFFERING, 'output = "2"', f'output = "{rate}"')

    assert registry.finding().rule == "PRC006", incident


def test_a_fee_per_request_of_35_dollars(registry: RegistryFolder) -> None:
    """35 dollars a search in place of 35 per thousand: requests have a bound of their own."""
    registry.change(OFFERING, 'output = "2"', 'output = "2"\nrequest = "35000000"')
    assert registry.finding().key == "prices[0].request"

    registry.change(OFFERING, "35000000", "35000")
    assert registry.errors() == ()


def test_an_unmapped_price_that_became_zero(registry: RegistryFolder) -> None:
    """Zero without a reason spent budgets that never tripped; it is refused, and unknown is said by absence."""
    registry.change(OFFERING, 'input = "0.50"\noutput = "2"\ncache_read = "0.05"', 'input = "0"\noutput = "0"')
    assert {finding.rule for finding in registry.errors()} == {"PRC001"}

    registry.change(OFFERING, 'input = "0"\noutput = "0"', 'output = "2"')
    assert registry.errors() == ()


def test_a_router_that_writes_minus_one(registry: RegistryFolder) -> None:
    """-1 stood for a dynamic price and was billed as minus a million dollars."""
    registry.change(OFFERING, '"0.50"', '"-1"')

    found = registry.finding()
    assert (found.rule, found.key) == ("SCH001", "prices[0].input")


def test_a_billing_threshold_entered_as_the_context(registry: RegistryFolder) -> None:
    """The size at which the price steps up is not the size that fits; a step at the context is one of the two."""
    registry.change(OFFERING, "max_input_tokens = 100000\n", "")
    registry.add(
        OFFERING,
        """
        [[prices]]
        starts_on = 2026-01-01
        basis = "observed"
        above_input_tokens = 200000
        input = "1"
        evidence = [{ source = "list", seen_on = 2026-09-30 }]
        """,
    )

    assert registry.finding().rule == "PRC010"


def test_an_output_limit_entered_as_the_context(registry: RegistryFolder) -> None:
    """`max_tokens` meant the output in one place and the context in another."""
    registry.change(OFFERING, "context_tokens = 200000", "context_tokens = 8000")

    assert {finding.rule for finding in registry.errors()} == {"LIM002"}
    registry.change(OFFERING, "max_output_tokens = 8000", "max_output_tokens = 200000")
    assert {finding.rule for finding in registry.errors()} == {"LIM001", "LIM002"}


def test_a_key_that_stands_twice(registry: RegistryFolder) -> None:
    """Of two entries with one key the wrong one won; here the file does not parse."""
    registry.change(OFFERING, 'input = "0.50"', 'input = "0.50"\ninput = "5"')

    assert registry.finding().rule == "SCH003"


def test_a_name_that_matched_by_its_beginning(registry: RegistryFolder) -> None:
    """Substring matching priced one model as another; a reference is an id, exactly, and a near one is a hint."""
    registry.change(OFFERING, '"lab/small-1"', '"lab/small"')

    found = registry.finding()
    assert (found.rule, found.hint) == ("REF001", "did you mean 'lab/small-1'?")


def test_an_alias_taken_by_two_models(registry: RegistryFolder) -> None:
    """Whichever was read last had the price of both."""
    registry.change("models/lab/large-1.toml", "Large One", "Small One")

    assert {(finding.rule, finding.file) for finding in registry.errors()} == {
        ("ID005", MODEL),
        ("ID005", "models/lab/large-1.toml"),
    }
