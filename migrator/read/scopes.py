"""Where a node stands: its function, class and scope; and names as text."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from migrator.read.nodes import Node


FUNCTIONS = ("FunctionDef", "AsyncFunctionDef", "Lambda")


DEFINITIONS = ("FunctionDef", "AsyncFunctionDef", "ClassDef")


def last_name(node: Node | None) -> str:
    """The last name of `a.b.c` or `c`; nothing for other expressions."""
    return str(node.value) if node is not None and node.kind in ("Name", "Attribute") else ""


def dotted(node: Node | None) -> str:
    """`a.b.c` as text; calls on the way are written `()`, what is no name is `?`."""
    if node is None:
        return "?"
    if node.kind == "Name":
        return str(node.value)
    if node.kind == "Attribute":
        return f"{dotted(node.first)}.{node.value}"
    if node.kind == "Call":
        return dotted(node.first) + "()"
    if node.kind == "Await":
        return dotted(node.first)
    return "?"


def methods(cls: Node) -> Iterator[Node]:
    """The functions in a class body."""
    return (node for node in cls.all("body") if node.kind in FUNCTIONS)


def enclosing_class(node: Node) -> Node | None:
    """The class whose method (or body) a node stands in."""
    tree = node.file.tree
    kinds, scope = tree.kind, tree.scope[node.index]
    while kinds[scope] in FUNCTIONS:
        scope = tree.scope[scope]
    return node.file.nodes[scope] if kinds[scope] == "ClassDef" else None


def enclosing_function(node: Node) -> Node | None:
    """The named function that a node stands in."""
    tree = node.file.tree
    kinds, scope = tree.kind, tree.scope[node.index]
    while kinds[scope] == "Lambda":
        scope = tree.scope[scope]
    return node.file.nodes[scope] if kinds[scope] in FUNCTIONS else None


def scope_of(node: Node) -> Node:
    """The named function around a node, else the class or module."""
    tree = node.file.tree
    scope = tree.scope[node.index]
    while tree.kind[scope] == "Lambda":
        scope = tree.scope[scope]
    return node.file.nodes[scope]


def activated(scope: Node) -> Node:
    """The function, or module, whose activation runs the code of a scope: a class body runs in it."""
    while scope.kind == "ClassDef":
        scope = scope.scope
    return scope


def enclosing_names(node: Node) -> list[str]:
    """The names of the functions and classes around a node."""
    return [str(a.value) for a in node.ancestors() if a.kind in DEFINITIONS]


def parameters(function: Node) -> list[Node]:
    """Positional and keyword parameters in order, without `*args` and `**kwargs`."""
    file = function.file
    return [file.nodes[index] for index in file.parameters.get(function.index, ())]
