"""Which offering an endpoint behind a router is: only where provider, model and variant leave one answer.

An endpoint's tag carries a region, a number format or a speed class. Where that leaves a choice, nothing is attached.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from capreg.ids import OfferingId
from capreg.importers.endpoints import Endpoint
from capreg.importers.spelling import known_names

__all__ = ["OTHER_VARIANT", "SEVERAL_ENDPOINTS", "SEVERAL_OFFERINGS", "Listed", "paired"]

OTHER_VARIANT = "endpoint of another variant than the offering"
SEVERAL_OFFERINGS = "several offerings of that model at the provider"
SEVERAL_ENDPOINTS = "several endpoints of that model at the provider"


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """An offering that an endpoint may be."""

    id: OfferingId
    region: str | None = None
    quantization: str | None = None
    speed_class: str | None = None

    @classmethod
    def of(cls, id: str, document: Mapping[str, Any]) -> Listed:  # noqa: A002
        """From an offering's document."""
        keys = ("region", "quantization", "speed_class")
        return cls(id=OfferingId(id), **{key: document.get(key) for key in keys})


def paired(endpoints: Sequence[Endpoint], offerings: Sequence[Listed]) -> list[OfferingId | str]:
    """For each of `endpoints`, all of one model at one provider: the offering that it is, or why none is."""
    answers: list[OfferingId | str] = [OTHER_VARIANT] * len(endpoints)
    classes = {_speed_class(endpoint) for endpoint in endpoints}
    for speed in classes:
        places = [place for place, endpoint in enumerate(endpoints) if _speed_class(endpoint) == speed]
        within = [offering for offering in offerings if offering.speed_class == speed]
        for place in places:
            answers[place] = _one(endpoints[place], [endpoints[other] for other in places], within)
    return answers


def _one(endpoint: Endpoint, endpoints: Sequence[Endpoint], offerings: Sequence[Listed]) -> OfferingId | str:
    """The answer for `endpoint`, one of `endpoints`, all of one speed class, as are `offerings`."""
    if not offerings:
        return OTHER_VARIANT
    named = [offering for offering in offerings if _names(endpoint, offering)]
    if len(named) == 1 and sum(_names(other, named[0]) for other in endpoints) == 1:
        return named[0].id
    if len(offerings) > 1:
        # A provider may list one model under several names: the one that the router too uses is meant.
        name = endpoint.model_name.lower()
        whole = [offering for offering in offerings if offering.id.partition("/")[2] == name]
        offerings = whole or [offering for offering in offerings if _last(offering.id) == _last(name)]
    if len(offerings) != 1:
        return SEVERAL_OFFERINGS
    offering = offerings[0]
    if _contradicts(endpoint, offering):
        return OTHER_VARIANT
    if len(endpoints) == 1:
        return offering.id
    plain = [other for other in endpoints if other.suffix is None]
    return offering.id if plain == [endpoint] else SEVERAL_ENDPOINTS


def _last(name: str) -> str:
    return name.rpartition("/")[2]


def _speed_class(endpoint: Endpoint) -> str | None:
    return endpoint.suffix if endpoint.suffix in known_names()["speed_classes"]["names"] else None


def _names(endpoint: Endpoint, offering: Listed) -> bool:
    """Whether the endpoint's variant is stated, and is the offering's."""
    if offering.region is not None:
        return endpoint.suffix == offering.region
    return offering.quantization is not None and endpoint.quantization == offering.quantization


def _contradicts(endpoint: Endpoint, offering: Listed) -> bool:
    if offering.region is not None and endpoint.suffix is not None and endpoint.suffix != offering.region:
        return True
    formats = {endpoint.quantization, offering.quantization} - {None}
    return len(formats) > 1


def group(endpoints: Iterable[Endpoint], key: Any) -> dict[Any, list[Endpoint]]:
    """`endpoints` by `key`, in the order in which they come."""
    groups: dict[Any, list[Endpoint]] = {}
    for endpoint in endpoints:
        groups.setdefault(key(endpoint), []).append(endpoint)
    return groups
