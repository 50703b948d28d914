"""Operating points and prices side by side: which count on a day, which is best, and what carries a demand."""

from __future__ import annotations

from typing import Any

import pytest

from capreg.errors import UnknownName
from capreg.resolver.machines import Rent, best_points, fleet_for, points_of, rents_of
from tests.machine_shop import RENT, shop

DAY = "2026-11-22"
CHIP = {"name": "Chip", "maker": "Maker", "kind": "gpu", "purposes": ["inference"], "status": "available"}


def ids(*points: dict[str, Any], day: str = DAY, **more: Any) -> list[str]:
    """The points of the shop's model that count on `day`."""
    return [point.id for point in points_of(shop(*points, **more), "lab/open", day=day)]


def test_a_point_of_a_later_day_is_not_known_yet() -> None:
    """The day itself counts."""
    points: tuple[dict[str, Any], ...] = ({}, {"measured_on": "2026-06-02"})

    assert ids(*points, day="2026-06-01") == ["bench/1"]
    assert ids(*points, day="2026-06-02") == ["bench/1", "bench/2"]


def test_what_nobody_ran_is_no_point() -> None:
    """Neither a claim nor anything on a chip that is only announced."""
    assert ids({"kind": "vendor_claim"}, {}) == ["bench/2"]
    assert ids({}, accelerators={"chip-a": {**CHIP, "status": "announced"}}) == []


def test_an_own_point_takes_the_place_of_what_others_saw_at_its_load() -> None:
    """As in the ranking; other loads, lengths and machines stay."""
    mine = {"kind": "own_measurement", "output_tps": "1500"}
    others = ({"concurrency": 32}, {"output_tokens": 600}, {"weights": "fp4"}, {"chips": 4})

    assert ids({}, mine, *others) == [f"bench/{n}" for n in range(2, 7)]


def rent(*prices: dict[str, Any], day: str = DAY, seller: str | None = None) -> Rent:
    """What the shop's chip costs on demand."""
    return rents_of(shop(rents=tuple({**RENT, **one} for one in prices)), "on_demand", day=day, seller=seller)["chip-a"]


def test_of_a_seller_the_newest_price_counts_and_of_one_day_the_least() -> None:
    """As in the ranking: 3, not 9 of the same day and not 1 of an earlier one."""
    prices = ({"usd_per_hour": "9"}, {"usd_per_hour": "3"}, {"usd_per_hour": "1", "seen_on": "2026-09-01"})

    assert rent(*prices) == Rent(3.0, 1, "2026-10-01")


def test_an_old_price_counts_only_where_none_is_younger() -> None:
    """As in the ranking: what somebody asked last year does not pull the median down."""
    old = {"usd_per_hour": "1", "seller": "Long Ago", "seen_on": "2025-01-01"}

    assert rent({"usd_per_hour": "4"}, {"usd_per_hour": "6", "seller": "Other"}, old).usd_per_hour == 5
    assert rent(old).usd_per_hour == 1


def test_a_seller_whom_nobody_saw_is_refused() -> None:
    """With the names of those who were seen in this market."""
    with pytest.raises(UnknownName) as refused:
        rents_of(shop(), "on_demand", day=DAY, seller="Big Clod")

    assert "Big Cloud" in str(refused.value.expected)


def test_with_a_demand_the_fewest_chips_are_best() -> None:
    """Eight chips write more a chip and cannot be had by halves: for one call a second two chips are enough."""
    whole = shop({}, {"chips": 8, "output_tps": "16000"})
    points = points_of(whole, "lab/open", day=DAY)

    assert [point.document["chips"] for point in best_points(points)] == [8]
    assert [point.document["chips"] for point in best_points(points, requests_per_second=1)] == [2]
    assert [point.document["chips"] for point in best_points(points, requests_per_second=500)] == [8]


def test_a_fleet_that_is_just_full_is_not_counted_as_one_more() -> None:
    """3,000 tokens/s are 6 calls of 500; five a second and a fifth more are six, whatever floats make of it."""
    (point,) = points_of(shop(), "lab/open", day=DAY)
    fleet = fleet_for(point, Rent(3.6, 1, DAY), requests_per_second=5, output_tokens=500)

    assert fleet is not None
    assert (fleet.deployments, fleet.chips, fleet.usd_per_hour) == (1, 2, 7.2)
    assert fleet.usd_per_call == pytest.approx(7.2 / 18_000)
    assert fleet.utilisation == pytest.approx(5 / 6)


def test_a_share_of_the_limit_is_known_where_load_and_format_are() -> None:
    """Else it is at least that."""
    (point,) = points_of(shop(), "lab/open", day=DAY)
    bare = {name: {k: v for k, v in point.document.items() if k != name} for name in ("concurrency", "weights")}

    assert point.limit_is_known
    assert not point._replace(document={**point.document, "speculative": "mtp"}).limit_is_known
    assert not any(point._replace(document=document).limit_is_known for document in bare.values())
