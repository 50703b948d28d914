"""`capreg resolve`: what it shows, to a person, to a pipe and to a program, and how it ends."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from capreg.cli.asking import requirement
from capreg.source.build import build
from tests.cli_shop import AS_OF, LONG_ID, Ran, on_terminal, ran, started, write_registry


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The path of a compiled catalog of the small registry."""
    folder = tmp_path_factory.mktemp("shop")
    build(write_registry(folder / "registry"), folder / "catalog.db")
    return str(folder / "catalog.db")


@pytest.fixture(autouse=True)
def _no_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SWIFT_API_KEY", raising=False)
    monkeypatch.delenv("HARBOUR_API_KEY", raising=False)


@pytest.fixture
def ask(shop: str, capsys: pytest.CaptureFixture[str]) -> Any:
    """Asks the small catalog at a fixed day."""

    def asked(*arguments: str) -> Ran:
        return ran(capsys, "resolve", *arguments, "--as-of", AS_OF, "--catalog", shop)

    return asked


def rows(out: str) -> list[list[str]]:
    """The rows of the table in `out`: cells are set apart by at least two spaces."""
    lines = out.split("\n")
    start = next(n for n, line in enumerate(lines) if line.startswith("#"))
    table = lines[start + 1 : lines.index("", start)]
    return [[cell.strip() for cell in line.split("  ") if cell.strip()] for line in table]


def ranked(answer: Ran) -> list[str]:
    """The offerings of a JSON answer, best first."""
    return [candidate["offering"] for candidate in json.loads(answer.out)["ranking"]]


class TestTable:
    def test_it_starts_with_the_question_and_ends_with_the_basis(self, ask: Any) -> None:
        """The first line says what was asked; the last how much was known, the alternatives, and what it rests on."""
        answer = ask("tool_use:2", "--max-latency-ms", "300")
        lines = answer.out.rstrip("\n").split("\n")

        assert answer.code == 0
        assert answer.err == ""
        assert lines[0].startswith("tool_use>=2; TTFT p50 ≤ 300 ms | 2,000 input + 300 output tokens")
        assert lines[-3] == "3 feasible of 4 considered; unknown: TTFT 1"
        assert lines[-2] == "fastest: swift/open-70b, TTFT 128.5 ms at 4.8× the cost of the first"
        assert lines[-1].startswith("release 2026.11.22, sha256:")
        assert lines[-1].endswith("as of 2026-11-22T00:00Z; newest of these: price 2026-11-10, speed 2026-05-18")

    def test_the_first_column_is_the_rank(self, ask: Any) -> None:
        """Rank, id, cost of a thousand calls, TTFT at p50 and p90, rate, age, marks, hardware."""
        assert [
            ["1", LONG_ID, "0.296", "280 ms", "1,450 ms", "≥31", "188 d", "RK≠", "undisclosed"],
            ["2", "swift/open-70b", "1.42", "128 ms", "260 ms", "≥398", "188 d", "K≠", "swift-1"],
            ["3", "harbour/leaving", "2.06", "199 ms", "450 ms", "2,041", "188 d", "K≠!", "undisclosed"],
        ] == rows(ask("tool_use", "--max-latency-ms", "300").out)

    def test_only_marks_that_occur_are_explained(self, ask: Any) -> None:
        """A legend line for each mark in the table, and for no other."""
        out = ask("tool_use", "--max-latency-ms", "300").out
        few = ask("tool_use", "--min-output-tps", "2000").out

        legend = {line[0] for line in out.split("\n") if line[1:3] == "  " and line[0] in "R≥≤K?!$≠*"}
        assert {"R", "≥", "K", "≠", "!"} == legend
        assert "harbour/leaving on 2026-12-20" in out
        assert "\nR  " not in few
        assert "\n≥  " not in few

    def test_a_provider_whose_key_is_set_is_not_marked(self, ask: Any, monkeypatch: pytest.MonkeyPatch) -> None:
        """K says that the key's variable is missing here."""
        monkeypatch.setenv("SWIFT_API_KEY", "secret")
        out = ask("tool_use", "--max-latency-ms", "300").out

        assert ["2", "swift/open-70b", "1.42", "128 ms", "260 ms", "≥398", "188 d", "≠", "swift-1"] in rows(out)
        assert "secret" not in out

    def test_what_lacks_a_fact_is_marked_when_let_in(self, ask: Any) -> None:
        """Unproven rows follow the proven ones with a question mark and dashes for what is unknown."""
        out = ask("tool_use", "--max-latency-ms", "300", "--unknown", "include").out

        assert ["4", "harbour/unmeasured", "0.460", "–", "–", "–", "–", "K?≠", "undisclosed"] == rows(out)[3]
        assert "\n?  unproven" in out

    def test_old_figures_are_marked(self, ask: Any, shop: str, capsys: pytest.CaptureFixture[str]) -> None:
        """A year later the same measurements are stale, and say so."""
        late = ran(capsys, "resolve", "tool_use", "--as-of", "2027-11-22", "--catalog", shop)

        assert "553 d*" in late.out
        assert "\n*  no figure younger than a year" in late.out
        assert re.search(
            r"newest of these: price [0-9-]{10}, [0-9]{3} days before, speed 2026-05-18$", late.out.strip()
        )

    def test_a_price_of_this_season_is_not_said_to_be_old(self, ask: Any) -> None:
        """Only its day is told."""
        assert "days before" not in ask("tool_use").out

    def test_asked_metrics_have_columns(self, ask: Any) -> None:
        """A bound on the last token shows the time to it; another percentile shows itself."""
        out = ask("tool_use", "--max-e2e-ms", "20000", "--rank-by", "e2e").out
        upper = ask("tool_use", "--max-first-answer-ms", "300").out
        other = ask("tool_use", "--max-latency-ms", "2000", "--percentile", "p90").out

        assert ["end p50", "≤880 ms", "≤  at most"] == [w for w in ("end p50", "≤880 ms", "≤  at most") if w in out]
        assert "answer p50" in upper
        assert re.search(r"swift/open-70b .* 128 ms +260 ms +128 ms ", upper), upper
        assert "tok/s p90" in other

    def test_the_skill_brings_its_call_and_options_change_only_what_they_say(self, ask: Any) -> None:
        """A skill's workload holds, field by field, unless an option says otherwise."""
        plain = json.loads(ask("agent_step", "--json").out)["workload"]
        longer = json.loads(ask("agent_step", "--output-tokens", "500", "--json").out)["workload"]

        assert (6000, 250) == (plain["input_tokens"], plain["output_tokens"])
        assert (6000, 500) == (longer["input_tokens"], longer["output_tokens"])


