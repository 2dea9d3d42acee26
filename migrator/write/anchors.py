"""Edits brought to their places: each anchor checked, each operation fitted to its surroundings."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from migrator.inventory.edit_records import AddElement, AddEntry, AddKeyword, ReplaceExpression
from migrator.write import places
from migrator.write.edit_errors import NotApplicableError
from migrator.write.parentheses import requoted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from migrator.inventory.edit_records import Edit, Operation
    from migrator.source import Source
    from migrator.write.places import Anchored

_DEEPEST = 400


class Located(NamedTuple):
    """An edit, its place, and its operation as it is to be made there."""

    edit: Edit
    place: Anchored
    operation: Operation


class Cause(NamedTuple):
    """Why edits are not made."""

    edits: tuple[str, ...]
    code: str
    message: str


def locate(source: Source, tree: ast.Module, edits: Sequence[Edit]) -> tuple[list[Located], list[Cause]]:
    """The edits that have a place, and why the others have none."""
    found = places.find(tree, edits)
    located, causes = [], []
    for edit in edits:
        try:
            located.append(_located(source, edit, found))
        except NotApplicableError as error:
            causes.append(Cause((edit.id,), error.code, error.message))
    return located, causes


def _located(source: Source, edit: Edit, found: dict[str, tuple[Anchored, Operation]]) -> Located:
    if edit.id not in found:
        raise NotApplicableError("no node of the right kind stands at the anchor", code="anchor-lost")
    place, operation = found[edit.id]
    if not places.is_faithful(source, place.node):
        raise NotApplicableError("the characters at the anchor do not spell its code", code="anchor-lost")
    if isinstance(operation, places.STATEMENT_OPERATIONS) and place.is_elif:
        raise NotApplicableError("an `elif` arm is no statement of its own; anchor the whole ladder")
    if _is_deep(place.node):
        raise NotApplicableError("the code is nested too deeply to be taken apart")
    return Located(edit, place, _fitted(operation, source, place))


def _is_deep(node: ast.AST) -> bool:
    level = [node]
    for _ in range(_DEEPEST):
        level = [child for parent in level for child in ast.iter_child_nodes(parent)]
        if not level:
            return False
    return True


def _fitted(operation: Operation, source: Source, place: Anchored) -> Operation:
    """The operation with the other quotes where f-strings around the place use its own."""
    codes = [source.text[slice(*source.offsets(places.span(joined)))] for joined in place.joined]
    quotes = "".join({char for code in codes for char in (_opening(code), code[-1])})
    if not quotes:
        return operation
    if isinstance(operation, (AddElement, AddKeyword, ReplaceExpression)):
        return msgspec.structs.replace(operation, source=requoted(operation.source, quotes))
    if isinstance(operation, AddEntry):
        key, value = requoted(operation.key, quotes), requoted(operation.value, quotes)
        return msgspec.structs.replace(operation, key=key, value=value)
    return operation


def _opening(code: str) -> str:
    return next(char for char in code if char in "\"'")
