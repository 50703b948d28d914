"""`capreg validate`: every fault of the registry, or of some of its files, at once."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from capreg.cli import options as o
from capreg.cli import page
from capreg.cli.failure import ANSWERED, FINDING
from capreg.cli.shelf import registry_folder
from capreg.cli.words import visible

if TYPE_CHECKING:
    from collections.abc import Sequence

    from capreg.errors import Finding

__all__ = ["validate"]

Paths = Annotated[
    list[Path] | None,
    typer.Argument(
        metavar="[PATH]", help="Report only the faults of these files and folders.", show_default="the whole registry"
    ),
]
_FIELDS = ("rule", "file", "key", "problem", "found", "expected", "hint")


def validate(paths: Paths = None, *, as_json: o.AsJson = False, registry: o.RegistryFolder = None) -> int:
    """Check the registry: every file against its schema, every name against what it names, every rule.

    Exit code 0: no fault. 1: faults, each with file, key, what was found, what is expected, what to do.
    """
    from capreg.source.read import read
    from capreg.source.validate import validate as faults_of

    root = registry_folder(registry or _registry_above(paths))
    whole = read(root)
    findings = faults_of(whole, paths=paths or None)
    if as_json:
        page.write_json(json.dumps([_document(finding) for finding in findings], indent=2, ensure_ascii=False))
    else:
        sys.stdout.writelines(f"{visible(str(finding))}\n" for finding in findings)
        sys.stdout.write(f"{root}: {len(whole.files):,} records, {_counted(findings)}\n")
    return FINDING if findings else ANSWERED


def _registry_above(paths: Sequence[Path] | None) -> Path | None:
    """The registry that the first path is or lies in; None where it lies in none, and the usual one is meant."""
    for path in paths or ():
        absolute = path.absolute()
        for folder in (absolute, *absolute.parents):
            if folder.name == "registry_data" or (folder / "RELEASE").is_file():
                return folder
        break
    return None


def _document(finding: Finding) -> dict[str, Any]:
    return {field: getattr(finding, field) for field in _FIELDS}


def _counted(findings: Sequence[Finding]) -> str:
    if not findings:
        return "no faults"
    faults, files = len(findings), len({finding.file for finding in findings})
    return f"{faults:,} {'fault' if faults == 1 else 'faults'} in {files:,} {'file' if files == 1 else 'files'}"
