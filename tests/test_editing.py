"""Edits by command: what is written is valid, what stood stays, and what would have faults is not written at all."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from capreg.domain.sdk import SDKS
from capreg.editing.changes import aliased, priced, retired
from capreg.editing.desk import Desk
from capreg.editing.fmt import formatted, unformatted
from capreg.editing.forms import FORMS
from capreg.editing.new import created
from capreg.editing.witness import witness
from capreg.errors import InvalidArgument, InvalidData, UnknownName
from capreg.source.files import Text
from capreg.source.read import read
from tests.cli_shop import ROOT, ran
from tests.registry import MODEL, OFFERING, PROVIDER, RegistryFolder, small_registry

TODAY = date(2026, 11, 27)
SAID = {"source": "list", "seen_on": "2026-11-27", "url": "https://list.example/acme"}
ANSWERS: dict[str, dict[str, Any]] = {
    "source": {
        "publisher": "Acme",
        "title": "Acme's pages",
        "url": "https://acme.example/",
        "licence": "quoted facts",
        "attribution": "Acme",
        "price_kind": "vendor_page",
        "speed_kind": "vendor_claim",
    },
    "provider": {
        "name": "Other",
        "kind": "host",
        "docs_url": "https://other.example/docs",
        "key": ["OTHER_KEY"],
        "openai_url": "https://api.other.example/v1",
        "source": "list",
    },
    "model": {"name": "Small 2", "open_weights": True, "reasoning": "never", "source": "list"},
    "offering": {
        "wire_id": "Large-1",
        "model": "lab/large-1",
        "context_tokens": "128_000",
        "can": ["tool_use:2"],
        "input": "0.1",
        "output": "0.2",
        "source": "list",
    },
    "accelerator": {
        "name": "Chip B",
        "maker": "Maker",
        "kind": "asic",
        "purpose": ["inference"],
        "status": "available",
        "memory_bytes": "80000000000",
        "source": "list",
    },
    "measurement": {
        "offering": "acme/small-1",
        "source": "router",
        "kind": "router_telemetry",
        "vantage": "router",
        "measured_on": "2026-11-20",
        "n": "40",
        "ttft_ms_p50": "210",
    },
    "rental": {"accelerator": "chip-a", "market": "on_demand", "usd_per_hour": "2.59", "seller": "Acme", "chips": "8"},
}
IDS = {
    "source": "acme-pages",
    "provider": "other",
    "model": "lab/small-2",
    "offering": "acme/large-1",
    "accelerator": "chip-b",
    "measurement": "router-2026-11-20",
    "rental": "list",
}


@pytest.fixture
def registry(tmp_path: Path) -> RegistryFolder:
    """A small registry."""
    return small_registry(tmp_path / "registry_data")


@pytest.fixture
def desk(registry: RegistryFolder) -> Desk:
    """Its desk."""
    return Desk(registry.root, today=TODAY)


class TestNew:
    @pytest.mark.parametrize("word", FORMS)
    def test_what_is_written_is_valid_and_in_its_one_form(self, desk: Desk, word: str) -> None:
        """Of every kind: no fault, and nothing for `capreg fmt` to do."""
        edit = created(desk, word, IDS[word], ANSWERS[word])

        path = edit.path.relative_to(desk.root).as_posix()
        assert () == edit.findings
        assert [] == [changed for changed, _ in unformatted(desk.root, [path])]
        assert (FORMS[word].kind, IDS[word]) in read(desk.root).files or word in ("measurement", "rental")

    def test_the_offering_in_full(self, desk: Desk) -> None:
        """The schema on the first line, evidence of today, a price observed on the day of the evidence."""
        edit = created(desk, "offering", "acme/large-1", ANSWERS["offering"])

        assert edit.path.read_text() == (
            "#:schema ../../../../schemas/offering.schema.json\n\n"
            'wire_id = "Large-1"\nmodel = "lab/large-1"\ncontext_tokens = 128000\n'
            'evidence = [{ source = "list", seen_on = 2026-11-27 }]\n\n'
            "[capabilities]\ntool_use = { at_least = 2 }\n\n"
            '[[prices]]\nstarts_on = 2026-11-27\nbasis = "observed"\ninput = "0.1"\noutput = "0.2"\n'
            'evidence = [{ source = "list", seen_on = 2026-11-27 }]\n'
        )

    def test_features_and_a_page_for_each_group_of_facts(self, desk: Desk) -> None:
        """What a feature does is said with its capability; prices, limits and capabilities have pages of their own."""
        pages = {name: f"https://list.example/{name}" for name in ("url", "price_url", "limit_url", "capability_url")}
        told = {"can": ["tool_use[parallel]:2"], "cannot": ["long_context"], **pages}
        with pytest.raises(InvalidData, match="CAP003"):  # how long a context is follows from its limit
            created(desk, "offering", "acme/large-1", ANSWERS["offering"] | told)
        edit = created(desk, "offering", "acme/large-1", ANSWERS["offering"] | told | {"cannot": []})

        document = read(desk.root).documents["offerings"]["acme/large-1"]
        seen = {"source": "list", "seen_on": "2026-11-27"}
        assert () == edit.findings
        assert [
            seen | {"url": pages["url"]},
            seen | {"url": pages["limit_url"], "facts": ["context_tokens"]},
        ] == document["evidence"]
        assert {
            "at_least": 2,
            "features": {"parallel": True},
            "evidence": [seen | {"url": pages["capability_url"]}],
        } == document["capabilities"]["tool_use"]
        assert [seen | {"url": pages["price_url"]}] == document["prices"][0]["evidence"]

    def test_a_page_that_names_the_hosts(self, desk: Desk) -> None:
        """Where another page says where requests go, it speaks for hosts and routes, and the first for the rest."""
        urls = {"url": "https://list.example/models", "host_url": "https://list.example/api"}
        created(desk, "provider", "other", ANSWERS["provider"] | urls)
        first, second = read(desk.root).documents["providers"]["other"]["evidence"]

        assert ("https://list.example/models", None) == (first["url"], first.get("facts"))
        assert ("https://list.example/api", "hosts") == (second["url"], second["facts"][0])

    def test_a_second_measurement_goes_below_the_first(self, desk: Desk) -> None:
        """The table gets the column that it lacks; the row that stood stays."""
        created(desk, "measurement", "router-2026-11-20", ANSWERS["measurement"])
        edit = created(
            desk, "measurement", "router-2026-11-20", ANSWERS["measurement"] | {"output_tps_p50": "88", "region": "eu"}
        )

        row = "acme/small-1,router,router_telemetry,router,2026-11-20,40"
        header = "offering,source,kind,vantage,measured_on,n,region,ttft_ms_p50,output_tps_p50"
        assert f"{header}\n{row},,210,\n{row},eu,210,88\n" == edit.path.read_text()

    def test_an_address_of_openais_protocol_is_a_way_for_each_sdk(self, desk: Desk) -> None:
        """Its host is written too, with evidence for it and for each route; no rule has a word to say."""
        edit = created(desk, "provider", "other", ANSWERS["provider"])
        document = read(desk.root).documents["providers"]["other"]

        assert () == edit.findings
        assert ["api.other.example"] == document["hosts"]
        assert {sdk: route["base_url"] for sdk, route in document["sdks"].items()} == dict.fromkeys(
            SDKS, "https://api.other.example/v1"
        )
        assert ["hosts", *(f"sdks.{sdk}" for sdk in SDKS)] == document["evidence"][1]["facts"]

    def test_everything_that_is_missing_is_said_at_once(self, desk: Desk) -> None:
        """By the names of the options."""
        with pytest.raises(InvalidArgument) as refused:
            created(desk, "provider", "other", {"name": "Other"})

        assert "without --kind, --docs-url, --source" == refused.value.found

    def test_what_would_have_faults_is_not_written(self, desk: Desk) -> None:
        """All faults come at once, with how to mend them, and no file or folder is left."""
        before = sorted(desk.root.rglob("*"))
        with pytest.raises(InvalidData) as refused:
            created(desk, "offering", "nobody/x", ANSWERS["offering"] | {"model": "lab/xyz", "input": "9000"})

        told = str(refused.value)
        assert "add it to the providers first: capreg new provider nobody" in told
        assert "[REF001]" in told
        assert before == sorted(desk.root.rglob("*"))

    def test_what_is_there_is_not_written_over(self, desk: Desk) -> None:
        """It is said which file to edit."""
        with pytest.raises(InvalidArgument, match="there already"):
            created(desk, "offering", "acme/small-1", ANSWERS["offering"])

    @pytest.mark.parametrize(
        ("word", "wrong", "told"),
        [
            ("model", {"closed_weights": True}, "open or closed"),
            ("offering", {"context_tokens": "128k"}, "whole number"),
            ("offering", {"can": ["tool_use:two"]}, "cannot be read"),
            ("offering", {"capability_url": "https://list.example/x", "can": []}, "with --can or --cannot"),
            ("provider", {"host_url": "https://list.example/x", "openai_url": None}, "with --host or --openai-url"),
            ("measurement", {"ttft_ms_p50": None}, "at least one figure"),
        ],
    )
    def test_answers_that_cannot_be_meant(self, desk: Desk, word: str, wrong: dict[str, object], told: str) -> None:
        """Each is refused before anything is written."""
        with pytest.raises(InvalidArgument, match=told):
            created(desk, word, IDS[word], ANSWERS[word] | wrong)


class TestPrice:
    def test_comments_and_what_stood_stay(self, registry: RegistryFolder, desk: Desk) -> None:
        """The new list is below, with the rates that were not given as they stood."""
        registry.change(OFFERING, 'output = "2"', 'output = "2"  # per million')
        before = (registry.root / OFFERING).read_text()
        edit = priced(
            desk,
            "acme/small-1",
            rates={"input": "0.40"},
            starts_on=date(2026, 12, 1),
            basis="effective",
            evidence=SAID,
        )

        added = edit.path.read_text().removeprefix(before)
        assert added.lstrip("\n") == (
            '[[prices]]\nstarts_on = 2026-12-01\nbasis = "effective"\ninput = "0.40"\noutput = "2"\n'
            'cache_read = "0.05"\n'
            'evidence = [{ source = "list", seen_on = 2026-11-27, url = "https://list.example/acme" }]\n'
        )

    def test_history_is_not_rewritten(self, desk: Desk) -> None:
        """A day on which a list starts, or before, is refused."""
        with pytest.raises(InvalidArgument, match="what stands is not rewritten"):
            priced(
                desk,
                "acme/small-1",
                rates={"input": "1"},
                starts_on=date(2026, 1, 1),
                basis="effective",
                evidence=SAID,
            )

    def test_steps_are_restated_by_hand(self, registry: RegistryFolder, desk: Desk) -> None:
        """A new list restates all steps, which one command cannot know."""
        registry.add(
            OFFERING,
            """
            [[prices]]
            starts_on = 2026-01-01
            basis = "observed"
            above_input_tokens = 50000
            input = "1"
            output = "4"
            evidence = [{ source = "list", seen_on = 2026-09-30 }]
            """,
        )
        with pytest.raises(InvalidArgument, match="steps or windows"):
            priced(
                desk,
                "acme/small-1",
                rates={"input": "1"},
                starts_on=date(2026, 12, 1),
                basis="effective",
                evidence=SAID,
            )

    def test_a_fault_leaves_the_file_as_it_was(self, registry: RegistryFolder, desk: Desk) -> None:
        """A price that nobody asks is not written."""
        before = (registry.root / OFFERING).read_bytes()
        with pytest.raises(InvalidData):
            priced(
                desk,
                "acme/small-1",
                rates={"input": "0"},
                starts_on=date(2026, 12, 1),
                basis="effective",
                evidence=SAID,
            )

        assert before == (registry.root / OFFERING).read_bytes()


class TestRetire:
    @pytest.mark.parametrize(("on", "status"), [(date(2026, 11, 20), "retired"), (date(2027, 3, 1), "deprecated")])
    def test_the_day_decides(self, registry: RegistryFolder, desk: Desk, on: date, status: str) -> None:
        """What still answers is deprecated until that day."""
        retired(desk, "acme/small-1", on=on, evidence=SAID)

        lifecycle = read(registry.root).documents["offerings"]["acme/small-1"]["lifecycle"]
        assert {"status": status, "retires_on": on.isoformat(), "evidence": [SAID]} == lifecycle

    def test_once(self, desk: Desk) -> None:
        """What is retired is not retired again on another day."""
        retired(desk, "acme/small-1", on=date(2026, 11, 20), evidence=SAID)
        with pytest.raises(InvalidArgument, match="retired already"):
            retired(desk, "acme/small-1", on=date(2026, 11, 21), evidence=SAID)

    def test_an_offering_that_is_not_there(self, desk: Desk) -> None:
        """The nearest id is offered."""
        with pytest.raises(UnknownName, match="acme/smal-1") as unknown:
            retired(desk, "acme/smal-1", on=TODAY, evidence=SAID)

        assert ["acme/small-1"] == unknown.value.near


class TestAlias:
    def test_a_model_gets_another_name(self, registry: RegistryFolder, desk: Desk) -> None:
        """Beside those that it has."""
        aliased(desk, "models", "lab/small-1", source="list", name="Another")

        assert {"list": ["Another", "Small One"]} == read(registry.root).documents["models"]["lab/small-1"]["aliases"]

    def test_a_name_means_one_thing(self, registry: RegistryFolder, desk: Desk) -> None:
        """Another model's name is refused, and the file stays as it was."""
        before = (registry.root / MODEL).read_bytes()
        with pytest.raises(InvalidData):
            aliased(desk, "models", "lab/small-1", source="list", name="Large One")

        assert before == (registry.root / MODEL).read_bytes()
        with pytest.raises(InvalidArgument, match="already"):
            aliased(desk, "models", "lab/small-1", source="list", name="Small One")


