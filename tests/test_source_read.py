"""Reading a registry folder: caps before parsing, and every fault of every file at once."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from capreg.catalog import KINDS
from capreg.errors import Finding, UnreadableFile
from capreg.source.files import MAX_LINE_CHARACTERS, MAX_TOML_BYTES, Text
from capreg.source.layout import SINGULAR, TABLES, Place, path_of, place_of
from capreg.source.parse import MAX_INTEGER, MAX_KEY_PARTS, MAX_NESTING, parse
from capreg.source.read import read
from capreg.source.table import REQUIRED_COLUMNS
from tests.registry import MODEL, OFFERING, PROVIDER, SPEEDS, RegistryFolder


def told(finding: Finding) -> tuple[str, str, str]:
    """Rule, file and key of a finding."""
    return finding.rule, finding.file, finding.key


def test_a_registry_without_faults(registry: RegistryFolder) -> None:
    """Every file becomes a document at its id; dates are texts; a table becomes one document a row."""
    found = read(registry.root)

    assert found.findings == ()
    assert found.release_id == "2026.11.22"
    assert found.documents["offerings"]["acme/small-1"]["prices"][0]["starts_on"] == "2026-01-01"
    assert found.files["offerings", "acme/small-1"] == OFFERING
    assert found.documents["measurements"] == {
        "router-2026-05-18/1": {
            "offering": "acme/small-1",
            "source": "router",
            "kind": "router_telemetry",
            "vantage": "router",
            "measured_on": "2026-05-18",
            "n": 120,
            "ttft_ms": {"p50": "199", "p90": "450.5"},
            "output_tps": {"p50": "99.5"},
        }
    }
    assert found.documents["sightings"]["list/acme/small-1"] == {
        "subject": "acme/small-1",
        "source": "list",
        "last_seen_on": "2026-09-30",
    }


def test_there_is_no_folder(tmp_path: Path) -> None:
    """The error names the folder."""
    with pytest.raises(UnreadableFile, match="no registry folder") as caught:
        read(tmp_path / "nowhere")

    assert caught.value.where == str(tmp_path / "nowhere")


def test_a_missing_release_file(registry: RegistryFolder) -> None:
    """RELEASE is needed, and the hint says so."""
    registry.remove("RELEASE")

    found = registry.finding()
    assert told(found) == ("SCH011", "RELEASE", "")
    assert found.hint == "create registry_data/RELEASE"


@pytest.mark.parametrize(
    "text", ["", "2026.13.01\n", "2026.11.32", "2026.02.30", "2026.11.22\n\n", "v1", "2026.11.22.0"]
)
def test_a_release_id_has_one_form(registry: RegistryFolder, text: str) -> None:
    """YYYY.MM.DD, or with .N; nothing else."""
    registry.write("RELEASE", text)

    assert told(registry.finding()) == ("SCH011", "RELEASE", "")


def test_a_second_release_of_a_day(registry: RegistryFolder) -> None:
    """It has a number."""
    registry.write("RELEASE", "2026.11.22.2")

    assert read(registry.root).release_id == "2026.11.22.2"
    assert registry.errors() == ()


def test_a_symbolic_link_is_refused(registry: RegistryFolder, tmp_path: Path) -> None:
    """Wherever it points, also to a good file; and a dangling one is not overlooked."""
    good = tmp_path / "good.toml"
    good.write_bytes((registry.root / MODEL).read_bytes())
    registry.remove(MODEL)
    (registry.root / MODEL).symlink_to(good)
    (registry.root / "models/lab/gone.toml").symlink_to(tmp_path / "nowhere")

    first, second = registry.errors()
    assert told(first) == ("SEC001", "models/lab/gone.toml", "")
    assert told(second) == ("SEC001", MODEL, "")
    assert second.hint == "copy the file it points to, or remove it"


def test_a_linked_folder_is_refused(registry: RegistryFolder, tmp_path: Path) -> None:
    """It is not walked into."""
    (tmp_path / "elsewhere").mkdir()
    (registry.root / "models/else").symlink_to(tmp_path / "elsewhere")

    assert [found.rule for found in registry.errors()] == ["SCH004", "SEC001"]


def test_a_pipe_is_refused_and_not_waited_for(registry: RegistryFolder) -> None:
    """What is no regular file is not opened."""
    os.mkfifo(registry.root / "engines/pipe.toml")

    assert told(registry.finding()) == ("SEC006", "engines/pipe.toml", "")


def test_a_file_of_100_mb_is_refused_unread(registry: RegistryFolder) -> None:
    """Its size alone decides."""
    with (registry.root / "models/lab/huge.toml").open("wb") as file:
        file.truncate(100_000_000)

    found = registry.finding()
    assert told(found) == ("SEC002", "models/lab/huge.toml", "")
    assert (found.found, found.expected) == ("100000000 bytes", f"at most {MAX_TOML_BYTES} bytes")


def test_a_file_of_a_million_lines_is_not_parsed(registry: RegistryFolder) -> None:
    """Empty lines pass under the limit of bytes, and would take the parser seconds."""
    (registry.root / "models/lab/tall.toml").write_text("\n" * 1_000_000)

    found = registry.finding()
    assert told(found) == ("SEC002", "models/lab/tall.toml", "")
    assert (found.found, found.expected) == ("1,000,001 lines", "at most 20,000 lines")


def test_a_table_of_100_mb_is_refused_unread(registry: RegistryFolder) -> None:
    """Tables may be larger, and not as large as this."""
    with (registry.root / "measurements/huge.csv").open("wb") as file:
        file.truncate(100_000_000)

    assert told(registry.finding()) == ("SEC002", "measurements/huge.csv", "")


def test_a_long_line_is_refused(registry: RegistryFolder) -> None:
    """With the number of the line."""
    registry.write(MODEL, "name = 'x'\n# " + "x" * MAX_LINE_CHARACTERS + "\n")

    found = registry.finding()
    assert told(found) == ("SEC003", MODEL, "")
    assert found.problem == "line 2 is too long"


def test_a_file_that_is_not_utf_8(registry: RegistryFolder) -> None:
    """With the number of the line."""
    registry.write(MODEL, b"name = 'x'\nlab = '\xff'\n")

    found = registry.finding()
    assert told(found) == ("SCH009", MODEL, "")
    assert found.problem == "line 2 is not UTF-8"


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("name = 'a'\nname = 'b'\n", "invalid TOML: Cannot overwrite a value"),
        ("name = \n", "line 1, column 8: invalid TOML: Invalid value"),
        ("[a\n", "line 1, column 3: invalid TOML:"),
        ('{"name": "x"}', "line 1, column 1: invalid TOML:"),
        ("\ufeffname = 'x'\n", "line 1, column 1: invalid TOML:"),
        ("n = " + "9" * 5000, "invalid TOML: Exceeds the limit"),
    ],
)
def test_invalid_toml(registry: RegistryFolder, text: str, problem: str) -> None:
    """One finding, with the place; what refers to the file is not reported on top."""
    registry.write(MODEL, text)

    found = registry.finding()
    assert told(found) == ("SCH003", MODEL, "")
    assert problem in found.problem
    assert found.hint == "fix the syntax; each key stands once"


@pytest.mark.parametrize(
    "text",
    [
        "a = " + "[" * 19_000,
        "a = \n" + "[" * 10_000 + "\n" + "]" * 10_000,
        "\n".join(["a = ["] + ["[" * 1000] * 100),
        "a = " + "{a=" * 6_000,
        "a = '[' # \"\n" + "b = " + "[" * 100 + "]" * 100,
        'a = """\n\\"""[ """\nb = ' + "[" * (MAX_NESTING + 1) + "]" * (MAX_NESTING + 1),
    ],
)
def test_deep_nesting_is_refused_before_parsing(registry: RegistryFolder, text: str) -> None:
    """A 100,000-deep array, on one line or many, is our finding and no RecursionError."""
    registry.write(MODEL, text)

    found = registry.finding()
    assert told(found) == ("SEC004", MODEL, "")
    assert "nested too deep" in found.problem
    assert found.expected == f"at most {MAX_NESTING} levels"


