"""From a source's flags to what is known of capabilities. Which flag speaks for what is said in capability files.

A flag has three values: true, false, absent. Absent proves nothing unless the capability's file says that it does.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from capreg.ids import CapabilityId
from capreg.importers.proposal import Value

__all__ = ["FlagTable"]


@dataclass(frozen=True, slots=True, kw_only=True)
class FlagTable:
    """The flags of one source."""

    capabilities: Mapping[str, Mapping[str, Any]]
    source: str
    by_code: frozenset[str] = frozenset()
    """Flags whose meaning for features the importer works out itself."""

    def known(
        self, stated: Mapping[str, bool], *, features: Mapping[str, Mapping[str, bool]] | None = None
    ) -> dict[CapabilityId, dict[str, Value]]:
        """What `stated` proves, by capability: `at_least`, `at_most`, `features.<name>`; silent ones are left out.

        Args:
            stated: the flags of one row, absent ones left out.
            features: by capability, features that the importer worked out.
        """
        found = {}
        for capability, document in sorted(self.capabilities.items()):
            known = self._levels(document, stated)
            if known.get("at_most") != 0:
                known |= self._features(document, stated)
                more = (features or {}).get(capability, {})
                known |= {f"features.{name}": value for name, value in sorted(more.items())}
            if known:
                found[CapabilityId(capability)] = known
        return found

    def _levels(self, document: Mapping[str, Any], stated: Mapping[str, bool]) -> dict[str, Value]:
        """A true flag proves its level where every lower one that the source speaks of is proven too."""
        known: dict[str, Value] = {}
        below = True
        for number, level in enumerate(document.get("levels", ()), start=1):
            flag = level.get("flags", {}).get(self.source)
            if flag is None:
                continue
            value = stated.get(flag["name"], flag.get("absent"))
            if value is False:
                known.setdefault("at_most", number - 1)
            elif value is True and below and "at_most" not in known:
                known["at_least"] = number
            below = below and value is True
        return known

    def _features(self, document: Mapping[str, Any], stated: Mapping[str, bool]) -> dict[str, Value]:
        known: dict[str, Value] = {}
        for name, feature in sorted(document.get("features", {}).items()):
            flag = feature.get("flags", {}).get(self.source)
            if flag is None or flag["name"] in self.by_code:
                continue
            value = stated.get(flag["name"], flag.get("absent"))
            if value is not None:
                known[f"features.{name}"] = value
        return known
