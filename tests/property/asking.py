"""Puts a question of the oracle's kind to the engine, through the public door, and reads the answer back.

`answered` and `expected` give the engine's and the oracle's side in one shape.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict
from decimal import Decimal
from fractions import Fraction
from itertools import zip_longest
from typing import Any

import capreg
from capreg import schema
from capreg.catalog import Catalog
from tests.oracle import Answer, Asked, Item, Oracle, Ranked
from tests.questions import Range, made_question
from tests.strategies import Pick

__all__ = ["answered", "ask", "catalog_of", "differences", "disagreements", "expected", "put", "read_back"]

RELEASE = "2026.11.22"


def catalog_of(documents: Mapping[str, Mapping[str, Mapping[str, Any]]]) -> Catalog:
    """A catalog of made documents."""
    return Catalog(RELEASE, documents, decode=schema.record)


def put(catalog: Catalog, asked: Asked) -> capreg.Decision:
    """The question, put as a caller would."""
    bounds = ("max_latency_ms", "max_first_answer_ms", "max_e2e_ms", "min_output_tps", "max_cost_usd")
    question: dict[str, Any] = {bound: _number(getattr(asked, bound)) for bound in bounds}
    question |= {name: getattr(asked, name) for name in ("effort", "percentile", "unknown")}
    question["min_quality"] = _floor(asked)
    question["rank_by"] = [key if band is None else (key, Decimal(band)) for key, band in asked.rank_by]
    return capreg.resolve(
        asked.requires,
        **question,
        workload=capreg.Workload(**asdict(asked.work)),
        policy=capreg.Policy(**asked.policy),
        as_of=asked.as_of,
        catalog=catalog,
        limit=asked.limit,
    )


def ask(catalog: Catalog, asked: Asked) -> capreg.Decision:
    """The engine's decision, whether or not anybody passes."""
    try:
        return put(catalog, asked)
    except capreg.NoFeasibleOffering as nobody:
        return nobody.decision


def answered(catalog: Catalog, asked: Asked) -> Answer:
    """The engine's answer in the oracle's shape."""
    return read_back(ask(catalog, asked).to_dict())


def expected(answer: Answer, asked: Asked) -> Answer:
    """The oracle's answer, cut to the asked limit."""
    return answer._replace(ranking=answer.ranking[: asked.limit])


def disagreements(
    catalog: Catalog, documents: Mapping[str, Mapping[str, Mapping[str, Any]]], pick: Pick, *, count: int, drawn: Range
) -> Iterator[tuple[Asked, Answer, Answer] | None]:
    """For each of `count` questions: None where engine and oracle agree, else question, engine's and oracle's."""
    oracle = Oracle(documents)
    for _ in range(count):
        asked = made_question(pick, documents, drawn)
        found, right = answered(catalog, asked), expected(oracle.answer(asked), asked)
        yield None if found == right else (asked, found, right)


def differences(found: Answer, right: Answer) -> list[str]:
    """Where two answers differ, one line a place; at most a dozen."""
    lines = [
        f"{part}: engine {getattr(found, part)}, oracle {getattr(right, part)}"
        for part in ("feasible_count", "coverage")
        if getattr(found, part) != getattr(right, part)
    ]
    for part in ("excluded", "unknown"):
        told, meant = getattr(found, part), getattr(right, part)
        lines += [
            f"{part} {id_}: engine {told.get(id_)}, oracle {meant.get(id_)}"
            for id_ in sorted(told.keys() | meant.keys())
            if told.get(id_) != meant.get(id_)
        ]
    rows = zip_longest(found.ranking, right.ranking)
    lines += [f"rank {at}: engine {a}, oracle {b}" for at, (a, b) in enumerate(rows, 1) if a != b]
    return lines[:12]


def read_back(answer: Mapping[str, Any]) -> Answer:
    """A decision's document in the oracle's shape."""
    return Answer(
        ranking=tuple(_ranked(row) for row in answer["ranking"]),
        feasible_count=answer["feasible_count"],
        excluded={row["offering"]: (_labels(row["failed"]), _labels(row["missing"])) for row in answer["excluded"]},
        unknown={row["offering"]: _labels(row["missing"]) for row in answer["unknown"]},
        coverage={name: answer["coverage"]["left_out"][name] for name in ("retired", "unlisted", "preview", "free")},
    )


def _ranked(row: Mapping[str, Any]) -> Ranked:
    cost = _whole(row["cost_usd"], 15)
    items = tuple(Item(item["unit"], item["quantity"], _whole(item["usd"], 15) or 0) for item in row["cost_items"])
    return Ranked(
        offering=row["offering"],
        proven=row["proven"],
        cost=cost,
        items=None if cost is None else items,
        ttft=_whole(row["ttft_ms"], 3),
        e2e=_whole(row["e2e_ms"], 3),
        e2e_is_upper_limit=row["e2e_is_upper_limit"],
        output_tps=_whole(row["output_tps"], 3),
        quality=tuple(
            (name, *(Fraction(told[end]) for end in ("estimate", "low", "high")))
            for name, told in sorted(row["quality"].items())
        ),
    )


def _labels(entries: list[Mapping[str, Any]]) -> frozenset[str]:
    return frozenset(entry["requirement"] for entry in entries)


def _whole(value: str | float | None, digits: int) -> int | None:
    """`value` × 10**digits, which must be whole: a figure that was rounded on its way out does not pass."""
    if value is None:
        return None
    exact = Fraction(str(value)) * 10**digits
    if exact.denominator != 1:
        raise AssertionError(f"{value!r} has more than {digits} decimals")
    return int(exact)


def _floor(asked: Asked) -> Any:
    if asked.like is not None:
        model, within, effort = asked.like
        return capreg.like(model, within=within, effort=effort)  # type: ignore[arg-type]
    if isinstance(asked.min_quality, tuple):
        return {name: Decimal(text) for name, text in asked.min_quality}
    return _number(asked.min_quality)


def _number(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)
