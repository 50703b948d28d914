"""The oracle's quality: which records speak for a row, what floors say: section 15 of docs/reference/resolver.md.

It takes plain documents and shares no code with the engine. Points are exact fractions.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import NamedTuple

from tests.oracle_facts import FAIL, PASS, UNKNOWN
from tests.oracle_money import Document, fact, reasoning_way

__all__ = ["Rated", "floor", "quality_of", "rated_capabilities"]


class Rated(NamedTuple):
    """A row's quality in one capability."""

    estimate: Fraction
    low: Fraction
    high: Fraction


def rated_capabilities(qualities: Mapping[str, Document]) -> set[str]:
    """The capabilities that can be rated."""
    return {document["capability"] for document in qualities.values()}


def quality_of(
    of_model: Sequence[Document],
    offering: Document,
    model: Document | None,
    capability: str,
    *,
    reasoning_tokens: int | None,
    effort: str | None,
    provisional: bool,
) -> Rated | None:
    """The quality of an offering in `capability`, by the records of its model; None where there is none."""
    if model is None or fact(offering, capability).get("at_most") == 0:
        return None
    counting = [
        one for one in of_model if one["capability"] == capability and (provisional or one["status"] == "published")
    ]
    way = reasoning_way(offering, model)
    speaking = _speaking(counting, way, thinks=(reasoning_tokens or 0) > 0, effort=effort)
    if effort is None and any("effort" not in one for one in speaking):
        speaking = [one for one in speaking if one.get("effort") in (None, "off")]
    if not speaking:
        return None
    return Rated(
        min(Fraction(one["estimate"]) for one in speaking),
        min(Fraction(one["low"]) for one in speaking),
        max(Fraction(one["high"]) for one in speaking),
    )


def _speaking(counting: Sequence[Document], way: str | None, *, thinks: bool, effort: str | None) -> list[Document]:
    """The table of the section, line by line."""
    at = {one.get("effort"): one for one in counting}
    if way == "never":
        return [at["off"]] if "off" in at else [at[None]] if None in at and not at[None].get("thinks") else []
    if way == "optional" and not thinks:
        return [at["off"]] if "off" in at else []
    if effort is not None:
        return [at[effort]] if effort in at else []
    if way is None:
        return list(counting)
    return [one for one in counting if one.get("effort") != "off"]


def floor(rated: Rated | None, offering: Document, capability: str, limit: Fraction, *, of_estimate: bool) -> str:
    """What a floor says of a row."""
    if fact(offering, capability).get("at_most") == 0:
        return FAIL
    if rated is None:
        return UNKNOWN
    if (rated.estimate if of_estimate else rated.low) >= limit:
        return PASS
    return FAIL if rated.high < limit else UNKNOWN
