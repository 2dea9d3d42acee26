"""What one file says: its tree and the places where a model id occurs. Small and picklable."""

from __future__ import annotations

import re
from array import array
from functools import cached_property
from sys import intern
from typing import TYPE_CHECKING, Any, Literal, NamedTuple
from zlib import crc32

from migrator.read.nodes import Nodes
from migrator.read.tree import Tree, shared

if TYPE_CHECKING:
    from collections.abc import Iterator

    from migrator.read.nodes import Node

Place = Literal["code", "docstring", "comment"]
_WORD = re.compile(rb"[A-Za-z_0-9]+")
_NEWLINE = re.compile(rb"\r\n?|\n")


class Occurrence(NamedTuple):
    """One id in the text: 1-based line and column (code points), the id, the node of the string around it.

    `nth` counts equal ids inside that one string; `line_text` is the source line (comments only);
    `remark` the comments beside code: at the end of its line and directly above it.
    """

    line: int
    column: int
    model: str
    node: int
    place: Place
    nth: int
    line_text: str = ""
    remark: str = ""


class Ignore(NamedTuple):
    """A suppression comment: rule ids (none: all), the last day it holds (none: for ever), and why."""

    line: int
    rules: tuple[str, ...]
    until: str
    why: str
    whole_file: bool = False


class Problem(NamedTuple):
    """Why a file could not be read."""

    code: str
    message: str


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
        return self._by_value("Name")

    @cached_property
    def attributes(self) -> dict[str, list[int]]:
        """Loads of an attribute, by its last name."""
        return self._by_value("Attribute")

    @cached_property
    def sources(self) -> dict[int, str]:
        """What nodes are written in, as far as it was asked for."""
        return {}

    @cached_property
    def calls(self) -> dict[str, list[int]]:
        """Calls by the last name of what is called."""
        kinds, values, found = self.tree.kind, self.tree.value, {}  # type: ignore[var-annotated]
        for index in self.tree.keys("Call"):
            if kinds[index + 1] in ("Name", "Attribute"):
                found.setdefault(values[index + 1], []).append(index)
        return found

    @cached_property
    def bound(self) -> dict[tuple[int, str], list[Node]]:
        """The nodes behind `bindings`, as far as they were asked for."""
        return {}

    @cached_property
    def parameters(self) -> dict[int, list[int]]:
        """The positional and keyword parameters of each function, in order."""
        tree, found = self.tree, {}  # type: ignore[var-annotated]
        for index in tree.keys("arg"):
            if tree.field[index] in ("args", "kwonlyargs"):
                found.setdefault(tree.parent[index], []).append(index)
        return found

    @cached_property
    def returns(self) -> dict[int, list[int]]:
        """What each function returns or yields, in source order."""
        tree, found = self.tree, {}  # type: ignore[var-annotated]
        for index in sorted([*tree.of_kind("Return"), *tree.of_kind("Yield")]):
            found.setdefault(tree.scope[index], []).append(index)
        return found

    @cached_property
    def bindings(self) -> dict[tuple[int, str], list[int]]:
        """(scope, name) -> nodes that bind it: stores, parameters, definitions, imports."""
        tree, found = self.tree, {}  # type: ignore[var-annotated]
        numbers = shared(len(tree.kind))
        for kind in ("NameStore", "FunctionDef", "AsyncFunctionDef", "ClassDef", "arg"):
            for index in tree.keys(kind):
                found.setdefault((numbers[tree.scope[index]], tree.value[index]), []).append(index)
        for kind in ("Import", "ImportFrom"):
            for index in tree.of_kind(kind):
                for alias in tree.children(index):
                    name, asname = tree.value[alias]
                    bound = asname or (name if kind == "ImportFrom" else name.split(".")[0])
                    found.setdefault((tree.scope[index], bound), []).append(alias)
        return found

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

    def _by_value(self, kind: str) -> dict[str, list[int]]:
        values, found = self.tree.value, {}  # type: ignore[var-annotated]
        for index in self.tree.keys(kind):
            found.setdefault(values[index], []).append(index)
        return found


def _restore(*state: Any) -> FileFacts:  # noqa: ANN401
    facts = FileFacts(state[0], state[1])
    facts.generated, facts.tree, facts.occurrences, facts.ignores, facts.problem, facts.utf8 = state[2:]
    return facts
