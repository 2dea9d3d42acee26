"""Expressions that have a value which no source says, seen at a glance: parameters, results of libraries."""

from __future__ import annotations

from typing import TYPE_CHECKING

from migrator.know.members import DECLARING
from migrator.read.scopes import last_name, parameters

if TYPE_CHECKING:
    from migrator.decide.linked import Linked
    from migrator.read.nodes import Node

_NEAR = 4
_FOLLOWED = frozenset(
    {"Assign", "AnnAssign", "NamedExpr", "AugAssign", "withitem", "Tuple", "List"}
    | {"For", "AsyncFor", "comprehension"}
)
"""What binds a name in a way that is followed."""
_SEEN_THROUGH = DECLARING | {"partial", "cast", "str", "copy", "deepcopy"}
"""What calls give back what they are given, beside what makes a record of it."""
_COMPUTED = frozenset(
    {"JoinedStr", "BinOp", "Compare", "UnaryOp", "Lambda", "ListComp", "SetComp", "DictComp"}
)


class Untold:
    """Knows them without following what is passed and returned; those that it does not know may be untold."""

    def __init__(self, linked: Linked) -> None:
        self.linked = linked
        self.project = linked.project
        self._seen_through = _SEEN_THROUGH.union(linked.names.listed("record-maker"))
        self._memo: dict[Node, bool] = {}

    def __call__(self, node: Node) -> bool:
        """Whether `Values.of` finds more than texts, numbers and displays: what is unknown or a library's."""
        known = self._memo.get(node)
        if known is None:
            known = self._memo[node] = self._is(node, 0)
        return known

    def _is(self, node: Node | None, depth: int) -> bool:
        if node is None or depth > _NEAR:
            return False
        if node.kind == "Name":
            return self._is_foreign(node) or any(
                self._binds(one, depth) for one in self.project.bindings(node)
            )
        if node.kind in ("Attribute", "Await", "NamedExpr"):
            return self._is(node.child("value"), depth)
        if node.kind == "BoolOp":
            return any(self._is(part, depth) for part in node.all("values"))
        if node.kind == "Call":
            return self._is_foreign(node)
        return node.kind in _COMPUTED and node.value != "BitOr"

    def _binds(self, binding: Node, depth: int) -> bool:
        above = binding.parent
        if binding.kind == "arg":
            return not _is_bound(binding)
        if binding.kind != "NameStore" or above is None:
            return False
        if above.kind == "Assign":
            return self._is(above.child("value"), depth + 1)
        return above.kind not in _FOLLOWED

    def _is_foreign(self, node: Node) -> bool:
        """Whether something may come from outside the project: a library's name, or what its call makes."""
        if node.kind == "Attribute":
            inner = node.child("value")
            return inner is not None and self._is_foreign(inner)
        if node.kind == "Name":
            bindings = self.project.bindings(node)
            return not bindings or any(map(self._is_library, bindings))
        func = node.child("func") if node.kind == "Call" and node not in self.project.loaded else None
        return func is not None and last_name(func) not in self._seen_through and self._is_foreign(func)

    def _is_library(self, binding: Node) -> bool:
        path = self.project.imported(binding) if binding.kind == "alias" else None
        return isinstance(path, str) and path.rpartition(".")[2] not in self._seen_through


def _is_bound(parameter: Node) -> bool:
    """Whether a parameter may be the object or the class that a method belongs to."""
    function = parameter.parent
    return function is None or (function.scope.kind == "ClassDef" and parameters(function)[:1] == [parameter])
