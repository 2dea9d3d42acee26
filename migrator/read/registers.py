"""Registers of models in data files that code names: a row for each id, by key or by a field."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from migrator.data.formats import FORMS
from migrator.read.datafile import MAX_BYTES, read_data
from migrator.read.ids import bare

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from migrator.read.datafile import Opener
    from migrator.read.ids import IdPattern
    from migrator.read.nodes import FileFacts, Node

_NAMED = re.compile(rb"[\w-][\w.-]*\.(?:" + b"|".join(end[1:].encode() for end in FORMS) + rb")\b")


class Register(NamedTuple):
    """A table: the file and node of its map or list, and what its rows go by, without vendors."""

    path: str
    digest: str
    at: int
    names: frozenset[str]


def registers(
    paths: Iterable[str], code: Iterable[FileFacts], opened: Opener, pattern: IdPattern
) -> Iterator[Register]:
    """The registers in files that code names."""
    named = {name for file in code for name in _NAMED.findall(file.utf8)}
    for path in paths:
        if path.endswith(tuple(FORMS)) and path.rpartition("/")[2].encode() in named:
            data = opened(path)
            if data is not None and len(data) <= MAX_BYTES and pattern.in_bytes(data):
                file = read_data(path, data, pattern)
                yield from list(_in_file(file))
                file.forget()


def _in_file(file: FileFacts) -> Iterator[Register]:
    held = {file.nodes[one.node] for one in file.occurrences if one.node >= 0}
    for node in file.of_kind("Dict", "List") if file.problem is None else ():
        for rows in _rows(node):
            names = [str(one.value) for one in rows]
            if len(set(names)) == len(names) > 1 and not held.isdisjoint(rows):
                yield Register(file.path, file.digest, node.index, frozenset(map(bare, names)))


def _rows(node: Node) -> Iterator[list[Node]]:
    """What the rows of a map or a list may go by: keys, texts, one field of its records."""
    if node.kind == "Dict":
        yield node.all("keys")
        return
    elements = node.all("elts")
    yield [one for one in elements if isinstance(one.value, str)]
    fields: dict[str, list[Node]] = {}
    for record in (one for one in elements if one.kind == "Dict"):
        for key, value in zip(record.all("keys"), record.all("values"), strict=True):
            if isinstance(value.value, str):
                fields.setdefault(str(key.value), []).append(value)
    yield from fields.values()
