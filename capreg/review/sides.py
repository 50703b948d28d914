"""The two sides of a comparison: a compiled catalog, a registry folder, or a revision of git.

A revision is compiled once and kept in git's own folder, under the identity of its tree and of this code.
"""

from __future__ import annotations

import io
import subprocess
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path

from capreg.catalog import FORMAT, Catalog
from capreg.errors import InvalidArgument, InvalidData, UnreadableFile
from capreg.schema import record
from capreg.snapshot import open_catalog
from capreg.source.build import write_snapshot
from capreg.source.compile import catalog_of
from capreg.source.files import paths_below
from capreg.source.layout import PLAIN_FILES
from capreg.source.read import read
from capreg.source.typed import Typed, typed
from capreg.version import __version__

__all__ = ["called", "files_of", "side", "stated"]

_SECONDS = 60
_MOST_KEPT = 4


def side(name: str | None, root: Path) -> Catalog:
    """The catalog that `name` says: a compiled file, a registry folder, a revision; None is the folder `root` as it is.

    Files are checked one by one, for a file that cannot be read would count as removed; the rules across files are
    `capreg validate`'s.

    Raises:
        InvalidArgument: it is none of these.
        InvalidData: a file of it cannot be read, or a document of it is not valid.
        UnreadableFile: git cannot be asked.
    """
    if name is None:
        return _compiled(root)
    path = Path(name)
    if path.is_file():
        return open_catalog(path, decode=record)
    if (path / "RELEASE").is_file():
        return _compiled(path)
    return _of_revision(name, root)


def called(name: str | None, root: Path) -> tuple[str, str | None]:
    """What a reader calls the side that `name` says, and the short hash of its commit where it is a revision."""
    if name is None:
        return "working tree", None
    if name.startswith("-") or Path(name).is_file() or (Path(name) / "RELEASE").is_file():
        return name, None
    commit = _git(root, "rev-parse", "--verify", "--quiet", "--short", f"{name}^{{commit}}").strip()
    return name, commit or None


@contextmanager
def files_of(name: str | None, root: Path) -> Iterator[Path | None]:
    """The registry folder of the side that `name` says, while it is needed; None for a compiled catalog.

    Of a revision it holds the plain files at the top only.

    Raises:
        UnreadableFile: git cannot be asked.
    """
    if name is None:
        yield root
    elif Path(name).is_file():
        yield None
    elif (Path(name) / "RELEASE").is_file():
        yield Path(name)
    else:
        tree = _tree(name, root)
        top = set(_git(root, "ls-tree", "--name-only", "--full-tree", tree).split("\n"))
        with _unpacked(root, tree, *sorted(PLAIN_FILES & top)) as folder:
            yield folder


def stated(whole: Typed) -> Catalog:
    """The catalog that a registry folder says, which was read. Raises `InvalidData` as `side` does."""
    unread = [finding for finding in whole.registry.findings if finding.severity == "error"]
    if unread:
        raise InvalidData(unread)
    return catalog_of(whole)


def _compiled(folder: Path) -> Catalog:
    return stated(typed(read(folder)))


def _of_revision(revision: str, root: Path) -> Catalog:
    tree = _tree(revision, root)
    if not tree:
        raise InvalidArgument(
            "this is no compiled catalog, no registry folder, and no revision that holds the registry",
            where="BASE",
            found=revision,
            expected="a file, a folder with RELEASE, or a branch, tag or commit such as origin/main",
            hint="fetch it first where it is a remote one",
        )
    kept = Path(_git(root, "rev-parse", "--path-format=absolute", "--git-common-dir").strip()) / "capreg"
    snapshot = kept / f"{_identity(tree)}.db"
    if snapshot.is_file():
        snapshot.touch()
        return open_catalog(snapshot, decode=record)
    with _unpacked(root, tree) as folder:
        compiled = _compiled(folder)
    kept.mkdir(exist_ok=True)
    write_snapshot(compiled, snapshot)
    for old in sorted(kept.glob("*.db"), key=lambda file: file.stat().st_mtime_ns)[:-_MOST_KEPT]:
        old.unlink()
    return compiled


def _tree(revision: str, root: Path) -> str:
    """The identity of the registry's folder in `revision`; empty where there is none."""
    if revision.startswith("-"):
        return ""
    return _git(root, "rev-parse", "--verify", "--quiet", f"{revision}:./").strip()


@contextmanager
def _unpacked(root: Path, tree: str, *paths: str) -> Iterator[Path]:
    top = Path(_git(root, "rev-parse", "--show-toplevel").strip())
    with tempfile.TemporaryDirectory(prefix="capreg-") as folder:
        with tarfile.open(fileobj=io.BytesIO(_ask(top, "archive", "--format=tar", tree, *paths))) as archive:
            archive.extractall(folder, filter="data")
        yield Path(folder)


def _identity(tree: str) -> str:
    """A name for what this code makes of a tree: other code makes something else of it."""
    import capreg

    package = Path(capreg.__file__).parent
    total = sha256(f"{tree} {FORMAT} {__version__}\n".encode())
    for folder in (package / "domain", package / "index", package / "source"):
        for path in paths_below(folder):
            if path.endswith(".py"):
                total.update((folder / path).read_bytes())
    return total.hexdigest()[:32]


def _git(root: Path, *arguments: str) -> str:
    return _ask(root, *arguments, may_fail="--quiet" in arguments).decode("utf-8", "replace")


def _ask(root: Path, *arguments: str, may_fail: bool = False) -> bytes:
    try:
        done = subprocess.run(
            ["git", "-C", str(root), *arguments],  # noqa: S607  whichever git the caller uses
            capture_output=True,
            timeout=_SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise UnreadableFile("git cannot be asked", where=str(root), found=str(error), hint="install git") from error
    if done.returncode and not may_fail:
        raise UnreadableFile(
            "git cannot say what stood there",
            where=str(root),
            found=done.stderr.decode("utf-8", "replace").strip() or f"exit code {done.returncode}",
            hint="compare with a compiled catalog or a folder where git keeps no history of the registry",
        )
    return done.stdout
