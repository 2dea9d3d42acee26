"""Opens the data files that a program loads: below the root, visible, and of a size that a table has."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from migrator.discover.walk import read_bytes, shown

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

MAX_BYTES = 4_000_000


class Beside:
    """Gives the bytes of files by their path below the root; `asked` are all paths that were asked for."""

    def __init__(self, root: Path, exclude: Sequence[str] = ()) -> None:
        self.root = os.path.abspath(root)
        self.exclude = exclude
        self.asked: set[str] = set()

    def __call__(self, path: str) -> bytes | None:
        """The bytes; nothing where there is no such file, or none that this run may read."""
        self.asked.add(path)
        full = os.path.join(self.root, path)
        try:
            if not os.path.isfile(full) or os.path.getsize(full) > MAX_BYTES:
                return None
            if not shown(full, self.root, self.exclude):
                return None
            return read_bytes(full)
        except (OSError, ValueError):
            return None
