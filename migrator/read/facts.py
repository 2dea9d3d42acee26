"""What one file says: its tree and the places where a model id occurs. Small and picklable."""

from __future__ import annotations

import ast
import bisect
import hashlib
import os
import re
import sys
import warnings
from array import array
from functools import cached_property
from itertools import islice
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

import msgspec

from migrator.read.tree import Tree, build, make_room, shared
from migrator.source import Source, SourceError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from migrator.inventory import Span
    from migrator.rulebook import Family

Place = Literal["code", "docstring", "comment"]


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
        "tree",
        "utf8",
    )

    def __init__(self, path: str, digest: str) -> None:
        self.path = path
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

    def node(self, index: int) -> Node:
        """A cursor on one node of the tree: the same object each time."""
        return self.nodes[index]

    def of_kind(self, *kinds: str) -> Iterator[Node]:
        """Every node of the indexed kinds, kind by kind in source order."""
        nodes = self.nodes
        return (nodes[index] for kind in kinds for index in self.tree.of_kind(kind))

    @cached_property
    def nodes(self) -> _Nodes:
        """The nodes by index, made when they are first asked for."""
        return _Nodes(self)

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


class _Nodes(dict[int, "Node"]):
    """The nodes of one file by index; a node is one object, so that it is compared and hashed as such."""

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


MAX_IDS = 20_000
"""In one file, comments and texts included."""
MAX_MARKS = 2_000_000
_MARKS = tuple(bytes([char]) for char in b",.([{+-*/%|&^<>=:;\n")
_LONG_CHAIN = 20_000
_WIDE = 2_000
_NEWLINE = re.compile(rb"\r\n?|\n")
_STATEMENT_FIELDS = frozenset({"body", "orelse", "finalbody", ""})
_STATEMENTS = frozenset(
    name for name, cls in vars(ast).items() if isinstance(cls, type) and issubclass(cls, ast.stmt)
)


class IdPattern(msgspec.Struct, frozen=True):
    """How ids of the source families are found in text: per family what ids start with, and with what not."""

    families: tuple[tuple[tuple[str, ...], tuple[str, ...]], ...]

    @classmethod
    def of(cls, families: tuple[Family, ...]) -> IdPattern:
        """The pattern of the families to migrate."""
        return cls(tuple((family.starts, family.excludes) for family in families))

    @property
    def starts(self) -> tuple[str, ...]:
        """What ids of any of the families start with."""
        return tuple(start for starts, _ in self.families for start in starts)

    def finditer(self, text: str) -> Iterator[tuple[int, str]]:
        """(offset, id) of every id in `text`: the longest run of id characters, `ft:` included."""
        end = 0
        for at in _places(text, self.starts):
            match = None if at < end else _match(_compiled(self.starts), text, at)
            if match is not None:
                end = match.end()
                model = match.group().rstrip(".-")
                if self._covers(model.removeprefix("ft:")):
                    yield match.start(), model

    def _covers(self, model: str) -> bool:
        return any(
            model.startswith(starts) and not any(_within(model, text) for text in excludes)
            for starts, excludes in self.families
        )

    def in_bytes(self, data: bytes) -> bool:
        """Whether a file's bytes can hold an id: plain `in` tests."""
        return any(start.encode() in data for start in self.starts)


def _places(text: str, starts: tuple[str, ...]) -> list[int]:
    """Where ids may start, in order: plain strings are found many times as fast as a pattern."""
    found: set[int] = set()
    for start in starts:
        at = text.find(start)
        while at >= 0:
            found.add(at)
            at = text.find(start, at + 1)
    return sorted(found)


def _match(pattern: re.Pattern[str], text: str, at: int) -> re.Match[str] | None:
    """The id that has its family's start at an offset."""
    tuned = pattern.match(text, at - 3) if text.startswith("ft:", max(at - 3, 0)) else None
    return tuned or pattern.match(text, at)


def _within(model: str, excluded: str) -> bool:
    return model.startswith(excluded) and not model[len(excluded) : len(excluded) + 1].isdigit()


