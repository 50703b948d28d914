"""What holds for registry_data as it stands, beyond the rules that every registry keeps."""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, datetime
from pathlib import Path

import pytest

from capreg.catalog import KINDS, Catalog
from capreg.resolver.moment import Moment
from capreg.resolver.provenance import price_provenance
from capreg.source.compile import catalog_of
from capreg.source.generated import of_catalog
from capreg.source.layout import SINGULAR, place_of
from capreg.source.notice import notice
from capreg.source.read import Registry, read
from capreg.source.validate import validate
from capreg.source.votes import Vote, votes_of

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def registry() -> Registry:
    """The registry of this checkout."""
    return read(ROOT / "registry_data")


@pytest.fixture(scope="module")
def catalog(registry: Registry) -> Catalog:
    """Its catalog."""
    return catalog_of(registry)


def test_there_are_no_faults(registry: Registry) -> None:
    """`capreg validate` finds no error, whatever was seen until today; what it warns of is counted, not refused.

    That nothing is later than the day in RELEASE is asked when a release is built: `capreg validate --release`.
    """
    found = validate(registry, today=datetime.now(UTC).date())
    assert [str(finding) for finding in found if finding.severity == "error"] == []


def test_every_kind_is_filled(catalog: Catalog) -> None:
    """A kind that is empty was lost in a merge; of quality nothing has been estimated yet."""
    assert [kind for kind in KINDS if not catalog.documents(kind)] in ([], ["qualities"])


def test_every_file_names_its_schema(registry: Registry) -> None:
    """The first line leads an editor to the schema, from wherever the file is; the second is blank."""
    wrong = []
    for path in sorted(set(registry.files.values())):
        place = place_of(path)
        if place is not None and path.endswith(".toml"):
            schema = f"{'../' * (path.count('/') + 1)}schemas/{SINGULAR[place.kind]}.schema.json"
            if not (registry.root / path).read_text().startswith(f"#:schema {schema}\n\n"):
                wrong.append(path)

    assert wrong == []


def test_every_model_is_served_or_scored_by_somebody(catalog: Catalog) -> None:
    """Of a model that nobody sells and nobody has scored, nobody would keep the facts true."""
    served = {offering.get("model") for offering in catalog.documents("offerings").values()}
    served |= {score["model"] for score in catalog.documents("scores").values()}

    assert sorted(set(catalog.documents("models")) - served) == []


def test_a_price_in_an_answer_is_confirmed_and_contested_as_it_is_counted(catalog: Catalog) -> None:
    """What a candidate says of a list and what `capreg conflicts` counts rate by rate, where nothing is refuted."""
    refuted = {one["offering"] for held in catalog.documents("corrections").values() for one in held["refuted"]}
    counted: dict[tuple[object, ...], list[Vote]] = defaultdict(list)
    for vote in votes_of(catalog):
        counted[vote.offering, vote.tier, vote.starts_on, vote.above, vote.window].append(vote)
    differing = []
    for key, votes in counted.items():
        offering, tier, starts_on, above, window = key
        if offering in refuted:
            continue
        (entry,) = [
            one
            for one in catalog.documents("offerings")[str(offering)]["prices"]
            if (one.get("tier", "standard"), one["starts_on"], one.get("above_input_tokens"), bool(one.get("window")))
            == (tier, starts_on, above, window is not None)
        ]
        told = price_provenance(entry, catalog, Moment.of("2026-11-28"))
        confirmed = all(len(vote.families) > 1 for vote in votes)
        contested = any(vote.state == "conflicting" for vote in votes)
        if (told["confirmed"], told["contested"]) != (confirmed, contested):
            differing.append(key)

    assert len(counted) > 1000
    assert differing == []


def test_sources_are_attributed(catalog: Catalog) -> None:
    """Every source that a record names is in the NOTICE with the line that it asks for."""
    text = notice(catalog)
    named = {row["source"] for kind in ("measurements", "sightings") for row in catalog.documents(kind).values()}

    assert named
    for key in named:
        assert f"({key})\n    {catalog.documents('sources')[key]['attribution']}\n" in text


def test_no_source_file_is_committed() -> None:
    """Facts are kept here, and the downloads that they were read from are not."""
    large = [path for path in (ROOT / "registry_data").rglob("*.toml") if path.stat().st_size > 64_000]
    foreign = list((ROOT / "registry_data").rglob("*.json"))

    assert large == foreign == []


def test_the_pages_about_the_data_are_up_to_date(catalog: Catalog) -> None:
    """`capreg generate` writes NOTICE and the page on the data anew."""
    texts = of_catalog(catalog)

    assert [name for name, text in texts.items() if (ROOT / name).read_text(encoding="utf-8") != text] == []
