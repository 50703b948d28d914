"""Lock files and replay: the same bytes on the same release, and otherwise which figure moved."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

import capreg
from capreg import NoFeasibleOffering, Policy, Workload
from capreg.catalog import Catalog, canonical
from capreg.errors import LockDamaged, LockError, LockRelease, LockVersion
from capreg.resolver import lock
from capreg.resolver.replaying import Move
from capreg.testing import MadeOffering, catalog, offering, price
from tests.cli_shop import ran

AS_OF = "2026-11-22"
FAST = offering("fast/small", price=("0.15", "0.60"), ttft=120, tps=300, tools=True)
SLOW = offering("slow/large", price=("0.30", "1.20"), ttft=250, tps=40, tools=True)


def shop(*offerings: MadeOffering) -> Catalog:
    """A catalog of these, or of two."""
    return catalog(*(offerings or (FAST, SLOW)))


def locked(path: Path, of: Catalog | None = None, **asked: Any) -> Path:
    """A lock file of a question put on a fixed day."""
    try:
        decision = capreg.resolve("tool_use", catalog=of or shop(), **{"as_of": AS_OF, **asked})
    except NoFeasibleOffering as nobody:
        decision = nobody.decision
    decision.lock(path / "answer.lock")
    return path / "answer.lock"


def edited(path: Path, change: Callable[[dict[str, Any]], object], *, sealed: bool) -> Path:
    """The lock file changed, with the checksum that fits where `sealed`."""
    document = json.loads(path.read_text())
    change(document)
    if sealed:
        document.pop("checksum")
        document["checksum"] = lock._checksum(document)
    path.write_text(json.dumps(document))
    return path


class TestSameRelease:
    @pytest.mark.parametrize(
        "asked",
        [
            {},
            {"max_latency_ms": 200, "rank_by": ["latency", ("cost", 0.1)], "limit": 1},
            {"unknown": "include", "max_first_answer_ms": 5000, "tags": {"task": "t"}},
            {"policy": Policy(deny_providers={"slow"}).with_keys({"FAST_API_KEY": "k", "PATH": "/bin"})},
            {"workload": Workload(input_tokens=70_000, cached_input_tokens=3)},
            {"max_latency_ms": 1},
        ],
    )
    def test_the_answer_is_the_same_byte_for_byte(self, tmp_path: Path, asked: dict[str, Any]) -> None:
        """Whatever was asked, and also where nobody passed."""
        path = locked(tmp_path, **asked)
        found = capreg.replay(path, catalog=shop())

        assert found.same
        assert (found.moved, found.rests_on) == ((), ())
        assert found.decision.id == found.id == json.loads(path.read_text())["id"]
        assert str(found).startswith(f"{found.id}: the same answer, byte for byte, of release 2026.01.01")

    def test_of_the_shipped_catalog(self, tmp_path: Path) -> None:
        """Without a catalog the shipped one is asked."""
        capreg.resolve("agent_step", as_of=AS_OF, max_latency_ms=500).lock(tmp_path / "a.lock")

        assert capreg.replay(tmp_path / "a.lock").same

    def test_an_answer_that_differs_elsewhere_is_said_to(self, tmp_path: Path) -> None:
        """The same basis and other bytes: something outside the ranking is not as it was."""
        path = edited(locked(tmp_path), lambda d: d["answer"].update(digest="sha256:0"), sealed=True)
        found = capreg.replay(path, catalog=shop())

        assert not found.same
        assert [(move.figure, move.why) for move in found.moved] == [("answer", "outside the ranking")]


class TestMoved:
    def replayed(self, tmp_path: Path, *now: MadeOffering, as_of: str | None = None, **asked: Any) -> Any:
        """What replaying a lock of the two offerings on a catalog of these says."""
        return capreg.replay(locked(tmp_path, **asked), catalog=shop(*now), as_of=as_of)

    def test_a_price(self, tmp_path: Path) -> None:
        """Old, new, and since when; and the cost that follows from it."""
        dearer = offering(
            "fast/small", price=[price("0.15", "0.60"), price("0.20", "0.60", starts_on="2026-10-01")],
            ttft=120, tps=300, tools=True,
        )  # fmt: skip
        found = self.replayed(tmp_path, dearer, SLOW)

        assert [str(move) for move in found.moved] == [
            "fast/small: input price 0.15 → 0.2 US dollars per million, since 2026-10-01",
            "fast/small: cost of a call 0.00048 → 0.00058 US dollars",
        ]
        assert [line.partition(" ")[0] for line in found.rests_on] == ["catalog"]
        assert str(found).startswith(f"{found.id}: 2 figures moved\n  fast/small: input price")

    def test_a_speed_names_its_measurement(self, tmp_path: Path) -> None:
        """TTFT and what is made of it."""
        found = self.replayed(tmp_path, FAST, offering("slow/large", price=("0.30", "1.20"), ttft=300, tps=40, tools=1))

        assert Move("slow/large", "ttft_ms", 250, 300, "measured in made/2") in found.moved
        assert "slow/large: TTFT 250 → 300 ms, measured in made/2" in str(found)

    def test_who_retired_and_who_is_first(self, tmp_path: Path) -> None:
        """The first is gone, the second moves up, and why is said."""
        gone = offering(
            "fast/small", price=("0.15", "0.60"), ttft=120, tps=300, tools=True, status="deprecated",
            retires_on="2026-11-01",
        )  # fmt: skip
        found = self.replayed(tmp_path, gone, SLOW)

        assert [str(move) for move in found.moved] == [
            "first fast/small → slow/large",
            "fast/small: ranked 1, now retired on 2026-11-01",
            "slow/large: rank 2 → 1",
        ]

    def test_who_is_new(self, tmp_path: Path) -> None:
        """A newcomer takes the first place."""
        new = offering("new/one", price=("0.01", "0.01"), ttft=50, tps=300, tools=True)
        found = self.replayed(tmp_path, FAST, SLOW, new)

        assert [str(move) for move in found.moved][:2] == ["first fast/small → new/one", "fast/small: rank 1 → 2"]
        assert str(found.moved[-1]) == "new/one: ranks 1, was not ranked"

    @pytest.mark.parametrize(
        ("now", "asked", "why"),
        [
            ([SLOW], {}, "now is not in this catalog"),
            ([offering("fast/small", tools=False), SLOW], {}, "now fails tool_use>=1: has 0, asked 1"),
            ([offering("fast/small", price=None, tools=True), SLOW], {}, "now lacks rank_by:cost (no price)"),
            ([offering("fast/small", price=("9", "9"), tools=True), SLOW], {"limit": 1}, "is not among the first 1"),
            ([offering("fast/small", tools=True, status="preview"), SLOW], {}, "now is a preview"),
        ],
    )
    def test_why_somebody_is_no_longer_ranked(
        self, tmp_path: Path, now: list[MadeOffering], asked: dict[str, Any], why: str
    ) -> None:
        """Gone, excluded, unknown, beyond the limit or left out: each is said."""
        found = self.replayed(tmp_path, *now, **asked)
        (move,) = [move for move in found.moved if move.offering == "fast/small"]

        assert why in str(move)

    def test_nothing_on_another_catalog(self, tmp_path: Path) -> None:
        """Another release that says the same of all who ranked: the answer stands, on another basis."""
        found = self.replayed(tmp_path, FAST, SLOW, offering("blind/one", tools=False))

        assert (found.same, found.moved) == (False, ())
        assert str(found).startswith(f"{found.id}: the same ranking and figures\ncatalog sha256:")

    def test_another_instant(self, tmp_path: Path) -> None:
        """The same catalog, later: a price has started."""
        later = shop(
            offering("fast/small", price=[price("0.15", "0.60"), price("0.20", "0.60", starts_on="2026-12-01")],
                     ttft=120, tps=300, tools=True),
            SLOW,
        )  # fmt: skip
        path = locked(tmp_path, later)

        assert capreg.replay(path, catalog=later).same
        found = capreg.replay(path, catalog=later, as_of="2026-12-02")
        assert "since 2026-12-01" in str(found.moved[0])
        assert found.rests_on == ("as of 2026-11-22T00:00Z → 2026-12-02T00:00Z",)


class TestFile:
    def test_it_can_be_read_in_a_review(self, tmp_path: Path) -> None:
        """Indented, in order of key, one figure a line, and ends with a newline."""
        text = locked(tmp_path).read_text()

        assert '  "format": 1,\n' in text
        assert '"cost_usd": "0.00048",\n' in text
        assert text.endswith("}\n")
        assert text == json.dumps(json.loads(text), indent=2, sort_keys=True, ensure_ascii=False) + "\n"

    def test_it_replaces_the_old_one_and_leaves_nothing_behind(self, tmp_path: Path) -> None:
        """One file, whole, readable by others."""
        first = locked(tmp_path).read_text()
        locked(tmp_path, limit=1)

        assert [path.name for path in tmp_path.iterdir()] == ["answer.lock"]
        assert (tmp_path / "answer.lock").read_text() != first
        assert (tmp_path / "answer.lock").stat().st_mode & 0o777 == 0o644

    def test_a_folder_that_is_not_there(self, tmp_path: Path) -> None:
        """Says where, and what to check."""
        decision = capreg.resolve("tool_use", catalog=shop(), as_of=AS_OF)

        with pytest.raises(LockError, match="cannot be written") as raised:
            decision.lock(tmp_path / "nowhere" / "a.lock")
        assert raised.value.hint is not None

    def test_a_target_that_cannot_be_replaced(self, tmp_path: Path) -> None:
        """A folder stands there: it still does, and no temporary file is left."""
        (tmp_path / "a.lock").mkdir()

        with pytest.raises(LockError):
            capreg.resolve("tool_use", catalog=shop(), as_of=AS_OF).lock(tmp_path / "a.lock")
        assert [path.name for path in tmp_path.iterdir()] == ["a.lock"]


class TestBadFiles:
    @pytest.mark.parametrize(
        ("content", "problem"),
        [
            (b"", "no JSON"),
            (b'{"format": 1', "no JSON"),
            (b"\xff\xfe", "not UTF-8"),
            (b"[]", "no lock file"),
            (b"{}", "no lock file"),
            (b'{"format": 1, "checksum": NaN}', "no JSON"),
            (b'{"format": true, "checksum": ""}', "other parts"),
            (b'{"format": "1", "checksum": ""}', "other parts"),
            (b'{"format": 1, "checksum": "", "x": "\\ud800"}', "no JSON"),
            (b"[" * 200_000, "no JSON"),
            (b" " * 8_000_001, "too large"),
        ],
    )
    def test_what_is_no_lock_file(self, tmp_path: Path, content: bytes, problem: str) -> None:
        """A named error that says where and what to do, whatever the bytes."""
        path = tmp_path / "a.lock"
        path.write_bytes(content)

        with pytest.raises(LockDamaged, match=problem) as raised:
            capreg.replay(path, catalog=shop())
        assert raised.value.where == str(path)
        assert raised.value.hint is not None

    def test_a_missing_one(self, tmp_path: Path) -> None:
        """Missing is not damaged."""
        with pytest.raises(LockError, match="there is no lock file"):
            capreg.replay(tmp_path / "a.lock", catalog=shop())

    def test_an_edited_one(self, tmp_path: Path) -> None:
        """A figure changed by hand is found by the checksum."""
        path = edited(locked(tmp_path), lambda d: d["answer"]["ranking"][0].update(cost_usd="0"), sealed=False)

        with pytest.raises(LockDamaged, match="not what was written"):
            capreg.replay(path, catalog=shop())

    def test_a_newer_one(self, tmp_path: Path) -> None:
        """Says so, and says to upgrade."""
        path = edited(locked(tmp_path), lambda d: d.update(format=2), sealed=True)

        with pytest.raises(LockVersion, match="newer than this capreg reads") as raised:
            capreg.replay(path, catalog=shop())
        assert raised.value.hint == "upgrade capreg, or lock the decision again with this one"

    def test_a_question_of_a_newer_capreg(self, tmp_path: Path) -> None:
        """The format is known and the question asks for more than this one knows."""
        path = edited(locked(tmp_path), lambda d: d["question"].update(min_quality=50), sealed=True)

        with pytest.raises(LockVersion, match="asks for what this capreg does not know"):
            capreg.replay(path, catalog=shop())

    def test_one_of_another_release_that_cannot_be_asked(self, tmp_path: Path) -> None:
        """A provider that the policy names is gone: which release is wanted is said."""
        path = locked(tmp_path, policy=Policy(deny_providers={"slow"}))

        with pytest.raises(LockRelease, match="another release: unknown provider 'slow'") as raised:
            capreg.replay(path, catalog=shop(FAST))
        assert "release 2026.01.01" in str(raised.value.hint)


def places(node: Any, at: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The path of every value in `node`, the inner ones too."""
    inner = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    return [at, *(place for key, child in inner for place in places(child, (*at, key)))]


