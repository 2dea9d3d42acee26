"""A data file as facts: its value as a display that is assigned to the file's name."""

from __future__ import annotations

import hashlib
import re
from bisect import bisect_right
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

from migrator.data.formats import TEMPLATE, form_of, is_of_variables, parsed
from migrator.data.items import DataError
from migrator.data.line_settings import CONFLICT, DEFAULTED
from migrator.read.facts import Ignore, Occurrence, Problem
from migrator.read.nodes import FileFacts
from migrator.read.parsing import _IGNORE, is_generated
from migrator.read.tree import Tree
from migrator.source import Source, SourceError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from migrator.data.items import Item
    from migrator.read.ids import IdPattern
    from migrator.read.nodes import Node

    Opener = Callable[[str], bytes | None]
    """The bytes of a file by its path below the root; nothing where there is none that may be read."""

_VARIABLE = re.compile(r"[A-Z][A-Z0-9_]*")
_DECLARED = ("settings.", ".secrets.")
"""Files whose keys are settings in any case."""
DECLARING = frozenset({"BaseSettings", "Dynaconf", "LazySettings"})
"""Classes whose fields are variables in whatever case, behind a prefix."""
_PAIR = re.compile(r"([A-Za-z_]\w*)=(.*)", re.S)
_MEANT = re.compile(
    r"\$\{?(\w+)\}?|\$\((\w+)\)|(?:\$\{)?var\.(\w+)\}?|\{\{-?[ \t]*\.(Values\.[\w.]+)[ \t]*(?:\|[^}]*)?\}\}"
)
_OF_CHART = re.compile(r"(?:.*/)?values[^/]*\.ya?ml")
_GIVES = ("value", "default")
"""Under what the value of a variable stands that is described: `MODEL: {value: …, description: …}`."""
MAX_IDS = 2_000
MAX_BYTES = 4_000_000
"""Of a file that may be a table of models."""
_KINDS = {"map": "Dict", "list": "List", "opaque": "Opaque"}


def read_data(path: str, data: bytes, pattern: IdPattern) -> FileFacts:
    """Facts of a data file's bytes. What cannot be read comes back with a `problem`."""
    facts = FileFacts(path, hashlib.sha256(data).hexdigest())
    if len(data) > MAX_BYTES:
        facts.problem = Problem("too-large", f"larger than {MAX_BYTES:,} bytes")
        return facts
    try:
        source = Source(data)
        if CONFLICT.search(source.text):
            facts.problem = Problem("merge-conflict", "holds the marks of a merge conflict; solve it first")
            return facts
        builder = _Builder(source)
        document = parsed(form_of(path), source.text)
        facts.tree = builder.built(path, document.root)
    except (SourceError, DataError, RecursionError) as error:
        facts.problem = Problem("unreadable", str(error) or "nested too deeply")
        return facts
    facts.text = source.text
    facts.generated = is_generated(data)
    facts.occurrences = tuple(islice(builder.occurrences(pattern), MAX_IDS + 1))
    if document.form == TEMPLATE:
        facts.occurrences = tuple(one for one in facts.occurrences if one.node >= 0)
    if len(facts.occurrences) > MAX_IDS:
        facts.problem = Problem("too-many-ids", f"more than {MAX_IDS:,} ids; this is no table")
    facts.ignores = tuple(_ignores(source))
    return facts


def _ignores(source: Source) -> Iterator[Ignore]:
    for match in _IGNORE.finditer(source.text) if "gpt55:" in source.text else ():
        kind, rules, _ = match.groups()
        names = tuple(part.strip() for part in (rules or "").split(",") if part.strip())
        yield Ignore(source.position(match.start())[0], names, "", "", kind == "ignore-file")


def stem(path: str) -> str:
    """The name that a file's value goes by: `config/models.json` is `models`."""
    return re.sub(r"\W", "_", path.rpartition("/")[2].partition(".")[0])


class Variable(NamedTuple):
    """A variable that a file sets: its name, the text that it is set to, and where that stands.

    `meant` is another variable whose text it gets.
    """

    name: str
    text: str
    node: Node
    meant: str = ""


