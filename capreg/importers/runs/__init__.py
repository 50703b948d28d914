"""Results of serving benchmarks, as the tools write them, read into runs. One module a tool; no registry is touched.

A new tool is one module with a `read`, and one line in `_READERS`.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

from capreg.errors import InvalidData, UnknownName, UnreadableFile
from capreg.importers.files import read_yaml
from capreg.importers.runs import aiperf, guidellm, inference_perf, llm_d, llmperf, sglang, vllm
from capreg.importers.runs.checks import believed
from capreg.importers.runs.node import Report
from capreg.importers.runs.run import Run

__all__ = ["TOOLS", "Run", "believable", "read_runs"]

_READERS: Mapping[str, Callable[[Any, Report], Sequence[Run]]] = {
    module.TOOL: module.read for module in (aiperf, guidellm, inference_perf, llm_d, llmperf, sglang, vllm)
}
TOOLS: tuple[str, ...] = tuple(sorted((*_READERS, "genai-perf")))
"""The tools whose results can be imported."""
_SAME = {"genai-perf": "aiperf"}

MOST_BYTES = 200 * 1024 * 1024


def read_runs(tool: str, file: Path) -> tuple[Run, ...]:
    """The runs that `tool` wrote into `file`, in the order of the file.

    Args:
        tool: one of `TOOLS`.
        file: JSON, JSON lines, CSV or YAML, as the tool writes it. YAML needs PyYAML.

    Raises:
        UnknownName: there is no such tool.
        UnreadableFile: missing, too large, or in none of these forms.
        InvalidData: it is no result of that tool, or a run in it cannot be believed; all faults at once.
    """
    if tool not in TOOLS:
        raise UnknownName("tool", tool, TOOLS, where="tool")
    report = Report(str(file))
    runs = [believed(run, report) for run in _READERS[_SAME.get(tool, tool)](_document(file), report)]
    if not runs and not report.faults:
        report.fault("", "the file holds no run", hint="let the benchmark finish, and give the file that it wrote")
    if report.faults:
        raise InvalidData(report.faults)
    return tuple(runs)


def believable(run: Run, where: str) -> Run:
    """`run` without what contradicts itself.

    Raises:
        InvalidData: it cannot be believed: nothing answered, too much failed, no time to first token.
    """
    report = Report(where)
    kept = believed(run, report)
    if report.faults:
        raise InvalidData(report.faults)
    return kept


def _document(file: Path) -> Any:
    text = _text(file)
    if file.suffix == ".csv":
        return list(csv.reader(io.StringIO(text)))
    if file.suffix in (".yaml", ".yml"):
        return read_yaml(text, file)
    try:
        return _json(text)
    except (ValueError, RecursionError) as error:
        return _json_lines(text, file, error)


def _text(file: Path) -> str:
    try:
        size = file.stat().st_size
        if size > MOST_BYTES:
            raise UnreadableFile(
                "the file is too large", where=str(file), found=f"{size} bytes", expected=f"at most {MOST_BYTES} bytes"
            )
        return file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise UnreadableFile("the file cannot be read", where=str(file), found=str(error)) from error


def _json(text: str) -> Any:
    return json.loads(text, parse_float=Decimal, parse_constant=str)


def _json_lines(text: str, file: Path, error: Exception) -> list[Any]:
    try:
        return [_json(line) for line in text.splitlines() if line.strip()]
    except (ValueError, RecursionError):
        raise UnreadableFile("the file is neither JSON nor JSON lines", where=str(file), found=str(error)) from error
