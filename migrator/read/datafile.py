"""A data file as facts: its value as a display that is assigned to the file's name."""

from __future__ import annotations

import hashlib
import re
from bisect import bisect_right
from itertools import islice
from typing import TYPE_CHECKING

from migrator.data.formats import form_of, parsed
from migrator.data.items import DataError
from migrator.read.facts import FileFacts, Ignore, Occurrence, Problem
from migrator.read.parsing import _IGNORE, is_generated
from migrator.read.tree import Tree
from migrator.source import Source, SourceError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from migrator.data.items import Item
    from migrator.read.ids import IdPattern

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
        builder = _Builder(source)
        facts.tree = builder.built(path, parsed(form_of(path), source.text).root)
    except (SourceError, DataError, RecursionError) as error:
        facts.problem = Problem("unreadable", str(error) or "nested too deeply")
        return facts
    facts.text = source.text
    facts.generated = is_generated(data)
    facts.occurrences = tuple(islice(builder.occurrences(pattern), MAX_IDS + 1))
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


class _Builder:
    def __init__(self, source: Source) -> None:
        self.source = source
        self.tree = Tree()
        self.texts: list[tuple[int, int, int]] = []

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
        value = item.value if kind == "Constant" else None
        index = self.open(kind, field, value, parent, (item.start, item.end))
        if isinstance(value, str):
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
            for _, model in pattern.finditer(self.tree.value[index]):
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
