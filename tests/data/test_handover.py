"""Every cell of provider × SDK in registry_data: a way that a contract test takes, or a reason why there is none."""

from __future__ import annotations

from pathlib import Path

import pytest

from capreg.catalog import Catalog
from capreg.domain.sdk import SDKS
from capreg.resolver.handover import reaching
from capreg.source.compile import catalog_of
from capreg.source.read import read
from tests.handover.cells import OWN, cells

ROOT = Path(__file__).parents[2]

NOWHERE = [
    "databricks",
    "infomaniak",
    "merge-gateway",
    "minimax-cn",
    "privatemode",
    "sap-ai-core",
    "snowflake",
    "thinking-machines",
    "watsonx",
]
"""Providers that no SDK reaches: their address is the user's own, or speaks a protocol without a tested route."""


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    """The catalog of this checkout."""
    return catalog_of(read(ROOT / "registry_data"))


def test_every_cell_is_filled_or_says_why_not(catalog: Catalog) -> None:
    """A provider that has a word on any SDK has one on each; rule HND005 warns of those that have none."""
    told = {key: document["sdks"] for key, document in catalog.documents("providers").items() if "sdks" in document}

    assert {key: list(SDKS) for key in told} == {key: [sdk for sdk in SDKS if sdk in told[key]] for key in told}


def test_the_unsupported_cells_are_these(catalog: Catalog) -> None:
    """A cell that is given up, or won, is a visible change."""
    found: dict[str, list[str]] = {}
    for key, document in sorted(catalog.documents("providers").items()):
        for sdk in SDKS:
            if "unsupported" in document.get("sdks", {}).get(sdk, {}):
                found.setdefault(key, []).append(sdk)

    nowhere = [key for key, sdks in found.items() if sdks == list(SDKS)]
    assert NOWHERE == nowhere
    assert {
        "amazon-bedrock": ["openai"],
        "google-vertex": ["openai", "langchain", "instructor"],
    } == {key: sdks for key, sdks in found.items() if key not in nowhere}


def test_nearly_every_offering_can_be_called(catalog: Catalog) -> None:
    """What no SDK reaches is Claude in Azure, whose address is not recorded, and the providers named above."""
    providers = catalog.documents("providers")
    unreached = [
        key
        for key, offering in catalog.documents("offerings").items()
        if (routes := providers[key.partition("/")[0]].get("sdks")) and not reaching(routes, offering["wire_id"])
    ]

    assert unreached
    assert [
        key for key in unreached if not key.startswith("azure/claude-") and key.partition("/")[0] not in NOWHERE
    ] == []


@pytest.mark.parametrize("sdk", SDKS)
def test_the_contract_tests_take_every_filled_cell(catalog: Catalog, sdk: str) -> None:
    """Each has an offering to be tried with, and everything that it needs is known to the tests."""
    tried = {call.offering.partition("/")[0] for call in cells(catalog, sdk)}

    assert {
        key for key, p in catalog.documents("providers").items() if "entry" in p.get("sdks", {}).get(sdk, {})
    } == tried


def test_what_users_are_asked_for_is_known(catalog: Catalog) -> None:
    """Needs have one vocabulary."""
    asked = {
        need
        for document in catalog.documents("providers").values()
        for route in document.get("sdks", {}).values()
        for need in route.get("needs", ())
    }

    assert set(OWN) == asked


def test_a_model_template_ends_in_the_wire_id_or_the_deployment(catalog: Catalog) -> None:
    """Whatever stands before it is the SDK's own prefix."""
    ends = {
        route["model"].rpartition("{")[2]
        for document in catalog.documents("providers").values()
        for route in document.get("sdks", {}).values()
        if "model" in route
    }

    assert ends == {"wire_id}", "deployment}"}
