"""One file as read, and cursors on the nodes of its tree: what stands around one, and what it is."""

from __future__ import annotations

import ast
import bisect
import re
from array import array
from functools import cached_property
from sys import intern
from typing import TYPE_CHECKING, Any
from zlib import crc32

from migrator.read import tree_indexes
from migrator.read.tree import Tree, shared

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from migrator.inventory.edit_records import Span
    from migrator.read.facts import Ignore, Occurrence, Problem

_WORD = re.compile(rb"[A-Za-z_0-9]+")
_NEWLINE = re.compile(rb"\r\n?|\n")
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


class FileFacts:
    """One file as read: `path` is posix and relative to the root, `digest` the SHA-256 of its bytes.

    `salt` keeps the hashes of its nodes apart from those of other files.
    `utf8` is the source: one wide character would make all of a text that is kept four times as large.
    """

    __slots__ = (
        "__dict__",
        "digest",
        "generated",
        "ignores",
        "occurrences",
        "path",
        "problem",
        "salt",
        "tree",
        "utf8",
    )

    def __init__(self, path: str, digest: str) -> None:
        self.path = path
        self.salt = crc32(path.encode("utf-8", "surrogatepass")) << 16
        self.digest = digest
        self.generated = False
        self.tree: Tree = Tree()
        self.occurrences: tuple[Occurrence, ...] = ()
        self.ignores: tuple[Ignore, ...] = ()
        self.problem: Problem | None = None
        self.utf8 = b""

    @property
    def text(self) -> str:
        """The source, decoded anew each time."""
        return self.utf8.decode("utf-8", "surrogatepass")

    @text.setter
    def text(self, text: str) -> None:
        self.utf8 = text.encode("utf-8", "surrogatepass")

    def __reduce__(self) -> tuple[Any, ...]:
        state = (self.generated, self.tree, self.occurrences, self.ignores, self.problem, self.utf8)
        return _restore, (self.path, self.digest, *state)

    def forget(self) -> None:
        """Let go of the tree and of what was made of it: nodes hold their file, which holds them."""
        self.__dict__.clear()
        self.tree, self.utf8 = Tree(), b""

    def forget_nodes(self) -> None:
        """Let go of the nodes and of what was made of them; who asks again is given new ones."""
        for name in ("nodes", "bound", "sources", "_wide"):
            self.__dict__.pop(name, None)

    def node(self, index: int) -> Node:
        """A cursor on one node of the tree: the same object each time."""
        return self.nodes[index]

    def of_kind(self, *kinds: str) -> Iterator[Node]:
        """Every node of the indexed kinds, kind by kind in source order."""
        nodes = self.nodes
        return (nodes[index] for kind in kinds for index in self.tree.of_kind(kind))

    def calls_giving(self, is_meant: Callable[[str], bool]) -> Iterator[Node]:
        """Calls with a keyword of a name that is meant (none behind `**`), in source order."""
        tree = self.tree
        named = (index for index in tree.of_kind("keyword") if is_meant(tree.value[index] or ""))
        calls = {tree.parent[index] for index in named}
        return (self.nodes[index] for index in sorted(calls) if tree.kind[index] == "Call")

    @cached_property
    def nodes(self) -> Nodes:
        """The nodes by index, made when they are first asked for."""
        return Nodes(self)

    @cached_property
    def words(self) -> frozenset[str]:
        """Every name, and every word of a text, that the file is written in."""
        return frozenset(intern(word.decode()) for word in frozenset(_WORD.findall(self.utf8)))

    @cached_property
    def names(self) -> dict[str, list[int]]:
        """Loads of a name, by name."""
        return tree_indexes.by_value(self.tree, "Name")

    @cached_property
    def attributes(self) -> dict[str, list[int]]:
        """Loads of an attribute, by its last name."""
        return tree_indexes.by_value(self.tree, "Attribute")

    @cached_property
    def sources(self) -> dict[int, str]:
        """What nodes are written in, as far as it was asked for."""
        return {}

    @cached_property
    def calls(self) -> dict[str, list[int]]:
        """Calls by the last name of what is called."""
        return tree_indexes.calls(self.tree)

    @cached_property
    def bound(self) -> dict[tuple[int, str], list[Node]]:
        """The nodes behind `bindings`, as far as they were asked for."""
        return {}

    @cached_property
    def parameters(self) -> dict[int, list[int]]:
        """The positional and keyword parameters of each function, in order."""
        return tree_indexes.parameters(self.tree)

    @cached_property
    def returns(self) -> dict[int, list[int]]:
        """What each function returns or yields, in source order."""
        return tree_indexes.returns(self.tree)

    @cached_property
    def bindings(self) -> dict[tuple[int, str], list[int]]:
        """(scope, name) -> nodes that bind it: stores, parameters, definitions, imports."""
        return tree_indexes.bindings(self.tree)

    @cached_property
    def names_bound(self) -> dict[tuple[int, str], list[int]]:
        """The same, with captures, and with what is declared global where it belongs."""
        return tree_indexes.names_bound(self.tree, self.bindings)

    @cached_property
    def line_starts(self) -> array[int]:
        """Where lines begin in `utf8`, as `ast` counts them; behind a last newline, too."""
        return array("i", [0, *(end.end() for end in _NEWLINE.finditer(self.utf8))])

    def lines(self, first: int, last: int) -> str:
        """The source from the first to the last of some lines, newlines included."""
        starts = self.line_starts
        end = starts[last] if last < len(starts) else None
        return self.utf8[starts[first - 1] : end].decode(errors="ignore")

    def wide(self, index: int, field: str) -> tuple[Node, ...]:
        """The children in one field of a node with many: long lists are asked about element by element."""
        table: dict[tuple[int, str], tuple[Node, ...]] = self.__dict__.setdefault("_wide", {})
        found = table.get((index, field))
        if found is None:
            children = (self.nodes[i] for i in self.tree.children(index))
            found = table[index, field] = tuple(child for child in children if child.field == field)
        return found


def _restore(*state: Any) -> FileFacts:  # noqa: ANN401
    facts = FileFacts(state[0], state[1])
    facts.generated, facts.tree, facts.occurrences, facts.ignores, facts.problem, facts.utf8 = state[2:]
    return facts
