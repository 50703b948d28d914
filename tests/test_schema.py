"""The edge: documents become records and come back, and the two ways of checking accept the same documents."""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator, FormatChecker

from capreg import schema
from capreg.errors import Finding, InvalidData
from capreg.source import schemas
from capreg.wordings import WORDINGS

SEEN = [{"source": "list", "seen_on": "2026-09-30", "kind": "aggregator", "facts": ["name"], "says": {"input": "7.9"}}]
BACKEND = {"grade": "vendor_stated", "accelerators": ["chip-a"], "evidence": SEEN, "note": "One kind only."}
FULL: dict[str, dict[str, Any]] = {
    "accelerators": {
        "name": "Chip A",
        "maker": "Maker",
        "kind": "asic",
        "purposes": ["inference", "training"],
        "status": "available",
        "launched_on": "2024-02-29",
        "memory_bytes": 1,
        "dense_flops": {"fp8": 10**15},
        "evidence": SEEN,
    },
    "capabilities": {
        "name": "Tool use",
        "definition": "Answers with structured calls.",
        "bare": 1,
        "levels": [{"definition": "Calls.", "flags": {"list": {"name": "tool_call", "absent": False}}}],
        "features": {"parallel": {"definition": "Several calls."}},
        "benchmarks": ["bfcl"],
    },
    "corrections": {
        "refuted": [
            {
                "offering": "acme/small-1",
                "fact": "output",
                "tier": "batch",
                "above_input_tokens": 1,
                "wrong": "790",
                "seen_on": "2026-11-12",
                "right": "0.79",
                "reason": "A slip of units.",
                "evidence": SEEN,
            }
        ]
    },
    "engines": {"name": "E", "maker": "M", "url": "https://engine.example/x?y=1", "licence": "MIT", "evidence": SEEN},
    "measurements": {
        "offering": "acme/small-1",
        "source": "router",
        "kind": "router_telemetry",
        "vantage": "router",
        "measured_on": "2026-05-18",
        "tier": "batch",
        "n": 12,
        "rate_basis": "decode",
        "ttft_ms": {"p50": "199", "p90": "450.5"},
        "fast_output_tps": {"p90": "120"},
        "uptime_percent": "99.9",
    },
    "models": {
        "name": "Small 1",
        "lab": "lab",
        "open_weights": True,
        "knowledge_cutoff": "2025-06",
        "reasoning": "optional",
        "aliases": {"list": ["Small One"]},
        "evidence": SEEN,
    },
    "offerings": {
        "wire_id": "Small-1",
        "model": "lab/small-1",
        "context_tokens": 200_000,
        "capabilities": {"tool_use": {"at_least": 1, "at_most": 2, "features": {"parallel": True}, "evidence": SEEN}},
        "prices": [
            {
                "starts_on": "2026-01-01",
                "basis": "effective",
                "tier": "flex",
                "above_input_tokens": 128_000,
                "tier_mode": "marginal",
                "window": {"start": "16:30", "end": "00:30"},
                "input": "0.59",
                "cache_write_1h": "1.000000001",
                "evidence": SEEN,
            }
        ],
        "lifecycle": {"status": "deprecated", "retires_on": "2027-01-01"},
        "backend": BACKEND,
        "evidence": SEEN,
    },
    "providers": {
        "name": "Acme",
        "kind": "host",
        "docs_url": "https://acme.example/docs",
        "reseller": True,
        "keys": ["ACME_KEY"],
        "aliases": {"list": ["acme"]},
        "strip_prefixes": ["models/"],
        "backend": BACKEND,
        "evidence": SEEN,
    },
    "sightings": {"subject": "acme/small-1", "source": "list", "last_seen_on": "2026-09-30"},
    "skills": {
        "name": "Agent step",
        "definition": "One turn.",
        "requires": ["tool_use[parallel]>=2"],
        "workload": {"input_tokens": 3000, "reasoning_tokens": 0},
        "floors": {"max_latency_ms": 800, "min_quality": {"tool_use": 50}},
    },
    "sources": {
        "publisher": "List",
        "title": "A list",
        "url": "https://list.example",
        "downloads": {"api.json": "https://list.example/api.json"},
        "licence": "MIT",
        "attribution": "A list",
        "redistributable": "yes",
        "family": "list",
        "kinds": {"price": "aggregator"},
        "lists_offerings": True,
    },
}
VALIDATORS = {
    kind: Draft202012Validator(schema.json_schema(kind), format_checker=FormatChecker()) for kind in schema.KINDS
}
VALUES: list[Any] = [
    *(None, True, False, 0, 1, -1, 10, 10**17, "", "0", "0.5", "-1", "1e3", "2026-02-30", "2026-01-01", "86400"),
    *("20260101", "2026-01-01T00:00:00", "A", "a/b", "a//b", "grоq", "16:30", "24:00", "USD", "x" * 201, "a\nb"),
    *("p50", "https://a.example", "http://a.example", "own_measurement", [], {}, [1], ["a"], {"p50": "1"}, {"a": True}),
    *({"extra": 1}, [{}], "1" * 12, "tool_use>=2", "2026-13", "ACME_KEY", "standard"),
]  # fmt: skip


