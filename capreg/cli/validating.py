"""`capreg validate`: every fault of the registry, or of some files, at once. `capreg explain`: what a rule asks."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from capreg.cli import options as o
from capreg.cli import page
from capreg.cli.failure import ANSWERED, FINDING
from capreg.cli.shelf import registry_folder, today

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from capreg.errors import Finding
    from capreg.source.rules import Rule

__all__ = ["explain", "validate"]

Paths = Annotated[
    list[Path] | None,
    typer.Argument(
        metavar="[PATH]", help="Report only the faults of these files and folders.", show_default="the whole registry"
    ),
]
Since = Annotated[
    str | None,
    typer.Option(metavar="REV", help="Report only the faults of files that changed since this revision of git."),
]
Releasing = Annotated[
    bool, typer.Option("--release", help="Refuse what was seen after the day in RELEASE, not only after today.")
]
Everything = Annotated[bool, typer.Option("--all", help="List warnings and hints of the whole registry too.")]
RuleId = Annotated[str | None, typer.Argument(metavar="[RULE]", help="A rule's id.", show_default="a list of all")]


def validate(
    paths: Paths = None,
    *,
    since: Since = None,
    form: Annotated[str, typer.Option("--format", help="text, json, github (annotations) or sarif.")] = "text",
    everything: Everything = False,
    release: Releasing = False,
    as_json: o.AsJson = False,
    registry: o.RegistryFolder = None,
) -> int:
    """Check the registry: every file against its schema, every name against what it names, every rule.

    Exit code 0: no fault, maybe warnings. 1: faults, each with file, line, key, what was found, what is expected,
    what to do. `capreg explain RULE` says more.
    """
    from capreg.cli.findings import FORMATS, written
    from capreg.errors import InvalidArgument

    if form not in FORMATS:
        raise InvalidArgument("there is no such format", where="--format", found=form, expected=", ".join(FORMATS))
    root = registry_folder(registry or _registry_above(paths))
    findings, counted = _findings(root, paths, since, None if release else today())
    page.speak_utf8()
    sys.stdout.write(written("json" if as_json else form, root, findings, counted, everything=everything))
    return FINDING if any(finding.severity == "error" for finding in findings) else ANSWERED


def explain(rule: RuleId = None, as_json: o.AsJson = False) -> int:
    """What a rule asks, what to do where it is broken, and an example of each side. Without RULE: all rules."""
    from capreg.source.rules import declared, rule_of

    rules = list(declared().values()) if rule is None else [rule_of(rule)]
    if as_json:
        page.write_json(json.dumps([_document(each) for each in rules], indent=2, ensure_ascii=False))
    elif rule is None:
        page.write_rows(["id", "severity", "what holds"], [(each.id, each.severity, each.title) for each in rules])
    else:
        sys.stdout.write(_told(rules[0]))
    return ANSWERED


def _findings(
    root: Path, paths: Sequence[Path] | None, since: str | None, day: date | None
) -> tuple[Sequence[Finding], str]:
    """What there is to say, and what was looked at."""
    from capreg.source.read import read
    from capreg.source.validate import validate as faults_of
    from capreg.source.validate import validate_some, within

    if since is None and not paths:
        whole = read(root)
        return faults_of(whole, today=day), f"{sum(map(len, whole.documents.values())):,} records"
    asked = within(root, paths or ())
    if since is None:
        return validate_some(root, asked, today=day), "of these files"
    from capreg.source.changes import changed_since, touched
    from capreg.source.gone import records_at, traced

    moved = changed_since(root, since)
    changed = [path for path in touched(root, moved) if not asked or any(Path(path).is_relative_to(a) for a in asked)]
    counted = f"{len(changed):,} {'file' if len(changed) == 1 else 'files'} changed since {since}"
    counted += f", {len(moved.gone):,} gone" if moved.gone else ""
    if not changed and not moved.gone and since == "HEAD":
        counted += " (what is committed already is seen by --since main)"
    found = validate_some(root, changed, today=day) if changed else ()
    return tuple(traced(found, records_at(moved.gone), since=since, root=root)), counted


def _registry_above(paths: Sequence[Path] | None) -> Path | None:
    """The registry that the first path is or lies in; None where it lies in none, and the usual one is meant."""
    for path in paths or ():
        absolute = path.absolute()
        for folder in (absolute, *absolute.parents):
            if folder.name == "registry_data" or (folder / "RELEASE").is_file():
                return folder
        break
    return None


def _document(rule: Rule) -> dict[str, Any]:
    return {name: getattr(rule, name) for name in ("id", "severity", "title", "advice", "bad", "good")}


def _told(rule: Rule) -> str:
    def indented(text: str) -> str:
        return "".join(f"    {line}".rstrip() + "\n" for line in text.strip("\n").split("\n"))

    head = f"{rule.id}, {rule.severity}: {rule.title}.\n\n{rule.advice.strip()}\n"
    return f"{head}\nbreaks it:\n\n{indented(rule.bad)}\nkeeps it:\n\n{indented(rule.good)}"
