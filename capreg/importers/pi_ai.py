"""Reads one provider's file of pi-ai: which chat models a later snapshot of models.dev's family still lists.

Only that. Its figures are models.dev's, six weeks on; taking them comes with the whole market. It holds models that
call tools and no others, so what is missing proves nothing, and no provider counts as read in full.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from capreg.errors import UnreadableFile
from capreg.ids import ProviderId, SourceId
from capreg.importers.names import ProviderNames
from capreg.importers.proposal import Batch, Skip

__all__ = ["SOURCE", "read"]

SOURCE = SourceId("pi-ai")
_CHAT = "chat"


def read(
    document: Any,
    *,
    providers: ProviderNames,
    seen_on: date,
    where: str,
    only: frozenset[ProviderId] | None = None,
) -> Batch:
    """What `document`, one parsed provider file, lists of `only` these providers, or of all that have a file.

    Raises:
        UnreadableFile: it is not such a file.
    """
    listed, skips = set(), []
    for name, wire_id, kind in _rows(document, where):
        provider = providers.by_name.get(name)
        if provider is None or kind != _CHAT:
            reason = "no provider file" if provider is None else "no chat model"
            skips.append(Skip(reason=reason, subject=f"{name}/{wire_id}"))
        elif only is None or provider in only:
            listed.add(providers.offering(provider, wire_id))
    return Batch(source=SOURCE, seen_on=seen_on, also_listed=frozenset(listed), skips=tuple(skips))


def _rows(document: Any, where: str) -> Iterator[tuple[str, str, str]]:
    """Provider, wire id and kind of each entry; entries are grouped by the API they speak."""
    try:
        for entries in document.values():
            for entry in entries.values():
                yield entry["provider"], entry["id"], entry["type"]
    except (AttributeError, KeyError, TypeError) as unlike:
        raise UnreadableFile(
            "this is no provider file of pi-ai",
            where=where,
            expected="models grouped by API, each with provider, id and type",
            hint="import one file of its data folder, for example groq.json",
        ) from unlike
