"""The command line's outermost part: which commands there are, and how any of them ends."""

from __future__ import annotations

import contextlib
import signal
import sys
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer

from capreg.cli.asking import resolve
from capreg.cli.checking import check
from capreg.cli.comparing import compare
from capreg.cli.counting import conflicts, history, sources, stats
from capreg.cli.editing import alias, correct, fmt, new, price, retire
from capreg.cli.failure import ANSWERED, INTERRUPTED, MISUSE, fail, misuse
from capreg.cli.fetching import fetch
from capreg.cli.importing import import_file
from capreg.cli.measuring import measure
from capreg.cli.rating import fit, leaderboard, quality
from capreg.cli.records import dump_records, list_records, lookup
from capreg.cli.replaying import replay
from capreg.cli.reviewing import diff, gate
from capreg.cli.roofing import roofline
from capreg.cli.showing import show
from capreg.cli.upkeep import build, generate, verify
from capreg.cli.validating import explain, validate
from capreg.version import __version__

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["app", "main", "run"]

app = typer.Typer(
    name="capreg",
    help="Of everything that can be bought to run a language model, what should this call use?",
    pretty_exceptions_enable=False,
    add_completion=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
for _name, _command in (
    ("resolve", resolve),
    ("replay", replay),
    ("show", show),
    ("list", list_records),
    ("dump", dump_records),
    ("lookup", lookup),
    ("compare", compare),
    ("roofline", roofline),
    ("history", history),
    ("conflicts", conflicts),
    ("sources", sources),
    ("stats", stats),
    ("quality", quality),
    ("leaderboard", leaderboard),
    ("validate", validate),
    ("explain", explain),
    ("check", check),
    ("diff", diff),
    ("gate", gate),
    ("new", new),
    ("price", price),
    ("retire", retire),
    ("correct", correct),
    ("alias", alias),
    ("fmt", fmt),
    ("build", build),
    ("verify", verify),
    ("fetch", fetch),
    ("import", import_file),
    ("measure", measure),
    ("fit", fit),
    ("generate", generate),
):
    if isinstance(_command, typer.Typer):
        app.add_typer(_command, name=_name)
    else:
        app.command(_name)(_command)


@app.callback(invoke_without_command=True)
def _capreg(
    context: typer.Context,
    version: Annotated[bool, typer.Option("--version", help="Write the version and stop.", is_eager=True)] = False,
) -> int:
    if version:
        sys.stdout.write(f"capreg {__version__}\n")
        raise typer.Exit(ANSWERED)
    if context.invoked_subcommand is None:
        sys.stdout.write(f"{context.get_help()}\n")
        raise typer.Exit(MISUSE)
    return ANSWERED


def run(arguments: Sequence[str]) -> int:
    """Carry out the command that `arguments` say; its exit code. Errors are written to standard error."""
    try:
        code: Any = app(list(arguments), prog_name="capreg", standalone_mode=False)
        sys.stdout.flush()
    except typer.TyperException as wrong:
        return misuse(wrong)
    except typer.Abort:
        return fail(KeyboardInterrupt())
    except (Exception, KeyboardInterrupt) as error:
        return fail(error)
    if code == INTERRUPTED:
        return fail(KeyboardInterrupt())
    return code if isinstance(code, int) else ANSWERED


def main() -> NoReturn:
    """The entry point of the command `capreg`."""
    if hasattr(signal, "SIGPIPE"):
        signal.signal(signal.SIGPIPE, signal.SIG_DFL)  # a reader that has seen enough ends us without a word
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(AttributeError):
            stream.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]
    sys.exit(run(sys.argv[1:]))
