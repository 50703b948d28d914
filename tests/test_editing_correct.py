"""A wrong figure of a source is refuted once: imports take it as not said, and tell when the source has mended it."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from capreg.catalog import Catalog
from capreg.editing.correct import Figure, corrected
from capreg.editing.desk import Desk
from capreg.errors import InvalidArgument, UnknownName
from capreg.review.gates import gated
from capreg.source.agreement import agreement_of
from capreg.source.causes import Causes
from capreg.source.read import read
from capreg.source.votes import votes_of
from capreg.source.words import words
from tests.importing.shop import NOVEMBER, SEPTEMBER, Shop, listed, ll, md

TODAY = date(2026, 11, 27)
SHOWN = {"source": "groq-docs", "seen_on": "2026-11-20", "url": "https://groq.com/pricing"}
REASON = "a slip of units: the page says 1.5."


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    """A registry in which LiteLLM's output price of a model is off by a thousand, and models.dev's is right."""
    shop = Shop(tmp_path)
    shop.take("models-dev", listed(groq=md("meta/small")), SEPTEMBER)
    shop.take("litellm", wrong(), NOVEMBER)
    return shop


def wrong(**more: Any) -> dict[str, Any]:
    """LiteLLM's file with the slip."""
    return {"groq/meta/small": ll("groq", **{"output_cost_per_token": 1.5e-05, **more})}


def mend(shop: Shop, fact: str, right: str | None, of: str = "litellm", **more: Any) -> None:
    """Refutes what a source says of the model."""
    figure = Figure(source=of, offering="groq/meta/small", fact=fact, **more)
    corrected(Desk(shop.root, today=TODAY), figure, right=right, reason=REASON, evidence=SHOWN)


def newest(shop: Shop) -> dict[str, Any]:
    """The newest price of the model."""
    entry: dict[str, Any] = shop.offering("groq/meta/small")["prices"][-1]
    return entry


def catalog(shop: Shop) -> Catalog:
    """The registry as a catalog."""
    return Catalog("2026.11.27", read(shop.root).documents)


class TestPrice:
    def test_the_right_price_stands_with_its_page(self, shop: Shop) -> None:
        """The source's word for that rate is gone; what it says of others stays."""
        assert "15" == newest(shop)["output"]

        mend(shop, "output", "1.5")

        assert "1.5" == newest(shop)["output"]
        assert {**SHOWN, "seen_on": date(2026, 11, 20), "facts": ["output"], "note": f"corrects {REASON}"} in newest(
            shop
        )["evidence"]
        assert [["input"]] == [one["facts"] for one in newest(shop)["evidence"] if one["source"] == "litellm"]

    def test_the_file_of_corrections_keeps_both_sides(self, shop: Shop) -> None:
        """What the source says, since when, what is right, why, and who shows it."""
        mend(shop, "output", "1.5")

        assert (
            "#:schema ../../schemas/correction.schema.json\n\n"
            '[[refuted]]\noffering = "groq/meta/small"\nfact = "output"\nwrong = "15"\nseen_on = 2026-11-12\n'
            f'right = "1.5"\nreason = "{REASON}"\n'
            'evidence = [{ source = "groq-docs", seen_on = 2026-11-20, url = "https://groq.com/pricing" }]\n'
        ) == (shop.root / "corrections/litellm.toml").read_text()

    def test_the_same_import_again_changes_no_byte(self, shop: Shop) -> None:
        """The figure counts as not said, and is named among what was left out."""
        mend(shop, "output", "1.5")
        before = shop.content()

        summary = shop.take("litellm", wrong(), NOVEMBER)

        assert before == shop.content()
        assert 1 == summary.skipped["refuted in corrections/litellm.toml"]
        assert () == summary.obsolete

    def test_a_later_file_with_the_same_slip_changes_nothing_either(self, shop: Shop) -> None:
        """It moves the day of the sighting only."""
        mend(shop, "output", "1.5")
        before = shop.offering("groq/meta/small")

        shop.take("litellm", wrong(), date(2026, 11, 25))

        assert before == shop.offering("groq/meta/small")

    def test_a_source_that_mends_itself_makes_the_correction_obsolete(self, shop: Shop) -> None:
        """And is heard again."""
        mend(shop, "output", "1.5")

        summary = shop.take("litellm", wrong(output_cost_per_token=1.5e-06), date(2026, 11, 25))

        assert ("groq/meta/small output: litellm does not say 15 any more",) == summary.obsolete
        offering = {**shop.offering("groq/meta/small"), "prices": [newest(shop)]}
        said = [word.value for word in words(offering, "output", "litellm")]
        assert ["1.5"] == said

    def test_the_gate_lets_the_mended_price_pass(self, shop: Shop) -> None:
        """It was never true, and a page shows it; the same change by hand is rewritten history."""
        before = catalog(shop)
        mend(shop, "output", "1.5")

        assert () == gated(before, catalog(shop), shop.root)

    def test_it_goes_on_to_count_against_the_source(self, shop: Shop) -> None:
        """Who is corrected does not agree more often for it; the cause says so."""
        before = {one.family: len(one.differences) for one in agreement_of(catalog(shop))}
        mend(shop, "output", "1.5")
        after = catalog(shop)
        (vote,) = [v for v in votes_of(after) if v.unit == "output" and v.until is None]
        (side,) = vote.against

        assert ("litellm", "15") == (side.source, side.value)
        assert "refuted: see corrections/litellm.toml" == Causes(after).of(vote, side)
        assert before["litellm"] <= {one.family: len(one.differences) for one in agreement_of(after)}["litellm"]

    def test_without_what_is_right_or_an_address_it_is_refused(self, shop: Shop) -> None:
        """Nothing is written then."""
        before = shop.content()
        with pytest.raises(InvalidArgument, match="mended, not taken out"):
            mend(shop, "output", None)
        figure = Figure(source="litellm", offering="groq/meta/small", fact="output")
        with pytest.raises(InvalidArgument, match="only with an address"):
            corrected(
                Desk(shop.root, today=TODAY),
                figure,
                right="1.5",
                reason=REASON,
                evidence={"source": "groq-docs", "seen_on": "2026-11-20"},
            )

        assert before == shop.content()


