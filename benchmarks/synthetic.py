"""A large catalog made from the shipped one: its own offerings several times over, each copy a little different.

What hangs together in the shipped catalog hangs together here, since a copy keeps all facts of one real offering: its
model, capabilities, limits, lifecycle and tiers, and whether it was measured. Only amounts are moved: one factor for
all prices of a copy, one for its times and one for its rates. Nothing of it is true.
"""

from __future__ import annotations

from decimal import Decimal
from random import Random
from typing import TYPE_CHECKING, Any

from capreg.catalog import Catalog

if TYPE_CHECKING:
    from collections.abc import Mapping

    Document = Mapping[str, Any]
    Documents = dict[str, dict[str, Document]]

__all__ = ["synthetic"]

_UNITS = frozenset(
    ("input", "output", "cache_read", "cache_write", "cache_write_1h", "reasoning", "image", "audio_input", "request")
)
_TIMES = ("ttft_ms", "first_answer_ms", "e2e_ms")
_RATES = ("output_tps", "fast_output_tps")


def synthetic(source: Catalog, rows: int, *, seed: int = 0) -> Catalog:
    """A catalog of `rows` offerings, the same for the same `seed`."""
    random = Random(seed)  # noqa: S311  repeatable, not secret
    documents: Documents = {kind: dict(source.documents(kind)) for kind in source}
    offerings, measurements = dict(documents["offerings"]), dict(documents["measurements"])
    of_offering: dict[str, list[str]] = {}
    for name, document in measurements.items():
        of_offering.setdefault(document["offering"], []).append(name)
    sightings = [(name, one) for name, one in documents["sightings"].items() if one["subject"] in offerings]
    seen: dict[str, list[tuple[str, Document]]] = {}
    for name, one in sightings:
        seen.setdefault(one["subject"], []).append((name, one))
    originals = sorted(offerings)
    for number in range(rows - len(originals)):
        original = originals[number % len(originals)]
        copy = f"{original}-copy-{number // len(originals) + 1}"
        documents["offerings"][copy] = _repriced(offerings[original], _factor(random, 60))
        quicker, faster = _factor(random, 40), _factor(random, 40)
        for name in of_offering.get(original, ()):
            documents["measurements"][f"{name}-{number}"] = _moved(measurements[name], copy, quicker, faster)
        for name, one in seen.get(original, ()):
            documents["sightings"][f"{name}-copy-{number}"] = {**one, "subject": copy}
    return Catalog(f"{source.release.id}-synthetic", documents)


def _factor(random: Random, percent: int) -> Decimal:
    """A factor that is up to `percent` per cent off 1."""
    return Decimal(100 + random.randint(-percent, percent)) / 100


def _repriced(offering: Document, factor: Decimal) -> Document:
    prices = [
        {key: _times(value, factor, 9) if key in _UNITS else value for key, value in entry.items()}
        for entry in offering.get("prices", ())
    ]
    return {**offering, "prices": prices} if prices else offering


def _moved(measurement: Document, offering: str, quicker: Decimal, faster: Decimal) -> Document:
    moved = {**measurement, "offering": offering}
    for metrics, factor in ((_TIMES, quicker), (_RATES, faster)):
        for metric in metrics:
            if metric in measurement:
                moved[metric] = {p: _times(value, factor, 3) for p, value in measurement[metric].items()}
    return moved


def _times(value: str, factor: Decimal, digits: int) -> str:
    return f"{(Decimal(value) * factor).quantize(Decimal(1).scaleb(-digits)).normalize():f}"
