"""Writing a file so that a crash leaves the old one or the new one, and never half of either."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

__all__ = ["write_bytes", "write_text"]


def write_text(file: Path, text: str) -> bool:
    """Writes `text`, whole or not at all; returns whether any byte changed."""
    return write_bytes(file, text.encode("utf-8"))


def write_bytes(file: Path, content: bytes) -> bool:
    """Writes `content`, whole or not at all; returns whether any byte changed."""
    if file.exists() and file.read_bytes() == content:
        return False
    file.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=file.parent, prefix=".", suffix=".tmp")
    try:
        with os.fdopen(handle, "wb") as opened:
            opened.write(content)
            opened.flush()
            os.fsync(opened.fileno())
        Path(temporary).chmod(0o644)
        Path(temporary).replace(file)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
    return True
