"""Cursors on the nodes of files' trees: what stands around a node, and what it is written in."""

from __future__ import annotations

import ast
import bisect
from typing import TYPE_CHECKING, Any

from migrator.read.tree import shared

if TYPE_CHECKING:
    from collections.abc import Iterator

    from migrator.inventory import Span
    from migrator.read.facts import FileFacts

_WIDE = 2_000
_STATEMENT_FIELDS = frozenset({"body", "orelse", "finalbody", ""})
_STATEMENTS = frozenset(
    name for name, cls in vars(ast).items() if isinstance(cls, type) and issubclass(cls, ast.stmt)
)


class Nodes(dict[int, "Node"]):
    """The nodes of one file by index; a node is one object, so that it is compared as such."""

    def __init__(self, file: FileFacts) -> None:
        super().__init__()
        self.file = file
        self.tree = file.tree
        self.numbers = shared(len(file.tree.kind))

    def __missing__(self, index: int) -> Node:
        index = self.numbers[index]
        node = self[index] = Node.__new__(Node)
        tree = self.tree
        node.file = self.file
        node.index = index
        node.kind = tree.kind[index]
        node.field = tree.field[index]
        node.value = tree.value[index]
        return node


class Node:
    """A cursor on a node of a file's tree, made by the file alone (`file.node(index)`).

    `field` is the one of the parent that it stands in; `value` a constant's value, a name, an operator
    (see `tree`).
    """

    __slots__ = ("field", "file", "index", "kind", "value")

    file: FileFacts
    index: int
    kind: str
    field: str
    value: Any

    def __repr__(self) -> str:
        return f"<{self.kind} {self.file.path}:{self.line}>"

    def __hash__(self) -> int:
        """The same in every run, so that sets are gone through in the same order."""
        return self.index + self.file.salt

    @property
    def parent(self) -> Node | None:
        above = self.file.tree.parent[self.index]
        return self.file.nodes[above] if above >= 0 else None

    @property
    def scope(self) -> Node:
        """The function, class or module that it stands in."""
        return self.file.nodes[self.file.tree.scope[self.index]]

    @property
    def span(self) -> Span:
        return self.file.tree.span(self.index)

    @property
    def line(self) -> int:
        return self.file.tree.spans[self.index * 4]

    @property
    def source(self) -> str:
        """The characters that it is written in."""
        known = self.file.sources.get(self.index)
        if known is None:
            known = self.file.sources[self.index] = self._source()
        return known

    def _source(self) -> str:
        first, start, last, end = self.span
        starts = self.file.line_starts
        if not 0 < last <= len(starts):
            return ""
        return self.file.utf8[starts[first - 1] + start : starts[last - 1] + end].decode(errors="ignore")

    @property
    def where(self) -> str:
        return f"{self.file.path}:{self.line}"

    def children(self) -> Iterator[Node]:
        return map(self.file.nodes.__getitem__, self.file.tree.children(self.index))

    def all(self, field: str) -> list[Node]:
        """The children in one field."""
        tree, nodes = self.file.tree, self.file.nodes
        fields, ends = tree.field, tree.end
        at, stop = self.index + 1, ends[self.index]
        if stop - at > _WIDE:
            return list(self.file.wide(self.index, field))
        found = []
        while at < stop:
            if fields[at] == field:
                found.append(nodes[at])
            elif found and self.kind != "Dict":
                break
            at = ends[at]
        return found

    @property
    def is_leaf(self) -> bool:
        """Whether nothing is below it."""
        return self.file.tree.end[self.index] == self.index + 1

    @property
    def decorators(self) -> list[Node]:
        """Those of a function or a class."""
        if self.kind != "ClassDef" and self.file.tree.field[self.index + 1] != "decorator_list":
            return []
        return self.all("decorator_list")

    @property
    def first(self) -> Node:
        """Its first child: what is called, what an attribute or a `*` is taken of, a statement's value."""
        return self.file.nodes[self.index + 1]

    def child(self, field: str) -> Node | None:
        """The first child in a field."""
        tree = self.file.tree
        fields, ends = tree.field, tree.end
        at, stop = self.index + 1, ends[self.index]
        if stop - at > _WIDE:
            return next(iter(self.file.wide(self.index, field)), None)
        while at < stop:
            if fields[at] == field:
                return self.file.nodes[at]
            at = ends[at]
        return None

    @property
    def key(self) -> Node | None:
        """The key of a value in a dict display: what is written before it."""
        above = self.parent
        if self.field != "values" or above is None or above.kind != "Dict":
            return None
        parents, at = self.file.tree.parent, self.index - 1
        while parents[at] != above.index:
            at = parents[at]
        return self.file.nodes[at]

    @property
    def after(self) -> Node:
        """What is written behind it: of a key in a dict display the value."""
        return self.file.nodes[self.file.tree.end[self.index]]

    def ancestors(self) -> Iterator[Node]:
        node = self.parent
        while node is not None:
            yield node
            node = node.parent

    def inside(self, other: Node) -> bool:
        """Whether it stands in `other`'s subtree (or is `other`)."""
        return self.file is other.file and other.index <= self.index < self.file.tree.end[other.index]

    def descendants(self) -> Iterator[Node]:
        return map(self.file.nodes.__getitem__, range(self.index + 1, self.file.tree.end[self.index]))

    def among(self, *kinds: str) -> Iterator[Node]:
        """Those of itself and its descendants that are of some kinds."""
        found, nodes = self.file.tree.kind, self.file.nodes
        return (nodes[i] for i in range(self.index, self.file.tree.end[self.index]) if found[i] in kinds)

    def below(self, *kinds: str) -> Iterator[Node]:
        """Those of the descendants that are of some kinds."""
        found, nodes = self.file.tree.kind, self.file.nodes
        return (nodes[i] for i in range(self.index + 1, self.file.tree.end[self.index]) if found[i] in kinds)

    def within(self, kind: str) -> Iterator[Node]:
        """The nodes of an indexed kind below it, in source order."""
        found = self.file.tree.of_kind(kind)
        start = bisect.bisect_right(found, self.index)
        stop = bisect.bisect_left(found, self.file.tree.end[self.index], start)
        return map(self.file.nodes.__getitem__, found[start:stop])

    @property
    def statement(self) -> Node:
        """The statement that it stands in (itself, if it is one)."""
        node: Node = self
        while node.field not in _STATEMENT_FIELDS or not node.is_statement:
            if node.parent is None:
                return node
            node = node.parent
        return node

    @property
    def is_statement(self) -> bool:
        return self.kind in _STATEMENTS

    def keyword(self, name: str) -> Node | None:
        """The value of a call's keyword argument."""
        tree = self.file.tree
        fields, ends, values = tree.field, tree.end, tree.value
        at, stop = self.index + 1, ends[self.index]
        while at < stop:
            if values[at] == name and fields[at] == "keywords":
                return self.file.nodes[at + 1]
            at = ends[at]
        return None

    def arguments(self) -> list[Node]:
        """What a call is given, by place and then by name."""
        return [*self.all("args"), *(keyword.first for keyword in self.all("keywords"))]

    def positional(self, place: int) -> Node | None:
        """A call's argument at a place; none behind a `*`."""
        tree = self.file.tree
        kinds, fields, ends = tree.kind, tree.field, tree.end
        at, stop = ends[self.index + 1], ends[self.index]
        while at < stop and fields[at] == "args" and kinds[at] != "Starred":
            if not place:
                return self.file.nodes[at]
            place -= 1
            at = ends[at]
        return None