def variables(file: FileFacts, *, is_named: bool = False) -> Iterator[Variable]:
    """The variables of the environment that a file may set, in whatever way files of its kind do.

    A key in capitals (compose, Kubernetes, workflows, serverless, launch configurations), a record of name
    and value, `KEY=value` in a list; in files of variables every key, and in files that a library of settings
    is told to read (`is_named`) every way to a value.
    """
    is_lowered = form_of(file.path) == "ini"
    every = is_of_variables(file.path)
    is_named = is_named or file.path[file.path.rfind("/") + 1 :].startswith(_DECLARED)
    is_chart = _OF_CHART.fullmatch(file.path) is not None
    for names, inner in _ways(file.node(1).child("value")) if is_named or is_chart else ():
        for way in (names, names[1:]) if is_named else ():
            yield from _set("__".join(way), inner) if way else ()
        yield from _set(".".join(("Values", *names)), inner) if is_chart else ()
    for mapping in file.of_kind("Dict"):
        if _is_encoded(mapping):
            continue
        keys, values = mapping.all("keys"), mapping.all("values")
        entries = {
            str(key.value).upper() if is_lowered else str(key.value): value
            for key, value in zip(keys, values, strict=True)
        }
        for name, held in entries.items():
            described = filter(None, (_entry(held, key) for key in _GIVES))
            given = next(described, None) if held.kind == "Dict" else held
            if given is not None and (every or _VARIABLE.fullmatch(name)):
                yield from _set(name, given)
        named, value = entries.get("name"), entries.get("value")
        if named is not None and value is not None and _VARIABLE.fullmatch(str(named.value)):
            yield from _set(str(named.value), value)
    for listed in file.of_kind("List"):
        for element in listed.all("elts"):
            match = _PAIR.fullmatch(element.value) if isinstance(element.value, str) else None
            if match is not None and (every or _VARIABLE.fullmatch(match.group(1))):
                yield from _set(match.group(1), element, match.group(2))


def _ways(node: Node | None, above: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Node]]:
    """The values of settings in one another, each with its way (an environment's name may stand first)."""
    if node is not None and node.kind == "Dict":
        for key, value in zip(node.all("keys"), node.all("values"), strict=True):
            yield from _ways(value, (*above, str(key.value)))
    elif node is not None:
        yield above, node


def _is_encoded(mapping: Node) -> bool:
    """Whether a mapping is what a Secret of Kubernetes holds in base64."""
    around = mapping.parent
    kind = _entry(around, "kind") if around is not None and around.kind == "Dict" else None
    return (
        kind is not None
        and kind.value == "Secret"
        and around is not None
        and _entry(around, "data") == mapping
    )


def _entry(mapping: Node, key: str) -> Node | None:
    pairs = zip(mapping.all("keys"), mapping.all("values"), strict=True)
    return next((value for name, value in pairs if name.value == key), None)


def _set(name: str, node: Node, text: str | None = None) -> Iterator[Variable]:
    value = node.value if text is None else text
    if node.kind == "Opaque" and isinstance(value, int):
        yield from _set(name, node.file.node(value))
        return
    meant = _MEANT.fullmatch(value) if isinstance(value, str) else None
    if meant is not None:
        yield Variable(name, "", node, next(filter(None, meant.groups())))
        return
    if node.kind != "Constant" or not isinstance(value, (str, int, float)) or isinstance(value, bool):
        return
    default = DEFAULTED.fullmatch(str(value))
    if default is not None or "${" not in str(value):
        yield Variable(name, default.group(1) if default else str(value), node)


def is_named_by(path: str, code: Iterable[FileFacts]) -> bool:
    """Whether code that declares settings names a file of settings."""
    name = path[path.rfind("/") + 1 :].encode()
    return any(name in file.utf8 and not file.words.isdisjoint(DECLARING) for file in code)


def may_be_meant(path: str) -> bool:
    """Whether what a file sets has names that other files of settings pass on under names of their own."""
    return form_of(path) in ("dotenv", "terraform") or _OF_CHART.fullmatch(path) is not None


def speaks_of(file: FileFacts, name: str) -> bool:
    """Whether code may read a variable: it names it, or declares settings in whatever case."""
    return name in file.words or not file.words.isdisjoint(DECLARING)


