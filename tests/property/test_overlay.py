"""An empty overlay changes nothing; the same one twice changes what once did."""

from __future__ import annotations

from hypothesis import given

from capreg.catalog.overlay import overlaid
from tests.property.asking import catalog_of
from tests.property.laws import LAW
from tests.strategies import Documents, catalogs


@LAW
@given(catalogs(), catalogs())
def test_the_laws_of_an_overlay(documents: Documents, own: Documents) -> None:
    """Nothing over a catalog is that catalog; a record is the overlay's, else the base's; twice is as once."""
    base = catalog_of(documents)
    once = overlaid(base, own)
    twice = overlaid(once, own)

    assert overlaid(base, {}) is base
    assert overlaid(base, {"offerings": {}}) is base
    assert once.release == twice.release
    for kind in once:
        expected = {**base.documents(kind), **own.get(kind, {})}
        assert expected == dict(once.documents(kind)) == dict(twice.documents(kind))
