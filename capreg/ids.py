"""Identifiers: their types, their one spelling, and how a provider's wire id becomes one.

Ids are ASCII, lower case, slash-separated, unique per kind. Nothing here matches names by likeness.
"""

from __future__ import annotations

import re
from typing import Any, NewType

__all__ = [
    "ID_PATTERN",
    "AcceleratorId",
    "BenchmarkId",
    "CapabilityId",
    "EngineId",
    "IdText",
    "LabId",
    "MeasurementId",
    "ModelId",
    "OfferingId",
    "ProviderId",
    "SkillId",
    "SourceId",
    "slug",
]

AcceleratorId = NewType("AcceleratorId", str)
BenchmarkId = NewType("BenchmarkId", str)
CapabilityId = NewType("CapabilityId", str)
EngineId = NewType("EngineId", str)
LabId = NewType("LabId", str)
MeasurementId = NewType("MeasurementId", str)
ModelId = NewType("ModelId", str)
OfferingId = NewType("OfferingId", str)
ProviderId = NewType("ProviderId", str)
SkillId = NewType("SkillId", str)
SourceId = NewType("SourceId", str)

ID_PATTERN = r"^[a-z0-9][a-z0-9._-]*(/[a-z0-9][a-z0-9._-]*)*$"
MAX_ID_LENGTH = 200

_OUTSIDE = re.compile(r"[^a-z0-9._/-]+")
_LEADING = re.compile(r"(^|/)[^a-z0-9]+")


def slug(wire_id: str) -> str:
    """The file name of an offering: its wire id in lower case, every other character a hyphen.

    >>> slug("accounts/fireworks/models/Kimi-K3")
    'accounts/fireworks/models/kimi-k3'
    >>> slug("@cf/meta/llama-3.1-8b-instruct:fp8")
    'cf/meta/llama-3.1-8b-instruct-fp8'
    """
    lowered = _OUTSIDE.sub("-", wire_id.lower())
    return _LEADING.sub(r"\1", lowered).strip("/-")


class IdText:
    """Marks a field as an id: the typed validation and the JSON Schema check the same pattern."""

    def __get_pydantic_core_schema__(self, source: Any, handler: Any) -> Any:
        from pydantic_core import core_schema

        return core_schema.str_schema(pattern=ID_PATTERN, max_length=MAX_ID_LENGTH, regex_engine="python-re")
