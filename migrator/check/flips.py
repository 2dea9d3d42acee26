"""Tests that come out differently by a new id than by the old one, and what hangs on them."""

from __future__ import annotations

from contextlib import suppress
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple, TypeGuard

from migrator.check.written import Written
from migrator.decide.branches import ladders
from migrator.decide.tables.missing_keys import raises
from migrator.know.solver import UnsolvedError
from migrator.read.project import FUNCTIONS, parameters

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from migrator.check.side import Side
    from migrator.decide.branches.ladders import Arm, Ladder
    from migrator.know.values import Frame, Value
    from migrator.read.nodes import FileFacts, Node

MAX_ROWS = 64
"""Activations of one test that are looked at."""
_HEADS = frozenset({"If", "IfExp", "Match"})


class Flip(NamedTuple):
    """A ladder of tests that ends in another arm by new names: those, the arms before and after."""

    ladder: Ladder
    names: tuple[Value, ...]
    before: Arm
    after: Arm
    old: str


class Flips:
    """Compares a program with the new ids (`new`) with one that has the same other edits (`old`).

    `targets` are the ids that may have been written.
    """

    def __init__(self, new: Side, old: Side, targets: tuple[str, ...]) -> None:
        self.new = new
        self.old = old
        self.names, self.others = Written(new, targets), Written(old, targets)

    def all(self, matters: Callable[[FileFacts], bool]) -> Iterator[Flip]:
        """Every ladder that ends elsewhere, in files that matter."""
        for path, file in self.new.project.files.items():
            other = self.old.project.files.get(path)
            if other is None or not matters(file) or len(other.tree.kind) != len(file.tree.kind):
                continue
            for head in _heads(file):
                with suppress(UnsolvedError, RecursionError):
                    yield from self._of(head, other.nodes[head.index])

    def _of(self, head: Node, twin: Node) -> Iterator[Flip]:
        ladder, other = _ladder(head), _ladder(twin)
        subject = head.child("subject")
        asked = [subject] if subject is not None else [arm.test for arm in ladder.arms]
        frame = self.new.know.frames.of(head)
        named = [n for test in asked if test is not None for n in self.names.named(test, frame)]
        if not named or len(ladder.arms) != len(other.arms):
            return
        before = self._hits(self.others, other, named)
        for key, (found, names) in self._hits(self.names, ladder, named).items():
            were = before[key][0] if key in before else set()
            hits = self._unknown(ladder, were) if found == {None} and names else found
            lost, new = were - hits, hits - were
            if lost and None not in were | hits and names:
                was, hit = min(filter(_is_told, lost)), min(filter(_is_told, new or hits))
                old = self._text(self.old, twin.file, names[0])
                yield Flip(ladder, names, ladder.arms[was], ladder.arms[hit], old)
                return

    def _unknown(self, ladder: Ladder, were: set[int | None]) -> set[int | None]:
        """Where a ladder may end that is too much to follow: in an error, if its last arm is one."""
        last = len(ladder.arms) - 1
        return {last} if last not in were and raises(ladder.arms[last].body) else {None}

    def _text(self, side: Side, file: FileFacts, name: Value) -> str:
        """What stands in the old program where a new name is written."""
        part = next(iter(name.more), name.node)
        other = side.project.files.get(part.file.path)
        value = other.nodes[part.index].value if other is not None else None
        return value if isinstance(value, str) else "the old id"

    # -- where a ladder ends ------------------------------------------------------------------------

    def _hits(
        self, written: Written, ladder: Ladder, named: list[Node]
    ) -> dict[object, tuple[set[int | None], tuple[Value, ...]]]:
        """By activation the arms that a ladder ends in, and the written names that are seen there.

        The turns of a loop are one: a collection that gains an element has other turns than before.
        """
        side, head = written.side, ladder.arms[0].anchor
        nodes = [side.project.files[n.file.path].nodes[n.index] for n in named]
        found: dict[object, tuple[set[int | None], tuple[Value, ...]]] = {}
        for frame in islice(self._frames(side, head), MAX_ROWS):
            names = tuple(v for node in nodes for v in written.values(node, frame))
            if frame is not None and any(v.is_cut for node in nodes for v in side.know.value(node, frame)):
                names = (*names, *(v for _, v in frame.rows if v.text and written.target(v.text)))
            hits, seen = found.get(_key(frame), (set(), ()))
            found[_key(frame)] = {*hits, _hit(side, ladder, frame)}, tuple(dict.fromkeys((*seen, *names)))
        return found

    def _frames(self, side: Side, head: Node) -> Iterator[Frame | None]:
        """The activations of a test, a row for each text that a parameter may be."""
        for frame in side.activations.at(head):
            rows: list[Frame | None] = [*self._rows(side, frame)] if frame is not None else []
            yield from rows or [frame]

    def _rows(self, side: Side, frame: Frame) -> Iterator[Frame]:
        if frame.function.kind not in FUNCTIONS:
            return
        for arg in parameters(frame.function):
            values = side.know.bound(arg, frame)
            texts = sorted((v for v in values if v.text is not None), key=_order)
            if len(values) > 1 and texts and all(v.more for v in texts):
                for value in texts:
                    yield side.know.frames.at_row(frame, arg, value)


def _heads(file: FileFacts) -> Iterator[Node]:
    """What ladders begin with."""
    seen: set[Node] = set()
    for index, kind in enumerate(file.tree.kind):
        if kind not in _HEADS:
            continue
        node = head = file.nodes[index]
        if node.kind == "If":
            head = ladders.first(node)
        elif node.kind == "IfExp":
            head = ladders.outermost(node)
        if head not in seen:
            seen.add(head)
            yield head


def _ladder(head: Node) -> Ladder:
    if head.kind == "If":
        return ladders.of(head)
    return ladders.of_choice(head) if head.kind == "IfExp" else ladders.of_match(head)


def _hit(side: Side, ladder: Ladder, frame: Frame | None) -> int | None:
    """The arm that a ladder ends in; none if that cannot be told."""
    for number, arm in enumerate(ladder.arms):
        if arm.test is None and arm.guard is None:
            return number
        found = side.outcomes(arm, frame)
        if found == {True}:
            return number
        if found != {False}:
            return None
    return len(ladder.arms) - 1


def _key(frame: Frame | None) -> object:
    """A frame by the places of what it is told apart by."""
    if frame is None:
        return None
    sites = tuple((s.call.file.path, s.call.index, s.skip, _key(s.frame)) for s in frame.sites)
    rows = tuple((n.file.path, n.index, _place(value)) for n, value in frame.rows if n.kind == "arg")
    receiver = _place(frame.receiver) if frame.receiver is not None else None
    return frame.function.file.path, frame.function.index, sites, rows, receiver, _key(frame.closure)


def _is_told(hit: int | None) -> TypeGuard[int]:
    return hit is not None


def _place(value: Value) -> object:
    part = next(iter(value.more), value.node) if value.kind == "constant" else value.node
    return part.file.path, part.index


def _order(value: Value) -> tuple[str, int]:
    return value.node.file.path, value.node.index
