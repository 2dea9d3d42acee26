"""Which tests are worth deciding: those that don't lead into half of the program."""

from __future__ import annotations

from typing import TYPE_CHECKING

from migrator.read.scopes import FUNCTIONS, last_name

if TYPE_CHECKING:
    from collections.abc import Iterable

    from migrator.know.names import Names
    from migrator.read.nodes import Node
    from migrator.read.project import Project

MAX_STEPS = 3
"""Names and functions on the way from a test to what it is made of."""
MAX_NODES = 60
"""Nodes of a function whose result a test may depend on."""
MAX_SAME = 3
"""Functions of one name."""


class Worth:
    """Says of a test by its text alone, so that it is the same whoever asks."""

    def __init__(self, project: Project, names: Names) -> None:
        self.project = project
        self.names = names
        self._known: dict[tuple[Node, int], bool] = {}

    def of(self, node: Node, steps: int = 0) -> bool:
        """Whether an expression is made of constants, parameters, fields and small functions only."""
        known = self._known.get((node, steps))
        if known is None:
            known = steps <= MAX_STEPS and self._parts([node, *node.descendants()], steps)
            self._known[node, steps] = known
        return known

    def _parts(self, parts: Iterable[Node], steps: int) -> bool:
        for part in parts:
            if part.kind == "Call" and not self._calls_little(part, steps):
                return False
            if part.kind == "Name" and not self._is_bound_simply(part, steps):
                return False
            if part.kind in ("Await", "Yield", "YieldFrom"):
                return False
        return True

    def _calls_little(self, call: Node, steps: int) -> bool:
        name = last_name(call.first)
        found = self.project.functions_by_name.get(name, [])
        return len(found) <= MAX_SAME and all(self._is_small(function, steps) for function in found)

    def _is_small(self, function: Node, steps: int) -> bool:
        if steps >= MAX_STEPS or function.kind not in FUNCTIONS:
            return False
        inside = list(function.descendants())
        if len(inside) > MAX_NODES:
            return False
        return self._parts((n for n in inside if n.kind == "Call"), steps + 1)

    def _is_bound_simply(self, name: Node, steps: int) -> bool:
        for binding in self.names.bindings(name):
            parent = binding.parent
            if binding.kind != "NameStore" or parent is None:
                continue
            if parent.kind in ("Assign", "AnnAssign", "NamedExpr", "AugAssign"):
                value = parent.child("value")
                if value is not None and not self.of(value, steps + 1):
                    return False
        return True
