"""The rules over a whole registry. Each test breaks one thing in a registry without faults and names what is said."""

from __future__ import annotations

from pathlib import Path

import pytest

from capreg.errors import Finding, InvalidData, UnreadableFile
from capreg.source.read import read
from capreg.source.validate import check, validate
from tests.registry import MODEL, OFFERING, PROVIDER, SPEEDS, RegistryFolder

SEEN = 'evidence = [{ source = "list", seen_on = 2026-09-30 }]'
SKILL = "skills/agent_step.toml"
LARGE = "models/lab/large-1.toml"
TOOL_USE = "capabilities/tool_use.toml"
BASE = f"""
[[prices]]
starts_on = 2026-01-01
basis = "observed"
{SEEN}
"""


def test_a_good_registry_passes(registry: RegistryFolder) -> None:
    """No findings, and `check` is silent."""
    assert registry.errors() == ()
    check(read(registry.root))


CHANGES: list[tuple[str, str, str, str, str, str]] = [
    # rule, file, key, what stood there, what stands there now, part of the hint
    ("REF001", OFFERING, "model", '"lab/small-1"', '"lab/smal-1"', "did you mean 'lab/small-1'"),
    ("REF001", OFFERING, "model", '"lab/small-1"', '"zzz/zzz"', "add it to the models first"),
    ("REF003", PROVIDER, "backend.accelerators[0]", '"chip-a"', '"chip-b"', "or 'chip-a'"),
    ("REF004", MODEL, "evidence[0].source", 'source = "list"', 'source = "lists"', "did you mean 'list'"),
    ("REF004", MODEL, "aliases.lisst", "{ list =", "{ lisst =", "did you mean 'list'"),
    ("REF004", TOOL_USE, "levels[0].flags.listt", '"Calls." }', '"Calls.", flags.listt = { name = "x" } }', "'list'"),
    ("REF004", SPEEDS, "row 1.source", "small-1,router,", "small-1,routers,", "did you mean 'router'"),
    ("REF005", OFFERING, "capabilities.tool_user", "tool_use =", "tool_user =", "did you mean 'tool_use'"),
    ("REF006", OFFERING, "capabilities.tool_use.features.paralel", "{ parallel", "{ paralel", "define it in"),
    ("REF007", PROVIDER, "parent", 'kind = "host"', 'kind = "host"\nparent = "acmee"', "did you mean 'acme'"),
    ("REF008", PROVIDER, "parent", 'kind = "host"', 'kind = "host"\nparent = "acme"', "remove one of these"),
    ("REF009", SPEEDS, "row 1.offering", "acme/small-1", "acme/small-2", "did you mean 'acme/small-1'"),
    ("REF010", "sightings/list.csv", "acme/small-3.subject", "acme/small-1", "acme/small-3", "where it was deleted"),
    ("REF010", "sightings/list.csv", "acmee.subject", "acme,", "acmee,", "put providers/acmee/"),
    ("REF011", SKILL, "requires[0]", '"tool_use[', '"tool_user[', "define what it names first"),
    ("REF011", SKILL, "requires[0]", "[parallel]", "[parallel, forced]", "define what it names first"),
    ("REF011", SKILL, "requires[0]", ">=2", ">=3", "define what it names first"),
    ("ID004", MODEL, "lab", 'lab = "lab"', 'lab = "labs"', "move the file, or correct the lab"),
    ("ID006", MODEL, "aliases.list[0]", '"Small One"', '"lab/large-1"', "models/lab/large-1.toml"),
    ("PRC001", OFFERING, "prices[0].output", '"2"', '"0"', "say why it is free"),
    ("PRC001", OFFERING, "prices[0].cache_read", '"0.05"', '"0.0"', "say why it is free"),
    ("PRC003", OFFERING, "prices[0]", 'basis = "observed"', 'basis = "observed"\nabove_input_tokens = 9', "whole list"),
    ("PRC006", OFFERING, "prices[0].output", 'output = "2"', 'output = "135000"', "per thousand"),
    ("PRC007", OFFERING, "prices[0].cache_read", '"0.05"', '"0.51"', "writing to the cache"),
    ("PRC009", OFFERING, "prices[0].tier_mode", 'input = "0.50"', 'input = "0.50"\ntier_mode = "marginal"', "remove"),
    ("PRC011", OFFERING, "prices[0].starts_on", "2026-01-01", "2026-11-23", 'basis = "effective"'),
    ("LIM001", OFFERING, "max_output_tokens", "= 8000", "= 200001", "taken for the other"),
    ("LIM002", OFFERING, "max_input_tokens", "= 100000", "= 200001", "taken for the other"),
    ("CAP001", OFFERING, "capabilities.tool_use", "at_least = 2", "at_least = 2, at_most = 1", "two sources disagree"),
    ("CAP002", OFFERING, "capabilities.tool_use.at_least", "at_least = 2", "at_least = 3", "capreg show tool_use"),
    ("CAP002", OFFERING, "capabilities.tool_use.at_most", "at_least = 2", "at_most = 3", "capreg show tool_use"),
    ("CAP003", OFFERING, "capabilities.long_context", "[capabilities]", "[capabilities]\nlong_context = {}", "instead"),
    ("CAP004", OFFERING, "capabilities.tool_use.features.parallel", "at_least = 2", "at_most = 0", "remove the"),
    ("CAP005", "capabilities/long_context.toml", "levels", "bare = 128000", 'levels = [{ definition = "L" }]', "bare"),
    ("EVD001", MODEL, "evidence", SEEN, "evidence = []", "name who says so"),
    ("EVD001", OFFERING, "prices[0].evidence", f'"0.05"\n{SEEN}', '"0.05"\nevidence = []', "name who says so"),
    ("EVD002", MODEL, "evidence[0].seen_on", "2026-09-30", "2026-11-23", "RELEASE"),
    ("EVD002", SPEEDS, "row 1.measured_on", "2026-05-18", "2026-11-23", "RELEASE"),
    ("EVD002", "sightings/list.csv", "acme.last_seen_on", "acme,2026-09-30", "acme,2026-11-23", "RELEASE"),
    ("EVD003", MODEL, "evidence[0].facts[0]", "2026-09-30", '2026-09-30, facts = ["nam"]', "correct the key"),
    ("EVD004", SPEEDS, "row 1.kind", "router_telemetry", "own_measurement", "your overlay"),
    ("EVD004", MODEL, "evidence[0].kind", "2026-09-30", '2026-09-30, kind = "own_measurement"', "your overlay"),
    ("SPD001", SPEEDS, "row 1.ttft_ms_p90", "199,450.5", "199,198.9", "swapped"),
    ("SPD004", SPEEDS, "row 1.output_tps_p50", ",99.5,", ",0.0,", "leave the cell empty"),
    ("SPD003", SPEEDS, "row 1", "199,450.5,99.5", ",,", "remove the row"),
    ("BKD001", PROVIDER, "backend.accelerators", '["chip-a"]', "[]", "undisclosed"),
    ("BKD002", PROVIDER, "backend.accelerators", '"vendor_stated"', '"undisclosed"', "who says so"),
    ("BKD003", PROVIDER, "backend.accelerators[0]", '"chip-a"', '"chip-z"', "accelerators/chip-z.toml"),
    ("SEC007", PROVIDER, "keys", "[backend]", 'either_keys = ["ACME_KEY"]\n[backend]', "remove one of them"),
]  # fmt: skip


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: f"{change[0]} {change[2]}")
def test_one_change_one_finding(registry: RegistryFolder, change: tuple[str, ...]) -> None:
    """The rule, the file, the key, and advice; nothing else is reported."""
    rule, file, key, old, new, hint = change
    registry.change(file, old, new)

    found = registry.finding()
    assert (rule, file, key) == (found.rule, found.file, found.key)
    assert found.hint is not None
    assert hint in found.hint


