"""Many downloads in one run: all or none, each heard with what the others brought, and a second run is silent."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from capreg.errors import InvalidArgument, InvalidData, UnknownName, UnreadableFile
from capreg.importers import Together, run_all
from capreg.importers.downloads import days_in, downloads_in
from tests.cli_shop import Ran, ran
from tests.importing.shop import MAY, NOVEMBER, SEPTEMBER, Shop, endpoint, listed, ll, md, scan

DAYS = {"models-dev": SEPTEMBER, "litellm": NOVEMBER, "pi-ai": date(2026, 11, 10), "genai-prices": date(2026, 11, 10)}


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    """An empty registry with seven providers; pi-ai knows groq."""
    shop = Shop(tmp_path)
    file = shop.root / "providers/groq/provider.toml"
    file.write_text(file.read_text("utf-8") + 'pi-ai = ["groq"]\n', "utf-8")
    return shop


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Downloads of four sources; the router and pi-ai speak of what the others bring."""
    folder = tmp_path / "downloads"
    put(folder, "models-dev/api.json", listed(groq={**md("meta/small"), **md("meta/large")}, openai=md("gpt-9")))
    put(folder, "litellm/model_prices_and_context_window.json", {"groq/meta/small": ll("groq"), "gpt-9": ll("openai")})
    put(folder, "openrouter/infrastructure_provider_map.json", scan(Groq=[endpoint("meta/small", "groq")]))
    cost = {"input": 0.5, "output": 1.5}
    entry = {"id": "meta/small", "provider": "groq", "type": "chat", "cost": cost}
    put(folder, "pi-ai/data/groq.json", {"api": {"chat:meta/small": entry}})
    put(folder, "pi-ai/data/.manifest.json", {})
    return folder


def put(folder: Path, path: str, document: Any) -> Path:
    """A JSON file below the folder."""
    file = folder / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(document if isinstance(document, str) else json.dumps(document), encoding="utf-8")
    return file


def take(shop: Shop, folder: Path, **more: Any) -> Together:
    """Imports the folder."""
    return run_all(folder, shop.root, days=DAYS, **more)


class TestRun:
    def test_everything_comes_in_at_once(self, shop: Shop, folder: Path) -> None:
        """Offerings, the sources that only speak of them, and the sightings of each."""
        done = take(shop, folder)

        assert ["groq/meta/large", "groq/meta/small", "openai/gpt-9"] == shop.names()
        (price,) = shop.offering("groq/meta/small")["prices"]
        assert ["openrouter", "models-dev", "pi-ai", "litellm"] == [one["source"] for one in price["evidence"]]
        assert {"litellm", "models-dev", "pi-ai"} <= {file.stem for file in (shop.root / "sightings").glob("*.csv")}
        assert [".manifest.json"] == [file.name for file in done.others]
        assert (
            len(done.written) == len(set(done.written)) == len([f for f in done.written if (shop.root / f).is_file()])
        )

    def test_it_is_what_one_file_after_the_other_gives(self, shop: Shop, folder: Path, tmp_path: Path) -> None:
        """The same bytes as importing each by itself, twice over."""
        take(shop, folder)
        other = Shop(tmp_path / "other")
        file = other.root / "providers/groq/provider.toml"
        file.write_text(file.read_text("utf-8") + 'pi-ai = ["groq"]\n', "utf-8")
        for _ in range(2):
            for source, path in downloads_in(folder).files:
                other.take(source, json.loads(path.read_text()), DAYS.get(source, MAY))

        assert other.content() == shop.content()

    def test_a_second_run_changes_no_byte(self, shop: Shop, folder: Path) -> None:
        """One round, nothing written."""
        take(shop, folder)
        before = shop.content()
        again = take(shop, folder)

        assert ((), 1) == (again.written, again.rounds)
        assert before == shop.content()

    def test_the_summary_counts_what_is_new_once(self, shop: Shop, folder: Path) -> None:
        """Though the files were taken in several rounds."""
        done = take(shop, folder)
        first = {path.parent.name: summary for path, summary in done.summaries}["models-dev"]

        assert done.rounds > 1
        assert (("groq/meta/large", "groq/meta/small", "openai/gpt-9"), ()) == (first.added, first.changed)
        assert 0 == first.unchanged

    def test_one_provider_only(self, shop: Shop, folder: Path) -> None:
        """A change that is small enough to read."""
        take(shop, folder, providers=["openai"])

        assert ["openai/gpt-9"] == shop.names()
        with pytest.raises(UnknownName, match="did you mean 'openai'"):
            take(shop, folder, providers=["opnai"])

    def test_progress_is_told(self, shop: Shop, folder: Path) -> None:
        """Before each step, never more than there are."""
        told: list[tuple[str, int, int]] = []
        take(shop, folder, progress=lambda *step: told.append(step))

        assert "models-dev/api.json" == told[0][0]
        assert all(done < known for _, done, known in told)

    def test_a_newer_list_that_says_the_same_moves_sightings_only(self, shop: Shop, folder: Path) -> None:
        """One table for the source."""
        take(shop, folder)
        done = run_all(folder, shop.root, days={**DAYS, "models-dev": date(2026, 10, 7)})

        assert ("sightings/models-dev.csv",) == done.written

    def test_a_refresh_touches_what_changed(self, shop: Shop, folder: Path) -> None:
        """Two of a hundred prices: two files, and the sightings."""
        rows = {f"m{number}": row for number in range(100) for row in md(f"m{number}").values()}
        put(folder, "models-dev/api.json", listed(groq=rows))
        take(shop, folder)
        for name in ("m7", "m42"):
            rows[name] = md(name, cost={"input": 0.6, "output": 1.5})[name]
        put(folder, "models-dev/api.json", listed(groq=rows))
        done = run_all(folder, shop.root, days={**DAYS, "models-dev": date(2026, 12, 1)})

        offerings = [f"providers/groq/offerings/{name}.toml" for name in ("m42", "m7")]
        assert (*offerings, "sightings/models-dev.csv") == done.written


