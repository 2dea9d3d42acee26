"""What the operations promise, made on the `ast` tree: the yardstick for what was written."""

from __future__ import annotations

import ast
import textwrap
from typing import TYPE_CHECKING, Any, Protocol

from migrator.inventory.edit_records import (
    AddArm,
    AddCase,
    AddElement,
    AddEntry,
    AddKeyword,
    DeleteStatement,
    InsertStatement,
    RemoveEntry,
    RemoveKeyword,
    RenameEntry,
    RenameKeyword,
    ReplaceExpression,
    ReplaceText,
)
from migrator.write.edit_errors import NotApplicableError
from migrator.write.literals import occurrences
from migrator.write.order import in_order
from migrator.write.parentheses import parsed
from migrator.write.places import is_elif, parse

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from migrator.inventory.edit_records import Operation
    from migrator.write.places import Anchored


_MADE = "is_made"
"""Marks a pattern that an edit put in the place of another."""


class Planned(Protocol):
    """A place and the operations on it; `inline`: on a line it shares, `emptied`: its block's last."""

    @property
    def place(self) -> Anchored: ...
    @property
    def operations(self) -> Sequence[Operation]: ...
    @property
    def inline(self) -> bool: ...
    @property
    def emptied(self) -> bool: ...


def keep(planned: Iterable[Planned]) -> None:
    """Change the tree in place as the operations promise, the innermost places first.

    Raises NotApplicableError (or what `ast` raises) where the tree cannot be changed so.
    """
    for one in sorted(planned, key=lambda item: item.place.order, reverse=True):
        texts = [op for op in one.operations if isinstance(op, ReplaceText)]
        _replace_texts(one.place.node, texts)
        for operation in in_order([op for op in one.operations if not isinstance(op, ReplaceText)]):
            if not isinstance(operation, (InsertStatement, DeleteStatement, ReplaceExpression)):
                _HANDLERS[type(operation)](one.place.node, operation)
        _rearrange(one)


def _replace_texts(node: ast.AST, operations: Sequence[ReplaceText]) -> None:
    if not operations:
        return
    hits = []
    holders = [part for part in getattr(node, "values", [node]) if isinstance(part, ast.Constant)]
    for operation in operations:
        found = [
            (number, at)
            for number, holder in enumerate(holders)
            for at in occurrences(_text(holder), operation.old)
        ]
        hits.append((*found[operation.nth], operation))
    for number, at, operation in sorted(hits, key=lambda hit: hit[:2], reverse=True):
        text = _text(holders[number])
        text = text[:at] + operation.new + text[at + len(operation.old) :]
        is_bytes = isinstance(holders[number].value, bytes)
        holders[number].value = text.encode("latin-1") if is_bytes else text


def _text(node: ast.Constant) -> str:
    value = node.value
    return value.decode("latin-1") if isinstance(value, bytes) else value if isinstance(value, str) else ""


def _rename_keyword(node: ast.Call, operation: RenameKeyword) -> None:
    next(item for item in node.keywords if item.arg == operation.name).arg = operation.new


def _remove_keyword(node: ast.Call, operation: RemoveKeyword) -> None:
    node.keywords.remove(next(item for item in node.keywords if item.arg == operation.name))


def _add_keyword(node: ast.Call, operation: AddKeyword) -> None:
    at = len(node.keywords)
    if operation.name.startswith("**"):
        spread = ast.keyword(None, parsed(operation.source))
        held = next((item for item in node.keywords if item.arg == operation.name[2:]), None)
        if held is not None and not _is_before_starred(node, held):
            node.keywords[node.keywords.index(held)] = spread
            return
        node.keywords = [item for item in node.keywords if item is not held] + [spread]
        return
    while at and node.keywords[at - 1].arg is None:
        at -= 1
    node.keywords.insert(at, ast.keyword(operation.name, parsed(operation.source)))


def _is_before_starred(node: ast.Call, keyword: ast.keyword) -> bool:
    """Whether a list is spread behind a keyword, which nothing that is spread by name may stand before."""
    starred = (one for one in node.args if isinstance(one, ast.Starred))
    at = keyword.value.lineno, keyword.value.col_offset
    return any((one.lineno, one.col_offset) > at for one in starred)


def _entry(node: ast.Dict, key: str) -> int:
    return next(i for i, k in enumerate(node.keys) if isinstance(k, ast.Constant) and k.value == key)


def _rename_entry(node: ast.Dict, operation: RenameEntry) -> None:
    key: Any = node.keys[_entry(node, operation.key)]
    key.value = operation.new


def _remove_entry(node: ast.Dict, operation: RemoveEntry) -> None:
    index = _entry(node, operation.key)
    del node.keys[index], node.values[index]


def _add_entry(node: ast.Dict, operation: AddEntry) -> None:
    at, value = _index(operation), parsed(operation.value)
    is_spread = operation.key.startswith("**")
    if is_spread and any(isinstance(k, ast.Constant) and k.value == operation.key[2:] for k in node.keys):
        at = _entry(node, operation.key[2:])
        node.keys[at], node.values[at] = None, value
        return
    node.keys.insert(at, None if is_spread else parsed(operation.key))
    node.values.insert(at, value)


