"""Numbers in the source: what they are, how they are written, and what else they could be written as."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from migrator.inventory.edit_records import Operation, ReplaceExpression, ReplaceText
from migrator.read.scopes import last_name

if TYPE_CHECKING:
    from collections.abc import Iterator

    from migrator.inventory.edit_records import Span
    from migrator.read.nodes import FileFacts, Node

_FACTORS = (1_000, 1_024, 1_000_000)
_GETTERS = frozenset({"getenv", "get", "int"})
_GIVEN_TO = ("Call", "keyword")
LARGEST = 20_000_000


class Number(NamedTuple):
    """A whole number: a literal, a product of two (`128 * 1000`), or digits in a text that becomes one.

    Attributes:
        node: the whole expression that says it.
        factor: of a product; 1 for a plain number.
    """

    node: Node
    value: int
    factor: int = 1

    @property
    def is_text(self) -> bool:
        return isinstance(self.node.value, str) and self.node.kind == "Constant"

    def written(self, new: int) -> str:
        """`new` in the notation of this number."""
        if self.factor > 1 and self.factor != 1_024 and new % self.factor == 0:
            return f"{new // self.factor} * {self.factor}"
        return f"{new:_}" if self.factor > 1 or self._has_underscores() else str(new)

    def operation(self, new: int) -> Operation:
        """The edit that makes it `new`."""
        if self.is_text:
            return ReplaceText(old=str(self.node.value), new=str(new))
        return ReplaceExpression(source=self.written(new))

    @property
    def anchor(self) -> Span:
        return self.node.span

    def _has_underscores(self) -> bool:
        first, start, last, end = self.node.span
        return first == last and end - start > len(str(self.value))


def numbers(file: FileFacts, smallest: int) -> Iterator[Number]:
    """The numbers of a file from `smallest` on."""
    values = file.tree.value
    for index in file.tree.of_kind("Constant"):
        value = values[index]
        if value.__class__ is int:
            may_be = value >= smallest or _holder(file, index) == "BinOp"
        else:
            may_be = value.__class__ is str and value.isdecimal() and _holder(file, index) in _GIVEN_TO
        found = _number(file.node(index)) if may_be else None
        if found is not None and smallest <= found.value <= LARGEST:
            yield found


def _holder(file: FileFacts, index: int) -> str:
    """The kind of what a constant stands in."""
    return file.tree.kind[file.tree.parent[index]]


def _number(node: Node) -> Number | None:
    value, parent = node.value, node.parent
    if isinstance(value, bool) or parent is None:
        return None
    if isinstance(value, str):
        return Number(node, int(value)) if value.isdecimal() and _is_getter(parent, node) else None
    if not isinstance(value, int):
        return None
    product = _product(node, parent)
    return product if product is not None or _is_factor(parent) else Number(node, value)


def _product(node: Node, parent: Node) -> Number | None:
    """`128 * 1000`, told once (by its left side)."""
    if parent.kind != "BinOp" or parent.value != "Mult" or node.field != "left":
        return None
    right = parent.child("right")
    if right is None or right.kind != "Constant" or right.value not in _FACTORS:
        return None
    return Number(parent, int(node.value) * int(right.value), int(right.value))


def _is_factor(parent: Node) -> bool:
    """Whether a product of two literals is told by its left side."""
    left, right = parent.child("left"), parent.child("right")
    if parent.kind != "BinOp" or parent.value != "Mult" or left is None or right is None:
        return False
    return (
        isinstance(left.value, int)
        and left.kind == "Constant"
        and right.kind == "Constant"
        and right.value in _FACTORS
    )


def _is_getter(parent: Node, node: Node) -> bool:
    """Whether digits in a text are the default of a getter: `os.getenv("LIMIT", "128000")`."""
    call = parent.parent if parent.kind == "keyword" else parent
    if call is None or call.kind != "Call" or node.field == "func":
        return False
    return last_name(call.child("func")) in _GETTERS and (
        parent.kind == "keyword" or node not in call.all("args")[:1]
    )


def source(node: Node | None) -> str:
    """The source of a simple expression (names, attributes, calls, literals); nothing for others."""
    if node is None:
        return ""
    if node.kind == "Name":
        return str(node.value)
    if node.kind == "Constant":
        return repr(node.value)
    if node.kind == "Attribute":
        base = source(node.child("value"))
        return f"{base}.{node.value}" if base else ""
    if node.kind == "Subscript":
        base, key = source(node.child("value")), source(node.child("slice"))
        return f"{base}[{key}]" if base and key else ""
    if node.kind == "Call":
        return _call_source(node)
    return ""


def _call_source(node: Node) -> str:
    base = source(node.child("func"))
    parts = [source(argument) for argument in node.all("args")]
    parts += [f"{k.value}={source(k.child('value'))}" for k in node.all("keywords")]
    known = base and all(part and not part.endswith("=") for part in parts)
    return f"{base}({', '.join(parts)})" if known else ""
