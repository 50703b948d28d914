"""A review says what a change does: what touches security first, prices with what a call costs, whose answers flip."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

import capreg
from capreg.errors import InvalidArgument, InvalidData
from capreg.review import review, side, written
from capreg.review.decisions import reference_requests
from tests.cli_shop import LONG_ID, ran, write_registry
from tests.registry import OFFERING, PROVIDER, SPEEDS, RegistryFolder
from tests.review_shop import compared, kept_registry


@pytest.fixture
def kept(tmp_path: Path) -> RegistryFolder:
    """A small registry in a checkout, committed once."""
    return kept_registry(tmp_path)


class TestSides:
    def test_nothing_differs(self, kept: RegistryFolder) -> None:
        """The committed registry and the same files are one catalog; no question is asked."""
        found = compared(kept)

        assert (True, 0) == (found.is_empty, found.asked)
        assert "Nothing differs." in written("text", found)
        assert "Nothing differs." in written("markdown", found)

    def test_a_revision_is_compiled_once(self, kept: RegistryFolder) -> None:
        """The second time it is opened from git's own folder, and says the same."""
        first = side("HEAD", kept.root)
        (snapshot,) = (kept.root.parent / ".git" / "capreg").glob("*.db")
        before = snapshot.read_bytes()
        second = side("HEAD", kept.root)

        assert first.release == second.release
        assert before == snapshot.read_bytes()

    def test_a_compiled_catalog_and_a_folder(self, kept: RegistryFolder, tmp_path: Path) -> None:
        """Both can be sides."""
        from capreg.source.build import build

        build(kept.root, tmp_path / "catalog.db")

        assert side(str(tmp_path / "catalog.db"), kept.root).release == side(str(kept.root), kept.root).release

    @pytest.mark.parametrize("name", ["no-such-branch", "--output=x", "HEAD~9"])
    def test_what_is_no_side(self, kept: RegistryFolder, name: str) -> None:
        """It is said what a side can be; nothing that looks like an option reaches git."""
        with pytest.raises(InvalidArgument, match="no compiled catalog"):
            side(name, kept.root)

    def test_a_file_that_cannot_be_read_does_not_count_as_removed(self, kept: RegistryFolder) -> None:
        """The comparison is refused with the file's fault."""
        kept.write(OFFERING, "wire_id = \n")

        with pytest.raises(InvalidData, match="SCH003"):
            compared(kept)


class TestReview:
    def test_where_a_key_goes_comes_first(self, kept: RegistryFolder) -> None:
        """A new host stands above everything else."""
        kept.add(PROVIDER, "")
        text = (kept.root / PROVIDER).read_text()
        kept.write(PROVIDER, 'hosts = ["api.acme.example"]\n' + text)
        kept.change(OFFERING, 'input = "0.50"', 'input = "0.75"')

        found = compared(kept)
        headings = [line for line in written("markdown", found).splitlines() if line.startswith("### ")]

        assert [("providers", "acme", "hosts", None, ("api.acme.example",))] == [
            (c.kind, c.id, c.key, c.old, c.new) for c in found.security
        ]
        assert "### Look first: hosts, SDKs, keys, names (1)" == headings[0]

    def test_a_price(self, kept: RegistryFolder) -> None:
        """Old, new, percent, and a call of 2,000 + 300 tokens: 2000 × 0.50 + 300 × 2 = $0.0016, then $0.0021."""
        kept.change(OFFERING, 'input = "0.50"', 'input = "0.75"')

        (price,) = compared(kept).prices

        assert ("acme/small-1", "standard", "input") == (price.offering, price.tier, price.rate)
        assert ("0.5", "0.75", "+50.0") == (price.old, price.new, price.percent)
        assert ("0.0016", "0.0021") == (price.old_call_usd, price.new_call_usd)

    def test_a_price_of_the_past_is_shown_too(self, kept: RegistryFolder) -> None:
        """What is not in force stands below, by the day that it started."""
        kept.add(
            OFFERING,
            """
            [[prices]]
            starts_on = 2025-01-01
            basis = "effective"
            input = "9"
            output = "9"
            evidence = [{ source = "list", seen_on = 2026-09-30 }]
            """,
        )

        found = compared(kept)

        assert () == found.prices
        assert "prices[2025-01-01].input: nothing → 9" in written("text", found)

    def test_capabilities_and_lost_evidence(self, kept: RegistryFolder) -> None:
        """A flip of a capability, and a source that is no longer named."""
        kept.change(OFFERING, "at_least = 2, features = { parallel = true }", "at_most = 0")
        kept.change(PROVIDER, "seen_on = 2026-09-30 }]", "seen_on = 2026-09-30 }]\nnote = 'x'")
        kept.change(PROVIDER, 'source = "list"', 'source = "router"')

        found = compared(kept)

        flips = {c.key: (c.old, c.new) for c in found.capabilities}
        assert {
            "capabilities.tool_use.at_least": (2, None),
            "capabilities.tool_use.at_most": (None, 0),
            "capabilities.tool_use.features.parallel": (True, None),
        } == flips
        assert [("acme", "evidence[list].source", "list")] == [(c.id, c.key, c.old) for c in found.evidence_lost]

    def test_new_retired_and_removed(self, kept: RegistryFolder) -> None:
        """Each has its own part; a new offering is shown with its price."""
        text = (kept.root / OFFERING).read_text()
        kept.write("providers/acme/offerings/small-2.toml", text.replace("Small-1", "Small-2"))
        kept.add(OFFERING, '[lifecycle]\nstatus = "retired"\n')
        kept.remove(SPEEDS)

        found = compared(kept)

        assert {"offerings": ("acme/small-2",)} == found.added
        assert ("acme/small-1",) == found.retired
        assert {"measurements": ("router-2026-05-18/1",)} == found.removed
        (new,) = found.offerings_added
        assert ("Small-2", "lab/small-1", "0.5", "2", "0.0016") == (
            new.wire_id,
            new.model,
            new.input,
            new.output,
            new.call_usd,
        )

    def test_a_sighting_is_counted_only(self, kept: RegistryFolder) -> None:
        """A refresh moves thousands of days, which nobody reads."""
        kept.change("sightings/list.csv", "acme/small-1,2026-09-30", "acme/small-1,2026-10-01")

        found = compared(kept)

        assert ({"sightings": 1}, ()) == (found.moved, found.changed)

    def test_text_of_the_registry_is_no_markup(self, kept: RegistryFolder) -> None:
        """A name can neither link, nor mention, nor end a table's row; a hidden character is spelt out."""
        kept.change(PROVIDER, 'name = "Acme"', 'name = "`[x](https://evil.example) | @all <b>"')

        page = written("markdown", compared(kept))

        assert "`'[x](https://evil.example) ¦ @all <b>`" in page

    def test_json_has_all(self, kept: RegistryFolder) -> None:
        """It is one object; what was not asked is null."""
        kept.change(OFFERING, 'input = "0.50"', 'input = "0.75"')
        told = json.loads(written("json", compared(kept)))

        assert "0.75" == told["prices"][0]["new"]
        assert (None, None) == (told["gates"], told["findings"])


