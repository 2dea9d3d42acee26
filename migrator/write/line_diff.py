"""Which lines of two files are the same: Myers' shortest edit script, fast where little differs."""

from __future__ import annotations

from difflib import Match, SequenceMatcher
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

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