def changed_at(document: Any, at: tuple[Any, ...], value: Any) -> None:
    """Put `value` at the path `at`."""
    for key in at[:-1]:
        document = document[key]
    document[at[-1]] = value


@pytest.mark.parametrize("value", [None, 3, "x", [], {}, [1], {"x": 1}, True])
def test_whatever_a_sealed_file_holds_the_error_is_ours(tmp_path: Path, value: Any) -> None:
    """Every value of a lock file replaced in turn by one of another kind, with a checksum that fits."""
    whole = locked(tmp_path, policy=Policy(deny_labs={"test"}), unknown="include", tags={"task": "t"}).read_text()
    for place in places(json.loads(whole))[1:]:
        (tmp_path / "b.lock").write_text(whole)
        path = edited(tmp_path / "b.lock", lambda d, at=place: changed_at(d, at, value), sealed=True)  # type: ignore[misc]
        with suppress(capreg.CapregError):
            str(capreg.replay(path, catalog=shop()))


class TestCommand:
    def test_the_same_answer_ends_with_zero(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        """One line."""
        capreg.resolve("tool_use", as_of=AS_OF).lock(tmp_path / "a.lock")
        answer = ran(capsys, "replay", str(tmp_path / "a.lock"))

        assert answer.code == 0
        assert "the same answer, byte for byte" in answer.out

    def test_a_moved_figure_ends_with_one(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        """The small shop's answer on the shipped catalog: everybody is gone."""
        answer = ran(capsys, "replay", str(locked(tmp_path)))

        assert answer.code == 1
        assert "fast/small: ranked 1, now is not in this catalog" in answer.out

    def test_json(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        """The same as data."""
        answer = ran(capsys, "replay", str(locked(tmp_path)), "--json", "--as-of", AS_OF)
        told = json.loads(answer.out)

        assert sorted(told) == ["basis", "id", "moved", "rests_on", "same"]
        assert told["moved"][0]["figure"] == "first"

    def test_a_damaged_file_is_an_error_and_no_traceback(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        """One block on standard error."""
        (tmp_path / "a.lock").write_text("{}")
        answer = ran(capsys, "replay", str(tmp_path / "a.lock"))

        assert (answer.code, answer.out) == (1, "")
        assert answer.err.partition("error: ")[2].startswith("this is no lock file\n")


def test_the_digest_is_that_of_the_json() -> None:
    """Anybody can check it with a tool of their own."""
    from hashlib import sha256

    decision = capreg.resolve("tool_use", catalog=shop(), as_of=AS_OF)

    assert lock.answer_digest(decision) == f"sha256:{sha256(decision.to_json().encode()).hexdigest()}"
    assert decision.to_json() == canonical(decision.to_dict())
