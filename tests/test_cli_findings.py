"""Findings in every format: text for people, JSON, annotations, SARIF; and of what changed since a revision."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from capreg.source.generated import PAGES, drift, write
from capreg.source.read import read
from capreg.source.validate import validate, validate_some
from tests.cli_shop import Ran, ran
from tests.registry import MODEL, OFFERING, PROVIDER, SPEEDS, RegistryFolder

ROOT = Path(__file__).parent.parent
TEXT = {"type": "object", "required": ["text"], "properties": {"text": {"type": "string", "minLength": 1}}}
LEVEL = {"enum": ["none", "note", "warning", "error"]}
SARIF = {
    "type": "object",
    "required": ["version", "runs"],
    "properties": {
        "$schema": {"type": "string"},
        "version": {"const": "2.1.0"},
        "runs": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["tool", "results"],
                "properties": {
                    "tool": {
                        "type": "object",
                        "required": ["driver"],
                        "properties": {
                            "driver": {
                                "type": "object",
                                "required": ["name", "rules"],
                                "properties": {
                                    "rules": {
                                        "type": "array",
                                        "uniqueItems": True,
                                        "items": {
                                            "type": "object",
                                            "required": ["id", "shortDescription", "defaultConfiguration"],
                                            "properties": {
                                                "shortDescription": TEXT,
                                                "fullDescription": TEXT,
                                                "help": TEXT,
                                                "defaultConfiguration": {"properties": {"level": LEVEL}},
                                            },
                                        },
                                    }
                                },
                            }
                        },
                    },
                    "results": {
                        "type": "array",
                        "items": {
                            "type": "object",
                            "required": ["ruleId", "ruleIndex", "level", "message", "locations"],
                            "properties": {
                                "level": LEVEL,
                                "message": TEXT,
                                "ruleIndex": {"type": "integer", "minimum": 0},
                                "locations": {
                                    "type": "array",
                                    "minItems": 1,
                                    "items": {
                                        "type": "object",
                                        "required": ["physicalLocation"],
                                        "properties": {
                                            "physicalLocation": {
                                                "type": "object",
                                                "required": ["artifactLocation", "region"],
                                                "properties": {
                                                    "artifactLocation": {"required": ["uri"]},
                                                    "region": {
                                                        "properties": {"startLine": {"type": "integer", "minimum": 1}}
                                                    },
                                                },
                                            }
                                        },
                                    },
                                },
                            },
                        },
                    },
                },
            },
        },
    },
}
"""What SARIF 2.1.0 requires of the parts that are written here, in a schema of our own."""


@pytest.fixture
def command(capsys: pytest.CaptureFixture[str], registry: RegistryFolder, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Runs `capreg validate` in the folder above the small registry."""
    monkeypatch.chdir(registry.root.parent)
    return lambda *arguments: ran(capsys, "validate", *map(str, arguments))


def git(root: Path, *arguments: str) -> None:
    """Run git in `root`, as somebody."""
    who = ["-c", "user.name=A", "-c", "user.email=a@a.example", "-c", "init.defaultBranch=main"]
    subprocess.run(["git", *who, *arguments], cwd=root, check=True, capture_output=True)


def commit(root: Path) -> None:
    """Commit everything below `root`."""
    git(root, "add", "-A")
    git(root, "commit", "-q", "-m", "one")


@pytest.fixture
def kept(registry: RegistryFolder) -> RegistryFolder:
    """The small registry, committed to git."""
    git(registry.root.parent, "init", "-q")
    commit(registry.root.parent)
    return registry


class TestFormats:
    def test_text(self, command: Any, registry: RegistryFolder) -> None:
        """Place, rule, key, then what to do; a count at the end."""
        registry.change(OFFERING, '"lab/small-1"', '"lab/smal-1"')

        assert command().out == (
            f"registry_data/{OFFERING}:2\n"
            "  error REF001 at model: there is no model 'lab/smal-1'\n"
            "    found     lab/smal-1\n"
            "    hint      did you mean 'lab/small-1' or 'lab/large-1'?\n"
            "registry_data: 15 records, 1 fault in 1 file\n"
        )

    def test_github(self, command: Any, registry: RegistryFolder) -> None:
        """One command a finding, with what would end it early escaped."""
        registry.change(SPEEDS, "n,ttft_ms_p50", "n,uptime_percent")
        registry.change(OFFERING, '"lab/small-1"', '"a,b:c"')
        registry.change(MODEL, 'name = "Small 1"', "name = 100")
        lines = command("--format", "github").out.splitlines()

        assert lines[0].startswith(
            f"::error file=registry_data/{SPEEDS},line=2,title=SPD005 No share is above 100 %25::"
        )
        assert "%0Afound: 199%0Aexpected: 0 to 100" in lines[0]
        assert all(line.count("::") == 2 for line in lines)

    def test_sarif(self, command: Any, registry: RegistryFolder) -> None:
        """The shape that SARIF 2.1.0 asks for; each result points at its rule, file and line."""
        registry.change(OFFERING, '"0.05"', '"0.51"')
        registry.change(MODEL, 'lab = "lab"', 'lab = "labs"')
        answer = command("--format", "sarif")
        document = json.loads(answer.out)

        assert answer.code == 1
        assert [] == list(Draft202012Validator(SARIF).iter_errors(document))
        (run,) = document["runs"]
        rules = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
        assert ["ID004", "PRC007"] == rules == [rules[result["ruleIndex"]] for result in run["results"]]
        place = run["results"][1]["locations"][0]["physicalLocation"]
        assert place == {"artifactLocation": {"uri": f"registry_data/{OFFERING}"}, "region": {"startLine": 14}}

    def test_nothing_to_say(self, command: Any) -> None:
        """Each format says so in its own way."""
        assert command("--format", "github") == Ran(0, "", "")
        assert json.loads(command("--format", "sarif").out)["runs"][0]["results"] == []
        assert command("--format", "json").out == "[]\n"

    def test_a_format_that_is_not_there(self, command: Any) -> None:
        """Wrong usage, and the formats there are."""
        answer = command("--format", "xml")

        assert (2, "") == (answer.code, answer.out)
        assert "text, json, github, sarif" in answer.err


