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
from operator import attrgetter
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, MutableSequence, Sequence

    from migrator.inventory.edit_records import Span

Scalar = Any
"""A constant's value, a name, or a small tuple of names."""

_OUTER_FIELDS = frozenset({"decorator_list", "bases", "keywords"})
"""What of a class stands in the scope around it."""
_SCALARS = frozenset(
    {"ctx", "op", "ops", "id", "attr", "kind", "level", "module", "asname", "conversion", "is_async"}
    | {"simple", "type_comment", "type_ignores"}
)
"""Fields that hold no nodes, or only operators."""
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
        self._by_kind: dict[str, MutableSequence[int]] = {}

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

    def keys(self, kind: str) -> Iterator[int]:
        """The same as `of_kind`, for tables that are kept."""
        return map(shared(len(self.kind)).__getitem__, self._by_kind.get(kind, ()))

    def of_kind(self, kind: str) -> Sequence[int]:
        """Every node of a kind that is indexed (calls, names, definitions, imports, …)."""
        return self._by_kind.get(kind, ())


class _Row(NamedTuple):
    """How nodes of one class are added.

    Attributes:
        kind: their kind; `stored` where they are assigned to.
        value: what says their value, if they have one.
        span: what says where they stand.
        fields: those that may hold nodes.
        add: for classes whose children stand in another order or scope.
    """

    kind: str
    stored: str
    value: Callable[[Any], Scalar] | None
    span: Callable[[Any], tuple[int, int, int, int]]
    fields: tuple[str, ...]
    add: Callable[[_Builder, Any, int, int, int], None] | None


class _Rows(dict[type, _Row]):
    def __missing__(self, cls: type[ast.AST]) -> _Row:
        kind = cls.__name__
        field = _VALUE_FIELD.get(kind)
        row = self[cls] = _Row(
            kind,
            kind + "Store" if "ctx" in cls._fields and kind in _INDEXED else "",
            attrgetter(field) if field else _VALUES.get(kind),
            _PLACE if "lineno" in cls._attributes else _nowhere,
            tuple(name for name in cls._fields if name not in _SCALARS and kind != "Constant"),
            _SPECIAL.get(kind),
        )
        return row


_NUMBERS: list[int] = []


def shared(count: int) -> Sequence[int]:
    """The numbers below `count`, and more; a number is one object in all tables, not 32 bytes in each."""
    if count > len(_NUMBERS):
        _NUMBERS.extend(range(len(_NUMBERS), count))
    return _NUMBERS


def build(module: ast.Module) -> Tree:
    """The columns of a parsed module; raises RecursionError where it is nested deeper than `MAX_DEPTH`."""
    builder = _Builder()
    builder.add(module, "", -1, 0, 1)
    return builder.tree()


