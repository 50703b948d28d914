"""`capreg validate`, `build`, `verify`, `import`: what they write and refuse, and that refusing writes nothing."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path
from typing import Any

import pytest

import capreg
from tests.cli_shop import FILES, Ran, ran, write_registry

OFFERING = "providers/swift/offerings/open-70b.toml"


@pytest.fixture
def command(capsys: pytest.CaptureFixture[str]) -> Any:
    """Runs a command in this process."""
    return lambda *arguments: ran(capsys, *map(str, arguments))


def contents(folder: Path) -> dict[str, bytes]:
    """Every file below `folder` with its content."""
    return {str(p.relative_to(folder)): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


class TestValidate:
    def test_a_registry_without_faults(self, command: Any, tmp_path: Path) -> None:
        """Exit code 0, and how many records were looked at."""
        root = write_registry(tmp_path / "registry_data")

        assert Ran(0, f"{root}: 29 records, no faults\n", "") == command("validate", "--registry", root)

    def test_every_fault_comes_at_once(self, command: Any, tmp_path: Path) -> None:
        """Each with file, key, rule, what was found, what is expected; and a count."""
        changed = {
            OFFERING: FILES[OFFERING].replace('"0.59"', "0.59").replace("wire_id", "wired"),
            "models/some-lab/open-70b.toml": 'name = "Open"\nlab = "some-lab"\n[[[',
        }
        root = write_registry(tmp_path / "registry_data", changed)
        answer = command("validate", "--registry", root)

        assert (answer.code, answer.err) == (1, "")
        assert f"{OFFERING}:15\n  error SCH005 at prices[0].input: money as a floating-point number" in answer.out
        assert f"{OFFERING}:1\n  error SCH001 at wired: unknown key" in answer.out
        assert "models/some-lab/open-70b.toml:3\n  error SCH003: line 3" in answer.out
        assert "    found     0.59" in answer.out
        assert "faults in 2 files" in answer.out.rstrip("\n").split("\n")[-1]

    def test_faults_as_json(self, command: Any, tmp_path: Path) -> None:
        """The same faults with all their fields."""
        root = write_registry(tmp_path / "registry_data", {OFFERING: FILES[OFFERING].replace('"0.59"', "0.59")})
        answer = command("validate", "--json", "--registry", root)
        findings = json.loads(answer.out)

        assert answer.code == 1
        fields = "rule severity file line key problem found expected hint command"
        assert fields.split() == list(findings[0])
        assert ("SCH005", OFFERING, "prices[0].input") in [(f["rule"], f["file"], f["key"]) for f in findings]

    def test_no_faults_as_json(self, command: Any, tmp_path: Path) -> None:
        """An empty array."""
        assert Ran(0, "[]\n", "") == command("validate", "--json", "--registry", write_registry(tmp_path / "registry"))

    def test_paths_narrow_what_is_reported(self, command: Any, tmp_path: Path) -> None:
        """The registry is found from the path; faults elsewhere are not this file's."""
        root = write_registry(tmp_path / "registry_data", {OFFERING: FILES[OFFERING].replace('"0.59"', "0.59")})

        assert command("validate", root / "skills").code == 0
        assert command("validate", root / OFFERING).code == 1
        assert command("validate", root / "skills", root / "providers").code == 1

    def test_a_path_that_is_not_there(self, command: Any, tmp_path: Path) -> None:
        """An error that names it."""
        root = write_registry(tmp_path / "registry_data")
        answer = command("validate", root / "nothing.toml")

        assert (answer.code, answer.out) == (1, "")
        assert "nothing.toml" in answer.err

    def test_control_characters_do_not_reach_the_terminal(self, command: Any, tmp_path: Path) -> None:
        """What stands in a file is shown, not obeyed."""
        root = write_registry(tmp_path / "registry_data", {"RELEASE": "\x1b[31m2026\n"})
        answer = command("validate", "--registry", root)

        assert answer.code == 1
        assert "\x1b" not in answer.out
        assert "\\x1b[31m2026" in answer.out

    def test_a_symbolic_link_is_refused(self, command: Any, tmp_path: Path) -> None:
        """A link in the registry is a fault, wherever it points."""
        root = write_registry(tmp_path / "registry_data")
        (root / "skills" / "other.toml").symlink_to(root / "skills" / "agent_step.toml")

        assert "symbolic links are refused" in command("validate", "--registry", root).out

    def test_the_registry_is_found_here(self, command: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """Without --registry it is registry_data in the current directory."""
        write_registry(tmp_path / "registry_data")
        monkeypatch.chdir(tmp_path)

        assert command("validate").out == "registry_data: 29 records, no faults\n"

    def test_there_is_no_registry(self, command: Any, tmp_path: Path) -> None:
        """A folder that is not there is an error in data that says what to give."""
        answer = command("validate", "--registry", tmp_path / "nowhere")

        assert (answer.code, answer.out) == (1, "")
        assert "--registry" in answer.err


class TestBuild:
    def test_it_writes_a_catalog_that_verifies(self, command: Any, tmp_path: Path) -> None:
        """Build says where and which digest, and prints the notice; verify says the same of it."""
        root, target = write_registry(tmp_path / "registry"), tmp_path / "catalog.db"
        built = command("build", "--registry", root, "--out", target)
        verified = command("verify", target)

        assert built.code == verified.code == 0
        first, _, rest = built.out.partition("\n")
        assert verified.out == f"{first}, whole\n"
        assert rest.startswith("\n")
        assert capreg.open_catalog(target).release.digest in built.out

    def test_a_registry_with_faults_changes_nothing(self, command: Any, tmp_path: Path) -> None:
        """Exit code 1 with every fault; the old catalog stays byte for byte, and no other file appears."""
        root, target = write_registry(tmp_path / "registry"), tmp_path / "out" / "catalog.db"
        target.parent.mkdir()
        command("build", "--registry", root, "--out", target)
        before = contents(target.parent)
        write_registry(root, {OFFERING: FILES[OFFERING].replace('input = "0.59"', 'input = "0"')})
        answer = command("build", "--registry", root, "--out", target)

        assert (answer.code, answer.out) == (1, "")
        assert f"{OFFERING}:15#prices[0].input" in answer.err
        assert before == contents(target.parent)

    def test_a_place_that_cannot_be_written(self, command: Any, tmp_path: Path) -> None:
        """A folder that is not there is an error that names the file."""
        root = write_registry(tmp_path / "registry")
        answer = command("build", "--registry", root, "--out", tmp_path / "nowhere" / "catalog.db")

        assert answer.code == 1
        assert "nowhere/catalog.db" in answer.err


class TestVerify:
    @pytest.mark.parametrize("damage", ["truncated", "altered", "empty", "missing"])
    def test_damage_is_found(self, command: Any, tmp_path: Path, damage: str) -> None:
        """Exit code 1 and what to do, whatever happened to the file."""
        root, target = write_registry(tmp_path / "registry"), tmp_path / "catalog.db"
        command("build", "--registry", root, "--out", target)
        content = target.read_bytes()
        if damage == "missing":
            target.unlink()
        else:
            altered = content.replace(b"Open 70B", b"Open 71B")
            target.write_bytes({"truncated": content[:-1000], "altered": altered, "empty": b""}[damage])
        answer = command("verify", target)

        assert (answer.code, answer.out) == (1, "")
        assert f"where     {target}" in answer.err
        assert "hint" in answer.err


class TestStale:
    @pytest.fixture
    def project(self, command: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
        """A checkout with a registry and the catalog that was built from it, which is the shipped one."""
        write_registry(tmp_path / "registry_data")
        target = tmp_path / "capreg" / "catalog.db"
        target.parent.mkdir()
        monkeypatch.setattr("capreg.snapshot.shipped_path", lambda: str(target))
        monkeypatch.setattr("capreg.cli.shelf.checkout", lambda: tmp_path)
        monkeypatch.setattr(capreg, "_shipped", [])
        command("build", "--registry", tmp_path / "registry_data")
        return tmp_path

    def test_a_fresh_catalog_says_nothing(self, command: Any, project: Path) -> None:
        """Nothing on standard error, also where a file was only touched."""
        assert command("list", "providers").err == ""
        later = (project / "capreg" / "catalog.db").stat().st_mtime + 10
        os.utime(project / "registry_data" / OFFERING, (later, later))
        assert command("list", "providers").err == ""

    def test_a_changed_file_is_said_in_one_line(self, command: Any, project: Path) -> None:
        """The answer still comes, from the catalog as it is."""
        file = project / "registry_data" / OFFERING
        file.write_text(file.read_text().replace("0.59", "0.60"))
        later = (project / "capreg" / "catalog.db").stat().st_mtime + 10
        os.utime(file, (later, later))
        answer = command("dump", "offerings")

        assert answer.code == 0
        assert answer.err.count("\n") == 1
        assert "`capreg build`" in answer.err
        assert '"0.59"' in answer.out

    def test_a_removed_file_is_said_too(self, command: Any, project: Path) -> None:
        """A folder that changed counts."""
        file = project / "registry_data" / "sightings" / "list.csv"
        file.unlink()
        later = (project / "capreg" / "catalog.db").stat().st_mtime + 10
        os.utime(file.parent, (later, later))

        assert "capreg build" in command("list", "providers").err


class TestImport:
    SNAPSHOT = {
        "swift-cloud": {
            "id": "swift-cloud",
            "name": "Swift",
            "models": {
                "new-8b": {
                    "id": "new-8b",
                    "name": "New 8B",
                    "attachment": False,
                    "reasoning": False,
                    "tool_call": True,
                    "modalities": {"input": ["text"], "output": ["text"]},
                    "open_weights": True,
                    "cost": {"input": 0.05, "output": 0.08},
                    "limit": {"context": 131072, "output": 8192},
                }
            },
        }
    }

    @pytest.fixture
    def registry(self, tmp_path: Path) -> Path:
        """A registry whose source `list` is models-dev, so that its importer can speak for it."""
        root = write_registry(tmp_path / "registry_data")
        for file in root.rglob("*"):
            if file.is_file():
                text = file.read_text().replace('"list"', '"models-dev"').replace("flags.list", "flags.models-dev")
                file.write_text(text.replace("\nlist = [", "\nmodels-dev = ["))
        for kind, ending in (("sources", "toml"), ("sightings", "csv")):
            shutil.move(root / kind / f"list.{ending}", root / kind / f"models-dev.{ending}")
        return root

    @pytest.fixture
    def snapshot(self, tmp_path: Path) -> Path:
        """A file of the source's shape with one offering."""
        file = tmp_path / "api.json"
        file.write_text(json.dumps(self.SNAPSHOT))
        return file

    @pytest.fixture
    def imports(self, command: Any, registry: Path, snapshot: Path) -> Any:
        """Imports the snapshot into the registry."""
        return lambda source, *options: command("import", source, snapshot, *options, "--registry", registry)

    def test_it_says_what_it_did(self, imports: Any, registry: Path) -> None:
        """New, changed, unchanged and unlisted are counted; the new offering is a file."""
        answer = imports("models-dev", "--provider", "swift", "--seen-on", "2026-10-31")

        assert (answer.code, answer.err) == (0, "")
        assert "models-dev, seen on 2026-10-31" in answer.out
        assert "offerings: 1 new, 0 changed, 0 as they were, 1 no longer listed" in answer.out
        assert "  swift/open-70b" in answer.out.split("\n")
        assert (registry / "providers/swift/offerings/new-8b.toml").is_file()

    @pytest.mark.parametrize(
        ("source", "options", "said"),
        [
            ("modelsdev", ("--seen-on", "2026-10-31"), "did you mean 'models-dev'?"),
            ("models-dev", (), "where     --seen-on"),
            ("models-dev", ("--seen-on", "Friday"), "a day cannot be read"),
            ("models-dev", ("--seen-on", "2026-01-01"), "where     --seen-on"),
            ("models-dev", ("--seen-on", "2026-10-31", "--provider", "swfit"), "did you mean 'swift'?"),
        ],
    )
    def test_wrong_usage_writes_nothing(
        self, imports: Any, registry: Path, source: str, options: tuple[str, ...], said: str
    ) -> None:
        """A source, day or provider that cannot be meant."""
        before = contents(registry)
        answer = imports(source, *options)

        assert (answer.code, answer.out) == (2, "")
        assert said in answer.err
        assert before == contents(registry)

    @pytest.mark.parametrize("content", [None, "", "{", '{"swift-cloud": ' * 100_000])
    def test_a_file_that_is_no_such_file(
        self, command: Any, registry: Path, tmp_path: Path, content: str | None
    ) -> None:
        """Missing, empty, cut off, nested without end: exit code 1 and nothing written."""
        file = tmp_path / "bad.json"
        if content is not None:
            file.write_text(content)
        before = contents(registry)
        answer = command("import", "models-dev", file, "--seen-on", "2026-10-31", "--registry", registry)

        assert (answer.code, answer.out) == (1, "")
        assert str(file) in answer.err
        assert "Traceback" not in answer.err
        assert before == contents(registry)
