"""Which planned edits get in each other's way."""

from __future__ import annotations

import ast
from collections import defaultdict
from typing import TYPE_CHECKING

from migrator.inventory.edit_records import (
    AddElement,
    AddEntry,
    AddKeyword,
    DeleteStatement,
    RemoveEntry,
    RemoveKeyword,
    RenameEntry,
    RenameKeyword,
    ReplaceExpression,
    ReplaceText,
)
from migrator.write.places import span

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from migrator.write.anchors import Located

_Touch = tuple[object, ...]


def clashes(located: Sequence[Located]) -> Iterator[tuple[str, ...]]:
    """Ids of edits that ask for different things at once, or of one inside what the other takes away."""
    owners: dict[_Touch, Located] = {}
    for one in located:
        for touch in _touches(one):
            other = owners.setdefault(touch, one)
            if other.operation != one.operation:
                yield other.edit.id, one.edit.id
    takers: dict[int, list[tuple[Located, ast.expr | ast.stmt]]] = defaultdict(list)
    for taker in located:
        for node in _taken(taker):
            for line in range(node.lineno, (node.end_lineno or node.lineno) + 1):
                takers[line].append((taker, node))
    for one in located:
        for taker, node in takers.get(one.place.node.lineno, ()):
            if _is_lost(one, taker, node):
                yield taker.edit.id, one.edit.id


def _touches(one: Located) -> Iterator[_Touch]:
    here, operation = id(one.place.node), one.operation
    match operation:
        case ReplaceText():
            yield here, "text", operation.old, operation.nth
        case RenameKeyword() | RenameEntry():
            yield here, "name", getattr(operation, "name", None) or getattr(operation, "key", None)
            yield here, "name", operation.new
        case RemoveKeyword() | AddKeyword():
            yield here, "name", operation.name
        case RemoveEntry():
            yield here, "name", operation.key
        case AddEntry():
            yield here, "name", _constant(operation.key)
        case AddElement():
            yield here, "element", operation.source.strip()


def _constant(source: str) -> object:
    try:
        return ast.literal_eval(source.strip())
    except (ValueError, SyntaxError):
        return source.strip()


def _taken(one: Located) -> Iterator[ast.expr | ast.stmt]:
    node, operation = one.place.node, one.operation
    if isinstance(operation, (ReplaceExpression, DeleteStatement)):
        yield node
    elif isinstance(operation, RemoveKeyword) and isinstance(node, ast.Call):
        yield from (item.value for item in node.keywords if item.arg == operation.name)
    elif isinstance(operation, (RemoveEntry, RenameEntry)) and isinstance(node, ast.Dict):
        for key, value in zip(node.keys, node.values, strict=True):
            if isinstance(key, ast.Constant) and key.value == operation.key:
                yield from (key, value) if isinstance(operation, RemoveEntry) else (key,)


def _is_lost(one: Located, taker: Located, taken: ast.expr | ast.stmt) -> bool:
    if one.operation == taker.operation and one.place == taker.place:
        return False
    if one.place.node is taken:
        return not isinstance(taker.operation, DeleteStatement) or not _is_beside(one)
    outer, inner = span(taken), span(one.place.node)
    return one.place.order > taker.place.order and outer[:2] <= inner[:2] and inner[2:] <= outer[2:]


def _is_beside(one: Located) -> bool:
    return type(one.operation).__name__ == "InsertStatement"
