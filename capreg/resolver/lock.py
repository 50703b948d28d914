"""Lock files: what a decision was asked, what it rested on and what it answered, kept to be replayed.

The one module of the resolver that touches a file, because a decision locks itself. It compares nothing.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from capreg.catalog import canonical
from capreg.errors import LockDamaged, LockError, LockVersion
from capreg.resolver.question import plain

if TYPE_CHECKING:
    from collections.abc import Mapping
    from os import PathLike

    from capreg.resolver.candidate import Candidate
    from capreg.resolver.decision import Decision
    from capreg.resolver.request import Request

__all__ = ["FORMAT", "answer_digest", "figures_of", "lock_document", "read_lock", "write_lock"]

FORMAT = 1
"""The format of lock files. It changes when an older reader would misread a newer one."""

_MOST_BYTES = 8_000_000
_PARTS = ("answer", "basis", "checksum", "format", "id", "question", "tags")
_FIGURES = (
    "cost_usd", "e2e_ms", "measured", "offering", "output_tps", "price", "price_since", "proven", "retires_on",
    "ttft_ms", "wire_id",
)  # fmt: skip
_AGAIN = "lock the decision again: decision.lock(path)"


def lock_document(decision: Decision, request: Request) -> dict[str, Any]:
    """What the lock file of `decision` says."""
    document: dict[str, Any] = {
        "format": FORMAT,
        "id": decision.id,
        "tags": decision.tags,
        "basis": decision.basis,
        "question": plain(request),
        "answer": {
            "digest": answer_digest(decision),
            "feasible_count": decision.feasible_count,
            "ranking": [figures_of(candidate) for candidate in decision],
        },
    }
    return {**document, "checksum": _checksum(document)}


def answer_digest(decision: Decision) -> str:
    """The digest of the whole answer, byte for byte."""
    return _sha256(decision.to_json())


def figures_of(candidate: Candidate) -> dict[str, Any]:
    """What a ranked offering is chosen by: its price, its cost, its speed, its end, and whether that is proven."""
    price, cost = candidate.price or {}, candidate.cost_usd
    return {
        "offering": candidate.offering,
        "wire_id": candidate.wire_id,
        "cost_usd": None if cost is None else f"{cost:f}",
        "price": price.get("usd_per_million", {}),
        "price_since": price.get("starts_on"),
        "ttft_ms": candidate.ttft_ms,
        "e2e_ms": candidate.e2e_ms,
        "output_tps": candidate.output_tps,
        "measured": {metric: told["measurement"] for metric, told in candidate.measurements.items()},
        "retires_on": candidate.lifecycle.get("retires_on"),
        "proven": candidate.proven,
    }


def write_lock(document: Mapping[str, Any], path: str | PathLike[str]) -> None:
    """Write `document` to `path`: all of it or nothing.

    Raises:
        LockError: the file cannot be written; what stood there before still does.
    """
    import json
    import tempfile

    target = os.fspath(path)
    text = json.dumps(document, indent=2, sort_keys=True, ensure_ascii=False, allow_nan=False) + "\n"
    temporary: str | None = None
    try:
        folder, name = os.path.split(os.path.abspath(target))  # noqa: PTH100  pathlib takes milliseconds
        handle, temporary = tempfile.mkstemp(prefix=f".{name}.", suffix=".new", dir=folder)
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(temporary, 0o644)  # noqa: PTH101  as above
        os.replace(temporary, target)  # noqa: PTH105  as above
        temporary = None
    except OSError as error:
        raise LockError(
            f"the lock file cannot be written: {error.strerror}",
            where=target,
            hint="check the folder, its permissions and the space left; what stood there before still does",
        ) from error
    finally:
        if temporary is not None and os.path.exists(temporary):  # noqa: PTH110  as above
            os.unlink(temporary)  # noqa: PTH108  as above


def read_lock(path: str | PathLike[str]) -> dict[str, Any]:
    """The document in the lock file at `path`, whole and of this format.

    Raises:
        LockError: it is missing, or cannot be read.
        LockDamaged: it is no lock file, cut short, or edited.
        LockVersion: a newer capreg wrote it.
    """
    where = os.fspath(path)
    document = _parsed(_text(where), where)
    if "format" not in document or "checksum" not in document:
        raise LockDamaged("this is no lock file", where=where, found="JSON of another shape", hint=_AGAIN)
    written = document["format"]
    if type(written) is int and written > FORMAT:
        raise LockVersion(
            "the lock file is newer than this capreg reads",
            where=where,
            found=f"format {written}",
            expected=f"format {FORMAT}",
            hint="upgrade capreg, or lock the decision again with this one",
        )
    checksum = document.pop("checksum")
    if written != FORMAT or sorted([*document, "checksum"]) != list(_PARTS):
        raise LockDamaged("the lock file has other parts than it was written with", where=where, hint=_AGAIN)
    if checksum != _checksum(document):
        raise LockDamaged(
            "the lock file is not what was written",
            where=where,
            found=str(checksum),
            expected=_checksum(document),
            hint=f"a lock file is not edited by hand; {_AGAIN}",
        )
    if not _is_shaped(document):
        raise LockDamaged("a part of the lock file is not of its shape", where=where, hint=_AGAIN)
    return document


def _is_shaped(document: Mapping[str, Any]) -> bool:
    """Whether every part that a replay reads is what it takes it for; the question is checked when it is asked."""
    answer, basis, tags = document["answer"], document["basis"], document["tags"]
    if not (isinstance(answer, dict) and isinstance(basis, dict) and isinstance(document["question"], dict)):
        return False
    ranking = answer.get("ranking")
    return (
        isinstance(ranking, list)
        and all(isinstance(figures, dict) and _are_figures(figures) for figures in ranking)
        and isinstance(answer.get("digest"), str)
        and all(isinstance(basis.get(part), str) for part in ("release", "digest", "as_of", "engine"))
        and isinstance(tags, dict)
        and all(isinstance(value, str) for value in tags.values())
        and isinstance(document["id"], str)
    )


def _are_figures(figures: Mapping[str, Any]) -> bool:
    tables = isinstance(figures.get("price"), dict) and isinstance(figures.get("measured"), dict)
    return tables and sorted(figures) == list(_FIGURES) and isinstance(figures["offering"], str)


def _text(where: str) -> str:
    try:
        with open(where, "rb") as file:  # noqa: PTH123  pathlib takes milliseconds
            content = file.read(_MOST_BYTES + 1)
    except FileNotFoundError:
        raise LockError("there is no lock file", where=where, hint=_AGAIN) from None
    except OSError as error:
        raise LockError(
            f"the lock file cannot be read: {error.strerror}", where=where, hint="check what it is and its permissions"
        ) from error
    if len(content) > _MOST_BYTES:
        raise LockDamaged(
            "the lock file is too large", where=where, expected=f"at most {_MOST_BYTES:,} bytes", hint=_AGAIN
        )
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        raise LockDamaged("the lock file is not UTF-8", where=where, hint=_AGAIN) from error


def _parsed(text: str, where: str) -> dict[str, Any]:
    import json

    try:
        document = json.loads(text)
        canonical(document).encode()
    except (ValueError, RecursionError) as error:
        raise LockDamaged("the lock file is no JSON", where=where, found=text[:40], hint=_AGAIN) from error
    if not isinstance(document, dict):
        raise LockDamaged("this is no lock file", where=where, found=type(document).__name__, hint=_AGAIN)
    return document


def _checksum(document: Mapping[str, Any]) -> str:
    return _sha256(canonical(document))


def _sha256(text: str) -> str:
    from hashlib import sha256

    return f"sha256:{sha256(text.encode()).hexdigest()}"
