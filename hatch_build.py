"""Builds the compiled catalog while the package is built. The catalog is never a file that lay around: it is made anew.

A wheel takes it, with its NOTICE, from a temporary folder. An editable installation gets it in place, where git
ignores it.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class CatalogHook(BuildHookInterface[Any]):
    """Compiles registry_data/ into capreg/catalog.db."""

    PLUGIN_NAME = "custom"
    _folder: Path | None = None

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Compile the registry; a fault in it ends the build with all of them."""
        if self.target_name != "wheel":
            return
        sys.path.insert(0, self.root)
        from capreg.snapshot import about  # noqa: PLC0415  the root is on the path only now
        from capreg.source.build import build  # noqa: PLC0415  the root is on the path only now

        root, today = Path(self.root), datetime.now(UTC).date()
        if version == "editable":
            build(root / "registry_data", root / "capreg" / "catalog.db", today=today)
            return
        self._folder = Path(tempfile.mkdtemp())
        catalog, notice = self._folder / "catalog.db", self._folder / "NOTICE"
        build(root / "registry_data", catalog, today=today)
        notice.write_text(about(catalog).notice, encoding="utf-8", newline="\n")
        build_data["force_include"] |= {str(catalog): "capreg/catalog.db", str(notice): "capreg/NOTICE"}

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:  # noqa: ARG002  hatchling's signature
        """Remove the temporary folder."""
        if self._folder is not None:
            shutil.rmtree(self._folder)
