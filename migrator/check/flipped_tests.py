"""Tests that come out differently by a new id than by the old one, and what hangs on them."""

from __future__ import annotations

from contextlib import suppress
from functools import cached_property
from itertools import islice, product
from typing import TYPE_CHECKING, NamedTuple

from migrator.check.single_tests import asking
from migrator.check.written_names import Nearby, Written
from migrator.decide.branches import ladders
from migrator.know.solver import UnsolvedError
from migrator.know.values import constant
from migrator.read.scopes import FUNCTIONS, parameters

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from migrator.check.added_members import Member, Members
    from migrator.check.side import Side
    from migrator.decide.branches.ladders import Arm, Ladder
    from migrator.know.values import Frame, Value
    from migrator.read.nodes import FileFacts, Node

MAX_ROWS = 512
"""Activations of one test that are looked at."""
MAX_NAMES = 4
"""Local names of which one is made of another."""
_HEADS = frozenset({"If", "IfExp", "Match", "Assert"})


class Flip(NamedTuple):
    """A ladder of tests that ends in another arm by new names: those, the arms before and after.

    `member`: it is asked of a member that an edit added, beside the one that it was made like.
    """

    ladder: Ladder
    names: tuple[Value, ...]
    before: Arm
    after: Arm
    old: str
    member: Member | None = None

    def is_beside(self, other: Flip) -> bool:
        """Whether another member, too, is kept from the same arm."""
        return self.member is not None and other.member is not None and self.before == other.before


class Ends(NamedTuple):
    """Where a ladder may end, by which written names.

    `is_open`: in some turn it may end in one of several arms; `is_cut`: what it asks is too much to follow.
    """

    arms: frozenset[int]
    names: tuple[Value, ...]
    is_open: bool
    is_cut: bool

    def with_turn(self, other: Ends) -> Ends:
        """The same, with where another turn ends."""
        names = tuple(dict.fromkeys((*self.names, *other.names)))
        is_open, is_cut = self.is_open or other.is_open, self.is_cut or other.is_cut
        return Ends(self.arms | other.arms, names, is_open=is_open, is_cut=is_cut)


