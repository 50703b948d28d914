"""A review puts each new or changed price beside the market, and says where it can be read."""

from __future__ import annotations

from pathlib import Path

import pytest

from capreg.review import written
from capreg.review.market import Beside
from capreg.review.prices import Witness
from tests.registry import OFFERING, RegistryFolder
from tests.review_shop import compared, git, kept_registry, sell


@pytest.fixture
def market(tmp_path: Path) -> RegistryFolder:
    """Acme asks 0.50 and 2 for the model; three others ask 0.4, 0.5 and 0.7 for input, and 2, 2 and 3 for output."""
    registry = kept_registry(tmp_path)
    for provider, rates in {"one": ("0.4", "2"), "two": ("0.5", "2"), "three": ("0.7", "3")}.items():
        sell(registry, provider, rates)
    git(registry.root, "add", ".")
    git(registry.root, "commit", "--quiet", "--message", "a market")
    return registry


class TestMarket:
    def test_a_new_price_beside_others(self, market: RegistryFolder) -> None:
        """The median of 0.4, 0.5, 0.5 and 0.7 is 0.5, that of 2, 2, 2 and 3 is 2."""
        sell(market, "four", ("0.6", "1"))

        (new,) = compared(market).offerings_added

        assert (
            Beside(rate="input", times="1.2", others=4, far=False),
            Beside(rate="output", times="0.50", others=4, far=False),
        ) == new.beside

    @pytest.mark.parametrize(
        ("rate", "told"),
        [("2.5", "5.0 input"), ("2.6", "! 5.2 input"), ("0.1", "0.20 input"), ("0.09", "! 0.18 input")],
    )
    def test_the_bounds_of_far(self, market: RegistryFolder, rate: str, told: str) -> None:
        """Beyond five times and under a fifth is marked; just that is not."""
        sell(market, "four", (rate, "2"))

        assert f"{told}, 1.0 output" in written("text", compared(market))

    def test_the_far_come_first(self, market: RegistryFolder) -> None:
        """A long table is cut, so what is marked stands above what comes earlier by id."""
        sell(market, "four", ("0.5", "2"))
        sell(market, "more", ("50", "2"))

        page = written("markdown", compared(market))
        costs = page[page.index("### New offerings: what they cost") :]

        assert costs.index("`more/small-1`") < costs.index("`four/small-1`")
        assert "| 50 | 2 | 0.1006 | ! 100 input, 1.0 output |" in costs

    def test_what_a_provider_asks_elsewhere_is_no_comparison(self, market: RegistryFolder) -> None:
        """Its own other offerings do not count; two others are too few for a median."""
        sell(market, "four", ("0.6", "2"))
        text = (market.root / "providers/four/offerings/small-1.toml").read_text()
        market.write("providers/four/offerings/small-2.toml", text.replace("Small-1", "Small-2"))
        assert [4, 4] == [new.beside[0].others for new in compared(market).offerings_added]

        for provider in ("one", "two"):
            market.add(f"providers/{provider}/offerings/small-1.toml", '[lifecycle]\nstatus = "retired"\n')
        assert [(), ()] == [new.beside for new in compared(market).offerings_added]

    def test_a_changed_price(self, market: RegistryFolder) -> None:
        """Beside old and new stands how far the new one is; so in the JSON."""
        market.change(OFFERING, 'input = "0.50"', 'input = "5.00"')

        found = compared(market)

        assert [Beside(rate="input", times="10", others=3, far=True)] == [change.beside for change in found.prices]
        assert "+900.0 %  0.0016     0.0106     ! 10" in written("text", found)

    def test_other_currencies_and_free_ones_are_no_market(self, market: RegistryFolder) -> None:
        """What costs nothing for a reason does not make the others dear."""
        free = 'free = "promotion"\ninput = "0"\noutput = "0"'
        market.change("providers/one/offerings/small-1.toml", 'input = "0.4"\noutput = "2"', free)
        sell(market, "four", ("0.6", "2"))

        new = compared(market).offerings_added[0]

        assert [3, 3] == [beside.others for beside in new.beside]


class TestWitnesses:
    def test_a_new_price_list(self, market: RegistryFolder) -> None:
        """The newest address of the newest new list, one an offering; evidence that says otherwise is no witness."""
        market.add(
            OFFERING,
            """
            [[prices]]
            starts_on = 2026-11-01
            basis = "observed"
            input = "0.40"
            output = "2"
            evidence = [
              { source = "router", seen_on = 2026-11-03, url = "https://router.example/", says = { input = "9" } },
              { source = "list", seen_on = 2026-11-03 },
              { source = "list", seen_on = 2026-11-01, url = "https://list.example/old" },
              { source = "list", seen_on = 2026-11-02, url = "https://list.example/a|b`c" },
            ]
            """,
        )

        found = compared(market)

        assert (
            Witness(
                offering="acme/small-1",
                starts_on="2026-11-01",
                source="list",
                seen_on="2026-11-02",
                url="https://list.example/a|b`c",
            ),
        ) == found.witnesses
        assert "seen 2026-11-02: `https://list.example/a¦b'c`" in written("markdown", found)
        assert "seen 2026-11-02\n      https://list.example/a|b`c\n" in written("text", found)

    def test_a_plain_address_is_a_link(self, market: RegistryFolder) -> None:
        """It shows where it leads; where the evidence has none, that is said."""
        file = sell(market, "four", ("0.6", "2"))
        page = written("markdown", compared(market))
        assert "- `four/small-1` since 2026-01-01, by `list`, seen 2026-09-30, no address" in page

        old = 'cache_read = "0.05"\n'
        assert old not in (market.root / file).read_text()
        text = (market.root / file).read_text()
        head, _, tail = text.rpartition("seen_on = 2026-09-30 }")
        market.write(file, f'{head}seen_on = 2026-09-30, url = "https://list.example/prices?of=4" }}{tail}')
        page = written("markdown", compared(market))
        assert "seen 2026-09-30: <https://list.example/prices?of=4>" in page

    def test_other_evidence_is_no_new_price(self, market: RegistryFolder) -> None:
        """A refresh that saw the same rates on a later day names nobody."""
        text = (market.root / OFFERING).read_text()
        market.write(OFFERING, text.replace("2026-09-30", "2026-10-30"))

        assert () == compared(market).witnesses
