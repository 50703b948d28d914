"""capreg/names.py: the ids that editors complete, as literal types. Generated from registry_data; committed."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from capreg.catalog import Catalog

__all__ = ["names_module"]

_HEAD = '''"""Ids of the registry as literal types, so that editors complete them.

Generated: `capreg generate` brings it up to date. Annotations take them beside `str`, since a catalog of another
release may hold others. For type checkers only; nothing loads this module when it answers.
"""

from __future__ import annotations

from typing import Literal

__all__ = ["CapabilityName", "ProviderName", "SkillName"]
'''
_KINDS = {"CapabilityName": "capabilities", "ProviderName": "providers", "SkillName": "skills"}


def names_module(catalog: Catalog) -> str:
    """The text of the module for the ids in `catalog`."""
    parts = [_HEAD]
    for alias, kind in _KINDS.items():
        lines = "".join(f'    "{name}",\n' for name in sorted(catalog.documents(kind)))
        parts.append(f"\n{alias} = Literal[\n{lines}]\n")
    return "".join(parts)