def _compiled(starts: tuple[str, ...]) -> re.Pattern[str]:
    pattern = _PATTERNS.get(starts)
    if pattern is None:
        ids = "|".join(re.escape(start) for start in sorted(starts, key=len, reverse=True))
        pattern = re.compile(rf"(?<![A-Za-z0-9_.\-])(?:ft:)?(?:{ids})[A-Za-z0-9_.\-]*")
        _PATTERNS[starts] = pattern
    return pattern


_PATTERNS: dict[tuple[str, ...], re.Pattern[str]] = {}
_GENERATED = re.compile(
    rb"do not edit|@generated|auto-?generated (?:by|from|file)|generated by .{0,40}do not"
)
_GENERATED_WORDS = (b"do not edit", b"generated")
_IGNORE = re.compile(r"#\s*gpt55:\s*(ignore-file|ignore)\b(?:\[([^\]]*)\])?([^\n\r]*)")
_MARK = "gpt55:"
_UNTIL = re.compile(r"until\s*=\s*(\S+)")
_WHY = re.compile(r"--\s*(.+)")


def read(path: str, data: bytes, pattern: IdPattern) -> FileFacts:
    """Parse one file's bytes. What cannot be read comes back with a `problem`, never as an exception."""
    facts = FileFacts(path, hashlib.sha256(data).hexdigest())
    if _is_data(data):
        facts.problem = Problem("too-large", f"more than {MAX_MARKS:,} commas, brackets and more; exclude it")
        return facts
    make_room()
    try:
        source = Source(data)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            module = _parsed(source.text)
        facts.tree = build(module)
        facts.text = source.text
    except (SourceError, SyntaxError, ValueError) as error:
        facts.problem = _problem(error)
        return facts
    except (RecursionError, MemoryError):
        facts.problem = Problem("too-deep", "nested too deeply to be read; look at it by hand")
        return facts
    facts.generated = is_generated(data)
    facts.occurrences = tuple(islice(_occurrences(facts.tree, source, pattern), MAX_IDS + 1))
    if len(facts.occurrences) > MAX_IDS:
        facts.occurrences, facts.tree = (), Tree()
        facts.problem = Problem("too-many-ids", f"more than {MAX_IDS:,} ids; this is data: exclude it")
        return facts
    facts.ignores = tuple(_ignores(facts.tree, source)) if _MARK in source.text else ()
    return facts


def is_generated(data: bytes) -> bool:
    """Whether a file's beginning says that a program wrote it."""
    head = data[:2000].lower()
    return any(word in head for word in _GENERATED_WORDS) and _GENERATED.search(head) is not None


def _parsed(text: str) -> ast.Module:
    """The tree. Python 3.10 itself dies of chains of a hundred thousand calls: there a child goes ahead."""
    if sys.version_info < (3, 11) and text.count(".") + text.count("(") > _LONG_CHAIN and _kills(text):
        raise RecursionError
    return ast.parse(text)


def _kills(text: str) -> bool:
    if not hasattr(os, "fork"):
        return False
    child = os.fork()
    if not child:
        try:
            ast.parse(text)
        finally:
            os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) < 0


def _is_data(data: bytes) -> bool:
    """Whether parsing would take some gigabytes: a node takes a kilobyte, and few come without a mark."""
    return len(data) > MAX_MARKS and sum(data.count(mark) for mark in _MARKS) > MAX_MARKS


def _problem(error: Exception) -> Problem:
    if isinstance(error, SourceError):
        return Problem("undecodable", f"not Python text: {error}; save it in its declared encoding")
    if isinstance(error, SyntaxError):
        version = f"{sys.version_info.major}.{sys.version_info.minor}"
        place = f"line {error.lineno}: " if error.lineno else ""
        text = (
            f"{place}{error.msg}; Python {version} cannot parse it: fix it, or run under the Python it is for"
        )
        return Problem("syntax-error", text)
    return Problem("unreadable", f"{error}; not Python source")


