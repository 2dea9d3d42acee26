"""Changes as patches, which show no more of a secret than they must."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from migrator.inventory import Inventory
    from migrator.rendering import Changes


def patches(made: Changes) -> dict[str, bytes]:
    """A patch for each changed file."""
    return {change.path: discreet(change.path, change.old, change.new) for change in made.files}


def discreet(path: str, old: bytes, new: bytes) -> bytes:
    """A patch, with less context than usual where that would show what looks like a key."""
    from migrator.report.redact import holds_secret
    from migrator.write.patch import unified

    patch = unified(path, old, new)
    return unified(path, old, new, context=1) if holds_secret(patch) else patch


def explained(made: Changes, inventory: Inventory) -> dict[str, bytes]:
    """The same with a reason at each hunk."""
    from migrator.report.hunks import explained

    return {
        path: explained(patch, [edit for edit in inventory.edits if edit.path == path])
        for path, patch in patches(made).items()
    }


def portable(patch: bytes) -> bytes:
    """A patch without its `diff --git` line, for which git skips it, in silence, below a repository's top."""
    return patch[patch.index(b"\n") + 1 :] if patch.startswith(b"diff --git ") else patch
