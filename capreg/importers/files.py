"""Reading a source's file and the registry's files, and writing so that a crash leaves the old file or the new one."""

from __future__ import annotations

import csv
import io
import json
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from capreg.errors import UnreadableFile
from capreg.source.writing import write_bytes, write_text

__all__ = ["read_json", "read_text", "read_toml", "read_yaml", "table_rows", "table_text", "write_bytes", "write_text"]

MAX_SOURCE_BYTES = 200 * 1024 * 1024


def _check_size(file: Path) -> None:
    size = file.stat().st_size
    if size > MAX_SOURCE_BYTES:
        raise UnreadableFile(
            "the file is too large",
            where=str(file),
            found=f"{size} bytes",
            expected=f"at most {MAX_SOURCE_BYTES} bytes",
        )


def read_json(file: Path) -> Any:
    """The document in a source's JSON file.

    Raises:
        UnreadableFile: missing, too large, not UTF-8, or not JSON.
    """
    try:
        _check_size(file)
        return json.loads(file.read_bytes())
    except OSError as error:
        raise UnreadableFile("the file cannot be read", where=str(file), found=error.strerror) from error
    except (ValueError, RecursionError) as error:
        found = "nesting beyond reason" if isinstance(error, RecursionError) else str(error)
        raise UnreadableFile("the file is not JSON", where=str(file), found=found) from error


def read_text(file: Path) -> str:
    """The text of a source's file, without a mark at its beginning.

    Raises:
        UnreadableFile: missing, too large, or not UTF-8.
    """
    try:
        _check_size(file)
        return file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise UnreadableFile("the file cannot be read", where=str(file), found=str(error)) from error


def read_yaml(text: str, file: Path) -> Any:
    """The document in `text`, which is YAML from `file`.

    Raises:
        UnreadableFile: it is no YAML, or nothing here can read YAML.
    """
    try:
        import yaml
    except ImportError as missing:
        raise UnreadableFile(
            "YAML cannot be read here", where=str(file), hint="pip install 'capreg[yaml]', or convert the file to JSON"
        ) from missing
    try:
        return yaml.safe_load(text)
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        raise UnreadableFile("the file is not YAML", where=str(file), found=str(error)) from error


def read_toml(file: Path) -> dict[str, Any]:
    """The document in a TOML file: plain JSON, dates as ISO text.

    Raises:
        UnreadableFile: missing or not TOML.
    """
    try:
        plain: dict[str, Any] = _plain(tomllib.loads(file.read_text(encoding="utf-8")))
    except OSError as error:
        raise UnreadableFile("the file cannot be read", where=str(file), found=error.strerror) from error
    except ValueError as error:
        raise UnreadableFile("the file is not TOML", where=str(file), found=str(error)) from error
    return plain


def table_rows(text: str) -> list[dict[str, str]]:
    """The rows of a CSV text; none where it is empty."""
    return list(csv.DictReader(io.StringIO(text, newline="")))


def table_text(header: Sequence[str], rows: Iterable[Mapping[str, str]]) -> str:
    """The text of a CSV file with `header` and `rows`; a cell that is missing is empty."""
    text = io.StringIO()
    writer = csv.DictWriter(text, header, restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def _plain(node: Any) -> Any:
    if isinstance(node, dict):
        return {key: _plain(value) for key, value in node.items()}
    if isinstance(node, list):
        return [_plain(value) for value in node]
    return node.isoformat() if isinstance(node, date) else node
