"""Inventories of earlier runs, under the user's cache directory: what has not changed is not read again.

An entry is found by everything that its inventory depends on: this program's files, Python, the settings,
rule files, the day, and size, times and identity of every file that was looked at. A cache that cannot be
read or written is as good as none.
"""

from __future__ import annotations

import contextlib
import datetime
import hashlib
import importlib.util
import os
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from migrator import __version__, cachefiles
from migrator.discover.file_bytes import instead
from migrator.inventory import Inventory
from migrator.states import states

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from migrator.settings import Settings

SETTLED_NS = 2_000_000_000
"""A file that changed less long ago may change again without a trace."""
KEPT, KEPT_BYTES = 64, 200_000_000


class Entry(msgspec.Struct, frozen=True):
    """An inventory; or, for a part of a project that names models, the files that do.

    `beside` are the data files that the program may load, as they were (nothing: not there).
    """

    key: str
    inventory: Inventory | None = None
    named: tuple[str, ...] = ()
    beside: dict[str, str] = {}


class ScanCache:
    """Entries for one root and one set of settings."""

    @staticmethod
    def as_kept(inventory: Inventory) -> Inventory:
        """The inventory as a later run would find it: a report tells `0` from `0.0`."""
        try:
            return msgspec.msgpack.decode(msgspec.msgpack.encode(inventory), type=Inventory)
        except (UnicodeError, RecursionError):
            return inventory

    def __init__(self, root: Path, settings: Settings) -> None:
        self.root = str(root)
        self.started = time.time_ns()
        self.base: tuple[str, ...] = ()
        with contextlib.suppress(OSError, RuntimeError):
            self.folder = cachefiles.folder() / "scans"
            self.base = _base(self.root, settings)

    def key(self, *groups: object, paths: Sequence[str]) -> str:
        """The key for the files `paths` as they are now; nothing where they cannot be told apart later."""
        if not self.base or instead:
            return ""
        digest = hashlib.sha256(repr((self.base, groups)).encode("utf-8", "surrogatepass"))
        try:
            now = states(paths, self.root)
        except OSError:
            return ""
        digest.update(now.digest)
        return digest.hexdigest() if now.newest < self.started - SETTLED_NS else ""

    def load(self, key: str) -> Entry | None:
        """The entry of a key, if it is there and sound."""
        if not key:
            return None
        path = self._path(key)
        try:
            entry = msgspec.msgpack.decode(cachefiles.read(path), type=Entry)
            os.utime(path)
        except (OSError, RuntimeError, RecursionError, ValueError):
            return None
        return entry if entry.key == key and self._beside(entry.beside) == entry.beside else None

    def save(
        self,
        key: str,
        inventory: Inventory | None = None,
        named: Iterable[str] = (),
        beside: Iterable[str] = (),
    ) -> None:
        """Keep an entry, and forget the oldest."""
        if inventory is not None:
            from migrator.report.redact import for_keeping

            inventory = for_keeping(inventory)
            key = key if inventory is not None else ""
        states = self._beside(beside)
        if not key or states is None:
            return
        with contextlib.suppress(OSError, RuntimeError, UnicodeError):
            content = msgspec.msgpack.encode(Entry(key, inventory, tuple(named), states))
            if len(content) > KEPT_BYTES // 2:
                return
            cachefiles.write(self._path(key), content)
            self._forget()

    def _beside(self, paths: Iterable[str]) -> dict[str, str] | None:
        """Data files as they are now; nothing where one changed too short a time ago."""
        found = dict.fromkeys(sorted(paths), "")
        for path in found:
            with contextlib.suppress(OSError, ValueError):
                state = os.stat(os.path.join(self.root, path))
                if max(state.st_ctime_ns, state.st_mtime_ns) >= self.started - SETTLED_NS:
                    return None
                found[path] = _state(state)
        return found

    def _path(self, key: str) -> Path:
        return self.folder / f"{key[:40]}.msgpack"

    def _forget(self) -> None:
        kept = size = 0
        for state, path in sorted(_entries(self.folder), reverse=True):
            kept, size = kept + 1, size + state[1]
            if kept > KEPT or size > KEPT_BYTES:
                os.unlink(path)


def _entries(folder: Path) -> Iterator[tuple[tuple[int, int], str]]:
    for entry in os.scandir(folder):
        if entry.name.endswith(".msgpack"):
            state = entry.stat(follow_symlinks=False)
            yield (state.st_mtime_ns, state.st_size), entry.path


def _base(root: str, settings: Settings) -> tuple[str, ...]:
    """What entries depend on besides the files that were looked at."""
    chosen = msgspec.json.encode(msgspec.structs.replace(settings, jobs=0)).decode()
    today = datetime.date.today().isoformat()
    rules = [*settings.rules, *_catalogue_files(settings.catalog)]
    return (root, __version__, sys.version, chosen, today, *_states(rules), *_program(), *_encodings())


def _catalogue_files(catalog: str) -> list[str]:
    """A catalogue file of the user's own, and what it may include."""
    path = Path(catalog)
    return sorted(map(str, path.parent.glob("*.toml"))) if path.suffix == ".toml" or path.is_file() else []


def _program() -> Iterator[str]:
    """This program's own files."""
    package = Path(__file__).parent
    rules = package / "_rules"
    for top in (package, rules if rules.is_dir() else package.parent / "rules"):
        for folder, folders, files in os.walk(top):
            folders[:] = sorted(set(folders) - {"__pycache__"})
            yield from _states(os.path.join(folder, name) for name in sorted(files))


def _encodings() -> Iterator[str]:
    """The files that tokens may be counted with, and whether anything could read them."""
    from migrator.decide.recommend.tokens import cache_folder

    folder = cache_folder()
    yield str(importlib.util.find_spec("tiktoken") is not None)
    if folder is not None and folder.is_dir():
        yield from _states(str(path) for path in sorted(folder.iterdir()))


def _states(paths: Iterable[str]) -> Iterator[str]:
    return (f"{path} {_state(os.stat(path))}" for path in paths)


def _state(state: os.stat_result) -> str:
    return f"{state.st_size} {state.st_mtime_ns} {state.st_ctime_ns} {state.st_ino}"
