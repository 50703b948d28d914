"""`capreg show`, `list`, `dump` and `lookup`: the catalog, read by people and by programs."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from capreg.catalog import KINDS, canonical
from capreg.cli.page import folded
from capreg.cli.words import level_words
from capreg.source.build import build
from capreg.source.compile import compile_registry
from tests.cli_shop import AS_OF, LONG_ID, Ran, on_terminal, ran, write_registry

if TYPE_CHECKING:
    from pathlib import Path

    from capreg.catalog import Catalog


@pytest.fixture(scope="module")
def registry(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small registry's folder."""
    return write_registry(tmp_path_factory.mktemp("registry"))


@pytest.fixture(scope="module")
def whole(registry: Path) -> Catalog:
    """The small registry as a catalog in memory."""
    return compile_registry(registry)


@pytest.fixture(scope="module")
def shop(registry: Path, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The path of the compiled catalog of the small registry."""
    target = tmp_path_factory.mktemp("shop") / "catalog.db"
    build(registry, target)
    return str(target)


@pytest.fixture
def at(shop: str, capsys: pytest.CaptureFixture[str]) -> Any:
    """Runs a command on the small catalog."""
    return lambda *arguments: ran(capsys, *arguments, "--catalog", shop)


@pytest.fixture
def sheet(at: Any) -> Any:
    """Shows a record of the small catalog at a fixed day."""
    return lambda *arguments: at("show", *arguments, "--as-of", AS_OF)


def part(answer: Ran, heading: str) -> list[str]:
    """The lines below the heading that starts so, up to the next empty one."""
    lines = answer.out.split("\n")
    start = next(n for n, line in enumerate(lines) if line.startswith(heading))
    return lines[start + 1 : lines.index("", start)]


class TestShowOffering:
    def test_it_says_whether_it_can_be_had(self, at: Any) -> None:
        """Listed, leaving, unlisted or retired, on the day that is asked."""
        said = {
            (name, day): at("show", name, "--as-of", day).out.split("\n")[1]
            for name, day in (
                ("swift/open-70b", AS_OF),
                ("harbour/leaving", AS_OF),
                ("harbour/leaving", "2026-12-20"),
                ("harbour/gone", AS_OF),
            )
        }

        assert {
            ("swift/open-70b", AS_OF): "available and listed, as of 2026-11-22",
            ("harbour/leaving", AS_OF): "deprecated and listed, retires on 2026-12-20, as of 2026-11-22 "
            "(Moved to another.)",
            ("harbour/leaving", "2026-12-20"): "retired on 2026-12-20, as of 2026-12-20 (Moved to another.)",
            ("harbour/gone", AS_OF): "available, but no source lists it any more, as of 2026-11-22",
        } == said

    def test_capabilities_are_yes_no_or_unknown(self, sheet: Any) -> None:
        """Every capability has a line, known or not, and every feature a word."""
        lines = {line.split()[0]: " ".join(line.split()[1:]) for line in part(sheet(LONG_ID), "Capabilities")}

        assert lines["tool_use"] == "yes, level 2 of 2 parallel yes, streaming no [1]"
        assert lines["vision"] == "no – [1]"
        assert lines["prompt_caching"] == "unknown – –"
        assert lines["long_context"] == "131,072 tokens – –"
        assert lines["reasoning"] == "yes, level 2 of 2 optional yes [1]"
        assert lines["[1]"] == "the evidence below"

    def test_prices_are_a_history_with_footnotes(self, sheet: Any) -> None:
        """Newest first, with basis and tier; who says so, what it says instead, and whether two families agree."""
        lines = [" ".join(line.split()) for line in part(sheet("swift/open-70b"), "Prices")]

        assert [
            "from for input output cache_read source",
            "2026-01-06 observed standard 0.59 0.79 0.05 [1]",
            "2026-01-06 observed batch 0.3 0.4 – [2]",
            "2025-06-01 effective standard 2 3 – [3]",
            "[1] list 2026-01-06; map 2026-11-10 says output = 7.9; no second family confirms all of it",
            "[2] list 2026-01-06; no second family confirms all of it",
            "[3] list 2025-06-01; map 2025-06-01; two families agree on all of it",
        ] == lines

    def test_measurements_tell_their_conditions(self, sheet: Any) -> None:
        """Every percentile, the fast tail apart, the age, and what the source states of the test."""
        lines = [" ".join(line.split()) for line in part(sheet("swift/open-70b"), "Measure")]

        assert "2026-05-18 (188 d) p50 128.5 p50 398 p90 450 [1]" in lines
        assert (
            "[1] router: router telemetry, router vantage, n 150, input_tokens 2,000, output_tokens 300, "
            "concurrency 1, region eu, quantization fp8, over 1,800 s, uptime 99.9 %" in lines
        )

    def test_what_was_never_measured_says_so(self, sheet: Any) -> None:
        """No measurement is said, not left out."""
        assert ["none"] == part(sheet("harbour/unmeasured"), "Measurements")

    def test_hardware_is_the_provider_s_unless_said_otherwise(self, sheet: Any) -> None:
        """The backend with its grade, its note and its evidence."""
        assert [
            "swift-1: stated by the vendor",
            "One generation only.",
            "map, 2026-11-10",
            "    https://swift.example/hardware",
        ] == part(sheet("swift/open-70b"), "Runs on, as all of its provider's")

    def test_sightings(self, sheet: Any) -> None:
        """When each source last listed it."""
        assert ["2026-08-01 by list"] == part(sheet("harbour/gone"), "Last listed")


class TestShow:
    @pytest.mark.parametrize(
        ("id_", "kind", "lines"),
        [
            ("open-70b-it", None, None),
            ("some-lab/open-70b", "models", ["model some-lab/open-70b", "list: open-70b-it", "swift/open-70b"]),
            ("swift", "providers", ["provider swift", "swift/open-70b", "2026-09-30 by list"]),
            ("swift-1", "accelerators", ["accelerator swift-1", "swift", "map, 2026-11-10"]),
            ("tool_use", "capabilities", ["capability tool_use", "Level 2", "list: flag_2", "Feature parallel"]),
            ("agent_step", "skills", ["skill agent_step"]),
            ("list", "sources", ["source list", "7 subjects, last on 2026-09-30"]),
            ("router-2026-05-18/1", "measurements", ["measurement router-2026-05-18/1"]),
            ("list/swift", "sightings", ["sighting list/swift"]),
        ],
    )
    def test_every_kind_has_a_sheet(self, sheet: Any, id_: str, kind: str | None, lines: list[str] | None) -> None:
        """Each kind's own lines are there; an alias is not an id."""
        answer = sheet(id_, *(("--kind", kind) if kind else ()))

        if lines is None:
            assert answer.code == 2
            assert answer.err.startswith("error: unknown id")
        else:
            assert answer.code == 0
            assert set(lines) <= set(answer.out.split("\n"))

    def test_large_figures_also_have_a_prefix(self, sheet: Any) -> None:
        """Digits in groups, and what they come to."""
        assert "750,000,000,000,000 (750 T)" in sheet("swift-1").out

    def test_ids_that_are_like_it_are_offered_and_not_taken(self, sheet: Any) -> None:
        """Exit code 2, nothing shown, near ids in the hint."""
        answer = sheet("swift/open-70")

        assert (answer.code, answer.out) == (2, "")
        assert "did you mean 'swift/open-70b'" in answer.err

    def test_an_unknown_kind(self, sheet: Any) -> None:
        """Kinds are spelt as everywhere."""
        assert sheet("swift", "--kind", "provider").code == 2

    @pytest.mark.parametrize("id_", ["swift/open-70b", "harbour/leaving", "swift", "tool_use", "swift-1", "list"])
    def test_eighty_columns(self, shop: str, id_: str) -> None:
        """A sheet fits a narrow terminal without losing a word."""
        shown = on_terminal(80, "show", id_, "--as-of", AS_OF, "--catalog", shop)

        assert max(map(len, shown)) <= 80
        assert not any("…" in line for line in shown)


class TestList:
    @pytest.mark.parametrize("kind", KINDS)
    def test_every_kind_can_be_listed(self, at: Any, whole: Catalog, kind: str) -> None:
        """A heading and one line a record with tabs, in order of id; as JSON the same columns."""
        lines = [line.split("\t") for line in at("list", kind).out.rstrip("\n").split("\n")]
        objects = json.loads(at("list", kind, "--json").out)

        assert sorted(whole.documents(kind)) == [line[0] for line in lines[1:]] == [o["id"] for o in objects]
        assert all(lines[0] == list(o) for o in objects)

    def test_a_terminal_gets_a_table_with_whole_ids(self, shop: str) -> None:
        """At 80 columns no line is longer, and short ids stand whole."""
        shown = on_terminal(80, "list", "offerings", "--catalog", shop)

        assert max(map(len, shown)) <= 80
        assert any(line.startswith("harbour/unmeasured  ") for line in shown)

    def test_an_unknown_kind_names_all(self, at: Any) -> None:
        """Exit code 2 and the kinds that there are."""
        answer = at("list", "offering")

        assert answer.code == 2
        assert "did you mean 'offerings'?" in answer.err


class TestDump:
    @pytest.mark.parametrize("kind", KINDS)
    def test_it_writes_every_record_whole(self, at: Any, whole: Catalog, kind: str) -> None:
        """Canonical JSON lines in order of id; without the id, each is the record."""
        lines = at("dump", kind).out.rstrip("\n").split("\n") if whole.documents(kind) else []

        assert [canonical({"id": key, **whole.documents(kind)[key]}) for key in sorted(whole.documents(kind))] == lines


class TestLookup:
    @pytest.mark.parametrize(
        ("name", "found"),
        [
            ("swift", ["providers\tswift\tits id"]),
            ("swift-cloud", ["providers\tswift\tits name at list"]),
            ("harbour", ["providers\tharbour\tits id, its name at list"]),
            ("open-70b-it", ["models\tsome-lab/open-70b\tits name at list"]),
            (
                "Some-Lab/An-Open-Model",
                [
                    "models\tsome-lab/open-70b\tthe model of the offering of that name",
                    f"offerings\t{LONG_ID}\tits wire id",
                ],
            ),
            (
                "open-70b",
                [
                    "models\tsome-lab/open-70b\tits name at its lab, the model of the offering of that name",
                    "offerings\tswift/open-70b\tits wire id",
                ],
            ),
            ("tool_use", ["capabilities\ttool_use\tits id"]),
        ],
    )
    def test_exact_names_are_found(self, at: Any, name: str, found: list[str]) -> None:
        """By id, name, alias or wire id, and the model that is served; each record once."""
        answer = at("lookup", name)

        assert (0, found) == (answer.code, answer.out.rstrip("\n").split("\n")[1:])

    @pytest.mark.parametrize("name", ["Swift", "open-70b-i", "swift ", "some-lab/an-open-model", "ѕwift"])
    def test_names_that_are_like_one_are_offered_and_not_taken(self, at: Any, name: str) -> None:
        """Another case, a prefix, a space, a look-alike letter: exit code 1, nothing on standard output."""
        answer = at("lookup", name)

        assert (answer.code, answer.out) == (1, "")
        assert answer.err.startswith("error: nothing has the name")
        assert "did you mean" in answer.err

    def test_nothing_is_near(self, at: Any) -> None:
        """Then nothing is offered."""
        assert "did you mean" not in at("lookup", "zzzzzzzz").err


@pytest.mark.parametrize(
    ("fact", "words"),
    [
        (None, "unknown"),
        ({"at_least": 0}, "unknown"),
        ({"at_most": 0}, "no"),
        ({"at_most": 1}, "unknown; not level 2"),
        ({"at_least": 1}, "yes, level 1 of 2; level 2 unknown"),
        ({"at_least": 1, "at_most": 1}, "yes, level 1 of 2; not level 2"),
        ({"at_least": 2}, "yes, level 2 of 2"),
        ({"at_least": 2, "at_most": 2}, "yes, level 2 of 2"),
    ],
)
def test_levels_in_words(fact: dict[str, int] | None, words: str) -> None:
    """Proven, excluded and open are three things."""
    assert words == level_words(fact, 2)


def test_folding_keeps_names_that_fit() -> None:
    """A name is broken only where it must be, and only after slashes."""
    assert folded("a/b", 3) == "a/b"
    assert folded("aa/bb/cc", 6) == "aa/bb/\ncc"
    assert folded("longer-than-it/x", 6) == "longer-than-it/\nx"
