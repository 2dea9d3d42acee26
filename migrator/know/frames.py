"""Frames keep callers apart: one activation of a function, and the rows of the loops around."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from migrator.know.values import Value, Values
    from migrator.read.nodes import Node

MAX_DEPTH = 5
"""Calls that a frame tells apart; from there on the callers of a function are one."""


class Site(NamedTuple):
    """What gives arguments: a call in a frame, of which the first `skip` positional ones do not count."""

    call: Node
    frame: Frame | None
    skip: int = 0


class Frame:
    """One activation of a function (or the top of a module, where a loop's row is told apart).

    Attributes:
        function: the definition; the module's root at its top.
        sites: what gives its arguments, a `partial` first; none: any call of it.
        receiver: what it is called on, where that is told apart.
        closure: the frame of the function around its definition.
        given: positional arguments as values, where no call gives them.
        rows: the elements that loops around stand at, by the loop; the one of several values that a
            parameter is taken to be, by the parameter.
        depth: how many calls are told apart.
    """

    __slots__ = ("closure", "depth", "function", "given", "receiver", "rows", "sites")

    function: Node
    sites: tuple[Site, ...]
    receiver: Value | None
    closure: Frame | None
    given: tuple[Values, ...]
    rows: tuple[tuple[Node, Value], ...]
    depth: int

    def __repr__(self) -> str:
        return f"<frame {self.function!r} {self.sites} {self.rows}>"

    def row(self, loop: Node) -> Value | None:
        """The element that a loop stands at."""
        return next((value for node, value in self.rows if node is loop), None)


class Frames:
    """Makes each frame once, so that frames are compared and hashed as objects."""

    def __init__(self) -> None:
        self._made: dict[object, Frame] = {}

    def any(self, function: Node) -> Frame | None:
        """The frame of all calls of a function together; none for a module or a class at its top."""
        while function.kind == "ClassDef":
            function = function.scope
        if function.kind == "Module":
            return None
        return self._frame(function, (), None, self.any(function.scope), (), ())

    def of(self, node: Node) -> Frame | None:
        """The frame of all calls of the function that a node stands in."""
        return self.any(node.scope)

    def enter(
        self,
        function: Node,
        sites: tuple[Site, ...],
        receiver: Value | None,
        closure: Frame | None,
        given: tuple[Values, ...] = (),
    ) -> Frame:
        """The frame of one call."""
        depth = 1 + max((site.frame.depth for site in sites if site.frame is not None), default=0)
        if depth > MAX_DEPTH:
            sites = tuple(Site(site.call, self.of(site.call), site.skip) for site in sites)
        if receiver is not None and _depth(receiver.frame) >= MAX_DEPTH:
            receiver = receiver._replace(frame=self.of(receiver.node))
        if _depth(closure) >= MAX_DEPTH and closure is not None:
            closure = self.any(closure.function)
        return self._frame(function, sites, receiver, closure, given, ())

    def at_row(self, frame: Frame | None, loop: Node, element: Value) -> Frame:
        """A frame in which a loop stands at one element (or a parameter is one of its values)."""
        if frame is None:
            return self._frame(loop.file.nodes[0], (), None, None, (), ((loop, element),))
        rows = (*((node, value) for node, value in frame.rows if node is not loop), (loop, element))
        return self._frame(frame.function, frame.sites, frame.receiver, frame.closure, frame.given, rows)

    def _frame(
        self,
        function: Node,
        sites: tuple[Site, ...],
        receiver: Value | None,
        closure: Frame | None,
        given: tuple[Values, ...],
        rows: tuple[tuple[Node, Value], ...],
    ) -> Frame:
        key = function, sites, receiver, closure, given, rows
        found = self._made.get(key)
        if found is None:
            found = self._made[key] = Frame()
            found.function, found.sites, found.receiver = function, sites, receiver
            found.closure, found.given, found.rows = closure, given, rows
            around = [_depth(site.frame) for site in sites]
            around += [_depth(receiver.frame)] if receiver is not None else []
            around += [_depth(value.frame) for _, value in rows]
            found.depth = min(max([*around, _depth(closure)], default=0) + bool(sites), MAX_DEPTH + 1)
        return found


def _depth(frame: Frame | None) -> int:
    return frame.depth if frame is not None else 0
