"""The files below a folder, listed by an earlier run: a folder that has not changed holds the same names.

A list is kept with the states of every folder that was walked and of every gitignore file, with what the
symbolic links lead to, and with where a repository begins. Whether a file was written to is not said by its
folder: that is asked of each file afterwards.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import time
from typing import TYPE_CHECKING

import msgspec

from migrator import __version__, cachefiles, scancache
from migrator.discover.walk import Found, walked
from migrator.inventory import Diagnostic
from migrator.states import states

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from migrator.discover.walk import Trail

KEPT = 8
WORTH = 200
"""Folders; fewer are walked sooner than a list is read."""


class Listing(msgspec.Struct, frozen=True):
    """What was found, and what that depends on; names are separated by zero bytes.

    `watched` are folders and gitignore files, with `states` their digest; `kinds` say of other paths what
    they lead to.
    """

    key: str
    paths: str
    beside: str
    manifests: str
    rest: str
    others: dict[str, int]
    diagnostics: tuple[Diagnostic, ...]
    watched: str
    states: bytes
    kinds: dict[str, str]


def listed(folder: Path, root: Path, exclude: Sequence[str], beside: tuple[str, ...]) -> Found:
    """What `find` finds in one folder: as an earlier run found it, if nothing has changed, else anew."""
    started = time.time_ns()
    key = hashlib.sha256(repr((__version__, str(folder), str(root), tuple(exclude), beside)).encode())
    try:
        file = cachefiles.folder() / "listings" / f"{key.hexdigest()[:40]}.msgpack"
    except RuntimeError:
        return walked(folder, root, exclude, beside)[0]
    known = _known(file, key.hexdigest())
    if known is not None:
        return known
    found, trail = walked(folder, root, exclude, beside)
    if len(trail.watched) >= WORTH and os.name == "posix":
        _keep(file, key.hexdigest(), found, trail, started)
    return found


def _known(file: Path, key: str) -> Found | None:
    try:
        kept = msgspec.msgpack.decode(cachefiles.read(file), type=Listing)
        if kept.key != key or any(kind != kind_of(path) for path, kind in kept.kinds.items()):
            return None
        if states(_names(kept.watched)).digest != kept.states:
            return None
    except (OSError, ValueError, RecursionError):
        return None
    beside, manifests = _names(kept.beside), _names(kept.manifests)
    rest = _names(kept.rest)
    return Found(_names(kept.paths), kept.diagnostics, kept.others, beside, manifests, rest)


def _keep(file: Path, key: str, found: Found, trail: Trail, started: int) -> None:
    """A folder that changed a short time ago may change again without a trace: nothing is kept of it."""
    with contextlib.suppress(OSError, ValueError):
        now = states(trail.watched)
        if now.newest >= started - scancache.SETTLED_NS:
            return
        listing = Listing(
            key,
            "\0".join(found.paths),
            "\0".join(found.beside),
            "\0".join(found.manifests),
            "\0".join(found.rest),
            found.not_looked_at,
            found.diagnostics,
            "\0".join(trail.watched),
            now.digest,
            {path: kind_of(path) for path in trail.kinds},
        )
        cachefiles.write(file, msgspec.msgpack.encode(listing))
        cachefiles.forget(file.parent, "*.msgpack", KEPT)


def _names(joined: str) -> tuple[str, ...]:
    return tuple(joined.split("\0")) if joined else ()


def kind_of(path: str) -> str:
    """What a path leads to in the end, and whether that is a file or a folder."""
    real = os.path.realpath(path)
    kinds = {os.path.isdir(real): "folder", os.path.isfile(real): "file"}
    return f"{kinds.get(True, '')} {real}"
