"""The files of a registry folder, as text, under caps that hold before anything is parsed. Nothing is parsed here."""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass
from pathlib import Path

from capreg.errors import Finding, UnreadableFile

__all__ = [
    "MAX_LINE_CHARACTERS",
    "MAX_TABLE_BYTES",
    "MAX_TOML_BYTES",
    "MAX_TOML_LINES",
    "Text",
    "paths_below",
    "read_text",
]

MAX_TOML_BYTES = 1 << 20
MAX_TABLE_BYTES = 64 << 20
MAX_LINE_CHARACTERS = 20_000
MAX_TOML_LINES = 20_000


@dataclass(frozen=True, slots=True)
class Text:
    """One file's text, and where it stands below the root."""

    path: str
    text: str


def paths_below(root: Path) -> list[str]:
    """Every file and symbolic link below `root`, with forward slashes, sorted. Links are not followed.

    Raises:
        UnreadableFile: `root` is not a folder.
    """
    if not root.is_dir():
        raise UnreadableFile(
            "there is no registry folder",
            where=str(root),
            expected="a folder laid out as registry_data/ is",
            hint="run the command from the project's root, or name the folder",
        )
    found: list[str] = []
    folders = [""]
    while folders:
        below = folders.pop()
        with os.scandir(root / below) as entries:
            for entry in entries:
                path = f"{below}{entry.name}"
                if entry.is_dir(follow_symlinks=False):
                    folders.append(f"{path}/")
                else:
                    found.append(path)
    return sorted(found)


def read_text(root: Path, path: str) -> Text | Finding:
    """The text of the file at `path` below `root`, or what is wrong with the file as a whole."""
    cap = MAX_TABLE_BYTES if path.endswith(".csv") else MAX_TOML_BYTES
    try:
        mode = (root / path).lstat()
        if not stat.S_ISREG(mode.st_mode):
            return _not_regular(path, mode.st_mode)
        if mode.st_size > cap:
            return _too_large(path, f"{mode.st_size} bytes", f"{cap} bytes")
        with (root / path).open("rb") as file:
            content = file.read(cap + 1)
    except OSError as error:
        return Finding("SEC006", path, "", f"the file cannot be read: {error.strerror}", hint="check its permissions")
    if len(content) > cap:
        return _too_large(path, f"{len(content)} bytes", f"{cap} bytes")
    return _decoded(path, content)


def _decoded(path: str, content: bytes) -> Text | Finding:
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        hint = "save the file as UTF-8 without a mark"
        return Finding("SCH009", path, "", f"line {line} is not UTF-8", hint=hint, line=line)
    lines = text.split("\n")
    if not path.endswith(".csv") and len(lines) > MAX_TOML_LINES:
        return _too_large(path, f"{len(lines):,} lines", f"{MAX_TOML_LINES:,} lines")
    longest = max(lines, key=len)
    if len(longest) > MAX_LINE_CHARACTERS:
        line = text.count("\n", 0, text.index(longest)) + 1
        return Finding(
            "SEC003",
            path,
            "",
            f"line {line} is too long",
            found=f"{len(longest)} characters",
            expected=f"at most {MAX_LINE_CHARACTERS} characters",
            hint="break the line; a text of this length does not belong in the registry",
            line=line,
        )
    return Text(path, text)


def _not_regular(path: str, mode: int) -> Finding:
    if stat.S_ISLNK(mode):
        return Finding(
            "SEC001", path, "", "symbolic links are refused", hint="copy the file it points to, or remove it"
        )
    return Finding("SEC006", path, "", "this is not a regular file", hint="remove it")


def _too_large(path: str, size: str, cap: str) -> Finding:
    return Finding(
        "SEC002",
        path,
        "",
        "the file is too large",
        found=size,
        expected=f"at most {cap}",
        hint="a file holds one record; a table can be split by day or source",
    )
