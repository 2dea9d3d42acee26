"""`undo`: the runs that wrote something, and taking one of them back, file by file."""

from __future__ import annotations

import os
import shlex
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from migrator.commands import DONE, FAILED, UsageError, WorkError, writing
from migrator.commands.output import PROGRAM, complain_of, on_leaving, say, show, verbosity
from migrator.discover.walk import read_bytes
from migrator.inventory import Diagnostic
from migrator.report import redact, words
from migrator.write import journal
from migrator.write.journal import Entry, Journal

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from migrator.pipeline import Change

_KEPT = 200
"""Runs; of older ones the journal goes."""
_ENDING = ".journal"
_SECONDS = len("20260101-000000")
_WHY = {
    "changed": "changed since it was written, and is left as it is (a later run is to be undone first)",
    "gone": "is no longer there, or no file",
}


class Undo:
    """How to take a run back, noted file by file just before each is written."""

    def __init__(self, root: Path) -> None:
        self.root = Path(os.path.realpath(root))
        self.file = new_file("undo", self.root.name, _ENDING)
        _forget(self.file.parent)
        try:
            self._journal = Journal(self.file, str(self.root), time.strftime("%Y-%m-%d %H:%M:%S"))
        except OSError as error:
            self.file.unlink(missing_ok=True)
            raise _unsaved(self.file, error) from None

    def add(self, change: Change) -> None:
        """Note how to take `change` back; raises WorkError where that cannot be saved."""
        try:
            self._journal.begin(change.path, change.old, change.new)
        except OSError as error:
            raise _unsaved(self.file, error, first=not self._journal.files) from None

    def made(self, change: Change) -> None:
        """The change was made."""
        self._journal.written(change.path)

    def drop_last(self) -> None:
        """The last change was not made after all."""
        self._journal.drop_last()

    def close(self) -> None:
        """Leave no empty journal behind."""
        if not self._journal.files:
            self.file.unlink(missing_ok=True)

    def command(self) -> str:
        """A shell line that takes the run back."""
        return shlex.join([*_program(), "undo", self.file.stem])

    def last_words(self, planned: int) -> str:
        """What to say where the run ends before it could; nothing if no file was written."""
        entries = journal.read(self.file)[1] if self.file.exists() else []
        made = sum(entry.state(self.root) == "written" for entry in entries)
        return f"Wrote {made} files of {planned}. To undo: {self.command()}" if made else ""


def _program() -> list[str]:
    """The words that start this program as it was started."""
    called = Path(sys.argv[0]).stem
    return [PROGRAM] if called == PROGRAM else [sys.executable, "-m", "migrator"]


# -- the command -------------------------------------------------------------------------------------


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
    say(f"To take one back: {shlex.join([*_program(), 'undo'])} RUN")
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
    for file in reversed(_journals(_folder())):
        try:
            head, entries = journal.read(file)
        except (OSError, ValueError):
            continue
        if entries:
            yield _Run(file.stem, head.began, Path(head.root), entries)


def names() -> list[str]:
    """The names of the runs, for completion."""
    return [file.stem for file in _journals(_folder())]


def _said(entries: Sequence[Entry], root: Path) -> str:
    states = [entry.state(root) for entry in entries]
    parts = {"written": "to take back", "old": "as before", "changed": "changed since", "gone": "gone"}
    return ", ".join(f"{states.count(state)} {text}" for state, text in parts.items() if state in states)


def _found(run: str) -> Path:
    """The journal of a run, by its name or its file's."""
    file = Path(run) if run.endswith(_ENDING) else _folder() / f"{run}{_ENDING}"
    if not file.is_file() or (os.sep in run and not run.endswith(_ENDING)):
        raise UsageError(f"{run}: no run is called so; undo alone lists them")
    return file


def _read(file: Path) -> tuple[journal.Head, list[Entry]]:
    try:
        return journal.read(file)
    except (OSError, ValueError) as error:
        raise UsageError(f"{file}: cannot be read as the journal of a run: {error}") from None


# -- files of ours -----------------------------------------------------------------------------------


def new_file(kind: str, name: str, ending: str = ".patch") -> Path:
    """An empty file of our own, for this user's eyes only; raises WorkError."""
    folder = _folder(kind)
    stem = f"{time.strftime('%Y%m%d-%H%M%S')}-{name or 'root'}"
    file = folder / f"{stem}{ending}"
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        for number in range(2, 1000):
            if not file.exists():
                break
            file = folder / f"{stem}-{number}{ending}"
        os.close(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    except OSError as error:
        raise _unsaved(file, error) from None
    return file


def _forget(folder: Path) -> None:
    for file in _journals(folder)[:-_KEPT]:
        file.unlink(missing_ok=True)


def _journals(folder: Path) -> list[Path]:
    """The journals, the oldest first; those of one second by their numbers (`…-work`, `…-work-2`)."""
    found = folder.glob(f"*{_ENDING}")
    return sorted(found, key=lambda file: (file.stem[:_SECONDS], len(file.stem), file.stem))


def _folder(kind: str = "undo") -> Path:
    named = os.environ.get("XDG_STATE_HOME", "")
    state = Path(named) if os.path.isabs(named) else Path.home() / ".local" / "state"
    return state / "gpt55-migrate" / kind


def _unsaved(file: Path, error: OSError, *, first: bool = True) -> WorkError:
    why = f"how to undo it cannot be saved ({error.strerror})"
    done = "nothing was written" if first else "nothing more was written"
    return WorkError(f"{file}: {why}; {done}: set XDG_STATE_HOME to a folder of yours")