class TestWidth:
    def test_eighty_columns_hold_everything(self, shop: str) -> None:
        """On a narrow terminal nothing is wider than it, and every id stands whole on one line."""
        shown = on_terminal(80, "resolve", "tool_use", "--as-of", AS_OF, "--catalog", shop)

        assert max(map(len, shown)) <= 80
        for offering in (LONG_ID, "swift/open-70b", "harbour/leaving"):
            assert any(offering in line.split() for line in shown)
        assert any("swift/open-70b on swift-1 [K≠]" in line for line in shown)
        assert any(line.split() == ["1.42", "128", "ms", "260", "ms", "≥398", "188", "d"] for line in shown)

    def test_eighty_columns_hold_every_column(self, shop: str) -> None:
        """With every column there is, no figure is cut short."""
        options = ("--max-e2e-ms", "30000", "--max-first-answer-ms", "20000", "--percentile", "p75")
        shown = on_terminal(
            80, "resolve", "tool_use", *options, "--unknown", "include", "--as-of", AS_OF, "--catalog", shop
        )

        assert max(map(len, shown)) <= 80
        assert not [line for line in shown if "…" in line]
        headings = "$/1k calls TTFT p50 p75 p90 answer p75 end p75 tok/s p75 age"
        assert headings in [" ".join(line.split()) for line in shown]

    def test_the_rank_is_the_first_thing_on_a_narrow_terminal(self, shop: str) -> None:
        """Each candidate's first line starts with its rank."""
        shown = on_terminal(80, "resolve", "tool_use", "--max-latency-ms", "300", "--as-of", AS_OF, "--catalog", shop)

        assert ["#", "1", "2", "3"] == [line[0] for line in shown if line[1:3] == "  " and line[0] in "#123456789"]

    def test_a_wide_terminal_has_one_line_a_candidate(self, shop: str) -> None:
        """Where it fits, the table is a table."""
        shown = on_terminal(160, "resolve", "tool_use", "--max-latency-ms", "300", "--as-of", AS_OF, "--catalog", shop)

        assert any(line.startswith("2  swift/open-70b") and line.endswith("swift-1") for line in shown)

    def test_an_id_longer_than_the_terminal_breaks_after_slashes(self, shop: str) -> None:
        """At 60 columns the long id takes two lines, and no part of it is cut."""
        shown = on_terminal(60, "resolve", "tool_use", "--as-of", AS_OF, "--catalog", shop)
        at = next(n for n, line in enumerate(shown) if line.startswith("1  "))

        assert shown[at] == "1  harbour/some-lab/"
        assert shown[at + 1].strip() == "an-open-model-70b-instruct-with-a-rather-long-name-fp8"

    def test_a_pipe_gets_whole_lines_without_colours(self, shop: str) -> None:
        """No escape sequence, no line ending in spaces, one line a candidate whatever COLUMNS says."""
        answer = started("resolve", "tool_use", "--as-of", AS_OF, "--catalog", shop, COLUMNS="40")

        assert "\x1b" not in answer.out
        assert all(line == line.rstrip() for line in answer.out.split("\n"))
        assert len(rows(answer.out)) == 4


