"""Opens the data files that a program loads: below the root, visible, and of a size that a table has."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from migrator.data.formats import DOCUMENTS, FORMS, is_data
from migrator.discover.walk import read_bytes, shown
from migrator.read.datafile import MAX_BYTES

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from migrator.read.ids import IdPattern
    from migrator.settings import Settings


class Beside:
    """Gives the bytes of files by their path below the root; `asked` are all paths that were asked for.

    Of a file that is too large it gives the beginning: more than is read, so that it is known as such.
    """

    def __init__(self, root: Path, exclude: Sequence[str] = ()) -> None:
        self.root = os.path.abspath(root)
        self.exclude = exclude
        self.asked: set[str] = set()

    def __call__(self, path: str) -> bytes | None:
        """The bytes; nothing where there is no such file, or none that this run may read."""
        self.asked.add(path)
        full = os.path.join(self.root, path)
        try:
            if not os.path.isfile(full) or not shown(full, self.root, self.exclude):
                return None
            return read_bytes(full, MAX_BYTES + 1)
        except (OSError, ValueError):
            return None


def endings(settings: Settings) -> tuple[str, ...]:
    """The endings of the files beside Python that settings ask to be looked for."""
    return (*DOCUMENTS, *FORMS) if any(each.config_files for each in settings.all()) else DOCUMENTS


def configuration(paths: Sequence[str], opened: Beside, pattern: IdPattern) -> tuple[bytes, ...]:
    """The names of data files that hold an id: what code that loads one of them has to say."""
    found = naming(filter(is_data, paths), opened, pattern)
    return tuple(dict.fromkeys(path.rpartition("/")[2].encode() for path in found))


def naming(paths: Iterable[str], opened: Beside, pattern: IdPattern) -> list[str]:
    """Those of some files whose bytes hold an id."""
    contents = ((path, opened(path)) for path in paths)
    return [path for path, data in contents if data is not None and pattern.in_bytes(data)]
