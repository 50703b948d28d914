"""`capreg new`, `price`, `retire`, `correct`, `alias`, `fmt`: edits of the registry, checked before they are kept."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from capreg.cli import options as o
from capreg.cli.contracting import own
from capreg.cli.failure import ANSWERED, FINDING
from capreg.cli.measuring import day_of
from capreg.cli.shelf import registry_folder, today
from capreg.editing.forms import FORMS, Field, Form

if TYPE_CHECKING:
    from capreg.editing.desk import Desk, Edit

__all__ = ["alias", "correct", "fmt", "new", "price", "retire"]

_EVIDENCE = "Who says so"
Source = Annotated[
    str,
    typer.Option(
        metavar="ID|URL",
        help="Who says so: a source's id, or the address of its page.",
        rich_help_panel=_EVIDENCE,
        show_default=False,
    ),
]
SeenOn = Annotated[
    str | None,
    typer.Option(
        metavar="DATE", help="The day on which you saw it there.", show_default="today", rich_help_panel=_EVIDENCE
    ),
]
Url = Annotated[
    str | None, typer.Option(metavar="URL", help="The page, where --source is an id.", rich_help_panel=_EVIDENCE)
]
OfferingId = Annotated[str, typer.Argument(metavar="OFFERING", help="An offering's id.", show_default=False)]

new = typer.Typer(help="A new record, whole and valid. On a terminal you are asked for what you do not give.")
price = typer.Typer(help="The prices of an offering.")
alias = typer.Typer(help="What models and providers are called in sources.")


def _command_for(word: str, form: Form) -> Callable[..., int]:
    """The command that makes one kind of record: an option for each field of its form."""

    def make(id: str, *, registry: Path | None = None, **given: Any) -> int:  # noqa: A002  the word for it everywhere
        from capreg.editing.new import created, lacking

        desk = _desk(registry)
        answers = {name: value for name, value in given.items() if value not in (None, [], False)}
        if lacking(form, answers) and sys.stdin.isatty():
            answers |= _asked(form, answers)
        if any(field.name == "seen_on" for field in form.fields) and answers.get("source"):
            answers |= _witness(desk, answers)
        return _told(created(desk, word, id, answers), "written")

    make.__doc__ = f"A new {word}, such as `capreg new {word} {form.example}`."
    parameters = [inspect.Parameter("id", inspect.Parameter.POSITIONAL_OR_KEYWORD, annotation=_id_of(form))]
    parameters += [
        inspect.Parameter(
            field.name, inspect.Parameter.KEYWORD_ONLY, default=_unanswered(field), annotation=_option(field)
        )
        for field in form.fields
    ]
    parameters += [
        inspect.Parameter("registry", inspect.Parameter.KEYWORD_ONLY, default=None, annotation=o.RegistryFolder)
    ]
    make.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    make.__annotations__ = {parameter.name: parameter.annotation for parameter in parameters}
    return make


def _id_of(form: Form) -> Any:
    words = "The table that it is put into." if form.kind in ("measurements", "rentals") else "Its id."
    return Annotated[str, typer.Argument(metavar="ID", help=f"{words} For example {form.example}.", show_default=False)]


def _unanswered(field: Field) -> Any:
    return False if field.flag else None


def _option(field: Field) -> Any:
    choices = f": {', '.join(field.choices)}" if field.choices else ""
    words = f"{field.ask}{choices}.".replace("[", r"\[")  # else help takes brackets for markup
    option = typer.Option(field.option, help=words, show_default=field.default or False)
    return Annotated[bool if field.flag else list[str] | None if field.many else str | None, option]


def _asked(form: Form, given: dict[str, Any]) -> dict[str, Any]:
    """What a person answers to the fields that are not given; nothing where they press Enter."""
    answers: dict[str, Any] = {}
    sys.stderr.write("Enter leaves out what is not known.\n")
    for field in form.fields:
        if field.name in given or not field.prompted:
            continue
        said = _prompted(field)
        while field.required and not said:
            said = _prompted(field)
        if said:
            answers[field.name] = said.split() if field.many else True if field.flag else said
    return answers


def _prompted(field: Field) -> str:
    notes = [*field.choices, *(["several with spaces"] if field.many else []), *(["y, or Enter"] if field.flag else [])]
    default = f", else {field.default}" if field.default else ""
    noted = f" ({', '.join(notes)})" if notes else ""
    told = f"{field.ask}{noted}{' *' if field.required else default}"
    said = str(typer.prompt(told, default="", show_default=False, err=True)).strip()
    if field.flag and not said.lower().startswith("y"):
        return ""
    return said


def _witness(desk: Desk, answers: dict[str, Any]) -> dict[str, Any]:
    from capreg.editing.witness import witness

    return witness(desk, answers["source"], seen_on=answers.get("seen_on"), url=answers.get("url"))


for _word, _form in FORMS.items():
    new.command(_word)(_command_for(_word, _form))


@price.command("set")
def set_price(
    offering: OfferingId,
    *,
    source: Source,
    starts_on: Annotated[
        str | None, typer.Option("--from", metavar="DATE", help="The first day.", show_default="the day it was seen")
    ] = None,
    input_rate: o.InputRate = None,
    output_rate: o.OutputRate = None,
    cache_read: o.CacheReadRate = None,
    cache_write: o.CacheWriteRate = None,
    reasoning: o.ReasoningRate = None,
    tier: Annotated[str, typer.Option(help="standard, batch, flex or priority.")] = "standard",
    effective: Annotated[bool, typer.Option("--effective", help="The provider named that day.")] = False,
    seen_on: SeenOn = None,
    url: Url = None,
    registry: o.RegistryFolder = None,
) -> int:
    """Append the price that holds from a day on. What stood stays; rates that are not given stay as they are.

    Exit code 0: written. 1: the file would have faults, and stays as it was. 2: wrong usage.
    """
    from capreg.editing.changes import priced
    from capreg.editing.witness import witness

    desk = _desk(registry)
    evidence = witness(desk, source, seen_on=seen_on, url=url)
    given = {
        "input": input_rate,
        "output": output_rate,
        "cache_read": cache_read,
        "cache_write": cache_write,
        "reasoning": reasoning,
    }
    edit = priced(
        desk,
        offering,
        rates={name: rate for name, rate in given.items() if rate is not None},
        starts_on=day_of(starts_on or evidence["seen_on"], "--from"),
        basis="effective" if effective else "observed",
        evidence=evidence,
        tier=tier,
    )
    return _told(edit, "a price appended")


price.command("own")(own)


def retire(
    offering: OfferingId,
    *,
    on: Annotated[str, typer.Option(metavar="DATE", help="The first day on which it does not answer.")],
    source: Source,
    seen_on: SeenOn = None,
    url: Url = None,
    registry: o.RegistryFolder = None,
) -> int:
    """Say from which day on an offering does not answer: retired where that day has come, else deprecated.

    Exit code 0: written. 1: the file would have faults, and stays as it was. 2: wrong usage.
    """
    from capreg.editing.changes import retired
    from capreg.editing.witness import witness

    desk = _desk(registry)
    evidence = witness(desk, source, seen_on=seen_on, url=url)
    return _told(retired(desk, offering, on=day_of(on, "--on"), evidence=evidence), "retirement written")


def correct(
    offering: OfferingId,
    fact: Annotated[
        str,
        typer.Argument(
            metavar="FACT",
            help="What is wrong: model, context_tokens, tool_use.at_least, lifecycle.status, or a rate by its unit: "
            "input, output, cache_read, …",
            show_default=False,
        ),
    ],
    *,
    of: Annotated[str, typer.Option(metavar="ID", help="The imported source that is wrong.", show_default=False)],
    reason: Annotated[str, typer.Option(help="How it is known, one sentence.", show_default=False)],
    source: Source,
    right: Annotated[str | None, typer.Option(help="What is true; left out where nobody knows.")] = None,
    tier: Annotated[str, typer.Option(help="Of a rate: standard, batch, flex or priority.")] = "standard",
    above: Annotated[int | None, typer.Option(min=1, help="Of a rate: the step, in input tokens.")] = None,
    seen_on: SeenOn = None,
    url: Url = None,
    registry: o.RegistryFolder = None,
) -> int:
    """Refute what a source says: the figure goes into corrections/, and imports take it as not said from then on.

    Exit code 0: written. 1: a file would have faults, and both stay as they were. 2: wrong usage.
    """
    from capreg.editing.correct import Figure, corrected
    from capreg.editing.witness import witness

    desk = _desk(registry)
    evidence = witness(desk, source, seen_on=seen_on, url=url)
    figure = Figure(source=of, offering=offering, fact=fact, tier=tier, above=above)
    refuted, mended = corrected(desk, figure, right=right, reason=reason, evidence=evidence)
    _told(refuted, f"{of} refuted")
    return _told(mended, "corrected" if right is not None else "the word taken out")


@alias.command("add")
def add_alias(
    id: Annotated[str, typer.Argument(metavar="ID", help="A model's or provider's id.", show_default=False)],  # noqa: A002  the word for it everywhere
    name: Annotated[str, typer.Argument(metavar="NAME", help="Its name there, verbatim.", show_default=False)],
    *,
    source: Annotated[str, typer.Option(metavar="ID", help="The source that calls it so.", show_default=False)],
    registry: o.RegistryFolder = None,
) -> int:
    """Say what a model or provider is called in a source. A name means one thing there, and is never guessed.

    Exit code 0: written. 1: the name is another's, and nothing is written. 2: wrong usage.
    """
    from capreg.editing.changes import aliased

    edit = aliased(_desk(registry), "models" if "/" in id else "providers", id, source=source, name=name)
    return _told(edit, "alias written")


def fmt(
    paths: Annotated[
        list[Path] | None,
        typer.Argument(metavar="[PATH]", help="Only these files and folders.", show_default="the whole registry"),
    ] = None,
    *,
    check: Annotated[bool, typer.Option("--check", help="Write nothing; end with 1 where a file is not.")] = False,
    registry: o.RegistryFolder = None,
) -> int:
    """Bring files to their one form: order of keys, spacing, line breaks. What they say, and comments, stay.

    Exit code 0: done, or nothing to do. 1: with --check, some files are not in that form.
    """
    from capreg.editing.fmt import unformatted
    from capreg.importers.files import write_text
    from capreg.source.validate import within

    root = registry_folder(registry)
    count = 0
    for path, text in unformatted(root, within(root, paths or ())):
        count += 1
        if not check:
            write_text(root / path, text)
        sys.stdout.write(f"{root / path}\n")
    sys.stdout.write(f"{count:,} {'not in their one form' if check else 'written anew'}\n")
    return FINDING if check and count else ANSWERED


def _desk(registry: Path | None) -> Desk:
    from capreg.editing.desk import Desk

    return Desk(registry_folder(registry), today=today())


def _told(edit: Edit, what: str) -> int:
    sys.stdout.write(f"{edit.path}: {what}\n")
    sys.stdout.writelines(f"{finding}\n" for finding in edit.findings)
    return ANSWERED
