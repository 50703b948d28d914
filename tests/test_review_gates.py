"""The gates: what a change may not do, each broken by its example and kept by the other."""

from __future__ import annotations

from pathlib import Path

import pytest

from capreg.errors import Finding
from capreg.review import gated, side
from capreg.review.gates import GATES
from capreg.source.rules import declared
from tests.cli_shop import ran
from tests.registry import MODEL, OFFERING, SPEEDS, RegistryFolder, small_registry
from tests.test_rules import applied

BY_WORDS = {"GAT001", "GAT004", "GAT006", "GAT007"}


@pytest.fixture
def base(tmp_path: Path) -> Path:
    """What stood."""
    return small_registry(tmp_path / "base").root


@pytest.fixture
def proposed(tmp_path: Path) -> RegistryFolder:
    """The same, to be changed."""
    return small_registry(tmp_path / "head")


def refused(base: Path, proposed: RegistryFolder) -> tuple[Finding, ...]:
    """What the gates say."""
    return gated(side(str(base), base), side(str(proposed.root), base), proposed.root)


@pytest.mark.parametrize("rule", sorted(set(GATES) - BY_WORDS))
def test_the_bad_example_is_refused(base: Path, proposed: RegistryFolder, rule: str) -> None:
    """With what to do, and nothing else is said of it."""
    applied(proposed, declared()[rule].bad)

    found = refused(base, proposed)

    assert {rule} == {finding.rule for finding in found}
    assert [] == [finding for finding in found if not finding.hint or finding.severity != "error"]


@pytest.mark.parametrize("rule", sorted(set(GATES) - {"GAT004", "GAT006", "GAT007"}))
def test_the_good_example_passes(base: Path, proposed: RegistryFolder, rule: str) -> None:
    """What is shown as good is good by every other gate too, and by every rule."""
    applied(proposed, declared()[rule].good)

    assert () == refused(base, proposed)
    assert () == proposed.errors()


def test_nothing_changed(base: Path, proposed: RegistryFolder) -> None:
    """The same registry passes."""
    assert () == refused(base, proposed)


def test_a_deleted_record_needs_a_tombstone(base: Path, proposed: RegistryFolder) -> None:
    """Without one it is refused, with how to retire it; with one it passes."""
    proposed.remove(OFFERING)
    proposed.remove(SPEEDS)
    table, offering = refused(base, proposed)

    assert ("GAT001", SPEEDS) == (table.rule, table.file)
    assert ("GAT001", OFFERING) == (offering.rule, offering.file)
    assert "capreg retire acme/small-1 --on DAY --source SOURCE" == offering.command

    proposed.write(
        "TOMBSTONES",
        "# why\nofferings acme/small-1 2026-11-22 never existed\nmeasurements router-2026-05-18 2026-11-22 of it\n",
    )
    assert () == refused(base, proposed)


def test_a_tombstone_that_is_none(base: Path, proposed: RegistryFolder) -> None:
    """Too few parts, no kind, no day, or the record is there: each names its line."""
    proposed.write(
        "TOMBSTONES",
        "offerings acme/small-2 2026-11-22\nofferingz acme/small-2 2026-11-22 x\nofferings acme/small-2 soon x\n"
        "offerings acme/small-1 2026-11-22 it is there\n",
    )

    assert [("GAT006", 1), ("GAT006", 2), ("GAT006", 3), ("GAT006", 4)] == [
        (finding.rule, finding.line) for finding in refused(base, proposed)
    ]


def test_the_catalog_may_not_shrink_at_once(base: Path, proposed: RegistryFolder) -> None:
    """Five of six offerings gone is refused even with tombstones."""
    text = (base / OFFERING).read_text()
    for number in range(2, 7):
        (base / f"providers/acme/offerings/small-{number}.toml").write_text(text.replace("Small-1", f"Small-{number}"))
    graves = "".join(f"offerings acme/small-{number} 2026-11-22 why not\n" for number in range(2, 7))
    proposed.write("TOMBSTONES", graves)

    (found,) = refused(base, proposed)

    assert ("GAT004", "1, were 6", "at least 3") == (found.rule, found.found, found.expected)


def test_a_price_that_never_was_true_is_corrected(base: Path, proposed: RegistryFolder) -> None:
    """In place, with evidence that has an address and says what it corrects."""
    proposed.change(OFFERING, 'input = "0.50"', 'input = "0.60"')
    (found,) = refused(base, proposed)
    assert ("GAT002", "prices[0]") == (found.rule, found.key)

    proposed.change(
        OFFERING,
        'cache_read = "0.05"\nevidence = [{ source = "list", seen_on = 2026-09-30 }]',
        'cache_read = "0.05"\nevidence = [{ source = "list", seen_on = 2026-09-30 }, '
        '{ source = "list", seen_on = 2026-11-01, url = "https://list.example/", note = "corrects a typing error" }]',
    )
    assert () == refused(base, proposed)


def test_a_price_may_turn_out_to_be_in_another_currency(base: Path, proposed: RegistryFolder) -> None:
    """Euro that were taken for dollars: the same figures, with the currency and who shows it; not without."""
    proposed.change(OFFERING, 'basis = "observed"', 'basis = "observed"\ncurrency = "EUR"')
    (found,) = refused(base, proposed)
    assert ("GAT002", "no such entry") == (found.rule, found.found)

    proposed.change(
        OFFERING,
        'cache_read = "0.05"\nevidence = [{ source = "list", seen_on = 2026-09-30 }]',
        'cache_read = "0.05"\nevidence = [{ source = "list", seen_on = 2026-11-01, url = "https://list.example/", '
        'note = "corrects the currency" }]',
    )
    assert () == refused(base, proposed)


