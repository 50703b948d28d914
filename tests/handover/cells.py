"""Every cell of provider × SDK in the registry, with a wire id that is hard to get right."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from capreg.catalog import Catalog
from capreg.resolver.handover import Call, call, reaching

OWN = {
    "account_id": "account0",
    "aws_region_name": "eu-west-1",
    "deployment": "my-deployment",
    "location": "europe-west4",
    "project": "project",
    "region": "eu-west-1",
    "region_name": "eu-west-1",
    "resource": "my-resource",
    "vertex_location": "europe-west4",
    "vertex_project": "project",
}
"""What a user would know, for every need there is."""

CLOUD = {"AWS_ACCESS_KEY_ID": "AKIDTEST", "AWS_SECRET_ACCESS_KEY": "secret"}


def key_of(provider: str) -> str:
    """The key of a provider, which only it may see."""
    return f"key-of-{provider}-end"


def owner(providers: Mapping[str, Any], provider: str) -> str:
    """Who issued the provider's key: its parent where the two share a variable."""
    document = providers[provider]
    parent = document.get("parent")
    return str(parent) if parent in providers and _keys(document) & _keys(providers[parent]) else provider


def _keys(document: Mapping[str, Any]) -> set[str]:
    return {*document.get("keys", ()), *document.get("either_keys", ())}


def variables(catalog: Catalog) -> dict[str, str]:
    """Every key variable of every provider, each with a value of its own."""
    told = {}
    for key, provider in catalog.documents("providers").items():
        for name in (*provider.get("keys", ()), *provider.get("either_keys", ())):
            told[name] = key_of(owner(catalog.documents("providers"), key))
    told = {name: value for name, value in told.items() if not name.startswith(("AWS_", "GOOGLE_CLOUD"))}
    return {**told, **CLOUD}


def hard_wire_ids(catalog: Catalog, provider: str, sdk: str) -> list[str]:
    """Chat models that `sdk` reaches: the id with most separators, the shortest, and one of each kind in clouds.

    Those that use tools are chat models for certain; a provider without one is tried with what it has.
    """
    routes = catalog.documents("providers")[provider].get("sdks", {})
    listed = [
        offering
        for key, offering in catalog.documents("offerings").items()
        if key.startswith(f"{provider}/") and sdk in reaching(routes, offering["wire_id"])
    ]
    using = [one for one in listed if (one.get("capabilities") or {}).get("tool_use", {}).get("at_least")]
    reached = [one["wire_id"] for one in using or listed]
    hardest = min(reached, key=lambda name: (-sum(name.count(mark) for mark in ":/@"), name))
    shortest = min(reached, key=lambda name: (len(name), name))
    kinds = [re.compile(kind).search for kind in ("^claude-", "^gemini-", "-maas$")]
    clouds = [min(filter(is_kind, reached)) for is_kind in kinds if any(map(is_kind, reached))]
    return list(dict.fromkeys([hardest, shortest, *clouds]))


def cells(catalog: Catalog, sdk: str) -> list[Call]:
    """The calls of every provider that `sdk` reaches."""
    found = []
    for provider, document in sorted(catalog.documents("providers").items()):
        route: dict[str, Any] = document.get("sdks", {}).get(sdk, {})
        if "entry" not in route:
            continue
        own = {name: OWN[name] for name in route.get("needs", ())}
        found += [
            call(document["sdks"], sdk, f"{provider}/{wire_id}", wire_id=wire_id, own=own)
            for wire_id in hard_wire_ids(catalog, provider, sdk)
        ]
    return found
