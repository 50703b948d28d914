"""Model: a set of weights or a closed model, with a maker, whoever serves it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Annotated, ClassVar

from capreg.domain.record import STRICT, Evidence, Name, Prose
from capreg.domain.vocabulary import Reasoning
from capreg.ids import IdText, LabId, SourceId
from capreg.marks import Bounds, Pattern

__all__ = ["Architecture", "Model"]

Count = Annotated[int, Bounds(1)]
MONTH_PATTERN = r"^20[0-9]{2}-(0[1-9]|1[0-2])(-[0-3][0-9])?$"


@dataclass(frozen=True, slots=True, kw_only=True)
class Architecture:
    """What it takes to say how fast a model can possibly run."""

    __pydantic_config__: ClassVar = STRICT

    parameters: Count
    """All of them."""
    active_parameters: Count
    """Those that a token passes through, without the input embedding."""
    layers: Count
    """Layers that keep keys and values."""
    kv_elements: Count
    """Numbers that one layer keeps of one token: keys and values of all heads, or what latent attention keeps."""
    experts: Count | None = None
    """Experts of a layer that routes; absent for a dense model."""
    experts_per_token: Count | None = None
    """How many of these a token passes through."""
    window_tokens: Count | None = None
    """How far back a windowed layer looks."""
    windowed_layers: Count | None = None
    """How many layers look back only so far."""
    evidence: tuple[Evidence, ...]
    """Who says so."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """A set of weights or a closed model."""

    __pydantic_config__: ClassVar = STRICT

    name: Name
    """For people."""
    lab: Annotated[LabId, IdText()]
    """Who made it."""
    open_weights: bool | None = None
    """Whether the weights can be downloaded; absent means unknown."""
    released_on: date | None = None
    """The day it was released."""
    knowledge_cutoff: Annotated[str, Pattern(MONTH_PATTERN)] | None = None
    """The month, or day, to which its training data reaches."""
    reasoning: Reasoning | None = None
    """Whether it thinks before it answers: `never`, `optional` (a request can do without), `always`.

    A default for offerings that say nothing of it.
    """
    architecture: Architecture | None = None
    """Its size and shape, where the weights are open."""
    aliases: dict[Annotated[SourceId, IdText()], tuple[Name, ...]] | None = None
    """By source: names of this very model there, verbatim. Names match by id or by this table, never by likeness."""
    evidence: tuple[Evidence, ...]
    """Of every fact in this file that names none."""
    note: Prose | None = None
    """What a reader should know."""
