"""Reads summaries of MLPerf Inference logs: one line of JSON a run, with percentiles of TTFT and TPOT in milliseconds.

Accelerators per node times nodes is the count, but a name that ends in "(x87)" says it better. Mixed systems have no
figure per chip. Tokens per second are of the output. Only valid runs of the closed division count; percentiles are
there for the scenarios Server and Interactive, and Offline has a rate alone. Prompts are of a dataset: input lengths
are its mean, output lengths what the run wrote on the mean.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from capreg.errors import Finding, InvalidData
from capreg.importers.machines import MOST_FAULTS, Read, chip_of, input_length, model_of, plain

__all__ = ["read"]

_COUNTED = re.compile(r"^(.*?) \(x([0-9]+)\)$")
_SCENARIOS = {"server": "server", "interactive": "interactive", "offline": "offline"}
_PERCENTILES = ("p50", "p90", "p95", "p99")
_DAYS = {"v4.1": "2024-08-28", "v5.1": "2025-09-09", "v6.0": "2026-03-26"}
"""The day on which a round was published: a run's own day is in no summary."""


def read(text: str, seen_on: date, where: str) -> Read:
    """The points in `text`, JSON lines.

    Raises:
        InvalidData: lines that are no such JSON, all of them.
    """
    found, faults = Read(), []
    for number, line in enumerate(text.splitlines(), start=1):
        try:
            run = json.loads(line)
            if not isinstance(run, dict) or "sys_accelerator_model_name" not in run:
                raise ValueError("no summary of a log")  # noqa: TRY301
        except ValueError as error:
            faults.append(Finding("IMP003", where, f"line {number}", "this is no summary of a log", found=str(error)))
            if len(faults) >= MOST_FAULTS:
                break
            continue
        _point(found, run, seen_on)
    if faults:
        raise InvalidData(faults)
    return found


def _point(found: Read, run: Mapping[str, Any], seen_on: date) -> None:
    reason = _unwanted(run)
    if reason is not None:
        found.skip(reason)
        return
    chip, chips = _machine(run)
    if chip is None or not chips:
        found.skip("a chip that the table does not know, or several kinds")
        return
    row = {
        "model": str(model_of(run["model"])),
        "checkpoint": run["model"],
        "accelerator": chip,
        "chips": str(chips),
        "nodes": str(run["sys_number_of_nodes"]),
        "engine_version": str(run.get("sys_framework") or "")[:100],
        "scenario": _SCENARIOS[run["scenario"].lower()],
        "dataset": f"MLPerf {run['model'].removesuffix('-99.9').removesuffix('-99')}",
        "input_tokens": input_length(run["model"]) or "",
        "output_tokens": _written(run),
        "requests_per_s": plain(float(run["samples_per_s"])) if run.get("samples_per_s") else "",
        "output_tps": plain(float(run["tokens_per_s"])) if run.get("tokens_per_s") else "",
        "kind": "independent_measurement",
        "vantage": "local",
        "measured_on": _DAYS.get(run["round"], seen_on.isoformat()),
        "note": f"MLPerf Inference {run['round']}, closed, {run['submitter']}, {run['system']}",
    }
    for metric in ("ttft", "tpot", "e2e"):
        for percentile in _PERCENTILES:
            value = run.get(f"{metric}_{percentile}_ms")
            if value:
                row[f"{metric}_ms_{percentile}"] = plain(float(value))
    found.rows.append({name: cell for name, cell in row.items() if cell})


def _written(run: Mapping[str, Any]) -> str:
    """The mean number of tokens that a call got, from both rates."""
    calls, tokens = run.get("samples_per_s"), run.get("tokens_per_s")
    return str(round(float(tokens) / float(calls))) if calls and tokens else ""


def _unwanted(run: Mapping[str, Any]) -> str | None:
    if run.get("valid") != "VALID" or run.get("division") != "closed":
        return "not a valid run of the closed division"
    scenario = str(run.get("scenario", "")).lower()
    if scenario not in _SCENARIOS:
        return "a scenario without a rate of tokens"
    if not run.get("ttft_p50_ms" if scenario != "offline" else "tokens_per_s"):
        return "no percentiles of TTFT" if scenario != "offline" else "no rate of tokens"
    if run.get("sys_status") == "preview":
        return "a system in preview"
    return None if model_of(str(run.get("model"))) else "a model that the table does not know"


def _machine(run: Mapping[str, Any]) -> tuple[str | None, int]:
    name = str(run["sys_accelerator_model_name"])
    counted = _COUNTED.match(name)
    if counted:
        return chip_of(counted[1]), int(counted[2])
    per_node, nodes = str(run.get("sys_accelerators_per_node")), str(run.get("sys_number_of_nodes"))
    return chip_of(name), int(per_node) * int(nodes) if per_node.isdigit() and nodes.isdigit() else 0
