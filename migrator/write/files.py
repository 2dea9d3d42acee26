"""Files on disk, replaced whole or not at all.

A file is written to a temporary file beside it, flushed, and renamed over the old one, so that a
killed run leaves the old bytes or the new ones. Mode, ownership and extended attributes are kept; a
symbolic link stays and its target is replaced. Other hard links to a file keep the old bytes.
"""

from __future__ import annotations

import errno
import os
import shutil
import stat
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from migrator.discover.file_bytes import read_bytes

if TYPE_CHECKING:
    from collections.abc import Iterator

PREFIX = ".gpt55-migrate-"
SUFFIX = ".tmp"
_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG} if hasattr(errno, "EDQUOT") else {errno.ENOSPC, errno.EFBIG}
_DENIED = {errno.EACCES, errno.EPERM, errno.EROFS}
_UNSEARCHED = {".git", ".hg", ".svn"}


class WriteRefused(Exception):  # noqa: N818 - a refusal, no fault
    """A file was left as it was.

    Attributes:
        code: `changed`, `vanished`, `outside-root`, `not-a-file`, `read-only`, `ownership`, `disk-full`,
            `write-failed` or `locked`.
        message: what to do, for a person.
    """

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


def write_file(root: Path, path: str, old: bytes, new: bytes) -> None:
    """Replace the bytes of `root / path`, which must still be `old`, by `new`.

    Raises WriteRefused, with the file and its folder as they were.
    """
    target = _target(root, path)
    try:
        before = target.stat()
        _check(path, before, target)
        if read_bytes(str(target)) != old:
            raise _changed(path)
        _replace(target, new, before, path)
    except FileNotFoundError as error:
        raise WriteRefused("vanished", f"{path} is no longer there") from error
    except OSError as error:
        raise _refusal(path, error) from error


def save(path: Path, data: bytes) -> None:
    """A report or the like: there whole or not at all, in place of a link, but never in place of a device.

    Raises OSError.
    """
    if path.exists() and not path.is_file():
        path.write_bytes(data)
        return
    handle, name = tempfile.mkstemp(SUFFIX, PREFIX, path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        Path(name).chmod(0o666 & ~_umask())
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def _umask() -> int:
    """What new files are denied; there is no way to ask without setting it."""
    mask = os.umask(0o077)
    os.umask(mask)
    return mask


def sweep(root: Path) -> list[Path]:
    """Remove the temporary files that killed runs left below `root`; call it while holding the lock."""
    removed: list[Path] = []
    for folder, folders, names in os.walk(root):
        folders[:] = [name for name in folders if name not in _UNSEARCHED]
        for name in names:
            if name.startswith(PREFIX) and name.endswith(SUFFIX):
                removed += _removed(Path(folder, name))
    return removed


def _removed(path: Path) -> Iterator[Path]:
    with suppress(OSError):
        if stat.S_ISREG(path.lstat().st_mode):
            path.unlink()
            yield path


def _target(root: Path, path: str) -> Path:
    try:
        top = root.resolve(strict=True)
        target = (top / path).resolve(strict=True)
    except FileNotFoundError as error:
        raise WriteRefused("vanished", f"{path} is no longer there") from error
    except (OSError, RuntimeError, ValueError) as error:
        raise WriteRefused("write-failed", f"{path} cannot be reached ({error})") from error
    if top not in target.parents:
        raise WriteRefused("outside-root", f"{path} lies outside {root}; name its own folder to write it")
    return target


def _check(path: str, found: os.stat_result, target: Path) -> None:
    if not stat.S_ISREG(found.st_mode):
        raise WriteRefused("not-a-file", f"{path} is not a regular file")
    if not found.st_mode & 0o222 or not os.access(target, os.W_OK):
        raise WriteRefused("read-only", f"{path} is read-only; make it writable to migrate it")


def _changed(path: str) -> WriteRefused:
    return WriteRefused("changed", f"{path} changed since it was read; run again")


def _refusal(path: str, error: OSError) -> WriteRefused:
    if error.errno in _FULL:
        return WriteRefused("disk-full", f"no room to write {path}")
    if error.errno in _DENIED:
        return WriteRefused("read-only", f"{path} or its folder may not be written ({error.strerror})")
    return WriteRefused("write-failed", f"{path} could not be written ({error})")


def _replace(target: Path, new: bytes, before: os.stat_result, path: str) -> None:
    handle, name = tempfile.mkstemp(SUFFIX, PREFIX, target.parent)
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            _keep_owner(temporary, before, path)
            shutil.copystat(target, temporary)
            file.write(new)
            file.flush()
            os.fsync(file.fileno())
        if _moment(target.stat()) != _moment(before):
            raise _changed(path)
        temporary.replace(target)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    _flush_folder(target.parent)


def _moment(found: os.stat_result) -> tuple[int, int, int]:
    return found.st_ino, found.st_size, found.st_mtime_ns


def _keep_owner(temporary: Path, before: os.stat_result, path: str) -> None:
    if _owner(temporary) == (before.st_uid, before.st_gid) or not hasattr(os, "chown"):
        return
    try:
        os.chown(temporary, before.st_uid, before.st_gid)
    except PermissionError as error:
        raise WriteRefused(
            "ownership", f"{path} belongs to another user or group, which would be lost"
        ) from error


def _owner(path: Path) -> tuple[int, int]:
    found = path.stat()
    return found.st_uid, found.st_gid


def _flush_folder(folder: Path) -> None:
    """Best effort: the rename has happened, and some systems cannot flush a folder."""
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
