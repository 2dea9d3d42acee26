"""The stages in order: discover, read, decide, write. Pure but for `review` (reads) and `apply` (writes)."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from migrator.inventory import Diagnostic, Inventory

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from migrator.settings import Settings


class Change(NamedTuple):
    """A file's bytes before and after; `edits` are the ids of the edits made, `path` is relative to the root."""

    path: str
    old: bytes
    new: bytes
    edits: tuple[str, ...]


class Changes(NamedTuple):
    """What would be written, and what was refused and why."""

    files: tuple[Change, ...]
    diagnostics: tuple[Diagnostic, ...]


def review(
    paths: Sequence[Path],
    settings: Settings,
    *,
    root: Path,
    progress: Callable[[int, int], None] | None = None,
) -> Inventory:
    """Discover, read and decide for files and folders below `root`; `progress(done, total)` counts files."""
    raise NotImplementedError


def changes(inventory: Inventory, root: Path) -> Changes:
    """The selected edits of an inventory as new file contents; writes nothing."""
    raise NotImplementedError


def migrate(files: Mapping[str, bytes], settings: Settings) -> tuple[Inventory, dict[str, bytes]]:
    """The whole pipeline in memory: paths and bytes in, findings and new bytes out (every file, changed or not)."""
    raise NotImplementedError
