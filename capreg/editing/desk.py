"""One file of the registry under a person's hands: read, changed, checked by every rule, and only then kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from capreg.errors import Finding, InvalidArgument, InvalidData, UnknownName
from capreg.importers.files import write_text
from capreg.importers.form import edited, rendered
from capreg.schema import faults
from capreg.source.files import Text, read_text
from capreg.source.layout import SINGULAR, path_of
from capreg.source.parse import parse
from capreg.source.read import read
from capreg.source.validate import validate_some

__all__ = ["Desk", "Edit"]

Document = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """What was written."""

    path: Path
    """The file."""
    findings: tuple[Finding, ...]
    """Warnings and hints about it; faults would have undone the edit."""


class Desk:
    """The registry folder `root`, for edits on the day `today`."""

    def __init__(self, root: Path, *, today: date) -> None:
        self.root = root
        self.today = today

    def document(self, kind: str, id: str) -> Document:  # noqa: A002  the word for it everywhere
        """The document of a record, as its file says it.

        Raises:
            UnknownName: there is no such record; near ids are offered.
            InvalidData: its file cannot be read.
        """
        text = read_text(self.root, path_of(kind, id))
        if isinstance(text, Finding):
            if text.rule == "SEC006":
                known = {key for of, key in read(self.root, only=lambda _: False).files if of == kind}
                raise UnknownName(SINGULAR[kind], id, known, where="ID")
            raise InvalidData([text])
        document, findings = parse(text)
        if document is None or findings:
            raise InvalidData(findings)
        return document

    def create(self, kind: str, id: str, document: Mapping[str, Any]) -> Edit:  # noqa: A002  the word for it everywhere
        """Write a new file.

        Raises:
            InvalidArgument: the record is there already.
            InvalidData: it would have faults; then nothing is written.
        """
        path = path_of(kind, id)
        if (self.root / path).exists():
            raise InvalidArgument(
                f"this {SINGULAR[kind]} is there already",
                where="ID",
                found=id,
                expected="an id that is free",
                hint=f"edit {self.root / path}",
            )
        self._refuse_faults(kind, document, path)
        return self.write(path, rendered(kind, document, path))

    def change(self, kind: str, id: str, after: Mapping[str, Any]) -> Edit:  # noqa: A002  the word for it everywhere
        """Write what changed into the record's file; comments, order and spacing of the rest stay.

        Raises:
            UnknownName: there is no such record.
            InvalidData: it would have faults; then the file stays as it was.
        """
        path = path_of(kind, id)
        before = self.document(kind, id)
        self._refuse_faults(kind, after, path)
        text = (self.root / path).read_text(encoding="utf-8")
        return self.write(path, edited(text, kind, before, after, path))

    def write(self, path: str, text: str) -> Edit:
        """Put `text` into the file at `path`, below the root, where no rule objects.

        Raises:
            InvalidData: with the faults that the file would have; then it stays as it was.
        """
        file = self.root / path
        before = file.read_bytes() if file.exists() else None
        write_text(file, text)
        kept = False
        try:
            findings = validate_some(self.root, [path], today=self.today)
            kept = not any(finding.severity == "error" for finding in findings)
        finally:
            if not kept:
                _put_back(file, before)
        if not kept:
            raise InvalidData(finding for finding in findings if finding.severity == "error")
        return Edit(path=file, findings=findings)

    def text(self, path: str) -> str | None:
        """The text of the file at `path`, below the root; None where there is none."""
        found = read_text(self.root, path)
        return found.text if isinstance(found, Text) else None

    def restore(self, path: str, text: str | None) -> None:
        """Put back what stood in the file at `path`, below the root; None: there was none."""
        _put_back(self.root / path, None if text is None else text.encode("utf-8"))

    @staticmethod
    def _refuse_faults(kind: str, document: Mapping[str, Any], path: str) -> None:
        typed = faults(kind, document, file=path)
        if isinstance(typed, list):
            raise InvalidData(typed)


def _put_back(file: Path, before: bytes | None) -> None:
    if before is not None:
        write_text(file, before.decode("utf-8", "surrogateescape"))
        return
    file.unlink(missing_ok=True)
    for folder in file.parents:
        if any(folder.iterdir()):
            return
        folder.rmdir()
