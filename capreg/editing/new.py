"""A new record from answers: what is missing is said all at once, what is unknown stays out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from capreg.editing.desk import Desk, Edit
from capreg.editing.forms import FORMS, Form
from capreg.errors import InvalidArgument, UnknownName
from capreg.importers.files import table_text
from capreg.schema import faults
from capreg.source.files import Text
from capreg.source.layout import path_of
from capreg.source.table import COLUMNS, rows

__all__ = ["created", "lacking"]


def lacking(form: Form, answers: Mapping[str, Any]) -> list[str]:
    """The options of what is required and not answered, in the order of the form."""
    return [field.option for field in form.fields if field.required and not answers.get(field.name)]


def created(desk: Desk, word: str, id: str, given: Mapping[str, Any]) -> Edit:  # noqa: A002  the word for it everywhere
    """Write the new record that `given` describes. A row is put at the end of the table `id`.

    Args:
        desk: the registry.
        word: what it is, one of `FORMS`.
        id: its id; for a measurement or a rental, that of its table.
        given: what was answered, by field.

    Raises:
        UnknownName: there is no such form.
        InvalidArgument: something is required and not given, or the record is there already.
        InvalidData: it would have faults; then nothing is written.
    """
    if word not in FORMS:
        raise UnknownName("form", word, FORMS, where="KIND")
    form = FORMS[word]
    missing = lacking(form, given)
    if missing:
        raise InvalidArgument(
            f"a new {word} needs more",
            where=f"capreg new {word}",
            found=f"without {', '.join(missing)}",
            expected=", ".join(field.option for field in form.fields if field.required),
            hint="on a terminal you are asked for what is missing",
        )
    document = form.document(id, _whole(form, id, given, desk))
    if form.kind in COLUMNS:
        return _appended(desk, form.kind, id, document)
    return desk.create(form.kind, id, document)


def _whole(form: Form, id: str, given: Mapping[str, Any], desk: Desk) -> dict[str, Any]:  # noqa: A002  the word for it everywhere
    """The answers with the defaults of what was not answered."""
    answers = {name: value for name, value in given.items() if value not in (None, "", (), [], False)}
    today = desk.today.isoformat()
    for field in form.fields:
        if field.default is not None and field.name not in answers:
            meant = {"today": today, "id": id, "seen_on": answers.get("seen_on", today)}
            answers[field.name] = meant.get(field.default, field.default)
    return answers


def _appended(desk: Desk, kind: str, table: str, document: Mapping[str, Any]) -> Edit:
    """The row at the end of its table, which gets the columns that it lacks."""
    path = path_of(kind, table)
    typed = faults(kind, document, file=path)
    if isinstance(typed, list):
        from capreg.errors import InvalidData

        raise InvalidData(typed)
    cells = [_cells(each) for each in (*_standing(desk, kind, path, table), document)]
    used = [column for column in COLUMNS[kind] if any(column in row for row in cells)]
    return desk.write(path, table_text(used, [{name: row[name] for name in used if name in row} for row in cells]))


def _standing(desk: Desk, kind: str, path: str, table: str) -> list[dict[str, Any]]:
    text = desk.text(path)
    if text is None:
        return []
    documents, findings = rows(Text(path, text), kind, table)
    if findings:
        from capreg.errors import InvalidData

        raise InvalidData(findings)
    return list(documents.values())


def _cells(document: Mapping[str, Any]) -> dict[str, str]:
    cells: dict[str, str] = {}
    for key, value in document.items():
        if isinstance(value, Mapping):
            cells |= {f"{key}_{percentile}": str(figure) for percentile, figure in value.items()}
        else:
            cells[key] = str(value)
    return cells
