"""Writing the files of a migration in an order that a killed run survives."""

from __future__ import annotations

import time
from collections import defaultdict
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, NamedTuple

from migrator.commands import work
from migrator.errors import WorkError
from migrator.inventory import Diagnostic
from migrator.output import on_leaving

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from migrator.commands.runs import Undo
    from migrator.inventory import Inventory
    from migrator.inventory.edit_records import Edit
    from migrator.rendering import Change, Changes


class Written(NamedTuple):
    """The changes that were made, those that were refused and why, and how to take the former back.

    Whoever says the latter calls `on_leaving(None)`: it is said where the run ends before that.
    """

    files: tuple[Change, ...]
    diagnostics: tuple[Diagnostic, ...]
    undo: str


@contextmanager
def alone(root: Path, patience: float = 0.0) -> Iterator[None]:
    """Hold the lock of `root`; raises WorkError where another run still has it after `patience` seconds."""
    from migrator.write.files import WriteRefused
    from migrator.write.lock import exclusive

    with ExitStack() as stack:
        end = time.monotonic() + patience
        while True:
            try:
                stack.enter_context(exclusive(root))
                break
            except WriteRefused as refusal:
                if time.monotonic() >= end:
                    raise WorkError(refusal.message) from None
                time.sleep(0.1)
        yield


def write(inventory: Inventory, made: Changes, root: Path) -> Written:
    """Write `made`, dependents first; what hangs together with a refused file is left out."""
    from migrator.commands.runs import Undo

    undo = Undo(root)
    on_leaving(lambda: undo.last_words(len(made.files)))
    written: list[Change] = []
    refused = list(made.diagnostics)
    waiting = ordered(made.files, inventory.edits)
    try:
        while waiting:
            change = waiting.pop(0)
            problem = _write_one(change, root, undo)
            if problem is None:
                written.append(change)
            else:
                refused.append(problem)
                waiting = _without(change, waiting, inventory, root, refused)
    except WorkError as error:
        if not written:
            raise
        refused += [_not_reached(left, error) for left in (change, *waiting)]
    finally:
        undo.close()
    return Written(tuple(written), tuple(refused), undo.command() if written else "")


def _not_reached(change: Change, error: WorkError) -> Diagnostic:
    return Diagnostic(path=change.path, code="not-written", message=str(error))


def _write_one(change: Change, root: Path, undo: Undo) -> Diagnostic | None:
    from migrator.write.files import WriteRefused, write_file

    undo.add(change)
    try:
        write_file(root, change.path, change.old, change.new)
    except WriteRefused as refusal:
        undo.drop_last()
        return Diagnostic(path=change.path, code=refusal.code, message=refusal.message)
    undo.made(change)
    return None


def _without(
    refused: Change, waiting: list[Change], inventory: Inventory, root: Path, problems: list[Diagnostic]
) -> list[Change]:
    """The waiting files, those again that share a group with the refused file: without that group."""
    lost = {edit.group for edit in inventory.edits if edit.id in refused.edits}
    tied = {edit.id for edit in inventory.edits if edit.group in lost}
    untied = [change for change in waiting if tied.isdisjoint(change.edits)]
    paths = {change.path for change in waiting} - {change.path for change in untied}
    rest = work.keeping(inventory, lambda edit: edit.path in paths and edit.group not in lost)
    again = work.changes(rest, root)
    problems.extend(again.diagnostics)
    return ordered([*untied, *again.files], inventory.edits)


def ordered(changes: Iterable[Change], edits: Iterable[Edit]) -> list[Change]:
    """Of each group the files with dependents (low ranks) before the files with ids (high ranks)."""
    waiting = {change.path: change for change in changes}
    before = _predecessors(waiting, edits)
    done: list[Change] = []
    while waiting:
        path = min(waiting, key=lambda path: (len(before[path]), path))
        done.append(waiting.pop(path))
        for rest in before.values():
            rest.discard(path)
    return done


def _predecessors(changes: dict[str, Change], edits: Iterable[Edit]) -> dict[str, set[str]]:
    """For each file those whose highest rank in a shared group is lower."""
    ranks: dict[str, dict[str, int]] = defaultdict(dict)
    for edit in edits:
        if edit.path in changes and edit.id in changes[edit.path].edits:
            files = ranks[edit.group]
            files[edit.path] = max(edit.rank, files.get(edit.path, 0))
    before: dict[str, set[str]] = {path: set() for path in changes}
    for files in ranks.values():
        for path, rank in files.items():
            before[path].update(other for other, lower in files.items() if lower < rank)
    return before
