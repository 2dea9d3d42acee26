"""The runs that wrote something, each with a journal that can take it back."""

from __future__ import annotations

import os
import shlex
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from migrator.errors import WorkError
from migrator.output import PROGRAM
from migrator.write import journal
from migrator.write.journal import Journal

if TYPE_CHECKING:
    from migrator.rendering import Change

_KEPT = 200
"""Runs; of older ones the journal goes."""
ENDING = ".journal"
_SECONDS = len("20260101-000000")


class Undo:
    """How to take a run back, noted file by file just before each is written."""

    def __init__(self, root: Path) -> None:
        self.root = Path(os.path.realpath(root))
        self.file = new_file("undo", self.root.name, ENDING)
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
        return shlex.join([*program(), "undo", self.file.stem])

    def last_words(self, planned: int) -> str:
        """What to say where the run ends before it could; nothing if no file was written."""
        entries = journal.read(self.file)[1] if self.file.exists() else []
        made = sum(entry.state(self.root) == "written" for entry in entries)
        return f"Wrote {made} files of {planned}. To undo: {self.command()}" if made else ""


def program() -> list[str]:
    """The words that start this program as it was started."""
    called = Path(sys.argv[0]).stem
    return [PROGRAM] if called == PROGRAM else [sys.executable, "-m", "migrator"]


def names() -> list[str]:
    """The names of the runs, for completion."""
    return [file.stem for file in journals(folder_of())]


def new_file(kind: str, name: str, ending: str = ".patch") -> Path:
    """An empty file of our own, for this user's eyes only; raises WorkError."""
    folder = folder_of(kind)
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
    for file in journals(folder)[:-_KEPT]:
        file.unlink(missing_ok=True)


def journals(folder: Path) -> list[Path]:
    """The journals, the oldest first; those of one second by their numbers (`…-work`, `…-work-2`)."""
    found = folder.glob(f"*{ENDING}")
    return sorted(found, key=lambda file: (file.stem[:_SECONDS], len(file.stem), file.stem))


def folder_of(kind: str = "undo") -> Path:
    named = os.environ.get("XDG_STATE_HOME", "")
    state = Path(named) if os.path.isabs(named) else Path.home() / ".local" / "state"
    return state / "gpt55-migrate" / kind


def _unsaved(file: Path, error: OSError, *, first: bool = True) -> WorkError:
    why = f"how to undo it cannot be saved ({error.strerror})"
    done = "nothing was written" if first else "nothing more was written"
    return WorkError(f"{file}: {why}; {done}: set XDG_STATE_HOME to a folder of yours")