@pytest.mark.parametrize(
    "text", ["[" + ".".join(["a"] * 9_000) + "]", ".".join(["a"] * 9_000) + " = 1", " . ".join(['"a"'] * 17) + " = 1"]
)
def test_keys_of_many_parts_are_refused_before_parsing(registry: RegistryFolder, text: str) -> None:
    """The parser is slow on them."""
    registry.write(MODEL, text)

    found = registry.finding()
    assert told(found) == ("SEC004", MODEL, "")
    assert found.problem == "line 1 has a key of too many parts"
    assert found.expected == f"at most {MAX_KEY_PARTS} parts"


def test_brackets_and_dots_in_prose_are_not_nesting() -> None:
    """Only what the parser would nest counts."""
    document, findings = parse(
        Text("a.toml", 'note = "' + "[{." * 50 + '"\n# ' + "[[." * 50 + "\nb = '''\n" + "[.\n" * 50 + "'''\n")
    )

    assert document is not None
    assert document["note"] == "[{." * 50
    assert [told(finding) for finding in findings] == [("SEC005", "a.toml", "b")]


@pytest.mark.parametrize(
    "hostile",
    ['x="................."\n' + '"""\\"""\n' * 100_000, 'x="................."\n' + ('"' + '\\"' * 9_000 + "\n") * 50],
)
def test_scanning_is_linear_in_the_size_of_a_hostile_file(hostile: str) -> None:
    """Texts that never end do not make the scan start anew: this test would take minutes."""
    _, (found,) = parse(Text("a.toml", hostile))

    assert found.rule == "SCH003"