class _Builder:
    """Columns on the way: lists are quicker to fill than arrays."""

    def __init__(self) -> None:
        self.kind: list[str] = []
        self.field: list[str] = []
        self.value: list[Scalar] = []
        self.parent: list[int] = []
        self.scope: list[int] = []
        self.end: list[int] = []
        self.spans: list[int] = []

    def tree(self) -> Tree:
        """The tree of what was added."""
        tree = Tree()
        tree.kind, tree.field, tree.value = self.kind, self.field, self.value
        tree.parent, tree.scope = array("i", self.parent), array("i", self.scope)
        tree.end, tree.spans = array("i", self.end), array("i", self.spans)
        by_kind: dict[str, MutableSequence[int]] = {kind: array("i") for kind in _INDEXED}
        for index, kind in enumerate(self.kind):
            if kind in by_kind:
                by_kind[kind].append(index)
        tree._by_kind = {kind: found for kind, found in by_kind.items() if found}
        return tree

    def add(self, node: Any, field: str, parent: int, scope: int, depth: int) -> None:  # noqa: ANN401
        """A node and what is below it."""
        kind, stored, value, span, fields, special = _ROWS[node.__class__]
        index = len(self.kind)
        self.kind.append(stored if stored and node.ctx.__class__ is not ast.Load else kind)
        self.field.append(field)
        self.value.append(None if value is None else value(node))
        self.parent.append(parent)
        self.scope.append(scope)
        self.spans += span(node)
        self.end.append(index + 1)
        if not fields:
            return
        if depth >= MAX_DEPTH:
            raise RecursionError
        if special is not None:
            special(self, node, index, scope, depth + 1)
        else:
            self.add_fields(node, fields, index, scope, depth + 1)
        self.end[index] = len(self.kind)

    def add_fields(self, node: Any, fields: tuple[str, ...], index: int, scope: int, depth: int) -> None:  # noqa: ANN401
        for field in fields:
            child = getattr(node, field, None)
            if child.__class__ is list:
                for item in child:
                    if item.__class__ in _ROWS or isinstance(item, ast.AST):
                        self.add(item, field, index, scope, depth)
            elif child.__class__ in _ROWS or isinstance(child, ast.AST):
                self.add(child, field, index, scope, depth)

    def add_class(self, node: ast.ClassDef, index: int, scope: int, depth: int) -> None:
        for field in _ROWS[ast.ClassDef].fields:
            where = scope if field in _OUTER_FIELDS else index
            self.add_fields(node, (field,), index, where, depth)

    def add_dict(self, node: ast.Dict, index: int, scope: int, depth: int) -> None:
        for key, value in zip(node.keys, node.values, strict=True):
            if key is not None:
                self.add(key, "keys", index, scope, depth)
            self.add(value, "spread" if key is None else "values", index, scope, depth)

    def add_function(self, node: Any, index: int, scope: int, depth: int) -> None:  # noqa: ANN401
        for decorator in getattr(node, "decorator_list", ()):
            self.add(decorator, "decorator_list", index, scope, depth)
        self.add_parameters(node.args, index, scope, depth)
        if getattr(node, "returns", None) is not None:
            self.add(node.returns, "returns", index, scope, depth)
        body = node.body if isinstance(node.body, list) else [node.body]
        for item in body:
            self.add(item, "body", index, index, depth)

    def add_parameters(self, node: ast.arguments, index: int, scope: int, depth: int) -> None:
        plain = [*node.posonlyargs, *node.args]
        missing: list[ast.expr | None] = [None] * (len(plain) - len(node.defaults))
        given = [("args", *pair) for pair in zip(plain, [*missing, *node.defaults], strict=True)]
        given += [("vararg", node.vararg, None)] if node.vararg else []
        given += [("kwonlyargs", *pair) for pair in zip(node.kwonlyargs, node.kw_defaults, strict=True)]
        given += [("kwarg", node.kwarg, None)] if node.kwarg else []
        for field, arg, default in given:
            at = len(self.kind)
            self.add(arg, field, index, scope, depth)
            self.scope[at] = index
            if default is not None:
                self.add(default, "default", at, scope, depth)
                self.end[at] = len(self.kind)


_PLACE = attrgetter("lineno", "col_offset", "end_lineno", "end_col_offset")
_SPECIAL: dict[str, Callable[[_Builder, Any, int, int, int], None]] = {
    "ClassDef": _Builder.add_class,
    "Dict": _Builder.add_dict,
    "FunctionDef": _Builder.add_function,
    "AsyncFunctionDef": _Builder.add_function,
    "Lambda": _Builder.add_function,
}


def _nowhere(node: ast.AST) -> tuple[int, int, int, int]:
    return 0, 0, 0, 0


def _operator(node: Any) -> str:  # noqa: ANN401
    return type(node.op).__name__


_VALUES: dict[str, Callable[[Any], Scalar]] = {
    **dict.fromkeys(("BinOp", "BoolOp", "UnaryOp", "AugAssign"), _operator),
    **dict.fromkeys(("Global", "Nonlocal"), lambda node: tuple(node.names)),
    "Compare": lambda node: tuple(type(op).__name__ for op in node.ops),
    "alias": lambda node: (node.name, node.asname),
    "ImportFrom": lambda node: (node.module or "", node.level),
    "MatchClass": lambda node: tuple(node.kwd_attrs),
}
_ROWS = _Rows()
