"""Reads a folder of tau2-bench's submissions: a JSON file each, with what share of tasks a first attempt solved.

Submissions of voices, and of set-ups that are more than a model and the standard agent, are no scores of a model. What
a submission says of its reasoning stands behind the name, and is read there: `none` is off, `enabled` is on. Names and
addresses of people are not looked at.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from capreg.errors import UnreadableFile
from capreg.ids import slug
from capreg.importers.boards.board import NOT_HELD, NOT_RUN, Board, Run
from capreg.importers.files import read_json
from capreg.importers.spelling import known_names

__all__ = ["read"]

_TEXTS = ("model_name", "model_organization", "submitting_organization", "submission_date")
_LISTING = "manifest.json"
_WORDS = {
    "submission_type": ("standard", "custom"),
    "modality": ("text", "voice"),
    "reasoning_effort": ("none", "enabled", "minimal", "low", "medium", "high", "xhigh", "max"),
}

Submission = Mapping[str, Any]


def read(folder: Path, benchmarks: Mapping[str, str]) -> Board:
    """The results in the files of `folder` on `benchmarks`, ids by domain; of one model and effort the newest first.

    Raises:
        UnreadableFile: the folder or a file cannot be read.
    """
    if not folder.is_dir():
        raise UnreadableFile("there is no such folder", where=str(folder), expected="a folder of submissions")
    board = Board(folder)
    submissions = [(file, read_json(file)) for file in sorted(folder.glob("*.json")) if file.name != _LISTING]
    sound = [(file, one) for file, one in submissions if _is_sound(board, file, one)]
    for file, one in sorted(sound, key=lambda pair: pair[1]["submission_date"], reverse=True):
        reason = _skipped(one)
        if reason is None:
            board.runs += _results(board, file, one, benchmarks)
        else:
            board.skip(reason, file.name)
    return board


def _is_sound(board: Board, file: Path, one: Any) -> bool:
    """Whether a file holds a submission; if not, what it lacks is among the faults."""
    if not isinstance(one, dict) or not isinstance(one.get("results"), dict):
        board.fault("results", "this is no submission to tau2-bench", expected="results by domain", file=file)
        return False
    before = len(board.faults)
    for key in _TEXTS:
        board.name(one.get(key), key, file=file)
    for key, words in _WORDS.items():
        if one.get(key) not in (None, *words):
            board.fault(key, "an unknown word", one[key], expected=", ".join(words), file=file)
    return len(board.faults) == before


def _skipped(one: Submission) -> str | None:
    if one.get("modality") == "voice" or one.get("voice_config"):
        return "a submission of a voice"
    return "a custom set-up" if one.get("submission_type") == "custom" else None


def _results(board: Board, file: Path, one: Submission, benchmarks: Mapping[str, str]) -> Iterator[Run]:
    name, effort = one["model_name"].strip(), one.get("reasoning_effort")
    raw = f"{name} ({effort})" if effort else name
    by_maker = _lab(one["submitting_organization"]) == _lab(one["model_organization"])
    for domain, result in one["results"].items():
        if domain not in benchmarks:
            board.skip(NOT_HELD, f"{domain} in {file.name}")
            continue
        if not isinstance(result, dict | None):
            board.fault(f"results.{domain}", "no results of a domain", result, expected="pass_1 and others", file=file)
            continue
        attempt = (result or {}).get("pass_1")
        if attempt is None:
            board.skip(NOT_RUN, f"{domain} in {file.name}")
            continue
        share = board.share(attempt, f"results.{domain}.pass_1", file=file)
        if share is not None:
            yield Run(benchmark=benchmarks[domain], raw=raw, share=share, self_reported=by_maker)


def _lab(organisation: str) -> str:
    spelled = slug(organisation)
    lab: str = known_names()["labs"].get(spelled, spelled)
    return lab
