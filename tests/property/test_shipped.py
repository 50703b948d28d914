"""The engine and the brute-force oracle agree over the shipped catalog.

CAPREG_ORACLE_REQUESTS says how many questions are put in all; benchmarks/oracle_agreement.py puts many more.
"""

from __future__ import annotations

import os
from random import Random

import pytest

import capreg
from tests.property.asking import differences, disagreements
from tests.questions import range_of
from tests.strategies import random_pick

PARTS = 10
REQUESTS = int(os.environ.get("CAPREG_ORACLE_REQUESTS", "40"))


@pytest.mark.parametrize("part", range(PARTS))
def test_engine_and_oracle_agree_on_the_shipped_catalog(part: int) -> None:
    """Questions whose bounds are the catalog's own figures, asked on the days on which something changes."""
    catalog = capreg.load()
    documents = {kind: dict(catalog.documents(kind)) for kind in catalog}
    pick = random_pick(Random(part))  # noqa: S311  a repeatable choice, not a secret
    found = disagreements(catalog, documents, pick, count=-(-REQUESTS // PARTS), drawn=range_of(documents))
    assert [(asked, differences(engine, oracle)) for asked, engine, oracle in filter(None, found)] == []