class TestSince:
    def test_only_what_changed(self, command: Any, kept: RegistryFolder) -> None:
        """Edited, staged and new files are looked at; a fault that was there before is not told."""
        kept.change(MODEL, 'lab = "lab"', 'lab = "labs"')
        commit(kept.root.parent)
        kept.change(OFFERING, '"0.05"', '"0.51"')
        kept.write("models/lab/small-2.toml", "=")
        answer = command("--since", "HEAD", "--json")

        assert ["SCH003", "PRC007"] == [finding["rule"] for finding in json.loads(answer.out)]
        assert "3 files changed since HEAD~1" in command("--since", "HEAD~1").out

    def test_nothing_changed(self, command: Any, kept: RegistryFolder) -> None:
        """Nothing is read, and nothing is at fault."""
        nothing = (
            "registry_data: 0 files changed since HEAD (what is committed already is seen by --since main), no faults"
        )
        assert Ran(0, f"{nothing}\n", "") == command("--since", "HEAD")

    def test_who_names_what_has_gone(self, command: Any, kept: RegistryFolder) -> None:
        """A model that was removed is missed by the offering that names it."""
        kept.remove(MODEL)
        (found,) = json.loads(command("--since", "HEAD", "--json").out)

        assert ("REF001", OFFERING, 2) == (found["rule"], found["file"], found["line"])

    @pytest.mark.parametrize("revision", ["nowhere", "-h", "--output=x"])
    def test_a_revision_that_is_not_there(self, command: Any, kept: RegistryFolder, revision: str) -> None:
        """Wrong usage; an option is no revision."""
        answer = command(f"--since={revision}")

        assert 2 == answer.code
        assert "git knows no such revision" in answer.err

    def test_a_registry_outside_git(self, command: Any, registry: RegistryFolder) -> None:
        """Says so, and what to do."""
        answer = command("--since", "HEAD")

        assert 1 == answer.code
        assert "leave it out to check everything" in answer.err


BREAKS: list[Callable[[RegistryFolder], object]] = [
    lambda r: r.change("models/lab/large-1.toml", "Large One", "Small One"),
    lambda r: r.change(PROVIDER, '"chip-a"', '"chip-z"'),
    lambda r: r.change(OFFERING, "{ parallel", "{ paralel"),
    lambda r: r.change(PROVIDER, 'kind = "host"', 'kind = "host"\nparent = "acme"'),
    lambda r: r.change(SPEEDS, "acme/small-1", "acme/small-2"),
    lambda r: r.write("providers/other/provider.toml", (r.root / PROVIDER).read_text()),
    lambda r: r.change("capabilities/tool_use.toml", "levels =", "levles ="),
    lambda r: r.write("sightings/list.csv", "subject,last_seen_on\nacme/none,2026-09-30\n"),
]


@pytest.mark.parametrize("broken", BREAKS)
def test_some_files_have_the_findings_that_they_have_among_all(
    registry: RegistryFolder, broken: Callable[[RegistryFolder], object]
) -> None:
    """Checked alone, with the others at hand, each file has exactly the findings that the whole run tells of it."""
    broken(registry)
    whole = validate(read(registry.root))
    files = sorted(path.relative_to(registry.root).as_posix() for path in registry.root.rglob("*.*"))

    assert whole
    for file in files:
        assert [f for f in whole if f.file == file] == list(validate_some(registry.root, [file])), file


def test_the_pages_are_up_to_date() -> None:
    """`capreg generate` writes them anew."""
    assert [] == drift(ROOT)


def test_pages_are_written_where_they_are_missing_or_old(tmp_path: Path) -> None:
    """Whatever stood there; a second run changes nothing."""
    for name in PAGES:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("old")
    (tmp_path / "schemas").mkdir()

    assert {tmp_path / name for name in PAGES} < set(write(tmp_path))
    assert [] == write(tmp_path)
