"""Rules on how SDKs reach a provider: routes lead to its own hosts, with its own key, or say why there is none."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from urllib.parse import urlsplit

from capreg.domain.provider import Provider
from capreg.domain.sdk import ENTRIES, PLACEHOLDER, SdkRoute
from capreg.errors import Finding
from capreg.source.rules.facts import Facts
from capreg.source.rules.rule import check

__all__ = ["HANDOVER_RULES", "leads_home"]

_STAND_IN = "x"


@check("SEC009")
def addresses_lead_to_declared_hosts(facts: Facts) -> Iterator[Finding]:
    """SEC009: a base URL leads to one of the provider's hosts, whatever a user puts into it."""
    for key, provider, at, route in _routes(facts):
        if route.base_url is not None and not leads_home(route.base_url, provider.hosts):
            yield facts.finding(
                "SEC009",
                "providers",
                key,
                f"{at}.base_url",
                "an address that is not on one of the provider's hosts",
                found=route.base_url,
                expected=f"https on one of {', '.join(provider.hosts) or 'hosts, of which there are none'}",
                hint="keys go to these hosts only; add the host to hosts where the provider documents it",
            )


@check("SEC010")
def keys_are_the_providers_own(facts: Facts) -> Iterator[Finding]:
    """SEC010: a route names a key variable of its provider, and no other."""
    for key, provider, at, route in _routes(facts):
        own = (*provider.keys, *provider.either_keys)
        if route.key_variable is not None and route.key_variable not in own:
            yield facts.finding(
                "SEC010",
                "providers",
                key,
                f"{at}.key_variable",
                "a key variable that is not this provider's",
                found=route.key_variable,
                expected=f"one of {', '.join(own) or 'keys, of which there are none'}",
                hint="a key is shown to nobody but the provider that issued it",
            )


@check("HND001")
def routes_lead_somewhere_or_say_why(facts: Facts) -> Iterator[Finding]:
    """HND001: a route has an entry and a model, or a reason why there is none and nothing else."""
    for key, _, at, route in _routes(facts):
        parts = (route.entry, route.model, route.base_url, route.key_variable, route.needs)
        leads = route.entry is not None and route.model is not None and route.unsupported is None
        if not leads and (route.unsupported is None or any(part is not None for part in parts)):
            yield facts.finding(
                "HND001",
                "providers",
                key,
                at,
                "neither a way nor a reason why there is none",
                expected="entry and model, or unsupported alone",
                hint="give both where a contract test can prove it; else write unsupported and the reason",
            )


@check("HND002", "HND003")
def entries_belong_to_their_sdk(facts: Facts) -> Iterator[Finding]:
    """HND002: an entry is its own SDK's. HND003: it takes the base URL that is given."""
    for key, _, at, route in _routes(facts):
        if route.entry is None:
            continue
        entry = ENTRIES[route.entry]
        if entry.sdk != at.partition(".")[2]:
            yield facts.finding(
                "HND002",
                "providers",
                key,
                f"{at}.entry",
                "another SDK's entry",
                found=route.entry,
                expected=f"one of {', '.join(n for n, e in ENTRIES.items() if e.sdk == at.partition('.')[2])}",
                hint="move the route, or correct the entry",
            )
        if entry.base_url is None and route.base_url is not None:
            yield facts.finding(
                "HND003",
                "providers",
                key,
                f"{at}.base_url",
                "an address that the entry does not take",
                found=route.base_url,
                hint="remove it, or choose an entry that takes one",
            )


@check("HND004")
def placeholders_are_needs(facts: Facts) -> Iterator[Finding]:
    """HND004: a placeholder is the wire id or a need; an address holds needs only."""
    for key, _, at, route in _routes(facts):
        needs = set(route.needs or ())
        for name, text, known in (
            ("model", route.model, needs | {"wire_id"}),
            ("base_url", route.base_url, needs),
        ):
            for placeholder in PLACEHOLDER.findall(text or ""):
                if placeholder not in known:
                    yield facts.finding(
                        "HND004",
                        "providers",
                        key,
                        f"{at}.{name}",
                        "a placeholder that nothing fills",
                        found=placeholder,
                        expected=f"one of {', '.join(sorted(known)) or 'none'}",
                        hint="add a line to needs that says what it is",
                    )