def test_an_offering_without_its_providers_file(registry: RegistryFolder) -> None:
    """REF002, and the sighting of the provider is left hanging too."""
    registry.remove(PROVIDER)

    assert [(found.rule, found.file) for found in registry.errors()] == [
        ("REF002", OFFERING),
        ("REF010", "sightings/list.csv"),
    ]


def test_a_faulty_file_makes_no_faults_elsewhere(registry: RegistryFolder) -> None:
    """What refers to a file that exists and is wrong is not reported on top."""
    registry.change(PROVIDER, 'kind = "host"', 'kind = "hoster"')
    registry.write("sources/list.toml", "=")
    registry.change(TOOL_USE, "levels =", "levles =")

    assert [(found.rule, found.file) for found in registry.errors()] == [
        ("SCH001", TOOL_USE),
        ("SCH001", PROVIDER),
        ("SCH003", "sources/list.toml"),
    ]


def test_an_alias_that_two_models_claim(registry: RegistryFolder) -> None:
    """ID005 at both, naming both."""
    registry.change(LARGE, '"Large One"', '"Large One", "Small One"')

    first, second = registry.errors()
    assert (first.rule, first.file, first.key) == ("ID005", LARGE, "aliases.list[1]")
    assert (second.rule, second.file, second.key) == ("ID005", MODEL, "aliases.list[0]")
    assert first.found == second.found == "lab/large-1, lab/small-1"
    assert first.hint == "keep the alias where the source means it"


