"""The part of registry_data that importers read and write, as plain documents, and writing back what has changed.

What is written stays on the shelf, where it is read again, until `save` puts it into the files.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from capreg.errors import Finding, InvalidArgument, InvalidData, UnknownName
from capreg.ids import ProviderId
from capreg.importers.files import read_toml, table_rows, table_text, write_text
from capreg.importers.form import edited, rendered
from capreg.schema import faults

__all__ = ["Shelf"]

Document = dict[str, Any]
SIGHTING_COLUMNS = ("subject", "last_seen_on")
SPEED_COLUMNS = (
    *("offering", "source", "kind", "vantage", "measured_on", "tier", "window_s", "n"),
    *("input_tokens", "output_tokens", "concurrency", "region", "quantization", "slowest_of", "rate_basis"),
    *(
        f"{metric}_p{p}"
        for metric in ("ttft_ms", "first_answer_ms", "e2e_ms", "output_tps")
        for p in (50, 75, 90, 95, 99)
    ),
    *(f"fast_output_tps_p{p}" for p in (75, 90, 95, 99)),
    *("uptime_percent", "note"),
)


@dataclass(slots=True, kw_only=True)
class Shelf:
    """Documents by id, and the files that they came from."""

    root: Path
    capabilities: dict[str, Document]
    sources: dict[str, Document]
    providers: dict[str, Document]
    models: dict[str, Document]
    offerings: dict[str, Document]
    corrections: dict[str, Document]
    """By source: what is refuted in it."""
    read: dict[str, Document] = field(default_factory=dict)
    """By path, what stands there."""
    unsaved: dict[str, str] = field(default_factory=dict)
    """By path, the texts that `save` writes."""

    @classmethod
    def open(cls, root: Path) -> Shelf:
        """The registry at `root`.

        Raises:
            InvalidArgument: there is no registry.
            UnreadableFile: a file that is not TOML.
        """
        if not (root / "providers").is_dir():
            raise InvalidArgument(
                "there is no registry here", where=str(root), expected="a folder with providers/ in it"
            )
        shelf = cls(root=root, capabilities={}, sources={}, providers={}, models={}, offerings={}, corrections={})
        shelf.capabilities = shelf._kind("capabilities", "*.toml")
        shelf.sources = shelf._kind("sources", "*.toml")
        shelf.corrections = shelf._kind("corrections", "*.toml")
        shelf.models = shelf._kind("models", "**/*.toml")
        for file in sorted((root / "providers").glob("*/provider.toml")):
            shelf.providers[file.parent.name] = read_toml(file)
            folder = file.parent / "offerings"
            for offering in sorted(folder.rglob("*.toml")):
                name = offering.relative_to(folder).as_posix().removesuffix(".toml")
                shelf.offerings[f"{file.parent.name}/{name}"] = shelf._file(offering)
        return shelf

    def _kind(self, kind: str, pattern: str) -> dict[str, Document]:
        folder = self.root / kind
        files = sorted(folder.glob(pattern)) if folder.is_dir() else []
        return {file.relative_to(folder).as_posix().removesuffix(".toml"): self._file(file) for file in files}

    def _file(self, file: Path) -> Document:
        document = read_toml(file)
        self.read[file.relative_to(self.root).as_posix()] = document
        return document

    def only(self, providers: Sequence[str] | None) -> frozenset[ProviderId] | None:
        """The providers that are meant; None for all.

        Raises:
            UnknownName: there is no such provider.
        """
        for provider in providers or ():
            if provider not in self.providers:
                raise UnknownName("provider", provider, self.providers, where="providers")
        return None if providers is None else frozenset(ProviderId(provider) for provider in providers)

    def sightings(self, source: str) -> dict[str, str]:
        """The last day on which `source` listed each subject."""
        rows = self._rows(f"sightings/{source}.csv")
        return {row["subject"]: row["last_seen_on"] for row in rows}

    def speeds(self, table: str) -> list[dict[str, str]]:
        """The rows of a table of measurements, empty cells left out."""
        rows = self._rows(f"measurements/{table}.csv")
        return [{column: cell for column, cell in row.items() if cell} for row in rows]

    def _rows(self, path: str) -> list[dict[str, str]]:
        return table_rows(self._text(path) or "")

    def _text(self, path: str) -> str | None:
        """What stands at `path`, saved or not; None where nothing does."""
        file = self.root / path
        return self.unsaved.get(path) or (file.read_bytes().decode("utf-8") if file.exists() else None)

    def _put(self, path: str, text: str) -> None:
        if self._text(path) != text:
            self.unsaved[path] = text

    def save(self) -> tuple[str, ...]:
        """Writes what changed, each file whole or not at all, and returns the paths of the files."""
        written = tuple(path for path, text in sorted(self.unsaved.items()) if write_text(self.root / path, text))
        self.unsaved.clear()
        return written

    def write_records(self, records: Mapping[str, Mapping[str, Document]]) -> None:
        """Puts `records`, offerings and models by kind and id, on the shelf, where anything changed.

        Raises:
            InvalidData: every fault of every document; then nothing is written.
        """
        documents = [(kind, _path(kind, one), found) for kind, by_id in records.items() for one, found in by_id.items()]
        checked = [faults(kind, document, file=path) for kind, path, document in documents]
        wrong: list[Finding] = [finding for each in checked if isinstance(each, list) for finding in each]
        if wrong:
            raise InvalidData(wrong)
        for kind, path, document in documents:
            self._write(kind, path, document)
        self.models |= records.get("models", {})
        self.offerings |= records.get("offerings", {})

    def _write(self, kind: str, path: str, document: Document) -> None:
        before = self.read.get(path)
        if before == document:
            return
        if before is None:
            text = rendered(kind, document, path)
        else:
            text = edited(self._text(path) or "", kind, before, document, path)
        self._put(path, text)
        self.read[path] = document

    def write_sightings(self, source: str, seen: Mapping[str, str]) -> None:
        """Writes the sightings of `source`, by subject."""
        rows = [{"subject": subject, "last_seen_on": day} for subject, day in sorted(seen.items())]
        if rows:
            self._put(f"sightings/{source}.csv", table_text(SIGHTING_COLUMNS, rows))

    def write_speeds(self, table: str, rows: list[dict[str, str]]) -> None:
        """Writes a table of measurements with the columns that its rows use, sorted by offering."""
        if not rows:
            return
        used = [column for column in SPEED_COLUMNS if any(column in row for row in rows)]
        ordered = sorted(rows, key=lambda row: row["offering"])
        self._put(f"measurements/{table}.csv", table_text(used, ordered))


def _path(kind: str, name: str) -> str:
    if kind == "models":
        return f"models/{name}.toml"
    provider, _, rest = name.partition("/")
    return f"providers/{provider}/offerings/{rest}.toml"
