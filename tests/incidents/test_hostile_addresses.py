"""Base URLs that look like a provider's and lead elsewhere. A key sent to one of them is a key lost.

Peers handed keys to any base URL that a row or a caller named, and guards that parsed URLs let these through.
"""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from capreg.source.rules.handover import leads_home
from tests.registry import PROVIDER, RegistryFolder

HOSTS = ("api.acme.example", "*.cloud.acme.example", "*-run.acme.example")
HOSTILE = [
    "https://api.acme.example@evil.example/v1",
    "https://user:key@api.acme.example/v1",
    "http://api.acme.example/v1",
    "http://169.254.169.254/",
    "https://169.254.169.254/",
    "http://2130706433/",
    "https://2130706433/",
    "http://0x7f.1/",
    "https://0x7f.1/",
    "https://[::ffff:127.0.0.1]/v1",
    "https://localhost/v1",
    "https://\u0430pi.acme.example/v1",
    "https://xn--pi-6kc.acme.example/v1",
    "https://api.acme.example\u3002evil.example/v1",
    "https://api.acme.example.evil.example/v1",
    "https://evil.example/api.acme.example/v1",
    "https://evil-api.acme.example/v1",
    "https://api.acme.example./v1",
    "https://api.acme.example:8443/v1",
    "https://api.acme.example:443/v1",
    "https://api.acme.example/v1?to=evil.example",
    "https://api.acme.example/v1#evil.example",
    "https://api.acme.example/../v1",
    "https://api.acme.example/%2e%2e/v1",
    "https://api.acme.example\\@evil.example/v1",
    "https://api.acme.example\n.evil.example/v1",
    "https://API.ACME.EXAMPLE/v1",
    "https://a.b.cloud.acme.example/v1",
    "https://cloud.acme.example/v1",
    "https:///v1",
    "//api.acme.example/v1",
    "ftp://api.acme.example/v1",
    "javascript:alert(1)",
    "",
]
ROUTE = """
    [sdks.openai]
    entry = "openai.OpenAI"
    model = "{wire_id}"
    base_url = "https://api.acme.example/v1"
    key_variable = "ACME_KEY"
    """


@pytest.fixture
def acme(registry: RegistryFolder) -> RegistryFolder:
    """A registry whose provider has one route, without faults."""
    said = 'evidence = [{ source = "list", seen_on = 2026-09-30, facts = ["hosts", "sdks.openai"] }]'
    old = 'evidence = [{ source = "list", seen_on = 2026-09-30 }]'
    registry.change(PROVIDER, old, f'hosts = ["api.acme.example", "*.cloud.acme.example"]\n{said}')
    registry.add(PROVIDER, ROUTE)
    assert registry.errors() == ()
    return registry


@pytest.mark.parametrize("url", HOSTILE)
def test_an_address_that_leads_elsewhere(acme: RegistryFolder, url: str) -> None:
    """The shape of the key or the rule on hosts refuses it, whichever sees it first."""
    written = url.replace("\\", "\\\\").replace("\n", "\\n")
    acme.change(PROVIDER, '"https://api.acme.example/v1"', f'"{written}"')

    assert {finding.rule for finding in acme.findings()} & {"SCH001", "SEC009", "SEC004", "SEC005"}
    assert not leads_home(url, HOSTS)


@pytest.mark.parametrize(
    "url",
    [
        "https://api.acme.example",
        "https://api.acme.example/v1/",
        "https://{region}.cloud.acme.example/{project}/v1",
        "https://eu-run.acme.example/v1",
    ],
)
def test_an_address_that_leads_home(url: str) -> None:
    """A declared host, or a star in the place of a part of one label."""
    assert leads_home(url, HOSTS)


@given(url=st.text() | st.builds("https://{}api.acme.example{}".format, st.text(), st.text()))
def test_whatever_leads_home_is_plain(url: str) -> None:
    """Nothing passes whose host, as the standard library and a naive reader see it, is not a declared one."""
    if leads_home(url, ("api.acme.example",)):
        assert urlsplit(url).netloc == url.removeprefix("https://").partition("/")[0] == "api.acme.example"


@pytest.mark.parametrize(
    ("old", "new", "rule", "key"),
    [
        ('"https://api.acme.example/v1"', '"https://api.other.example/v1"', "SEC009", "base_url"),
        ('key_variable = "ACME_KEY"', 'key_variable = "OPENAI_API_KEY"', "SEC010", "key_variable"),
        ('entry = "openai.OpenAI"', 'entry = "litellm.completion"', "HND002", "entry"),
        ('model = "{wire_id}"', 'model = "{deployment}"', "HND004", "model"),
        ('"https://api.acme.example/v1"', '"https://api.acme.example/{wire_id}"', "HND004", "base_url"),
        ('key_variable = "ACME_KEY"', 'unsupported = "No."', "HND001", ""),
        ('entry = "openai.OpenAI"', "", "HND001", ""),
    ],
)
def test_a_route_that_breaks_a_rule(acme: RegistryFolder, old: str, new: str, rule: str, key: str) -> None:
    """Each rule, broken alone."""
    acme.change(PROVIDER, old, new)

    found = acme.finding()
    assert (found.rule, found.key) == (rule, f"sdks.openai.{key}".rstrip("."))


def test_an_address_for_an_entry_that_takes_none(acme: RegistryFolder) -> None:
    """It would be left out in silence."""
    acme.change(PROVIDER, "[sdks.openai]", "[sdks.pydantic-ai]")
    acme.change(PROVIDER, '"openai.OpenAI"', '"pydantic_ai.models.infer_model"')
    acme.change(PROVIDER, '"sdks.openai"', '"sdks.pydantic-ai"')

    assert acme.finding().rule == "HND003"


def test_a_route_that_nobody_vouches_for(acme: RegistryFolder) -> None:
    """Hosts and routes name their evidence, as prices do."""
    acme.change(PROVIDER, ', facts = ["hosts", "sdks.openai"]', "")

    assert [("EVD005", "hosts"), ("EVD005", "sdks.openai")] == [(f.rule, f.key) for f in acme.findings()]


@pytest.mark.parametrize("host", ["*", "*.example", "acme", "127.0.0.1", "a..example", "api.acme.example/", "*.*"])
def test_a_host_that_is_too_wide_or_none(acme: RegistryFolder, host: str) -> None:
    """At least two whole labels, and none of them a number at the end."""
    acme.change(PROVIDER, '"*.cloud.acme.example"', f'"{host}"')

    assert [("SCH001", "hosts[1]")] == [(finding.rule, finding.key) for finding in acme.findings()]
