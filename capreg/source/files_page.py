"""docs/reference/files.md: every kind of file, key by key. Generated from the schemas that editors use."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from capreg.schema import KINDS, json_schema
from capreg.source.layout import SINGULAR

__all__ = ["files_page"]

Schema = Mapping[str, Any]
_ID = "^[a-z0-9][a-z0-9._-]*"
"""How the pattern of every id begins."""

_HEAD = """# Files of the registry, key by key

One section a kind: the keys of a file, or the columns of a table, that stands in that folder.
A key in bold has to be there; leave out any other that you do not know.
[Where each file lies, and what its id is](registry.md); [what its figures have to keep](rules.md).
Generated from the schemas by `capreg generate`; do not edit.
"""


def files_page() -> str:
    """The text of the page."""
    return _HEAD + "".join(_section(kind) for kind in sorted(KINDS))


def _section(kind: str) -> str:
    schema = json_schema(kind)
    parts = [f"\n## {kind}\n\n{_told(schema)}\n\nSchema: `schemas/{SINGULAR[kind]}.schema.json`.\n", _keys(schema)]
    for name, part in sorted(schema.get("$defs", {}).items()):
        if "properties" in part:
            parts.append(f"\n### {kind}: {name}\n\n{_told(part)}\n{_keys(part)}")
    return "".join(parts)


def _keys(schema: Schema) -> str:
    rows = "".join(
        f"| {f'**`{name}`**' if name in schema.get('required', ()) else f'`{name}`'} | {_cell(_kind_of(each))} "
        f"| {_cell(_told(each))} |\n"
        for name, each in schema.get("properties", {}).items()
    )
    return f"\n| key | holds | what it says |\n|---|---|---|\n{rows}"


def _told(schema: Schema) -> str:
    return re.sub(r"``([^`]+)``", r"`\1`", " ".join(str(schema.get("description", "")).split()))


def _kind_of(schema: Schema) -> str:
    """What a value may be, in a few words."""
    if "$ref" in schema:
        return str(schema["$ref"]).rpartition("/")[2]
    if "enum" in schema:
        return ", ".join(f"`{word}`" for word in schema["enum"])
    if "const" in schema:
        return f"`{schema['const']}`"
    if "anyOf" in schema:
        return " or ".join(dict.fromkeys(_kind_of(each) for each in schema["anyOf"]))
    if "allOf" in schema:
        return _kind_of(schema["allOf"][0])
    return "; ".join(_plain(schema))


def _plain(schema: Schema) -> Iterator[str]:
    word = str(schema.get("type", "anything"))
    if word == "array":
        yield f"list of {_kind_of(schema.get('items', {}))}"
    elif word == "object":
        inner = schema.get("additionalProperties") or next(iter(schema.get("patternProperties", {}).values()), None)
        yield f"table of {_kind_of(inner)}" if isinstance(inner, Mapping) else "table"
    elif schema.get("format") == "date":
        yield "day"
    else:
        yield {"string": "text", "integer": "whole number", "boolean": "true or false"}.get(word, word)
    if "minimum" in schema and "maximum" in schema:
        yield f"{schema['minimum']:,} to {schema['maximum']:,}"
    if str(schema.get("pattern", "")).startswith(_ID):
        yield "an id"
    elif word == "string" and "pattern" in schema:
        yield f"`{schema['pattern']}`" if "|" not in schema["pattern"] else "in the form that the schema has"


def _cell(text: str) -> str:
    return text.replace("|", "\\|")