def homes(data: Iterable[str], paths: Iterable[str], code: Iterable[FileFacts] = ()) -> dict[str, str]:
    """By file of settings the folder whose code it is for: the nearest one around it that holds code.

    One that code elsewhere names by its folder is for that, too.
    """
    folders = {""}
    for path in paths:
        while path:
            path = path.rpartition("/")[0]  # noqa: PLW2901 (upwards)
            folders.add(path)
    found = {}
    for path in data:
        folder = path.rpartition("/")[0]
        while folder not in folders:
            folder = folder.rpartition("/")[0]
        name = "/".join(path.rsplit("/", 2)[-2:]).encode()
        for file in code if folder else ():
            while name in file.utf8 and folder and not file.path.startswith(f"{folder}/"):
                folder = folder.rpartition("/")[0]
        found[path] = f"{folder}/" if folder else ""
    return found


class _Builder:
    def __init__(self, source: Source) -> None:
        self.source = source
        self.tree = Tree()
        self.texts: list[tuple[int, int, int]] = []
        self.places: dict[tuple[int, int], int] = {}

    def built(self, path: str, root: Item) -> Tree:
        """`stem = value` as a module."""
        tree = self.tree
        size = len(self.source.text)
        module = self.open("Module", "", None, -1, (0, size))
        statement = self.open("Assign", "body", None, module, (root.start, root.end))
        target = self.open("NameStore", "targets", stem(path), statement, (root.start, root.start))
        tree.end[target] = target + 1
        self.add(root, "value", statement, 0)
        tree.end[statement] = tree.end[module] = len(tree.kind)
        return tree

    def open(self, kind: str, field: str, value: object, parent: int, place: tuple[int, int]) -> int:
        tree, index = self.tree, len(self.tree.kind)
        tree.kind.append(kind)
        tree.field.append(field)
        tree.value.append(value)
        tree.parent.append(parent)
        tree.scope.append(0)
        tree.end.append(0)
        tree.spans.extend((*self.position(place[0]), *self.position(place[1])))
        tree._by_kind.setdefault(kind, []).append(index)
        return index

    def position(self, offset: int) -> tuple[int, int]:
        """Line and UTF-8 column, as `ast` gives them."""
        line, column = self.source.position(offset)
        return line, len(self.source.text[offset - column : offset].encode())

    def add(self, item: Item, field: str, parent: int, depth: int) -> None:
        if depth > 100:
            raise RecursionError
        kind = _KINDS.get(item.kind, "Constant")
        value = item.value if kind in ("Constant", "Opaque") else None
        if item.alias is not None:
            value = self.places.get((item.alias.start, item.alias.end))
        index = self.open(kind, field, value, parent, (item.start, item.end))
        self.places[item.start, item.end] = index
        if isinstance(value, str) and kind == "Constant":
            self.texts.append((item.start, item.end, index))
        if item.kind == "map":
            for key, held in zip(item.keys, item.items, strict=True):
                if key.value == "<<":
                    self.add(held, "spread", index, depth + 1)
                else:
                    self.add(key, "keys", index, depth + 1)
                    self.add(held, "values", index, depth + 1)
        for held in item.items if item.kind == "list" else ():
            self.add(held, "elts", index, depth + 1)
        self.tree.end[index] = len(self.tree.kind)

    def occurrences(self, pattern: IdPattern) -> Iterator[Occurrence]:
        """Ids in texts, then those in comments (a header may have an id right behind a dot)."""
        covered: list[tuple[int, int]] = []
        for start, end, index in sorted(self.texts):
            covered.append((start, end))
            at, seen = start, dict[str, int]()
            for _, model in pattern.finditer(self.tree.value[index].replace(":-", ": ")):
                found = self.source.text.find(model, at, end)
                offset, at = (found, found + 1) if found >= 0 else (start, at)
                line, column = self.source.position(offset)
                nth = seen[model] = seen.get(model, -1) + 1
                yield Occurrence(line, column + 1, model, index, "code", nth)
        for offset, model in pattern.finditer(self.source.text):
            at = bisect_right(covered, (offset, len(self.source.text)))
            if not at or covered[at - 1][1] <= offset:
                line, column = self.source.position(offset)
                shown = self.source.line(line).strip()[:200]
                yield Occurrence(line, column + 1, model, -1, "comment", 0, shown)