@check("EVD005")
def routes_have_evidence(facts: Facts) -> Iterator[Finding]:
    """EVD005: evidence speaks for each route that leads somewhere, and for the hosts."""
    for key, provider in facts.each("providers"):
        told = {fact for evidence in provider.evidence for fact in evidence.facts}
        routes = [f"sdks.{sdk}" for sdk, route in (provider.sdks or {}).items() if route.unsupported is None]
        for at in [*(["hosts"] if provider.hosts else []), *routes]:
            if not any(fact == at or fact.startswith(f"{at}.") for fact in told):
                yield facts.finding(
                    "EVD005",
                    "providers",
                    key,
                    at,
                    "no evidence",
                    expected=f'evidence with facts = ["{at}"]',
                    hint="name who says so: the provider's page, or the SDK's own table",
                )


@check("SEC011")
def hosts_are_not_shared_with_strangers(facts: Facts) -> Iterator[Finding]:
    """SEC011: a host belongs to one provider, or to it and its kin: requests and keys go there."""
    hosts = {host for _, provider in facts.each("providers") for host in provider.hosts}
    holders: dict[str, list[str]] = defaultdict(list)
    for key, provider in facts.naming("providers", hosts):
        for host in provider.hosts:
            holders[host].append(key)
    for key, provider in facts.each("providers"):
        for number, host in enumerate(provider.hosts):
            strangers = [other for other in holders[host] if other != key and not _are_kin(facts, key, other)]
            if strangers:
                yield facts.finding(
                    "SEC011",
                    "providers",
                    key,
                    f"hosts[{number}]",
                    "the host is another provider's",
                    found=f"{host}, also of {', '.join(sorted(strangers))}",
                    expected="a host of its own",
                    hint="correct the host, or name the parent where one carries the other",
                )


def _are_kin(facts: Facts, one: str, other: str) -> bool:
    """Whether one of the two owns or carries the other, or the same provider carries both."""
    parents = [facts.records["providers"][key].parent for key in (one, other)]
    return other == parents[0] or one == parents[1] or (parents[0] is not None and parents[0] == parents[1])


@check("HND005")
def sdks_have_a_word(facts: Facts) -> Iterator[Finding]:
    """HND005: a provider whose hosts are known says how SDKs reach it, or why they do not."""
    for key, provider in facts.each("providers"):
        if provider.hosts and not provider.sdks:
            yield facts.finding(
                "HND005",
                "providers",
                key,
                "sdks",
                "nobody knows how SDKs reach it",
                expected="a route for each SDK, or why there is none",
                hint="where it speaks OpenAI's protocol, each SDK takes its base_url: docs/how-to/add-a-provider.md",
            )


def leads_home(base_url: str, hosts: tuple[str, ...]) -> bool:
    """Whether `base_url` is plain https to one of `hosts`, without anything that reads as another address."""
    filled = PLACEHOLDER.sub(_STAND_IN, base_url)
    if not filled.isascii() or any(c.isspace() or c in "\\@?#%" for c in filled):
        return False
    try:
        parts = urlsplit(filled)
        port = parts.port
    except ValueError:
        return False
    if parts.scheme != "https" or port is not None or parts.netloc != parts.hostname:
        return False
    climbs = any(step in {".", ".."} for step in parts.path.split("/"))
    return not climbs and any(_is_host(parts.hostname or "", host) for host in hosts)


def _is_host(name: str, host: str) -> bool:
    """Whether `name` is `host`, in which `*` stands for a part of one label."""
    return re.fullmatch(re.escape(host).replace(r"\*", "[a-z0-9-]+"), name) is not None


def _routes(facts: Facts) -> Iterator[tuple[str, Provider, str, SdkRoute]]:
    for key, provider in facts.each("providers"):
        for sdk, route in (provider.sdks or {}).items():
            yield key, provider, f"sdks.{sdk}", route


HANDOVER_RULES = (
    addresses_lead_to_declared_hosts,
    keys_are_the_providers_own,
    routes_lead_somewhere_or_say_why,
    entries_belong_to_their_sdk,
    placeholders_are_needs,
    routes_have_evidence,
    hosts_are_not_shared_with_strangers,
    sdks_have_a_word,
)
