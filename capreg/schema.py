"""The edge where pydantic works: documents become records, records become documents, kinds get JSON Schemas.

A *document* is plain JSON: what a TOML file holds once dates are ISO strings, or one row of a table.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING, Any

from pydantic import TypeAdapter, ValidationError

from capreg.domain.capability import Capability, Skill
from capreg.domain.correction import Corrections
from capreg.domain.hardware import Accelerator, Engine
from capreg.domain.machine import Deployment, Rental
from capreg.domain.measurement import Measurement, Sighting
from capreg.domain.model import Model
from capreg.domain.offering import Offering
from capreg.domain.provider import Provider
from capreg.domain.quality import Quality
from capreg.domain.record import Source
from capreg.domain.score import Benchmark, Score
from capreg.errors import Finding, InvalidData, nearest
from capreg.ids import ID_PATTERN, slug
from capreg.wordings import WORDINGS

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["KINDS", "document", "faults", "json_schema", "record"]

KINDS: Mapping[str, type] = {
    "accelerators": Accelerator,
    "benchmarks": Benchmark,
    "capabilities": Capability,
    "corrections": Corrections,
    "deployments": Deployment,
    "engines": Engine,
    "measurements": Measurement,
    "models": Model,
    "offerings": Offering,
    "providers": Provider,
    "qualities": Quality,
    "rentals": Rental,
    "scores": Score,
    "sightings": Sighting,
    "skills": Skill,
    "sources": Source,
}
"""Every kind of record, by the word that commands and folders use."""

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_EXPECTED = {
    "string_type": "a text in quotes",
    "int_type": "a whole number, without quotes",
    "bool_type": "true or false",
    "tuple_type": "a list",
    "dict_type": "a table",
    "dataclass_type": "a table",
    "greater_than_equal": "at least {ge}",
    "less_than_equal": "at most {le}",
    "string_too_short": "at least {min_length} character",
    "string_too_long": "at most {max_length} characters",
    "literal_error": "one of {expected}",
}
_PROBLEM = {
    "string_type": "not a text",
    "int_type": "not a whole number",
    "bool_type": "neither true nor false",
    "tuple_type": "not a list",
    "dict_type": "not a table",
    "dataclass_type": "not a table",
    "string_pattern_mismatch": "not written as this key is",
    "literal_error": "not one of the words there are",
    "string_too_long": "too long",
    "string_too_short": "an empty text",
}
_HINT = {
    "string_too_short": "leave the key out where the fact is unknown",
    "greater_than_equal": "leave the key out where the figure is unknown",
    "less_than_equal": "check the unit",
    "string_too_long": "shorten it",
    "literal_error": "use one of these words, or leave the key out where the fact is unknown",
}
_SEE = "see schemas/ for what this key may hold"
_EXAMPLES = {
    "evidence": 'evidence = [{ source = "acme-docs", seen_on = 2026-11-20, url = "https://docs.acme.example/models" }]',
    "seen_on": "seen_on = 2026-11-20, the day on which you saw it",
    "starts_on": "starts_on = 2026-11-20, the first day of this price",
}
"""What to write where a key is missing that nobody can guess the form of."""
_UNKNOWN_KEY = frozenset({"unexpected_keyword_argument", "extra_forbidden"})


@cache
def _adapter(kind: str) -> TypeAdapter[Any]:
    return TypeAdapter(KINDS[kind])


def record(kind: str, document: Mapping[str, Any]) -> Any:
    """The typed record that `document` says.

    Raises:
        InvalidData: with every fault of the document.
    """
    found = faults(kind, document, file=kind)
    if isinstance(found, list):
        raise InvalidData(found)
    return found


def faults(kind: str, document: Mapping[str, Any], *, file: str) -> Any | list[Finding]:
    """The record that `document` says, or every fault of it as findings that name `file`."""
    try:
        found = _adapter(kind).validate_json(json.dumps(document), strict=True)
    except ValidationError as invalid:
        typed = (_finding(error, kind, file) for error in invalid.errors(include_url=False))
        return list({finding.key: finding for finding in (*typed, *_no_days(document, "", file))}.values())
    return list(_no_days(document, "", file)) or found


def document(kind: str, record: Any) -> dict[str, Any]:
    """The document that says `record`: plain JSON, absent facts left out."""
    plain: dict[str, Any] = _adapter(kind).dump_python(record, mode="json", exclude_none=True, exclude_defaults=True)
    return plain


def json_schema(kind: str) -> dict[str, Any]:
    """The JSON Schema (2020-12) of the documents of `kind`."""
    generated = _closed(_adapter(kind).json_schema(mode="validation"))
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **generated}


def _closed(node: Any) -> Any:
    """`node` with patterned tables closed, as in the typed validation, and without `null`, which TOML lacks."""
    if isinstance(node, list):
        return [_closed(child) for child in node]
    if not isinstance(node, dict):
        return node
    node = {key: _closed(child) for key, child in node.items()}
    if "patternProperties" in node:
        node.setdefault("additionalProperties", False)
    if node.get("default", ...) is None:
        del node["default"]
    options = [option for option in node.get("anyOf", ()) if option != {"type": "null"}]
    if "anyOf" in node and len(options) == 1:
        del node["anyOf"]
        node = {**options[0], **node}
    elif "anyOf" in node:
        node["anyOf"] = options
    return node


def _finding(error: Mapping[str, Any], kind: str, file: str) -> Finding:
    key, fault = _key(error["loc"]), str(error["type"])
    if fault == "missing":
        name = key.rpartition(".")[2]
        hint = f"add {_EXAMPLES.get(name, f'{name} = …; see schemas/')}"
        return Finding("SCH001", file, key, f"the key {name!r} is missing", hint=hint)
    found = json.dumps(error.get("input"), default=str, ensure_ascii=False)
    if fault in _UNKNOWN_KEY:
        name = key.rpartition(".")[2]
        near = nearest(name, _properties(kind), most=1)
        hint = f"did you mean {near[0]!r}?" if near else "remove it, or see schemas/ for the keys there are"
        return Finding("SCH001", file, key, f"unknown key {name!r}", found=found, hint=hint)
    return Finding(
        "SCH001",
        file,
        key,
        "not a day" if fault.startswith("date") else _PROBLEM.get(fault, str(error["msg"])),
        found=found,
        expected=_DAY_EXPECTED if fault.startswith("date") else _expected(fault, error.get("ctx", {})),
        hint=_advice(fault, key, error),
    )


def _expected(fault: str, said: Mapping[str, Any]) -> str | None:
    if fault == "string_pattern_mismatch":
        return WORDINGS.get(said["pattern"], f"a text like {said['pattern']}")
    return _EXPECTED.get(fault, "").format(**said) or None


def _advice(fault: str, key: str, error: Mapping[str, Any]) -> str:
    """What to do about a fault of `key`, a dotted path."""
    name = key.rpartition(".")[2]
    if fault == "dataclass_type" and key.startswith("capabilities."):
        return f"write {name} = {{ at_least = 1 }} where it is proven, {{ at_most = 0 }} where it is known to lack it"
    if fault == "tuple_type" and isinstance(error.get("input"), dict):
        return f"write [[{name}]] in place of [{name}]: there may be several"
    if fault == "string_pattern_mismatch" and error["ctx"]["pattern"] == ID_PATTERN:
        near = slug(str(error.get("input")))
        return f"perhaps {near!r}; `capreg lookup {near.rpartition('/')[2]}` finds what is there" if near else _SEE
    return _HINT.get(fault, _SEE)


def _key(loc: tuple[int | str, ...]) -> str:
    """Where the fault is, as a dotted path, without the steps that name a choice of types."""
    key = ""
    for step in loc:
        if isinstance(step, int):
            key += f"[{step}]"
        elif "[" not in step:
            key += f".{step}" if key else step
    return key


_UNQUOTED = "write the day without quotes"
_DAY_EXPECTED = "a day, such as 2026-11-22"


def _no_days(node: Any, key: str, file: str) -> Iterator[Finding]:
    """Keys that end in `_on` and hold digits that pydantic, unlike JSON Schema, would read as a timestamp."""
    if isinstance(node, dict):
        for name, child in node.items():
            place = f"{key}.{name}" if key else name
            if isinstance(child, str) and name.endswith("_on") and not _DAY.fullmatch(child):
                hint = "write year, month and day, two digits each" if file.endswith(".csv") else _UNQUOTED
                yield Finding("SCH001", file, place, "not a day", found=child, expected=_DAY_EXPECTED, hint=hint)
            elif name != "says":
                yield from _no_days(child, place, file)
    elif isinstance(node, list):
        for number, child in enumerate(node):
            yield from _no_days(child, f"{key}[{number}]", file)


@cache
def _properties(kind: str) -> frozenset[str]:
    """Every key that a document of `kind` may hold anywhere, for hints."""
    names: set[str] = set()
    nodes: list[Any] = [json_schema(kind)]
    while nodes:
        node = nodes.pop()
        if isinstance(node, dict):
            names.update(node.get("properties", {}))
        nodes += node.values() if isinstance(node, dict) else node if isinstance(node, list) else ()
    return frozenset(names)
