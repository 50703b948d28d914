"""Findings as text for people, as JSON, as annotations of GitHub, and as SARIF 2.1.0. They come here in their order."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from capreg.cli.words import visible
from capreg.errors import Finding
from capreg.source.rules import declared
from capreg.version import __version__

__all__ = ["FORMATS", "written"]

FORMATS = ("text", "json", "github", "sarif")
_FIELDS = ("rule", "severity", "file", "line", "key", "problem", "found", "expected", "hint", "command")
_SARIF = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_LEVELS = {"error": "error", "warning": "warning", "hint": "note"}
_GITHUB = {"error": "error", "warning": "warning", "hint": "notice"}
_FEW = 20


def written(form: str, root: Path, findings: Sequence[Finding], counted: str, *, everything: bool) -> str:
    """`findings` of the registry `root` in one of `FORMATS`, with a line end.

    Args:
        form: which format.
        root: the registry's folder, as it was given.
        findings: in their order.
        counted: what was looked at, in words.
        everything: whether the text lists warnings and hints even where there are many.
    """
    if form == "json":
        told = [{name: getattr(finding, name) for name in _FIELDS} for finding in findings]
        return json.dumps(told, indent=2, ensure_ascii=False) + "\n"
    if form == "sarif":
        return json.dumps(_sarif(root, findings), indent=2, ensure_ascii=False) + "\n"
    if form == "github":
        return "".join(f"{_annotation(root, finding)}\n" for finding in findings)
    return "".join(f"{visible(line)}\n" for line in _text(root, findings, counted, everything=everything))


def _text(root: Path, findings: Sequence[Finding], counted: str, *, everything: bool) -> Iterator[str]:
    errors = [finding for finding in findings if finding.severity == "error"]
    others = [finding for finding in findings if finding.severity != "error"]
    folded = len(others) > _FEW and not everything
    for finding in errors if folded else findings:
        yield from _block(root, finding)
    if folded:
        rules = Counter(finding.rule for finding in others)
        yield from (f"{count:>6,} × {rule} {declared()[rule].title}" for rule, count in sorted(rules.items()))
    parts = [counted, _counted(errors)]
    for severity in ("warning", "hint"):
        count = sum(finding.severity == severity for finding in others)
        parts += [f"{count:,} {severity if count == 1 else f'{severity}s'}"] if count else []
    yield f"{root}: {', '.join(parts)}{'; --all lists them' if folded else ''}"


def _block(root: Path, finding: Finding) -> Iterator[str]:
    yield f"{root / finding.file}{f':{finding.line}' if finding.line else ''}"
    at = f" at {finding.key}" if finding.key else ""
    yield f"  {finding.severity} {finding.rule}{at}: {finding.problem}"
    told = {"found": finding.found, "expected": finding.expected, "hint": finding.hint, "run": finding.command}
    yield from (f"    {label:<9} {value}" for label, value in told.items() if value is not None)


def _counted(errors: Sequence[Finding]) -> str:
    if not errors:
        return "no faults"
    faults, files = len(errors), len({finding.file for finding in errors})
    return f"{faults:,} {'fault' if faults == 1 else 'faults'} in {files:,} {'file' if files == 1 else 'files'}"


def _message(finding: Finding) -> str:
    told = {"found": finding.found, "expected": finding.expected, "hint": finding.hint, "run": finding.command}
    head = f"{finding.key}: {finding.problem}" if finding.key else finding.problem
    return "\n".join([head, *(f"{label}: {value}" for label, value in told.items() if value is not None)])


def _annotation(root: Path, finding: Finding) -> str:
    """One finding as a command of GitHub's workflows: it stands at its line in the changes of a pull request."""

    def property_text(text: str) -> str:
        return escaped(text).replace(":", "%3A").replace(",", "%2C")

    def escaped(text: str) -> str:
        return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")

    rule = declared().get(finding.rule)
    title = f"{finding.rule} {rule.title}" if rule else finding.rule
    place = f"file={property_text(_address(root, finding))},line={finding.line or 1},title={property_text(title)}"
    return f"::{_GITHUB[finding.severity]} {place}::{escaped(_message(finding))}"


def _address(root: Path, finding: Finding) -> str:
    """The file below the current folder, which is the checkout where machines run this; else as it is."""
    file = (root / finding.file).absolute()
    return file.relative_to(Path.cwd()).as_posix() if file.is_relative_to(Path.cwd()) else file.as_posix()


def _sarif(root: Path, findings: Sequence[Finding]) -> dict[str, Any]:
    broken = sorted({finding.rule for finding in findings})
    driver = {
        "name": "capreg",
        "semanticVersion": __version__,
        "rules": [_sarif_rule(name) for name in broken],
    }
    results = [_sarif_result(root, finding, broken.index(finding.rule)) for finding in findings]
    return {"$schema": _SARIF, "version": "2.1.0", "runs": [{"tool": {"driver": driver}, "results": results}]}


def _sarif_rule(name: str) -> dict[str, Any]:
    rule = declared().get(name)
    if rule is None:
        return {"id": name}
    return {
        "id": name,
        "shortDescription": {"text": f"{rule.title}."},
        "fullDescription": {"text": rule.advice.strip()},
        "help": {"text": f"capreg explain {name}"},
        "defaultConfiguration": {"level": _LEVELS[rule.severity]},
    }


def _sarif_result(root: Path, finding: Finding, index: int) -> dict[str, Any]:
    place = {
        "artifactLocation": {"uri": _uri(_address(root, finding))},
        "region": {"startLine": finding.line or 1},
    }
    return {
        "ruleId": finding.rule,
        "ruleIndex": index,
        "level": _LEVELS[finding.severity],
        "message": {"text": _message(finding)},
        "locations": [{"physicalLocation": place}],
        "partialFingerprints": {"ruleFileKey/v1": f"{finding.rule}:{finding.file}#{finding.key}"},
    }


def _uri(path: str) -> str:
    from urllib.parse import quote

    return quote(path)
