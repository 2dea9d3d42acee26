"""Edits that complete a group: a parameter's new name, beside or in place of the old one elsewhere."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from migrator.check.filters import is_collected
from migrator.inventory import (
    AddElement,
    RemoveEntry,
    RemoveKeyword,
    RenameEntry,
    RenameKeyword,
    ReplaceText,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from migrator.check.places import Places
    from migrator.inventory import Edit, Operation, Span
    from migrator.read.nodes import Node


class Fix(NamedTuple):
    """One more edit that a group needs."""

    path: str
    anchor: Span
    operation: Operation


def taken_away(edits: Iterable[Edit]) -> dict[str, frozenset[str]]:
    """By its name the groups that rename or remove a parameter."""
    found: dict[str, frozenset[str]] = {}
    for edit in edits:
        operation = edit.operation
        name = getattr(operation, "key", "") if isinstance(operation, (RenameEntry, RemoveEntry)) else ""
        if isinstance(operation, (RenameKeyword, RemoveKeyword)):
            name = operation.name
        if name:
            found[name] = found.get(name, frozenset()) | {edit.group}
    return found


def brought(edits: Iterable[Edit]) -> dict[str, frozenset[str]]:
    """By its name the groups that give a parameter a new name."""
    found: dict[str, frozenset[str]] = {}
    for edit in edits:
        if isinstance(edit.operation, (RenameEntry, RenameKeyword)):
            name = edit.operation.new
            found[name] = found.get(name, frozenset()) | {edit.group}
    return found


def renamed(edits: Iterable[Edit]) -> dict[str, str]:
    """The new name of each parameter that has but one."""
    found: dict[str, set[str]] = {}
    for edit in edits:
        operation = edit.operation
        if isinstance(operation, RenameEntry):
            found.setdefault(operation.key, set()).add(operation.new)
        elif isinstance(operation, RenameKeyword):
            found.setdefault(operation.name, set()).add(operation.new)
    return {old: min(new) for old, new in found.items() if len(new) == 1}


def fix_of(literal: Node, new: str, places: Places) -> Fix | None:
    """The new name beside an old one in a collection, else in its place; none where an edit touched that."""
    assert isinstance(literal.value, str)
    if is_collected(literal):
        assert literal.parent is not None
        anchor = places.unchanged(literal.parent)
        at = literal.parent.all("elts").index(literal)
        source = literal.source.replace(literal.value, new)
        return Fix(literal.file.path, anchor, AddElement(source=source, beside=at)) if anchor else None
    anchor = places.unchanged(literal)
    operation = ReplaceText(old=literal.value, new=new)
    return Fix(literal.file.path, anchor, operation) if anchor is not None else None


def completed(edits: Sequence[Edit], fix: Fix, group: str, why: str) -> Edit | None:
    """A fix as an edit of a group; none where the group has no edit of a parameter, or has the fix."""
    own = [edit for edit in edits if edit.group == group and edit.rule.startswith("GPT55-P")]
    if not own or any(Fix(e.path, e.anchor, e.operation) == fix for e in edits):
        return None
    key = hashlib.sha256(repr((fix, group)).encode()).hexdigest()[:10]
    return msgspec.structs.replace(
        own[0], id=f"e-{key}", path=fix.path, anchor=fix.anchor, operation=fix.operation, why=why, digest=""
    )
