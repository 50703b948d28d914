"""Addresses and key names that a catalog could be made to hand to a stranger."""

from __future__ import annotations

import pytest

from tests.registry import PROVIDER, RegistryFolder


@pytest.mark.parametrize(
    "url",
    [
        "https://api.acme.example@evil.example/v1",
        "http://169.254.169.254/",
        "https://user:key@acme.example/",
        "https://acme.example:8443/",
        "https://[::ffff:127.0.0.1]/",
        "https://\u0430cme.example/",
        "https://acme\u3002evil.example/",
        "https://ACME.example/",
        "//acme.example/",
        "javascript:alert(1)",
        "file:///etc/passwd",
        "https://acme.example/a b",
        "https://acme.example\\@evil.example/",
    ],
)
def test_an_address_that_reads_as_another(registry: RegistryFolder, url: str) -> None:
    """No user, port, bare address, foreign letter or other scheme: what is read is where it leads."""
    registry.change(PROVIDER, '"https://acme.example/docs"', f"'{url}'")

    found = registry.finding()
    assert (found.rule, found.key) == ("SCH001", "docs_url")


def test_a_row_that_asks_for_somebody_elses_key(registry: RegistryFolder) -> None:
    """A provider that names another's variable would be sent another's key."""
    stranger = (registry.root / PROVIDER).read_text().replace("Acme", "Stranger")
    registry.write("providers/stranger/provider.toml", stranger)

    assert {(finding.rule, finding.key) for finding in registry.errors()} == {("SEC008", "keys")}


@pytest.mark.parametrize("name", ["sk-live-123456", "ACME_KEY=abc", "$ACME_KEY", "acme_key", "ACME KEY", ""])
def test_a_key_in_place_of_its_name(registry: RegistryFolder, name: str) -> None:
    """What stands there is the name of a variable, never a key."""
    registry.change(PROVIDER, '["ACME_KEY"]', f'["{name}"]')

    found = registry.finding()
    assert (found.rule, found.key) == ("SCH001", "keys[0]")


def test_a_row_cannot_name_software_to_install(registry: RegistryFolder) -> None:
    """Headers, bodies and packages in catalog rows are keys that no record has."""
    for key in ("npm", "headers", "api_base"):
        registry.change(PROVIDER, 'kind = "host"\n', f'kind = "host"\n{key} = "x"\n')

    assert {finding.problem for finding in registry.errors()} == {
        "unknown key 'npm'",
        "unknown key 'headers'",
        "unknown key 'api_base'",
    }