def test_an_alias_that_two_providers_claim(registry: RegistryFolder) -> None:
    """ID005 holds for providers as for models."""
    registry.change(PROVIDER, "[backend]", 'aliases = { list = ["Acme"] }\n[backend]')
    registry.write("providers/other/provider.toml", (registry.root / PROVIDER).read_text().replace("ACME_", "OTHER_"))

    assert [found.rule for found in registry.errors()] == ["ID005", "ID005"]


def test_one_name_in_two_sources_may_mean_two_models(registry: RegistryFolder) -> None:
    """A name belongs to a source."""
    registry.change(LARGE, '{ list = ["Large One"] }', '{ router = ["Small One"] }')

    assert registry.errors() == ()


def test_a_skill_with_a_capabilitys_id(registry: RegistryFolder) -> None:
    """ID003: a bare name would mean both."""
    registry.write("skills/tool_use.toml", (registry.root / SKILL).read_text())

    found = registry.finding()
    assert (found.rule, found.file, found.key) == ("ID003", "skills/tool_use.toml", "")


def test_a_strangers_key(registry: RegistryFolder) -> None:
    """SEC008: a provider cannot ask for another's key, unless they share an owner."""
    text = (registry.root / PROVIDER).read_text()
    registry.write("providers/other/provider.toml", text)
    assert [(found.rule, found.found) for found in registry.errors()] == [
        ("SEC008", "ACME_KEY, also of other"),
        ("SEC008", "ACME_KEY, also of acme"),
    ]

    registry.write("providers/other/provider.toml", text.replace('kind = "host"', 'kind = "host"\nparent = "acme"'))
    assert registry.errors() == ()


@pytest.mark.parametrize(
    ("entries", "expected"),
    [
        ('input = "1"', [("PRC004", "prices[1]")]),
        ('above_input_tokens = 9\ntier_mode = "whole_request"\ninput = "1"', []),
        ('above_input_tokens = 100000\ninput = "1"', [("PRC010", "prices[1].above_input_tokens")]),
        ('window = { start = "01:00", end = "02:00" }\ninput = "1"', []),
        ('window = { start = "01:00", end = "02:00" }\nabove_input_tokens = 9\ninput = "1"', [("PRC012", "prices[1]")]),
        ('tier = "batch"\ninput = "1"', []),
        ('tier = "batch"\nabove_input_tokens = 9\ninput = "1"', [("PRC003", "prices[1]")]),
        ('tier = "flex"', [("PRC008", "prices[1]")]),
        ('tier = "flex"\nfree = "included_in_subscription"', []),
        ('tier = "flex"\nfree = "promotion"\ninput = "0"\noutput = "0"', []),
        ('tier = "flex"\nfree = "promotion"\ninput = "0"\noutput = "1"', [("PRC002", "prices[1].output")]),
        ('tier = "flex"\ncurrency = "CNY"\ninput = "1200"', []),
        ('tier = "flex"\ninput = "1"\ncache_write = "0"\nrequest = "5000"', []),
        ('tier = "flex"\ninput = "1000"\noutput = "1000.000000001"', [("PRC006", "prices[1].output")]),
    ],
)
def test_a_second_price_entry(registry: RegistryFolder, entries: str, expected: list[tuple[str, str]]) -> None:
    """One more entry on the first one's day: a step, a window, another tier, or the same thing twice."""
    registry.add(OFFERING, f"{BASE}{entries}\n")

    assert expected == [(found.rule, found.key) for found in registry.errors()]


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        ("02:00", "03:00", []),
        ("22:00", "23:00", []),
        ("01:59", "03:00", [("PRC005", "prices[2].window")]),
        ("23:30", "00:30", [("PRC005", "prices[2].window")]),
        ("22:00", "22:00", [("PRC005", "prices[2].window")]),
    ],
)
def test_windows_of_one_step_do_not_overlap(
    registry: RegistryFolder, start: str, end: str, expected: list[tuple[str, str]]
) -> None:
    """One runs past midnight, from 23:00 to 02:00; the other is beside it, or not."""
    for window in (("23:00", "02:00"), (start, end)):
        registry.add(OFFERING, f'{BASE}window = {{ start = "{window[0]}", end = "{window[1]}" }}\ninput = "1"\n')

    assert expected == [(finding.rule, finding.key) for finding in registry.errors()]


def test_a_later_list_restates_what_it_keeps(registry: RegistryFolder) -> None:
    """A new list has its own base entry; history stays and is no fault."""
    registry.add(OFFERING, BASE.replace("2026-01-01", "2026-06-01") + 'input = "0.4"\n')

    assert registry.errors() == ()


