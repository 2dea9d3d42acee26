"""What a run writes, noted before each file is replaced and after, so that it can be taken back.

A journal is one file: a line about the run, then for each file a line about it with its old bytes behind,
and a line once it was written. Whatever stops the run, what the journal says of a file is whole before
the file is touched. What became of a file is told by its bytes and not by the journal.
"""

from __future__ import annotations

import hashlib
import os
from contextlib import suppress
from typing import TYPE_CHECKING, Literal, NamedTuple

import msgspec

from migrator.discover.file_bytes import read_bytes

if TYPE_CHECKING:
    from collections.abc import Iterator
    from io import BufferedReader
    from pathlib import Path

State = Literal["written", "old", "changed", "gone"]
_LONGEST = 100_000


class Head(msgspec.Struct, frozen=True):
    """The run: the folder that its paths are below, and when it began."""

    root: str
    began: str


class Mark(msgspec.Struct, frozen=True):
    """One file: digests of its bytes before and after, how many old bytes follow; or that it is written."""

    path: str
    old: str = ""
    new: str = ""
    size: int = 0
    written: bool = False


class Entry(NamedTuple):
    """One file of a run, as it was."""

    path: str
    old: bytes
    new: str

    def state(self, root: Path) -> State:
        """What has become of the file."""
        try:
            now = read_bytes(str(root / self.path))
        except (OSError, ValueError):
            return "gone"
        if now == self.old:
            return "old"
        return "written" if digest(now) == self.new else "changed"


class Journal:
    """The journal of one run, written to an empty file."""

    def __init__(self, file: Path, root: str, began: str) -> None:
        self.file = file
        self.files = 0
        self._size = 0
        self._append(msgspec.json.encode(Head(root, began)) + b"\n")

    def begin(self, path: str, old: bytes, new: bytes) -> None:
        """Note how to take a file back; raises OSError, with the journal as it was."""
        mark = Mark(path, digest(old), digest(new), len(old))
        self._size = self.file.stat().st_size
        try:
            self._append(msgspec.json.encode(mark) + b"\n" + old + b"\n")
        except BaseException:
            self._cut()
            raise
        self.files += 1

    def written(self, path: str) -> None:
        """The file was replaced; should that not be noted, its bytes tell."""
        with suppress(OSError), self.file.open("ab") as stream:
            stream.write(msgspec.json.encode(Mark(path, written=True)) + b"\n")

    def drop_last(self) -> None:
        """The last file was not replaced after all."""
        self.files -= 1
        self._cut()

    def _append(self, data: bytes) -> None:
        with self.file.open("ab") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())

    def _cut(self) -> None:
        """Back to what was there before the last file: half a note takes nothing back."""
        with suppress(OSError):
            os.truncate(self.file, self._size)


def read(file: Path) -> tuple[Head, list[Entry]]:
    """A journal as far as it is whole; raises OSError and ValueError for what is none."""
    with file.open("rb") as stream:
        head = msgspec.json.decode(stream.readline(_LONGEST), type=Head)
        return head, list(_entries(stream))


def _entries(stream: BufferedReader) -> Iterator[Entry]:
    while line := stream.readline(_LONGEST):
        try:
            mark = msgspec.json.decode(line, type=Mark)
        except ValueError:
            return
        if mark.written:
            continue
        old = stream.read(mark.size)
        if digest(old) != mark.old or stream.read(1) != b"\n":
            return
        yield Entry(mark.path, old, mark.new)


def digest(data: bytes) -> str:
    """Of a file's bytes."""
    return hashlib.sha256(data).hexdigest()
