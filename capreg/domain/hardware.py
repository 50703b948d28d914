"""Accelerator: a chip. Engine: serving software. Backend: the set of chips that an offering runs on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Annotated, ClassVar

from capreg.domain.capability import FeatureName
from capreg.domain.record import STRICT, Evidence, Name, Prose, Url
from capreg.domain.vocabulary import AcceleratorKind, AcceleratorStatus, BackendGrade, NumberFormat, Purpose
from capreg.ids import AcceleratorId, CapabilityId, IdText, ModelId
from capreg.marks import Bounds

__all__ = ["Accelerator", "Backend", "Engine", "Support"]

Count = Annotated[int, Bounds(1)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Accelerator:
    """A chip. Figures are per chip, and floating-point rates are dense unless they say sparse."""

    __pydantic_config__: ClassVar = STRICT

    name: Name
    """For people."""
    maker: Name
    """Who makes it."""
    kind: AcceleratorKind
    """What it is."""
    purposes: tuple[Purpose, ...]
    """What it was built for."""
    status: AcceleratorStatus
    """`announced` until somebody can run on it."""
    launched_on: date | None = None
    """The day it was launched; for an announced one, the day it was announced."""
    memory_kind: Name | None = None
    """For example HBM3e, or on-chip SRAM."""
    memory_bytes: Count | None = None
    """Memory that holds weights and KV cache, as software sees it."""
    memory_bandwidth_bytes_per_s: Count | None = None
    """Bandwidth of that memory."""
    on_chip_memory_bytes: Count | None = None
    """SRAM on the chip, where that is the point of it."""
    dense_flops: dict[NumberFormat, Count] | None = None
    """Peak dense operations per second, by number format."""
    sparse_flops: dict[NumberFormat, Count] | None = None
    """Peak operations per second with structured sparsity, by number format. Not comparable with dense."""
    tdp_watts: Count | None = None
    """Thermal design power of the chip alone."""
    evidence: tuple[Evidence, ...]
    """Of every figure; each names the facts it speaks for."""
    note: Prose | None = None
    """What a reader should know."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Support:
    """What an engine makes of a capability that a model has."""

    __pydantic_config__: ClassVar = STRICT

    at_least: Annotated[int, Bounds(1, 9)]
    """The highest level that it serves."""
    features: dict[FeatureName, bool] | None = None
    """Features that it serves, or is known not to."""
    models: tuple[Annotated[ModelId, IdText()], ...] | None = None
    """For these models; absent means whichever model has it."""
    evidence: tuple[Evidence, ...]
    """Who says so."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Engine:
    """Serving software."""

    __pydantic_config__: ClassVar = STRICT

    name: Name
    """For people."""
    maker: Name
    """Who maintains it."""
    url: Url
    """Where it lives."""
    licence: Name | None = None
    """An SPDX id."""
    capabilities: dict[Annotated[CapabilityId, IdText()], Support] | None = None
    """By capability: what it serves of it, and for which models. What is not named is unknown."""
    evidence: tuple[Evidence, ...]
    """Of every fact in this file that names none."""
    note: Prose | None = None
    """What a reader should know."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Backend:
    """What an offering runs on: a set of accelerators, and how that is known.

    `vendor_stated`: the provider says so. `inferred`: somebody concluded it; never proof. `undisclosed`: the
    provider does not say, and the set is empty.
    """

    __pydantic_config__: ClassVar = STRICT

    grade: BackendGrade
    """How the set is known."""
    accelerators: tuple[Annotated[AcceleratorId, IdText()], ...] = ()
    """Every accelerator that a request may meet."""
    evidence: tuple[Evidence, ...] = ()
    """Who says so."""
    note: Prose | None = None
    """What is known beside it, for example a maker without a chip."""
