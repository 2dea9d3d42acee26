"""Files under the user's cache directory, each of which appears whole or not at all.

What is kept is sealed: content that is not as it was written, and files of other users, count as not there.
"""

from __future__ import annotations

import hashlib
import os
import stat
import tempfile
from contextlib import suppress
from pathlib import Path

_SEAL = hashlib.sha256().digest_size
_MOST = 400_000_000


def folder() -> Path:
    """Where this program may keep what it can make again; raises RuntimeError where there is no home."""
    base = os.environ.get("XDG_CACHE_HOME", "")
    home = Path(base) if os.path.isabs(base) else Path.home() / ".cache"
    return home / "gpt55-migrate"


def read(path: Path) -> bytes:
    """What `write` wrote; raises OSError for everything else. Waits for no pipe and follows no link."""
    flags = (getattr(os, name, 0) for name in ("O_NONBLOCK", "O_NOFOLLOW", "O_BINARY"))
    handle = os.open(path, os.O_RDONLY | sum(flags))
    with os.fdopen(handle, "rb") as stream:
        found = os.fstat(handle)
        if not stat.S_ISREG(found.st_mode) or found.st_size > _MOST or _foreign(found):
            raise OSError(f"{path} is no file of ours")
        data = stream.read(found.st_size + 1)
    content = data[_SEAL:]
    if _seal(content, path) != data[:_SEAL]:
        raise OSError(f"{path} is damaged")
    return content


def _foreign(found: os.stat_result) -> bool:
    """Whether somebody else may have written a file."""
    return hasattr(os, "getuid") and (found.st_uid != os.getuid() or bool(found.st_mode & stat.S_IWOTH))


def _seal(content: bytes, path: Path) -> bytes:
    """Of a content under its name: an entry laid in another's place is none."""
    return hashlib.sha256(os.fsencode(path.name) + b"\0" + content).digest()


def write(path: Path, content: bytes) -> None:
    """A file that appears whole or not at all, in a folder that is made where there is none."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".new-")
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(_seal(content, path) + content)
        os.replace(name, path)
    except BaseException:
        with suppress(OSError):
            os.unlink(name)
        raise


def forget(folder: Path, names: str, keep: int) -> None:
    """Remove all but the newest of the files that are called so."""
    entries = sorted(folder.glob(names), key=lambda each: each.lstat().st_mtime, reverse=True)
    for each in entries[keep:]:
        each.unlink(missing_ok=True)
