"""The edge where pydantic works: documents become records, records become documents, kinds get JSON Schemas.

A *document* is plain JSON: what a TOML file holds once dates are ISO strings, or one row of a table.
"""

from __future__ import annotations

import json
from functools import cache
from typing import TYPE_CHECKING, Any

from pydantic import TypeAdapter, ValidationError

from capreg.domain.capability import Capability, Skill
from capreg.domain.hardware import Accelerator, Engine
from capreg.domain.measurement import Measurement, Sighting
from capreg.domain.model import Model
from capreg.domain.offering import Offering
from capreg.domain.provider import Provider
from capreg.domain.record import Source
from capreg.errors import Finding, InvalidData

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["KINDS", "document", "faults", "json_schema", "record"]

KINDS: Mapping[str, type] = {
    "accelerators": Accelerator,
    "capabilities": Capability,
    "engines": Engine,
    "measurements": Measurement,
    "models": Model,
    "offerings": Offering,
    "providers": Provider,
    "sightings": Sighting,
    "skills": Skill,
    "sources": Source,
}
"""Every kind of record, by the word that commands and folders use."""

_EXPECTED = {
    "missing": "this key",
    "extra_forbidden": "no such key; schemas/ lists them",
    "unexpected_keyword_argument": "no such key; schemas/ lists them",
}


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
        return _adapter(kind).validate_json(json.dumps(document), strict=True)
    except ValidationError as invalid:
        return [_finding(error, file) for error in invalid.errors(include_url=False)]


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


def _finding(error: Mapping[str, Any], file: str) -> Finding:
    key = ""
    for step in error["loc"]:
        key += f"[{step}]" if isinstance(step, int) else f".{step}" if key else str(step)
    found = error.get("input")
    return Finding(
        "SCH001",
        file,
        key,
        str(error["msg"]).removeprefix("Value error, "),
        found=None if error["type"] == "missing" else json.dumps(found, default=str),
        expected=_EXPECTED.get(error["type"]),
    )
