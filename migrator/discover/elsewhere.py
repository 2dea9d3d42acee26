"""What files of kinds that are not edited name: counted, so that nothing is passed over in silence."""

from __future__ import annotations

import os
import re
from collections import Counter, defaultdict
from contextlib import suppress
from typing import TYPE_CHECKING, NamedTuple

from migrator.discover.walk import read_bytes
from migrator.inventory import NotEdited

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from migrator.read.ids import IdPattern
    from migrator.rulebook import Family

MAX_BYTES = 1_000_000
"""Of a file that people may have written; larger ones are looked at from their beginnings."""
_HEAD = 1_000
_SHOWN = 20
_SHORT = 4


def not_edited(root: str, paths: Iterable[str], pattern: IdPattern) -> tuple[NotEdited, ...]:
    """The kinds of file that hold ids, those with the most files first."""
    files: dict[str, list[str]] = defaultdict(list)
    models: dict[str, set[str]] = defaultdict(set)
    for path in paths:
        data = b""
        with suppress(OSError, ValueError):
            data = read_bytes(os.path.join(root, path), MAX_BYTES)
        if pattern.in_bytes(data) and b"\0" not in data[:_HEAD]:
            found = {model for _, model in pattern.finditer(data.decode("utf-8", "replace"))}
            if found:
                files[kind_of(path)].append(path)
                models[kind_of(path)] |= found
    ordered = sorted(files, key=lambda kind: (-len(files[kind]), kind))
    return tuple(
        NotEdited(
            kind=kind,
            files=len(files[kind]),
            models=tuple(sorted(models[kind])),
            paths=tuple(files[kind][:_SHOWN]),
        )
        for kind in ordered
    )


def kind_of(path: str) -> str:
    """A file's ending, or its name where it has none."""
    name = path[path.rfind("/") + 1 :]
    return name[name.rfind(".") :] if "." in name[1:] else name


class Others(NamedTuple):
    """How ids of families that are not migrated are found where they stand as a whole text.

    `marks` are bytes without which a file names none of them.
    """

    marks: tuple[bytes, ...]
    quoted: re.Pattern[bytes] | None
    pattern: IdPattern

    @classmethod
    def of(cls, families: Sequence[Family], pattern: IdPattern) -> Others:
        """The others among a catalogue's families; `pattern` is theirs."""
        starts = [start for family in families for start in family.starts]
        marks = [mark for start in starts for mark in (_quoted(start) if len(start) <= _SHORT else (start,))]
        ids = "|".join(map(re.escape, sorted(starts, key=len, reverse=True)))
        whole = rf"""["'`](?:[\w-]+/)?((?:{ids})(?:[-.][\w.-]*)?)["'`]""".encode()
        return cls(tuple(mark.encode() for mark in marks), re.compile(whole) if starts else None, pattern)

    def among(self, data: bytes) -> set[str]:
        """The ids of other families that a file names."""
        if self.quoted is None or not any(mark in data for mark in self.marks):
            return set()
        texts = (match.decode() for match in self.quoted.findall(data) if match.isascii())
        return {model for text in texts for at, model in self.pattern.finditer(text) if at == 0}


def _quoted(start: str) -> tuple[str, ...]:
    return tuple(f"{quote}{start}" for quote in "\"'`/")


def counted(found: Iterable[set[str]]) -> dict[str, int]:
    """In how many files each id is named, the most frequent first."""
    return dict(Counter(model for models in found for model in sorted(models)).most_common())
