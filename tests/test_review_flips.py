"""An answer that flips says with which figures, and on what kind of evidence a speed rests that decides."""

from __future__ import annotations

import pytest

from capreg.catalog import Catalog
from capreg.review import decisions, review
from capreg.review.decisions import Flip
from capreg.schema import record
from capreg.testing import catalog, offering, quality

AS_OF = "2026-11-22"
SLOW = offering("alpha/slow", price=("1", "2"), ttft=300, tps=100, tools=True, parallel=True)
QUICK = offering("beta/quick", price=("2", "3"), ttft=400, tps=145, tools=True, parallel=True)


def flip(base: Catalog, head: Catalog, request: str) -> Flip:
    """The flip of one reference request."""
    return next(one for one in review(base, head, as_of=AS_OF).decisions if one.request == request)


def stated_by_vendor(shop: Catalog, offering_id: str) -> Catalog:
    """The catalog in which the offering's measurements are its vendor's own."""
    documents = {kind: dict(shop.documents(kind)) for kind in shop}
    for key, row in documents["measurements"].items():
        if row["offering"] == offering_id:
            documents["measurements"][key] = {**row, "kind": "vendor_measurement"}
    return Catalog(shop.release.id, documents, decode=record)


class TestSpeed:
    def test_ranked_by_the_output_rate(self) -> None:
        """The winning figure stands first, with the kind of its only row; a TTFT that does not decide stands bare."""
        head = stated_by_vendor(catalog(SLOW, QUICK), "beta/quick")

        found = flip(catalog(SLOW), head, "fastest-output")

        assert (("output_tps",), "alpha/slow", "beta/quick") == (found.ranked_by, found.old, found.new)
        alpha, beta = found.reason.split("; ")
        row = "[independent_measurement by made-for-a-test, its only row]"
        assert f"alpha/slow: #1 ($0.0026, 100 tokens/s {row}, TTFT 300 ms) → #2 ($0.0026, 100 tokens/s {row}" in alpha
        stated = "[vendor_measurement by made-for-a-test, its only row]"
        assert f"beta/quick is new, at #1 ($0.0049, 145 tokens/s {stated}, TTFT 400 ms)" == beta

    def test_bounded_by_a_percentile(self) -> None:
        """The figure is that of the asked percentile, and says so; who fails the bound says with what."""
        quick = offering("beta/quick", price=("2", "3"), ttft={"p90": 400}, tools=True)
        slow = offering("alpha/slow", price=("1", "2"), ttft={"p90": 700}, tools=True)
        fair = offering("alpha/slow", price=("1", "2"), ttft={"p90": 450}, tools=True)

        found = flip(catalog(fair, quick), catalog(slow, quick), "tool_use-within-500ms-p90")

        row = "[independent_measurement by made-for-a-test, its only row]"
        assert f"alpha/slow: #1 ($0.0026, TTFT p90 450 ms {row}) → fails" in found.reason
        assert [("alpha/slow", "base", 1), ("alpha/slow", "head", None), ("beta/quick", "base", 2)] == [
            (place.offering, place.side, place.rank) for place in found.places
        ][:3]

    def test_ranked_by_cost(self) -> None:
        """No kind of evidence stands beside a TTFT that decides nothing, and no rate is shown."""
        found = flip(catalog(QUICK), catalog(SLOW, QUICK), "tool_use-cheapest")

        assert "alpha/slow is new, at #1 ($0.0026, TTFT 300 ms)" in found.reason
        assert [(False, 0)] == [(speed.decides, speed.rows) for speed in found.places[-1].speeds]


class TestQuality:
    def test_ranked_by_quality(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """The estimate stands beside the cost."""
        request = {"best": {"requires": ["tool_use"], "rank_by": "quality"}}
        monkeypatch.setattr(decisions, "reference_requests", lambda: request)
        better = offering("beta/better", model="test/better", tools=True)
        estimates = [quality("test/model", "tool_use", 60), quality("test/better", "tool_use", 71)]

        found = flip(catalog(SLOW, qualities=estimates[:1]), catalog(SLOW, better, qualities=estimates), "best")

        assert "beta/better is new, at #1 ($0.0026, quality of tool_use 71" in found.reason
        assert {"tool_use": "71"} == dict(found.places[-1].quality)