class TestWitness:
    def test_an_address_finds_its_source(self, desk: Desk) -> None:
        """By its host, and by its domain where no source has that host."""
        page = "https://list.example/prices"

        assert {"source": "list", "seen_on": "2026-11-27", "url": page} == witness(desk, page)
        assert "router" == witness(desk, "https://docs.router.example/x")["source"]

    def test_none_and_several(self, registry: RegistryFolder, desk: Desk) -> None:
        """It is said how to make one, or which there are."""
        with pytest.raises(InvalidArgument, match="no source is known") as unknown:
            witness(desk, "https://nobody.invalid/")
        assert "make it first: capreg new source ID --url https://…" == unknown.value.hint

        text = (registry.root / "sources/list.toml").read_text()
        registry.write("sources/list-2.toml", text)
        with pytest.raises(InvalidArgument, match="several sources") as several:
            witness(desk, "https://list.example/prices")
        assert "list, list-2" == several.value.found
        with pytest.raises(UnknownName):
            witness(desk, "lisst")
        with pytest.raises(InvalidArgument, match="day"):
            witness(desk, "list", seen_on="yesterday")


class TestFormat:
    def test_comments_stay_with_what_they_speak_of(self) -> None:
        """Above, beside, inside a list, and at the end."""
        text = (
            "# who\nlab = 'lab'   # the maker\nname = \"Small 1\"\n\n# names\n[aliases]\n"
            'list = [\n  # first\n  "Small One"]\n# the end\n'
        )
        text = text.replace("[aliases]", "evidence = [{source='list',seen_on=2026-09-30}] # seen\n[aliases]")

        assert formatted(Text(MODEL, text)) == (
            "#:schema ../../../schemas/model.schema.json\n\n"
            'name = "Small 1"\n# who\nlab = "lab"  # the maker\n# names\n'
            'evidence = [{ source = "list", seen_on = 2026-09-30 }]  # seen\n\n'
            '[aliases]\n# first\nlist = ["Small One"]\n# the end\n'
        )

    def test_twice_is_once(self, registry: RegistryFolder) -> None:
        """The form of the form is itself, and the registry says what it said."""
        before = read(registry.root).documents
        changed = dict(unformatted(registry.root))
        for path, text in changed.items():
            registry.write(path, text.encode())

        assert PROVIDER in changed
        assert [] == list(unformatted(registry.root))
        assert before == read(registry.root).documents

    def test_files_with_faults_are_left_alone(self, registry: RegistryFolder) -> None:
        """`capreg validate` speaks of those."""
        registry.write(MODEL, "name = \n")

        assert MODEL not in dict(unformatted(registry.root))


