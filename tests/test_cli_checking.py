"""`capreg check`: one run that says whether a change may be proposed."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from capreg.source.files import Text
from capreg.source.parse import parse
from tests.cli_shop import ran
from tests.registry import OFFERING, RegistryFolder
from tests.test_cli_findings import commit, git

PRICE = '"0.05"'


@pytest.fixture
def check(capsys: pytest.CaptureFixture[str], registry: RegistryFolder, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Runs `capreg check` in the folder above the small registry, which git keeps on `main` and on a branch."""
    monkeypatch.chdir(registry.root.parent)
    git(registry.root.parent, "init", "-q")
    ran(capsys, "fmt")
    commit(registry.root.parent)
    git(registry.root.parent, "checkout", "-q", "-b", "mine")
    return lambda *arguments: ran(capsys, "check", *arguments)


def test_a_change_without_a_fault_may_be_proposed(check: Any) -> None:
    """Each step says that it holds."""
    answer = check()

    assert (0, "") == (answer.code, answer.err)
    assert "one form: holds\ngates since main: holds\nschema and rules: holds\ngenerated files: holds\n" == answer.out


def test_every_fault_of_every_step_is_told(check: Any, registry: RegistryFolder) -> None:
    """A file out of its form, a broken rule and a rewritten price, each with what mends it."""
    registry.change(OFFERING, PRICE, '"0.51"')
    registry.change(OFFERING, "context_tokens = 200000", "context_tokens   =   200000")
    answer = check()

    assert 1 == answer.code
    assert f"{OFFERING}: `capreg fmt` writes it in its one form" in answer.out
    assert "[PRC007]" in answer.out
    assert "[GAT002]" in answer.out


def test_what_commands_can_mend_they_mend(check: Any, registry: RegistryFolder) -> None:
    """With --mend the form is written first."""
    registry.change(OFFERING, "context_tokens = 200000", "context_tokens   =   200000")
    answer = check("--mend")

    assert 0 == answer.code
    assert f"written anew: registry_data/{OFFERING}\none form: holds\n" in answer.out


@pytest.mark.parametrize(("wrong", "rule"), [("contxt_tokens = 200000", "SCH001"), ("context_tokens = = 1", "SCH003")])
def test_a_file_that_cannot_be_read_is_a_fault_and_no_crash(
    check: Any, registry: RegistryFolder, wrong: str, rule: str
) -> None:
    """A misspelled key and broken TOML are told once, with --mend too; nothing is generated from what is left."""
    registry.change(OFFERING, "context_tokens = 200000", wrong)
    for answer in (check(), check("--mend")):
        assert (1, "") == (answer.code, answer.err)
        assert f"[{rule}]" in answer.out
        assert "written anew" not in answer.out
        assert "generated files: holds" in answer.out
        assert (
            f"gates since main: does not hold\n  not looked at before the faults of {OFFERING} are mended\n"
            in answer.out
        )


def test_what_came_to_the_base_since_is_no_part_of_the_change(check: Any, registry: RegistryFolder) -> None:
    """A model that `main` got after the branch is not missed on the branch."""
    folder = registry.root.parent
    git(folder, "checkout", "-q", "main")
    model = 'name = "Small 9"\nlab = "lab"\nevidence = [{ source = "list", seen_on = 2026-09-30 }]\n'
    registry.write("models/lab/small-9.toml", model)
    commit(folder)
    git(folder, "checkout", "-q", "mine")

    assert 0 == check().code


def test_warnings_of_what_changed_are_told_and_stop_nothing(check: Any, registry: RegistryFolder) -> None:
    """A model of another size than the wire id."""
    model = 'name = "Open 70B"\nlab = "lab"\nevidence = [{ source = "list", seen_on = 2026-09-30 }]\n'
    registry.write("models/lab/open-70b.toml", "#:schema ../../../schemas/model.schema.json\n\n" + model)
    offering = model.replace('name = "Open 70B"\nlab = "lab"', 'wire_id = "Open-7B"\nmodel = "lab/open-70b"')
    schema = "#:schema ../../../../schemas/offering.schema.json\n\n"
    registry.write("providers/acme/offerings/open-7b.toml", schema + offering)
    answer = check()

    assert 0 == answer.code
    assert "schema and rules: holds, 1 warning\n" in answer.out
    assert "[ID011]" in answer.out


def test_a_base_that_is_not_there(check: Any) -> None:
    """Wrong usage."""
    answer = check("nowhere")

    assert 2 == answer.code
    assert "git knows no such revision" in answer.err


@pytest.mark.parametrize("base", ["main", "mine", "HEAD"])
def test_a_deletion_is_told_before_what_follows_from_it(check: Any, registry: RegistryFolder, base: str) -> None:
    """What names the record is a fault too: it says that the record was deleted since BASE, and guesses no name."""
    registry.remove(OFFERING)
    answer = check(base)

    assert 1 == answer.code
    assert answer.out.index("[GAT001]") < answer.out.index("[REF010]")
    assert f"hint      put it back with `git checkout {base} -- registry_data/{OFFERING}`: what can" in answer.out
    back = f"it was deleted since {base}: put it back with `git checkout {base} -- registry_data/{OFFERING}`"
    assert 2 == answer.out.count(back)  # a measurement and a sighting name it
    assert "did you mean" not in answer.out


def test_beside_a_folder_nothing_is_checked_out(check: Any, registry: RegistryFolder, tmp_path: Path) -> None:
    """Where BASE is no revision, no command of git is named."""
    before = tmp_path / "before"
    shutil.copytree(registry.root, before)
    registry.remove(OFFERING)
    answer = check(str(before))

    assert "[GAT001]" in answer.out
    assert "git checkout" not in answer.out


def test_the_registry_is_read_once(check: Any, registry: RegistryFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every step looks at what was read for the first; with --mend, once more where the form was written."""
    check()  # the base is compiled, and kept
    read: list[str] = []

    def noted(text: Text) -> Any:
        read.append(text.path)
        return parse(text)

    monkeypatch.setattr("capreg.source.read.parse", noted)
    files = sorted(path.relative_to(registry.root).as_posix() for path in registry.root.rglob("*.toml"))

    assert 0 == check().code
    assert files == sorted(read)

    registry.change(OFFERING, "context_tokens = 200000", "context_tokens   =   200000")
    read.clear()
    assert 0 == check("--mend").code
    assert sorted([*files, *files]) == sorted(read)