class TestDecisions:
    def test_there_are_enough_requests_and_each_can_be_asked(self) -> None:
        """At least forty, and all of them find somebody on the shipped catalog or say why not."""
        catalog = capreg.open_catalog()
        names = set()
        for name, request in reference_requests().items():
            requires = request["requires"]
            names |= {one.partition(">")[0] for one in requires}
            assert requires, name

        assert len(reference_requests()) >= 40
        assert names <= set(catalog.capabilities) | set(catalog.skills)

    def test_a_changed_winner_has_a_reason(self, tmp_path: Path) -> None:
        """The cheapest with tool use becomes dear: the next one leads, and both places are told."""
        base = side(str(write_registry(tmp_path / "base")), tmp_path)
        dear = (tmp_path / "base" / "providers" / "harbour" / "offerings").joinpath(
            *LONG_ID.split("/")[1:-1], LONG_ID.rpartition("/")[2] + ".toml"
        )
        text = dear.read_text().replace('input = "0.1"', 'input = "10"')
        path = dear.relative_to(tmp_path / "base").as_posix()
        head = side(str(write_registry(tmp_path / "head", {path: text})), tmp_path)

        flip = next(f for f in review(base, head, as_of="2026-11-22").decisions if f.request == "tool_use-cheapest")

        assert (LONG_ID, "harbour/unmeasured", ("cost",)) == (flip.old, flip.new, flip.ranked_by)
        assert (
            f"{LONG_ID}: #1 ($0.000296, TTFT 280 ms) → #4 ($0.020096, TTFT 280 ms); "
            "harbour/unmeasured: #2 ($0.00046) → #1 ($0.00046)"
        ) == flip.reason


class TestDay:
    """The day of the questions, where none is given."""

    @pytest.mark.parametrize(
        ("today", "day"),
        [
            (None, "2026-11-22"),  # the release's
            (date(2026, 11, 20), "2026-11-22"),
            (date(2026, 11, 25), "2026-11-24"),
            (date(2026, 12, 31), "2026-12-24"),
            (date(2027, 12, 31), "2026-12-24"),  # a quarter after the release is the latest
        ],
    )
    def test_not_what_is_announced(self, kept: RegistryFolder, today: date | None, day: str) -> None:
        """The latest day until today: neither an end to come, nor a price that was not in force yet."""
        price = '[[prices]]\nstarts_on = {}\nbasis = "effective"\ninput = "0.6"\noutput = "2"\n{}\n'
        seen = 'evidence = [{ source = "list", seen_on = 2026-11-24 }]'
        kept.add(OFFERING, price.format("2026-12-24", seen))
        kept.add(OFFERING, f'[lifecycle]\nstatus = "deprecated"\nretires_on = 2027-03-01\n{seen}\n')

        found = review(side("HEAD", kept.root), side(None, kept.root), today=today)

        assert day == found.as_of
        assert (day >= "2026-12-24") == bool(found.prices)


class TestCommand:
    def test_text_and_a_wrong_format(self, kept: RegistryFolder, capsys: pytest.CaptureFixture[str]) -> None:
        """`capreg diff HEAD` compares with the folder as it is."""
        kept.change(OFFERING, 'input = "0.50"', 'input = "0.75"')
        told = ran(capsys, "diff", "HEAD", "--registry", str(kept.root))

        assert (0, "") == (told.code, told.err)
        assert "acme/small-1  standard, input  0.5  0.75  +50.0 %  0.0016     0.0021" in told.out
        assert 2 == ran(capsys, "diff", "HEAD", "--format", "html", "--registry", str(kept.root)).code
