"""Whether files and folders are as they were: a digest of their sizes, times and identities."""

from __future__ import annotations

import contextlib
import hashlib
import os
import struct
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

PARALLEL_FROM = 5_000
"""Fewer are asked for before a process has started."""
_ONE = struct.Struct("<qqqQ")
_LARGEST = 2**64 - 1
_DIGEST = 32


class States(NamedTuple):
    """A digest of some states, and when the last of them changed, in nanoseconds."""

    digest: bytes
    newest: int


def states(paths: Sequence[str], root: str = "") -> States:
    """The states of paths (below `root`) as they are now; raises OSError where one is not there.

    A digest does not depend on whether a second process has taken its half.
    """
    middle = len(paths) // 2
    ours, others = paths[:middle], paths[middle:]
    with _opened(root) as at:
        if len(paths) >= PARALLEL_FROM and hasattr(os, "fork") and (os.cpu_count() or 1) > 1:
            one, two = _both(at, ours, others)
        else:
            one, two = _states(at, ours), _states(at, others)
    return States(hashlib.sha256(one.digest + two.digest).digest(), max(one.newest, two.newest))


class _At(NamedTuple):
    """Where paths begin: an open folder, which is asked sooner, or else what stands in front of each."""

    start: str = ""
    folder: int | None = None


@contextlib.contextmanager
def _opened(root: str) -> Iterator[_At]:
    if not root or os.stat not in os.supports_dir_fd:
        yield _At(f"{root}{os.sep}" if root else "")
        return
    folder = os.open(root, os.O_RDONLY)
    try:
        yield _At(folder=folder)
    finally:
        os.close(folder)


def _states(at: _At, paths: Sequence[str]) -> States:
    stat, pack, start, folder = os.stat, _ONE.pack, *at
    newest, found = 0, []
    for path in paths:
        one = stat(start + path, dir_fd=folder)
        changed, written = one.st_ctime_ns, one.st_mtime_ns
        if changed > newest or written > newest:
            newest = max(changed, written)
        found.append(pack(one.st_size, written, changed, one.st_ino & _LARGEST))
    digest = hashlib.sha256("\0".join(paths).encode("utf-8", "surrogatepass"))
    digest.update(b"".join(found))
    return States(digest.digest(), newest)


def _both(at: _At, ours: Sequence[str], others: Sequence[str]) -> tuple[States, States]:
    """The states of two groups, one of them by a process of its own; what that cannot tell is asked here."""
    reader, writer = os.pipe()
    child = os.fork()
    if not child:
        with contextlib.suppress(BaseException):
            digest, newest = _states(at, others)
            os.write(writer, digest + newest.to_bytes(16, "little", signed=True))
        os._exit(0)
    os.close(writer)
    try:
        mine = _states(at, ours)
        told = os.read(reader, 1_000)
    finally:
        os.close(reader)
        os.waitpid(child, 0)
    if len(told) <= _DIGEST:
        return mine, _states(at, others)
    return mine, States(told[:_DIGEST], int.from_bytes(told[_DIGEST:], "little", signed=True))
