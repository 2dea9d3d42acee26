"""Tests that say the same of every name that moves: what they hold against it is no part of any.

`provider == "azure"` or `model is not None` cannot tell an old id from its new one, whatever is asked about
and whatever reaches it. Only forms whose answer is plain by themselves count; all others are evaluated.
"""

from __future__ import annotations

import bisect
from typing import TYPE_CHECKING

from migrator.decide.branches.forms import PREFIXES, bare, is_evaluated, is_like, is_piece, is_whole, looped
from migrator.decide.branches.predicates import EITHER, is_evaluable, joined

if TYPE_CHECKING:
    from collections.abc import Iterable

    from migrator.decide.branches.ladders import Arm, Ladder
    from migrator.decide.branches.predicates import Predicates
    from migrator.read.nodes import Node

_EQUALS = frozenset({"Eq", "NotEq", "Is", "IsNot"})
_MEMBERSHIP = frozenset({"In", "NotIn"})
_STATED = frozenset({"Constant", "Tuple", "List", "Set", "Dict"})
_TELLS: frozenset[bool] = frozenset()
_TRUE, _FALSE = frozenset({True}), frozenset({False})


class Indifferent:
    """Knows such tests; `names` are all that a test may be asked about."""

    def __init__(self, predicates: Predicates, names: Iterable[str]) -> None:
        self.predicates = predicates
        self.linked = predicates.linked
        self.names = "\n".join(sorted(names)).casefold()
        self._memo: dict[str, tuple[bool, bool]] = {}

    def entered(self, ladder: Ladder, subject: Node) -> list[Arm] | None:
        """The arms that all names may enter together; none where one may enter another than the rest."""
        if ladder.shape == "match":
            return None
        found, ended = [], False
        for arm in ladder.arms:
            truths = self.truths(arm.test, subject) if arm.test is not None else _TRUE
            if not truths:
                return None
            if True in truths and not ended:
                found.append(arm)
            ended = ended or truths == _TRUE
        return found

    def truths(self, test: Node, subject: Node) -> frozenset[bool]:
        """What a test may say of all names alike; nothing if it may say this of one and that of another."""
        plain = self.holds_no_id(test) and looped(test) is None
        return self._truths(test, subject) if plain else _TELLS

    # -- texts -------------------------------------------------------------------------------------

    def holds_no_id(self, test: Node) -> bool:
        """Whether no text in a test holds an id."""
        tree = test.file.tree
        constants = tree.of_kind("Constant")
        first = bisect.bisect_left(constants, test.index)
        last = bisect.bisect_left(constants, tree.end[test.index], first)
        return all(self._told(tree.value[index])[0] for index in constants[first:last])

    def _says_nothing(self, constant: Node) -> bool:
        """Whether a constant is no piece of a name."""
        return self._told(constant.value)[1]

    def _told(self, value: object) -> tuple[bool, bool]:
        """Whether a constant holds no id, and is no piece of a name."""
        if not isinstance(value, str):
            return not isinstance(value, bytes), True
        known = self._memo.get(value)
        if known is None:
            plain = not self.linked.holds_id(value)
            known = self._memo[value] = plain, value.casefold() not in self.names
        return known

    # -- forms -------------------------------------------------------------------------------------

    def _truths(self, node: Node, subject: Node) -> frozenset[bool]:
        if node.kind == "BoolOp":
            parts = [self._truths(part, subject) for part in node.all("values")]
            return joined(node.value, parts) if all(parts) else _TELLS
        operand = node.child("operand") if node.kind == "UnaryOp" and node.value == "Not" else None
        if operand is not None:
            return frozenset(not truth for truth in self._truths(operand, subject))
        if node.kind == "Compare":
            return self._compared(node, subject)
        if node.kind == "Call" and is_evaluated(node):
            return self._begun(node, subject)
        if is_like(node, subject):
            return _TRUE
        return EITHER if node.kind == "Constant" or not is_evaluable(node) or is_whole(node) else _TELLS

    def _compared(self, node: Node, subject: Node) -> frozenset[bool]:
        left, right = node.child("left"), node.child("comparators")
        if left is None or right is None or len(node.value) > 1:
            return _TELLS
        if node.value[0] not in _EQUALS | _MEMBERSHIP:
            return EITHER
        held = self._held(node.value[0], left, right, subject)
        if held:
            return held
        one, other = self._seen(left, subject), self._seen(right, subject)
        return EITHER if one is None or other is None else self._held(node.value[0], one, other, subject)

    def _held(self, operator: str, left: Node, right: Node, subject: Node) -> frozenset[bool]:
        """A constant or display against what may be a name."""
        if operator in _MEMBERSHIP and left.kind == "Constant":
            stated, tested = left, right
            heard = tested.kind in ("Name", "Attribute") and not is_like(tested, subject)
        elif operator in _EQUALS and left.kind in _STATED:
            stated, tested, heard = left, right, False
        else:
            stated, tested = right, left
            heard = operator in _MEMBERSHIP and right.kind == "Constant"
        if heard or not (self._is_silent(stated) and is_piece(tested)):
            return _TELLS
        if not is_like(bare(tested), subject):
            return EITHER
        return _FALSE if operator in ("Eq", "Is", "In") else _TRUE

    def _begun(self, call: Node, subject: Node) -> frozenset[bool]:
        """`x.startswith("gemini")`."""
        func, arguments = call.child("func"), call.all("args")
        if func is None or func.kind != "Attribute" or func.value not in PREFIXES or len(arguments) != 1:
            return _TELLS
        tested, stated = func.child("value"), self._seen(arguments[0], subject)
        if tested is None or stated is None:
            return EITHER
        if not (self._is_silent(stated) and is_piece(tested)):
            return _TELLS
        return _FALSE if is_like(bare(tested), subject) else EITHER

    def _is_silent(self, node: Node) -> bool:
        """A constant that is no piece of a name, or a display of such constants that gains none."""
        if node.kind == "Constant":
            return self._says_nothing(node)
        plain = node.kind in _STATED and node not in self.predicates.grown
        elements = node.all("keys" if node.kind == "Dict" else "elts") if plain else ()
        return plain and all(one.kind == "Constant" and self._says_nothing(one) for one in elements)

    def _seen(self, node: Node | None, subject: Node) -> Node | None:
        """What an expression stands for: itself, or what a name is bound to; none if that is never told."""
        if node is None or not is_evaluable(node) or (node.kind == "UnaryOp" and node.value != "Not"):
            return None
        if node.kind not in ("Name", "Attribute", "Call") or is_like(node, subject):
            return node
        if node.kind == "Call":
            return node if is_evaluated(node) else None
        base = node.child("value") if node.value in ("value", "name") else None
        return node if base is not None and is_like(base, subject) else self.predicates.stated(node)
