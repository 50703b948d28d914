"""schemas/*.schema.json: what an editor and any other language check files against. Generated from the records."""

from __future__ import annotations

import json
from pathlib import Path

from capreg.schema import KINDS, json_schema
from capreg.source.layout import SINGULAR
from capreg.source.writing import write_text

__all__ = ["drift", "write"]


def write(folder: Path) -> list[Path]:
    """Write the schema of every kind into `folder`, and return the files that changed."""
    changed = drift(folder)
    for path in changed:
        text = _texts().get(path.name)
        if text is None:
            path.unlink()
        else:
            write_text(path, text)
    return changed


def drift(folder: Path) -> list[Path]:
    """The files of `folder` that are not what the records say, are missing, or are left over."""
    texts = _texts()
    wrong = [folder / name for name, text in texts.items() if _read(folder / name) != text]
    return sorted([*wrong, *(path for path in folder.glob("*.schema.json") if path.name not in texts)])


def _texts() -> dict[str, str]:
    return {
        f"{SINGULAR[kind]}.schema.json": json.dumps(json_schema(kind), indent=2, ensure_ascii=False) + "\n"
        for kind in KINDS
    }


def _read(path: Path) -> str | None:
    return path.read_bytes().decode("utf-8", "replace") if path.is_file() else None
