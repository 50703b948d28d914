"""The documentation holds together: links lead somewhere, every page is in the index, every command shown works."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from textwrap import dedent

import pytest

from capreg.cli.main import run
from capreg.schema import record
from capreg.source.files import Text
from capreg.source.parse import parse
from tests.cli_shop import AS_OF, ROOT

DOCS = ROOT / "docs"
PAGES = [*(ROOT / name for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md")), *sorted(DOCS.rglob("*.md"))]
READING = ("resolve", "show", "list", "lookup", "dump", "verify", "compare", "quality", "leaderboard")
"""Commands that change nothing."""

_FENCE = re.compile(r"^[ ]*```(\w*)\n(.*?)^[ ]*```$", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
_HEADING = re.compile(r"^#+ +(.+)$", re.MULTILINE)


def name_of(page: Path) -> str:
    """The path of `page` below the checkout."""
    return page.relative_to(ROOT).as_posix()


def links_of(page: Path) -> Iterator[tuple[Path, str]]:
    """The files, and the places in them, that `page` leads to; not what lies outside the checkout."""
    prose = _FENCE.sub("", page.read_text(encoding="utf-8"))
    for target in _LINK.findall(prose):
        if not re.match(r"[a-z]+:", target):
            path, _, place = target.partition("#")
            yield (page.parent / path).resolve() if path else page, place


def places_in(page: Path) -> set[str]:
    """The anchors that headings of `page` get: lower case, letters and digits, dashes for spaces."""
    prose = _FENCE.sub("", page.read_text(encoding="utf-8"))
    return {re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-") for heading in _HEADING.findall(prose)}


def commands_of(page: Path) -> Iterator[str]:
    """The lines of `page` that call a command which only reads."""
    for language, block in _FENCE.findall(page.read_text(encoding="utf-8")):
        for line in block.replace("\\\n", " ").split("\n") if language == "bash" else ():
            words = shlex.split(line, comments=True)
            if words[:1] == ["capreg"] and words[1] in READING:
                yield shlex.join(words[1:])


def faults_in(err: str) -> list[str]:
    """What stands on standard error beside the note that the registry has been edited since the last build."""
    return [line for line in err.splitlines(keepends=True) if not line.startswith("note: ")]


COMMANDS = sorted({command for page in PAGES for command in commands_of(page)})


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_every_link_leads_somewhere(page: Path) -> None:
    """A relative link names a file that is there, and a heading that the file has."""
    broken = [
        f"{target.name}#{place}"
        for target, place in links_of(page)
        if not target.exists() or (place and place not in places_in(target))
    ]

    assert [] == broken


def test_every_page_is_in_the_index() -> None:
    """docs/README.md leads to every page; the decision records have an index of their own."""
    pages = {page for page in DOCS.rglob("*.md") if page.parent != DOCS / "adr"} - {DOCS / "README.md"}
    led_to = {target for target, _ in links_of(DOCS / "README.md")}

    assert set() == pages - led_to


def test_every_decision_record_is_in_its_index() -> None:
    """docs/adr/README.md leads to every record."""
    records = set((DOCS / "adr").glob("0*.md"))

    assert records == {target for target, _ in links_of(DOCS / "adr" / "README.md")}


@pytest.mark.parametrize("command", COMMANDS)
def test_every_reading_command_shown_is_answered(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    """It ends with 0 on the shipped catalog; without a day of its own, on the day of the release."""
    arguments = shlex.split(command)
    pinned = [] if "--as-of" in arguments or arguments[0] not in ("resolve", "show") else ["--as-of", AS_OF]

    code = run([*arguments, *pinned])

    assert (0, "") == (code, "".join(faults_in(capsys.readouterr().err)))


def test_the_offering_shown_to_contributors_is_accepted() -> None:
    """The file in the guide, with the retirement that it adds, is valid as it stands."""
    blocks = _FENCE.findall((DOCS / "how-to" / "contribute-an-offering.md").read_text(encoding="utf-8"))
    text = "\n".join(dedent(block) for language, block in blocks if language == "toml")

    document, findings = parse(Text("offering.toml", text))

    assert [] == findings
    assert document is not None
    assert record("offerings", document).lifecycle.status == "retired"
