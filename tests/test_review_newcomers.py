"""What a review says of records that are new: measurements, providers, sources, offerings; and what is shared."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from capreg.review import written
from capreg.review.shared import Shared
from tests.registry import PROVIDER, SPEEDS, RegistryFolder
from tests.review_shop import compared, git, kept_registry, sell

VENDOR = "measurements/list-2026-11-20.csv"
ROWS = (
    "offering,source,kind,vantage,measured_on,n,ttft_ms_p50,ttft_ms_p95,output_tps_p50\n"
    "acme/small-1,list,vendor_measurement,client,2026-11-20,500,220,610,145\n"
)


@pytest.fixture
def kept(tmp_path: Path) -> RegistryFolder:
    """A small registry in a checkout, committed once."""
    return kept_registry(tmp_path)


def section(page: str, heading: str) -> list[str]:
    """The lines below a heading of the text."""
    lines = page.splitlines()
    start = next(number for number, line in enumerate(lines) if line.startswith(heading))
    end = next((n for n, line in enumerate(lines[start:], start) if not line), len(lines))
    return lines[start + 1 : end]


class TestMeasurements:
    def test_a_new_row(self, kept: RegistryFolder) -> None:
        """Whose, what kind, where the clock stood, the day, how many requests, and the figures."""
        kept.write(VENDOR, ROWS)

        found = compared(kept)
        header, row = section(written("text", found), "Measurements")

        assert ["offering", "kind", "vantage", "day", "n", "TTFT", "ms", "tokens/s", "source"] == header.split()
        assert ("  acme/small-1  vendor_measurement  client   2026-11-20  500  p50 220, p95 610  p50 145   list") == row
        assert (
            "| `acme/small-1` | vendor_measurement | client | 2026-11-20 | 500 | p50 220, p95 610 | p50 145 | `list` |"
        ) in written("markdown", found)

    def test_a_changed_row_is_one_gone_and_one_new(self, kept: RegistryFolder) -> None:
        """Both are shown, the old one first, with all percentiles in the JSON."""
        kept.change(SPEEDS, "199", "99")

        found = compared(kept)
        rows = section(written("text", found), "Measurements")[1:]
        told = json.loads(written("json", found))["measurements"]

        assert [("p50 199, p90 450.5", "gone"), ("p50 99, p90 450.5", "new")] == [
            (row[row.index("p50") :].split("  ")[0], row.split()[-1]) for row in rows
        ]
        assert [{"p50": "199", "p90": "450.5"}, {"p50": "99", "p90": "450.5"}] == [row["ttft_ms"] for row in told]

    def test_other_times(self, kept: RegistryFolder) -> None:
        """A row without a TTFT shows what it has."""
        kept.write(VENDOR, ROWS.replace("ttft_ms_p50,ttft_ms_p95", "e2e_ms_p50,first_answer_ms_p75"))

        (row,) = section(written("text", compared(kept)), "Measurements")[1:]

        assert "end p50 220, answer p75 610" in row


class TestNewRecords:
    def test_a_provider(self, kept: RegistryFolder) -> None:
        """Name, kind, whether it resells, whose it is, and where its models and prices stand."""
        about = (kept.root / PROVIDER).read_text().replace("ACME_KEY", "NEW_KEY").replace('"Acme"', '"New"')
        more = 'reseller = true\nparent = "acme"\npricing_url = "https://acme.example/prices"\n'
        kept.write("providers/new/provider.toml", more + about)

        found = compared(kept)

        assert [
            "  new: New, host, resells what others run, of acme",
            "      models: https://acme.example/docs",
            "      prices: https://acme.example/prices",
        ] == section(written("text", found), "New providers")
        assert (
            "- `new`: `New`, host, resells what others run, of `acme`, "
            "models: <https://acme.example/docs>, prices: <https://acme.example/prices>"
        ) in written("markdown", found)

    def test_a_source(self, kept: RegistryFolder) -> None:
        """Publisher, licence, whether its figures may be passed on, its vote, and where it is."""
        text = (kept.root / "sources/router.toml").read_text()
        kept.write("sources/other.toml", text.replace("A router", "Another"))

        assert [
            "  other: Router, Another",
            "      licence: terms not verified; redistributable: unverified; family: router",
            "      https://router.example/",
        ] == section(written("text", compared(kept)), "New sources")

    @pytest.mark.parametrize(
        ("fact", "told"),
        [
            ("{ features = { parallel = true } }", (("tool_use[parallel]",), ())),
            ("{ at_least = 1, features = { parallel = false } }", (("tool_use:1",), ("tool_use[parallel]",))),
            ("{ at_most = 0 }", ((), ("tool_use",))),
            ("{ at_most = 1 }", ((), ())),
        ],
    )
    def test_what_an_offering_can_and_cannot(
        self, kept: RegistryFolder, fact: str, told: tuple[tuple[str, ...], tuple[str, ...]]
    ) -> None:
        """Capabilities with the features that are there; what is absent, be it a feature alone."""
        file = sell(kept, "four", ("0.6", "2"))
        kept.change(file, "{ at_least = 2, features = { parallel = true } }", fact)
        (new,) = compared(kept).offerings_added

        assert told == (new.capabilities, new.cannot)

    def test_an_offering(self, kept: RegistryFolder) -> None:
        """Its window and limit, what it cannot, since when it costs what, and what reading from the cache costs."""
        file = sell(kept, "four", ("0.6", "2"))
        kept.change(file, 'output = "2"', 'output = "2"\ncache_read = "0.06"')
        kept.change(file, "[[prices]]", "long_context = { at_most = 0 }\n[[prices]]")

        page = written("text", compared(kept))

        what = section(page, "New offerings: what they are")[1]
        assert (
            what == "  four/small-1  lab/small-1  Small-1  200,000  100,000  8,000   tool_use[parallel]:2  long_context"
        )
        assert ("  four/small-1  2026-01-01 (seen)  0.6    2       0.06        0.0018") == section(
            page, "New offerings: what they cost"
        )[1]
        assert "Other new records" not in page


class TestShared:
    def test_a_host_and_a_variable_of_another(self, kept: RegistryFolder) -> None:
        """They stand first, marked, with whose they are; a star stands for part of one label."""
        kept.write(PROVIDER, 'hosts = ["api.acme.example", "*.acme.example"]\n' + (kept.root / PROVIDER).read_text())
        git(kept.root, "commit", "--quiet", "--all", "--message", "hosts")
        about = (kept.root / PROVIDER).read_text().replace("api.acme", "eu.acme").replace('"*.', '"eu.x.')
        kept.write("providers/aaa/provider.toml", about)

        found = compared(kept)

        assert [
            ("hosts", (Shared(value="eu.acme.example", providers=("acme",)),)),
            ("keys", (Shared(value="ACME_KEY", providers=("acme",)),)),
            ("docs_url", ()),
        ] == [(change.key, change.also) for change in found.security]
        first, second, third = section(written("text", found), "Look first")
        hosts = "eu.acme.example, eu.x.acme.example"
        assert f"  ! providers/aaa hosts: nothing → {hosts}. Look: eu.acme.example is also acme's" == first
        assert "  ! providers/aaa keys: nothing → ACME_KEY. Look: ACME_KEY is also acme's" == second
        assert "!" not in third

    def test_what_is_taken_from_another(self, kept: RegistryFolder) -> None:
        """A variable that the other provider loses in the same change was its own, and is marked."""
        about = (kept.root / PROVIDER).read_text()
        kept.write("providers/aaa/provider.toml", about)
        kept.change(PROVIDER, 'keys = ["ACME_KEY"]', 'either_keys = ["OTHER"]')

        assert [(Shared(value="ACME_KEY", providers=("acme",)),)] == [c.also for c in compared(kept).security if c.also]

    def test_a_host_of_ones_own(self, kept: RegistryFolder) -> None:
        """Nobody else's is not marked."""
        kept.write(PROVIDER, 'hosts = ["api.acme.example"]\n' + (kept.root / PROVIDER).read_text())

        assert [()] == [change.also for change in compared(kept).security]
