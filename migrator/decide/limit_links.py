"""Which calls, and so which models, a number serves: by the values and functions that it passes through."""

from __future__ import annotations

import bisect
from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

from migrator.decide.limit_shapes import holder_of
from migrator.read.project import enclosing_class, enclosing_function

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from migrator.decide.engine import Judged
    from migrator.decide.plans import Planner
    from migrator.read.facts import Node
    from migrator.read.flow import Use

_DEPTH = 3
_CLOSED = ("parameter", "cycle", "too many hops", "computed (Lambda)")


class Served(NamedTuple):
    """What a number serves.

    Attributes:
        moving: occurrences that are rewritten.
        sites: the calls that they reach.
        others: why a model that does not move may reach the calls too.
        arrived: target ids that the calls use already.
    """

    moving: tuple[Judged, ...]
    sites: tuple[Node, ...]
    others: tuple[str, ...] = ()
    arrived: tuple[str, ...] = ()


class Links:
    """Links numbers to call sites in one planned run."""

    def __init__(self, planner: Planner) -> None:
        self.planner = planner
        self.linked = planner.engine.linked
        self.values = self.linked.values
        self._inside: dict[Node, list[Node]] = defaultdict(list)
        self._bodies: dict[Node, list[Node]] = defaultdict(list)
        self._called_by: dict[Node, tuple[Node, ...]] = {}
        self._far: dict[Node, list[Node]] = {}
        for call in planner.sites:
            if self._counts(call):
                self._inside[scope_of(call)].append(call)
                owner = enclosing_class(call)
                if owner is not None:
                    self._bodies[owner].append(call)

    def _counts(self, call: Node) -> bool:
        return bool(self.planner.by_site.get(call))

    def of(self, node: Node, uses: tuple[Use, ...]) -> Served | None:
        """What a number serves; none if nothing that moves."""
        spots = [node, *(use.node for use in uses if not _entered(use))]
        sites = self._sites(spots)
        if not sites:
            sites = self._sites([use.node for use in uses if _entered(use)])
        if sites:
            return self._served(sites)
        beside = self._beside(node)
        return (
            Served(tuple(beside), tuple(dict.fromkeys(c for one in beside for c in one.sites)))
            if beside
            else None
        )

    def _sites(self, spots: Iterable[Node]) -> list[Node]:
        found: dict[Node, None] = {}
        for spot in spots:
            found.update(dict.fromkeys(self._around(spot)))
        return list(found)

    # -- from a place to calls ---------------------------------------------------------------------

    def _around(self, spot: Node) -> list[Node]:
        """The calls that a number used at one place bears on, from the nearest circle that has any."""
        function = scope_of(spot)
        for circle in (self._enclosing(spot), self._handed(spot), self._in_function(function, spot)):
            found = list(circle)
            if found:
                return found
        if function not in self._far:
            self._far[function] = self._beyond(function)
        return self._far[function]

    def _beyond(self, function: Node) -> list[Node]:
        """The calls nearest to a function that makes none itself."""
        for circle in (
            self._called(function, 1),
            self._in_class(function),
            self._callers(function, _DEPTH, {function}),
            self._called(function, 2),
        ):
            found = list(dict.fromkeys(circle))
            if found:
                return found
        return []

    def _enclosing(self, spot: Node) -> Iterator[Node]:
        for above in (spot, *spot.ancestors()):
            if above.is_statement:
                return
            if above.kind == "Call" and above in self.planner.sites and self._counts(above):
                yield above

    def _handed(self, spot: Node) -> Iterator[Node]:
        """Models handed to the same call: `Memory(llm=llm, max_token_limit=…)`."""
        for above in (spot, *spot.ancestors()):
            if above.is_statement:
                return
            if above.kind == "Call":
                given = [*above.all("args"), *(k.child("value") for k in above.all("keywords"))]
                for argument in given:
                    for value in self.values.of(argument):
                        if (
                            value.node.kind == "Call"
                            and value.node in self.planner.sites
                            and self._counts(value.node)
                        ):
                            yield value.node

    def _in_function(self, function: Node, spot: Node) -> list[Node]:
        found = self._inside.get(function, [])
        if len(found) > 1:
            reached = [call for call in found if self._reaches(spot, call, function)]
            return reached or found
        return found

    def _reaches(self, spot: Node, call: Node, function: Node) -> bool:
        """Whether what is computed at `spot` arrives in `call`, by names, in one function."""
        tainted = set(_stored(spot.statement)) | set(_mutated(spot))
        for statement in function.descendants():
            if statement.is_statement and statement.line > spot.line and tainted & set(_loaded(statement)):
                tainted |= (
                    set(_stored(statement))
                    if statement.kind in ("Assign", "AnnAssign", "AugAssign")
                    else set()
                )
        return bool(tainted & set(_loaded(call)))

    def _in_class(self, function: Node) -> list[Node]:
        owner = enclosing_class(function) if function.kind != "Module" else None
        return self._bodies.get(owner, []) if owner is not None else []

    def _callers(self, function: Node, depth: int, seen: set[Node]) -> Iterator[Node]:
        if depth == 0 or function.kind in ("Module", "ClassDef"):
            return
        for call in self._calls_of(function):
            outer = scope_of(call)
            inside = self._in_function(outer, call) or self._in_class(outer)
            if inside:
                yield from inside
            elif outer not in seen:
                seen.add(outer)
                near = list(self._called(outer, 1)) if outer.kind != "Module" else []
                yield from near or self._callers(outer, depth - 1, seen)

    def _calls_of(self, function: Node) -> list[Node]:
        return self.values.callers(function)

    def _called(self, function: Node, depth: int) -> Iterator[Node]:
        """Calls inside the project functions that a function calls."""
        for inner in self._callees(function):
            yield from self._inside.get(inner, ())
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
            if scope_of(call) == function:
                for value in self.values.of(call.child("func")):
                    if value.kind == "function" and value.node != function:
                        yield value.node

    # -- config objects ----------------------------------------------------------------------------

    def _beside(self, node: Node) -> list[Judged]:
        """Ids that stand in the same dict, call, class body or parameter list."""
        holder = holder_of(node)
        if holder is None:
            return []
        found = [one for one in self._moving() if one.node is not None and holder_of(one.node) == holder]
        return found

    def _moving(self) -> Iterator[Judged]:
        return (
            one
            for one in self.planner.judged
            if one.id in self.planner.variants and self.planner._wanted(one)
        )

    # -- from calls to models ----------------------------------------------------------------------

    def _served(self, sites: list[Node]) -> Served | None:
        moving: dict[str, Judged] = {}
        others: list[str] = []
        arrived: list[str] = []
        chosen = [call for call in sites if self._matters(call)]
        for call in chosen:
            for one in self.planner.by_site[call]:
                if one.id in self.planner.variants and self.planner._wanted(one):
                    moving[one.id] = one
                elif self._written(one):
                    others.append(f"{one.occurrence.model} stays ({one.file.path}:{one.occurrence.line})")
            others += self._open(call)
            arrived += self._arrived(call)
        if not moving:
            return None
        return Served(
            tuple(moving.values()), tuple(chosen), tuple(dict.fromkeys(others)), tuple(dict.fromkeys(arrived))
        )

    def _matters(self, call: Node) -> bool:
        """Whether a call uses an id of a context that is written (a test's call holds nothing back)."""
        return any(self._written(one) for one in self.planner.by_site[call])

    def _written(self, one: Judged) -> bool:
        return one.context in ("src", "example", *self.planner.engine.settings.write_contexts)

    def _open(self, call: Node) -> Iterator[str]:
        site = self.planner.sites[call]
        for reason in site.unresolved:
            if reason not in _CLOSED:
                yield f"the model may come from elsewhere ({reason})"
        for text, node in site.texts:
            known = self._is_target(text) or any(True for _ in self.linked.ids(text))
            if not known and self._is_live(node):
                yield f"{text} reaches it too"

    def _is_live(self, node: Node) -> bool:
        file = node.file
        context = self.planner.engine.contexts.of(file.path, generated=file.generated)
        return context in ("src", "example", *self.planner.engine.settings.write_contexts)

    def _arrived(self, call: Node) -> Iterator[str]:
        for text, _node in self.planner.sites[call].texts:
            if self._is_target(text):
                yield text.rpartition("/")[2].rpartition(":")[2]

    def _is_target(self, text: str) -> bool:
        targets = self.planner.engine.catalogue.targets.values()
        return any(text == target or text.endswith(("/" + target, ":" + target)) for target in targets)


def scope_of(node: Node) -> Node:
    """The named function around a node, else the class or module."""
    function = enclosing_function(node)
    if function is not None:
        return function
    scope = node.scope
    while scope.kind == "Lambda":
        scope = scope.scope
    return scope


def _entered(use: Use) -> bool:
    """Whether the number came into the use's function as an argument (not as the parameter's own default)."""
    return any(step.kind == "arg" and not use.trail[0].inside(step) for step in use.trail[1:])


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
    return (str(one.value) for one in node.descendants() if one.kind in ("Name", "Attribute"))
