"""`capreg import` of a tool's result, `capreg measure`, and resolving with an overlay over the catalog."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import capreg
from capreg.errors import InvalidData
from capreg.source.build import build
from capreg.source.overlay import read_overlay
from tests.cli_shop import AS_OF, ran, write_registry
from tests.importing import results
from tests.importing.stream import Manner, streaming

OFFERING = "swift/open-70b"
ASK = ("resolve", "tool_use", "--max-latency-ms", "400", "--as-of", "2026-11-27")
LENGTHS = ("--input-tokens", "550", "--output-tokens", "150")


@pytest.fixture
def command(capsys: pytest.CaptureFixture[str]) -> Any:
    """Runs a command in this process."""
    return lambda *arguments: ran(capsys, *map(str, arguments))


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """A small compiled catalog."""
    path = tmp_path / "shop.db"
    build(write_registry(tmp_path / "registry_data"), path)
    return path


@pytest.fixture
def result(tmp_path: Path) -> Path:
    """A result of llmperf, of 2024."""
    file = tmp_path / "groq_70b.json"
    file.write_text(json.dumps(results.LLMPERF), encoding="utf-8")
    return file


def taken(command: Any, shop: Path, result: Path, into: Path, *more: str) -> Any:
    """What importing `result` answers."""
    return command("import", "llmperf", result, "--offering", OFFERING, "--catalog", shop, "--into", into, *more)


class TestImport:
    def test_a_result_becomes_a_measurement_of_ones_own(
        self, command: Any, shop: Path, result: Path, tmp_path: Path
    ) -> None:
        """A new table in the overlay, with the day that was told, and the source that owns it."""
        into = tmp_path / "own"

        answer = taken(command, shop, result, into, "--vantage", "client", "--measured-on", "2026-11-20")

        assert (0, "") == (answer.code, answer.err)
        assert "150 of 150 requests answered" in answer.out
        documents = read_overlay(into, capreg.open_catalog(shop))
        (row,) = documents["measurements"].values()
        assert {
            "offering": OFFERING,
            "source": "own-measurements",
            "kind": "own_measurement",
            "vantage": "client",
            "measured_on": "2026-11-20",
            "n": 150,
            "input_tokens": 550,
            "output_tokens": 150,
            "concurrency": 5,
            "rate_basis": "end_to_end",
            "ttft_ms": {"p50": "221.888", "p90": "298.818", "p99": "350.027"},
            "e2e_ms": {"p50": "805.184", "p99": "992.271"},
            "output_tps": {"p50": "187.942", "p90": "162.285", "p99": "152.302"},
        } == row

    def test_the_same_result_again_changes_no_byte(
        self, command: Any, shop: Path, result: Path, tmp_path: Path
    ) -> None:
        """And says that it is there already."""
        into = tmp_path / "own"
        taken(command, shop, result, into, "--vantage", "client", "--measured-on", "2026-11-20")
        before = {path: path.read_bytes() for path in into.rglob("*.*")}

        answer = taken(command, shop, result, into, "--vantage", "client", "--measured-on", "2026-11-20")

        assert "holds it already" in answer.out
        assert before == {path: path.read_bytes() for path in into.rglob("*.*")}

    def test_another_result_of_that_name_gets_a_table_of_its_own(
        self, command: Any, shop: Path, result: Path, tmp_path: Path
    ) -> None:
        """A table never changes."""
        into = tmp_path / "own"
        taken(command, shop, result, into, "--vantage", "client", "--measured-on", "2026-11-20")
        taken(command, shop, result, into, "--vantage", "local", "--measured-on", "2026-11-20")

        assert ["2026-11-20-llmperf-groq_70b-2.csv", "2026-11-20-llmperf-groq_70b.csv"] == sorted(
            path.name for path in (into / "measurements").iterdir()
        )

    def test_what_the_file_does_not_hold_is_asked_for_by_flag(self, command: Any, shop: Path, tmp_path: Path) -> None:
        """All of it at once, and nothing is written."""
        into, file = tmp_path / "own", tmp_path / "sglang.jsonl"
        file.write_text(json.dumps({**results.SGLANG, "total_input_tokens": None}), encoding="utf-8")

        answer = command("import", "sglang", file, "--offering", OFFERING, "--catalog", shop, "--into", into)

        assert 1 == answer.code
        for flag in ("--vantage", "--measured-on", "--input-tokens"):
            assert flag in answer.err
        assert not into.exists()

    def test_an_offering_that_does_not_exist_is_refused(
        self, command: Any, shop: Path, result: Path, tmp_path: Path
    ) -> None:
        """With the names that look like it."""
        answer = command("import", "llmperf", result, "--offering", "swift/open-70", "--catalog", shop)

        assert 2 == answer.code
        assert "swift/open-70b" in answer.err

    def test_what_was_measured_must_be_said(self, command: Any, result: Path) -> None:
        """A tool's file does not name an offering."""
        answer = command("import", "llmperf", result)

        assert 2 == answer.code
        assert "--offering" in answer.err


