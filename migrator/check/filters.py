"""Collections of parameters' names that a renamed one is looked for in, and that hold its old name alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from migrator.check.bounded import each
from migrator.check.readers import Misfit
from migrator.read.kinds import COLLECTIONS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from migrator.know.evaluator import Evaluator
    from migrator.know.questions import Holder
    from migrator.know.values import Frame, Value
    from migrator.read.nodes import Node

_SET_METHODS = ("difference", "intersection", "issubset", "issuperset", "symmetric_difference", "isdisjoint")
_SET_OPERATORS = ("Sub", "BitAnd", "BitXor")


class Filters:
    """Follows literals that are a parameter's old name; `renamed` gives the new one."""

    def __init__(self, know: Evaluator, renamed: Mapping[str, str]) -> None:
        self.know = know
        self.renamed = renamed

    def misfits(self) -> Iterator[Misfit]:
        """Every test at which the new name comes out otherwise than the old one did."""
        yield from each(self._literals() if self.renamed else (), self._of)

    def _literals(self) -> Iterator[Node]:
        for file in self.know.project.files.values():
            tree = file.tree
            for index in tree.of_kind("Constant"):
                value = tree.value[index]
                if isinstance(value, str) and value in self.renamed:
                    yield file.node(index)

    def _of(self, literal: Node) -> Iterator[Misfit]:
        old = str(literal.value)
        for held in self.know.holders(literal, self.know.frames.of(literal)):
            if self._is_told_apart(held, old, self.renamed[old]):
                what = f"would tell {self.renamed[old]!r} from {old!r}, which stands at {literal.where}"
                yield Misfit(held.node, old, what, literal)
                return

    def _is_told_apart(self, held: Holder, old: str, new: str) -> bool:
        node, parent = held.node, held.node.parent
        if parent is None:
            return False
        if parent.kind == "Compare" and parent.value[0] in ("In", "NotIn") and len(parent.value) == 1:
            if node.field == "left" and not held.path:
                others = self._values(parent.child("comparators"), held.frame)
                return any(self._holds(v, new) and not self._holds(v, old) for v in others)
            if node.field == "comparators" and held.path:
                own = self.know.value(node, held.frame)
                lacking = any(self._holds(v, old) and not self._holds(v, new) for v in own)
                asked = {v.text for v in self.know.value(parent.first, held.frame)}
                return lacking and new in asked
            return False
        other = self._other_set(node, parent) if held.path else None
        if other is None:
            return False
        own = self.know.value(node, held.frame)
        lacking = any(self._holds(v, old) and not self._holds(v, new) for v in own)
        return lacking and any(self._holds(v, new) for v in self.know.value(other, held.frame))

    def _values(self, node: Node | None, frame: Frame | None) -> frozenset[Value]:
        return self.know.value(node, frame) if node is not None else frozenset()

    def _other_set(self, node: Node, parent: Node) -> Node | None:
        """What a set is compared or united with."""
        if parent.kind == "BinOp" and parent.value in _SET_OPERATORS:
            return next(
                (side for side in (parent.child("left"), parent.child("right")) if side != node), None
            )
        if parent.kind == "Compare" and parent.value[0] in ("LtE", "GtE", "Lt", "Gt"):
            return parent.first if node.field == "comparators" else parent.child("comparators")
        if parent.kind == "Call" and node.field == "args" and parent.first.kind == "Attribute":
            return parent.first.first if parent.first.value in _SET_METHODS else None
        call = parent.parent
        if parent.kind == "Attribute" and parent.value in _SET_METHODS and call is not None:
            return next(iter(call.all("args")), None)
        return None

    def _holds(self, value: Value, name: str) -> bool:
        """Whether a mapping has a key, a sequence an element."""
        if value.kind == "mapping":
            return any(entry.key == name for entry in self.know.entries(value))
        if value.kind == "sequence":
            elements = self.know.elements(value)
            return any(v.text == name for entry in elements for v in self.know.given(entry))
        return False


def is_collected(literal: Node) -> bool:
    """Whether a literal is an element of a collection that another can stand beside."""
    return literal.parent is not None and literal.parent.kind in COLLECTIONS and literal.field == "elts"
