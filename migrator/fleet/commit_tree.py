"""A commit's files in a folder of their own, by git's plumbing: no checkout, no filter, no link."""

from __future__ import annotations

import os
import subprocess
from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from migrator.data.formats import DOCUMENTS, FORMS
from migrator.discover.file_bytes import MAX_BYTES
from migrator.fleet import git

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from typing import IO

TEXTS = (".txt", ".j2", ".jinja", ".jinja2", ".tmpl", ".prompt", ".mustache", ".cfg", ".lock")
WANTED = (".py", *DOCUMENTS, *FORMS, *TEXTS)
NAMED = frozenset({"CODEOWNERS", "Pipfile"})
MOST_BESIDE = 4_000_000
MOST_FILES = 300_000
MOST_TOTAL = 4_000_000_000
_PLAIN = (b"100644", b"100755", b"100664")
_KINDS = {b"120000": "links", b"160000": "submodules"}


class Blob(NamedTuple):
    """A file of a commit."""

    path: str
    oid: str
    size: int


class Listing(NamedTuple):
    """The files of a commit that are worth reading, and the rest by kind."""

    blobs: tuple[Blob, ...]
    others: dict[str, int]


def listing(folder: str, commit: str, *, sized: bool = True) -> Listing:
    """What a commit holds; raises GitError."""
    words = ["ls-tree", "-r", "-z", "--full-tree", *(["-l"] if sized else []), commit]
    blobs: list[Blob] = []
    others: Counter[str] = Counter()
    for entry in git.run(folder, *words).split(b"\0"):
        if entry:
            head, _, name = entry.partition(b"\t")
            mode, _, oid, *size = head.split()
            kind = _unwanted(mode, name, int(size[0]) if size and size[0].isdigit() else 0)
            if kind is None:
                blobs.append(Blob(name.decode(), oid.decode(), int(size[0]) if size else 0))
            elif kind:
                others[kind] += 1
    if len(blobs) > MOST_FILES or sum(blob.size for blob in blobs) > MOST_TOTAL:
        raise git.GitError("too-large", f"{len(blobs):,} files to read; exclude folders, or scan a part")
    return Listing(tuple(blobs), dict(sorted(others.items())))


def _unwanted(mode: bytes, name: bytes, size: int) -> str | None:
    """The kind of what is not read, "" for what nobody misses; None for what is read."""
    if mode not in _PLAIN:
        return _KINDS.get(mode, "")
    if not _is_text(name):
        return "names that are not UTF-8"
    base = name.rpartition(b"/")[2].decode()
    if not (base.endswith(WANTED) or base in NAMED):
        return ""
    if size > (MAX_BYTES if base.endswith(".py") else MOST_BESIDE):
        return "files too large to be source"
    return None if _is_inside(name) else "names that lead out of the folder"


def _is_text(name: bytes) -> bool:
    try:
        name.decode()
    except UnicodeDecodeError:
        return False
    return True


def _is_inside(name: bytes) -> bool:
    """Whether a path of a tree, which anybody may have made, stays below and names no repository."""
    parts = name.decode().split("/")
    bad = {"", ".", ".."}
    if os.sep == "\\":
        bad |= {part for part in parts if "\\" in part or ":" in part}
    return bad.isdisjoint(parts) and all(part.lower().rstrip(" .") != ".git" for part in parts)


def laid_out(
    folder: str, blobs: Sequence[Blob], target: str, wanted: Callable[[str, bytes], bool] | None = None
) -> dict[str, int]:
    """Write the wanted files below `target`; what could not be written, by kind. Raises GitError, OSError."""
    failed: Counter[str] = Counter()
    for blob, data in zip(blobs, contents(folder, blobs), strict=True):
        if data is None:
            failed["files that are missing in the clone"] += 1
            continue
        if wanted is not None and not wanted(blob.path, data):
            continue
        try:
            _write(os.path.join(target, *blob.path.split("/")), data)
        except (FileExistsError, NotADirectoryError, IsADirectoryError):
            failed["names that differ in nothing that this system can tell"] += 1
        except OSError as error:
            if error.errno in _FULL:
                raise
            failed["names that this system cannot write"] += 1
    return dict(failed)


def _write(path: str, data: bytes) -> None:
    os.makedirs(os.path.dirname(path), exist_ok=True)
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)
    with open(os.open(path, flags, 0o600), "wb") as stream:
        stream.write(data)


def contents(folder: str, blobs: Sequence[Blob]) -> Iterator[bytes | None]:
    """The bytes of blobs, in order; None for one that is not there. Raises GitError where git gives up."""
    if not blobs:
        return
    with subprocess.Popen(
        git.command_of(folder, "cat-file", "--batch", "--buffer"),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=git.environment(),
    ) as process:
        import threading

        asking = threading.Thread(target=_ask, args=(process.stdin, blobs), daemon=True)
        asking.start()
        try:
            for blob in blobs:
                yield _answer(process, blob)
        finally:
            process.kill()
            asking.join()


def _ask(pipe: IO[bytes], blobs: Sequence[Blob]) -> None:
    """Say which blobs are wanted, while others read the answers."""
    try:
        pipe.write("".join(f"{blob.oid}\n" for blob in blobs).encode())
        pipe.close()
    except OSError:
        return


def _answer(process: subprocess.Popen[bytes], blob: Blob) -> bytes | None:
    assert process.stdout is not None
    assert process.stderr is not None
    head = process.stdout.readline().split()
    if head[1:] == [b"missing"]:
        return None
    if len(head) != 3 or head[1] != b"blob":
        process.kill()
        raise git.failure(process.stderr.read() or b"an object cannot be read: " + blob.oid.encode())
    data = process.stdout.read(int(head[2]))
    process.stdout.read(1)
    if len(data) != int(head[2]):
        raise git.failure(process.stderr.read() or b"an object ends early: " + blob.oid.encode())
    return data


def _full() -> frozenset[int]:
    import errno

    return frozenset(getattr(errno, name) for name in ("ENOSPC", "EDQUOT", "EFBIG") if hasattr(errno, name))


_FULL = _full()
