"""What all records share: how strictly their documents are read, and who says what they say."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any, ClassVar

from capreg.domain.vocabulary import CapabilityKind, PriceEvidence, Redistributable, SpeedEvidence
from capreg.ids import IdText, SourceId
from capreg.marks import Pattern, TextLength

__all__ = ["STRICT", "Evidence", "EvidenceKind", "Name", "Prose", "Source", "SourceKinds", "Url"]

STRICT: dict[str, Any] = {"extra": "forbid", "use_attribute_docstrings": True}
"""Unknown keys are refused; the text below a field is its description in the JSON Schema."""

EvidenceKind = PriceEvidence | CapabilityKind | SpeedEvidence


URL_PATTERN = r"^https://[a-z0-9.-]+(/[!-~]*)?$"
FILE_PATTERN = r"^[a-z0-9][a-z0-9_-]*\.json$"
Url = Annotated[str, Pattern(URL_PATTERN)]
Name = Annotated[str, TextLength(200)]
Prose = Annotated[str, TextLength(2000)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """Why a figure is believed."""

    __pydantic_config__: ClassVar = STRICT

    source: Annotated[SourceId, IdText()]
    """The source that says it."""
    seen_on: date
    """The day the source was first seen to say it. Does not move when it is seen again."""
    kind: EvidenceKind | None = None
    """What kind of evidence it is; absent means the source's own kind for this subject."""
    url: Url | None = None
    """Where it can be read."""
    facts: tuple[Name, ...] = ()
    """The keys of this file that it speaks for; empty means all of them."""
    says: dict[Name, Name] | None = None
    """What this source says where it differs from the value that stands in the file."""
    note: Prose | None = None
    """What a reader should know before believing it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceKinds:
    """The kind of evidence that a source is, by subject. A subject that is absent: the source is silent on it."""

    __pydantic_config__: ClassVar = STRICT

    price: PriceEvidence | None = None
    """For prices."""
    capability: CapabilityKind | None = None
    """For capabilities, limits and lifecycle."""
    speed: SpeedEvidence | None = None
    """For speed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A publisher's work that figures are taken from."""

    __pydantic_config__: ClassVar = STRICT

    publisher: Name
    """Who publishes it."""
    title: Name
    """What it is called."""
    url: Url
    """Where it lives."""
    licence: Name
    """Its licence: an SPDX id, or words where there is none."""
    attribution: Prose
    """The line that its licence, or courtesy, asks for."""
    redistributable: Redistributable
    """`yes` under a clear open licence, `unverified` otherwise."""
    family: Annotated[str, IdText()]
    """Sources that copy each other share a family and have one vote."""
    kinds: SourceKinds
    """What kind of evidence it is."""
    downloads: dict[Annotated[str, Pattern(FILE_PATTERN)], Url] | None = None
    """By name of the file: where it can be downloaded by anybody, for `capreg fetch`."""
    lists_offerings: bool = False
    """Whether being named in it says that an offering can be had: a list of what is sold, not a map of prices."""
    note: Prose | None = None
    """What a reader should know about it."""
