"""Which files of a registry changed since a revision, as git tells. It asks git, and changes nothing."""

from __future__ import annotations

import subprocess
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from capreg.errors import InvalidArgument, UnreadableFile
from capreg.source.files import paths_below
from capreg.source.layout import place_of

__all__ = ["Changed", "affected", "branched_at", "changed_since", "touched"]

_SECONDS = 30


@dataclass(frozen=True, slots=True)
class Changed:
    """Paths below a registry's root, sorted."""

    there: tuple[str, ...]
    """Files that are new or differ, committed or not."""
    gone: tuple[str, ...]
    """Files that were there and are not."""


def changed_since(root: Path, revision: str) -> Changed:
    """What differs below `root` between `revision` and the files as they are now.

    Raises:
        InvalidArgument: git knows no such revision.
        UnreadableFile: `root` lies in no git repository, or git is not there.
    """
    if revision.startswith("-"):
        raise _unknown(revision)
    _git(root, "rev-parse", "--is-inside-work-tree", revision=revision)
    _git(root, "rev-parse", "--verify", "--quiet", f"{revision}^{{commit}}", revision=revision)
    listed = ("--name-only", "-z", "--no-renames", "--relative", revision, "--", ".")
    paths = _git(root, "diff", *listed, revision=revision)
    paths |= _git(root, "ls-files", "--others", "--exclude-standard", "-z", "--", ".", revision=revision)
    there = {path for path in paths if (root / path).exists() or (root / path).is_symlink()}
    return Changed(tuple(sorted(there)), tuple(sorted(paths - there)))


def branched_at(root: Path, revision: str) -> str:
    """The commit at which what is checked out left `revision`: what came there since is not a part of the change.

    Raises:
        InvalidArgument: git knows no such revision.
        UnreadableFile: `root` lies in no git repository, or git is not there.
    """
    try:
        if revision.startswith("-"):
            raise _unknown(revision)
        _git(root, "rev-parse", "--verify", "--quiet", f"{revision}^{{commit}}", revision=revision)
    except InvalidArgument as unknown:
        raise InvalidArgument(
            unknown.problem, where="BASE", found=revision, expected=unknown.expected, hint=unknown.hint
        ) from None
    (commit,) = _git(root, "merge-base", revision, "HEAD", revision=revision)
    return commit.strip()


def affected(root: Path, revision: str) -> list[str]:
    """The files that changed since `revision`, and those that name a record which has gone since.

    Raises:
        InvalidArgument: git knows no such revision.
        UnreadableFile: `root` lies in no git repository, or git is not there.
    """
    return touched(root, changed_since(root, revision))


def touched(root: Path, changed: Changed) -> list[str]:
    """The files of `changed` that are there, and those that name a record which is gone."""
    gone = {place.id.encode() for place in map(place_of, changed.gone) if place is not None and not place.is_table}
    naming = [path for path in paths_below(root) if _names(root / path, gone)] if gone else []
    return sorted({*changed.there, *naming})


def _names(path: Path, ids: Collection[bytes]) -> bool:
    try:
        content = path.read_bytes()
    except OSError:
        return False
    return any(name in content for name in ids)


def _git(root: Path, command: str, *arguments: str, revision: str) -> set[str]:
    """The entries, ended by NUL, that a command of git writes."""
    try:
        done = subprocess.run(
            ["git", "-C", str(root), command, *arguments],  # noqa: S607  whichever git the caller uses
            capture_output=True,
            timeout=_SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise UnreadableFile("git cannot be asked", where=str(root), found=str(error), hint="install git") from error
    if done.returncode and "--verify" in arguments:
        raise _unknown(revision)
    if done.returncode:
        raise UnreadableFile(
            "git cannot say what changed",
            where=str(root),
            found=done.stderr.decode("utf-8", "replace").strip() or f"exit code {done.returncode}",
            hint="--since works on a registry that git keeps; leave it out to check everything",
        )
    return {entry for entry in done.stdout.decode("utf-8", "surrogateescape").split("\0") if entry}


def _unknown(revision: str) -> InvalidArgument:
    return InvalidArgument(
        "git knows no such revision",
        where="--since",
        found=revision,
        expected="a branch, tag or commit, such as HEAD~1 or origin/main",
        hint="fetch it first where it is a remote one",
    )