class TestQuestion:
    @pytest.mark.parametrize(
        ("written", "meant"),
        [
            ("tool_use", "tool_use"),
            ("tool_use:2", "tool_use>=2"),
            ("tool_use[parallel]:2", "tool_use[parallel]>=2"),
            ("tool_use>=2", "tool_use>=2"),
            ("tool_use:two", "tool_use:two"),
            ("tool_use; a == 'b:2'", "tool_use; a == 'b:2'"),
            ("tool_use @ https://x.example:80", "tool_use @ https://x.example:80"),
        ],
    )
    def test_a_colon_says_the_level(self, written: str, meant: str) -> None:
        """`name:2` is `name>=2`; anything else goes to the library as it is."""
        assert meant == requirement(written)

    def test_levels_and_features(self, ask: Any) -> None:
        """A level and a feature in one requirement."""
        assert ask("tool_use[parallel]:2").out.startswith("tool_use[parallel]>=2 |")

    @pytest.mark.parametrize(
        ("options", "first"),
        [
            (("--rank-by", "latency"), "swift/open-70b"),
            (("--rank-by", "output_tps"), "harbour/leaving"),
            (("--rank-by", "cost:1,latency"), LONG_ID),
            (("--rank-by", "cost:1", "--rank-by", "output_tps"), LONG_ID),
            (("--allow-provider", "swift"), "swift/open-70b"),
            (("--deny-provider", "harbour"), "swift/open-70b"),
            (("--accelerator", "swift-1"), "swift/open-70b"),
            (("--unlisted",), "harbour/gone"),
            (("--max-cost-usd", "0.0003"), LONG_ID),
        ],
    )
    def test_options_reach_the_question(self, ask: Any, options: tuple[str, ...], first: str) -> None:
        """Each option changes who leads as the library says."""
        assert first == ranked(ask("tool_use", "--json", *options))[0]

    @pytest.mark.parametrize(
        ("options", "words"),
        [
            (("--lab", "some-lab"), "allow_labs={'some-lab'}"),
            (("--open-weights",), "open_weights=True"),
            (("--no-resellers",), "resellers=False"),
            (("--free", "--preview"), "free=True, preview=True"),
            (("--deny-accelerator", "swift-1", "--unknown", "include"), "deny_accelerators={'swift-1'}"),
            (("--max-measurement-age-days", "200"), "max_measurement_age_days=200"),
            (("--cached-input-tokens", "500"), "2,000 input (500 cached)"),
            (("--reasoning-tokens", "700"), "700 reasoning tokens"),
            (("--images", "2"), "2 images counted in the input"),
            (("--service-tier", "batch"), "batch tier"),
            (("--percentile", "p90", "--rank-by", "latency"), "TTFT at p90"),
        ],
    )
    def test_the_answer_says_what_was_asked(self, ask: Any, options: tuple[str, ...], words: str) -> None:
        """Every option shows in the interpretation, whether anybody passes or not."""
        assert words in ask("tool_use", *options).out.split("\n")[0]

    def test_my_keys(self, ask: Any, monkeypatch: pytest.MonkeyPatch) -> None:
        """Only providers whose variables are set; the value is nowhere."""
        monkeypatch.setenv("HARBOUR_API_KEY", "secret")
        answer = ask("tool_use", "--with-my-keys", "--json")

        assert {"harbour"} == {name.partition("/")[0] for name in ranked(answer)}
        assert "secret" not in answer.out

    def test_limit(self, ask: Any) -> None:
        """The most rows."""
        assert len(ranked(ask("tool_use", "--limit", "2", "--json"))) == 2


