"""How wrong estimates for other lengths are, on machines that were measured with several.

Run `python -m benchmarks.shapes`. Every operating point is estimated from each point of the same machine, chips,
parallelism and requests in flight that has other lengths, by the rule of docs/reference/resolver.md, section 16. The
estimator sees one point and never the truth. `capreg.resolver.other_shapes` holds what comes out.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from pathlib import Path
from statistics import median
from typing import NamedTuple

from capreg.resolver.machine_sizes import Call, estimated
from capreg.resolver.other_shapes import HELD_OUT_SHAPES, HeldOutShape
from capreg.resolver.own_machines import Machine, MachinePoint, machines_of
from capreg.source.compile import catalog_of
from capreg.source.read import read

__all__ = ["Error", "errors", "worked_out"]

ROOT = Path(__file__).parents[1]
METRICS = ("ttft_ms", "output_tps", "requests_per_second")
_MEDIAN = 50


class Error(NamedTuple):
    """One estimate: which metric, between which lengths, and estimate over truth, less one; positive is too good."""

    metric: str
    seen: tuple[int, int]
    asked: tuple[int, int]
    too_good: float


def errors(machines: Sequence[Machine]) -> Iterator[Error]:
    """The errors of every estimate that can be held against a measurement."""
    for machine in machines:
        for truth in machine.points:
            for seen in machine.points:
                if _is_pair(seen, truth):
                    yield from _of(machine, seen, truth)


def _is_pair(seen: MachinePoint, truth: MachinePoint) -> bool:
    alike = all(
        seen.document.get(name) == truth.document.get(name)
        for name in ("chips", "parallelism", "concurrency", "checkpoint", "engine_version", "scenario", "source")
    )
    other = (seen.input, seen.output) != (truth.input, truth.output)
    return alike and other and bool(seen.concurrency)


def _of(machine: Machine, seen: MachinePoint, truth: MachinePoint) -> Iterator[Error]:
    call = Call(
        truth.input, truth.output, thinks=False, is_counted=True, usual=Fraction(1), wanted=Fraction(1), network=0
    )
    found = estimated(machine, seen, None, call)
    lengths = (seen.input, seen.output), (truth.input, truth.output)
    yield Error("ttft_ms", *lengths, truth.ttft[_MEDIAN] / found.ttft[_MEDIAN] - 1)
    yield Error("output_tps", *lengths, found.rates[_MEDIAN] * truth.tpot[_MEDIAN] / 10**9 - 1)
    if found.capacity is not None:
        yield Error("requests_per_second", *lengths, float(found.capacity * 1000 * truth.output / truth.rate) - 1)


def worked_out(found: Sequence[Error]) -> dict[tuple[str, bool], HeldOutShape]:
    """By metric and whether more was read than in the measurement: as `capreg.resolver.other_shapes` has them."""
    told = {}
    for metric, longer in ((metric, longer) for metric in METRICS for longer in (False, True)):
        alike = (one for one in found if one.metric == metric and (one.asked[0] > one.seen[0]) == longer)
        of = sorted(error.too_good for error in alike)
        if not of:
            continue
        tenth = len(of) // 10
        told[metric, longer] = HeldOutShape(
            len(of),
            round(100 * median(map(abs, of))),
            max(round(100 * of[-1 - tenth]), 0),
            max(round(-100 * of[tenth]), 0),
        )
    return told


def shipped() -> list[Error]:
    """The errors on the registry of this checkout."""
    return list(errors(machines_of(catalog_of(read(ROOT / "registry_data")))))


def main() -> None:
    """Print the errors by metric and pair of lengths, and what the module should hold."""
    found = shipped()
    pairs = sorted({(error.seen, error.asked) for error in found})
    print(
        f"{'from':>14} {'to':>14} {'metric':<20} {'n':>4} {'median':>7} {'too good, tenth':>16} {'too bad, tenth':>15}"
    )
    for seen, asked in pairs:
        some = worked_out([error for error in found if (error.seen, error.asked) == (seen, asked)])
        for (metric, _), one in some.items():
            names = (f"{seen[0]}+{seen[1]}", f"{asked[0]}+{asked[1]}")
            print(f"{names[0]:>14} {names[1]:>14} {metric:<20} {one.runs:>4} {one.median_percent:>6}% "
                  f"{one.tenth_too_good_percent:>15}% {one.tenth_too_bad_percent:>14}%")  # fmt: skip
    for key, one in worked_out(found).items():
        print(f"{key!r}: {one!r},{'' if HELD_OUT_SHAPES.get(key) == one else '  # the module has another'}")


if __name__ == "__main__":
    main()