@pytest.mark.parametrize(
    ("life", "expected"),
    [
        ('status = "retired"\nretires_on = 2026-11-22', []),
        ('status = "retired"', []),
        ('status = "retired"\nretires_on = 2026-11-23', ["LIF001"]),
        ('status = "deprecated"\nretires_on = 2027-01-01', []),
        ('status = "deprecated"\nretires_on = 2026-11-01', []),
        ('status = "available"\nretires_on = 2026-11-01', ["LIF002"]),
    ],
)
def test_retirement_and_its_day(registry: RegistryFolder, life: str, expected: list[str]) -> None:
    """Retired means that the day has come; a day that passes by itself makes no file wrong."""
    registry.add(OFFERING, f"[lifecycle]\n{life}\n")

    assert expected == [found.rule for found in registry.findings()]


@pytest.mark.parametrize(
    ("columns", "cells", "expected"),
    [
        ("output_tps_p50,output_tps_p90", "100,100", []),
        ("output_tps_p50,output_tps_p90", "100,101", [("SPD001", "row 1.output_tps_p90")]),
        ("output_tps_p50,fast_output_tps_p90", "100,120", []),
        ("output_tps_p50,fast_output_tps_p90", "100,99", [("SPD002", "row 1.fast_output_tps_p90")]),
        ("fast_output_tps_p75,fast_output_tps_p90", "100,99", [("SPD002", "row 1.fast_output_tps_p90")]),
        ("ttft_ms_p50,ttft_ms_p99", "1000,999.999", [("SPD001", "row 1.ttft_ms_p99")]),
        ("ttft_ms_p90,ttft_ms_p99", "99,100", []),
        ("uptime_percent", "99.9", []),
        ("uptime_percent", "100.1", [("SPD005", "row 1.uptime_percent")]),
    ],
)
def test_percentiles_are_of_the_slow_side(
    registry: RegistryFolder, columns: str, cells: str, expected: list[tuple[str, str]]
) -> None:
    """Latency rises and rates fall with the percentile; the other tail has its own columns."""
    registry.write(
        SPEEDS,
        f"offering,source,kind,vantage,measured_on,{columns}\n"
        f"acme/small-1,router,router_telemetry,router,2026-05-18,{cells}\n",
    )

    assert expected == [(found.rule, found.key) for found in registry.errors()]


def test_parents_in_a_circle_are_all_named(registry: RegistryFolder) -> None:
    """Every member of the circle is at fault; who hangs on it is not."""
    text = (registry.root / PROVIDER).read_text()
    for name, parent in (("acme", "two"), ("two", "acme"), ("three", "two")):
        named = text.replace('kind = "host"', f'kind = "host"\nparent = "{parent}"')
        registry.write(f"providers/{name}/provider.toml", named.replace("ACME_KEY", f"{name.upper()}_KEY"))

    assert [(found.rule, found.file) for found in registry.errors()] == [
        ("REF008", PROVIDER),
        ("REF008", "providers/two/provider.toml"),
    ]


def test_only_the_faults_of_some_files(registry: RegistryFolder) -> None:
    """The whole registry is read, and what is asked for is reported: a file, a folder, from here or from the root."""
    registry.change(OFFERING, '"lab/small-1"', '"lab/small-2"')
    registry.change(LARGE, 'lab = "lab"', 'lab = "labs"')

    assert [found.rule for found in registry.findings(OFFERING)] == ["REF001"]
    assert [found.rule for found in registry.findings("models", "providers")] == ["ID004", "REF001"]
    assert [found.rule for found in registry.findings(str(registry.root / LARGE))] == ["ID004"]
    assert registry.findings("skills") == ()
    assert len(registry.findings(str(registry.root))) == 2


def test_a_path_that_is_not_in_the_registry(registry: RegistryFolder, tmp_path: Path) -> None:
    """Neither a misspelt one nor one elsewhere is silently without faults."""
    (tmp_path / "elsewhere.toml").write_text("")
    for path in ("models/lab/nobody.toml", str(tmp_path / "elsewhere.toml")):
        with pytest.raises(UnreadableFile, match="no such file in the registry"):
            registry.findings(path)


def test_check_raises_every_finding(registry: RegistryFolder) -> None:
    """As one error, with the findings in order."""
    registry.change(MODEL, 'lab = "lab"', 'lab = "labs"')
    registry.change(OFFERING, '"0.05"', '"0.51"')

    with pytest.raises(InvalidData) as caught:
        check(read(registry.root))

    assert [found.rule for found in caught.value.findings] == ["ID004", "PRC007"]


def test_only_json_schema_objects(registry: RegistryFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    """Should typed validation ever accept what the schema does not, the schema holds: SCH002."""
    from jsonschema import Draft202012Validator

    from capreg.source import validate as module

    stricter = Draft202012Validator({"properties": {"name": {"const": "Large 1"}}})
    monkeypatch.setattr(module, "_validator", lambda kind: stricter if kind == "models" else Draft202012Validator({}))

    (found,) = validate(read(registry.root))
    assert isinstance(found, Finding)
    assert (found.rule, found.file, found.key) == ("SCH002", MODEL, "name")