class TestNobody:
    def test_no_key_is_said_to_be_what_keeps_everybody_out(self, ask: Any) -> None:
        """Not that each has a reason of its own."""
        answer = ask("tool_use", "--with-my-keys")

        assert answer.code == 3
        assert "hint      --with-my-keys saw no variable that a provider is called with" in answer.err

    def test_a_policy_that_keeps_everybody_out_is_named(self, ask: Any) -> None:
        """With how many it keeps out by itself."""
        answer = ask("tool_use", "--allow-provider", "swift", "--deny-lab", "some-lab")

        assert answer.code == 3
        assert "hint      the policy keeps out 1 offering by policy:deny_labs alone" in answer.err


class TestJson:
    def test_a_program_may_leave_out_who_was_left_out(self, ask: Any) -> None:
        """The ledger says how much is told; all else is as it is in the whole, and so is how many there were."""
        question = ("tool_use", "--max-latency-ms", "150", "--json")
        whole, near, counts = (
            json.loads(ask(*question, *ledger).out) for ledger in ((), ("--ledger", "near"), ("--ledger", "counts"))
        )
        assert json.loads(ask(*question, "--ledger", "full").out) == whole

        everybody = whole.pop("excluded")
        assert len(everybody) > 0
        assert near.pop("excluded") == [e for e in everybody if len(e["failed"]) == 1 and not e["missing"]]
        del whole["unknown"]
        assert near == counts == whole


class TestExplain:
    def test_explaining_adds_words(self, ask: Any) -> None:
        """The table, then who leads and why, and what each requirement kept out; the question is said once."""
        out = ask("tool_use", "--max-latency-ms", "150", "--explain").out

        assert "1. swift/open-70b: $0.001417 a call (2,000 input = $0.00118 + 300 output = $0.000237)" in out
        assert "max_latency_ms 150: 2 fail" in out
        assert out.count("| ranked by cost a call |") == 1

    def test_a_ledger_explains(self, ask: Any) -> None:
        """`--ledger near` names who fails one requirement only."""
        out = ask("tool_use", "--max-latency-ms", "150", "--ledger", "near").out

        assert "only max_latency_ms 150 keeps out:" in out
        assert "harbour/leaving: fails max_latency_ms" in out


