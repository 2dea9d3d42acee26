"""Patches that `git apply` takes, byte for byte."""

from __future__ import annotations

import os
from difflib import Match, SequenceMatcher
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


_ESCAPES = {
    7: b"\\a",
    8: b"\\b",
    9: b"\\t",
    10: b"\\n",
    11: b"\\v",
    12: b"\\f",
    13: b"\\r",
    34: b'\\"',
    92: b"\\\\",
}


def unified(path: str, old: bytes, new: bytes, context: int = 3) -> bytes:
    """A git-style patch that turns `old` into `new`; nothing where they are equal.

    Args:
        path: of the file, relative to where the patch will be applied, with `/`.
        old: the bytes before.
        new: the bytes after (swap the two for the reverse patch).
        context: unchanged lines around each change.
    """
    if old == new:
        return b""
    name = os.fsencode(path)
    before, after = _quoted(b"a/" + name), _quoted(b"b/" + name)
    head = [b"diff --git " + before + b" " + after, b"--- " + _ended(before), b"+++ " + _ended(after)]
    hunks = _hunks(_lines(old), _lines(new), context)
    return b"".join([*(line + b"\n" for line in head), *hunks])


def _quoted(name: bytes) -> bytes:
    if all(32 <= byte < 127 and byte not in b'"\\' for byte in name):
        return name
    return b'"' + b"".join(_escaped(byte) for byte in name) + b'"'


def _escaped(byte: int) -> bytes:
    plain = bytes([byte]) if 32 <= byte < 127 else b"\\%03o" % byte
    return _ESCAPES.get(byte, plain)


def _ended(name: bytes) -> bytes:
    """Git marks the end of an unquoted name with spaces by a tab."""
    return name + b"\t" if b" " in name and not name.startswith(b'"') else name


def _lines(data: bytes) -> list[bytes]:
    """Lines as git sees them: only LF ends one."""
    *whole, rest = data.split(b"\n")
    lines = [line + b"\n" for line in whole]
    return [*lines, rest] if rest else lines


def _hunks(old: Sequence[bytes], new: Sequence[bytes], context: int) -> Iterator[bytes]:
    for group in Matcher(old, new).get_grouped_opcodes(context):
        first, last = group[0], group[-1]
        yield b"@@ -%s +%s @@\n" % (_extent(first[1], last[2]), _extent(first[3], last[4]))
        for tag, old_start, old_end, new_start, new_end in group:
            if tag == "equal":
                yield from (_marked(b" ", line) for line in old[old_start:old_end])
                continue
            yield from (_marked(b"-", line) for line in old[old_start:old_end])
            yield from (_marked(b"+", line) for line in new[new_start:new_end])


def _extent(start: int, end: int) -> bytes:
    size = end - start
    first = start + 1 if size else start
    return b"%d" % first if size == 1 else b"%d,%d" % (first, size)


def _marked(mark: bytes, line: bytes) -> bytes:
    return mark + line if line.endswith(b"\n") else mark + line + b"\n\\ No newline at end of file\n"


_FARTHEST = 1000


class Matcher(SequenceMatcher[bytes]):
    """A SequenceMatcher that finds few changes among many alike lines quickly.

    Files that differ in more than a thousand lines are left to difflib's own heuristics.
    """

    def __init__(self, old: Sequence[bytes], new: Sequence[bytes]) -> None:
        super().__init__(None, old, new)
        self._old = old
        self._new = new

    def get_matching_blocks(self) -> list[Match]:
        """The runs of equal lines in order, then an empty one at the end."""
        rows = _furthest(self._old, self._new)
        return _runs(rows, len(self._old), len(self._new)) if rows else super().get_matching_blocks()


def _furthest(old: Sequence[bytes], new: Sequence[bytes]) -> list[list[int]]:
    """Row `d`, entry `i`: old lines that `d` changes reach on diagonal `2 * i - d`; empty if too many."""
    rows = [[_slide(old, new, 0, 0)]]
    diagonal = len(old) - len(new)
    for changes in range(_FARTHEST):
        last = (diagonal + changes) // 2
        row = rows[-1]
        if (diagonal + changes) % 2 == 0 and 0 <= last < len(row) and row[last] >= len(old):
            return rows
        rows.append([_step(old, new, row, entry) for entry in range(changes + 2)])
    return []


def _step(old: Sequence[bytes], new: Sequence[bytes], row: list[int], entry: int) -> int:
    reached = row[entry] if _inserts(row, entry) else row[entry - 1] + 1
    return _slide(old, new, reached, reached - (2 * entry - len(row)))


def _inserts(row: list[int], entry: int) -> bool:
    """Whether the best way to an entry of the next row is to insert a line, not to remove one."""
    return entry == 0 or (entry < len(row) and row[entry - 1] < row[entry])


def _slide(old: Sequence[bytes], new: Sequence[bytes], at: int, beside: int) -> int:
    while at < len(old) and beside < len(new) and old[at] == new[beside]:
        at += 1
        beside += 1
    return at


def _runs(rows: list[list[int]], old: int, new: int) -> list[Match]:
    """Back from the end, change by change."""
    runs = [Match(old, new, 0)]
    entry = (old - new + len(rows) - 1) // 2
    end = old
    for row in reversed(rows[:-1]):
        diagonal = 2 * entry - len(row)
        inserts = _inserts(row, entry)
        entry -= not inserts
        start = row[entry] + (not inserts)
        if end > start:
            runs.append(Match(start, start - diagonal, end - start))
        end = row[entry]
    if end:
        runs.append(Match(0, 0, end))
    return runs[::-1]
