"""How far the estimates of quality can be trusted, on scores that the fit did not see.

    python -m benchmarks.quality          # the numbers
    python -m benchmarks.quality --check  # and exit code 1 where one is outside its bounds

Ten fits without a tenth of the groups each, and one without each source; about ten seconds.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from pathlib import Path

from capreg.quality.ability import fitted
from capreg.quality.grid import Grid, grid_of
from capreg.quality.validation import hold_out_groups, leave_sources_out
from capreg.source.read import read

MOST_RATIO = 0.75
LEAST_GAIN = 0.05
COVERAGE = (0.87, 0.93)


def shipped() -> Grid:
    """The grid of the registry of this checkout."""
    documents = read(Path(__file__).parents[1] / "registry_data").documents
    return grid_of(documents["scores"].values(), documents["benchmarks"])


def lines(grid: Grid) -> Iterator[tuple[str, bool]]:
    """Each number in a line, with whether it is within its bounds."""
    size = f"{len(grid.rows)} models (thinking or not apart), {len(grid.benchmarks)} benchmarks"
    cells = sum(1 for share in grid.shares.flat if share == share)  # noqa: PLR0124  NaN is not itself
    yield f"{size}, {cells:,} scores", True
    since = time.perf_counter()
    fitted(grid)
    yield f"one fit: {time.perf_counter() - since:.1f} s", True
    groups = hold_out_groups(grid)
    errors = f"error {groups.error:.4f}, mean of z-scores {groups.baseline_error:.4f}"
    told = f"held-out groups, {groups.held_out:,} scores: {errors}, ratio {groups.ratio:.3f} (at most {MOST_RATIO})"
    yield told, groups.ratio <= MOST_RATIO
    low, high = COVERAGE
    within = f"{100 * groups.coverage:.1f} % of them are within their 90 % interval"
    yield f"{within} ({100 * low:.0f} to {100 * high:.0f})", low <= groups.coverage <= high
    unseen = leave_sources_out(grid)
    gain = unseen.correlation - unseen.baseline_correlation
    ranks = f"mean rank correlation {unseen.correlation:.3f}, mean of z-scores {unseen.baseline_correlation:.3f}"
    told = f"sources left out, {unseen.benchmarks} benchmarks: {ranks}, gain {gain:+.3f} (at least {LEAST_GAIN:+.2f})"
    yield told, gain >= LEAST_GAIN


def main(arguments: list[str]) -> int:
    """Print the numbers; with --check, 1 where one is outside its bounds."""
    fine = True
    for line, is_fine in lines(shipped()):
        print(line if is_fine else f"{line}  OUTSIDE ITS BOUNDS")
        fine = fine and is_fine
    return int("--check" in arguments and not fine)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
