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
PREFIXES = frozenset({"startswith", "endswith"})
METHODS = PEELED | PREFIXES | {"find", "count", "title"}
REGEX = frozenset({"match", "search", "fullmatch"})
JUNCTIONS = ("any", "all")
TURNED = ("str", "tuple", "set", "list", "frozenset", "sorted", "bool")


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