@pytest.mark.parametrize(
    ("write", "expected"), [("0.09", ()), ("1", ()), ("0.50", ("GAT002",)), ("0.625", ("GAT002",))]
)
def test_storage_in_the_place_of_a_write_may_go(
    base: Path, proposed: RegistryFolder, write: str, expected: tuple[str, ...]
) -> None:
    """No write costs less than plain input or twice as much: such a rate was storage. Any other stays as it was."""
    stood = (base / OFFERING).read_text()
    (base / OFFERING).write_text(stood.replace('cache_read = "0.05"', f'cache_read = "0.05"\ncache_write = "{write}"'))

    assert expected == tuple(finding.rule for finding in refused(base, proposed))

    proposed.change(OFFERING, 'output = "2"', 'output = "2.5"')
    assert ("GAT002",) == tuple(finding.rule for finding in refused(base, proposed))


def test_an_entry_that_stood_may_not_go(base: Path, proposed: RegistryFolder) -> None:
    """Moving its day is taking it away."""
    proposed.change(OFFERING, "starts_on = 2026-01-01", "starts_on = 2026-01-02")

    assert ["GAT002"] == [finding.rule for finding in refused(base, proposed)]


@pytest.mark.parametrize(("was", "becomes", "told"), [("200000", "2000000", "unit"), ("8000", "100", "80-fold")])
def test_a_limit_that_leaps(base: Path, proposed: RegistryFolder, was: str, becomes: str, told: str) -> None:
    """Ten times a window is a slip more often than not."""
    proposed.change(OFFERING, f"_tokens = {was}", f"_tokens = {becomes}")

    (found,) = refused(base, proposed)

    assert "GAT003" == found.rule
    assert told in found.problem


def test_two_sources_are_fresh_evidence(base: Path, proposed: RegistryFolder) -> None:
    """Each of them newly says so; one that says otherwise is no witness."""
    entry = '\n[[prices]]\nstarts_on = 2026-11-01\nbasis = "observed"\ninput = "5"\noutput = "2"\nevidence = [\n'
    entry += '  { source = "list", seen_on = 2026-11-01 },\n  { source = "router", seen_on = 2026-11-01%s },\n]\n'
    proposed.add(OFFERING, entry % "")
    assert () == refused(base, proposed)

    proposed.change(
        OFFERING, '"router", seen_on = 2026-11-01', '"router", seen_on = 2026-11-01, says = { input = "6" }'
    )
    assert ["GAT003"] == [finding.rule for finding in refused(base, proposed)]


def test_rows_may_be_put_between_others(base: Path, proposed: RegistryFolder) -> None:
    """An importer writes rows in order: one above moves those below, and they are still what they were."""
    header, row = (base / SPEEDS).read_text().splitlines()
    proposed.write(SPEEDS, f"{header}\n{row.replace('199', '150')}\n{row}\n")

    assert () == refused(base, proposed)


def test_an_edition_may_be_written_anew_but_not_go(base: Path, proposed: RegistryFolder) -> None:
    """What chips cost is published as a whole: other rows are fine, a table that is gone is not."""
    table = "rentals/list.csv"
    rows = "accelerator,market,usd_per_hour,seller,seen_on\nchip-a,on_demand,2.5,Acme,2026-10-08\n"
    (base / "rentals").mkdir()
    (base / table).write_text(rows)
    proposed.write(table, rows.replace("2.5", "2.4"))
    assert () == refused(base, proposed)

    (proposed.root / table).unlink()
    assert ["GAT001"] == [finding.rule for finding in refused(base, proposed)]


def test_a_model_may_change(base: Path, proposed: RegistryFolder) -> None:
    """Gates hold what must not change, and nothing else."""
    proposed.change(MODEL, 'name = "Small 1"', 'name = "Small One"')

    assert () == refused(base, proposed)


def test_the_command(base: Path, proposed: RegistryFolder, capsys: pytest.CaptureFixture[str]) -> None:
    """`capreg gate BASE` ends with 1 where something is refused, and names the line."""
    fine = ran(capsys, "gate", str(base), "--registry", str(proposed.root))
    proposed.change(OFFERING, 'input = "0.50"', 'input = "0.60"')
    found = ran(capsys, "gate", str(base), "--registry", str(proposed.root))

    assert (0, f"{proposed.root}: the gates since {base}, no faults\n") == (fine.code, fine.out)
    assert (1, "") == (found.code, found.err)
    assert f"{proposed.root / OFFERING}:9\n  error GAT002 at prices[0]: the price of 2026-01-01 is not" in found.out


def test_a_leaderboard_is_an_edition_and_a_count_at_a_provider_stays(base: Path, proposed: RegistryFolder) -> None:
    """A score of a model may be written anew; one that was counted at an endpoint may not."""
    benchmark = (
        'name = "Riddles"\nsource = "router"\ncapability = "tool_use"\ndefinition = "Riddles."\nscale = "share"\n'
        'evidence = [{ source = "router", seen_on = 2026-05-18 }]\n'
    )
    table = (
        "benchmark,model,value,seen_on,provider,n,raw\n"
        "router/riddles,lab/small-1,0.5,2026-05-18,,,Small\nrouter/riddles,lab/small-1,0.6,2026-05-18,acme,100,Small\n"
    )
    for root in (base, proposed.root):
        (root / "benchmarks/router").mkdir(parents=True)
        (root / "benchmarks/router/riddles.toml").write_text(benchmark)
        (root / "scores").mkdir(exist_ok=True)
        (root / "scores/router.csv").write_text(table)
    proposed.write("scores/router.csv", table.replace("0.5", "0.55"))
    assert () == refused(base, proposed)

    proposed.write("scores/router.csv", table.replace("0.6", "0.65"))
    assert ["GAT005"] == [finding.rule for finding in refused(base, proposed)]