@st.composite
def mutated(draw: st.DrawFn) -> tuple[str, dict[str, Any]]:
    """A full document of some kind, with one to three of its places changed, added or taken away."""
    kind = draw(st.sampled_from(sorted(FULL)))
    document = copy.deepcopy(FULL[kind])
    for _ in range(draw(st.integers(1, 3))):
        holder: Any = document
        while True:
            places = sorted(holder) if isinstance(holder, dict) else list(range(len(holder)))
            if not places:
                break
            place = draw(st.sampled_from(places))
            if isinstance(holder[place], dict | list) and draw(st.booleans()):
                holder = holder[place]
                continue
            _change(draw, holder, place)
            break
    return kind, document


def _change(draw: st.DrawFn, holder: Any, place: Any) -> None:
    action = draw(st.sampled_from(["replace", "replace", "remove", "rename"]))
    if action == "remove":
        del holder[place]
    elif action == "rename" and isinstance(holder, dict):
        holder[draw(st.sampled_from(["extra", "p50", "a/b", "A", "input", "note", "kind"]))] = holder[place]
    else:
        holder[place] = copy.deepcopy(draw(st.sampled_from(VALUES)))


def objections(kind: str, document: dict[str, Any]) -> list[str]:
    """What JSON Schema says of it. `null` is left out: TOML has none, and no file can hold it."""
    return [error.message for error in VALIDATORS[kind].iter_errors(document)]


def holds_null(value: Any) -> bool:
    """Whether there is a null anywhere in it."""
    if isinstance(value, dict | list):
        return any(map(holds_null, value.values() if isinstance(value, dict) else value))
    return value is None


@pytest.mark.parametrize("kind", sorted(FULL))
def test_a_full_document_becomes_a_record_and_comes_back(kind: str) -> None:
    """What is read and written again is the same document; both ways of checking accept it."""
    document = FULL[kind]
    again = schema.document(kind, schema.record(kind, document))

    assert schema.record(kind, again) == schema.record(kind, document)
    assert schema.document(kind, schema.record(kind, again)) == again
    assert objections(kind, document) == []
    assert objections(kind, again) == []


@given(mutated())
def test_both_ways_of_checking_accept_the_same_documents(changed: tuple[str, dict[str, Any]]) -> None:
    """Typed validation objects to a changed document exactly where JSON Schema does."""
    kind, document = changed
    if holds_null(document):
        document = json.loads(json.dumps(document).replace("null", '"null"'))

    typed = schema.faults(kind, document, file="x")
    found = [str(finding) for finding in typed] if isinstance(typed, list) else []

    assert bool(found) == bool(objections(kind, document)), (document, found, objections(kind, document))


@given(mutated())
def test_an_accepted_document_survives_its_record(changed: tuple[str, dict[str, Any]]) -> None:
    """The one form of a document says the same record, and is its own one form."""
    kind, document = changed
    typed = schema.faults(kind, document, file="x")
    if not isinstance(typed, list):
        again = schema.document(kind, typed)

        assert schema.record(kind, again) == typed
        assert schema.document(kind, schema.record(kind, again)) == again


def faults_of(**changes: Any) -> list[Finding]:
    """The findings on an offering with these keys changed."""
    whole = {key: value for key, value in {**FULL["offerings"], **changes}.items() if value is not ...}
    found = schema.faults("offerings", whole, file="o.toml")
    assert isinstance(found, list)
    return found


@pytest.mark.parametrize(
    ("changes", "key", "problem", "expected", "hint"),
    [
        ({"contxt_tokens": 1}, "contxt_tokens", "unknown key 'contxt_tokens'", None, "did you mean 'context_tokens'?"),
        ({"zzzzzz": 1}, "zzzzzz", "unknown key 'zzzzzz'", None, "remove it, or see schemas/ for the keys there are"),
        (
            {"context_tokens": 0},
            "context_tokens",
            "Input should be greater than or equal to 1",
            "at least 1",
            "leave the key out where the figure is unknown",
        ),
        (
            {"context_tokens": "1"},
            "context_tokens",
            "not a whole number",
            "a whole number, without quotes",
            "see schemas/ for what this key may hold",
        ),
        ({"wire_id": "x" * 201}, "wire_id", "too long", "at most 200 characters", "shorten it"),
        (
            {"lifecycle": {"status": "gone"}},
            "lifecycle.status",
            "not one of the words there are",
            "one of 'preview', 'available', 'deprecated' or 'retired'",
            "use one of these words, or leave the key out where the fact is unknown",
        ),
        (
            {"lifecycle": {"retires_on": "86400"}},
            "lifecycle.retires_on",
            "not a day",
            "a day, such as 2026-11-22",
            "write the day without quotes",
        ),
    ],
)
def test_a_fault_says_key_expectation_and_advice(
    changes: dict[str, Any], key: str, problem: str, expected: str | None, hint: str
) -> None:
    """In words of the file, not of a library."""
    (found,) = faults_of(**changes)

    assert (found.rule, found.file, found.key) == ("SCH001", "o.toml", key)
    assert (found.problem, found.expected, found.hint) == (problem, expected, hint)


