"""Members that edits added to enumerations: which they are like, and where a test may be asked of them."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, NamedTuple

from migrator.check.written_names import Written
from migrator.know.solver import UnsolvedError
from migrator.know.values import Value, constant

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from migrator.check.edited_places import Places
    from migrator.check.side import Side
    from migrator.know.values import Frame
    from migrator.read.nodes import Node

_STATEMENTS = ("Assign", "AnnAssign")


class Member(NamedTuple):
    """A member that an edit added: its enumeration, its text, and that of the member it was made like."""

    cls: Node
    name: Value
    like: str


class Members(Written):
    """Hears members that edits added (`added`) also where any member may come to a test on members."""

    def __init__(self, side: Side, targets: tuple[str, ...], added: Sequence[Member] = ()) -> None:
        super().__init__(side, targets)
        self.added = added
        self._classes = {one.cls for one in added}

    def values(self, node: Node, frame: Frame | None) -> list[Value]:
        found = super().values(node, frame)
        if found or not self.added:
            return found
        asked = self._asked_about(node)
        if not asked or not any(value.kind == "open" for value in self._value(node, frame)):
            return found
        classes = set(self._named(asked, frame))
        return [one.name for one in self.added if one.cls in classes]

    def added_as(self, name: Value) -> Member | None:
        """The member that holds a text which an edit wrote."""
        return next((one for one in self.added if one.name.node in name.more), None)

    def member(self, cls: Node, text: str, node: Node) -> Value | None:
        """The member of an enumeration that holds a text."""
        know = self.side.know
        for one in know.members_of(Value("class", cls), node):
            held = know.member(one, "value", node, None) if know.is_member(one) else ()
            if any(value.text == text for value in held):
                return one
        return None

    def _value(self, node: Node, frame: Frame | None) -> Iterable[Value]:
        know = self.side.know
        return know.value(node, know.frame_of(node.scope, frame))

    def _asked_about(self, node: Node) -> list[Node]:
        """What an expression is compared with: the other sides, the patterns of a `match`."""
        above = node.parent
        if above is None:
            return []
        if above.kind == "Compare":
            return [one for one in (above.first, *above.all("comparators")) if one != node]
        if above.kind == "Match" and node.field == "subject":
            patterns = (one for case in above.all("cases") for one in case.among("MatchValue"))
            return [value for one in patterns if (value := one.child("value")) is not None]
        return []

    def _named(self, asked: Iterable[Node], frame: Frame | None) -> Iterator[Node]:
        """The enumerations of the members that some expressions are or hold."""
        know = self.side.know
        for value in (value for node in asked for value in self._value(node, frame)):
            held = [value]
            if value.kind == "sequence":
                held = [one for entry in know.elements(value) for one in know.held(entry)]
            yield from (one.data for one in held if one.kind == "instance" and one.data in self._classes)


def added_members(side: Side, places: Places, targets: Sequence[str]) -> list[Member]:
    """The members that edits added in an edited program."""
    found: list[Member] = []
    for path in sorted(places.inserted & set(side.project.files)):
        tree, nodes = side.project.files[path].tree, side.project.files[path].nodes
        for at in tree.of_kind("Constant"):
            text = tree.value[at]
            if isinstance(text, str) and any(target in text for target in targets):
                with suppress(UnsolvedError, RecursionError):
                    found += _added(side, places, nodes[at])
    return found


def _added(side: Side, places: Places, literal: Node) -> Iterator[Member]:
    """The member whose text is written at a place, if an edit added it."""
    statement = literal.statement
    cls = statement.scope
    if statement.kind in _STATEMENTS and cls.kind == "ClassDef" and side.know.is_enum(cls):
        like = places.inserted_beside(literal)
        if like:
            yield Member(cls, constant(literal.value, literal), like)
