"""Files that programs of others read, by rules/shapes.toml: judged as what those send, or reported."""

from __future__ import annotations

from fnmatch import fnmatchcase
from functools import cache
from typing import TYPE_CHECKING

from migrator.read.parsing import read
from migrator.rulebook.rulefiles import load_record
from migrator.rulebook.shape_rules import ShapeFile

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from migrator.read.ids import IdPattern
    from migrator.read.nodes import FileFacts, Node
    from migrator.rulebook.shape_rules import Shape

MARK = "\u27e6reads\u27e7"
"""In the path of a module that reads a file as its program does."""


@cache
def shapes() -> tuple[Shape, ...]:
    """The known shapes."""
    return load_record("shapes.toml", ShapeFile).shape


def shape_of(path: str, data: bytes) -> Shape | None:
    """The shape of a file."""
    for one in shapes():
        is_named = any(fnmatchcase(path, pattern) for pattern in one.files)
        if is_named and all(text.encode() in data for text in one.holds):
            return one
    return None


def readers(
    paths: Iterable[str], opened: Callable[[str], bytes | None], pattern: IdPattern
) -> Iterator[FileFacts]:
    """The code that reads files of known shapes: one module beside each."""
    for path in paths:
        data = opened(path)
        shape = shape_of(path, data) if data is not None and pattern.in_bytes(data) else None
        if shape is not None and shape.code:
            name = path.rpartition("/")[2]
            code = shape.code.lstrip("\n").replace("FILE", repr(name))
            yield read(f"{path}{MARK}", code.encode(), pattern)


def reported(file: FileFacts) -> Iterator[tuple[Node, Shape]]:
    """The names of models in a file of a known shape whose program is not judged."""
    shape = shape_of(file.path, file.utf8)
    for way in shape.at if shape is not None else ():
        for node in _along(file.node(1).child("value"), way.split(".")):
            assert shape is not None
            yield node, shape


def _along(node: Node | None, way: list[str]) -> Iterator[Node]:
    if node is None or not way:
        if node is not None and node.kind == "Constant":
            yield node
        return
    if way[0] == "**":
        inner = node.all("values") if node.kind == "Dict" else node.all("elts") if node.kind == "List" else ()
        for each in inner:
            yield from _along(each, way)
        yield from _along(node, way[1:])
    elif node.kind == "Dict":
        for key, value in zip(node.all("keys"), node.all("values"), strict=True):
            if way[0] in ("*", key.value):
                yield from _along(value, way[1:])
    elif node.kind == "List":
        for element in node.all("elts"):
            if way[0] == "*" or ("=" in way[0] and fnmatchcase(str(element.value), way[0])):
                yield from _along(element, way[1:])
