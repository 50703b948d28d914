"""Benchmark: what was asked, and how the answers were counted. Score: one model's result on one benchmark."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Annotated, ClassVar

from capreg.domain.record import STRICT, Evidence, Name, Prose
from capreg.domain.vocabulary import Effort, ScoreScale
from capreg.ids import BenchmarkId, IdText, ProviderId, SourceId
from capreg.marks import Bounds, Pattern

__all__ = ["SHARE_PATTERN", "Benchmark", "Fit", "Score"]

SHARE_PATTERN = r"^(1(\.0{1,4})?|0(\.[0-9]{1,4})?)$"
Share = Annotated[str, Pattern(SHARE_PATTERN)]
SIGNED_PATTERN = r"^-?[0-9]{1,3}(\.[0-9]{1,6})?$"
Signed = Annotated[str, Pattern(SIGNED_PATTERN)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Fit:
    """How a benchmark answers to ability, on the logit scale: mean + general × g + own × u + noise."""

    __pydantic_config__: ClassVar = STRICT

    mean: Signed
    """What a model of average ability reaches, as a logit."""
    general: Signed
    """How much of a step in general ability shows in it."""
    own: Signed
    """How much of a step in the ability that is its capability's own."""
    noise: Signed
    """The variance that neither explains."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Benchmark:
    """A set of tasks with a rule for counting. Two sources that run tasks of one name have two benchmarks."""

    __pydantic_config__: ClassVar = STRICT

    name: Name
    """As its source calls it."""
    source: Annotated[SourceId, IdText()]
    """Whose results these are."""
    capability: Annotated[str, IdText()]
    """What it asks of a model."""
    definition: Prose
    """What is asked, and what counts as right."""
    scale: ScoreScale
    """What its scores are."""
    chance: Share | None = None
    """The share that guessing gets right, where it is known."""
    harness: Name | None = None
    """What runs it."""
    is_latent: bool = True
    """Whether it takes part in estimates of ability; conformance at an endpoint does not."""
    republishes: tuple[Annotated[BenchmarkId, IdText()], ...] = ()
    """Benchmarks of other sources whose figures its source carries too: an equal one of the same model is a copy."""
    fit: Fit | None = None
    """Its parameters in the estimates of this release; absent where too few models have a score."""
    evidence: tuple[Evidence, ...]
    """Who publishes it."""
    note: Prose | None = None
    """What a reader should know."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """One row of a table in registry_data/scores/, which is named by its source."""

    __pydantic_config__: ClassVar = STRICT

    benchmark: Annotated[BenchmarkId, IdText()]
    """What was run."""
    model: Annotated[str, IdText()]
    """The model's id, or, where the catalog has none, its lab and name in an id's spelling."""
    value: Share
    """The score as a share from 0 to 1, never a percentage."""
    source: Annotated[SourceId, IdText()]
    """Whose result it is."""
    seen_on: date
    """The day on which the source said so."""
    effort: Effort | None = None
    """How much the model thought; absent means that the source does not say."""
    snapshot: Name | None = None
    """The dated version of the model, as the source writes it."""
    harness: Name | None = None
    """How it was run, where the source has several ways."""
    provider: Annotated[ProviderId, IdText()] | None = None
    """Where it was run, where that is stated."""
    n: Annotated[int, Bounds(1)] | None = None
    """How many tasks or votes."""
    standard_error: Share | None = None
    """How far the score is off by chance, on its scale: one standard error, where the source states it or bounds."""
    self_reported: bool = False
    """Whether the model's own maker says so."""
    raw: Name
    """The model's name as the source writes it."""