class TestBroken:
    @pytest.mark.parametrize(
        ("path", "content"),
        [
            ("models-dev/api.json", ""),
            ("litellm/model_prices_and_context_window.json", '{"groq/meta/small": {"litellm_provider"'),
            ("litellm/model_prices_and_context_window.json", "[1, 2]"),
            ("pi-ai/data/groq.json", "[]"),
            ("openrouter/infrastructure_provider_map.json", '{"generated_at": "2026-05-18", "providers": 7}'),
            ("genai-prices/data.json", '{"providers": 3}'),
            ("model-prices/snapshot.json", "[]"),
        ],
    )
    def test_one_bad_file_keeps_all_out(self, shop: Shop, folder: Path, path: str, content: str) -> None:
        """Empty, cut off, of another shape: the file is named, and nothing is written."""
        put(folder, path, content)
        before = shop.content()
        with pytest.raises(InvalidData) as refused:
            take(shop, folder)

        assert {str(folder / path)} == {finding.file for finding in refused.value.findings}
        assert before == shop.content()

    def test_all_bad_files_are_named_at_once(self, shop: Shop, folder: Path) -> None:
        """With the day that is missing, once for a source."""
        put(folder, "models-dev/api.json", "")
        put(folder, "litellm/model_prices_and_context_window.json", "{")
        put(folder, "pi-ai/data/openai.json", {"api": {}})
        days = {source: day for source, day in DAYS.items() if source != "pi-ai"}
        with pytest.raises(InvalidData) as refused:
            run_all(folder, shop.root, days=days)

        told = {Path(finding.file).name: finding.problem for finding in refused.value.findings}
        assert ["api.json", "groq.json", "model_prices_and_context_window.json"] == sorted(told)
        assert "no file of pi-ai says from which day it is" == told["groq.json"]

    def test_ten_times_the_rows_are_refused(self, shop: Shop, folder: Path) -> None:
        """More likely a wrong file than a sudden market; --allow-growth takes it."""
        few = {key: row for number in range(30) for key, row in md(f"m{number}").items()}
        many = {key: row for number in range(300) for key, row in md(f"m{number}").items()}
        put(folder, "models-dev/api.json", listed(groq=few))
        take(shop, folder)
        put(folder, "models-dev/api.json", listed(groq=many))
        before = shop.content()
        with pytest.raises(InvalidData, match="far more"):
            take(shop, folder)

        assert before == shop.content()
        assert 270 == len(dict(take(shop, folder, allow_growth=True).summaries)[folder / "models-dev/api.json"].added)

    def test_half_of_the_rows_gone_is_refused(self, shop: Shop, folder: Path) -> None:
        """--allow-shrink takes it."""
        rows = {key: row for number in range(30) for key, row in md(f"m{number}").items()}
        put(folder, "models-dev/api.json", listed(groq=rows))
        take(shop, folder)
        put(folder, "models-dev/api.json", listed(groq=md("m1")))
        before = shop.content()
        with pytest.raises(InvalidData, match="far less"):
            take(shop, folder)

        assert before == shop.content()
        gone = dict(take(shop, folder, allow_shrink=True).summaries)[folder / "models-dev/api.json"].unlisted
        assert 29 == len(gone)

    def test_an_older_file_is_refused(self, shop: Shop, folder: Path) -> None:
        """Of two files of one source the newer one counts."""
        take(shop, folder)
        with pytest.raises(InvalidData, match="a newer file of this source"):
            run_all(folder, shop.root, days={**DAYS, "litellm": date(2026, 1, 1)})