class TestOverlay:
    def test_an_own_measurement_is_trusted_most(self, command: Any, shop: Path, result: Path, tmp_path: Path) -> None:
        """It takes the place of the router's, with its vantage."""
        into = tmp_path / "own"
        taken(command, shop, result, into, "--vantage", "client", "--measured-on", "2026-11-20")

        answer = command(*ASK, *LENGTHS, "--catalog", shop, "--overlay", into, "--json")

        (told,) = [one for one in json.loads(answer.out)["ranking"] if one["offering"] == OFFERING]
        assert (221.888, "own_measurement", "client") == (
            told["ttft_ms"],
            told["measurements"]["ttft_ms"]["kind"],
            told["measurements"]["ttft_ms"]["vantage"],
        )

    def test_a_built_overlay_answers_as_a_laid_over_one(
        self, command: Any, shop: Path, result: Path, tmp_path: Path
    ) -> None:
        """`capreg build --overlay` makes one file of both, with the same digest and the same answer."""
        into, both = tmp_path / "own", tmp_path / "both.db"
        taken(command, shop, result, into, "--vantage", "client", "--measured-on", "2026-11-20")
        command("build", "--registry", tmp_path / "registry_data", "--overlay", into, "--out", both)

        laid = command(*ASK, *LENGTHS, "--catalog", shop, "--overlay", into, "--json")
        built = command(*ASK, *LENGTHS, "--catalog", both, "--json")

        assert (0, laid.out) == (built.code, built.out)
        assert "2026.11.22+overlay" in built.out

    def test_no_registry_is_needed_to_build_it(
        self, command: Any, shop: Path, result: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Who has installed capreg has a catalog and no registry."""
        into, both = tmp_path / "own", tmp_path / "both.db"
        taken(command, shop, result, into, "--vantage", "client", "--measured-on", "2026-11-20")

        built = command("build", "--catalog", shop, "--overlay", into, "--out", both)

        assert built.code == 0, built.err
        assert capreg.open_catalog(both).release == capreg.open_catalog(shop, overlay=into).release

        (tmp_path / "apart").mkdir()
        monkeypatch.chdir(tmp_path / "apart")
        monkeypatch.setattr("capreg.cli.shelf.checkout", lambda: tmp_path / "site-packages")
        dear = min(capreg.load().documents("offerings"))
        assert command("price", "own", dear, "--input", "1", "--output", "2", "--into", "contract").code == 0
        again = command("build", "--overlay", "contract", "--out", tmp_path / "shipped.db")
        assert (again.code, again.err) == (0, "")
        assert capreg.open_catalog(tmp_path / "shipped.db").release.id == f"{capreg.load().release.id}+overlay"

    def test_the_catalog_below_is_not_written_over(self, command: Any, shop: Path, tmp_path: Path) -> None:
        """Nor is a compiled catalog a registry."""
        (tmp_path / "own").mkdir()
        before = shop.read_bytes()

        over = command("build", "--catalog", shop, "--overlay", tmp_path / "own", "--out", shop)
        alone = command("build", "--catalog", shop, "--out", tmp_path / "x.db")

        assert (over.code, alone.code, shop.read_bytes()) == (2, 2, before)
        assert "does not take the place" in over.err
        assert "give --overlay with it" in alone.err

    def test_an_empty_overlay_changes_nothing(self, shop: Path, tmp_path: Path) -> None:
        """The catalog with an empty folder over it is the catalog."""
        (tmp_path / "own").mkdir()

        assert capreg.open_catalog(shop).release == capreg.open_catalog(shop, overlay=tmp_path / "own").release

    def test_faults_of_an_overlay_come_at_once(self, shop: Path, tmp_path: Path) -> None:
        """What it names must be in it or in the release; only its own files are judged."""
        folder = tmp_path / "own" / "measurements"
        folder.mkdir(parents=True)
        (folder / "mine.csv").write_text(
            "offering,source,kind,vantage,measured_on,ttft_ms_p50\n"
            "swift/nothing,somebody,own_measurement,client,2026-11-20,10\n",
            encoding="utf-8",
        )

        with pytest.raises(InvalidData) as refused:
            capreg.open_catalog(shop, overlay=tmp_path / "own")

        assert [
            ("measurements/mine.csv", "REF004"),
            ("measurements/mine.csv", "REF009"),
        ] == sorted((finding.file, finding.rule) for finding in refused.value.findings)

    def test_own_sources_need_no_file(self, command: Any, shop: Path, tmp_path: Path) -> None:
        """One table is an overlay: what was measured from here, and what a chip costs here; a file outweighs."""
        own = tmp_path / "own"
        (own / "measurements").mkdir(parents=True)
        (own / "measurements/logs.csv").write_text(
            "offering,source,kind,vantage,measured_on,n,ttft_ms_p50,ttft_ms_p95\n"
            "swift/open-70b,own-measurements,own_measurement,client,2026-11-20,900,210,480\n",
            encoding="utf-8",
        )
        (own / "rentals").mkdir()
        (own / "rentals/own-contract.csv").write_text(
            "accelerator,market,usd_per_hour,seller,seen_on,chips\nswift-1,reserved,1.25,my rack,2026-11-01,8\n",
            encoding="utf-8",
        )

        whole = capreg.open_catalog(shop, overlay=own)
        best = capreg.resolve("tool_use", max_latency_ms=500, percentile="p95", catalog=whole, as_of=AS_OF).best
        told = best.measurements["ttft_ms"]
        assert (best.offering, told["source"], told["value"]) == ("swift/open-70b", "own-measurements", 480)
        assert {"own-measurements", "own-contract"} <= set(whole.documents("sources"))
        assert "own-contract" not in capreg.open_catalog(shop).documents("sources")

        (own / "sources").mkdir()
        written = capreg.open_catalog(shop, overlay=own).documents("sources")["own-contract"]
        assert written["title"] == "Own contracts"
        text = "".join(f"{key} = {json.dumps(value)}\n" for key, value in written.items() if key != "kinds")
        (own / "sources/own-contract.toml").write_text(
            text.replace("Own contracts", "Our contracts") + 'kinds = { price = "invoice" }\n', encoding="utf-8"
        )
        whole = capreg.open_catalog(shop, overlay=own)
        assert whole.documents("sources")["own-contract"]["title"] == "Our contracts"


class TestMeasure:
    def test_an_endpoint_is_measured_and_ranked(self, command: Any, shop: Path, tmp_path: Path) -> None:
        """A few requests to a server of one's own; what was seen is a measurement from this client."""
        into = tmp_path / "own"
        with streaming(Manner(first_after=0.03, each_after=0.002, tokens=8)) as address:
            answer = command(
                "measure", OFFERING, "--requests", "4", "--base-url", address, "--catalog", shop, "--into", into
            )

        assert (0, "") == (answer.code, answer.err)
        assert "4 of 4 requests answered" in answer.out
        (row,) = read_overlay(into, capreg.open_catalog(shop))["measurements"].values()
        assert ("own_measurement", "client", 4, 40, 8, "decode") == tuple(
            row[name] for name in ("kind", "vantage", "n", "input_tokens", "output_tokens", "rate_basis")
        )
        assert 30 <= float(row["ttft_ms"]["p50"]) <= 300

    def test_too_many_failures_are_no_measurement(self, command: Any, shop: Path, tmp_path: Path) -> None:
        """One of four is more than one in twenty; nothing is written."""
        into = tmp_path / "own"
        with streaming(Manner(first_after=0.0, each_after=0.0, tokens=4, failing=(2,))) as address:
            answer = command(
                "measure", OFFERING, "--requests", "4", "--base-url", address, "--catalog", shop, "--into", into
            )

        assert 1 == answer.code
        assert "too many requests failed" in answer.err
        assert not into.exists()

    def test_without_a_key_nothing_is_sent(
        self, command: Any, shop: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """The error names the variable that should hold it."""
        monkeypatch.delenv("GROQ_API_KEY", raising=False)

        answer = command("measure", "groq/openai/gpt-oss-20b", "--into", tmp_path / "own")

        assert 2 == answer.code
        assert "GROQ_API_KEY" in answer.err

    def test_the_providers_key_goes_to_no_other_host(
        self, command: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """With an address of one's own, only a key that is named is sent."""
        monkeypatch.setenv("GROQ_API_KEY", "secret-of-the-provider")
        manner = Manner(first_after=0.002, each_after=0.0, tokens=2)
        with streaming(manner) as address:
            command(
                "measure", "groq/openai/gpt-oss-20b", "--requests", "2", "--base-url", address,
                "--into", tmp_path / "own",
            )  # fmt: skip

        assert ["Bearer none", "Bearer none"] == [body["authorization"] for body in manner.seen]

    def test_what_costs_too_much_is_not_started(self, command: Any, shop: Path, tmp_path: Path) -> None:
        """The catalog's price times the requests, against what is allowed."""
        answer = command("measure", OFFERING, "--requests", "1000", "--max-cost-usd", "0.01", "--base-url", "http://127.0.0.1:9",
                         "--catalog", shop, "--into", tmp_path / "own")  # fmt: skip

        assert 2 == answer.code
        assert "would cost more than is allowed" in answer.err
