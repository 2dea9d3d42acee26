"""`undo`: the runs that wrote something, and taking one of them back, file by file."""

from __future__ import annotations

import os
import shlex
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from migrator.commands import DONE, FAILED, writing
from migrator.commands.runs import ENDING, folder_of, journals, program
from migrator.discover.file_bytes import read_bytes
from migrator.errors import UsageError
from migrator.inventory import Diagnostic
from migrator.output import complain_of, on_leaving, say, show, verbosity
from migrator.report import redact, words
from migrator.write import journal

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from migrator.write.journal import Entry


_WHY = {
    "changed": "changed since it was written, and is left as it is (a later run is to be undone first)",
    "gone": "is no longer there, or no file",
}


def undo(run: str, only: Sequence[str]) -> int:
    """Take a run back, or some of its files; without a name say which runs there are."""
    if not run:
        return _list()
    head, entries = _read(_found(run))
    root = Path(head.root)
    if not root.is_dir():
        raise UsageError(f"{head.root}: the folder of this run is no longer there")
    if only:
        entries = _chosen(entries, only, root)
    with writing.alone(root):
        return _take_back(root, entries)


def _take_back(root: Path, entries: Sequence[Entry]) -> int:
    left: list[Diagnostic] = []
    done = 0
    on_leaving(lambda: "Not everything was taken back: run the same command again")
    for entry in reversed(entries):
        state = entry.state(root)
        problem = _restored(root, entry) if state == "written" else _WHY.get(state)
        if problem:
            left.append(Diagnostic(path=entry.path, code="not-restored", message=problem))
        elif state == "written":
            done += 1
            show(f"{redact.name(entry.path)}\n")
    on_leaving(None)
    complain_of(sorted(left, key=lambda problem: problem.path))
    say(f"Restored {words.count(done, 'file')}." if done else "Nothing was restored.")
    return FAILED if left else DONE


def _restored(root: Path, entry: Entry) -> str:
    """Write a file's old bytes; what is said is why not."""
    from migrator.write.files import WriteRefused, write_file

    try:
        now = read_bytes(str(root / entry.path))
        if journal.digest(now) != entry.new:
            return _WHY["changed"]
        write_file(root, entry.path, now, entry.old)
    except WriteRefused as refusal:
        return refusal.message
    except OSError as error:
        return str(error.strerror)
    return ""


def _chosen(entries: Sequence[Entry], only: Sequence[str], root: Path) -> list[Entry]:
    wanted = {Path(os.path.realpath(path)) for path in only} | {root / path for path in only}
    found = [
        entry for entry in entries if not wanted.isdisjoint((root / entry.path, *(root / entry.path).parents))
    ]
    if not found:
        raise UsageError(f"{' '.join(only)}: not written by this run")
    return found


def _list() -> int:
    """The runs that concern the working directory; all of them with `--verbose`, or where none does."""
    runs = list(_runs())
    here = Path(os.path.realpath(os.curdir))
    near = [run for run in runs if here == run.root or here in run.root.parents or run.root in here.parents]
    shown = runs if verbosity() > 0 or not near else near
    if not runs:
        say("No run has written anything.")
        return DONE
    show("".join(f"{run.said()}\n" for run in shown))
    if len(shown) < len(runs):
        say(f"Of other folders: {words.count(len(runs) - len(shown), 'run')} (undo --verbose)")
    say(f"To take one back: {shlex.join([*program(), 'undo'])} RUN")
    return DONE


class _Run(NamedTuple):
    name: str
    began: str
    root: Path
    entries: list[Entry]

    def said(self) -> str:
        files = words.count(len(self.entries), "file")
        return redact.name(
            f"{self.name}  {self.began}  {files}, {_said(self.entries, self.root)}  {self.root}"
        )


def _runs() -> Iterator[_Run]:
    """The runs that wrote something, the last one first."""
    for file in reversed(journals(folder_of())):
        try:
            head, entries = journal.read(file)
        except (OSError, ValueError):
            continue
        if entries:
            yield _Run(file.stem, head.began, Path(head.root), entries)


def _said(entries: Sequence[Entry], root: Path) -> str:
    states = [entry.state(root) for entry in entries]
    parts = {"written": "to take back", "old": "as before", "changed": "changed since", "gone": "gone"}
    return ", ".join(f"{states.count(state)} {text}" for state, text in parts.items() if state in states)


def _found(run: str) -> Path:
    """The journal of a run, by its name or its file's."""
    file = Path(run) if run.endswith(ENDING) else folder_of() / f"{run}{ENDING}"
    if not file.is_file() or (os.sep in run and not run.endswith(ENDING)):
        raise UsageError(f"{run}: no run is called so; undo alone lists them")
    return file


def _read(file: Path) -> tuple[journal.Head, list[Entry]]:
    try:
        return journal.read(file)
    except (OSError, ValueError) as error:
        raise UsageError(f"{file}: cannot be read as the journal of a run: {error}") from None
