"""Which file of registry_data holds which record: an id is a path below its kind. Nothing is read here."""

from __future__ import annotations

from dataclasses import dataclass

from capreg.catalog import KINDS

__all__ = ["PLAIN_FILES", "SINGULAR", "TABLES", "Place", "path_of", "place_of"]

PLAIN_FILES = frozenset({"RELEASE", "README.md", "TOMBSTONES"})
"""Files at the top that hold no record."""

SINGULAR = {kind: kind.removesuffix("ies") + "y" if kind.endswith("ies") else kind.removesuffix("s") for kind in KINDS}
"""The word for one record of each kind; schemas are named by it."""

TABLES = frozenset({"deployments", "measurements", "qualities", "rentals", "scores", "sightings"})
"""Kinds whose files are tables."""
_DEEP = frozenset({"benchmarks", "models"})
_FLAT = frozenset({"accelerators", "capabilities", "corrections", "engines", "skills", "sources"})


@dataclass(frozen=True, slots=True)
class Place:
    """What a file holds: one record, or for a table the records whose ids start with `id`."""

    kind: str
    id: str

    @property
    def is_table(self) -> bool:
        """Whether the file is a table, whose rows are the records."""
        return self.kind in TABLES


def place_of(path: str) -> Place | None:
    """What the file at `path`, below the registry's root with forward slashes, holds; None where nothing belongs.

    >>> place_of("providers/groq/offerings/openai/gpt-oss-120b.toml")
    Place(kind='offerings', id='groq/openai/gpt-oss-120b')
    """
    kind, _, rest = path.partition("/")
    if kind in TABLES:
        name = rest.removesuffix(".csv")
        return Place(kind, name) if name != rest and "/" not in name else None
    name = rest.removesuffix(".toml")
    if name == rest:
        return None
    if kind in _FLAT:
        return None if "/" in name else Place(kind, name)
    if kind in _DEEP:
        return Place(kind, name) if "/" in name else None
    return _place_below_provider(name) if kind == "providers" else None


def _place_below_provider(name: str) -> Place | None:
    provider, _, rest = name.partition("/")
    if rest == "provider":
        return Place("providers", provider)
    folder, _, slug = rest.partition("/")
    return Place("offerings", f"{provider}/{slug}") if folder == "offerings" and slug else None


def path_of(kind: str, id: str) -> str:  # noqa: A002  the word for it everywhere
    """The path, below the registry's root, of the file that holds the record `id` of `kind`.

    >>> path_of("measurements", "openrouter-2026-05-18/12")
    'measurements/openrouter-2026-05-18.csv'
    """
    first, _, rest = id.partition("/")
    if kind == "qualities":
        return "qualities/estimates.csv"
    if kind in TABLES:
        return f"{kind}/{first}.csv"
    if kind == "providers":
        return f"providers/{id}/provider.toml"
    if kind == "offerings":
        return f"providers/{first}/offerings/{rest}.toml"
    return f"{kind}/{id}.toml"
