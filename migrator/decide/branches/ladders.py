"""`if`/`elif` ladders, runs of `if … return`, `match` and conditional expressions as lists of arms."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING, NamedTuple

from migrator.decide.branches.predicates import NameAsked
from migrator.decide.tables.missing_keys import following, raises
from migrator.read.kinds import LEAVING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from migrator.decide.branches.predicates import Predicates
    from migrator.read.nodes import FileFacts, Node


class Arm(NamedTuple):
    """One arm: its test (none for `else`), what it does, its statement (or expression), its index there.

    A case's `guard` is asked where its pattern fits; `name` is what the pattern calls the subject there.
    """

    test: Node | None
    body: tuple[Node, ...]
    anchor: Node
    at: int
    guard: Node | None = None
    name: str = ""

    @property
    def source(self) -> str:
        """The arm's statements, without indentation."""
        return block(self.body)

    @property
    def is_refusal(self) -> bool:
        """Whether it is an error."""
        return raises(self.body) or (self.anchor.kind == "Assert" and self.test is None)

    @property
    def asks(self) -> str:
        """What it asks for, as it is written."""
        pattern = self.test.source if self.test is not None else self.name or "_"
        return f"{pattern} if {self.guard.source}" if self.guard is not None else pattern

    def truths(self, predicates: Predicates, subject: str, text: str, *, after: bool) -> frozenset[bool]:
        """Whether a name enters it, as far as that is known."""
        found = frozenset({True})
        for test, about in ((self.test, subject), (self.guard, self.name or subject)):
            if test is not None:
                own = predicates.truths(test, NameAsked(about, text, after))
                found = frozenset(one and other for one in found for other in own)
        return found


class Ladder(NamedTuple):
    """Arms in the order in which they are asked; the last one is what happens where none fits."""

    arms: tuple[Arm, ...]
    shape: str

    @property
    def file(self) -> FileFacts:
        return self.arms[0].anchor.file

    def hit(self, predicates: Predicates, subject: str, text: str, *, after: bool) -> int | None:
        """The arm that a name ends in; none if that cannot be told."""
        for number, arm in enumerate(self.arms):
            truths = arm.truths(predicates, subject, text, after=after)
            if len(truths) > 1:
                return None
            if truths == {True}:
                return number
        return len(self.arms) - 1

    def nearest(self, predicates: Predicates, subject: str, text: str, *, after: bool) -> int:
        """The first arm that a name may end in."""
        fitting = (True in arm.truths(predicates, subject, text, after=after) for arm in self.arms)
        return next((number for number, fits in enumerate(fitting) if fits), len(self.arms) - 1)


def of(head: Node) -> Ladder:
    """The ladder that an `if` statement begins."""
    arms: list[Arm] = []
    current: Node | None = head
    while current is not None and current.kind == "If":
        own, closed = _chain(current)
        arms += own
        if closed or not all(_leaves(arm.body) for arm in own):
            break
        after = following(current)
        if after is None or after.kind != "If":
            arms.append(Arm(None, _rest(current), current, len(own)))
            break
        current = after
    if arms[-1].test is not None:
        arms.append(Arm(None, _rest(arms[-1].anchor), arms[-1].anchor, arms[-1].at + 1))
    return Ladder(tuple(arms), "ladder")


def first(statement: Node) -> Node:
    """The `if` that begins the chain, and the run of leaving `if`s, that one belongs to."""
    while _is_elif(statement):
        statement = statement.parent or statement
    before = _before(statement)
    while before is not None and before.kind == "If" and _closed_run(before):
        statement, before = before, _before(before)
    return statement


def _closed_run(statement: Node) -> bool:
    own, closed = _chain(statement)
    return not closed and all(_leaves(arm.body) for arm in own)


def _before(statement: Node) -> Node | None:
    parent = statement.parent
    siblings = parent.all(statement.field) if parent is not None else []
    at = siblings.index(statement) if statement in siblings else 0
    return siblings[at - 1] if at else None


def _chain(head: Node) -> tuple[list[Arm], bool]:
    """The arms of one `if` statement, and whether it has an `else`."""
    arms: list[Arm] = []
    current = head
    while True:
        arms.append(Arm(current.child("test"), tuple(current.all("body")), head, len(arms)))
        otherwise = current.all("orelse")
        if len(otherwise) == 1 and otherwise[0].kind == "If" and _is_elif(otherwise[0]):
            current = otherwise[0]
            continue
        if otherwise:
            arms.append(Arm(None, tuple(otherwise), head, len(arms)))
        return arms, bool(otherwise)


def _is_elif(node: Node) -> bool:
    parent = node.parent
    if parent is None or parent.kind != "If" or node.field != "orelse" or node.kind != "If":
        return False
    return len(parent.all("orelse")) == 1 and parent.span[1] == node.span[1]


def _leaves(body: Sequence[Node]) -> bool:
    return bool(body) and body[-1].kind in LEAVING


def _rest(statement: Node) -> tuple[Node, ...]:
    """What follows a ladder, if it is a single way out."""
    after = following(statement)
    return (after,) if after is not None and after.kind in LEAVING else ()


def of_match(match: Node) -> Ladder:
    """The cases of a `match` whose patterns are literals; `test` is the pattern."""
    arms = []
    for at, case in enumerate(match.all("cases")):
        pattern, guard = case.child("pattern"), case.child("guard")
        wild = pattern is None or (pattern.kind == "MatchAs" and pattern.child("pattern") is None)
        name = str(pattern.value or "") if pattern is not None and pattern.kind == "MatchAs" else ""
        arms.append(Arm(None if wild else pattern, tuple(case.all("body")), match, at, guard, name))
    if arms and (arms[-1].test or arms[-1].guard) is not None:
        arms.append(Arm(None, _rest(match), match, len(arms)))
    return Ladder(tuple(arms), "match")


def of_assertion(statement: Node) -> Ladder:
    """What follows an assertion where it holds, else the error."""
    arms = Arm(statement.child("test"), (), statement, 0), Arm(None, (statement,), statement, 1)
    return Ladder(arms, "assertion")


def outermost(choice: Node) -> Node:
    """The conditional expression in whose `else` one stands, if it does."""
    while choice.field == "orelse" and choice.parent is not None and choice.parent.kind == "IfExp":
        choice = choice.parent
    return choice


def of_choice(choice: Node) -> Ladder:
    """The two arms of a conditional expression (and those of conditional expressions in its `else`)."""
    arms: list[Arm] = []
    current: Node | None = choice
    while current is not None and current.kind == "IfExp":
        body = current.child("body")
        arms.append(Arm(current.child("test"), (body,) if body is not None else (), choice, len(arms)))
        current = current.child("orelse")
    arms.append(Arm(None, (current,) if current is not None else (), choice, len(arms)))
    return Ladder(tuple(arms), "choice")


def block(statements: Sequence[Node]) -> str:
    """Statements as source without the indentation that they have in common."""
    lines = [" " * one.span[1] + one.source for one in statements]
    return textwrap.dedent("\n".join(lines).replace("\r\n", "\n"))
