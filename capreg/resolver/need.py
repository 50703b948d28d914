"""What limit a bound would need for a row to pass it: the exact value, from the figure that the bound looks at."""

from __future__ import annotations

from typing import TYPE_CHECKING

from capreg.index.columns import ABSENT
from capreg.resolver.quality import capability_of
from capreg.resolver.request import PERCENTILES

if TYPE_CHECKING:
    from capreg.resolver.request import Bound
    from capreg.resolver.settled import Settled

__all__ = ["need_of"]

_METRICS = {"max_latency_ms": "ttft_ms", "max_e2e_ms": "e2e_ms", "min_output_tps": "output_tps"}


def need_of(settled: Settled, bound: Bound, row: int) -> int | None:
    """The nearest limit at which `row` is proven to pass `bound`, in its integer unit; None where none is.

    A percentile at or above the asked one proves the bound, so the best of these counts.
    """
    figures, percentile = settled.figures, PERCENTILES[settled.request.percentile]
    if bound.name == "max_cost_usd":
        return figures.cost(row)
    if ":" in bound.name:
        quality = figures.qualities.of(row, capability_of(bound.name))
        return None if quality is None else figures.qualities.floored(quality, bound) or None
    metric = _METRICS.get(bound.name) or figures.speeds.first_answer_metric(row, percentile)
    measurement = figures.speeds.chosen(row, metric, percentile)
    if measurement == ABSENT:
        figure = figures.figure("e2e_ms", row) if metric == "e2e_ms" else None
        return None if figure is None else figure.value
    if not figures.speeds.comparable(measurement):
        return None
    proving = figures.speeds.proving(metric, percentile, measurement)
    return (max if bound.name.startswith("min_") else min)(proving, default=None)
