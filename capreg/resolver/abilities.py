"""What a model can do on a machine of one's own: what hosts of it state, as far as the engine serves it."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from capreg.index.bits import rows_of
from capreg.index.columns import ABSENT

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from capreg.catalog import Catalog
    from capreg.index import Index

__all__ = ["abilities_of"]

_WITNESSES = 2
"""So many providers must state what a model can do."""
_OF_THE_MODEL = "reasoning"
"""The capability that no engine has a part in. Whether it can be left off is said by the model's own record."""
Fact = dict[str, Any]


def abilities_of(catalog: Catalog, index: Index, model: str, engine: str | None) -> tuple[dict[str, Fact], int | None]:
    """Facts by capability, as an offering states them, and the context in tokens; None is unknown."""
    found: tuple[dict[str, Fact], int | None] = index.derived(
        ("abilities", model, engine), lambda: _abilities(catalog, index, model, engine)
    )
    return found


def _abilities(catalog: Catalog, index: Index, model: str, engine: str | None) -> tuple[dict[str, Fact], int | None]:
    places = index.vocabulary["models"]
    rows = rows_of(index.groups("model").get(places.index(model), 0)) if model in places else []
    served = catalog.documents("engines")[engine].get("capabilities", {}) if engine else {}
    facts: dict[str, Fact] = {}
    for name, capability in index.vocabulary["capabilities"].items():
        if capability["measure"] != "level":
            continue
        features = () if name == _OF_THE_MODEL else capability["features"]
        declared = _declared(index, rows, name, features)
        fact = declared if name == _OF_THE_MODEL else _served(declared, served.get(name), model)
        if fact:
            facts[name] = fact
    return facts, _context(index, rows)


def _declared(index: Index, rows: Sequence[int], name: str, features: Iterable[str]) -> Fact:
    """What offerings of enough providers state of the model."""
    least, most = index.column(f"least.{name}"), index.column(f"most.{name}")
    levels = sorted({least[row] for row in rows} - {0}, reverse=True)
    level = next((n for n in levels if _witnessed(index, (row for row in rows if least[row] >= n))), 0)
    if not levels and _witnessed(index, (row for row in rows if most[row] == 0)):
        return {"at_most": 0}
    if not level:
        return {}
    stated = {
        feature: True
        for feature in features
        if _witnessed(index, (row for row in rows if index.column(f"has.{name}.{feature}")[row] == 1))
    }
    return {"at_least": level, **({"features": stated} if stated else {})}


def _served(declared: Fact, support: Mapping[str, Any] | None, model: str) -> Fact:
    """What is left of `declared` on an engine that states `support`; without a word from the engine, nothing."""
    if "at_most" in declared:
        return declared
    if not declared or support is None or ("models" in support and model not in support["models"]):
        return {}
    features = [name for name in declared.get("features", ()) if (support.get("features") or {}).get(name)]
    level = min(declared["at_least"], support["at_least"])
    return {"at_least": level, **({"features": dict.fromkeys(features, True)} if features else {})}


def _witnessed(index: Index, rows: Iterable[int]) -> bool:
    providers = index.column("provider")
    return len({providers[row] for row in rows}) >= _WITNESSES


def _context(index: Index, rows: Sequence[int]) -> int | None:
    """The context that most providers state; of equally frequent ones the shortest."""
    window, providers = index.column("context_tokens"), index.column("provider")
    stated = {(providers[row], window[row]) for row in rows if window[row] != ABSENT}
    counted = Counter(length for _, length in stated)
    return min(counted, key=lambda length: (-counted[length], length)) if counted else None
