"""Which calls a place in the code bears on: around it, in its function, its class, its callers."""

from __future__ import annotations

import bisect
from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

from migrator.decide.records import sends
from migrator.read.kinds import REPEATING
from migrator.read.scopes import enclosing_class, scope_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from migrator.decide.flows.object_flow import ObjectFlow
    from migrator.decide.linked import Linked
    from migrator.decide.records import Site
    from migrator.read.nodes import Node

Stores = tuple[int, frozenset[str], frozenset[str]]
"""An assignment: its line, the names that it gives a value, and those that it takes one from."""
_DEPTH = 3


class AskedAt(NamedTuple):
    """Where a site's model is asked: the site itself, or a method call on the object that it makes."""

    node: Node
    site: Node


class NearbyCalls:
    """The calls near a place, of some call sites of one project."""

    def __init__(self, linked: Linked, sites: Mapping[Node, Site], objects: ObjectFlow) -> None:
        self.linked = linked
        self.values = linked.values
        self.sites = sites
        self.objects = objects
        self._inside: dict[Node, list[AskedAt]] = defaultdict(list)
        self._taking: dict[Node, dict[str, list[int]]] = {}
        self._bodies: dict[Node, list[Node]] = defaultdict(list)
        self._called_by: dict[Node, tuple[Node, ...]] = {}
        self._far: dict[Node, list[Node]] = {}
        self._taints: dict[tuple[Node, Node], set[str]] = {}
        self._assigned: dict[Node, list[Stores]] = {}
        for call, site in sites.items():
            self._add(AskedAt(call, call))
            if not sends(site):
                for asked in self._asked(call):
                    self._add(AskedAt(asked, call))

    def _add(self, place: AskedAt) -> None:
        self._inside[scope_of(place.node)].append(place)
        owner = enclosing_class(place.node)
        if owner is not None and place.site not in self._bodies[owner]:
            self._bodies[owner].append(place.site)

    def _asked(self, made: Node) -> Iterator[Node]:
        """The method calls on a model object, and on what it is built into: `chain.invoke(…)`."""
        if made.kind == "Call":
            for use in self.objects.uses(made):
                if use.kind == "method":
                    yield use.node

    def near(self, spot: Node) -> list[Node]:
        """The calls that a number used at one place bears on, from the nearest found_by that has any."""
        for finding in (self._enclosing, self._handed, self._in_function):
            found = list(finding(spot))
            if found:
                return found
        function = scope_of(spot)
        if function not in self._far:
            self._far[function] = self._beyond(function)
        return self._far[function]

    def _beyond(self, function: Node) -> list[Node]:
        """The calls nearest to a function that makes none itself."""
        for found_by in (
            self._called(function, 1),
            self._in_class(function),
            self._callers(function, _DEPTH, {function}),
            self._called(function, 2),
        ):
            found = list(dict.fromkeys(found_by))
            if found:
                return found
        return []

    def _enclosing(self, spot: Node) -> Iterator[Node]:
        for above in (spot, *spot.ancestors()):
            if above.is_statement:
                return
            if above.kind == "Call" and above in self.sites:
                yield above

    def _handed(self, spot: Node) -> Iterator[Node]:
        """Models handed to the same call: `Memory(llm=llm, max_token_limit=…)`."""
        for above in (spot, *spot.ancestors()):
            if above.is_statement:
                return
            if above.kind == "Call":
                for argument in above.arguments():
                    for value in self.values.of(argument):
                        if value.node.kind == "Call" and value.node in self.sites:
                            yield value.node

    def _in_function(self, spot: Node) -> list[Node]:
        function = scope_of(spot)
        found = self._inside.get(function, [])
        if len(found) > 1:
            found = self._reached(spot, function) or found
        return list(dict.fromkeys(place.site for place in found))

    def _reached(self, spot: Node, function: Node) -> list[AskedAt]:
        """The calls of a function in which what is computed at a spot arrives, by names."""
        places, taking = self.places(function), self._taken(function)
        tainted = self._tainted(spot, function)
        return [places[at] for at in sorted({at for name in tainted for at in taking.get(name, ())})]

    def _taken(self, function: Node) -> dict[str, list[int]]:
        """By name the calls of a function, by their place in it, that are written with it."""
        known = self._taking.get(function)
        if known is None:
            known = self._taking[function] = defaultdict(list)
            for at, place in enumerate(self.places(function)):
                for name in dict.fromkeys(_loaded(place.node)):
                    known[name].append(at)
        return known

    def _tainted(self, spot: Node, function: Node) -> set[str]:
        """The names in a function that hold what is computed at a spot."""
        known = self._taints.get((spot, function))
        if known is None:
            known = self._taints[spot, function] = {*_stored(spot.statement), *_mutated(spot)}
            for line, stored, loaded in self._stores(function):
                if line > spot.line and not known.isdisjoint(loaded):
                    known |= stored
        return known

    def _stores(self, function: Node) -> list[Stores]:
        """What the assignments of a function take and give, in source order."""
        known = self._assigned.get(function)
        if known is None:
            statements = function.below("Assign", "AnnAssign", "AugAssign")
            known = self._assigned[function] = [
                (one.line, frozenset(_stored(one)), frozenset(_loaded(one))) for one in statements
            ]
        return known

    def _in_class(self, function: Node) -> list[Node]:
        owner = enclosing_class(function) if function.kind != "Module" else None
        return self._bodies.get(owner, []) if owner is not None else []

    def _callers(self, function: Node, depth: int, seen: set[Node]) -> Iterator[Node]:
        if depth == 0 or function.kind in ("Module", "ClassDef"):
            return
        yield from self._registered(function)
        for call in self._calls_of(function):
            outer = scope_of(call)
            inside = self._in_function(call)
            if inside:
                yield from (site for site in inside if self._bears_on(call, site, outer))
            elif bodies := self._in_class(outer):
                yield from bodies
            elif outer not in seen:
                seen.add(outer)
                near = list(self._called(outer, 1)) if outer.kind != "Module" else []
                yield from near or self._callers(outer, depth - 1, seen)

    def _registered(self, function: Node) -> Iterator[Node]:
        """The calls that are given a function: `create_agent(llm, pre_model_hook=trim)`."""
        for load in self.linked.project.loads(function) if function.kind != "Lambda" else ():
            if load.field == "args" or (load.parent is not None and load.parent.kind == "keyword"):
                yield from self._enclosing(load)
                yield from self._handed(load)

    def _bears_on(self, call: Node, site: Node, outer: Node) -> bool:
        """Whether what a helper does comes before a request (or before the next one, in a loop)."""
        places = [place.node for place in self._inside.get(outer, ()) if place.site == site]
        loops = {above for above in call.ancestors() if above.kind in REPEATING and above.inside(outer)}
        return any(
            call.index < place.index or call.inside(place) or any(place.inside(loop) for loop in loops)
            for place in places
        )

    def reached(self, spot: Node) -> Iterator[Node]:
        """Only the calls that what is computed at a place arrives in, here or where this is called."""
        function = scope_of(spot)
        yield from self._enclosing(spot)
        yield from self._arriving(function, spot)
        if function.kind not in ("Module", "ClassDef"):
            for call in self._calls_of(function):
                yield from self._arriving(scope_of(call), call)

    def places(self, function: Node) -> list[AskedAt]:
        """Where the models of the sites are asked in a function."""
        return self._inside.get(function, [])

    def _arriving(self, function: Node, spot: Node) -> Iterator[Node]:
        reached = {place.node for place in self._reached(spot, function)}
        for place in self.places(function):
            if spot.inside(place.node) or place.node in reached:
                yield place.site

    def _calls_of(self, function: Node) -> list[Node]:
        return self.values.callers(function)

    def _called(self, function: Node, depth: int) -> Iterator[Node]:
        """Calls inside the project functions that a function calls."""
        for inner in self._callees(function):
            yield from (place.site for place in self._inside.get(inner, ()))
            if depth > 1:
                yield from self._called(inner, depth - 1)

    def _callees(self, function: Node) -> tuple[Node, ...]:
        known = self._called_by.get(function)
        if known is None:
            known = self._called_by[function] = tuple(dict.fromkeys(self._find_callees(function)))
        return known

    def _find_callees(self, function: Node) -> Iterator[Node]:
        tree = function.file.tree
        calls = tree.of_kind("Call") if function.kind != "ClassDef" else []
        first = bisect.bisect_left(calls, function.index)
        for index in calls[first : bisect.bisect_left(calls, tree.end[function.index])]:
            call = function.file.node(index)
            if scope_of(call) == function and self._may_be_own(call.first):
                for value in self.values.of(call.first):
                    if value.kind == "function" and value.node != function:
                        yield value.node

    def _may_be_own(self, func: Node) -> bool:
        """Whether what is called may be a function of the program: a method by its name alone."""
        return func.kind != "Attribute" or str(func.value) in self.linked.project.functions_by_name


def _stored(statement: Node) -> Iterator[str]:
    for node in statement.children():
        for one in (node, *node.descendants()) if node.field in ("targets", "target") else ():
            if one.kind in ("NameStore", "AttributeStore"):
                yield str(one.value)


def _mutated(spot: Node) -> Iterator[str]:
    """Names that the loop or branch around a place works on (`while …: messages.pop(1)`)."""
    for above in spot.ancestors():
        if above.kind in ("While", "If", "For"):
            for node in above.descendants():
                if node.kind in ("Assign", "AugAssign"):
                    yield from _stored(node)
                elif (
                    node.kind in ("Name", "Attribute")
                    and node.parent is not None
                    and node.parent.kind == "Attribute"
                ):
                    yield str(node.value)
            return
        if above.kind in ("FunctionDef", "AsyncFunctionDef", "Module"):
            return


def _loaded(node: Node) -> Iterator[str]:
    return (str(one.value) for one in node.below("Name", "Attribute"))
