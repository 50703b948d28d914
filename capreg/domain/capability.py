"""Capability: something a caller can require. Skill: a named bundle of requirements with a workload."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar

from capreg.domain.record import STRICT, Evidence, Name, Prose
from capreg.domain.vocabulary import CapabilityMeasure
from capreg.domain.workload import Workload
from capreg.ids import CapabilityId, IdText
from capreg.marks import Bounds, Pattern

__all__ = ["Capability", "CapabilityFact", "Feature", "Flag", "Floors", "Level", "Skill"]

FEATURE_PATTERN = r"^[a-z][a-z0-9_]*$"
REQUIREMENT_PATTERN = r"^[a-z][a-z0-9_]*(\[[a-z0-9_, ]+\])?(>=[1-9][0-9]{0,8})?$"
FeatureName = Annotated[str, Pattern(FEATURE_PATTERN)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Flag:
    """How one source speaks of a level or feature."""

    __pydantic_config__: ClassVar = STRICT

    name: Name
    """The flag's name in that source, verbatim."""
    absent: bool | None = None
    """What the flag's absence proves: nothing (left out), or `false` where the source states the whole set."""
    note: Prose | None = None
    """What the flag does and does not prove."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Level:
    """One level of a capability. Levels are cumulative: the second includes the first."""

    __pydantic_config__: ClassVar = STRICT

    definition: Prose
    """What an offering at this level does, testable from outside."""
    flags: dict[Annotated[str, IdText()], Flag] | None = None
    """By source: the flag that, when true, proves this level, and when false, disproves it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Feature:
    """A named extra of a capability, known to be there, known not to be, or unknown."""

    __pydantic_config__: ClassVar = STRICT

    definition: Prose
    """What an offering with this feature does, testable from outside."""
    flags: dict[Annotated[str, IdText()], Flag] | None = None
    """By source: the flag that speaks for it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Capability:
    """Something a caller can require, with levels and features."""

    __pydantic_config__: ClassVar = STRICT

    name: Name
    """For people."""
    definition: Prose
    """What it is, and what it is not."""
    measure: CapabilityMeasure = "level"
    """`level`: levels 1, 2, … as defined here. `context_tokens`: derived; the level is a number of tokens."""
    bare: Annotated[int, Bounds(1)] = 1
    """The level that a bare name asks for."""
    levels: tuple[Level, ...] = ()
    """Level 1 first."""
    features: dict[FeatureName, Feature] | None = None
    """By name."""
    benchmarks: tuple[Name, ...] = ()
    """Benchmarks that speak for how well it is done."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CapabilityFact:
    """What is known of one capability of one offering: bounds on its level, and features."""

    __pydantic_config__: ClassVar = STRICT

    at_least: Annotated[int, Bounds(0, 9)] = 0
    """The highest level that is proven."""
    at_most: Annotated[int, Bounds(0, 9)] | None = None
    """The highest level that is possible; absent means that more is unknown."""
    features: dict[FeatureName, bool] | None = None
    """Features known to be there or known not to be; the others are unknown."""
    evidence: tuple[Evidence, ...] = ()
    """For this capability; empty means the file's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Floors:
    """Bounds that a skill sets by itself; a caller's bounds hold beside them."""

    __pydantic_config__: ClassVar = STRICT

    max_latency_ms: Annotated[int, Bounds(1)] | None = None
    """Time to first token."""
    max_first_answer_ms: Annotated[int, Bounds(1)] | None = None
    """Time to first token of the answer proper."""
    max_e2e_ms: Annotated[int, Bounds(1)] | None = None
    """Time to the last token."""
    min_output_tps: Annotated[int, Bounds(1)] | None = None
    """Output tokens per second of one request."""
    min_quality: dict[Annotated[CapabilityId, IdText()], Annotated[int, Bounds(1, 100)]] | None = None
    """By capability: points of quality, at the lower end of the estimate's interval."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Skill:
    """A named bundle: what must be possible, for which shape of call, within which bounds."""

    __pydantic_config__: ClassVar = STRICT

    name: Name
    """For people."""
    definition: Prose
    """The task that it stands for."""
    requires: tuple[Annotated[str, Pattern(REQUIREMENT_PATTERN)], ...]
    """Requirements in the grammar ``name[feature,…]>=level``."""
    workload: Workload
    """The shape of one call."""
    floors: Floors | None = None
    """Bounds that come with the task."""