class TestFolder:
    def test_a_folder_without_downloads(self, tmp_path: Path) -> None:
        """Files at its top are of no source."""
        put(tmp_path, "api.json", {})
        with pytest.raises(InvalidArgument, match="there are no downloads here"):
            downloads_in(tmp_path)
        with pytest.raises(InvalidArgument, match="no JSON file"):
            downloads_in(tmp_path / "nowhere")

    def test_days_are_written_beside_the_folders(self, tmp_path: Path) -> None:
        """What is given wins."""
        (tmp_path / "days.toml").write_text("litellm = 2026-11-12\nmodels-dev = 2026-09-30\n")

        assert {"litellm": NOVEMBER, "models-dev": MAY} == days_in(tmp_path, ["models-dev=2026-05-18"])

    @pytest.mark.parametrize(
        ("text", "given", "error", "told"),
        [
            ("litellm = 7\n", [], UnreadableFile, "without quotes"),
            ("litellm", [], UnreadableFile, "not TOML"),
            ("", ["litellm"], InvalidArgument, "SOURCE=DAY"),
            ("", ["litelm=2026-11-12"], UnknownName, "did you mean 'litellm'"),
        ],
    )
    def test_days_that_cannot_be_meant(
        self, tmp_path: Path, text: str, given: list[str], error: Any, told: str
    ) -> None:
        """In the file, or given."""
        (tmp_path / "days.toml").write_text(text)
        with pytest.raises(error, match=told):
            days_in(tmp_path, given)


class TestCommand:
    @pytest.fixture
    def imports(self, shop: Shop, folder: Path, capsys: Any) -> Callable[..., Ran]:
        """Imports the folder by command."""
        (folder / "days.toml").write_text("".join(f"{source} = {day}\n" for source, day in DAYS.items()))
        return lambda *more: ran(capsys, "import", "--all", str(folder), "--registry", str(shop.root), *more)

    def test_a_line_for_each_source(self, imports: Callable[..., Ran]) -> None:
        """Counts, then names, then what was left out and what is no download."""
        answer = imports()

        lines = [line.split() for line in answer.out.splitlines()]
        assert ["models-dev", "2026-09-30", "1", "3", "0", "0", "0", "0", "0", "0", "0"] in lines
        assert "files written, in" in answer.out
        assert answer.out.endswith(".manifest.json\n")
        assert "" == answer.err

    def test_json(self, imports: Callable[..., Ran]) -> None:
        """The same for programs."""
        told = json.loads(imports("--json").out)

        assert 3 == told["sources"]["models-dev"]["counts"]["new"]
        assert ["groq/meta/large", "groq/meta/small", "openai/gpt-9"] == told["sources"]["models-dev"]["added"]

    def test_one_or_all(self, imports: Callable[..., Ran]) -> None:
        """Not both, and not neither."""
        assert 2 == imports("litellm").code
