"""The frames in which a piece of code runs: one for each way of coming to it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from migrator.know.bindings import instances
from migrator.know.frames import Site
from migrator.read.project import FUNCTIONS, last_name

if TYPE_CHECKING:
    from collections.abc import Iterator

    from migrator.know.evaluator import Evaluator
    from migrator.know.frames import Frame
    from migrator.know.values import Value
    from migrator.read.nodes import Node

MAX_FRAMES = 48
"""Ways of coming to one function; with more of them it has one frame for all."""
_LOOPS = ("For", "AsyncFor")
_COMPREHENSIONS = ("ListComp", "SetComp", "DictComp", "GeneratorExp")


class Activations:
    """Asked only from outside of the evaluator's rules: what calls a function is known for good then."""

    def __init__(self, know: Evaluator) -> None:
        self.know = know
        self._known: dict[Node, list[Frame | None]] = {}
        self._active: set[Node] = set()

    def at(self, node: Node) -> list[Frame | None]:
        """The frames in which an expression is evaluated, with the rows of the loops around it."""
        frames = self.of(_function(node))
        for loop in _loops(node):
            source = loop.child("iter")
            assert source is not None
            frames = [f for frame in frames for f in self._rows(loop, source, frame)]
            if len(frames) > MAX_FRAMES:
                return self.of(_function(node))
        return [f for f in frames if self.know.reached(node, f)]

    def _rows(self, loop: Node, source: Node, frame: Frame | None) -> list[Frame | None]:
        values = self.know.value(source, frame)
        found = self.know.iterated(values, source) if values else None
        if found is None:
            return [frame]
        return [self.know.frames.at_row(frame, loop, element) for element in found]

    def of(self, function: Node) -> list[Frame | None]:
        """The frames of a function; the one of all calls where they can't be told apart."""
        if function.kind == "Module":
            return [None]
        known = self._known.get(function)
        if known is not None:
            return known
        whole = self.know.frames.any(function)
        if function in self._active:
            return [whole]
        self._active.add(function)
        try:
            found = list(dict.fromkeys(self._found(function)))
        finally:
            self._active.discard(function)
        if not found or len(found) > MAX_FRAMES:
            found = [whole]
        self._known[function] = found
        return found

    def _found(self, function: Node) -> Iterator[Frame | None]:
        count = 0
        for site in sorted(self.know.callers(function), key=_order):
            for frame in self.at(site.call):
                for made in self._entered(function, site, frame):
                    yield made
                    count += 1
            if count > MAX_FRAMES:
                return
        if not count and function.scope.kind == "ClassDef" and not _is_static(function):
            yield from self._on_objects(function)

    def _entered(self, function: Node, site: Site, frame: Frame | None) -> Iterator[Frame]:
        """The frames of one call."""
        own = Site(site.call, frame, site.skip)
        place = site.skip - 1
        is_handed = site.skip > 0 and not _is_unbound(site.call, function)
        callee = site.call.all("args")[place] if is_handed else site.call.first
        for value in sorted(self.know.value(callee, frame), key=_value_order):
            yield from self._by_value(function, value, (own,), site, frame)

    def _by_value(
        self, function: Node, value: Value, sites: tuple[Site, ...], site: Site, frame: Frame | None
    ) -> Iterator[Frame]:
        know = self.know
        if value.kind == "function" and value.node is function:
            yield know.frames.enter(function, sites, value.data, value.frame)
        elif value.kind == "partial":
            for inner, before in know.unfolded(value):
                if inner.kind == "function" and inner.node is function:
                    yield know.frames.enter(function, (*before, *sites), inner.data, inner.frame)
        elif value.kind == "class":
            for made in know.called(value, sites, site.call, frame):
                if made.kind == "instance":
                    yield know.frames.enter(function, sites, made, know.frames.of(function.scope))
        elif value.kind == "instance":
            for method in know.member(value, "__call__", site.call, frame):
                if method.kind == "function" and method.node is function:
                    yield know.frames.enter(function, sites, method.data, method.frame)
        elif value.kind == "open" and know.is_only(function):
            yield know.frames.enter(function, sites, None, know.frames.any(function.scope))

    def _on_objects(self, function: Node) -> Iterator[Frame]:
        """A method that nothing is seen to call runs on every object of its class."""
        found = sorted(instances(self.know, function.scope), key=_value_order)
        made = [one for one in found if one.more] or found
        for one in made:
            if any(m is function for _, m in self.know.resolved(one.data, str(function.value))):
                yield self.know.frames.enter(function, (), one, self.know.frames.of(function.scope))


def _function(node: Node) -> Node:
    scope = node.scope
    while scope.kind == "ClassDef":
        scope = scope.scope
    return scope


def _loops(node: Node) -> list[Node]:
    """The loops of its function around a node, the outermost first, whose variables it may see."""
    found: list[Node] = []
    below = node
    for above in node.ancestors():
        if above.kind in FUNCTIONS:
            break
        if above.kind in _LOOPS and below.field == "body":
            found.append(above)
        elif above.kind in _COMPREHENSIONS and below.kind != "comprehension":
            found += reversed(above.all("generators"))
        below = above
    return found[::-1]


def _is_static(function: Node) -> bool:
    return any(last_name(d) in ("staticmethod", "classmethod") for d in function.decorators)


def _is_unbound(call: Node, function: Node) -> bool:
    """Whether a call is `Base.method(self, …)`: its first argument is what the method is called on."""
    func = call.first
    return func.kind == "Attribute" and func.value == function.value and function.scope.kind == "ClassDef"


def _order(site: Site) -> tuple[str, int, int]:
    return site.call.file.path, site.call.index, site.skip


def _value_order(value: Value) -> tuple[str, str, int]:
    return value.kind, value.node.file.path, value.node.index
