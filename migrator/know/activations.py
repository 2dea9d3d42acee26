"""The frames in which a piece of code runs: one for each way of coming to it."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from migrator.know import lookups
from migrator.know.calls import entered
from migrator.know.loop_rows import loops_around
from migrator.know.overriding import may_dispatch
from migrator.know.solver import UnsolvedError
from migrator.know.values import place
from migrator.read.scopes import activated, last_name

if TYPE_CHECKING:
    from collections.abc import Iterator

    from migrator.know.evaluator import Evaluator
    from migrator.know.questions import Invocation
    from migrator.know.values import Frame, Site, Value
    from migrator.read.nodes import Node

MAX_FRAMES = 48
"""Ways of coming to one function; with more it has one frame for all, a method one for each object."""
_LOOPS = ("For", "AsyncFor", "While", "comprehension")
MAX_APART = 8
"""Objects that one expression may be and that are told apart where a method of it is called."""
MAX_APART_WORK = 60
"""Evaluations for a question that only tells ways of coming to a place apart."""
MAX_DEPTH = 40
"""Callers of callers."""


class Activations:
    """Asked only from outside of the evaluator's rules: what calls a function is known for good then."""

    def __init__(self, know: Evaluator) -> None:
        self.know = know
        self._known: dict[Node, list[Frame | None]] = {}
        self._active: dict[Node, None] = {}

    def at(self, node: Node) -> list[Frame | None]:
        """The frames in which an expression is evaluated, with the rows of the loops around it."""
        frames = self.of(activated(node.scope))
        with self.know.aside(MAX_APART_WORK):
            for loop in loops_around(node):
                source = loop.child("iter")
                assert source is not None
                frames = [f for frame in frames for f in self._rows(loop, source, frame)]
                if len(frames) > MAX_FRAMES:
                    frames = self.of(activated(node.scope))
                    break
            return [f for f in frames if self.know.reached(node, f)]

    def _rows(self, loop: Node, source: Node, frame: Frame | None) -> list[Frame | None]:
        values = self.know.value(source, frame)
        found = lookups.iterated(self.know, values, source) if values else None
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
        if function in self._active or len(self._active) >= MAX_DEPTH:
            return [whole]
        self._active[function] = None
        found: list[Frame | None] = []
        try:
            with suppress(UnsolvedError):
                found = self._found(function)
        finally:
            del self._active[function]
        if len(found) > MAX_FRAMES:
            found = self._by_object(function)
        if not found or len(found) > MAX_FRAMES:
            found = [whole]
        self._known[function] = found
        return found

    def _found(self, function: Node) -> list[Frame | None]:
        """The frames of the calls that are seen; of too many no more than shows that they are."""
        found: dict[Frame | None, None] = {}
        for one in sorted(self.know.invocations(function), key=_order):
            for frame in self._around(one.sites[-1]):
                found.update(dict.fromkeys(self._entered(function, one, frame)))
            if len(found) > MAX_FRAMES:
                break
        is_unseen = self.know.is_called_unseen(function)
        if (is_unseen or not found) and function.scope.kind == "ClassDef" and not _is_static(function):
            found.update(dict.fromkeys(self._on_objects(function)))
        elif is_unseen:
            found[self.know.frames.any(function)] = None
        return list(found)

    def _around(self, site: Site) -> list[Frame | None]:
        """The frames in which a call is made; the one that is known in a file of the library's meaning."""
        if not self.know.is_written(site.call.file):
            return self.at(site.call)
        return list(dict.fromkeys(self._expanded(site.frame)))

    def _expanded(self, frame: Frame | None) -> Iterator[Frame | None]:
        if frame is None or not frame.sites:
            yield frame
            return
        site = frame.sites[-1]
        for around in self._around(site):
            sites = (*frame.sites[:-1], site._replace(frame=around))
            if self.know.is_written(frame.function.file):
                yield self.know.frames.enter(frame.function, sites, frame.receiver, frame.closure)

    def _entered(self, function: Node, one: Invocation, frame: Frame | None) -> Iterator[Frame]:
        """The frames of one call, as its callee is evaluated in a frame of the code around."""
        callee = _callee(one.sites[-1]._replace(frame=frame))
        for at in self._by_receiver(callee, frame):
            site = one.sites[-1]._replace(frame=at)
            values = [one.callee] if callee is None else sorted(self.know.value(callee, at), key=place)
            for value in values:
                sites = (site,) if callee is not None else (*one.sites[:-1], site)
                yield from self._by_value(function, value, sites)

    def _by_receiver(self, callee: Node | None, frame: Frame | None) -> Iterator[Frame | None]:
        """A frame for each object that a method is called on, where what it is given may come from it."""
        base = callee.first if callee is not None and callee.kind == "Attribute" else None
        same = self._same(base) if base is not None and base.kind in ("Name", "Attribute") else []
        values = sorted(self.know.value(base, frame), key=place) if same else []
        if not 1 < len(values) <= MAX_APART or any(value.kind != "instance" for value in values):
            yield frame
            return
        for value in values:
            at = frame
            for node in same:
                at = self.know.frames.at_row(at, node, value)
            yield at

    def _same(self, base: Node) -> list[Node]:
        """What else in a function is the object that a method is called on there; nothing if it changes."""
        within = activated(base.scope)
        if base.kind == "Name":
            bindings = self.know.bindings(base)
            loads = [load for one in bindings for load in self.know.loads(one) if load != base]
            is_one = len(bindings) == 1 and activated(bindings[0].scope) is within
            is_one = is_one and not any(
                one.kind in _LOOPS for one in bindings[0].ancestors() if one.inside(within)
            )
            return bindings if is_one and any(activated(one.scope) is within for one in loads) else []
        found = [one for one in within.among("Attribute") if one.source == base.source]
        is_set = any(one.source == base.source for one in within.among("AttributeStore"))
        return found if len(found) > 1 and not is_set else []

    def _by_value(self, function: Node, value: Value, sites: tuple[Site, ...]) -> Iterator[Frame]:
        know, site = self.know, sites[-1]
        if value.kind == "function" and value.node is function:
            yield from entered(know, value, sites, site.call, site.frame)
        elif value.kind == "partial":
            for inner, before in know.unfolded(value):
                yield from self._by_value(function, inner, (*before, *sites))
        elif value.kind == "class":
            for made in know.called(value, sites, site.call, site.frame):
                if made.kind == "instance":
                    given = sites if function.value in ("__init__", "__new__") else ()
                    yield know.frames.enter(function, given, made, know.frames.of(function.scope))
        elif value.kind == "instance":
            for method in know.member(value, "__call__", site.call, site.frame):
                if method.kind == "function" and method.node is function:
                    yield from entered(know, method, sites, site.call, site.frame)
        elif value.kind == "library":
            written = know.written(value)
            if written is not None:
                yield from self._by_value(function, written, sites)
        elif may_dispatch(know, function, value, sites):
            yield from self._dispatched(function, sites)

    def _dispatched(self, function: Node, sites: tuple[Site, ...]) -> Iterator[Frame]:
        """The frames of a call of which nobody sees the object: any that may run the method."""
        receivers: list[Value | None] = [*self._objects(function)]
        for receiver in receivers or [None]:
            yield self.know.frames.enter(function, sites, receiver, self.know.frames.any(function.scope))

    def _by_object(self, function: Node) -> list[Frame | None]:
        """The frames of a method that is called in too many ways: one for each object, whoever calls."""
        if function.scope.kind != "ClassDef" or _is_static(function):
            return []
        with suppress(UnsolvedError):
            return list(dict.fromkeys(self._on_objects(function)))
        return []

    def _on_objects(self, function: Node) -> Iterator[Frame]:
        """A method that nothing is seen to call runs on every object of its class."""
        for one in self._objects(function):
            yield self.know.frames.enter(function, (), one, self.know.frames.of(function.scope))

    def _objects(self, function: Node) -> list[Value]:
        """The objects on which a method may run: those that are seen to be made, else one made elsewhere.

        One made elsewhere is another where it takes too much to find all that are made.
        """
        if function.scope.kind != "ClassDef" or _is_static(function):
            return []
        found = [v for v in self.know.instances(function.scope) if v.kind == "instance"]
        found.sort(key=place)
        is_all = not self.know.is_made_unseen(function.scope)
        made = (is_all and [one for one in found if one.more]) or found
        name = str(function.value)
        return [one for one in made if any(m is function for _, m in self.know.resolved(one.data, name))]


def _callee(site: Site) -> Node | None:
    """The expression that evaluates to what is called; none where the language calls."""
    if site.given is not None:
        return None
    if site.skip:
        arguments = site.call.all("args")
        if _is_handed(site):
            return arguments[site.skip - 1]
    return site.call.first


def _is_handed(site: Site) -> bool:
    return site.is_loose or site.skip > 0


def _is_static(function: Node) -> bool:
    return any(last_name(d) in ("staticmethod", "classmethod") for d in function.decorators)


def _order(one: Invocation) -> tuple[str, int, int, str, int]:
    site = one.sites[-1]
    return site.call.file.path, site.call.index, site.skip, one.callee.node.file.path, one.callee.node.index