class TestFact:
    def test_a_limit_falls_back_to_what_others_say(self, shop: Shop) -> None:
        """Without a right one, the next source stands."""
        shop.take("litellm", wrong(max_input_tokens=999_999), date(2026, 11, 13))
        mend(shop, "max_input_tokens", None)

        assert "max_input_tokens" not in shop.offering("groq/meta/small")
        assert 131072 == shop.offering("groq/meta/small")["context_tokens"]

    def test_a_capability_is_set_right(self, shop: Shop) -> None:
        """With the person's evidence; the import that denies it again is not heard."""
        mend(shop, "tool_use.at_least", "2", of="models-dev")
        before = shop.content()
        shop.take("models-dev", listed(groq=md("meta/small")), SEPTEMBER)

        assert 2 == shop.offering("groq/meta/small")["capabilities"]["tool_use"]["at_least"]
        assert before == shop.content()

    def test_a_model_that_the_name_does_not_mean(self, shop: Shop) -> None:
        """The offering names none, also after the next import."""
        shop.write(
            "models/meta/small.toml",
            'name = "Small"\nlab = "meta"\nevidence = [{ source = "litellm", seen_on = 2026-09-30 }]\n\n'
            '[aliases]\nlitellm = ["groq/meta/small"]\n',
        )
        shop.take("litellm", wrong(), NOVEMBER)
        assert "meta/small" == shop.offering("groq/meta/small")["model"]

        mend(shop, "model", None)
        shop.take("litellm", wrong(), NOVEMBER)

        assert "model" not in shop.offering("groq/meta/small")

    def test_an_offering_that_the_source_drops_makes_it_obsolete(self, shop: Shop) -> None:
        """There is nothing left to correct."""
        mend(shop, "tool_use.at_least", "2", of="models-dev")

        summary = shop.take("models-dev", listed(groq=md("meta/other")), date(2026, 11, 1))

        assert (
            "groq/meta/small tool_use.at_least: models-dev does not name the offering any more",
        ) == summary.obsolete


class TestRefusals:
    @pytest.mark.parametrize(
        ("fact", "right", "of", "told"),
        [
            ("cache_read", "1", "litellm", "not recorded to say anything"),
            ("output", "15", "litellm", "says just that"),
            ("output", "1", "groq-docs", "imported source"),
        ],
    )
    def test_what_cannot_be_refuted(self, shop: Shop, fact: str, right: str, of: str, told: str) -> None:
        """The source is silent, says the same, or is no source that imports bring."""
        before = shop.content()
        with pytest.raises((InvalidArgument, UnknownName), match=told):
            mend(shop, fact, right, of=of)

        assert before == shop.content()

    def test_a_fault_in_the_offering_takes_the_correction_back(self, shop: Shop) -> None:
        """Both files or none."""
        before = shop.content()
        with pytest.raises(Exception, match="tool_use"):
            mend(shop, "tool_use.at_least", "9", of="models-dev")

        assert before == shop.content()
