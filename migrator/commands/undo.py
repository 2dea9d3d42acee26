"""The reverse patch that takes an `apply` back, kept outside the project."""

from __future__ import annotations

import os
import shlex
import shutil
import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from migrator.commands import WorkError, work

if TYPE_CHECKING:
    from migrator.pipeline import Change


class Undo:
    """A patch that grows by one file just before that file is written, so that a killed run has it too."""

    def __init__(self, root: Path) -> None:
        self.root = Path(os.path.realpath(root))
        self.file = new_file("undo", self.root.name)
        self.files = 0
        self._size = 0

    def add(self, change: Change) -> None:
        """Note how to take `change` back; raises WorkError where that cannot be saved."""
        patch = work.discreet(self._real(change.path), change.new, change.old)
        try:
            with self.file.open("ab") as stream:
                self._size = stream.tell()
                stream.write(patch)
                stream.flush()
                os.fsync(stream.fileno())
        except OSError as error:
            self._cut()
            raise _unsaved(self.file, error, first=not self.files) from None
        self.files += 1

    def drop_last(self) -> None:
        """The last change was not made after all."""
        self.files -= 1
        self._cut()

    def _cut(self) -> None:
        """Back to what was there before the last change: half a patch takes nothing back."""
        with suppress(OSError):
            os.truncate(self.file, self._size)

    def close(self) -> None:
        """Leave no empty patch behind."""
        if not self.files:
            self.file.unlink(missing_ok=True)

    def command(self) -> str:
        """A shell line that restores every file, inside a repository or not, whatever git is set up to do.

        Run from the file system's root no repository's attributes and no index take part.
        Without git `patch` does it.
        """
        if not shutil.which("git"):
            return shlex.join(["patch", "-p1", "--binary", "-d", str(self.root), "-i", str(self.file)])
        top = Path(self.root.anchor)
        folder = self.root.relative_to(top).as_posix()
        where = [f"--directory={folder}"] if folder != "." else []
        words = ["git", "-C", str(top), "apply", "--whitespace=nowarn", *where, str(self.file)]
        return shlex.join(words)

    def _real(self, path: str) -> str:
        """Through symbolic links, which git does not follow."""
        real = Path(os.path.realpath(self.root / path))
        return real.relative_to(self.root).as_posix() if real.is_relative_to(self.root) else path


def new_file(kind: str, name: str) -> Path:
    """An empty patch file of our own, for this user's eyes only; raises WorkError."""
    folder = _state_folder() / "gpt55-migrate" / kind
    stem = f"{time.strftime('%Y%m%d-%H%M%S')}-{name or 'root'}"
    file = folder / f"{stem}.patch"
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        for number in range(2, 1000):
            if not file.exists():
                break
            file = folder / f"{stem}-{number}.patch"
        os.close(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    except OSError as error:
        raise _unsaved(file, error) from None
    return file


def _state_folder() -> Path:
    named = os.environ.get("XDG_STATE_HOME", "")
    return Path(named) if os.path.isabs(named) else Path.home() / ".local" / "state"


def _unsaved(file: Path, error: OSError, *, first: bool = True) -> WorkError:
    why = f"the undo patch cannot be saved ({error.strerror})"
    done = "nothing was written" if first else "nothing more was written"
    return WorkError(f"{file}: {why}; {done}: set XDG_STATE_HOME to a folder of yours")
