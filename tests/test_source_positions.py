"""Lines of keys: whatever path a document has, the reader of positions knows the line of it, and no other path."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from capreg.source.positions import line_at, lines_of, table_line

ROOT = Path(__file__).parent.parent
TEXT = '''# a comment = "no key"
name = "a [b] = {c}"
"quoted.key" = 1
dotted.part = """
two lines = "inside a text"
"""
list = [
  1,
  { a = 1, b = [2, 3] },  # and a comment
]

[table.inner]
x = 'single'

[[prices]]
input = "1"
[prices.window]
start = "00:00"

[[prices]]
input = "2"
evidence = [{ source = "s", says = { output = "7.9" } },
  { source = "t" }]
'''


def paths_of(node: Any, at: str = "") -> Iterator[str]:
    """Every path below `node`, as findings write them."""
    children = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    for name, child in children:
        path = f"{at}[{name}]" if isinstance(node, list) else f"{at}.{name}" if at else str(name)
        yield path
        yield from paths_of(child, path)


@pytest.mark.parametrize(
    ("key", "line"),
    [
        ("name", 2),
        ("quoted.key", 3),
        ("dotted.part", 4),
        ("list", 7),
        ("list[0]", 8),
        ("list[1].b[1]", 9),
        ("table", 12),
        ("table.inner.x", 13),
        ("prices[0]", 15),
        ("prices[0].window.start", 18),
        ("prices[1].input", 21),
        ("prices[1].evidence[0].says.output", 22),
        ("prices[1].evidence[1].source", 23),
    ],
)
def test_the_line_of_a_key(key: str, line: int) -> None:
    """Of tables, lists, inline tables, dotted and quoted keys."""
    assert line == lines_of(TEXT)[key]


def test_every_path_of_real_files_and_no_other() -> None:
    """The reader and the parser see the same keys in every hundredth file of the registry."""
    assert set(paths_of(tomllib.loads(TEXT))) == set(lines_of(TEXT))
    for path in sorted((ROOT / "registry_data").rglob("*.toml"))[::100]:
        text = path.read_text()
        assert set(paths_of(tomllib.loads(text))) == set(lines_of(text)), path


def test_a_key_that_is_not_there() -> None:
    """Has the line of the table that it should be in; at the top it has none."""
    lines = lines_of(TEXT)

    assert 15 == line_at(lines, "prices[0].output")
    assert 23 == line_at(lines, "prices[1].evidence[1].seen_on")
    assert line_at(lines, "wire_id") is None


def test_rows_of_tables() -> None:
    """By number, or by subject; the header is the first line."""
    text = "subject,last_seen_on\nacme,2026-09-30\nacme/small-1,2026-09-30\n"

    assert (1, 3, 3, 2) == tuple(
        table_line(text, key) for key in ("header", "row 2.n", "acme/small-1.last_seen_on", "acme.last_seen_on")
    )
    assert table_line(text, "nobody.subject") is None


@pytest.mark.parametrize("text", ["", "[", "[[", "a = [", "a = {", 'a = "', "= 1", "]]]", "a.b.", "\n\n[[a]\nb=}"])
def test_a_text_that_does_not_parse_ends_all_the_same(text: str) -> None:
    """What it says is of no use, and no harm."""
    assert isinstance(lines_of(text), dict)
