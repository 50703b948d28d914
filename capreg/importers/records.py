"""Whether rows that are about to become a table of the registry would be records. Nothing is written here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from capreg.errors import InvalidData
from capreg.importers.files import table_text
from capreg.source.files import Text
from capreg.source.table import COLUMNS, rows

__all__ = ["check_rows"]


def check_rows(kind: str, table: str, found: Sequence[Mapping[str, str]]) -> None:
    """Reads `found`, the rows of ``<kind>/<table>.csv``, as the records that they will be.

    Raises:
        InvalidData: rows that are none, all at once.
    """
    from capreg.schema import faults

    used = [column for column in COLUMNS[kind] if any(column in row for row in found)]
    path = f"{kind}/{table}.csv"
    documents, findings = rows(Text(path, table_text(used, found)), kind, table)
    for key, document in documents.items():
        checked = faults(kind, document, file=path)
        if isinstance(checked, list):
            findings += [fault.but(key=f"row {key.rpartition('/')[2]}.{fault.key}") for fault in checked]
    if findings:
        raise InvalidData(findings)
