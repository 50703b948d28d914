"""How a review is written: within a width, by what the sides are called, with warnings, and whether the gates pass."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from capreg.review import called, review, side, warned, written
from capreg.review.parts import Table, broken, table_lines
from tests.cli_shop import ran
from tests.registry import MODEL, OFFERING, SPEEDS, RegistryFolder
from tests.review_shop import compared, git, kept_registry


@pytest.fixture
def kept(tmp_path: Path) -> RegistryFolder:
    """A small registry in a checkout, committed once."""
    return kept_registry(tmp_path)


class TestWidth:
    def test_a_wide_table_is_broken(self) -> None:
        """Ids and lists are broken until the table has 120 columns; no figure is, and nothing is lost."""
        row = [f"provider/{'some-long-name-' * 4}x", f"lab/{'another-name-' * 4}y", "131,072", "tool_use:2, vision:1"]
        names = ("offering", "model", "context", "can")
        table = Table("", [row], names, frozenset(names[:2]), frozenset(names[3:]))

        lines = list(table_lines(table, [row, row]))

        assert max(map(len, lines)) <= 120
        assert "131,072" in lines[1]
        assert "tool_use:2," in lines[1]
        assert 2 * row[0] == "".join(line[2:].split(" ")[0] for line in lines[1:])

    def test_figures_alone_may_be_wider(self) -> None:
        """What may not be broken stays whole."""
        row = ["1" * 70, "2" * 70]
        lines = list(table_lines(Table("", [row], ("a", "b")), [row]))

        assert [f"  {'a'.ljust(70)}  b", f"  {row[0]}  {row[1]}"] == lines

    @pytest.mark.parametrize(
        ("text", "width", "lines"),
        [
            ("short", 12, ["short"]),
            ("tool_use:2, vision:1", 12, ["tool_use:2,", "vision:1"]),
            ("acme/llama-3.3-70b", 12, ["acme/llama-", "3.3-70b"]),
            ("abcdefghijklmnop", 12, ["abcdefghijkl", "mnop"]),
            ("", 12, [""]),
        ],
    )
    def test_where_a_text_is_broken(self, text: str, width: int, lines: list[str]) -> None:
        """After slashes, commas and spaces; a longer word at its dashes, or anywhere."""
        assert lines == list(broken(text, width))


class TestNames:
    def test_a_revision_a_folder_and_the_working_tree(self, kept: RegistryFolder) -> None:
        """As they were asked for, a revision with the short hash of its commit."""
        commit = git(kept.root, "rev-parse", "--short", "HEAD")

        assert ("main", commit) == called("main", kept.root)
        assert ("HEAD", commit) == called("HEAD", kept.root)
        assert (str(kept.root), None) == called(str(kept.root), kept.root)
        assert ("working tree", None) == called(None, kept.root)

    def test_they_come_before_the_release(self, kept: RegistryFolder, capsys: pytest.CaptureFixture[str]) -> None:
        """Two sides of one release are told apart."""
        commit = git(kept.root, "rev-parse", "--short", "HEAD")
        kept.change(MODEL, 'name = "Small 1"', 'name = "Small One"')
        told = ran(capsys, "diff", "main", "--registry", str(kept.root))
        short = ran(capsys, "diff", commit, "--registry", str(kept.root))
        page = json.loads(ran(capsys, "diff", "main", "--json", "--registry", str(kept.root)).out)

        assert told.out.startswith(f"From main ({commit}, release 2026.11.22, ")
        assert " to working tree (release 2026.11.22, " in told.out.split("\n")[0]
        assert short.out.startswith(f"From {commit} (release 2026.11.22, ")
        assert ("main", commit, "2026.11.22") == tuple(page["base"][name] for name in ("name", "commit", "release"))
        assert page["base"]["digest"] != page["head"]["digest"]


class TestWarnings:
    def test_of_what_changed_only(self, kept: RegistryFolder) -> None:
        """An output cheaper than the input is warned of in the review that brings it, not in the next one."""
        kept.change(OFFERING, 'output = "2"', 'output = "0.2"')
        found = compared(kept)
        (warning,) = warned(found, side(None, kept.root))

        assert ("PRC013", "warning", OFFERING) == (warning.rule, warning.severity, warning.file)
        page = written("text", found, (), (warning,))
        assert "Found by `capreg validate` (1)\n  warning PRC013 providers/acme/offerings/small-1.toml#" in page
        assert page.endswith("refuses nothing; `capreg validate` finds 1 in what changed.\n")

        git(kept.root, "commit", "--quiet", "--all", "--message", "cheaper")
        kept.change(MODEL, 'name = "Small 1"', 'name = "Small One"')
        assert () == warned(compared(kept), side(None, kept.root))

    def test_of_the_rows_that_are_new(self, kept: RegistryFolder) -> None:
        """Of a table, only what is said of new rows counts: another day than that of the row above is a fault."""
        kept.add(SPEEDS, "acme/small-1,router,router_telemetry,router,2026-12-24,9,199,450.5,99.5,\n")

        found = warned(compared(kept), side(None, kept.root), today=date(2026, 11, 23))

        assert found
        assert {"row 2"} == {finding.key.partition(".")[0] for finding in found}

    def test_nothing_changed(self, kept: RegistryFolder) -> None:
        """Then nothing is asked."""
        assert () == warned(compared(kept), side(None, kept.root))


class TestGates:
    def test_whether_they_pass(self, kept: RegistryFolder, capsys: pytest.CaptureFixture[str]) -> None:
        """The last line says so, in text and Markdown; without having asked, nothing is said."""
        kept.change(MODEL, 'name = "Small 1"', 'name = "Small One"')
        told = ran(capsys, "diff", "HEAD", "--registry", str(kept.root))
        passes = "The gates pass: `capreg gate` refuses nothing; `capreg validate` finds nothing in what changed.\n"
        assert told.out.endswith(f"\n\n{passes}")
        assert "gates" not in written("text", compared(kept))

        kept.change(OFFERING, 'input = "0.50"', 'input = "0.75"')
        told = ran(capsys, "diff", "HEAD", "--format", "markdown", "--registry", str(kept.root))
        assert "The gates do not pass: `capreg gate` refuses 1, which stand first; " in told.out.split("\n")[-2]
        assert told.out.index("### Refused by the gates (1)") < told.out.index("### Prices in force (1)")

    def test_tombstones_of_a_revision(self, kept: RegistryFolder, capsys: pytest.CaptureFixture[str]) -> None:
        """Where both sides are revisions, what the second one buries is buried."""
        kept.remove(OFFERING)
        kept.remove(SPEEDS)
        git(kept.root, "commit", "--quiet", "--all", "--message", "gone")
        told = ran(capsys, "diff", "HEAD~1", "HEAD", "--registry", str(kept.root)).out
        assert "GAT001" in told
        assert "git checkout" not in told  # what is checked out may be neither
        told = ran(capsys, "diff", "HEAD~1", "--registry", str(kept.root)).out
        assert f"git checkout 'HEAD~1' -- {kept.root / OFFERING}" in told

        graves = "offerings acme/small-1 2026-11-22 never existed\nmeasurements router-2026-05-18 2026-11-22 of it\n"
        kept.write("TOMBSTONES", graves)
        git(kept.root, "add", ".")
        git(kept.root, "commit", "--quiet", "--message", "buried")
        told = ran(capsys, "diff", "HEAD~2", "HEAD", "--registry", str(kept.root)).out

        assert "The gates pass" in told

    def test_the_order(self, kept: RegistryFolder) -> None:
        """What is refused, what touches security, answers, warnings, and then the tables."""
        kept.change(OFFERING, 'wire_id = "Small-1"', 'wire_id = "Small"')
        kept.change(OFFERING, 'output = "2"', 'output = "0.2"')
        sides = side("HEAD", kept.root), side(None, kept.root)
        found = review(*sides)
        page = written("markdown", found, (), warned(found, sides[1]))

        headings = [line.removeprefix("### ") for line in page.splitlines() if line.startswith("### ")]

        assert [
            "Look first: hosts, SDKs, keys, names (1)",
            f"Answers that change: 0 of {found.asked} reference requests",
            "Found by `capreg validate` (1)",
            "Prices in force (1)",
        ] == headings[:4]
