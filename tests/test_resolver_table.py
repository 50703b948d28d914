"""A decision as text and as HTML: a table that is read, and names in it that are never obeyed."""

from __future__ import annotations

from html.parser import HTMLParser

import pytest

import capreg
from capreg import schema
from capreg.catalog import Catalog
from capreg.testing import catalog, offering

AS_OF = "2026-11-22"
HOSTILE = "shop/<img src=x onerror=alert(1)>&\"'\x1b[31m\u202e"


class Seen(HTMLParser):
    """The tags and the texts of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.open: list[str] = []
        self.texts: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """A tag opens."""
        self.tags.append(tag)
        if tag != "br":
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        """The tag that was opened last closes."""
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        """Text, with its entities read."""
        self.texts.append(data)


@pytest.fixture
def decision() -> capreg.Decision:
    """Two offerings, one of them let in unproven."""
    shop = catalog(
        offering("fast/small", price=("0.10", "0.40"), ttft=120, tps=300, tools=True),
        offering("slow/large", price=("0.30", "1.20"), tools=True),
    )
    return capreg.resolve("tool_use", max_latency_ms=300, unknown="include", catalog=shop, as_of=AS_OF)


@pytest.fixture
def hostile() -> capreg.Decision:
    """An offering whose id no registry would take, in a catalog that somebody made without checks."""
    made = catalog(offering("shop/one", price=("0.10", "0.40"), ttft=55.5, tools=True))
    documents = {kind: dict(made.documents(kind)) for kind in made}
    documents["offerings"] = {HOSTILE: documents["offerings"]["shop/one"]}
    return capreg.resolve("tool_use", catalog=Catalog("r<b>", documents, decode=schema.record), as_of=AS_OF)


def test_text_is_a_table(decision: capreg.Decision) -> None:
    """The question, a line each, how many passed, and what it rests on."""
    assert [
        decision.interpretation,
        "#  offering    $/1k calls  TTFT ms p50  end ms p50  tok/s p50",
        "1  fast/small       0.320          120       1,117        300",
        "2  slow/large       0.960            –           –          –  unproven",
        "1 feasible of 2 considered",
        f"{decision.id}, release 2026.01.01, as of 2026-11-22T00:00Z",
    ] == str(decision).split("\n")


def test_repr_stays_one_line(decision: capreg.Decision) -> None:
    """For a debugger and a log."""
    assert repr(decision) == "<Decision: 1 of 2 feasible, best fast/small>"


def test_text_of_nobody() -> None:
    """An empty answer is said to be one."""
    with pytest.raises(capreg.NoFeasibleOffering) as nobody:
        capreg.resolve("vision", catalog=catalog(offering("a/b")), as_of=AS_OF)

    assert str(nobody.value.decision).split("\n")[1] == "nobody passes"
    assert "<td colspan=" in nobody.value.decision._repr_html_()


def test_html_is_one_table_and_closes_what_it_opens(decision: capreg.Decision) -> None:
    """The same cells as the text."""
    seen = Seen(decision._repr_html_())

    assert seen.open == []
    assert seen.tags[0] == "table"
    assert {"fast/small", "0.320", "120", "unproven", "TTFT ms p50"} <= set(seen.texts)
    assert decision.interpretation in seen.texts


def test_hostile_names_are_text(hostile: capreg.Decision) -> None:
    """No tag, no attribute and no entity comes out of a name."""
    page = hostile._repr_html_()
    seen = Seen(page)

    assert "img" not in seen.tags
    assert "b" not in seen.tags
    assert set(seen.tags) == {"table", "caption", "thead", "tbody", "tfoot", "tr", "th", "td", "br"}
    assert "<img" not in page
    assert "shop/<img src=x onerror=alert(1)>&\"'\\x1b[31m\\u202e" in "".join(seen.texts)


def test_a_terminal_obeys_nothing(hostile: capreg.Decision) -> None:
    """Control characters and those that turn the line around are written out, in both forms."""
    for shown in (str(hostile), hostile._repr_html_()):
        assert all(character.isprintable() or character == "\n" for character in shown)
