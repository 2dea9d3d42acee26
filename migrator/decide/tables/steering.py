"""Tests on what a table knows that say where a request goes: a new row changes who answers for its id."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from migrator.read.kinds import COMPREHENSIONS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from migrator.decide.linked import Linked
    from migrator.read.nodes import Node

MAX_STEPS = 200
_THROUGH = frozenset({"BinOp", "Attribute", "Call", "keyword", "Subscript", "comprehension", *COMPREHENSIONS})
_BRANCHES = ("If", "IfExp")


class Steering:
    """Finds such tests in one linked project."""

    def __init__(self, linked: Linked) -> None:
        self.linked = linked

    def test(self, table: Node) -> Node | None:
        """The first test whether a name is among what is made of a table by which a request is sent."""
        return next((test for test in self._tests(table) if self._steers(test)), None)

    def _tests(self, table: Node) -> Iterator[Node]:
        """The tests for membership in a table, or in what is made of it."""
        pending, seen = [table], {table}
        while pending and len(seen) < MAX_STEPS:
            node = pending.pop()
            above = node.parent
            if above is None:
                continue
            if above.kind == "Compare":
                if node.field == "comparators" and {"In", "NotIn"} & set(above.value):
                    yield above
                continue
            further = [above] if above.kind in _THROUGH and node.field != "slice" else []
            further += [load for name in _names_of(above, node) for load in self.linked.project.loads(name)]
            pending += [one for one in further if one not in seen]
            seen.update(further)

    def _steers(self, test: Node) -> bool:
        """Whether an arm of a test sends a request, or makes what one is sent with."""
        above = next((one for one in test.ancestors() if one.kind in _BRANCHES or one.is_statement), test)
        if above.kind not in _BRANCHES or not any(test.inside(one) for one in above.all("test")):
            return False
        arms = [one for name in ("body", "orelse") for one in above.all(name)]
        stored = {one.value for arm in arms for one in arm.among("NameStore")}
        if above.kind == "IfExp":
            stored |= {one.value for one in above.statement.all("targets") if one.kind == "NameStore"}
        stored -= {one.value for one in test.all("left")}  # another name is looked up instead
        inside = [call for arm in arms for call in arm.among("Call")]
        around = list(above.scope.within("Call"))
        return any(map(self._sends, inside)) or any(
            one.value in stored
            for call in around
            for given in (_given(call) if self._sends(call) else self._addresses(call))
            for one in given.among("Name")
        )

    def _addresses(self, call: Node) -> list[Node]:
        """What a call is given as the address that requests go to."""
        names = self.linked.names
        return [k.first for k in call.all("keywords") if names("address", str(k.value or ""))]

    def _sends(self, call: Node) -> bool:
        """Whether a call is a request, or makes a client for one."""
        receiver = self.linked.receivers.of(call)
        if receiver is not None:
            return receiver.call.kind != "tokenizer"
        return any(str(v.data) in self._clients for v in self.linked.known(call.first) if v.kind == "library")

    @cached_property
    def _clients(self) -> frozenset[str]:
        apis = self.linked.rulebook.apis
        return frozenset(name for api in apis for client in api.client for name in client.names)


def _names_of(statement: Node, node: Node) -> list[Node]:
    """The names that a statement binds to a value."""
    if statement.kind not in ("Assign", "AnnAssign") or node.field != "value":
        return []
    targets = (*statement.all("targets"), *statement.all("target"))
    return [one for one in targets if one.kind in ("NameStore", "AttributeStore")]


def _given(call: Node) -> list[Node]:
    return [*call.all("args"), *(keyword.first for keyword in call.all("keywords"))]
