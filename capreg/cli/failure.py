"""From an error to one readable block and an exit code. Never a traceback."""

from __future__ import annotations

import sys
import traceback
from pathlib import Path
from typing import TYPE_CHECKING

from capreg.cli.options import option_named
from capreg.cli.words import visible
from capreg.errors import CapregError, NoFeasibleOffering, RequestError

if TYPE_CHECKING:
    import typer

__all__ = ["ANSWERED", "FINDING", "INFEASIBLE", "INTERRUPTED", "MISUSE", "fail", "in_commands", "misuse", "warn"]

ANSWERED, FINDING, MISUSE, INFEASIBLE = 0, 1, 2, 3
INTERRUPTED = 130
"""What shells report for a command that was stopped from the keyboard."""

_IN_COMMANDS = (
    ("decision.explain('near')", "--ledger near"),
    ("decision.explain('full')", "--ledger full"),
    ("unknown='include'", "--unknown include"),
    ("with_keys saw no variable", "--with-my-keys saw no variable"),
    ("stating reasoning_tokens", "--reasoning-tokens"),
    ("state reasoning_tokens", "give --reasoning-tokens"),
    ("pass workload=Workload(…)", "give --input-tokens and --output-tokens"),
    ("pass workload=Workload(reasoning_tokens=…)", "give --reasoning-tokens"),
    (
        "a mapping such as {'tool_use': 70}, or capreg.like('lab/model', within=3)",
        "tool_use:70 for one, or --like MODEL",
    ),
    ("min_quality={'…': …}", "--min-quality CAPABILITY:POINTS"),
    ("a datetime with a time zone, a date, or ISO text such as", "a day, or an instant with a time zone:"),
    ("pass datetime.now(timezone.utc), or .astimezone() a local time", "add Z, or an offset such as +01:00"),
)
"""Hints that speak of the library, as they are said on the command line."""


def fail(error: BaseException) -> int:
    """Write `error` to standard error as one block; the exit code that it means."""
    code, block = _told(error)
    warn(block)
    return code


def warn(block: str) -> None:
    """Write `block` to standard error."""
    sys.stderr.write(f"{visible(block)}\n")
    sys.stderr.flush()


def misuse(error: typer.TyperException) -> int:
    """Write what was wrong with the options and arguments; the exit code for wrong usage."""
    context = getattr(error, "ctx", None)
    command = "capreg" if context is None else context.command_path
    warn(f"error: {error.format_message()}\n  hint      {command} --help lists what can be given")
    return MISUSE


def _told(error: BaseException) -> tuple[int, str]:
    if isinstance(error, CapregError):
        return _code(error), f"error: {_in_commands(error)}"
    if isinstance(error, KeyboardInterrupt):
        return INTERRUPTED, "stopped from the keyboard"
    if isinstance(error, OSError):
        return FINDING, _system(error)
    return FINDING, _unforeseen(error)


def _code(error: CapregError) -> int:
    if isinstance(error, NoFeasibleOffering):
        return INFEASIBLE
    return MISUSE if isinstance(error, RequestError) else FINDING


def _in_commands(error: CapregError) -> str:
    """The error's text, with options in place of the library's arguments."""
    text = str(error)
    if error.expected and isinstance(error, RequestError):
        text = text.replace(error.expected, error.expected.removesuffix(", or None"), 1)
    if error.where and isinstance(error, RequestError):
        text = text.replace(f"  {'where':<9} {error.where}", f"  {'where':<9} {option_named(error.where)}", 1)
    return in_commands(text)


def in_commands(text: str) -> str:
    """`text` about the library, as it is said on the command line."""
    for said, command in _IN_COMMANDS:
        text = text.replace(said, command)
    return text


def _system(error: OSError) -> str:
    lines = [f"error: {error.strerror or error}"]
    if error.filename is not None:
        lines.append(f"  {'where':<9} {error.filename}")
        lines.append(f"  {'hint':<9} check that it exists, what kind of file it is, and its permissions")
    return "\n".join(lines)


def _unforeseen(error: BaseException) -> str:
    frames = traceback.extract_tb(error.__traceback__)
    at = f"{Path(frames[-1].filename).name}, line {frames[-1].lineno}" if frames else "unknown"
    return "\n".join(
        [
            f"error: {type(error).__name__}: {error}",
            f"  {'where':<9} {at}",
            f"  {'hint':<9} this is a fault in capreg: please report it with the command that you gave",
        ]
    )