def test_every_fault_of_a_document_comes_at_once() -> None:
    """Four faults, four findings, each at its key, one for each key."""
    found = faults_of(
        wire_id="", model="A", prices=[{"basis": "seen", "evidence": [{"source": "list", "kind": "rumour"}]}]
    )

    assert sorted(finding.key for finding in found) == [
        "model",
        "prices[0].basis",
        "prices[0].evidence[0].kind",
        "prices[0].evidence[0].seen_on",
        "prices[0].starts_on",
        "wire_id",
    ]


def test_a_record_of_a_faulty_document_raises_all_faults() -> None:
    """`record` is for documents that were checked; it still does not let a fault pass."""
    with pytest.raises(InvalidData) as caught:
        schema.record("sightings", {"subject": "a"})

    assert [finding.key for finding in caught.value.findings] == ["last_seen_on", "source"]


def test_what_equals_its_default_is_left_out() -> None:
    """The one form of a price does not say `USD` and `standard`, and its rate is the shortest text."""
    entry = {"starts_on": "2026-01-01", "basis": "observed", "evidence": SEEN}
    said = {**FULL["offerings"], "prices": [{**entry, "currency": "USD", "tier": "standard", "input": "0.50"}]}

    assert [{**entry, "input": "0.5"}] == schema.document("offerings", schema.record("offerings", said))["prices"]


def test_the_committed_schemas_are_those_of_the_records() -> None:
    """schemas/ is generated; `capreg.source.schemas.write` brings it up to date."""
    assert [] == schemas.drift(Path(__file__).parent.parent / "schemas")


def test_drift_is_found_and_mended(tmp_path: Path) -> None:
    """A missing, an altered and a left-over schema are named, and written or removed."""
    assert len(schemas.write(tmp_path)) == len(schema.KINDS)
    (tmp_path / "model.schema.json").write_text("{}")
    (tmp_path / "engine.schema.json").unlink()
    (tmp_path / "widget.schema.json").write_text("{}")

    wrong = [tmp_path / f"{name}.schema.json" for name in ("engine", "model", "widget")]
    assert schemas.drift(tmp_path) == wrong == schemas.write(tmp_path)
    assert schemas.drift(tmp_path) == []
    assert not (tmp_path / "widget.schema.json").exists()


def test_schemas_close_their_tables_and_know_no_null() -> None:
    """An editor flags a misspelt key, and never offers a null, which TOML does not have."""
    for kind in schema.KINDS:
        text = json.dumps(schema.json_schema(kind))
        assert schema.json_schema(kind)["additionalProperties"] is False
        assert '"null"' not in text
        assert "null," not in text


def test_every_pattern_is_told_in_words_with_an_example() -> None:
    """No key shows a reader its regular expression; the example behind "such as" fits it."""
    nodes = [node for kind in schema.KINDS for node in _nodes(schema.json_schema(kind))]
    names = {node["pattern"] for node in nodes if isinstance(node.get("pattern"), str)}
    names |= {name for node in nodes for name in node.get("patternProperties", ())}

    assert names - WORDINGS.keys() == set()
    for pattern, words in WORDINGS.items():
        example = re.search(r"(?:such as|one of) ([^ ,;]+)", words)
        assert example is not None, words
        assert re.search(pattern, example[1]), words


def _nodes(node: Any) -> Iterator[dict[str, Any]]:
    """Every table in a schema."""
    if isinstance(node, dict):
        yield node
    for child in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
        yield from _nodes(child)


@pytest.mark.parametrize(
    ("changes", "expected", "hint"),
    [
        ({"model": "Qwen/Qwen3-32B"}, "an id: lower-case", "perhaps 'qwen/qwen3-32b'; `capreg lookup qwen3-32b` finds"),
        ({"prices": {"starts_on": "2026-01-01"}}, "a list", "write [[prices]] in place of [prices]"),
        ({"evidence": ...}, None, 'add evidence = [{ source = "acme-docs", seen_on = 2026-11-20, url = "https://'),
    ],
)
def test_the_commonest_slips_of_a_first_file(changes: dict[str, Any], expected: str | None, hint: str) -> None:
    """What to write instead, ready to be copied."""
    (found,) = faults_of(**changes)

    assert (found.expected or "").startswith(expected or "")
    assert (found.hint or "").startswith(hint)