class Flips:
    """Compares a program with the new ids (`new`) with one that has the same other edits (`old`).

    `names` hears the ids that may have been written; `is_model` says of a name whether it is a model's.
    """

    def __init__(self, new: Side, old: Side, names: Members, is_model: Callable[[str], bool]) -> None:
        self.new = new
        self.old = old
        self.names, self.others = names, Written(old, names.targets)
        self.nearby = Nearby(new, names.targets, is_model)

    def all(self, matters: Callable[[FileFacts], bool]) -> Iterator[Flip]:
        """Every ladder that ends elsewhere, in files that matter."""
        for path, file in self.new.project.files.items():
            other = self.old.project.files.get(path)
            if other is None or not matters(file) or len(other.tree.kind) != len(file.tree.kind):
                continue
            for head in _heads(file):
                twin = other.nodes[head.index]
                try:
                    found = list(self._of(head, twin))
                except (UnsolvedError, RecursionError):
                    found = []
                yield from found or self._by_forms(head, twin)

    def _of(self, head: Node, twin: Node) -> Iterator[Flip]:
        ladder, other = _ladder(head), _ladder(twin)
        subject = head.child("subject")
        asked = [subject] if subject is not None else [arm.test for arm in ladder.arms]
        frame = self.new.know.frames.of(head)
        named = [n for test in asked if test is not None for n in self.names.named(test, frame)]
        if not named or len(ladder.arms) != len(other.arms):
            return
        before = self._hits(self.others, other, named)
        for key, after in self._hits(self.names, ladder, named).items():
            if key not in before or before[key].is_cut or not after.names:
                continue
            were, hits = before[key].arms, self._told(ladder, before[key].arms, after)
            lost, new = were - hits, hits - were
            if lost:
                old = self._text(self.old, twin.file, after.names[0])
                member = self.names.added_as(after.names[0])
                arms = ladder.arms[min(lost)], ladder.arms[min(new or hits)]
                yield Flip(ladder, after.names, *arms, old, member)
                return
            if after.is_open and before[key].is_open:
                told = list(self._one_by_one(ladder, other, named, key, after.names))
                if told:
                    yield from told if all(one.member for one in told) else told[:1]
                    return

    def _one_by_one(
        self, ladder: Ladder, other: Ladder, named: list[Node], key: object, names: tuple[Value, ...]
    ) -> Iterator[Flip]:
        """A ladder that ends elsewhere if what it asks about is one of some names, and not open."""
        asked: dict[str, list[Node]] = {}
        for node in named:
            asked.setdefault(node.source, []).append(node)
        for name, nodes in product(names, asked.values()):
            member = self.names.added_as(name)
            if member is not None:
                were = self._by_member(ladder, nodes, member, member.like)
                hits = self._by_member(ladder, nodes, member, str(name.text))
            else:
                were = self._taken(self.others, other, nodes, name, key)
                hits = self._taken(self.names, ladder, nodes, name, key)
            if hits and (lost := were - hits):
                old = self._text(self.old, other.arms[0].anchor.file, name)
                new = min(hits - were or hits)
                yield Flip(ladder, (name,), ladder.arms[min(lost)], ladder.arms[new], old, member)
        twin = other.arms[0].anchor
        if twin.kind != "match_case":
            plain = (name for name in names if self.names.added_as(name) is None)
            yield from filter(None, (self._by_name(ladder, twin, name, self.names) for name in plain))

    def _taken(
        self, written: Written, ladder: Ladder, nodes: list[Node], name: Value, key: object
    ) -> frozenset[int]:
        """The arms that a ladder may end in where expressions are taken to be what is written at a place."""
        side, head = written.side, ladder.arms[0].anchor
        own = [side.project.files[node.file.path].nodes[node.index] for node in nodes]
        found: set[int] = set()
        for frame in islice(self._frames(side, head), MAX_ROWS):
            taken = self._meant(side, own, name, frame) if self._key(frame) == key else {}
            at = frame
            for test in filter(None, (arm.test for arm in ladder.arms)) if taken else ():
                at = side.with_taken(at, taken, test)
            if at is not frame:
                found |= _arms(side, ladder, at)
        return frozenset(found)

    def _by_member(self, ladder: Ladder, nodes: list[Node], member: Member, text: str) -> frozenset[int]:
        """The arms that a ladder may end in where expressions are taken to be a member of an enumeration."""
        head = ladder.arms[0].anchor
        value = self.names.member(member.cls, text, head)
        at = self.new.know.frames.of(head)
        if value is None:
            return frozenset()
        for test in (arm.test for arm in ladder.arms if arm.test is not None):
            at = self.new.with_taken(at, dict.fromkeys(nodes, value), test)
        return _arms(self.new, ladder, at)

    def _meant(self, side: Side, nodes: list[Node], name: Value, frame: Frame | None) -> dict[Node, Value]:
        """Which of some expressions may be what is written at a place, and how they are it."""
        taken = {}
        for node in nodes:
            values = side.know.value(node, side.know.frame_of(node.scope, frame))
            found = (v for v in values if v.text is not None and _place(v) == _place(name))
            value = next(found, None)
            if value is not None:
                taken[node] = value
        return taken

    def _by_forms(self, head: Node, twin: Node) -> Iterator[Flip]:
        """A ladder that asks a model that is too much to follow: by each name that is written near it."""
        if head.kind == "Match" or not self.nearby.near(head.file.path):
            return
        with suppress(UnsolvedError, RecursionError):
            ladder, frame = _ladder(head), self.new.know.frames.of(head)
            tests = [arm.test for arm in ladder.arms if arm.test is not None]
            asked = [test for test in tests if self.nearby.may_ask(test)]
            named = [node for test in asked for node in self.nearby.named(test, frame)]
            names = dict.fromkeys(name for node in named for name in self.nearby.values(node, frame))
            arms = {one for arm in ladder.arms for one in (arm.anchor, *arm.body)}
            names = {name: None for name in names if arms.isdisjoint(name.node.ancestors())}
            flips = (self._by_name(ladder, twin, name, self.nearby) for name in names)
            yield from islice(filter(None, flips), 1)

    def _by_name(self, ladder: Ladder, twin: Node, name: Value, written: Written) -> Flip | None:
        """A ladder that ends elsewhere by one of several names, as far as the forms of its tests tell."""
        old, new = self._text(self.old, twin.file, name), str(name.text)
        were, hits = self._possible(ladder, old, written), self._possible(ladder, new, written)
        if were <= hits:
            return None
        was, hit = min(were - hits), min(hits - were or hits)
        member = self.names.added_as(name)
        return Flip(ladder, (name,), ladder.arms[was], ladder.arms[hit], old, member)

    def _possible(self, ladder: Ladder, text: str, written: Written) -> frozenset[int]:
        """The arms that a ladder may end in by a name."""
        found = []
        for number, arm in enumerate(ladder.arms):
            said = True if arm.test is None else self._says(arm.test, text, written, 0)
            if said is not False:
                found.append(number)
            if said:
                break
        return frozenset(found or [len(ladder.arms) - 1])

    def _says(self, test: Node, text: str, written: Written, steps: int) -> bool | None:
        """What a test says of a name, where its form tells; a local name is what it was made of."""
        if test.kind == "UnaryOp" and test.value == "Not":
            said = self._says(test.first, text, written, steps)
            return None if said is None else not said
        if test.kind == "BoolOp":
            told = [self._says(one, text, written, steps) for one in test.all("values")]
            decides = test.value == "Or"
            return decides if decides in told else None if None in told else not decides
        asked = asking(self.new.know, test, written)
        if asked is not None:
            return asked.says(text)
        made = list(written.made_of(test)) if test.kind == "Name" and steps < MAX_NAMES else []
        return self._says(made[0], text, written, steps + 1) if len(made) == 1 else None

    def _told(self, ladder: Ladder, were: frozenset[int], after: Ends) -> frozenset[int]:
        """Where a ladder ends; if that is too much to follow, in an error, where its last arm is one."""
        last = len(ladder.arms) - 1
        is_refused = after.is_open and last not in were and ladder.arms[last].is_refusal
        return frozenset((last,)) if is_refused else after.arms

    def _text(self, side: Side, file: FileFacts, name: Value) -> str:
        """What stands in the old program where a new name is written; what a new member was made like."""
        member = self.names.added_as(name)
        if member is not None:
            return member.like
        part = next(iter(name.more), name.node)
        other = side.project.files.get(part.file.path)
        value = other.nodes[part.index].value if other is not None else None
        return value if isinstance(value, str) else "the old id"

    # -- where a ladder ends ------------------------------------------------------------------------

    def _hits(self, written: Written, ladder: Ladder, named: list[Node]) -> dict[object, Ends]:
        """By activation the arms that a ladder may end in, and the written names that are seen there.

        The turns of a loop are one: a collection that gains an element has other turns than before.
        """
        side, head = written.side, ladder.arms[0].anchor
        nodes = [side.project.files[n.file.path].nodes[n.index] for n in named]
        found: dict[object, Ends] = {}
        for frame in islice(self._frames(side, head), MAX_ROWS):
            names = tuple(v for node in nodes for v in written.values(node, frame))
            is_cut = any(v.is_cut for node in nodes for v in side.know.value(node, frame))
            if frame is not None and is_cut:
                names = (*names, *(v for _, v in frame.rows if v.text and written.target(v.text)))
            arms = _arms(side, ladder, frame)
            here = Ends(arms, names, is_open=len(arms) > 1, is_cut=is_cut)
            key = self._key(frame)
            found[key] = found[key].with_turn(here) if key in found else here
        return found

    def _key(self, frame: Frame | None) -> object:
        """A frame by the places of what it is told apart by; an added member is the one it is like."""
        if frame is None:
            return None
        sites = tuple((s.call.file.path, s.call.index, s.skip, self._key(s.frame)) for s in frame.sites)
        given = ((n, _place(value)) for n, value in frame.rows if n.kind == "arg")
        rows = tuple((n.file.path, n.index, self._alike.get(place, place)) for n, place in given)
        on = _place(frame.receiver) if frame.receiver is not None else None
        function, closure = frame.function, self._key(frame.closure)
        return function.file.path, function.index, sites, rows, self._alike.get(on, on), closure

    @cached_property
    def _alike(self) -> dict[object, object]:
        """The places of members that were added, and of those that they were made like; so of their texts."""
        found: dict[object, object] = {}
        for one in self.names.added:
            own = self.names.member(one.cls, str(one.name.text), one.cls)
            like = self.names.member(one.cls, one.like, one.cls)
            if own is not None and like is not None:
                found[_place(own)] = _place(like)
            found |= {_place(one.name): _place(text) for text in _texts(one)[:1]}
        return found

    def _frames(self, side: Side, head: Node) -> Iterator[Frame | None]:
        """The activations of a test, a row for each text that a parameter may be."""
        for frame in side.activations.at(head):
            rows: list[Frame | None] = [*self._rows(side, frame)] if frame is not None else []
            yield from rows or [frame]

    def _rows(self, side: Side, frame: Frame) -> Iterator[Frame | None]:
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
    if head.kind == "Assert":
        return ladders.of_assertion(head)
    return ladders.of_choice(head) if head.kind == "IfExp" else ladders.of_match(head)


def _arms(side: Side, ladder: Ladder, frame: Frame | None) -> frozenset[int]:
    """The arms that a ladder may end in: all of them that no test is sure to keep it from."""
    found = []
    for number, arm in enumerate(ladder.arms):
        outcomes = side.outcomes(arm, frame) if arm.test is not None or arm.guard is not None else {True}
        if True in outcomes:
            found.append(number)
        if False not in outcomes:
            break
    return frozenset(found or [len(ladder.arms) - 1])


def _place(value: Value) -> tuple[str, int]:
    part = next(iter(value.more), value.node) if value.kind == "constant" else value.node
    return part.file.path, part.index


def _texts(added: Member) -> list[Value]:
    """The text that an added member was made like, where its enumeration states it."""
    own = (one for one in added.cls.among("Constant") if one.value == added.like)
    return [constant(one.value, one) for one in own if one.scope == added.cls]


def _order(value: Value) -> tuple[str, int]:
    return value.node.file.path, value.node.index