def test_money_as_a_float_is_refused(registry: RegistryFolder) -> None:
    """The finding says how to write it."""
    registry.change(OFFERING, 'input = "0.50"', "input = 0.59")

    found = registry.finding()
    assert told(found) == ("SCH005", OFFERING, "prices[0].input")
    assert found.problem == "money as a floating-point number is refused"
    assert (found.found, found.hint) == ("0.59", 'write "0.59"')


@pytest.mark.parametrize("number", ["nan", "inf", "-inf"])
def test_not_a_number_is_refused(registry: RegistryFolder, number: str) -> None:
    """Neither NaN nor an infinity is a price."""
    registry.change(OFFERING, 'input = "0.50"', f"input = {number}")

    found = [finding for finding in registry.findings() if finding.key == "prices[0].input"]
    assert [finding.rule for finding in found] == ["SCH005"]
    assert found[0].hint == "write a finite number"


def test_a_float_elsewhere_is_refused(registry: RegistryFolder) -> None:
    """There are no floats in the registry at all."""
    registry.change(OFFERING, "context_tokens = 200000", "context_tokens = 2e5")

    assert told(registry.finding()) == ("SCH005", OFFERING, "context_tokens")


@pytest.mark.parametrize("value", ["2026-09-30T10:00:00Z", "2026-09-30 10:00:00", "10:00:00"])
def test_times_are_refused(registry: RegistryFolder, value: str) -> None:
    """A day is a day."""
    registry.change(OFFERING, "starts_on = 2026-01-01", f"starts_on = {value}")

    found = registry.finding()
    assert told(found) == ("SCH006", OFFERING, "prices[0].starts_on")


def test_a_number_beyond_64_bits_is_refused(registry: RegistryFolder) -> None:
    """It would not fit the index."""
    registry.change(OFFERING, "context_tokens = 200000", f"context_tokens = {MAX_INTEGER + 1}")

    assert ("SCH010", OFFERING, "context_tokens") in map(told, registry.errors())


@pytest.mark.parametrize(
    ("escape", "found"),
    [
        ("\\u0007", "U+0007 control character"),
        ("\\u200b", "U+200B ZERO WIDTH SPACE"),
        ("\\u202e", "U+202E RIGHT-TO-LEFT OVERRIDE"),
        ("\\n", "U+000A control character"),
        ("\\u001b[31m", "U+001B control character"),
    ],
)
def test_characters_that_nobody_sees_are_refused(registry: RegistryFolder, escape: str, found: str) -> None:
    """Control characters, zero-width and direction marks hide what a reviewer should see."""
    registry.change(OFFERING, 'wire_id = "Small-1"', f'wire_id = "Small-1{escape}"')

    finding = registry.finding()
    assert told(finding) == ("SEC005", OFFERING, "wire_id")
    assert finding.found == found


def test_prose_may_have_lines(registry: RegistryFolder) -> None:
    """A note over two lines is fine; a name is not."""
    registry.change(MODEL, 'name = "Small 1"', 'name = "Small 1"\nnote = """One.\nTwo."""')

    assert registry.errors() == ()


def test_a_hidden_character_in_a_key(registry: RegistryFolder) -> None:
    """The key is left out, and the finding names the table that it stands in."""
    registry.change(OFFERING, "[capabilities]", '[capabilities]\n"vis\\u200bion" = { at_least = 1 }')

    assert told(registry.finding()) == ("SEC005", OFFERING, "capabilities")


