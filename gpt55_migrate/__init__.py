"""gpt55-migrate for programs: look, plan, write.

    from gpt55_migrate import Settings, apply, plan_edits, scan

    found = scan("path/to/project", settings=Settings(map={"gpt-4o": "instant"}))
    planned = plan_edits(found)
    print(planned.patch.decode())
    written = apply(planned)

The same stages as the command line, with the same results: nothing of the code that is read is run, nothing
is sent, and only `apply` writes. The records are those of `gpt55-migrate scan --format json`; their JSON
Schema is printed by `gpt55-migrate rules schema scan`.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from migrator import __version__
from migrator.errors import UsageError, WorkError
from migrator.inventory import CallSite, Diagnostic, Finding, Inventory, Reference
from migrator.inventory.edit_records import Edit
from migrator.rendering import Change
from migrator.rulebook.base import RuleError
from migrator.settings import Settings, SettingsError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from migrator.commands.options import Request

__all__ = [
    "CallSite",
    "Change",
    "Diagnostic",
    "Edit",
    "Finding",
    "Inventory",
    "Planned",
    "Reference",
    "RuleError",
    "Scan",
    "Settings",
    "SettingsError",
    "UsageError",
    "WorkError",
    "Written",
    "__version__",
    "apply",
    "plan_edits",
    "scan",
]


class Scan(NamedTuple):
    """What `scan` found.

    Attributes:
        inventory: references (one for each mention of an old id), call sites with their recommendation,
            edits, findings, limits in tokens, costs in USD of one request in the worst case, and
            diagnostics: files that could not be read. Paths are relative to `root` and have `/`; lines and
            columns count from 1.
        root: the folder that paths are relative to: the one that was named, else the working directory.
        paths: what was named; edits that need a file outside of it are not planned.
    """

    inventory: Inventory
    root: Path
    paths: tuple[Path, ...]


class Planned(NamedTuple):
    """What `plan_edits` would write.

    Attributes:
        files: for each file its path, its bytes before and after, and the ids of the edits in it.
        refused: files whose edits cannot be made, each with a stable `code` and what to do: `changed` or
            `vanished` since the scan, or a result that could not be proven. What hangs together with them is
            left out too.
        scan: the scan that it was made from.
    """

    files: tuple[Change, ...]
    refused: tuple[Diagnostic, ...]
    scan: Scan

    @property
    def patch(self) -> bytes:
        """All changes as one patch for `git apply`, with the reason at each hunk."""
        from migrator.rendering import Changes
        from migrator.report.patches import explained, portable

        parts = explained(Changes(self.files, self.refused), self.scan.inventory)
        return b"".join(portable(parts[path]) for path in sorted(parts))


class Written(NamedTuple):
    """What `apply` wrote.

    Attributes:
        files: paths below the root that were replaced.
        refused: files that were left as they were, and why.
        undo: the shell line that takes all of it back; empty where nothing was written.
    """

    files: tuple[str, ...]
    refused: tuple[Diagnostic, ...]
    undo: str


def scan(*paths: str | os.PathLike[str], settings: Settings | None = None) -> Scan:
    """Find every mention of an old model below `paths`, and what should become of it. Writes nothing.

    Args:
        paths: one folder, or files and folders below the working directory; none: the working directory.
        settings: these count, and no `pyproject.toml` is read. None: those of `[tool.gpt55-migrate]`, for
            each file the nearest, as on the command line.

    Raises:
        UsageError: a path is not there, or outside the working directory where several are named.
        SettingsError: a setting has a value that it cannot have, or names no rule, model or file.
        RuleError: a rule or catalogue file cannot be used; the message names file, rule and key.

    A file that cannot be read raises nothing: it is in `inventory.diagnostics`, and counts as unread.
    """
    from migrator import pipeline
    from migrator.commands.rebasing import rebased

    request = _request(paths, settings)
    where = request.target
    layers = None if settings is not None else request.layers
    found = pipeline.review(where.paths, request.settings, root=where.project, layers=layers)
    return Scan(rebased(found, where.project, where.root), where.root, where.paths)


def _request(paths: tuple[str | os.PathLike[str], ...], settings: Settings | None) -> Request:
    from migrator.commands import target
    from migrator.commands.options import Request
    from migrator.settings import load_settings, parse_settings

    where = target.resolve([os.fspath(path) for path in paths])
    if settings is None:
        return Request(where, load_settings(where.root, {}))
    return Request(where, parse_settings(msgspec.to_builtins(settings), "settings"))


def plan_edits(found: Scan, *, wanted: Callable[[Edit], bool] | None = None) -> Planned:
    """The new bytes of every file that a scan's edits concern. Reads the files again; writes nothing.

    Args:
        found: what `scan` returned.
        wanted: called with each edit that would be written (`edit.safety` is `safe` or `unsafe`, `edit.rule`
            the rule's id). Edits of one `edit.group` belong together: where one is not wanted, none is made.
    """
    from migrator.commands import work
    from migrator.commands.target import Target

    covers = Target(found.root, found.paths, "", found.root).covers
    edits = [edit for edit in found.inventory.edits if edit.selected]
    lost = {e.group for e in edits if not covers(e.path) or (wanted is not None and not wanted(e))}
    kept = work.keeping(found.inventory, lambda edit: edit.selected and edit.group not in lost)
    made = work.changes(kept, found.root)
    return Planned(made.files, made.diagnostics, found._replace(inventory=kept))


def apply(planned: Planned) -> Written:
    """Write what was planned: each file whole or not at all, dependents first, with a journal to undo it by.

    Every byte outside an edit stays as it was. A file that changed since it was read is left and reported in
    `refused`, with what hangs together with it. Applying a second scan's plan changes nothing.

    Raises:
        WorkError: another run is writing below the same root, or how to undo cannot be saved
            (set `XDG_STATE_HOME`); nothing was written then.
    """
    from migrator.commands import work, writing
    from migrator.output import on_leaving
    from migrator.rendering import Changes

    inventory, root = planned.scan.inventory, planned.scan.root
    with writing.alone(root):
        made = Changes(planned.files, planned.refused)
        if not all(_is_as_read(change, root) for change in planned.files):
            made = work.changes(inventory, root)
        if not made.files:
            return Written((), made.diagnostics, "")
        done = writing.write(inventory, made, root)
    on_leaving(None)
    return Written(tuple(change.path for change in done.files), done.diagnostics, done.undo)


def _is_as_read(change: Change, root: Path) -> bool:
    try:
        return (root / change.path).read_bytes() == change.old
    except OSError:
        return False