def _index(operation: AddEntry | AddElement | AddArm | AddCase) -> int:
    return operation.beside if operation.before else operation.beside + 1


def _add_element(
    node: ast.Call | ast.Subscript | ast.List | ast.Set | ast.Tuple, operation: AddElement
) -> None:
    call: Any = parsed(f"f({operation.source.strip()})")
    added = [*call.args, *call.keywords][0]
    if isinstance(node, ast.Call):
        _add_argument(node, added, _index(operation))
    elif isinstance(node, ast.Subscript):
        if not isinstance(node.slice, ast.Tuple):
            node.slice = ast.Tuple([node.slice], ast.Load())
        node.slice.elts.insert(_index(operation), added)
    else:
        node.elts.insert(_index(operation), added)


def _add_argument(node: ast.Call, added: ast.expr | ast.keyword, at: int) -> None:
    """As argument number `at` in the order of the source, which the tree keeps in two lists."""
    del added.lineno  # tells it from the original arguments
    originals: list[Any] = [item for item in (*node.args, *node.keywords) if hasattr(item, "lineno")]
    originals.sort(key=lambda item: (item.lineno, item.col_offset))
    held: list[Any] = node.keywords if isinstance(added, ast.keyword) else node.args
    ahead = sum(isinstance(item, ast.keyword) == isinstance(added, ast.keyword) for item in originals[:at])
    held.insert(ahead, added)


def _add_arm(node: ast.If, operation: AddArm) -> None:
    arm = _ladder(node, operation.beside)
    body = parse(textwrap.dedent(operation.body)).body
    new: Any = ast.If(parsed(operation.test), body, [])
    if operation.before:
        old = ast.If(arm.test, arm.body, arm.orelse)
        ast.copy_location(old, arm)
        arm.test, arm.body, arm.orelse = new.test, new.body, [old]
    else:
        new.orelse, arm.orelse = arm.orelse, [ast.copy_location(new, arm)]


def _ladder(node: ast.If, number: int) -> ast.If:
    for _ in range(number):
        (following,) = node.orelse
        if not isinstance(following, ast.If) or not is_elif(node, following):
            raise NotApplicableError(f"there is no arm {number}")
        node = following
    return node


def _add_case(node: ast.Match, operation: AddCase) -> None:
    match: Any = parse(f"match x:\n  case {operation.pattern}:\n    pass").body[0]
    match.cases[0].body = parse(textwrap.dedent(operation.body)).body
    node.cases.insert(_index(operation), match.cases[0])


def _rearrange(one: Planned) -> None:
    siblings = one.place.siblings
    at = next(i for i, sibling in enumerate(siblings) if sibling is one.place.node)
    ahead: list[ast.AST] = []
    behind: list[ast.AST] = []
    kept: list[ast.AST] = [one.place.node]
    for operation in one.operations:
        if isinstance(operation, InsertStatement):
            (ahead if operation.before else behind).extend(parse(textwrap.dedent(operation.source)).body)
        elif isinstance(operation, DeleteStatement):
            kept = [ast.Pass()] if one.inline or one.emptied else []
        elif isinstance(operation, ReplaceExpression):
            kept = [parsed(operation.source)]
    if isinstance(one.place.parent, ast.MatchValue):
        _replace_pattern(one.place.parent, one.operations)
        return
    changed = [*ahead, *kept, *behind]
    if isinstance(getattr(one.place.parent, one.place.field), list):
        siblings[at : at + 1] = changed
    else:
        setattr(one.place.parent, one.place.field, changed[0])


def _replace_pattern(pattern: ast.MatchValue, operations: Sequence[Operation]) -> None:
    """The value of a pattern becomes a pattern: `"a" | "b"` is no operation there, but a choice."""
    for operation in operations:
        if isinstance(operation, ReplaceExpression):
            match: Any = parse(f"match x:\n  case {operation.source}:\n    pass").body[0]
            new: Any = match.cases[0].pattern
            pattern.__class__, pattern.__dict__ = new.__class__, {**new.__dict__, _MADE: True}


def join_choices(tree: ast.Module) -> None:
    """Make one choice of patterns where one of them became a choice: `A | B` with `B | C` for `B`."""
    for choice in (node for node in ast.walk(tree) if isinstance(node, ast.MatchOr)):
        joined: list[ast.pattern] = []
        for one in choice.patterns:
            joined += one.patterns if isinstance(one, ast.MatchOr) and hasattr(one, _MADE) else [one]
        choice.patterns = joined


_HANDLERS: dict[type, Callable[[Any, Any], None]] = {
    AddArm: _add_arm,
    AddCase: _add_case,
    AddElement: _add_element,
    AddEntry: _add_entry,
    AddKeyword: _add_keyword,
    RemoveEntry: _remove_entry,
    RemoveKeyword: _remove_keyword,
    RenameEntry: _rename_entry,
    RenameKeyword: _rename_keyword,
}
