"""How many requests of one call run at once, where the code says so: pools, semaphores, library options."""

from __future__ import annotations

from typing import TYPE_CHECKING

from migrator.read.scopes import FUNCTIONS, last_name

if TYPE_CHECKING:
    from collections.abc import Iterator

    from migrator.decide.linked import Linked
    from migrator.read.nodes import Node

_HOPS = 3
"""Callers of callers that are looked at."""


class Concurrency:
    """Answers for one linked project."""

    def __init__(self, linked: Linked) -> None:
        self.linked = linked
        self._known: dict[Node, tuple[int, Node] | None] = {}

    def workers(self, node: Node) -> tuple[int, Node] | None:
        """How many of a call run at once, and where that is said; the narrowest gate decides."""
        if node not in self._known:
            self._known[node] = self._workers(node)
        return self._known[node]

    def _workers(self, node: Node) -> tuple[int, Node] | None:
        gates = list(self._gates(node))
        if gates:
            return min(gates, key=lambda gate: gate[0])
        sizes = [size for scope in self._scopes(node) for size in self._sizes(scope)]
        return max(sizes, key=lambda size: size[0], default=None)

    def _gates(self, node: Node) -> Iterator[tuple[int, Node]]:
        """`async with semaphore:` around the call."""
        for above in node.ancestors():
            if above.kind in ("With", "AsyncWith"):
                for item in above.all("items"):
                    for value in self.linked.values.of(item.child("context_expr")):
                        if value.kind == "object" and self._is("gate-class", value.node):
                            yield from self._given(value.node, value.node.all("args")[:1])
            elif above.kind in FUNCTIONS:
                return

    def _scopes(self, node: Node) -> Iterator[Node]:
        """The function around the call, and those that hand it to a pool, directly or through helpers."""
        function, seen = _function(node), set()
        for _ in range(_HOPS):
            if function is None or function in seen:
                return
            seen.add(function)
            yield function
            yield from (user for user in map(_function, self._handed(function)) if user is not None)
            calls = self.linked.values.callers(function)
            function = _function(calls[0]) if len(calls) == 1 else None

    def _handed(self, function: Node) -> Iterator[Node]:
        for load in self.linked.project.loads(function):
            above = load.parent
            if load.field == "args" and above is not None and self._is("pool-callee", above):
                yield load

    def _sizes(self, scope: Node) -> Iterator[tuple[int, Node]]:
        for call in scope.within("Call"):
            if self._is("pool-class", call) or self._is("gate-class", call):
                yield from self._given(call, call.all("args")[:1])
            elif self._is("pool-map", call):
                yield from self._given(call, [])

    def _is(self, names: str, call: Node) -> bool:
        return self.linked.names(names, last_name(call.child("func")))

    def _given(self, call: Node, first: list[Node]) -> Iterator[tuple[int, Node]]:
        given = [
            *(call.keyword(name) for name in (*self.linked.names.listed("pool-size"), "value")),
            *first,
        ]
        for value in (value for node in given for value in self.linked.values.of(node)):
            number = value.node.value if value.kind == "number" else None
            if isinstance(number, int) and number > 0:
                yield number, call


def _function(node: Node) -> Node | None:
    kinds = ("FunctionDef", "AsyncFunctionDef")
    return next((above for above in node.ancestors() if above.kind in kinds), None)
