"""Collections that the program goes through, or draws from, only to call each of their models."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from migrator.know.solver import UnsolvedError
from migrator.read.scopes import last_name

if TYPE_CHECKING:
    from collections.abc import Iterator

    from migrator.decide.linked import Linked
    from migrator.read.nodes import Node

_SAME_ORDER = ("enumerate", "zip", "list", "tuple", "iter", "reversed", "sorted", "chain")
_DRAWING = ("choice", "choices", "sample")


class Turns:
    """Says of which collections every element is a model that is called."""

    def __init__(self, linked: Linked) -> None:
        self.linked = linked

    def calls(self, node: Node, collection: Node) -> bool:
        """Whether the collection is only gone through, and the id in it reaches a request as its model."""
        return self._is_only_iterated(collection) and self.is_sent(node)

    def is_sent(self, node: Node) -> bool:
        """Whether an id reaches a request as its model."""
        return any(
            node in value.more
            for requests in self.linked.requests.values()
            for request in requests
            for value in request.models
        )

    def is_run(self, element: Node) -> bool:
        """Whether a loop hands on what is in the collection that has an element, which is sent as a model."""
        loops = (one.parent for one in self._collections(element) if one.field == "iter")
        return any(one is not None and self._hands_on(one) for one in loops) and self.is_sent(element)

    def _hands_on(self, loop: Node) -> bool:
        """Whether a loop gives a call what it goes through, other than to show it to people."""
        target, names = loop.child("target"), self.linked.names
        stores = target.among("NameStore") if target is not None else ()
        loads = (load for one in stores for load in self.linked.project.loads(one))
        given = (load.parent if load.field == "value" else load for load in loads)
        calls = (one.parent for one in given if one is not None and one.field in ("args", "keywords"))
        return any(c is not None and not names("log-callee", last_name(c.child("func"))) for c in calls)

    def is_asked(self, element: Node) -> bool:
        """Whether a test asks what a collection holds that has an element."""
        tests = (one.parent for one in self._collections(element) if one.field == "comparators")
        return any(test is not None and bool({"In", "NotIn"} & set(test.value)) for test in tests)

    def is_spread(self, element: Node) -> bool:
        """Whether the collection that has an element is the arguments of a call: `function(*row)`."""
        stars = (one.parent for one in self._collections(element) if one.parent is not None)
        return any(star.kind == "Starred" and star.field == "args" for star in stars)

    def _collections(self, element: Node) -> list[Node]:
        """Where what holds an element is seen."""
        know = self.linked.know
        with suppress(UnsolvedError, RecursionError):
            seen = know.holders(element, know.frames.of(element))
            return [h.node for h in seen if len(h.path) == 1 and not isinstance(h.path[0], str)]
        return []

    def _is_only_iterated(self, collection: Node) -> bool:
        if _is_iterated(collection):
            return True
        loads = list(self._loads(collection))
        return bool(loads) and all(map(_is_iterated, loads))

    def _loads(self, collection: Node) -> Iterator[Node]:
        statement = collection.parent
        if statement is None or statement.kind not in ("Assign", "AnnAssign"):
            return
        for target in (*statement.all("targets"), *statement.all("target")):
            if target.kind == "NameStore":
                yield from self.linked.project.loads(target)


def _is_iterated(node: Node) -> bool:
    """Whether a loop goes through an expression, or what keeps its elements, or one is drawn of it."""
    parent = node.parent
    if parent is None:
        return False
    if parent.kind == "Call" and node == parent.child("args") and last_name(parent.first) in _DRAWING:
        return True
    if parent.kind == "Call" and node.field == "args" and last_name(parent.first) in _SAME_ORDER:
        return _is_iterated(parent)
    return parent.kind in ("For", "AsyncFor", "comprehension") and node.field == "iter"
