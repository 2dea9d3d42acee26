"""One module's syntax tree as flat columns in preorder: small, quick to send, with parents.

Node `i`'s subtree is `i .. end[i]`; kinds and fields are those of `ast`, with three changes:
names, attributes and subscripts that are assigned to are of kinds `NameStore`, `AttributeStore`
and `SubscriptStore`; operators are values, not nodes; a `**` in a dict display is a child of
field `spread`.
"""

from __future__ import annotations

import ast
import sys
from array import array
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

    from migrator.inventory import Span

Scalar = Any
"""A constant's value, a name, or a small tuple of names."""

_SCOPES = ("FunctionDef", "AsyncFunctionDef", "Lambda", "ClassDef")
_OUTER_FIELDS = frozenset({"decorator_list", "returns", "bases", "keywords", "default", "annotation"})
_VALUE_FIELD = {
    "Name": "id",
    "Attribute": "attr",
    "keyword": "arg",
    "FunctionDef": "name",
    "AsyncFunctionDef": "name",
    "ClassDef": "name",
    "arg": "arg",
    "ExceptHandler": "name",
    "Constant": "value",
    "MatchAs": "name",
    "MatchStar": "name",
    "MatchMapping": "rest",
    "TypeVar": "name",
}
_INDEXED = frozenset(
    {
        "Call",
        "keyword",
        "Name",
        "NameStore",
        "Attribute",
        "AttributeStore",
        "FunctionDef",
        "AsyncFunctionDef",
        "ClassDef",
        "Import",
        "ImportFrom",
        "Compare",
        "Return",
        "Yield",
        "Dict",
        "Subscript",
        "arg",
        "Constant",
        "match_case",
    }
)


MAX_DEPTH = 700
_STACK = 3_000


def make_room() -> None:
    """Let recursion follow any tree that `build` takes: a few calls for each of its levels."""
    sys.setrecursionlimit(max(sys.getrecursionlimit(), _STACK))


class Tree:
    """The columns; see the module's docstring. `scope[i]` is the function or class that `i` stands in."""

    __slots__ = ("_by_kind", "end", "field", "kind", "parent", "scope", "spans", "value")

    def __init__(self) -> None:
        self.kind: list[str] = []
        self.field: list[str] = []
        self.parent = array("i")
        self.end = array("i")
        self.scope = array("i")
        self.spans = array("i")
        self.value: list[Scalar] = []
        self._by_kind: dict[str, list[int]] = {}

    def children(self, index: int) -> Iterator[int]:
        """Direct children of a node, in source order of their fields."""
        child, stop = index + 1, self.end[index]
        while child < stop:
            yield child
            child = self.end[child]

    def span(self, index: int) -> Span:
        """First line, UTF-8 column, last line, end column."""
        at = index * 4
        return self.spans[at], self.spans[at + 1], self.spans[at + 2], self.spans[at + 3]

    def of_kind(self, kind: str) -> list[int]:
        """Every node of a kind that is indexed (calls, names, definitions, imports, …)."""
        return self._by_kind.get(kind, [])


def build(module: ast.Module) -> Tree:
    """The columns of a parsed module; raises RecursionError where it is nested deeper than `MAX_DEPTH`."""
    builder = _Builder()
    builder.add(module, "", -1, 0)
    return builder.tree


