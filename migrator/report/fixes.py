"""What would be written, as replacements of regions: for tools that can apply a fix by themselves."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from difflib import SequenceMatcher
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from migrator.report import redact
from migrator.source import Source, SourceError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from migrator.inventory.edit_records import Edit
    from migrator.rendering import Change, Changes


class Region(NamedTuple):
    """Lines and columns from 1, in code points; the end is where the first character stays."""

    line: int
    column: int
    end_line: int
    end_column: int


class Replacement(NamedTuple):
    """In a file the text of a region becomes `text`."""

    path: str
    region: Region
    text: str


def fixes(made: Changes, edits: Iterable[Edit]) -> Mapping[str, tuple[Replacement, ...]]:
    """For each edit that was made all that must be replaced together with it; nothing that holds a secret.

    Groups that change the same lines are one fix: no tool could make one of them alone.
    """
    chosen = [edit for edit in edits if edit.selected]
    blocks = [(block, first, last) for change in made.files for block, first, last in _blocks(change)]
    members: dict[str, list[int]] = defaultdict(list)
    for number, (block, first, last) in enumerate(blocks):
        for edit in chosen:
            if edit.path == block.path and edit.anchor[0] <= last and first <= edit.anchor[2]:
                members[edit.group].append(number)
    together = _joined(members.values())
    found = {}
    for edit in chosen:
        numbers = sorted({other for number in members[edit.group] for other in together[number]})
        parts = tuple(blocks[number][0] for number in numbers)
        if parts and all(redact.mask(part.text) == part.text for part in parts):
            found[edit.id] = parts
    return found


def _joined(sets: Iterable[list[int]]) -> dict[int, set[int]]:
    """For each number all those that hang together with it."""
    found: dict[int, set[int]] = {}
    for numbers in sets:
        whole = set(numbers).union(*(found.get(number, ()) for number in numbers))
        found.update(dict.fromkeys(whole, whole))
    return found


def _blocks(change: Change) -> Iterator[tuple[Replacement, int, int]]:
    """The replacements of one file, each with the old lines that it is about."""
    try:
        old, new = Source(change.old), Source(change.new)
    except SourceError:
        return
    before, after = _lines(old), _lines(new)
    for tag, start, end, new_start, new_end in SequenceMatcher(None, before, after, False).get_opcodes():
        if tag != "equal":
            shift = old.line_starts[start] if start < len(old.line_starts) else len(old.text)
            was, text = "".join(before[start:end]), "".join(after[new_start:new_end])
            yield _replacement(change.path, old, shift, was, text), start + 1, max(end, start + 1)


def _lines(source: Source) -> list[str]:
    starts = [*source.line_starts, len(source.text)]
    return [source.text[a:b] for a, b in pairwise(starts) if a < b]


def _replacement(path: str, source: Source, shift: int, was: str, text: str) -> Replacement:
    head = _common(was, text)
    tail = _common(was[head:][::-1], text[head:][::-1])
    start, end = shift + head, shift + len(was) - tail
    region = Region(*_place(source, start), *_place(source, end))
    return Replacement(path, region, text[head : len(text) - tail])


def _common(one: str, other: str) -> int:
    shortest = min(len(one), len(other))
    return next((i for i in range(shortest) if one[i] != other[i]), shortest)


def _place(source: Source, offset: int) -> tuple[int, int]:
    line = bisect_right(source.line_starts, offset)
    return line, offset - source.line_starts[line - 1] + 1
