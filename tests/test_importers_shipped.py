"""What the imports have left in registry_data: its size, its form, and links that lead somewhere."""

from __future__ import annotations

from pathlib import Path

import pytest

from capreg.importers.form import rendered
from capreg.importers.shelf import Shelf

ROOT = Path(__file__).parents[1] / "registry_data"


@pytest.fixture(scope="module")
def shelf() -> Shelf:
    """The registry as it is shipped."""
    return Shelf.open(ROOT)


def test_there_is_something_to_choose_from(shelf: Shelf) -> None:
    """At least 15 providers and 400 priced offerings, and speed for 200 of them."""
    priced = {name for name, document in shelf.offerings.items() if document.get("prices")}
    measured = {row["offering"] for row in shelf.speeds("openrouter-2026-05-18") if "ttft_ms_p50" in row}
    providers = {name.partition("/")[0] for name in priced}
    assert (len(providers) >= 15, len(priced) >= 400, len(measured & priced) >= 200) == (True, True, True)


def test_every_model_that_an_offering_names_exists(shelf: Shelf) -> None:
    """A link to a model that is not there would lose the offering its lab."""
    named = {document["model"] for document in shelf.offerings.values() if "model" in document}
    assert named - shelf.models.keys() == set()


def test_every_measured_offering_exists(shelf: Shelf) -> None:
    """Telemetry attaches to offerings that are there."""
    measured = {row["offering"] for row in shelf.speeds("openrouter-2026-05-18")}
    assert measured - shelf.offerings.keys() == set()


def test_sightings_name_offerings_and_providers_that_exist(shelf: Shelf) -> None:
    """A sighting of something unknown would count for nothing."""
    known = shelf.offerings.keys() | shelf.providers.keys()
    for source in ("litellm", "models-dev", "openrouter"):
        assert shelf.sightings(source).keys() - known == set()


def test_files_have_the_one_form(shelf: Shelf) -> None:
    """Offerings and models that nobody has edited by hand are byte for byte what an importer would write."""
    edited = []
    for path, document in shelf.read.items():
        kind = path.partition("/")[0]
        if kind not in ("models", "providers"):
            continue
        text = (ROOT / path).read_text(encoding="utf-8")
        is_plain = "#" not in text.replace("#:schema", "", 1)
        if is_plain and text != rendered("models" if kind == "models" else "offerings", document, path):
            edited.append(path)
    assert edited == []


def test_a_zero_price_has_a_reason(shelf: Shelf) -> None:
    """No import has left a free offering by mistake."""
    free = [
        name
        for name, document in shelf.offerings.items()
        for entry in document.get("prices", ())
        if "0" in (entry.get("input"), entry.get("output")) and "free" not in entry
    ]
    assert free == []
