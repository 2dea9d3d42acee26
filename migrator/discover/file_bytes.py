"""The bytes of regular files, read without waiting for anything else."""

from __future__ import annotations

import errno
import os
import stat

MAX_BYTES = 20_000_000


instead: dict[str, bytes] = {}
"""By real path what is read instead of a file's bytes: the text of an editor that is not saved."""


def read_bytes(path: str, most: int | None = None) -> bytes:
    """A regular file's bytes (at most so many, if that is said), without waiting for anybody.

    Raises OSError, also for what is too large to be source.
    """
    if instead and (data := instead.get(os.path.realpath(path))) is not None:
        return data if most is None else data[:most]
    handle = opened(path, os.O_RDONLY | getattr(os, "O_BINARY", 0))
    try:
        found = os.fstat(handle)
        if not stat.S_ISREG(found.st_mode):
            raise OSError(errno.EINVAL, "no regular file")
        if most is not None and found.st_size > most:
            return os.read(handle, most)
        if found.st_size > MAX_BYTES:
            raise OSError(errno.EFBIG, "larger than 20 MB; exclude it")
        return _whole(handle, found.st_size)
    finally:
        os.close(handle)


def _whole(handle: int, size: int) -> bytes:
    """All bytes of an open file; as a rule with one call to the system."""
    data = os.read(handle, size + 1)
    if len(data) != size:
        while more := os.read(handle, MAX_BYTES):
            data += more
    return data


def opened(path: str, flags: int) -> int:
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))
