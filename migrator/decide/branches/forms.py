"""Forms of tests and of what they ask about, as they are written."""

from __future__ import annotations

from typing import TYPE_CHECKING

from migrator.read.scopes import last_name

if TYPE_CHECKING:
    from migrator.read.nodes import Node

_TRIMMED = (
    "lower",
    "upper",
    "casefold",
    "strip",
    "lstrip",
    "rstrip",
    "removeprefix",
    "removesuffix",
    "replace",
)
_PARTED = ("split", "rsplit", "partition", "rpartition")
PEELED = frozenset((*_TRIMMED, *_PARTED))
PIECES = PEELED - {"replace"}
"""Methods that give pieces of a text."""
PREFIXES = frozenset({"startswith", "endswith"})
METHODS = PEELED | PREFIXES | {"find", "count", "title"}
REGEX = frozenset({"match", "search", "fullmatch"})
JUNCTIONS = ("any", "all")
TURNED = ("str", "tuple", "set", "list", "frozenset", "sorted", "bool")


def is_evaluated(call: Node) -> bool:
    """Whether a call is one that may be evaluated."""
    func = call.child("func")
    name = last_name(func)
    method = func is not None and func.kind == "Attribute" and (name in METHODS or name in REGEX)
    return method or name in JUNCTIONS or name in TURNED


def looped(test: Node) -> Node | None:
    """The `for x in collection` around the `if` of a test that asks about `x`."""
    branch = test.parent if test.field == "test" else None
    loop = branch.parent if branch is not None and branch.kind == "If" and branch.field == "body" else None
    target = loop.child("target") if loop is not None and loop.kind in ("For", "AsyncFor") else None
    if target is None or target.kind != "NameStore":
        return None
    asks = any(node.kind == "Name" and node.value == target.value for node in test.descendants())
    return loop if asks else None


def peeled(node: Node | None) -> Node | None:
    """The expression under `.lower()`, `str(…)`, `.split("/")[-1]` and the like."""
    while node is not None:
        func = node.child("func") if node.kind == "Call" else None
        if func is not None and func.kind == "Attribute" and func.value in PEELED:
            node = func.child("value")
        elif func is not None and last_name(func) == "str" and node.all("args"):
            node = node.all("args")[0]
        elif node.kind in ("Subscript", "NamedExpr") or (node.kind == "Attribute" and node.value == "value"):
            inner = node.child("value")
            if node.kind == "Subscript" and not (inner is not None and inner.kind == "Call"):
                return node
            node = inner
        elif node.kind == "BoolOp" and node.value == "Or":
            node = node.all("values")[0]
        else:
            return node
    return None


def is_like(node: Node, other: Node) -> bool:
    """Whether two expressions are written alike."""
    if node is other:
        return True
    if node.kind != other.kind or node.value != other.value:
        return False
    return node.kind == "Name" or node.source == other.source


def is_whole(node: Node) -> bool:
    """Whether an expression is a whole name, or has nothing to do with one."""
    if node.kind == "Subscript":
        key = node.child("slice")
        return key is not None and key.kind == "Constant" and isinstance(key.value, str)
    return node.kind in ("Name", "Attribute") or (node.kind == "Call" and not is_evaluated(node))


def is_piece(node: Node) -> bool:
    """Whether an expression is a name or a piece of one, in capitals or not."""
    if is_whole(node):
        return True
    func = node.child("func") if node.kind == "Call" else None
    if func is None or func.kind != "Attribute" or func.value not in PIECES:
        return False
    inner = func.child("value")
    plain = all(one.kind == "Constant" for one in node.all("args")) and not node.all("keywords")
    return plain and inner is not None and is_piece(inner)


def bare(piece: Node) -> Node:
    """What a piece is a piece of."""
    while piece.kind == "Call" and is_evaluated(piece):
        func = piece.child("func")
        inner = func.child("value") if func is not None else None
        if inner is None:
            break
        piece = inner
    return piece