@pytest.mark.parametrize(
    ("path", "named"),
    [
        ("providers/acme/offerings/sm\u0430ll-2.toml", "U+0430 CYRILLIC SMALL LETTER A"),
        ("models/lab/Small-2.toml", "U+0053 LATIN CAPITAL LETTER S"),
        ("models/lab/small 2.toml", "U+0020 SPACE"),
        ("models/lab/.hidden.toml", None),
        ("models/lab/" + "x" * 200 + ".toml", None),
    ],
)
def test_ids_have_one_spelling(registry: RegistryFolder, path: str, named: str | None) -> None:
    """Look-alike letters, capitals, spaces, leading dots and excess length: the finding names the character."""
    source = OFFERING if path.startswith("providers") else MODEL
    text = (registry.root / source).read_text().replace('aliases = { list = ["Small One"] }\n', "")
    registry.write(path, text)

    (found,) = (one for one in registry.errors() if not one.rule.startswith("ID0") or one.rule == "ID001")
    assert told(found) == ("ID001", path, "")
    assert found.found is not None
    assert named is None or found.found.endswith(named)
    assert found.hint == "rename the file: lower case, and the Latin letters of a keyboard"


def test_two_files_for_one_id(registry: RegistryFolder) -> None:
    """Files that are one on machines without case are named, each with the other."""
    registry.write("models/lab/SMALL-1.toml", (registry.root / MODEL).read_text())

    found = [finding for finding in registry.findings() if finding.rule == "ID002"]
    assert [told(finding) for finding in found] == [("ID002", "models/lab/SMALL-1.toml", ""), ("ID002", MODEL, "")]
    assert {finding.found for finding in found} == {f"models/lab/SMALL-1.toml, {MODEL}"}
    assert {finding.hint for finding in found} == {"keep one of them"}


@pytest.mark.parametrize(
    "path",
    [
        "widgets/a.toml",
        "models/loose.toml",
        "models/lab/small-2.tml",
        "models/lab/small-2.toml~",
        "capabilities/more/deep.toml",
        "measurements/deep/table.csv",
        "measurements/table.toml",
        "providers/acme/prices.toml",
        "providers/loose.toml",
        ".DS_Store",
        "models/README.md",
    ],
)
def test_nothing_is_overlooked(registry: RegistryFolder, path: str) -> None:
    """A misspelt folder or ending would make a row silently missing."""
    registry.write(path, "")

    found = registry.finding()
    assert told(found) == ("SCH004", path, "")
    assert found.hint == "move the file, or check the spelling of its folder and its ending"


def test_files_at_the_top_that_hold_no_record(registry: RegistryFolder) -> None:
    """A README may stand beside RELEASE."""
    registry.write("README.md", "Read me.")

    assert registry.errors() == ()


REQUIRED = ",".join(REQUIRED_COLUMNS["measurements"])


def test_all_faults_of_all_files_come_at_once(registry: RegistryFolder) -> None:
    """Five files, five faults, in the order of their paths."""
    registry.change(OFFERING, 'input = "0.50"', "input = 0.5")
    registry.change(PROVIDER, 'kind = "host"', 'kind = "hoster"')
    registry.write("models/lab/broken.toml", "= 1")
    registry.write("stray.txt", "")
    registry.write(SPEEDS, f"{REQUIRED},n\n" + "x," * 4 + "x\n")

    assert [told(finding) for finding in registry.errors()] == [
        ("SCH008", SPEEDS, "row 1"),
        ("SCH003", "models/lab/broken.toml", ""),
        ("SCH005", OFFERING, "prices[0].input"),
        ("SCH001", PROVIDER, "kind"),
        ("SCH004", "stray.txt", ""),
    ]


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_has_one_place(kind: str) -> None:
    """The path of a record leads back to its kind and id; schemas are named by the word for one."""
    key = {
        "models": "lab/x",
        "offerings": "acme/x/y",
        "measurements": "table/3",
        "sightings": "list/acme/x",
        "qualities": "estimates",
        "benchmarks": "list/x",
        "scores": "list/3",
        "deployments": "list/3",
        "rentals": "list/3",
    }.get(kind, "x")
    place = place_of(path_of(kind, key))

    assert place == Place(kind, key.partition("/")[0] if kind in TABLES - {"qualities"} else key)
    assert SINGULAR["capabilities"] == "capability"
    assert SINGULAR["sources"] == "source"


@given(st.text(max_size=200))
def test_whatever_a_file_says_reading_does_not_fail(text: str) -> None:
    """A document, findings, or both; never another exception."""
    document, findings = parse(Text("a.toml", text))

    assert document is not None or findings