def _occurrences(tree: Tree, source: Source, pattern: IdPattern) -> Iterator[Occurrence]:
    if not any(start in source.text for start in pattern.starts):
        return
    strings, lines = _Strings(tree, pattern.starts), _Lines(source)
    seen: dict[tuple[int, str], int] = {}
    for offset, model in pattern.finditer(source.text):
        line, column = source.position(offset)
        node = strings.at(line, lines.utf8_column(line, offset), model)
        if node < 0:
            yield Occurrence(line, column + 1, model, -1, "comment", 0, lines.shown(line))
            continue
        nth = seen.get((node, model), 0)
        seen[node, model] = nth + 1
        statement = tree.parent[node] >= 0 and tree.kind[tree.parent[node]] == "Expr"
        place: Place = "docstring" if statement else "code"
        remark = "" if statement else lines.remark(line)
        yield Occurrence(line, column + 1, model, node, place, nth, remark=remark)


class _Lines:
    """What is asked about lines, from top to bottom; a line may be long and hold many ids."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self._shown = (0, "")
        self._remark = (0, "")
        self._column = (0, 0, 0)

    def utf8_column(self, line: int, offset: int) -> int:
        """The column of an offset as `ast` counts it."""
        known, start, column = self._column
        if known != line:
            start, column = self.source.line_starts[line - 1], 0
        column += len(self.source.text[start:offset].encode())
        self._column = line, offset, column
        return column

    def shown(self, line: int) -> str:
        """The beginning of a line."""
        if self._shown[0] != line:
            self._shown = line, self.source.line(line).strip()[:200]
        return self._shown[1]

    def remark(self, line: int) -> str:
        """The comment at the end of a line and the block of comments directly above it."""
        if self._remark[0] != line:
            self._remark = line, _remark(self.source, line)
        return self._remark[1]


def _remark(source: Source, line: int) -> str:
    text = source.line(line).rpartition("#")[2] if "#" in source.line(line) else ""
    above = line - 1
    while above > 0 and line - above < 6 and source.line(above).lstrip().startswith("#"):
        text = f"{source.line(above).strip()} {text}"
        above -= 1
    return text[:400]


class _Strings:
    """The string constants of a tree that hold one of some pieces of text, to be found by position."""

    def __init__(self, tree: Tree, pieces: tuple[str, ...]) -> None:
        self.tree = tree
        holds = re.compile("|".join(map(re.escape, pieces))).search
        strings = (i for i in tree.of_kind("Constant") if isinstance(tree.value[i], (str, bytes)))
        self.rows = sorted((tree.span(i), i) for i in strings if holds(_text(tree.value[i])))
        self.starts = [row[0][:2] for row in self.rows]

    def at(self, line: int, column: int, model: str) -> int:
        """The innermost string whose span covers the position; pieces of an f-string may share one span."""
        stop = bisect.bisect_right(self.starts, (line, column))
        best = -1
        for span, index in reversed(self.rows[max(0, stop - 200) : stop]):
            if (line, column) >= (span[2], span[3]):
                continue
            if self.holds(index, model):
                if best < 0 or self.narrower(index, best):
                    best = index
                if self.tree.kind[self.tree.parent[index]] != "JoinedStr":
                    break
        return best

    def holds(self, index: int, model: str) -> bool:
        return model in _text(self.tree.value[index])

    def narrower(self, index: int, best: int) -> bool:
        a, b = self.tree.span(index), self.tree.span(best)
        return (a[2] - a[0], a[3] - a[1]) <= (b[2] - b[0], b[3] - b[1])


def _text(value: str | bytes) -> str:
    return value if isinstance(value, str) else value.decode("latin-1")


def _ignores(tree: Tree, source: Source) -> Iterator[Ignore]:
    strings = _Strings(tree, (_MARK,))
    for match in _IGNORE.finditer(source.text):
        line, column = source.position(match.start())
        if strings.at(line, column, _MARK) >= 0:
            continue
        kind, rules, rest = match.groups()
        until, why = _UNTIL.search(rest), _WHY.search(rest)
        names = tuple(part.strip() for part in (rules or "").split(",") if part.strip())
        yield Ignore(
            line, names, until.group(1) if until else "", why.group(1) if why else "", kind == "ignore-file"
        )