class TestCommands:
    def test_in_a_script(self, registry: RegistryFolder, capsys: pytest.CaptureFixture[str]) -> None:
        """Flags make a source, a price, a retirement and an alias; the file is named."""
        at = ("--registry", str(registry.root))
        commands = [
            "new source p --publisher P --title T --url https://p.example/ --licence MIT --attribution P",
            "price set acme/small-1 --input 0.4 --from 2026-02-01 --source https://p.example/ --seen-on 2026-11-20",
            "retire acme/small-1 --on 2026-11-01 --source list --seen-on 2026-11-20",
            "alias add acme ACME --source list",
        ]
        told = [ran(capsys, *command.split(), *at) for command in commands]

        assert [(0, "")] * 4 == [(each.code, each.err) for each in told]
        assert f"{registry.root / 'sources/p.toml'}: written\n" == told[0].out
        assert () == registry.errors()

    def test_help_shows_the_brackets_of_features(self, capsys: pytest.CaptureFixture[str]) -> None:
        """They are no markup."""
        assert "tool_use[parallel]:2" in " ".join(ran(capsys, "new", "offering", "--help").out.split())

    def test_without_a_terminal_nobody_is_asked(
        self, registry: RegistryFolder, capsys: pytest.CaptureFixture[str]
    ) -> None:
        """What is missing is an error of usage."""
        told = ran(capsys, "new", "model", "lab/x", "--registry", str(registry.root))

        assert (2, "") == (told.code, told.out)
        assert "without --name, --source" in told.err

    def test_on_a_terminal_a_person_is_asked(self, registry: RegistryFolder) -> None:
        """Enter leaves out what is not known; what is required is asked again."""
        ours, theirs = pty.openpty()
        answers = "\nSmall 2\n\n\n\n\n\nlist\n2026-11-20\n\n"
        os.write(ours, answers.encode())
        ended = subprocess.run(
            [sys.executable, "-m", "capreg", "new", "model", "lab/small-2", "--registry", str(registry.root)],
            stdin=theirs,
            capture_output=True,
            text=True,
            cwd=ROOT,
            check=False,
            timeout=60,
        )
        os.close(theirs)
        os.close(ours)

        assert (0, 2) == (ended.returncode, ended.stderr.count("Name, for people *"))
        assert (registry.root / "models/lab/small-2.toml").read_text() == (
            "#:schema ../../../schemas/model.schema.json\n\n"
            'name = "Small 2"\nlab = "lab"\nevidence = [{ source = "list", seen_on = 2026-11-20 }]\n'
        )

    def test_fmt(self, registry: RegistryFolder, capsys: pytest.CaptureFixture[str]) -> None:
        """`--check` ends with 1 and writes nothing; without it files are written once."""
        at = ("--registry", str(registry.root))
        before = (registry.root / PROVIDER).read_text()

        assert 1 == ran(capsys, "fmt", "--check", *at).code
        assert before == (registry.root / PROVIDER).read_text()
        assert 0 == ran(capsys, "fmt", PROVIDER, *at).code
        assert (0, "0 written anew\n") == ran(capsys, "fmt", PROVIDER, *at)[:2]


def test_a_day_after_the_release_may_be_seen_today(registry: RegistryFolder) -> None:
    """Until the day on which somebody looks; a release holds nothing later than itself."""
    registry.change(MODEL, "seen_on = 2026-09-30", "seen_on = 2026-11-27")
    from capreg.source.validate import validate

    assert () == validate(read(registry.root), today=TODAY)
    assert ["EVD002"] == [finding.rule for finding in validate(read(registry.root))]