class TestEnding:
    def test_nobody_passes(self, ask: Any) -> None:
        """Exit code 3; the question and the counts are shown, and the error speaks of options."""
        answer = ask("tool_use", "--max-latency-ms", "1")

        assert answer.code == 3
        assert answer.err.startswith("error: no offering passes")
        assert "--ledger near" in answer.err
        assert "decision." not in answer.err
        assert "0 feasible of 4 considered" in answer.out

    def test_nobody_passes_as_json(self, ask: Any) -> None:
        """The decision is still on standard output."""
        answer = ask("tool_use", "--max-latency-ms", "1", "--json")

        assert answer.code == 3
        assert json.loads(answer.out)["ranking"] == []
        assert len(json.loads(answer.out)["excluded"]) == 3

    @pytest.mark.parametrize(
        ("arguments", "said"),
        [
            (("tool_us",), "unknown capability 'tool_us'"),
            (("tool_use:3",), "unknown level of tool_use '3'"),
            (("tool_use[telepathy]",), "unknown feature of tool_use 'telepathy'"),
            (("tool_use @ https://x.example",), "a requirement takes no URL"),
            (("tool_use; python_version > '3'",), "a requirement takes no marker"),
            (("tool_use:" + "9" * 5000,), "a requirement is too long"),
            (("tооl_use",), "a requirement cannot be read"),
            (("tool_use", "--allow-provider", "swfit"), "did you mean 'swift'?"),
            (("tool_use", "--lab", "no-lab"), "unknown lab"),
            (("tool_use", "--accelerator", "swift-9"), "--accelerator"),
            (("tool_use", "--percentile", "p42"), "where     --percentile"),
            (("tool_use", "--max-latency-ms", "-1"), "where     --max-latency-ms"),
            (("tool_use", "--max-latency-ms", "nan"), "where     --max-latency-ms"),
            (("tool_use", "--max-latency-ms", "soon"), "--max-latency-ms"),
            (("tool_use", "--max-cost-usd", "NaN"), "where     --max-cost-usd"),
            (("tool_use", "--input-tokens", "-5"), "where     --input-tokens"),
            (("tool_use", "--input-tokens", "9" * 5000), "--input-tokens"),
            (("tool_use", "--input-tokens", "1", "--cached-input-tokens", "2"), "where     --cached-input-tokens"),
            (("tool_use", "--service-tier", "gold"), "where     --service-tier"),
            (("tool_use", "--allow-provider", "swift", "--deny-provider", "swift"), "both allows and denies swift"),
            (("tool_use", "--open-weights", "--closed-weights"), "weights are open or closed"),
            (("tool_use", "--rank-by", "beauty"), "where     --rank-by"),
            (("tool_use", "--rank-by", "cost:much"), "a band is a number"),
            (("tool_use", "--rank-by", "cost:2"), "where     --rank-by cost"),
            (("tool_use", "--unknown", "perhaps"), "where     --unknown"),
            (("tool_use", "--limit", "0"), "where     --limit"),
            (("tool_use", "--ledger", "all"), "where     --ledger"),
            (("tool_use", "--json", "--explain"), "an answer has one form"),
            (("tool_use", "--frobnicate"), "--frobnicate"),
            ((), "SKILL"),
        ],
    )
    def test_wrong_usage(self, ask: Any, arguments: tuple[str, ...], said: str) -> None:
        """Exit code 2, one block that names the option as it was spelt, nothing on standard output."""
        answer = ask(*arguments)

        assert answer.code == 2
        assert answer.out == ""
        assert answer.err.startswith("error: ")
        assert said in answer.err
        assert "Traceback" not in answer.err

    @pytest.mark.parametrize("when", ["2026-11-22T10:00", "yesterday", "2026-13-01"])
    def test_an_instant_that_cannot_be_meant(self, shop: str, capsys: pytest.CaptureFixture[str], when: str) -> None:
        """A naive or unreadable instant is refused in the words of the command line."""
        answer = ran(capsys, "resolve", "tool_use", "--as-of", when, "--catalog", shop)

        assert answer.code == 2
        assert "where     --as-of" in answer.err
        assert "datetime" not in answer.err

    def test_a_catalog_that_cannot_be_read(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        """A missing catalog, a folder and a text file are errors in data: exit code 1, and what to do."""
        text = tmp_path / "text.db"
        text.write_text("no catalog at all " * 100)
        for path in (tmp_path / "nowhere.db", tmp_path, text):
            answer = ran(capsys, "resolve", "tool_use", "--as-of", AS_OF, "--catalog", str(path))

            assert (answer.code, answer.out) == (1, "")
            assert f"where     {path}" in answer.err
            assert "hint" in answer.err


class TestWords:
    """Errors about arguments that only the library has, as the command line says them."""

    @pytest.mark.parametrize(
        ("given", "where", "says"),
        [
            (("--effort", "hihg"), "--effort", "low, medium, high, xhigh, max, on\n"),
            (("--effort", "high"), "--effort", "give --reasoning-tokens: what is thought is also paid for"),
            (("--min-quality", "160"), "--min-quality", "tool_use:70 for one, or --like MODEL"),
            (("--like", "lab/nobody"), "--like", "unknown model 'lab/nobody'"),
            (("--like", "openai/gpt-5", "--within", "-3"), "--within", "points from 0 to 100"),
        ],
    )
    def test_an_error_names_the_option(self, given: tuple[str, ...], where: str, says: str) -> None:
        """And nothing that can only be written in Python."""
        err = started("resolve", "tool_use", *given).err

        assert re.search(rf"^  where     {where}$", err, re.MULTILINE), err
        assert says in err
        assert not any(word in err for word in ("None", "Workload(", "capreg.like", "{'"))
