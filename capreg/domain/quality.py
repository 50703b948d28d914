"""Quality: how well a model does what a capability asks, as far as published scores support it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar

from capreg.domain.record import STRICT
from capreg.domain.vocabulary import Effort, QualityStatus
from capreg.ids import IdText, ModelId
from capreg.marks import Bounds, Pattern

__all__ = ["POINTS_PATTERN", "Quality"]

POINTS_PATTERN = r"^(100(\.0{1,3})?|[1-9]?[0-9](\.[0-9]{1,3})?)$"
Points = Annotated[str, Pattern(POINTS_PATTERN)]
Count = Annotated[int, Bounds(0)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Quality:
    """The estimate for one model, at one reasoning effort, in one capability. Its id is model, effort, capability."""

    __pydantic_config__: ClassVar = STRICT

    model: Annotated[ModelId, IdText()]
    """Whose answers were scored."""
    scored_as: Annotated[ModelId, IdText()] | None = None
    """The id under which it was scored, where that is another id of the same model."""
    capability: Annotated[str, IdText()]
    """What they were scored on."""
    effort: Effort | None = None
    """How much the model thought; absent means that the sources do not say."""
    thinks: bool = False
    """Whether the model can think, by its record or by one of its scores: then an unstated effort may be its best."""
    estimate: Points
    """0 to 100: the share of the capability's average benchmark that it is expected to do right."""
    low: Points
    """The lower end of the two-sided 90 % interval."""
    high: Points
    """The upper end."""
    status: QualityStatus
    """`published`: enough evidence of its own. `provisional`: mostly inferred from how it does elsewhere."""
    benchmarks: Count
    """How many benchmarks of this capability it was scored on."""
    sources: Count
    """How many sources these scores come from."""
    scores: Count
    """How many scores there are."""