class _Builder:
    def __init__(self) -> None:
        self.tree = Tree()
        self.depth = 0
        self.add_kind = self.tree.kind.append
        self.add_field = self.tree.field.append
        self.add_value = self.tree.value.append

    def add(self, node: ast.AST, field: str, parent: int, scope: int) -> None:
        tree = self.tree
        kind = type(node).__name__
        index = len(tree.kind)
        if kind in _STORES and not isinstance(node.ctx, ast.Load):  # type: ignore[attr-defined]
            self.add_kind(kind + "Store")
        else:
            self.add_kind(kind)
        self.add_field(field)
        self.add_value(_value(kind, node))
        tree.parent.append(parent)
        tree.scope.append(scope)
        tree.end.append(0)
        try:
            tree.spans.extend((node.lineno, node.col_offset, node.end_lineno, node.end_col_offset))  # type: ignore[attr-defined]
        except AttributeError:
            tree.spans.extend((0, 0, 0, 0))
        kind = tree.kind[index]
        if kind in _INDEXED:
            tree._by_kind.setdefault(kind, []).append(index)
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise RecursionError
        self.add_children(kind, node, index, scope)
        self.depth -= 1
        tree.end[index] = len(tree.kind)

    def add_children(self, kind: str, node: ast.AST, index: int, scope: int) -> None:
        special = _SPECIAL.get(kind)
        if special is not None:
            special(self, node, index, scope)
            return
        inner = index if kind in _SCOPES else scope
        for field in node._fields:
            child = getattr(node, field, None)
            where = scope if field in _OUTER_FIELDS else inner
            if isinstance(child, list):
                for item in child:
                    if isinstance(item, ast.AST):
                        self.add(item, field, index, where)
            elif isinstance(child, ast.AST) and not isinstance(child, _DROPPED):
                self.add(child, field, index, where)

    def add_dict(self, node: ast.Dict, index: int, scope: int) -> None:
        for key, value in zip(node.keys, node.values, strict=True):
            if key is not None:
                self.add(key, "keys", index, scope)
            self.add(value, "spread" if key is None else "values", index, scope)

    def add_function(self, node: Any, index: int, scope: int) -> None:  # noqa: ANN401
        for decorator in getattr(node, "decorator_list", ()):
            self.add(decorator, "decorator_list", index, scope)
        self.add_parameters(node.args, index, scope)
        if getattr(node, "returns", None) is not None:
            self.add(node.returns, "returns", index, scope)
        body = node.body if isinstance(node.body, list) else [node.body]
        for item in body:
            self.add(item, "body", index, index)

    def add_parameters(self, node: ast.arguments, index: int, scope: int) -> None:
        plain = [*node.posonlyargs, *node.args]
        defaults: list[ast.expr | None] = [None] * (len(plain) - len(node.defaults))
        for arg, default in zip(plain, [*defaults, *node.defaults], strict=True):
            self.add_parameter(arg, default, "args", index, scope)
        if node.vararg:
            self.add_parameter(node.vararg, None, "vararg", index, scope)
        for arg, default in zip(node.kwonlyargs, node.kw_defaults, strict=True):
            self.add_parameter(arg, default, "kwonlyargs", index, scope)
        if node.kwarg:
            self.add_parameter(node.kwarg, None, "kwarg", index, scope)

    def add_parameter(
        self, arg: ast.arg, default: ast.expr | None, field: str, index: int, scope: int
    ) -> None:
        tree = self.tree
        self.add(arg, field, index, scope)
        at = len(tree.kind) - 1
        while tree.kind[at] != "arg" or tree.parent[at] != index:
            at = tree.parent[at]
        tree.scope[at] = index
        if default is not None:
            self.add(default, "default", at, scope)
            tree.end[at] = len(tree.kind)


_STORES = frozenset({"Name", "Attribute", "Subscript"})
_DROPPED = (ast.expr_context, ast.operator, ast.unaryop, ast.boolop, ast.cmpop)
_SPECIAL: dict[str, Any] = {
    "Dict": _Builder.add_dict,
    "FunctionDef": _Builder.add_function,
    "AsyncFunctionDef": _Builder.add_function,
    "Lambda": _Builder.add_function,
}


def _value(kind: str, node: Any) -> Scalar:  # noqa: ANN401
    field = _VALUE_FIELD.get(kind)
    if field is not None:
        value = getattr(node, field)
        return sys.intern(value) if isinstance(value, str) and kind != "Constant" else value
    if kind in ("BinOp", "BoolOp", "UnaryOp", "AugAssign"):
        return type(node.op).__name__
    if kind == "Compare":
        return tuple(type(op).__name__ for op in node.ops)
    if kind == "alias":
        return node.name, node.asname
    if kind == "ImportFrom":
        return node.module or "", node.level
    if kind in ("Global", "Nonlocal"):
        return tuple(node.names)
    if kind == "MatchClass":
        return tuple(node.kwd_attrs)
    return None
